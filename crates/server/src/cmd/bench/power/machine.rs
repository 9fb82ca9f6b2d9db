//! The machine whose power goes: the disk's tool, a loop device over its one file, and ext4 on that.
//!
//! It runs `losetup`, `mkfs.ext4`, `mount` and `umount` (all need root) and touches nothing outside its folder and its loop
//! device.

use super::super::process;
use anyhow::{Context, Result, bail, ensure};
use model::WallTime;
use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

/// Size of the disk. Sparse: what was never written takes no room. Large, so that no stream stops for lack of it.
const DISK_MEGABYTES: u32 = 24_000;

pub struct Machine {
    tool: Child,
    answers: BufReader<ChildStdout>,
    dir: PathBuf,
    loop_device: Option<String>,
}

/// What the disk said of a cut.
#[derive(Clone, Debug)]
pub struct Cut {
    pub at: WallTime,
    /// Nothing, Prefix or Scattered.
    pub tear: String,
    pub unsynced_writes: u64,
    pub kept_sectors: u64,
    pub flushes: u64,
    /// Since the disk's last flush, whoever asked for it.
    pub since_flush_us: i64,
}

impl Machine {
    pub fn start(tool: &Path, dir: &Path, flush_ms: u32) -> Result<Self> {
        for folder in ["device", "mount"] {
            std::fs::create_dir_all(dir.join(folder))?;
        }
        let mut tool = Command::new(tool)
            .args([dir.join("image"), dir.join("device")])
            .args([DISK_MEGABYTES.to_string(), flush_ms.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting the disk, {}", tool.display()))?;
        let answers = BufReader::new(tool.stdout.take().context("the disk's output")?);
        let mut machine = Self { tool, answers, dir: dir.to_owned(), loop_device: None };
        let ready = machine.answer()?;
        ensure!(ready == "ready", "the disk is not ready: {ready:?}");
        Ok(machine)
    }

    fn answer(&mut self) -> Result<String> {
        let mut line = String::new();
        ensure!(self.answers.read_line(&mut line)? > 0, "the disk's process has ended");
        Ok(line.trim_end().to_owned())
    }

    fn ask(&mut self, line: &str) -> Result<String> {
        let input = self.tool.stdin.as_mut().context("the disk's input")?;
        writeln!(input, "{line}")?;
        input.flush()?;
        self.answer()
    }

    fn attach(&mut self) -> Result<String> {
        let file = self.dir.join("device/disk");
        let device = done(Command::new("losetup").args(["--find", "--show"]).arg(file))?.trim().to_owned();
        self.loop_device = Some(device.clone());
        Ok(device)
    }

    fn detach(&mut self) -> Result<()> {
        if let Some(device) = self.loop_device.take() {
            done(Command::new("losetup").args(["--detach", &device]))?;
        }
        Ok(())
    }

    /// A new, empty file system.
    pub fn format(&mut self) -> Result<()> {
        let device = self.attach()?;
        done(Command::new("mkfs.ext4").args(["-q", "-F", "-E", "nodiscard", "-J", "size=64", &device]))?;
        self.detach()
    }

    pub fn mount(&mut self) -> Result<()> {
        let device = self.attach()?;
        // The defaults of every distribution: ordered data, write barriers.
        done(Command::new("mount").args(["-t", "ext4", &device]).arg(self.dir.join("mount")))?;
        Ok(())
    }

    pub fn unmount(&mut self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(10);
        while let Err(error) = done(Command::new("umount").arg(self.dir.join("mount"))) {
            // A process that was killed may take a moment to let go of its files.
            if Instant::now() > deadline {
                return Err(error);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        self.detach()
    }

    /// Takes the power in the middle of the next `writes` writes; at once when that is 0.
    pub fn cut(&mut self, seed: u64, writes: u64) -> Result<Cut> {
        let answer = self.ask(&format!("cut {seed} {writes}"))?;
        let words: Vec<&str> = answer.split(' ').collect();
        let ["cut", at, tear, unsynced_writes, _bytes, kept_sectors, flushes, since] = words[..] else {
            bail!("the disk does not say what a cut is: {answer:?}");
        };
        Ok(Cut {
            at: WallTime(at.parse()?),
            tear: tear.to_owned(),
            unsynced_writes: unsynced_writes.parse()?,
            kept_sectors: kept_sectors.parse()?,
            flushes: flushes.parse()?,
            since_flush_us: since.parse()?,
        })
    }

    pub fn power_on(&mut self) -> Result<()> {
        let answer = self.ask("on")?;
        ensure!(answer == "on", "the disk stays off: {answer:?}");
        Ok(())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // After an error this is what is left to do; what cannot be undone is said.
        let mounted = self.loop_device.is_some();
        if mounted && let Err(error) = self.unmount() {
            eprintln!("the disk stays mounted: {error:#}");
        }
        // The end of its input lets it unmount its file and end; only then is it ended by force.
        drop(self.tool.stdin.take());
        let deadline = Instant::now() + Duration::from_secs(5);
        while matches!(self.tool.try_wait(), Ok(None)) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(20));
        }
        if let Err(error) = process::end(&mut self.tool, rustix::process::Signal::TERM) {
            eprintln!("the disk's process did not end: {error:#}");
        }
    }
}

/// Runs a command that must succeed; what it printed.
fn done(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

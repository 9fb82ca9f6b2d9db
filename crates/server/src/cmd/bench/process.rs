//! What the benches need of Linux processes: CPU time from /proc, memory, and ending children in order.
//!
//! Figures only; nothing here runs in the product.

use anyhow::{Context, Result};
use std::{
    fs,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// Clock ticks a second in /proc/PID/stat: fixed at 100 for user space on Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// CPU seconds (user and system) that a process and its waited-for children used.
pub fn cpu_seconds(pid: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).with_context(|| format!("process {pid}"))?;
    // The command in parentheses may hold spaces; fields count from behind it (proc(5)).
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 =
        fields.get(11..15).unwrap_or_default().iter().filter_map(|field| field.parse::<f64>().ok()).sum();
    Ok(ticks / TICKS_PER_SECOND)
}

/// CPU seconds of several processes together.
pub fn cpu_seconds_of(pids: &[u32]) -> Result<f64> {
    pids.iter().map(|pid| cpu_seconds(*pid)).sum()
}

/// A number from /proc/PID/status in kB, for example `VmRSS` or `Threads`.
pub fn status(pid: u32, key: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|line| line.starts_with(key)).with_context(|| format!("no {key}"))?;
    Ok(line.split_whitespace().nth(1).and_then(|field| field.parse().ok()).unwrap_or(0))
}

/// Proportional memory of a process in kB (`Pss` of smaps_rollup).
pub fn pss_kb(pid: u32) -> Result<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let line = rollup.lines().find(|line| line.starts_with("Pss:")).context("no Pss")?;
    Ok(line.split_whitespace().nth(1).and_then(|field| field.parse().ok()).unwrap_or(0))
}

/// The one-minute load average of the machine.
pub fn load_average() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().and_then(|field| field.parse().ok()).unwrap_or(0.0)
}

/// Ends a child with SIGTERM or SIGINT, then by force after ten seconds.
pub fn end(child: &mut Child, signal: rustix::process::Signal) -> Result<()> {
    let pid =
        i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw).context("process id")?;
    // It may have ended by itself; then there is nothing to signal.
    let _gone = rustix::process::kill_process(pid, signal);
    let deadline = Instant::now() + Duration::from_secs(10);
    while Instant::now() < deadline {
        if child.try_wait()?.is_some() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill()?;
    child.wait()?;
    Ok(())
}

/// This program again, with other arguments and a piped standard output.
pub fn again(args: &[String]) -> Result<Child> {
    let program = std::env::current_exe()?;
    Ok(Command::new(program).args(args).stdout(Stdio::piped()).stdin(Stdio::null()).spawn()?)
}

/// The same, with what it says about itself in a file.
pub fn again_to(args: &[String], log: fs::File) -> Result<Child> {
    let program = std::env::current_exe()?;
    Ok(Command::new(program).args(args).stdout(Stdio::piped()).stderr(log).stdin(Stdio::null()).spawn()?)
}

/// Whether a program can be run.
pub fn is_installed(program: &str) -> bool {
    Command::new(program).arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

//! `watchkeeper open`: opens a sealed package with the recipient's key or passphrase, offline. Any other age program does the same.
//!
//! It verifies nothing: `watchkeeper verify` does, on what is opened. Invariant: nothing is left behind of a file that does not open
//! to its end.

use anyhow::{Context as _, bail};
use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, BufWriter, Read, Seek as _, SeekFrom, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    process::ExitCode,
};
use verify::sealed::{HEADER_BYTES_MAX, Opener, Opening, SEALED_CHUNK_BYTES};

/// Longest line that is read as a passphrase.
const LINE_BYTES_MAX: u64 = 1_024;

#[derive(clap::Args)]
pub struct Arguments {
    /// A sealed package (.zip.age)
    package: PathBuf,
    /// The recipient's secret key: a file as age-keygen writes it; without it the passphrase is read from standard input
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// Where the opened package goes; the name without .age when absent
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None if arguments.package.extension().is_some_and(|end| end == "age") => {
            arguments.package.with_extension("")
        }
        None => bail!("say with --out where the opened package goes"),
    };
    let opener = match &arguments.identity {
        Some(path) => identity(path)?,
        None => Opener::Passphrase(passphrase()?),
    };
    let sealed =
        File::open(&arguments.package).with_context(|| format!("opening {}", arguments.package.display()))?;
    let mut target = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&out)
        .with_context(|| format!("writing {}", out.display()))?;
    if let Err(error) = open(sealed, &opener, &mut target) {
        std::fs::remove_file(&out).with_context(|| format!("removing {}", out.display()))?;
        return Err(error);
    }
    println!("{}", out.display());
    Ok(ExitCode::SUCCESS)
}

fn identity(path: &Path) -> anyhow::Result<Opener> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let line = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    Ok(Opener::parse_key(line.unwrap_or_default())?)
}

fn passphrase() -> anyhow::Result<String> {
    eprint!("passphrase: ");
    let mut line = String::new();
    BufReader::new(io::stdin().take(LINE_BYTES_MAX)).read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn open(mut sealed: File, opener: &Opener, target: &mut File) -> anyhow::Result<()> {
    let first = read_up_to(&mut sealed, HEADER_BYTES_MAX as u64)?;
    let opening = Opening::of(&first, opener)?;
    sealed.seek(SeekFrom::Start(opening.payload_at))?;
    let mut target = BufWriter::new(target);
    let (mut number, mut chunk) = (0, read_up_to(&mut sealed, SEALED_CHUNK_BYTES)?);
    loop {
        // Whether a chunk is the last is told by what follows it, and sealed into it.
        let next = read_up_to(&mut sealed, SEALED_CHUNK_BYTES)?;
        target.write_all(&opening.chunk(number, &chunk, next.is_empty())?)?;
        if next.is_empty() {
            break;
        }
        (number, chunk) = (number + 1, next);
    }
    target.flush()?;
    Ok(())
}

fn read_up_to(file: &mut File, bytes: u64) -> io::Result<Vec<u8>> {
    let mut found = Vec::new();
    file.take(bytes).read_to_end(&mut found)?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEALED: &[u8] = include_bytes!("../../../ledger/testdata/age/two-chunks.age");
    const IDENTITY: &str = include_str!("../../../ledger/testdata/age/identity.txt");

    /// Opened by the command, or what keeps it from that; and whether a file is left.
    fn opened(sealed: &[u8], identity: &str) -> (Result<Vec<u8>, String>, bool) {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("package.zip.age"), sealed).unwrap();
        std::fs::write(path("key.txt"), identity).unwrap();
        let arguments =
            Arguments { package: path("package.zip.age"), identity: Some(path("key.txt")), out: None };
        let done = run(&arguments).map_err(|error| error.to_string());
        let left = path("package.zip").exists();
        (done.map(|_| std::fs::read(path("package.zip")).unwrap()), left)
    }

    #[test]
    fn a_package_opens_whole_or_leaves_nothing() {
        assert_eq!(opened(SEALED, IDENTITY), (Ok(vec![b'w'; 65_546]), true));
        assert_eq!(opened(SEALED, &format!("# created\n\n{IDENTITY}")).0, Ok(vec![b'w'; 65_546]));
        for sealed in [&SEALED[..SEALED.len() - 5], &SEALED[..65_800.min(SEALED.len() - 26)], b"PK"] {
            let (done, left) = opened(sealed, IDENTITY);
            assert!(done.is_err() && !left);
        }
        assert!(opened(SEALED, "AGE-SECRET-KEY-1").0.is_err());
    }
}

//! Real receivers beside the tests, as processes: a mail server and a receiver of webhooks, which read what comes with code that is not
//! ours. `scripts/setup` installs what they need.

use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Debian's own, for which `python3-aiosmtpd` is installed.
const PYTHON: &str = "/usr/bin/python3";

/// A certificate for `localhost` and its key, as files.
pub struct Identity {
    pub cert: PathBuf,
    pub key: PathBuf,
}

impl Identity {
    pub fn make(dir: &Path) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let (cert, key) = (dir.join("sink-cert.pem"), dir.join("sink-key.pem"));
        std::fs::write(&cert, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        Self { cert, key }
    }
}

/// A process that takes messages; it ends with this.
pub struct Sink {
    child: Child,
    pub port: u16,
    pub dir: PathBuf,
}

impl Sink {
    /// A mail server that asks for STARTTLS and this user and password; `port` 0 is any.
    pub fn mail(dir: &Path, port: u16, identity: Option<(&Identity, &str, &str)>) -> Self {
        let mut command = Self::script("smtp.py", dir);
        command.arg(port.to_string());
        if let Some((identity, user, password)) = identity {
            command.arg(&identity.cert).arg(&identity.key).args([user, password]);
        }
        Self::start(command, dir)
    }

    pub fn webhook(dir: &Path, identity: &Identity) -> Self {
        let mut command = Self::script("receiver.py", dir);
        command.arg(&identity.cert).arg(&identity.key);
        Self::start(command, dir)
    }

    fn script(name: &str, dir: &Path) -> Command {
        std::fs::create_dir_all(dir).unwrap();
        let mut command = Command::new(PYTHON);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interface/sinks").join(name)).arg(dir);
        command
    }

    fn start(mut command: Command, dir: &Path) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("scripts/setup installs Python");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("the sink says its port; scripts/setup installs aiosmtpd");
        Self { child, port, dir: dir.to_owned() }
    }

    /// What came, oldest first.
    pub fn kept(&self) -> Vec<Value> {
        let file = |index: usize| std::fs::read(self.dir.join(format!("{index}.json"))).ok();
        (0..).map_while(file).map(|bytes| serde_json::from_slice(&bytes).unwrap()).collect()
    }

    pub fn put(&self, name: &str, text: &str) {
        std::fs::write(self.dir.join(name), text).unwrap();
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _ended_already = self.child.wait();
    }
}

/// A header of a message as its reader has it.
pub fn header<'a>(message: &'a Value, name: &str) -> Vec<&'a str> {
    let all = message["headers"].as_array().unwrap().iter();
    all.filter(|pair| pair[0] == name).filter_map(|pair| pair[1].as_str()).collect()
}

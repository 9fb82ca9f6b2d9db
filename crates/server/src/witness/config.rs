//! A witness's own boot file: its name, its folder, where it listens, and the logs that it follows.
//!
//! Not the server's: a witness is another party, on another machine. An unknown key is an error.

use anyhow::Context as _;
use ledger::{note::NoteKey, witness::WitnessedLog};
use serde::Deserialize;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WitnessConfig {
    /// The name of the cosigning key, for example `witness.gz.gov.example/w1`. Without it one is made and kept.
    pub name: Option<String>,
    pub listen: SocketAddr,
    /// Key, book and forks.
    pub dir: PathBuf,
    /// The logs that are followed.
    pub log: Vec<LogLine>,
}

/// One log.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogLine {
    /// The checkpoint's first line. Without it the key's name, which is the same for logs of Watchkeeper.
    pub origin: Option<String>,
    pub vkey: String,
}

impl Default for WitnessConfig {
    fn default() -> Self {
        Self {
            name: None,
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8790),
            dir: PathBuf::from("/var/lib/watchkeeper-witness"),
            log: Vec::new(),
        }
    }
}

impl WitnessConfig {
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{}", path.display()))
    }

    /// The logs with their keys; several lines of one origin are several keys of one log.
    pub fn witnessed_logs(&self) -> anyhow::Result<Vec<WitnessedLog>> {
        let mut logs: Vec<WitnessedLog> = Vec::new();
        for line in &self.log {
            let key = NoteKey::parse(&line.vkey).with_context(|| format!("log key {:?}", line.vkey))?;
            let origin = line.origin.clone().unwrap_or_else(|| key.name().to_owned());
            match logs.iter_mut().find(|log| log.origin == origin) {
                Some(log) => log.keys.push(key),
                None => logs.push(WitnessedLog { origin, keys: vec![key] }),
            }
        }
        Ok(logs)
    }
}

/// A log of the command line: its verifier key.
pub fn parse_log(vkey: &str) -> Result<LogLine, String> {
    NoteKey::parse(vkey).map_err(|error| error.to_string())?;
    Ok(LogLine { origin: None, vkey: vkey.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::note::Ed25519Signer;

    #[test]
    fn logs_are_read_and_misspelt_keys_refused() {
        let key = |seed| Ed25519Signer::from_seed("a.example/log", &[seed; 32]).unwrap().key().to_string();
        let text = format!(
            "name = 'w.example'\n[[log]]\nvkey = '{}'\n[[log]]\norigin = 'a.example/log'\nvkey = '{}'\n",
            key(1),
            key(2)
        );
        let logs = toml::from_str::<WitnessConfig>(&text).unwrap().witnessed_logs().unwrap();
        assert_eq!(logs.len(), 1);
        assert_eq!((logs[0].origin.as_str(), logs[0].keys.len()), ("a.example/log", 2));
        assert!(toml::from_str::<WitnessConfig>("lsten = '127.0.0.1:1'").is_err());
        let broken = WitnessConfig {
            log: vec![LogLine { origin: None, vkey: "x".into() }],
            ..WitnessConfig::default()
        };
        assert!(broken.witnessed_logs().is_err());
        assert!(parse_log("x").is_err() && parse_log(&key(1)).is_ok());
    }
}

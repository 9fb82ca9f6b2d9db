//! What a demonstration folder remembers: ports and random passwords, so that it can be continued.

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

const FILE: &str = "demo.toml";
/// Letters that are not mistaken for each other when typed from a screen.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Account, name, role, and of which example unit.
const ACCOUNTS: [(&str, &str, &str, usize); 6] = [
    ("operator", "林晓 Lin Xiao", "operator", 0),
    ("administrator", "陈敏 Chen Min", "administrator", 0),
    ("auditor", "周安 Zhou An", "auditor", 0),
    ("manager", "沈岳 Shen Yue", "manager", 0),
    ("datong", "郭平 Guo Ping", "administrator", 1),
    ("chongqing", "罗岚 Luo Lan", "administrator", 2),
];

/// Kept in the demonstration folder, readable by its owner only.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoState {
    /// Credentials of the simulated cameras.
    pub camera_user: String,
    pub camera_password: String,
    /// 0 until the first start.
    pub farm_port: u16,
    pub gstreamer_port: u16,
    /// Absent in folders of version 0.1.
    #[serde(default)]
    pub witness_port: u16,
    pub accounts: Vec<Account>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub account: String,
    pub name: String,
    pub role: String,
    pub password: String,
    /// Which example unit: 0 is the first.
    #[serde(default)]
    pub unit: usize,
}

impl DemoState {
    /// The state of `dir`, made when there is none.
    pub fn load_or_make(dir: &Path) -> anyhow::Result<Self> {
        let path = file(dir);
        match fs::read_to_string(&path) {
            Ok(text) => {
                let mut state: Self =
                    toml::from_str(&text).with_context(|| format!("reading {}", path.display()))?;
                state.complete()?;
                Ok(state)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let state = Self::fresh()?;
                state.save(dir)?;
                Ok(state)
            }
            Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
        }
    }

    fn fresh() -> anyhow::Result<Self> {
        let mut state = Self {
            camera_user: "watchkeeper".to_owned(),
            camera_password: random_password()?,
            farm_port: 0,
            gstreamer_port: 0,
            witness_port: 0,
            accounts: Vec::new(),
        };
        state.complete()?;
        Ok(state)
    }

    /// Adds the accounts that a folder of an earlier version has not.
    fn complete(&mut self) -> anyhow::Result<()> {
        for (account, name, role, unit) in ACCOUNTS {
            if self.accounts.iter().any(|known| known.account == account) {
                continue;
            }
            self.accounts.push(Account {
                account: account.to_owned(),
                name: name.to_owned(),
                role: role.to_owned(),
                password: random_password()?,
                unit,
            });
        }
        Ok(())
    }

    /// Writes a new file and puts it in the place of the old one.
    pub fn save(&self, dir: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(dir).with_context(|| format!("creating {}", dir.display()))?;
        let (path, fresh) = (file(dir), dir.join(format!("{FILE}.new")));
        let mut options = fs::OpenOptions::new();
        let mut opened = options.write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        opened.write_all(toml::to_string_pretty(self)?.as_bytes())?;
        opened.sync_all()?;
        fs::rename(&fresh, &path).with_context(|| format!("writing {}", path.display()))
    }
}

fn file(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

/// Sixteen letters, 80 bits.
fn random_password() -> anyhow::Result<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    let letters: Vec<char> = bytes
        .iter()
        .filter_map(|byte| LETTERS.get(usize::from(byte & 31)))
        .map(|byte| char::from(*byte))
        .collect();
    Ok(letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_folder_keeps_its_random_passwords_to_its_owner() {
        let dir = tempfile::tempdir().unwrap();
        let first = DemoState::load_or_make(dir.path()).unwrap();
        let again = DemoState::load_or_make(dir.path()).unwrap();
        assert_eq!(first.accounts[0].password, again.accounts[0].password);
        assert_ne!(first.accounts[0].password, first.accounts[1].password);
        assert_eq!(first.accounts[0].password.len(), 19);
        assert_eq!(fs::metadata(file(dir.path())).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

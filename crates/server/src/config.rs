//! The boot file: only what is needed to start. Everything else lives in the registry, changes through the API and
//! so appears in the ledger.
//!
//! An unknown key is an error, so that a misspelt one is not silently without effect.

use crate::oidc::{self, ProviderConfig};
use crate::reminders::RemindersConfig;
use crate::store_keys::Encryption;
use crate::time_sources::TimeConfig;
use crate::witnessing::WitnessingConfig;
use model::Hash;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

/// Where the boot file is looked for when `--config` is not given.
pub const CONFIG_PATH: &str = "/etc/watchkeeper/watchkeeper.toml";

/// A token shorter than this is refused: 128 bits in hexadecimal.
const TOKEN_CHARS_MIN: usize = 32;

/// Longest name of a machine: it stands in entries.
const MACHINE_NAME_CHARS_MAX: usize = 64;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address and port of the console and the API.
    pub listen: SocketAddr,
    /// Databases, keys, certificate and footage.
    pub data_dir: PathBuf,
    /// The name under which people open the console, such as `vms.example.cn`: passkeys work under it alone, and a certificate of
    /// our own names it.
    pub host: Option<String>,
    /// Serve without TLS. Refused unless `listen` is a loopback address.
    pub plain_http: bool,
    pub tls: Tls,
    pub log: Log,
    /// Encryption of footage at rest: where the store key comes from.
    pub encryption: Encryption,
    /// Lets a metrics collector read `/metrics` without a person's session.
    pub metrics_token: Option<BearerToken>,
    /// Who cosigns our checkpoints, and whose word a package needs.
    pub witnessing: WitnessingConfig,
    /// Mirrors and witnesses of other parties that may read the logs' tiles.
    pub machine: Vec<Machine>,
    /// Which sources are asked how far this system's clock is off; none by default.
    pub time: TimeConfig,
    /// Where reminders may be sent: not to private networks, and not to this machine, by default.
    pub reminders: RemindersConfig,
    /// By whose word people may sign in, besides password and passkey.
    pub provider: Vec<ProviderConfig>,
}

/// Another party's machine with a credential of its own: it reads logs and nothing else, under its name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// Stands in the ledger.
    pub name: String,
    pub token: BearerToken,
    /// Which logs it reads: a witness the footage log, a mirror both.
    pub logs: Vec<MachineLog>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MachineLog {
    Footage,
    Access,
}

/// One's own certificate; without it a self-made one is created at the first start.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tls {
    /// PEM chain, leaf first.
    pub cert: Option<PathBuf>,
    /// PEM private key of the leaf.
    pub key: Option<PathBuf>,
    /// Further names and addresses for the self-made certificate.
    pub names: Vec<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    pub format: LogFormat,
    /// A filter as of `tracing_subscriber::EnvFilter`, for example `info,pipeline=debug`.
    pub filter: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Json,
    #[default]
    Pretty,
}

/// A bearer token; never printed.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct BearerToken(String);

impl BearerToken {
    pub fn new(token: String) -> Self {
        Self(token)
    }

    /// What tells one token from another in one installation, and tells nothing of the token.
    pub fn salted(&self, salt: &[u8; 32]) -> Hash {
        Hash(
            Sha256::new()
                .chain_update(b"watchkeeper/token/v1\n")
                .chain_update(salt)
                .chain_update(&self.0)
                .finalize()
                .into(),
        )
    }

    /// Compares hashes, so that the time taken says nothing about the token.
    pub fn matches(&self, given: &str) -> bool {
        Sha256::digest(given.as_bytes()) == Sha256::digest(self.0.as_bytes())
    }
}

impl std::fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 8443),
            data_dir: PathBuf::from("/var/lib/watchkeeper"),
            host: None,
            plain_http: false,
            tls: Tls::default(),
            log: Log::default(),
            encryption: Encryption::default(),
            metrics_token: None,
            witnessing: WitnessingConfig::default(),
            machine: Vec::new(),
            time: TimeConfig::default(),
            reminders: RemindersConfig::default(),
            provider: Vec::new(),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::default(), filter: "info".to_owned() }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path}: {message}")]
    Syntax { path: PathBuf, message: String },
    #[error("plain_http: allowed only on a loopback address, not on {0}; pictures and passwords need TLS")]
    PlainHttpBeyondLoopback(SocketAddr),
    #[error(
        "host: a host name in lower case without a port, as it stands in the address, and no IP address: not {0:?}"
    )]
    Host(String),
    #[error("tls: cert and key are given together or not at all")]
    HalfCertificate,
    #[error("metrics_token: at least {TOKEN_CHARS_MIN} characters")]
    WeakMetricsToken,
    #[error(
        "machine {0:?}: a name of 1 to {MACHINE_NAME_CHARS_MAX} plain characters, once, and a token of at least {TOKEN_CHARS_MIN}"
    )]
    Machine(String),
    #[error("[[provider]] {0}")]
    Provider(String),
    #[error("[time]: at most eight sources, each a host or address without blanks")]
    Time,
}

impl Config {
    /// Reads `path`; a missing file at the default place means the defaults.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        let (path, required) = path.map_or((Path::new(CONFIG_PATH), false), |path| (path, true));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => String::new(),
            Err(source) => return Err(ConfigError::Read { path: path.to_owned(), source }),
        };
        Self::parse(&text, path)
    }

    fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text)
            .map_err(|error| ConfigError::Syntax { path: path.to_owned(), message: error.to_string() })?;
        config.validate()?;
        Ok(config)
    }

    /// Combinations that no single key shows to be wrong.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if self.plain_http && !self.listen.ip().is_loopback() {
            return Err(ConfigError::PlainHttpBeyondLoopback(self.listen));
        }
        if let Some(host) = self.host.as_ref().filter(|host| !is_host_name(host)) {
            return Err(ConfigError::Host(host.clone()));
        }
        if self.tls.cert.is_some() != self.tls.key.is_some() {
            return Err(ConfigError::HalfCertificate);
        }
        if let Some(problem) = oidc::config::problem(&self.provider, self.host.is_some()) {
            return Err(ConfigError::Provider(problem));
        }
        if !self.time.is_plausible() {
            return Err(ConfigError::Time);
        }
        for (number, machine) in self.machine.iter().enumerate() {
            let plain = !machine.name.is_empty()
                && machine.name.chars().count() <= MACHINE_NAME_CHARS_MAX
                && !machine.name.chars().any(char::is_control);
            let once = self.machine.iter().skip(number + 1).all(|other| other.name != machine.name);
            if !plain || !once || machine.token.0.chars().count() < TOKEN_CHARS_MIN {
                return Err(ConfigError::Machine(machine.name.clone()));
            }
        }
        match &self.metrics_token {
            Some(token) if token.0.chars().count() < TOKEN_CHARS_MIN => Err(ConfigError::WeakMetricsToken),
            _ => Ok(()),
        }
    }
}

/// Letters, digits, hyphens and points (RFC 1123 §2.1), in lower case as browsers write it; the last part is no number, so that no
/// IP address is one.
fn is_host_name(text: &str) -> bool {
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let last_is_name =
        text.rsplit('.').next().is_some_and(|last| last.bytes().any(|byte| !byte.is_ascii_digit()));
    text.len() <= 253 && text.split('.').all(label) && last_is_name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boot_file_is_strict() {
        let check = |text: &str, expected: Result<(), &str>| {
            let result =
                Config::parse(text, Path::new("test.toml")).map(|_| ()).map_err(|error| error.to_string());
            match (result, expected) {
                (Ok(()), Ok(())) => {}
                (Err(message), Err(part)) => assert!(message.contains(part), "{text:?}: {message}"),
                (result, _) => panic!("{text:?}: {result:?}, expected {expected:?}"),
            }
        };
        check("", Ok(()));
        check("listen = '127.0.0.1:8080'\nplain_http = true", Ok(()));
        check("[log]\nformat = 'json'", Ok(()));
        check("[encryption]\nkey = { file = '/etc/watchkeeper/store.key' }", Ok(()));
        check("[encryption]\nkey = { fiel = 'x' }", Err("unknown variant"));
        check("lisen = '127.0.0.1:8080'", Err("unknown field"));
        check("[tls]\nsert = 'x'", Err("unknown field"));
        check("listen = '0.0.0.0:8080'\nplain_http = true", Err("loopback"));
        check("[tls]\ncert = 'a.pem'", Err("together"));
        for host in ["vms.example.cn", "localhost", "v-1.xn--fiqs8s"] {
            check(&format!("host = '{host}'"), Ok(()));
        }
        for host in [
            "",
            "192.0.2.1",
            "[::1]",
            "::1",
            "vms.example:8443",
            "VMS.example",
            "vms..cn",
            "-v.cn",
            "https://v.cn",
        ] {
            check(&format!("host = '{host}'"), Err("host name"));
        }
        check("metrics_token = 'short'", Err("at least"));
        let machine = |name: &str, token: &str| {
            format!("[[machine]]\nname = '{name}'\ntoken = '{token}'\nlogs = ['footage', 'access']\n")
        };
        let token = "0123456789abcdef0123456789abcdef";
        check(&machine("province", token), Ok(()));
        check(&machine("province", "short"), Err("machine"));
        check(&machine("", token), Err("machine"));
        check(&machine("province", token).repeat(2), Err("machine"));
        check("[time]\nsources = ['192.0.2.1', 'ntp.example:1123']", Ok(()));
        check("[time]\nsources = ['']", Err("[time]"));
        check("[reminders]\nloopback = true", Ok(()));
        check("[reminders]\nlopback = true", Err("unknown field"));
        check("[witnessing]\npolcy = 'x'", Err("unknown field"));
        let provider = "[[provider]]\nid = 'a'\nname = { zh = '甲', en = 'A' }\nissuer = 'https://a.cn'\nclient_id = 'w'\n";
        check(provider, Err("needs `host`"));
        check(&format!("host = 'vms.example'\n{provider}"), Ok(()));
        check(&format!("host = 'vms.example'\n{}", provider.repeat(2)), Err("each once"));
    }

    #[test]
    fn the_metrics_token_does_not_print() {
        let config =
            Config::parse("metrics_token = '0123456789abcdef0123456789abcdef'", Path::new("t")).unwrap();
        assert!(!format!("{config:?}").contains("0123456789"));
    }
}

//! `[[provider]]` of the boot file: whose word about a person is taken, and as whom we ask. What it says is checked here; nothing is
//! asked of anybody yet.
//!
//! Invariant: a provider is reached over TLS, or is on this very machine.

use crate::store_keys::{self, KeySource};
use anyhow::{Context as _, ensure};
use model::Secret;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use url::{Host, Url};

/// Buttons on one sign-in page.
const PROVIDERS_MAX: usize = 8;
/// Stands in addresses and in the log.
const ID_CHARS_MAX: usize = 32;
/// On a button.
const NAME_CHARS_MAX: usize = 40;
/// Stands in entries.
const ISSUER_CHARS_MAX: usize = 255;
const CLIENT_ID_CHARS_MAX: usize = 255;
/// Values of a claim that mark an account as shared.
const SHARED_VALUES_MAX: usize = 16;

/// One provider.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderConfig {
    /// Ours for it, once: `a`–`z`, `0`–`9` and hyphens. It stands in the address that the provider sends people back to.
    pub id: String,
    pub name: ProviderName,
    /// Exactly as the provider writes it.
    pub issuer: String,
    pub client_id: String,
    /// A file apart from the data, a systemd credential or a command; without one we are a public client, and PKCE alone binds.
    pub client_secret: Option<KeySource>,
    /// PEM file of the authorities that its certificate is believed under; without it the system's.
    pub ca: Option<PathBuf>,
    /// What in a token says that an account is several people's, or a program's.
    pub shared: Option<SharedClaim>,
}

/// As it stands on the button.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderName {
    pub zh: String,
    pub en: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SharedClaim {
    pub claim: String,
    pub values: Vec<String>,
}

/// A provider with its secret at hand.
#[derive(Clone, Debug)]
pub struct Provider {
    pub id: String,
    pub name: ProviderName,
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<Secret<String>>,
    pub ca: Option<PathBuf>,
    pub shared: Option<SharedClaim>,
}

/// What is wrong with the providers of a boot file.
pub fn problem(providers: &[ProviderConfig], has_host: bool) -> Option<String> {
    if providers.is_empty() {
        return None;
    }
    if !has_host {
        return Some("needs `host`: providers send people back to that name".to_owned());
    }
    if providers.len() > PROVIDERS_MAX {
        return Some(format!("at most {PROVIDERS_MAX}"));
    }
    for (number, provider) in providers.iter().enumerate() {
        let again = |other: &ProviderConfig| other.id == provider.id || other.issuer == provider.issuer;
        let wrong = match () {
            () if providers.iter().skip(number + 1).any(again) => Some("id and issuer each once"),
            () => provider.problem(),
        };
        if let Some(wrong) = wrong {
            return Some(format!("{:?}: {wrong}", provider.id));
        }
    }
    None
}

impl ProviderConfig {
    fn problem(&self) -> Option<&'static str> {
        let plain = |text: &str, chars_max: usize| {
            (1..=chars_max).contains(&text.chars().count()) && !text.chars().any(char::is_control)
        };
        let is_id = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        match () {
            () if !plain(&self.id, ID_CHARS_MAX) || !self.id.bytes().all(is_id) => {
                Some("id: 1 to 32 of a–z, 0–9 and hyphens")
            }
            () if !plain(&self.name.zh, NAME_CHARS_MAX) || !plain(&self.name.en, NAME_CHARS_MAX) => {
                Some("name: zh and en, each of 1 to 40 characters")
            }
            () if !is_issuer(&self.issuer) => {
                Some("issuer: an https address without query or fragment; http on this machine only")
            }
            () if !plain(&self.client_id, CLIENT_ID_CHARS_MAX) => Some("client_id: 1 to 255 characters"),
            () if self.shared.as_ref().is_some_and(|shared| !shared.is_plausible()) => {
                Some("shared: a claim and 1 to 16 values")
            }
            () => None,
        }
    }

    /// With its secret read.
    pub fn load(&self, data_dir: &Path) -> anyhow::Result<Provider> {
        let client_secret = self.client_secret.as_ref().map(|source| secret(source, data_dir)).transpose()?;
        if let Some(ca) = &self.ca {
            std::fs::metadata(ca).with_context(|| ca.display().to_string())?;
        }
        Ok(Provider {
            id: self.id.clone(),
            name: self.name.clone(),
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret,
            ca: self.ca.clone(),
            shared: self.shared.clone(),
        })
    }
}

impl SharedClaim {
    fn is_plausible(&self) -> bool {
        !self.claim.is_empty() && (1..=SHARED_VALUES_MAX).contains(&self.values.len())
    }
}

/// The providers that can be used. One whose secret cannot be had is said and left out: all else goes on.
pub fn load(providers: &[ProviderConfig], data_dir: &Path) -> Vec<Provider> {
    let loaded = providers.iter().map(|provider| (&provider.id, provider.load(data_dir)));
    let said = loaded.filter_map(|(id, provider)| {
        provider.inspect_err(|error| tracing::error!(provider = %id, "left out: {error:#}")).ok()
    });
    said.collect()
}

fn secret(source: &KeySource, data_dir: &Path) -> anyhow::Result<Secret<String>> {
    let bytes = store_keys::secret_bytes(source, data_dir)
        .with_context(|| format!("the client secret cannot be had from {source}"))?;
    let text = String::from_utf8(bytes).ok().context("the client secret is not text")?;
    let text = text.trim_end_matches(['\r', '\n']).to_owned();
    ensure!(!text.is_empty(), "the client secret from {source} is empty");
    Ok(Secret::new(text))
}

fn is_issuer(text: &str) -> bool {
    let plain = text.len() <= ISSUER_CHARS_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
    plain && Url::parse(text).is_ok_and(|url| is_reachable(&url, true) && url.query().is_none())
}

/// Over TLS, or `loopback`: on this machine. No user, no fragment.
pub fn is_reachable(url: &Url, loopback: bool) -> bool {
    let secure = url.scheme() == "https" || (loopback && url.scheme() == "http" && is_loopback(url));
    secure
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<ProviderConfig, toml::de::Error> {
        toml::from_str(text)
    }

    const GOOD: &str = "id = 'bureau'\nname = { zh = '市局', en = 'Bureau' }\nissuer = 'https://id.example.cn/realms/a'\n\
        client_id = 'watchkeeper'\nclient_secret = { file = '/etc/watchkeeper/oidc.secret' }\n";

    #[test]
    fn providers_are_checked_before_the_start() {
        let check = |change: (&str, &str), expected: Option<&str>| {
            let config = parsed(&GOOD.replace(change.0, change.1)).unwrap();
            let found = problem(&[config], true);
            assert_eq!(found.is_some(), expected.is_some(), "{change:?}: {found:?}");
            assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()), "{change:?}");
        };
        check(("", ""), None);
        check(("bureau", "Bureau"), Some("id:"));
        check(("bureau", "a/b"), Some("id:"));
        check(("市局", ""), Some("name:"));
        check(("https://id", "http://id"), Some("issuer:"));
        check(("https://id.example.cn", "http://localhost:9000"), None);
        check(("https://id.example.cn", "http://127.0.0.1:9000"), None);
        check(("https://id.example.cn", "https://a:b@id.example.cn"), Some("issuer:"));
        check(("/realms/a", "/realms/a?x=1"), Some("issuer:"));
        check(("/realms/a", "/realms/a#x"), Some("issuer:"));
        check(("'watchkeeper'", "''"), Some("client_id:"));
        let two = [parsed(GOOD).unwrap(), parsed(&GOOD.replace("'bureau'", "'other'")).unwrap()];
        assert!(problem(&two, true).unwrap().contains("once"));
        assert!(problem(&two[..1], false).unwrap().contains("host"));
        assert!(parsed(&format!("{GOOD}secret = 'x'")).is_err());
    }

    #[test]
    fn the_client_secret_does_not_print_and_is_kept_apart() {
        let dir = tempfile::tempdir().unwrap();
        let (data, file) = (dir.path().join("data"), dir.path().join("oidc.secret"));
        std::fs::create_dir(&data).unwrap();
        std::fs::write(&file, "correct-horse\n").unwrap();
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let config =
            parsed(&GOOD.replace("/etc/watchkeeper/oidc.secret", &file.display().to_string())).unwrap();
        let provider = config.load(&data).unwrap();
        assert_eq!(provider.client_secret.as_ref().unwrap().expose(), "correct-horse");
        assert!(!format!("{provider:?}").contains("horse"));
        let gone = parsed(GOOD).unwrap();
        assert_eq!(load(&[gone, config], &data).len(), 1);
    }
}

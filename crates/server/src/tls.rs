//! The server's certificate: one's own, or one under a root that this installation made and keeps in `data/tls`.
//!
//! Whoever takes the root into their system, after comparing its fingerprint, is protected against a false server too. The root
//! vouches for this server's own names and nothing else (RFC 5280 §4.2.1.10): who steals its key cannot be another site.
//!
//! ```text
//! data/tls/root.pem  root-key.pem (0600)   20 years; made again only when a name comes that it does not vouch for
//! data/tls/cert.pem  key.pem      (0600)   397 days, which is the longest that browsers take; made again 60 days before
//! data/tls/made.json                       which names both have, and until when: nothing here reads certificates
//! ```
//!
//! An installation from before roots keeps the certificate that it has, whose fingerprint people have compared.

use crate::config::Config;
use anyhow::Context as _;
use axum_server::tls_rustls::RustlsConfig;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{
    fs,
    io::Write as _,
    net::IpAddr,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

const DAY_S: i64 = 86_400;
/// Browsers take no longer ones (CA/Browser Forum Baseline Requirements §6.3.2).
const CERT_DAYS: i64 = 397;
/// A server that is never restarted looks once a day; one that stands still for two months has time.
const RENEW_DAYS: i64 = 60;
const ROOT_DAYS: i64 = 20 * 365;
/// How often a running server looks whether its certificate is due.
const LOOK_EVERY: Duration = Duration::from_secs(86_400);

/// A loaded certificate and its SHA-256 fingerprint as browsers show it.
pub struct Identity {
    pub config: RustlsConfig,
    pub fingerprint: String,
}

/// Makes aws-lc-rs the cryptography of every TLS connection in this process; idempotent.
pub fn install_provider() {
    // An error only says that a provider is installed already.
    let _installed_before = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// The root of this installation, as people take it into their systems.
#[derive(Clone, Debug)]
pub struct Root {
    pub pem: String,
    /// SHA-256 of its DER, `AB:CD:…`.
    pub fingerprint: String,
}

/// What was made, so that nothing has to be read out of certificates.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Made {
    root_names: Vec<String>,
    names: Vec<String>,
    until_s: i64,
}

/// The root, if this installation has made one and serves under it. Looks only.
pub fn root(config: &Config) -> Option<Root> {
    if config.plain_http || config.tls.cert.is_some() {
        return None;
    }
    let pem = fs::read_to_string(folder(config).join("root.pem")).ok()?;
    let fingerprint = fingerprint(pem.as_bytes())?;
    Some(Root { pem, fingerprint })
}

/// Makes the root and the certificate that are missing or due. Does nothing where one's own certificate is configured.
pub fn prepare(config: &Config) -> anyhow::Result<()> {
    if config.plain_http || config.tls.cert.is_some() {
        return Ok(());
    }
    make(&folder(config), names(config), jiff::Timestamp::now().as_second()).map(|_| ())
}

fn folder(config: &Config) -> PathBuf {
    config.data_dir.join("tls")
}

/// By which names this server is opened.
fn names(config: &Config) -> Vec<String> {
    let own = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let mut names: Vec<String> = own.into_iter().chain(config.host.clone()).collect();
    names.extend(config.tls.names.iter().cloned());
    names.sort_unstable();
    names.dedup();
    names
}

/// Loads the configured certificate, or that under the root of the installation.
pub async fn identity(config: &Config) -> anyhow::Result<Identity> {
    prepare(config)?;
    let (cert, key) = paths(config);
    let loaded = RustlsConfig::from_pem_file(&cert, &key)
        .await
        .with_context(|| format!("loading certificate {} and key {}", cert.display(), key.display()))?;
    let fingerprint = fingerprint(&fs::read(&cert)?).context("the certificate file holds no certificate")?;
    Ok(Identity { config: loaded, fingerprint })
}

fn paths(config: &Config) -> (PathBuf, PathBuf) {
    match (&config.tls.cert, &config.tls.key) {
        (Some(cert), Some(key)) => (cert.clone(), key.clone()),
        _ => (folder(config).join("cert.pem"), folder(config).join("key.pem")),
    }
}

/// Once a day: a certificate of our own that is due is made again and served from then on, without a restart.
pub async fn keep(config: Config, serving: RustlsConfig, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let (cert, key) = paths(&config);
        let renewed = match prepare(&config) {
            Ok(()) => serving.reload_from_pem_file(cert, key).await.map_err(anyhow::Error::from),
            Err(error) => Err(error),
        };
        if let Err(error) = renewed {
            tracing::error!("the certificate was not looked after, and is served as it is: {error:#}");
        }
    }
}

/// True when something was made.
fn make(folder: &Path, names: Vec<String>, now_s: i64) -> anyhow::Result<bool> {
    let (root_path, root_key_path) = (folder.join("root.pem"), folder.join("root-key.pem"));
    let (cert_path, key_path, made_path) =
        (folder.join("cert.pem"), folder.join("key.pem"), folder.join("made.json"));
    if cert_path.exists() && key_path.exists() && !root_path.exists() {
        return Ok(false);
    }
    fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    let made: Made =
        fs::read(&made_path).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
    let has_root = root_path.exists() && root_key_path.exists();
    let vouches = has_root && names.iter().all(|name| made.root_names.contains(name));
    let fresh = made.names == names && now_s < made.until_s - RENEW_DAYS * DAY_S;
    if vouches && fresh && cert_path.exists() && key_path.exists() {
        return Ok(false);
    }
    let root_names = if vouches { made.root_names } else { names.clone() };
    let root_key = if vouches {
        KeyPair::from_pem(&fs::read_to_string(&root_key_path)?).context("reading the key of the root")?
    } else {
        KeyPair::generate()?
    };
    let root = root_params(&root_names, &root_key, now_s)?;
    if !vouches {
        write_private(&root_key_path, root_key.serialize_pem().as_bytes())?;
        fs::write(&root_path, root.self_signed(&root_key)?.pem())?;
        tracing::warn!("made the root certificate of this installation: whoever trusts it is to be given it");
    }
    let (key, until_s) = (KeyPair::generate()?, now_s + CERT_DAYS * DAY_S);
    let cert = cert_params(&names, now_s, until_s)?.signed_by(&key, &Issuer::new(root, root_key))?;
    // A crash before the last line leaves what was made before in `made.json`: the next start finds it due and makes both again.
    write_private(&key_path, key.serialize_pem().as_bytes())?;
    fs::write(&cert_path, cert.pem())?;
    let (text, new_path) =
        (serde_json::to_vec(&Made { root_names, names, until_s })?, folder.join("made.new"));
    fs::write(&new_path, text)?;
    fs::rename(&new_path, &made_path)?;
    Ok(true)
}

/// What the root is: its names are all that it vouches for.
fn root_params(names: &[String], key: &KeyPair, now_s: i64) -> anyhow::Result<CertificateParams> {
    let digest = Sha256::digest(key.public_key_raw());
    let short: String = digest.iter().take(4).map(|byte| format!("{byte:02X}")).collect();
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, format!("Watchkeeper root {short}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let permitted_subtrees = names
        .iter()
        .map(|name| match name.parse::<IpAddr>() {
            Ok(address @ IpAddr::V4(_)) => {
                GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, 32))
            }
            Ok(address) => GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, 128)),
            Err(_) => GeneralSubtree::DnsName(name.clone()),
        })
        .collect();
    params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    params.not_before = date_time_ymd(1970, 1, 1) + since_1970(now_s - DAY_S)?;
    params.not_after = date_time_ymd(1970, 1, 1) + since_1970(now_s + ROOT_DAYS * DAY_S)?;
    Ok(params)
}

fn cert_params(names: &[String], now_s: i64, until_s: i64) -> anyhow::Result<CertificateParams> {
    let mut params = CertificateParams::new(names.to_vec())?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Watchkeeper");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    params.not_before = date_time_ymd(1970, 1, 1) + since_1970(now_s - DAY_S)?;
    params.not_after = date_time_ymd(1970, 1, 1) + since_1970(until_s)?;
    Ok(params)
}

/// From 1970 on, where certificates' times are reckoned from here.
fn since_1970(unix_s: i64) -> anyhow::Result<Duration> {
    Ok(Duration::from_secs(u64::try_from(unix_s).context("the system clock is before 1970")?))
}

fn write_private(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("creating {}", path.display()))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(())
}

/// `AB:CD:…` over the DER of the first certificate of a PEM file.
fn fingerprint(pem: &[u8]) -> Option<String> {
    use rustls::pki_types::{CertificateDer, pem::PemObject as _};
    let der = CertificateDer::pem_slice_iter(pem).next()?.ok()?;
    let digest = Sha256::digest(der.as_ref());
    Some(digest.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    const NOW_S: i64 = 1_795_305_600;

    fn named(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn files(folder: &Path) -> [Vec<u8>; 4] {
        ["root.pem", "root-key.pem", "cert.pem", "key.pem"].map(|name| fs::read(folder.join(name)).unwrap())
    }

    #[tokio::test]
    async fn the_certificate_is_kept_and_keys_are_private() {
        install_provider();
        let dir = tempfile::tempdir().unwrap();
        let config = Config { data_dir: dir.path().to_owned(), ..Config::default() };
        assert!(root(&config).is_none());
        let (first, second) = (identity(&config).await.unwrap(), identity(&config).await.unwrap());
        assert_eq!(first.fingerprint, second.fingerprint);
        let root = root(&config).unwrap();
        assert_eq!((first.fingerprint.len(), root.fingerprint.len()), (32 * 3 - 1, 32 * 3 - 1));
        assert_ne!(first.fingerprint, root.fingerprint);
        for key in ["key.pem", "root-key.pem"] {
            let mode = fs::metadata(dir.path().join("tls").join(key)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{key}");
        }
        // Served without a root of ours there is none to be trusted.
        assert!(super::root(&Config { plain_http: true, ..config }).is_none());
    }

    /// What is made again, and what people have in their systems already stays.
    #[test]
    fn a_due_certificate_is_made_again_under_the_same_root() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path();
        let names = named(&["localhost", "vms.example"]);
        assert!(make(folder, names.clone(), NOW_S).unwrap());
        let first = files(folder);
        let check = |names: &[String], days: i64, expects: (bool, bool)| {
            make(folder, names.to_vec(), NOW_S + days * DAY_S).unwrap();
            let now = files(folder);
            assert_eq!((now[0] != first[0], now[2] != first[2]), expects, "{names:?} after {days} days");
            assert_eq!(now[0] == first[0], now[1] == first[1]);
        };
        check(&names, 336, (false, false));
        check(&names, 338, (false, true));
        // Fewer names need no other root, a new one does.
        check(&named(&["localhost"]), 339, (false, true));
        check(&named(&["localhost", "other.example"]), 340, (true, true));
    }

    /// Whatever a crash left between key and list, the root that people trust stays.
    #[test]
    fn a_renewal_that_was_cut_off_is_made_again_under_the_same_root() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, names) = (dir.path(), named(&["localhost"]));
        make(folder, names.clone(), NOW_S).unwrap();
        let (first, list) = (files(folder), fs::read(folder.join("made.json")).unwrap());
        let later = NOW_S + 350 * DAY_S;
        assert!(make(folder, names.clone(), later).unwrap());
        fs::write(folder.join("made.json"), list).unwrap();
        fs::write(folder.join("cert.pem"), &first[2]).unwrap();
        assert!(make(folder, names.clone(), later).unwrap());
        assert_eq!(files(folder)[0], first[0]);
        assert!(!make(folder, names, later).unwrap());
    }

    #[test]
    fn a_certificate_from_before_roots_stays() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["cert.pem", "key.pem"] {
            fs::write(dir.path().join(name), "as it was").unwrap();
        }
        assert!(!make(dir.path(), named(&["localhost"]), NOW_S).unwrap());
        assert!(!dir.path().join("root.pem").exists());
    }
}

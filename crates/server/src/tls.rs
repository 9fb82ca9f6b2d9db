//! The server's certificate: one's own, or a self-made one kept in `data/tls`.
//!
//! A self-made certificate protects against listening, not against a false server, until its fingerprint is
//! compared: it is printed at each start for that purpose.

use crate::config::Tls;
use anyhow::Context as _;
use axum_server::tls_rustls::RustlsConfig;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use sha2::{Digest as _, Sha256};
use std::{
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

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

/// Loads the configured certificate, or the self-made one, which is created when it is missing.
pub async fn identity(data_dir: &Path, tls: &Tls) -> anyhow::Result<Identity> {
    let (cert, key) = match (&tls.cert, &tls.key) {
        (Some(cert), Some(key)) => (cert.clone(), key.clone()),
        _ => self_made(&data_dir.join("tls"), &tls.names)?,
    };
    let config = RustlsConfig::from_pem_file(&cert, &key)
        .await
        .with_context(|| format!("loading certificate {} and key {}", cert.display(), key.display()))?;
    let fingerprint = fingerprint(&fs::read(&cert)?).context("the certificate file holds no certificate")?;
    Ok(Identity { config, fingerprint })
}

/// Paths of the self-made certificate and key. Created once; the key is readable by its owner only.
fn self_made(folder: &Path, names: &[String]) -> anyhow::Result<(PathBuf, PathBuf)> {
    let (cert_path, key_path) = (folder.join("cert.pem"), folder.join("key.pem"));
    if cert_path.exists() && key_path.exists() {
        return Ok((cert_path, key_path));
    }
    fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    let mut subjects = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    subjects.extend(names.iter().cloned());
    let mut params = CertificateParams::new(subjects)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Watchkeeper (self-made)");
    let key = KeyPair::generate()?;
    let cert = params.self_signed(&key)?;
    write_private(&key_path, key.serialize_pem().as_bytes())?;
    fs::write(&cert_path, cert.pem())?;
    Ok((cert_path, key_path))
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

    #[tokio::test]
    async fn the_self_made_certificate_is_kept_and_its_key_private() {
        install_provider();
        let dir = tempfile::tempdir().unwrap();
        let first = identity(dir.path(), &Tls::default()).await.unwrap();
        let second = identity(dir.path(), &Tls::default()).await.unwrap();
        assert_eq!(first.fingerprint, second.fingerprint);
        assert_eq!(first.fingerprint.len(), 32 * 3 - 1);
        let mode = fs::metadata(dir.path().join("tls/key.pem")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

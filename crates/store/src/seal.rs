//! Sealing short secrets for a database column: XChaCha20-Poly1305 under one key file, bound to the row's id.
//!
//! A sealed value moved to another row, or to another kind of column, does not open.

use crate::error::{Error, Result};
use crate::files::random;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use model::Secret;
use uuid::Uuid;

const NONCE_BYTES: usize = 24;

/// What a sealed value is; part of what it is bound to.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    CameraCredentials,
    TotpSecret,
    /// Name and number of an officer who came for footage.
    Officer,
    /// Why an authority asks for footage.
    Reason,
    /// How somebody who accused can be reached.
    Contact,
    /// Where a person's reminders go.
    MailAddress,
    /// With which the mail server is entered.
    MailPassword,
    /// Where a unit's reminders go; its path may be a secret of the receiver.
    WebhookUrl,
    /// With which they are signed.
    WebhookSecret,
}

impl Kind {
    const fn domain(self) -> &'static [u8] {
        match self {
            Self::CameraCredentials => b"watchkeeper/sealed/camera-credentials/v1\n",
            Self::TotpSecret => b"watchkeeper/sealed/totp/v1\n",
            Self::Officer => b"watchkeeper/sealed/officer/v1\n",
            Self::Reason => b"watchkeeper/sealed/retrieval-reason/v1\n",
            Self::Contact => b"watchkeeper/sealed/contact/v1\n",
            Self::MailAddress => b"watchkeeper/sealed/mail-address/v1\n",
            Self::MailPassword => b"watchkeeper/sealed/mail-password/v1\n",
            Self::WebhookUrl => b"watchkeeper/sealed/webhook-url/v1\n",
            Self::WebhookSecret => b"watchkeeper/sealed/webhook-secret/v1\n",
        }
    }
}

/// The key of `keys/credentials.key`.
pub struct Sealer(XChaCha20Poly1305);

impl Sealer {
    pub fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// Nonce and ciphertext.
    pub fn seal(&self, kind: Kind, id: Uuid, plain: &[u8]) -> Result<Vec<u8>> {
        let nonce = random::<NONCE_BYTES>()?;
        let aad = [kind.domain(), id.as_bytes()].concat();
        let sealed = self
            .0
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: &aad })
            .map_err(|_| Error::Internal("a secret cannot be sealed".into()))?;
        Ok([&nonce[..], &sealed].concat())
    }

    pub fn open(&self, kind: Kind, id: Uuid, sealed: &[u8]) -> Result<Secret<Vec<u8>>> {
        let bad =
            || Error::Corrupt("a sealed secret does not open: wrong key file, or the row was changed".into());
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_BYTES).ok_or_else(bad)?;
        let aad = [kind.domain(), id.as_bytes()].concat();
        let plain = self.0.decrypt(XNonce::from_slice(nonce), Payload { msg: ciphertext, aad: &aad });
        plain.map(Secret::new).map_err(|_| bad())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_in_its_own_row_and_column() {
        let (sealer, id) = (Sealer::new(&[7; 32]), Uuid::from_u128(1));
        let sealed = sealer.seal(Kind::TotpSecret, id, b"secret").unwrap();
        let opens = |kind, id, sealed: &[u8]| sealer.open(kind, id, sealed).is_ok();
        assert!(opens(Kind::TotpSecret, id, &sealed));
        assert!(!opens(Kind::TotpSecret, Uuid::from_u128(2), &sealed));
        assert!(!opens(Kind::CameraCredentials, id, &sealed));
        assert!(!opens(Kind::TotpSecret, id, &sealed[..10]));
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(!opens(Kind::TotpSecret, id, &changed));
        assert!(Sealer::new(&[8; 32]).open(Kind::TotpSecret, id, &sealed).is_err());
    }
}

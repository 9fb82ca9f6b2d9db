//! Passkeys: what a browser is asked for, what it brings, and what a person sees of their own. Bytes travel as base64url without
//! padding, as browsers write them in `PublicKeyCredential.toJSON()`.

use super::Provider;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the sign-in page offers, before anybody is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInMeans {
    /// The host name under which passkeys work; null: nobody set one.
    pub passkey_host: Option<String>,
    /// SHA-256 of the root under which this server's certificate was made, `AB:CD:…`; null: the certificate is from elsewhere, or
    /// there is none.
    pub root_sha256: Option<String>,
    /// By whose word one may sign in.
    pub providers: Vec<Provider>,
}

/// A challenge to sign in with a passkey. It counts once, for two minutes, and in this browser alone.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyChallenge {
    pub challenge: String,
    /// The host name (RP ID).
    pub host: String,
    pub timeout_ms: i64,
}

/// What the device answered (W3C Web Authentication §5.2.2).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeySignIn {
    /// The credential's own id.
    pub credential: String,
    pub client_data: String,
    pub authenticator_data: String,
    pub signature: String,
    /// The user handle: which person the device says it belongs to.
    pub user: String,
}

/// What is asked for again before a passkey is registered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyProof {
    pub password: String,
    /// Six digits, when the account has a second factor.
    pub totp: Option<String>,
}

/// What the browser is to ask a device for.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyCreation {
    pub challenge: String,
    pub host: String,
    pub timeout_ms: i64,
    /// The user handle.
    pub user: String,
    pub account: String,
    pub name: String,
    /// COSE algorithms that are taken, the preferred first.
    pub algorithms: Vec<i64>,
    /// Credentials that the person has already.
    pub exclude: Vec<String>,
}

/// What the device made (W3C Web Authentication §5.2.1). No attestation is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPasskey {
    /// What the person calls it, at most 48 characters.
    pub name: String,
    pub client_data: String,
    pub authenticator_data: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyChange {
    pub name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Passkey {
    pub id: String,
    pub name: String,
    /// The host name that it works under.
    pub host: String,
    /// It may be on other devices of the person too.
    pub can_sync: bool,
    pub created_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_ms: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Passkeys {
    /// Newest first.
    pub passkeys: Vec<Passkey>,
    /// The host name under which new ones are made; null: nobody set one.
    pub host: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RemovedPasskeys {
    pub removed: u64,
}

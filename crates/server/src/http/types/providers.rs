//! Signing in through a provider (OpenID Connect): where the browser goes, what it comes back with, and a person's links.

use super::Bilingual;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// By what a session was begun.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    Password,
    Passkey,
    Provider,
}

/// A provider of the boot file.
#[derive(Debug, Serialize, ToSchema)]
pub struct Provider {
    pub id: String,
    pub name: Bilingual,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderBegin {
    /// The provider's id.
    pub provider: String,
    /// An administrator's invitation to link, if one came with it.
    pub invitation: Option<String>,
}

/// Where the browser is to go. What comes back counts once, for ten minutes, and in this browser alone.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderAddress {
    pub address: String,
}

/// What the provider sent the browser back with, as the console found it in its address (RFC 6749 §4.1.2).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderReturn {
    /// From the path of the address.
    pub provider: String,
    pub state: String,
    pub code: Option<String>,
    /// The provider's name for itself (RFC 9207).
    pub iss: Option<String>,
    pub error: Option<String>,
}

/// What is asked for again before an account is linked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkProof {
    pub provider: String,
    pub password: String,
    /// Six digits, when the account has a second factor.
    pub totp: Option<String>,
}

/// A link between an account and a subject of a provider.
#[derive(Debug, Serialize, ToSchema)]
pub struct Identity {
    pub id: String,
    /// The provider's name, or its issuer when it is no longer one of ours.
    pub provider: Bilingual,
    /// The provider's own name for the person.
    pub subject: String,
    /// Its provider is configured: it signs in.
    pub usable: bool,
    pub created_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_ms: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Identities {
    /// Newest first.
    pub identities: Vec<Identity>,
    /// With which one can be linked.
    pub providers: Vec<Provider>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationRequest {
    pub provider: String,
    /// Only this subject of the provider may take it.
    pub subject: Option<String>,
}

/// An invitation; its address is shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invitation {
    pub address: String,
    pub expires_ms: i64,
}

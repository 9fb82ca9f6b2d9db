//! Sign-in, the signed-in person, people and their posts.

use super::{AccountRules, Bilingual, Language, Named, Role, SignInMethod, StandingFacts, Theme};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    pub account: String,
    pub password: String,
    /// Six digits, when the account has a second factor.
    pub totp: Option<String>,
}

/// The signed-in person.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    pub person: MePerson,
    pub posts: Vec<Post>,
    /// A second factor is set.
    pub totp: bool,
    /// Nothing else works until the one-time password is replaced.
    pub must_change_password: bool,
    pub session: MeSession,
    pub rights: Rights,
    /// Whether one is trained, vetted and current.
    pub standing: StandingFacts,
    /// Who has signed in at this console beside oneself.
    pub second_person: Option<SecondPerson>,
}

/// Somebody who signed in at another's console, to look along.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondPerson {
    pub account: String,
    pub name: String,
    pub since_ms: i64,
    /// Then they sign in anew, or have left.
    pub until_ms: i64,
}

/// The second person's own account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondPersonRequest {
    pub account: String,
    pub password: String,
    /// The code of their second factor, where they have one.
    pub totp: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MePerson {
    pub id: String,
    pub account: String,
    pub name: String,
    pub language: Language,
    pub theme: Theme,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MeSession {
    pub id: String,
    pub expires_ms: i64,
}

/// What the posts entitle to anywhere: for choosing what the console offers. Each act is decided by itself.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Rights {
    pub live: bool,
    pub playback: bool,
    pub export: bool,
    pub cameras: bool,
    pub people: bool,
    /// Keeping trainings, terms and confirmations of people.
    pub standings: bool,
    pub ledger: bool,
    pub health: bool,
    /// Gaps and what people say about them; whoever may explain one, too.
    pub gaps: bool,
    /// Supervising for an authority.
    pub supervision: bool,
    /// Inspections and orders of one's own units.
    pub orders: bool,
    /// Filing and collecting for a requesting authority; then there is nothing else.
    pub portal: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Post {
    pub role: Role,
    pub unit: Named,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Named>,
    /// A system that was taken over, and of which one is an officer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<Named>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeChange {
    pub language: Option<Language>,
    pub theme: Option<Theme>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    pub old: String,
    pub new: String,
}

/// A second factor that is not in force until it is confirmed with a code.
#[derive(Serialize, ToSchema)]
pub struct TotpEnrolment {
    /// Base32, shown once.
    pub secret: String,
    pub otpauth_url: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpCode {
    pub code: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordProof {
    pub password: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SessionItem {
    pub id: String,
    pub current: bool,
    pub created_ms: i64,
    pub last_seen_ms: i64,
    pub expires_ms: i64,
    /// Network address of the sign-in.
    pub place: String,
    /// What the browser calls itself.
    pub agent: String,
    /// By what it was begun; null: before this was kept.
    pub means: Option<SignInMethod>,
    /// The provider's name as people know it, or its issuer when it is no longer one of ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<Bilingual>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Person {
    pub id: String,
    pub account: String,
    pub name: String,
    pub suspended: bool,
    pub totp: bool,
    /// How many passkeys they sign in with.
    pub passkeys: u32,
    pub must_change_password: bool,
    pub created_ms: i64,
    pub posts: Vec<Post>,
    pub standing: StandingFacts,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct People {
    pub people: Vec<Person>,
    pub rules: AccountRules,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostRequest {
    pub role: Role,
    pub unit_id: String,
    pub group_id: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonRequest {
    pub account: String,
    /// The real name: accounts are personal (chongqing:11).
    pub name: String,
    #[serde(default)]
    pub posts: Vec<PostRequest>,
}

#[derive(Serialize, ToSchema)]
pub struct PersonCreated {
    pub person: Person,
    /// Shown once; must be replaced at the first sign-in.
    pub one_time_password: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonChange {
    pub name: Option<String>,
    pub suspended: Option<bool>,
    pub posts: Option<Vec<PostRequest>>,
}

#[derive(Serialize, ToSchema)]
pub struct OneTimePassword {
    pub one_time_password: String,
}

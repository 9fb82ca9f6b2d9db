//! Reminders: one's own, how one wants them, and the channels by which they leave. No shape here has a password, a secret that was told
//! before, or another person's address.

use super::{EntryRef, Named};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One's own reminders.
#[derive(Serialize, ToSchema)]
pub struct OwnReminders {
    pub wish: ReminderWish,
    /// Whether the installation has a mail server.
    pub mail_possible: bool,
    pub unread: u64,
    /// Newest first, at most 50.
    pub reminders: Vec<Reminder>,
}

/// How somebody wants to be reminded. The language is that of their account.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReminderWish {
    /// 0 to 23: from when on the morning's reminder comes, by the units' time.
    pub hour: u8,
    /// How many days ahead, 1 to 92.
    pub days: u16,
    /// A breach is told within the hour.
    pub breaches: bool,
    pub mail: bool,
    /// One's own address; empty: none.
    pub address: String,
}

/// One batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reminder {
    pub id: String,
    /// `morning` or `breaches`.
    pub occasion: String,
    pub made_ms: i64,
    pub read_ms: Option<i64>,
    pub late: u32,
    pub due: u32,
    pub coming: u32,
    /// The nearest first, at most 50.
    pub lines: Vec<ReminderLine>,
    /// By mail: `waiting`, `sent`, `given_up`; null: in the console alone.
    pub sending: Option<String>,
    /// What the mail server last answered.
    pub answer: String,
    pub entry: EntryRef,
}

/// Everything of one article and code in a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReminderLine {
    /// `late`, `due` or `coming`.
    pub weight: String,
    pub article: String,
    pub code: String,
    pub count: u32,
    /// The soonest, of what is coming.
    pub in_days: Option<u16>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadUntil {
    /// The newest reminder that was on the page.
    pub until_ms: i64,
}

/// What became of a test message.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReminderTest {
    pub taken: bool,
    /// The receiver's own answer, or why there was none.
    pub answer: String,
}

/// By which ways reminders leave the console.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReminderChannels {
    /// Null: there is none, and no mail.
    pub mail: Option<MailServer>,
    /// Of one's own units.
    pub webhooks: Vec<Webhook>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MailServer {
    pub host: String,
    pub port: u16,
    /// `starttls`, `tls` or `none`.
    pub security: String,
    pub sender: String,
    pub username: String,
    pub has_password: bool,
    /// Since when nothing was taken.
    pub failing_ms: Option<i64>,
    pub answer: String,
    pub entry: EntryRef,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailServerRequest {
    pub host: String,
    pub port: u16,
    /// `starttls`, `tls` or `none`.
    pub security: String,
    pub sender: String,
    /// Empty: without signing in.
    pub username: String,
    /// Null: as before, where server and user stay the same.
    pub password: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Webhook {
    pub id: String,
    pub unit: Named,
    pub name: String,
    /// Scheme, host and port; the whole address is not shown again.
    pub origin: String,
    pub hour: u8,
    pub days: u16,
    pub breaches: bool,
    pub made_ms: i64,
    /// Until then the secret before signs too.
    pub before_until_ms: Option<i64>,
    pub failing_ms: Option<i64>,
    pub answer: String,
    pub entry: EntryRef,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookRequest {
    pub unit_id: String,
    pub name: String,
    /// `https://…`
    pub url: String,
    pub hour: u8,
    pub days: u16,
    pub breaches: bool,
}

/// A secret, told this once (Standard Webhooks).
#[derive(Serialize, ToSchema)]
pub struct WebhookSecret {
    pub id: String,
    /// `whsec_…`
    pub secret: String,
}

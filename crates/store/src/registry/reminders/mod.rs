//! Reminders: who reads them by which channel, what each was told, the batches, and what waits to be sent.
//!
//! What a batch says is `law::remind`'s; sending is the server's. Invariants: a batch, what its reader was told by it and the entry that
//! counts it commit together; a message keeps its id until it is sent or given up; addresses and secrets are sealed.

mod batches;
mod channels;
mod own;
mod sending;

pub use batches::{NewBatch, Reader, ReaderId, item_key};
pub use channels::{MailServer, NewMailServer, NewWebhook, Webhook};
pub use own::{OwnReminders, ReminderRow, ReminderWish};
pub use sending::{MailDoor, SendTo, Sending, Sent, WebhookDoor};

use crate::convert::small;
use crate::error::{Error, Result};
use law::access::entitles;
use law::remind::Wish;
use model::{Act, Role};

/// How long the secret before still signs beside the new one: a day in which the receiver takes the new one over.
pub const OVERLAP_US: i64 = 86_400_000_000;
/// An address of RFC 5321 §4.5.3.1.3, less its brackets.
const ADDRESS_CHARS_MAX: usize = 254;
const HOST_CHARS_MAX: usize = 253;
/// Longest answer of a server that is kept: two lines on the page.
const ANSWER_CHARS_MAX: usize = 300;

/// Roles that have a board, as their numbers for SQL.
fn readers_roles() -> String {
    let roles = Role::ALL.iter().filter(|role| entitles(**role, Act::ReadHealth));
    roles.map(|role| role.code().to_string()).collect::<Vec<_>>().join(", ")
}

/// Whether somebody has a whole unit's board, in SQL.
fn has_board() -> String {
    format!(
        "EXISTS (SELECT 1 FROM post WHERE post.person = person.id AND camera_group IS NULL AND role IN ({}))",
        readers_roles()
    )
}

/// Whether somebody supervises for an authority that has not ended, in SQL.
const SUPERVISES: &str =
    "EXISTS (SELECT 1 FROM supervisor JOIN authority ON authority.id = supervisor.authority
    WHERE supervisor.person = person.id AND authority.ended_us IS NULL)";

fn wish(hour: i64, days: i64, breaches: bool) -> Result<Wish> {
    Ok(Wish { hour: small(hour)?, days: small(days)?, breaches })
}

fn checked(wish: Wish) -> Result<Wish> {
    if wish.hour > 23 {
        return Err(Error::invalid("hour", "is not between 0 and 23"));
    }
    if !(1..=law::detect::AHEAD_DAYS_MAX).contains(&wish.days) {
        return Err(Error::invalid("days", "is not between 1 and 92"));
    }
    Ok(wish)
}

/// One address without a display name: nothing in it can begin another header or another recipient.
fn address(field: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    let plain = text.chars().all(|letter| letter.is_ascii_graphic() && !r#"<>()[],;:\""#.contains(letter));
    let parts = text.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && local.len() <= 64 && host.contains('.') && !host.contains('@')
    });
    if !plain || !parts || text.len() > ADDRESS_CHARS_MAX {
        return Err(Error::invalid(field, "is no plain mail address"));
    }
    Ok(text.to_owned())
}

fn host(text: &str) -> Result<String> {
    let text = text.trim();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || ".-:".contains(letter);
    if text.is_empty() || text.len() > HOST_CHARS_MAX || !text.chars().all(plain) {
        return Err(Error::invalid("host", "is no host name or address"));
    }
    Ok(text.to_owned())
}

/// What a server answered, as one line that can be shown.
fn answer(text: &str) -> String {
    let plain = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    plain.take(ANSWER_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_and_nothing_else() {
        let check = |text: &str, taken: bool| assert_eq!(address("address", text).is_ok(), taken, "{text:?}");
        check("duty@example.cn", true);
        check(" a.b+c@mail.example.cn ", true);
        check("a@b.c\r\nBcc: x@y.z", false);
        check("a@b.c,d@e.f", false);
        check("A <a@b.c>", false);
        check("a@b@c.d", false);
        check("a@localhost", false);
        check("@b.c", false);
        check("张@b.c", false);
        check(&format!("a@{}.cn", "b".repeat(254)), false);
        assert!(host("mail.example.cn").is_ok() && host("::1").is_ok());
        assert!(host("a b").is_err() && host("").is_err() && host("a\r\nb").is_err());
        assert_eq!(answer("250 ok\r\n\u{1b}[31m"), "250 ok   [31m");
    }
}

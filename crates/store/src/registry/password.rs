//! Passwords: argon2id (RFC 9106), a rule for new ones, and a limit on how many are checked at once.

use crate::error::{Error, Result};
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use model::Secret;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Shortest password that a person may choose (OWASP ASVS 4.0.3, 2.1.1). No mixture of letters, digits and signs is demanded: length
/// counts, and that it is none of those that are guessed first.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// Longer ones would only be a way to make the server work.
pub const PASSWORD_BYTES_MAX: usize = 256;
/// What is guessed first: whole passwords, and words that get some digits behind them.
const COMMON: &str = include_str!("common_passwords.txt");
/// Fewer different letters than this are a pattern.
const DIFFERENT_CHARS_MIN: usize = 5;
/// A part that is only repeated counts once.
const REPEATED_CHARS_MAX: usize = 6;
/// Checks at the same time: each takes the memory below, and a flood of sign-ins must not take all of it.
const CHECKS_MAX: usize = 2;

/// What one check costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PasswordCost {
    pub memory_kib: u32,
    pub passes: u32,
}

impl PasswordCost {
    /// RFC 9106 §4, second recommended option (64 MiB, 3 passes), with one lane since checks run beside each other:
    /// about a tenth of a second on one core.
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3 };
    /// For tests only: the smallest that argon2 takes.
    pub const CHEAP: Self = Self { memory_kib: 8, passes: 1 };
}

#[derive(Clone)]
pub(super) struct Passwords {
    cost: PasswordCost,
    checks: Arc<Semaphore>,
}

impl Passwords {
    pub fn new(cost: PasswordCost) -> Self {
        Self { cost, checks: Arc::new(Semaphore::new(CHECKS_MAX)) }
    }

    /// The PHC string to store.
    pub async fn hash(&self, password: Secret<String>) -> Result<String> {
        let cost = self.cost;
        self.work(move || {
            let hash = argon2(cost)?.hash_password(password.expose().as_bytes());
            hash.map(|hash| hash.to_string())
                .map_err(|_| Error::Internal("a password cannot be hashed".into()))
        })
        .await
    }

    /// Whether the password is the stored one. Without a stored one the same work is done and the answer is no, so
    /// that an unknown account takes as long as a wrong password.
    pub async fn verify(&self, password: Secret<String>, stored: Option<String>) -> Result<bool> {
        let cost = self.cost;
        self.work(move || {
            let argon2 = argon2(cost)?;
            let bytes = password.expose().as_bytes();
            match stored {
                Some(stored) => Ok(argon2.verify_password(bytes, stored.as_str()).is_ok()),
                None => {
                    let _same_work = argon2.hash_password_with_salt(bytes, &[0; 16]);
                    Ok(false)
                }
            }
        })
        .await
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let closed = |_| Error::Internal("password checks have ended".into());
        let _turn = self.checks.acquire().await.map_err(closed)?;
        tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))?
    }
}

fn argon2(cost: PasswordCost) -> Result<Argon2<'static>> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None)
        .map_err(|_| Error::Internal("the password cost is out of range".into()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The rule for a password that a person chooses.
pub(super) fn acceptable(password: &Secret<String>, account: &str) -> Result<()> {
    let text = password.expose();
    let field = "new";
    if text.chars().count() < PASSWORD_CHARS_MIN {
        return Err(Error::invalid(field, "has fewer than 12 characters"));
    }
    if text.len() > PASSWORD_BYTES_MAX {
        return Err(Error::invalid(field, "is longer than 256 bytes"));
    }
    let text = text.to_lowercase();
    if text.contains(&account.to_lowercase()) {
        return Err(Error::invalid(field, "contains the account's name"));
    }
    if is_guessed_first(&text) {
        return Err(Error::invalid(field, "is one of those that are guessed first"));
    }
    Ok(())
}

/// Known from breaches, with or without digits and signs behind it, or a pattern of the keyboard's or the hand's.
fn is_guessed_first(text: &str) -> bool {
    let listed = |text: &str| COMMON.lines().any(|line| line == text);
    let letters: Vec<char> = text.chars().collect();
    let mut different = letters.clone();
    different.sort_unstable();
    different.dedup();
    let repeats =
        |length: usize| letters.iter().zip(letters.iter().skip(length)).all(|(one, next)| one == next);
    let steps = |by: i64| {
        letters.windows(2).all(|pair| matches!(pair, [one, next] if i64::from(u32::from(*next)) - i64::from(u32::from(*one)) == by))
    };
    listed(text)
        || listed(text.trim_end_matches(|letter: char| !letter.is_alphabetic()))
        || different.len() < DIFFERENT_CHARS_MIN
        || (1..=REPEATED_CHARS_MAX).any(repeats)
        || steps(1)
        || steps(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_not_taken() {
        let check = |password: &str, expected: Option<&str>| {
            let judged = acceptable(&Secret::new(password.to_owned()), "li.wei");
            let problem = judged.map_err(|error| error.to_string()).err();
            assert_eq!(problem.is_some(), expected.is_some(), "{password}: {problem:?}");
            let named = problem.zip(expected).is_none_or(|(problem, part)| problem.contains(part));
            assert!(named, "{password}");
        };
        check("correct horse battery", None);
        check("a horse of my own", None);
        check("雨后的江边有一只白鹭在走", None);
        check("eleven char", Some("fewer than 12"));
        check(&"x".repeat(300), Some("longer than 256"));
        check("the password of LI.WEI", Some("account"));
        for common in [
            "password1234",
            "Password1234",
            "Administrator",
            "administrator2026!!",
            "Huawei@123456",
            "1qaz2wsx3edc4rfv",
            "watchkeeper123",
            "aaaaaaaaaaaaaaaa",
            "121212121212121212",
            "abcdefghijklmn",
            "zyxwvutsrqponm",
            "qwe123qwe123qwe123",
        ] {
            check(common, Some("guessed first"));
        }
    }

    #[test]
    fn the_list_holds_what_it_says() {
        let lines: Vec<&str> = COMMON.lines().filter(|line| !line.starts_with("# ")).collect();
        assert!(lines.len() > 250 && lines.is_sorted(), "sorted, each once");
        for line in lines {
            assert!(line.len() >= 5 && line.to_lowercase() == line && line.trim() == line, "{line:?}");
        }
    }
}

//! Signing in with a passkey: it stands for password and second factor, and everything else is as with a password: the same
//! locks, the same law, the same session, the same entries.
//!
//! 1. A locked account or source is told so before anything is checked.
//! 2. What the browser brought is checked outside the writer, against the key as it was registered.
//! 3. In one operation: the lock and the passkey are looked at again, the failure counted, or a copy noticed, or the session made
//!    and its entry written.

use super::super::admit::write_refusal;
use super::super::beside::{self, Console};
use super::super::sessions::end_sessions;
use super::super::sign_in::{self, Known, Means, Verdict, Visit};
use super::super::{Registry, SignIn, SignInError, lockout};
use super::ceremony::{self, Assertion, Expected, Fault};
use crate::convert::{blob, small, uuid_of};
use crate::error::{Doing, Error, Result};
use law::Words;
use model::{Act, PasskeyId, PersonId, WallTime};
use sqlx::SqliteConnection;

/// One try.
#[derive(Clone, Debug)]
pub struct PasskeyAttempt {
    pub expected: Expected,
    pub assertion: Assertion,
    pub visit: Visit,
}

/// A passkey as it was registered, with the account that it belongs to.
struct Stored {
    id: PasskeyId,
    person: PersonId,
    account: String,
    key: Vec<u8>,
    counter: u32,
    can_sync: bool,
    ended: bool,
}

impl Registry {
    pub async fn sign_in_with_passkey(
        &self,
        attempt: PasskeyAttempt,
    ) -> std::result::Result<SignIn, SignInError> {
        self.attempted_with_passkey(attempt, None).await?.told()
    }

    /// One try, at a console of one's own or beside another.
    pub(in super::super) async fn attempted_with_passkey(
        &self,
        attempt: PasskeyAttempt,
        beside: Option<Console>,
    ) -> std::result::Result<Verdict, SignInError> {
        let PasskeyAttempt { expected, assertion, visit } = attempt;
        let mut connection = self.0.database.read.acquire().await.doing("signing in with a passkey")?;
        let found = find(&mut connection, &assertion.credential).await?;
        let account = found.as_ref().map(|found| lockout::account_key(&found.account));
        let mut keys: Vec<String> = account.into_iter().collect();
        keys.push(lockout::source_key(&visit.source));
        let locked = lockout::locked_for_us(&mut connection, &keys, visit.now).await?;
        drop(connection);
        if locked.is_some() || found.is_none() {
            self.count_anonymous_refusal(&visit.source, visit.now);
        }
        if let Some(retry_after_us) = locked {
            return Err(SignInError::Locked { retry_after_us });
        }
        let Some(found) = found else {
            let now = visit.now;
            self.write(move |connection| {
                Box::pin(async move { lockout::count_failure(connection, &keys, now).await })
            })
            .await?;
            return Err(SignInError::BadCredentials);
        };
        let person = found.person;
        let checked =
            ceremony::asserted(&expected, &assertion, &found.key, person.0.as_bytes(), found.can_sync);
        let verdict = self
            .write(move |connection| {
                Box::pin(
                    async move { settle(connection, &visit, &keys, (&assertion, checked), beside).await },
                )
            })
            .await?;
        if matches!(&verdict, Verdict::Refused(refusal) if refusal.code == COPIED) {
            self.0.passes.revoke_person(person);
        }
        Ok(verdict)
    }
}

async fn find(connection: &mut SqliteConnection, credential: &[u8]) -> Result<Option<Stored>> {
    type Row = (Vec<u8>, Vec<u8>, String, Vec<u8>, i64, bool, bool);
    let row: Option<Row> = sqlx::query_as(
        "SELECT passkey.id, person.id, account, public_key, counter, can_sync, ended_us IS NOT NULL
         FROM passkey JOIN person ON person.id = passkey.person WHERE credential = ?",
    )
    .bind(credential)
    .fetch_optional(connection)
    .await
    .doing("looking up a passkey")?;
    row.map(|(id, person, account, key, counter, can_sync, ended)| {
        Ok(Stored {
            id: PasskeyId(uuid_of(&id)?),
            person: PersonId(uuid_of(&person)?),
            account,
            key,
            counter: small(counter)?,
            can_sync,
            ended,
        })
    })
    .transpose()
}

async fn settle(
    connection: &mut SqliteConnection,
    visit: &Visit,
    keys: &[String],
    (assertion, checked): (&Assertion, std::result::Result<u32, Fault>),
    beside: Option<Console>,
) -> Result<Verdict> {
    // Looked at again: tries made at the same time must not slip past the lock together.
    if let Some(retry_after_us) = lockout::locked_for_us(connection, keys, visit.now).await? {
        return Ok(Verdict::Locked(retry_after_us));
    }
    let stored = find(connection, &assertion.credential).await?.ok_or(Error::NotFound("passkey"))?;
    let known = sign_in::find_account(connection, &stored.account).await?;
    let known = known.ok_or(Error::NotFound("person"))?;
    let counter = match checked {
        Err(fault) => {
            let problem = format!("the passkey {}", fault.words());
            return sign_in::fail(connection, visit, keys, &known, &problem).await;
        }
        Ok(_) if stored.ended => {
            return sign_in::fail(connection, visit, keys, &known, "the passkey was removed").await;
        }
        Ok(_) if known.suspended => {
            return sign_in::fail(connection, visit, keys, &known, "suspended").await;
        }
        Ok(counter) => counter,
    };
    if ceremony::is_copy(stored.counter, counter) {
        return copied(connection, visit, &known, &stored, counter).await;
    }
    sqlx::query("UPDATE passkey SET counter = ?, used_us = ? WHERE id = ?")
        .bind(i64::from(counter))
        .bind(visit.now.0)
        .bind(blob(stored.id.0))
        .execute(&mut *connection)
        .await
        .doing("noting the use of a passkey")?;
    let means = Means::Passkey(stored.id);
    match beside {
        Some(console) => beside::succeed(connection, visit, &known, (console, means)).await,
        None => sign_in::succeed(connection, visit, keys, &known, means).await,
    }
}

const COPIED: &str = "passkey_copied";

/// The signature is right, and the device's count went back: two devices hold this key, and nobody can tell which is the person's.
/// It ends, with everything that is open.
async fn copied(
    connection: &mut SqliteConnection,
    visit: &Visit,
    known: &Known,
    stored: &Stored,
    counter: u32,
) -> Result<Verdict> {
    let refusal = law::access::Refusal {
        article: "unit:accounts".into(),
        code: COPIED,
        reason: Words::new(
            "This passkey has ended: its device's count of signatures went back, so there may be a copy of it.",
            "该通行密钥已失效：设备的签名计数倒退，可能存在副本。",
        ),
        remedy: Words::new(
            "Sign in with your password and tell your administrator; then register a passkey on another device.",
            "请使用密码登录并告知管理员；然后在其他设备上重新登记通行密钥。",
        ),
    };
    end(connection, stored.id, visit.now).await?;
    end_sessions(connection, stored.person, None, visit.now).await?;
    let mut record = sign_in::record(visit, known, Act::PasskeyCopied);
    record.subject = Some(stored.id.0);
    record.extra = format!("counter_before={}\ncounter_now={counter}", stored.counter);
    write_refusal(connection, record, refusal).await.map(Verdict::Refused)
}

/// No error when it has ended before.
async fn end(connection: &mut SqliteConnection, passkey: PasskeyId, now: WallTime) -> Result<()> {
    sqlx::query("UPDATE passkey SET ended_us = ? WHERE id = ? AND ended_us IS NULL")
        .bind(now.0)
        .bind(blob(passkey.0))
        .execute(connection)
        .await
        .doing("ending a passkey")
        .map(|_| ())
}

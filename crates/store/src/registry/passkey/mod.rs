//! Passkeys of persons (W3C Web Authentication): registering, naming and removing them. How one signs in with them is in `enter`,
//! what browsers and devices say is checked in `ceremony`.
//!
//! Nobody registers one for somebody else; an administrator can only remove. Invariant: a passkey counts as long as its row has no
//! end, and each change is in the transaction of its entry.

pub(super) mod ceremony;
#[cfg(test)]
mod ceremony_tests;
pub(super) mod cose;
pub(super) mod enter;

use super::sessions::end_sessions;
use super::{Registry, admit::Ask, new_id, words};
use crate::convert::{blob, int, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::person_of;
use ceremony::{Expected, NewCredential};
use model::{Act, Actor, Cx, PasskeyId, PersonId, Secret, SessionId, WallTime};
use sqlx::SqliteConnection;

/// Passkeys of one person: a computer, a phone, a key on the ring, a spare one, and room for changing each.
pub const PASSKEYS_MAX: i64 = 10;
const NAME_CHARS_MAX: usize = 48;

/// One passkey in a person's own list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PasskeyRow {
    pub id: PasskeyId,
    pub name: String,
    pub host: String,
    pub can_sync: bool,
    pub created: WallTime,
    pub used: Option<WallTime>,
}

/// For whom a device is to make a passkey.
#[derive(Clone, Debug)]
pub struct PasskeyOwner {
    pub account: String,
    pub name: String,
    /// What the person has already: no device makes a second one.
    pub credentials: Vec<Vec<u8>>,
}

/// What is asked for again before a passkey is registered.
#[derive(Clone, Debug)]
pub struct OwnProof {
    pub password: Secret<String>,
    /// Of the second factor, when it is in force.
    pub code: Option<String>,
}

fn ask(act: Act, person: PersonId, extra: String) -> Ask {
    Ask { own: true, subject: Some(person.0), extra, ..Ask::new(act) }
}

impl Registry {
    /// Begins to register a passkey: asks for password and second factor again, so that an open session alone makes none.
    pub async fn begin_passkey(&self, cx: &Cx, proof: OwnProof) -> Result<PasskeyOwner> {
        let person = person_of(cx)?;
        self.require_proof(cx, person, proof).await?;
        let asked = ask(Act::RegisterPasskey, person, "passkey=begun".to_owned());
        self.act(cx, asked, move |connection, _| {
            Box::pin(async move {
                room(connection, person).await?;
                let (account, name): (String, String) =
                    sqlx::query_as("SELECT account, name FROM person WHERE id = ?")
                        .bind(blob(person.0))
                        .fetch_one(&mut *connection)
                        .await
                        .doing("looking up a person")?;
                let rows: Vec<(Vec<u8>,)> =
                    sqlx::query_as("SELECT credential FROM passkey WHERE person = ? AND ended_us IS NULL")
                        .bind(blob(person.0))
                        .fetch_all(connection)
                        .await
                        .doing("listing passkeys")?;
                let credentials = rows.into_iter().map(|(credential,)| credential).collect();
                Ok(PasskeyOwner { account, name, credentials })
            })
        })
        .await
    }

    /// Registers what the device made.
    pub async fn add_passkey(
        &self,
        cx: &Cx,
        name: &str,
        expected: Expected,
        new: NewCredential,
    ) -> Result<PasskeyRow> {
        let person = person_of(cx)?;
        let name = words("name", name, NAME_CHARS_MAX)?;
        let made = ceremony::registered(&expected, &new)
            .map_err(|fault| Error::invalid("passkey", fault.words()))?;
        let (id, now) = (PasskeyId(new_id()), cx.now);
        let row =
            PasskeyRow { id, name, host: expected.host, can_sync: made.can_sync, created: now, used: None };
        let (kept, extra) = (row.clone(), format!("passkey={id}\nalgorithm={}", made.algorithm));
        self.act(cx, ask(Act::RegisterPasskey, person, extra), move |connection, entry| {
            Box::pin(async move {
                room(connection, person).await?;
                let added = sqlx::query(
                    "INSERT OR IGNORE INTO passkey
                         (id, person, name, host, credential, public_key, counter, can_sync, created_us, entry)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id.0))
                .bind(blob(person.0))
                .bind(&kept.name)
                .bind(&kept.host)
                .bind(&made.credential)
                .bind(&made.key)
                .bind(i64::from(made.counter))
                .bind(made.can_sync)
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("registering a passkey")?;
                match added.rows_affected() {
                    0 => Err(Error::Conflict("this passkey is or was registered already".into())),
                    _ => Ok(()),
                }
            })
        })
        .await?;
        Ok(row)
    }

    /// The actor's own passkeys, newest first.
    pub async fn passkeys(&self, cx: &Cx) -> Result<Vec<PasskeyRow>> {
        let person = person_of(cx)?;
        type Row = (Vec<u8>, String, String, bool, i64, Option<i64>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, name, host, can_sync, created_us, used_us FROM passkey
             WHERE person = ? AND ended_us IS NULL ORDER BY created_us DESC, id DESC",
        )
        .bind(blob(person.0))
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing passkeys")?;
        rows.into_iter()
            .map(|(id, name, host, can_sync, created, used)| {
                let (id, created) = (PasskeyId(uuid_of(&id)?), WallTime(created));
                Ok(PasskeyRow { id, name, host, can_sync, created, used: used.map(WallTime) })
            })
            .collect()
    }

    pub async fn rename_passkey(&self, cx: &Cx, passkey: PasskeyId, name: &str) -> Result<()> {
        let person = person_of(cx)?;
        let name = words("name", name, NAME_CHARS_MAX)?;
        self.act(cx, ask(Act::RenamePasskey, person, format!("passkey={passkey}")), move |connection, _| {
            Box::pin(async move {
                let renamed = sqlx::query(
                    "UPDATE passkey SET name = ? WHERE id = ? AND person = ? AND ended_us IS NULL",
                )
                .bind(name)
                .bind(blob(passkey.0))
                .bind(blob(person.0))
                .execute(connection)
                .await
                .doing("renaming a passkey")?;
                found(renamed.rows_affected())
            })
        })
        .await
    }

    /// Removes one of one's own. All other sessions of the person end: whoever has the device may be signed in.
    pub async fn remove_passkey(
        &self,
        cx: &Cx,
        session: Option<SessionId>,
        passkey: PasskeyId,
    ) -> Result<()> {
        let person = person_of(cx)?;
        let now = cx.now;
        self.act(cx, ask(Act::RemovePasskey, person, format!("passkey={passkey}")), move |connection, _| {
            Box::pin(async move {
                found(end_all(connection, person, Some(passkey), now).await?)?;
                end_sessions(connection, person, session, now).await
            })
        })
        .await?;
        self.0.passes.revoke_person(person);
        Ok(())
    }

    /// Removes all passkeys of somebody whom the actor keeps, and ends their sessions: their device is lost. Says how many.
    pub async fn remove_passkeys_of(&self, cx: &Cx, person: PersonId) -> Result<u64> {
        let now = cx.now;
        let ask = Ask {
            posts_of: Some(person),
            own: cx.actor == Actor::Person(person),
            ..ask(Act::RemovePasskey, person, "passkeys=all".to_owned())
        };
        let removed = self
            .act(cx, ask, move |connection, _| {
                Box::pin(async move {
                    let removed = end_all(connection, person, None, now).await?;
                    found(removed)?;
                    end_sessions(connection, person, None, now).await?;
                    Ok(removed)
                })
            })
            .await?;
        self.0.passes.revoke_person(person);
        Ok(removed)
    }
}

fn found(rows: u64) -> Result<()> {
    if rows == 0 { Err(Error::NotFound("passkey")) } else { Ok(()) }
}

async fn room(connection: &mut SqliteConnection, person: PersonId) -> Result<()> {
    let (count,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM passkey WHERE person = ? AND ended_us IS NULL")
            .bind(blob(person.0))
            .fetch_one(connection)
            .await
            .doing("counting passkeys")?;
    if count >= PASSKEYS_MAX {
        return Err(Error::Conflict(format!("there are {PASSKEYS_MAX} passkeys already: remove one first")));
    }
    Ok(())
}

/// Ends one passkey of a person, or all; says how many.
pub(super) async fn end_all(
    connection: &mut SqliteConnection,
    person: PersonId,
    only: Option<PasskeyId>,
    now: WallTime,
) -> Result<u64> {
    let ended = sqlx::query(
        "UPDATE passkey SET ended_us = ?1 WHERE person = ?2 AND ended_us IS NULL AND (?3 IS NULL OR id = ?3)",
    )
    .bind(now.0)
    .bind(blob(person.0))
    .bind(only.map(|passkey| blob(passkey.0)))
    .execute(connection)
    .await
    .doing("ending passkeys")?;
    Ok(ended.rows_affected())
}

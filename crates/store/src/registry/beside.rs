//! The second person at a console: signing in beside the holder of its session, being found there, and leaving.
//!
//! It does not decide whether somebody counts: `law::access` does, on facts about the second person as about the first. The invariants:
//! a second person's session answers no request, since its token is given to nobody; it is over when either of the two goes, is locked or
//! is left alone; and what was opened by two stops with it.

use super::admit::{Ask, enter};
use super::passkey::enter::PasskeyAttempt;
use super::sessions::{SESSION_IDLE_US, Token, insert_session};
use super::sign_in::{Attempt, Known, Means, SignInError, Verdict, Visit, cx_of};
use super::{Registry, duty, lockout, new_id, once, standing};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use model::{Act, Actor, Cx, PersonId, SessionId, WallTime};
use sqlx::{SqliteConnection, sqlite::SqliteQueryResult};

/// Who signed in beside the holder of a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Beside {
    pub session: SessionId,
    pub person: PersonId,
    pub account: String,
    pub name: String,
    pub since: WallTime,
    /// Nobody is taken to be there for longer, unless they sign in anew.
    pub until: WallTime,
}

/// A console, by the session that is open there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Console {
    pub session: SessionId,
    pub holder: PersonId,
}

/// Who is beside the holder of a session now.
pub(super) async fn at(
    connection: &mut SqliteConnection,
    console: Option<SessionId>,
    now: WallTime,
) -> Result<Option<Beside>> {
    let Some(console) = console else { return Ok(None) };
    type Row = (Vec<u8>, Vec<u8>, String, String, i64, i64);
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT session.id, person.id, account, name, session.created_us, min(expires_us, seen_us + ?3)
         FROM session JOIN person ON person.id = session.person
         WHERE session.beside = ?1 AND session.ended_us IS NULL AND locked_us IS NULL AND suspended = 0
           AND min(expires_us, seen_us + ?3) > ?2 AND NOT {}
         ORDER BY session.created_us DESC LIMIT 1",
        duty::LOCKED
    )))
    .bind(blob(console.0))
    .bind(now.0)
    .bind(SESSION_IDLE_US)
    .fetch_optional(connection)
    .await
    .doing("looking for a second person")?;
    row.map(|(session, person, account, name, since, until)| {
        Ok(Beside {
            session: SessionId(uuid_of(&session)?),
            person: PersonId(uuid_of(&person)?),
            account,
            name,
            since: WallTime(since),
            until: WallTime(until),
        })
    })
    .transpose()
}

/// The same for an act: their own shift ends it too.
pub(super) async fn beside_of(
    connection: &mut SqliteConnection,
    cx: &Cx,
    (console, act): (Option<SessionId>, Act),
) -> Result<Option<Beside>> {
    let Some(found) = at(connection, console, cx.now).await? else { return Ok(None) };
    let theirs = Cx { actor: Actor::Person(found.person), ..cx.clone() };
    let shift_end = duty::Watch::load(connection, &theirs, (act, &[])).await?.shift_end;
    Ok(Some(Beside { until: found.until.min(shift_end), ..found }))
}

/// Whoever is beside the actor, at each console that they are signed in at.
pub(super) async fn beside_anywhere(connection: &mut SqliteConnection, cx: &Cx) -> Result<Vec<Beside>> {
    let Actor::Person(person) = cx.actor else { return Ok(Vec::new()) };
    let consoles: Vec<(Vec<u8>,)> = sqlx::query_as(
        "SELECT id FROM session WHERE person = ?1 AND beside IS NULL AND ended_us IS NULL AND locked_us IS NULL
           AND min(expires_us, seen_us + ?3) > ?2 ORDER BY id",
    )
    .bind(blob(person.0))
    .bind(cx.now.0)
    .bind(SESSION_IDLE_US)
    .fetch_all(&mut *connection)
    .await
    .doing("looking for somebody's consoles")?;
    let mut found = Vec::new();
    for (console,) in consoles {
        found.extend(at(connection, Some(SessionId(uuid_of(&console)?)), cx.now).await?);
    }
    Ok(found)
}

impl Registry {
    /// Somebody signs in with account, password and code at the console of another. Whoever was beside them before has left.
    ///
    /// # Errors
    /// As signing in; `Refused` also to whoever may look back at nothing, and to the holder of the session themselves.
    pub async fn sign_in_beside(
        &self,
        attempt: Attempt,
        (console, holder): (SessionId, PersonId),
    ) -> std::result::Result<(), SignInError> {
        let verdict = self.attempted(attempt, Some(Console { session: console, holder })).await?;
        self.joined(verdict, console)
    }

    /// The same with a passkey.
    ///
    /// # Errors
    /// As signing in with one; `Refused` as beside anybody.
    pub async fn sign_in_beside_with_passkey(
        &self,
        attempt: PasskeyAttempt,
        (console, holder): (SessionId, PersonId),
    ) -> std::result::Result<(), SignInError> {
        let verdict =
            self.attempted_with_passkey(attempt, Some(Console { session: console, holder })).await?;
        self.joined(verdict, console)
    }

    fn joined(&self, verdict: Verdict, console: SessionId) -> std::result::Result<(), SignInError> {
        match verdict {
            Verdict::Beside => {}
            other => return other.told().map(|_| ()),
        }
        // What was opened with whoever was there before is not theirs.
        self.0.passes.revoke_beside(console);
        Ok(())
    }

    /// Who is beside the holder of this session.
    pub async fn second_person(&self, console: SessionId, now: WallTime) -> Result<Option<Beside>> {
        let mut connection = self.0.database.read.acquire().await.doing("looking for a second person")?;
        at(&mut connection, Some(console), now).await
    }

    /// The second person leaves: what the two opened together stops.
    pub async fn leave_console(&self, cx: &Cx, console: SessionId) -> Result<()> {
        let mut connection = self.0.database.read.acquire().await.doing("looking for a second person")?;
        let found = at(&mut connection, Some(console), cx.now).await?;
        drop(connection);
        let found = found.ok_or(crate::Error::NotFound("second person"))?;
        let now = cx.now;
        let ask = Ask {
            subject: Some(found.session.0),
            own: true,
            extra: format!("second_person={}", found.account),
            ..Ask::new(Act::LeaveConsole)
        };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                once(&end_beside(connection, console, now).await?, "nobody is beside you any more")
            })
        })
        .await?;
        self.0.passes.revoke_beside(console);
        Ok(())
    }
}

/// Whoever is beside the holder has left.
async fn end_beside(
    connection: &mut SqliteConnection,
    console: SessionId,
    now: WallTime,
) -> Result<SqliteQueryResult> {
    sqlx::query("UPDATE session SET ended_us = ? WHERE beside = ? AND ended_us IS NULL")
        .bind(now.0)
        .bind(blob(console.0))
        .execute(connection)
        .await
        .doing("leaving a console")
}

/// Password and code were right, or the passkey was: the person is beside the holder from now on, if they may be.
pub(super) async fn succeed(
    connection: &mut SqliteConnection,
    visit: &Visit,
    known: &Known,
    (console, means): (Console, Means),
) -> Result<Verdict> {
    let ask = Ask {
        own: known.person == console.holder,
        subject: Some(console.session.0),
        extra: means.lines(),
        ..Ask::new(Act::SignInBeside)
    };
    let entry = match enter(connection, &cx_of(visit, known.person), &ask).await? {
        Ok(entered) => entered.entry,
        Err(refusal) => return Ok(Verdict::Refused(refusal)),
    };
    standing::note_active(connection, known.person, visit.now).await?;
    lockout::clear(connection, &lockout::account_key(&known.account)).await?;
    end_beside(connection, console.session, visit.now).await?;
    // The token is dropped here: no request comes with it.
    let (session, token) = (SessionId(new_id()), Token::new()?);
    insert_session(connection, (session, &token), known.person, &means, visit, entry).await?;
    sqlx::query("UPDATE session SET beside = ? WHERE id = ?")
        .bind(blob(console.session.0))
        .bind(blob(session.0))
        .execute(connection)
        .await
        .doing("beginning to be beside somebody")?;
    Ok(Verdict::Beside)
}

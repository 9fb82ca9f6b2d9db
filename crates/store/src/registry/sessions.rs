//! Sessions: a random token in a cookie, its SHA-256 in the registry, an idle limit and an absolute one.
//!
//! Not what a session that was left alone may still do: that is the interface's short list. Invariant: only what a person's own
//! hand asked for prolongs a session, and nothing prolongs one that was left alone: its holder signs in anew.

use super::{
    EntryIndex, Registry,
    admit::Ask,
    sign_in::{Means, Visit},
};
use crate::convert::{blob, int, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::files::random;
use crate::registry::person_of;
use model::{Act, Actor, Cx, PersonId, Secret, SessionId, WallTime};
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;

/// A session is left alone when nothing came from its holder's hand for this long. What a page asks for by itself does not count.
pub const SESSION_IDLE_US: i64 = 30 * 60_000_000;
/// And at the latest after a long shift.
pub const SESSION_US_MAX: i64 = 12 * 3_600_000_000;
/// How often being seen is written down.
const SEEN_STEP_US: i64 = 60_000_000;
const AGENT_CHARS_MAX: usize = 200;

/// What made a request come: a person's hand, or a page or program by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    ByHand,
    ByItself,
}

/// Whether somebody is at a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alone {
    No,
    /// Locked or left alone by whoever is on shift: the wall's pictures go on, nothing else does.
    OnShift,
    /// Locked or left alone: nothing is answered until its holder signs in anew.
    Yes,
}

/// Whose shift runs at `?2`, of the session's holder.
pub(super) const ON_SHIFT: &str =
    "EXISTS (SELECT 1 FROM duty_shift AS kept WHERE kept.person = session.person
     AND kept.taken_us <= ?2 AND kept.ended_us IS NULL AND kept.end_us > ?2)";

/// Who a request comes from.
#[derive(Clone, Debug)]
pub struct Authenticated {
    pub person: PersonId,
    pub session: SessionId,
    pub account: String,
    pub name: String,
    pub expires: WallTime,
    pub must_change_password: bool,
    pub alone: Alone,
    /// The account is a requesting authority's: the portal is all that there is for it.
    pub requester: bool,
}

/// One session in a person's own list.
#[derive(Clone, Debug)]
pub struct SessionRow {
    pub id: SessionId,
    pub created: WallTime,
    pub seen: WallTime,
    pub expires: WallTime,
    pub place: String,
    pub agent: String,
    /// `password`, `passkey` or `provider`; none: begun before this was kept.
    pub means: Option<String>,
    /// Of the provider.
    pub issuer: Option<String>,
}

/// 32 random bytes, shown as 64 hexadecimal digits.
pub(super) struct Token([u8; 32]);

impl Token {
    pub fn new() -> Result<Self> {
        random::<32>().map(Self)
    }
    pub fn text(&self) -> Secret<String> {
        Secret::new(model::Hash(self.0).to_string())
    }
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<model::Hash>().ok().map(|hash| Self(hash.0))
    }
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

pub(super) async fn insert_session(
    connection: &mut SqliteConnection,
    (session, token): (SessionId, &Token),
    person: PersonId,
    means: &Means,
    visit: &Visit,
    entry: EntryIndex,
) -> Result<WallTime> {
    let expires = visit.now.plus_us(SESSION_US_MAX);
    let agent: String = visit.agent.chars().take(AGENT_CHARS_MAX).collect();
    sqlx::query(
        "INSERT INTO session (id, token_hash, person, created_us, seen_us, expires_us, place, agent, entry, means, issuer)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(session.0))
    .bind(&token.hash()[..])
    .bind(blob(person.0))
    .bind(visit.now.0)
    .bind(visit.now.0)
    .bind(expires.0)
    .bind(&visit.source)
    .bind(agent)
    .bind(int(entry.0)?)
    .bind(means.word())
    .bind(means.issuer())
    .execute(connection)
    .await
    .doing("beginning a session")?;
    Ok(expires)
}

impl Registry {
    /// Who a cookie's value belongs to, and whether somebody is there. Notes that the session was seen, when it was by hand.
    ///
    /// # Errors
    /// `Unauthenticated` when there is no such session, or it ended, or its person is suspended.
    pub async fn authenticate(&self, token: &str, asked: Asked, now: WallTime) -> Result<Authenticated> {
        let token = Token::parse(token).ok_or(Error::Unauthenticated)?;
        type Row = (Vec<u8>, Vec<u8>, i64, i64, String, String, bool, bool, bool, bool, bool);
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT session.id, person.id, seen_us, expires_us, account, name, must_change_password,
                EXISTS (SELECT 1 FROM requester WHERE requester.person = person.id), {}, {ON_SHIFT},
                locked_us IS NOT NULL
             FROM session JOIN person ON person.id = session.person
             WHERE token_hash = ?1 AND session.ended_us IS NULL AND suspended = 0 AND beside IS NULL",
            super::duty::LOCKED
        )))
        .bind(&token.hash()[..])
        .bind(now.0)
        .fetch_optional(&self.0.database.read)
        .await
        .doing("looking up a session")?;
        let row = row.ok_or(Error::Unauthenticated)?;
        let (session, person, seen, expires, account, name, must_change_password, ..) = row;
        let (requester, over, on_shift, locked) = (row.7, row.8, row.9, row.10);
        // datong-2008:17: whoever is no longer on shift has no business at the console that they leave.
        if over || now.0 >= expires {
            return Err(Error::Unauthenticated);
        }
        let session = SessionId(uuid_of(&session)?);
        let unseen_us = now.0.saturating_sub(seen);
        let alone = match (locked || unseen_us >= SESSION_IDLE_US, on_shift) {
            (false, _) => Alone::No,
            (true, true) => Alone::OnShift,
            (true, false) => Alone::Yes,
        };
        if alone == Alone::No && asked == Asked::ByHand && unseen_us >= SEEN_STEP_US {
            self.note_seen(session, now).await?;
        }
        Ok(Authenticated {
            person: PersonId(uuid_of(&person)?),
            session,
            account,
            name,
            expires: WallTime(expires),
            must_change_password,
            alone,
            requester,
        })
    }

    async fn note_seen(&self, session: SessionId, now: WallTime) -> Result<()> {
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("UPDATE session SET seen_us = max(seen_us, ?1) WHERE id = ?2 AND seen_us > ?3")
                    .bind(now.0)
                    .bind(blob(session.0))
                    .bind(now.0.saturating_sub(SESSION_IDLE_US))
                    .execute(connection)
                    .await
                    .doing("noting a session")
                    .map(|_| ())
            })
        })
        .await
    }

    /// Ends a session of one's own: signing out, or closing one that is open elsewhere. Its passes end at once.
    pub async fn end_session(&self, cx: &Cx, session: SessionId) -> Result<()> {
        let person = person_of(cx)?;
        let (now, passes) = (cx.now, self.0.passes.clone());
        let ask = Ask { subject: Some(session.0), own: true, ..Ask::new(Act::SignOut) };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move { end_one(connection, person, session, now).await })
        })
        .await?;
        passes.revoke_session(session);
        Ok(())
    }

    /// Its holder leaves and locks one of their own. What it shows ends, but for the wall of whoever is on shift.
    pub async fn lock_session(&self, cx: &Cx, session: SessionId) -> Result<()> {
        let (person, now) = (person_of(cx)?, cx.now);
        let ask = Ask {
            subject: Some(session.0),
            own: true,
            extra: "locked=true".into(),
            ..Ask::new(Act::SignOut)
        };
        let on_shift = self
            .act(cx, ask, move |connection, _| {
                Box::pin(async move { lock_one(connection, person, session, now).await })
            })
            .await?;
        self.0.passes.revoke_left(session, on_shift);
        Ok(())
    }

    /// Somebody has signed in where a session of theirs was left alone: that one ends, and what it shows. Any other is let be.
    pub async fn succeed_session(&self, cx: &Cx, former: &str) -> Result<()> {
        let (person, Some(token)) = (person_of(cx)?, Token::parse(former)) else { return Ok(()) };
        let found: Option<(Vec<u8>,)> = sqlx::query_as(
            "SELECT id FROM session WHERE token_hash = ? AND person = ? AND ended_us IS NULL AND expires_us > ?
             AND (locked_us IS NOT NULL OR seen_us <= ?)",
        )
        .bind(&token.hash()[..])
        .bind(blob(person.0))
        .bind(cx.now.0)
        .bind(cx.now.0.saturating_sub(SESSION_IDLE_US))
        .fetch_optional(&self.0.database.read)
        .await
        .doing("looking for the session before")?;
        match found {
            Some((id,)) => self.end_session(cx, SessionId(uuid_of(&id)?)).await,
            None => Ok(()),
        }
    }

    /// The actor's own open sessions, newest first. One that was left alone is in the list while its holder is on shift.
    pub async fn sessions(&self, cx: &Cx) -> Result<Vec<SessionRow>> {
        let person = person_of(cx)?;
        self.open_sessions(person, cx.now).await
    }

    /// Those of a person whom the actor keeps.
    pub async fn sessions_of(&self, cx: &Cx, person: PersonId) -> Result<Vec<SessionRow>> {
        self.someone(cx, person).await?;
        self.open_sessions(person, cx.now).await
    }

    /// Ends a session of somebody else, and what is watched in it.
    pub async fn end_session_of(&self, cx: &Cx, person: PersonId, session: SessionId) -> Result<()> {
        let now = cx.now;
        let ask = Ask {
            posts_of: Some(person),
            subject: Some(person.0),
            own: cx.actor == Actor::Person(person),
            sensitive: true,
            extra: format!("session={session}\nended=true"),
            ..Ask::new(Act::ChangePerson)
        };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move { end_one(connection, person, session, now).await })
        })
        .await?;
        self.0.passes.revoke_session(session);
        Ok(())
    }

    async fn open_sessions(&self, person: PersonId, now: WallTime) -> Result<Vec<SessionRow>> {
        type Row = (Vec<u8>, i64, i64, i64, String, String, Option<String>, Option<String>);
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT id, created_us, seen_us, expires_us, place, agent, means, issuer FROM session
             WHERE person = ?1 AND ended_us IS NULL AND expires_us > ?2
             AND ((seen_us > ?3 AND locked_us IS NULL) OR {ON_SHIFT}) ORDER BY created_us DESC"
        )))
        .bind(blob(person.0))
        .bind(now.0)
        .bind(now.0.saturating_sub(SESSION_IDLE_US))
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing sessions")?;
        rows.into_iter()
            .map(|(id, created, seen, expires, place, agent, means, issuer)| {
                Ok(SessionRow {
                    id: SessionId(uuid_of(&id)?),
                    created: WallTime(created),
                    seen: WallTime(seen),
                    expires: WallTime(expires),
                    place,
                    agent,
                    means,
                    issuer,
                })
            })
            .collect()
    }
}

/// Whether its holder is on shift.
async fn lock_one(
    connection: &mut SqliteConnection,
    person: PersonId,
    session: SessionId,
    now: WallTime,
) -> Result<bool> {
    let row: Option<(bool,)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "UPDATE session SET locked_us = ?2 WHERE id = ?1 AND person = ?3 AND ended_us IS NULL AND locked_us IS NULL
         RETURNING {ON_SHIFT}"
    )))
    .bind(blob(session.0))
    .bind(now.0)
    .bind(blob(person.0))
    .fetch_optional(connection)
    .await
    .doing("locking a session")?;
    row.map(|(on_shift,)| on_shift).ok_or(Error::NotFound("session"))
}

async fn end_one(
    connection: &mut SqliteConnection,
    person: PersonId,
    session: SessionId,
    now: WallTime,
) -> Result<()> {
    let ended =
        sqlx::query("UPDATE session SET ended_us = ? WHERE id = ? AND person = ? AND ended_us IS NULL")
            .bind(now.0)
            .bind(blob(session.0))
            .bind(blob(person.0))
            .execute(connection)
            .await
            .doing("ending a session")?;
    if ended.rows_affected() == 0 { Err(Error::NotFound("session")) } else { Ok(()) }
}

/// Ends all sessions of a person but one; the caller revokes their passes after the commit.
pub(super) async fn end_sessions(
    connection: &mut SqliteConnection,
    person: PersonId,
    but: Option<SessionId>,
    now: WallTime,
) -> Result<()> {
    sqlx::query("UPDATE session SET ended_us = ? WHERE person = ? AND ended_us IS NULL AND id IS NOT ?")
        .bind(now.0)
        .bind(blob(person.0))
        .bind(but.map(|session| blob(session.0)))
        .execute(connection)
        .await
        .doing("ending sessions")
        .map(|_| ())
}

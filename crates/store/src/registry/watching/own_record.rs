//! Everything that is recorded about a person, for that person: their entries, entries of others about them, their sessions and the
//! questions about them. It shows nobody else's.
//!
//! Of an entry that somebody else wrote about the person, the place from where it was done is left out: it is the other's.

use super::QuestionRow;
use crate::convert::{blob, int, uuid_of};
use crate::error::{Doing, Result};
use crate::registry::person_of;
use crate::registry::{AccessEntry, EntryIndex, Registry, pages};
use model::{Act, Cx, PersonId, SessionId, WallTime};

/// Entries on one page.
const PAGE_ROWS_MAX: u32 = 500;
/// Sessions that are shown, newest first.
const SESSIONS_MAX: i64 = 100;

#[derive(Clone, Debug, Default)]
pub struct OwnQuery {
    pub act: Option<Act>,
    pub from: Option<WallTime>,
    pub to: Option<WallTime>,
    /// Leaves use records out: of somebody who watches a wall nearly all entries are such.
    pub without_use: bool,
    /// Only entries before this one: what the previous page returned.
    pub before: Option<EntryIndex>,
    pub limit: u32,
}

/// A session, ended or not.
#[derive(Clone, Debug)]
pub struct OwnSession {
    pub id: SessionId,
    pub created: WallTime,
    pub seen: WallTime,
    pub ended: Option<WallTime>,
    pub expires: WallTime,
    pub place: String,
    pub agent: String,
}

#[derive(Clone, Debug)]
pub struct OwnEntries {
    /// Newest first, each with whether the person did it themselves.
    pub entries: Vec<(AccessEntry, bool)>,
    pub next: Option<EntryIndex>,
}

const OWN: &str = "
WITH mine AS (
  SELECT idx FROM (SELECT idx FROM entry_search WHERE person = ?1 AND idx < ?2 AND (?3 IS NULL OR act = ?3)
    AND time_us >= ?4 AND time_us < ?5 AND (?6 IS NULL OR act <> ?6) ORDER BY idx DESC LIMIT ?7)
  UNION
  SELECT idx FROM (SELECT about.idx FROM entry_about AS about JOIN entry_search AS search ON search.idx = about.idx
    WHERE about.person = ?1 AND about.idx < ?2 AND (?3 IS NULL OR act = ?3)
    AND time_us >= ?4 AND time_us < ?5 AND (?6 IS NULL OR act <> ?6) ORDER BY about.idx DESC LIMIT ?7))
SELECT entry.idx, leaf, ciphertext, key, salt, batch IS NOT NULL
FROM mine JOIN entry ON entry.idx = mine.idx LEFT JOIN entry_key ON entry_key.idx = entry.idx
ORDER BY entry.idx DESC LIMIT ?7";

impl Registry {
    /// The person's own part of the access log. What is new in the log is looked at first.
    pub async fn own_record(&self, cx: &Cx, query: &OwnQuery) -> Result<OwnEntries> {
        let person = person_of(cx)?;
        self.admit_own_reading(cx, person).await?;
        self.sweep_watching(cx.now).await?;
        let limit = query.limit.clamp(1, PAGE_ROWS_MAX);
        let rows: Vec<pages::Row> = sqlx::query_as(OWN)
            .bind(blob(person.0))
            .bind(query.before.map_or(Ok(i64::MAX), |before| int(before.0))?)
            .bind(query.act.map(|act| i64::from(act.code())))
            .bind(query.from.map_or(i64::MIN, |from| from.0))
            .bind(query.to.map_or(i64::MAX, |to| to.0))
            .bind(query.without_use.then(|| i64::from(Act::Use.code())))
            .bind(i64::from(limit))
            .fetch_all(&self.0.database.read)
            .await
            .doing("reading what is recorded about a person")?;
        let full = rows.len() == limit as usize;
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            entries.push(shown(pages::opened(row)?, person));
        }
        let next = entries.last().filter(|_| full).map(|(entry, _)| entry.index);
        Ok(OwnEntries { entries, next })
    }

    /// Questions about oneself, newest first: shown as soon as they are asked.
    pub async fn questions_about_me(&self, cx: &Cx) -> Result<Vec<QuestionRow>> {
        let person = person_of(cx)?;
        self.admit_own_reading(cx, person).await?;
        self.own_questions(person).await
    }

    /// One's own sessions, ended ones too.
    pub async fn own_sessions(&self, cx: &Cx) -> Result<Vec<OwnSession>> {
        let person = person_of(cx)?;
        type Row = (Vec<u8>, i64, i64, Option<i64>, i64, String, String);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, created_us, seen_us, ended_us, expires_us, place, agent FROM session
             WHERE person = ? ORDER BY created_us DESC LIMIT ?",
        )
        .bind(blob(person.0))
        .bind(SESSIONS_MAX)
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing sessions")?;
        rows.into_iter()
            .map(|(id, created, seen, ended, expires, place, agent)| {
                Ok(OwnSession {
                    id: SessionId(uuid_of(&id)?),
                    created: WallTime(created),
                    seen: WallTime(seen),
                    ended: ended.map(WallTime),
                    expires: WallTime(expires),
                    place,
                    agent,
                })
            })
            .collect()
    }
}

fn shown(mut entry: AccessEntry, person: PersonId) -> (AccessEntry, bool) {
    let own = entry.record.as_ref().is_none_or(|record| record.acting.person == Some(person));
    if let Some(record) = entry.record.as_mut().filter(|_| !own) {
        record.place.clear();
    }
    (entry, own)
}

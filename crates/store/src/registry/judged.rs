//! What one person writes and a second one judges: explanations of gaps and announced maintenance share who, when, verdict.
//!
//! It does not know what the writing is about. Invariant: one writing is judged once, by somebody who did not write it; the
//! law says so, and the table says so again.

use super::EntryIndex;
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Result};
use crate::registry::once;
use law::completeness::Judgement;
use model::{PersonId, WallTime};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Who did it, when, and where it stands in the access log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hand {
    pub person: PersonId,
    pub name: String,
    pub at: WallTime,
    pub entry: EntryIndex,
}

/// What the second person said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    pub by: Hand,
    pub approved: bool,
    pub text: String,
}

/// Author and verdict of one writing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judged {
    pub author: Hand,
    pub verdict: Option<Verdict>,
}

impl Judged {
    pub fn judgement(&self) -> Judgement {
        match &self.verdict {
            None => Judgement::Pending,
            Some(Verdict { by, approved: true, .. }) => Judgement::Approved(by.at),
            Some(Verdict { by, .. }) => Judgement::Declined(by.at),
        }
    }
}

/// The columns of [`Judged`], in the order of [`JudgedTuple`]; the table is called `t` in the query.
pub(super) const COLUMNS: &str =
    "t.author, writer.name, t.written_us, t.entry, t.state, t.judge, judge.name, t.judged_us,
    t.verdict, t.verdict_entry";
/// The people whom the columns name.
pub(super) const PEOPLE: &str =
    "JOIN person AS writer ON writer.id = t.author LEFT JOIN person AS judge ON judge.id = t.judge";

pub(super) type JudgedTuple = (
    Vec<u8>,
    String,
    i64,
    i64,
    i64,
    Option<Vec<u8>>,
    Option<String>,
    Option<i64>,
    Option<String>,
    Option<i64>,
);

pub(super) fn judged(row: JudgedTuple) -> Result<Judged> {
    let (author, name, written, entry, state, judge, judge_name, judged, text, verdict_entry) = row;
    let hand = |person: &[u8], name, at, entry| -> Result<Hand> {
        Ok(Hand {
            person: PersonId(uuid_of(person)?),
            name,
            at: WallTime(at),
            entry: EntryIndex(uint(entry)?),
        })
    };
    let verdict = match (judge, judged, verdict_entry) {
        (Some(judge), Some(at), Some(entry)) => Some(Verdict {
            by: hand(&judge, judge_name.unwrap_or_default(), at, entry)?,
            approved: state == APPROVED,
            text: text.unwrap_or_default(),
        }),
        _ => None,
    };
    Ok(Judged { author: hand(&author, name, written, entry)?, verdict })
}

const APPROVED: i64 = 2;
const DECLINED: i64 = 3;

/// Which table the writing is in.
#[derive(Clone, Copy)]
pub(super) enum Table {
    Explanation,
    Maintenance,
}

/// A verdict on its way into its row.
pub(super) struct Judging {
    pub id: Uuid,
    pub judge: PersonId,
    pub at: WallTime,
    pub approved: bool,
    pub text: String,
    pub entry: EntryIndex,
}

/// Keeps the verdict; a second one is a conflict, and rolls its entry back.
pub(super) async fn judge(connection: &mut SqliteConnection, table: Table, judging: Judging) -> Result<()> {
    let sql = match table {
        Table::Explanation => {
            "UPDATE explanation SET state = ?, judge = ?, judged_us = ?, verdict = ?, verdict_entry = ?
             WHERE id = ? AND state = 1"
        }
        Table::Maintenance => {
            "UPDATE maintenance SET state = ?, judge = ?, judged_us = ?, verdict = ?, verdict_entry = ?
             WHERE id = ? AND state = 1"
        }
    };
    let done = sqlx::query(sql)
        .bind(if judging.approved { APPROVED } else { DECLINED })
        .bind(blob(judging.judge.0))
        .bind(judging.at.0)
        .bind(judging.text)
        .bind(int(judging.entry.0)?)
        .bind(blob(judging.id))
        .execute(connection)
        .await
        .doing("keeping a verdict")?;
    once(&done, "somebody has judged this already")?;
    Ok(())
}

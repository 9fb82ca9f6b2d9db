//! Footage of a retrieval is held from the moment on at which the request is complete (national-2016:18, :22): once for each retrieval, over
//! exactly what it asks for. The same hold goes on with the copy that is handed over.
//!
//! When it ends where nothing was handed over is `law::retrieval::hold_ends`'s. The invariants kept: it commits with the step that it
//! is for; by rule ends only what this placed, what no copy rests on and nobody lifted before, each with its own entry.

use super::RetrievalRow;
use crate::convert::{blob, int, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::admit::{Ask, enter};
use crate::registry::holds::{self, DOCUMENT_CHARS_MAX, HoldState, Placing};
use crate::registry::{EntryIndex, Message, Registry, new_id, outbox, person_of, system_cx};
use law::retrieval::{Dropped, hold_ends};
use model::{Act, Cx, ExportId, HoldId, WallTime};
use sqlx::SqliteConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// Holds that end in one round; a round comes each minute.
const ENDED_AT_ONCE_MAX: i64 = 64;

/// The hold of one retrieval.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RetrievalHold {
    pub retrieval: Uuid,
    pub hold: HoldId,
    pub state: HoldState,
    /// When it ends by rule, since the request came to nothing.
    pub ends: Option<WallTime>,
    /// By which it ended so.
    pub end_entry: Option<EntryIndex>,
}

type Row = (Vec<u8>, Vec<u8>, String, Option<i64>, Option<i64>);

const SELECT: &str = "SELECT retrieval, retrieval_hold.hold, hold.state, ends_us, end_entry
    FROM retrieval_hold JOIN hold ON hold.id = retrieval_hold.hold";

fn of((retrieval, hold, state, ends, entry): Row) -> Result<RetrievalHold> {
    let state = HoldState::parse(&state)?;
    let stands = matches!(state, HoldState::Placing | HoldState::Held);
    Ok(RetrievalHold {
        retrieval: uuid_of(&retrieval)?,
        hold: HoldId(uuid_of(&hold)?),
        state,
        // What two persons lifted before that day was ended by no rule.
        ends: ends.filter(|_| stands || entry.is_some()).map(WallTime),
        end_entry: entry.map(crate::convert::uint).transpose()?.map(EntryIndex),
    })
}

/// The hold of a retrieval, if it has one.
pub(super) async fn hold_of(
    connection: &mut SqliteConnection,
    retrieval: Uuid,
) -> Result<Option<RetrievalHold>> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE retrieval = ?")))
        .bind(blob(retrieval))
        .fetch_optional(connection)
        .await
        .doing("reading a retrieval's hold")?;
    row.map(of).transpose()
}

/// The one that keeps footage now.
pub(super) async fn standing(connection: &mut SqliteConnection, retrieval: Uuid) -> Result<Option<HoldId>> {
    let held = hold_of(connection, retrieval).await?;
    Ok(held.filter(|held| matches!(held.state, HoldState::Placing | HoldState::Held)).map(|held| held.hold))
}

/// Holds what the retrieval asks for, if it is footage and was not held for it before. `entry` is the step's.
pub(super) async fn hold(
    connection: &mut SqliteConnection,
    cx: &Cx,
    row: &RetrievalRow,
    entry: EntryIndex,
) -> Result<()> {
    let (Some(span), false) = (row.span, row.cameras.is_empty()) else { return Ok(()) };
    if hold_of(connection, row.id).await?.is_some() {
        return Ok(());
    }
    let (now, number) = (cx.now, &row.asked.case_number);
    let placing = Placing {
        id: HoldId(new_id()),
        cameras: row.cameras.clone(),
        span,
        requester: person_of(cx)?,
        export: None,
        review: holds::review(now, None)?,
        document: number.chars().take(DOCUMENT_CHARS_MAX).collect(),
        approver: String::new(),
        approver_id: None,
    };
    let note = Some(format!("{} {number}", row.asked.organ_name));
    let extra = format!("retrieval={}\n{}", row.id, placing.ask().extra);
    let cx = Cx { case: row.case, note, ..cx.clone() };
    let id = holds::place_itself(connection, &cx, placing, (entry, extra)).await?;
    sqlx::query("INSERT INTO retrieval_hold (retrieval, hold) VALUES (?, ?)")
        .bind(blob(row.id))
        .bind(blob(id.0))
        .execute(connection)
        .await
        .doing("naming the hold of a retrieval")
        .map(|_| ())
}

/// The copy goes out, and the hold that stands is its hold from now on.
pub(super) async fn goes_on(connection: &mut SqliteConnection, hold: HoldId, export: ExportId) -> Result<()> {
    sqlx::query("UPDATE hold SET export = ? WHERE id = ?")
        .bind(blob(export.0))
        .bind(blob(hold.0))
        .execute(connection)
        .await
        .doing("naming the export of a hold")
        .map(|_| ())
}

/// Nothing is handed over, as of a time that no clock set back makes earlier: the hold ends when the law says, at once where that is then.
/// `entry` is the step's.
pub(super) async fn dropped(
    connection: &mut SqliteConnection,
    at: WallTime,
    (retrieval, how, entry): (Uuid, Dropped, EntryIndex),
) -> Result<()> {
    let ends = hold_ends(how, at);
    let set = sqlx::query(
        "UPDATE retrieval_hold SET ends_us = ?1 WHERE retrieval = ?2 AND end_entry IS NULL
         AND EXISTS (SELECT 1 FROM hold WHERE hold.id = retrieval_hold.hold AND hold.export IS NULL
            AND state IN ('placing', 'held'))",
    )
    .bind(ends.0)
    .bind(blob(retrieval))
    .execute(&mut *connection)
    .await
    .doing("setting the end of a hold")?;
    if set.rows_affected() == 0 || ends > at {
        return Ok(());
    }
    end(connection, (at, at), (retrieval, Some(entry))).await
}

/// Ends one by rule, with its entry by the wall clock, as every entry's; whether it is time is judged by `now`. `because` is the step that
/// makes it end.
async fn end(
    connection: &mut SqliteConnection,
    (wall, now): (WallTime, WallTime),
    (retrieval, because): (Uuid, Option<EntryIndex>),
) -> Result<()> {
    let Some(held) = hold_of(connection, retrieval).await? else { return Ok(()) };
    let Some(row) = holds::rows(connection, Some(held.hold)).await?.pop() else { return Ok(()) };
    let ends = held.ends.filter(|ends| *ends <= now);
    // Somebody lifted it, a copy rests on it, or it is too early: looked at again, in the transaction that ends it.
    let (Some(ends), None, HoldState::Placing | HoldState::Held) = (ends, row.export, row.state) else {
        return Ok(());
    };
    let ask = Ask {
        cameras: row.cameras,
        span: Some(row.span),
        subject: Some(row.id.0),
        refers_to: because.or(Some(row.entry)),
        extra: format!("retrieval={retrieval}\nends={ends}\nplaced={}", row.entry.0),
        ..Ask::new(Act::EndHold)
    };
    let entry = match enter(connection, &system_cx("hold", wall), &ask).await? {
        Ok(entered) => entered.entry,
        Err(refusal) => return Err(Error::Refused(Box::new(refusal))),
    };
    sqlx::query("UPDATE hold SET state = 'releasing' WHERE id = ?")
        .bind(blob(row.id.0))
        .execute(&mut *connection)
        .await
        .doing("ending a hold")?;
    sqlx::query("UPDATE retrieval_hold SET end_entry = ? WHERE retrieval = ?")
        .bind(int(entry.0)?)
        .bind(blob(retrieval))
        .execute(&mut *connection)
        .await
        .doing("ending a hold")?;
    let authority = holds::authority(connection, entry).await?;
    let message = Message::ReleaseHold { hold: row.id.to_string(), authority: authority.to_string() };
    outbox::put(connection, wall, &message).await
}

impl Registry {
    /// Ends holds of requests that came to nothing, once their time has passed by real time. How many.
    pub async fn end_retrieval_holds(&self, wall: WallTime) -> Result<u64> {
        let now = self.borne_out(wall);
        let due: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT retrieval FROM retrieval_hold JOIN hold ON hold.id = hold
             WHERE ends_us <= ? AND end_entry IS NULL AND state IN ('placing', 'held') AND export IS NULL
             ORDER BY ends_us LIMIT ?",
        )
        .bind(now.0)
        .bind(ENDED_AT_ONCE_MAX)
        .fetch_all(&self.0.database.read)
        .await
        .doing("looking for holds that end")?;
        let mut ended = 0;
        for retrieval in &due {
            let retrieval = uuid_of(retrieval)?;
            self.write(move |connection| Box::pin(end(connection, (wall, now), (retrieval, None)))).await?;
            ended += 1;
        }
        Ok(ended)
    }

    /// All holds that were placed for a retrieval.
    pub async fn holds_of_retrievals(&self, _cx: &Cx) -> Result<HashMap<HoldId, RetrievalHold>> {
        let rows: Vec<Row> = sqlx::query_as(SELECT)
            .fetch_all(&self.0.database.read)
            .await
            .doing("reading holds of retrievals")?;
        let mut found = HashMap::with_capacity(rows.len());
        for row in rows {
            let held = of(row)?;
            found.insert(held.hold, held);
        }
        Ok(found)
    }
}

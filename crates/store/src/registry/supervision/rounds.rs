//! Rounds: an authority begins inspections of several units or systems of its area at once, with one reason and one plan.
//!
//! What becomes of an inspection is `inspections.rs`; how far a round is follows from its inspections and is stored nowhere. The invariants
//! kept: a round begins whole or not at all; each of its inspections has an entry of its own, so that no unit's auditor reads of another's;
//! rounds are the authorities' side alone.

use super::inspections::{Begun, Inspection, NewInspection, TEXT_CHARS_MAX, insert, of_round};
use super::{at_col, authority_of, authority_row, col, entry_col, id_col, in_area};
use crate::convert::{blob, int};
use crate::error::{Doing, Error, Result};
use crate::registry::admit::{Ask, enter};
use crate::registry::clearance::Cleared;
use crate::registry::part::{ListPart, PartQuery, part};
use crate::registry::{EntryIndex, Registry, new_id, person_of, words, words_digest};
use law::supervision::CHECKLIST_LINES_MAX;
use model::{Act, AuthorityId, Cx, PersonId, RecordId, UnitId, WallTime};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Inspections of one round: what the officers of a county do in a month. More is a second round.
pub const ROUND_INSPECTIONS_MAX: usize = 50;

/// A round as somebody begins it; of its inspections the reasons are not looked at, they have the round's.
#[derive(Clone, Debug)]
pub struct NewInspectionRound {
    pub reason: String,
    /// What is looked at, by whom and by when, in words.
    pub plan: String,
    pub inspections: Vec<NewInspection>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InspectionRound {
    pub id: Uuid,
    pub authority: (AuthorityId, String),
    pub reason: String,
    pub plan: String,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
    /// As they are now.
    pub inspections: Vec<Inspection>,
}

const COLUMNS: &str = "SELECT inspection_round.id, inspection_round.authority, authority.name AS authority_name, inspection_round.reason,
    inspection_round.plan, inspection_round.person, person.name AS person_name, inspection_round.at_us, inspection_round.entry
    FROM inspection_round JOIN authority ON authority.id = inspection_round.authority JOIN person ON person.id = inspection_round.person";

async fn round_of(
    connection: &mut SqliteConnection,
    cleared: &Cleared,
    row: &SqliteRow,
) -> Result<InspectionRound> {
    let id = id_col(row, "id")?;
    Ok(InspectionRound {
        id,
        authority: (AuthorityId(id_col(row, "authority")?), col(row, "authority_name")?),
        reason: col(row, "reason")?,
        plan: col(row, "plan")?,
        by: (PersonId(id_col(row, "person")?), col(row, "person_name")?),
        at: at_col(row, "at_us")?,
        entry: entry_col(row, "entry")?,
        inspections: of_round(connection, cleared, id).await?,
    })
}

impl Registry {
    /// A part of the rounds of the actor's authority and of those below, newest first; one whose inspections were handed to another is theirs
    /// too. Whether they may read is decided before.
    pub async fn inspection_rounds(&self, cx: &Cx, query: &PartQuery) -> Result<ListPart<InspectionRound>> {
        let sight = self.supervision_sight(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("listing rounds")?;
        let cleared = Cleared::load(&mut connection, cx.actor).await?;
        let order = "inspection_round.at_us DESC, inspection_round.id";
        let found = part(&mut connection, query, (COLUMNS, order), |sql| seen(sql, &sight)).await?;
        let mut rows = Vec::with_capacity(found.rows.len());
        for row in &found.rows {
            rows.push(round_of(&mut connection, &cleared, row).await?);
        }
        Ok(ListPart { rows, next_cursor: found.next_cursor, total: found.total })
    }

    /// One of them; not there for whoever has nothing to do with it.
    pub async fn inspection_round(&self, cx: &Cx, id: Uuid) -> Result<InspectionRound> {
        let sight = self.supervision_sight(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("reading a round")?;
        let cleared = Cleared::load(&mut connection, cx.actor).await?;
        let mut sql = QueryBuilder::new(format!("{COLUMNS} WHERE "));
        seen(&mut sql, &sight);
        sql.push(" AND inspection_round.id = ").push_bind(blob(id));
        let row = sql.build().fetch_optional(&mut *connection).await.doing("reading a round")?;
        round_of(&mut connection, &cleared, &row.ok_or(Error::NotFound("round"))?).await
    }

    /// Begins all of them, or none.
    pub async fn begin_inspection_round(&self, cx: &Cx, new: NewInspectionRound) -> Result<Uuid> {
        let person = person_of(cx)?;
        let reason = words("reason", &new.reason, TEXT_CHARS_MAX)?;
        let plan = words("plan", &new.plan, TEXT_CHARS_MAX)?;
        check(&new.inspections)?;
        let (round, cx) = (new_id(), cx.clone());
        let units: BTreeSet<UnitId> = new.inspections.iter().map(|one| one.unit).collect();
        let ask = Ask {
            scopes: units.iter().map(|unit| (*unit, None)).collect(),
            subject: Some(round),
            extra: format!(
                "what=inspection_round\nround={round}\nunits={}\ninspections={}\nplan_sha256={}",
                units.len(),
                new.inspections.len(),
                words_digest(&plan)
            ),
            ..Ask::new(Act::Supervise)
        };
        self.decided(move |connection| {
            Box::pin(async move {
                let entry = match enter(connection, &cx, &ask).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let authority =
                    authority_of(connection, person).await?.ok_or(Error::NotFound("authority"))?;
                let begun = Begun { id: round, authority, round: None, person, at: cx.now, entry };
                insert_round(connection, &begun, (&reason, &plan)).await?;
                insert_all(connection, &cx, &begun, (&new.inspections, &reason)).await?;
                Ok(Ok(round))
            })
        })
        .await
    }
}

/// The authorities' side: of the round, or of an inspection of it that was handed on.
fn seen(sql: &mut QueryBuilder<Sqlite>, sight: &super::orders::Sight) {
    sql.push("(");
    sight.push_authority(sql, "inspection_round.authority");
    sql.push(" OR EXISTS (SELECT 1 FROM inspection WHERE inspection.round = inspection_round.id AND ");
    sight.push_authority(sql, "inspection.authority");
    sql.push("))");
}

/// Enough, not too many, and each once: a whole unit is all of its systems.
fn check(all: &[NewInspection]) -> Result<()> {
    if all.is_empty() || all.len() > ROUND_INSPECTIONS_MAX {
        return Err(Error::invalid("inspections", "are none, or more than 50"));
    }
    if all.iter().any(|one| one.lines.len() > CHECKLIST_LINES_MAX) {
        return Err(Error::invalid("lines", "are too many"));
    }
    let mut known = BTreeSet::<(UnitId, Option<RecordId>)>::new();
    let mut whole = BTreeSet::<UnitId>::new();
    for one in all {
        let twice = !known.insert((one.unit, one.system));
        let within = match one.system {
            None => {
                whole.insert(one.unit);
                all.iter().any(|other| other.unit == one.unit && other.system.is_some())
            }
            Some(_) => whole.contains(&one.unit),
        };
        if twice || within {
            return Err(Error::invalid("inspections", "name a system twice"));
        }
    }
    Ok(())
}

async fn insert_round(
    connection: &mut SqliteConnection,
    begun: &Begun,
    (reason, plan): (&str, &str),
) -> Result<()> {
    sqlx::query(
        "INSERT INTO inspection_round (id, authority, reason, plan, person, at_us, entry) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(begun.id))
    .bind(blob(begun.authority.0))
    .bind(reason)
    .bind(plan)
    .bind(blob(begun.person.0))
    .bind(begun.at.0)
    .bind(int(begun.entry.0)?)
    .execute(connection)
    .await
    .doing("beginning a round")
    .map(|_| ())
}

/// Each with an entry of its own unit, which names the round.
async fn insert_all(
    connection: &mut SqliteConnection,
    cx: &Cx,
    round: &Begun,
    (all, reason): (&[NewInspection], &str),
) -> Result<()> {
    let authority = authority_row(connection, round.authority).await?;
    let systems = in_area(connection, &authority).await?;
    for one in all {
        let own = |system| systems.iter().any(|known| known.id == system && known.unit == one.unit);
        if one.system.is_some_and(|system| !own(system)) {
            return Err(Error::NotFound("system"));
        }
        let id = new_id();
        let ask = Ask {
            scopes: vec![(one.unit, None)],
            subject: Some(id),
            refers_to: Some(round.entry),
            extra: format!("what=inspection\ninspection={id}\nround={}\nlines={}", round.id, one.lines.len()),
            ..Ask::new(Act::Supervise)
        };
        // What was permitted over all of them is over each: were it not, nothing of the round stays.
        let entered = enter(connection, cx, &ask).await?;
        let entry = entered.map_err(|refusal| Error::Refused(Box::new(refusal)))?.entry;
        let begun = Begun { id, round: Some(round.id), entry, ..*round };
        insert(connection, &begun, (one, reason)).await?;
    }
    Ok(())
}

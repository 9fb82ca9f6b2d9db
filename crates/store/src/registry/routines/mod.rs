//! A unit's routines: terms, written rules and their confirmations, drills, rounds, work orders, assessments, carriers' links.
//!
//! What is due or late is `law::routines`'. The invariants: each change commits with its entry; rows stay; what was signed or frozen
//! does not change; and only the person themselves confirms that they have read a rule.

mod assessments;
mod links;
mod orders;
mod rounds;
mod rules;

pub use assessments::AssessmentRow;
pub use links::{LinkRow, NewLink};
pub use orders::{NewWorkOrder, Repair, WorkOrderRow};
pub use rounds::{RoundLine, RoundRow};
pub use rules::{DrillRow, NewDrill, NewRule, OwnRule, RuleRow};

use super::admit::Ask;
use super::register::written_rules_asked;
use super::{EntryIndex, Registry, facts, words};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use law::access::entitles;
use law::packs::ArticleId;
use law::routines::{RULE, RuleKind, Terms};
use model::{Act, Actor, CameraId, Cx, PersonId, UnitId, WallTime};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Words on a round, a repair, a drill: a page.
const WORDS_CHARS_MAX: usize = 2_000;
/// Rows of one list, newest first: years of rounds of a unit.
const ROWS_MAX: i64 = 500;

/// Who put their name to something, when, with which words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signed {
    pub person: PersonId,
    pub name: String,
    pub at: WallTime,
    pub words: String,
    pub entry: EntryIndex,
}

/// A unit as its routines are judged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitRoutines {
    pub unit: UnitId,
    pub since: WallTime,
    /// It has cameras that are not retired.
    pub has_cameras: bool,
    pub terms: Terms,
    /// The unit has said its own terms.
    pub own_terms: bool,
    /// What packs that bind ask for, with the article.
    pub asked: Vec<(RuleKind, ArticleId)>,
}

impl Registry {
    /// Units whose routines the actor may see as a whole; all for the system.
    pub async fn routine_units(&self, cx: &Cx) -> Result<Vec<UnitId>> {
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT id FROM unit ORDER BY name")
            .fetch_all(&self.0.database.read)
            .await
            .doing("listing units")?;
        let all = rows.iter().map(|(unit,)| uuid_of(unit).map(UnitId)).collect::<Result<Vec<_>>>()?;
        let Actor::Person(person) = cx.actor else { return Ok(all) };
        let posts = self.posts_of(person).await?;
        let sees = |unit: &UnitId| {
            let mut own = posts.iter().filter(|post| post.unit == *unit && post.group.is_none());
            own.any(|post| entitles(post.role, Act::ReadHealth))
        };
        Ok(all.into_iter().filter(sees).collect())
    }

    /// One of those units, with its terms and what is asked of it.
    pub async fn unit_routines(&self, cx: &Cx, unit: UnitId) -> Result<UnitRoutines> {
        if !self.routine_units(cx).await?.contains(&unit) {
            return Err(Error::NotFound("unit"));
        }
        let mut connection = self.0.database.read.acquire().await.doing("reading a unit's routines")?;
        let (since, has_cameras): (i64, bool) = sqlx::query_as(
            "SELECT created_us, EXISTS (SELECT 1 FROM camera WHERE camera.unit = unit.id AND retired_us IS NULL)
             FROM unit WHERE id = ?",
        )
        .bind(blob(unit.0))
        .fetch_one(&mut *connection)
        .await
        .doing("reading a unit")?;
        let own = terms_of(&mut connection, unit).await?;
        let asked = written_rules_asked(&mut connection, self.book(cx.now), unit).await?;
        Ok(UnitRoutines {
            unit,
            since: WallTime(since),
            has_cameras,
            terms: own.unwrap_or_default(),
            own_terms: own.is_some(),
            asked,
        })
    }

    /// The article that asks a unit for what a control does, or the product's own rule.
    pub async fn routine_article(&self, cx: &Cx, unit: UnitId, control: &str) -> Result<String> {
        self.article_for(cx, unit, control, RULE).await
    }

    /// Sets how often a unit does what.
    pub async fn set_routine_terms(&self, cx: &Cx, unit: UnitId, terms: Terms) -> Result<()> {
        if let Some(field) = terms.wrong() {
            return Err(Error::invalid(field, "is not between 1 and 1096"));
        }
        let extra = format!(
            "drill_days={}\nconfirm_days={}\nfront_end_days={}\nlines_days={}\nstorage_days={}\nrepair_days={}\nassessment_days={}",
            terms.drill_days,
            terms.confirm_days,
            terms.front_end_days,
            terms.lines_days,
            terms.storage_days,
            terms.repair_days,
            terms.assessment_days
        );
        self.act(cx, ask_of(Act::ChangeRoutines, unit, None, extra), move |connection, entry| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO routine_terms (unit, drill_days, confirm_days, front_end_days, lines_days, storage_days,
                        repair_days, assessment_days, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                     ON CONFLICT (unit) DO UPDATE SET drill_days = excluded.drill_days,
                        confirm_days = excluded.confirm_days, front_end_days = excluded.front_end_days,
                        lines_days = excluded.lines_days, storage_days = excluded.storage_days,
                        repair_days = excluded.repair_days, assessment_days = excluded.assessment_days,
                        entry = excluded.entry",
                )
                .bind(blob(unit.0))
                .bind(terms.drill_days)
                .bind(terms.confirm_days)
                .bind(terms.front_end_days)
                .bind(terms.lines_days)
                .bind(terms.storage_days)
                .bind(terms.repair_days)
                .bind(terms.assessment_days)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("setting a unit's terms")
                .map(|_| ())
            })
        })
        .await
    }

    /// Cameras of a unit that an order or a link may name.
    async fn own_cameras(&self, unit: UnitId, cameras: &[CameraId]) -> Result<()> {
        for camera in cameras {
            let row: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM camera WHERE id = ? AND unit = ?")
                .bind(blob(camera.0))
                .bind(blob(unit.0))
                .fetch_optional(&self.0.database.read)
                .await
                .doing("looking for a camera")?;
            if row.is_none() {
                return Err(Error::invalid("camera_id", "is no camera of this unit"));
            }
        }
        Ok(())
    }
}

/// An act for a whole unit.
fn ask_of(act: Act, unit: UnitId, subject: Option<Uuid>, extra: String) -> Ask {
    Ask { scopes: vec![(unit, None)], subject, extra, ..Ask::new(act) }
}

type TermsRow = (u16, u16, u16, u16, u16, u16, u16);

async fn terms_of(connection: &mut SqliteConnection, unit: UnitId) -> Result<Option<Terms>> {
    let row: Option<TermsRow> = sqlx::query_as(
        "SELECT drill_days, confirm_days, front_end_days, lines_days, storage_days, repair_days, assessment_days
         FROM routine_terms WHERE unit = ?",
    )
    .bind(blob(unit.0))
    .fetch_optional(connection)
    .await
    .doing("reading a unit's terms")?;
    Ok(row.map(|row| Terms {
        drill_days: row.0,
        confirm_days: row.1,
        front_end_days: row.2,
        lines_days: row.3,
        storage_days: row.4,
        repair_days: row.5,
        assessment_days: row.6,
    }))
}

/// What somebody signed, from the columns that are there together or not at all.
fn signed(
    person: Option<Vec<u8>>,
    name: Option<String>,
    at: Option<i64>,
    words: Option<String>,
    entry: Option<i64>,
) -> Result<Option<Signed>> {
    let (Some(person), Some(at), Some(entry)) = (person, at, entry) else { return Ok(None) };
    Ok(Some(Signed {
        person: PersonId(uuid_of(&person)?),
        name: name.unwrap_or_default(),
        at: WallTime(at),
        words: words.unwrap_or_default(),
        entry: EntryIndex(uint(entry)?),
    }))
}

/// The unit of a row, which is where its act is judged.
async fn unit_of_row(
    connection: &mut SqliteConnection,
    sql: &'static str,
    id: Uuid,
    what: &'static str,
) -> Result<UnitId> {
    let row: Option<(Vec<u8>,)> =
        sqlx::query_as(sql).bind(blob(id)).fetch_optional(connection).await.doing("reading a routine")?;
    row.map(|(unit,)| uuid_of(&unit).map(UnitId)).transpose()?.ok_or(Error::NotFound(what))
}

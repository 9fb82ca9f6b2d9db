//! What waits for an authority's supervisors, and by when: accusations, orders, demands and inspections, as reminders tell of them.
//!
//! It says no name and no word of anything. The invariant kept: an accusation is among them for nobody whom it concerns.

use super::accusation_sight::Reader;
use super::retention::ENDED_BY_LATER;
use super::{at_col, authority_of, authority_row, col, corrupt, id_col};
use crate::convert::blob;
use crate::error::{Doing, Result};
use crate::registry::clearance::Cleared;
use crate::registry::{Registry, person_of};
use law::supervision::{AccusationStage, JUDGE_DAYS_MAX, OrderState, RULE, due};
use model::{AuthorityId, Cx, WallTime};
use sqlx::{QueryBuilder, SqliteConnection};
use uuid::Uuid;

/// Of each kind for one reader; what is beyond stands on the page.
const TERMS_MAX: i64 = 5_000;
const DAY_US: i64 = 86_400_000_000;
/// A demand that was missed is told of for so long, as it is found.
const MISSED_US: i64 = 365 * DAY_US;

/// One thing that waits, until when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SupervisorTerm {
    pub article: String,
    pub code: &'static str,
    pub about: Uuid,
    pub due: WallTime,
}

impl Registry {
    /// What waits for the actor's authority and is over time then, as the actor may know it. Nothing for whoever supervises for none.
    pub async fn supervisor_terms(&self, cx: &Cx, until: WallTime) -> Result<Vec<SupervisorTerm>> {
        let person = person_of(cx)?;
        let mut connection =
            self.0.database.read.acquire().await.doing("looking what waits for a supervisor")?;
        let Some(authority) = authority_of(&mut connection, person).await? else { return Ok(Vec::new()) };
        let division = authority_row(&mut connection, authority).await?.division;
        let by = |control: &str| self.article_in(cx, &division, control, RULE);
        let reader = Reader::load(&mut connection, person, cx.now).await?;
        let mut found = accusations(&mut connection, &reader, &by("public-reports")).await?;
        found.extend(orders(&mut connection, authority, &by("authority-overdue")).await?);
        let cleared = Cleared::load(&mut connection, cx.actor).await?;
        found.extend(demands(&mut connection, authority, &cleared, cx.now).await?);
        drop(connection);
        let inspected = by("inspection-rhythm");
        found.extend(self.inspections_by(cx, authority, until).await?.into_iter().map(|(system, due)| {
            SupervisorTerm { article: inspected.clone(), code: "inspection_overdue", about: system.0, due }
        }));
        found.retain(|one| one.due < until);
        Ok(found)
    }
}

async fn accusations(
    connection: &mut SqliteConnection,
    reader: &Reader,
    article: &str,
) -> Result<Vec<SupervisorTerm>> {
    let mut sql = QueryBuilder::new("SELECT id, stage, at_us FROM accusation WHERE ");
    reader.narrow(&mut sql);
    sql.push(" AND stage <> 'closed' ORDER BY at_us LIMIT ").push_bind(TERMS_MAX);
    let rows = sql.build().fetch_all(connection).await.doing("looking for accusations that wait")?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let word: String = col(row, "stage")?;
        let stage = AccusationStage::from_word(&word).ok_or_else(|| corrupt(&word))?;
        let (about, due) = (id_col(row, "id")?, due(stage, at_col(row, "at_us")?));
        found.extend(due.map(|due| SupervisorTerm {
            article: article.to_owned(),
            code: "accusations_overdue",
            about,
            due,
        }));
    }
    Ok(found)
}

/// Orders until their time limit, and corrections until they should be judged.
async fn orders(
    connection: &mut SqliteConnection,
    authority: AuthorityId,
    judging: &str,
) -> Result<Vec<SupervisorTerm>> {
    let rows = sqlx::query(
        "SELECT id, article, state, deadline_us, coalesce((SELECT max(at_us) FROM order_step
             WHERE correction_order = correction_order.id AND what IN ('corrected', 'escalated')), at_us) AS at_us
         FROM correction_order WHERE authority = ? AND state IN ('issued', 'corrected') ORDER BY deadline_us LIMIT ?",
    )
    .bind(blob(authority.0))
    .bind(TERMS_MAX)
    .fetch_all(connection)
    .await
    .doing("looking for orders that wait")?;
    let term = |row| {
        let is_corrected = col::<String>(row, "state")? == OrderState::Corrected.as_str();
        let judged = at_col(row, "at_us")?.plus_us(JUDGE_DAYS_MAX * DAY_US);
        Ok(SupervisorTerm {
            article: if is_corrected { judging.to_owned() } else { col(row, "article")? },
            code: if is_corrected { "correction_unjudged" } else { "order_overdue" },
            about: id_col(row, "id")?,
            due: if is_corrected { judged } else { at_col(row, "deadline_us")? },
        })
    };
    rows.iter().map(term).collect()
}

/// Demands that were drawn and are not proven; one over a system that became secret since is for the cleared alone.
async fn demands(
    connection: &mut SqliteConnection,
    authority: AuthorityId,
    cleared: &Cleared,
    now: WallTime,
) -> Result<Vec<SupervisorTerm>> {
    let mut sql = QueryBuilder::new(
        "SELECT id, article, deadline_us FROM retention_demand WHERE nonce IS NOT NULL AND coalesce(failed, 1) > 0 AND authority = ",
    );
    sql.push_bind(blob(authority.0)).push(" AND deadline_us > ").push_bind(now.plus_us(-MISSED_US).0);
    sql.push(" AND NOT ").push(ENDED_BY_LATER).push(" AND ");
    cleared.push(&mut sql, "(SELECT secret FROM record WHERE record.id = retention_demand.system)", "unit");
    sql.push(" ORDER BY deadline_us LIMIT ").push_bind(TERMS_MAX);
    let rows = sql.build().fetch_all(connection).await.doing("looking for demands that wait")?;
    let term = |row| {
        Ok(SupervisorTerm {
            article: col(row, "article")?,
            code: "retention_unproven",
            about: id_col(row, "id")?,
            due: at_col(row, "deadline_us")?,
        })
    };
    rows.iter().map(term).collect()
}

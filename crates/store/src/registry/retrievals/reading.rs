//! Reading retrievals: those of units of which one holds a post for the whole unit, and those that one entered oneself. What is in a
//! secret system is there only for whoever is cleared (guangzhou-2007:11).

use super::form::{self, FormMark};
use super::rows::{self, Row, judged, row_of, stored};
use super::sealing::with_reason;
use super::service::standing_still;
use super::{LateRetrieval, Retrieval, RetrievalRow, RetrievalState};
use crate::convert::{blob, uint};
use crate::error::{Doing, Error, Result};
use crate::registry::in_time::{DoneInTime, IN_TIME_MAX};
use crate::registry::{Registry, clearance::Cleared, facts::posts};
use law::access::entitles;
use law::packs::{Force, Rules};
use law::retrieval::{Late, judge, late, lawful_refusal, undertaking};
use model::{Act, Actor, Cx, UnitId, WallTime};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

/// Retrievals on one page.
const PAGE_ROWS_MAX: u32 = 200;
/// Late ones that are told at once.
const LATE_MAX: i64 = 500;

#[derive(Clone, Debug, Default)]
pub struct RetrievalQuery {
    pub state: Option<RetrievalState>,
    /// Only those that are not done yet.
    pub open: bool,
    /// Only those that wait too long.
    pub late: bool,
    pub limit: u32,
    /// So many are skipped: what the previous page returned.
    pub cursor: Option<String>,
}

#[derive(Clone, Debug)]
pub struct RetrievalPage {
    /// Newest first.
    pub retrievals: Vec<RetrievalRow>,
    pub next_cursor: Option<String>,
    pub total: u64,
}

/// What somebody may see of them.
struct Sight {
    /// `None`: everything.
    person: Option<Vec<u8>>,
    units: Vec<UnitId>,
    cleared: Cleared,
}

impl Sight {
    async fn load(connection: &mut SqliteConnection, cx: &Cx) -> Result<Self> {
        let cleared = Cleared::load(connection, cx.actor).await?;
        let Actor::Person(person) = cx.actor else {
            return Ok(Self { person: None, units: Vec::new(), cleared });
        };
        let posts = posts(connection, person).await?;
        let whole =
            posts.iter().filter(|post| post.group.is_none() && entitles(post.role, Act::ReadRetrievals));
        let units = whole.map(|post| post.unit).collect();
        Ok(Self { person: Some(blob(person.0)), units, cleared })
    }

    fn sees(&self, row: &RetrievalRow, secret: bool) -> bool {
        let own = self.person.as_ref().is_none_or(|person| *person == blob(row.opened_by.0.0));
        (own || self.units.contains(&row.unit)) && (!secret || self.cleared.covers(Some(row.unit)))
    }

    /// The same as a condition of SQL.
    fn push(&self, sql: &mut QueryBuilder<Sqlite>) {
        if let Some(person) = &self.person {
            sql.push("(opened_by = ").push_bind(person.clone());
            for unit in &self.units {
                sql.push(" OR retrieval.unit = ").push_bind(blob(unit.0));
            }
            sql.push(")");
        } else {
            sql.push("1");
        }
        if let Cleared::Units(units) = &self.cleared {
            sql.push(" AND (NOT (");
            sql.push(rows::SECRET);
            sql.push(")");
            for unit in units {
                sql.push(" OR retrieval.unit = ").push_bind(blob(unit.0));
            }
            sql.push(")");
        }
    }
}

impl Registry {
    /// A page of retrievals that the actor may see.
    pub async fn retrievals(&self, cx: &Cx, query: &RetrievalQuery) -> Result<RetrievalPage> {
        let cursor: u32 = query
            .cursor
            .as_deref()
            .map_or(Ok(0), str::parse)
            .map_err(|_| Error::invalid("cursor", "is not one that a page gave"))?;
        let limit = query.limit.clamp(1, PAGE_ROWS_MAX);
        let mut connection = self.0.database.read.acquire().await.doing("listing retrievals")?;
        let sight = Sight::load(&mut connection, cx).await?;
        let chosen = |sql: &mut QueryBuilder<Sqlite>| {
            sight.push(sql);
            if let Some(state) = query.state {
                sql.push(" AND state = ").push_bind(state.as_str());
            }
            if query.open {
                sql.push(" AND state NOT IN ('closed', 'refused')");
            }
            if query.late {
                sql.push(" AND (due_us < ").push_bind(cx.now.0);
                sql.push(" OR papers_due_us < ").push_bind(cx.now.0).push(")");
            }
        };
        let mut counting = QueryBuilder::new("SELECT count(*) FROM retrieval WHERE ");
        chosen(&mut counting);
        let total: i64 =
            counting.build_query_scalar().fetch_one(&mut *connection).await.doing("counting retrievals")?;
        let mut listing = QueryBuilder::new(format!("{} WHERE ", rows::select()));
        chosen(&mut listing);
        listing.push(" ORDER BY opened_us DESC, retrieval.id LIMIT ").push_bind(i64::from(limit));
        listing.push(" OFFSET ").push_bind(i64::from(cursor));
        let found: Vec<Row> =
            listing.build_query_as().fetch_all(&mut *connection).await.doing("listing retrievals")?;
        let mut retrievals = with_cameras(&mut connection, found).await?;
        let still = standing_still(&mut connection, cx.now).await?;
        for row in &mut retrievals {
            row.still_until = still.get(&row.id).copied();
            with_reason(&mut connection, &self.0.sealer, row).await?;
        }
        let (total, end) = (uint(total)?, u64::from(cursor) + retrievals.len() as u64);
        let next_cursor = (end < total && !retrievals.is_empty()).then(|| end.to_string());
        Ok(RetrievalPage { retrievals, next_cursor, total })
    }

    /// One retrieval, whole, as the law has it today.
    ///
    /// # Errors
    /// `NotFound` for one that the actor may not see.
    pub async fn retrieval(&self, cx: &Cx, id: Uuid) -> Result<Retrieval> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a retrieval")?;
        let (row, secret) = stored(&mut connection, id).await?;
        if !Sight::load(&mut connection, cx).await?.sees(&row, secret) {
            return Err(Error::NotFound("retrieval"));
        }
        drop(connection);
        self.whole(cx, row).await
    }

    /// The same after a step that the actor has taken.
    pub(super) async fn read_retrieval(&self, cx: &Cx, id: Uuid) -> Result<Retrieval> {
        let row = self.stored_retrieval(id).await?;
        self.whole(cx, row).await
    }

    async fn whole(&self, cx: &Cx, mut row: RetrievalRow) -> Result<Retrieval> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a retrieval")?;
        with_reason(&mut connection, &self.0.sealer, &mut row).await?;
        row.still_until = standing_still(&mut connection, cx.now).await?.remove(&row.id);
        let book = self.book(cx.now);
        let officers = rows::officers(&mut connection, &self.0.sealer, row.id).await?;
        let papers = rows::papers(&mut connection, row.id, &book.today.to_string()).await?;
        let events = rows::events(&mut connection, row.id).await?;
        let hold = super::holding::hold_of(&mut connection, row.id).await?;
        let offered = super::shown::offered(&mut connection, &row, &events).await?;
        let (facts, rules) = judged(&mut connection, book, &row).await?;
        let refusable = lawful_refusal(&facts, &rules).map(|verdict| verdict.article().clone());
        let free = |rules: &Rules<'_>| {
            let all = rules.all(Force::Binds, |values| values.free_of_charge.as_ref());
            all.into_iter().find(|ruling| ruling.value).map(|ruling| ruling.article)
        };
        let mut packs: Vec<String> = rules
            .iter()
            .flat_map(|rules| rules.all(Force::Binds, |values| values.retrieval.as_ref()))
            .map(|list| list.article.pack)
            .collect();
        packs.sort_unstable();
        packs.dedup();
        let form = FormMark {
            sha256: form::sha256(&row, &officers, &papers)?,
            approved: form::approved(&mut connection, &row).await?,
            undertaking: undertaking(&facts, &rules),
        };
        Ok(Retrieval {
            verdict: judge(&facts, &rules),
            refusable,
            free_under: rules.iter().find_map(free),
            packs,
            form,
            row,
            hold,
            officers,
            papers,
            events,
            offered,
        })
    }

    /// Those that wait too long, of what the actor may see.
    pub async fn late_retrievals(&self, cx: &Cx) -> Result<Vec<LateRetrieval>> {
        let mut connection = self.0.database.read.acquire().await.doing("looking for late retrievals")?;
        let sight = Sight::load(&mut connection, cx).await?;
        let mut sql = QueryBuilder::new(format!("{} WHERE ", rows::select()));
        sight.push(&mut sql);
        sql.push(" AND (due_us < ").push_bind(cx.now.0).push(" OR papers_due_us < ").push_bind(cx.now.0);
        sql.push(") ORDER BY opened_us LIMIT ").push_bind(LATE_MAX);
        let found: Vec<Row> =
            sql.build_query_as().fetch_all(&mut *connection).await.doing("looking for late retrievals")?;
        let book = self.book(cx.now);
        let mut all = Vec::new();
        for row in with_cameras(&mut connection, found).await? {
            let (facts, rules) = judged(&mut connection, book, &row).await?;
            let verdict = judge(&facts, &rules);
            for (what, since) in late(row.clock, cx.now) {
                let article = match what {
                    Late::HandOver => rules.iter().find_map(|rules| rules.of_obligation("H3")),
                    Late::Papers => verdict.missing().first().map(|lack| lack.article.clone()),
                };
                let article = article.unwrap_or_else(|| verdict.article().clone());
                all.push(LateRetrieval { row: row.clone(), late: what, since, article });
            }
        }
        Ok(all)
    }

    /// Those opened since then that were answered, by the footage or by a lawful refusal, and never found late: the history would name them.
    pub async fn retrievals_in_time(&self, cx: &Cx, since: WallTime) -> Result<Vec<DoneInTime>> {
        let mut connection = self.0.database.read.acquire().await.doing("looking for answered retrievals")?;
        let sight = Sight::load(&mut connection, cx).await?;
        let mut sql = QueryBuilder::new(format!("{} WHERE ", rows::select()));
        sight.push(&mut sql);
        sql.push(
            " AND state IN ('handed-over', 'closed', 'refused') AND papers_due_us IS NULL AND opened_us > ",
        );
        sql.push_bind(since.0);
        sql.push(
            " AND NOT EXISTS (SELECT 1 FROM finding WHERE finding.kind = 'retrieval' AND finding.about = retrieval.id)
             ORDER BY opened_us DESC LIMIT ",
        );
        sql.push_bind(IN_TIME_MAX);
        let found: Vec<Row> = sql
            .build_query_as()
            .fetch_all(&mut *connection)
            .await
            .doing("looking for answered retrievals")?;
        let done = |(row, _): (RetrievalRow, bool)| DoneInTime {
            unit: Some(row.unit),
            article: None,
            id: row.id,
            name: row.asked.organ_name,
        };
        found.into_iter().map(|row| row_of(row).map(done)).collect()
    }
}

async fn with_cameras(connection: &mut SqliteConnection, found: Vec<Row>) -> Result<Vec<RetrievalRow>> {
    let mut all = Vec::with_capacity(found.len());
    for row in found {
        let (mut row, _) = row_of(row)?;
        row.cameras = rows::cameras(connection, row.id).await?;
        all.push(row);
    }
    Ok(all)
}

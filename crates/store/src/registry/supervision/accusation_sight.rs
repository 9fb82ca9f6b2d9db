//! Who reads which accusations: those that are theirs to deal with and do not concern them, however many others came since.
//!
//! The invariant kept: whoever an accusation may concern never reads it, nor whether there is one, whatever posts they hold and through
//! whatever account they could have made or can take over: every reading, also a count, is of the same rows ([`Reader::narrow`]).

use super::accusations::{Accusation, stage_of, steps};
use super::{LISTED, all_authorities, at_col, authority_of, col, corrupt, entry_col, id_col, some_id};
use crate::convert::{blob, uint};
use crate::documents::hex;
use crate::error::{Doing, Error, Result};
use crate::registry::in_time::{DoneInTime, IN_TIME_MAX};
use crate::registry::keepers::{Hands, hands};
use crate::registry::register::listed;
use crate::registry::{Registry, facts, person_of};
use crate::seal::Kind;
use law::access::entitles;
use law::supervision::{AccusationStage, AccusedKind, Authority, due, is_concerned, next_up};
use model::{Act, Actor, AuthorityId, Cx, PersonId, WallTime};
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

/// Accusations on one page: what an organ of a city receives in a month of a scandal.
const PAGE_ROWS_MAX: u32 = 500;

/// Which of one's own.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AccusationQuery {
    /// Only those that are not closed, or only those that are.
    pub open: Option<bool>,
    /// At most [`PAGE_ROWS_MAX`]; so many when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

/// One page, newest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccusationPage {
    pub accusations: Vec<Accusation>,
    pub next_cursor: Option<String>,
    /// Of the query, on all pages.
    pub total: u64,
    /// Those that are the reader's and not closed, whatever the query asks.
    pub open: u64,
}

/// Late ones of one authority, or of the auditors.
pub(super) struct LateAccusations {
    pub authority: Option<AuthorityId>,
    pub count: u64,
    /// When the first of them was due.
    pub since: WallTime,
}

/// One that is late, as the system's sweep writes it down.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OverdueAccusation {
    pub id: Uuid,
    /// Which it is, in words that nobody has who does not have the account: the sweep's entry is hashed over it.
    pub mark: String,
    /// `None`: the auditors'.
    pub authority: Option<Authority>,
    pub since: WallTime,
}

/// Who reads, as far as accusations are kept from them or shown to them.
pub(in crate::registry) struct Reader {
    hands: Hands,
    audits: bool,
    authority: Option<Authority>,
    all: Vec<Authority>,
    now: WallTime,
}

impl Reader {
    pub(in crate::registry) async fn load(
        connection: &mut SqliteConnection,
        person: PersonId,
        now: WallTime,
    ) -> Result<Self> {
        let posts = facts::posts_at(connection, person, now).await?;
        let all = all_authorities(connection).await?;
        let own = authority_of(connection, person).await?;
        let audits = posts.iter().any(|post| post.group.is_none() && entitles(post.role, Act::ReadLedger));
        Ok(Self {
            // national-2016:25: an account that the accused keep, made, or could take over is theirs.
            hands: hands(connection, person, posts.into_iter().map(|post| post.unit)).await?,
            audits,
            authority: own.and_then(|own| all.iter().find(|one| one.id == own).cloned()),
            all,
            now,
        })
    }

    /// Whether it came to the reader from the authority below, which is late.
    fn is_escalated(&self, authority: Option<AuthorityId>) -> bool {
        authority.is_some() && self.authority.as_ref().map(|own| own.id) != authority
    }

    /// The invariant of this file: of their authority, of one below that is late, of nobody for auditors; and not about them.
    pub(super) fn narrow(&self, sql: &mut QueryBuilder<Sqlite>) {
        self.dealt_with(sql, true);
        self.unconcerned(sql);
    }

    /// The same for the history of findings: each row stands beside what it is about, and one that was late and is not any more stays
    /// told to whoever dealt with it then.
    pub(in crate::registry) fn narrow_past(&self, sql: &mut QueryBuilder<Sqlite>) {
        sql.push(" AND (NOT (kind = 'supervision' AND code = 'accusations_overdue') OR EXISTS (SELECT 1 FROM finding_evidence");
        sql.push(" JOIN accusation ON accusation.id = finding_evidence.thing WHERE finding_evidence.finding = finding.id AND ");
        self.dealt_with(sql, false);
        self.unconcerned(sql);
        sql.push("))");
    }

    /// What is found about the reader's authority and those below it.
    pub(in crate::registry) fn with_authorities(&self, sql: &mut QueryBuilder<Sqlite>) {
        let Some(own) = &self.authority else { return };
        let told = self.all.iter().filter(|one| own.is_above(one)).map(|one| one.id.0).chain([own.id.0]);
        sql.push(" OR (unit IS NULL AND secret = 0 AND kind = 'supervision' AND about IN (").push(LISTED);
        sql.push_bind(listed(told)).push(")))");
    }

    /// Whether anything of supervision is told to them at all.
    pub(in crate::registry) const fn is_told(&self) -> bool {
        self.audits || self.authority.is_some()
    }

    fn dealt_with(&self, sql: &mut QueryBuilder<Sqlite>, now_late: bool) {
        sql.push("(0");
        if self.audits {
            sql.push(" OR authority IS NULL");
        }
        if let Some(own) = &self.authority {
            sql.push(" OR authority = ").push_bind(blob(own.id.0));
            let below = |one: &&Authority| next_up(one, &self.all).is_some_and(|up| up.id == own.id);
            let below = self.all.iter().filter(below).map(|one| one.id.0);
            sql.push(" OR (authority IN (").push(LISTED).push_bind(listed(below)).push("))");
            if now_late {
                sql.push(" AND ");
                late(sql, self.now);
            }
            sql.push(")");
        }
        sql.push(")");
    }

    fn unconcerned(&self, sql: &mut QueryBuilder<Sqlite>) {
        sql.push(" AND NOT EXISTS (SELECT 1 FROM accusation_concerned AS party WHERE party.accusation = accusation.id AND (");
        let people = self.hands.people.iter().map(|person| person.0);
        sql.push("(party.kind = 'person' AND party.target IN (")
            .push(LISTED)
            .push_bind(listed(people))
            .push(")))");
        let units = self.hands.units.iter().map(|unit| unit.0);
        sql.push(" OR (party.kind = 'unit' AND party.target IN (")
            .push(LISTED)
            .push_bind(listed(units))
            .push(")))");
        if let Some(own) = &self.authority {
            let touching = self.all.iter().filter(|one| is_concerned(own, &[one.id], &self.all));
            // Its own even after it ended.
            let touching = touching.map(|one| one.id.0).chain([own.id.0]);
            sql.push(" OR (party.kind = 'authority' AND party.target IN (").push(LISTED);
            sql.push_bind(listed(touching)).push(")))");
        }
        sql.push("))");
    }
}

/// Past the day of its stage.
fn late(sql: &mut QueryBuilder<Sqlite>, now: WallTime) {
    sql.push("(0");
    for stage in AccusationStage::ALL {
        if let Some(days) = due(stage, WallTime(0)) {
            sql.push(" OR (stage = ").push_bind(stage.as_str()).push(" AND at_us < ");
            sql.push_bind(now.plus_us(-days.0).0).push(")");
        }
    }
    sql.push(")");
}

const COLUMNS: &str =
    "SELECT id, number, code_hash, kind, who, account, contact, at_us, entry, authority, stage
    FROM accusation WHERE ";

impl Registry {
    /// Those that are the actor's to deal with, newest first. What concerns them is not there. Whether they may read is decided before.
    pub async fn accusations(&self, cx: &Cx, query: &AccusationQuery) -> Result<AccusationPage> {
        let cursor: u32 = query
            .cursor
            .as_deref()
            .map_or(Ok(0), str::parse)
            .map_err(|_| Error::invalid("cursor", "is not one that a page gave"))?;
        let limit = query.limit.unwrap_or(PAGE_ROWS_MAX).clamp(1, PAGE_ROWS_MAX);
        let mut connection = self.0.database.read.acquire().await.doing("listing accusations")?;
        let reader = Reader::load(&mut connection, person_of(cx)?, cx.now).await?;
        let filter = |sql: &mut QueryBuilder<Sqlite>, open: Option<bool>| {
            reader.narrow(sql);
            match open {
                Some(true) => sql.push(" AND stage <> 'closed'"),
                Some(false) => sql.push(" AND stage = 'closed'"),
                None => sql,
            };
        };
        let mut counts = [0; 2];
        for (count, open) in counts.iter_mut().zip([query.open, Some(true)]) {
            let mut sql = QueryBuilder::new("SELECT count(*) FROM accusation WHERE ");
            filter(&mut sql, open);
            let found: i64 =
                sql.build_query_scalar().fetch_one(&mut *connection).await.doing("counting accusations")?;
            *count = uint(found)?;
        }
        let mut sql = QueryBuilder::new(COLUMNS);
        filter(&mut sql, query.open);
        sql.push(" ORDER BY at_us DESC, id DESC LIMIT ").push_bind(i64::from(limit));
        sql.push(" OFFSET ").push_bind(i64::from(cursor));
        let rows = sql.build().fetch_all(&mut *connection).await.doing("listing accusations")?;
        let mut accusations = Vec::with_capacity(rows.len());
        for row in &rows {
            accusations.push(self.accusation_of(&mut connection, &reader, row).await?);
        }
        let [total, open] = counts;
        let end = u64::from(cursor) + accusations.len() as u64;
        let next_cursor = (end < total && !accusations.is_empty()).then(|| end.to_string());
        Ok(AccusationPage { accusations, next_cursor, total, open })
    }

    /// One of them; `None` where it is not the actor's to deal with, or is not at all.
    pub async fn own_accusation(&self, cx: &Cx, id: Uuid) -> Result<Option<Accusation>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading an accusation")?;
        let reader = Reader::load(&mut connection, person_of(cx)?, cx.now).await?;
        let mut sql = QueryBuilder::new(COLUMNS);
        reader.narrow(&mut sql);
        sql.push(" AND id = ").push_bind(blob(id));
        let row = sql.build().fetch_optional(&mut *connection).await.doing("reading an accusation")?;
        match row {
            Some(row) => self.accusation_of(&mut connection, &reader, &row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn accusation_of(
        &self,
        connection: &mut SqliteConnection,
        reader: &Reader,
        row: &SqliteRow,
    ) -> Result<Accusation> {
        let (id, stage, at) = (id_col(row, "id")?, stage_of(row)?, at_col(row, "at_us")?);
        let authority = some_id(row, "authority")?.map(AuthorityId);
        let (kind, sealed): (String, Option<Vec<u8>>) = (col(row, "kind")?, col(row, "contact")?);
        let open = |sealed: Vec<u8>| -> Result<String> {
            let plain = self.0.sealer.open(Kind::Contact, id, &sealed)?;
            Ok(String::from_utf8_lossy(plain.expose()).into_owned())
        };
        Ok(Accusation {
            id,
            number: col(row, "number")?,
            mark: hex(col::<&[u8]>(row, "code_hash")?),
            kind: AccusedKind::from_word(&kind).ok_or_else(|| corrupt(&kind))?,
            who: col(row, "who")?,
            account: col(row, "account")?,
            contact: sealed.map(open).transpose()?,
            at,
            entry: entry_col(row, "entry")?,
            authority,
            stage,
            due: due(stage, at),
            steps: steps(connection, id).await?,
            escalated: reader.is_escalated(authority),
        })
    }

    /// Those that the actor, an auditor, deals with since no authority may have them, and that were answered in time since then.
    pub async fn accusations_in_time(&self, cx: &Cx, since: WallTime) -> Result<Vec<DoneInTime>> {
        let Actor::Person(person) = cx.actor else { return Ok(Vec::new()) };
        let mut connection =
            self.0.database.read.acquire().await.doing("looking for answered accusations")?;
        let reader = Reader::load(&mut connection, person, cx.now).await?;
        let mut sql = QueryBuilder::new("SELECT id, number FROM accusation WHERE ");
        reader.narrow(&mut sql);
        sql.push(" AND authority IS NULL AND at_us > ").push_bind(since.0);
        // Each step within the time of the stage before it: what was found late at one is not kept in time by the next.
        let steps = [
            (AccusationStage::Received, AccusationStage::TakenUp),
            (AccusationStage::TakenUp, AccusationStage::Answered),
        ];
        for (before, step) in steps {
            let within_us = due(before, WallTime(0)).map_or(0, |end| end.0);
            sql.push(
                " AND EXISTS (SELECT 1 FROM accusation_step AS done WHERE done.accusation = accusation.id",
            );
            sql.push(" AND done.stage = ").push_bind(step.as_str());
            sql.push(" AND done.at_us - accusation.at_us <= ").push_bind(within_us).push(")");
        }
        sql.push(" ORDER BY at_us DESC LIMIT ").push_bind(IN_TIME_MAX);
        let rows = sql.build().fetch_all(&mut *connection).await.doing("looking for answered accusations")?;
        let done = |row: &SqliteRow| {
            Ok(DoneInTime { unit: None, article: None, id: id_col(row, "id")?, name: col(row, "number")? })
        };
        rows.iter().map(done).collect()
    }

    /// All late ones, for the system's sweep alone: none for any person, who counts their own.
    pub async fn overdue_accusations(&self, cx: &Cx) -> Result<Vec<OverdueAccusation>> {
        if matches!(cx.actor, Actor::Person(_)) {
            return Ok(Vec::new());
        }
        let mut connection = self.0.database.read.acquire().await.doing("looking for late accusations")?;
        let all = all_authorities(&mut connection).await?;
        let mut sql = QueryBuilder::new("SELECT id, account, at_us, stage, authority FROM accusation WHERE ");
        late(&mut sql, cx.now);
        let rows = sql.build().fetch_all(&mut *connection).await.doing("looking for late accusations")?;
        let one = |row: &SqliteRow| {
            let (id, at) = (id_col(row, "id")?, at_col(row, "at_us")?);
            let authority = some_id(row, "authority")?.map(AuthorityId);
            let mut mark = Sha256::new();
            mark.update(id.as_bytes());
            mark.update(col::<String>(row, "account")?);
            Ok(OverdueAccusation {
                id,
                mark: hex(&mark.finalize()),
                authority: authority.and_then(|id| all.iter().find(|one| one.id == id).cloned()),
                since: due(stage_of(row)?, at).unwrap_or(at),
            })
        };
        rows.iter().map(one).collect()
    }

    /// Those that are late at that moment and that the actor deals with now, by whose they are: all of them, and for nobody else.
    pub(super) async fn late_accusations(&self, cx: &Cx, at: WallTime) -> Result<Vec<LateAccusations>> {
        let mut connection = self.0.database.read.acquire().await.doing("counting late accusations")?;
        let reader = Reader::load(&mut connection, person_of(cx)?, cx.now).await?;
        let mut sql = QueryBuilder::new(
            "SELECT authority, stage, count(*) AS late_count, min(at_us) AS at_us FROM accusation WHERE ",
        );
        reader.narrow(&mut sql);
        sql.push(" AND ");
        late(&mut sql, at);
        sql.push(" GROUP BY authority, stage");
        let rows = sql.build().fetch_all(&mut *connection).await.doing("counting late accusations")?;
        let mut found: Vec<LateAccusations> = Vec::new();
        for row in &rows {
            let authority = some_id(row, "authority")?.map(AuthorityId);
            let (stage, at) = (stage_of(row)?, at_col(row, "at_us")?);
            let (count, since) = (uint(col(row, "late_count")?)?, due(stage, at).unwrap_or(at));
            match found.iter_mut().find(|one| one.authority == authority) {
                Some(one) => {
                    one.count += count;
                    one.since = one.since.min(since);
                }
                None => found.push(LateAccusations { authority, count, since }),
            }
        }
        Ok(found)
    }
}

//! Awards: proposed by a unit for whoever's use of its system helped a case, decided by an authority of its area (datong-2008:6).
//!
//! The invariant kept: a proposal names a confirmed case of the same unit, and is decided once.

use super::{at_col, authority_of, col, entry_col, id_col, some_id};
use crate::convert::{blob, int};
use crate::error::{Doing, Error, Result};
use crate::registry::part::{ListPart, PartQuery, of_units, part};
use crate::registry::person_of;
use crate::registry::{EntryIndex, Registry, admit::Ask, new_id, once, words};
use law::access::Refusal;
use model::{Act, AuthorityId, CaseId, Cx, PersonId, UnitId, WallTime};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite};
use uuid::Uuid;

const WHOM_CHARS_MAX: usize = 100;
const MERIT_CHARS_MAX: usize = 1_000;

#[derive(Clone, Debug)]
pub struct NewAward {
    pub unit: UnitId,
    pub case: CaseId,
    pub whom: String,
    pub merit: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AwardRow {
    pub id: Uuid,
    pub unit: UnitId,
    pub case: (CaseId, String),
    pub whom: String,
    pub merit: String,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
    /// Whether it was granted, in which words, by which authority and whom, when, and its entry.
    pub decision: Option<(bool, String, AuthorityId, String, WallTime, EntryIndex)>,
}

const COLUMNS: &str = "SELECT award.id, award.unit, award.case_file, case_file.number, whom, merit, award.person, person.name, award.at_us, award.entry,
       granted, decision, award.authority, (SELECT name FROM person WHERE id = decider) AS decider_name, decided_us, decided_entry
     FROM award JOIN case_file ON case_file.id = award.case_file JOIN person ON person.id = award.person";

fn award_of(row: &SqliteRow) -> Result<AwardRow> {
    let granted: Option<bool> = col(row, "granted")?;
    let decided = |granted| -> Result<_> {
        let (text, name): (Option<String>, Option<String>) =
            (col(row, "decision")?, col(row, "decider_name")?);
        let authority = some_id(row, "authority")?.map(AuthorityId).unwrap_or(AuthorityId(Uuid::nil()));
        let (at, entry) = (at_col(row, "decided_us")?, entry_col(row, "decided_entry")?);
        Ok((granted, text.unwrap_or_default(), authority, name.unwrap_or_default(), at, entry))
    };
    Ok(AwardRow {
        id: id_col(row, "id")?,
        unit: UnitId(id_col(row, "unit")?),
        case: (CaseId(id_col(row, "case_file")?), col(row, "number")?),
        whom: col(row, "whom")?,
        merit: col(row, "merit")?,
        by: (PersonId(id_col(row, "person")?), col(row, "name")?),
        at: at_col(row, "at_us")?,
        entry: entry_col(row, "entry")?,
        decision: granted.map(decided).transpose()?,
    })
}

impl Registry {
    /// A part of the proposals of the actor's units, or of the units in the area of their authority; newest first. Whether they may read
    /// is decided before.
    pub async fn awards(&self, cx: &Cx, query: &PartQuery) -> Result<ListPart<AwardRow>> {
        self.seen_awards(cx, query, None).await
    }

    /// One of them, however many came after.
    pub async fn award(&self, cx: &Cx, id: Uuid) -> Result<AwardRow> {
        let found = self.seen_awards(cx, &PartQuery::default(), Some(id)).await?;
        found.rows.into_iter().next().ok_or(Error::NotFound("award"))
    }

    async fn seen_awards(
        &self,
        cx: &Cx,
        query: &PartQuery,
        only: Option<Uuid>,
    ) -> Result<ListPart<AwardRow>> {
        let own: Vec<UnitId> = match self.own_authority(cx).await? {
            Some(authority) => {
                self.supervised_systems(cx, &authority).await?.into_iter().map(|one| one.unit).collect()
            }
            None => Vec::new(),
        };
        let sight = self.supervision_sight(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("listing awards")?;
        let seen = |sql: &mut QueryBuilder<Sqlite>| {
            sql.push("(");
            sight.push(sql, &[], "award.unit");
            sql.push(" OR ");
            of_units(sql, "award.unit", Some(&own));
            sql.push(")");
            if let Some(id) = only {
                sql.push(" AND award.id = ").push_bind(blob(id));
            }
        };
        let found = part(&mut connection, query, (COLUMNS, "award.at_us DESC, award.id"), seen).await?;
        let rows = found.rows.iter().map(award_of).collect::<Result<_>>()?;
        Ok(ListPart { rows, next_cursor: found.next_cursor, total: found.total })
    }

    /// Proposes an award for what helped a case.
    pub async fn propose_award(&self, cx: &Cx, new: NewAward) -> Result<Uuid> {
        let person = person_of(cx)?;
        let (whom, merit) =
            (words("whom", &new.whom, WHOM_CHARS_MAX)?, words("merit", &new.merit, MERIT_CHARS_MAX)?);
        let case = self.stored_case(new.case).await.ok();
        let fits = case.as_ref().is_some_and(|case| case.unit == new.unit && case.confirmed.is_some());
        let refusal = (!fits).then(|| Refusal {
            article: "datong-2008:6".into(),
            code: "award_case",
            reason: law::Words::new(
                "An award is for what helped a case of this unit.",
                "奖励须与本单位经确认的案件相连。",
            ),
            remedy: law::Words::new(
                "Name a case of the unit that somebody has confirmed.",
                "请选择本单位已确认的案件。",
            ),
        });
        let id = new_id();
        let ask = Ask {
            scopes: vec![(new.unit, None)],
            subject: Some(id),
            extra: format!("what=award\naward={id}\ncase={}", new.case),
            ..Ask::new(Act::AnswerSupervision)
        };
        let now = cx.now;
        self.act_unless(cx, ask, refusal, move |connection, entry| {
            Box::pin(async move {
                sqlx::query("INSERT INTO award (id, unit, case_file, whom, merit, person, at_us, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
                    .bind(blob(id))
                    .bind(blob(new.unit.0))
                    .bind(blob(new.case.0))
                    .bind(whom)
                    .bind(merit)
                    .bind(blob(person.0))
                    .bind(now.0)
                    .bind(int(entry.0)?)
                    .execute(connection)
                    .await
                    .doing("proposing an award")
                    .map(|_| ())
            })
        })
        .await?;
        Ok(id)
    }

    /// Grants it, or not.
    pub async fn decide_award(&self, cx: &Cx, id: Uuid, granted: bool, text: &str) -> Result<()> {
        let person = person_of(cx)?;
        let text = words("text", text, MERIT_CHARS_MAX)?;
        let row: Option<(Vec<u8>, i64)> = sqlx::query_as("SELECT unit, entry FROM award WHERE id = ?")
            .bind(blob(id))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("reading an award")?;
        let (unit, entry) = row.ok_or(Error::NotFound("award"))?;
        let ask = Ask {
            scopes: vec![(UnitId(crate::convert::uuid_of(&unit)?), None)],
            subject: Some(id),
            refers_to: Some(EntryIndex(crate::convert::uint(entry)?)),
            extra: format!("what=award\ngranted={granted}"),
            ..Ask::new(Act::Supervise)
        };
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let authority = authority_of(connection, person).await?;
                let done = sqlx::query(
                    "UPDATE award SET granted = ?, decision = ?, authority = ?, decider = ?, decided_us = ?, decided_entry = ?
                     WHERE id = ? AND granted IS NULL",
                )
                .bind(granted)
                .bind(text)
                .bind(authority.map(|one| blob(one.0)))
                .bind(blob(person.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("deciding an award")?;
                once(&done, "the award is decided")
            })
        })
        .await
    }
}

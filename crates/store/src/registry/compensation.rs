//! Claims for compensation: what a unit lost or spent because an authority acted, what the authority answered, what it paid
//! (guangzhou-2007:18).
//!
//! What a claim needs is `law::compensation`'s, asked in the transaction that writes the entry. The invariant kept: a claim names one act
//! of its own unit, every item has a document of that unit, and the answer is written once.

use super::admit::{Ask, enter_unless};
use super::in_time::{DoneInTime, IN_TIME_MAX};
use super::part::{ListPart, PartQuery, of_units, part};
use super::register::{Book, listed, rules_of_request};
use super::{EntryIndex, Registry, new_id, words};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::once;
use crate::registry::person_of;
use law::compensation::{
    ANSWER_US, CLAIM_ITEMS_MAX, ClaimCause, ClaimFacts, ClaimLate, ClaimState, ITEM_FEN_MAX, after_payment,
    answered, due, judge,
};
use law::register::RecordKind;
use model::{Act, Cx, PersonId, RecordId, UnitId, WallTime};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use std::sync::Arc;
use uuid::Uuid;

const AUTHORITY_CHARS_MAX: usize = 100;
const TEXT_CHARS_MAX: usize = 500;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimItem {
    pub what: String,
    pub amount_fen: i64,
    /// `None` is refused; a stored item always has one.
    pub document: Option<RecordId>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewClaim {
    pub unit: UnitId,
    pub cause: ClaimCause,
    /// The takeover, the order's document, or the change.
    pub act: Option<Uuid>,
    pub system: Option<RecordId>,
    pub authority: String,
    pub what: String,
    pub items: Vec<ClaimItem>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimAnswer {
    pub awarded_fen: i64,
    pub text: String,
    pub document: Option<RecordId>,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimPayment {
    pub amount_fen: i64,
    pub document: Option<RecordId>,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    pub id: Uuid,
    pub unit: UnitId,
    pub cause: ClaimCause,
    pub act: Uuid,
    pub system: Option<RecordId>,
    pub authority: String,
    pub article: String,
    pub what: String,
    pub claimed_fen: i64,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
    pub state: ClaimState,
    pub paid_fen: i64,
    pub answer: Option<ClaimAnswer>,
    pub items: Vec<ClaimItem>,
    pub payments: Vec<ClaimPayment>,
}

impl Claim {
    /// What the authority owes next, and by when.
    pub fn due(&self) -> Option<(ClaimLate, WallTime)> {
        due(self.state, self.at, self.answer.as_ref().map(|answer| answer.at))
    }
}

const COLUMNS: &str = "SELECT claim.*, lodger.name AS lodger_name, answerer.name AS answerer_name
    FROM compensation_claim AS claim JOIN person AS lodger ON lodger.id = claim.person
    LEFT JOIN person AS answerer ON answerer.id = answered_by";

impl Registry {
    /// Lodges a claim. What it lacks refuses it, with the article that entitles to compensation.
    pub async fn lodge_claim(&self, cx: &Cx, new: NewClaim) -> Result<Uuid> {
        let person = person_of(cx)?;
        let new = self.checked_claim(cx, new).await?;
        let id = new_id();
        let facts = ClaimFacts {
            items: new.items.len(),
            unproven: new.items.iter().filter(|item| item.document.is_none()).count(),
            names_act: new.act.is_some(),
        };
        let claimed_fen: i64 = new.items.iter().map(|item| item.amount_fen).sum();
        let (library, today, cx) = (Arc::clone(&self.0.packs.library), self.today(cx.now), cx.clone());
        self.decided(move |connection| {
            Box::pin(async move {
                let book = Book::on(&library, today);
                let rules = rules_of_request(connection, book, new.unit, &[], new.system).await?;
                let (article, refusal) = match judge(facts, &rules) {
                    Ok(article) => {
                        (article.map_or_else(|| "unit:compensation".into(), |id| id.to_string()), None)
                    }
                    Err(refusal) => (String::new(), Some(*refusal)),
                };
                let act = new.act.map_or_else(|| "none".to_owned(), |act| act.to_string());
                let ask = Ask {
                    scopes: vec![(new.unit, None)],
                    subject: Some(id),
                    recipient: new.authority.clone(),
                    extra: format!(
                        "claim={id}\narticle={article}\ncause={}\nact={act}\nclaimed_fen={claimed_fen}\nitems={}",
                        new.cause.as_str(),
                        facts.items
                    ),
                    ..Ask::new(Act::LodgeClaim)
                };
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                insert(connection, (id, person, entry, cx.now), &new, (&article, claimed_fen)).await?;
                Ok(Ok(id))
            })
        })
        .await
    }

    /// Enters what the authority answered.
    pub async fn answer_claim(
        &self,
        cx: &Cx,
        id: Uuid,
        (awarded_fen, text, document): (i64, &str, Option<RecordId>),
    ) -> Result<()> {
        let person = person_of(cx)?;
        let text = words("text", text, TEXT_CHARS_MAX)?;
        let found = self.stored_claim(id).await?;
        if let Some(document) = document {
            self.own(cx, "document_id", document, RecordKind::Document, found.unit).await?;
        }
        let state = answered(found.claimed_fen, awarded_fen)
            .map_err(|problem| Error::invalid("awarded_fen", problem))?;
        let ask =
            settling(&found, format!("what=answer\nstate={}\nawarded_fen={awarded_fen}", state.as_str()));
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE compensation_claim SET state = ?, awarded_fen = ?, answer = ?, answer_paper = ?, answered_by = ?,
                        answered_us = ?, answer_entry = ? WHERE id = ? AND state = 'lodged'",
                )
                .bind(state.as_str())
                .bind(awarded_fen)
                .bind(text)
                .bind(document.map(|document| blob(document.0)))
                .bind(blob(person.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("entering the answer to a claim")?;
                once(&done, "the claim is answered already")
            })
        })
        .await
    }

    /// Enters a payment of the authority.
    pub async fn pay_claim(
        &self,
        cx: &Cx,
        id: Uuid,
        amount_fen: i64,
        document: Option<RecordId>,
    ) -> Result<()> {
        let person = person_of(cx)?;
        let found = self.stored_claim(id).await?;
        if let Some(document) = document {
            self.own(cx, "document_id", document, RecordKind::Document, found.unit).await?;
        }
        let ask = settling(&found, format!("what=payment\namount_fen={amount_fen}"));
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let row: Option<(String, Option<i64>, i64)> =
                    sqlx::query_as("SELECT state, awarded_fen, paid_fen FROM compensation_claim WHERE id = ?")
                        .bind(blob(id))
                        .fetch_optional(&mut *connection)
                        .await
                        .doing("reading a claim")?;
                let (word, awarded, paid) = row.ok_or(Error::NotFound("claim"))?;
                let state = state_of(&word)?;
                let Some(awarded) = awarded.filter(|_| state.awaits_payment()) else {
                    return Err(Error::Conflict("the claim waits for no payment".into()));
                };
                let (state, paid) = after_payment((state, awarded, paid), amount_fen)
                    .map_err(|problem| Error::invalid("amount_fen", problem))?;
                sqlx::query("UPDATE compensation_claim SET state = ?, paid_fen = ? WHERE id = ?")
                    .bind(state.as_str())
                    .bind(paid)
                    .bind(blob(id))
                    .execute(&mut *connection)
                    .await
                    .doing("entering a payment")?;
                sqlx::query(
                    "INSERT INTO compensation_payment (entry, claim, amount_fen, document, person, at_us) VALUES (?, ?, ?, ?, ?, ?)",
                )
                .bind(int(entry.0)?)
                .bind(blob(id))
                .bind(amount_fen)
                .bind(document.map(|document| blob(document.0)))
                .bind(blob(person.0))
                .bind(now.0)
                .execute(connection)
                .await
                .doing("entering a payment")
                .map(|_| ())
            })
        })
        .await
    }

    /// A part of the claims of units for which the actor may read them, newest first. Whether they may read at all is decided before.
    pub async fn claims(&self, cx: &Cx, query: &PartQuery) -> Result<ListPart<Claim>> {
        let own = self.units_by(cx, Act::ReadClaims).await?;
        let mut connection = self.0.database.read.acquire().await.doing("reading claims")?;
        let found = part(&mut connection, query, (COLUMNS, "claim.at_us DESC, claim.id"), |sql| {
            of_units(sql, "claim.unit", own.as_ref());
        })
        .await?;
        let rows = whole(&mut connection, &found.rows).await?;
        Ok(ListPart { rows, next_cursor: found.next_cursor, total: found.total })
    }

    /// One of them.
    pub async fn claim(&self, cx: &Cx, id: Uuid) -> Result<Claim> {
        let own = self.units_by(cx, Act::ReadClaims).await?;
        let found = self.stored_claim(id).await?;
        if own.is_none_or(|own| own.contains(&found.unit)) {
            Ok(found)
        } else {
            Err(Error::NotFound("claim"))
        }
    }

    /// Those whose authority is late, of what the actor may see: all, however many came after. Without items and payments.
    pub async fn late_claims(&self, cx: &Cx) -> Result<Vec<(Claim, ClaimLate, WallTime)>> {
        let own = self.units_by(cx, Act::ReadClaims).await?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{COLUMNS} WHERE claim.state NOT IN ('refused', 'paid') ORDER BY claim.at_us DESC"
        )))
        .fetch_all(&self.0.database.read)
        .await
        .doing("looking for claims that wait")?;
        let open = rows.iter().map(claim_of).collect::<Result<Vec<_>>>()?.into_iter();
        let own = open.filter(|claim| own.as_ref().is_none_or(|own| own.contains(&claim.unit)));
        let late = own.filter_map(|claim| claim.due().map(|(late, due)| (claim, late, due)));
        Ok(late.filter(|(_, _, due)| *due < cx.now).collect())
    }

    /// Those that were answered in time since then, of what the actor may see, and never found late: the history would name them.
    pub async fn claims_in_time(&self, cx: &Cx, since: WallTime) -> Result<Vec<DoneInTime>> {
        let own = self.units_by(cx, Act::ReadClaims).await?;
        let own = own.map(|own| listed(own.into_iter().map(|unit| unit.0)));
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{COLUMNS} WHERE claim.answered_us - claim.at_us <= ? AND claim.answered_us > ?
               AND NOT EXISTS (SELECT 1 FROM finding WHERE finding.kind = 'claim' AND finding.about = claim.id)
               AND (? IS NULL OR claim.unit IN (SELECT unhex(value) FROM json_each(?)))
             ORDER BY claim.at_us DESC LIMIT ?"
        )))
        .bind(ANSWER_US)
        .bind(since.0)
        .bind(&own)
        .bind(&own)
        .bind(IN_TIME_MAX)
        .fetch_all(&self.0.database.read)
        .await
        .doing("looking for answered claims")?;
        let own = rows.iter().map(claim_of).collect::<Result<Vec<_>>>()?.into_iter();
        let done = |claim: Claim| DoneInTime {
            unit: Some(claim.unit),
            article: Some(claim.article),
            id: claim.id,
            name: claim.authority,
        };
        Ok(own.map(done).collect())
    }

    async fn stored_claim(&self, id: Uuid) -> Result<Claim> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a claim")?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE claim.id = ?")))
            .bind(blob(id))
            .fetch_all(&mut *connection)
            .await
            .doing("reading a claim")?;
        whole(&mut connection, &rows).await?.pop().ok_or(Error::NotFound("claim"))
    }

    async fn checked_claim(&self, cx: &Cx, new: NewClaim) -> Result<NewClaim> {
        if new.items.len() > CLAIM_ITEMS_MAX {
            return Err(Error::invalid("items", "are too many"));
        }
        let mut items = Vec::with_capacity(new.items.len());
        for item in new.items {
            if !(1..=ITEM_FEN_MAX).contains(&item.amount_fen) {
                return Err(Error::invalid(
                    "amount_fen",
                    "is more than nothing and at most a hundred million yuan",
                ));
            }
            if let Some(document) = item.document {
                self.own(cx, "items", document, RecordKind::Document, new.unit).await?;
            }
            items.push(ClaimItem { what: words("items", &item.what, TEXT_CHARS_MAX)?, ..item });
        }
        if let Some(system) = new.system {
            self.own(cx, "system_id", system, RecordKind::System, new.unit).await?;
        }
        if let Some(act) = new.act {
            self.act_of_unit(cx, (new.cause, act), new.unit).await?;
        }
        Ok(NewClaim {
            authority: words("authority", &new.authority, AUTHORITY_CHARS_MAX)?,
            what: words("what", &new.what, TEXT_CHARS_MAX)?,
            items,
            ..new
        })
    }

    /// The act must have touched this unit.
    async fn act_of_unit(&self, cx: &Cx, (cause, act): (ClaimCause, Uuid), unit: UnitId) -> Result<()> {
        let sql = match cause {
            ClaimCause::Order => {
                return self.own(cx, "act_id", RecordId(act), RecordKind::Document, unit).await.map(|_| ());
            }
            ClaimCause::Takeover => "SELECT unit FROM takeover WHERE id = ?",
            ClaimCause::Change => {
                "SELECT unit FROM change_request JOIN record ON record.id = record
                 WHERE change_request.id = ? AND state = 'authorised'"
            }
        };
        let row: Option<Option<Vec<u8>>> = sqlx::query_scalar(sql)
            .bind(blob(act))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("looking for the act of a claim")?;
        match row.flatten() {
            Some(found) if found == blob(unit.0) => Ok(()),
            _ => Err(Error::invalid("act_id", "is no such act on this unit")),
        }
    }
}

/// Claims with their items and payments.
async fn whole(connection: &mut SqliteConnection, rows: &[SqliteRow]) -> Result<Vec<Claim>> {
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let mut claim = claim_of(row)?;
        claim.items = items_of(connection, claim.id).await?;
        claim.payments = payments_of(connection, claim.id).await?;
        found.push(claim);
    }
    Ok(found)
}

fn settling(claim: &Claim, extra: String) -> Ask {
    Ask {
        scopes: vec![(claim.unit, None)],
        subject: Some(claim.id),
        refers_to: Some(claim.entry),
        recipient: claim.authority.clone(),
        extra: format!("claim={}\n{extra}", claim.id),
        ..Ask::new(Act::SettleClaim)
    }
}

fn state_of(word: &str) -> Result<ClaimState> {
    ClaimState::from_word(word).ok_or_else(|| Error::Corrupt("a stored claim's state is unknown".into()))
}

async fn insert(
    connection: &mut SqliteConnection,
    (id, person, entry, now): (Uuid, PersonId, EntryIndex, WallTime),
    new: &NewClaim,
    (article, claimed_fen): (&str, i64),
) -> Result<()> {
    let of = |cause| new.act.filter(|_| new.cause == cause).map(blob);
    sqlx::query(
        "INSERT INTO compensation_claim (id, unit, takeover, order_paper, change_request, system, authority, article, what,
            claimed_fen, person, at_us, entry, state)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'lodged')",
    )
    .bind(blob(id))
    .bind(blob(new.unit.0))
    .bind(of(ClaimCause::Takeover))
    .bind(of(ClaimCause::Order))
    .bind(of(ClaimCause::Change))
    .bind(new.system.map(|system| blob(system.0)))
    .bind(&new.authority)
    .bind(article)
    .bind(&new.what)
    .bind(claimed_fen)
    .bind(blob(person.0))
    .bind(now.0)
    .bind(int(entry.0)?)
    .execute(&mut *connection)
    .await
    .doing("lodging a claim")?;
    for (number, item) in (1_i64..).zip(&new.items) {
        sqlx::query(
            "INSERT INTO compensation_item (claim, number, what, amount_fen, document) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(blob(id))
        .bind(number)
        .bind(&item.what)
        .bind(item.amount_fen)
        .bind(item.document.map(|document| blob(document.0)))
        .execute(&mut *connection)
        .await
        .doing("entering an item of a claim")?;
    }
    Ok(())
}

/// A column of a row of these tables.
fn col<'r, T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>>(
    row: &'r SqliteRow,
    name: &str,
) -> Result<T> {
    row.try_get(name).doing("reading a claim")
}

fn some_id(row: &SqliteRow, name: &str) -> Result<Option<Uuid>> {
    col::<Option<&[u8]>>(row, name)?.map(uuid_of).transpose()
}

fn id_col(row: &SqliteRow, name: &str) -> Result<Uuid> {
    uuid_of(col::<&[u8]>(row, name)?)
}

fn claim_of(row: &SqliteRow) -> Result<Claim> {
    let causes = [
        (ClaimCause::Takeover, some_id(row, "takeover")?),
        (ClaimCause::Order, some_id(row, "order_paper")?),
        (ClaimCause::Change, some_id(row, "change_request")?),
    ];
    let named = causes.into_iter().find_map(|(cause, id)| id.map(|id| (cause, id)));
    let (cause, act) = named.ok_or_else(|| Error::Corrupt("a stored claim names no act".into()))?;
    let answered_by = some_id(row, "answered_by")?;
    let answer = match (answered_by, col::<Option<i64>>(row, "answered_us")?) {
        (Some(by), Some(at)) => Some(ClaimAnswer {
            awarded_fen: col::<Option<i64>>(row, "awarded_fen")?.unwrap_or(0),
            text: col::<Option<String>>(row, "answer")?.unwrap_or_default(),
            document: some_id(row, "answer_paper")?.map(RecordId),
            by: (PersonId(by), col::<Option<String>>(row, "answerer_name")?.unwrap_or_default()),
            at: WallTime(at),
            entry: EntryIndex(uint(col::<Option<i64>>(row, "answer_entry")?.unwrap_or(0))?),
        }),
        _ => None,
    };
    Ok(Claim {
        id: id_col(row, "id")?,
        unit: UnitId(id_col(row, "unit")?),
        cause,
        act,
        system: some_id(row, "system")?.map(RecordId),
        authority: col(row, "authority")?,
        article: col(row, "article")?,
        what: col(row, "what")?,
        claimed_fen: col(row, "claimed_fen")?,
        by: (PersonId(id_col(row, "person")?), col(row, "lodger_name")?),
        at: WallTime(col(row, "at_us")?),
        entry: EntryIndex(uint(col(row, "entry")?)?),
        state: state_of(&col::<String>(row, "state")?)?,
        paid_fen: col(row, "paid_fen")?,
        answer,
        items: Vec::new(),
        payments: Vec::new(),
    })
}

async fn items_of(connection: &mut SqliteConnection, claim: Uuid) -> Result<Vec<ClaimItem>> {
    let rows: Vec<(String, i64, Vec<u8>)> = sqlx::query_as(
        "SELECT what, amount_fen, document FROM compensation_item WHERE claim = ? ORDER BY number",
    )
    .bind(blob(claim))
    .fetch_all(connection)
    .await
    .doing("reading the items of a claim")?;
    let item = |(what, amount_fen, document): (String, i64, Vec<u8>)| {
        Ok(ClaimItem { what, amount_fen, document: Some(RecordId(uuid_of(&document)?)) })
    };
    rows.into_iter().map(item).collect()
}

async fn payments_of(connection: &mut SqliteConnection, claim: Uuid) -> Result<Vec<ClaimPayment>> {
    let rows = sqlx::query(
        "SELECT payment.entry, amount_fen, document, payment.person, person.name, payment.at_us
         FROM compensation_payment AS payment JOIN person ON person.id = payment.person
         WHERE claim = ? ORDER BY payment.entry",
    )
    .bind(blob(claim))
    .fetch_all(connection)
    .await
    .doing("reading the payments of a claim")?;
    let payment = |row: &SqliteRow| {
        Ok(ClaimPayment {
            amount_fen: col(row, "amount_fen")?,
            document: some_id(row, "document")?.map(RecordId),
            by: (PersonId(id_col(row, "person")?), col(row, "name")?),
            at: WallTime(col(row, "at_us")?),
            entry: EntryIndex(uint(col(row, "entry")?)?),
        })
    };
    rows.iter().map(payment).collect()
}

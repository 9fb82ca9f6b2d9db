//! Orders: issued from a lacking line, corrected by the unit, judged by the authority, penalised along the chain of their article.
//!
//! `law::supervision` says what is open; a person signs each step. The invariants kept: what the pack threatened when the order was
//! issued stands with the order; a step, the state and the entry commit together; an order that is over takes no further step.

use super::{
    InspectionLine, all_authorities, at_col, authority_of, col, corrupt, entry_col, id_col,
    inspections::{lines, next_number, stored as stored_inspection},
    papers::{NamedDocument, documents_json, documents_told},
};
use crate::convert::{blob, int};
use crate::error::{Doing, Error, Result};
use crate::registry::in_time::{DoneInTime, IN_TIME_MAX};
use crate::registry::part::{ListPart, PartQuery, of_units, part};
use crate::registry::person_of;
use crate::registry::{
    EntryIndex, LineVerdict, Registry, admit::Ask, admit::enter_unless, new_id, words, words_digest,
};
use law::access::{Refusal, entitles};
use law::packs::{ArticleId, Library, Pack, Penalty, PenaltyStep};
use law::supervision::{
    Closing, Fine, Fined, Follows, LegalBasisHeld, NO_PENALTY, Order, OrderFacts, OrderState, Threat,
    by_issue, chosen, falls_on, issue, may_fall, may_take, next_up, step_of, threatened, word_of,
};
use model::{Act, Actor, AuthorityId, Cx, PersonId, RecordId, UnitId, WallTime};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

const TEXT_CHARS_MAX: usize = 1_000;

#[derive(Clone, Debug)]
pub struct NewOrder {
    pub inspection: Uuid,
    pub line: u32,
    pub demand: String,
    pub deadline: WallTime,
    /// Which of the article's penalties, by its key, or [`NO_PENALTY`]; `None`: the one that follows.
    pub penalty: Option<String>,
}

/// What the authority does about an order.
#[derive(Clone, Debug)]
pub enum OrderDecision {
    /// The correction is enough.
    Accept,
    /// It is not: until then.
    Return { deadline: WallTime },
    /// To the authority above.
    Escalate,
    /// To another organ, in the words of the text.
    Refer,
    /// A step of the article's chain.
    Step { step: PenaltyStep, serious: bool, fine: Option<Fine> },
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderStepRow {
    /// `issued`, `corrected`, `accepted`, `returned`, `escalated`, `referred`, or a step of a chain.
    pub what: String,
    pub text: String,
    pub documents: Vec<NamedDocument>,
    pub amount_cny: Option<u32>,
    /// On whom it falls.
    pub on: Option<Fined>,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderRow {
    pub id: Uuid,
    pub number: String,
    pub inspection: Uuid,
    pub line: u32,
    pub authority: (AuthorityId, String),
    pub issuer: (AuthorityId, String),
    pub unit: UnitId,
    pub article: String,
    pub basis: LegalBasisHeld,
    /// The article that threatens, and what.
    pub penalty: Option<(String, Penalty)>,
    /// Whether the pack holds any penalty at all.
    pub penalties_held: bool,
    pub demand: String,
    pub deadline: WallTime,
    pub state: OrderState,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
    pub steps: Vec<OrderStepRow>,
}

/// What was taken of an order's chain.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    pub steps: Vec<PenaltyStep>,
    /// On whom fines were, each.
    pub fined: Vec<Fined>,
}

impl OrderRow {
    /// Steps of the chain that were taken.
    pub fn taken(&self) -> Taken {
        let fines = self.steps.iter().filter(|step| step_of(&step.what) == Some(PenaltyStep::Fine));
        Taken {
            steps: self.steps.iter().filter_map(|step| step_of(&step.what)).collect(),
            fined: fines.filter_map(|step| step.on).collect(),
        }
    }

    /// What the law looks at.
    pub fn facts<'a>(&'a self, taken: &'a Taken, now: WallTime) -> OrderFacts<'a> {
        OrderFacts {
            article: &self.article,
            basis: self.basis,
            now,
            deadline: self.deadline,
            penalty: self.penalty.as_ref().map(|(_, penalty)| penalty),
            done: &taken.steps,
            fined: &taken.fined,
            corrected: self.state == OrderState::Corrected,
        }
    }
}

/// What somebody sees of inspections and orders.
pub(super) struct Sight {
    /// Their authority, and those below it.
    authorities: HashSet<AuthorityId>,
    units: HashSet<UnitId>,
    everything: bool,
}

impl Sight {
    pub fn sees(&self, authority: AuthorityId, unit: UnitId) -> bool {
        self.everything || self.authorities.contains(&authority) || self.units.contains(&unit)
    }

    /// The same as a condition of SQL, by the columns of authorities and of the unit.
    pub fn push(&self, sql: &mut QueryBuilder<Sqlite>, authorities: &[&str], unit: &str) {
        if self.everything {
            sql.push("1");
            return;
        }
        sql.push("(");
        of_units(sql, unit, Some(&self.units));
        for column in authorities {
            for authority in &self.authorities {
                sql.push(format!(" OR {column} = ")).push_bind(blob(authority.0));
            }
        }
        sql.push(")");
    }

    /// The authority's side alone.
    pub fn push_authority(&self, sql: &mut QueryBuilder<Sqlite>, column: &str) {
        sql.push(if self.everything { "(1" } else { "(0" });
        for authority in &self.authorities {
            sql.push(format!(" OR {column} = ")).push_bind(blob(authority.0));
        }
        sql.push(")");
    }
}

const COLUMNS: &str = "SELECT correction_order.id, number, inspection, line, correction_order.authority, now.name AS authority_name,
    issuer, first.name AS issuer_name, unit, article, basis, penalty, penalties_held, demand, deadline_us, state,
    correction_order.person, person.name AS person_name, correction_order.at_us, correction_order.entry
    FROM correction_order JOIN authority AS now ON now.id = correction_order.authority
    JOIN authority AS first ON first.id = issuer JOIN person ON person.id = correction_order.person";

async fn order_of(connection: &mut SqliteConnection, row: &SqliteRow) -> Result<OrderRow> {
    let (state, basis, penalty): (String, String, Option<String>) =
        (col(row, "state")?, col(row, "basis")?, col(row, "penalty")?);
    let penalty =
        penalty.map(|text| serde_json::from_str(&text).map_err(|_| corrupt("a penalty"))).transpose()?;
    let id = id_col(row, "id")?;
    Ok(OrderRow {
        id,
        number: col(row, "number")?,
        inspection: id_col(row, "inspection")?,
        line: u32::try_from(col::<i64>(row, "line")?).unwrap_or(u32::MAX),
        authority: (AuthorityId(id_col(row, "authority")?), col(row, "authority_name")?),
        issuer: (AuthorityId(id_col(row, "issuer")?), col(row, "issuer_name")?),
        unit: UnitId(id_col(row, "unit")?),
        article: col(row, "article")?,
        basis: if basis == "adopted" { LegalBasisHeld::Adopted } else { LegalBasisHeld::InForce },
        penalty,
        penalties_held: col(row, "penalties_held")?,
        demand: col(row, "demand")?,
        deadline: at_col(row, "deadline_us")?,
        state: OrderState::from_word(&state).ok_or_else(|| corrupt(&state))?,
        by: (PersonId(id_col(row, "person")?), col(row, "person_name")?),
        at: at_col(row, "at_us")?,
        entry: entry_col(row, "entry")?,
        steps: steps(connection, id).await?,
    })
}

async fn steps(connection: &mut SqliteConnection, id: Uuid) -> Result<Vec<OrderStepRow>> {
    let rows = sqlx::query(
        "SELECT what, text, documents, amount_cny, on_whom, person, name, at_us, entry FROM order_step JOIN person ON person.id = person
         WHERE correction_order = ? ORDER BY number",
    )
    .bind(blob(id))
    .fetch_all(&mut *connection)
    .await
    .doing("reading an order's steps")?;
    let mut steps = Vec::with_capacity(rows.len());
    for row in &rows {
        let (amount, on): (Option<i64>, Option<String>) = (col(row, "amount_cny")?, col(row, "on_whom")?);
        steps.push(OrderStepRow {
            what: col(row, "what")?,
            text: col(row, "text")?,
            documents: documents_told(connection, &col::<String>(row, "documents")?).await?,
            amount_cny: amount.and_then(|amount| u32::try_from(amount).ok()),
            on: on.map(|word| Fined::from_word(&word).ok_or_else(|| corrupt(&word))).transpose()?,
            by: (PersonId(id_col(row, "person")?), col(row, "name")?),
            at: at_col(row, "at_us")?,
            entry: entry_col(row, "entry")?,
        });
    }
    Ok(steps)
}

async fn stored(connection: &mut SqliteConnection, id: Uuid) -> Result<OrderRow> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE correction_order.id = ?")))
        .bind(blob(id))
        .fetch_optional(&mut *connection)
        .await
        .doing("reading an order")?
        .ok_or(Error::NotFound("order"))?;
    order_of(connection, &row).await
}

/// A step to write beside an order.
struct NewStep<'a> {
    what: &'a str,
    text: &'a str,
    documents: &'a [NamedDocument],
    amount_cny: Option<u32>,
    on: Option<Fined>,
    by: (PersonId, WallTime, EntryIndex),
}

impl<'a> NewStep<'a> {
    /// One of words alone.
    const fn said(what: &'a str, text: &'a str, by: (PersonId, WallTime, EntryIndex)) -> Self {
        Self { what, text, documents: &[], amount_cny: None, on: None, by }
    }
}

async fn write_step(connection: &mut SqliteConnection, id: Uuid, step: &NewStep<'_>) -> Result<()> {
    let number =
        next_number(connection, "SELECT count(*) FROM order_step WHERE correction_order = ?", id).await?;
    sqlx::query(
        "INSERT INTO order_step (correction_order, number, what, text, documents, amount_cny, on_whom, person, at_us, entry)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(id))
    .bind(number)
    .bind(step.what)
    .bind(step.text)
    .bind(documents_json(step.documents))
    .bind(step.amount_cny)
    .bind(step.on.map(Fined::as_str))
    .bind(blob(step.by.0.0))
    .bind(step.by.1.0)
    .bind(int(step.by.2.0)?)
    .execute(connection)
    .await
    .doing("keeping a step of an order")
    .map(|_| ())
}

/// By what an article holds for a unit on a day.
async fn basis_of(
    connection: &mut SqliteConnection,
    library: &Library,
    today: &str,
    unit: UnitId,
    article: &ArticleId,
) -> Result<LegalBasisHeld> {
    let Some(pack) = library.pack(&article.pack) else { return Ok(LegalBasisHeld::None) };
    if library.binds(pack, today) {
        return Ok(LegalBasisHeld::InForce);
    }
    let adopted: Option<i64> = sqlx::query_scalar("SELECT 1 FROM adoption WHERE unit = ? AND pack = ?")
        .bind(blob(unit.0))
        .bind(&article.pack)
        .fetch_optional(connection)
        .await
        .doing("looking whether a pack was adopted")?;
    Ok(if adopted.is_some() { LegalBasisHeld::Adopted } else { LegalBasisHeld::None })
}

impl Registry {
    /// What the actor sees of inspections and orders: their authority's and those below it; their own units'.
    pub(super) async fn supervision_sight(&self, cx: &Cx) -> Result<Sight> {
        let mut sight = Sight { authorities: HashSet::new(), units: HashSet::new(), everything: false };
        let Actor::Person(person) = cx.actor else { return Ok(Sight { everything: true, ..sight }) };
        let mut connection = self.0.database.read.acquire().await.doing("looking for an authority")?;
        if let Some(own) = authority_of(&mut connection, person).await? {
            let all = all_authorities(&mut connection).await?;
            sight.authorities.insert(own);
            if let Some(own) = all.iter().find(|one| one.id == own) {
                sight.authorities.extend(all.iter().filter(|one| own.is_above(one)).map(|one| one.id));
            }
        }
        drop(connection);
        let posts = self.posts_of(person).await?;
        let reads =
            posts.iter().filter(|post| post.group.is_none() && entitles(post.role, Act::ReadSupervision));
        sight.units.extend(reads.map(|post| post.unit));
        Ok(sight)
    }

    /// A part of the orders that the actor sees, newest first. Whether they may read is decided before.
    pub async fn orders(&self, cx: &Cx, query: &PartQuery) -> Result<ListPart<OrderRow>> {
        let sight = self.supervision_sight(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("listing orders")?;
        let order = "correction_order.at_us DESC, correction_order.id";
        let seen = |sql: &mut QueryBuilder<Sqlite>| {
            sight.push(sql, &["correction_order.authority", "issuer"], "correction_order.unit");
        };
        let found = part(&mut connection, query, (COLUMNS, order), seen).await?;
        let mut rows = Vec::with_capacity(found.rows.len());
        for row in &found.rows {
            rows.push(order_of(&mut connection, row).await?);
        }
        Ok(ListPart { rows, next_cursor: found.next_cursor, total: found.total })
    }

    /// One of them, however many came after; not there for whoever has nothing to do with it.
    pub async fn order(&self, cx: &Cx, id: Uuid) -> Result<OrderRow> {
        let found = self.seen_orders(cx, |sql| {
            sql.push(" AND correction_order.id = ").push_bind(blob(id));
        });
        found.await?.pop().ok_or(Error::NotFound("order"))
    }

    /// Those whose time limit has passed without a correction, of units that the actor sees: all of them.
    pub async fn overdue_orders(&self, cx: &Cx) -> Result<Vec<OrderRow>> {
        let now = cx.now.0;
        self.seen_orders(cx, |sql| {
            sql.push(" AND state = 'issued' AND deadline_us < ").push_bind(now);
            sql.push(" ORDER BY deadline_us");
        })
        .await
    }

    /// Those given since then that were corrected by their time limit, and are judged or wait for it: one that was returned is due again.
    pub async fn orders_in_time(&self, cx: &Cx, since: WallTime) -> Result<Vec<DoneInTime>> {
        let found = self.seen_orders(cx, |sql| {
            sql.push(" AND state IN ('corrected', 'closed') AND correction_order.at_us > ").push_bind(since.0);
            sql.push(
                " AND EXISTS (SELECT 1 FROM order_step AS given WHERE given.correction_order = correction_order.id
                   AND given.what = 'corrected' AND given.at_us <= deadline_us) ORDER BY correction_order.at_us DESC LIMIT ",
            );
            sql.push_bind(IN_TIME_MAX);
        });
        let done = |order: OrderRow| DoneInTime {
            unit: Some(order.unit),
            article: Some(order.article),
            id: order.id,
            name: order.number,
        };
        Ok(found.await?.into_iter().map(done).collect())
    }

    async fn seen_orders(
        &self,
        cx: &Cx,
        rest: impl FnOnce(&mut QueryBuilder<Sqlite>) + Send,
    ) -> Result<Vec<OrderRow>> {
        let sight = self.supervision_sight(cx).await?;
        let mut connection = self.0.database.read.acquire().await.doing("listing orders")?;
        let mut sql = QueryBuilder::new(format!("{COLUMNS} WHERE "));
        sight.push(&mut sql, &["correction_order.authority", "issuer"], "correction_order.unit");
        rest(&mut sql);
        let rows = sql.build().fetch_all(&mut *connection).await.doing("listing orders")?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            found.push(order_of(&mut connection, row).await?);
        }
        Ok(found)
    }

    /// Issues an order from a line that was found lacking.
    pub async fn issue_order(&self, cx: &Cx, new: NewOrder) -> Result<Uuid> {
        let person = person_of(cx)?;
        let demand = words("demand", &new.demand, TEXT_CHARS_MAX)?;
        let (library, today) = (Arc::clone(&self.0.packs.library), self.today(cx.now).to_string());
        let (id, cx) = (new_id(), cx.clone());
        self.decided(move |connection| {
            Box::pin(async move {
                let inspection = stored_inspection(connection, new.inspection).await?;
                let own = authority_of(connection, person).await?;
                if own.is_some_and(|own| own != inspection.authority.0) {
                    return Err(Error::NotFound("inspection"));
                }
                let all = lines(connection, new.inspection).await?;
                let line =
                    all.into_iter().find(|line| line.number == new.line).ok_or(Error::NotFound("line"))?;
                let article: ArticleId = line.line.article.parse()?;
                let basis = basis_of(connection, &library, &today, inspection.unit, &article).await?;
                let pack = library.pack(&article.pack);
                let (threats, follows) = match pack {
                    Some(pack) => threatened(pack, &article.number, &line.line.found_by),
                    None => (Vec::new(), Follows::Nothing),
                };
                let threat = chosen(&line.line.article, &threats, follows, new.penalty.as_deref());
                let signed = order_of_line(connection, &new).await?;
                let refusal = signed
                    .map_or_else(
                        || may_issue(&line, basis, cx.now, new.deadline),
                        |number| Err(Box::new(ordered(&line.line.article, &number))),
                    )
                    .and_then(|()| threat.as_ref().map(|_| ()).map_err(Clone::clone))
                    .err();
                // Where it is refused, the entry names none: an empty word.
                let key = threat.as_ref().map(|threat| key_of(*threat)).unwrap_or_default();
                let threat = threat.unwrap_or_default();
                let ask = Ask {
                    scopes: vec![(inspection.unit, None)],
                    subject: Some(id),
                    refers_to: Some(inspection.entry),
                    recipient: inspection.authority.1.clone(),
                    extra: format!(
                        "what=order\norder={id}\narticle={article}\ndeadline={}\npenalty={key}",
                        new.deadline
                    ),
                    ..Ask::new(Act::Supervise)
                };
                let entry = match enter_unless(connection, &cx, &ask, refusal.map(|refusal| *refusal)).await?
                {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let penalties_held = pack.is_some_and(holds_penalties);
                let row = Fresh {
                    id,
                    inspection: &inspection,
                    article: &line.line.article,
                    basis,
                    chain: threat.map(|threat| (threat.article, threat.penalty)),
                    penalties_held,
                };
                insert(connection, &row, &new, &demand, (person, cx.now, entry)).await?;
                Ok(Ok(id))
            })
        })
        .await
    }

    /// The unit says how it put it right, with documents of its register: a correction without any is refused.
    pub async fn correct_order(&self, cx: &Cx, id: Uuid, text: &str, documents: Vec<RecordId>) -> Result<()> {
        let person = person_of(cx)?;
        let text = words("text", text, TEXT_CHARS_MAX)?;
        let mut connection = self.0.database.read.acquire().await.doing("reading an order")?;
        let found = stored(&mut connection, id).await?;
        drop(connection);
        let named = self.own_documents(cx, found.unit, &documents).await;
        let papers = words_digest(&named.as_deref().map(documents_json).unwrap_or_default());
        let bare = documents.is_empty().then(|| without_evidence(&found.article));
        let ask = Ask {
            scopes: vec![(found.unit, None)],
            subject: Some(id),
            refers_to: Some(found.entry),
            extra: format!(
                "what=corrected\norder={}\ndocuments={}\npapers={papers}",
                found.number,
                documents.len()
            ),
            ..Ask::new(Act::AnswerSupervision)
        };
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let entry = match enter_unless(connection, &cx, &ask, bare).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let documents = named?;
                let order = stored(connection, id).await?;
                let Order::Issued(issued) = Order::stored(order.state, order.deadline) else {
                    return Err(Error::Conflict("the order does not wait for a correction".into()));
                };
                let corrected = Order::Corrected(issued.correct());
                let step = NewStep::said("corrected", &text, (person, cx.now, entry));
                write_step(connection, id, &NewStep { documents: &documents, ..step }).await?;
                set_state(connection, id, corrected, None).await.map(Ok)
            })
        })
        .await
    }

    /// What the authority does about it.
    pub async fn decide_order(&self, cx: &Cx, id: Uuid, decision: OrderDecision, text: &str) -> Result<()> {
        let person = person_of(cx)?;
        let text = words("text", text, TEXT_CHARS_MAX)?;
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let order = stored(connection, id).await?;
                if authority_of(connection, person).await?.is_some_and(|own| own != order.authority.0) {
                    return Err(Error::NotFound("order"));
                }
                let all = all_authorities(connection).await?;
                let above =
                    all.iter().find(|one| one.id == order.authority.0).and_then(|own| next_up(own, &all));
                let decided = judged(&order, &decision, cx.now, above.map(|up| up.id));
                let (fine, on) = fallen(&order, &decision);
                let ask = Ask {
                    scopes: vec![(order.unit, None)],
                    subject: Some(id),
                    refers_to: Some(order.entry),
                    recipient: order.authority.1.clone(),
                    extra: said_of(&order, &decision, (fine, on)),
                    ..Ask::new(Act::Supervise)
                };
                let (decided, refusal) = match decided {
                    Ok(decided) => (Some(decided), None),
                    Err(Judged::Refused(refusal)) => (None, Some(*refusal)),
                    Err(Judged::Conflict) => (None, None),
                };
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let Some((next, to)) = decided else {
                    return Err(Error::Conflict("the order is not at the state for this".into()));
                };
                let amount_cny = fine.map(|fine| fine.amount_cny);
                let step = NewStep::said(what_of(&decision), &text, (person, cx.now, entry));
                write_step(connection, id, &NewStep { amount_cny, on, ..step }).await?;
                set_state(connection, id, next, to).await.map(Ok)
            })
        })
        .await
    }
}

fn holds_penalties(pack: &Pack) -> bool {
    let mut duties = pack.articles.iter().flat_map(|article| &article.duties);
    duties.any(|duty| duty.parameters.penalty.is_some())
}

/// What an entry says of the penalty that an order threatens.
fn key_of(threat: Option<&Threat<'_>>) -> String {
    threat.map_or_else(|| NO_PENALTY.to_owned(), Threat::key)
}

/// Whether an order may follow from a line at all.
fn may_issue(
    line: &InspectionLine,
    basis: LegalBasisHeld,
    now: WallTime,
    deadline: WallTime,
) -> std::result::Result<(), Box<Refusal>> {
    let article = line.line.article.as_str();
    if line.verdict.as_ref().is_none_or(|(verdict, ..)| *verdict != LineVerdict::Lacking) {
        return Err(Box::new(not_lacking(article)));
    }
    let facts =
        OrderFacts { article, basis, now, deadline, penalty: None, done: &[], fined: &[], corrected: false };
    issue(&facts).map(|_| ())
}

/// The fine of a decision, and on whom it falls.
fn fallen(order: &OrderRow, decision: &OrderDecision) -> (Option<Fine>, Option<Fined>) {
    let OrderDecision::Step { step, fine, .. } = decision else { return (None, None) };
    let fine = fine.filter(|_| *step == PenaltyStep::Fine);
    let by_law = order.penalty.as_ref().and_then(|(_, penalty)| falls_on(penalty, *step));
    (fine, fine.map(|fine| fine.on).or(by_law))
}

/// What the entry says of a decision.
fn said_of(order: &OrderRow, decision: &OrderDecision, (fine, on): (Option<Fine>, Option<Fined>)) -> String {
    let on = on.map(|on| format!("\non={}", on.as_str())).unwrap_or_default();
    let amount = fine.map(|fine| format!("\namount_cny={}", fine.amount_cny)).unwrap_or_default();
    format!("order={}\nwhat={}{on}{amount}", order.number, what_of(decision))
}

/// A correction is judged by what shows it.
fn without_evidence(article: &str) -> Refusal {
    Refusal {
        article: article.to_owned().into(),
        code: "correction_without_evidence",
        reason: law::Words::new(
            "A correction is judged by its evidence, and none is named.",
            "整改须凭证明材料复核，尚未附任何文件。",
        ),
        remedy: law::Words::new(
            "Name at least one document of the unit's register that shows what was done.",
            "请至少附一份本单位档案中能证明整改情况的文件。",
        ),
    }
}

fn not_lacking(article: &str) -> Refusal {
    Refusal {
        article: article.to_owned().into(),
        code: "line_not_lacking",
        reason: law::Words::new("Nobody has found this line lacking.", "该项未被认定为不符合。"),
        remedy: law::Words::new(
            "Judge the line first, and say what is lacking.",
            "请先对该项作出判断，并说明不符合之处。",
        ),
    }
}

/// The order that was signed from the line already. Whatever became of it, what is found anew is another inspection's line: one lack is
/// ordered and threatened once.
async fn order_of_line(connection: &mut SqliteConnection, new: &NewOrder) -> Result<Option<String>> {
    sqlx::query_scalar("SELECT number FROM correction_order WHERE inspection = ? AND line = ?")
        .bind(blob(new.inspection))
        .bind(i64::from(new.line))
        .fetch_optional(connection)
        .await
        .doing("looking for the order of a line")
}

fn ordered(article: &str, number: &str) -> Refusal {
    Refusal {
        article: article.to_owned().into(),
        code: "line_ordered",
        reason: law::Words::new(
            format!("An order was signed from this line already: {number}."),
            format!("该项已签发责令整改：{number}。"),
        ),
        remedy: law::Words::new(
            "Go on with that order; what is found anew is a line of a new inspection.",
            "请继续办理该责令整改；新发现的问题另行检查认定。",
        ),
    }
}

enum Judged {
    Refused(Box<Refusal>),
    Conflict,
}

const fn what_of(decision: &OrderDecision) -> &'static str {
    match decision {
        OrderDecision::Accept => "accepted",
        OrderDecision::Return { .. } => "returned",
        OrderDecision::Escalate => "escalated",
        OrderDecision::Refer => "referred",
        OrderDecision::Step { step, .. } => word_of(*step),
    }
}

/// How the order stands after a decision, and with whom.
fn judged(
    order: &OrderRow,
    decision: &OrderDecision,
    now: WallTime,
    above: Option<AuthorityId>,
) -> std::result::Result<(Order, Option<AuthorityId>), Judged> {
    let stands = Order::stored(order.state, order.deadline);
    match (decision, stands) {
        (OrderDecision::Accept, Order::Corrected(corrected)) => Ok((Order::Ended(corrected.accept()), None)),
        (OrderDecision::Return { deadline }, Order::Corrected(corrected)) => {
            let taken = order.taken();
            let facts = OrderFacts { deadline: *deadline, ..order.facts(&taken, now) };
            issue(&facts).map_err(Judged::Refused)?;
            Ok((Order::Issued(corrected.return_until(*deadline)), None))
        }
        // The authority above has it as it stands; without one there is nobody to have it.
        (OrderDecision::Escalate, Order::Issued(_) | Order::Corrected(_)) => match above {
            Some(above) => Ok((stands, Some(above))),
            None => Err(Judged::Refused(Box::new(nobody_above(&order.article)))),
        },
        (OrderDecision::Refer, Order::Issued(issued)) => {
            Ok((Order::Ended(issued.pass_on(Closing::Referred)), None))
        }
        (OrderDecision::Refer, Order::Corrected(corrected)) => {
            Ok((Order::Ended(corrected.pass_on(Closing::Referred)), None))
        }
        // What the article has whether or not it is put right is open beside a correction; `may_take` says which.
        (OrderDecision::Step { step, serious, fine }, Order::Issued(_) | Order::Corrected(_)) => {
            let taken = order.taken();
            if is_taken(&taken, *step, *fine) {
                return Err(Judged::Conflict);
            }
            may_take(&order.facts(&taken, now), *step, *serious, *fine).map_err(Judged::Refused)?;
            Ok((stands, None))
        }
        _ => Err(Judged::Conflict),
    }
}

/// Whether a step was taken; a fine, whether it was on that party.
fn is_taken(taken: &Taken, step: PenaltyStep, fine: Option<Fine>) -> bool {
    match fine.filter(|_| step == PenaltyStep::Fine) {
        Some(fine) => !may_fall(&taken.fined, fine.on),
        None => taken.steps.contains(&step),
    }
}

fn nobody_above(article: &str) -> Refusal {
    Refusal {
        article: article.to_owned().into(),
        code: "nobody_above",
        reason: law::Words::new("No authority above this one is entered.", "尚未登记其上级机关。"),
        remedy: law::Words::new("Have it entered, or refer the matter.", "请登记上级机关，或移送处理。"),
    }
}

async fn set_state(
    connection: &mut SqliteConnection,
    id: Uuid,
    order: Order,
    to: Option<AuthorityId>,
) -> Result<()> {
    sqlx::query(
        "UPDATE correction_order SET state = ?, deadline_us = coalesce(?, deadline_us), authority = coalesce(?, authority) WHERE id = ?",
    )
    .bind(order.state().as_str())
    .bind(order.deadline().map(|deadline| deadline.0))
    .bind(to.map(|to| blob(to.0)))
    .bind(blob(id))
    .execute(connection)
    .await
    .doing("changing an order's state")
    .map(|_| ())
}

/// An order that is about to be written.
struct Fresh<'a> {
    id: Uuid,
    inspection: &'a super::Inspection,
    article: &'a str,
    basis: LegalBasisHeld,
    chain: Option<(&'a str, &'a Penalty)>,
    penalties_held: bool,
}

async fn insert(
    connection: &mut SqliteConnection,
    row: &Fresh<'_>,
    new: &NewOrder,
    demand: &str,
    by: (PersonId, WallTime, EntryIndex),
) -> Result<()> {
    let year = law::Day::of(by.1).to_string().chars().take(4).collect::<String>();
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM correction_order WHERE number LIKE ? || '-%'")
        .bind(&year)
        .fetch_one(&mut *connection)
        .await
        .doing("numbering an order")?;
    let penalty = row
        .chain
        .map(|chain| serde_json::to_string(&chain).map_err(|error| Error::Internal(error.to_string())))
        .transpose()?;
    sqlx::query(
        "INSERT INTO correction_order (id, number, inspection, line, authority, issuer, unit, article, basis, penalty,
           penalties_held, demand, deadline_us, state, person, at_us, entry)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'issued', ?, ?, ?)",
    )
    .bind(blob(row.id))
    .bind(format!("{year}-{:04}", count + 1))
    .bind(blob(new.inspection))
    .bind(i64::from(new.line))
    .bind(blob(row.inspection.authority.0.0))
    .bind(blob(row.inspection.authority.0.0))
    .bind(blob(row.inspection.unit.0))
    .bind(row.article)
    .bind(if row.basis == LegalBasisHeld::Adopted { "adopted" } else { "in_force" })
    .bind(penalty)
    .bind(row.penalties_held)
    .bind(demand)
    .bind(new.deadline.0)
    .bind(blob(by.0.0))
    .bind(by.1.0)
    .bind(int(by.2.0)?)
    .execute(&mut *connection)
    .await
    .doing("issuing an order")?;
    write_step(connection, row.id, &NewStep::said("issued", demand, by)).await?;
    for step in by_issue(row.chain.map(|(_, penalty)| penalty)) {
        write_step(connection, row.id, &NewStep::said(word_of(step), "", by)).await?;
    }
    Ok(())
}

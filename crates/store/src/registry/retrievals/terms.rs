//! Within which time a unit answers authorities: the terms that its administrators set, and what holds where they set none.
//!
//! What the longest is, is `law::retrieval`'s. The invariant kept: a clock that runs keeps the term under which it began.

use super::service::{Stated, current};
use crate::convert::{blob, int, small, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::admit::{Ask, enter_unless};
use crate::registry::register::{Book, rules_of_request};
use crate::registry::{EntryIndex, Registry, at_most, person_of};
use law::packs::{Ground, Rules};
use law::retrieval::{AnswerTerm, Terms, longest, refuse_terms};
use model::{Act, Cx, RecordId, UnitId, WallTime};
use sqlx::SqliteConnection;
use std::sync::Arc;
use uuid::Uuid;

/// When a reception is open: one line beside its name.
const OPEN_CHARS_MAX: usize = 100;

/// A unit's terms, as they are shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitTerms {
    pub unit: UnitId,
    pub terms: Terms,
    /// What is the longest for it: a pack's own term where one gives it, else ours.
    pub longest: Terms,
    /// When its reception is open, in words.
    pub open: String,
    /// What an answer is limited by: where that is hours of service, the clock stands still outside of them.
    pub answer: AnswerTerm,
    /// When it is open; `None`: it has stated nothing.
    pub service: Option<Stated>,
    /// Of the last change; none was made yet.
    pub entry: Option<EntryIndex>,
}

/// What holds for a unit now: its own terms, and never longer than what its systems' packs give.
pub(super) async fn of_unit(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    unit: UnitId,
) -> Result<UnitTerms> {
    let rules = rules_of(connection, book, unit).await?;
    let longest = longest(&rules);
    let (terms, open, entry) = match stored(connection, unit).await? {
        Some((terms, open, entry)) => (terms.within(longest), open, Some(entry)),
        None => (longest, String::new(), None),
    };
    let answer = AnswerTerm::of(&rules, entry.map(|_| terms.answer_hours));
    let service = current(connection, unit).await?;
    Ok(UnitTerms { unit, terms, longest, open, answer, service, entry })
}

impl UnitTerms {
    /// When what is complete now is due, and under which hours of service that clock runs.
    pub(super) fn answer_due(&self, ground: Ground, now: WallTime) -> (WallTime, Option<Uuid>) {
        let hours = self.service.as_ref().map(|stated| &stated.hours);
        let (due, stands) = self.answer.due(hours, ground, now);
        (due, self.service.as_ref().filter(|_| stands).map(|stated| stated.id))
    }
}

/// The shortest of what the packs of the unit's systems give.
async fn longest_of(connection: &mut SqliteConnection, book: Book<'_>, unit: UnitId) -> Result<Terms> {
    Ok(longest(&rules_of(connection, book, unit).await?))
}

/// The rules of everything that the unit may be asked for.
async fn rules_of<'l>(
    connection: &mut SqliteConnection,
    book: Book<'l>,
    unit: UnitId,
) -> Result<Vec<Rules<'l>>> {
    let systems: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT id FROM record WHERE kind = ? AND unit = ? AND removed_us IS NULL")
            .bind(i64::from(law::register::RecordKind::System.code()))
            .bind(blob(unit.0))
            .fetch_all(&mut *connection)
            .await
            .doing("listing the systems of a unit")?;
    // Also those of cameras in no system: the country's, and what the unit adopted.
    let mut rules = rules_of_request(connection, book, unit, &[], None).await?;
    for system in &systems {
        let system = Some(RecordId(uuid_of(system)?));
        rules.extend(rules_of_request(connection, book, unit, &[], system).await?);
    }
    Ok(rules)
}

async fn stored(
    connection: &mut SqliteConnection,
    unit: UnitId,
) -> Result<Option<(Terms, String, EntryIndex)>> {
    let row: Option<(i64, i64, String, i64)> = sqlx::query_as(
        "SELECT answer_hours, papers_hours, open_words, entry FROM retrieval_term WHERE unit = ?",
    )
    .bind(blob(unit.0))
    .fetch_optional(connection)
    .await
    .doing("reading a unit's terms for authorities")?;
    row.map(|(answer, papers, open, entry)| {
        let terms = Terms { answer_hours: small(answer)?, papers_hours: small(papers)? };
        Ok((terms, open, EntryIndex(crate::convert::uint(entry)?)))
    })
    .transpose()
}

impl Registry {
    /// The terms of the units of which the actor reads retrievals.
    pub async fn retrieval_terms(&self, cx: &Cx) -> Result<Vec<UnitTerms>> {
        let own = self.units_by(cx, Act::ReadRetrievals).await?;
        let book = self.book(cx.now);
        let mut found = Vec::new();
        for unit in self.units(&crate::system_cx("registry", cx.now)).await? {
            if own.as_ref().is_some_and(|own| !own.contains(&unit.id)) {
                continue;
            }
            let mut connection =
                self.0.database.read.acquire().await.doing("reading terms for authorities")?;
            found.push(of_unit(&mut connection, book, unit.id).await?);
        }
        Ok(found)
    }

    /// The unit answers within other terms from now on; the reason is the context's note. What is complete already keeps its clock.
    pub async fn set_retrieval_terms(
        &self,
        cx: &Cx,
        (unit, terms, open): (UnitId, Terms, &str),
    ) -> Result<()> {
        let person = person_of(cx)?;
        let open = at_most("open_words", open.trim(), OPEN_CHARS_MAX)?;
        if cx.note.as_deref().is_none_or(|note| note.trim().is_empty()) {
            return Err(Error::invalid("reason", "is missing"));
        }
        let (library, today, cx) = (Arc::clone(&self.0.packs.library), self.today(cx.now), cx.clone());
        self.decided(move |connection| {
            Box::pin(async move {
                let longest = longest_of(connection, Book::on(&library, today), unit).await?;
                let before = stored(connection, unit).await?.map_or(longest, |(terms, ..)| terms);
                let ask = Ask {
                    scopes: vec![(unit, None)],
                    extra: format!(
                        "answer_hours={}\npapers_hours={}\nbefore={}/{}\nopen={open}",
                        terms.answer_hours, terms.papers_hours, before.answer_hours, before.papers_hours
                    ),
                    ..Ask::new(Act::ChangeRetrievalTerms)
                };
                let refusal = refuse_terms(terms, longest);
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                sqlx::query(
                    "INSERT INTO retrieval_term (unit, answer_hours, papers_hours, open_words, person, at_us, entry)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (unit) DO UPDATE SET answer_hours = ?2,
                        papers_hours = ?3, open_words = ?4, person = ?5, at_us = ?6, entry = ?7",
                )
                .bind(blob(unit.0))
                .bind(i64::from(terms.answer_hours))
                .bind(i64::from(terms.papers_hours))
                .bind(open)
                .bind(blob(person.0))
                .bind(cx.now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("setting a unit's terms for authorities")?;
                Ok(Ok(()))
            })
        })
        .await
    }
}

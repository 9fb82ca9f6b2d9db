//! The requester's side: filing a request, adding papers, following it, taking it back, receiving the package by name.
//!
//! The invariant kept: every step is the requester's own and on their own request; another's is answered like one that never was.

use super::{
    Filed, PortalRequest, RequestRow, RequestState, SELECT, Told, happened, row_of, stored, stored_row,
};
use crate::convert::{blob, int};
use crate::documents::StagedFile;
use crate::error::{Doing, Error, Result};
use crate::registry::admit::{Ask, enter_unless};
use crate::registry::alarms::filled;
use crate::registry::register::{Book, keep_paper};
use crate::registry::retrievals::hand_over::undertaken;
use crate::registry::retrievals::holding::dropped;
use crate::registry::retrievals::rows::{Said, happened as event, set, stored as asked_of};
use crate::registry::retrievals::{NewOfficer, RetrievalState};
use crate::registry::{EntryIndex, Registry, at_most, new_id, once, person_of, words};
use law::access::EXPORT_SPAN_US_MAX;
use law::packs::{Ground, Paper, Way};
use law::portal::{FilingFacts, PERSONS_MAX, PORTAL_PAPERS_MAX, may_file};
use law::retrieval::{Clock, Dropped};
use ledger::sealed::SealTo;
use model::{Act, Cx, PersonId, Personal, RecordId, Span, UnitId, WallTime};
use sqlx::SqliteConnection;
use std::sync::Arc;
use uuid::Uuid;

const NAME_CHARS_MAX: usize = 100;
const TEXT_CHARS_MAX: usize = 500;
const DAY_US: i64 = 86_400_000_000;
/// Requests in one list, newest first.
const ROWS_MAX: i64 = 200;

#[derive(Clone, Debug)]
pub struct NewRequest {
    pub ground: Ground,
    pub way: Way,
    pub case_number: String,
    pub invokes: Option<String>,
    pub seal_to: SealTo,
    pub span: Span,
    pub told: Told,
}

/// A paper on its way.
#[derive(Debug)]
pub struct NewPaper {
    pub paper: Paper,
    pub name: String,
    /// The days that stand on it, `YYYY-MM-DD`.
    pub dated: Option<String>,
    pub valid_until: Option<String>,
    pub file: StagedFile,
}

impl Registry {
    /// Files a request. It grants nothing: the unit's desk takes it in.
    pub async fn file_request(&self, cx: &Cx, new: NewRequest) -> Result<Uuid> {
        let person = person_of(cx)?;
        let own = self.own_requester(cx).await?;
        let new = self.checked_request(new)?;
        let id = new_id();
        let sealed = new.told.seal(&self.0.sealer, id)?;
        // Without being a requester there is no unit to ask: the table of roles says so.
        let unit = own.as_ref().map(|own| own.unit);
        let body = own.as_ref().map(|own| Filed {
            organ: own.organ,
            level: own.level,
            organ_name: own.organ_name.clone(),
            ground: new.ground,
            way: new.way,
            case_number: new.case_number.clone(),
            invokes: new.invokes.clone(),
            seal_to: new.seal_to.to_string(),
        });
        let ask = Ask {
            scopes: unit.into_iter().map(|unit| (unit, None)).collect(),
            subject: Some(id),
            span: Some(new.span),
            recipient: own.map(|own| own.organ_name).unwrap_or_default(),
            extra: format!(
                "request={id}\nground={}\nway={}\ncase={}\npersons={}",
                new.ground.as_str(),
                new.way.as_str(),
                new.case_number,
                new.told.persons.len()
            ),
            ..Ask::new(Act::FileRequest)
        };
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let refusal = may_file(filing(connection, person, cx.now).await?);
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let (Some(unit), Some(body)) = (unit, body) else { return Err(Error::NotFound("requester")) };
                insert(connection, (id, person, unit), (&body, &sealed, new.span), (entry, cx.now)).await?;
                happened(connection, &cx, (id, "filed", entry), ("", "")).await?;
                Ok(Ok(id))
            })
        })
        .await
    }

    /// Whether the actor may add a paper, before a byte of it is taken. A refusal is an entry.
    pub async fn may_supply_request(&self, cx: &Cx, id: Uuid) -> Result<()> {
        let row = self.own_row(cx, id).await?;
        self.may(cx, own_ask(&row, Act::SupplyRequest, format!("request={id}"))).await
    }

    /// Adds a paper: a document of the unit from then on, which its desk looks at.
    pub async fn supply_request(&self, cx: &Cx, id: Uuid, new: NewPaper) -> Result<RecordId> {
        let row = self.own_row(cx, id).await?;
        if new.paper.is_certificate() {
            return Err(Error::invalid("paper", "a certificate is shown, not sent: name its number"));
        }
        let document = RecordId(new_id());
        let name = filled("name", &new.name, NAME_CHARS_MAX)?;
        let mut body = law::register::Body::new();
        body.insert("name".into(), name.into());
        body.insert("paper".into(), new.paper.as_str().into());
        body.insert("issuer".into(), row.filed.organ_name.clone().into());
        for (field, day) in [("dated", new.dated), ("valid_until", new.valid_until)] {
            if let Some(day) = day.filter(|day| !day.is_empty()) {
                body.insert(field.into(), day.into());
            }
        }
        let extra = format!(
            "request={id}\npaper={}\ndocument={document}\nsha256={}",
            new.paper.as_str(),
            new.file.sha256
        );
        let (ask, moved, paper) = (own_ask(&row, Act::SupplyRequest, extra), cx.clone(), new.paper);
        keep_paper(self, cx, (document, row.unit), (body, new.file), ask, move |connection, entry| {
            Box::pin(async move {
                let (count, state): (i64, String) = sqlx::query_as(
                    "SELECT (SELECT count(*) FROM portal_paper WHERE request = ?1), state FROM portal_request WHERE id = ?1",
                )
                .bind(blob(id))
                .fetch_one(&mut *connection)
                .await
                .doing("counting a request's papers")?;
                if !matches!(state.as_str(), "filed" | "asked" | "taken") {
                    return Err(Error::Conflict("the request takes no more papers".into()));
                }
                if count >= int(PORTAL_PAPERS_MAX as u64)? {
                    return Err(Error::invalid("paper", "is one more than a request has"));
                }
                sqlx::query("INSERT INTO portal_paper (request, paper, document, entry) VALUES (?, ?, ?, ?)")
                    .bind(blob(id))
                    .bind(paper.as_str())
                    .bind(blob(document.0))
                    .bind(int(entry.0)?)
                    .execute(&mut *connection)
                    .await
                    .doing("adding a paper to a request")?;
                sqlx::query("UPDATE portal_request SET state = 'filed' WHERE id = ? AND state = 'asked'")
                    .bind(blob(id))
                    .execute(&mut *connection)
                    .await
                    .doing("answering what was asked")?;
                happened(connection, &moved, (id, "paper", entry), (paper.as_str(), "")).await
            })
        })
        .await?;
        Ok(document)
    }

    /// The requester's own requests, newest first. Whether they may read at all is decided before.
    pub async fn own_requests(&self, cx: &Cx) -> Result<Vec<RequestRow>> {
        let person = person_of(cx)?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE request.person = ? ORDER BY request.at_us DESC LIMIT {ROWS_MAX}"
        )))
        .bind(blob(person.0))
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing requests")?;
        rows.iter().map(row_of).collect()
    }

    /// One of them, whole.
    ///
    /// # Errors
    /// `NotFound` for another's.
    pub async fn own_request(&self, cx: &Cx, id: Uuid) -> Result<PortalRequest> {
        self.own_row(cx, id).await?;
        self.whole_request(cx, id).await
    }

    /// Takes it back. What is not collected is not collected any more.
    pub async fn withdraw_request(&self, cx: &Cx, id: Uuid, reason: &str) -> Result<()> {
        let reason = words("reason", reason, TEXT_CHARS_MAX)?;
        let row = self.own_row(cx, id).await?;
        let (ask, moved) = (own_ask(&row, Act::WithdrawRequest, format!("request={id}")), cx.clone());
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE portal_request SET state = 'withdrawn' WHERE id = ? AND state IN ('filed', 'asked', 'taken')
                     AND received_us IS NULL AND NOT EXISTS (SELECT 1 FROM retrieval
                        WHERE retrieval.id = portal_request.retrieval AND retrieval.state IN ('closed', 'refused'))",
                )
                .bind(blob(id))
                .execute(&mut *connection)
                .await
                .doing("taking a request back")?;
                once(&done, "the request is done")?;
                // It may have been taken in meanwhile.
                if let Some(retrieval) = stored_row(connection, id).await?.retrieval {
                    set(connection, retrieval, RetrievalState::Closed, Clock::default()).await?;
                    event(connection, &moved, (retrieval, "withdrawn", entry), Said::note(reason.as_str())).await?;
                    dropped(connection, moved.now, (retrieval, Dropped::Withdrawn, entry)).await?;
                }
                happened(connection, &moved, (id, "withdrawn", entry), (&reason, "")).await
            })
        })
        .await
    }

    /// Confirms by name that the package is received: the organ's receipt, which closes the retrieval and opens the collecting.
    /// `undertakes`: to keep to use and secrecy, where the text asks for that.
    pub async fn receive_package(&self, cx: &Cx, id: Uuid, (name, undertakes): (&str, bool)) -> Result<()> {
        let name = filled("received_by", name, NAME_CHARS_MAX)?;
        let row = self.own_row(cx, id).await?;
        let export = row.step.and_then(|(.., export)| export);
        let export = export.map_or_else(|| "none".to_owned(), |export| export.to_string());
        let moved = cx.clone();
        let (library, today) = (Arc::clone(&self.0.packs.library), self.today(cx.now));
        self.decided(move |connection| {
            Box::pin(async move {
                let (refusal, undertaken) = match row.retrieval {
                    Some(retrieval) => {
                        let (asked, _) = asked_of(connection, retrieval).await?;
                        undertaken(connection, Book::on(&library, today), (&asked, undertakes)).await?
                    }
                    None => (None, None),
                };
                let line = undertaken.as_ref().map_or_else(String::new, |line| format!("\n{line}"));
                let ask = own_ask(&row, Act::ReceivePackage, format!("request={id}\nexport={export}{line}"));
                let entry = match enter_unless(connection, &moved, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let done = sqlx::query(
                    "UPDATE portal_request SET received_us = ?1, received_by = ?2 WHERE id = ?3 AND state = 'taken'
                     AND received_us IS NULL AND EXISTS (SELECT 1 FROM retrieval JOIN export ON export.id = retrieval.export
                        WHERE retrieval.id = portal_request.retrieval AND retrieval.state = 'handed-over' AND export.state = 'ready')",
                )
                .bind(moved.now.0)
                .bind(&name)
                .bind(blob(id))
                .execute(&mut *connection)
                .await
                .doing("confirming a receipt")?;
                let (1, Some(retrieval)) = (done.rows_affected(), row.retrieval) else {
                    return Err(Error::Conflict("no package of this request waits to be received".into()));
                };
                set(connection, retrieval, RetrievalState::Closed, Clock::default()).await?;
                let said = Said { holder: name, ..Said::note(undertaken.unwrap_or_default()) };
                event(connection, &moved, (retrieval, "receipt", entry), said).await?;
                happened(connection, &moved, (id, "received", entry), ("", "")).await.map(Ok)
            })
        })
        .await
    }

    /// The row of the actor's own request, as a person who may be anybody asks for it: who is no requester is refused by the step.
    async fn own_row(&self, cx: &Cx, id: Uuid) -> Result<RequestRow> {
        let person = person_of(cx)?;
        let mut connection = self.0.database.read.acquire().await.doing("reading a request")?;
        let (row, _) = stored(&mut connection, &self.0.sealer, id).await?;
        if super::is_requester(&mut connection, person).await? && row.person.0 != person {
            return Err(Error::NotFound("request"));
        }
        Ok(row)
    }

    fn checked_request(&self, new: NewRequest) -> Result<NewRequest> {
        if let Some(pack) = &new.invokes
            && self.packs().library.pack(pack).is_none()
        {
            return Err(Error::invalid("invokes", "is no pack"));
        }
        if new.span.end.0.saturating_sub(new.span.start.0) > EXPORT_SPAN_US_MAX {
            return Err(Error::invalid("to_ms", "is more than a day after the beginning"));
        }
        if new.told.persons.is_empty() || new.told.persons.len() > PERSONS_MAX {
            return Err(Error::invalid("persons", "are none, or more than one request has"));
        }
        let mut persons = Vec::with_capacity(new.told.persons.len());
        for NewOfficer { name, number, certificate } in new.told.persons {
            if certificate.is_some_and(|paper| !paper.is_certificate()) {
                return Err(Error::invalid("certificate", "is not one that a person shows"));
            }
            persons.push(NewOfficer {
                name: Personal::new(filled("persons", name.reveal(), NAME_CHARS_MAX)?),
                number: Personal::new(filled("persons", number.reveal(), NAME_CHARS_MAX)?),
                certificate,
            });
        }
        Ok(NewRequest {
            case_number: filled("case_number", &new.case_number, NAME_CHARS_MAX)?,
            told: Told {
                place: Personal::new(words("place", new.told.place.reveal(), TEXT_CHARS_MAX)?),
                reason: Personal::new(at_most("reason", new.told.reason.reveal().trim(), TEXT_CHARS_MAX)?),
                persons,
            },
            ..new
        })
    }
}

fn own_ask(row: &RequestRow, act: Act, extra: String) -> Ask {
    Ask {
        scopes: vec![(row.unit, None)],
        subject: Some(row.id),
        refers_to: Some(row.entry),
        recipient: row.filed.organ_name.clone(),
        extra,
        ..Ask::new(act)
    }
}

async fn filing(connection: &mut SqliteConnection, person: PersonId, now: WallTime) -> Result<FilingFacts> {
    let (open, today): (i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE request.state IN ('filed', 'asked')
                OR (request.state = 'taken' AND retrieval.state NOT IN ('closed', 'refused'))),
            count(*) FILTER (WHERE at_us > ?2)
         FROM portal_request AS request LEFT JOIN retrieval ON retrieval.id = request.retrieval WHERE person = ?1",
    )
    .bind(blob(person.0))
    .bind(now.0.saturating_sub(DAY_US))
    .fetch_one(connection)
    .await
    .doing("counting requests")?;
    let count = |rows: i64| usize::try_from(rows).unwrap_or(usize::MAX);
    Ok(FilingFacts { open: count(open), today: count(today) })
}

async fn insert(
    connection: &mut SqliteConnection,
    (id, person, unit): (Uuid, PersonId, UnitId),
    (body, sealed, span): (&Filed, &[u8], Span),
    (entry, now): (EntryIndex, WallTime),
) -> Result<()> {
    let body = serde_json::to_string(body).map_err(|error| Error::Internal(error.to_string()))?;
    sqlx::query(
        "INSERT INTO portal_request (id, person, unit, body, sealed, start_us, end_us, at_us, entry, state)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(id))
    .bind(blob(person.0))
    .bind(blob(unit.0))
    .bind(body)
    .bind(sealed)
    .bind(span.start.0)
    .bind(span.end.0)
    .bind(now.0)
    .bind(int(entry.0)?)
    .bind(RequestState::Filed.as_str())
    .execute(connection)
    .await
    .doing("filing a request")
    .map(|_| ())
}

//! The steps of a retrieval up to its approval: entering it, supplying officers and papers, looking at certificates, completing,
//! approving, refusing. What a step lacks refuses it, with the article of the pack under which the request is judged.

use super::form;
use super::holding;
use super::rows::{Body, Said, happened, judged, rules, seal, set, stored};
use super::sealing::seal_reason;
use super::service::run_under;
use super::terms::{UnitTerms, of_unit};
use super::{Asked, Retrieval, RetrievalRow, RetrievalState};
use crate::convert::{blob, int};
use crate::error::{Doing, Error, Result};
use crate::registry::admit::{Ask, enter_unless};
use crate::registry::person_of;
use crate::registry::{EntryIndex, Registry, at_most, new_id, once, register::Book, words};
use law::access::{EXPORT_CAMERAS_MAX, EXPORT_SPAN_US_MAX, Refusal};
use law::packs::{OrganLevel, Paper, Wanted};
use law::register::RecordKind;
use law::retrieval::{
    Clock, Dropped, OFFICERS_MAX, RETRIEVAL_PAPERS_MAX, Verdict, incomplete, judge, lawful_refusal,
    no_right_to_refuse, refused, urgent,
};
use model::{Act, Actor, CameraId, CaseId, Cx, Personal, RecordId, Span, UnitId};
use sqlx::SqliteConnection;
use std::sync::Arc;
use uuid::Uuid;

/// Name of an organ, number of its case: what stands on a letterhead.
const NAME_CHARS_MAX: usize = 100;
pub(super) const NOTE_CHARS_MAX: usize = 500;

/// What an authority asks for.
#[derive(Clone, Debug)]
pub struct NewRetrieval {
    pub unit: UnitId,
    pub asked: Asked,
    pub cameras: Vec<CameraId>,
    /// Of footage.
    pub span: Option<Span>,
    /// Of basic data.
    pub system: Option<RecordId>,
    pub case: Option<CaseId>,
    /// The request of the portal that it takes in.
    pub portal: Option<Uuid>,
    /// Persons and papers that are there already: they are entered with it.
    pub supplied: Amendment,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewOfficer {
    pub name: Personal<String>,
    pub number: Personal<String>,
    pub certificate: Option<Paper>,
}

/// What is supplied later.
#[derive(Clone, Debug, Default)]
pub struct Amendment {
    pub officers: Vec<NewOfficer>,
    pub papers: Vec<(Paper, RecordId)>,
    pub level: Option<OrganLevel>,
    pub invokes: Option<String>,
    pub inquiry_closed: bool,
}

impl Registry {
    /// Enters an authority's request. What no pack that binds entitles to is refused, and nothing is kept but that entry.
    pub async fn open_retrieval(&self, cx: &Cx, new: NewRetrieval) -> Result<Uuid> {
        let opener = person_of(cx)?;
        let new = checked(new)?;
        if let Some(pack) = &new.asked.invokes
            && self.packs().library.pack(pack).is_none()
        {
            return Err(Error::invalid("invokes", "is no pack"));
        }
        if let Some(system) = new.system {
            self.own(cx, "system_id", system, RecordKind::System, new.unit).await?;
        }
        let (id, portal, supplied) = (new_id(), new.portal, new.supplied);
        let row = RetrievalRow {
            id,
            unit: new.unit,
            asked: new.asked,
            span: new.span,
            system: new.system,
            cameras: new.cameras,
            case: new.case,
            opened_by: (opener, String::new()),
            opened: cx.now,
            entry: EntryIndex(0),
            state: RetrievalState::Draft,
            clock: Clock::default(),
            still_until: None,
            inquiry_closed: false,
            export: None,
        };
        let supplied = self.checked_amendment(cx, &row, supplied).await?;
        let officers = self.sealed_officers(&supplied)?;
        let reason = seal_reason(&self.0.sealer, id, &row.asked.reason)?;
        let extra = about(&row) + &with_it(&supplied);
        let ask = Ask { refers_to: None, extra, ..ask_of(&row, Act::OpenRetrieval) };
        let (library, today, cx) = (Arc::clone(&self.0.packs.library), self.today(cx.now), cx.clone());
        self.decided(move |connection| {
            Box::pin(async move {
                let rules = rules(connection, Book::on(&library, today), &row).await?;
                let verdict = judge(&super::rows::facts(&row, Vec::new(), &[]), &rules);
                let refusal = match &verdict {
                    Verdict::Refuse { article, why } => Some(refused(article, *why)),
                    _ => None,
                };
                match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => {
                        same_unit(connection, &row).await?;
                        insert(connection, &row, (reason, entered.entry)).await?;
                        add(connection, id, officers, &supplied, entered.entry).await?;
                        let said = Said::note(said(&supplied));
                        happened(connection, &cx, (id, "opened", entered.entry), said).await?;
                        if let Some(request) = portal {
                            super::portal::take(connection, &cx, request, (id, row.unit, entered.entry))
                                .await?;
                        }
                        Ok(Ok(id))
                    }
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        })
        .await
    }

    /// Adds officers and papers, or that the inquiry is closed. Papers of what went out urgently may come after it.
    pub async fn amend_retrieval(&self, cx: &Cx, id: Uuid, new: Amendment) -> Result<Retrieval> {
        let row = self.stored_retrieval(id).await?;
        let new = self.checked_amendment(cx, &row, new).await?;
        let extra = format!(
            "officers={}\npapers={}{}\nlevel={}\ninvokes={}",
            new.officers.len(),
            new.papers.iter().map(|(paper, _)| paper.as_str()).collect::<Vec<_>>().join(","),
            if new.inquiry_closed { "\ninquiry=closed" } else { "" },
            new.level.map_or("-", OrganLevel::as_str),
            new.invokes.as_deref().unwrap_or("-"),
        );
        let ask = Ask { extra, ..ask_of(&row, Act::AmendRetrieval) };
        let sealed = self.sealed_officers(&new)?;
        let (library, today, moved) = (Arc::clone(&self.0.packs.library), self.today(cx.now), cx.clone());
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let (row, _) = stored(connection, id).await?;
                let draft = row.state == RetrievalState::Draft;
                if row.state == RetrievalState::Refused || (!draft && !sealed.is_empty()) {
                    return Err(Error::Conflict("the retrieval takes no more officers or papers".into()));
                }
                add(connection, id, sealed, &new, entry).await?;
                change(connection, &row, &new).await?;
                let (row, _) = stored(connection, id).await?;
                let (facts, rules) = judged(connection, Book::on(&library, today), &row).await?;
                if row.clock.papers_due.is_some() && matches!(judge(&facts, &rules), Verdict::Open { .. }) {
                    set(connection, id, row.state, Clock { papers_due: None, ..row.clock }).await?;
                }
                happened(connection, &moved, (id, "amended", entry), Said::note(said(&new))).await
            })
        })
        .await?;
        self.read_retrieval(cx, id).await
    }

    /// A named person has looked at the certificates of everybody who came and was not looked at yet.
    pub async fn check_credentials(&self, cx: &Cx, id: Uuid) -> Result<Retrieval> {
        let checker = person_of(cx)?;
        let row = self.stored_retrieval(id).await?;
        let moved = cx.clone();
        self.act(cx, ask_of(&row, Act::CheckCredentials), move |connection, entry| {
            Box::pin(async move {
                let checked = sqlx::query(
                    "UPDATE retrieval_officer SET checked_by = ?, checked_us = ?, check_entry = ?
                     WHERE retrieval = ? AND checked_by IS NULL",
                )
                .bind(blob(checker.0))
                .bind(moved.now.0)
                .bind(int(entry.0)?)
                .bind(blob(id))
                .execute(&mut *connection)
                .await
                .doing("confirming certificates")?;
                once(&checked, "no officer waits to be looked at")?;
                happened(connection, &moved, (id, "checked", entry), Said::default()).await
            })
        })
        .await?;
        self.read_retrieval(cx, id).await
    }

    /// Nothing is lacking: the clock starts. `urgent` says why it goes out before its papers, where they are no condition.
    pub async fn complete_retrieval(&self, cx: &Cx, id: Uuid, urgent: Option<&str>) -> Result<Retrieval> {
        let reason = urgent.map(|reason| words("urgent_reason", reason, NOTE_CHARS_MAX)).transpose()?;
        let now = cx.now;
        self.step(
            cx,
            (id, Act::CompleteRetrieval, "completed"),
            &[RetrievalState::Draft],
            move |row, verdict, of_unit| {
                let lacks = match &reason {
                    Some(_) => urgent_lacks(verdict),
                    None => incomplete(verdict),
                };
                let early = reason.is_some() && !matches!(verdict, Verdict::Open { .. });
                let papers_due = early.then(|| of_unit.terms.papers_due(now));
                let (due, service) = of_unit.answer_due(row.asked.ground, now);
                Step {
                    refusal: lacks,
                    own: false,
                    state: RetrievalState::Complete,
                    clock: Clock { due: Some(due), papers_due },
                    service,
                    note: reason.unwrap_or_default(),
                }
            },
        )
        .await
    }

    /// Another person approves it; what lacked nothing then may lack something now.
    pub async fn approve_retrieval(&self, cx: &Cx, id: Uuid) -> Result<Retrieval> {
        let actor = cx.actor;
        let from = [RetrievalState::Complete];
        self.step(cx, (id, Act::ApproveRetrieval, "approved"), &from, move |row, verdict, _| Step {
            refusal: match row.clock.papers_due {
                Some(_) => urgent_lacks(verdict),
                None => incomplete(verdict),
            },
            own: actor == Actor::Person(row.opened_by.0),
            state: RetrievalState::Approved,
            clock: row.clock,
            service: None,
            note: String::new(),
        })
        .await
    }

    /// The unit refuses, by a right that a text gives it; where none does, the refusal is refused (national-2016:21,
    /// datong-2008:20, chongqing:12(4)).
    pub async fn refuse_retrieval(&self, cx: &Cx, id: Uuid, reason: &str) -> Result<Retrieval> {
        let reason = words("reason", reason, NOTE_CHARS_MAX)?;
        let row = self.stored_retrieval(id).await?;
        let ask = Ask { extra: format!("reason={reason}"), ..ask_of(&row, Act::RefuseRetrieval) };
        let (library, today, moved) = (Arc::clone(&self.0.packs.library), self.today(cx.now), cx.clone());
        let believed = self.believed();
        self.decided(move |connection| {
            Box::pin(async move {
                let (row, _) = stored(connection, id).await?;
                let open = [RetrievalState::Draft, RetrievalState::Complete, RetrievalState::Approved];
                if !open.contains(&row.state) {
                    return Err(Error::Conflict("the retrieval is done".into()));
                }
                let (facts, rules) = judged(connection, Book::on(&library, today), &row).await?;
                let right = lawful_refusal(&facts, &rules);
                let refusal = right.as_ref().err().map(no_right_to_refuse);
                let article = right.map(|verdict| verdict.article().to_string()).unwrap_or_default();
                let ask = Ask { extra: format!("article={article}\n{}", ask.extra), ..ask };
                match enter_unless(connection, &moved, &ask, refusal).await? {
                    Ok(entered) => {
                        set(connection, id, RetrievalState::Refused, Clock::default()).await?;
                        let when = moved.now.max(believed);
                        holding::dropped(connection, when, (id, Dropped::Refused, entered.entry)).await?;
                        let said = Said { holder: article, ..Said::note(reason) };
                        happened(connection, &moved, (id, "refused", entered.entry), said).await.map(Ok)
                    }
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        })
        .await?;
        self.read_retrieval(cx, id).await
    }

    /// One step that the law judges anew, in the transaction that enters it.
    async fn step<F>(
        &self,
        cx: &Cx,
        (id, act, what): (Uuid, Act, &'static str),
        from: &[RetrievalState],
        judging: F,
    ) -> Result<Retrieval>
    where
        F: FnOnce(&RetrievalRow, &Verdict, &UnitTerms) -> Step + Send + 'static,
    {
        let row = self.stored_retrieval(id).await?;
        let (ask, from, registry) = (ask_of(&row, act), from.to_vec(), self.clone());
        let (library, today, moved) = (Arc::clone(&self.0.packs.library), self.today(cx.now), cx.clone());
        self.decided(move |connection| {
            Box::pin(async move {
                let (row, _) = stored(connection, id).await?;
                let (facts, rules) = judged(connection, Book::on(&library, today), &row).await?;
                let verdict = judge(&facts, &rules);
                let terms = of_unit(connection, Book::on(&library, today), row.unit).await?;
                let step = judging(&row, &verdict, &terms);
                let extra = format!("verdict={}\narticle={}", verdict.as_str(), verdict.article());
                let noted =
                    if step.note.is_empty() { String::new() } else { format!("\nreason={}", step.note) };
                let form = match act {
                    Act::ApproveRetrieval => {
                        Some(form::of_row(connection, &registry.0.sealer, &row, &today.to_string()).await?)
                    }
                    _ => None,
                };
                let printed = form.map_or_else(String::new, |form| format!("\nform_sha256={form}"));
                let ask = Ask { own: step.own, extra: extra + &noted + &printed, ..ask };
                let here = from.contains(&row.state);
                // Out of its order it is a conflict, whatever the law would say; who may not do it at all is told that first.
                match enter_unless(connection, &moved, &ask, step.refusal.filter(|_| here)).await? {
                    Ok(_) if !here => Err(Error::Conflict("the retrieval is not at that step".into())),
                    Ok(entered) => {
                        set(connection, id, step.state, step.clock).await?;
                        if let Some(form) = form {
                            form::keep(connection, &row, form).await?;
                        }
                        if let Some(hours) = step.service {
                            run_under(connection, id, hours).await?;
                        }
                        // From the moment on at which nothing is lacking; what was complete before there were such holds, when it is approved.
                        holding::hold(connection, &moved, &row, entered.entry).await?;
                        let said = Said { holder: verdict.article().to_string(), ..Said::note(step.note) };
                        happened(connection, &moved, (id, what, entered.entry), said).await.map(Ok)
                    }
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        })
        .await?;
        self.read_retrieval(cx, id).await
    }

    /// The row of one, whoever asks: the step that is taken on it is decided by itself.
    pub async fn retrieval_row(&self, id: Uuid) -> Result<RetrievalRow> {
        self.stored_retrieval(id).await
    }

    pub(super) async fn stored_retrieval(&self, id: Uuid) -> Result<RetrievalRow> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a retrieval")?;
        stored(&mut connection, id).await.map(|(row, _)| row)
    }

    /// Name and number of each, bound to the row that it gets.
    fn sealed_officers(&self, new: &Amendment) -> Result<Vec<SealedRow>> {
        let mut sealed = Vec::with_capacity(new.officers.len());
        for officer in &new.officers {
            let id = new_id();
            let bytes = seal(&self.0.sealer, id, officer.name.reveal(), officer.number.reveal())?;
            sealed.push((id, bytes, officer.certificate));
        }
        Ok(sealed)
    }

    async fn checked_amendment(&self, cx: &Cx, row: &RetrievalRow, new: Amendment) -> Result<Amendment> {
        if let Some(pack) = &new.invokes
            && self.packs().library.pack(pack).is_none()
        {
            return Err(Error::invalid("invokes", "is no pack"));
        }
        if new.officers.len() > OFFICERS_MAX || new.papers.len() > RETRIEVAL_PAPERS_MAX {
            return Err(Error::invalid("officers", "are more than one retrieval has"));
        }
        let mut officers = Vec::with_capacity(new.officers.len());
        for NewOfficer { name, number, certificate } in new.officers {
            if certificate.is_some_and(|paper| !paper.is_certificate()) {
                return Err(Error::invalid("certificate", "is not one that a person shows"));
            }
            officers.push(NewOfficer {
                name: Personal::new(words("name", name.reveal(), NAME_CHARS_MAX)?),
                number: Personal::new(words("number", number.reveal(), NAME_CHARS_MAX)?),
                certificate,
            });
        }
        for (paper, document) in &new.papers {
            if paper.is_certificate() {
                return Err(Error::invalid(
                    "papers",
                    "a certificate is shown by its officer, not left behind",
                ));
            }
            let record = self.own(cx, "papers", *document, RecordKind::Document, row.unit).await?;
            let kind = record.body.get("paper").and_then(serde_json::Value::as_str);
            if kind != Some(paper.as_str()) {
                return Err(Error::invalid("papers", "the document is of another kind"));
            }
        }
        Ok(Amendment { officers, ..new })
    }
}

/// An officer as the row keeps them.
type SealedRow = (Uuid, Vec<u8>, Option<Paper>);

/// What comes of a step, as the law has it.
struct Step {
    refusal: Option<Refusal>,
    own: bool,
    state: RetrievalState,
    clock: Clock,
    /// The hours of service under which it runs.
    service: Option<Uuid>,
    note: String,
}

fn urgent_lacks(verdict: &Verdict) -> Option<Refusal> {
    urgent(verdict).err().and_then(incomplete)
}

/// Words and lists of a request, before anything is looked up.
fn checked(new: NewRetrieval) -> Result<NewRetrieval> {
    let asked = Asked {
        organ_name: words("organ_name", &new.asked.organ_name, NAME_CHARS_MAX)?,
        case_number: words("case_number", &new.asked.case_number, NAME_CHARS_MAX)?,
        reason: Personal::new(at_most("reason", new.asked.reason.reveal().trim(), NOTE_CHARS_MAX)?),
        ..new.asked
    };
    let mut cameras = new.cameras;
    cameras.sort_unstable();
    cameras.dedup();
    match (asked.wanted, new.span) {
        (Wanted::Footage, None) => return Err(Error::invalid("from_ms", "is missing")),
        (Wanted::Footage, Some(span)) => {
            if cameras.is_empty() || cameras.len() > EXPORT_CAMERAS_MAX {
                return Err(Error::invalid("cameras", "are none, or more than one package holds"));
            }
            if span.end.0.saturating_sub(span.start.0) > EXPORT_SPAN_US_MAX {
                return Err(Error::invalid("to_ms", "is more than a day after the beginning"));
            }
        }
        (Wanted::BasicData, _) if new.system.is_none() => {
            return Err(Error::invalid("system_id", "is missing"));
        }
        (Wanted::BasicData, _) => {
            return Ok(NewRetrieval { asked, cameras: Vec::new(), span: None, ..new });
        }
    }
    Ok(NewRetrieval { asked, cameras, system: None, ..new })
}

/// The question to the table of roles: the cameras themselves, or for basic data the unit.
pub(super) fn ask_of(row: &RetrievalRow, act: Act) -> Ask {
    let scopes = if row.cameras.is_empty() { vec![(row.unit, None)] } else { Vec::new() };
    Ask {
        cameras: row.cameras.clone(),
        scopes,
        span: row.span,
        subject: Some(row.id),
        refers_to: Some(row.entry),
        recipient: row.asked.organ_name.clone(),
        ..Ask::new(act)
    }
}

/// The request as its entry says it: no officer's name.
fn about(row: &RetrievalRow) -> String {
    let asked = &row.asked;
    format!(
        "organ={}\nground={}\nwanted={}\nway={}\ncase={}\ninvokes={}",
        asked.organ.as_str(),
        asked.ground.as_str(),
        asked.wanted.as_str(),
        asked.way.as_str(),
        asked.case_number,
        asked.invokes.as_deref().unwrap_or("-"),
    )
}

/// Persons and papers that were entered with it, as the entry says them.
fn with_it(supplied: &Amendment) -> String {
    if supplied.officers.is_empty() && supplied.papers.is_empty() {
        return String::new();
    }
    let papers: Vec<&str> = supplied.papers.iter().map(|(paper, _)| paper.as_str()).collect();
    format!("\nofficers={}\npapers={}", supplied.officers.len(), papers.join(","))
}

fn said(new: &Amendment) -> String {
    let mut words: Vec<&str> = new.papers.iter().map(|(paper, _)| paper.as_str()).collect();
    if !new.officers.is_empty() {
        words.insert(0, "officers");
    }
    if new.inquiry_closed {
        words.push("inquiry-closed");
    }
    words.join(",")
}

/// Whoever may ask for one camera may not slip in another unit's.
async fn same_unit(connection: &mut SqliteConnection, row: &RetrievalRow) -> Result<()> {
    for camera in &row.cameras {
        let found: Option<(Vec<u8>,)> = sqlx::query_as("SELECT unit FROM camera WHERE id = ?")
            .bind(blob(camera.0))
            .fetch_optional(&mut *connection)
            .await
            .doing("reading a camera's unit")?;
        if found.is_none_or(|(unit,)| unit != blob(row.unit.0)) {
            return Err(Error::invalid("cameras", "one of them is another unit's"));
        }
    }
    Ok(())
}

async fn insert(
    connection: &mut SqliteConnection,
    row: &RetrievalRow,
    (reason, entry): (Option<Vec<u8>>, EntryIndex),
) -> Result<()> {
    sqlx::query(
        "INSERT INTO retrieval (id, unit, body, reason, start_us, end_us, system, opened_by, opened_us, entry, state)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(row.id))
    .bind(blob(row.unit.0))
    .bind(body_text(row)?)
    .bind(reason)
    .bind(row.span.map(|span| span.start.0))
    .bind(row.span.map(|span| span.end.0))
    .bind(row.system.map(|system| blob(system.0)))
    .bind(blob(row.opened_by.0.0))
    .bind(row.opened.0)
    .bind(int(entry.0)?)
    .bind(row.state.as_str())
    .execute(&mut *connection)
    .await
    .doing("entering a retrieval")?;
    for camera in &row.cameras {
        sqlx::query("INSERT INTO retrieval_camera (retrieval, camera) VALUES (?, ?)")
            .bind(blob(row.id))
            .bind(blob(camera.0))
            .execute(&mut *connection)
            .await
            .doing("entering a retrieval's cameras")?;
    }
    Ok(())
}

fn body_text(row: &RetrievalRow) -> Result<String> {
    let body = Body { asked: row.asked.clone(), case: row.case.map(|case| case.to_string()) };
    serde_json::to_string(&body).map_err(|error| Error::Internal(error.to_string()))
}

async fn add(
    connection: &mut SqliteConnection,
    id: Uuid,
    officers: Vec<SealedRow>,
    new: &Amendment,
    entry: EntryIndex,
) -> Result<()> {
    for (officer, sealed, certificate) in officers {
        sqlx::query(
            "INSERT INTO retrieval_officer (id, retrieval, sealed, certificate, entry) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(blob(officer))
        .bind(blob(id))
        .bind(sealed)
        .bind(certificate.map(Paper::as_str))
        .bind(int(entry.0)?)
        .execute(&mut *connection)
        .await
        .doing("entering an officer")?;
    }
    for (paper, document) in &new.papers {
        sqlx::query(
            "INSERT OR IGNORE INTO retrieval_paper (retrieval, paper, document, entry) VALUES (?, ?, ?, ?)",
        )
        .bind(blob(id))
        .bind(paper.as_str())
        .bind(blob(document.0))
        .bind(int(entry.0)?)
        .execute(&mut *connection)
        .await
        .doing("entering a paper")?;
    }
    let (officers,): (i64,) = sqlx::query_as("SELECT count(*) FROM retrieval_officer WHERE retrieval = ?")
        .bind(blob(id))
        .fetch_one(&mut *connection)
        .await
        .doing("counting officers")?;
    if officers > int(OFFICERS_MAX as u64)? {
        return Err(Error::invalid("officers", "are more than one retrieval has"));
    }
    Ok(())
}

/// Level, named pack and the end of the inquiry. A draft alone changes what it names.
async fn change(connection: &mut SqliteConnection, row: &RetrievalRow, new: &Amendment) -> Result<()> {
    let draft = row.state == RetrievalState::Draft;
    let asked = Asked {
        level: new.level.filter(|_| draft).or(row.asked.level),
        invokes: new.invokes.clone().filter(|_| draft).or_else(|| row.asked.invokes.clone()),
        ..row.asked.clone()
    };
    let row = RetrievalRow { asked, ..row.clone() };
    sqlx::query("UPDATE retrieval SET body = ?, inquiry_closed = max(inquiry_closed, ?) WHERE id = ?")
        .bind(body_text(&row)?)
        .bind(new.inquiry_closed)
        .bind(blob(row.id))
        .execute(connection)
        .await
        .doing("changing a retrieval")
        .map(|_| ())
}

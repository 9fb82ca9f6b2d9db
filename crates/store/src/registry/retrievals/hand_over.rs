//! What goes out and where it goes then: the copy under a pass, the viewing on the spot, the organ's receipt, onward transfers,
//! returns, destruction (datong-2008:17(v), guangzhou-2007:21). Nothing here asks for money (guangzhou-2007:18).

use super::acts::{NOTE_CHARS_MAX, ask_of};
use super::holding;
use super::rows::{Said, events, happened, judged, set, stored};
use super::shown::{approval, table, viewing};
use super::{Retrieval, RetrievalRow, RetrievalState};
use crate::convert::blob;
use crate::error::{Doing, Error, Result};
use crate::registry::admit::{Ask, enter_unless};
use crate::registry::exports::Admitted;
use crate::registry::{EntryIndex, NewExport, Pass, Registry, at_most, register::Book, words};
use law::access::Refusal;
use law::packs::{Wanted, Way};
use law::register::RecordKind;
use law::retrieval::{
    Clock, NotShown, VIEWINGS_MAX, Verdict, judge, no_undertaking, refuse_outcome, refused, undertaking,
};
use model::{Act, Cx, ExportId, RecordId, ViewId};
use sqlx::SqliteConnection;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// Who holds or sees it, in words.
const HOLDER_CHARS_MAX: usize = 200;

/// What came of one where no package of footage is made.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Who was present at the viewing.
    pub present: String,
    pub note: String,
    /// The playbacks in which it was looked at.
    pub views: Vec<ViewId>,
    /// Why a viewing never came about.
    pub not_shown: Option<String>,
    /// The entry of the table with basic data that was handed over.
    pub table: Option<EntryIndex>,
}

/// How it ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ended {
    Viewed,
    NotViewed,
    HandedOver,
}

impl Ended {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Viewed => "viewed",
            Self::NotViewed => "not-viewed",
            Self::HandedOver => "handed-over",
        }
    }
}

/// What is said of an outcome, in its limits.
#[derive(Clone, Debug)]
struct Told {
    what: Ended,
    holder: String,
    note: String,
    views: Vec<ViewId>,
    table: Option<EntryIndex>,
}

impl Told {
    fn of(row: &RetrievalRow, new: Outcome) -> Result<Self> {
        let note = at_most("note", new.note.trim(), NOTE_CHARS_MAX)?;
        let told = |what, holder, note| Self { what, holder, note, views: Vec::new(), table: None };
        if row.asked.way != Way::View {
            let table = new.table.filter(|_| row.asked.wanted == Wanted::BasicData);
            let table = table
                .ok_or(Error::invalid("table_entry", "is not that of the table that was handed over"))?;
            let holder = row.asked.organ_name.clone();
            return Ok(Self { table: Some(table), ..told(Ended::HandedOver, holder, note) });
        }
        if let Some(why) = new.not_shown {
            if !new.views.is_empty() {
                return Err(Error::invalid("not_shown", "goes with no playback"));
            }
            let present = at_most("present", new.present.trim(), HOLDER_CHARS_MAX)?;
            return Ok(told(Ended::NotViewed, present, words("not_shown", &why, NOTE_CHARS_MAX)?));
        }
        let present = words("present", &new.present, HOLDER_CHARS_MAX)?;
        let mut views = new.views;
        views.sort_unstable();
        views.dedup();
        // Basic data that is looked at is no footage: nothing is played.
        if row.asked.wanted == Wanted::Footage && views.is_empty() {
            return Err(Error::invalid(
                "view_ids",
                "name no playback: or say in not_shown why nothing was shown",
            ));
        }
        if views.len() > VIEWINGS_MAX || (row.asked.wanted != Wanted::Footage && !views.is_empty()) {
            return Err(Error::invalid("view_ids", "are more than one outcome names, or of no footage"));
        }
        Ok(Self { views, ..told(Ended::Viewed, present, note) })
    }

    /// What the ledger has of what was named, as the outcome's entry says it; or why one of them does not count.
    async fn found(
        &self,
        connection: &mut SqliteConnection,
        (row, approved): (&RetrievalRow, EntryIndex),
    ) -> Result<std::result::Result<String, NotShown>> {
        let mut lines = Vec::with_capacity(self.views.len());
        for view in &self.views {
            match viewing(connection, row, (*view, approved)).await? {
                Ok(found) => lines.push(format!("view_entry={}", found.entry.0)),
                Err(why) => return Ok(Err(why)),
            }
        }
        if let Some(entry) = self.table {
            match table(connection, row.unit, (entry, approved)).await? {
                Ok(found) => lines.push(format!("table_entry={} sha256={}", found.entry.0, found.sha256)),
                Err(why) => return Ok(Err(why)),
            }
        }
        Ok(Ok(lines.join(" ")))
    }

    fn words(&self, named: &str) -> String {
        format!("{named} {}", self.note).trim().to_owned()
    }

    /// What was looked at, or never was, is done; what went out waits for its receipt.
    const fn state(&self) -> RetrievalState {
        match self.what {
            Ended::Viewed | Ended::NotViewed => RetrievalState::Closed,
            Ended::HandedOver => RetrievalState::HandedOver,
        }
    }
}

#[derive(Clone, Debug)]
pub struct NewReceiptOfCopy {
    pub received_by: String,
    pub note: String,
    pub document: Option<RecordId>,
}

/// What became of a copy later.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Whereabouts {
    Transferred,
    Returned,
    Destroyed,
}

impl Whereabouts {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Transferred => "transferred",
            Self::Returned => "returned",
            Self::Destroyed => "destroyed",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Followed {
    pub what: Whereabouts,
    /// Who has it now; who says that it was destroyed.
    pub holder: String,
    pub note: String,
    pub document: Option<RecordId>,
}

impl Registry {
    /// One that waits to be handed over, with the name of who approved it.
    pub async fn approved_retrieval(&self, id: Uuid) -> Result<(RetrievalRow, String)> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a retrieval")?;
        let (row, _) = stored(&mut connection, id).await?;
        let events = super::rows::events(&mut connection, id).await?;
        let approved = events.into_iter().rfind(|event| event.what == "approved");
        match (row.state, approved) {
            (RetrievalState::Approved, Some(approved)) => Ok((row, approved.by.1)),
            _ => Err(not_approved()),
        }
    }

    /// Whether the right to it still stands, before a package is begun. A refusal is an entry; the hand-over itself asks again.
    pub async fn may_hand_over(&self, cx: &Cx, id: Uuid) -> Result<()> {
        let mut connection = self.0.database.read.acquire().await.doing("asking before a hand-over")?;
        let (row, _) = stored(&mut connection, id).await?;
        let refusal = ended(&mut connection, self.book(cx.now), &row).await?;
        drop(connection);
        if refusal.is_none() {
            return Ok(());
        }
        let ask = ask_of(&row, Act::HandOver);
        self.act_unless(cx, ask, refusal, |_, _| Box::pin(async { Ok(()) })).await
    }

    /// The copy goes out: its entry, the export that the pass admits, and the hold on its footage, all or none. The retrieval's own hold
    /// goes on for it; where that was lifted meanwhile the export places one as any does.
    pub async fn hand_over_copy(&self, cx: &Cx, id: Uuid, pass: &Pass, new: NewExport) -> Result<ExportId> {
        let row = self.stored_retrieval(id).await?;
        let asked: BTreeSet<_> = row.cameras.iter().copied().collect();
        let given: BTreeSet<_> = new.cameras.iter().copied().collect();
        if asked != given || row.span != pass.span() {
            return Err(Error::invalid("pass", "is for other footage than was approved"));
        }
        let admitted = Admitted::by(pass, new)?;
        let extra = format!("way=copy\nexport_entry={}", pass.entry().0);
        let (ask, moved) = (Ask { extra, ..ask_of(&row, Act::HandOver) }, cx.clone());
        let (library, today) = (Arc::clone(&self.0.packs.library), self.today(cx.now));
        self.decided(move |connection| {
            Box::pin(async move {
                let (row, _) = stored(connection, id).await?;
                let refusal = ended(connection, Book::on(&library, today), &row).await?;
                let held = holding::standing(connection, id).await?;
                let named = held.map_or_else(String::new, |hold| format!("\nhold={hold}"));
                let ask = Ask { extra: ask.extra.clone() + &named, ..ask };
                let entry = match enter_unless(connection, &moved, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                if row.state != RetrievalState::Approved {
                    return Err(not_approved());
                }
                // One that was lifted meanwhile keeps nothing: then the export places its own.
                let export = admitted.insert(connection, held.is_none()).await?;
                if let Some(hold) = held {
                    holding::goes_on(connection, hold, export).await?;
                }
                sqlx::query("UPDATE retrieval SET export = ? WHERE id = ?")
                    .bind(blob(export.0))
                    .bind(blob(id))
                    .execute(&mut *connection)
                    .await
                    .doing("naming the export of a retrieval")?;
                set(connection, id, RetrievalState::HandedOver, Clock { due: None, ..row.clock }).await?;
                let said = Said { holder: row.asked.organ_name, ..Said::default() };
                happened(connection, &moved, (id, "handed-over", entry), said).await?;
                Ok(Ok(export))
            })
        })
        .await
    }

    /// It was looked at on the spot, or a table of basic data was handed over: what the ledger has of that is named, and nothing else
    /// counts. Or a viewing never came about, for a reason.
    pub async fn retrieval_outcome(&self, cx: &Cx, id: Uuid, new: Outcome) -> Result<Retrieval> {
        let row = self.stored_retrieval(id).await?;
        let told = Told::of(&row, new)?;
        let (ask, moved) = (ask_of(&row, Act::HandOver), cx.clone());
        let (library, today) = (Arc::clone(&self.0.packs.library), self.today(cx.now));
        self.decided(move |connection| {
            Box::pin(async move {
                let (row, _) = stored(connection, id).await?;
                let (facts, rules) = judged(connection, Book::on(&library, today), &row).await?;
                let verdict = judge(&facts, &rules);
                let approved = approval(&events(connection, id).await?);
                // Out of its order it is a conflict, whatever was named.
                let found = match approved.filter(|_| row.state == RetrievalState::Approved) {
                    Some(entry) => Some(told.found(connection, (&row, entry)).await?),
                    None => None,
                };
                let (named, lacking) = match found {
                    Some(Ok(named)) => (Some(named), None),
                    Some(Err(why)) => (None, Some(refuse_outcome(verdict.article(), why))),
                    None => (None, None),
                };
                let named_text = named.as_deref().unwrap_or_default();
                let extra = format!(
                    "way={}\noutcome={}\n{}",
                    row.asked.way.as_str(),
                    told.what.as_str(),
                    told.words(named_text)
                );
                let refusal = over(&verdict).or(lacking);
                let entry = match enter_unless(connection, &moved, &Ask { extra, ..ask }, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let Some(named) = named else { return Err(not_approved()) };
                set(connection, id, told.state(), Clock { due: None, ..row.clock }).await?;
                let said = Said { holder: told.holder.clone(), ..Said::note(told.words(&named)) };
                happened(connection, &moved, (id, told.what.as_str(), entry), said).await.map(Ok)
            })
        })
        .await?;
        self.read_retrieval(cx, id).await
    }

    /// The organ's receipt. `undertakes`: whoever received it has signed to keep to use and secrecy, where the text asks for that.
    pub async fn acknowledge_receipt(
        &self,
        cx: &Cx,
        id: Uuid,
        (new, undertakes): (NewReceiptOfCopy, bool),
    ) -> Result<Retrieval> {
        let holder = words("received_by", &new.received_by, HOLDER_CHARS_MAX)?;
        let said = self.said(cx, id, (holder, &new.note, new.document)).await?;
        self.noted(cx, id, (Act::AcknowledgeReceipt, "receipt"), Some(undertakes), said).await
    }

    /// Where the copy went after that.
    pub async fn follow_copy(&self, cx: &Cx, id: Uuid, new: Followed) -> Result<Retrieval> {
        let holder = words("holder", &new.holder, HOLDER_CHARS_MAX)?;
        let said = self.said(cx, id, (holder, &new.note, new.document)).await?;
        self.noted(cx, id, (Act::FollowCopy, new.what.as_str()), None, said).await
    }

    async fn said(
        &self,
        cx: &Cx,
        id: Uuid,
        (holder, note, document): (String, &str, Option<RecordId>),
    ) -> Result<Said> {
        let row = self.stored_retrieval(id).await?;
        if let Some(document) = document {
            self.own(cx, "document_id", document, RecordKind::Document, row.unit).await?;
        }
        let note = at_most("note", note.trim(), NOTE_CHARS_MAX)?;
        // What is undertaken is said by the server alone.
        if note.starts_with("undertaking=") {
            return Err(Error::invalid("note", "begins as an undertaking does"));
        }
        Ok(Said { holder, note, document })
    }

    /// What happens to a copy that is out. `undertakes`: with a receipt, whether use and secrecy are undertaken.
    async fn noted(
        &self,
        cx: &Cx,
        id: Uuid,
        (act, what): (Act, &'static str),
        undertakes: Option<bool>,
        mut said: Said,
    ) -> Result<Retrieval> {
        let row = self.stored_retrieval(id).await?;
        let (ask, moved) = (ask_of(&row, act), cx.clone());
        let (library, today) = (Arc::clone(&self.0.packs.library), self.today(cx.now));
        self.decided(move |connection| {
            Box::pin(async move {
                let (row, _) = stored(connection, id).await?;
                let (refusal, line) = match undertakes {
                    Some(undertakes) => {
                        undertaken(connection, Book::on(&library, today), (&row, undertakes)).await?
                    }
                    None => (None, None),
                };
                let extra = format!("what={what}")
                    + &line.as_ref().map_or_else(String::new, |line| format!("\n{line}"));
                let entry = match enter_unless(connection, &moved, &Ask { extra, ..ask }, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                if let Some(line) = line {
                    said.note = format!("{line} {}", said.note).trim().to_owned();
                }
                let received = act == Act::AcknowledgeReceipt;
                let out = match row.state {
                    RetrievalState::HandedOver => true,
                    RetrievalState::Closed => !received && row.asked.way == Way::Copy,
                    _ => false,
                };
                if !out {
                    return Err(Error::Conflict("no copy of this retrieval waits for that".into()));
                }
                if received && super::portal::is_asked_by_portal(connection, id).await? {
                    return Err(Error::Conflict(
                        "whoever asked for it in the portal confirms its receipt there".into(),
                    ));
                }
                if received {
                    set(connection, id, RetrievalState::Closed, row.clock).await?;
                }
                happened(connection, &moved, (id, what, entry), said).await.map(Ok)
            })
        })
        .await?;
        self.read_retrieval(cx, id).await
    }
}

/// Why a receipt is not entered without an undertaking; and the line of its entry when it is given, where the text asks for it. Asked in the
/// transaction that enters the receipt.
pub(super) async fn undertaken(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    (row, undertakes): (&RetrievalRow, bool),
) -> Result<(Option<Refusal>, Option<String>)> {
    let (facts, rules) = judged(connection, book, row).await?;
    let asked = undertaking(&facts, &rules);
    // Out of its order it is a conflict, whatever is lacking.
    let waits = row.state == RetrievalState::HandedOver;
    let refusal = asked.as_ref().filter(|_| waits && !undertakes).map(no_undertaking);
    Ok((refusal, asked.filter(|_| undertakes).map(|article| format!("undertaking={article}"))))
}

/// What came with an emergency ends with its inquiry, also between approval and hand-over (datong-2008:20, national-2016:21).
async fn ended(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    row: &RetrievalRow,
) -> Result<Option<Refusal>> {
    let (facts, rules) = judged(connection, book, row).await?;
    Ok(over(&judge(&facts, &rules)))
}

fn over(verdict: &Verdict) -> Option<Refusal> {
    match verdict {
        Verdict::Refuse { article, why } => Some(refused(article, *why)),
        _ => None,
    }
}

fn not_approved() -> Error {
    Error::Conflict("the retrieval is not approved, or was handed over already".into())
}

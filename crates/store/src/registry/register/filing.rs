//! Filings with the public security organ: what a system owes, what was filed, the organ's receipt.
//!
//! Which filings are owed and until when is `law::filing`'s; the dossier is `dossier`'s. The invariant kept: a filing, the
//! dossier that was filed and their entry commit together, and neither is ever changed (national-2016:12, datong-2008:15,
//! chongqing:9).

use super::{
    Book, Record,
    dossier::{FiledDossier, dossier, life_facts},
    facts,
    filed::{FilingRow, OfSystem, changed_since, filed},
    life::{LifeStep, documents, steps_of},
    list::one,
    secrecy,
    under::rules_of_system,
};
use crate::convert::{blob, int, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::{Registry, admit::Ask, new_id};
use law::Day;
use law::detect::Named;
use law::filing::{Filed, Filing, FilingFacts, filings};
use law::packs::Rules;
use law::register::RecordKind;
use model::{Act, Actor, Cx, FilingId, Hash, RecordId};
use sqlx::SqliteConnection;
use std::collections::BTreeSet;

const WORDS_CHARS_MAX: usize = 200;
const NOTE_CHARS_MAX: usize = 1_000;

/// A filing that somebody enters.
#[derive(Clone, Debug)]
pub struct NewFiling {
    pub system: RecordId,
    pub pack: String,
    /// The day on which it was handed in.
    pub filed_on: Day,
    pub recipient: String,
    pub filer: String,
    pub note: String,
    /// The dossier that was handed in, by its hash: it must be what the register yields now.
    pub dossier: Hash,
}

/// The organ's receipt of a filing.
#[derive(Clone, Debug)]
pub struct NewReceipt {
    pub filing: FilingId,
    pub document: RecordId,
    pub number: String,
    pub on: Day,
}

/// What a system owes and what was filed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SystemFilings {
    pub owed: Vec<Filing>,
    /// Oldest first.
    pub made: Vec<FilingRow>,
}

impl Registry {
    /// What a system owes and what was filed.
    pub async fn filings(&self, cx: &Cx, system: RecordId) -> Result<SystemFilings> {
        self.seen_system(cx, system).await?;
        let library = self.packs().library.clone();
        let mut connection = self.0.database.read.acquire().await.doing("reading a system's filings")?;
        let record = one(&mut connection, system).await?;
        let book = Book::on(&library, self.today(cx.now));
        let rules = rules_of_system(&mut connection, book, &record).await?;
        let steps = steps_of(&mut connection, system).await?;
        let papers = facts::papers(&mut connection, record.unit, &documents(&steps)).await?;
        let filed = filed(&mut connection, Some(system)).await?.remove(&system);
        let owed = owed(&mut connection, book, &rules, (&record, &steps, filed.as_ref()), papers).await?;
        Ok(SystemFilings { owed, made: filed.map(|filed| filed.rows).unwrap_or_default() })
    }

    /// The dossier as the register yields it now. It is basic data of a whole system: reading it is an entry of its own.
    pub async fn filing_dossier(&self, cx: &Cx, system: RecordId, pack: &str) -> Result<FiledDossier> {
        let shown = self.filed_system(cx, system).await?;
        let made = self.dossier_now(&shown, pack, self.today(cx.now)).await?;
        self.act(cx, reading(&shown, pack, &made), |_, _| Box::pin(async { Ok(()) })).await?;
        Ok(made)
    }

    /// A dossier that was filed, byte for byte.
    pub async fn filed_dossier(&self, cx: &Cx, filing: FilingId) -> Result<FiledDossier> {
        let row: Option<(Vec<u8>, String, String)> =
            sqlx::query_as("SELECT system, pack, dossier FROM filing WHERE id = ?")
                .bind(blob(filing.0))
                .fetch_optional(&self.0.database.read)
                .await
                .doing("reading a filed dossier")?;
        let (system, pack, text) = row.ok_or(Error::NotFound("filing"))?;
        let shown = self.filed_system(cx, RecordId(uuid_of(&system)?)).await?;
        let sha256 = ledger::tree::sha256(&[text.as_bytes()]);
        let made = FiledDossier { text, sha256 };
        self.act(cx, reading(&shown, &pack, &made), |_, _| Box::pin(async { Ok(()) })).await?;
        Ok(made)
    }

    /// Enters that a system was filed. The entry names the hash of the dossier that was handed in.
    pub async fn file_system(&self, cx: &Cx, new: NewFiling) -> Result<FilingId> {
        let recipient = crate::registry::words("recipient", &new.recipient, WORDS_CHARS_MAX)?;
        let filer = crate::registry::words("filer", &new.filer, WORDS_CHARS_MAX)?;
        let note = crate::registry::at_most("note", new.note.trim(), NOTE_CHARS_MAX)?;
        let Actor::Person(person) = cx.actor else { return Err(Error::invalid("actor", "is no person")) };
        let (now, today) = (cx.now, self.today(cx.now));
        if new.filed_on > today {
            return Err(Error::invalid("filed_on", "is a day to come"));
        }
        let shown = self.filed_system(cx, new.system).await?;
        let made = self.dossier_now(&shown, &new.pack, today).await?;
        let begins = self.window_begins(&shown, &new.pack, today).await?;
        let id = FilingId(new_id());
        let ask = Ask {
            scopes: shown.unit.into_iter().map(|unit| (unit, None)).collect(),
            subject: Some(new.system.0),
            recipient: recipient.clone(),
            extra: format!(
                "system={}\npack={}\nfiled_on={}\ndossier_sha256={}",
                secrecy::name(&shown),
                new.pack,
                new.filed_on,
                made.sha256
            ),
            ..Ask::new(Act::FileSystem)
        };
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                // Only now: whoever may not file learns nothing of the register.
                if made.sha256 != new.dossier {
                    return Err(Error::Conflict("the register changed since this dossier was made".into()));
                }
                if begins.is_some_and(|begins| new.filed_on < begins) {
                    return Err(Error::invalid("filed_on", "is before there was anything to file"));
                }
                sqlx::query(
                    "INSERT INTO filing (id, system, pack, filed_on, recipient, filer, note, dossier, sha256, person, at_us, entry)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id.0))
                .bind(blob(new.system.0))
                .bind(new.pack)
                .bind(new.filed_on.to_string())
                .bind(recipient)
                .bind(filer)
                .bind(note)
                .bind(made.text)
                .bind(made.sha256.0.to_vec())
                .bind(blob(person.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("entering a filing")?;
                Ok(id)
            })
        })
        .await
    }

    /// Enters the organ's receipt, once.
    pub async fn file_receipt(&self, cx: &Cx, new: NewReceipt) -> Result<()> {
        let number = crate::registry::words("number", &new.number, WORDS_CHARS_MAX)?;
        if new.on > self.today(cx.now) {
            return Err(Error::invalid("on", "is a day to come"));
        }
        let row: Option<(Vec<u8>, String)> =
            sqlx::query_as("SELECT system, filed_on FROM filing WHERE id = ?")
                .bind(blob(new.filing.0))
                .fetch_optional(&self.0.database.read)
                .await
                .doing("reading a filing")?;
        let (system, filed_on) = row.ok_or(Error::NotFound("filing"))?;
        if Day::read(&filed_on).is_some_and(|filed_on| new.on < filed_on) {
            return Err(Error::invalid("on", "is before it was filed"));
        }
        let shown = self.filed_system(cx, RecordId(uuid_of(&system)?)).await?;
        let document = self.stored_record(cx, new.document).await?;
        if document.kind != RecordKind::Document || document.removed.is_some() || document.unit != shown.unit
        {
            return Err(Error::invalid("document_id", "is no document of this unit"));
        }
        let ask = Ask {
            scopes: shown.unit.into_iter().map(|unit| (unit, None)).collect(),
            subject: Some(new.filing.0),
            extra: format!(
                "system={}\nreceipt={number}\nreceived_on={}\ndocument={}",
                secrecy::name(&shown),
                new.on,
                secrecy::name(&document)
            ),
            ..Ask::new(Act::FileSystem)
        };
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE filing SET receipt = ?, receipt_number = ?, receipt_on = ?, receipt_entry = ?
                     WHERE id = ? AND receipt_entry IS NULL",
                )
                .bind(blob(new.document.0))
                .bind(number)
                .bind(new.on.to_string())
                .bind(int(entry.0)?)
                .bind(blob(new.filing.0))
                .execute(connection)
                .await
                .doing("entering a receipt")?;
                // Once: a second one's entry goes with its transaction.
                (done.rows_affected() == 1)
                    .then_some(())
                    .ok_or_else(|| Error::Conflict("this filing has its receipt already".into()))
            })
        })
        .await
    }

    /// A system whoever asks, but for secret ones: the act decides, so that a refusal is an entry.
    async fn filed_system(&self, cx: &Cx, system: RecordId) -> Result<Record> {
        let stored = self.stored_record(cx, system).await?;
        if stored.kind != RecordKind::System || stored.removed.is_some() {
            return Err(Error::NotFound("system"));
        }
        Ok(stored)
    }

    /// A system that the actor may see; what lives elsewhere is not there.
    async fn seen_system(&self, cx: &Cx, system: RecordId) -> Result<Record> {
        let shown = self.record(cx, system).await?;
        if shown.kind != RecordKind::System || shown.removed.is_some() {
            return Err(Error::NotFound("system"));
        }
        Ok(shown)
    }

    /// The earliest day on which there was something of a system to file under a pack, if one is known.
    async fn window_begins(&self, system: &Record, pack: &str, today: Day) -> Result<Option<Day>> {
        let library = self.packs().library.clone();
        let mut connection = self.0.database.read.acquire().await.doing("reading a system's filings")?;
        let (book, steps) = (Book::on(&library, today), steps_of(&mut connection, system.id).await?);
        let whole = one(&mut connection, system.id).await?;
        let rules = rules_of_system(&mut connection, book, &whole).await?;
        let owed = owed(&mut connection, book, &rules, (&whole, &steps, None), BTreeSet::new()).await?;
        Ok(owed.into_iter().find(|filing| filing.article.pack == pack).and_then(|filing| filing.begins))
    }

    async fn dossier_now(&self, system: &Record, pack: &str, today: Day) -> Result<FiledDossier> {
        let library = self.packs().library.clone();
        let mut connection = self.0.database.read.acquire().await.doing("making a dossier")?;
        // The one that is shown may be masked; what is filed is not.
        let whole = one(&mut connection, system.id).await?;
        let made = dossier(&mut connection, Book::on(&library, today), &whole, pack).await?;
        made.ok_or_else(|| Error::invalid("pack", "asks for no filing of this system"))
    }
}

fn reading(system: &Record, pack: &str, made: &FiledDossier) -> Ask {
    Ask {
        scopes: system.unit.into_iter().map(|unit| (unit, None)).collect(),
        subject: Some(system.id.0),
        extra: format!("system={}\npack={pack}\ndossier_sha256={}", secrecy::name(system), made.sha256),
        ..Ask::new(Act::ReadDossier)
    }
}

/// What a system owes, with what was filed and whether that is still what the register says. `papers` are the kinds that lie with
/// it: only whoever shows what is missing needs them.
pub(super) async fn owed(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    rules: &Rules<'_>,
    of: (&Record, &[LifeStep], Option<&OfSystem>),
    papers: BTreeSet<String>,
) -> Result<Vec<Filing>> {
    Ok(filings(rules, &filing_facts(connection, book, of, papers).await?, book.today))
}

/// What filings are computed from.
pub(super) async fn filing_facts(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    (system, steps, filed): (&Record, &[LifeStep], Option<&OfSystem>),
    papers: BTreeSet<String>,
) -> Result<FilingFacts> {
    let mut facts = life_facts(system, steps);
    facts.papers = papers.into_iter().collect();
    let made = filed.map_or(&[][..], |filed| &filed.rows);
    for (at, row) in made.iter().enumerate() {
        let is_last = made[at + 1..].iter().all(|later| later.pack != row.pack);
        // A dossier of 20,000 points is not made on each look: only where something that it is made of was written since.
        let outdated = is_last && filed.is_some_and(|filed| filed.may_differ(row)) && {
            let now = dossier(connection, book, system, &row.pack).await?;
            now.map(|now| now.sha256) != Some(row.sha256)
        };
        let changed = match outdated {
            true => changed_since(connection, system.id, row).await?.map(Day::of),
            false => None,
        };
        let shown_by = Named { id: row.id.to_string(), name: row.filed_on.to_string() };
        facts.filed.push(Filed {
            pack: row.pack.clone(),
            on: row.filed_on,
            entered: Day::of(row.at),
            received: row.receipt.as_ref().map(|receipt| receipt.on),
            outdated,
            changed,
            shown_by,
        });
    }
    Ok(facts)
}

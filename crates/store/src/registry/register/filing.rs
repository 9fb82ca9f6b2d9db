//! Filings with the public security organ: what a system owes, what was filed, the organ's receipt.
//!
//! Which filings are owed and until when is `law::filing`'s; the dossier is `dossier`'s. The invariant kept: a filing, the
//! dossier that was filed and their entry commit together, and neither is ever changed (national-2016:12, datong-2008:15,
//! chongqing:9).

use super::{
    Book, Record,
    dossier::{FiledDossier, dossier, life_facts},
    facts,
    life::{LifeStep, documents, steps_of},
    list::one,
    secrecy,
    under::rules_of_system,
};
use crate::convert::{blob, hash_of, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::{EntryIndex, Registry, admit::Ask, new_id};
use law::Day;
use law::filing::{Filed, Filing, filings};
use law::packs::Rules;
use law::register::RecordKind;
use model::{Act, Actor, Cx, FilingId, Hash, RecordId, WallTime};
use sqlx::SqliteConnection;
use std::collections::BTreeSet;

const WORDS_CHARS_MAX: usize = 200;
const NOTE_CHARS_MAX: usize = 1_000;
/// Filings of one system under all its packs: one a month for forty years.
const FILINGS_MAX: i64 = 500;

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

/// A filing that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FilingRow {
    pub id: FilingId,
    pub pack: String,
    pub filed_on: Day,
    pub recipient: String,
    pub filer: String,
    pub note: String,
    pub sha256: Hash,
    pub at: WallTime,
    pub entry: EntryIndex,
    pub receipt: Option<Receipt>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    pub document: RecordId,
    pub number: String,
    pub on: Day,
    pub entry: EntryIndex,
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
        let owed = owed(&mut connection, book, &rules, (&record, &steps), papers).await?;
        Ok(SystemFilings { owed, made: rows_of(&mut connection, system).await? })
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
        let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT system FROM filing WHERE id = ?")
            .bind(blob(new.filing.0))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("reading a filing")?;
        let (system,) = row.ok_or(Error::NotFound("filing"))?;
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
    (system, steps): (&Record, &[LifeStep]),
    papers: BTreeSet<String>,
) -> Result<Vec<Filing>> {
    let mut facts = life_facts(system, steps);
    facts.papers = papers.into_iter().collect();
    let made = rows_of(connection, system.id).await?;
    for (at, row) in made.iter().enumerate() {
        let is_last = made[at + 1..].iter().all(|later| later.pack != row.pack);
        // A dossier of 20,000 points is not made on each look: only where something that it is made of changed since.
        let outdated = is_last && changed_since(connection, system.id, &documents(steps), row.at).await? && {
            let now = dossier(connection, book, system, &row.pack).await?;
            now.map(|now| now.sha256) != Some(row.sha256)
        };
        facts.filed.push(Filed { pack: row.pack.clone(), on: row.filed_on, outdated });
    }
    Ok(filings(rules, &facts, book.today))
}

/// Whether a record from which the dossier is made was saved after a time.
async fn changed_since(
    connection: &mut SqliteConnection,
    system: RecordId,
    papers: &[RecordId],
    at: WallTime,
) -> Result<bool> {
    for paper in papers {
        if one(connection, *paper).await?.changed > at {
            return Ok(true);
        }
    }
    let (changed,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (
            SELECT 1 FROM record
            WHERE changed_us > ?2
              AND (id = ?1 OR parent = ?1 OR id IN (
                SELECT target FROM record_reference
                WHERE source = ?1 OR source IN (SELECT id FROM record WHERE parent = ?1))))",
    )
    .bind(blob(system.0))
    .bind(at.0)
    .fetch_one(connection)
    .await
    .doing("looking for changes since a filing")?;
    Ok(changed)
}

fn day_of(text: &str) -> Result<Day> {
    Day::read(text).ok_or_else(|| Error::Corrupt("a stored filing's day is no day".into()))
}

type Row = (
    Vec<u8>,
    String,
    String,
    String,
    String,
    String,
    Vec<u8>,
    i64,
    i64,
    Option<Vec<u8>>,
    Option<String>,
    Option<String>,
    Option<i64>,
);

async fn rows_of(connection: &mut SqliteConnection, system: RecordId) -> Result<Vec<FilingRow>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, pack, filed_on, recipient, filer, note, sha256, at_us, entry, receipt, receipt_number, receipt_on,
            receipt_entry
         FROM filing WHERE system = ? ORDER BY at_us, id LIMIT ?",
    )
    .bind(blob(system.0))
    .bind(FILINGS_MAX)
    .fetch_all(connection)
    .await
    .doing("listing filings")?;
    rows.into_iter().map(row_of).collect()
}

fn row_of(row: Row) -> Result<FilingRow> {
    let (id, pack, filed_on, recipient, filer, note, sha256, at, entry, document, number, on, received) = row;
    let receipt = match (document, number, on, received) {
        (Some(document), Some(number), Some(on), Some(entry)) => Some(Receipt {
            document: RecordId(uuid_of(&document)?),
            number,
            on: day_of(&on)?,
            entry: EntryIndex(uint(entry)?),
        }),
        _ => None,
    };
    Ok(FilingRow {
        id: FilingId(uuid_of(&id)?),
        pack,
        filed_on: day_of(&filed_on)?,
        recipient,
        filer,
        note,
        sha256: hash_of(&sha256)?,
        at: WallTime(at),
        entry: EntryIndex(uint(entry)?),
        receipt,
    })
}

//! What was filed of systems, and whether anything of which a dossier is made was written since. Read for one system or for all at
//! once; it judges nothing.
//!
//! "Since" goes by entries, not by the clock: a clock that was set back between a filing and a change hides no change.

use crate::convert::{blob, hash_of, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::EntryIndex;
use law::Day;
use model::{FilingId, Hash, RecordId, WallTime};
use sqlx::SqliteConnection;
use std::collections::HashMap;

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

/// What was filed of one system.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct OfSystem {
    /// Oldest first.
    pub rows: Vec<FilingRow>,
    /// The newest entry that wrote the system, a point of it, what these name, or a paper of its steps.
    written: Option<EntryIndex>,
    /// When the last record that belonged to it was taken out.
    removed: Option<WallTime>,
}

impl OfSystem {
    /// Whether what a filing's dossier was made of may be another now.
    pub fn may_differ(&self, filing: &FilingRow) -> bool {
        self.written.is_some_and(|entry| entry > filing.entry)
            || self.removed.is_some_and(|removed| removed >= filing.at)
    }
}

type Row = (
    Vec<u8>,
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

const WRITTEN: &str = "
    WITH filed AS (SELECT DISTINCT system FROM filing WHERE ?1 IS NULL OR system = ?1),
    own (system, id) AS (
        SELECT system, system FROM filed
        UNION SELECT filed.system, record.id FROM filed JOIN record ON record.parent = filed.system
            WHERE record.removed_us IS NULL),
    part (system, id) AS (
        SELECT system, id FROM own
        UNION SELECT own.system, target FROM own JOIN record_reference ON record_reference.source = own.id
        UNION SELECT filed.system, unhex(replace(paper.value, '-', '')) FROM filed
            JOIN life_step ON life_step.system = filed.system, json_each(life_step.body, '$.documents') AS paper)
    SELECT part.system, max(record_version.entry) FROM part JOIN record_version ON record_version.id = part.id
    GROUP BY part.system";

/// The first version since a filing that says something else than the one before, of what the dossier was made of; and the first record
/// that was taken out.
const CHANGED: &str = "
    WITH own (id) AS (SELECT ?1 UNION SELECT id FROM record WHERE parent = ?1 AND removed_us IS NULL),
    part (id) AS (
        SELECT id FROM own
        UNION SELECT target FROM own JOIN record_reference ON record_reference.source = own.id
        UNION SELECT unhex(replace(paper.value, '-', '')) FROM life_step, json_each(life_step.body, '$.documents') AS paper
            WHERE life_step.system = ?1)
    SELECT min(at_us) FROM (
        SELECT version.at_us FROM part JOIN record_version AS version ON version.id = part.id
        WHERE version.entry > ?2 AND NOT EXISTS (SELECT 1 FROM record_version AS before
            WHERE before.id = version.id AND before.version = version.version - 1 AND before.body = version.body)
        UNION ALL SELECT record.removed_us FROM record_reference JOIN record ON record.id = record_reference.source
        WHERE record_reference.field = 'system' AND record_reference.target = ?1 AND record.removed_us >= ?3)";

const REMOVED: &str = "
    SELECT record_reference.target, max(record.removed_us) FROM record_reference
    JOIN record ON record.id = record_reference.source
    WHERE record.removed_us IS NOT NULL AND record_reference.field = 'system'
        AND record_reference.target IN (SELECT system FROM filing WHERE ?1 IS NULL OR system = ?1)
    GROUP BY record_reference.target";

/// What was filed, of one system or of all.
pub(super) async fn filed(
    connection: &mut SqliteConnection,
    system: Option<RecordId>,
) -> Result<HashMap<RecordId, OfSystem>> {
    let only = || system.map(|system| blob(system.0));
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT system, id, pack, filed_on, recipient, filer, note, sha256, at_us, entry, receipt, receipt_number,
            receipt_on, receipt_entry
         FROM filing WHERE ?1 IS NULL OR system = ?1 ORDER BY entry",
    )
    .bind(only())
    .fetch_all(&mut *connection)
    .await
    .doing("listing filings")?;
    let mut found: HashMap<RecordId, OfSystem> = HashMap::new();
    for row in rows {
        let (system, row) = row_of(row)?;
        found.entry(system).or_default().rows.push(row);
    }
    if found.is_empty() {
        return Ok(found);
    }
    let newest = async |connection: &mut SqliteConnection, sql: &'static str| {
        let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as(sql)
            .bind(only())
            .fetch_all(connection)
            .await
            .doing("looking for changes since a filing")?;
        rows.into_iter().map(|(id, newest)| Ok((RecordId(uuid_of(&id)?), newest))).collect::<Result<Vec<_>>>()
    };
    for (system, entry) in newest(connection, WRITTEN).await? {
        found.entry(system).or_default().written = Some(EntryIndex(uint(entry)?));
    }
    for (system, removed) in newest(connection, REMOVED).await? {
        found.entry(system).or_default().removed = Some(WallTime(removed));
    }
    Ok(found)
}

/// When something that an outdated filing's dossier was made of was first written otherwise, or taken out.
pub(super) async fn changed_since(
    connection: &mut SqliteConnection,
    system: RecordId,
    filing: &FilingRow,
) -> Result<Option<WallTime>> {
    let at: Option<i64> = sqlx::query_scalar(CHANGED)
        .bind(blob(system.0))
        .bind(int(filing.entry.0)?)
        .bind(filing.at.0)
        .fetch_one(connection)
        .await
        .doing("looking for the first change since a filing")?;
    Ok(at.map(WallTime))
}

fn day_of(text: &str) -> Result<Day> {
    Day::read(text).ok_or_else(|| Error::Corrupt("a stored filing's day is no day".into()))
}

fn row_of(row: Row) -> Result<(RecordId, FilingRow)> {
    let (
        system,
        id,
        pack,
        filed_on,
        recipient,
        filer,
        note,
        sha256,
        at,
        entry,
        document,
        number,
        on,
        received,
    ) = row;
    let receipt = match (document, number, on, received) {
        (Some(document), Some(number), Some(on), Some(entry)) => Some(Receipt {
            document: RecordId(uuid_of(&document)?),
            number,
            on: day_of(&on)?,
            entry: EntryIndex(uint(entry)?),
        }),
        _ => None,
    };
    let filing = FilingRow {
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
    };
    Ok((RecordId(uuid_of(&system)?), filing))
}

//! Writing entries of the access log: seal each record, keep leaf, ciphertext and key in their own rows.
//!
//! The invariants kept: entries are numbered without a hole, and their minutes never go back.

use super::EntryIndex;
use crate::convert::{blob, int, uint};
use crate::error::{Doing, Error, Result};
use crate::files::random;
use ledger::access::{AccessRecord, Cameras, Outcome, Sealed, minute_of, seal};
use model::{CameraId, ViewId};
use sqlx::sqlite::SqliteArguments;
use sqlx::{Sqlite, SqliteConnection};
use std::sync::LazyLock;

/// One text for a whole entry with its first camera, and the view that it begins: the way to the thread that has the connection and back costs more than the
/// statements. Minutes never go back, so the newest entry's is the last; number and minute are one step from the end of the table
/// (two maxima in one statement would be a scan of all entries for each new one). The other tables take the entry's number, and
/// `entry_camera` and `view` give none, so that the last one given is the entry's all along.
const ENTRY: &str = "
INSERT INTO entry (idx, leaf, hash, ciphertext, minute) VALUES (
    coalesce((SELECT idx + 1 FROM entry ORDER BY idx DESC LIMIT 1), 0), $1, $2, $3,
    max($4, coalesce((SELECT minute FROM entry ORDER BY idx DESC LIMIT 1), $4)));
INSERT INTO entry_key (idx, key, salt) VALUES (last_insert_rowid(), $5, $6);
INSERT INTO entry_search (idx, time_us, act, person, permitted, refers_to)
    VALUES (last_insert_rowid(), $7, $8, $9, $10, $11);
INSERT INTO entry_camera (camera, idx) SELECT $12, last_insert_rowid() WHERE $12 IS NOT NULL;
INSERT INTO view (id, person, act, entry, started_us) SELECT $13, $9, $8, last_insert_rowid(), $7 WHERE $13 IS NOT NULL;";
/// Parameters of one entry.
const PARAMETERS: usize = 13;
/// Texts for one entry, two, four and so on up to 32: any number of entries is a few of them, and a connection keeps them all
/// prepared.
const TEXTS: usize = 6;

static ENTRIES: LazyLock<[String; TEXTS]> =
    LazyLock::new(|| std::array::from_fn(|power| (0..1 << power).map(text_of).collect()));

/// The text of the entry that is `place` entries behind the first: its parameters come after theirs.
fn text_of(place: usize) -> String {
    let mut parts = ENTRY.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        let number = number.parse::<usize>().unwrap_or_default() + place * PARAMETERS;
        text += &format!("${number}{rest}");
    }
    text
}

/// A sealed entry with what it is searched by, before it has a number.
pub struct Prepared {
    sealed: Sealed,
    minute: i64,
    time_us: i64,
    act: i64,
    person: Option<Vec<u8>>,
    permitted: bool,
    refers_to: Option<i64>,
    cameras: Vec<CameraId>,
    view: Option<ViewId>,
}

/// Seals a record. It needs no database, so that who waits for the writer can do it before.
pub fn prepare(record: AccessRecord) -> Result<Prepared> {
    let record = record.fitted();
    let sealed = seal(&record, random::<64>()?)?;
    let cameras = match record.cameras {
        Cameras::Listed(cameras) => cameras,
        _ => Vec::new(),
    };
    Ok(Prepared {
        sealed,
        minute: minute_of(record.time),
        time_us: record.time.0,
        act: i64::from(record.kind.code()),
        person: record.acting.person.map(|person| blob(person.0)),
        permitted: record.outcome == Outcome::Permitted,
        refers_to: record.refers_to.map(int).transpose()?,
        cameras,
        view: None,
    })
}

/// Writes an entry inside the caller's transaction and returns its index.
pub async fn write(connection: &mut SqliteConnection, record: AccessRecord) -> Result<EntryIndex> {
    write_with_view(connection, record, None).await
}

/// The same with the row of the view that a person begins by it.
pub async fn write_with_view(
    connection: &mut SqliteConnection,
    record: AccessRecord,
    view: Option<ViewId>,
) -> Result<EntryIndex> {
    let entry = Prepared { view, ..prepare(record)? };
    let written = write_all(connection, &[&entry]).await?;
    written.first().copied().ok_or(Error::Internal("an entry has no number".into()))
}

/// Writes entries in their order inside the caller's transaction.
pub async fn write_all(connection: &mut SqliteConnection, entries: &[&Prepared]) -> Result<Vec<EntryIndex>> {
    let mut written = Vec::with_capacity(entries.len());
    let mut rest = entries;
    while let Some(power) = rest.len().checked_ilog2() {
        let power = TEXTS.saturating_sub(1).min(power as usize);
        let (now, later) = rest.split_at(1 << power);
        let text = ENTRIES.get(power).ok_or(Error::Internal("entries have no text".into()))?;
        written.extend(execute(connection, text, now).await?);
        rest = later;
    }
    Ok(written)
}

/// The text of one entry behind another text.
pub fn text_behind(begin: &str) -> String {
    format!("{begin};{ENTRY}")
}

/// Writes the one entry of such a text.
pub async fn execute_one(
    connection: &mut SqliteConnection,
    text: &'static str,
    entry: &Prepared,
) -> Result<Vec<EntryIndex>> {
    execute(connection, text, &[entry]).await
}

async fn execute(
    connection: &mut SqliteConnection,
    text: &'static str,
    entries: &[&Prepared],
) -> Result<Vec<EntryIndex>> {
    let query = entries.iter().fold(sqlx::query(text), |query, entry| entry.bind_to(query));
    let last = query.execute(&mut *connection).await.doing("writing an entry")?.last_insert_rowid();
    // Numbered without a hole by the one writer: the others lie before the last.
    let first = last + 1 - int(entries.len() as u64)?;
    let mut written = Vec::with_capacity(entries.len());
    for (index, entry) in (first..).zip(entries) {
        write_further_cameras(connection, index, &entry.cameras).await?;
        written.push(EntryIndex(uint(index)?));
    }
    Ok(written)
}

impl Prepared {
    fn bind_to<'q>(&self, query: Query<'q>) -> Query<'q> {
        query
            .bind(self.sealed.leaf_bytes.clone())
            .bind(self.sealed.leaf.hash().0.to_vec())
            .bind(self.sealed.ciphertext.clone())
            .bind(self.minute)
            .bind(self.sealed.key.to_vec())
            .bind(self.sealed.salt.to_vec())
            .bind(self.time_us)
            .bind(self.act)
            .bind(self.person.clone())
            .bind(self.permitted)
            .bind(self.refers_to)
            .bind(self.cameras.first().map(|camera| blob(camera.0)))
            .bind(self.view.map(|view| blob(view.0)))
    }
}

type Query<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments>;

async fn write_further_cameras(
    connection: &mut SqliteConnection,
    index: i64,
    cameras: &[CameraId],
) -> Result<()> {
    for camera in cameras.iter().skip(1) {
        sqlx::query("INSERT INTO entry_camera (camera, idx) VALUES (?, ?)")
            .bind(blob(camera.0))
            .bind(index)
            .execute(&mut *connection)
            .await
            .doing("making an entry searchable")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::REGISTRY;
    use crate::disk::SystemDisk;
    use crate::writer::Writer;
    use ledger::access::Acting;
    use model::{Act, LegalBasis, Purpose, WallTime};
    use sqlx::{ConnectOptions as _, Row as _, sqlite::SqliteConnectOptions};
    use std::sync::Arc;
    use uuid::Uuid;

    async fn registry(options: SqliteConnectOptions) -> SqliteConnection {
        let mut connection = options.connect().await.unwrap();
        for step in &REGISTRY {
            sqlx::raw_sql(step.sql).execute(&mut connection).await.unwrap();
        }
        connection
    }

    fn entry(minute: i64, cameras: u128) -> Prepared {
        let acting =
            Acting { person: None, account: String::new(), display_name: String::new(), post: String::new() };
        let time = WallTime(minute * 60_000_000);
        let cameras: Vec<CameraId> = (0..cameras).map(|camera| CameraId(Uuid::from_u128(camera))).collect();
        let record = AccessRecord {
            cameras: Cameras::of(&cameras),
            ..AccessRecord::new(Act::Use, time, acting, Purpose::DutyWatch, LegalBasis::UnitDuty)
        };
        prepare(record).unwrap()
    }

    /// What an entry costs must not grow with the log: no row but the last is looked at to number it.
    #[tokio::test]
    async fn numbering_an_entry_does_not_read_the_log() {
        let mut connection = registry(SqliteConnectOptions::new().in_memory(true)).await;
        let (numbering, _) = ENTRY.split_once(';').unwrap();
        let explained = sqlx::AssertSqlSafe(format!("EXPLAIN {numbering}"));
        let steps = sqlx::raw_sql(explained).fetch_all(&mut connection).await.unwrap();
        let codes: Vec<String> = steps.iter().map(|step| step.get::<String, _>("opcode")).collect();
        assert!(codes.contains(&"Last".to_owned()), "begins at the end: {codes:?}");
        assert!(codes.contains(&"DecrJumpZero".to_owned()), "ends after one row: {codes:?}");
        assert!(!codes.iter().any(|code| code.starts_with("Agg")), "adds nothing up: {codes:?}");
    }

    /// Any number of entries in one go has all its rows, no hole in its numbers, and minutes that never go back.
    #[tokio::test]
    async fn entries_written_together_are_each_whole() {
        let mut connection = registry(SqliteConnectOptions::new().in_memory(true)).await;
        let mut expected = 0..;
        for count in [1_i64, 2, 3, 31, 32, 33, 100] {
            let entries: Vec<Prepared> =
                (0..count).map(|place| entry(500 - place, place as u128 % 4)).collect();
            let written = write_all(&mut connection, &entries.iter().collect::<Vec<_>>()).await.unwrap();
            let numbers: Vec<u64> = written.iter().map(|index| index.0).collect();
            assert_eq!(numbers, expected.by_ref().take(count as usize).collect::<Vec<_>>());
            for (index, entry) in written.iter().zip(&entries) {
                let (leaf, minute, key, time): (Vec<u8>, i64, Vec<u8>, i64) = sqlx::query_as(
                    "SELECT leaf, minute, key, time_us FROM entry JOIN entry_key USING (idx)
                     JOIN entry_search USING (idx) WHERE idx = ?",
                )
                .bind(int(index.0).unwrap())
                .fetch_one(&mut connection)
                .await
                .unwrap();
                assert_eq!((&leaf, &key[..]), (&entry.sealed.leaf_bytes, &entry.sealed.key[..]));
                assert_eq!((minute, time), (500, entry.time_us));
                let (cameras,): (i64,) = sqlx::query_as("SELECT count(*) FROM entry_camera WHERE idx = ?")
                    .bind(int(index.0).unwrap())
                    .fetch_one(&mut connection)
                    .await
                    .unwrap();
                assert_eq!(cameras as usize, entry.cameras.len());
            }
        }
    }

    #[tokio::test]
    async fn an_entry_that_cannot_be_written_fails_alone() {
        let folder = tempfile::tempdir().unwrap();
        let options =
            SqliteConnectOptions::new().filename(folder.path().join("t.db")).create_if_missing(true);
        let (writer, _task) =
            Writer::start("test", registry(options).await, crate::wal::Wal::new(None), Arc::new(SystemDisk));
        let appends = (0..200_u64).map(|number| {
            let mut entry = entry(500, 1);
            if number % 50 == 7 {
                // The same camera twice breaks a key of its table.
                entry.cameras = vec![CameraId(Uuid::nil()); 2];
            }
            writer.append(vec![entry])
        });
        let results = futures::future::join_all(appends).await;
        let mut numbers = Vec::new();
        for (number, result) in results.into_iter().enumerate() {
            match result {
                Ok(written) => numbers.extend(written.iter().map(|index| index.0)),
                Err(_) => assert_eq!(number % 50, 7, "a neighbour failed"),
            }
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (0..196).collect::<Vec<_>>(), "without a hole");
    }
}

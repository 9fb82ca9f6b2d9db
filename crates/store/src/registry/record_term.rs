//! Keys of the records of who looked, until their term is over: then key, salt and what is searched by go, and leaf and proof stay.
//!
//! What has a term and when it is over is the law's (`law::record_term`). The invariants: a key goes in the same transaction as the
//! entry that counts and hashes which; no wall clock alone makes anything old; `check` finds a key that went otherwise.

use super::admit::Ask;
use super::pages::{Row, opened};
use super::{EntryIndex, Registry, person_of, system_cx};
use crate::convert::{blob, int, small, uint};
use crate::error::{Doing, Error, Result};
use crate::tails::{self, Tail};
use law::record_term::{
    RecordFacts, TERM_DAYS_DEFAULT, TermSet, has_term, in_force, is_over, is_term, pending,
};
use ledger::access::{AccessRecord, Outcome};
use model::{Act, CaseId, Cx, WallTime};
use sha2::{Digest as _, Sha256};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::BTreeMap;

/// Records that one entry lets go, so that nobody waits for the database: a busy day's worth goes in a few.
const FORGOTTEN_AT_ONCE_MAX: usize = 2_000;
/// Terms that are looked at: who sets one every day fills this in three years.
const TERMS_MAX: i64 = 1_000;
const DAY_US: i64 = 86_400_000_000;
/// Pages of records that are looked through for so many: those that open cases rest on are passed over.
const PAGES_MAX: usize = 50;
/// What goes with the keys: whatever names the person, the time or the camera beside them. `?1`: numbers of entries as a JSON list;
/// `?2`: the time.
const WITH_THE_KEYS: [&str; 10] = [
    "DELETE FROM entry_key WHERE idx IN (SELECT value FROM json_each(?1))",
    "DELETE FROM entry_search WHERE idx IN (SELECT value FROM json_each(?1))",
    "DELETE FROM entry_camera WHERE idx IN (SELECT value FROM json_each(?1))",
    "DELETE FROM entry_about WHERE idx IN (SELECT value FROM json_each(?1))",
    "DELETE FROM watched WHERE entry IN (SELECT value FROM json_each(?1))",
    "DELETE FROM view WHERE entry IN (SELECT value FROM json_each(?1)) AND ended_us IS NOT NULL",
    "DELETE FROM session WHERE entry IN (SELECT value FROM json_each(?1)) AND (ended_us IS NOT NULL OR expires_us < ?2)",
    "DELETE FROM ptz_control WHERE entry IN (SELECT value FROM json_each(?1)) AND ended_us IS NOT NULL",
    "DELETE FROM layout_opened WHERE entry IN (SELECT value FROM json_each(?1))",
    "DELETE FROM read_mark WHERE entry IN (SELECT value FROM json_each(?1))",
];

type EntryRow = (i64, Vec<u8>, Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>, Option<i64>);

/// How long records stay readable, and what waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecordTerm {
    pub days: u16,
    /// A shorter one, and when it begins to hold.
    pub pending: Option<(u16, WallTime)>,
    /// Records whose key is gone.
    pub forgotten: u64,
}

impl Registry {
    pub async fn record_term(&self, cx: &Cx) -> Result<RecordTerm> {
        let mut connection = self.0.database.read.acquire().await.doing("reading the term of records")?;
        let set = terms(&mut connection).await?;
        let (forgotten,): (i64,) = sqlx::query_as("SELECT count(*) FROM entry_forgotten")
            .fetch_one(&mut *connection)
            .await
            .doing("counting what is forgotten")?;
        let now = self.borne_out(cx.now);
        Ok(RecordTerm { days: in_force(&set, now), pending: pending(&set, now), forgotten: uint(forgotten)? })
    }

    /// Sets how long records stay readable; the reason is the context's note. A shorter term holds only later.
    pub async fn change_record_term(&self, cx: &Cx, days: u16) -> Result<()> {
        if !is_term(days) {
            return Err(Error::invalid("days", "is not between a year and ten years"));
        }
        // Never earlier than its entry says, nor than time that is borne out: what waits for a month waits for all of it.
        let (person, set) = (person_of(cx)?, cx.now.max(self.believed()));
        let reason = cx.note.clone().unwrap_or_default();
        let ask = Ask { extra: format!("term_days={days}"), ..Ask::new(Act::ChangeRecordTerm) };
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO record_term (entry, days, set_us, set_by, reason) VALUES (?, ?, ?, ?, ?)",
                )
                .bind(int(entry.0)?)
                .bind(i64::from(days))
                .bind(set.0)
                .bind(blob(person.0))
                .bind(reason)
                .execute(connection)
                .await
                .doing("setting the term of records")
                .map(|_| ())
            })
        })
        .await
    }

    /// Lets the keys go of records whose term is over, some at a time. Nothing is over: nothing is written.
    pub async fn forget_entries(&self, wall: WallTime) -> Result<u64> {
        let now = self.borne_out(wall);
        let mut connection =
            self.0.database.read.acquire().await.doing("looking for records whose term is over")?;
        let days = in_force(&terms(&mut connection).await?, now);
        let over = over(&mut connection, days, now).await?;
        drop(connection);
        if over.is_empty() {
            return Ok(0);
        }
        let text = told(days, &over);
        let count = over.len() as u64;
        self.note_system_with(
            &system_cx("records", wall),
            Act::ForgetEntries,
            &text,
            move |connection, entry| Box::pin(async move { forget(connection, &over, (entry, now)).await }),
        )
        .await?;
        Ok(count)
    }

    /// The wall clock, as far as real time bears it out.
    pub(super) fn borne_out(&self, wall: WallTime) -> WallTime {
        wall.min(self.believed())
    }
}

async fn terms(connection: &mut SqliteConnection) -> Result<Vec<TermSet>> {
    let rows: Vec<(i64, i64)> =
        sqlx::query_as("SELECT days, set_us FROM record_term ORDER BY entry DESC LIMIT ?")
            .bind(TERMS_MAX)
            .fetch_all(connection)
            .await
            .doing("reading terms of records")?;
    let set = |(days, at): (i64, i64)| Ok(TermSet { days: small(days)?, at: WallTime(at) });
    // A row that is no term was not written here: `check` finds it, and nothing goes by it.
    let is_one = |set: &Result<TermSet>| set.as_ref().map_or(true, |set| is_term(set.days));
    rows.into_iter().rev().map(set).filter(is_one).collect()
}

/// Entries whose term is over, oldest first: so many at most, looked for beyond those that open cases rest on.
async fn over(connection: &mut SqliteConnection, days: u16, now: WallTime) -> Result<Vec<u64>> {
    let until = now.plus_us(-i64::from(days) * DAY_US);
    let Some(last) = last_by(connection, until).await? else { return Ok(Vec::new()) };
    let (mut found, mut cases, mut seen) = (Vec::new(), BTreeMap::new(), -1);
    for _ in 0..PAGES_MAX {
        let rows = old_rows(connection, (seen, last)).await?;
        let Some((newest, ..)) = rows.last() else { break };
        seen = *newest;
        for row in rows {
            let entry = opened(row)?;
            let Some(record) = &entry.record else { continue };
            let open_matter = match record.case {
                Some(case) => is_open(connection, &mut cases, case).await?,
                None => false,
            };
            if is_over(&facts(record, open_matter), days, now) {
                found.push(entry.index.0);
            }
        }
        if found.len() >= FORGOTTEN_AT_ONCE_MAX {
            found.truncate(FORGOTTEN_AT_ONCE_MAX);
            break;
        }
    }
    Ok(found)
}

/// A page of published entries between two numbers whose acts have a term, and on which no open question rests.
async fn old_rows(connection: &mut SqliteConnection, (after, last): (i64, i64)) -> Result<Vec<Row>> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT entry.idx, leaf, ciphertext, key, salt, batch IS NOT NULL FROM entry_search
         JOIN entry ON entry.idx = entry_search.idx JOIN entry_key ON entry_key.idx = entry.idx
         WHERE batch IS NOT NULL AND entry_search.idx > ",
    );
    query.push_bind(after).push(" AND entry_search.idx <= ").push_bind(last);
    query.push(" AND (permitted = 0 OR act IN (");
    let mut acts = query.separated(", ");
    for act in Act::ALL.iter().filter(|act| has_term(**act, false)) {
        acts.push_bind(i64::from(act.code()));
    }
    query.push(
        ")) AND NOT EXISTS (SELECT 1 FROM question_evidence JOIN question ON question.id = question_evidence.question
          WHERE question_evidence.idx = entry.idx AND question.conclusion IS NULL)",
    );
    query.push(" ORDER BY entry_search.idx LIMIT ").push_bind(FORGOTTEN_AT_ONCE_MAX as i64);
    query.build_query_as().fetch_all(connection).await.doing("reading records whose term is over")
}

fn facts(record: &AccessRecord, open_matter: bool) -> RecordFacts {
    let is_refusal = matches!(record.outcome, Outcome::Refused { .. });
    RecordFacts { act: record.kind, is_refusal, at: record.time, open_matter }
}

/// The last entry that was written by then. Entries are in the order of their times, but for a clock that was set back: each is asked
/// for its own time before it goes.
async fn last_by(connection: &mut SqliteConnection, until: WallTime) -> Result<Option<i64>> {
    let (mut low, mut high): (i64, i64) = sqlx::query_as("SELECT 0, coalesce(max(idx) + 1, 0) FROM entry")
        .fetch_one(&mut *connection)
        .await
        .doing("looking at the log's length")?;
    while low < high {
        let middle = low + (high - low) / 2;
        let row: Option<(i64, i64)> =
            sqlx::query_as("SELECT idx, time_us FROM entry_search WHERE idx >= ? ORDER BY idx LIMIT 1")
                .bind(middle)
                .fetch_optional(&mut *connection)
                .await
                .doing("looking when an entry was written")?;
        match row {
            Some((idx, time_us)) if time_us <= until.0 => low = idx + 1,
            _ => high = middle,
        }
    }
    Ok((low > 0).then(|| low - 1))
}

async fn is_open(
    connection: &mut SqliteConnection,
    known: &mut BTreeMap<CaseId, bool>,
    case: CaseId,
) -> Result<bool> {
    if let Some(open) = known.get(&case) {
        return Ok(*open);
    }
    let (open,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT 1 FROM case_file WHERE id = ? AND closed_us IS NULL)")
            .bind(blob(case.0))
            .fetch_one(connection)
            .await
            .doing("looking whether a case is open")?;
    known.insert(case, open);
    Ok(open)
}

async fn forget(
    connection: &mut SqliteConnection,
    over: &[u64],
    (entry, now): (EntryIndex, WallTime),
) -> Result<()> {
    let list = serde_json::json!(over).to_string();
    for sql in WITH_THE_KEYS {
        let run = sqlx::query(sql).bind(&list).bind(now.0).execute(&mut *connection).await;
        run.doing("letting keys go")?;
    }
    sqlx::query("INSERT INTO entry_forgotten (idx, entry) SELECT value, ?2 FROM json_each(?1)")
        .bind(list)
        .bind(int(entry.0)?)
        .execute(connection)
        .await
        .doing("noting which keys went")
        .map(|_| ())
}

/// What the entry says: under which term, how many, and a hash over which.
fn told(days: u16, over: &[u64]) -> String {
    format!("term_days={days}\nentries={}\nsha256={}", over.len(), hash(over))
}

fn hash(over: &[u64]) -> String {
    let mut hash = Sha256::new();
    over.iter().for_each(|index| hash.update(index.to_be_bytes()));
    crate::documents::hex(&hash.finalize())
}

/// Which entries never had a key here: those of a store that was restored without.
pub(super) struct Shut {
    /// Leaves below it, and entries below it.
    pub leaves: i64,
    pub entries: i64,
    pub tails: Vec<Tail>,
}

impl Shut {
    pub fn has(&self, index: i64, batch: Option<i64>) -> bool {
        index < self.entries || batch.is_some_and(|leaf| leaf < self.leaves || tails::has(&self.tails, leaf))
    }
}

/// Keys that are gone, by the entry that lets them go, held against what that entry says; and terms against the entries that set them.
pub(super) async fn check_forgotten(
    connection: &mut SqliteConnection,
    shut: &Shut,
) -> Result<Vec<(u64, String)>> {
    let mut wrong = Vec::new();
    let set: Vec<(i64, i64, i64)> =
        sqlx::query_as("SELECT entry, days, set_us FROM record_term ORDER BY entry")
            .fetch_all(&mut *connection)
            .await
            .doing("reading terms of records")?;
    let mut known = vec![(0, TERM_DAYS_DEFAULT)];
    for (entry, days, set_us) in set {
        let days: u16 = small(days)?;
        known.push((entry, days));
        if let Some(problem) = unlike_term(read(connection, entry, shut).await, days, set_us) {
            wrong.push((uint(entry)?, problem));
        }
    }
    let by: Vec<(i64,)> = sqlx::query_as("SELECT DISTINCT entry FROM entry_forgotten ORDER BY entry")
        .fetch_all(&mut *connection)
        .await
        .doing("reading which entries let keys go")?;
    for (entry,) in by {
        let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT entry_forgotten.idx, leaf FROM entry_forgotten JOIN entry ON entry.idx = entry_forgotten.idx
             WHERE entry_forgotten.entry = ? ORDER BY entry_forgotten.idx",
        )
        .bind(entry)
        .fetch_all(&mut *connection)
        .await
        .doing("reading which keys went")?;
        let terms: Vec<u16> = known.iter().filter(|(set, _)| *set < entry).map(|(_, days)| *days).collect();
        if let Some(problem) = unlike(read(connection, entry, shut).await, &rows, &terms)? {
            wrong.push((uint(entry)?, problem));
        }
    }
    Ok(wrong)
}

/// What an entry says that others rest on.
enum Says {
    Record(Box<AccessRecord>),
    /// It never had a key here: nothing can be asked of it.
    Shut,
    Nothing(String),
}

async fn read(connection: &mut SqliteConnection, entry: i64, shut: &Shut) -> Says {
    let row: std::result::Result<Option<EntryRow>, sqlx::Error> = sqlx::query_as(
        "SELECT entry.idx, leaf, ciphertext, key, salt, batch FROM entry
         LEFT JOIN entry_key ON entry_key.idx = entry.idx WHERE entry.idx = ?",
    )
    .bind(entry)
    .fetch_optional(connection)
    .await;
    let (index, leaf, ciphertext, key, salt, batch) = match row {
        Ok(Some(row)) => row,
        Ok(None) => return Says::Nothing("there is no such entry".into()),
        Err(error) => return Says::Nothing(error.to_string()),
    };
    match opened((index, leaf, ciphertext, key, salt, batch.is_some())).map(|entry| entry.record) {
        Ok(Some(record)) => Says::Record(Box::new(record)),
        Ok(None) if shut.has(index, batch) => Says::Shut,
        Ok(None) => Says::Nothing("its own key is gone".into()),
        Err(error) => Says::Nothing(error.to_string()),
    }
}

/// What does not fit between a term and the entry that set it.
fn unlike_term(said: Says, days: u16, set_us: i64) -> Option<String> {
    let said = match said {
        Says::Record(said) => said,
        Says::Shut => return None,
        Says::Nothing(problem) => {
            return Some(format!("it set a term of records, and cannot be read: {problem}"));
        }
    };
    let fits = said.kind == Act::ChangeRecordTerm
        && is_term(days)
        && said.extra == format!("term_days={days}")
        && set_us >= said.time.0;
    (!fits).then(|| "the term of records that was set by it is not the one that it says".into())
}

/// What does not fit between an entry and the keys that went by it. The days are those of the leaves, which are published.
fn unlike(said: Says, rows: &[(i64, Vec<u8>)], terms: &[u16]) -> Result<Option<String>> {
    let over = rows.iter().map(|(index, _)| uint(*index)).collect::<Result<Vec<u64>>>()?;
    let said = match said {
        Says::Record(said) => said,
        Says::Shut => return Ok(None),
        Says::Nothing(problem) => {
            return Ok(Some(format!("keys are gone by it, and it cannot be read: {problem}")));
        }
    };
    if said.kind != Act::ForgetEntries {
        return Ok(Some("keys are gone by an entry of another act".into()));
    }
    let days = said.extra.lines().find_map(|line| line.strip_prefix("term_days=")?.parse::<u16>().ok());
    let Some(days) = days.filter(|days| said.extra == told(*days, &over)) else {
        return Ok(Some("the keys that are gone by it are not those that it says".into()));
    };
    if !terms.contains(&days) {
        return Ok(Some("keys are gone by a term that nobody set".into()));
    }
    let day = said.time.0.div_euclid(DAY_US);
    for (index, leaf) in rows {
        let leaf = ledger::access::AccessLeaf::decode(leaf)?;
        if i64::from(leaf.epoch) + i64::from(days) > day {
            return Ok(Some(format!("the key of entry {index} is gone before its term")));
        }
    }
    Ok(None)
}

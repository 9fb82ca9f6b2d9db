//! Thousands of seeded random changes of a store: media files, sidecars, values and rows of both databases, published
//! checkpoints. Each is found by what `watchkeeper check` runs, and located: the file or the row is named.
//!
//! `WATCHKEEPER_LONG=1` makes 10,000, `WATCHKEEPER_MUTATIONS` any number, `WATCHKEEPER_SEED` others.

use crate::town::{Town, check, forger, wrong};
use server::cmd::check::Depth;
use sqlx::{Connection as _, Row as _, SqliteConnection};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

/// Changes in a usual run: what two busy cores do in half a minute.
const DEFAULT: u64 = 800;
/// What the project promises.
const LONG: u64 = 10_000;

/// xorshift64 (Marsaglia 2003): the same changes on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// A change: what was done, and the places of which one must be named.
struct Change {
    what: String,
    places: Vec<String>,
}

fn change(what: impl Into<String>, places: &[&str]) -> Option<Change> {
    Some(Change { what: what.into(), places: places.iter().map(|place| (*place).to_owned()).collect() })
}

/// A kind of value in a database.
#[derive(Clone, Copy)]
enum Kind {
    /// One bit of it changes.
    Bytes,
    Text,
    Integer,
    /// One of these.
    Of(&'static [i64]),
    /// The number of a media disk: the first has none, and nothing is known of a second here.
    Disk,
}

/// A column that `check` answers for. `place` is how its row is named; `{}` is the row's first key column.
struct Column {
    database: &'static str,
    table: &'static str,
    /// Key columns, as SQL.
    key: &'static str,
    column: &'static str,
    kind: Kind,
    places: &'static [&'static str],
}

const fn footage(
    table: &'static str,
    key: &'static str,
    column: &'static str,
    kind: Kind,
    places: &'static [&'static str],
) -> Column {
    Column { database: "footage.db", table, key, column, kind, places }
}

const fn registry(
    table: &'static str,
    key: &'static str,
    column: &'static str,
    kind: Kind,
    places: &'static [&'static str],
) -> Column {
    Column { database: "registry.db", table, key, column, kind, places }
}

const SEGMENT: &[&str] = &["segment {}"];
const GAP: &[&str] = &["gap {}"];
const LEAF: &[&str] = &["leaf {}", "entry {}"];
const DAY: &[&str] = &["stream_day {}"];
const TABLES: &[&str] = &["segment {}", "segment_table {}"];

const COLUMNS: &[Column] = &[
    footage("leaf", "idx", "entry", Kind::Bytes, LEAF),
    footage("leaf", "idx", "hash", Kind::Bytes, LEAF),
    footage("leaf", "idx", "kind", Kind::Of(&[0, 1, 2, 3, 4, 5, 6]), LEAF),
    footage("leaf", "idx", "stream", Kind::Of(&[1, 2, 3, 4]), LEAF),
    footage("node", "idx", "hash", Kind::Bytes, &["node 1/{}"]),
    footage("checkpoint", "size", "root", Kind::Bytes, &["checkpoint {}"]),
    footage("checkpoint", "size", "hash", Kind::Bytes, &["checkpoint {}"]),
    footage("checkpoint", "size", "note", Kind::Text, &["checkpoint {}"]),
    footage("segment", "id", "stream", Kind::Of(&[1, 2, 3]), SEGMENT),
    footage("segment", "id", "seq", Kind::Integer, SEGMENT),
    footage("segment", "id", "start_us", Kind::Integer, SEGMENT),
    footage("segment", "id", "end_us", Kind::Integer, SEGMENT),
    footage("segment", "id", "bytes", Kind::Integer, SEGMENT),
    footage("segment", "id", "floor_days", Kind::Integer, SEGMENT),
    footage("segment", "id", "state", Kind::Of(&[0, 1, 2]), SEGMENT),
    footage("segment", "id", "leaf", Kind::Integer, SEGMENT),
    footage("segment", "id", "disk", Kind::Disk, SEGMENT),
    footage("gap", "id", "stream", Kind::Of(&[1, 2, 3]), GAP),
    footage("gap", "id", "seq", Kind::Integer, GAP),
    footage("gap", "id", "start_us", Kind::Integer, GAP),
    footage("gap", "id", "end_us", Kind::Integer, GAP),
    footage("gap", "id", "cause", Kind::Integer, GAP),
    footage("gap", "id", "evidence", Kind::Text, GAP),
    footage("gap", "id", "leaf", Kind::Integer, GAP),
    footage("segment_table", "segment", "frames", Kind::Bytes, TABLES),
    footage("segment_table", "segment", "gops", Kind::Bytes, TABLES),
    footage("segment_table", "segment", "pieces", Kind::Bytes, TABLES),
    footage("segment_table", "segment", "activity", Kind::Bytes, TABLES),
    footage("stream_day", "stream, day", "segments", Kind::Integer, DAY),
    footage("stream_day", "stream, day", "bytes", Kind::Integer, DAY),
    footage("stream_day", "stream, day", "media_us", Kind::Integer, DAY),
    footage("stream", "id", "next_seq", Kind::Integer, &["stream {}"]),
    footage("stream", "id", "prev_record_hash", Kind::Bytes, &["stream {}"]),
    footage("stream", "id", "end_us", Kind::Integer, &["stream {}"]),
    footage("stream", "id", "profile", Kind::Of(&[0, 1]), &["stream {}"]),
    footage("expiry", "id", "stream", Kind::Of(&[1, 2, 3]), &["expiry {}"]),
    footage("expiry", "id", "begun_us", Kind::Integer, &["expiry {}"]),
    footage("expiry", "id", "intent_leaf", Kind::Integer, &["expiry {}"]),
    footage("expiry", "id", "done_leaf", Kind::Integer, &["expiry {}"]),
    footage("expiry_segment", "segment", "expiry", Kind::Integer, &["expiry_segment {}", "segment {}"]),
    registry("leaf", "idx", "entry", Kind::Bytes, LEAF),
    registry("leaf", "idx", "hash", Kind::Bytes, LEAF),
    registry("entry", "idx", "leaf", Kind::Bytes, LEAF),
    registry("entry", "idx", "hash", Kind::Bytes, LEAF),
    registry("entry", "idx", "ciphertext", Kind::Bytes, LEAF),
    registry("entry_key", "idx", "key", Kind::Bytes, LEAF),
    registry("entry_key", "idx", "salt", Kind::Bytes, LEAF),
    registry("batch", "leaf", "pad_secret", Kind::Bytes, LEAF),
    registry("batch", "leaf", "minute", Kind::Integer, LEAF),
    registry("checkpoint", "size", "root", Kind::Bytes, &["checkpoint {}"]),
    registry("checkpoint", "size", "hash", Kind::Bytes, &["checkpoint {}"]),
    registry("checkpoint", "size", "note", Kind::Text, &["checkpoint {}"]),
];

/// Rows that must not go: (table, key, places).
const ROWS: &[(&str, &str, &[&str])] = &[
    // Without the newest leaf the log ends before its checkpoint.
    ("leaf", "idx", &["leaf {}", "checkpoint", "stream"]),
    ("node", "idx", &["node 1/{}"]),
    // What a record named is no longer there; the newest is the published one.
    ("checkpoint", "size", &["record", "log/footage/checkpoint"]),
    ("segment", "id", &["record"]),
    ("gap", "id", &["record"]),
    ("segment_table", "segment", TABLES),
    ("stream_day", "stream", DAY),
    ("stream", "id", &["0192", "leaf"]),
    ("expiry", "id", &["leaf", "segment"]),
    ("expiry_segment", "segment", &["expiry", "segment {}"]),
];

fn filled(places: &[&str], key: i64) -> Vec<String> {
    places.iter().map(|place| place.replace("{}", &key.to_string())).collect()
}

/// Changes one value of a random row. `None` when nothing was changed: there is no row, or a key forbids it.
async fn value(dir: &Path, random: &mut Random) -> Option<Change> {
    let column = random.pick(COLUMNS);
    let Column { table, key, column: name, .. } = column;
    let mut connection = forger(dir, column.database).await;
    // Where footage was that is gone, nothing can be said.
    let which = if matches!(column.kind, Kind::Disk) { "WHERE state = 0" } else { "" };
    let sql = format!("SELECT {key}, {name} FROM {table} {which} ORDER BY 1");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap();
    let row = random.pick(&rows);
    let keys: Vec<i64> = (0..row.len() - 1).map(|at| row.get(at)).collect();
    let at = row.len() - 1;
    let condition = key.split(", ").map(|key| format!("{key} = ?")).collect::<Vec<_>>().join(" AND ");
    let sql = format!("UPDATE {table} SET {name} = ? WHERE {condition}");
    let query = sqlx::query(sqlx::AssertSqlSafe(sql));
    let mut query = match column.kind {
        Kind::Bytes => {
            let mut bytes: Vec<u8> = row.get(at);
            let byte = random.below(bytes.len());
            bytes[byte] ^= 1 << random.below(8);
            query.bind(bytes)
        }
        Kind::Text => {
            let mut text: Vec<char> = row.get::<String, _>(at).chars().collect();
            let character = random.below(text.len());
            let other = *random.pick(&['a', 'B', '7', '+', ' ', '\n']);
            if text[character] == other {
                return None;
            }
            text[character] = other;
            query.bind(text.into_iter().collect::<String>())
        }
        Kind::Integer => {
            let old: Option<i64> = row.get(at);
            query.bind(old? ^ 1 << random.below(40))
        }
        Kind::Of(values) => {
            let new = *random.pick(values);
            if row.get::<i64, _>(at) == new {
                return None;
            }
            query.bind(new)
        }
        Kind::Disk => match row.get::<Option<i64>, _>(at) {
            None => query.bind(2 + random.below(23) as i64),
            Some(_) => return None,
        },
    };
    for key in &keys {
        query = query.bind(*key);
    }
    query.execute(&mut connection).await.ok()?;
    connection.close().await.unwrap();
    let what = format!("{} {table}.{name} of {keys:?}", column.database);
    Some(Change { what, places: filled(column.places, keys[0]) })
}

/// Deletes a random row of the footage database.
async fn row(dir: &Path, random: &mut Random) -> Option<Change> {
    let (table, key, places) = random.pick(ROWS);
    let mut connection = forger(dir, "footage.db").await;
    let row = a_row(&mut connection, table, key, random).await;
    let sql = format!("DELETE FROM {table} WHERE {key} = ?");
    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(row).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    Some(Change { what: format!("delete {table} {row}"), places: filled(places, row) })
}

/// Sums of a media disk that has no segments.
async fn sums_of_no_disk(dir: &Path, random: &mut Random) -> Option<Change> {
    let (disk, day) = (2 + random.below(23) as i64, random.below(30_000) as i64);
    let mut connection = forger(dir, "footage.db").await;
    let stream = a_row(&mut connection, "stream", "id", random).await;
    sqlx::query("INSERT INTO disk_day (disk, stream, day, segments, bytes) VALUES (?, ?, ?, ?, ?)")
        .bind(disk)
        .bind(stream)
        .bind(day)
        .bind(1 + random.below(9) as i64)
        .bind(1 + random.below(1 << 30) as i64)
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    change(format!("insert disk_day {disk}, {stream}, {day}"), &[&format!("disk_day {disk}")])
}

async fn a_row(connection: &mut SqliteConnection, table: &str, key: &str, random: &mut Random) -> i64 {
    // The path of footage that is gone leads nowhere: nothing can be said of it.
    let which = if table == "segment" { "WHERE state < 2" } else { "" };
    let sql = format!("SELECT {key} FROM {table} {which} ORDER BY 1");
    let rows: Vec<(i64,)> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(connection).await.unwrap();
    random.pick(&rows).0
}

/// Two rows exchange their values: paths, records, tables.
async fn exchange(dir: &Path, random: &mut Random) -> Option<Change> {
    let (table, key, columns, places): &(&str, &str, &[&str], &[&str]) = random.pick(&[
        ("segment", "id", &["path"], SEGMENT),
        ("leaf", "idx", &["entry", "hash"], &["leaf {}", "record", "checkpoint", "node"]),
        ("segment_table", "segment", &["frames", "gops", "pieces", "activity"], TABLES),
    ]);
    let mut connection = forger(dir, "footage.db").await;
    let a = a_row(&mut connection, table, key, random).await;
    let b = a_row(&mut connection, table, key, random).await;
    for column in *columns {
        let sql = format!("SELECT CAST({column} AS BLOB) FROM {table} WHERE {key} = ?");
        let of = async |connection: &mut SqliteConnection, row: i64| -> Vec<u8> {
            let query = sqlx::query_as(sqlx::AssertSqlSafe(sql.clone())).bind(row);
            let (bytes,): (Vec<u8>,) = query.fetch_one(connection).await.unwrap();
            bytes
        };
        let (of_a, of_b) = (of(&mut connection, a).await, of(&mut connection, b).await);
        if a == b || of_a == of_b {
            return None;
        }
        let cast = if *column == "path" { "CAST(? AS TEXT)" } else { "?" };
        let sql = format!("UPDATE {table} SET {column} = {cast} WHERE {key} = ?");
        for (bytes, row) in [(b"in between".to_vec(), a), (of_a, b), (of_b, a)] {
            let query = sqlx::query(sqlx::AssertSqlSafe(sql.clone())).bind(bytes).bind(row);
            query.execute(&mut connection).await.unwrap();
        }
    }
    connection.close().await.unwrap();
    let places = [filled(places, a), filled(places, b)].concat();
    Some(Change { what: format!("exchange {columns:?} of {table} {a} and {b}"), places })
}

/// Changes a media file or a sidecar.
fn file(town: &Town, dir: &Path, random: &mut Random) -> Option<Change> {
    let extension = *random.pick(&["mp4", "mp4", "mp4", "side"]);
    let names = town.files(extension);
    let (name, other) = (random.pick(&names).clone(), random.pick(&names).clone());
    let (path, other_path) = (dir.join("media").join(&name), dir.join("media").join(&other));
    let (mut bytes, mut of_other) = (std::fs::read(&path).unwrap(), std::fs::read(&other_path).unwrap());
    let at = random.below(bytes.len());
    // A sidecar is named by its segment.
    let segment = Path::new(&name).with_extension("mp4").to_str().unwrap().to_owned();
    let other_segment = Path::new(&other).with_extension("mp4").to_str().unwrap().to_owned();
    let places = [segment.as_str(), name.as_str(), other_segment.as_str()];
    let what = match random.below(9) {
        0..=2 => {
            bytes[at] ^= 1 << random.below(8);
            format!("flip a bit of byte {at}")
        }
        3 => {
            bytes.truncate(at);
            format!("truncate to {at}")
        }
        4 => {
            bytes.insert(at, random.next() as u8);
            format!("insert at {at}")
        }
        5 => {
            let len = 1 + random.below(200);
            let from = random.below(of_other.len());
            let piece = &of_other[from..(from + len).min(of_other.len())];
            let end = (at + piece.len()).min(bytes.len());
            let before = bytes.clone();
            bytes.splice(at..end, piece.to_vec());
            if bytes == before {
                return None;
            }
            format!("splice {len} bytes of {other} at {at}")
        }
        6 => {
            if bytes == of_other {
                return None;
            }
            std::mem::swap(&mut bytes, &mut of_other);
            std::fs::write(&other_path, &of_other).unwrap();
            format!("swap with {other}")
        }
        7 => {
            std::fs::remove_file(&path).unwrap();
            return change(format!("drop {name}"), &places);
        }
        _ => {
            let added = path.with_file_name(format!("{}.{extension}", random.below(1_000)));
            std::fs::write(&added, &bytes).unwrap();
            let added = added.strip_prefix(dir.join("media")).unwrap().to_str().unwrap().to_owned();
            return change(format!("add {added}"), &[&added]);
        }
    };
    std::fs::write(&path, bytes).unwrap();
    let count = if what.starts_with("swap") { 3 } else { 2 };
    change(format!("{what} in {name}"), &places[..count])
}

/// Changes a published checkpoint.
fn checkpoint(dir: &Path, random: &mut Random) -> Option<Change> {
    let log = *random.pick(&["footage", "access"]);
    let path = dir.join("log").join(log).join("checkpoint");
    let place = format!("log/{log}/checkpoint");
    let mut bytes = std::fs::read(&path).unwrap();
    let at = random.below(bytes.len());
    match random.below(6) {
        0..=2 => bytes[at] ^= 1 << random.below(8),
        3 => bytes.truncate(at),
        4 => {
            let other = if log == "footage" { "access" } else { "footage" };
            bytes = std::fs::read(dir.join("log").join(other).join("checkpoint")).unwrap();
        }
        _ => {
            std::fs::remove_file(&path).unwrap();
            return change(format!("drop {place}"), &[&place]);
        }
    }
    std::fs::write(&path, bytes).unwrap();
    change(format!("change {place} at {at}"), &[&place])
}

/// What is changed: anything, or media files and sidecars only.
#[derive(Clone, Copy)]
enum Of {
    All,
    Files,
}

async fn mutate(town: &Town, of: Of, dir: &Path, random: &mut Random) -> Option<Change> {
    match random.below(10) {
        _ if matches!(of, Of::Files) => file(town, dir, random),
        0..=3 => file(town, dir, random),
        4..=6 => value(dir, random).await,
        7 if random.below(8) == 0 => sums_of_no_disk(dir, random).await,
        7 => row(dir, random).await,
        8 => exchange(dir, random).await,
        _ => checkpoint(dir, random),
    }
}

/// Whether the text has that place, and not one whose number goes on.
fn names(text: &str, place: &str) -> bool {
    text.match_indices(place).any(|(at, _)| {
        let after = text[at + place.len()..].chars().next();
        !(place.ends_with(|end: char| end.is_ascii_digit())
            && after.is_some_and(|next| next.is_ascii_digit()))
    })
}

async fn one(town: &Town, of: Of, seed: u64, number: u64) -> Result<bool, String> {
    // Each change has its own seed, so that one can be repeated alone.
    let mut random = Random((seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).max(1));
    for _ in 0..8 {
        random.next();
    }
    let copy = town.copy();
    let Some(change) = mutate(town, of, copy.path(), &mut random).await else { return Ok(false) };
    let said: Vec<String> = match check(copy.path(), Depth::Whole).await {
        Ok(findings) => wrong(&findings).iter().map(ToString::to_string).collect(),
        Err(error) => vec![format!("{error:#}")],
    };
    if said.is_empty() {
        return Err(format!("change {number}: {}: not found", change.what));
    }
    if said.iter().any(|text| change.places.iter().any(|place| names(text, place))) {
        return Ok(true);
    }
    Err(format!("change {number}: {}: none of {:?} is named: {said:#?}", change.what, change.places))
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_change_of_a_store_is_found_and_located() {
    let long = std::env::var_os("WATCHKEEPER_LONG").is_some();
    let count = number("WATCHKEEPER_MUTATIONS").unwrap_or(if long { LONG } else { DEFAULT });
    every_change(Arc::new(Town::build().await), Of::All, count).await;
}

/// A quarter as many: what is not a file is the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_change_of_an_encrypted_store_is_found_and_located() {
    let long = std::env::var_os("WATCHKEEPER_LONG").is_some();
    let count = number("WATCHKEEPER_MUTATIONS").unwrap_or(if long { LONG } else { DEFAULT });
    every_change(Arc::new(Town::build_encrypted().await), Of::Files, count / 4).await;
}

async fn every_change(town: Arc<Town>, of: Of, count: u64) {
    let seed = number("WATCHKEEPER_SEED").unwrap_or(20_261_128);
    let clean = check(town.copy().path(), Depth::Whole).await.unwrap();
    assert!(wrong(&clean).is_empty(), "{clean:#?}");
    let begun = std::time::Instant::now();
    // As many as were asked for are really made: what changes nothing is not counted.
    let (next, made) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let workers: Vec<_> = (0..3)
        .map(|_| {
            let (town, next, made) = (town.clone(), next.clone(), made.clone());
            tokio::spawn(async move {
                let mut holes = Vec::new();
                while made.load(Relaxed) < count {
                    match one(&town, of, seed, next.fetch_add(1, Relaxed)).await {
                        Ok(true) => drop(made.fetch_add(1, Relaxed)),
                        Ok(false) => {}
                        Err(hole) => {
                            made.fetch_add(1, Relaxed);
                            holes.push(hole);
                        }
                    }
                }
                holes
            })
        })
        .collect();
    let mut holes = Vec::new();
    for worker in workers {
        holes.extend(worker.await.unwrap());
    }
    println!("{} changes in {:.1} s, seed {seed}", made.load(Relaxed), begun.elapsed().as_secs_f64());
    assert!(holes.is_empty(), "{} of {count}, seed {seed}:\n{}", holes.len(), holes.join("\n"));
}

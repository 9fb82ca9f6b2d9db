//! Everything derived can be deleted or changed and is made again (invariant 10); nothing else is touched.

use crate::town::{Town, check, forger, wrong};
use server::cmd::{check::Depth, output::Level};

/// What is done to the footage database, and what must be said.
const CASES: [(&str, &str); 13] = [
    ("DELETE FROM segment_table", "tables: are missing"),
    ("UPDATE segment_table SET frames = x'00'", "tables: the frame index is not the file's"),
    (
        "UPDATE segment_table SET frames = substr(frames, 1, length(frames) - 1)",
        "the frame index is not the file's",
    ),
    ("UPDATE segment_table SET gops = zeroblob(length(gops))", "the table of groups is not the file's"),
    ("UPDATE segment_table SET gops = x''", "the table of groups is not the file's"),
    ("UPDATE segment_table SET pieces = zeroblob(length(pieces))", "the table of pieces is not the file's"),
    ("UPDATE segment_table SET activity = zeroblob(length(activity))", "the activity is not the file's"),
    ("DELETE FROM node", "footage log: a derived hash is wrong or missing"),
    ("UPDATE node SET hash = zeroblob(32)", "footage log: a derived hash is wrong or missing"),
    ("INSERT INTO node (level, idx, hash) VALUES (1, 7, zeroblob(32)), (2, 0, zeroblob(32))", "node 1/7"),
    ("DELETE FROM stream_day", "sums of days: are not those of the segments"),
    ("UPDATE stream_day SET bytes = bytes + 1", "sums of days: are not those of the segments"),
    (
        "INSERT INTO stream_day (stream, day, segments, bytes, media_us) VALUES (1, 7, 1, 1, 1)",
        "stream_day 1, day 7",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_derived_is_found_wrong_and_made_again() {
    let town = Town::build().await;
    let whole = check(town.copy().path(), Depth::Whole).await.unwrap();
    assert!(wrong(&whole).is_empty(), "{whole:#?}");
    for (sql, said) in CASES {
        let copy = town.copy();
        let before = dump(copy.path()).await;
        let mut forger = forger(copy.path(), "footage.db").await;
        sqlx::raw_sql(sql).execute(&mut forger).await.unwrap();
        drop(forger);
        assert_ne!(dump(copy.path()).await, before, "{sql} changes something");
        let found = check(copy.path(), Depth::Whole).await.unwrap();
        let texts: Vec<String> = wrong(&found).iter().map(ToString::to_string).collect();
        assert!(texts.iter().any(|text| text.contains(said)), "{sql}: {texts:#?}");
        let rebuilt = check(copy.path(), Depth::Rebuild).await.unwrap();
        assert!(wrong(&rebuilt).is_empty(), "{sql}: {rebuilt:#?}");
        let notices = rebuilt.iter().filter(|finding| finding.level == Level::Notice).count();
        assert_eq!(notices, texts.len(), "{sql}: each is said to be rebuilt");
        let after = check(copy.path(), Depth::Whole).await.unwrap();
        assert!(wrong(&after).is_empty(), "{sql}: {after:#?}");
        assert_eq!(dump(copy.path()).await, before, "{sql}: as it was, to the byte");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_not_made_from_a_changed_file() {
    let town = Town::build().await;
    let copy = town.copy();
    let file = copy.path().join("media").join(&town.files("mp4")[0]);
    let mut bytes = std::fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let mut forger = forger(copy.path(), "footage.db").await;
    sqlx::raw_sql("DELETE FROM segment_table").execute(&mut forger).await.unwrap();
    drop(forger);
    let rebuilt = check(copy.path(), Depth::Rebuild).await.unwrap();
    let texts: Vec<String> = wrong(&rebuilt).iter().map(ToString::to_string).collect();
    assert!(texts.len() == 1 && texts[0].contains(&town.files("mp4")[0]), "{texts:#?}");
}

/// All rows of what is derived.
async fn dump(dir: &std::path::Path) -> Vec<String> {
    let mut connection = forger(dir, "footage.db").await;
    let mut rows = Vec::new();
    for sql in [
        "SELECT segment || hex(frames) || '/' || hex(gops) || '/' || hex(pieces) || '/' || hex(activity) FROM segment_table ORDER BY 1",
        "SELECT level || '/' || idx || '/' || hex(hash) FROM node ORDER BY 1",
        "SELECT stream || '/' || day || '/' || segments || '/' || bytes || '/' || media_us FROM stream_day ORDER BY 1",
    ] {
        let found: Vec<(String,)> = sqlx::query_as(sql).fetch_all(&mut connection).await.unwrap();
        rows.extend(found.into_iter().map(|(row,)| row));
    }
    rows
}

//! The server's own look at its logs: a store that somebody alters under a running server, entry by entry, and what becomes a finding with
//! its number; it goes when the bytes are back, and not before a whole round has passed them.

use crate::{cases::Who, house::House};
use model::{GapCause, Profile, Span, StreamId};
use serde_json::Value;
use server::log_watch;
use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};
use std::collections::BTreeMap;
use store::{LogName, NewGap};

const MINUTE_US: i64 = 60_000_000;

async fn run(house: &House, file: &str, sql: &str) {
    let options = SqliteConnectOptions::new().filename(house.dir.path().join(file));
    let mut connection = options.connect().await.unwrap();
    let done = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    assert!(done.rows_affected() == 1 || sql.starts_with("CREATE"), "{sql}");
    connection.close().await.unwrap();
}

/// What a round finds, by its word.
async fn found(house: &House) -> BTreeMap<String, Value> {
    log_watch::once(&house.app).await.unwrap();
    let administrator = Who::Administrator.sign_in(house).await;
    let all = house.get("/api/findings", &administrator.cookie).await.json();
    let own = all.as_array().unwrap().iter().filter(|one| one["kind"] == "integrity");
    own.map(|one| (one["code"].as_str().unwrap().to_owned(), one.clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_log_is_found_by_the_server_itself_with_the_number_of_its_entry() {
    let house = House::build().await;
    let stream = StreamId { camera: house.cameras[0], profile: Profile::Main };
    let now = house.app.now();
    for minute in (1..=4).rev() {
        let span =
            Span::new(now.plus_us(-minute * MINUTE_US), now.plus_us((1 - minute) * MINUTE_US)).unwrap();
        let gap = NewGap { stream, span, cause: GapCause::Network, evidence: String::new() };
        house.app.store().footage.commit_gap(gap).await.unwrap();
    }
    for log in [LogName::Footage, LogName::Access] {
        house.app.store().publish(log, now.plus_us(10 * MINUTE_US)).await.unwrap();
    }
    let before = found(&house).await;
    assert!(!before.keys().any(|code| code.ends_with("_altered")), "{before:?}");

    // Bytes of an entry, on both logs.
    let turn = "CAST(x'00' || substr(entry, 2) AS BLOB)";
    run(&house, "footage.db", "CREATE TABLE kept AS SELECT * FROM leaf WHERE idx = 2 LIMIT 1").await;
    run(&house, "footage.db", &format!("UPDATE leaf SET entry = {turn} WHERE idx = 2")).await;
    let hidden = "UPDATE entry SET ciphertext = CAST(x'00' || substr(ciphertext, 2) AS BLOB) WHERE idx = 1";
    run(&house, "registry.db", "CREATE TABLE kept AS SELECT ciphertext FROM entry WHERE idx = 1").await;
    run(&house, "registry.db", hidden).await;
    let altered = found(&house).await;
    let (footage, access) = (&altered["footage_log_altered"], &altered["access_log_altered"]);
    assert_eq!((&footage["severity"], &access["severity"]), (&"breach".into(), &"breach".into()));
    assert!(footage["reason"]["zh"].as_str().unwrap().contains("第 2 条"), "{footage}");
    assert!(access["reason"]["en"].as_str().unwrap().contains("entry 1 does not"), "{access}");

    // Its own hash changed with it: then the root is not the signed one.
    run(
        &house,
        "footage.db",
        "UPDATE leaf SET entry = (SELECT entry FROM kept), hash = randomblob(32) WHERE idx = 2",
    )
    .await;
    assert!(found(&house).await.contains_key("footage_log_altered"));
    // The bytes are back.
    run(&house, "footage.db", "UPDATE leaf SET hash = (SELECT hash FROM kept) WHERE idx = 2").await;
    run(&house, "registry.db", "UPDATE entry SET ciphertext = (SELECT ciphertext FROM kept) WHERE idx = 1")
        .await;
    let after = found(&house).await;
    assert!(!after.keys().any(|code| code.ends_with("_altered")), "{after:?}");
}

//! What `check --quick` finds by names and lengths, and what only the whole check finds, because it is in the files.

use crate::town::{Town, check, forger, wrong};
use server::cmd::{check::Depth, output::Finding};
use std::path::Path;

/// What somebody does to a store.
enum Damage {
    Lost(&'static str),
    /// So many bytes of its end.
    Cut(&'static str, u64),
    Flipped(&'static str),
    /// The sidecars of the first two segments change places.
    Swapped,
    New(&'static str),
    Sql(&'static str),
}

/// The damage, what the quick look says of it, and what the whole one does; empty: nothing.
const CASES: [(Damage, &str, &str); 13] = [
    (Damage::Lost("mp4"), "the file is missing", "the file is missing"),
    (Damage::Lost("side"), "its sidecar is missing", "reading"),
    (Damage::Cut("mp4", 1), " bytes, its record says ", "footage"),
    (Damage::Cut("side", 1), "its sidecar has ", "do not match its own sum"),
    (Damage::Flipped("mp4"), "", "footage"),
    (Damage::Flipped("side"), "", "its bytes do not match its own sum"),
    (Damage::Swapped, "", "footage"),
    (Damage::New("stranger.txt"), "belongs to no record of footage", "belongs to no record of footage"),
    (Damage::New("FOLDER/000000-00000000.mp4"), "belongs to no record", "belongs to no record"),
    (Damage::New("FOLDER/000000-00000000.other"), "belongs to no record", "belongs to no record"),
    (Damage::Sql("DELETE FROM segment_table"), "tables: are missing", "tables: are missing"),
    (Damage::Sql("UPDATE segment SET leaf = leaf + 9999"), "is not in the log", "is not in the log"),
    (
        Damage::Sql("UPDATE segment SET path = 'x' || path WHERE state = 0"),
        "path is none of ours",
        "path is none of ours",
    ),
];

fn damage(dir: &Path, damage: &Damage, town: &Town) -> Option<&'static str> {
    let media = dir.join("media");
    let file = |extension| media.join(&town.files(extension)[0]);
    match damage {
        Damage::Lost(extension) => std::fs::remove_file(file(extension)).unwrap(),
        Damage::Cut(extension, bytes) => {
            let file = std::fs::OpenOptions::new().write(true).open(file(extension)).unwrap();
            file.set_len(file.metadata().unwrap().len() - bytes).unwrap();
        }
        Damage::Flipped(extension) => {
            let mut bytes = std::fs::read(file(extension)).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            std::fs::write(file(extension), bytes).unwrap();
        }
        Damage::Swapped => {
            let sides = town.files("side");
            let [one, other] = [0, 1].map(|at: usize| media.join(&sides[at]));
            let (first, second) = (std::fs::read(&one).unwrap(), std::fs::read(&other).unwrap());
            std::fs::write(one, second).unwrap();
            std::fs::write(other, first).unwrap();
        }
        Damage::New(name) => {
            let file = file("mp4");
            let folder = file.parent().unwrap().to_str().unwrap();
            std::fs::write(media.join(name.replace("FOLDER", folder)), b"?").unwrap();
        }
        Damage::Sql(sql) => return Some(sql),
    }
    None
}

fn texts(findings: &[Finding]) -> Vec<String> {
    wrong(findings).iter().map(ToString::to_string).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quick_look_finds_what_names_and_lengths_say_and_the_whole_check_the_rest() {
    for town in [Town::build().await, Town::build_encrypted().await] {
        for depth in [Depth::Quick, Depth::Whole] {
            let found = check(town.copy().path(), depth).await.unwrap();
            assert_eq!(texts(&found), Vec::<String>::new(), "{depth:?}");
        }
        for (number, (done, quick, whole)) in CASES.iter().enumerate() {
            let copy = town.copy();
            if let Some(sql) = damage(copy.path(), done, &town) {
                let mut forger = forger(copy.path(), "footage.db").await;
                sqlx::raw_sql(sql).execute(&mut forger).await.unwrap();
            }
            for (depth, said) in [(Depth::Quick, quick), (Depth::Whole, whole)] {
                let found = texts(&check(copy.path(), depth).await.unwrap());
                assert_eq!(found.is_empty(), said.is_empty(), "case {number}, {depth:?}: {found:#?}");
                let named = said.is_empty() || found.iter().any(|text| text.contains(said));
                assert!(named, "case {number}, {depth:?}: {found:#?}");
            }
        }
    }
}

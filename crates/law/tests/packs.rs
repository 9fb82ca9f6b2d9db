//! The packs that are shipped: that they read, that every duty of the table of obligations is in them, and that each
//! control that claims to be done names a file and a test that are there.

use law::packs::{ControlStatus, Library, Status};
use std::{collections::BTreeSet, fs, path::PathBuf};

/// Controls that are not kept yet. May only shrink.
const PLANNED_MAX: usize = 51;

/// Which article carries which obligation, as the table of obligations has it.
const PAIRS: &str = include_str!("../testdata/obligations.txt");

fn library() -> Library {
    Library::with_shipped(&[]).expect("the shipped packs are read")
}

#[test]
fn every_obligation_of_the_table_is_a_duty_of_its_article() {
    let library = library();
    let has = |pack: &str, article: &str, obligation: &str| {
        let pack = library.pack(pack).unwrap_or_else(|| panic!("no pack {pack}"));
        let duties =
            pack.articles.iter().filter(|known| known.number == article).flat_map(|known| &known.duties);
        duties.into_iter().any(|duty| duty.obligation == obligation)
    };
    let mut missing = Vec::new();
    let mut rows = 0;
    for line in PAIRS.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (obligation, articles) = line.split_once(' ').unwrap();
        for id in articles.split_whitespace() {
            rows += 1;
            let (pack, article) = id.split_once(':').unwrap();
            if !has(pack, article, obligation) {
                missing.push(format!("{obligation} {id}"));
            }
        }
    }
    assert!(rows > 200, "{rows} rows");
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn a_control_that_is_done_names_a_file_and_a_test_that_are_there() {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../..");
    let mut wrong = Vec::new();
    for control in library().controls.iter().filter(|control| control.status == ControlStatus::Done) {
        let code = control.code.as_deref().unwrap();
        if !root.join(code).is_file() {
            wrong.push(format!("{}: no file {code}", control.id));
        }
        let (path, name) = control.test_parts().unwrap();
        let text = fs::read_to_string(root.join(path)).unwrap_or_default();
        // The last is a line of a macro that makes one test of each name.
        let is_test = [
            "fn NAME(",
            "def NAME(",
            "test('NAME'",
            "test(\"NAME\"",
            "it('NAME'",
            "it(\"NAME\"",
            "\n    NAME\n",
        ];
        if !is_test.iter().any(|form| text.contains(&form.replace("NAME", name))) {
            wrong.push(format!("{}: no test {path}::{name}", control.id));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_list_of_what_is_not_kept_yet_only_shrinks() {
    let planned =
        library().controls.iter().filter(|control| control.status == ControlStatus::Planned).count();
    assert!(planned <= PLANNED_MAX, "{planned} planned controls, at most {PLANNED_MAX}");
}

#[test]
fn every_control_serves_a_duty_of_some_pack() {
    let library = library();
    let used: BTreeSet<&str> = library.lines().map(|line| line.control.id.as_str()).collect();
    let idle: Vec<&str> =
        library.controls.iter().map(|control| control.id.as_str()).filter(|id| !used.contains(id)).collect();
    assert!(idle.is_empty(), "{idle:?}");
}

#[test]
fn the_six_packs_say_how_far_they_are_in_force() {
    let library = library();
    let check = |id: &str, status: Status, binds: bool| {
        let pack = library.pack(id).unwrap();
        assert_eq!((pack.status, library.binds(pack, "2026-11-28")), (status, binds), "{id}");
    };
    check("national-2016", Status::Draft, false);
    check("national-2025", Status::InForce, true);
    check("datong-2008", Status::InForce, true);
    check("qingdao", Status::PartlyHeld, false);
    check("chongqing", Status::PartlyHeld, false);
    check("guangzhou-2007", Status::InForce, true);
    assert_eq!(library.pack("uk-scc-2013").unwrap().articles.len(), 5);
}

/// The patches that let through what a control refuses: one of each control that is done, asleep until the control is named, and
/// what stands around it is still there.
#[test]
fn every_control_that_is_done_is_forced_by_a_patch_that_fits_the_code_of_today() {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../..");
    let library = library();
    let mut forced = BTreeSet::new();
    for entry in fs::read_dir(root.join("packs/forced")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "patch") {
            continue;
        }
        let id = path.file_stem().unwrap().to_str().unwrap();
        let control = library.control(id).unwrap_or_else(|| panic!("no control {id}"));
        assert_eq!(control.status, ControlStatus::Done, "{id}");
        forced.insert(control.id.as_str());
        let patch = fs::read_to_string(&path).unwrap();
        assert!(patch.contains("\"WATCHKEEPER_FORCED\""), "{id}: changes the code without being named");
        assert!(patch.contains(&format!("Ok(\"{id}\")")), "{id}: is asleep for good, nothing names it");
        let mut code = String::new();
        for line in patch.lines() {
            if let Some(file) = line.strip_prefix("--- a/") {
                code = fs::read_to_string(root.join(file)).unwrap();
            } else if !line.starts_with("---") && line.starts_with(['-', ' ']) {
                let line = line.get(1..).unwrap_or_default();
                assert!(code.lines().any(|known| known == line), "{id}: the code has no line {line:?}");
            }
        }
    }
    let done = library.controls.iter().filter(|control| control.status == ControlStatus::Done);
    let without: Vec<&str> =
        done.map(|control| control.id.as_str()).filter(|id| !forced.contains(id)).collect();
    assert!(without.is_empty(), "controls that are done and have no patch: {without:?}");
}

//! Reading and combining, with small packs written here. What is shipped is tested in `tests/packs.rs`.

use super::*;

const CONTROLS: &str = r#"
[[control]]
id = "floor"
obligations = ["O4"]
kind = "refuse"
name = { zh = "下限", en = "Floor" }
what = { zh = "不删", en = "Keeps it." }
status = "done"
code = "a.rs"
test = "a.rs::keeps"
[[control]]
id = "private"
obligations = ["C3"]
kind = "refuse"
name = { zh = "私密", en = "Private" }
what = { zh = "拒绝", en = "Refuses." }
status = "planned"
"#;

const PLACES: &str = r#"
[[private_kind]]
id = "toilet"
name = { zh = "厕所", en = "Toilet" }
[[private_kind]]
id = "office"
name = { zh = "办公室", en = "Office" }
[[category]]
id = "bank"
name = { zh = "银行", en = "Bank" }
"#;

fn pack(id: &str, status: &str, head: &str, floor: &str, kinds: &str) -> String {
    format!(
        r#"
[pack]
id = "{id}"
version = 1
title = {{ zh = "题", en = "Title" }}
jurisdiction = {{ zh = "市", en = "City" }}
division = "440100"
level = "city"
status = "{status}"
articles_held = [1, 9]
source = {{ zh = "源", en = "Source" }}
{head}
[[article]]
number = "4"
title = {{ zh = "条", en = "Article" }}
[[article.duty]]
obligation = "O4"
text = {{ zh = "保存", en = "Keep." }}
binds = ["user-unit"]
controls = ["floor"]
[article.duty.parameters]
footage_floor_days = {floor}
[[article.duty]]
obligation = "C3"
text = {{ zh = "不装", en = "No camera." }}
binds = ["anyone"]
controls = ["private"]
[article.duty.parameters]
private_place_kinds = {{ value = [{kinds}], mark = "text" }}
"#
    )
}

fn days(days: u16, mark: &str) -> String {
    format!("{{ value = {days}, mark = \"{mark}\" }}")
}

fn library(packs: &[(&str, &str)]) -> Result<Library, PackError> {
    Library::read(&Sources { packs, controls: CONTROLS, places: PLACES })
}

fn four() -> Library {
    let short = pack("short", "in-force", "", &days(15, "text"), "\"toilet\"");
    let long = pack("long", "in-force", "", &days(30, "text"), "\"toilet\"");
    let draft = pack("draft", "draft", "superseded_by = \"long\"", &days(90, "text"), "\"office\"");
    let garbled = pack("garbled", "in-force", "", &days(900, "unverified"), "\"toilet\"");
    library(&[
        ("short.toml", &short),
        ("long.toml", &long),
        ("draft.toml", &draft),
        ("garbled.toml", &garbled),
    ])
    .unwrap()
}

#[test]
fn the_strictest_that_binds_wins_and_names_its_article() {
    let library = four();
    let check = |under: &[&str], adopted: &[&str], expected: Option<(u16, &str)>| {
        let (under, adopted) = (owned(under), owned(adopted));
        let floor = Rules::of(&library, &under, &adopted).footage_floor_days();
        let found = floor.map(|floor| (floor.value, floor.article.to_string()));
        assert_eq!(found, expected.map(|(days, id)| (days, id.to_owned())), "{under:?} {adopted:?}");
    };
    check(&[], &[], None);
    check(&["short"], &[], Some((15, "short:4")));
    check(&["short", "long"], &[], Some((30, "long:4")));
    // A draft never sets the stricter value by itself, an unverified value never at all.
    check(&["short", "draft"], &[], Some((15, "short:4")));
    check(&["short", "draft"], &["draft"], Some((90, "draft:4")));
    check(&["short", "garbled"], &[], Some((15, "short:4")));
    check(&["garbled"], &[], None);
}

#[test]
fn private_places_are_a_union_of_what_binds() {
    let library = four();
    let check =
        |under: &[&str], adopted: &[&str], kind: &str, forbidden: Option<&str>, warned: Option<&str>| {
            let (under, adopted) = (owned(under), owned(adopted));
            let rules = Rules::of(&library, &under, &adopted);
            assert_eq!(
                rules.forbids_private(kind).map(|id| id.to_string()).as_deref(),
                forbidden,
                "{under:?} {kind}"
            );
            assert_eq!(
                rules.warns_of_private(kind).map(|id| id.to_string()).as_deref(),
                warned,
                "{under:?} {kind}"
            );
        };
    check(&["short", "draft"], &[], "toilet", Some("short:4"), Some("short:4"));
    check(&["short", "draft"], &[], "office", None, Some("draft:4"));
    check(&["short", "draft"], &["draft"], "office", Some("draft:4"), Some("draft:4"));
    check(&["long"], &[], "office", None, None);
}

fn owned(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|&id| id.to_owned()).collect()
}

#[test]
fn a_wrong_pack_is_refused_with_its_file_and_place() {
    let good = pack("short", "in-force", "", &days(15, "text"), "\"toilet\"");
    let check = |file: &str, text: &str, problem: &str| {
        let error = library(&[(file, text)]).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{file}: ")) && error.contains(problem), "{error}");
    };
    check("other.toml", &good, "not named as its pack");
    check("short.toml", &good.replace("number = \"4\"", "number = \"\""), "article '' is empty");
    check("short.toml", &good.replace("\"floor\"", "\"roof\""), "article 4: no control 'roof'");
    check("short.toml", &good.replace("\"floor\"", "\"private\""), "'private' does not serve O4");
    check("short.toml", &good.replace("\"toilet\"", "\"attic\""), "no private kind 'attic'");
    check("short.toml", &good.replace("user-unit", "passer-by"), "passer-by");
    check("short.toml", &good.replace("footage_floor_days", "footage_flour_days"), "footage_flour_days");
    check("short.toml", &good.replace("440100", "44010x"), "division");
    check("short.toml", &good.replace("zh = \"保存\"", "zh = \"\""), "missing in Chinese or English");
    check("short.toml", &good.replace("[1, 9]", "[9, 1]"), "the first is after the last");
    check("short.toml", &good.replace("value = 15", "value = 70000"), "70000");
    let twice = library(&[("short.toml", &good), ("short.toml", &good)]).unwrap_err().to_string();
    assert_eq!(twice, "short.toml: a second pack 'short'");
    let orphan = pack("short", "draft", "superseded_by = \"none\"", &days(15, "text"), "\"toilet\"");
    assert_eq!(
        library(&[("short.toml", &orphan)]).unwrap_err().to_string(),
        "short: superseded_by: no pack 'none'"
    );
}

#[test]
fn a_control_that_is_done_names_code_and_test() {
    let check = |from: &str, to: &str, problem: &str| {
        let controls = CONTROLS.replace(from, to);
        let sources = Sources { packs: &[], controls: &controls, places: PLACES };
        let error = Library::read(&sources).unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
    };
    check("test = \"a.rs::keeps\"", "", "'floor' is done but has no code or no test");
    check("a.rs::keeps", "a.rs", "'floor' is done but has no code or no test");
    check("status = \"done\"", "status = \"planned\"", "'floor' is planned but names code or a test");
    check("id = \"private\"", "id = \"floor\"", "control 'floor' is empty or there twice");
}

#[test]
fn an_article_is_found_by_its_name_and_by_a_clause_of_it() {
    let library = four();
    let check = |text: &str, found: bool| {
        let id: ArticleId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(library.article(&id).is_some(), found, "{text}");
    };
    check("short:4", true);
    check("short:4(ii)", true);
    check("short:5", false);
    check("none:4", false);
    for bad in ["", "short", ":4", "short:", "short:4 4", "sh/ort:4", &format!("{}:4", "a".repeat(65))] {
        assert!(bad.parse::<ArticleId>().is_err(), "{bad}");
    }
}

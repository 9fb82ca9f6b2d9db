//! Reading and combining, with small packs written here. What is shipped is tested in `tests/packs.rs`.

use super::*;

const TODAY: &str = "2026-11-28";

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

/// Each pack that asks for a second pair of eyes adds to the others; what was garbled, or does not bind, asks for nothing.
#[test]
fn a_second_pair_of_eyes_is_a_union() {
    let wants = |value: &str, mark: &str| {
        format!("{}\nfour_eyes_recorded = {{ value = {{ {value} }}, mark = \"{mark}\" }}", days(15, "text"))
    };
    let [both, copies] =
        [wants("by = \"presence\"", "text"), wants("by = \"approval\", acts = [\"export\"]", "text")];
    let unread = wants("by = \"presence\"", "unverified");
    let packs = [("both", &both), ("copies", &copies), ("unread", &unread)];
    let mut texts: Vec<(String, String)> = packs
        .map(|(id, floor)| (format!("{id}.toml"), pack(id, "in-force", "", floor, "\"toilet\"")))
        .to_vec();
    texts.push(("draft.toml".into(), pack("draft", "draft", "", &both, "\"toilet\"")));
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let library = library(&texts).unwrap();
    let check = |named: &[&str], expected: &[(&str, crate::access::SecondEyes)]| {
        let named = owned(named);
        let found =
            Rules::of(&library, &Under { named: &named, today: TODAY, ..Under::default() }).four_eyes();
        let found: Vec<_> = found.iter().map(|rule| (rule.article.as_ref(), rule.asked.by)).collect();
        assert_eq!(found, expected, "{named:?}");
    };
    use crate::access::SecondEyes::{Approval, Presence};
    check(&[], &[]);
    check(&["both"], &[("both:4", Presence)]);
    check(&["both", "copies"], &[("both:4", Presence), ("copies:4", Approval)]);
    check(&["unread", "draft"], &[]);
    let wrong = pack("odd", "in-force", "", &wants("by = \"glance\"", "text"), "\"toilet\"");
    assert!(self::library(&[("odd.toml", &wrong)]).is_err());
}

#[test]
fn the_strictest_that_binds_wins_and_names_its_article() {
    let library = four();
    let check = |under: &[&str], adopted: &[&str], expected: Option<(u16, &str)>| {
        let (under, adopted) = (owned(under), owned(adopted));
        let floor = Rules::of(
            &library,
            &Under { named: &under, adopted: &adopted, today: TODAY, ..Under::default() },
        )
        .footage_floor_days();
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
            let rules = Rules::of(
                &library,
                &Under { named: &under, adopted: &adopted, today: TODAY, ..Under::default() },
            );
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
    let penalised = |of: &str| {
        let penalty = format!(
            "{}\npenalty = {{ value = [{{ for = [\"4\"], clauses = [\"{of}\"], chain = [\"warn\"], mark = \"text\" }}], mark = \"text\" }}",
            days(15, "text")
        );
        let pack = pack("short", "in-force", "", &penalty, "\"toilet\"");
        pack.replace("obligation = \"O4\"", "obligation = \"O4\"\nclause = \"4, first paragraph\"")
    };
    library(&[("short.toml", &penalised("4, first paragraph"))]).unwrap();
    check("short.toml", &penalised("4, frist paragraph"), "'4, frist paragraph', which is no duty's");
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

#[test]
fn the_area_of_a_pack_is_its_division_and_what_lies_below() {
    let check = |area: Option<&str>, code: &str, holds: bool| {
        let mut library = four();
        library.packs[0].division = area.map(str::to_owned);
        assert_eq!(library.packs[0].holds(code), holds, "{area:?} {code}");
        let (divisions, none) = ([code.to_owned()], Vec::new());
        let under = Under { divisions: &divisions, named: &none, today: TODAY, ..Under::default() };
        let found = Rules::of(&library, &under).packs().any(|(pack, _)| pack.id == "short");
        assert_eq!(found, holds, "{area:?} {code}");
    };
    check(Some("440106"), "440106", true);
    check(Some("440106"), "440105", false);
    check(Some("440106"), "440100", false);
    check(Some("440100"), "440106", true);
    check(Some("440100"), "440100", true);
    check(Some("440100"), "440300", false);
    check(Some("440000"), "440300", true);
    check(Some("440000"), "450300", false);
    // The four municipalities are provinces.
    check(Some("500000"), "500103", true);
    check(Some("000000"), "440106", true);
    check(Some("000000"), "820000", true);
    // GB/T 2260 ends at 82: what follows is abroad.
    check(Some("000000"), "990106", false);
    check(None, "440106", false);
}

#[test]
fn a_pack_binds_from_the_day_it_is_in_force_until_its_successor_is() {
    let check = |own: &str, successor: &str, today: &str, binds: bool| {
        let old = pack("old", "in-force", &format!("{own}\nsuperseded_by = \"new\""), &days(15, "text"), "");
        let new = pack("new", "in-force", successor, &days(30, "text"), "");
        let library = library(&[("old.toml", &old), ("new.toml", &new)]).unwrap();
        assert_eq!(library.binds(&library.packs[0], today), binds, "{own} {successor} {today}");
    };
    check("in_force = 2024-02-29", "in_force = 2026-05-01", "2024-02-28", false);
    check("in_force = 2024-02-29", "in_force = 2026-05-01", "2024-02-29", true);
    check("in_force = 2024-02-29", "in_force = 2026-05-01", "2026-04-30", true);
    check("in_force = 2024-02-29", "in_force = 2026-05-01", "2026-05-01", false);
    check("", "in_force = 2026-05-01", "2026-04-30", true);
    check("", "", "2026-04-30", false);
}

const OVERRIDE: &str = "short:4";

fn set(article: &str, parameter: &str, value: serde_json::Value, place: Option<&str>) -> Override {
    Override {
        article: article.parse().unwrap(),
        parameter: parameter.into(),
        value,
        from: "2026-01-01".into(),
        until: Some("2026-12-31".into()),
        place: place.map(str::to_owned),
    }
}

#[test]
fn an_override_is_of_a_known_value_in_its_article_and_shape() {
    use serde_json::json;
    let library = four();
    let check = |new: Override, fields: &[&str]| {
        let found: Vec<String> = problems(&library, &new).into_iter().map(|problem| problem.field).collect();
        assert_eq!(found, fields, "{new:?}");
    };
    let floor = |value: serde_json::Value| set(OVERRIDE, "footage_floor_days", value, None);
    check(floor(json!(45)), &[]);
    check(floor(json!(0)), &["value"]);
    check(floor(json!(3_651)), &["value"]);
    check(floor(json!("45")), &["value"]);
    check(floor(json!(true)), &["value"]);
    check(set(OVERRIDE, "private_place_kinds", json!(["toilet", "office"]), Some("P")), &[]);
    check(set(OVERRIDE, "private_place_kinds", json!(["attic"]), None), &["value"]);
    check(set(OVERRIDE, "private_place_kinds", json!([]), None), &["value"]);
    check(set(OVERRIDE, "retrieval", json!([]), None), &["parameter"]);
    check(set(OVERRIDE, "penalty", json!([]), None), &["parameter"]);
    check(set(OVERRIDE, "public_area_builder", json!("anyone"), None), &["parameter"]);
    check(set(OVERRIDE, "filing_window_days", json!(10), None), &["article"]);
    check(set(OVERRIDE, "filing_window_days", json!(10), Some("P")), &["place_id", "article"]);
    check(set("short:5", "footage_floor_days", json!(45), None), &["article"]);
    check(set("none:4", "footage_floor_days", json!(45), None), &["article"]);
    check(Override { from: "2026-02-29".into(), ..floor(json!(45)) }, &["from"]);
    check(Override { until: Some("2025-12-31".into()), ..floor(json!(45)) }, &["until"]);
    check(Override { until: Some("soon".into()), ..floor(json!(45)) }, &["until"]);
    check(Override { until: None, ..floor(json!(45)) }, &[]);
}

#[test]
fn an_override_is_never_weaker_than_what_a_text_says() {
    use serde_json::json;
    let garbled = pack("garbled", "in-force", "", &days(60, "unverified"), "");
    let own = pack("own", "in-force", "", &days(30, "product"), "");
    let plain = pack("plain", "in-force", "", &days(30, "text"), "\"toilet\", \"office\"");
    let unread = pack("unread", "in-force", "", &days(30, "text"), "\"toilet\", \"office\"").replace(
        "[\"toilet\", \"office\"], mark = \"text\"",
        "[\"toilet\", \"office\"], mark = \"unverified\"",
    );
    let files =
        [("garbled.toml", &garbled), ("own.toml", &own), ("plain.toml", &plain), ("unread.toml", &unread)];
    let files = files.map(|(name, text)| (name, text.as_str()));
    let library = library(&files).unwrap();
    let check = |pack: &str, parameter: &str, value: serde_json::Value, refused: bool| {
        let found = refuse_override(&library, &set(&format!("{pack}:4"), parameter, value.clone(), None));
        assert_eq!(found.map(|refusal| refusal.code), refused.then_some("override_weaker"), "{pack} {value}");
    };
    check("plain", "footage_floor_days", json!(29), true);
    check("plain", "footage_floor_days", json!(30), false);
    check("plain", "footage_floor_days", json!(31), false);
    // A default of ours is a floor that is computed with; one that is garbled is not.
    check("own", "footage_floor_days", json!(29), true);
    check("garbled", "footage_floor_days", json!(29), false);
    check("plain", "private_place_kinds", json!(["toilet"]), true);
    check("plain", "private_place_kinds", json!(["office", "toilet"]), false);
    check("unread", "private_place_kinds", json!(["toilet"]), false);
}

#[test]
fn a_yes_or_no_is_set_as_one_and_no_never_lifts_a_yes() {
    use serde_json::json;
    let given = |id: &str, value: bool, mark: &str| {
        let line = format!("qualification_required = {{ value = {value}, mark = \"{mark}\" }}\n");
        pack(id, "in-force", "", &days(30, "text"), "\"toilet\"") + &line
    };
    let (yes, no, unread) =
        (given("yes", true, "text"), given("no", false, "text"), given("unread", true, "unverified"));
    let library = library(&[("yes.toml", &yes), ("no.toml", &no), ("unread.toml", &unread)]).unwrap();
    let check = |pack: &str, value: serde_json::Value, fields: &[&str], refused: bool| {
        let new = set(&format!("{pack}:4"), "qualification_required", value, None);
        let found: Vec<String> = problems(&library, &new).into_iter().map(|problem| problem.field).collect();
        assert_eq!(found, fields, "{new:?}");
        if fields.is_empty() {
            let refusal = refuse_override(&library, &new).map(|refusal| refusal.code);
            assert_eq!(refusal, refused.then_some("override_weaker"), "{new:?}");
        }
    };
    check("yes", json!(true), &[], false);
    check("yes", json!(false), &[], true);
    check("no", json!(true), &[], false);
    check("no", json!(false), &[], false);
    // What nobody has read for certain gives way to what somebody looked up.
    check("unread", json!(false), &[], false);
    for wrong in [json!("yes"), json!(1), json!(null), json!([true])] {
        check("yes", wrong, &["value"], false);
    }
}

#[test]
fn an_override_counts_on_its_days_and_at_its_place() {
    use serde_json::json;
    let library = four();
    let (named, none) = (owned(&["short", "garbled"]), Vec::new());
    let check = |one: Override, today: &str, place: &str, expected: u16| {
        let overrides = [one];
        let under = Under { named: &named, adopted: &none, overrides: &overrides, today, ..Under::default() };
        let rules = Rules::of(&library, &under);
        let found = rules.at(place).footage_floor_days().unwrap();
        assert_eq!(found.value, expected, "{overrides:?} {today} {place}");
        let mark = if expected == 15 { Mark::Text } else { Mark::Override };
        assert_eq!(found.mark, mark);
    };
    let floor = |days: u16, place: Option<&str>| set(OVERRIDE, "footage_floor_days", json!(days), place);
    check(floor(45, None), "2026-01-01", "P", 45);
    check(floor(45, None), "2025-12-31", "P", 15);
    check(floor(45, None), "2026-12-31", "P", 45);
    check(floor(45, None), "2027-01-01", "P", 15);
    check(Override { until: None, ..floor(45, None) }, "2099-01-01", "P", 45);
    check(floor(45, Some("P")), TODAY, "P", 45);
    check(floor(45, Some("P")), TODAY, "Q", 15);
    // One that is weaker than the pack became since counts for nothing.
    check(floor(10, None), TODAY, "P", 15);
    // What was garbled and looked up is computed with from then on.
    let looked_up = set("garbled:4", "footage_floor_days", json!(60), None);
    check(looked_up, TODAY, "P", 60);
}

proptest::proptest! {
    /// Whatever a unit sets, asked for or not: no floor gets shorter, and no private place that a text names is lifted.
    #[test]
    fn no_override_shortens_a_floor_or_lifts_a_private_place(
        sets in proptest::collection::vec((0..4_usize, 0..200_u16, 0..3_u8, 0..3_usize), 0..6),
        under in proptest::collection::vec(0..4_usize, 0..4),
        adopts in proptest::collection::vec(0..4_usize, 0..4),
    ) {
        let library = four();
        let ids = ["short", "long", "draft", "garbled"];
        let of = |all: &[usize]| all.iter().map(|at| ids[*at].to_owned()).collect::<Vec<_>>();
        let overrides: Vec<Override> = sets.iter().map(|(pack, days, what, place)| {
            let (name, value) = match what {
                0 => ("footage_floor_days", serde_json::json!(days)),
                1 => ("private_place_kinds", serde_json::json!(["office"])),
                _ => ("private_place_kinds", serde_json::json!([])),
            };
            set(&format!("{}:4", ids[*pack]), name, value, [None, Some("P"), Some("Q")][*place])
        }).collect();
        let (named, adopted) = (of(&under), of(&adopts));
        let without = Under { named: &named, adopted: &adopted, today: TODAY, ..Under::default() };
        let (before, rules) =
            (Rules::of(&library, &without), Rules::of(&library, &Under { overrides: &overrides, ..without }));
        let after = rules.at("P");
        let days = |rules: &Rules<'_>| rules.footage_floor_days().map_or(0, |floor| floor.value);
        proptest::prop_assert!(days(&after) >= days(&before));
        for kind in before.private_kinds() {
            proptest::prop_assert!(after.forbids_private(&kind).is_some(), "{}", kind);
        }
        // A draft that nobody adopted refuses nothing, whatever is set beside it.
        let draft = rules.packs().find(|(pack, _)| pack.id == "draft");
        proptest::prop_assert!(
            draft.is_none_or(|(_, force)| force == Force::Findings || adopted.contains(&"draft".to_owned()))
        );
    }
}

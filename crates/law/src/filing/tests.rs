//! Filings day by day, under the packs that are shipped.

use super::{Filed, FilingFacts, FilingState, filings, wrong, wrong_since};
use crate::Day;
use crate::detect::Named;
use crate::packs::{FilingFrom, Library, Rules, Under};

fn day(text: &str) -> Day {
    Day::read(text).unwrap()
}

/// `accepted`, `used` and so on as `name=day`, `filed=pack@day`, with `@entered` and `@received` where these are other days, `outdated=pack@day`,
/// `paper=kind`, `ended`.
fn facts(words: &str) -> FilingFacts {
    let mut facts = FilingFacts::default();
    for word in words.split_whitespace() {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        match name {
            "completed" => facts.completed = Some(day(value)),
            "accepted" => facts.accepted = Some(day(value)),
            "used" => facts.used = Some(day(value)),
            "paper" => facts.papers.push(value.into()),
            "ended" => facts.ended = true,
            "filed" | "outdated" => {
                let parts: Vec<&str> = value.split('@').collect();
                let (pack, on) = (parts[0], parts[1]);
                facts.filed.push(Filed {
                    pack: pack.into(),
                    on: day(on),
                    entered: day(parts.get(2).unwrap_or(&on)),
                    received: parts.get(3).map(|received| day(received)),
                    outdated: name == "outdated",
                    changed: (name == "outdated").then(|| day(on).plus(9)),
                    shown_by: Named { id: "filing".into(), name: on.into() },
                });
            }
            other => panic!("no fact '{other}'"),
        }
    }
    facts
}

fn said(state: FilingState) -> String {
    match state {
        FilingState::NotYet => "not yet".into(),
        FilingState::Undated => "undated".into(),
        FilingState::Owed { due } => format!("owed {due}"),
        FilingState::Late { due } => format!("late {due}"),
        FilingState::Filed { on, late_days } => format!("filed {on} late {late_days}"),
        FilingState::Amend { filed } => format!("amend {filed}"),
    }
}

/// Since when something is wrong, and what shows it.
#[test]
fn what_is_late_or_outdated_knows_since_when_and_by_what() {
    let library = Library::with_shipped(&[]).unwrap();
    let check = |pack: &str, words: &str, today: &str, expected: (Option<&str>, Option<&str>)| {
        let named = [pack.to_owned()];
        let rules = Rules::of(&library, &Under { named: &named, today, ..Under::default() });
        let mut facts = facts(words);
        let step = |from, id: &str| (from, Named { id: id.into(), name: String::new() });
        facts.steps = vec![step(FilingFrom::Acceptance, "acceptance"), step(FilingFrom::Use, "use")];
        let all = filings(&rules, &facts, day(today));
        let since = wrong_since(&all[0]).map(|day| day.to_string());
        let shown = all[0].shown_by.as_ref().map(|shown| shown.id.as_str());
        assert_eq!((since.as_deref(), shown), expected, "{pack}: {words} on {today}");
    };
    let shown = Some("acceptance");
    check("datong-2008", "accepted=2024-01-30", "2024-02-29", (None, shown));
    check("datong-2008", "accepted=2024-01-30 used=2024-02-02", "2024-06-01", (Some("2024-02-29"), shown));
    // The step that the window runs from stands for an earlier one that is not known.
    check("datong-2008", "used=2024-01-30", "2024-06-01", (Some("2024-02-29"), Some("use")));
    check(
        "national-2025",
        "accepted=2027-01-01 used=2027-01-05",
        "2027-03-01",
        (Some("2027-02-04"), Some("use")),
    );
    // A system that is older than the rules: no step of its own began it.
    check("datong-2008", "used=2007-05-01", "2024-06-01", (Some("2008-04-30"), None));
    let filed = Some("filing");
    check("national-2025", "used=2027-01-05 filed=national-2025@2027-01-20", "2027-06-01", (None, filed));
    let outdated = "used=2027-01-05 outdated=national-2025@2027-01-20";
    check("national-2025", outdated, "2027-06-01", (Some("2027-01-29"), filed));
}

#[test]
fn a_filing_runs_from_the_day_that_its_pack_names() {
    let library = Library::with_shipped(&[]).unwrap();
    let check = |pack: &str, words: &str, today: &str, expected: &str| {
        let named = [pack.to_owned()];
        let rules = Rules::of(&library, &Under { named: &named, today, ..Under::default() });
        let all = filings(&rules, &facts(words), day(today));
        let states: Vec<String> = all.iter().map(|filing| said(filing.state)).collect();
        assert_eq!(states.join(", "), expected, "{pack}: {words} on {today}");
    };
    // datong-2008:15: thirty days from acceptance; the last day is in time. February has its leap day.
    check("datong-2008", "", "2024-03-01", "not yet");
    check("datong-2008", "completed=2024-01-01", "2024-12-01", "not yet");
    check("datong-2008", "accepted=2024-01-30", "2024-01-30", "owed 2024-02-29");
    check("datong-2008", "accepted=2024-01-30", "2024-02-29", "owed 2024-02-29");
    check("datong-2008", "accepted=2024-01-30", "2024-03-01", "late 2024-02-29");
    check("datong-2008", "accepted=2023-01-30", "2023-03-01", "owed 2023-03-01");
    // Systems older than the rules: sixty days from the day in force.
    check("datong-2008", "used=2005-06-01", "2008-04-30", "owed 2008-04-30");
    check("datong-2008", "used=2005-06-01", "2008-05-01", "late 2008-04-30");
    check("datong-2008", "used=2008-03-01", "2008-03-02", "owed 2008-03-31");
    // chongqing:9: from completion; the text gives no day in force, so nobody can say that a system is older.
    check("chongqing", "completed=2026-10-01 accepted=2026-11-01", "2026-10-31", "owed 2026-10-31");
    check("chongqing", "completed=2026-10-01 accepted=2026-11-01", "2026-11-02", "late 2026-10-31");
    check("chongqing", "used=2001-01-01", "2026-11-02", "late 2001-01-31");
    // national-2025: thirty days from use, ninety for those that were there.
    check("national-2025", "accepted=2026-01-01", "2026-11-02", "not yet");
    check("national-2025", "accepted=2026-01-01 used=2026-10-20", "2026-11-02", "owed 2026-11-19");
    check("national-2025", "used=2020-01-01", "2025-06-30", "owed 2025-06-30");
    check("national-2025", "used=2020-01-01", "2025-07-01", "late 2025-06-30");
    // None stated.
    check("guangzhou-2007", "accepted=2024-01-30 used=2024-02-01", "2026-01-01", "");
    check("qingdao", "accepted=2024-01-30 used=2024-02-01", "2026-01-01", "");
    // Filed: in time, late, once more; what changed since is told where the text wants to hear of it.
    let filed = "accepted=2024-01-30 filed=datong-2008@2024-02-29";
    check("datong-2008", filed, "2026-01-01", "filed 2024-02-29 late 0");
    check(
        "datong-2008",
        "accepted=2024-01-30 filed=datong-2008@2024-03-09",
        "2026-01-01",
        "filed 2024-03-09 late 9",
    );
    check(
        "datong-2008",
        "accepted=2024-01-30 outdated=datong-2008@2024-02-01",
        "2026-01-01",
        "filed 2024-02-01 late 0",
    );
    check(
        "national-2025",
        "used=2026-10-20 outdated=national-2025@2026-11-01",
        "2026-12-01",
        "amend 2026-11-01",
    );
    check(
        "national-2025",
        "used=2026-10-20 outdated=national-2025@2026-11-01 filed=national-2025@2026-11-20",
        "2026-12-01",
        "filed 2026-11-20 late 0",
    );
    // A day that is only said makes nothing timely: an entry of that time does, or the organ's receipt.
    let back_dated = |rest: &str| format!("accepted=2024-01-30 filed=datong-2008@2024-02-10@{rest}");
    check("datong-2008", &back_dated("2024-03-10"), "2026-01-01", "filed 2024-02-10 late 10");
    check("datong-2008", &back_dated("2024-02-29"), "2026-01-01", "filed 2024-02-10 late 0");
    check("datong-2008", &back_dated("2024-03-10@2024-02-29"), "2026-01-01", "filed 2024-02-10 late 0");
    check("datong-2008", &back_dated("2024-03-10@2024-03-01"), "2026-01-01", "filed 2024-02-10 late 1");
    check("datong-2008", &back_dated("2024-03-10@2024-04-01"), "2026-01-01", "filed 2024-02-10 late 10");
    check(
        "datong-2008",
        "accepted=2024-01-30 filed=datong-2008@2024-03-05@2024-03-20",
        "2026-01-01",
        "filed 2024-03-05 late 5",
    );
    // Filed under another pack is not filed under this one.
    check(
        "datong-2008",
        "accepted=2024-01-30 filed=national-2016@2024-02-01",
        "2024-03-01",
        "late 2024-02-29",
    );
    // A clock set back to before the acceptance makes nothing late.
    check("datong-2008", "accepted=2024-01-30", "1970-01-01", "owed 2024-02-29");
    // Taken down later: what was owed stays owed; what never was in use owes nothing.
    check("datong-2008", "accepted=2024-01-30 used=2024-02-01 ended", "2024-03-01", "late 2024-02-29");
    check("datong-2008", "accepted=2024-01-30 ended", "2024-03-01", "not yet");
}

#[test]
fn a_year_of_days_turns_owed_into_late_once() {
    let library = Library::with_shipped(&[]).unwrap();
    let named = ["national-2016".to_owned()];
    let under = Under { named: &named, adopted: &named, today: "2023-12-20", ..Under::default() };
    let rules = Rules::of(&library, &under);
    let facts = facts("accepted=2023-12-20");
    let mut turned = Vec::new();
    for ahead in 0..366 {
        let today = day("2023-12-20").plus(ahead);
        let all = filings(&rules, &facts, today);
        if wrong(&all[0]).is_some() {
            turned.push(today);
        }
    }
    assert_eq!(turned.first(), Some(&day("2024-01-20")));
    assert_eq!(turned.len(), 366 - 31);
}

#[test]
fn a_filing_names_recipient_papers_and_what_is_missing() {
    let library = Library::with_shipped(&[]).unwrap();
    let named = ["datong-2008".to_owned()];
    let rules = Rules::of(&library, &Under { named: &named, today: "2024-02-01", ..Under::default() });
    let all = filings(&rules, &facts("accepted=2024-01-30 paper=design"), day("2024-02-01"));
    let filing = &all[0];
    assert_eq!(filing.article.to_string(), "datong-2008:15");
    assert_eq!(filing.missing, ["contract", "acceptance"]);
    assert!(filing.unverified, "the copy is unclear about where the window begins");
    assert!(filing.recipient.as_ref().is_some_and(|to| to.zh.contains("公安")));
}

#[test]
fn two_packs_are_two_filings() {
    let library = Library::with_shipped(&[]).unwrap();
    let packs = ["datong-2008".to_owned(), "national-2025".to_owned()];
    let all = filings(
        &Rules::of(&library, &Under { named: &packs, today: "2026-11-02", ..Under::default() }),
        &facts("accepted=2026-10-01 used=2026-10-20"),
        day("2026-11-02"),
    );
    let said: Vec<String> = all.iter().map(|one| format!("{} {}", one.article, said(one.state))).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.contains(&"datong-2008:15 late 2026-10-31".to_owned()), "{said:?}");
}

//! `judge` as a table over packs, organs, grounds, ways and papers. What is expected was written from the articles, not from the code.

use super::*;
use crate::packs::{Library, Rules, Under};
use proptest::prelude::*;

const TODAY: &str = "2026-11-29";

/// Where the cameras are, and which packs the unit there has adopted.
fn rules<'l>(library: &'l Library, place: &str) -> Rules<'l> {
    let (division, adopted): (&str, &[&str]) = match place {
        "guangzhou" => ("440105", &[]),
        "guangzhou+draft" => ("440105", &["national-2016"]),
        "datong" => ("140213", &[]),
        "datong+draft" => ("140213", &["national-2016"]),
        "qingdao" => ("370202", &["qingdao"]),
        "qingdao, not adopted" => ("370202", &[]),
        "chongqing" => ("500103", &["chongqing"]),
        "beijing" => ("110101", &[]),
        "beijing+draft" => ("110101", &["national-2016"]),
        "abroad" => ("990106", &[]),
        other => panic!("no place {other}"),
    };
    let (divisions, adopted) = ([division.to_owned()], adopted.iter().map(|pack| (*pack).to_owned()));
    let adopted: Vec<String> = adopted.collect();
    let under = Under { divisions: &divisions, adopted: &adopted, today: TODAY, ..Under::default() };
    Rules::of(library, &under)
}

#[test]
fn a_name_without_its_scan_or_its_date_is_no_paper() {
    let check = |has_file: bool, dated: Option<&str>, until: Option<&str>, expected: Option<Unfit>| {
        assert_eq!(unfit(has_file, dated, until, "2026-11-29"), expected, "{has_file} {dated:?} {until:?}");
    };
    check(true, Some("2026-11-29"), None, None);
    check(true, Some("2026-11-01"), Some("2026-11-29"), None);
    check(false, Some("2026-11-29"), None, Some(Unfit::NoScan));
    check(false, None, None, Some(Unfit::NoScan));
    check(true, None, None, Some(Unfit::NoDate));
    check(true, None, Some("2027-01-01"), Some(Unfit::NoDate));
    check(true, Some("2026-11-30"), None, Some(Unfit::NotToday));
    check(true, Some("2026-11-01"), Some("2026-11-28"), Some(Unfit::NotToday));
    // What is lacking is said as it is, in both languages.
    let library = Library::with_shipped(&[]).unwrap();
    let said = |unfit: Option<Unfit>| {
        let mut facts = facts("public-security law-enforcement copy | law");
        facts.unfit = unfit.into_iter().map(|unfit| (Paper::LetterOfIntroduction, unfit)).collect();
        let verdict = judge(&facts, &[rules(&library, "guangzhou")]);
        let lack = verdict.missing().iter().find(|lack| lack.missing.code() == "paper").cloned().unwrap();
        assert_eq!(lack.article.to_string(), "guangzhou-2007:19");
        let (reason, remedy) = lack.missing.words();
        assert!(!remedy.zh.is_empty() && !remedy.en.is_empty());
        (reason.zh, reason.en)
    };
    let all = [None, Some(Unfit::NoScan), Some(Unfit::NoDate), Some(Unfit::NotToday)].map(said);
    assert!(all[1].1.contains("no scan") && all[1].0.contains("扫描件"), "{all:?}");
    assert!(all[2].1.contains("no date") && all[2].0.contains("日期"), "{all:?}");
    assert!(all[0] != all[3], "{all:?}");
}

#[test]
fn secrecy_is_asked_where_the_pack_under_which_it_is_judged_asks_for_it() {
    let library = Library::with_shipped(&[]).unwrap();
    let check = |place: &str, asked: &str, expected: Option<&str>| {
        let found = undertaking(&facts(asked), &[rules(&library, place)]).map(|article| article.to_string());
        assert_eq!(found.as_deref(), expected, "{place}: {asked}");
    };
    check("datong", "government emergency copy | work work paper form", Some("datong-2008:21"));
    check("datong", "government emergency copy |", Some("datong-2008:21"));
    check("datong", "court trial copy | work paper", None);
    check("guangzhou", "public-security law-enforcement copy | law letter", None);
    check("beijing", "public-security investigation copy | work paper", None);
}

fn word<T: Copy>(all: &[T], name: fn(T) -> &'static str, word: &str) -> T {
    let found = all.iter().copied().find(|one| name(*one) == word);
    found.unwrap_or_else(|| panic!("no word '{word}'"))
}

/// `organ ground way wanted | facts`: officers by their certificate (`law`, `work`, `none`), `unchecked`, papers (`letter`,
/// `paper`, `form`), `closed`, `level=…`, `invokes=…`.
fn facts(asked: &str) -> RetrievalFacts {
    let (what, has) = asked.split_once('|').unwrap_or((asked, ""));
    let words: Vec<&str> = what.split_whitespace().collect();
    let mut facts = RetrievalFacts {
        organ: word(Organ::ALL, Organ::as_str, words[0]),
        ground: word(Ground::ALL, Ground::as_str, words[1]),
        level: None,
        way: word(Way::ALL, Way::as_str, words[2]),
        wanted: words.get(3).map_or(Wanted::Footage, |of| word(Wanted::ALL, Wanted::as_str, of)),
        inquiry_closed: false,
        officers: Vec::new(),
        papers: Vec::new(),
        unfit: Vec::new(),
        invokes: None,
    };
    let unchecked = has.contains("unchecked");
    let officer = |certificate| OfficerFacts { certificate, checked: !unchecked };
    for word_ in has.split_whitespace() {
        match word_ {
            "law" => facts.officers.push(officer(Some(Paper::LawEnforcementCertificate))),
            "work" => facts.officers.push(officer(Some(Paper::WorkCertificate))),
            "none" => facts.officers.push(officer(None)),
            "unchecked" => {}
            "letter" => facts.papers.push(Paper::LetterOfIntroduction),
            "paper" => facts.papers.push(Paper::SupportingDocument),
            "form" => facts.papers.push(Paper::RegistrationForm),
            "closed" => facts.inquiry_closed = true,
            other => match other.split_once('=') {
                Some(("level", level)) => {
                    facts.level = Some(word(OrganLevel::ALL, OrganLevel::as_str, level));
                }
                Some(("invokes", pack)) => facts.invokes = Some(pack.to_owned()),
                _ => panic!("no fact '{other}'"),
            },
        }
    }
    facts
}

fn said(verdict: &Verdict) -> String {
    let lacks = verdict.missing().iter().map(|lack| format!("{}@{}", lack.missing.code(), lack.article));
    let why = match verdict {
        Verdict::Refuse { why, .. } => format!(" {}", why.code()),
        _ => String::new(),
    };
    let lacks: Vec<String> = lacks.collect();
    format!("{} {}{why} {}", verdict.as_str(), verdict.article(), lacks.join(" ")).trim().to_owned()
}

const CASES: &[(&str, &str, &str)] = &[
    // guangzhou-2007:18 and :19: the police for law enforcement, with letter and certificate; else the unit may refuse.
    ("guangzhou", "public-security law-enforcement copy | law letter", "open guangzhou-2007:18"),
    ("guangzhou", "public-security law-enforcement view | law letter", "open guangzhou-2007:18"),
    ("guangzhou", "national-security law-enforcement copy | law letter", "open guangzhou-2007:18"),
    ("guangzhou", "public-security law-enforcement copy | law law letter", "open guangzhou-2007:18"),
    (
        "guangzhou",
        "public-security law-enforcement copy | law",
        "may-refuse guangzhou-2007:19 paper@guangzhou-2007:19",
    ),
    (
        "guangzhou",
        "public-security law-enforcement copy | none letter",
        "may-refuse guangzhou-2007:19 certificate@guangzhou-2007:19",
    ),
    (
        "guangzhou",
        "public-security law-enforcement copy | work letter",
        "may-refuse guangzhou-2007:19 certificate@guangzhou-2007:19",
    ),
    // Datong's papers and its form are not Guangzhou's.
    (
        "guangzhou",
        "public-security law-enforcement copy | work work paper form",
        "may-refuse guangzhou-2007:19 paper@guangzhou-2007:19 certificate@guangzhou-2007:19",
    ),
    (
        "guangzhou",
        "public-security law-enforcement copy |",
        "may-refuse guangzhou-2007:19 officers@guangzhou-2007:19 paper@guangzhou-2007:19 certificate@guangzhou-2007:19 \
         credential_check@unit:retrievals",
    ),
    (
        "guangzhou",
        "public-security law-enforcement copy | law letter unchecked",
        "incomplete guangzhou-2007:18 credential_check@unit:retrievals",
    ),
    (
        "guangzhou",
        "national-security law-enforcement view | law",
        "may-refuse guangzhou-2007:19 paper@guangzhou-2007:19",
    ),
    ("guangzhou", "government-department emergency copy | law letter", "open guangzhou-2007:18"),
    ("guangzhou", "emergency-management emergency view | law letter", "open guangzhou-2007:18"),
    (
        "guangzhou",
        "government-department emergency copy | law letter closed",
        "refuse guangzhou-2007:18 inquiry_closed",
    ),
    (
        "guangzhou",
        "government-department emergency copy | law",
        "may-refuse guangzhou-2007:19 paper@guangzhou-2007:19",
    ),
    // A closed inquiry ends the right that came with it, and no other.
    ("guangzhou", "public-security law-enforcement copy | law letter closed", "open guangzhou-2007:18"),
    // Whom Guangzhou does not list on this ground the national order lists, its conditions unverified: some paper.
    ("guangzhou", "public-security investigation copy | law paper", "open national-2025:20"),
    (
        "guangzhou",
        "public-security investigation copy | law",
        "incomplete national-2025:20 any_paper@unit:retrievals",
    ),
    ("guangzhou", "court trial copy | work letter", "open national-2025:20"),
    ("guangzhou", "court trial copy | work", "incomplete national-2025:20 any_paper@unit:retrievals"),
    ("guangzhou", "procuratorate prosecution copy | work paper", "open national-2025:20"),
    ("guangzhou", "government emergency copy | work paper", "open national-2025:20"),
    ("guangzhou", "government-department law-enforcement copy | law paper", "open national-2025:20"),
    // What is unverified does not stand in for a text: a listed requester is judged under it.
    (
        "guangzhou",
        "public-security law-enforcement copy | law paper invokes=national-2025",
        "may-refuse guangzhou-2007:19 paper@guangzhou-2007:19",
    ),
    ("guangzhou", "other investigation copy | none letter", "refuse guangzhou-2007:18 requester"),
    ("guangzhou", "other law-enforcement view | law letter", "refuse guangzhou-2007:18 requester"),
    // Basic data: nobody whom only the footage is for.
    (
        "guangzhou",
        "public-security law-enforcement copy basic-data | law letter",
        "refuse guangzhou-2007:18 basic_data",
    ),
    ("guangzhou", "court trial copy basic-data | work letter", "refuse national-2025:20 basic_data"),
    // With the draft adopted: justice has footage and basic data, and no papers are asked for.
    ("guangzhou+draft", "court trial copy | work", "open national-2016:21"),
    ("guangzhou+draft", "court trial copy basic-data | work", "open national-2016:21"),
    ("guangzhou+draft", "procuratorate prosecution copy | none", "open national-2016:21"),
    ("guangzhou+draft", "public-security investigation copy | law", "open national-2016:21"),
    ("guangzhou+draft", "public-security law-enforcement copy basic-data | law", "open national-2016:21"),
    // Each request is judged under the pack that it names.
    (
        "guangzhou+draft",
        "public-security law-enforcement copy | law invokes=guangzhou-2007",
        "may-refuse guangzhou-2007:19 paper@guangzhou-2007:19",
    ),
    (
        "guangzhou+draft",
        "public-security law-enforcement copy | law invokes=national-2016",
        "open national-2016:21",
    ),
    ("guangzhou+draft", "public-security law-enforcement copy | law", "open national-2016:21"),
    // What the named pack does not grant and another does is judged under the other.
    ("guangzhou+draft", "court trial copy | work invokes=guangzhou-2007", "open national-2016:21"),
    (
        "guangzhou+draft",
        "public-security law-enforcement copy basic-data | law invokes=guangzhou-2007",
        "open national-2016:21",
    ),
    // A court is not one of those that investigate.
    ("guangzhou+draft", "court investigation copy basic-data | work", "refuse national-2016:6 basic_data"),
    // From the county up.
    (
        "guangzhou+draft",
        "government-department emergency copy basic-data | law level=county",
        "open national-2016:21",
    ),
    (
        "beijing+draft",
        "government-department emergency copy | law",
        "incomplete national-2016:21 organ_level@national-2016:21",
    ),
    (
        "beijing+draft",
        "government-department emergency copy | law level=township",
        "refuse national-2016:21 organ_level",
    ),
    ("beijing+draft", "government-department emergency copy | law level=city", "open national-2016:21"),
    (
        "beijing+draft",
        "government-department emergency copy | law level=city closed",
        "refuse national-2016:21 inquiry_closed",
    ),
    // datong-2008:20 and :21: governments in an emergency, two officers, papers, the form.
    ("datong", "government emergency copy | work work paper form", "open datong-2008:20"),
    ("datong", "government-department emergency view | work work paper form", "open datong-2008:20"),
    ("datong", "emergency-management emergency copy | work work paper form", "open datong-2008:20"),
    (
        "datong",
        "government emergency copy | work paper form",
        "incomplete datong-2008:20 officers@datong-2008:21 certificate@datong-2008:21",
    ),
    (
        "datong",
        "government emergency copy | work work form",
        "incomplete datong-2008:20 paper@datong-2008:21",
    ),
    (
        "datong",
        "government emergency copy | work work paper",
        "incomplete datong-2008:20 paper@datong-2008:21",
    ),
    (
        "datong",
        "government emergency copy | law law paper form",
        "incomplete datong-2008:20 certificate@datong-2008:21",
    ),
    // Guangzhou's letter is not the paper that Datong asks for.
    (
        "datong",
        "government-department emergency copy | work work letter form",
        "incomplete datong-2008:20 paper@datong-2008:21",
    ),
    (
        "datong",
        "government emergency copy | work work paper form closed",
        "refuse datong-2008:20 inquiry_closed",
    ),
    (
        "datong",
        "government emergency copy | work work paper form unchecked",
        "incomplete datong-2008:20 credential_check@unit:retrievals",
    ),
    // The second officer that Datong asks of governments is not asked of a court.
    ("datong", "court trial copy | work letter", "open national-2025:20"),
    ("datong+draft", "court trial copy | work", "open national-2016:21"),
    ("datong", "public-security law-enforcement copy | law letter", "open national-2025:20"),
    (
        "datong",
        "public-security law-enforcement copy | law",
        "incomplete national-2025:20 any_paper@unit:retrievals",
    ),
    ("datong", "other emergency view | work work paper form", "refuse datong-2008:20 requester"),
    (
        "datong",
        "government emergency copy basic-data | work work paper form",
        "refuse datong-2008:20 basic_data",
    ),
    // qingdao:13, where adopted: to look, in major emergencies.
    ("qingdao", "emergency-management major-emergency view | work", "open qingdao:13"),
    ("qingdao", "public-security major-emergency view | law", "open qingdao:13"),
    ("qingdao", "court major-emergency view | work paper", "open national-2025:20"),
    ("qingdao", "emergency-management major-emergency copy | work paper", "open national-2025:20"),
    ("qingdao", "emergency-management emergency copy | work paper", "open national-2025:20"),
    (
        "qingdao, not adopted",
        "emergency-management major-emergency view | work",
        "incomplete national-2025:20 any_paper@unit:retrievals",
    ),
    // chongqing:12(4), where adopted: law enforcement uses the system.
    ("chongqing", "public-security law-enforcement view | law", "open chongqing:12"),
    ("chongqing", "government-department law-enforcement view | law", "open chongqing:12"),
    ("chongqing", "public-security law-enforcement copy | law paper", "open national-2025:20"),
    ("chongqing", "court trial view | work paper", "open national-2025:20"),
    // Only the national order.
    ("beijing", "public-security law-enforcement copy | law letter", "open national-2025:20"),
    ("beijing", "government emergency view | none form", "open national-2025:20"),
    ("beijing", "other trial copy | work letter", "refuse national-2025:20 requester"),
    // No pack at all: nobody is entitled.
    ("abroad", "public-security law-enforcement copy | law letter", "refuse unit:retrievals requester"),
    ("abroad", "court trial view | work letter", "refuse unit:retrievals requester"),
];

#[test]
fn each_request_is_judged_under_its_own_pack() {
    let library = Library::with_shipped(&[]).unwrap();
    assert!(CASES.len() >= 60, "{}", CASES.len());
    for (place, asked, expected) in CASES {
        let found = judge(&facts(asked), &[rules(&library, place)]);
        assert_eq!(said(&found), *expected, "{place}: {asked}");
        if let Some(refusal) = incomplete(&found) {
            for text in [&refusal.reason.zh, &refusal.reason.en, &refusal.remedy.zh, &refusal.remedy.en] {
                assert!(!text.is_empty(), "{place}: {asked} lacks words");
            }
        } else {
            assert!(found.missing().is_empty(), "{place}: {asked}");
        }
    }
}

#[test]
fn several_systems_are_as_open_as_the_most_closed_of_them() {
    let library = Library::with_shipped(&[]).unwrap();
    let both = [rules(&library, "guangzhou"), rules(&library, "datong")];
    let check =
        |asked: &str, expected: &str| assert_eq!(said(&judge(&facts(asked), &both)), expected, "{asked}");
    check("public-security law-enforcement copy | law letter", "open national-2025:20");
    check(
        "emergency-management emergency copy | law letter",
        "incomplete datong-2008:20 officers@datong-2008:21 certificate@datong-2008:21 paper@datong-2008:21 \
         paper@datong-2008:21",
    );
    assert_eq!(
        said(&judge(&facts("court trial copy | work letter"), &[])),
        "refuse unit:retrievals requester"
    );
}

#[test]
fn a_unit_refuses_only_where_the_text_gives_the_right() {
    let library = Library::with_shipped(&[]).unwrap();
    let check = |place: &str, asked: &str, expected: Result<&str, &str>| {
        let found = lawful_refusal(&facts(asked), &[rules(&library, place)]);
        let found = found.map(|verdict| verdict.article().to_string()).map_err(|article| article.to_string());
        assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{place}: {asked}");
    };
    let without = "public-security law-enforcement copy | law";
    check("guangzhou", without, Ok("guangzhou-2007:19"));
    check("guangzhou", "public-security law-enforcement copy | law letter", Err("guangzhou-2007:18"));
    // Another pack entitles without the letter: refusing under the one that asks for it would break the other.
    check("guangzhou+draft", without, Err("national-2016:21"));
    check("guangzhou+draft", &format!("{without} invokes=guangzhou-2007"), Err("national-2016:21"));
    check("guangzhou", "government-department emergency copy | law letter closed", Ok("guangzhou-2007:18"));
    check("guangzhou", "other investigation copy | none", Ok("guangzhou-2007:18"));
    // Datong asks for papers and gives no right to refuse: it stays incomplete.
    check("datong", "government emergency copy | work", Err("datong-2008:20"));
    check("datong", "government emergency copy | work closed", Ok("datong-2008:20"));
    check("chongqing", "public-security law-enforcement view | law", Err("chongqing:12"));
    check("beijing", "court trial copy | work", Err("national-2025:20"));
    check("abroad", "court trial copy | work", Ok("unit:retrievals"));
}

#[test]
fn footage_goes_out_before_the_papers_only_where_they_are_no_condition() {
    let library = Library::with_shipped(&[]).unwrap();
    let check = |place: &str, asked: &str, expected: bool| {
        let verdict = judge(&facts(asked), &[rules(&library, place)]);
        assert_eq!(urgent(&verdict).is_ok(), expected, "{place}: {asked}: {}", said(&verdict));
    };
    check("guangzhou", "public-security law-enforcement copy | law", true);
    check("guangzhou", "public-security law-enforcement copy | law unchecked", false);
    check("guangzhou", "public-security law-enforcement copy |", false);
    check("guangzhou", "government-department emergency copy | law", true);
    check("guangzhou", "government-department emergency copy | law closed", false);
    check("guangzhou", "court trial copy | work", false);
    check("datong", "government emergency copy | work work form", false);
    check("datong", "government emergency copy | work work paper form", true);
    check("guangzhou", "other investigation copy | none", false);
}

#[test]
fn what_waits_too_long_is_late() {
    let at = |hours: i64| WallTime(hours * 3_600_000_000);
    let check = |due: Option<i64>, papers: Option<i64>, now: i64, expected: &[Late]| {
        let clock = Clock { due: due.map(at), papers_due: papers.map(at) };
        let found: Vec<Late> = late(clock, at(now)).into_iter().map(|(what, _)| what).collect();
        assert_eq!(found, expected, "{clock:?} at {now}");
        for what in found {
            let (reason, remedy) = late_words(what);
            assert!(!reason.zh.is_empty() && !remedy.en.is_empty());
        }
    };
    check(None, None, 1_000, &[]);
    check(Some(72), None, 72, &[]);
    check(Some(72), None, 73, &[Late::HandOver]);
    check(None, Some(24), 24, &[]);
    check(None, Some(24), 25, &[Late::Papers]);
    check(Some(72), Some(24), 80, &[Late::HandOver, Late::Papers]);
    check(Some(72), Some(24), 30, &[Late::Papers]);
}

/// One fact of a playback changed at a time.
#[test]
fn only_a_playback_of_what_was_approved_counts_as_shown() {
    let cameras: Vec<model::CameraId> =
        (1..=3).map(|id| model::CameraId(uuid::Uuid::from_u128(id))).collect();
    let span = |from: i64, to: i64| model::Span::new(WallTime(from), WallTime(to));
    let approved = Approved { cameras: &cameras[..2], span: span(10, 20) };
    let right = Playback {
        of_unit: true,
        after_approval: true,
        legal_basis: model::LegalBasis::AuthorityRequest,
        cameras: &cameras[..1],
        span: span(15, 30),
        served: true,
    };
    let check = |playback: Playback<'_>, expected: Option<NotShown>| {
        assert_eq!(shows(approved, playback).err(), expected, "{playback:?}");
    };
    check(right, None);
    check(Playback { span: span(0, 11), cameras: &cameras[..2], ..right }, None);
    check(Playback { of_unit: false, ..right }, Some(NotShown::Unknown));
    check(Playback { after_approval: false, ..right }, Some(NotShown::BeforeApproval));
    check(Playback { legal_basis: model::LegalBasis::UnitDuty, ..right }, Some(NotShown::Basis));
    check(Playback { cameras: &cameras, ..right }, Some(NotShown::Cameras));
    check(Playback { cameras: &[], ..right }, Some(NotShown::Cameras));
    check(Playback { span: span(20, 30), ..right }, Some(NotShown::Span));
    check(Playback { span: None, ..right }, Some(NotShown::Span));
    check(Playback { served: false, ..right }, Some(NotShown::Nothing));
}

proptest! {
    /// Supplying more never closes what was open: no officer, certificate or paper too many is held against anybody.
    #[test]
    fn more_papers_never_lack_more(
        organ in 0..Organ::ALL.len(), ground in 0..Ground::ALL.len(), view in any::<bool>(), officers in 0..4_usize,
        law in any::<bool>(), papers in 0..8_u8, more in 0..8_u8, place in 0..5_usize,
    ) {
        let library = Library::with_shipped(&[]).unwrap();
        let place = ["guangzhou", "guangzhou+draft", "datong", "chongqing", "beijing"][place];
        let rules = [rules(&library, place)];
        let certificate = Some(if law { Paper::LawEnforcementCertificate } else { Paper::WorkCertificate });
        let of = |bits: u8| {
            let all = [Paper::LetterOfIntroduction, Paper::SupportingDocument, Paper::RegistrationForm];
            let has = all.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0);
            has.map(|(_, paper)| *paper).collect::<Vec<_>>()
        };
        let fewer = RetrievalFacts {
            organ: Organ::ALL[organ], ground: Ground::ALL[ground], level: Some(OrganLevel::City),
            wanted: Wanted::Footage, way: if view { Way::View } else { Way::Copy }, inquiry_closed: false,
            officers: vec![OfficerFacts { certificate, checked: true }; officers], papers: of(papers),
            unfit: Vec::new(), invokes: None,
        };
        let mut fuller = RetrievalFacts { papers: of(papers | more), ..fewer.clone() };
        fuller.officers.push(OfficerFacts { certificate, checked: true });
        let (before, after) = (judge(&fewer, &rules), judge(&fuller, &rules));
        let fewer_lacks = before.missing().len();
        prop_assert!(after.missing().len() <= fewer_lacks, "{before:?} {after:?}");
        if matches!(before, Verdict::Open { .. }) {
            prop_assert!(matches!(after, Verdict::Open { .. }), "{after:?}");
        }
        if matches!(before, Verdict::Refuse { .. }) {
            prop_assert_eq!(before, after);
        }
    }
}

//! Areas, routes, stages and chains, as tables.

use super::*;
use crate::packs::{Library, OrganLevel, Pack, Penalty, PenaltyStep};
use model::{AuthorityId, WallTime};
use uuid::Uuid;

const DAY_US: i64 = 86_400_000_000;

fn authority(id: u128, kind: AuthorityKind, division: &str, industry: Option<&str>) -> Authority {
    Authority {
        id: AuthorityId(Uuid::from_u128(id)),
        name: format!("机关{id}"),
        kind,
        division: division.into(),
        industry: industry.map(str::to_owned),
    }
}

fn town() -> Vec<Authority> {
    use AuthorityKind::{Industry, Information, PublicSecurity};
    vec![
        authority(1, PublicSecurity, "000000", None),
        authority(2, PublicSecurity, "440000", None),
        authority(3, PublicSecurity, "440100", None),
        authority(4, PublicSecurity, "440106", None),
        authority(5, Information, "440100", None),
        authority(6, Industry, "440106", Some("bank")),
        authority(7, PublicSecurity, "440305", None),
    ]
}

#[test]
fn an_area_is_a_division_with_all_below_it() {
    let all = town();
    let check = |at: usize, division: &str, category: &str, expected: bool| {
        let found = all[at].supervises(&[division.to_owned()], &[category.to_owned()]);
        assert_eq!(found, expected, "{} over {division} {category}", all[at].id);
    };
    check(0, "110105", "school", true);
    check(1, "440305", "school", true);
    check(1, "450102", "school", false);
    check(3, "440106", "school", true);
    check(3, "440105", "school", false);
    // An industry's authority sees its industry only.
    check(5, "440106", "bank", true);
    check(5, "440106", "school", false);
    assert_eq!(
        all.iter().map(Authority::level).collect::<Vec<_>>()[..4],
        [OrganLevel::National, OrganLevel::Province, OrganLevel::City, OrganLevel::County]
    );
    let up = |at: usize| next_up(&all[at], &all).map(|one| one.id.0.as_u128());
    assert_eq!((up(3), up(2), up(1), up(0), up(6), up(5)), (Some(3), Some(2), Some(1), None, Some(2), None));
    assert_eq!(responsible(&["440106".into()], &all).unwrap().id.0.as_u128(), 4);
    assert_eq!(responsible(&["440199".into()], &all).unwrap().id.0.as_u128(), 3);
}

#[test]
fn an_accusation_goes_around_whom_it_concerns() {
    let all = town();
    let check = |authorities: &[u128], divisions: &[&str], expected: Option<u128>| {
        let ids: Vec<AuthorityId> = authorities.iter().map(|id| AuthorityId(Uuid::from_u128(*id))).collect();
        let concerned = Concerned {
            authorities: ids.clone(),
            named: ids,
            divisions: divisions.iter().map(|code| (*code).to_owned()).collect(),
        };
        let found = route(&concerned, &all).map(|one| one.id.0.as_u128());
        assert_eq!(found, expected, "{authorities:?} at {divisions:?}");
    };
    check(&[], &["440106"], Some(4));
    check(&[4], &["440106"], Some(3));
    check(&[4], &[], Some(3));
    // The city is accused: nobody below it, and not the city's information authority's inferior; the one beside it is free.
    check(&[3], &["440106"], Some(5));
    check(&[3, 5], &["440106"], Some(2));
    check(&[2], &["440106"], Some(1));
    check(&[1], &["440106"], None);
    // With no place and no name: the one above all. Where none is above all, nobody but the auditors.
    check(&[], &[], Some(1));
    let route_in = |all: &[Authority]| route(&Concerned::default(), all).map(|one| one.id.0.as_u128());
    assert_eq!(route_in(&all[1..]), Some(2), "without a national one the province's");
    assert_eq!(route_in(&all[2..]), None, "two cities and none above both");
    assert_eq!(route_in(&[]), None);
    check(&[], &["440106", "440305"], Some(2));
    assert!(is_concerned(&all[3], &[all[2].id], &all), "below one that is accused");
    assert!(!is_concerned(&all[1], &[all[2].id], &all), "above one that is accused");
}

#[test]
fn words_may_name_somebody() {
    let check = |words: &str, name: &str, expected: bool| {
        assert_eq!(names_it(words, name), expected, "{words} {name}")
    };
    check("示范单位", "示范单位", true);
    check("示范单位保安队", "示范单位", true);
    check("示范", "示范单位", true);
    check("Example  Unit", "example unit", true);
    check("示范小学", "示范市第一小学", true);
    check("市监局", "广州市市场监督管理局", true);
    check("王", "王某某", false);
    check("别的单位", "示范单位", false);
    check("", "示范单位", false);
    check("teach", "tianhe branch", false);
    check("示范中学", "示范市第一小学", false);
}

/// Full names, abbreviations, short names, what people say, English; and words that only look like one.
#[test]
fn words_name_organs() {
    const NAMES: [&str; 7] = [
        "广州市公安局天河区分局",
        "广州市公安局",
        "广东省公安厅",
        "广州市市场监督管理局",
        "和县公安局",
        "Shenzhen Public Security Bureau",
        "Shenzhen Public Security Bureau Futian Branch",
    ];
    let check = |who: &str, account: &str, expected: &[usize]| {
        assert_eq!(organs_named(who, account, &NAMES), expected, "{who} / {account}")
    };
    // Full, and the longer name is not the shorter one.
    check("广州市公安局天河区分局", "", &[0]);
    check("广州市公安局天河区分局和广州市公安局", "", &[0, 1]);
    check("王所长", "广州市公安局天河区分局王所长收钱", &[0]);
    // Abbreviated.
    check("天河分局", "", &[0]);
    check("天河分局的王所长", "", &[0]);
    check("天分局", "", &[0]);
    check("天河区公安分局", "", &[0]);
    check("广州天河分局", "", &[0]);
    check("王某", "天河分局的民警要我交钱", &[0]);
    check("广州市局", "", &[1]);
    check("广州公安", "", &[1]);
    check("广州市监局", "", &[3]);
    check("市监局", "", &[3]);
    check("和县派出所", "", &[4]);
    // As people call them.
    check("天河的警察", "", &[0]);
    check("穗公安", "", &[1]);
    check("粤公安厅", "", &[2]);
    // English.
    check("Futian police station", "", &[6]);
    check("an officer of the Futian branch", "", &[6]);
    check("Shenzhen Public Security Bureau Futian Branch", "", &[6]);
    // False friends.
    check("天河城的保安", "", &[]);
    check("天河体育中心有限公司", "", &[]);
    check("和平饭店", "", &[]);
    check("Futian Mall Ltd", "", &[]);
    check("深南大道的店", "", &[]);
    check("越秀分局", "", &[]);
}

#[test]
fn an_accused_organ_is_gone_around_also_when_nobody_names_it() {
    let mut all = town();
    all[3].name = "广州市公安局天河区分局".into();
    use AccusedKind::{Authority, Person, PublicSecurity};
    let check = |kind, who: &str, division: Option<&str>, expected: Option<u128>| {
        let divisions = division.map(str::to_owned).into_iter().collect();
        let accused = accused_organs(kind, (who, "收钱"), divisions, &all);
        let found = route(&accused, &all).map(|one| one.id.0.as_u128());
        assert_eq!(found, expected, "{kind:?} {who} at {division:?}: {accused:?}");
    };
    check(PublicSecurity, "天河分局", Some("440106"), Some(3));
    check(PublicSecurity, "天河分局", None, Some(3));
    // Nobody's name: the police of the place, at the level that is said.
    check(PublicSecurity, "某派出所", Some("440106"), Some(3));
    check(PublicSecurity, "一个民警", Some("440106"), Some(3));
    check(PublicSecurity, "市局的人", Some("440106"), Some(5));
    check(PublicSecurity, "某派出所", Some("440100"), Some(3));
    check(PublicSecurity, "公安部的人", Some("440106"), None);
    check(Person, "收费的交警", Some("440106"), Some(3));
    check(Person, "某某", Some("440106"), Some(4));
    // Another organ of the place: the police have it.
    check(Authority, "信息办", Some("440100"), Some(3));
    // No place: the topmost, unless it may be meant.
    check(PublicSecurity, "某派出所", None, Some(1));
    check(PublicSecurity, "公安部的人", None, None);
    check(Person, "某某", None, Some(1));
    let county = [all[3].clone()];
    let alone =
        |kind, who: &str| route(&accused_organs(kind, (who, ""), Vec::new(), &county), &county).is_some();
    assert!(!alone(PublicSecurity, "某派出所"), "the only organ may be the one that is meant");
    assert!(alone(Person, "某某"));
}

#[test]
fn an_accusation_takes_each_step_once() {
    use AccusationAct::{Answer, Close, TakeUp};
    use AccusationStage::{Answered, Closed, Received, TakenUp};
    for (stage, act, expected) in [
        (Received, TakeUp, Some(TakenUp)),
        (TakenUp, Answer, Some(Answered)),
        (Answered, Close, Some(Closed)),
        (Received, Answer, None),
        (TakenUp, TakeUp, None),
        (Closed, Close, None),
    ] {
        assert_eq!(step(stage, act).ok(), expected, "{stage:?} {act:?}");
    }
    let days = |stage| due(stage, WallTime(0)).map(|due| due.0 / DAY_US);
    assert_eq!(
        (days(Received), days(TakenUp), days(Answered), days(Closed)),
        (Some(7), Some(30), Some(60), None)
    );
}

fn library() -> Library {
    Library::with_shipped(&[]).unwrap()
}

/// The penalty that an order names by itself for what these controls found.
fn followed<'p>(pack: &'p Pack, number: &str, found: &[&str]) -> Result<Option<&'p Penalty>, &'static str> {
    let found: Vec<String> = found.iter().map(|&control| control.to_owned()).collect();
    let (threats, follows) = threatened(pack, number, &found);
    let one = chosen(number, &threats, follows, None);
    one.map(|one| one.map(|threat| threat.penalty)).map_err(|refusal| refusal.code)
}

/// Which penalty follows where an article has several parts: from what was found, or from nothing but a person's word.
#[test]
fn each_part_of_an_article_has_its_own_penalty() {
    use PenaltyStep::{Close, Confiscate, Delete, Fine, OrderCorrect, Warn};
    let library = library();
    let check = |pack: &str, number: &str, found: &[&str], expected: Result<Option<&[PenaltyStep]>, &str>| {
        let pack = library.pack(pack).unwrap();
        let chain = followed(pack, number, found).map(|one| one.map(|penalty| penalty.chain.as_slice()));
        assert_eq!(chain, expected, "{} {number} {found:?}", pack.id);
    };
    let open = Err("penalty_unchosen");
    // A camera in a private place, and rounds that were not made.
    check("national-2025", "8", &["private-place-found"], Ok(Some(&[Confiscate, Delete, Fine])));
    check("national-2025", "8", &["private-place-rounds"], Ok(Some(&[OrderCorrect, Fine, Close])));
    check("national-2025", "8", &["private-place-found", "private-place-rounds"], open);
    check("national-2025", "8", &[], open);
    // A place without a system, a camera in a private place, and passwords, for which the text has nothing.
    check("guangzhou-2007", "6", &["place-without-system"], Ok(Some(&[OrderCorrect, Warn, Fine])));
    check("guangzhou-2007", "6", &["private-place-found"], Ok(Some(&[OrderCorrect])));
    check("guangzhou-2007", "6", &["passwords-commissioning-still"], open);
    check("guangzhou-2007", "6(2)", &[], open);
    check("guangzhou-2007", "6, second paragraph", &[], Ok(Some(&[OrderCorrect])));
    // A move: corrected and warned, fined when late; what else the article forbids is not answered by that.
    check("national-2025", "23", &["scene-change"], Ok(Some(&[OrderCorrect, Warn, Fine])));
    check("national-2025", "23", &["occlusion-diagnosis"], open);
    // An interruption; other parts of the same article are use against the rules.
    check("datong-2008", "17", &["gaps-found"], Ok(Some(&[Warn, OrderCorrect, Fine])));
    check("datong-2008", "17", &[], open);
    check("qingdao", "6", &[], Ok(None));
    let most = |number: &str, found: &[&str]| {
        let pack = library.pack("national-2016").unwrap();
        followed(pack, number, found).map(|one| one.and_then(|penalty| penalty.unit_max_cny))
    };
    // 28 is for the review and the acceptance, 29 for the filing.
    assert_eq!(most("12", &["filing-deadline"]), Ok(Some(30_000)));
    assert_eq!(most("12", &["no-use-before-acceptance"]), Ok(Some(100_000)));
    assert_eq!(most("12", &[]), open.map(|_: Option<&[PenaltyStep]>| None));
    let when = |found: &str| {
        let pack = library.pack("datong-2008").unwrap();
        followed(pack, "17", &[found]).unwrap().unwrap().fine_when.as_str()
    };
    assert_eq!((when("gaps-found"), when("footage-floor")), ("", "overdue"));
}

/// No penalty of a pack is there for nothing: each is offered for some article, and where it is for a part, it follows from that part.
#[test]
fn every_penalty_of_every_pack_is_reached() {
    let library = library();
    for pack in &library.packs {
        let held = |article: &'_ crate::packs::Article| -> usize {
            let rows = article.duties.iter().filter_map(|duty| duty.parameters.penalty.as_ref());
            rows.map(|held| held.value.len()).sum()
        };
        let mut missing: Vec<String> = Vec::new();
        for article in &pack.articles {
            for row in 1..=held(article) {
                missing.push(format!("{}/{row}", article.number));
            }
        }
        for article in &pack.articles {
            let (threats, _) = threatened(pack, &article.number, &[]);
            for threat in &threats {
                missing.retain(|key| *key != threat.key());
                let named = chosen(&article.number, &threats, Follows::Open, Some(&threat.key())).unwrap();
                assert_eq!(named.map(Threat::key), Some(threat.key()));
                for clause in
                    threat.penalty.clauses.iter().filter(|clause| clause.starts_with(&article.number))
                {
                    let known = threat.parts.iter().any(|part| part.clause == *clause);
                    assert!(known || !threat.own, "{}: no duty is '{clause}'", pack.id);
                }
                for part in &threat.parts {
                    let (_, one) = threatened(pack, &article.number, &part.controls);
                    let Follows::One(at) = one else { panic!("{} {}: {one:?}", pack.id, part.clause) };
                    let own = threats[at].parts.iter().any(|own| own.clause == part.clause);
                    assert!(own, "{} {}: {}", pack.id, part.clause, threats[at].key());
                }
            }
        }
        assert_eq!(missing, Vec::<String>::new(), "{}: penalties for nothing", pack.id);
    }
}

#[test]
fn an_order_names_one_of_its_articles_penalties() {
    let library = library();
    let pack = library.pack("guangzhou-2007").unwrap();
    let (threats, _) = threatened(pack, "6", &[]);
    let check = |named: Option<&str>, expected: Result<Option<&str>, &str>| {
        let found = chosen("guangzhou-2007:6", &threats, Follows::Open, named);
        let key = found.as_ref().map(|one| one.map(Threat::key)).map_err(|refusal| refusal.code);
        assert_eq!(key, expected.map(|key| key.map(str::to_owned)), "{named:?}");
        if let Err(refusal) = found {
            assert_eq!(refusal.article, "guangzhou-2007:6");
        }
    };
    check(Some("24/3"), Ok(Some("24/3")));
    check(Some(NO_PENALTY), Ok(None));
    check(Some("25/1"), Err("penalty_not_of_article"));
    check(None, Err("penalty_unchosen"));
}

/// The chains as each article has them: which steps an order is, and which are open before and after the time limit.
#[test]
fn each_article_has_its_own_chain() {
    let library = library();
    let check = |pack: &str, number: &str, issued: &[&str], before: &[&str], after: &[&str]| {
        let pack = library.pack(pack).unwrap();
        let penalty = followed(pack, number, &[]).unwrap().unwrap();
        let done = by_issue(Some(penalty));
        assert_eq!(
            done.iter().map(|step| word_of(*step)).collect::<Vec<_>>(),
            issued,
            "{} {number}",
            pack.id
        );
        let open = |now: i64, serious: bool| -> Vec<&str> {
            let facts = OrderFacts {
                article: number,
                basis: LegalBasisHeld::InForce,
                now: WallTime(now),
                deadline: WallTime(10 * DAY_US),
                penalty: Some(penalty),
                done: &done,
                fined: &[],
                corrected: false,
            };
            let rest = penalty.chain.iter().filter(|step| !done.contains(step));
            rest.filter(|step| may_take(&facts, **step, serious, None).is_ok())
                .map(|step| word_of(*step))
                .collect()
        };
        assert_eq!(open(5 * DAY_US, false), before, "{} {number} before", pack.id);
        assert_eq!(open(11 * DAY_US, false), after, "{} {number} after", pack.id);
        let grave = penalty.fine_when == "serious";
        assert_eq!(
            open(5 * DAY_US, true).contains(&"fine"),
            grave || before.contains(&"fine"),
            "{number} grave"
        );
    };
    // 26 warns with the order; the fine only when late.
    check("national-2016", "8", &["order-correct", "warn"], &[], &["fine"]);
    // 27 removes, and goes to court when that was not done.
    check("national-2016", "11", &["remove"], &["fine"], &["court", "fine"]);
    // 28 and 29 fine only when late.
    check("national-2016", "13", &["order-correct"], &[], &["fine"]);
    check("national-2016", "14", &["order-correct"], &[], &["fine"]);
    // 30 corrects and warns; a fine in grave cases alone.
    check("national-2016", "17", &["order-correct", "warn"], &[], &[]);
    // 31 corrects and fines at once.
    check("national-2016", "22", &["order-correct"], &["fine"], &["fine"]);
    check("datong-2008", "15", &["warn", "order-correct"], &[], &["fine"]);
    for none in ["qingdao", "chongqing"] {
        let held = library.packs.iter().find(|pack| pack.id.starts_with(none)).unwrap();
        assert!(threatened(held, "6", &[]).0.is_empty(), "{none} holds no penalties");
    }
}

#[test]
fn an_order_needs_force_and_a_time_limit() {
    let check = |basis, days: i64, expected: &str| {
        let facts = OrderFacts {
            article: "national-2016:17",
            basis,
            now: WallTime(0),
            deadline: WallTime(days * DAY_US),
            penalty: None,
            done: &[],
            fined: &[],
            corrected: false,
        };
        assert_eq!(issue(&facts).map_or_else(|refusal| refusal.code, |_| ""), expected, "{basis:?} {days}");
    };
    check(LegalBasisHeld::InForce, 10, "");
    check(LegalBasisHeld::Adopted, 10, "");
    check(LegalBasisHeld::None, 10, "order_without_force");
    check(LegalBasisHeld::InForce, 0, "order_deadline");
    check(LegalBasisHeld::InForce, 181, "order_deadline");
}

#[test]
fn a_fine_stays_within_the_range_of_whom_it_falls_on() {
    use Fined::{Individual, Person, Unit};
    use LegalBasisHeld::{Adopted, InForce};
    let library = library();
    let check =
        |pack: &str, (number, found): (&str, &str), basis, (on, amount): (Fined, u32), expected: &str| {
            let penalty = followed(library.pack(pack).unwrap(), number, &[found]).unwrap().unwrap();
            let done = by_issue(Some(penalty));
            let facts = OrderFacts {
                article: number,
                basis,
                now: WallTime(11 * DAY_US),
                deadline: WallTime(10 * DAY_US),
                penalty: Some(penalty),
                done: &done,
                fined: &[],
                corrected: false,
            };
            let found = may_take(&facts, PenaltyStep::Fine, false, Some(Fine { on, amount_cny: amount }));
            assert_eq!(
                found.map_or_else(|refusal| refusal.code, |()| ""),
                expected,
                "{pack} {number} {on:?} {amount}"
            );
        };
    let (archive, review) = (("14", ""), ("12", "no-use-before-acceptance"));
    check("national-2016", archive, InForce, (Unit, 30_000), "");
    check("national-2016", archive, InForce, (Unit, 30_001), "fine_out_of_range");
    check("national-2016", archive, InForce, (Unit, 9_999), "fine_out_of_range");
    // 100 000 is a unit's; a person is fined 5 000 at most, and nobody else at all.
    check("national-2016", review, InForce, (Unit, 100_000), "");
    check("national-2016", review, InForce, (Person, 100_000), "fine_out_of_range");
    check("national-2016", review, InForce, (Person, 5_000), "");
    check("national-2016", review, InForce, (Individual, 1_000), "fine_not_on_them");
    // Whoever put it there: a unit or somebody for themselves, and no responsible person.
    check("national-2016", ("11", ""), InForce, (Individual, 5_000), "");
    check("national-2016", ("11", ""), InForce, (Person, 5_000), "fine_not_on_them");
    check("national-2025", ("8", "private-place-found"), InForce, (Person, 10_000), "");
    check("national-2025", ("8", "private-place-found"), InForce, (Person, 20_000), "fine_out_of_range");
    // "Less than": the number itself is outside.
    let missing = ("6", "place-without-system");
    check("guangzhou-2007", missing, InForce, (Unit, 1_000), "fine_out_of_range");
    check("guangzhou-2007", missing, InForce, (Unit, 999), "");
    check("guangzhou-2007", missing, InForce, (Person, 500), "fine_out_of_range");
    check("guangzhou-2007", missing, InForce, (Person, 499), "");
    // Unverified numbers refuse nothing; a text without a number fines whom it will.
    check("datong-2008", ("15", ""), InForce, (Unit, 500_000), "");
    check("national-2016", archive, Adopted, (Unit, 20_000), "step_of_own_rule");
    let fined = |number: &str| {
        let pack = library.pack("national-2016").unwrap();
        fined_by(followed(pack, number, &[]).unwrap().unwrap())
    };
    assert_eq!((fined("11"), fined("22")), (vec![Unit, Individual], Fined::ALL.to_vec()));
    // Once each; of people there may be several, and not without end.
    let falls = |on: Fined, times: usize| may_fall(&vec![on; times], on);
    assert_eq!((falls(Unit, 0), falls(Unit, 1), falls(Individual, 1)), (true, false, false));
    assert_eq!((falls(Person, 19), falls(Person, 20), may_fall(&[Unit], Person)), (true, false, true));
}

/// What an article has whether or not it is put right is open beside a correction; what waits for "not corrected" is not.
#[test]
fn a_correction_does_not_take_away_a_fine_at_once() {
    let library = library();
    let check = |pack: &str, (number, found): (&str, &str), days: i64, expected: &[&str]| {
        let penalty = followed(library.pack(pack).unwrap(), number, &[found]).unwrap().unwrap();
        let done = by_issue(Some(penalty));
        let facts = OrderFacts {
            article: number,
            basis: LegalBasisHeld::InForce,
            now: WallTime(days * DAY_US),
            deadline: WallTime(10 * DAY_US),
            penalty: Some(penalty),
            done: &done,
            fined: &[Fined::Unit],
            corrected: true,
        };
        let all = choices(&facts);
        let open: Vec<&str> =
            all.iter().filter(|one| !one.done && one.closed.is_none()).map(|one| word_of(one.step)).collect();
        assert_eq!(open, expected, "{pack} {number} on day {days}");
        for one in &all {
            assert!(!one.on.contains(&Fined::Unit), "fined already: {one:?}");
        }
    };
    // A warning may stand instead of a responsible person's fine.
    check("national-2016", ("22", ""), 5, &["fine", "warn"]);
    check("national-2016", ("11", ""), 11, &["fine"]);
    check("national-2025", ("8", "private-place-found"), 5, &["fine"]);
    check("national-2025", ("8", "private-place-rounds"), 11, &[]);
    check("national-2025", ("10", ""), 5, &["fine"]);
    for at_once in [("14", ""), ("10", ""), ("17", "gaps-found")] {
        check("datong-2008", at_once, 5, &["fine"]);
    }
    // In grave cases, which a person states.
    check("national-2016", ("17", ""), 5, &["fine"]);
    check("national-2016", ("14", ""), 11, &[]);
}

#[test]
fn an_order_is_corrected_and_ended_once() {
    let issued = Issued { deadline: WallTime(1) };
    assert_eq!(Order::Ended(issued.correct().accept()).state(), OrderState::Closed);
    assert_eq!(Order::Issued(issued.correct().return_until(WallTime(2))).deadline(), Some(WallTime(2)));
    for state in OrderState::ALL {
        assert_eq!(Order::stored(state, WallTime(3)).state(), state);
    }
}

#[test]
fn an_order_that_lies_is_late_from_when_the_authority_could_go_on() {
    use LateWhat::{Correction, Escalated, Lapsed};
    let check = |state, passed_up: bool, (deadline, stepped, now): (i64, i64, i64), expected| {
        let day = |days: i64| WallTime(days * DAY_US);
        let order = LyingOrder { state, deadline: day(deadline), stepped: day(stepped), passed_up };
        let found = late_order(&order, day(now)).map(|(what, since)| (what, since.0 / DAY_US));
        assert_eq!(found, expected, "{state:?} {passed_up} {deadline} {stepped} {now}");
    };
    check(OrderState::Issued, false, (10, 0, 25), None);
    check(OrderState::Issued, false, (10, 0, 26), Some((Lapsed, 10)));
    // A step after the time limit is a step: the days run anew.
    check(OrderState::Issued, false, (10, 20, 30), None);
    check(OrderState::Issued, false, (10, 20, 36), Some((Lapsed, 20)));
    check(OrderState::Issued, true, (10, 2, 20), None);
    check(OrderState::Issued, true, (10, 20, 36), Some((Escalated, 20)));
    check(OrderState::Corrected, false, (10, 5, 20), None);
    check(OrderState::Corrected, false, (10, 5, 21), Some((Correction, 5)));
    check(OrderState::Corrected, true, (10, 6, 22), Some((Escalated, 6)));
    check(OrderState::Closed, false, (10, 0, 99), None);
    let (words, _) = late_words("市局", Lapsed, 2);
    assert!(words.en.contains("authority's own") && words.zh.contains("内部期限"), "{words:?}");
}

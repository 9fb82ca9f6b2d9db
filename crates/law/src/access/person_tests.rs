//! Who is vetted, trained and current, case by case.

use super::{
    Decision, Facts, Standing, Subject, Training, TrainingKind, TrainingRule, decide, refuse_own_making,
    trained_before, trained_until,
};
use crate::packs::ArticleId;
use TrainingKind::{Certificate, Confidentiality, Law, Skills};
use model::{Act, Role, WallTime};

use super::tests::{NOW, Relation::OwnUnit, facts, post, word};
const DAY_US: i64 = 86_400_000_000;

fn day(days: i64) -> WallTime {
    NOW.plus_us(days * DAY_US)
}

/// What a person has and when what was valid, in days from now: kind, whether by the public security organ, from, until.
type Had = (TrainingKind, bool, i64, i64);

#[test]
fn training_is_over_everything_or_in_each_part_and_without_a_break() {
    let check = |had: &[Had], by_public_security: bool, expected: Option<i64>| {
        let trainings: Vec<Training> = had
            .iter()
            .map(|&(kind, by_public_security, from, until)| Training {
                kind,
                by_public_security,
                from: day(from),
                until: day(until),
            })
            .collect();
        let found = trained_until(&trainings, by_public_security, NOW);
        assert_eq!(found, expected.map(day), "{had:?}, only public security: {by_public_security}");
    };
    check(&[], false, None);
    check(&[(Certificate, false, -1, 5)], false, Some(5));
    check(&[(Certificate, false, 0, 5)], false, Some(5));
    check(&[(Certificate, false, 1, 5)], false, None);
    check(&[(Certificate, false, -5, 0)], false, None);
    check(&[(Law, false, -1, 5), (Skills, false, -1, 9)], false, None);
    check(&[(Law, false, -1, 5), (Skills, false, -1, 9), (Confidentiality, false, -1, 7)], false, Some(5));
    check(&[(Certificate, false, -1, 5), (Certificate, false, 5, 9)], false, Some(9));
    check(&[(Certificate, false, -1, 5), (Certificate, false, 6, 9)], false, Some(5));
    check(&[(Certificate, false, -1, 5), (Certificate, false, -2, 3)], false, Some(5));
    check(&[(Certificate, false, -1, 5), (Law, false, 5, 9)], false, Some(5));
    check(&[(Certificate, false, -1, 5)], true, None);
    check(&[(Certificate, true, -1, 5), (Certificate, false, 5, 9)], true, Some(5));
}

#[test]
fn whoever_was_trained_ceased_to_be_on_a_day() {
    let check = |had: &[Had], expected: Option<i64>| {
        let of = |&(kind, by_public_security, from, until): &Had| Training {
            kind,
            by_public_security,
            from: day(from),
            until: day(until),
        };
        let trainings: Vec<Training> = had.iter().map(of).collect();
        assert_eq!(trained_before(&trainings, false, NOW), expected.map(day), "{had:?}");
    };
    check(&[], None);
    check(&[(Certificate, false, -5, 5)], None);
    check(&[(Certificate, false, -5, 0)], Some(0));
    check(&[(Certificate, false, -9, -5), (Certificate, false, -5, -2)], Some(-2));
    // One part alone trains nobody; the part that ends first ends it.
    check(&[(Law, false, -9, -2)], None);
    check(&[(Law, false, -9, -2), (Skills, false, -9, -4), (Confidentiality, false, -9, 5)], Some(-4));
    check(&[(Certificate, false, 2, 9)], None);
}

type Change = fn(&mut Standing);

#[test]
fn no_picture_without_training_vetting_and_a_current_account() {
    let check = |act: Act, change: Change, expected: &str| {
        let mut values = facts(act, vec![post(Role::Operator, OwnUnit)]);
        let Subject::Person { standing, .. } = &mut values.subject else { panic!("a person") };
        change(standing);
        assert_eq!(word(values), expected, "{act:?}");
    };
    let pictures = [
        Act::Live,
        Act::Playback,
        Act::Still,
        Act::Export,
        Act::Collect,
        Act::Decrypt,
        Act::CommissioningStill,
    ];
    for act in pictures {
        check(act, |_| {}, "permit");
        check(act, |standing| standing.trained_until = None, "training");
        check(act, |standing| standing.trained_until = Some(NOW), "training");
        check(act, |standing| standing.trained_until = Some(NOW.plus_us(1)), "permit");
        check(act, |standing| standing.vetted = None, "vetting");
        check(act, |standing| standing.vetted = Some(false), "vetting");
        check(act, |standing| standing.vetted_until = Some(NOW), "vetting");
        check(act, |standing| standing.vetted_until = Some(NOW.plus_us(1)), "permit");
        check(act, |standing| standing.contractor = true, "contractor");
        check(act, |standing| standing.unconfirmed = true, "account_unconfirmed");
        let unconfirmed_grace: Change = |standing| {
            let grace_until = Some(NOW.plus_us(1));
            *standing = Standing { grace_until, unconfirmed: true, ..Standing::default() };
        };
        check(act, unconfirmed_grace, "account_unconfirmed");
        check(act, |standing| standing.account_until = Some(NOW), "account_ended");
        check(act, |standing| standing.account_until = Some(NOW.plus_us(1)), "permit");
        let grace: Change = |standing| {
            *standing = Standing { grace_until: Some(NOW.plus_us(1)), ..Standing::default() };
        };
        check(act, grace, "permit");
        let after: Change = |standing| *standing = Standing { grace_until: Some(NOW), ..Standing::default() };
        check(act, after, "training");
        let failed: Change = |standing| {
            *standing =
                Standing { grace_until: Some(NOW.plus_us(1)), vetted: Some(false), ..Standing::default() };
        };
        check(act, failed, "vetting");
    }
    // What shows no picture goes on: reading lists, explaining gaps, holds.
    for act in [Act::ReadRegistry, Act::ReadTimeline, Act::ExplainGap, Act::PlaceHold] {
        check(act, |standing| *standing = Standing { contractor: true, ..Standing::default() }, "permit");
        check(act, |standing| standing.account_until = Some(NOW), "account_ended");
        // An explanation is for another to judge: that takes two.
        let of_two = if act == Act::ExplainGap { "account_unconfirmed" } else { "permit" };
        check(act, |standing| standing.unconfirmed = true, of_two);
    }
    check(Act::SignIn, |standing| standing.dormant = true, "dormant");
    check(Act::Live, |standing| standing.dormant = true, "permit");
    check(Act::SignIn, |standing| standing.account_until = Some(NOW), "account_ended");
    check(Act::SignOut, |standing| standing.account_until = Some(NOW), "permit");
}

#[test]
fn a_test_or_a_document_with_a_picture_is_a_picture() {
    let check = |act: Act, roles: &[Role], sensitive: bool, expected: &str| {
        let posts = roles.iter().map(|role| post(*role, OwnUnit)).collect();
        let mut values = facts(act, posts);
        values.sensitive = sensitive;
        let Subject::Person { standing, .. } = &mut values.subject else { panic!("a person") };
        standing.trained_until = None;
        assert_eq!(word(values), expected, "{act:?} {sensitive}");
    };
    check(Act::ProbeCamera, &[Role::Administrator, Role::Viewer], true, "training");
    check(Act::ProbeCamera, &[Role::Administrator], false, "permit");
    check(Act::ReadDocument, &[Role::Administrator], true, "training");
    check(Act::ReadDocument, &[Role::Administrator], false, "permit");
}

#[test]
fn the_refusal_names_the_article_of_the_pack_that_binds() {
    let refusal = |rule: Option<TrainingRule>| {
        let mut values = facts(Act::Live, vec![post(Role::Viewer, OwnUnit)]);
        let Subject::Person { standing, .. } = &mut values.subject else { panic!("a person") };
        (standing.trained_until, standing.rule) = (None, rule);
        match decide(&Facts::loaded_in_admitting_transaction(values)) {
            Decision::Refuse(refusal) => (refusal.article.into_owned(), refusal.remedy.en),
            Decision::Permit => panic!("permitted"),
        }
    };
    let (article, remedy) = refusal(None);
    assert_eq!(article, "unit:training");
    assert!(remedy.contains("law, confidentiality and skills"), "{remedy}");
    let of = |pack: &str, number: &str, by_public_security: bool| TrainingRule {
        article: ArticleId::new(pack, number),
        by_public_security,
    };
    assert_eq!(refusal(Some(of("national-2016", "17", false))).0, "national-2016:17");
    let (article, remedy) = refusal(Some(of("guangzhou-2007", "23", true)));
    assert_eq!(article, "guangzhou-2007:23");
    assert!(remedy.contains("municipal public security organ"), "{remedy}");
}

#[test]
fn pictures_end_with_what_allows_them() {
    let check = |standing: Standing, expected: Option<i64>| {
        assert_eq!(standing.pictures_until(NOW), expected.map(day), "{standing:?}");
    };
    let with =
        |trained: Option<i64>, account: Option<i64>, grace: Option<i64>, vetted: Option<bool>| Standing {
            trained_until: trained.map(day),
            account_until: account.map(day),
            grace_until: grace.map(day),
            vetted,
            ..Standing::default()
        };
    check(with(Some(5), None, None, Some(true)), Some(5));
    check(with(Some(5), Some(3), None, Some(true)), Some(3));
    check(with(None, None, Some(2), None), Some(2));
    check(with(Some(5), None, Some(2), Some(true)), Some(5));
    check(with(Some(5), None, Some(2), None), Some(2));
    check(with(Some(5), None, Some(-2), Some(true)), Some(5));
    let ends = |standing: Standing, vetted: i64| Standing { vetted_until: Some(day(vetted)), ..standing };
    check(ends(with(Some(5), None, None, Some(true)), 4), Some(4));
    check(ends(with(Some(5), None, None, Some(true)), 6), Some(5));
    check(ends(with(Some(5), None, Some(2), Some(true)), 1), Some(2));
    check(ends(with(Some(5), None, Some(2), Some(true)), 4), Some(4));
}

#[test]
fn nobody_keeps_their_own_standing() {
    let acts = [Act::EnterTraining, Act::RevokeTraining, Act::VetPerson, Act::ChangeTerm, Act::ConfirmPosts];
    for act in acts {
        for role in [Role::Administrator, Role::Manager] {
            let mut values = facts(act, vec![post(role, OwnUnit)]);
            assert_eq!(word(values.clone()), "permit", "{act:?} by {role:?}");
            values.own = true;
            assert_eq!(word(values), "own_standing", "{act:?} by {role:?}");
        }
    }
    let mut values = facts(Act::Reactivate, vec![post(Role::Manager, OwnUnit)]);
    values.has_note = false;
    assert_eq!(word(values), "reason");
}

#[test]
fn an_account_of_one_keeper_is_neither_of_two() {
    let between_two = [
        Act::ConfirmPosts,
        Act::OpenCase,
        Act::ConfirmCase,
        Act::AskGrant,
        Act::ApproveGrant,
        Act::AskRelease,
        Act::ApproveRelease,
        Act::OpenRetrieval,
        Act::ApproveRetrieval,
        Act::AskChange,
        Act::DecideChange,
        Act::ExplainGap,
        Act::DecideGap,
        Act::AnnounceMaintenance,
        Act::DecideMaintenance,
        Act::AcceptRepair,
    ];
    let alone = [Act::EnterTraining, Act::VetPerson, Act::ChangePerson, Act::ReadRegistry, Act::DeclineGrant];
    let check = |act: Act, expected: &str| {
        let roles = [Role::Administrator, Role::Operator];
        let mut values = facts(act, roles.map(|role| post(role, OwnUnit)).to_vec());
        assert_eq!(word(values.clone()), "permit", "{act:?}");
        let Subject::Person { standing, .. } = &mut values.subject else { panic!("a person") };
        standing.unconfirmed = true;
        assert_eq!(word(values), expected, "{act:?}");
    };
    for act in between_two {
        check(act, "account_unconfirmed");
    }
    for act in alone {
        check(act, "permit");
    }
    assert_eq!(refuse_own_making(false), None);
    let refusal = refuse_own_making(true).unwrap();
    assert_eq!((refusal.article.as_ref(), refusal.code), ("unit:two_persons", "own_account_made"));
    assert!(refusal.remedy.en.contains("Another administrator or manager"), "{}", refusal.remedy.en);
}

//! Table tests: control between two, ranges and the ways over them, what a camera does by itself.

use super::*;

const NOW: WallTime = WallTime(1_800_000_000_000_000);
const SECOND_US: i64 = 1_000_000;

const LIMITS: PtzLimits = PtzLimits {
    least: at(-17_000, -9_000, 100),
    most: at(17_000, 2_000, 2_000),
    speed: at(6_000, 3_000, 400),
};

const fn at(pan_cdeg: i32, tilt_cdeg: i32, zoom_percent: i32) -> PtzPosition {
    PtzPosition { pan_cdeg, tilt_cdeg, zoom_percent }
}

/// A window at 60 to 120 degrees, when magnified to twice or more.
fn rules() -> Rules {
    let preset = |name: &str, at| Preset { name: name.into(), at };
    Rules {
        home: at(0, -1_000, 100),
        away_s: 60,
        presets: vec![preset("gate", at(-4_500, -1_500, 250)), preset("fountain", at(1_500, -2_500, 180))],
        forbidden: vec![Forbidden {
            what: "windows".into(),
            range: Range {
                pan_cdeg: (6_000, 12_000),
                tilt_cdeg: (-2_000, 2_000),
                zoom_percent: (200, 2_000),
            },
        }],
        patrol: vec![Stop { preset: 0, dwell_s: 30 }, Stop { preset: 1, dwell_s: 10 }],
    }
}

#[test]
fn who_may_take_control_from_whom() {
    let check = |asks: Right, has: Right, rested_s: i64, locked_s: i64, expected: bool| {
        let locked = (locked_s > 0).then(|| (NOW.plus_us(locked_s * SECOND_US), "following".to_owned()));
        let moved = NOW.plus_us(-rested_s * SECOND_US);
        let holder = Holder { name: "李四".into(), right: has, moved, locked };
        let refusal = refuse_contested(asks, &holder, NOW);
        assert_eq!(
            refusal.is_some(),
            expected,
            "{asks:?} from {has:?} after {rested_s} s, locked {locked_s} s"
        );
        if let Some(refusal) = refusal {
            assert!(refusal.reason.zh.contains("李四") && refusal.code == "ptz_held");
            assert_eq!(refusal.reason.en.contains("following"), locked_s > 0);
        }
    };
    use Right::{Authority, Officer, Operator};
    // The same right waits for hands that rest, and for a lock.
    check(Operator, Operator, 0, 0, true);
    check(Operator, Operator, 19, 0, true);
    check(Operator, Operator, 20, 0, false);
    check(Operator, Operator, 60, 1, true);
    check(Operator, Authority, 5, 0, true);
    check(Authority, Officer, 5, 0, true);
    check(Officer, Officer, 5, 0, true);
    // A higher one waits for neither.
    check(Authority, Operator, 0, 900, false);
    check(Officer, Operator, 0, 900, false);
    check(Officer, Authority, 0, 900, false);
    // Hands that rested give even a higher right away.
    check(Operator, Officer, 20, 0, false);
}

#[test]
fn no_movement_sweeps_over_a_forbidden_range() {
    let check = |from: PtzPosition, movement: Movement, expected: bool| {
        let refusal = refuse_movement(&rules(), from, movement, &LIMITS, "qingdao:9");
        assert_eq!(refusal.is_some(), expected, "{from:?} {movement:?}");
        if let Some(refusal) = refusal {
            assert_eq!((refusal.article.as_ref(), refusal.code), ("qingdao:9", "ptz_forbidden"));
            assert!(refusal.reason.en.contains("windows"));
        }
    };
    let moves = |pan_percent, zoom_percent, lasts_ms| Movement::Move {
        velocity: PtzVelocity { pan_percent, tilt_percent: 0, zoom_percent },
        lasts_ms,
    };
    let (wide, near) = (at(0, 0, 100), at(0, 0, 300));
    check(wide, Movement::To(at(7_000, 0, 100)), false);
    check(wide, Movement::To(at(7_000, 0, 199)), false);
    check(wide, Movement::To(at(7_000, 0, 200)), true);
    check(near, Movement::To(at(5_999, 0, 300)), false);
    check(near, Movement::To(at(6_000, 0, 300)), true);
    // Beside it, above it and over it to the other side.
    check(near, Movement::To(at(7_000, -2_001, 300)), true);
    check(at(0, -3_000, 300), Movement::To(at(7_000, -2_001, 300)), false);
    check(near, Movement::To(at(13_000, 0, 300)), true);
    check(wide, Movement::To(at(13_000, 0, 100)), false);
    // Beyond reach is where reach ends: still over the range.
    check(at(13_000, 0, 300), Movement::To(at(-99_999, 0, 300)), true);
    // A continuous move is judged by how far it may get.
    check(at(5_000, 0, 300), moves(100, 0, 100), false);
    check(at(5_000, 0, 300), moves(100, 0, 1_000), true);
    check(at(5_000, 0, 300), moves(-100, 0, 1_000), false);
    check(at(7_000, 0, 100), moves(0, 100, 200), false);
    check(at(7_000, 0, 100), moves(0, 100, 250), true);
    // Who stands in it, because it was forbidden just now, may stop, and leave by going home.
    let inside = at(7_000, 0, 300);
    check(inside, Movement::Stop, false);
    check(inside, moves(10, 0, 100), true);
    check(inside, Movement::To(rules().home), false);
    check(at(13_000, 0, 300), Movement::To(rules().home), true);
}

#[test]
fn what_a_unit_may_say() {
    let check = |change: fn(&mut Rules), expected: &str| {
        let mut rules = rules();
        change(&mut rules);
        let found = match super::check(&rules, &LIMITS, "national-2016:11") {
            Ok(()) => "fine".to_owned(),
            Err(Fault::Field(field, _)) => field.to_owned(),
            Err(Fault::Refused(refusal)) => refusal.article.to_string(),
        };
        assert_eq!(found, expected);
    };
    check(|_| {}, "fine");
    check(|rules| rules.presets[0].at = at(7_000, 0, 300), "national-2016:11");
    check(|rules| rules.home = at(7_000, 0, 300), "national-2016:11");
    check(|rules| rules.home = at(17_001, 0, 100), "presets");
    check(|rules| rules.presets[0].name = " ".into(), "name");
    check(|rules| rules.forbidden[0].range.pan_cdeg = (2, 1), "forbidden");
    check(|rules| rules.away_s = 29, "away_s");
    check(|rules| rules.patrol.truncate(1), "patrol");
    check(|rules| rules.patrol[1].preset = 2, "patrol");
    check(|rules| rules.patrol[1].dwell_s = 4, "patrol");
    check(|rules| rules.patrol.clear(), "fine");
    // Both ends are clear, the way between is not: as a patrol it is refused, by hand it is judged each time.
    let beyond: fn(&mut Rules) = |rules| {
        rules.presets[0].at = at(5_000, 0, 300);
        rules.presets[1].at = at(13_000, 0, 300);
    };
    check(beyond, "national-2016:11");
    check(|rules| (rules.presets[0].at, rules.patrol) = (at(13_000, 0, 300), Vec::new()), "fine");
}

#[test]
fn a_camera_yields_patrols_and_goes_home() {
    let away = at(2_000, 0, 100);
    let idle = |held, on_shift, since_s: i64, patrol: Option<(usize, i64)>| Idle {
        at: away,
        held,
        on_shift,
        since: NOW.plus_us(-since_s * SECOND_US),
        patrol: patrol.map(|(stop, s)| (stop, NOW.plus_us(-s * SECOND_US))),
    };
    let check = |idle: Idle, expected: Next| assert_eq!(next(&rules(), &idle, NOW), expected, "{idle:?}");
    check(idle(true, true, 0, None), Next::Nothing);
    check(idle(true, true, 900, None), Next::Nothing);
    check(idle(false, true, 19, None), Next::Nothing);
    check(idle(false, true, 20, None), Next::Patrol(0));
    check(idle(false, true, 50, Some((0, 29))), Next::Nothing);
    check(idle(false, true, 50, Some((0, 30))), Next::Patrol(1));
    check(idle(false, true, 50, Some((1, 10))), Next::Patrol(0));
    check(idle(true, true, 50, Some((1, 5))), Next::EndPatrol);
    check(idle(false, false, 50, Some((1, 5))), Next::EndPatrol);
    check(idle(false, false, 59, None), Next::Nothing);
    check(idle(false, false, 60, None), Next::Home);
    check(Idle { at: at(15, -1_015, 101), ..idle(false, false, 900, None) }, Next::Nothing);
    let still = Rules { patrol: Vec::new(), ..rules() };
    assert_eq!(next(&still, &idle(false, true, 60, None), NOW), Next::Home);
}

#[test]
fn the_way_home_is_clear_or_wide() {
    let check = |from: PtzPosition, expected: (PtzPosition, bool)| {
        assert_eq!(way(&rules(), from, rules().home, &LIMITS), expected, "{from:?}");
    };
    let home = rules().home;
    check(at(2_000, 0, 900), (home, true));
    check(at(13_000, 0, 900), (at(13_000, 0, 100), false));
    check(at(13_000, 0, 101), (home, true));
    // Nothing is clear: the widest view it is.
    let mut walled = rules();
    walled.forbidden[0].range.zoom_percent = (100, 2_000);
    assert_eq!(way(&walled, at(13_000, 0, 900), home, &LIMITS), (at(13_000, 0, 100), false));
    assert_eq!(way(&walled, at(13_000, 0, 100), home, &LIMITS), (home, true));
}

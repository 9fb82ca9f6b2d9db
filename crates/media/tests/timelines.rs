//! The media line and the wall line over cameras that are late, fast, slow, broken or restarted.

use media::timeline::{Jump, Placed, Timeline};
use model::{MonoTime, WallTime};
use proptest::prelude::*;

const WALL: i64 = 1_795_341_600_000_000;

/// One unit as it comes: RTP ticks, microseconds of arrival, and of the server's wall clock beside its steady one.
#[derive(Clone, Copy, Debug)]
struct Arrival {
    rtp: i64,
    us: i64,
    clock: i64,
}

/// Units of a camera of 25 frames a second.
fn camera(units: i64) -> Vec<Arrival> {
    (0..units).map(|unit| Arrival { rtp: 77_000 + unit * 3_600, us: unit * 40_000, clock: 0 }).collect()
}

fn place(arrivals: &[Arrival]) -> Vec<Placed> {
    let mut timeline = Timeline::new();
    let mut placed: Vec<Placed> = Vec::new();
    for at in arrivals {
        let next = timeline.place(at.rtp, MonoTime(at.us), WallTime(WALL + at.us + at.clock));
        if let Some(last) = placed.last() {
            assert!(next.jump.is_some() || next.dts > last.dts, "{at:?} {last:?} {next:?}");
            assert!(next.jump == Some(Jump::Clock) || next.wall > last.wall, "{at:?} {last:?} {next:?}");
        }
        assert!(next.jump.is_none() || next.dts.0 == 0);
        placed.push(next);
    }
    placed
}

fn jumps(placed: &[Placed]) -> Vec<(usize, Jump)> {
    placed.iter().enumerate().filter_map(|(unit, placed)| Some((unit, placed.jump?))).collect()
}

/// The largest distance between estimate and truth, microseconds, from unit `from` on.
fn error_us(placed: &[Placed], truth_us: impl Fn(i64) -> i64, from: usize) -> i64 {
    let error = |(unit, placed): (usize, &Placed)| (placed.wall.0 - WALL - truth_us(unit as i64)).abs();
    placed.iter().enumerate().skip(from).map(error).max().unwrap_or(0)
}

#[test]
fn a_good_camera_is_followed_exactly() {
    let placed = place(&camera(1_000));
    assert_eq!(jumps(&placed), []);
    assert_eq!(error_us(&placed, |unit| unit * 40_000, 0), 0);
    assert!(
        placed.iter().zip(0..).all(|(placed, unit)| placed.dts.0 == unit * 3_600 && placed.pts == placed.dts)
    );
}

#[test]
fn jitter_and_a_late_first_unit_are_evened_out() {
    let mut arrivals = camera(2_000);
    for (unit, at) in arrivals.iter_mut().enumerate() {
        at.us += [0, 7_000, 90_000, 3_000, 15_000][unit % 5];
    }
    arrivals[0].us += 30_000;
    arrivals[1].us = arrivals[1].us.max(arrivals[0].us);
    let placed = place(&arrivals);
    assert_eq!(jumps(&placed), []);
    assert!(error_us(&placed, |unit| unit * 40_000 + 23_000, 600) < 10_000);
}

#[test]
fn a_camera_whose_clock_runs_wrong_is_followed() {
    for percent in [-1, 1] {
        let mut arrivals = camera(25 * 600);
        for at in &mut arrivals {
            at.rtp += (at.rtp - 77_000) * percent / 100;
        }
        let placed = place(&arrivals);
        assert_eq!(jumps(&placed), [], "{percent} %");
        assert!(error_us(&placed, |unit| unit * 40_000, 0) < 250_000, "{percent} %");
    }
}

#[test]
fn lost_units_are_a_gap_in_time_only() {
    let mut arrivals = camera(500);
    arrivals.drain(100..350);
    let placed = place(&arrivals);
    assert_eq!(jumps(&placed), []);
    assert_eq!(placed[100].dts.0 - placed[99].dts.0, 251 * 3_600);
    assert_eq!(placed[100].wall.since_us(placed[99].wall), 251 * 40_000);
}

#[test]
fn a_stalled_connection_is_no_jump() {
    let mut arrivals = camera(1_000);
    for at in &mut arrivals[300..425] {
        at.us = 425 * 40_000;
    }
    let placed = place(&arrivals);
    assert_eq!(jumps(&placed), []);
    assert!(error_us(&placed, |unit| unit * 40_000, 0) < 10_000);
}

#[test]
fn steps_begin_a_new_line() {
    let check = |change: &dyn Fn(&mut Arrival, usize), expected: &[(usize, Jump)]| {
        let mut arrivals = camera(1_000);
        arrivals.iter_mut().enumerate().for_each(|(unit, at)| change(at, unit));
        assert_eq!(jumps(&place(&arrivals)), expected);
    };
    // The camera restarts its timestamps, forwards, backwards, at random.
    check(&|at, unit| at.rtp += if unit < 500 { 0 } else { 300_000 }, &[(500, Jump::Forward)]);
    check(&|at, unit| at.rtp -= if unit < 500 { 0 } else { 300_000 }, &[(500, Jump::Back)]);
    check(&|at, unit| at.rtp -= if unit < 500 { 0 } else { i64::MAX / 2 }, &[(500, Jump::Back)]);
    check(&|at, unit| at.rtp += if unit < 500 { 0 } else { i64::MAX / 2 }, &[(500, Jump::Forward)]);
    // It stands still for three seconds while we hear nothing, then goes on where it was.
    check(&|at, unit| at.us += if unit < 500 { 0 } else { 3_000_000 }, &[(751, Jump::Late)]);
    // The server's clock is set.
    check(&|at, unit| at.clock += if unit < 500 { 0 } else { 3_600_000_000 }, &[(500, Jump::Clock)]);
    check(&|at, unit| at.clock -= if unit < 500 { 0 } else { 3_600_000_000 }, &[(500, Jump::Clock)]);
    // It is set by little: followed.
    check(&|at, unit| at.clock -= if unit < 500 { 0 } else { 500_000 }, &[]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// `place` asserts that decode and wall times increase.
    #[test]
    fn any_arrivals_keep_the_order(
        steps in prop::collection::vec(
            (
                prop_oneof![8 => Just(3_600i64), 4 => -20_000..40_000i64, 1 => any::<i64>()],
                prop_oneof![8 => Just(40_000i64), 4 => 0..3_000_000i64, 1 => 0..100_000_000i64],
                prop_oneof![20 => Just(0i64), 1 => -10_000_000..10_000_000i64],
            ),
            1..200,
        )
    ) {
        let mut at = Arrival { rtp: 0, us: 0, clock: 0 };
        let mut arrivals = Vec::new();
        for (rtp, us, clock) in steps {
            at = Arrival { rtp: at.rtp.wrapping_add(rtp), us: at.us + us, clock: at.clock + clock };
            arrivals.push(at);
        }
        place(&arrivals);
    }
}

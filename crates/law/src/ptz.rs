//! Cameras that turn: who has control when two want it, where a camera may not look, and when it goes home by itself.
//!
//! It talks to no camera and knows no person by id; who may take control at all is decided by `access`, like a live picture. The
//! invariants kept: no movement that a person asks for sweeps over a forbidden range (qingdao:9, national-2016:11), and whoever
//! loses control loses it to a higher right, or after their hands rested.

use crate::{Words, access::Refusal};
use model::{PtzLimits, PtzPosition, PtzVelocity, WallTime};
use serde::{Deserialize, Serialize};

/// How long a camera stays whose it is after the last movement: a look around, not a claim.
pub const HANDS_US: i64 = 20_000_000;
/// Longest lock with a reason: long enough to follow somebody, too short to keep a camera.
pub const LOCK_US_MAX: i64 = 15 * 60_000_000;
/// Presets of one camera: what a list shows without scrolling twice.
pub const PRESETS_MAX: usize = 32;
/// Forbidden ranges of one camera.
pub const FORBIDDEN_MAX: usize = 16;
/// Stops of one patrol.
pub const STOPS_MAX: usize = 32;
/// How long a patrol looks: at least as long as somebody needs to see anything, at most an hour.
pub const DWELL_S: (u32, u32) = (5, 3_600);
/// How long a camera may be left away from home: at most a shift.
pub const AWAY_S: (u32, u32) = (30, 12 * 3_600);
/// Name of a preset, and words of a range.
pub const NAME_CHARS_MAX: usize = 40;
/// So near counts as there: motors and rounding, in hundredths of a degree and percent.
const NEAR: (i32, i32) = (20, 2);
/// The rule where no text that binds asks for it.
pub const RULE: &str = "unit:ptz";

/// By which right somebody wants control. A higher one may take it from a lower one at once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Right {
    /// The unit's own operator.
    Operator,
    /// For an authority's request, in a case that another person confirmed.
    Authority,
    /// An officer of a takeover that runs.
    Officer,
}

/// Who has control now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holder {
    pub name: String,
    pub right: Right,
    /// Their last movement, or when they took control.
    pub moved: WallTime,
    /// Locked until then, with the reason.
    pub locked: Option<(WallTime, String)>,
}

impl Holder {
    /// Until when nobody with the same right gets it.
    pub fn keeps_until(&self) -> WallTime {
        let hands = self.moved.plus_us(HANDS_US);
        self.locked.as_ref().map_or(hands, |(until, _)| hands.max(*until))
    }
}

/// What refuses control: somebody with the same or a higher right has it.
pub fn refuse_contested(asks: Right, holder: &Holder, now: WallTime) -> Option<Refusal> {
    let until = holder.keeps_until();
    if asks > holder.right || until <= now {
        return None;
    }
    let Holder { name, locked, .. } = holder;
    let rest_s = until.0.saturating_sub(now.0).div_euclid(1_000_000) + 1;
    let (why, why_zh) = match locked.as_ref().filter(|(until, _)| *until > now) {
        Some((_, reason)) => (format!(" and has locked it: {reason}"), format!("，并已锁定：{reason}")),
        None => (String::new(), String::new()),
    };
    Some(Refusal {
        article: RULE.into(),
        code: "ptz_held",
        reason: Words::new(
            format!("{name} controls this camera{why}."),
            format!("{name}正在控制此摄像机{why_zh}。"),
        ),
        remedy: Words::new(
            format!("Free in {rest_s} s, if it is not moved again; an officer of a takeover may take it."),
            format!("若不再操作，{rest_s} 秒后可用；接管人员可直接取得控制。"),
        ),
    })
}

/// A range of positions, both ends in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Range {
    pub pan_cdeg: (i32, i32),
    pub tilt_cdeg: (i32, i32),
    pub zoom_percent: (i32, i32),
}

impl Range {
    /// The smallest that holds both.
    pub fn of(a: PtzPosition, b: PtzPosition) -> Self {
        let axis = |a: i32, b: i32| (a.min(b), a.max(b));
        Self {
            pan_cdeg: axis(a.pan_cdeg, b.pan_cdeg),
            tilt_cdeg: axis(a.tilt_cdeg, b.tilt_cdeg),
            zoom_percent: axis(a.zoom_percent, b.zoom_percent),
        }
    }

    pub fn meets(&self, other: &Self) -> bool {
        let axis = |a: (i32, i32), b: (i32, i32)| a.0 <= b.1 && b.0 <= a.1;
        axis(self.pan_cdeg, other.pan_cdeg)
            && axis(self.tilt_cdeg, other.tilt_cdeg)
            && axis(self.zoom_percent, other.zoom_percent)
    }

    pub fn holds(&self, at: PtzPosition) -> bool {
        self.meets(&Self::of(at, at))
    }

    const fn is_ordered(&self) -> bool {
        self.pan_cdeg.0 <= self.pan_cdeg.1
            && self.tilt_cdeg.0 <= self.tilt_cdeg.1
            && self.zoom_percent.0 <= self.zoom_percent.1
    }
}

/// Where a camera may not look, and what is there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Forbidden {
    pub what: String,
    pub range: Range,
}

/// A position with a name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Preset {
    pub name: String,
    #[serde(with = "position")]
    pub at: PtzPosition,
}

/// One stop of a patrol: which preset, and how long.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stop {
    pub preset: usize,
    pub dwell_s: u32,
}

/// What a unit says about one of its cameras that turn.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rules {
    /// The authorised view.
    #[serde(with = "position")]
    pub home: PtzPosition,
    /// So long it may be left away from home.
    pub away_s: u32,
    pub presets: Vec<Preset>,
    pub forbidden: Vec<Forbidden>,
    /// Empty: none.
    pub patrol: Vec<Stop>,
}

/// Positions as three numbers: the vocabulary does not know how it is stored.
mod position {
    use model::PtzPosition;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub fn serialize<S: Serializer>(at: &PtzPosition, serializer: S) -> Result<S::Ok, S::Error> {
        (at.pan_cdeg, at.tilt_cdeg, at.zoom_percent).serialize(serializer)
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PtzPosition, D::Error> {
        let (pan_cdeg, tilt_cdeg, zoom_percent) = <(i32, i32, i32)>::deserialize(deserializer)?;
        Ok(PtzPosition { pan_cdeg, tilt_cdeg, zoom_percent })
    }
}

/// A movement that somebody asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Movement {
    Stop,
    To(PtzPosition),
    Move { velocity: PtzVelocity, lasts_ms: i64 },
}

/// Everything that the camera may see on the way: each axis moves by itself, so it is the whole box between the ends.
pub fn sweep(from: PtzPosition, movement: Movement, limits: &PtzLimits) -> Range {
    let end = match movement {
        Movement::Stop => from,
        Movement::To(to) => limits.nearest(to),
        Movement::Move { velocity, lasts_ms } => limits.after(from, velocity, lasts_ms),
    };
    Range::of(from, end)
}

/// What refuses a movement: it would look where the camera must not (qingdao:9, national-2016:11). Stopping is never refused; nor
/// is what leads out of a range in which the camera stands already.
pub fn refuse_movement(
    rules: &Rules,
    from: PtzPosition,
    movement: Movement,
    limits: &PtzLimits,
    article: &str,
) -> Option<Refusal> {
    if movement == Movement::Stop {
        return None;
    }
    let swept = sweep(from, movement, limits);
    let home = movement == Movement::To(rules.home);
    let met = rules
        .forbidden
        .iter()
        .find(|forbidden| forbidden.range.meets(&swept) && !(home && forbidden.range.holds(from)))?;
    Some(forbidden(met, article))
}

fn forbidden(met: &Forbidden, article: &str) -> Refusal {
    let what = &met.what;
    Refusal {
        article: article.to_owned().into(),
        code: "ptz_forbidden",
        reason: Words::new(
            format!("This camera may not look there: {what}."),
            format!("此摄像机不得朝向该处：{what}。"),
        ),
        remedy: Words::new(
            "Zoom out first, or go another way; the unit's administrator keeps the ranges.",
            "请先缩小倍率，或从另一方向转动；范围由本单位管理员维护。",
        ),
    }
}

/// What is wrong with what a unit says; the field's name and the problem. A preset in a forbidden range is refused with its article.
///
/// # Errors
/// The field that cannot be, or the refusal.
pub fn check(rules: &Rules, limits: &PtzLimits, article: &str) -> Result<(), Fault> {
    let bad = |field: &'static str, problem: &'static str| Err(Fault::Field(field, problem));
    let reaches = |at: PtzPosition| limits.nearest(at) == at;
    let named = |name: &str| !name.trim().is_empty() && name.chars().count() <= NAME_CHARS_MAX;
    if rules.presets.len() > PRESETS_MAX
        || rules.forbidden.len() > FORBIDDEN_MAX
        || rules.patrol.len() > STOPS_MAX
    {
        return bad("presets", "or ranges or stops are too many");
    }
    if !(AWAY_S.0..=AWAY_S.1).contains(&rules.away_s) {
        return bad("away_s", "is not between half a minute and twelve hours");
    }
    if !reaches(rules.home) || rules.presets.iter().any(|preset| !reaches(preset.at)) {
        return bad("presets", "are not all within the camera's reach");
    }
    if rules.presets.iter().any(|preset| !named(&preset.name))
        || rules.forbidden.iter().any(|forbidden| !named(&forbidden.what))
    {
        return bad("name", "is empty or too long");
    }
    if rules.forbidden.iter().any(|forbidden| !forbidden.range.is_ordered()) {
        return bad("forbidden", "have ends before their beginnings");
    }
    let stop =
        |stop: &Stop| stop.preset < rules.presets.len() && (DWELL_S.0..=DWELL_S.1).contains(&stop.dwell_s);
    if rules.patrol.len() == 1 || !rules.patrol.iter().all(stop) {
        return bad("patrol", "needs two presets or more, each for 5 s to an hour");
    }
    let views = rules.presets.iter().map(|preset| preset.at).chain([rules.home]);
    for at in views {
        if let Some(met) = rules.forbidden.iter().find(|forbidden| forbidden.range.holds(at)) {
            return Err(Fault::Refused(Box::new(forbidden(met, article))));
        }
    }
    // A patrol runs by itself: every way of it is clear, the last one back to the first too.
    let stops: Vec<PtzPosition> = rules
        .patrol
        .iter()
        .filter_map(|stop| rules.presets.get(stop.preset))
        .map(|preset| preset.at)
        .collect();
    for (from, to) in stops.iter().zip(stops.iter().cycle().skip(1)) {
        if let Some(refusal) = refuse_movement(rules, *from, Movement::To(*to), limits, article) {
            return Err(Fault::Refused(Box::new(refusal)));
        }
    }
    Ok(())
}

/// What is wrong with a camera's rules.
#[derive(Debug)]
pub enum Fault {
    Field(&'static str, &'static str),
    Refused(Box<Refusal>),
}

/// Whether a camera is there.
pub fn is_at(at: PtzPosition, wanted: PtzPosition) -> bool {
    let near = |a: i32, b: i32, by: i32| (a - b).abs() <= by;
    near(at.pan_cdeg, wanted.pan_cdeg, NEAR.0)
        && near(at.tilt_cdeg, wanted.tilt_cdeg, NEAR.0)
        && near(at.zoom_percent, wanted.zoom_percent, NEAR.1)
}

/// What is known of a camera between hands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Idle {
    pub at: PtzPosition,
    /// Somebody has control, or had their hands on it until just now.
    pub held: bool,
    /// A shift runs in the unit.
    pub on_shift: bool,
    /// Since when nobody has it.
    pub since: WallTime,
    /// The stop of the patrol at which it is, and since when; `None`: the patrol does not run.
    pub patrol: Option<(usize, WallTime)>,
}

/// What a camera does by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    Nothing,
    /// To this stop of its patrol.
    Patrol(usize),
    /// The patrol ends: hands, or no shift.
    EndPatrol,
    Home,
}

/// Yields to hands; patrols while a shift runs; goes home when it was left away for longer than the unit's term.
pub fn next(rules: &Rules, idle: &Idle, now: WallTime) -> Next {
    let patrols = !idle.held && idle.on_shift && !rules.patrol.is_empty();
    match idle.patrol {
        Some(_) if !patrols => return Next::EndPatrol,
        Some((stop, since)) => {
            let dwell = rules.patrol.get(stop).map_or(0, |stop| stop.dwell_s);
            if now.0.saturating_sub(since.0) < i64::from(dwell) * 1_000_000 {
                return Next::Nothing;
            }
            return Next::Patrol((stop + 1) % rules.patrol.len());
        }
        None => {}
    }
    if idle.held {
        return Next::Nothing;
    }
    if patrols && now.0.saturating_sub(idle.since.0) >= HANDS_US {
        return Next::Patrol(0);
    }
    let away_us = i64::from(rules.away_s) * 1_000_000;
    if is_at(idle.at, rules.home) || now.0.saturating_sub(idle.since.0) < away_us {
        return Next::Nothing;
    }
    Next::Home
}

/// The next step of a camera's own way to a place that the unit chose, and whether it is the last: directly where nothing forbidden is
/// swept, else by the widest view first; and from there in any case, for a camera that stays where nobody authorised it to look is the
/// greater harm (datong-2008:19).
pub fn way(rules: &Rules, at: PtzPosition, to: PtzPosition, limits: &PtzLimits) -> (PtzPosition, bool) {
    let wide = PtzPosition { zoom_percent: limits.least.zoom_percent, ..at };
    let clear = refuse_movement(rules, at, Movement::To(to), limits, RULE).is_none();
    if clear || is_at(at, wide) { (to, true) } else { (wide, false) }
}

#[cfg(test)]
mod tests;

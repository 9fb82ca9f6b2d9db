//! What is found of floors and terms: footage that does not reach back to its floor, footage past its term that nothing holds, disks
//! that will be full before any footage may go.
//!
//! It measures and decides nothing: floors are of the store's policy, what is kept too long and how long a disk lasts of `law`. The
//! invariant kept: whoever is told of a camera sees it anyway.

use super::{
    error::Answer,
    findings::{by_control, finding},
    names::CameraNames,
    types::{Finding, FindingKind},
};
use crate::app::App;
use law::forecast::full_words;
use law::retention::{DAY_US, floor_article, overkept_words, short_words};
use model::{CameraId, Profile, WallTime};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use store::{Overkept, system_cx};

/// What is kept too long is looked for once in so long: it goes by whole days.
const OVERKEPT_KEPT_US: i64 = 600_000_000;
/// Where no text asks for a shorter one: after the floor footage is deleted (mark of the pack: secondary).
const OVER_KEEPING_ARTICLE: &str = "national-2025:17";

/// Footage of a camera that does not reach as far back as it must.
pub struct Shortfall {
    pub camera: CameraId,
    pub floor_days: u16,
    pub article: String,
    /// Since when it should be there.
    pub owed: WallTime,
    /// What is there begins then; `None`: nothing is there.
    pub oldest: Option<WallTime>,
}

/// Of those recorded cameras, each with when it was added: a day's grace for the segment that went last, and for a camera that is new.
/// What reaches back to a camera's beginning is short of nothing, and its floor is not asked for.
pub async fn short_of_floor(
    app: &App,
    recorded: impl Iterator<Item = (CameraId, WallTime)>,
) -> Answer<Vec<Shortfall>> {
    let now = app.now();
    let oldest: HashMap<CameraId, WallTime> = app
        .store()
        .footage
        .oldest(Profile::Main)
        .await?
        .into_iter()
        .map(|(stream, start)| (stream.camera, start))
        .collect();
    let is_short = |camera: CameraId, owed: WallTime| {
        let from = owed.plus_us(DAY_US);
        from <= now && oldest.get(&camera).is_none_or(|start| *start > from)
    };
    let mut asked: Vec<(CameraId, WallTime)> =
        recorded.filter(|(camera, created)| is_short(*camera, *created)).collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    asked.sort_unstable();
    let cameras: Vec<CameraId> = asked.iter().map(|(camera, _)| *camera).collect();
    let policy = app.store().floors_of(&system_cx("storage", now), &cameras).await?;
    let short = |(camera, created): (CameraId, WallTime)| {
        let floor_days = policy.floor_of(camera);
        let owed = created.max(now.plus_us(-i64::from(floor_days) * DAY_US));
        is_short(camera, owed).then(|| Shortfall {
            camera,
            floor_days,
            article: floor_article(policy.article_of(camera)).into_owned(),
            owed,
            oldest: oldest.get(&camera).copied(),
        })
    };
    Ok(asked.into_iter().filter_map(short).collect())
}

/// Of the cameras that the reader sees, and of the disks, which are everybody's.
pub async fn found(app: &App, names: &CameraNames) -> Answer<Vec<Finding>> {
    let mut found: Vec<Finding> = Vec::new();
    for short in short_of_floor(app, names.recorded()).await? {
        let reach_days = short.oldest.map(|start| app.now().since_us(start).max(0) / DAY_US);
        let since = short.oldest.unwrap_or(short.owed);
        found.push(by_control(
            "floor-shortfall",
            finding(
                FindingKind::FloorShortfall,
                &short.article,
                Some(names.of(short.camera)),
                since,
                short_words(short.floor_days, reach_days),
            ),
        ));
    }
    let mut kept = BTreeMap::<CameraId, (u64, WallTime, u16)>::new();
    for one in overkept(app).await?.iter().filter(|one| names.has(one.stream.camera)) {
        let (count, oldest, term_days) =
            kept.entry(one.stream.camera).or_insert((0, one.oldest, one.term_days));
        *count += one.segments;
        (*oldest, *term_days) = (one.oldest.min(*oldest), one.term_days.max(*term_days));
    }
    for (camera, (count, oldest, term_days)) in kept {
        let about = overkept_words(count, term_days);
        let one =
            finding(FindingKind::OverKeeping, OVER_KEEPING_ARTICLE, Some(names.of(camera)), oldest, about);
        found.push(by_control("over-keeping", Finding { count, ..one }));
    }
    if let Some(days) = app.horizon().await?.rung_days() {
        let policy = app.store().retention_policy(&system_cx("storage", app.now())).await?;
        // Of several with the same floor always the same one: a finding does not come and go by which was asked first.
        let strictest = policy.law_floors.values().map(|floor| (floor.value, Reverse(&floor.article)));
        let strictest = strictest.max().map(|(_, Reverse(article))| article);
        let article = floor_article(strictest);
        let one = finding(FindingKind::FloorForecast, &article, None, app.now(), full_words(days));
        found.push(by_control("floor-forecast", one));
    }
    Ok(found)
}

/// What is kept too long, of every camera, as it was found a little while ago.
async fn overkept(app: &App) -> Answer<Arc<Vec<Overkept>>> {
    let at = app.now().0.div_euclid(OVERKEPT_KEPT_US);
    match app.overkept().get(&at) {
        Some(found) => Ok(found),
        None => {
            let found = app.store().overkept(&system_cx("retention", app.now())).await?;
            Ok(app.overkept().keep(at, found))
        }
    }
}

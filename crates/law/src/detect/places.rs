//! Cameras and places: private ones, ones without a life, places that must have a system, planned points that double others.

use super::{
    Detected,
    facts::{CameraFacts, PlaceFacts, Placed, PlanFacts, Snapshot},
};
use crate::{
    Words,
    life_cycle::{CameraStanding, Stage},
    packs::{ArticleId, Force, Library, Pack, Rules, Under},
};

/// Points closer than this, in metres, may see the same: the width of a street.
const OVERLAP_M_MAX: f64 = 15.0;
/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_320.0;

/// Strips of the earth from west to east as wide as that: two points that may see the same are in one strip or in neighbours.
pub(super) fn strip(placed: &Placed) -> i64 {
    (placed.latitude * DEGREE_M / OVERLAP_M_MAX).floor() as i64
}

/// datong-2008:9, guangzhou-2007:6, qingdao:9, national-2016:11 and cameras that no system has.
pub(super) fn cameras(snapshot: &Snapshot<'_>, found: &mut Vec<Detected>) {
    for camera in &snapshot.cameras {
        let system = camera.system.and_then(|at| snapshot.systems.get(at));
        self::camera(camera, system.map(|system| &system.rules), found);
    }
}

pub(super) fn camera(camera: &CameraFacts, rules: Option<&Rules<'_>>, found: &mut Vec<Detected>) {
    let private = match &camera.standing {
        CameraStanding::At { private_kind, .. } | CameraStanding::BeforeLifeCycle { private_kind } => {
            private_kind.as_deref()
        }
        CameraStanding::WithoutPoint => None,
    };
    if let (Some(kind), Some(here)) = (private, rules.map(|rules| rules.at(&camera.place))) {
        let forbidden = here.forbids_private(kind).map(|article| (article, Force::Binds));
        let article = forbidden.or_else(|| here.warns_of_private(kind).map(|id| (id, Force::Findings)));
        if let Some((article, force)) = article {
            found.push(Detected {
                article: article.to_string(),
                code: "private_place",
                about: camera.camera.clone(),
                evidence: camera.point.iter().cloned().collect(),
                since: None,
                reason: Words::new(
                    format!("The camera '{}' is in a private place.", camera.camera.name),
                    format!("摄像机“{}”设在私密场所。", camera.camera.name),
                ),
                remedy: Words::new("Remove it.", "请拆除。"),
                force,
            });
        }
    }
    if let CameraStanding::At { stage: Stage::InUse, faces_dwellings: true, .. } = &camera.standing {
        found.push(facing(camera, rules));
    }
    if let Some((code, reason, remedy)) = without_life(&camera.standing) {
        found.push(Detected {
            article: "unit:life-cycle".into(),
            code,
            about: camera.camera.clone(),
            evidence: camera.point.iter().cloned().collect(),
            since: None,
            reason,
            remedy,
            force: Force::Binds,
        });
    }
}

/// qingdao:9, national-2016:11: a camera in use whose point was found to face dwellings. Where an article binds it is stopped.
fn facing(camera: &CameraFacts, rules: Option<&Rules<'_>>) -> Detected {
    let article = rules.and_then(Rules::faces_private);
    let force = if article.is_some() { Force::Binds } else { Force::Findings };
    Detected {
        article: article.map_or_else(|| "unit:masks".to_owned(), |article| article.to_string()),
        code: "mask_needed",
        about: camera.camera.clone(),
        evidence: camera.point.iter().cloned().collect(),
        since: None,
        reason: Words::new(
            format!("The camera '{}' is in use and faces dwellings.", camera.camera.name),
            format!("摄像机“{}”正在使用且朝向住宅。", camera.camera.name),
        ),
        remedy: Words::new(
            "Turn it away from the dwellings; then ask for the change of its point's record.",
            "请调整其朝向，不再拍到住宅，然后申请变更点位档案。",
        ),
        force,
    }
}

fn without_life(standing: &CameraStanding) -> Option<(&'static str, Words, Words)> {
    match standing {
        CameraStanding::BeforeLifeCycle { .. } => Some((
            "unfiled",
            Words::new(
                "In use and unfiled: it is older than the life cycle.",
                "使用中但未备案：早于建设流程登记。",
            ),
            Words::new(
                "Register its point and system, and take the system through its steps.",
                "请登记其点位与系统，并补办各步骤。",
            ),
        )),
        CameraStanding::WithoutPoint => Some((
            "without_point",
            Words::new("It has no point; it stays in test mode.", "尚无点位，处于测试模式。"),
            Words::new("Put it at a point of a system.", "请将其设在某系统的点位。"),
        )),
        CameraStanding::At { .. } => None,
    }
}

/// Under which law places and areas are: the packs, what units adopted, the day.
#[derive(Clone, Copy)]
pub(super) struct Here<'a> {
    pub library: &'a Library,
    /// Packs that the unit adopted.
    pub adopted: &'a [String],
    pub today: &'a str,
}

impl<'a> Here<'a> {
    pub fn of(snapshot: &'a Snapshot<'_>, unit: &str) -> Self {
        let adopted = snapshot.adopted.iter().find(|(of, _)| of == unit);
        Self {
            library: snapshot.library,
            adopted: adopted.map_or(&[][..], |(_, packs)| packs.as_slice()),
            today: &snapshot.today,
        }
    }
}

/// datong-2008:7, national-2016:9, qingdao:7, chongqing:7, guangzhou-2007:6: listed and designated places.
pub(super) fn without_system(snapshot: &Snapshot<'_>, found: &mut Vec<Detected>) {
    for place in &snapshot.places {
        owed(place, Here::of(snapshot, &place.unit), found);
    }
}

pub(super) fn owed(place: &PlaceFacts, here: Here<'_>, found: &mut Vec<Detected>) {
    if place.points > 0 {
        return;
    }
    let under = Under {
        divisions: std::slice::from_ref(&place.division),
        adopted: here.adopted,
        today: here.today,
        ..Under::default()
    };
    let rules = Rules::of(here.library, &under);
    let owed = rules.packs().filter_map(|(pack, force)| Some((demands(pack, place)?, force)));
    // One finding for a place: that of a pack that binds, if there is one.
    let Some((article, force)) = owed.max_by_key(|(_, force)| *force) else { return };
    found.push(Detected {
        article: article.to_string(),
        code: "place_without_system",
        about: place.place.clone(),
        evidence: Vec::new(),
        since: None,
        reason: Words::new(
            format!("'{}' must have a system and has none.", place.place.name),
            format!("“{}”应当建设系统而未建。", place.place.name),
        ),
        remedy: Words::new("Plan a system with points at this place.", "请规划系统并在该场所登记点位。"),
        force,
    });
}

pub(super) fn demands(pack: &Pack, place: &PlaceFacts) -> Option<ArticleId> {
    pack.articles.iter().find_map(|article| {
        let demanded = article.duties.iter().any(|duty| {
            let values = &duty.parameters;
            let on =
                |flag: &Option<crate::packs::Marked<bool>>| flag.as_ref().is_some_and(|marked| marked.value);
            let Some(listed) = &values.must_have_place_categories else { return false };
            let named = place.category.as_ref().is_some_and(|category| listed.value.contains(category));
            let designated = place.designated && on(&values.designated_places);
            let only_designated = on(&values.must_have_only_if_designated);
            let spared = place.other_prevention && on(&values.other_prevention_counts);
            ((named && !only_designated) || designated) && !spared
        });
        demanded.then(|| ArticleId::new(&pack.id, &article.number))
    })
}

/// guangzhou-2007:7, qingdao:6: existing ones are used, nothing is doubled.
pub(super) fn overlaps(snapshot: &Snapshot<'_>, found: &mut Vec<Detected>) {
    for planned in &snapshot.plan.planned {
        doubled(planned, snapshot.plan.existing.iter(), found);
    }
}

/// The first of these that sees the same.
pub(super) fn doubled<'p>(
    planned: &Placed,
    mut existing: impl Iterator<Item = &'p Placed>,
    found: &mut Vec<Detected>,
) {
    let Some(other) = existing.find(|existing| overlap(planned, existing)) else { return };
    found.push(Detected {
        article: "guangzhou-2007:7".into(),
        code: "plan_overlap",
        about: planned.point.clone(),
        evidence: vec![other.point.clone()],
        since: None,
        reason: Words::new(
            format!("It would see what '{}' sees already.", other.point.name),
            format!("与已有点位“{}”的视场重叠。", other.point.name),
        ),
        remedy: Words::new("Use the existing point, or plan another view.", "请利用已有点位，或调整规划。"),
        force: Force::Findings,
    });
}

/// Every pair of a planned point and an existing one that sees the same, by their ids: what a map draws of [`overlaps`].
pub fn overlapping(plan: &PlanFacts) -> Vec<(String, String)> {
    let pairs = plan.planned.iter().flat_map(|planned| {
        let seen = plan.existing.iter().filter(move |existing| overlap(planned, existing));
        seen.map(|existing| (planned.point.id.clone(), existing.point.id.clone()))
    });
    pairs.collect()
}

fn overlap(a: &Placed, b: &Placed) -> bool {
    let north = (a.latitude - b.latitude) * DEGREE_M;
    // Nearly all are far apart; one subtraction says so.
    if north.abs() > OVERLAP_M_MAX {
        return false;
    }
    let east = (a.longitude - b.longitude) * DEGREE_M * a.latitude.to_radians().cos();
    if north.hypot(east) > OVERLAP_M_MAX {
        return false;
    }
    match (a.view_deg, b.view_deg) {
        (Some((direction_a, angle_a)), Some((direction_b, angle_b))) => {
            let apart = (direction_a - direction_b).rem_euclid(360.0);
            apart.min(360.0 - apart) < f64::midpoint(angle_a, angle_b) / 2.0
        }
        // As long as nobody says where they look, they may look the same way.
        _ => true,
    }
}

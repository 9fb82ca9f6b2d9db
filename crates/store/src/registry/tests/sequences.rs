//! Sequences of calls by anybody, in any order: nothing reaches use without acceptance, no camera is recorded at a private place,
//! no floor gets shorter for what is there, and no draft refuses anything.
//!
//! Seeded and bounded. What must hold is worked out here from the packs' own data and not by the functions under test.

use super::near::Follower;
use super::*;
use law::life_cycle::{Recording, Stage, Step};
use law::packs::{Mark, Pack, Status};
use law::register::{Body, RecordKind};
use law::retention::{DAY_US, SegmentFacts, Terms};
use model::{CameraId, Cx, OverrideId, PersonId, Personal, Profile, RecordId, Role, Span, StreamId};
use serde_json::{Value, json};
use std::collections::HashMap;

const SEEDS: u64 = 10;
const CALLS: usize = 120;
const CODES: [&str; 5] = ["990100", "440106", "140213", "370202", "500103"];
const KINDS: [&str; 5] = ["", "toilet", "office", "nursing-room", "dormitory"];
const PACKS: [&str; 6] =
    ["national-2016", "guangzhou-2007", "datong-2008", "qingdao", "chongqing", "uk-scc-2013"];
const STEPS: [Step; 6] =
    [Step::Review, Step::Build, Step::Test, Step::Accept, Step::Commission, Step::Decommission];

/// xorshift64*: the same sequence on every machine.
pub(super) struct Chance(u64);

impl Chance {
    pub fn from(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33
    }
    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }
    pub fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}

/// What was recorded of a camera when it was first seen, and the floor that it was last found under.
struct Kept {
    segment: SegmentFacts,
    floor_days: u16,
}

struct City {
    town: Town,
    chance: Chance,
    now: model::WallTime,
    people: Vec<PersonId>,
    divisions: Vec<RecordId>,
    places: Vec<RecordId>,
    systems: Vec<RecordId>,
    points: Vec<RecordId>,
    papers: Vec<RecordId>,
    cameras: Vec<CameraId>,
    overrides: Vec<OverrideId>,
    kept: HashMap<CameraId, Kept>,
    /// What was permitted, for the test to see that it did something.
    permitted: HashMap<&'static str, u32>,
}

fn body(value: Value) -> Body {
    value.as_object().cloned().unwrap()
}

impl City {
    async fn build(seed: u64) -> Self {
        let town = Town::build().await;
        let registry = &town.store.registry;
        let demo = system_cx("demo", NOW);
        let mut people = vec![town.administrator, town.operator, town.viewer, town.auditor];
        for (account, unit) in [("second", town.unit), ("third", town.unit), ("foreign", town.other_unit)] {
            let new = NewPerson {
                account: account.into(),
                name: Personal::new(account.into()),
                language: "en".into(),
                posts: vec![law::access::Post { role: Role::Administrator, unit, group: None }],
                password: Some(model::Secret::new(PASSWORD.into())),
                password_stays: true,
            };
            people.push(registry.create_person(&demo, new).await.unwrap().0);
        }
        let add = async |kind: RecordKind, value: Value| {
            let unit = (!kind.is_shared()).then_some(town.unit);
            registry.add_record(&demo, kind, unit, body(value)).await.unwrap()
        };
        let (mut divisions, mut places, mut papers, mut systems) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for code in CODES {
            divisions.push(add(RecordKind::Division, json!({ "code": code, "name": code })).await);
        }
        for (at, division) in divisions.iter().enumerate() {
            let value = json!({ "name": format!("place {at}"), "division": division.to_string() });
            places.push(add(RecordKind::Place, value).await);
        }
        for paper in ["design", "construction", "test", "acceptance", "authorisation", "planning"] {
            papers.push(add(RecordKind::Document, json!({ "name": paper, "paper": paper })).await);
        }
        let roles = ["design", "construction", "maintenance"];
        let value = json!({ "name": "C", "roles": roles, "certificate": "1", "valid_until": "2099-01-01" });
        let contractor = add(RecordKind::Contractor, value).await.to_string();
        for division in &divisions {
            let value = json!({
                "name": "system", "division": division.to_string(), "builder_kind": "government",
                "designer": contractor, "constructor": contractor, "maintainer": contractor,
            });
            systems.push(add(RecordKind::System, value).await);
        }
        Self {
            chance: Chance::from(seed),
            now: NOW,
            people,
            divisions,
            places,
            systems,
            points: Vec::new(),
            papers,
            cameras: vec![town.gate],
            overrides: Vec::new(),
            kept: HashMap::new(),
            permitted: HashMap::new(),
            town,
        }
    }

    /// Mostly somebody who may: a refusal for want of a post is the least of what is tried here.
    fn somebody(&mut self) -> Cx {
        let person = if self.chance.one_in(4) { self.chance.of(&self.people) } else { self.people[0] };
        Cx { note: Some("reason".into()), ..office(person, self.now) }
    }

    async fn call(&mut self) -> (&'static str, Result<()>) {
        let cx = self.somebody();
        match self.chance.below(14) {
            0 | 1 => ("point", self.add_point(&cx).await),
            2 => ("place", self.change_place(&cx).await),
            3 => ("system", self.change_system(&cx).await),
            4..=6 => ("step", self.step(&cx).await),
            7 => ("camera", self.add_camera(&cx).await),
            8 => ("adopt", self.adopt(&cx).await),
            9 => ("override", self.set_override(&cx).await),
            10 => ("end", self.end_override(&cx).await),
            11 => ("terms", self.terms(&cx).await),
            12 => ("moved point", self.move_point(&cx).await),
            _ => {
                let days = self.chance.of(&[0, 1, 7, 40]);
                self.now = self.now.plus_us(days * DAY_US + 1);
                let cx = system_cx("retention", self.now);
                ("time", self.town.store.registry.note_floors(&cx).await)
            }
        }
    }

    async fn add_point(&mut self, cx: &Cx) -> Result<()> {
        let (system, place) = (self.chance.of(&self.systems), self.chance.of(&self.places));
        let value = json!({
            "name": "point", "system": system.to_string(), "place": place.to_string(), "purpose": "gate",
            "faces_dwellings": self.chance.one_in(8),
        });
        let unit = Some(self.town.unit);
        let point = self.town.store.registry.add_record(cx, RecordKind::Point, unit, body(value)).await?;
        self.points.push(point);
        // Most points get the sign that some pack asks for.
        let value = json!({
            "name": "sign", "points": [point.to_string()], "photo": self.papers[0].to_string(),
        });
        let demo = system_cx("demo", self.now);
        self.town.store.registry.add_record(&demo, RecordKind::Sign, unit, body(value)).await?;
        Ok(())
    }

    async fn changed(&self, cx: &Cx, id: RecordId, values: &[(&str, Value)]) -> Result<()> {
        let registry = &self.town.store.registry;
        let record = registry.record(&system_cx("demo", self.now), id).await?;
        let mut body = record.body.clone();
        for (field, value) in values {
            body.insert((*field).into(), value.clone());
        }
        registry.change_record(cx, id, record.version, body).await
    }

    async fn change_place(&mut self, cx: &Cx) -> Result<()> {
        let place = self.chance.of(&self.places);
        let kind = if self.chance.one_in(2) { "" } else { self.chance.of(&KINDS) };
        let mut values = vec![("private_kind", json!(kind))];
        if self.chance.one_in(3) {
            values.push(("division", json!(self.chance.of(&self.divisions).to_string())));
        }
        self.changed(cx, place, &values).await
    }

    async fn change_system(&mut self, cx: &Cx) -> Result<()> {
        let system = self.chance.of(&self.systems);
        let packs: Vec<&str> = PACKS.into_iter().filter(|_| self.chance.one_in(4)).collect();
        let mut values = vec![("packs", json!(packs))];
        if self.chance.one_in(3) {
            values.push(("division", json!(self.chance.of(&self.divisions).to_string())));
        }
        self.changed(cx, system, &values).await
    }

    async fn step(&mut self, cx: &Cx) -> Result<()> {
        let system = self.chance.of(&self.systems);
        let registry = &self.town.store.registry;
        let stage = registry.record(&system_cx("demo", self.now), system).await?.stage;
        let next = STEPS.into_iter().find(|step| Some(step.from()) == stage);
        let step = if self.chance.one_in(4) { self.chance.of(&STEPS) } else { next.unwrap_or(Step::Review) };
        let documents = if self.chance.one_in(5) { Vec::new() } else { self.papers.clone() };
        let with = ["public-security", "experts", "builder", "designer", "constructor", "user-unit"];
        let new = NewLifeStep {
            system,
            step,
            documents,
            with: with.map(str::to_owned).to_vec(),
            passed: !self.chance.one_in(6),
            note: String::new(),
        };
        registry.take_life_step(cx, new).await.map(|_| ())
    }

    async fn add_camera(&mut self, cx: &Cx) -> Result<()> {
        if self.points.is_empty() {
            return Ok(());
        }
        let point = self.chance.of(&self.points);
        let registry = &self.town.store.registry;
        if self.chance.one_in(3) {
            return registry.place_camera(cx, self.chance.of(&self.cameras), point).await;
        }
        let new = NewCamera {
            unit: self.town.unit,
            group: None,
            name: "camera".into(),
            place: String::new(),
            main_url: "rtsp://192.0.2.7/1".into(),
            sub_url: None,
            credentials: None,
            reach: Reach::default(),
            security_level: 1,
            floor_days: None,
        };
        let enrolment = Enrolment { point: Some(point), ..Enrolment::default() };
        self.cameras.push(registry.enroll_camera(cx, new, enrolment).await?);
        Ok(())
    }

    async fn adopt(&mut self, cx: &Cx) -> Result<()> {
        let (pack, paper) = (self.chance.of(&PACKS), self.papers[0]);
        if !self.chance.one_in(3) {
            return Ok(());
        }
        self.town.store.registry.adopt_pack(cx, self.town.unit, pack, paper).await
    }

    async fn set_override(&mut self, cx: &Cx) -> Result<()> {
        let days = self.chance.of(&[10, 30, 45, 90]);
        let (article, parameter, value) = match self.chance.below(4) {
            0 => ("guangzhou-2007:21", "footage_floor_days", json!(days)),
            1 => ("national-2025:17", "footage_floor_days", json!(days)),
            2 => ("qingdao:9", "private_place_kinds", json!(["bathroom"])),
            _ => ("datong-2008:9", "private_place_kinds", json!(["toilet"])),
        };
        let place = (self.chance.one_in(3)).then(|| self.chance.of(&self.places));
        let system = (place.is_none() && self.chance.one_in(2)).then(|| self.chance.of(&self.systems));
        let from = self.town.store.registry.today(self.now);
        let new = NewOverride {
            unit: self.town.unit,
            system,
            place,
            article: article.parse().unwrap(),
            parameter: parameter.into(),
            value,
            document: self.papers[0],
            reason: "otherwise provided".into(),
            from: from.to_string(),
            until: self.chance.one_in(2).then(|| from.plus(self.chance.of(&[0, 1, 30])).to_string()),
        };
        self.overrides.push(self.town.store.registry.set_override(cx, new).await?);
        Ok(())
    }

    async fn end_override(&mut self, cx: &Cx) -> Result<()> {
        if self.overrides.is_empty() {
            return Ok(());
        }
        let ended = self.chance.of(&self.overrides);
        self.town.store.registry.end_override(cx, ended).await
    }

    async fn terms(&mut self, cx: &Cx) -> Result<()> {
        let registry = &self.town.store.registry;
        let days = self.chance.of(&[14, 15, 30, 60]);
        if self.chance.one_in(2) {
            let settings = Settings { floor_days: days, term_days: days };
            return registry.change_settings(cx, settings, "paper").await;
        }
        let terms = Terms { floor_days: self.chance.one_in(2).then_some(days), term_days: None };
        registry.change_camera_terms(cx, self.chance.of(&self.cameras), terms, "paper").await
    }

    async fn move_point(&mut self, cx: &Cx) -> Result<()> {
        if self.points.is_empty() {
            return Ok(());
        }
        let point = self.chance.of(&self.points);
        let values = [
            ("place", json!(self.chance.of(&self.places).to_string())),
            ("faces_dwellings", json!(self.chance.one_in(2))),
        ];
        if self.chance.one_in(2) {
            return self.changed(cx, point, &values).await;
        }
        let registry = &self.town.store.registry;
        let record = registry.record(&system_cx("demo", self.now), point).await?;
        let mut wanted = record.body.clone();
        wanted.extend(values.map(|(field, value)| (field.to_owned(), value)));
        let new = NewChangeRequest {
            record: point,
            version: record.version,
            body: wanted,
            reason: "works".into(),
            document: None,
        };
        let request = registry.ask_change(cx, new).await?;
        let decider = self.chance.of(&self.people);
        let cx = office(decider, self.now);
        self.town.store.registry.decide_change(&cx, request, true).await
    }

    async fn adopted(&self) -> Vec<String> {
        let adoptions =
            self.town.store.registry.adoptions(&system_cx("demo", self.now), self.town.unit).await;
        adoptions.unwrap().into_iter().map(|adoption| adoption.pack).collect()
    }

    /// Whether the pack binds where one of these divisions is, by its own data and nothing else.
    fn binds(&self, pack: &Pack, codes: &[String], named: &[Value], adopted: &[String]) -> bool {
        if adopted.contains(&pack.id) {
            return true;
        }
        let area = pack.division.as_deref().map(|code| code.trim_end_matches("00"));
        let held = codes.iter().any(|code| match area {
            Some("") => !code.starts_with('9'),
            Some(area) => code.starts_with(area),
            None => false,
        });
        let in_force = pack.status == Status::InForce && pack.superseded_by.is_none();
        in_force && (held || named.contains(&json!(pack.id)))
    }

    async fn hold(&mut self, what: &str) {
        let cx = system_cx("retention", self.now);
        let registry = self.town.store.registry.clone();
        // As the server does after every change.
        registry.note_floors(&cx).await.unwrap();
        for system in self.systems.clone() {
            let life = registry.system_life(&cx, system).await.unwrap();
            let taken: Vec<Step> = life.steps.iter().map(|step| step.step).collect();
            if life.stage >= Stage::InUse {
                assert!(taken.starts_with(&STEPS[..5]), "{what}: in use after {taken:?}");
            }
        }
        self.hold_private(what, &registry, &cx).await;
        let policy = self.town.store.retention_policy(&cx).await.unwrap();
        for camera in self.cameras.clone() {
            let stream = StreamId { camera, profile: Profile::Main };
            let span = Span { start: self.now.plus_us(-60_000_000), end: self.now };
            let recorded_floor_days = policy.floor_of(camera);
            let segment = SegmentFacts { segment: 1, stream, span, recorded_floor_days };
            let kept = self.kept.entry(camera).or_insert(Kept { segment, floor_days: 0 });
            let floor_days = policy.floor_days(&kept.segment);
            assert!(floor_days >= kept.floor_days, "{what}: {} became {floor_days} days", kept.floor_days);
            kept.floor_days = floor_days;
        }
    }

    async fn hold_private(&self, what: &str, registry: &Registry, cx: &Cx) {
        let (adopted, library) = (self.adopted().await, registry.packs().library.clone());
        let covered = registry.covered_cameras(cx).await.unwrap();
        let cameras: Vec<CameraId> = covered.iter().map(|camera| camera.id).collect();
        for (camera, standing) in registry.camera_standings(cx, &cameras).await.unwrap() {
            let Some(point) = standing.point.filter(|_| standing.recording != Recording::No) else {
                continue;
            };
            let of = async |body: &Body, field: &str| {
                let id = body[field].as_str().unwrap().parse().unwrap();
                registry.record(cx, id).await.unwrap()
            };
            let point = registry.record(cx, point).await.unwrap();
            let (system, place) = (of(&point.body, "system").await, of(&point.body, "place").await);
            let Some(kind) = place.body.get("private_kind").filter(|kind| **kind != json!("")) else {
                continue;
            };
            let mut codes = Vec::new();
            for record in [&system, &place] {
                codes.push(of(&record.body, "division").await.code.unwrap());
            }
            let named = system.body.get("packs").and_then(Value::as_array).cloned().unwrap_or_default();
            for pack in library.packs.iter().filter(|pack| self.binds(pack, &codes, &named, &adopted)) {
                let duties = pack.articles.iter().flat_map(|article| &article.duties);
                let mut kinds = duties.filter_map(|duty| duty.parameters.private_place_kinds.as_ref());
                let read = kinds.find(|kinds| {
                    kinds.mark != Mark::Unverified && kinds.value.iter().any(|known| json!(known) == *kind)
                });
                assert!(read.is_none(), "{what}: {camera} is recorded in a {kind} under {}", pack.id);
            }
        }
    }
}

#[tokio::test]
async fn no_sequence_of_calls_breaks_what_must_hold() {
    let mut permitted: HashMap<&str, u32> = HashMap::new();
    for seed in 1..=SEEDS {
        let mut city = City::build(seed).await;
        city.hold("at the beginning").await;
        let mut follower = Follower::start(&city.town, city.now).await;
        for at in 0..CALLS {
            let (name, result) = city.call().await;
            let what = format!("seed {seed}, call {at}, {name}");
            match result {
                Ok(()) => *city.permitted.entry(name).or_default() += 1,
                Err(Error::Refused(refusal)) => {
                    let pack = refusal.article.split(':').next().unwrap_or_default().to_owned();
                    let heard =
                        ["national-2016", "qingdao", "chongqing", "uk-scc-2013"].contains(&pack.as_str());
                    let weaker = refusal.code == "override_weaker";
                    assert!(!heard || weaker || city.adopted().await.contains(&pack), "{what}: {refusal:?}");
                }
                Err(Error::Internal(problem)) => panic!("{what}: {problem}"),
                Err(_) => {}
            }
            city.hold(&what).await;
            follower.follow(&city.town, city.now, &what).await;
        }
        for (name, count) in city.permitted {
            *permitted.entry(name).or_default() += count;
        }
    }
    // A run in which nothing is ever permitted would show nothing.
    for name in
        ["point", "place", "system", "step", "camera", "adopt", "override", "end", "terms", "moved point"]
    {
        assert!(permitted.get(name).copied().unwrap_or(0) > 5, "{name}: {permitted:?}");
    }
}

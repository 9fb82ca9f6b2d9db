//! What was written is followed by its neighbourhood, and what is known afterwards is what reading everything gives: over histories of
//! every kind of record with whatever its fields may hold, of cameras, steps, filings and people.

use super::floors::add;
use super::sequences::Chance;
use super::*;
use law::detect::{Change, Fact, Register};
use law::register::{Body, Choice, FieldType, RecordKind, Source, fields};
use model::{CameraId, PersonId, RecordId, WallTime};
use serde_json::{Value, json};
use std::collections::HashMap;

const SEEDS: u64 = 6;
const CALLS: usize = 200;
/// Of which systems are made: every other call is about one of these.
const OFTEN: [RecordKind; 5] =
    [RecordKind::Place, RecordKind::System, RecordKind::Point, RecordKind::Sign, RecordKind::Document];

/// A register that is told what was written, and never reads everything unless it must.
pub(super) struct Follower {
    register: Register,
    version: i64,
    /// How often the neighbourhood was enough.
    pub near: u32,
}

impl Follower {
    pub async fn start(town: &Town, now: WallTime) -> Self {
        let version = town.store.registry.fact_version().await.unwrap();
        Self { register: whole(town, now).await, version, near: 0 }
    }

    pub async fn follow(&mut self, town: &Town, now: WallTime, after: &str) {
        let version = town.store.registry.fact_version().await.unwrap();
        self.take(town, now, version).await;
        let all = whole(town, now).await;
        let missed: Vec<String> =
            self.register.differences(&all).iter().map(|change| format!("{change:?}")).collect();
        assert!(missed.is_empty(), "after {after}: {missed:#?}");
    }

    /// Takes in what was written up to a version, as it is read now: some of it may be later.
    async fn take(&mut self, town: &Town, now: WallTime, version: i64) {
        let registry = &town.store.registry;
        let library = &registry.packs().library;
        let changes = match registry.facts_written(self.version, version).await.unwrap() {
            Written::Everything => None,
            Written::Of(touched) => {
                let part = registry.register_near(now, library, &HashMap::new(), &touched).await.unwrap();
                part.map(|part| self.register.differences_in(&part.looked, &part.facts))
            }
        };
        self.near += u32::from(changes.is_some());
        let changes = match changes {
            Some(changes) => changes,
            None => self.register.differences(&whole(town, now).await),
        };
        for change in changes {
            match change {
                Change::Is(fact) => self.register.put(fact),
                Change::Gone(kind, id) => self.register.take(kind, &id),
            }
        }
        self.version = version;
    }
}

async fn whole(town: &Town, now: WallTime) -> Register {
    let registry = &town.store.registry;
    let cx = system_cx("findings", now);
    let library = &registry.packs().library;
    let mut facts = registry.register_facts(&cx, library, &HashMap::new()).await.unwrap();
    for person in registry.people_facts(&cx, now).await.unwrap() {
        facts.put(Fact::Person(person));
    }
    facts
}

struct Walk {
    town: Town,
    chance: Chance,
    now: WallTime,
    records: HashMap<RecordKind, Vec<RecordId>>,
    cameras: Vec<CameraId>,
    people: Vec<PersonId>,
}

impl Walk {
    async fn call(&mut self) -> (String, Result<()>) {
        self.now = self.now.plus_us(1_000_000);
        match self.chance.below(12) {
            0..=4 => self.add().await,
            5..=7 => self.change().await,
            8 => self.remove().await,
            9 => ("camera".into(), self.camera().await),
            10 => ("person".into(), self.person().await),
            _ => ("step".into(), self.step().await),
        }
    }

    fn cx(&self) -> model::Cx {
        Cx { note: Some("reason".into()), ..system_cx("demo", self.now) }
    }

    async fn add(&mut self) -> (String, Result<()>) {
        let kind = self.kind();
        let body = self.body(kind, None);
        let unit = (!kind.is_shared()).then_some(self.town.unit);
        let added = self.town.store.registry.add_record(&self.cx(), kind, unit, body).await;
        let id = added.map(|id| self.records.entry(kind).or_default().push(id));
        (format!("adding a {kind:?}"), id)
    }

    async fn change(&mut self) -> (String, Result<()>) {
        let Some((kind, id)) = self.one() else { return ("nothing".into(), Ok(())) };
        let registry = &self.town.store.registry;
        let stored = registry.record(&self.cx(), id).await.unwrap();
        let body = self.body(kind, Some(stored.body));
        let changed = self.town.store.registry.change_record(&self.cx(), id, stored.version, body).await;
        (format!("changing a {kind:?}"), changed)
    }

    async fn remove(&mut self) -> (String, Result<()>) {
        let Some((kind, id)) = self.one() else { return ("nothing".into(), Ok(())) };
        let registry = &self.town.store.registry;
        let stored = registry.record(&self.cx(), id).await.unwrap();
        let removed = registry.remove_record(&self.cx(), id, stored.version).await;
        if removed.is_ok() {
            self.records.entry(kind).or_default().retain(|one| *one != id);
        }
        (format!("removing a {kind:?}"), removed)
    }

    fn kind(&mut self) -> RecordKind {
        if self.chance.one_in(2) { self.chance.of(&OFTEN) } else { self.chance.of(&RecordKind::ALL) }
    }

    fn one(&mut self) -> Option<(RecordKind, RecordId)> {
        let kind = self.kind();
        let all = self.records.get(&kind).filter(|all| !all.is_empty())?;
        Some((kind, self.chance.of(all)))
    }

    /// A body in which some fields are drawn anew.
    fn body(&mut self, kind: RecordKind, before: Option<Body>) -> Body {
        let mut body = before.clone().unwrap_or_default();
        for field in fields(kind) {
            // What a system holds of secrets would end the walk: it is looked at elsewhere.
            let drawn = match before {
                None => field.required || self.chance.one_in(2),
                Some(_) => self.chance.one_in(5),
            };
            if !drawn || field.name == "secret" {
                continue;
            }
            if field.name == "paper" && self.chance.one_in(2) {
                body.insert(field.name.to_owned(), json!("design-change"));
                continue;
            }
            match self.value(field.of) {
                Some(value) => drop(body.insert(field.name.to_owned(), value)),
                None => drop(body.remove(field.name)),
            }
        }
        body
    }

    fn value(&mut self, of: FieldType) -> Option<Value> {
        let digits = |number: u64, count: usize| format!("{number:0count$}");
        Some(match of {
            FieldType::Text { .. } | FieldType::Lines { .. } => {
                json!(format!("word {}", self.chance.below(50)))
            }
            FieldType::Digits { count } => json!(digits(self.chance.below(900_000) as u64, count)),
            FieldType::Letters { count } => json!(digits(self.chance.below(900_000) as u64, count)),
            FieldType::Number { min, max, .. } => {
                json!(min + (max - min) * self.chance.below(64) as f64 / 64.0)
            }
            FieldType::Whole { min, max, .. } => json!(min + self.chance.below(64) as i64 % (max - min + 1)),
            FieldType::Date => {
                json!(format!("20{:02}-0{}-11", 24 + self.chance.below(4), 1 + self.chance.below(9)))
            }
            FieldType::Flag => json!(self.chance.one_in(2)),
            FieldType::One(all) => json!(self.choice(all)),
            FieldType::Some(all) => json!([self.choice(all)]),
            FieldType::OneOf(Source::Categories) => json!(self.chance.of(&["bank", "hospital", "school"])),
            FieldType::OneOf(_) => return None,
            FieldType::SomeOf(_) => json!([self.chance.of(&["national-2016", "qingdao", "guangzhou-2007"])]),
            FieldType::Record(of) => json!(self.named(of)?.to_string()),
            FieldType::Records(of) => json!([self.named(of)?.to_string(), self.named(of)?.to_string()]),
        })
    }

    fn choice(&mut self, all: &[Choice]) -> &'static str {
        self.chance.of(all).id
    }

    fn named(&mut self, kind: RecordKind) -> Option<RecordId> {
        let all = self.records.get(&kind).filter(|all| !all.is_empty())?;
        Some(self.chance.of(all))
    }

    async fn camera(&mut self) -> Result<()> {
        let (camera, cx) = (self.chance.of(&self.cameras), self.cx());
        if self.chance.one_in(3) {
            let name = Some(format!("camera {}", self.chance.below(20)));
            let change = CameraChange { name, ..CameraChange::default() };
            return self.town.store.registry.change_camera(&cx, camera, change).await;
        }
        if self.chance.one_in(8) {
            self.cameras.push(Town::camera(&self.town.store, "more", self.town.unit).await);
        }
        let Some(point) = self.named(RecordKind::Point) else { return Ok(()) };
        self.town.store.registry.place_camera(&cx, camera, point).await
    }

    /// Posts go and come, accounts are suspended, training and vetting are noted: what stands in the tables, whoever wrote it.
    async fn person(&mut self) -> Result<()> {
        let person = self.chance.of(&self.people).0.as_bytes().to_vec();
        let (entry, now) = (self.chance.below(5) as i64, self.now.0);
        let sql = self.chance.of(&[
            "DELETE FROM post WHERE person = ?1 AND ?2 > 2",
            "UPDATE person SET suspended = (?2 > 2) WHERE id = ?1",
            "INSERT OR IGNORE INTO vetting (entry, person, by_whom, at_us, passed) VALUES (?2, ?1, 'organ', ?3, ?2 > 1)",
            "INSERT OR IGNORE INTO posts_confirmation (entry, person, confirmer, at_us, note) VALUES (?2, ?1, ?1, ?3, '')",
            "INSERT INTO training (id, person, kind, by_public_security, issuer, number, from_us, until_us, entry)
             VALUES (randomblob(16), ?1, 'law', 1, 'organ', '1', ?3, ?3 + 86400000000 * (?2 + 1), ?2)",
            "INSERT OR IGNORE INTO training_revocation (training, reason, at_us, entry)
             SELECT id, 'why', ?3, ?2 FROM training WHERE person = ?1",
        ]);
        self.written(sql, person, entry, now).await
    }

    /// Steps, filings and stages, written as they stand: the law's conditions are others' tests.
    async fn step(&mut self) -> Result<()> {
        let Some(system) = self.named(RecordKind::System) else { return Ok(()) };
        let (number, now) = (self.chance.below(6) as i64, self.now.0);
        let document = self.named(RecordKind::Document).map_or_else(String::new, |id| format!("\"{id}\""));
        let step = format!(
            "INSERT OR IGNORE INTO life_step (system, number, step, at_us, entry, body)
             VALUES (?1, ?2, ?2 + 1, ?3, ?2, '{{\"documents\":[{document}],\"with\":[],\"note\":\"\"}}')"
        );
        let sql = self.chance.of(&[
            step.as_str(),
            "UPDATE record SET stage = ?2 WHERE id = ?1",
            "INSERT INTO filing (id, system, pack, filed_on, recipient, filer, note, dossier, sha256, person, at_us, entry)
             VALUES (randomblob(16), ?1, 'guangzhou-2007', '2026-01-02', 'organ', 'who', '', '{}', zeroblob(32),
                 (SELECT id FROM person LIMIT 1), ?3, ?2)",
            "DELETE FROM filing WHERE system = ?1",
        ]);
        let sql = sql.to_owned();
        self.written(&sql, system.0.as_bytes().to_vec(), number, now).await
    }

    async fn written(&self, sql: &str, id: Vec<u8>, number: i64, now: i64) -> Result<()> {
        let sql = sql.to_owned();
        self.town
            .store
            .registry
            .write(move |connection| {
                Box::pin(async move {
                    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).bind(number).bind(now);
                    query.execute(connection).await.unwrap();
                    Ok(())
                })
            })
            .await
    }
}

async fn walk(seed: u64) -> (Walk, Follower) {
    let town = Town::build().await;
    let follower = Follower::start(&town, NOW).await;
    let walk = Walk {
        chance: Chance::from(seed),
        now: NOW,
        records: HashMap::new(),
        cameras: vec![town.gate, town.yard],
        people: vec![town.operator, town.viewer, town.auditor],
        town,
    };
    (walk, follower)
}

#[tokio::test]
async fn what_is_followed_is_what_reading_everything_gives() {
    let mut near = 0;
    for seed in 1..=SEEDS {
        let (mut walk, mut follower) = walk(seed).await;
        let mut permitted = 0;
        for call in 0..CALLS {
            let (what, result) = walk.call().await;
            permitted += u32::from(result.is_ok());
            follower.follow(&walk.town, walk.now, &format!("{what} (seed {seed}, call {call})")).await;
            let (followed, whole, _) = walk.town.store.registry.rota_both(walk.now).await;
            assert_eq!(followed, whole, "inspections after {what} (seed {seed}, call {call})");
        }
        assert!(permitted > 40, "seed {seed} did next to nothing: {permitted}");
        near += follower.near;
    }
    assert!(u64::from(near) > SEEDS * CALLS as u64 * 3 / 4, "mostly everything was read: {near}");
}

/// Several changes in one sweep, and one more between the moment when its version was read and that when its facts are.
#[tokio::test]
async fn what_is_written_while_it_is_followed_is_followed_next() {
    for seed in 1..=2 {
        let (mut walk, mut follower) = walk(100 + seed).await;
        for call in 0..CALLS / 4 {
            for _ in 0..walk.chance.below(3) {
                drop(walk.call().await);
            }
            let version = walk.town.store.registry.fact_version().await.unwrap();
            let (what, _) = walk.call().await;
            follower.take(&walk.town, walk.now, version).await;
            follower
                .follow(&walk.town, walk.now, &format!("{what} meanwhile (seed {seed}, call {call})"))
                .await;
        }
    }
}

/// A division of Tianhe's code, and a system in it.
async fn system_in(town: &Town) -> (RecordId, RecordId) {
    let division = add(town, RecordKind::Division, json!({ "name": "Tianhe", "code": "440106" })).await;
    let body = json!({ "name": "S", "division": division.to_string(), "builder_kind": "government" });
    (division, add(town, RecordKind::System, body).await)
}

/// Of a thousand systems a sweep without a change reads none, and with one that one: what is due of the others is known.
#[tokio::test]
async fn inspections_due_read_what_was_written_and_not_all_systems() {
    let town = Town::build().await;
    let (division, system) = system_in(&town).await;
    let (of, at) = (system.0.as_bytes().to_vec(), division.0.as_bytes().to_vec());
    let copies = town.store.registry.write(move |connection| {
        Box::pin(async move {
            let copied = sqlx::query("CREATE TEMP TABLE copied AS SELECT * FROM record WHERE id = ?");
            copied.bind(of).execute(&mut *connection).await.unwrap();
            for _ in 1..1_000 {
                sqlx::query("UPDATE copied SET id = randomblob(16)").execute(&mut *connection).await.unwrap();
                let copy = "INSERT INTO record SELECT * FROM copied";
                sqlx::query(copy).execute(&mut *connection).await.unwrap();
                sqlx::query("INSERT INTO record_reference (source, field, target) SELECT id, 'division', ? FROM copied")
                    .bind(at.clone())
                    .execute(&mut *connection)
                    .await
                    .unwrap();
            }
            Ok(())
        })
    });
    copies.await.unwrap();
    let read = async |now: WallTime| {
        let (followed, whole, count) = town.store.registry.rota_both(now).await;
        assert_eq!(followed, whole);
        count
    };
    assert_eq!(read(NOW).await, 1_000);
    assert_eq!(read(NOW.plus_us(600_000_000)).await, 1_000, "nothing was written, and nothing read");
    let body = json!({ "name": "T", "division": division.to_string(), "builder_kind": "government" });
    let other = add(&town, RecordKind::System, body).await;
    assert_eq!(read(NOW.plus_us(1_200_000_000)).await, 1_001, "the one that was written");
    town.store.registry.remove_record(&system_cx("demo", NOW), other, 1).await.unwrap();
    assert_eq!(read(NOW.plus_us(1_800_000_000)).await, 1_001, "gone is gone");
    assert_eq!(read(NOW.plus_us(2 * 86_400_000_000)).await, 1_000, "once a day everything");
}

/// A document is named by no record, but by a step.
#[tokio::test]
async fn a_paper_of_a_step_touches_its_system() {
    let town = Town::build().await;
    let (registry, cx) = (&town.store.registry, system_cx("demo", NOW));
    let (_, system) = system_in(&town).await;
    let paper = add(&town, RecordKind::Document, json!({ "name": "D", "paper": "design" })).await;
    registry
        .write(move |connection| {
            Box::pin(async move {
                let body = json!({ "documents": [paper.to_string()], "with": [], "note": "" }).to_string();
                let step = "INSERT INTO life_step (system, number, step, at_us, entry, body) VALUES (?, 1, 1, 1, 1, ?)";
                sqlx::query(step).bind(system.0.as_bytes().to_vec()).bind(body).execute(&mut *connection).await.unwrap();
                let built = "UPDATE record SET stage = ? WHERE id = ?";
                let stage = i64::from(law::life_cycle::Stage::Built.code());
                sqlx::query(built).bind(stage).bind(system.0.as_bytes().to_vec()).execute(connection).await.unwrap();
                Ok(())
            })
        })
        .await
        .unwrap();
    let mut follower = Follower::start(&town, NOW).await;
    let changes = |follower: &Follower| follower.register.systems[&system.to_string()].design_change;
    assert!(!changes(&follower));
    let body = json!({ "name": "D", "paper": "design-change" });
    registry.change_record(&cx, paper, 1, body.as_object().cloned().unwrap()).await.unwrap();
    follower.follow(&town, NOW, "another kind of paper").await;
    assert!(changes(&follower) && follower.near == 1, "by its neighbourhood");
}

/// A division that is called otherwise is itself alone; its code is everything in it.
#[tokio::test]
async fn a_division_is_touched_alone_until_its_code_is_another() {
    let town = Town::build().await;
    let (registry, cx) = (&town.store.registry, system_cx("demo", NOW));
    let (division, system) = system_in(&town).await;
    let mut follower = Follower::start(&town, NOW).await;
    let looked = async |follower: &Follower| {
        let to = registry.fact_version().await.unwrap();
        match registry.facts_written(follower.version, to).await.unwrap() {
            Written::Everything => None,
            Written::Of(touched) => {
                let library = &registry.packs().library;
                let part = registry.register_near(NOW, library, &HashMap::new(), &touched).await.unwrap();
                let ids = part.unwrap().looked.into_iter().map(|(_, id)| id);
                Some(ids.collect::<std::collections::BTreeSet<_>>())
            }
        }
    };
    let change = async |version: u32, value: Value| {
        registry.change_record(&cx, division, version, value.as_object().cloned().unwrap()).await.unwrap();
    };
    change(1, json!({ "name": "Tianhe District", "code": "440106" })).await;
    assert_eq!(looked(&follower).await, Some([division.to_string()].into()));
    follower.follow(&town, NOW, "another name").await;
    assert_eq!(follower.near, 1, "by its neighbourhood");
    change(2, json!({ "name": "Tianhe District", "code": "440105" })).await;
    assert_eq!(looked(&follower).await, None);
    follower.follow(&town, NOW, "another code").await;
    assert_eq!(follower.register.systems[&system.to_string()].division, "440105");
    assert_eq!(follower.near, 1, "everything was read");
}

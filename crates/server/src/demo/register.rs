//! The example units in the register: records, papers, steps of systems' lives, made by the same functions as a person's.
//!
//! It writes no row around the law: a step that is refused stays refused. A folder whose register has systems is left as it is;
//! what cannot be made is said and does not keep the demonstration from starting.

use super::{
    registry::Sources,
    unit_in_order::in_order,
    units_with_faults::{chongqing, datong},
};
use anyhow::Context as _;
use law::alarm::{Priority, SourceKind};
use law::{Day, life_cycle::Step, register::RecordKind};
use model::{Actor, CameraId, Cx, PersonId, RecordId, UnitId};
use serde_json::{Map, Value, json};
use store::{
    AlarmInput, CameraChange, CameraQuery, Enrolment, NewAlarmSource, NewCamera, NewChangeRequest,
    NewLifeStep, RecordQuery, Store,
};

/// Whoever a pack may want to take part.
const PARTIES: [&str; 8] = [
    "public-security",
    "experts",
    "builder",
    "designer",
    "constructor",
    "user-unit",
    "industry-authority",
    "owner",
];

/// Cameras of the units with faults: unit, name, clip. They show the small stream.
pub const BESIDE: [(usize, &str, &str); 5] = [
    (1, "11 商场正门 · Mall entrance", "street"),
    (1, "12 商场停车场 · Mall car park", "crossing"),
    (1, "13 城墙步道 · City wall path", "footpath"),
    (2, "21 影院大厅 · Cinema hall", "gate"),
    (2, "22 影院后巷 · Cinema alley", "dusk"),
];

/// Makes the three units' registers, and gives their cameras the addresses of this start.
pub async fn fill(store: &Store, cx: &Cx, units: &[UnitId], sources: &Sources<'_>) -> anyhow::Result<()> {
    let &[first, second, third] = units else { return Ok(()) };
    addresses(store, cx, sources).await?;
    let query = RecordQuery { limit: 1, ..RecordQuery::of(RecordKind::System) };
    if store.registry.records(cx, &query).await?.total > 0 {
        return Ok(());
    }
    let seed = |unit, number| Seed { store, cx, unit, number, sources };
    let (first, second, third) = (seed(first, 0), seed(second, 1), seed(third, 2));
    let made = tokio::join!(in_order(&first), datong(&second), chongqing(&third));
    for error in [made.0, made.1, made.2].into_iter().filter_map(Result::err) {
        eprintln!("demo: the example register is incomplete: {error:#}");
    }
    Ok(())
}

/// After a demonstration that was killed the simulated cameras have other ports, which are other hosts.
async fn addresses(store: &Store, cx: &Cx, sources: &Sources<'_>) -> anyhow::Result<()> {
    let query = CameraQuery { limit: 1_000, ..CameraQuery::default() };
    for camera in store.registry.cameras(cx, &query).await?.cameras {
        let Some((.., clip)) = BESIDE.iter().find(|(_, name, _)| *name == camera.name) else { continue };
        let main_url = (sources.url)(clip, "sub");
        if camera.main_url.as_deref() != Some(&main_url) {
            let change = CameraChange {
                main_url: Some(main_url),
                credentials: Some(Some(sources.credentials())),
                ..CameraChange::default()
            };
            store.registry.change_camera(cx, camera.id, change).await?;
        }
    }
    Ok(())
}

/// One unit whose register is being made.
pub struct Seed<'a> {
    store: &'a Store,
    cx: &'a Cx,
    unit: UnitId,
    /// Which unit: its cameras and accounts.
    number: usize,
    sources: &'a Sources<'a>,
}

impl Seed<'_> {
    /// Adds a record; what belongs to the whole installation belongs to no unit.
    pub async fn add(&self, kind: RecordKind, body: Value) -> anyhow::Result<RecordId> {
        let unit = (!kind.is_shared()).then_some(self.unit);
        let name = body["name"].to_string();
        let made = self.store.registry.add_record(self.cx, kind, unit, object(body)).await;
        let made = made.with_context(|| format!("{} {name}", kind.as_str()))?;
        if kind == RecordKind::Document {
            let text =
                format!("演示文件，没有内容。 A paper of the demonstration, without content: {name}\n");
            self.file(made, "demonstration.txt", text.as_bytes()).await?;
        }
        Ok(made)
    }

    /// Puts a file to a document.
    async fn file(&self, document: RecordId, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let version = self.store.registry.record(self.cx, document).await?.version;
        let mut incoming = self.store.registry.documents().begin(name)?;
        incoming.write(bytes)?;
        self.store.registry.add_file(self.cx, document, version, incoming.finish(None)?).await?;
        Ok(())
    }

    /// Changes values of a record.
    pub async fn change(&self, id: RecordId, values: Value) -> anyhow::Result<()> {
        let record = self.store.registry.record(self.cx, id).await?;
        let mut body = record.body;
        body.extend(object(values));
        Ok(self.store.registry.change_record(self.cx, id, record.version, body).await?)
    }

    /// Puts the demonstration's picture of a sign to a document.
    pub async fn picture_of_a_sign(&self, document: RecordId) -> anyhow::Result<()> {
        const SIGN: &[u8] = include_bytes!("sign.png");
        self.file(document, "sign.png", SIGN).await
    }

    /// The papers of a system, each with number, issuer and date.
    pub async fn papers(&self, system: &str) -> anyhow::Result<Vec<RecordId>> {
        const PAPERS: [(&str, &str, &str); 10] = [
            ("design", "设计方案 · Design", "安防设计所"),
            ("design-review", "论证意见 · Design review", "专家组"),
            ("contract", "合同 · Contract", "建设单位"),
            ("planning", "规划许可 · Planning permit", "规划部门"),
            ("project-review", "立项审查 · Project review", "发展改革部门"),
            ("bidding", "招投标文件 · Bidding papers", "采购中心"),
            ("construction", "施工资料 · Construction papers", "施工单位"),
            ("test", "检测报告 · Test report", "检测机构"),
            ("acceptance", "验收文件 · Acceptance", "验收组"),
            ("photo", "标识照片 · Photo of the sign", "建设单位"),
        ];
        let mut papers = Vec::with_capacity(PAPERS.len());
        for (at, (paper, title, issuer)) in PAPERS.into_iter().enumerate() {
            let body = json!({
                "name": format!("{system}：{title}"), "paper": paper, "number": format!("示〔2026〕{}号", at + 1),
                "issuer": issuer, "dated": "2026-03-02",
            });
            papers.push(self.add(RecordKind::Document, body).await?);
        }
        Ok(papers)
    }

    /// A contractor whose certificate holds.
    pub async fn contractor(&self, name: &str, work: &str, code: &str) -> anyhow::Result<RecordId> {
        let certificate = json!({
            "name": format!("{name}资质证书 · Certificate"), "paper": "qualification", "number": code,
            "issuer": "安防行业协会", "dated": "2025-12-01",
        });
        let document = self.add(RecordKind::Document, certificate).await?;
        let body = json!({
            "name": name, "credit_code": code, "roles": [work], "certificate": format!("安资-{}", &code[12..]),
            "issuer": "安防行业协会", "valid_until": "2029-12-31", "document": document.to_string(),
        });
        self.add(RecordKind::Contractor, body).await
    }

    /// Takes a system's steps, with every paper and everybody there.
    pub async fn steps(&self, system: RecordId, steps: &[Step], papers: &[RecordId]) -> anyhow::Result<()> {
        for step in steps {
            let new = NewLifeStep {
                system,
                step: *step,
                documents: papers.to_vec(),
                with: PARTIES.map(str::to_owned).to_vec(),
                passed: true,
                note: String::new(),
            };
            let taken = self.store.registry.take_life_step(self.cx, new).await;
            taken.with_context(|| format!("step {}", step.as_str()))?;
        }
        Ok(())
    }

    /// A help button in the East street, for visitors to press: a token is made on its page.
    pub async fn help_button(&self, system: RecordId) -> anyhow::Result<()> {
        let new = NewAlarmSource {
            unit: self.unit,
            system,
            kind: SourceKind::HelpButton,
            name: "滨江求助按钮 · Riverside help buttons".into(),
            maker: "示范厂商".into(),
            contractor: None,
            priority: Some(Priority::High),
        };
        let source = self.store.registry.add_alarm_source(self.cx, new).await?;
        let query = CameraQuery { limit: 1_000, unit: Some(self.unit), ..CameraQuery::default() };
        let cameras = self.store.registry.cameras(self.cx, &query).await?.cameras.into_iter();
        let input = AlarmInput {
            code: "1".into(),
            name: "东街 · East street".into(),
            priority: Some(Priority::High),
            cameras: cameras.filter(|one| one.name.starts_with("05")).map(|one| one.id).collect(),
        };
        Ok(self.store.registry.set_alarm_inputs(self.cx, source, vec![input]).await?)
    }

    /// Puts the unit's cameras that are there already at a point, by the beginning of the name.
    pub async fn place(&self, number: &str, point: RecordId) -> anyhow::Result<()> {
        let query = CameraQuery { limit: 1_000, unit: Some(self.unit), ..CameraQuery::default() };
        let cameras = self.store.registry.cameras(self.cx, &query).await?.cameras;
        match cameras.iter().find(|camera| camera.name.starts_with(number)) {
            Some(camera) => Ok(self.store.registry.place_camera(self.cx, camera.id, point).await?),
            None => Ok(()),
        }
    }

    /// Adds the unit's own camera at a point.
    pub async fn camera(&self, number: &str, point: RecordId) -> anyhow::Result<CameraId> {
        let own = BESIDE.iter().find(|(unit, name, _)| *unit == self.number && name.starts_with(number));
        let (_, name, clip) = own.context("no such example camera")?;
        let new = NewCamera {
            unit: self.unit,
            group: None,
            name: (*name).to_owned(),
            place: String::new(),
            main_url: (self.sources.url)(clip, "sub"),
            sub_url: None,
            credentials: Some(self.sources.credentials()),
            reach: store::Reach::default(),
            security_level: 1,
            floor_days: None,
        };
        let enrolment = Enrolment { point: Some(point), ..Enrolment::default() };
        Ok(self.store.registry.enroll_camera(self.cx, new, enrolment).await?)
    }

    /// Makes packs the unit's own rule.
    pub async fn adopt(&self, packs: &[&str]) -> anyhow::Result<()> {
        let body = json!({
            "name": "采用规则的决定 · Decision to adopt rules", "paper": "adoption", "number": "示〔2026〕30号",
            "issuer": "单位办公会", "dated": "2026-01-08",
        });
        let document = self.add(RecordKind::Document, body).await?;
        for pack in packs {
            self.store.registry.adopt_pack(self.cx, self.unit, pack, document).await?;
        }
        Ok(())
    }

    /// The unit's administrator asks for a change, which waits for another one.
    pub async fn ask(&self, record: RecordId, values: Value, reason: &str) -> anyhow::Result<()> {
        let state = self.sources.state;
        let account = state.accounts.iter().find(|account| account.unit == self.number);
        let account = account.context("the unit has no account")?;
        let people = self.store.registry.people(self.cx).await?;
        let person: PersonId =
            people.iter().find(|person| person.account == account.account).context("no such person")?.id;
        let stored = self.store.registry.record(self.cx, record).await?;
        let mut body = stored.body;
        body.extend(object(values));
        let new = NewChangeRequest {
            record,
            version: stored.version,
            body,
            reason: reason.to_owned(),
            document: None,
        };
        let cx = Cx { actor: Actor::Person(person), ..self.cx.clone() };
        self.store.registry.ask_change(&cx, new).await?;
        Ok(())
    }

    /// The year at the unit.
    pub fn year(&self) -> i64 {
        Day::of(self.cx.now).to_string().get(..4).and_then(|year| year.parse().ok()).unwrap_or(2026)
    }

    pub fn today(&self) -> String {
        Day::of(self.cx.now).to_string()
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

//! What the tests of this crate share: a store on a temporary folder with one unit, four people and two cameras.

use crate::{
    Credentials, NewCamera, NewCase, NewPerson, NewSegment, OpenOptions, PasswordCost, Sidecar, Store,
    system_cx,
};
use law::access::{CaseKind, Post};
use ledger::record::{ClockOffset, SegmentDraft};
use model::{
    Actor, CameraId, CaseId, Codec, Cx, DiskId, Hash, LegalBasis, MediaTime, PersonId, Personal, Profile,
    Purpose, RequestId, Role, SealReason, Secret, Span, StreamId, UnitId, WallTime,
};
use tempfile::TempDir;

pub const NOW: WallTime = WallTime(1_790_000_000_000_000);
pub const SECOND_US: i64 = 1_000_000;
pub const PASSWORD: &str = "correct horse battery";

pub fn options(now: WallTime) -> OpenOptions {
    let cheap = OpenOptions { password_cost: PasswordCost::CHEAP, ..OpenOptions::new(now) };
    OpenOptions { create: true, one_file_system: true, ..cheap }
}

pub async fn open(folder: &TempDir) -> Store {
    Store::open(folder.path(), options(NOW)).await.unwrap()
}

/// A store with people and cameras.
pub struct Town {
    pub folder: TempDir,
    pub store: Store,
    pub unit: UnitId,
    pub other_unit: UnitId,
    pub operator: PersonId,
    pub viewer: PersonId,
    pub administrator: PersonId,
    pub auditor: PersonId,
    /// In `unit`.
    pub gate: CameraId,
    /// In `other_unit`.
    pub yard: CameraId,
}

impl Town {
    pub async fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder).await;
        let cx = system_cx("demo", NOW);
        let unit = store.registry.create_unit(&cx, "East Station").await.unwrap();
        let other_unit = store.registry.create_unit(&cx, "West Market").await.unwrap();
        let person = async |account: &str, role: Role| {
            let new = NewPerson {
                account: account.into(),
                name: Personal::new(format!("Name of {account}")),
                language: "en".into(),
                posts: vec![Post { role, unit, group: None }],
                password: Some(Secret::new(PASSWORD.into())),
                password_stays: true,
            };
            store.registry.create_person(&cx, new).await.unwrap().0
        };
        let operator = person("operator", Role::Operator).await;
        let viewer = person("viewer", Role::Viewer).await;
        let administrator = person("administrator", Role::Administrator).await;
        let auditor = person("auditor", Role::Auditor).await;
        let gate = Self::camera(&store, "gate", unit).await;
        let yard = Self::camera(&store, "yard", other_unit).await;
        Self { folder, store, unit, other_unit, operator, viewer, administrator, auditor, gate, yard }
    }

    /// One more camera, with an address and a password.
    pub async fn camera(store: &Store, name: &str, unit: UnitId) -> CameraId {
        let new = NewCamera {
            unit,
            group: None,
            name: name.into(),
            place: "a street".into(),
            main_url: "rtsp://192.0.2.1/main".into(),
            sub_url: None,
            credentials: Some(Credentials {
                username: "admin".into(),
                password: Secret::new("camera secret".into()),
            }),
            reach: crate::Reach::default(),
            security_level: 1,
            floor_days: None,
        };
        store.registry.create_camera(&system_cx("demo", NOW), new).await.unwrap()
    }
}

/// A person's context for watching.
/// A case of the unit: opened by the operator, confirmed by the administrator.
pub async fn case(town: &Town, number: &str) -> CaseId {
    let new = NewCase {
        unit: town.unit,
        kind: CaseKind::Authority,
        number: number.into(),
        title: "A theft at the gate".into(),
        authority: "Police".into(),
        document: None,
        cameras: Vec::new(),
        systems: Vec::new(),
        closes: None,
    };
    let case = town.store.registry.open_case(&office(town.operator, NOW), new).await.unwrap();
    town.store.registry.confirm_case(&office(town.administrator, NOW), case).await.unwrap();
    case
}

pub fn cx(person: PersonId, now: WallTime) -> Cx {
    Cx {
        actor: Actor::Person(person),
        purpose: Purpose::Incident,
        legal_basis: LegalBasis::UnitDuty,
        case: None,
        note: None,
        place: "192.0.2.7".into(),
        request: RequestId(uuid::Uuid::now_v7()),
        now,
    }
}

/// A person's context for running the system.
pub fn office(person: PersonId, now: WallTime) -> Cx {
    Cx { purpose: Purpose::Administration, legal_basis: LegalBasis::Operation, ..cx(person, now) }
}

pub fn stream(camera: CameraId) -> StreamId {
    StreamId { camera, profile: Profile::Main }
}

/// `[start, start + seconds)` from the start of the tests' day.
pub fn span(start_s: i64, seconds: i64) -> Span {
    let start = NOW.plus_us(start_s * SECOND_US);
    Span { start, end: start.plus_us(seconds * SECOND_US) }
}

/// A segment with a real file of `bytes` bytes on disk.
pub fn segment(store: &Store, stream: StreamId, span: Span, bytes: usize) -> NewSegment {
    segment_on(store, DiskId::FIRST, stream, span, bytes)
}

/// The same on another disk.
pub fn segment_on(store: &Store, disk: DiskId, stream: StreamId, span: Span, bytes: usize) -> NewSegment {
    let sidecar = Sidecar {
        store: store.store_id(),
        stream,
        started: span.start,
        secret: Secret::new([7; 32]),
        config_hash: Hash([2; 32]),
    };
    let mut file = store.footage.media().find(disk).unwrap().dir.create_segment(sidecar).unwrap();
    file.append(&[vec![1; bytes].into()]).unwrap();
    file.finish().unwrap();
    store.footage.media().sync().unwrap();
    let draft = SegmentDraft {
        store: store.store_id(),
        stream,
        span,
        first_dts: MediaTime(0),
        end_dts: MediaTime(90_000),
        gop_count: 1,
        au_count: 25,
        media_bytes: bytes as u64 - 1,
        codec: Codec::H264,
        config_hash: Hash([2; 32]),
        width: 1920,
        height: 1080,
        gops_root: Hash([3; 32]),
        boxes_root: Hash([4; 32]),
        file_bytes: bytes as u64,
        clock: ClockOffset::default(),
        boot_counter: store.footage.boot_counter(),
        seal_reason: SealReason::Length,
        floor_days: 30,
    };
    NewSegment {
        path: file.path().clone(),
        disk,
        draft,
        frames: vec![5; 10].into(),
        gops: vec![6; 10].into(),
        pieces: vec![7; 10].into(),
        activity: vec![8; 60].into(),
    }
}

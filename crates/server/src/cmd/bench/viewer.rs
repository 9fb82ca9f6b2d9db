//! A person with an operator's post and a camera to view: what benches of admissions need in a fresh store.

use anyhow::Result;
use law::access::Post;
use model::{
    Act, Actor, CameraId, Cx, LegalBasis, PersonId, Personal, Purpose, Rendering, RequestId, Role, Secret,
    Span, UnitId, WallTime,
};
use pipeline::system_wall;
use std::sync::Arc;
use store::{NewCamera, NewPerson, Pass, Registry, Request, registry::system_cx};

/// Account and password of the bench's person, for benches that go through the web.
pub const ACCOUNT: &str = "viewer";
pub const PASSWORD: &str = "a long enough password";

/// Who views, and what.
#[derive(Clone, Copy)]
pub struct Viewer {
    person: PersonId,
    pub unit: UnitId,
    pub camera: CameraId,
}

impl Viewer {
    /// Makes a unit, the person and the camera.
    pub async fn create(registry: &Registry, url: String) -> Result<Self> {
        Self::create_as(registry, &[Role::Operator], url).await
    }

    /// The same with other posts in that unit.
    pub async fn create_as(registry: &Registry, roles: &[Role], url: String) -> Result<Self> {
        let cx = system_cx("demo", system_wall());
        let unit = registry.create_unit(&cx, "bench").await?;
        let person = NewPerson {
            account: ACCOUNT.into(),
            name: Personal::new("Bench".into()),
            language: "en".into(),
            posts: roles.iter().map(|role| Post { role: *role, unit, group: None }).collect(),
            password: Some(Secret::new(PASSWORD.into())),
            password_stays: true,
        };
        let (person, _) = registry.create_person(&cx, person).await?;
        let mut viewer = Self { person, unit, camera: CameraId(uuid::Uuid::nil()) };
        viewer.camera = viewer.add_camera(registry, "bench", url).await?;
        Ok(viewer)
    }

    /// One more camera of the unit.
    pub async fn add_camera(&self, registry: &Registry, name: &str, url: String) -> Result<CameraId> {
        let camera = NewCamera {
            unit: self.unit,
            group: None,
            name: name.into(),
            place: "bench".into(),
            main_url: url,
            sub_url: None,
            credentials: None,
            reach: store::Reach::default(),
            security_level: 1,
            floor_days: None,
        };
        Ok(registry.create_camera(&system_cx("demo", system_wall()), camera).await?)
    }

    /// One admission to live viewing, with its durable entry.
    pub async fn admit(&self, registry: &Registry, now: WallTime) -> Result<Pass, store::Error> {
        let cx = self.cx(Purpose::DutyWatch, now);
        registry.admit(&cx, Request::new(Act::Live, vec![self.camera], Rendering::Marked)).await
    }

    /// The admission of an export of those cameras.
    pub async fn admit_export(
        &self,
        registry: &Registry,
        cameras: &[CameraId],
        span: Span,
        now: WallTime,
    ) -> Result<(Arc<Pass>, Cx)> {
        let cx = self.cx(Purpose::Incident, now);
        let request = Request {
            span: Some(span),
            recipient: "Bench".into(),
            ..Request::new(Act::Export, cameras.to_vec(), Rendering::Original)
        };
        Ok((Arc::new(registry.admit(&cx, request).await?), cx))
    }

    fn cx(&self, purpose: Purpose, now: WallTime) -> Cx {
        Cx {
            actor: Actor::Person(self.person),
            purpose,
            legal_basis: LegalBasis::UnitDuty,
            case: None,
            note: None,
            place: "local".into(),
            request: RequestId(uuid::Uuid::now_v7()),
            now,
        }
    }
}

//! Names of cameras beside their ids, for lists that the reader may see anyway.

use super::{error::Answer, types::Named};
use crate::app::App;
use model::{Act, Actor, CameraId, Cx, UnitId, WallTime};
use std::collections::HashMap;
use std::sync::Arc;
use store::{Camera, NamedCamera, NamedCameras, system_cx};

/// Cameras' names and units, retired ones too.
pub struct CameraNames(Arc<NamedCameras>);

impl CameraNames {
    /// Of all cameras.
    pub async fn load(app: &App) -> Answer<Self> {
        Self::seen_by(app, &system_cx("names", app.now())).await
    }

    /// Of the cameras that any post of the actor covers: those of other units are none of theirs.
    pub async fn seen_by(app: &App, cx: &Cx) -> Answer<Self> {
        Ok(Self(match cx.actor {
            Actor::Person(_) => Arc::new(named(app.registry().covered_cameras(cx).await?)),
            _ => app.registry().named_cameras(cx).await?,
        }))
    }

    /// Of cameras that a post covers which entitles to that act, of one unit when one is named.
    pub async fn for_act(app: &App, cx: &Cx, act: Act, unit: Option<UnitId>) -> Answer<Self> {
        if unit.is_none() && !matches!(cx.actor, Actor::Person(_)) {
            return Self::seen_by(app, cx).await;
        }
        let mut cameras = app.registry().covered_for(cx, act).await?;
        cameras.retain(|camera| unit.is_none_or(|unit| unit == camera.unit));
        Ok(Self(Arc::new(named(cameras))))
    }

    pub fn unit(&self, camera: CameraId) -> Option<UnitId> {
        self.0.get(&camera).map(|camera| camera.unit)
    }

    pub fn ids(&self) -> impl Iterator<Item = CameraId> {
        self.0.keys().copied()
    }

    /// Those that are to be recorded, with when they were added.
    pub fn recorded(&self) -> impl Iterator<Item = (CameraId, WallTime)> {
        self.0.iter().filter(|(_, camera)| camera.recorded).map(|(id, camera)| (*id, camera.created))
    }

    pub fn has(&self, camera: CameraId) -> bool {
        self.0.contains_key(&camera)
    }

    pub fn of(&self, camera: CameraId) -> Named {
        Named {
            id: camera.to_string(),
            name: self.0.get(&camera).map(|camera| camera.name.clone()).unwrap_or_default(),
        }
    }
}

fn named(cameras: Vec<Camera>) -> NamedCameras {
    let named = |camera: Camera| {
        let recorded = camera.enabled && camera.retired.is_none();
        let Camera { id, name, unit, created, .. } = camera;
        (id, NamedCamera { name, unit, created, recorded })
    };
    cameras.into_iter().map(named).collect()
}

/// Units' names: known to everybody with an account.
pub struct UnitNames(HashMap<UnitId, String>);

impl UnitNames {
    pub async fn load(app: &App, cx: &Cx) -> Answer<Self> {
        Ok(Self(app.registry().units(cx).await?.into_iter().map(|unit| (unit.id, unit.name)).collect()))
    }

    pub fn get(&self, unit: UnitId) -> Option<&str> {
        self.0.get(&unit).map(String::as_str)
    }

    /// Empty for a unit that is not there.
    pub fn name(&self, unit: UnitId) -> String {
        self.get(unit).unwrap_or_default().to_owned()
    }

    pub fn of(&self, unit: UnitId) -> Named {
        Named { id: unit.to_string(), name: self.name(unit) }
    }
}

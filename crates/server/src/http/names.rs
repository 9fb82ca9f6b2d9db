//! Names of cameras beside their ids, for lists that the reader may see anyway.

use super::{error::Answer, types::Named};
use crate::app::App;
use model::{Act, CameraId, Cx, UnitId};
use std::collections::HashMap;
use store::system_cx;

/// Cameras' names, retired ones too.
pub struct CameraNames(HashMap<CameraId, String>);

impl CameraNames {
    /// Of all cameras.
    pub async fn load(app: &App) -> Answer<Self> {
        Self::seen_by(app, &system_cx("names", app.now())).await
    }

    /// Of the cameras that any post of the actor covers: those of other units are none of theirs.
    pub async fn seen_by(app: &App, cx: &Cx) -> Answer<Self> {
        Ok(Self(app.registry().covered(cx).await?))
    }

    /// Of cameras that a post covers which entitles to that act, of one unit when one is named.
    pub async fn for_act(app: &App, cx: &Cx, act: Act, unit: Option<UnitId>) -> Answer<Self> {
        let cameras = app.registry().covered_for(cx, act).await?.into_iter();
        let wanted = cameras.filter(|camera| unit.is_none_or(|unit| unit == camera.unit));
        Ok(Self(wanted.map(|camera| (camera.id, camera.name)).collect()))
    }

    pub fn ids(&self) -> impl Iterator<Item = CameraId> {
        self.0.keys().copied()
    }

    pub fn has(&self, camera: CameraId) -> bool {
        self.0.contains_key(&camera)
    }

    pub fn of(&self, camera: CameraId) -> Named {
        Named { id: camera.to_string(), name: self.0.get(&camera).cloned().unwrap_or_default() }
    }
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

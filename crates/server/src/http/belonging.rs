//! What findings belong to: the unit and the system of what each is about, so that they can be told by either without reading the register.
//!
//! Units' names are known to everybody with an account; a system is named as its reader's own facts have it, so that a secret one is named
//! to nobody else (guangzhou-2007:11).

use super::{error::Answer, names::UnitNames, types::Finding, types::Named};
use crate::app::App;
use law::detect::{Detected, Register};
use model::Cx;
use std::collections::HashMap;
use uuid::Uuid;

/// The system of everything that is of one: itself, points, signs, incidents, cameras.
#[derive(Debug, Default)]
pub struct Belonging(HashMap<String, Named>);

impl Belonging {
    pub fn of(facts: &Register) -> Self {
        let mut of = HashMap::new();
        for system in facts.systems.values() {
            let named = || Named { id: system.system.id.clone(), name: system.system.name.clone() };
            let points = system.points.iter().map(|look| &look.point);
            let own = points
                .chain(system.kept.points.iter().map(|kept| &kept.point))
                .chain(system.signs.iter().map(|(sign, _)| sign))
                .chain(system.kept.incidents.iter().map(|one| &one.incident));
            of.extend(own.map(|one| (one.id.clone(), named())));
            of.insert(system.system.id.clone(), named());
        }
        for camera in facts.cameras.values() {
            let system = camera.system.as_ref().and_then(|system| of.get(system)).cloned();
            of.extend(system.map(|system| (camera.camera.id.clone(), system)));
        }
        Self(of)
    }

    /// Of what the law found: of what it is about, or of the first record that shows it.
    pub fn system_of(&self, found: &Detected) -> Option<&Named> {
        std::iter::once(&found.about).chain(&found.evidence).find_map(|named| self.0.get(&named.id))
    }

    /// Says of each finding what it belongs to.
    pub async fn put<'f>(
        &self,
        app: &App,
        cx: &Cx,
        findings: impl IntoIterator<Item = &'f mut Finding>,
    ) -> Answer<()> {
        let findings: Vec<&mut Finding> = findings.into_iter().collect();
        let about = |one: &Finding| one.camera.as_ref().or(one.record.as_ref()).map(|named| named.id.clone());
        let ids: Vec<Uuid> = findings.iter().filter_map(|one| about(one)?.parse().ok()).collect();
        let units = app.registry().units_of_things(cx, &ids).await?;
        let names = UnitNames::load(app, cx).await?;
        for one in findings {
            let Some(about) = about(one) else { continue };
            let unit = about.parse().ok().and_then(|id: Uuid| units.get(&id).copied());
            one.unit = unit.map(|unit| names.of(unit));
            one.system = self.0.get(&about).cloned();
        }
        Ok(())
    }
}

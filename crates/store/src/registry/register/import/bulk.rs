//! Changing many at once: records or cameras by filter or by tick, some fields of all of them, through the same judgement and the
//! same transaction as a table.

use super::super::list::{self, RecordQuery};
use super::{DryRun, Room, known};
use crate::error::{Error, Result};
use crate::registry::{CameraQuery, Registry, cameras, clearance::Cleared, storage::PLANNED_KBPS_MAX};
use law::Words;
use law::import::{CameraValues, Plan, PlannedCamera, PlannedRecord, Problems, Sheet, SheetRow, Target};
use law::register::{Body, check, fields};
use model::{Act, CameraId, Cx, GroupId, RecordId, Secret, Transport, UnitId};
use serde_json::Value;
use uuid::Uuid;

/// Records or cameras in one change: what fits in one transaction of a second.
pub const SELECTED_MAX: usize = 20_000;

/// Which ones.
#[derive(Clone, Debug)]
pub enum Selection {
    Ticked(Vec<Uuid>),
    Records(RecordQuery),
    Cameras(CameraQuery),
}

/// New values of some fields; `null` empties one.
#[derive(Clone, Debug)]
pub struct BulkChange {
    pub target: Target,
    pub selection: Selection,
    pub set: Body,
    /// Of cameras: user name and password for all of them.
    pub credentials: Option<(String, Secret<String>)>,
}

/// A selection on its way to a judgement.
#[derive(Default)]
struct Made {
    sheet: Sheet,
    plan: Plan,
    problems: Problems,
}

impl Registry {
    /// Tries a change of many. `failed` says of cameras why their new credentials do not open them.
    pub async fn try_change(
        &self,
        cx: &Cx,
        change: BulkChange,
        failed: &[(CameraId, Words)],
        room: Option<Room>,
    ) -> Result<DryRun> {
        let mut connection = self.0.database.aside().await?;
        let own: Vec<_> =
            known::own_units(&mut connection, cx).await?.into_iter().map(|(unit, _)| unit).collect();
        let act = if change.credentials.is_some() { Act::RotateCredentials } else { Act::ChangeMany };
        let mut names: Vec<&str> = change.set.keys().map(String::as_str).collect();
        if change.credentials.is_some() {
            names.push("password");
        }
        let mut run =
            DryRun::new(cx, act, &format!("{} {}", change.target.as_str(), names.join(" ")), "", None);
        let mut made =
            Made { sheet: Sheet { target: Some(change.target), ..Sheet::default() }, ..Made::default() };
        made.sheet.header = std::iter::once("").chain(names).map(str::to_owned).collect();
        let foreign = match change.target {
            Target::Records(_) => self.plan_records(cx, &change, &own, &mut made).await?,
            Target::Cameras => self.plan_cameras(cx, &change, &own, failed, &mut made).await?,
        };
        if foreign.is_some() {
            run.unit = foreign;
            return self.tried(cx, run).await;
        }
        made.plan.rows = made.sheet.rows.len() as u64;
        run.hash = digest(&change, &made.plan);
        self.judged(cx, &mut run, connection, &[made.sheet], (made.plan, made.problems), room).await?;
        self.tried(cx, run).await
    }

    /// Plans records; the unit of one that the actor does not keep ends it.
    async fn plan_records(
        &self,
        cx: &Cx,
        change: &BulkChange,
        own: &[UnitId],
        made: &mut Made,
    ) -> Result<Option<UnitId>> {
        for record in self.selected_records(cx, change).await? {
            if record.unit.is_some_and(|unit| !own.contains(&unit)) {
                return Ok(record.unit);
            }
            let row = line(&mut made.sheet, &record.name, change);
            let mut body = record.body.clone();
            for (field, value) in &change.set {
                body.insert(field.clone(), value.clone());
            }
            let wrong = check(record.kind, &mut body, &self.packs().library);
            if !wrong.is_empty() {
                made.plan.failed.push(record.id);
                let all = wrong.into_iter().map(|one| at_field(&made.sheet, row, &one.field, one.words));
                all.collect::<Vec<_>>().into_iter().for_each(|one| made.problems.add(one));
            } else if body == record.body {
                made.plan.unchanged += 1;
            } else {
                let before = Some((record.version, record.body));
                let (id, kind, unit) = (record.id, record.kind, record.unit);
                made.plan.records.push(PlannedRecord { sheet: 0, row, id, kind, unit, body, before });
            }
        }
        Ok(None)
    }

    /// The same with cameras; `failed` are problems that were found before.
    async fn plan_cameras(
        &self,
        cx: &Cx,
        change: &BulkChange,
        own: &[UnitId],
        failed: &[(CameraId, Words)],
        made: &mut Made,
    ) -> Result<Option<UnitId>> {
        let values = camera_values(change)?;
        for camera in self.selected_cameras(cx, change).await? {
            if !own.contains(&camera.unit) {
                return Ok(Some(camera.unit));
            }
            let row = line(&mut made.sheet, &camera.name, change);
            if let Some((_, words)) = failed.iter().find(|(id, _)| *id == camera.id) {
                made.problems.add(at_field(&made.sheet, row, "password", words.clone()));
            }
            let (id, unit, values) = (Some(camera.id), camera.unit, values.clone());
            made.plan.cameras.push(PlannedCamera { sheet: 0, row, id, unit, values, point: None });
        }
        Ok(None)
    }

    async fn selected_records(&self, cx: &Cx, change: &BulkChange) -> Result<Vec<super::super::Record>> {
        let Target::Records(kind) = change.target else { return Ok(Vec::new()) };
        if change.set.keys().any(|name| matches!(name.as_str(), "sha256" | "bytes" | "media_type"))
            || kind.code_field().is_some_and(|code| change.set.contains_key(code))
        {
            return Err(Error::invalid("set", "names a field that is each record's own"));
        }
        match &change.selection {
            Selection::Ticked(ids) if ids.len() <= SELECTED_MAX => {
                let mut connection = self.0.database.aside().await?;
                let viewer = list::Viewer::load(&mut connection, cx.actor).await?;
                let mut found = Vec::with_capacity(ids.len());
                for id in ids {
                    let record = list::one(&mut connection, RecordId(*id)).await?;
                    if record.kind != kind || record.removed.is_some() || !viewer.sees(&record) {
                        return Err(Error::NotFound("record"));
                    }
                    found.push(record);
                }
                Ok(found)
            }
            Selection::Records(query) if query.kind == kind => {
                let found = self.all_records(cx, query, SELECTED_MAX + 1).await?;
                if found.len() > SELECTED_MAX {
                    return Err(Error::invalid("filter", "finds more than can be changed at once"));
                }
                Ok(found)
            }
            _ => Err(Error::invalid("selection", "does not fit the kind, or is too large")),
        }
    }

    async fn selected_cameras(&self, cx: &Cx, change: &BulkChange) -> Result<Vec<crate::registry::Camera>> {
        match &change.selection {
            Selection::Ticked(ids) if ids.len() <= SELECTED_MAX => {
                let mut connection = self.0.database.aside().await?;
                let cleared = Cleared::load(&mut connection, cx.actor).await?;
                let mut found = Vec::with_capacity(ids.len());
                for id in ids {
                    let (camera, _) = cameras::stored(&mut connection, CameraId(*id)).await?;
                    let hidden = camera.secret && !cleared.covers(Some(camera.unit));
                    if camera.retired.is_some() || hidden {
                        return Err(Error::NotFound("camera in use"));
                    }
                    found.push(camera);
                }
                Ok(found)
            }
            Selection::Cameras(query) => {
                let found = self.all_cameras(cx, query, SELECTED_MAX + 1).await?;
                if found.len() > SELECTED_MAX {
                    return Err(Error::invalid("filter", "finds more than can be changed at once"));
                }
                Ok(found)
            }
            _ => Err(Error::invalid("selection", "does not fit cameras, or is too large")),
        }
    }

    /// Which cameras a change of credentials concerns, for whoever tests the new ones first. The entry is [`Registry::try_change`]'s
    /// own; here each camera must be one that the actor administers.
    pub async fn cameras_to_test(
        &self,
        cx: &Cx,
        change: &BulkChange,
    ) -> Result<Vec<crate::registry::Camera>> {
        let mut connection = self.0.database.aside().await?;
        let own: Vec<_> =
            known::own_units(&mut connection, cx).await?.into_iter().map(|(unit, _)| unit).collect();
        drop(connection);
        let selected = self.selected_cameras(cx, change).await?;
        // Another unit's cameras are tested by nobody; the dry run refuses them with an entry.
        if selected.iter().any(|camera| !own.contains(&camera.unit)) { Ok(Vec::new()) } else { Ok(selected) }
    }
}

/// A row of the table that a selection is: the name, then the new values.
fn line(sheet: &mut Sheet, name: &str, change: &BulkChange) -> u32 {
    let number = u32::try_from(sheet.rows.len() + 1).unwrap_or(u32::MAX);
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let cells = std::iter::once(name.to_owned()).chain(change.set.values().map(shown)).collect();
    sheet.rows.push(SheetRow { number, cells });
    number
}

fn at_field(sheet: &Sheet, row: u32, field: &str, words: Words) -> law::import::CellProblem {
    let place = sheet.header.iter().position(|name| name == field);
    let cells = sheet.rows.iter().find(|line| line.number == row).map(|line| &line.cells);
    let label = sheet.target.map(law::import::headings).unwrap_or_default();
    let label = label.into_iter().find(|column| column.field.name == field).map(|column| column.field.zh);
    law::import::CellProblem {
        sheet: String::new(),
        row,
        column: place.and_then(|place| u32::try_from(place + 1).ok()),
        heading: label.unwrap_or(field).to_owned(),
        value: cells.and_then(|cells| cells.first()).cloned().unwrap_or_default(),
        article: None,
        words,
        remedy: Words::new(
            "Leave it out of the selection, or choose another value.",
            "请取消选择该项，或改用其他值。",
        ),
    }
}

fn camera_values(change: &BulkChange) -> Result<CameraValues> {
    let mut values = CameraValues { credentials: change.credentials.clone(), ..CameraValues::default() };
    for (field, value) in &change.set {
        let wrong = |problem| Error::invalid("set", problem);
        match field.as_str() {
            "group" => {
                let group = value.as_str().map(str::parse::<GroupId>).transpose();
                values.group = Some(group.map_err(|_| wrong("has a group that is no id"))?);
            }
            "camera_place" => {
                values.place = Some(value.as_str().unwrap_or_default().chars().take(96).collect())
            }
            "transport" => {
                let mut all = [Transport::Tcp, Transport::Udp].into_iter();
                let found = all.find(|one| value.as_str() == Some(one.as_str()));
                values.transport = Some(found.ok_or(wrong("has a transport that is none"))?);
            }
            "camera_level" => {
                let level = value.as_u64().and_then(|level| u8::try_from(level).ok());
                values.level = Some(
                    level.filter(|level| (1..=3).contains(level)).ok_or(wrong("has a level that is none"))?,
                );
            }
            "floor_days" => {
                let days =
                    value.as_u64().and_then(|days| u16::try_from(days).ok()).filter(|days| *days <= 3_650);
                if days.is_none() && !value.is_null() {
                    return Err(wrong("has a floor that is none"));
                }
                values.floor_days = Some(days);
            }
            "enabled" => {
                values.enabled =
                    Some(value.as_bool().ok_or(wrong("has a switch that is neither on nor off"))?)
            }
            "planned_kbps" => {
                let kbps = value.as_u64().and_then(|kbps| u32::try_from(kbps).ok());
                let kbps = kbps.filter(|kbps| (1..=PLANNED_KBPS_MAX).contains(kbps));
                values.planned_kbps = Some(kbps.ok_or(wrong("has a bit rate that is none"))?);
            }
            _ => return Err(wrong("names a field that is each camera's own")),
        }
    }
    Ok(values)
}

/// What was tried, in one number: the same selection with the same values.
fn digest(change: &BulkChange, plan: &Plan) -> String {
    use sha2::{Digest as _, Sha256};
    let mut sum = Sha256::new();
    sum.update(change.target.as_str());
    sum.update(Value::Object(change.set.clone()).to_string());
    plan.records.iter().for_each(|record| sum.update(record.id.0.as_bytes()));
    plan.cameras.iter().filter_map(|camera| camera.id).for_each(|id| sum.update(id.0.as_bytes()));
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a field can be set for many: not what is one record's own.
pub fn is_for_many(target: Target, field: &str) -> bool {
    match target {
        Target::Records(kind) => {
            let own = ["name", "sha256", "bytes", "media_type"].contains(&field)
                || kind.code_field() == Some(field);
            !own && fields(kind).iter().any(|one| one.name == field)
        }
        Target::Cameras => {
            ["group", "camera_place", "transport", "camera_level", "floor_days", "enabled", "planned_kbps"]
                .contains(&field)
        }
    }
}

//! Lays what will be written ready beside the register, in small transactions: the one writer is never held for long, and
//! nothing that anybody reads has changed yet.

use super::super::{body_text, write, write::Checked};
use super::judge::Wrong;
use super::{Ready, footing::Seen};
use crate::convert::blob;
use crate::error::{Doing, Result};
use crate::registry::{Camera, Credentials, Registry, cameras, new_id};
use law::Words;
use law::import::{PlannedCamera, PlannedRecord};
use law::life_cycle::Stage;
use law::register::{RecordKind, references, search_text};
use model::{CameraId, GroupId, RecordId, Secret, Transport, UnitId};
use serde_json::{Value, json};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

/// Rows laid ready in one transaction: some ten milliseconds, in which a viewer waits for the writer.
const BATCH_ROWS: usize = 250;

/// A camera as its row will be.
#[derive(Clone, Debug)]
pub(super) struct CameraRow {
    pub id: CameraId,
    pub is_new: bool,
    pub unit: UnitId,
    pub group: Option<GroupId>,
    pub name: String,
    pub place: String,
    pub main_url: String,
    pub sub_url: Option<String>,
    pub credentials: Option<(String, Secret<String>)>,
    pub level: u8,
    pub floor_days: Option<u16>,
    pub enabled: bool,
    pub transport: Transport,
    pub planned_kbps: Option<u32>,
    pub point: Option<RecordId>,
    /// The row as it was when it was judged.
    pub seen: Option<String>,
    /// What differs, field by field; credentials only as a word.
    pub changes: Vec<(&'static str, Value, Value)>,
}

impl CameraRow {
    /// It records, and would not.
    pub fn goes_off(&self) -> bool {
        let off = |(field, before, after): &(&str, Value, Value)| {
            *field == "enabled" && *before == json!(true) && *after == json!(false)
        };
        self.changes.iter().any(off)
    }

    /// The row with what the plan says in the place of what is there.
    pub fn of(planned: &PlannedCamera, current: Option<&Camera>) -> std::result::Result<Self, Box<Wrong>> {
        let values = &planned.values;
        let kept = |part: fn(&Camera) -> &String| current.map(part).cloned().unwrap_or_default();
        let main_url = current.and_then(|camera| camera.main_url.clone()).unwrap_or_default();
        let mut row = Self {
            id: planned.id.unwrap_or_else(|| CameraId(new_id())),
            is_new: current.is_none(),
            unit: planned.unit,
            group: values.group.unwrap_or_else(|| current.and_then(|camera| camera.group)),
            name: values.name.clone().unwrap_or_else(|| kept(|camera| &camera.name)),
            place: values.place.clone().unwrap_or_else(|| kept(|camera| &camera.place)),
            main_url: values.main_url.clone().unwrap_or(main_url),
            sub_url: match &values.sub_url {
                Some(url) => url.clone(),
                None => current.and_then(|camera| camera.sub_url.clone()),
            },
            credentials: values.credentials.clone(),
            level: values.level.or(current.map(|camera| camera.security_level)).unwrap_or(1),
            floor_days: values.floor_days.unwrap_or_else(|| current.and_then(|camera| camera.floor_days)),
            enabled: values.enabled.or(current.map(|camera| camera.enabled)).unwrap_or(true),
            transport: values.transport.or(current.map(|camera| camera.reach.transport)).unwrap_or_default(),
            planned_kbps: values.planned_kbps,
            point: planned.point,
            seen: None,
            changes: Vec::new(),
        };
        if let Some(current) = current {
            fits(current, &row)?;
        }
        row.changes = changes(current, &row);
        Ok(row)
    }
}

/// What a change may not do by the way, as `change_camera` has it.
fn fits(current: &Camera, row: &CameraRow) -> std::result::Result<(), Box<Wrong>> {
    if row.floor_days.unwrap_or(0) < current.floor_days.unwrap_or(0) {
        return Err(Box::new(Wrong::field(
            "floor_days",
            Words::new("is shorter than it is", "短于现有天数"),
            Words::new(
                "A floor is shortened with the terms of retention, with a reason.",
                "缩短保存天数须在保存期限中办理并说明理由。",
            ),
        )));
    }
    let addresses = [Some(&row.main_url), row.sub_url.as_ref()];
    let elsewhere = addresses.into_iter().flatten().any(|url| !current.is_at(url));
    if elsewhere && current.has_credentials && row.credentials.is_none() {
        return Err(Box::new(Wrong::field(
            "password",
            Words::new("belongs to the stored host", "现有密码属于原主机"),
            Words::new("Give user name and password for the new host.", "请填写新主机的用户名和密码。"),
        )));
    }
    Ok(())
}

fn changes(current: Option<&Camera>, row: &CameraRow) -> Vec<(&'static str, Value, Value)> {
    let before = |value: fn(&Camera) -> Value| current.map_or(Value::Null, value);
    let all = [
        ("camera", before(|camera| json!(camera.name)), json!(row.name)),
        ("camera_place", before(|camera| json!(camera.place)), json!(row.place)),
        (
            "group",
            before(|camera| json!(camera.group.map(|id| id.to_string()))),
            json!(row.group.map(|id| id.to_string())),
        ),
        ("main_url", before(|camera| json!(camera.main_url)), json!(row.main_url)),
        ("sub_url", before(|camera| json!(camera.sub_url)), json!(row.sub_url)),
        ("camera_level", before(|camera| json!(camera.security_level)), json!(row.level)),
        ("floor_days", before(|camera| json!(camera.floor_days)), json!(row.floor_days)),
        ("enabled", before(|camera| json!(camera.enabled)), json!(row.enabled)),
        ("transport", before(|camera| json!(camera.reach.transport.as_str())), json!(row.transport.as_str())),
    ];
    let mut changes: Vec<_> = all.into_iter().filter(|(_, before, after)| before != after).collect();
    if row.credentials.is_some() {
        let had = current.is_some_and(|camera| camera.has_credentials);
        changes.push(("password", json!(if had { "…" } else { "" }), json!("…")));
    }
    changes
}

impl Registry {
    /// Lays a judged plan ready under an id.
    pub(super) async fn lay_ready(&self, import: Uuid, ready: &Ready) -> Result<()> {
        let records: Vec<PlannedRecord> = ready.plan.records.clone();
        for batch in records.chunks(BATCH_ROWS) {
            let batch = batch.to_vec();
            self.write(move |connection| {
                Box::pin(async move { lay_records(connection, import, &batch).await })
            })
            .await?;
        }
        let seen: Vec<(RecordId, Seen)> =
            ready.footing.records.iter().map(|(id, seen)| (*id, *seen)).collect();
        for batch in seen.chunks(BATCH_ROWS * 4) {
            let batch = batch.to_vec();
            self.write(move |connection| Box::pin(async move { lay_seen(connection, import, &batch).await }))
                .await?;
        }
        for batch in ready.cameras.chunks(BATCH_ROWS) {
            let mut sealed = Vec::with_capacity(batch.len());
            for row in batch {
                let credentials = row.credentials.clone();
                let credentials = credentials.map(|(username, password)| Credentials { username, password });
                let credentials =
                    credentials.map(|plain| self.seal_credentials(row.id, &plain)).transpose()?;
                sealed.push((row.clone(), credentials));
            }
            self.write(move |connection| {
                Box::pin(async move { lay_cameras(connection, import, &sealed).await })
            })
            .await?;
        }
        Ok(())
    }

    /// Takes away what was laid ready, in small transactions too.
    pub(super) async fn clear(&self, import: Uuid) -> Result<()> {
        const CLEAR: [&str; 4] = [
            "DELETE FROM import_record WHERE import = ?1 AND id IN (SELECT id FROM import_record WHERE import = ?1 LIMIT 1000)",
            "DELETE FROM import_reference WHERE import = ?1 AND source IN
                (SELECT DISTINCT source FROM import_reference WHERE import = ?1 LIMIT 500)",
            "DELETE FROM import_seen WHERE import = ?1 AND id IN (SELECT id FROM import_seen WHERE import = ?1 LIMIT 1000)",
            "DELETE FROM import_camera WHERE import = ?1 AND id IN (SELECT id FROM import_camera WHERE import = ?1 LIMIT 1000)",
        ];
        for sql in CLEAR {
            loop {
                let gone = self.write(move |connection| {
                    Box::pin(async move {
                        let done = sqlx::query(sql).bind(blob(import)).execute(connection).await;
                        Ok(done.doing("clearing an import")?.rows_affected())
                    })
                });
                if gone.await? == 0 {
                    break;
                }
            }
        }
        Ok(())
    }
}

async fn lay_records(connection: &mut SqliteConnection, import: Uuid, batch: &[PlannedRecord]) -> Result<()> {
    let mut rows = Vec::with_capacity(batch.len());
    for planned in batch {
        let checked = Checked { kind: planned.kind, unit: planned.unit, body: planned.body.clone() };
        rows.push((planned, write::parent(&checked), body_text(&checked.body)?, write::missing(&checked)?));
    }
    let mut sql = QueryBuilder::<Sqlite>::new(
        "INSERT INTO import_record (import, id, is_new, kind, unit, name, code, parent, body, search, missing, version, stage) ",
    );
    sql.push_values(rows, |mut row, (planned, parent, body, missing)| {
        let text = |field| super::super::text(&planned.body, field).map(str::to_owned);
        let version = planned.before.as_ref().map_or(1, |(version, _)| i64::from(*version) + 1);
        let is_new_system = planned.kind == RecordKind::System && planned.before.is_none();
        row.push_bind(blob(import))
            .push_bind(blob(planned.id.0))
            .push_bind(planned.before.is_none())
            .push_bind(i64::from(planned.kind.code()))
            .push_bind(planned.unit.map(|unit| blob(unit.0)))
            .push_bind(text("name").unwrap_or_default())
            .push_bind(planned.kind.code_field().and_then(text))
            .push_bind(parent)
            .push_bind(body)
            .push_bind(search_text(planned.kind, &planned.body))
            .push_bind(missing)
            .push_bind(version)
            .push_bind(is_new_system.then(|| i64::from(Stage::Planned.code())));
    });
    sql.build().execute(&mut *connection).await.doing("laying records ready")?;
    let named = batch.iter().flat_map(|planned| {
        let all = references(planned.kind, &planned.body).into_iter();
        all.map(|(field, _, target)| (planned.id, field, target))
    });
    let mut named: Vec<(RecordId, &str, RecordId)> = named
        .map(|(source, field, target)| Ok((source, field, target.parse::<RecordId>()?)))
        .collect::<Result<_>>()?;
    named.sort_unstable();
    named.dedup();
    if named.is_empty() {
        return Ok(());
    }
    let mut sql =
        QueryBuilder::<Sqlite>::new("INSERT INTO import_reference (import, source, field, target) ");
    sql.push_values(named, |mut row, (source, field, target)| {
        row.push_bind(blob(import)).push_bind(blob(source.0)).push_bind(field).push_bind(blob(target.0));
    });
    sql.build().execute(connection).await.doing("laying references ready").map(|_| ())
}

async fn lay_seen(connection: &mut SqliteConnection, import: Uuid, batch: &[(RecordId, Seen)]) -> Result<()> {
    let mut sql = QueryBuilder::<Sqlite>::new("INSERT INTO import_seen (import, id, version, stage) ");
    sql.push_values(batch, |mut row, (id, (version, stage))| {
        row.push_bind(blob(import)).push_bind(blob(id.0)).push_bind(*version).push_bind(*stage);
    });
    sql.build().execute(connection).await.doing("noting what was looked at").map(|_| ())
}

async fn lay_cameras(
    connection: &mut SqliteConnection,
    import: Uuid,
    batch: &[(CameraRow, Option<Vec<u8>>)],
) -> Result<()> {
    let mut sql = QueryBuilder::<Sqlite>::new(
        "INSERT INTO import_camera (import, id, is_new, unit, camera_group, name, place, main_url, sub_url, credentials,
            security_level, floor_days, enabled, transport, planned_kbps, point, test_id, seen) ",
    );
    sql.push_values(batch, |mut row, (camera, sealed)| {
        row.push_bind(blob(import))
            .push_bind(blob(camera.id.0))
            .push_bind(camera.is_new)
            .push_bind(blob(camera.unit.0))
            .push_bind(camera.group.map(|group| blob(group.0)))
            .push_bind(camera.name.clone())
            .push_bind(camera.place.clone())
            .push_bind(camera.main_url.clone())
            .push_bind(camera.sub_url.clone())
            .push_bind(sealed.clone())
            .push_bind(i64::from(camera.level))
            .push_bind(camera.floor_days)
            .push_bind(camera.enabled)
            .push_bind(i64::from(camera.transport.code()))
            .push_bind(camera.planned_kbps)
            .push_bind(camera.point.map(|point| blob(point.0)))
            .push_bind(blob(new_id()))
            .push_bind(camera.seen.clone());
    });
    sql.build().execute(connection).await.doing("laying cameras ready").map(|_| ())
}

/// The camera's row in one text, for comparing it later.
pub(super) async fn camera_print(connection: &mut SqliteConnection, camera: CameraId) -> Result<String> {
    let sql = format!("SELECT {} FROM main.camera WHERE id = ?", cameras::PRINT);
    let (print,): (String,) = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(blob(camera.0))
        .fetch_one(connection)
        .await
        .doing("noting a camera")?;
    Ok(print)
}

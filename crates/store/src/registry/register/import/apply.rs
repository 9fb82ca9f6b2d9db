//! Takes over what was laid ready: one transaction of a few statements, all or nothing, with its one entry.
//!
//! 1. What the judgement stands on is still so, or nothing happens (409).
//! 2. The entry; a lost post refuses here, with an entry of its own.
//! 3. Records, versions, references, cameras, each in one statement over all rows.

use super::super::write;
use super::{DryRun, Ready, footing};
use crate::convert::{blob, int};
use crate::error::{Doing, Error, Result};
use crate::registry::{EntryIndex, admit, admit::Ask, cameras};
use law::completeness::refuse_silent_off;
use model::{Act, Cx, WallTime};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// What no longer is as it was looked at, each in words.
const STILL: [(&str, &str); 4] = [
    (
        "a record that the table names or changes was changed meanwhile",
        "SELECT count(*) FROM import_seen AS seen LEFT JOIN record ON record.id = seen.id
         WHERE seen.import = ? AND (record.id IS NULL OR record.removed_us IS NOT NULL
            OR record.version <> seen.version OR record.stage IS NOT seen.stage)",
    ),
    (
        "a record of the same name was added meanwhile",
        "SELECT count(*) FROM import_record AS new JOIN record ON record.kind = new.kind AND record.name = new.name
         WHERE new.import = ? AND new.is_new AND new.code IS NULL AND record.unit IS new.unit AND record.removed_us IS NULL",
    ),
    (
        "a camera of the same name was added meanwhile",
        "SELECT count(*) FROM import_camera AS new JOIN camera ON camera.unit = new.unit AND camera.name = new.name
         WHERE new.import = ? AND new.is_new AND camera.retired_us IS NULL",
    ),
    (
        "a group of cameras is gone",
        "SELECT count(*) FROM import_camera AS new LEFT JOIN camera_group ON camera_group.id = new.camera_group
         WHERE new.import = ? AND new.camera_group IS NOT NULL AND camera_group.unit IS NOT new.unit",
    ),
];

const INSERT_RECORDS: &str =
    "INSERT INTO record (id, kind, unit, name, code, parent, body, search, missing, version,
        created_us, changed_us, stage)
    SELECT id, kind, unit, name, code, parent, body, search, missing, version, ?2, ?2, stage
    FROM import_record WHERE import = ?1 AND is_new";
const UPDATE_RECORDS: &str =
    "UPDATE record SET name = new.name, code = new.code, parent = new.parent, body = new.body,
        search = new.search, missing = new.missing, version = new.version, changed_us = ?2
    FROM import_record AS new WHERE new.import = ?1 AND NOT new.is_new AND record.id = new.id";
const VERSIONS: &str = "INSERT INTO record_version (id, version, body, entry, at_us)
    SELECT id, version, body, ?3, ?2 FROM import_record WHERE import = ?1";
const DROP_REFERENCES: &str = "DELETE FROM record_reference WHERE source IN
    (SELECT id FROM import_record WHERE import = ?1 AND NOT is_new)";
const REFERENCES: &str = "INSERT INTO record_reference (source, field, target)
    SELECT source, field, target FROM import_reference WHERE import = ?1";
const INSERT_CAMERAS: &str = "INSERT INTO camera (id, unit, camera_group, name, place, main_url, sub_url, credentials,
        security_level, floor_days, enabled, created_us, transport, planned_kbps, point, before_life_cycle, test_id)
    SELECT id, unit, camera_group, name, place, main_url, sub_url, credentials, security_level, floor_days, enabled,
        ?2, transport, planned_kbps, point, 0, test_id
    FROM import_camera WHERE import = ?1 AND is_new";
const UPDATE_CAMERAS: &str = "UPDATE camera SET camera_group = new.camera_group, name = new.name, place = new.place,
        main_url = new.main_url, sub_url = new.sub_url, credentials = coalesce(new.credentials, camera.credentials),
        security_level = new.security_level, floor_days = new.floor_days, enabled = new.enabled,
        transport = new.transport, planned_kbps = coalesce(new.planned_kbps, camera.planned_kbps),
        point = coalesce(new.point, camera.point), test_id = coalesce(camera.test_id, new.test_id)
    FROM import_camera AS new WHERE new.import = ?1 AND NOT new.is_new AND camera.id = new.id";

/// The transaction. Whoever calls it holds the writer for as long as it takes.
pub(super) async fn take_over(
    connection: &mut SqliteConnection,
    cx: &Cx,
    ask: &Ask,
    import: Uuid,
    ready: &Ready,
) -> Result<crate::registry::Decided<EntryIndex>> {
    // datong-2008:17: of many as of one alone.
    let silent = if ready.switched_off() > 0 { refuse_silent_off(cx.note.as_deref()) } else { None };
    let entry = match admit::enter_unless(connection, cx, ask, silent).await? {
        Ok(entered) => entered.entry,
        Err(refusal) => return Ok(Err(refusal)),
    };
    still(connection, import, ready).await?;
    let new = ready.plan.records.iter().filter(|record| record.before.is_none()).count();
    write::room_for(connection, int(new as u64)?).await?;
    for sql in [
        INSERT_RECORDS,
        UPDATE_RECORDS,
        VERSIONS,
        DROP_REFERENCES,
        REFERENCES,
        INSERT_CAMERAS,
        UPDATE_CAMERAS,
    ] {
        run(connection, sql, import, cx.now, entry).await?;
    }
    cameras::within_limits(connection).await?;
    Ok(Ok(entry))
}

async fn run(
    connection: &mut SqliteConnection,
    sql: &'static str,
    import: Uuid,
    now: WallTime,
    entry: EntryIndex,
) -> Result<()> {
    let mut query = sqlx::query(sql).bind(blob(import));
    if sql.contains("?2") {
        query = query.bind(now.0);
    }
    if sql.contains("?3") {
        query = query.bind(int(entry.0)?);
    }
    query.execute(connection).await.doing("taking an import over").map(|_| ())
}

async fn still(connection: &mut SqliteConnection, import: Uuid, ready: &Ready) -> Result<()> {
    let changed = |what: &str| Error::Conflict(format!("{what}: try the table again"));
    for (what, sql) in STILL {
        let (count,): (i64,) = sqlx::query_as(sql)
            .bind(blob(import))
            .fetch_one(&mut *connection)
            .await
            .doing("comparing with what was looked at")?;
        if count > 0 {
            return Err(changed(what));
        }
    }
    let sql = format!(
        "SELECT count(*) FROM import_camera AS new LEFT JOIN camera ON camera.id = new.id
         WHERE new.import = ? AND NOT new.is_new AND new.seen IS NOT {}",
        cameras::PRINT
    );
    let (moved,): (i64,) = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(blob(import))
        .fetch_one(&mut *connection)
        .await
        .doing("comparing cameras with what was looked at")?;
    if moved > 0 {
        return Err(changed("a camera was changed meanwhile"));
    }
    for (unit, digest) in &ready.footing.units {
        let wide = footing::is_wide(&ready.plan, *unit);
        if footing::digest(connection, *unit, wide).await? != *digest {
            return Err(changed("the unit's register was changed meanwhile"));
        }
    }
    Ok(())
}

/// What is asked of the law, and what the entry says: the file by its hash, and counts. 20,000 names would not fit.
pub(super) fn ask(run: &DryRun, ready: Option<&Ready>, applied: bool) -> Ask {
    let counts = &run.counts;
    let lines = [
        if applied { "applied=true".to_owned() } else { "dry_run=true".to_owned() },
        format!("table={}", run.file),
        format!("sha256={}", run.hash),
        format!("rows={}", counts.rows),
        format!("added={}\nchanged={}\nunchanged={}", counts.added, counts.changed, counts.unchanged),
        format!("cameras_added={}\ncameras_changed={}", counts.cameras_added, counts.cameras_changed),
        format!("problems={}", run.problems.count),
        format!("switched_off={}", run.switched_off()),
    ];
    let mut units: Vec<_> = ready.into_iter().flat_map(Ready::units).chain(run.unit).collect();
    units.sort_unstable();
    units.dedup();
    Ask {
        scopes: units.into_iter().map(|unit| (unit, None)).collect(),
        subject: Some(run.id),
        refers_to: if applied { Some(run.entry) } else { None },
        extra: lines.join("\n"),
        ..Ask::new(run.act)
    }
}

/// Acts that go this way.
pub(super) const ACTS: [Act; 3] = [Act::ImportRecords, Act::ChangeMany, Act::RotateCredentials];

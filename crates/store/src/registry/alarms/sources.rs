//! The register of alarm and door systems (national-2016:34): each belongs to a system of the register, whose acceptance and filing are
//! its own; its inputs and the cameras that look at them; its token.
//!
//! The invariant kept: a token is told once, and only its SHA-256 is stored.

use super::super::admit::Ask;
use super::super::clearance::Cleared;
use super::super::sessions::Token;
use super::super::{EntryIndex, Registry, new_id, system_cx};
use super::{filled, ids_of, known, line};
use crate::convert::{blob, int, small, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use law::alarm::{Priority, SourceKind, TERM_S_DEFAULT, TERM_S_MAX, TERM_S_MIN};
use law::life_cycle::Stage;
use law::register::RecordKind;
use model::{Act, CameraId, Cx, RecordId, Secret, UnitId, WallTime};
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

const NAME_CHARS_MAX: usize = 100;
/// Inputs of one source: a large alarm panel has 256 zones.
const INPUTS_MAX: usize = 256;
const INPUT_CODE_CHARS_MAX: usize = 64;
/// Cameras that look at one input: those of a wall.
const CAMERAS_MAX: usize = 16;
/// Sources in one list: a unit has few.
const SOURCES_MAX: i64 = 1_000;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewAlarmSource {
    pub unit: UnitId,
    /// The system of the register that it is part of.
    pub system: RecordId,
    pub kind: SourceKind,
    pub name: String,
    pub maker: String,
    pub contractor: Option<RecordId>,
    /// Of events that name no known input.
    pub priority: Option<Priority>,
}

/// A door, a zone, a button.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlarmInput {
    /// As the sender names it.
    pub code: String,
    pub name: String,
    /// `None`: its events are noted, and nobody is called.
    pub priority: Option<Priority>,
    pub cameras: Vec<CameraId>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlarmSource {
    pub id: Uuid,
    pub unit: UnitId,
    pub system: RecordId,
    pub system_name: String,
    /// Its system is secret: not there for whoever is not cleared (guangzhou-2007:11).
    pub secret: bool,
    /// Of its system: only one in use raises alarms. `None`: the record was removed.
    pub stage: Option<Stage>,
    pub kind: SourceKind,
    pub name: String,
    pub maker: String,
    pub contractor: Option<(RecordId, String)>,
    pub priority: Option<Priority>,
    /// When the token that holds was made.
    pub token: Option<WallTime>,
    pub made: WallTime,
    pub retired: Option<WallTime>,
    pub entry: EntryIndex,
    pub inputs: Vec<AlarmInput>,
}

type Row = (
    Vec<u8>,
    Vec<u8>,
    Vec<u8>,
    String,
    Option<i64>,
    String,
    String,
    String,
    Option<Vec<u8>>,
    Option<String>,
    Option<String>,
    Option<i64>,
    i64,
    Option<i64>,
    i64,
    bool,
);

const SELECT: &str = "SELECT alarm_source.id, alarm_source.unit, system, system.name,
    CASE WHEN system.removed_us IS NULL THEN system.stage END, alarm_source.kind, alarm_source.name, maker,
    contractor, contractor.name, priority, CASE WHEN token_hash IS NULL THEN NULL ELSE token_us END, made_us, retired_us,
    alarm_source.entry, system.secret
    FROM alarm_source JOIN record AS system ON system.id = system
    LEFT JOIN record AS contractor ON contractor.id = contractor";

impl Registry {
    /// Registers an alarm or door system. It sends nothing before it gets a token.
    pub async fn add_alarm_source(&self, cx: &Cx, new: NewAlarmSource) -> Result<Uuid> {
        let (name, id, now) = (filled("name", &new.name, NAME_CHARS_MAX)?, new_id(), cx.now);
        let maker = line("maker", &new.maker, NAME_CHARS_MAX)?;
        let system = system_cx("registry", now);
        self.own(&system, "system_id", new.system, RecordKind::System, new.unit).await?;
        if let Some(contractor) = new.contractor {
            self.own(&system, "contractor_id", contractor, RecordKind::Contractor, new.unit).await?;
        }
        let told = format!("registered={}\nsystem={}\nkind={}", name, new.system, new.kind.as_str());
        self.act(cx, asked((id, new.unit), told), move |connection, entry| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO alarm_source (id, unit, system, kind, name, maker, contractor, priority, made_us, entry)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(blob(new.unit.0))
                .bind(blob(new.system.0))
                .bind(new.kind.as_str())
                .bind(name)
                .bind(maker)
                .bind(new.contractor.map(|contractor| blob(contractor.0)))
                .bind(new.priority.map(Priority::as_str))
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("registering an alarm system")?;
                Ok(id)
            })
        })
        .await
    }

    /// Says which inputs it has, what each is worth and which cameras look at it: all of them, in place of those before.
    pub async fn set_alarm_inputs(&self, cx: &Cx, id: Uuid, inputs: Vec<AlarmInput>) -> Result<()> {
        let unit = self.source_in_use(cx, id).await?;
        let inputs = checked(inputs)?;
        let cameras: BTreeSet<CameraId> = inputs.iter().flat_map(|input| &input.cameras).copied().collect();
        let told = format!("inputs={}\ncameras={}", inputs.len(), cameras.len());
        // Whoever binds a camera knows of it, and answers for it.
        let ask = Ask { cameras: cameras.iter().copied().collect(), ..asked((id, unit), told) };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                of_unit(connection, unit, &cameras).await?;
                sqlx::query("DELETE FROM alarm_input WHERE source = ?")
                    .bind(blob(id))
                    .execute(&mut *connection)
                    .await
                    .doing("replacing a source's inputs")?;
                for input in inputs {
                    insert_input(connection, id, &input).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Gives it another token; the one before no longer counts. Told once, here.
    pub async fn issue_alarm_token(&self, cx: &Cx, id: Uuid) -> Result<Secret<String>> {
        let unit = self.source_in_use(cx, id).await?;
        let token = Token::new()?;
        self.put_token(cx, (id, unit), Some(token.hash()), "token=issued").await?;
        Ok(token.text())
    }

    pub async fn revoke_alarm_token(&self, cx: &Cx, id: Uuid) -> Result<()> {
        let unit = self.source_in_use(cx, id).await?;
        self.put_token(cx, (id, unit), None, "token=revoked").await
    }

    async fn put_token(
        &self,
        cx: &Cx,
        source: (Uuid, UnitId),
        hash: Option<[u8; 32]>,
        told: &str,
    ) -> Result<()> {
        let now = cx.now;
        self.act(cx, asked(source, told.to_owned()), move |connection, _| {
            Box::pin(async move {
                sqlx::query("UPDATE alarm_source SET token_hash = ?, token_us = ? WHERE id = ?")
                    .bind(hash.map(|hash| hash.to_vec()))
                    .bind(now.0)
                    .bind(blob(source.0))
                    .execute(connection)
                    .await
                    .doing("changing a source's token")
                    .map(|_| ())
            })
        })
        .await
    }

    /// Takes it out of use for good: its token no longer counts, what it sent stays.
    pub async fn retire_alarm_source(&self, cx: &Cx, id: Uuid) -> Result<()> {
        let (unit, now) = (self.source_in_use(cx, id).await?, cx.now);
        self.act(cx, asked((id, unit), "retired=true".into()), move |connection, _| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE alarm_source SET retired_us = ?, token_hash = NULL WHERE id = ? AND retired_us IS NULL",
                )
                .bind(now.0)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("retiring a source")?;
                match done.rows_affected() {
                    0 => Err(Error::Conflict("the source is retired already".into())),
                    _ => Ok(()),
                }
            })
        })
        .await
    }

    /// Those of the actor's units, by name.
    pub async fn alarm_sources(&self, cx: &Cx) -> Result<Vec<AlarmSource>> {
        let units = self.alarm_units(cx).await?;
        let rows: Vec<Row> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} ORDER BY alarm_source.name LIMIT ?")))
                .bind(SOURCES_MAX)
                .fetch_all(&self.0.database.read)
                .await
                .doing("listing alarm systems")?;
        let mut connection = self.0.database.read.acquire().await.doing("listing inputs")?;
        let cleared = Cleared::load(&mut connection, cx.actor).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let mut source = source_of(row)?;
            let seen = !source.secret || cleared.covers(Some(source.unit));
            if seen && units.as_ref().is_none_or(|units| units.contains(&source.unit)) {
                source.inputs = inputs_of(&mut connection, source.id).await?;
                found.push(source);
            }
        }
        Ok(found)
    }

    /// Says how long a high alarm of the unit may wait before it is escalated.
    pub async fn set_alarm_term(&self, cx: &Cx, unit: UnitId, term_s: u32) -> Result<()> {
        if !(TERM_S_MIN..=TERM_S_MAX).contains(&term_s) {
            return Err(Error::invalid("term_s", "is below 30 or above 3600"));
        }
        let ask = Ask {
            scopes: vec![(unit, None)],
            extra: format!("term_s={term_s}"),
            ..Ask::new(Act::ChangeAlarmTerm)
        };
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO alarm_term (unit, term_s, entry) VALUES (?1, ?2, ?3)
                     ON CONFLICT (unit) DO UPDATE SET term_s = ?2, entry = ?3",
                )
                .bind(blob(unit.0))
                .bind(i64::from(term_s))
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("setting a unit's term for alarms")
                .map(|_| ())
            })
        })
        .await
    }

    /// How long a high alarm may wait, for each of the actor's units.
    pub async fn alarm_terms(&self, cx: &Cx) -> Result<Vec<(UnitId, u32)>> {
        let units = self.alarm_units(cx).await?;
        let rows: Vec<(Vec<u8>, Option<i64>)> = sqlx::query_as(
            "SELECT id, term_s FROM unit LEFT JOIN alarm_term ON alarm_term.unit = unit.id ORDER BY name",
        )
        .fetch_all(&self.0.database.read)
        .await
        .doing("reading units' terms for alarms")?;
        let mut terms = Vec::with_capacity(rows.len());
        for (unit, term_s) in rows {
            let unit = UnitId(uuid_of(&unit)?);
            if units.as_ref().is_none_or(|units| units.contains(&unit)) {
                terms.push((unit, term_s.map_or(Ok(TERM_S_DEFAULT), small)?));
            }
        }
        Ok(terms)
    }

    async fn source_in_use(&self, cx: &Cx, id: Uuid) -> Result<UnitId> {
        let mut connection = self.0.database.read.acquire().await.doing("reading an alarm system")?;
        let found = source(&mut connection, id).await?;
        if found.secret && !Cleared::load(&mut connection, cx.actor).await?.covers(Some(found.unit)) {
            return Err(Error::NotFound("alarm source"));
        }
        match found.retired {
            None => Ok(found.unit),
            Some(_) => Err(Error::Conflict("the source is retired".into())),
        }
    }
}

fn asked((id, unit): (Uuid, UnitId), told: String) -> Ask {
    Ask { scopes: vec![(unit, None)], subject: Some(id), extra: told, ..Ask::new(Act::ChangeAlarmSource) }
}

fn checked(inputs: Vec<AlarmInput>) -> Result<Vec<AlarmInput>> {
    if inputs.len() > INPUTS_MAX {
        return Err(Error::invalid("inputs", "are more than 256"));
    }
    let mut codes = HashSet::new();
    inputs
        .into_iter()
        .map(|input| {
            let code = filled("code", &input.code, INPUT_CODE_CHARS_MAX)?;
            if !codes.insert(code.clone()) {
                return Err(Error::invalid("code", "names two inputs"));
            }
            let mut cameras = input.cameras;
            cameras.sort_unstable();
            cameras.dedup();
            if cameras.len() > CAMERAS_MAX {
                return Err(Error::invalid("cameras", "are more than 16 for one input"));
            }
            let name = filled("name", &input.name, NAME_CHARS_MAX)?;
            Ok(AlarmInput { code, name, priority: input.priority, cameras })
        })
        .collect()
}

/// What happens at a unit's door is for those who watch that unit.
async fn of_unit(
    connection: &mut SqliteConnection,
    unit: UnitId,
    cameras: &BTreeSet<CameraId>,
) -> Result<()> {
    for camera in cameras {
        let row: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM camera WHERE id = ? AND unit = ?")
            .bind(blob(camera.0))
            .bind(blob(unit.0))
            .fetch_optional(&mut *connection)
            .await
            .doing("looking at an input's cameras")?;
        if row.is_none() {
            return Err(Error::invalid("cameras", "name one of another unit"));
        }
    }
    Ok(())
}

async fn insert_input(connection: &mut SqliteConnection, source: Uuid, input: &AlarmInput) -> Result<()> {
    sqlx::query("INSERT INTO alarm_input (source, code, name, priority) VALUES (?, ?, ?, ?)")
        .bind(blob(source))
        .bind(&input.code)
        .bind(&input.name)
        .bind(input.priority.map(Priority::as_str))
        .execute(&mut *connection)
        .await
        .doing("writing an input")?;
    for camera in &input.cameras {
        sqlx::query("INSERT INTO alarm_input_camera (source, code, camera) VALUES (?, ?, ?)")
            .bind(blob(source))
            .bind(&input.code)
            .bind(blob(camera.0))
            .execute(&mut *connection)
            .await
            .doing("binding an input to a camera")?;
    }
    Ok(())
}

fn priority_of(word: Option<String>) -> Result<Option<Priority>> {
    word.map(|word| known(Priority::from_word(&word))).transpose()
}

async fn inputs_of(connection: &mut SqliteConnection, source: Uuid) -> Result<Vec<AlarmInput>> {
    let rows: Vec<(String, String, Option<String>)> =
        sqlx::query_as("SELECT code, name, priority FROM alarm_input WHERE source = ? ORDER BY code")
            .bind(blob(source))
            .fetch_all(&mut *connection)
            .await
            .doing("listing inputs")?;
    let mut inputs = Vec::with_capacity(rows.len());
    for (code, name, priority) in rows {
        let cameras = input_cameras(connection, source, &code).await?;
        inputs.push(AlarmInput { code, name, priority: priority_of(priority)?, cameras });
    }
    Ok(inputs)
}

async fn input_cameras(connection: &mut SqliteConnection, source: Uuid, code: &str) -> Result<Vec<CameraId>> {
    let rows =
        sqlx::query_as("SELECT camera FROM alarm_input_camera WHERE source = ? AND code = ? ORDER BY camera")
            .bind(blob(source))
            .bind(code)
            .fetch_all(connection)
            .await
            .doing("reading an input's cameras")?;
    ids_of(rows)
}

/// One input of a source by its code.
pub(super) async fn input(
    connection: &mut SqliteConnection,
    source: Uuid,
    code: &str,
) -> Result<Option<AlarmInput>> {
    let row: Option<(String, Option<String>)> =
        sqlx::query_as("SELECT name, priority FROM alarm_input WHERE source = ? AND code = ?")
            .bind(blob(source))
            .bind(code)
            .fetch_optional(&mut *connection)
            .await
            .doing("looking for an input")?;
    let Some((name, priority)) = row else { return Ok(None) };
    let cameras = input_cameras(connection, source, code).await?;
    Ok(Some(AlarmInput { code: code.to_owned(), name, priority: priority_of(priority)?, cameras }))
}

/// One source as it is now, without its inputs.
pub(super) async fn source(connection: &mut SqliteConnection, id: Uuid) -> Result<AlarmSource> {
    let sql = format!("{SELECT} WHERE alarm_source.id = ?");
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(blob(id))
        .fetch_optional(connection)
        .await
        .doing("reading an alarm system")?;
    source_of(row.ok_or(Error::NotFound("alarm source"))?)
}

fn source_of(row: Row) -> Result<AlarmSource> {
    let (id, unit, system, system_name, stage, kind, name, maker, contractor, contractor_name, ..) = row;
    let (priority, token, made, retired, entry) = (row.10, row.11, row.12, row.13, row.14);
    let stage = stage.map(|stage| known(Stage::from_code(small(stage)?))).transpose()?;
    let contractor = contractor
        .zip(contractor_name)
        .map(|(id, name)| Ok::<_, Error>((RecordId(uuid_of(&id)?), name)))
        .transpose()?;
    Ok(AlarmSource {
        id: uuid_of(&id)?,
        unit: UnitId(uuid_of(&unit)?),
        system: RecordId(uuid_of(&system)?),
        system_name,
        secret: row.15,
        stage,
        kind: known(SourceKind::from_word(&kind))?,
        name,
        maker,
        contractor,
        priority: priority_of(priority)?,
        token: token.map(WallTime),
        made: WallTime(made),
        retired: retired.map(WallTime),
        entry: EntryIndex(uint(entry)?),
        inputs: Vec::new(),
    })
}

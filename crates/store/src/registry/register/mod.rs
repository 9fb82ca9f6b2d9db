//! The registry's records: adding, changing, removing and listing them, each version kept, each change an entry.
//!
//! What a body may hold is `law::register`'s; whether a change is lawful is `law::life_cycle`'s and the packs'. The invariant
//! kept: a record, its references and its entry commit together; a point in a private place that a binding pack names is
//! never taken (datong-2008:9, guangzhou-2007:6, qingdao:9, national-2016:11).

mod adopt;
mod changes;
mod commissioning;
mod completeness;
mod design;
mod documents;
mod dossier;
mod export;
mod facts;
mod filed;
mod filing;
mod floors;
mod granting;
mod import;
mod incidents;
mod kept;
mod lawful;
mod life;
mod list;
mod map;
mod near;
mod notices;
mod overrides;
mod paper;
mod retrieving;
mod secrecy;
mod serving;
mod snapshot;
mod standing;
mod stills;
mod system_dossier;
mod under;
mod write;

pub use adopt::Adoption;
pub use changes::{ChangeRequest, ChangeState, NewChangeRequest};
pub use commissioning::{COMMISSIONING_POINTS_MAX, Commissioning, CommissioningRow};
pub use completeness::Completeness;
pub use documents::{DocumentFinding, DocumentPass};
pub use dossier::{DOSSIER_FORMAT, FiledDossier};
pub(super) use export::TABLE_SHA256;
pub use export::{EXPORT_ROWS_MAX, Exported, LeavingTable, RecordNames};
pub use filed::{FilingRow, Receipt};
pub use filing::{NewFiling, NewReceipt, SystemFilings};
pub use floors::Floors;
pub(super) use floors::NotedFloors;
pub use import::{BulkChange, DryRun, ImportCounts, ImportFile, Room, Selection, Shown, is_for_many};
pub(super) use lawful::{camera_at, camera_leaves};
pub use life::{LifeStep, MainWorksDays, NewLifeStep, SystemLife};
pub use list::{Naming, NamingPage, RecordOrder, RecordPage, RecordQuery, RecordVersion};
pub use map::{MAP_RECORDS_MAX, MapRecords};
pub use near::{Touched, Written};
pub(super) use near::{listed, newest as newest_fact, written as written_facts};
pub(super) use notices::camera_moved;
pub use overrides::{NewOverride, SetOverride, overrides_beside};
pub(super) use paper::keep_paper;
pub(super) use retrieving::rules_of_request;
pub(super) use serving::{binding_article, written_rules_asked};
pub(super) use snapshot::KeptRegister;
pub use snapshot::Part;
pub use standing::Standing;
pub(super) use standing::{
    PictureRules, not_in_use, picture_rules, picture_rules_each, picture_rules_under, rules_of_cameras,
    standing, standings_of, watching,
};
pub use stills::{NewStill, StillRow};
pub use system_dossier::{SystemDossier, measured_claim};
pub(crate) use under::{Book, Local, Looked};

use crate::convert::{small, uuid_of};
use crate::error::{Error, Result};
use law::life_cycle::Stage;
use law::register::{Body, RecordKind};
use model::{RecordId, UnitId, WallTime};

/// Rows on one page of a list.
pub const RECORD_ROWS_MAX: u32 = 500;

/// A record as the actor may see it.
#[derive(Clone, PartialEq, Debug)]
pub struct Record {
    pub id: RecordId,
    pub kind: RecordKind,
    /// `None` for what belongs to the whole installation.
    pub unit: Option<UnitId>,
    pub name: String,
    pub code: Option<String>,
    pub parent: Option<RecordId>,
    pub body: Body,
    /// Basic data was left out, since the actor has no right to it (national-2016:6).
    pub masked: bool,
    /// Expected fields that are empty (guangzhou-2007:16).
    pub missing: u32,
    pub version: u32,
    pub created: WallTime,
    pub changed: WallTime,
    pub removed: Option<WallTime>,
    /// Of systems.
    pub stage: Option<Stage>,
    /// Of a system that involves state secrets, or belongs to one.
    pub secret: bool,
}

/// Columns of `record`, in the order of [`RecordRow`].
const COLUMNS: &str =
    "record.id, record.kind, record.unit, record.name, record.code, record.parent, record.body,
    record.missing, record.version, record.created_us, record.changed_us, record.removed_us, record.stage,
    record.secret";

type RecordRow = (
    Vec<u8>,
    i64,
    Option<Vec<u8>>,
    String,
    Option<String>,
    Option<Vec<u8>>,
    String,
    i64,
    i64,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
    bool,
);

fn record_of(row: RecordRow) -> Result<Record> {
    let (
        id,
        kind,
        unit,
        name,
        code,
        parent,
        body,
        missing,
        version,
        created,
        changed,
        removed,
        stage,
        secret,
    ) = row;
    Ok(Record {
        id: RecordId(uuid_of(&id)?),
        kind: RecordKind::from_code(small(kind)?)
            .ok_or_else(|| Error::Corrupt("a stored record's kind is unknown".into()))?,
        unit: unit.map(|unit| uuid_of(&unit).map(UnitId)).transpose()?,
        name,
        code,
        parent: parent.map(|parent| uuid_of(&parent).map(RecordId)).transpose()?,
        body: body_of(&body)?,
        masked: false,
        missing: small(missing)?,
        version: small(version)?,
        created: WallTime(created),
        changed: WallTime(changed),
        removed: removed.map(WallTime),
        stage: stage.map(stage_of).transpose()?,
        secret,
    })
}

fn body_of(text: &str) -> Result<Body> {
    serde_json::from_str(text).map_err(|_| Error::Corrupt("a stored record cannot be read".into()))
}

fn body_text(body: &Body) -> Result<String> {
    serde_json::to_string(body).map_err(|error| Error::Internal(error.to_string()))
}

fn stage_of(code: i64) -> Result<Stage> {
    Stage::from_code(small(code)?).ok_or_else(|| Error::Corrupt("a stored stage is unknown".into()))
}

/// A text value of a body.
fn text<'b>(body: &'b Body, field: &str) -> Option<&'b str> {
    body.get(field).and_then(serde_json::Value::as_str)
}

/// A flag of a body: absent is no.
fn flag(body: &Body, field: &str) -> bool {
    body.get(field).and_then(serde_json::Value::as_bool).unwrap_or(false)
}

/// A number of a body.
fn number(body: &Body, field: &str) -> Option<f64> {
    body.get(field).and_then(serde_json::Value::as_f64)
}

/// Words of a list in a body.
fn list(body: &Body, field: &str) -> Vec<String> {
    let values = body.get(field).and_then(serde_json::Value::as_array);
    values.into_iter().flatten().filter_map(serde_json::Value::as_str).map(str::to_owned).collect()
}

/// A reference of a body.
fn record_id(body: &Body, field: &str) -> Option<RecordId> {
    text(body, field).and_then(|id| id.parse().ok())
}

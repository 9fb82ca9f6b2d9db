//! Links: which carrier's line which cameras come over, under which contract, and what the contract says it carries
//! (national-2016:16). What it really carries is measured by the shell from gaps.

use super::super::{Registry, new_id};
use super::{ROWS_MAX, Signed, ask_of, signed, unit_of_row, words};
use crate::convert::{blob, int, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::once;
use crate::registry::person_of;
use law::register::RecordKind;
use law::routines::PPM;
use model::{Act, CameraId, Cx, RecordId, UnitId, WallTime};
use uuid::Uuid;

const NAME_CHARS_MAX: usize = 100;
/// Cameras of one link: a whole district behind one line.
const CAMERAS_MAX: usize = 1_000;
const UNIT: &str = "SELECT unit FROM carrier_link WHERE id = ?";

#[derive(Clone, Debug)]
pub struct NewLink {
    pub unit: UnitId,
    pub name: String,
    pub carrier: RecordId,
    pub contract: Option<RecordId>,
    pub from: WallTime,
    /// The end of the contract's term.
    pub until: Option<WallTime>,
    pub contract_ppm: u32,
    pub cameras: Vec<CameraId>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkRow {
    pub id: Uuid,
    pub name: String,
    pub carrier: (RecordId, String),
    pub contract: Option<(RecordId, String)>,
    pub from: WallTime,
    pub until: Option<WallTime>,
    pub contract_ppm: u32,
    pub cameras: Vec<CameraId>,
    pub by: Signed,
    pub ended: Option<WallTime>,
}

type Row = (
    Vec<u8>,
    String,
    Vec<u8>,
    String,
    Option<Vec<u8>>,
    Option<String>,
    i64,
    Option<i64>,
    u32,
    Vec<u8>,
    String,
    i64,
    i64,
    Option<i64>,
);

impl Registry {
    /// Enters a link.
    pub async fn add_link(&self, cx: &Cx, new: NewLink) -> Result<Uuid> {
        let name = words("name", &new.name, NAME_CHARS_MAX)?;
        let mut cameras = new.cameras.clone();
        cameras.sort_unstable();
        cameras.dedup();
        if cameras.is_empty() || cameras.len() > CAMERAS_MAX {
            return Err(Error::invalid("camera_ids", "are none, or too many"));
        }
        if !(1..=PPM).contains(&new.contract_ppm) {
            return Err(Error::invalid("contract_ppm", "is not between 1 and 1000000"));
        }
        if new.until.is_some_and(|until| until <= new.from) {
            return Err(Error::invalid("until_ms", "is not after from_ms"));
        }
        self.own_cameras(new.unit, &cameras).await?;
        // Carriers belong to the whole installation, as lines do to whoever rents them.
        let carrier = self.stored_record(cx, new.carrier).await.ok();
        if carrier.is_none_or(|found| found.kind != RecordKind::Carrier || found.removed.is_some()) {
            return Err(Error::invalid("carrier_id", "is no carrier of the register"));
        }
        if let Some(contract) = new.contract {
            self.own(cx, "contract_document_id", contract, RecordKind::Document, new.unit).await?;
        }
        let (id, person, now) = (new_id(), person_of(cx)?, cx.now);
        let extra = format!(
            "link=add\ncarrier={}\ncontract_ppm={}\ncameras={}",
            new.carrier,
            new.contract_ppm,
            cameras.len()
        );
        self.act(cx, ask_of(Act::ChangeRoutines, new.unit, Some(id), extra), move |connection, entry| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO carrier_link (id, unit, name, carrier, contract, from_us, until_us, contract_ppm, person, at_us,
                        entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(blob(new.unit.0))
                .bind(name)
                .bind(blob(new.carrier.0))
                .bind(new.contract.map(|contract| blob(contract.0)))
                .bind(new.from.0)
                .bind(new.until.map(|until| until.0))
                .bind(new.contract_ppm)
                .bind(blob(person.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(&mut *connection)
                .await
                .doing("entering a link")?;
                for camera in cameras {
                    sqlx::query("INSERT INTO link_camera (link, camera) VALUES (?, ?)")
                        .bind(blob(id))
                        .bind(blob(camera.0))
                        .execute(&mut *connection)
                        .await
                        .doing("entering a link's cameras")?;
                }
                Ok(id)
            })
        })
        .await
    }

    /// A link is used no longer. Its row stays.
    pub async fn end_link(&self, cx: &Cx, id: Uuid) -> Result<()> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a link")?;
        let unit = unit_of_row(&mut connection, UNIT, id, "link").await?;
        drop(connection);
        let now = cx.now;
        let ask = ask_of(Act::ChangeRoutines, unit, Some(id), "link=end".into());
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE carrier_link SET ended_us = ?, end_entry = ? WHERE id = ? AND ended_us IS NULL",
                )
                .bind(now.0)
                .bind(int(entry.0)?)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("ending a link")?;
                once(&done, "the link has ended")?;
                Ok(())
            })
        })
        .await
    }

    /// Links of a unit, those in use first. Whether the actor may know is decided before.
    pub async fn links(&self, _cx: &Cx, unit: UnitId) -> Result<Vec<LinkRow>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading links")?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT carrier_link.id, carrier_link.name, carrier, holder.name, contract, paper.name, from_us, until_us,
                contract_ppm, person, author.name, at_us, carrier_link.entry, ended_us
             FROM carrier_link JOIN record AS holder ON holder.id = carrier LEFT JOIN record AS paper ON paper.id = contract
             JOIN person AS author ON author.id = person
             WHERE carrier_link.unit = ? ORDER BY ended_us IS NOT NULL, carrier_link.name LIMIT ?",
        )
        .bind(blob(unit.0))
        .bind(ROWS_MAX)
        .fetch_all(&mut *connection)
        .await
        .doing("reading links")?;
        let mut links = Vec::with_capacity(rows.len());
        for row in rows {
            let mut link = link_of(row)?;
            let cameras: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT camera FROM link_camera WHERE link = ?")
                .bind(blob(link.id))
                .fetch_all(&mut *connection)
                .await
                .doing("reading a link's cameras")?;
            link.cameras = cameras.iter().map(|(id,)| uuid_of(id).map(CameraId)).collect::<Result<_>>()?;
            links.push(link);
        }
        Ok(links)
    }
}

fn link_of(row: Row) -> Result<LinkRow> {
    let (
        id,
        name,
        carrier,
        holder,
        contract,
        paper,
        from,
        until,
        contract_ppm,
        person,
        author,
        at,
        entry,
        ended,
    ) = row;
    let contract = contract
        .map(|id| Ok::<_, Error>((RecordId(uuid_of(&id)?), paper.unwrap_or_default())))
        .transpose()?;
    Ok(LinkRow {
        id: uuid_of(&id)?,
        name,
        carrier: (RecordId(uuid_of(&carrier)?), holder),
        contract,
        from: WallTime(from),
        until: until.map(WallTime),
        contract_ppm,
        cameras: Vec::new(),
        by: signed(Some(person), Some(author), Some(at), None, Some(entry))?
            .ok_or_else(|| Error::Corrupt("a link is nobody's".into()))?,
        ended: ended.map(WallTime),
    })
}

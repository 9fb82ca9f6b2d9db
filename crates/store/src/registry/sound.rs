//! The switch of a camera's sound: off unless somebody who answers for the unit has switched it on, with a legal basis that stays
//! in the ledger.
//!
//! What a claim must say is `law::sound`'s matter. The invariant: sound counts as on only where it was switched on: the newest
//! switch says on, and the camera is in use, in the same unit and at the same point as then.

use super::admit::{Ask, enter_unless};
use super::{EntryIndex, Registry, at_most};
use crate::convert::{blob, int, small, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use law::sound::{Claim, GROUND_CHARS_MAX, refuse};
use model::{Act, Actor, CameraId, Cx, PersonId, SoundBasis, WallTime};
use sqlx::SqliteConnection;
use std::collections::{HashMap, HashSet};

/// Switches in one list: more than a camera sees in its life.
const SWITCHES_MAX: i64 = 200;
/// Name or number of a paper.
const DOCUMENT_CHARS_MAX: usize = 96;

/// What somebody wants of a camera's sound.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NewSwitch {
    On { basis: Option<SoundBasis>, ground: String, document: String },
    Off { ground: String },
}

/// One switch, as it was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SoundSwitch {
    pub on: bool,
    pub basis: Option<SoundBasis>,
    pub ground: String,
    pub document: String,
    /// `None`: a procedure of the system, which set the store up.
    pub person: Option<(PersonId, String)>,
    pub at: WallTime,
    pub entry: EntryIndex,
    /// Whether it still holds: it is the newest, and the camera has not moved since.
    pub in_force: bool,
}

type Row = (Vec<u8>, bool, Option<i64>, String, String, Option<Vec<u8>>, Option<String>, i64, i64, bool);

const SWITCHES: &str =
    "SELECT sound_switch.camera, is_on, basis, ground, document, sound_switch.person, person.name, at_us, entry,
            camera.retired_us IS NULL AND camera.unit = sound_switch.unit AND camera.point IS sound_switch.point
            AND entry = (SELECT max(newest.entry) FROM sound_switch AS newest WHERE newest.camera = camera.id)
     FROM sound_switch JOIN camera ON camera.id = sound_switch.camera
     LEFT JOIN person ON person.id = sound_switch.person";

impl Registry {
    /// Switches a camera's sound on or off. On needs a basis, its ground and, of an order or agreement, the paper.
    pub async fn switch_sound(&self, cx: &Cx, camera: CameraId, new: NewSwitch) -> Result<()> {
        let current = self.camera(&super::system_cx("registry", cx.now), camera).await?;
        if current.retired.is_some() {
            return Err(Error::NotFound("camera in use"));
        }
        let (on, basis, ground, document) = match new {
            NewSwitch::On { basis, ground, document } => (true, basis, ground, document),
            NewSwitch::Off { ground } => (false, None, ground, String::new()),
        };
        let ground = at_most("ground", ground.trim(), GROUND_CHARS_MAX)?;
        let document = at_most("document", document.trim(), DOCUMENT_CHARS_MAX)?;
        let claim = Claim { basis, ground: &ground, document: &document };
        let refusal = if on { refuse(&claim) } else { None };
        let basis_word = basis.map_or("none", SoundBasis::as_str);
        let ask = Ask {
            cameras: vec![camera],
            subject: Some(camera.0),
            extra: format!(
                "sound={}\nbasis={basis_word}\nground={ground}\ndocument={document}",
                if on { "on" } else { "off" }
            ),
            ..Ask::new(Act::SwitchSound)
        };
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let person = match cx.actor {
                    Actor::Person(person) => Some(blob(person.0)),
                    Actor::System(_) => None,
                };
                // Unit and point as they are in this transaction: what moves the camera later ends it.
                sqlx::query(
                    "INSERT INTO sound_switch (entry, camera, is_on, basis, ground, document, unit, point, person, at_us)
                     SELECT ?, id, ?, ?, ?, ?, unit, point, ?, ? FROM camera WHERE id = ?",
                )
                .bind(int(entry.0)?)
                .bind(on)
                .bind(basis.filter(|_| on).map(|basis| i64::from(basis.code())))
                .bind(ground)
                .bind(document)
                .bind(person)
                .bind(cx.now.0)
                .bind(blob(camera.0))
                .execute(connection)
                .await
                .doing("switching sound")?;
                Ok(Ok(()))
            })
        })
        .await
    }

    /// All switches of a camera that the actor sees, newest first.
    pub async fn sound_switches(&self, cx: &Cx, camera: CameraId) -> Result<Vec<SoundSwitch>> {
        self.camera(cx, camera).await?;
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{SWITCHES} WHERE sound_switch.camera = ? ORDER BY entry DESC LIMIT ?"
        )))
        .bind(blob(camera.0))
        .bind(SWITCHES_MAX)
        .fetch_all(&self.0.database.read)
        .await
        .doing("reading switches of sound")?;
        rows.into_iter().map(|row| switch_of(row).map(|(_, switch)| switch)).collect()
    }

    /// Cameras whose sound is to be recorded: it grows on the disks.
    pub(crate) async fn sounding(&self) -> Result<HashSet<CameraId>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading switches of sound")?;
        let newest = newest(&mut connection).await?;
        Ok(newest.into_iter().filter(|(_, switch)| switch.is_recorded()).map(|(camera, _)| camera).collect())
    }

    /// Of each of these cameras the newest switch. Says nothing of who may see it: beside cameras that are shown already.
    pub async fn newest_sound_switches(
        &self,
        _cx: &Cx,
        cameras: &[CameraId],
    ) -> Result<HashMap<CameraId, SoundSwitch>> {
        let mut sql = sqlx::QueryBuilder::<sqlx::Sqlite>::new(newest_of_each());
        sql.push(" AND sound_switch.camera IN (");
        let mut listed = sql.separated(", ");
        for camera in cameras {
            listed.push_bind(blob(camera.0));
        }
        sql.push(")");
        let rows: Vec<Row> =
            sql.build_query_as().fetch_all(&self.0.database.read).await.doing("reading switches of sound")?;
        rows.into_iter().map(switch_of).collect()
    }
}

fn newest_of_each() -> String {
    format!(
        "{SWITCHES} WHERE entry = (SELECT max(newest.entry) FROM sound_switch AS newest WHERE newest.camera = camera.id)"
    )
}

pub(super) async fn newest(connection: &mut SqliteConnection) -> Result<HashMap<CameraId, SoundSwitch>> {
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(newest_of_each()))
        .fetch_all(connection)
        .await
        .doing("reading switches of sound")?;
    rows.into_iter().map(switch_of).collect()
}

fn switch_of(row: Row) -> Result<(CameraId, SoundSwitch)> {
    let (camera, on, basis, ground, document, person, name, at, entry, in_force) = row;
    let basis = basis
        .map(|code| {
            SoundBasis::from_code(small(code)?)
                .ok_or_else(|| Error::Corrupt("a basis of sound is unknown".into()))
        })
        .transpose()?;
    let person = person
        .map(|person| Ok::<_, Error>((PersonId(uuid_of(&person)?), name.unwrap_or_default())))
        .transpose()?;
    let entry = EntryIndex(uint(entry)?);
    let switch = SoundSwitch { on, basis, ground, document, person, at: WallTime(at), entry, in_force };
    Ok((CameraId(uuid_of(&camera)?), switch))
}

impl SoundSwitch {
    /// Whether sound is to be recorded by it.
    pub const fn is_recorded(&self) -> bool {
        self.on && self.in_force
    }
}

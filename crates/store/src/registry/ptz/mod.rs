//! Cameras that turn: what their units say about them, and what a camera does by itself.
//!
//! What refuses and what comes next is `law::ptz`'s; the cameras themselves are told by the server. The invariant kept: a change of
//! home, presets, ranges or patrol, going home and patrolling are entries, in the transaction of what they change.

mod control;

pub(super) use control::Controls;
pub use control::{LostControl, PtzHolder, TakenControl};

use super::admit::Ask;
use super::cameras::unit_of;
use super::register::{Book, binding_article};
use super::{EntryIndex, Registry};
use crate::convert::{blob, int, uuid_of};
use crate::error::{Doing, Error, Result};
use law::ptz::{Fault, RULE, Rules, check};
use model::{Act, Actor, CameraId, Cx, PtzLimits, WallTime};
use sqlx::SqliteConnection;
use std::sync::Arc;

/// The control of forbidden ranges, by whose article they are refused.
const FORBIDDEN_CONTROL: &str = "ptz-forbidden-range";

/// How a camera is told to turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PtzDriver {
    /// The simulated cameras' own protocol, on the address of the camera's main stream.
    Simulated,
}

impl PtzDriver {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Simulated => "simulated",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        (word == Self::Simulated.as_str()).then_some(Self::Simulated)
    }
}

/// A camera that turns, for whoever tells it.
#[derive(Clone, Debug)]
pub struct PtzCamera {
    pub camera: CameraId,
    pub driver: PtzDriver,
    pub rules: Rules,
    /// Where its main stream is.
    pub url: String,
    pub credentials: Option<super::Credentials>,
    /// A shift of the unit runs.
    pub on_shift: bool,
    /// Somebody has control.
    pub held: bool,
}

/// What a reader sees of a camera that turns.
#[derive(Clone, Debug)]
pub struct PtzState {
    pub driver: PtzDriver,
    pub rules: Rules,
    pub holder: Option<PtzHolder>,
    /// How the reader's own last control of it was lost, if it was.
    pub lost: Option<LostControl>,
}

type Row = (String, String);

fn of_row((driver, rules): Row) -> Result<(PtzDriver, Rules)> {
    let corrupt = || Error::Corrupt("what is stored of a camera that turns cannot be read".into());
    let driver = PtzDriver::from_word(&driver).ok_or_else(corrupt)?;
    Ok((driver, serde_json::from_str(&rules).map_err(|_| corrupt())?))
}

/// `None`: it does not turn.
async fn stored(connection: &mut SqliteConnection, camera: CameraId) -> Result<Option<(PtzDriver, Rules)>> {
    let row: Option<Row> = sqlx::query_as("SELECT driver, rules FROM camera_ptz WHERE camera = ?")
        .bind(blob(camera.0))
        .fetch_optional(connection)
        .await
        .doing("reading how a camera turns")?;
    row.map(of_row).transpose()
}

/// The article under which the camera's ranges are forbidden.
async fn article(connection: &mut SqliteConnection, book: Book<'_>, camera: CameraId) -> Result<String> {
    let unit = unit_of(connection, camera).await?;
    let found = binding_article(connection, book, unit, FORBIDDEN_CONTROL).await?;
    Ok(found.map_or_else(|| RULE.to_owned(), |article| article.to_string()))
}

impl Registry {
    /// The cameras that turn. Whether the actor may know of a camera is decided before.
    pub async fn turning_cameras(&self, _cx: &Cx) -> Result<Vec<CameraId>> {
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT camera FROM camera_ptz")
            .fetch_all(&self.0.database.read)
            .await
            .doing("listing cameras that turn")?;
        rows.iter().map(|(camera,)| uuid_of(camera).map(CameraId)).collect()
    }

    /// What there is to know of one camera that turns. Whether the actor may is decided before.
    pub async fn ptz(&self, cx: &Cx, camera: CameraId) -> Result<PtzState> {
        let mut connection = self.0.database.read.acquire().await.doing("reading how a camera turns")?;
        let (driver, rules) =
            stored(&mut connection, camera).await?.ok_or(Error::NotFound("camera that turns"))?;
        drop(connection);
        let person = match cx.actor {
            Actor::Person(person) => Some(person),
            Actor::System(_) => None,
        };
        let controls = &self.0.controls;
        Ok(PtzState {
            driver,
            rules,
            holder: controls.holder(camera, cx.now),
            lost: controls.lost(camera, person),
        })
    }

    /// Says how a camera turns and what it may; `None`: it turns no longer.
    pub async fn set_ptz(
        &self,
        cx: &Cx,
        camera: CameraId,
        new: Option<(PtzDriver, Rules, PtzLimits)>,
    ) -> Result<()> {
        let (cx, today, now) = (cx.clone(), self.today(cx.now), cx.now);
        let library = Arc::clone(&self.0.packs.library);
        let controls = self.0.controls.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let article = article(connection, Book::on(&library, today), camera).await?;
                let refusal = match new.as_ref().map(|(_, rules, limits)| check(rules, limits, &article)) {
                    None | Some(Ok(())) => None,
                    Some(Err(Fault::Refused(refusal))) => Some(*refusal),
                    Some(Err(Fault::Field(field, problem))) => return Err(Error::invalid(field, problem)),
                };
                let ask = Ask {
                    cameras: vec![camera],
                    subject: Some(camera.0),
                    extra: new
                        .as_ref()
                        .map_or_else(|| "ptz=none".to_owned(), |(driver, rules, _)| told(*driver, rules)),
                    ..Ask::new(Act::ChangePtz)
                };
                let entered = match super::admit::enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                write(
                    connection,
                    camera,
                    new.map(|(driver, rules, _)| (driver, rules)),
                    (cx.now, entered.entry),
                )
                .await?;
                // Ranges may be others now: whoever has control asks again.
                controls.revoke(camera, "settings", None);
                Ok(Ok(()))
            })
        })
        .await?;
        self.end_lapsed_controls(now).await
    }

    /// The cameras that turn and are in use, with what a driver needs and what is known between hands.
    pub async fn ptz_cameras(&self, cx: &Cx) -> Result<Vec<PtzCamera>> {
        crate::footage::system_only(cx)?;
        let mut found = Vec::new();
        for camera in self.turning_cameras(cx).await? {
            match self.ptz_camera(cx, camera).await {
                Ok(camera) => found.push(camera),
                // Retired or switched off meanwhile.
                Err(Error::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// One of them, for the server's drivers only.
    pub async fn ptz_camera(&self, cx: &Cx, camera: CameraId) -> Result<PtzCamera> {
        crate::footage::system_only(cx)?;
        type Found = (Option<String>, String, String, bool);
        let row: Option<Found> = sqlx::query_as(
            "SELECT camera.main_url, driver, rules,
                EXISTS (SELECT 1 FROM duty_shift JOIN duty_room ON duty_room.id = room
                    WHERE duty_room.unit = camera.unit AND taken_us <= ?2 AND ended_us IS NULL AND end_us > ?2)
             FROM camera JOIN camera_ptz ON camera = camera.id
             WHERE camera.id = ?1 AND enabled = 1 AND retired_us IS NULL",
        )
        .bind(blob(camera.0))
        .bind(cx.now.0)
        .fetch_optional(&self.0.database.read)
        .await
        .doing("reading a camera that turns")?;
        let (url, driver, rules, on_shift) = row.ok_or(Error::NotFound("camera that turns"))?;
        let (driver, rules) = of_row((driver, rules))?;
        let credentials = self.open_credentials(cx, camera).await?;
        let held = self.0.controls.holder(camera, cx.now).is_some();
        Ok(PtzCamera { camera, driver, rules, url: url.unwrap_or_default(), credentials, on_shift, held })
    }

    /// A camera does something by itself: goes home, or begins or ends its patrol.
    pub async fn note_turned(&self, cx: &Cx, camera: CameraId, act: Act, text: String) -> Result<EntryIndex> {
        crate::footage::system_only(cx)?;
        let ask = Ask { cameras: vec![camera], subject: Some(camera.0), extra: text, ..Ask::new(act) };
        self.act(cx, ask, |_, entry| Box::pin(async move { Ok(entry) })).await
    }
}

/// As the entry says it: names and positions, so that an earlier view can be compared with a later one.
fn told(driver: PtzDriver, rules: &Rules) -> String {
    let at = |at: model::PtzPosition| format!("{},{},{}", at.pan_cdeg, at.tilt_cdeg, at.zoom_percent);
    let presets: Vec<String> =
        rules.presets.iter().map(|preset| format!("{}@{}", preset.name, at(preset.at))).collect();
    let forbidden: Vec<String> = rules
        .forbidden
        .iter()
        .map(|one| {
            let (pan, tilt, zoom) = (one.range.pan_cdeg, one.range.tilt_cdeg, one.range.zoom_percent);
            format!("{}..{},{}..{},{}..{}", pan.0, pan.1, tilt.0, tilt.1, zoom.0, zoom.1)
        })
        .collect();
    let stops: Vec<String> =
        rules.patrol.iter().map(|stop| format!("{}:{}s", stop.preset, stop.dwell_s)).collect();
    format!(
        "ptz={}\nhome={}\naway_s={}\npresets={}\nforbidden={}\npatrol={}",
        driver.as_str(),
        at(rules.home),
        rules.away_s,
        presets.join("; "),
        forbidden.join("; "),
        stops.join(" ")
    )
}

async fn write(
    connection: &mut SqliteConnection,
    camera: CameraId,
    new: Option<(PtzDriver, Rules)>,
    (now, entry): (WallTime, EntryIndex),
) -> Result<()> {
    let Some((driver, rules)) = new else {
        let gone =
            sqlx::query("DELETE FROM camera_ptz WHERE camera = ?").bind(blob(camera.0)).execute(connection);
        return gone.await.doing("forgetting how a camera turns").map(|_| ());
    };
    let rules = serde_json::to_string(&rules).map_err(|error| Error::Internal(error.to_string()))?;
    sqlx::query(
        "INSERT INTO camera_ptz (camera, driver, rules, changed_us, entry) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (camera) DO UPDATE SET driver = excluded.driver, rules = excluded.rules,
            changed_us = excluded.changed_us, entry = excluded.entry",
    )
    .bind(blob(camera.0))
    .bind(driver.as_str())
    .bind(rules)
    .bind(now.0)
    .bind(int(entry.0)?)
    .execute(connection)
    .await
    .doing("keeping how a camera turns")
    .map(|_| ())
}

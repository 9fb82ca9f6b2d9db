//! Adding, changing and retiring cameras: checked values, sealed credentials, and views that end when who may see
//! changes.

use super::cameras::{
    Camera, CameraChange, Credentials, NewCamera, OTHER_HOST, PlainCredentials, Reach, within_limits,
};
use super::register::{Book, camera_at, camera_leaves, camera_moved};
use super::{Registry, admit, admit::Ask, at_most, new_id, words};
use crate::convert::blob;
use crate::error::{Doing, Error, Result};
use crate::seal::Kind;
use law::access::Part;
use model::{Act, Actor, CameraId, Cx, RecordId, Transport};

const URL_BYTES_MAX: usize = 1_024;
/// Ten years: longer is a typing error.
const FLOOR_DAYS_MAX: u16 = 3_650;

/// Absent values leave the columns as they are; the camera must still be where it was read.
const CHANGE: &str = "UPDATE camera SET unit = ?1, camera_group = ?2, name = coalesce(?3, name),
    place = coalesce(?4, place), main_url = coalesce(?5, main_url),
    sub_url = CASE WHEN ?6 THEN ?7 ELSE sub_url END,
    credentials = CASE WHEN ?8 THEN ?9 ELSE credentials END,
    security_level = coalesce(?10, security_level),
    floor_days = CASE WHEN ?11 THEN ?12 ELSE floor_days END, enabled = coalesce(?13, enabled),
    transport = coalesce(?14, transport),
    certificate = CASE WHEN ?15 THEN ?16 ELSE certificate END
    WHERE id = ?17 AND unit = ?18 AND camera_group IS ?19";

/// How a camera is added, beside what it is.
#[derive(Clone, Debug, Default)]
pub struct Enrolment {
    /// What it is planned to send.
    pub planned_kbps: Option<u32>,
    /// What the law says about the room for it.
    pub refusal: Option<law::access::Refusal>,
    /// Where it stands.
    pub point: Option<RecordId>,
}

impl Registry {
    pub async fn create_camera(&self, cx: &Cx, new: NewCamera) -> Result<CameraId> {
        self.enroll_camera(cx, new, Enrolment::default()).await
    }

    /// Adds a camera. At a point it lives with the point's system; without one it stays in test mode until it has one. What the
    /// program itself adds (setting up, earlier versions' stores) is older than the life cycle.
    pub async fn enroll_camera(&self, cx: &Cx, new: NewCamera, enrolment: Enrolment) -> Result<CameraId> {
        let Enrolment { planned_kbps, refusal, point } = enrolment;
        let before = point.is_none() && matches!(cx.actor, Actor::System(_));
        let (test_id, library) = (new_id(), std::sync::Arc::clone(&self.0.packs.library));
        let id = CameraId(new_id());
        let name = words("name", &new.name, 48)?;
        let place = at_most("place", new.place.trim(), 96)?;
        let main_url = url("main_url", &new.main_url)?;
        let sub_url = new.sub_url.as_deref().map(|text| url("sub_url", text)).transpose()?;
        let level = security_level(new.security_level)?;
        let floor = new.floor_days.map(floor_days).transpose()?;
        let sealed =
            new.credentials.as_ref().map(|credentials| self.seal_credentials(id, credentials)).transpose()?;
        let (now, cx) = (cx.now, cx.clone());
        let ask = Ask {
            scopes: vec![(new.unit, new.group.map(Part::Group))],
            subject: Some(id.0),
            extra: format!("camera={name}\nlevel={level}{}", reach_words(new.reach)),
            ..Ask::new(Act::ChangeCamera)
        };
        let today = self.today(cx.now);
        self.decided(move |connection| {
            Box::pin(async move {
                let placed = match point {
                    Some(point) => camera_at(connection, Book::on(&library, today), new.unit, point).await?,
                    None => None,
                };
                if let Err(refused) = admit::enter_unless(connection, &cx, &ask, placed.or(refusal)).await? {
                    return Ok(Err(refused));
                }
                sqlx::query(
                    "INSERT INTO camera (id, unit, camera_group, name, place, main_url, sub_url, credentials,
                                         security_level, floor_days, enabled, created_us, transport, certificate,
                                         planned_kbps, point, before_life_cycle, test_id)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id.0))
                .bind(blob(new.unit.0))
                .bind(new.group.map(|group| blob(group.0)))
                .bind(name)
                .bind(place)
                .bind(main_url)
                .bind(sub_url)
                .bind(sealed)
                .bind(i64::from(level))
                .bind(floor)
                .bind(now.0)
                .bind(i64::from(new.reach.transport.code()))
                .bind(new.reach.certificate.map(|hash| hash.0.to_vec()))
                .bind(planned_kbps)
                .bind(point.map(|point| blob(point.0)))
                .bind(before)
                .bind(blob(test_id))
                .execute(&mut *connection)
                .await
                .doing("adding a camera")?;
                within_limits(connection).await?;
                Ok(Ok(id))
            })
        })
        .await
    }

    /// Puts a camera at a point of its unit. It lives with the point's system from then on.
    pub async fn place_camera(&self, cx: &Cx, camera: CameraId, point: RecordId) -> Result<()> {
        let current = self.camera(&super::system_cx("registry", cx.now), camera).await?;
        if current.retired.is_some() {
            return Err(Error::NotFound("camera in use"));
        }
        let ask = Ask {
            cameras: vec![camera],
            subject: Some(camera.0),
            extra: format!("point={point}"),
            ..Ask::new(Act::ChangeCamera)
        };
        let (cx, library) = (cx.clone(), std::sync::Arc::clone(&self.0.packs.library));
        let today = self.today(cx.now);
        self.decided(move |connection| {
            Box::pin(async move {
                let placed = match camera_leaves(connection, Book::on(&library, today), camera, true).await? {
                    Some(refusal) => Some(refusal),
                    None => camera_at(connection, Book::on(&library, today), current.unit, point).await?,
                };
                let entered = match admit::enter_unless(connection, &cx, &ask, placed).await? {
                    Ok(entered) => entered,
                    Err(refused) => return Ok(Err(refused)),
                };
                let from = super::register::standing(connection, Book::on(&library, today), camera).await?;
                let from = from.and_then(|standing| standing.point).filter(|from| *from != point);
                camera_moved(connection, Book::on(&library, today), from, (entered.entry, cx.now)).await?;
                sqlx::query("UPDATE camera SET point = ?, test_id = coalesce(test_id, ?) WHERE id = ?")
                    .bind(blob(point.0))
                    .bind(blob(new_id()))
                    .bind(blob(camera.0))
                    .execute(connection)
                    .await
                    .doing("placing a camera")?;
                Ok(Ok(()))
            })
        })
        .await?;
        self.0.passes.revoke_camera(camera);
        Ok(())
    }

    /// Changes a camera. What changes who may see it ends the views of it; a floor is never lowered for footage that
    /// exists already, since each segment carries the floor it was promised.
    pub async fn change_camera(&self, cx: &Cx, camera: CameraId, change: CameraChange) -> Result<()> {
        self.change_camera_unless(cx, camera, change, None).await
    }

    /// The same; `refusal` is what the law says about the room for a camera that is switched on.
    pub async fn change_camera_unless(
        &self,
        cx: &Cx,
        camera: CameraId,
        change: CameraChange,
        refusal: Option<law::access::Refusal>,
    ) -> Result<()> {
        let values = ChangedValues::check(self, camera, &change)?;
        let current = self.camera(&super::system_cx("registry", cx.now), camera).await?;
        if current.retired.is_some() {
            return Err(Error::NotFound("camera in use"));
        }
        fits(&current, &change)?;
        let refusal = refusal.or_else(|| silent_off(cx, &current, &change));
        let placed = self.camera_standing(&super::system_cx("registry", cx.now), camera).await?.point;
        if placed.is_some() && change.unit.is_some_and(|unit| unit != current.unit) {
            return Err(Error::Conflict("the camera stands at a point of its unit".into()));
        }
        let unit = change.unit.unwrap_or(current.unit);
        let group = change.group.unwrap_or(if unit == current.unit { current.group } else { None });
        let visibility = unit != current.unit || group != current.group || change.security_level.is_some();
        let ask = Ask {
            cameras: vec![camera],
            scopes: vec![(unit, group.map(Part::Group))],
            subject: Some(camera.0),
            extra: values.words.clone(),
            ..Ask::new(Act::ChangeCamera)
        };
        self.act_unless(cx, ask, refusal, move |connection, _| {
            Box::pin(async move {
                let changed = sqlx::query(CHANGE)
                    .bind(blob(unit.0))
                    .bind(group.map(|group| blob(group.0)))
                    .bind(values.name)
                    .bind(values.place)
                    .bind(values.main_url)
                    .bind(change.sub_url.is_some())
                    .bind(values.sub_url)
                    .bind(change.credentials.is_some())
                    .bind(values.credentials)
                    .bind(change.security_level.map(i64::from))
                    .bind(change.floor_days.is_some())
                    .bind(change.floor_days.flatten())
                    .bind(change.enabled)
                    .bind(change.transport.map(|transport| i64::from(transport.code())))
                    .bind(change.certificate.is_some())
                    .bind(change.certificate.flatten().map(|hash| hash.0.to_vec()))
                    .bind(blob(camera.0))
                    .bind(blob(current.unit.0))
                    .bind(current.group.map(|group| blob(group.0)))
                    .execute(&mut *connection)
                    .await
                    .doing("changing a camera")?;
                if change.enabled == Some(true) {
                    within_limits(connection).await?;
                }
                // Moved by somebody else since it was read above: their unit must not be undone unseen.
                if changed.rows_affected() == 0 {
                    Err(Error::Conflict("the camera was moved meanwhile".into()))
                } else {
                    Ok(())
                }
            })
        })
        .await?;
        if visibility {
            self.0.passes.revoke_camera(camera);
        }
        Ok(())
    }

    /// Takes a camera out of use. Its footage stays to its floor; its credentials go.
    pub async fn retire_camera(&self, cx: &Cx, camera: CameraId) -> Result<()> {
        let now = cx.now;
        let ask = Ask {
            cameras: vec![camera],
            subject: Some(camera.0),
            extra: "retired=true".into(),
            ..Ask::new(Act::ChangeCamera)
        };
        let (cx, library) = (cx.clone(), std::sync::Arc::clone(&self.0.packs.library));
        let today = self.today(cx.now);
        self.decided(move |connection| {
            Box::pin(async move {
                let leaves = camera_leaves(connection, Book::on(&library, today), camera, false).await?;
                if let Err(refused) = admit::enter_unless(connection, &cx, &ask, leaves).await? {
                    return Ok(Err(refused));
                }
                sqlx::query(
                    "UPDATE camera SET retired_us = ?, enabled = 0, credentials = NULL
                     WHERE id = ? AND retired_us IS NULL",
                )
                .bind(now.0)
                .bind(blob(camera.0))
                .execute(connection)
                .await
                .doing("retiring a camera")?;
                Ok(Ok(()))
            })
        })
        .await
    }

    pub(super) fn seal_credentials(&self, camera: CameraId, credentials: &Credentials) -> Result<Vec<u8>> {
        let plain = PlainCredentials {
            username: at_most("username", &credentials.username, 128)?,
            password: at_most("password", credentials.password.expose(), 256)?,
        };
        let plain = serde_json::to_vec(&plain).map_err(|error| Error::Internal(error.to_string()))?;
        self.0.sealer.seal(Kind::CameraCredentials, camera.0, &plain)
    }
}

/// Checked and sealed values of a change.
struct ChangedValues {
    name: Option<String>,
    place: Option<String>,
    main_url: Option<String>,
    sub_url: Option<String>,
    credentials: Option<Vec<u8>>,
    words: String,
}

impl ChangedValues {
    fn check(registry: &Registry, camera: CameraId, change: &CameraChange) -> Result<Self> {
        change.security_level.map(security_level).transpose()?;
        change.floor_days.flatten().map(floor_days).transpose()?;
        let sub_url = change.sub_url.clone().flatten();
        let credentials = change.credentials.clone().flatten();
        let values = Self {
            name: change.name.as_deref().map(|name| words("name", name, 48)).transpose()?,
            place: change.place.as_deref().map(|place| at_most("place", place.trim(), 96)).transpose()?,
            main_url: change.main_url.as_deref().map(|text| url("main_url", text)).transpose()?,
            sub_url: sub_url.as_deref().map(|text| url("sub_url", text)).transpose()?,
            credentials: credentials.map(|plain| registry.seal_credentials(camera, &plain)).transpose()?,
            words: String::new(),
        };
        Ok(Self { words: change_words(change), ..values })
    }
}

/// Why a person may not switch this camera off: nothing says why.
fn silent_off(cx: &Cx, current: &Camera, change: &CameraChange) -> Option<law::access::Refusal> {
    let goes_off = current.enabled && change.enabled == Some(false);
    if !goes_off || !matches!(cx.actor, Actor::Person(_)) {
        return None;
    }
    law::completeness::refuse_silent_off(cx.note.as_deref())
}

/// What a change may not do by the way.
fn fits(current: &Camera, change: &CameraChange) -> Result<()> {
    // Shortening is a change of what is kept: it wants a reason and a paper, and has its own act.
    let wanted_floor = change.floor_days.map(|days| days.unwrap_or(0));
    if wanted_floor.is_some_and(|days| days < current.floor_days.unwrap_or(0)) {
        return Err(Error::invalid("floor_days", "is shortened with the terms of retention, with a reason"));
    }
    let addresses = [change.main_url.as_deref(), change.sub_url.as_ref().and_then(Option::as_deref)];
    let elsewhere = addresses.into_iter().flatten().any(|url| !current.is_at(url));
    if elsewhere && current.has_credentials && change.credentials.is_none() {
        return Err(Error::invalid("password", OTHER_HOST));
    }
    Ok(())
}

/// How a new camera is reached, for the ledger, where it is not the usual way.
fn reach_words(reach: Reach) -> String {
    let transport = match reach.transport {
        Transport::Tcp => String::new(),
        other => format!("\ntransport={}", other.as_str()),
    };
    let certificate = reach.certificate.map(|hash| format!("\ncertificate={hash}"));
    transport + &certificate.unwrap_or_default()
}

/// The fields that change, for the ledger: values where they are no secret.
fn change_words(change: &CameraChange) -> String {
    let mut lines = Vec::new();
    let mut field = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            lines.push(format!("{name}={value}"));
        }
    };
    field("name", change.name.clone());
    // Where it is exactly is kept from those who read the ledger and not the register (national-2016:6).
    field("place", change.place.as_ref().map(|_| "changed".into()));
    field("unit", change.unit.map(|unit| unit.to_string()));
    field("group", change.group.map(|group| group.map_or("none".into(), |group| group.to_string())));
    field("main_url", change.main_url.as_ref().map(|_| "changed".into()));
    field("sub_url", change.sub_url.as_ref().map(|_| "changed".into()));
    field("credentials", change.credentials.as_ref().map(|_| "changed".into()));
    field("transport", change.transport.map(|transport| transport.as_str().into()));
    field("certificate", change.certificate.map(|hash| hash.map_or("none".into(), |hash| hash.to_string())));
    field("level", change.security_level.map(|level| level.to_string()));
    field("floor_days", change.floor_days.map(|days| days.map_or("system".into(), |days| days.to_string())));
    field("enabled", change.enabled.map(|enabled| enabled.to_string()));
    lines.join("\n")
}

/// An RTSP address without credentials: those are sealed apart, and an address appears in logs.
fn url(field: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    let rest = text.strip_prefix("rtsp://").or_else(|| text.strip_prefix("rtsps://"));
    let rest = rest.ok_or(Error::invalid(field, "is not an rtsp:// or rtsps:// address"))?;
    let authority = rest.split(['/', '?']).next().unwrap_or("");
    if authority.contains('@') {
        return Err(Error::invalid(field, "contains credentials; give them apart"));
    }
    if authority.is_empty()
        || text.len() > URL_BYTES_MAX
        || text.chars().any(|letter| letter.is_control() || letter == ' ')
    {
        return Err(Error::invalid(field, "is not a usable address"));
    }
    Ok(text.to_owned())
}

fn security_level(level: u8) -> Result<u8> {
    if (1..=3).contains(&level) {
        Ok(level)
    } else {
        Err(Error::invalid("security_level", "is not 1, 2 or 3"))
    }
}

fn floor_days(days: u16) -> Result<u16> {
    if days <= FLOOR_DAYS_MAX {
        Ok(days)
    } else {
        Err(Error::invalid("floor_days", "is more than ten years"))
    }
}

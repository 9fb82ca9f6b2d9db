//! Control of a camera that turns: who has it, until when, and how it is taken and lost.
//!
//! Control is a pass for the act `ptz`: admitted like a live picture, its entry durable before the first movement, revoked by
//! whatever revokes pictures. The invariants kept: one camera has one holder; who may take it from whom is judged in the operation
//! that writes the entry; and how it ended is an entry with the number of movements, once.

use super::super::admit::{Ask, Request, admit};
use super::super::facts::GroupTree;
use super::super::misuse::Misuse;
use super::super::pass::Pass;
use super::super::register::Book;
use super::super::takeovers::Control;
use super::super::{EntryIndex, Registry, cut_off, entries, new_id, whole_systems, words};
use super::{article, stored};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::person_of;
use law::Words;
use law::ptz::{Holder, LOCK_US_MAX, Movement, Right, refuse_contested, refuse_movement};
use ledger::access::{AccessRecord, Cameras};
use model::{
    Act, Actor, CameraId, Cx, GroupId, LegalBasis, PersonId, PtzLimits, PtzPosition, Rendering, SessionId,
    UnitId, WallTime,
};
use sqlx::SqliteConnection;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

const REASON_CHARS_MAX: usize = 200;
/// Lost controls that are remembered so that their holders can be told: an hour of a busy room.
const LOST_MAX: usize = 256;

/// Who has control, as everybody sees it who may know of the camera.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PtzHolder {
    pub person: PersonId,
    pub session: Option<SessionId>,
    pub holder: Holder,
    pub expires: WallTime,
    pub control: Uuid,
}

/// How somebody lost control.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LostControl {
    pub at: WallTime,
    /// Who has it now, when another took it.
    pub by: Option<String>,
    /// `taken`, `expired`, `revoked`, `settings`.
    pub how: &'static str,
}

/// What came of taking control.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TakenControl {
    pub id: Uuid,
    pub entry: EntryIndex,
    pub expires: WallTime,
    /// From whom it was taken.
    pub from: Option<String>,
}

struct Held {
    id: Uuid,
    person: PersonId,
    pass: Arc<Pass>,
    holder: Holder,
    moves: u64,
    /// How it ended, and by whom, when that was not by time or by revoking its pass.
    ended: Option<(&'static str, Option<String>)>,
}

#[derive(Default)]
struct Table {
    held: HashMap<CameraId, Held>,
    /// Ended, and not written yet.
    over: Vec<(CameraId, Held)>,
    lost: VecDeque<(CameraId, PersonId, LostControl)>,
}

/// Who controls which camera in this process: nobody does over a restart.
#[derive(Clone, Default)]
pub(in super::super) struct Controls(Arc<Mutex<Table>>);

impl Controls {
    fn table(&self) -> std::sync::MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn holder(&self, camera: CameraId, now: WallTime) -> Option<PtzHolder> {
        let table = self.table();
        let held = table.held.get(&camera).filter(|held| held.pass.is_live(now).is_ok())?;
        Some(PtzHolder {
            person: held.person,
            session: held.pass.session(),
            holder: held.holder.clone(),
            expires: held.pass.expires(),
            control: held.id,
        })
    }

    pub(super) fn lost(&self, camera: CameraId, person: Option<PersonId>) -> Option<LostControl> {
        let table = self.table();
        let own = |(of, by, _): &&(CameraId, PersonId, LostControl)| *of == camera && Some(*by) == person;
        table.lost.iter().rev().find(own).map(|(_, _, lost)| lost.clone())
    }

    /// Ends what is held of a camera, if anything is.
    pub(super) fn revoke(&self, camera: CameraId, how: &'static str, by: Option<String>) {
        let mut table = self.table();
        if let Some(mut held) = table.held.remove(&camera) {
            held.pass.revoke();
            held.ended = Some((how, by));
            table.over.push((camera, held));
        }
    }

    /// Called in the operation that writes the entry: who asks next finds it.
    fn begin(&self, camera: CameraId, held: Held) {
        let mut table = self.table();
        table.lost.retain(|(of, by, _)| *of != camera || *by != held.person);
        table.held.insert(camera, held);
    }

    /// What is over and has no entry yet. It is given out once.
    fn lapsed(&self, now: WallTime) -> Vec<(CameraId, Held)> {
        let mut table = self.table();
        let ended: Vec<CameraId> = table
            .held
            .iter()
            .filter(|(_, held)| held.pass.is_live(now).is_err())
            .map(|(camera, _)| *camera)
            .collect();
        for camera in ended {
            if let Some(held) = table.held.remove(&camera) {
                table.over.push((camera, held));
            }
        }
        std::mem::take(&mut table.over)
    }

    fn tell_lost(&self, camera: CameraId, person: PersonId, lost: LostControl) {
        let mut table = self.table();
        if table.lost.len() == LOST_MAX {
            table.lost.pop_front();
        }
        table.lost.push_back((camera, person, lost));
    }

    /// The control of this id while it lives.
    fn find(&self, id: Uuid) -> Option<(CameraId, Arc<Pass>)> {
        let table = self.table();
        let mut held = table.held.iter();
        held.find(|(_, held)| held.id == id).map(|(camera, held)| (*camera, Arc::clone(&held.pass)))
    }

    fn with<T>(&self, camera: CameraId, id: Uuid, change: impl FnOnce(&mut Held) -> T) -> Option<T> {
        self.table().held.get_mut(&camera).filter(|held| held.id == id).map(change)
    }
}

impl Registry {
    /// Takes control of a camera, or refuses it. Whoever had it with a lower right, or rests their hands, loses it.
    pub async fn take_control(&self, cx: &Cx, camera: CameraId, session: SessionId) -> Result<TakenControl> {
        let person = person_of(cx)?;
        let (cx, today, now) = (cx.clone(), self.today(cx.now), cx.now);
        let (library, passes) = (Arc::clone(&self.0.packs.library), self.0.passes.clone());
        let (controls, id, kept) = (self.0.controls.clone(), new_id(), Arc::clone(&self.0.steady));
        let taken = self
            .decided(move |connection| {
                Box::pin(async move {
                    stored(connection, camera).await?.ok_or(Error::NotFound("camera that turns"))?;
                    let right = right(connection, &cx, camera).await?;
                    // One takes it again from oneself: a page that was opened anew.
                    let other = controls.holder(camera, cx.now).filter(|held| held.person != person);
                    let refusal =
                        other.as_ref().and_then(|held| refuse_contested(right, &held.holder, cx.now));
                    let from = other.map(|held| held.holder.name);
                    let request = Request {
                        session: Some(session),
                        text: told(right, from.as_deref()),
                        ..Request::new(Act::Ptz, vec![camera], Rendering::Marked)
                    };
                    let book = Book::on(&library, today);
                    let pass = match admit(connection, (book, &kept), &cx, (request, refusal)).await? {
                        Ok(pass) => pass,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    insert(connection, (id, camera, person), (cx.now, pass.entry())).await?;
                    passes.add(&pass.state);
                    let name = pass.mark().name.clone();
                    let how = if from.is_some() { "taken" } else { "again" };
                    controls.revoke(camera, how, Some(name.clone()));
                    let holder = Holder { name, right, moved: cx.now, locked: None };
                    let (entry, expires) = (pass.entry(), pass.expires());
                    let held = Held { id, person, pass: Arc::new(pass), holder, moves: 0, ended: None };
                    controls.begin(camera, held);
                    Ok(Ok(TakenControl { id, entry, expires, from }))
                })
            })
            .await?;
        self.end_lapsed_controls(now).await?;
        Ok(taken)
    }

    /// Prolongs control, if everything that permitted it still holds. Where the camera is and until when control lasts.
    pub async fn renew_control(&self, cx: &Cx, id: Uuid, session: SessionId) -> Result<WallTime> {
        let (_, pass) = self.own_control(cx, id, session).await?;
        self.renew(cx, &pass).await
    }

    /// Locks the camera for its holder, with a reason.
    pub async fn lock_control(
        &self,
        cx: &Cx,
        (id, session): (Uuid, SessionId),
        until: WallTime,
        reason: &str,
    ) -> Result<EntryIndex> {
        let reason = words("reason", reason, REASON_CHARS_MAX)?;
        let lasts_us = until.0.saturating_sub(cx.now.0);
        if lasts_us <= 0 || lasts_us > LOCK_US_MAX {
            return Err(Error::invalid("until_ms", "is not within 15 minutes from now"));
        }
        let (camera, pass) = self.own_control(cx, id, session).await?;
        let asked = Cx { now: cx.now, ..pass.cx.clone() };
        let ask = Ask {
            cameras: vec![camera],
            subject: Some(id),
            refers_to: Some(pass.entry()),
            rendering: None,
            view: None,
            extra: format!("locked_until={until}\nreason={reason}"),
            ..pass.ask.clone()
        };
        let controls = self.0.controls.clone();
        self.act(&asked, ask, move |_, entry| {
            Box::pin(async move {
                let locked = controls.with(camera, id, |held| held.holder.locked = Some((until, reason)));
                locked.map(|()| entry).ok_or(Error::Conflict("control ended meanwhile".into()))
            })
        })
        .await
    }

    /// Whether the holder may move the camera so; it is counted then. Where it stands is what it said itself just now.
    ///
    /// # Errors
    /// `Refused` when the movement would look where the camera must not, with an entry; when control has ended.
    pub async fn admit_movement(
        &self,
        cx: &Cx,
        (id, session): (Uuid, SessionId),
        (from, movement): (PtzPosition, Movement),
        limits: &PtzLimits,
    ) -> Result<()> {
        let (camera, pass) = self.own_control(cx, id, session).await?;
        let mut connection = self.0.database.read.acquire().await.doing("judging a movement")?;
        let (_, rules) =
            stored(&mut connection, camera).await?.ok_or(Error::NotFound("camera that turns"))?;
        let article = article(&mut connection, self.book(cx.now), camera).await?;
        drop(connection);
        if let Some(refusal) = refuse_movement(&rules, from, movement, limits, &article) {
            let asked = Cx { now: cx.now, ..pass.cx.clone() };
            let ask = Ask { subject: Some(id), refers_to: Some(pass.entry()), ..pass.ask.clone() };
            self.act_unless(&asked, ask, Some(refusal), |_, _| Box::pin(async { Ok(()) })).await?;
            return Err(Error::Conflict("the facts changed while the movement was judged".into()));
        }
        let counted = self.0.controls.with(camera, id, |held| {
            held.moves += 1;
            held.holder.moved = cx.now;
        });
        counted.ok_or_else(|| self.ended(camera, cx))
    }

    /// Which camera somebody's own control is of.
    pub async fn controlled(&self, cx: &Cx, id: Uuid, session: SessionId) -> Result<CameraId> {
        self.own_control(cx, id, session).await.map(|(camera, _)| camera)
    }

    /// Gives control back.
    pub async fn release_control(&self, cx: &Cx, id: Uuid, session: SessionId) -> Result<()> {
        let (camera, _) = self.own_control(cx, id, session).await?;
        self.0.controls.revoke(camera, "released", None);
        self.end_lapsed_controls(cx.now).await
    }

    /// A control of this very session that lives. Somebody else's is refused with an entry, and looks like none.
    async fn own_control(&self, cx: &Cx, id: Uuid, session: SessionId) -> Result<(CameraId, Arc<Pass>)> {
        let Some((camera, pass)) = self.0.controls.find(id) else {
            self.end_lapsed_controls(cx.now).await?;
            return match self.camera_of_control(cx, id).await? {
                Some(camera) => Err(self.ended(camera, cx)),
                None => Err(Error::NotFound("control of a camera")),
            };
        };
        if pass.session() != Some(session) {
            self.refuse_misuse(cx, &pass, Misuse::ForeignControl).await?;
            return Err(Error::NotFound("control of a camera"));
        }
        match pass.is_live(cx.now) {
            Ok(()) => Ok((camera, pass)),
            Err(_) => {
                self.end_lapsed_controls(cx.now).await?;
                Err(self.ended(camera, cx))
            }
        }
    }

    /// The camera of one's own control that is over.
    async fn camera_of_control(&self, cx: &Cx, id: Uuid) -> Result<Option<CameraId>> {
        let Actor::Person(person) = cx.actor else { return Ok(None) };
        let row: Option<(Vec<u8>,)> =
            sqlx::query_as("SELECT camera FROM ptz_control WHERE id = ? AND person = ?")
                .bind(blob(id))
                .bind(blob(person.0))
                .fetch_optional(&self.0.database.read)
                .await
                .doing("looking for a control")?;
        row.map(|(camera,)| uuid_of(&camera).map(CameraId)).transpose()
    }

    /// Says that control is over, and who has it.
    fn ended(&self, camera: CameraId, cx: &Cx) -> Error {
        let person = match cx.actor {
            Actor::Person(person) => Some(person),
            Actor::System(_) => None,
        };
        let by = self.0.controls.lost(camera, person).and_then(|lost| lost.by);
        let (en, zh) = match by {
            Some(by) => (format!("{by} took control of this camera."), format!("{by}已取得此摄像机的控制。")),
            None => ("Control of this camera has ended.".to_owned(), "对此摄像机的控制已结束。".to_owned()),
        };
        Error::Refused(Box::new(super::super::Refusal {
            article: law::ptz::RULE.into(),
            code: "ptz_ended",
            reason: Words::new(en, zh),
            remedy: Words::new("Take control again.", "请重新取得控制。"),
            entry: None,
        }))
    }

    /// Writes how controls ended that are over: by release, by time, by another, or with what permitted them.
    pub async fn end_lapsed_controls(&self, now: WallTime) -> Result<()> {
        for (camera, held) in self.0.controls.lapsed(now) {
            let (how, by) = held.ended.clone().unwrap_or_else(|| {
                let how = match held.pass.is_live(now) {
                    Err(super::super::PassEnd::Expired) | Ok(()) => "expired",
                    Err(super::super::PassEnd::Revoked) => "revoked",
                };
                (how, None)
            });
            if !matches!(how, "released" | "again") {
                let lost = LostControl { at: now, by: by.clone(), how };
                self.0.controls.tell_lost(camera, held.person, lost);
            }
            let (id, pass) = (held.id, &held.pass);
            let by = by.filter(|_| how == "taken").map(|by| format!("\nby={by}")).unwrap_or_default();
            let record = AccessRecord {
                unit: pass.unit.0,
                unit_name: pass.unit.1.clone(),
                cameras: Cameras::of(&[camera]),
                case: pass.cx.case,
                place: pass.cx.place.clone(),
                refers_to: Some(pass.entry.0),
                subject: Some(id),
                extra: format!("ended={how}\nmoves={}{by}", held.moves),
                ..AccessRecord::new(
                    Act::EndPtz,
                    now,
                    pass.acting.clone(),
                    pass.cx.purpose,
                    pass.cx.legal_basis,
                )
            };
            self.write(move |connection| Box::pin(async move { close(connection, id, now, record).await }))
                .await?;
        }
        Ok(())
    }

    /// Controls that ended with the process: the movements since their beginning were not counted.
    pub(in super::super) async fn end_cut_off_controls(&self, now: WallTime) -> Result<()> {
        self.write(move |connection| {
            Box::pin(async move {
                let open: Vec<(Vec<u8>, Vec<u8>, i64)> = sqlx::query_as(
                    "SELECT id, camera, entry FROM ptz_control WHERE ended_us IS NULL ORDER BY entry",
                )
                .fetch_all(&mut *connection)
                .await
                .doing("looking for controls of the previous run")?;
                for (id, camera, entry) in open {
                    let id = uuid_of(&id)?;
                    let said = "ended=with the process\nmoves=uncounted".into();
                    let record = AccessRecord {
                        cameras: Cameras::of(&[CameraId(uuid_of(&camera)?)]),
                        ..cut_off((Act::EndPtz, now), (uint(entry)?, Some(id)), said)
                    };
                    close(connection, id, now, record).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

fn told(right: Right, from: Option<&str>) -> String {
    let right = match right {
        Right::Operator => "operator",
        Right::Authority => "authority",
        Right::Officer => "officer",
    };
    from.map_or_else(|| format!("right={right}"), |from| format!("right={right}\nfrom={from}"))
}

/// By which right the actor asks: as an officer of a takeover of this camera, for an authority's case, or by their post.
async fn right(connection: &mut SqliteConnection, cx: &Cx, camera: CameraId) -> Result<Right> {
    let row: Option<(Vec<u8>, Option<Vec<u8>>)> =
        sqlx::query_as("SELECT unit, camera_group FROM camera WHERE id = ?")
            .bind(blob(camera.0))
            .fetch_optional(&mut *connection)
            .await
            .doing("reading a camera's place in its unit")?;
    let (unit, group) = row.ok_or(Error::NotFound("camera"))?;
    let group = group.map(|group| uuid_of(&group).map(GroupId)).transpose()?;
    let system = whole_systems::of_camera(connection, camera).await?;
    let scope = GroupTree::load(connection).await?.scope(UnitId(uuid_of(&unit)?), group)?;
    let scope = law::access::Scope { system, ..scope };
    if Control::load(connection, cx.actor, cx.now).await?.vouches(std::iter::once(&scope)) {
        return Ok(Right::Officer);
    }
    let authority = cx.legal_basis == LegalBasis::AuthorityRequest && cx.case.is_some();
    Ok(if authority { Right::Authority } else { Right::Operator })
}

async fn insert(
    connection: &mut SqliteConnection,
    (id, camera, person): (Uuid, CameraId, PersonId),
    (now, entry): (WallTime, EntryIndex),
) -> Result<()> {
    sqlx::query("INSERT INTO ptz_control (id, camera, person, began_us, entry) VALUES (?, ?, ?, ?, ?)")
        .bind(blob(id))
        .bind(blob(camera.0))
        .bind(blob(person.0))
        .bind(now.0)
        .bind(int(entry.0)?)
        .execute(connection)
        .await
        .doing("taking control of a camera")
        .map(|_| ())
}

async fn close(
    connection: &mut SqliteConnection,
    id: Uuid,
    now: WallTime,
    record: AccessRecord,
) -> Result<()> {
    let entry = entries::write(connection, record).await?;
    sqlx::query("UPDATE ptz_control SET ended_us = ?, end_entry = ? WHERE id = ? AND ended_us IS NULL")
        .bind(now.0)
        .bind(int(entry.0)?)
        .bind(blob(id))
        .execute(connection)
        .await
        .doing("ending control of a camera")
        .map(|_| ())
}

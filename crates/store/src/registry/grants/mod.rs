//! Requests to see footage and the grants that come of them: asked for by one person, approved by another, used within bounds.
//!
//! What fits and who may answer is `law::access`' matter. The invariants: whether a grant fits, and that it was used once more, is one
//! transaction with the entry of what it permits; taking one back ends every view and export under it, and the entry says how many.

mod approver;
mod clip;
mod fit;
mod row;
mod shown;

pub use clip::{Colleague, NewClip};
pub(super) use clip::{going_on, playing};
pub(super) use fit::{Fit, Grants, fitting, made_under, note_use};
pub(super) use row::oldest_request;
pub use row::{GrantEnd, GrantPage, GrantQuery, GrantRow, SharedClip};

use super::admit::{Ask, enter_unless};
use super::facts::posts_at;
use super::{EntryIndex, Registry, at_most, cases, new_id, whole_systems};
use crate::convert::{blob, int};
use crate::error::{Doing, Error, Result};
use crate::registry::person_of;
use crate::registry::register::picture_rules;
use law::access::{
    Approval, ByGrant, CIRCLE_US, FourEyes, GRANT_SYSTEMS_MAX, GRANT_US_MAX, GRANT_USES_MAX, GrantAct,
    GrantState, Post, Refusal, Scope, circle, refuse_beyond_posts, refuse_circle, refuse_systems,
};
use model::{Act, CameraId, Cx, GrantId, PersonId, RecordId, Span, UnitId, WallTime};
use sqlx::SqliteConnection;

const REASON_CHARS_MAX: usize = 500;
/// Approvals of a day that are walked for circles: more pairs than an installation has administrators and askers.
const APPROVALS_MAX: i64 = 10_000;

/// What somebody asks to see. Purpose, basis, case and reason are the context's.
#[derive(Clone, Debug)]
pub struct NewGrant {
    pub cameras: Vec<CameraId>,
    /// Of the unit of the case, which has to cover them.
    pub systems: Vec<RecordId>,
    pub acts: Vec<GrantAct>,
    /// `None`: live pictures alone.
    pub span: Option<Span>,
    pub uses_max: u32,
    pub expires: WallTime,
}

impl Registry {
    /// Asks to see footage: cameras of one unit.
    pub async fn ask_grant(&self, cx: &Cx, new: NewGrant) -> Result<GrantId> {
        let asker = person_of(cx)?;
        let (new, unit) = self.checked_grant(cx, new).await?;
        let reason = reason_of(cx)?;
        let id = GrantId(new_id());
        let acts: Vec<&str> = new.acts.iter().map(|act| act.as_str()).collect();
        // By their ids alone: whoever reads the ledger need not be cleared for a secret one.
        let systems: String = new.systems.iter().map(|system| format!("\nsystem={system}")).collect();
        let scopes = match unit.filter(|_| !new.systems.is_empty()) {
            Some(unit) => vec![(unit, self.own_group(asker, unit).await?)],
            None => Vec::new(),
        };
        let ask = Ask {
            cameras: new.cameras.clone(),
            scopes,
            span: new.span,
            subject: Some(id.0),
            by_grant: ByGrant::asking(&new.acts),
            extra: format!(
                "acts={}\nuses={}\nexpires={}{systems}",
                acts.join(","),
                new.uses_max,
                new.expires
            ),
            ..Ask::new(Act::AskGrant)
        };
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let named = cases::named(connection, &cx).await?;
                let refusal = match refuse_systems(&new.systems, &named) {
                    None => beyond_posts(connection, &cx, asker, (&new, unit)).await?,
                    refusal => refusal,
                };
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let unit = unit.ok_or(Error::invalid("cameras", "are missing"))?;
                insert(connection, &cx, (id, unit, asker), new, (reason, entry)).await.map(Ok)
            })
        })
        .await?;
        Ok(id)
    }

    /// Another person than the one who asked approves, with a reason.
    pub async fn approve_grant(&self, cx: &Cx, id: GrantId) -> Result<()> {
        self.on_grant(cx, id, Act::ApproveGrant).await
    }

    /// Turns a request down; whoever asked takes it back with the same call.
    pub async fn decline_grant(&self, cx: &Cx, id: GrantId) -> Result<()> {
        self.on_grant(cx, id, Act::DeclineGrant).await
    }

    /// Takes a grant back; whoever it was given to gives it back with the same call. What runs under it ends.
    pub async fn revoke_grant(&self, cx: &Cx, id: GrantId) -> Result<()> {
        self.on_grant(cx, id, Act::RevokeGrant).await?;
        self.0.passes.revoke_grant(id);
        Ok(())
    }

    async fn on_grant(&self, cx: &Cx, id: GrantId, act: Act) -> Result<()> {
        let person = person_of(cx)?;
        let (cx, passes, reason) = (cx.clone(), self.0.passes.clone(), reason_of(cx)?);
        let stored = self.stored_grant(id, cx.now).await?;
        // One of systems alone has no camera that says where it lies: one's own needs one's own post, an answer that of the unit.
        let scopes = match (stored.systems.is_empty(), stored.asked.by.0 == person) {
            (true, _) => Vec::new(),
            (false, true) if act != Act::ApproveGrant => {
                vec![(stored.unit, self.own_group(person, stored.unit).await?)]
            }
            (false, _) => vec![(stored.unit, None)],
        };
        self.decided(move |connection| {
            Box::pin(async move {
                let row = row::one(connection, id, cx.now).await?;
                // Of a clip, whoever handed it on is who asks; both take back what is theirs, and neither approves it.
                let asker = row.shared.as_ref().map_or(row.asked.by.0, |clip| clip.sender.0);
                let mut ask = Ask {
                    cameras: row.cameras.clone(),
                    scopes,
                    span: row.span,
                    own: [asker, row.asked.by.0].contains(&person),
                    subject: Some(id.0),
                    by_grant: ByGrant::asking(&row.acts),
                    refers_to: Some(row.asked.entry),
                    ..Ask::new(act)
                };
                if act == Act::RevokeGrant {
                    // In the writer's order: no pass is added between the count and the change.
                    ask.extra = format!("views_ended={}", passes.count_grant(id, cx.now));
                }
                let refusal = match act {
                    Act::ApproveGrant => {
                        unapproved(connection, &cx, (&row, &mut ask), (person, asker)).await?
                    }
                    _ => None,
                };
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let by = (person, reason, entry);
                match act {
                    Act::RevokeGrant => revoke(connection, &cx, &row, by).await.map(Ok),
                    _ => answer(connection, &cx, &row, act == Act::ApproveGrant, by).await.map(Ok),
                }
            })
        })
        .await
    }

    /// A unit wants a second person's word before recorded footage is looked at or copied, or a second person at the console, or no
    /// longer; the reason is the context's note. Where it begins, what is open without ends. `off_shift`: whether whoever is on no shift needs
    /// another's word; what is open without is asked about when it is renewed.
    pub async fn set_four_eyes(
        &self,
        cx: &Cx,
        unit: UnitId,
        wanted: bool,
        together: Option<bool>,
        off_shift: Option<bool>,
    ) -> Result<()> {
        reason_of(cx)?;
        let word = |wanted: bool| if wanted { "needed" } else { "not needed" };
        let extra = format!("recorded_grant={}", word(wanted));
        let more = together.map(|together| format!("\nrecorded_together={}", word(together)));
        let off = off_shift.map(|off_shift| format!("\noff_shift_word={}", word(off_shift)));
        let ask = Ask {
            scopes: vec![(unit, None)],
            subject: Some(unit.0),
            extra: extra + &more.unwrap_or_default() + &off.unwrap_or_default(),
            ..Ask::new(Act::SetFourEyes)
        };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE unit SET recorded_grant = ?1, recorded_together = coalesce(?2, recorded_together),
                        off_shift_word = coalesce(?3, off_shift_word) WHERE id = ?4",
                )
                    .bind(wanted)
                    .bind(together)
                    .bind(off_shift)
                    .bind(blob(unit.0))
                    .execute(connection)
                    .await
                    .doing("setting whether recorded footage needs a grant")
                    .map(|_| ())
            })
        })
        .await?;
        if wanted {
            self.0.passes.revoke_ungranted();
        }
        if together == Some(true) {
            self.0.passes.revoke_alone();
        }
        Ok(())
    }

    /// Who wants a second pair of eyes on a camera's recordings, as the door reads it.
    pub async fn four_eyes_of(&self, cx: &Cx, camera: CameraId) -> Result<Vec<FourEyes>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading who asks for two")?;
        Ok(picture_rules(&mut connection, self.book(cx.now), cx.actor, &[camera]).await?.four_eyes)
    }

    /// Bounds that a grant may have; cameras of one unit, and which: none without cameras.
    async fn checked_grant(&self, cx: &Cx, new: NewGrant) -> Result<(NewGrant, Option<UnitId>)> {
        let NewGrant { mut cameras, systems, mut acts, span, uses_max, expires } = new;
        cameras.sort_unstable();
        cameras.dedup();
        acts.sort_unstable_by_key(|act| act.bit());
        acts.dedup();
        if acts.is_empty() {
            return Err(Error::invalid("acts", "are missing"));
        }
        if span.is_none() && acts.iter().any(|act| matches!(act, GrantAct::Playback | GrantAct::Export)) {
            return Err(Error::invalid("from_ms", "is missing: recorded footage has a span"));
        }
        if uses_max == 0 || uses_max > GRANT_USES_MAX {
            return Err(Error::invalid("uses_max", "is not between 1 and 1000"));
        }
        if expires <= cx.now || expires > cx.now.plus_us(GRANT_US_MAX) {
            return Err(Error::invalid("expires_ms", "is not within the next 31 days"));
        }
        let system = super::system_cx("registry", cx.now);
        let mut unit = None;
        for camera in &cameras {
            let own = self.camera(&system, *camera).await?.unit;
            if *unit.get_or_insert(own) != own {
                return Err(Error::invalid("cameras", "are not all of one unit"));
            }
        }
        let (systems, unit) = self.systems_asked(cx, systems, unit).await?;
        Ok((NewGrant { cameras, systems, acts, span, uses_max, expires }, unit))
    }
}

impl Registry {
    /// Systems of the unit of the cameras; where there are none, of the unit of the case.
    async fn systems_asked(
        &self,
        cx: &Cx,
        systems: Vec<RecordId>,
        unit: Option<UnitId>,
    ) -> Result<(Vec<RecordId>, Option<UnitId>)> {
        if systems.is_empty() {
            return Ok((systems, unit));
        }
        if systems.len() > GRANT_SYSTEMS_MAX {
            return Err(Error::invalid("systems", "are more than four"));
        }
        let unit = match (unit, cx.case) {
            (Some(unit), _) => unit,
            (None, Some(case)) => self.stored_case(case).await?.unit,
            (None, None) => {
                return Err(Error::invalid("case", "is missing: whole systems are asked for under one"));
            }
        };
        let mut connection = self.0.database.read.acquire().await.doing("looking for systems")?;
        let systems = whole_systems::all_in_sight(&mut connection, cx.actor, (unit, systems)).await?;
        Ok((systems, Some(unit)))
    }
}

/// What refuses a request for acts that none of the asker's posts allows where it reaches; a system is reached as far as a post is.
async fn beyond_posts(
    connection: &mut SqliteConnection,
    cx: &Cx,
    asker: PersonId,
    (new, unit): (&NewGrant, Option<UnitId>),
) -> Result<Option<Refusal>> {
    let posts = posts_at(connection, asker, cx.now).await?;
    let places = match new.cameras.is_empty() {
        true => Vec::new(),
        false => clip::scopes_of(connection, &new.cameras).await?,
    };
    if let Some(refusal) = refuse_beyond_posts(&posts, &new.acts, &places) {
        return Ok(Some(refusal));
    }
    let Some(unit) = unit.filter(|_| !new.systems.is_empty()) else { return Ok(None) };
    let anywhere: Vec<Post> = posts.into_iter().map(|post| Post { group: None, ..post }).collect();
    let place = Scope { unit, groups: Vec::new(), system: None };
    Ok(refuse_beyond_posts(&anywhere, &new.acts, &[place]))
}

fn reason_of(cx: &Cx) -> Result<String> {
    at_most("reason", cx.note.as_deref().unwrap_or_default().trim(), REASON_CHARS_MAX)
}

/// What refuses an approval beyond the table of roles: one in return, or by whoever could have asked for the same. What the approver's
/// own posts are goes into the entry.
async fn unapproved(
    connection: &mut SqliteConnection,
    cx: &Cx,
    (row, ask): (&GrantRow, &mut Ask),
    (approver, asker): (PersonId, PersonId),
) -> Result<Option<Refusal>> {
    let approvals = approvals(connection, cx.now).await?;
    let circle = refuse_circle(circle(&approvals, Approval { approver, asker }));
    if ask.own || circle.is_some() {
        return Ok(circle);
    }
    let (same_post, said) =
        approver::apart(connection, cx, (row, ask), ((approver, asker), &approvals)).await?;
    ask.extra = said;
    Ok(same_post)
}

/// Approvals of the last day, the newest first.
async fn approvals(connection: &mut SqliteConnection, now: WallTime) -> Result<Vec<Approval>> {
    let rows: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(
        "SELECT answerer, coalesce(clip_share.sender, asker) FROM access_grant
         LEFT JOIN clip_share ON clip_share.access_grant = access_grant.id
         WHERE answer = 'granted' AND answered_us > ? AND asked_us > ? ORDER BY answered_us DESC LIMIT ?",
    )
    .bind(now.plus_us(-CIRCLE_US).0)
    .bind(now.plus_us(-CIRCLE_US - GRANT_US_MAX).0)
    .bind(APPROVALS_MAX)
    .fetch_all(connection)
    .await
    .doing("looking for approvals in return")?;
    let of = |id: &[u8]| crate::convert::uuid_of(id).map(PersonId);
    rows.iter().map(|(approver, asker)| Ok(Approval { approver: of(approver)?, asker: of(asker)? })).collect()
}

async fn insert(
    connection: &mut SqliteConnection,
    cx: &Cx,
    (id, unit, asker): (GrantId, UnitId, PersonId),
    new: NewGrant,
    (reason, entry): (String, EntryIndex),
) -> Result<()> {
    sqlx::query(
        "INSERT INTO access_grant (id, unit, asker, asked_us, entry, acts, start_us, end_us, purpose, legal_basis, case_file, reason,
                                   uses_max, expires_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(id.0))
    .bind(blob(unit.0))
    .bind(blob(asker.0))
    .bind(cx.now.0)
    .bind(int(entry.0)?)
    .bind(i64::from(new.acts.iter().fold(0, |bits, act| bits | act.bit())))
    .bind(new.span.map(|span| span.start.0))
    .bind(new.span.map(|span| span.end.0))
    .bind(i64::from(cx.purpose.code()))
    .bind(i64::from(cx.legal_basis.code()))
    .bind(cx.case.map(|case| blob(case.0)))
    .bind(reason)
    .bind(i64::from(new.uses_max))
    .bind(new.expires.0)
    .execute(&mut *connection)
    .await
    .doing("asking for footage")?;
    for camera in new.cameras {
        sqlx::query("INSERT INTO access_grant_camera (access_grant, camera) VALUES (?, ?)")
            .bind(blob(id.0))
            .bind(blob(camera.0))
            .execute(&mut *connection)
            .await
            .doing("asking for footage")?;
    }
    let sql = "INSERT INTO access_grant_system (access_grant, system) VALUES (?, ?)";
    whole_systems::name(connection, sql, (id.0, &new.systems)).await
}

async fn answer(
    connection: &mut SqliteConnection,
    cx: &Cx,
    row: &GrantRow,
    granted: bool,
    (person, reason, entry): (PersonId, String, EntryIndex),
) -> Result<()> {
    if row.state != GrantState::Asked {
        return Err(Error::Conflict("the request is answered already, or its day has passed".into()));
    }
    sqlx::query(
        "UPDATE access_grant SET answer = ?, answerer = ?, answered_us = ?, answer_entry = ?, answer_reason = ?
         WHERE id = ? AND answer IS NULL",
    )
    .bind(if granted { "granted" } else { "declined" })
    .bind(blob(person.0))
    .bind(cx.now.0)
    .bind(int(entry.0)?)
    .bind(reason)
    .bind(blob(row.id.0))
    .execute(connection)
    .await
    .doing("answering a request for footage")
    .map(|_| ())
}

async fn revoke(
    connection: &mut SqliteConnection,
    cx: &Cx,
    row: &GrantRow,
    (person, reason, entry): (PersonId, String, EntryIndex),
) -> Result<()> {
    // One that is used up may have a view open under it.
    if !matches!(row.state, GrantState::Granted | GrantState::UsedUp) {
        return Err(Error::Conflict("nothing is granted that could be taken back".into()));
    }
    sqlx::query(
        "UPDATE access_grant SET revoker = ?, revoked_us = ?, revoke_entry = ?, revoke_reason = ?
         WHERE id = ? AND revoker IS NULL",
    )
    .bind(blob(person.0))
    .bind(cx.now.0)
    .bind(int(entry.0)?)
    .bind(reason)
    .bind(blob(row.id.0))
    .execute(connection)
    .await
    .doing("taking a grant back")
    .map(|_| ())
}

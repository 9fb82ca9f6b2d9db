//! The door: facts → decision → entry in one transaction, and the pass that comes out after the commit.
//!
//! 1. The operation loads the facts, lets `law::access::decide` decide, writes the entry (permit or refusal).
//! 2. The pass's state is made known for revoking inside the same operation, so that whatever revokes later in the
//!    writer's order finds it.
//! 3. Only after the commit the pass reaches the caller. If the entry cannot be written there is no pass.

use super::beside::{Beside, beside_of};
use super::duty::Watch;
use super::pass::{Mark, Pass, State};
use super::retrievals::{for_authority, portal::collecting};
use super::sessions::{ON_SHIFT, SESSION_IDLE_US};
use super::steady::{KeptSteady, Steady};
use super::takeovers::Control;
use super::{Decided, EntryIndex, Refusal, Registry, cases, clip_levels, entries, facts, grants, new_id};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Error, Result};
use law::access::{
    ByGrant, ForAuthority, FourEyes, Part, SecondEyes, TrainingRule, asking, is_of_pictures, level_answered,
};
use law::duty::off_shift_left;
use ledger::access::{AccessRecord, Acting, Cameras, Outcome};
use model::{
    Act, Actor, CameraId, Cx, ExportId, GrantId, LayoutId, PersonId, RecordId, Rendering, SessionId, Span,
    UnitId, ViewId, WallTime,
};
use sqlx::SqliteConnection;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

pub use ledger::access::Served as Use;

/// How long a viewing pass lives without being renewed: a console that vanished stops counting as a viewer.
pub const VIEW_US: i64 = 15 * 60_000_000;
/// How long one viewing entry may be renewed: a long shift; then a new entry says who is watching.
pub const VIEW_US_MAX: i64 = 12 * 3_600_000_000;
/// How long an export may take from its entry on.
pub const EXPORT_US: i64 = 24 * 3_600_000_000;
/// How long a collection may take: a package over a slow line.
pub const COLLECT_US: i64 = 4 * 3_600_000_000;
/// A still is drawn at once.
pub const STILL_US: i64 = 60_000_000;

/// How long control of a camera that turns lives without being renewed: a console that vanished holds no camera.
pub const PTZ_US: i64 = 60_000_000;

/// What somebody wants to do with pictures.
#[derive(Clone, Debug)]
pub struct Request {
    pub act: Act,
    pub cameras: Vec<CameraId>,
    /// Needed by everything but live viewing.
    pub span: Option<Span>,
    pub rendering: Rendering,
    /// The session that asks; the pass ends with it.
    pub session: Option<SessionId>,
    /// The session at whose console it is asked, where the pass outlasts that: a copy is made also after signing out.
    pub console: Option<SessionId>,
    /// The entry that this act continues, for example a still out of a view.
    pub refers_to: Option<EntryIndex>,
    /// The export to collect. Exporting makes a new id.
    pub export: Option<ExportId>,
    /// To whom footage is handed, in words.
    pub recipient: String,
    pub approver: String,
    /// Anything else worth keeping, as `field=value` lines.
    pub text: String,
    /// The layout whose cameras they are: on duty it is one entry for a person and a shift.
    pub layout: Option<LayoutId>,
    /// The clip that was handed to whoever plays it, and that it is played as.
    pub clip: Option<GrantId>,
    /// The approved retrieval by which an authority gets this copy.
    pub retrieval: Option<Uuid>,
}

impl Request {
    pub fn new(act: Act, cameras: Vec<CameraId>, rendering: Rendering) -> Self {
        Self {
            act,
            cameras,
            span: None,
            rendering,
            session: None,
            console: None,
            refers_to: None,
            export: None,
            recipient: String::new(),
            approver: String::new(),
            text: String::new(),
            layout: None,
            clip: None,
            retrieval: None,
        }
    }
}

/// One question to the law, and the words of its entry.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub act: Act,
    pub cameras: Vec<CameraId>,
    /// Units, or a group or a system of one.
    pub scopes: Vec<(UnitId, Option<Part>)>,
    /// Also the units in which this person holds posts.
    pub posts_of: Option<PersonId>,
    /// Systems of the register that the act changes.
    pub systems: Vec<RecordId>,
    pub span: Option<Span>,
    pub rendering: Option<Rendering>,
    pub own: bool,
    pub sensitive: bool,
    pub subject: Option<Uuid>,
    /// The view that a person begins by it: it gets its row.
    pub view: Option<ViewId>,
    /// What the packs ask of the training of whoever sees these cameras.
    pub training: Option<TrainingRule>,
    /// Who wants a second pair of eyes on recorded footage of these cameras.
    pub four_eyes: Vec<FourEyes>,
    /// Who is at the console beside its holder, where that is asked for.
    pub beside: Option<Beside>,
    /// When the day began that is believed: a clock that is set back makes no training valid again.
    pub day_began: Option<WallTime>,
    pub refers_to: Option<EntryIndex>,
    /// It is played as this clip: asked about again when the view is renewed.
    pub clip: Option<GrantId>,
    /// What an approval does where a post is for another part of the unit.
    pub by_grant: ByGrant,
    /// What stands behind a copy on an authority's request.
    pub for_authority: ForAuthority,
    pub recipient: String,
    pub approver: String,
    pub extra: String,
}

impl Ask {
    pub fn new(act: Act) -> Self {
        Self {
            act,
            cameras: Vec::new(),
            scopes: Vec::new(),
            posts_of: None,
            systems: Vec::new(),
            span: None,
            rendering: None,
            own: false,
            sensitive: false,
            subject: None,
            view: None,
            training: None,
            four_eyes: Vec::new(),
            beside: None,
            day_began: None,
            refers_to: None,
            clip: None,
            by_grant: ByGrant::None,
            for_authority: ForAuthority::default(),
            recipient: String::new(),
            approver: String::new(),
            extra: String::new(),
        }
    }
}

/// A permitted act: its entry, and what the entry says.
pub(super) struct Entered {
    pub entry: EntryIndex,
    pub record: AccessRecord,
    /// Pictures end then, if everything stays as it is.
    pub pictures_end: WallTime,
    /// Whether any clip of its cameras has a level of its own.
    pub has_clip_levels: bool,
}

/// Decides and writes the entry, inside the caller's transaction.
pub(super) async fn enter(connection: &mut SqliteConnection, cx: &Cx, ask: &Ask) -> Result<Decided<Entered>> {
    enter_unless(connection, cx, ask, None).await
}

/// The same with a rule of the law beyond the table of roles, judged already in this transaction: it refuses what the
/// table permits.
pub(super) async fn enter_unless(
    connection: &mut SqliteConnection,
    cx: &Cx,
    ask: &Ask,
    refusal: Option<law::access::Refusal>,
) -> Result<Decided<Entered>> {
    let loaded = facts::load(connection, cx, ask).await?;
    enter_on(connection, cx, ask, (loaded, refusal)).await
}

/// The same on facts that this transaction read already.
async fn enter_on(
    connection: &mut SqliteConnection,
    cx: &Cx,
    ask: &Ask,
    (loaded, refusal): (facts::Loaded, Option<law::access::Refusal>),
) -> Result<Decided<Entered>> {
    let (judged, entered) = judged(cx, ask, (loaded, refusal));
    if let Some(refusal) = judged {
        return Ok(Err(write_refusal(connection, entered.record, refusal).await?));
    }
    let entry = entries::write_with_view(connection, entered.record.clone(), ask.view).await?;
    Ok(Ok(Entered { entry, ..entered }))
}

/// What refuses it, if anything does, and its entry before it is written.
fn judged(
    cx: &Cx,
    ask: &Ask,
    (loaded, refusal): (facts::Loaded, Option<law::access::Refusal>),
) -> (Option<law::access::Refusal>, Entered) {
    // What else is lacking is for whoever has the post and control.
    let refusal = facts::refused(&loaded.facts, loaded.closed).or(refusal);
    let record = record(cx, ask, loaded.acting, loaded.unit, loaded.unit_name);
    let (pictures_end, has_clip_levels) = (loaded.pictures_end, loaded.has_clip_levels);
    (refusal, Entered { entry: EntryIndex(0), record, pictures_end, has_clip_levels })
}

/// What is known of an act on pictures beyond the table of roles.
struct Beyond<'a> {
    ungranted: Option<law::access::Refusal>,
    sitting: Option<&'a super::layouts::Sitting>,
    /// Where its cameras stand, as it was read for the packs' rules in this transaction.
    standings: &'a HashMap<CameraId, super::register::Standing>,
    watch: &'a Watch,
    steady: &'a Steady,
}

/// What refuses pictures beyond the table of roles, in the order in which it is told: the camera is not in use, the person not on shift,
/// nothing is granted.
pub(super) fn beyond_roles(
    not_in_use: Option<law::access::Refusal>,
    off_shift: Option<law::access::Refusal>,
    ungranted: Option<law::access::Refusal>,
) -> Option<law::access::Refusal> {
    not_in_use.or(off_shift).or(ungranted)
}

/// The same for pictures: a camera that is not in use is watched for testing only.
async fn enter_watching(
    connection: &mut SqliteConnection,
    book: super::register::Book<'_>,
    cx: &Cx,
    ask: &Ask,
    Beyond { ungranted, sitting, standings, watch, steady }: Beyond<'_>,
) -> Result<Decided<Entered>> {
    let another_said = !ask.approver.is_empty() || ask.for_authority.in_order;
    let off_shift = off_shift_left(watch.off_shift(connection, book).await?, another_said);
    let not_in_use = super::register::not_in_use(standings, cx, (ask.act, &ask.cameras));
    let refusal = beyond_roles(not_in_use, off_shift, ungranted);
    let control = Control::among(&steady.takeovers, cx.actor, cx.now);
    let loaded = facts::load_among(connection, cx, ask, (&steady.groups, control)).await?;
    let Some(sitting) = sitting else { return enter_on(connection, cx, ask, (loaded, refusal)).await };
    if let Some(entry) = sitting.entry {
        return enter_again(connection, cx, ask, (loaded, refusal), entry).await;
    }
    let entered = enter_on(connection, cx, ask, (loaded, refusal)).await?;
    if let Ok(entered) = &entered {
        sitting.note(connection, entered.entry).await?;
    }
    Ok(entered)
}

/// A procedure's reading has a door of its own; a person's is judged with what refuses it beyond the table of roles.
async fn enter_pictures(
    connection: &mut SqliteConnection,
    book: super::register::Book<'_>,
    cx: &Cx,
    ask: &Ask,
    beyond: Beyond<'_>,
) -> Result<Decided<Entered>> {
    match super::reading::system_reading(connection, cx, ask).await? {
        Some(entered) => Ok(Ok(entered)),
        None => enter_watching(connection, book, cx, ask, beyond).await,
    }
}

/// Decides once more what an entry of the same person, layout and shift permitted already: a permit is that entry's, a refusal is one.
async fn enter_again(
    connection: &mut SqliteConnection,
    cx: &Cx,
    ask: &Ask,
    known: (facts::Loaded, Option<law::access::Refusal>),
    entry: EntryIndex,
) -> Result<Decided<Entered>> {
    let (judged, entered) = judged(cx, ask, known);
    if let Some(refusal) = judged {
        return Ok(Err(write_refusal(connection, entered.record, refusal).await?));
    }
    if let (Some(view), Actor::Person(person)) = (ask.view, cx.actor) {
        super::layouts::view_again(connection, (view, person, ask.act), (entry, cx.now)).await?;
    }
    Ok(Ok(Entered { entry, ..entered }))
}

pub(super) async fn write_refusal(
    connection: &mut SqliteConnection,
    mut record: AccessRecord,
    refusal: law::access::Refusal,
) -> Result<Refusal> {
    record.outcome = Outcome::Refused {
        article: refusal.article.clone().into(),
        reason: refusal.reason.en.clone(),
        remedy: refusal.remedy.en.clone(),
    };
    let entry = entries::write(connection, record).await?;
    Ok(Refusal {
        article: refusal.article.into(),
        code: refusal.code,
        reason: refusal.reason,
        remedy: refusal.remedy,
        entry: Some(entry),
    })
}

pub(super) fn record(
    cx: &Cx,
    ask: &Ask,
    acting: Acting,
    unit: Option<UnitId>,
    unit_name: String,
) -> AccessRecord {
    AccessRecord {
        unit,
        unit_name,
        cameras: Cameras::of(&ask.cameras),
        span: ask.span,
        case: cx.case,
        approver: ask.approver.clone(),
        place: cx.place.clone(),
        note: cx.note.clone().unwrap_or_default(),
        rendering: ask.rendering,
        refers_to: ask.refers_to.map(|entry| entry.0),
        subject: ask.subject,
        recipient: ask.recipient.clone(),
        extra: ask.extra.clone(),
        ..AccessRecord::new(ask.act, cx.now, acting, cx.purpose, cx.legal_basis)
    }
}

impl Registry {
    /// Admits one act on pictures, or refuses it. Either way the entry is durable when this returns.
    ///
    /// # Errors
    /// `Refused` with article, reason and remedy; `Unauthenticated` when the session has ended; `NotFound` for an
    /// unknown camera or export; and whatever keeps the entry from being written: then there is no pass.
    pub async fn admit(&self, cx: &Cx, request: Request) -> Result<Pass> {
        if (!is_of_pictures(request.act) || request.act == Act::Ptz) && request.act != Act::SystemRead {
            return Err(Error::invalid("act", "is not one that reads pictures"));
        }
        let (cx, passes, today) = (cx.clone(), self.0.passes.clone(), self.today(cx.now));
        let (library, kept) = (Arc::clone(&self.0.packs.library), Arc::clone(&self.0.steady));
        let decided: Decided<Pass> = self
            .write(move |connection| {
                Box::pin(async move {
                    let book = super::register::Book::on(&library, today);
                    let pass = admit(connection, (book, &kept), &cx, (request, None)).await?;
                    if let Ok(pass) = &pass {
                        passes.add(&pass.state);
                    }
                    Ok(pass)
                })
            })
            .await?;
        decided.map_err(|refusal| Error::Refused(Box::new(refusal)))
    }

    /// Prolongs a view, if everything that permitted it still holds. A refusal ends the view and is an entry.
    pub async fn renew(&self, cx: &Cx, pass: &Pass) -> Result<WallTime> {
        if pass.is_live(cx.now).is_err() || pass.actor != cx.actor {
            return Err(Error::Conflict("this viewing has ended".into()));
        }
        let (mut connection, now) = (self.0.database.read.acquire().await.doing("renewing a view")?, cx.now);
        let session_end = session_end(&mut connection, &pass.cx, (pass.session, pass.act), now).await?;
        let asked = Cx { now, ..pass.cx.clone() };
        let ask = still_beside(&mut connection, &asked, pass).await?;
        let loaded = facts::load(&mut connection, &asked, &ask).await?;
        let watched = (pass.act, pass.cameras());
        let watch = Watch::load(&mut connection, &asked, watched).await?;
        let off_shift = watch.off_shift(&mut connection, self.book(now)).await?;
        let off_shift = off_shift_left(off_shift, !ask.approver.is_empty());
        let clip_over = grants::going_on(&mut connection, &asked, &ask).await?;
        let stands =
            super::register::watching(&mut connection, self.book(now), &asked, pass.act, pass.cameras());
        let refusal = beyond_roles(stands.await?, off_shift, clip_over);
        drop(connection);
        if refusal.is_some() || facts::refused(&loaded.facts, loaded.closed).is_some() {
            pass.revoke();
            // Once more through the door, so that the refusal is written where it was decided.
            self.act_unless(&asked, ask, refusal, |_, _| Box::pin(async move { Ok(()) })).await?;
            return Err(Error::Conflict("the facts changed while the view was renewed".into()));
        }
        let longest = pass.mark.started.plus_us(VIEW_US_MAX).min(pass.until);
        let allowed = session_end.min(watch.shift_end).min(loaded.pictures_end);
        let expires = now.plus_us(validity_us(pass.act)).min(longest).min(allowed);
        pass.state.extend(expires);
        Ok(expires)
    }

    /// Ends a view for all its readers. What was served is written by [`Registry::record_use`].
    pub async fn end_view(&self, pass: &Pass, now: WallTime) -> Result<()> {
        pass.revoke();
        let Some(view) = pass.view else { return Ok(()) };
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("UPDATE view SET ended_us = ? WHERE id = ? AND ended_us IS NULL")
                    .bind(now.0)
                    .bind(blob(view.0))
                    .execute(connection)
                    .await
                    .doing("ending a view")
                    .map(|_| ())
            })
        })
        .await
    }

    /// Writes what was really served under a pass. Due at least every 30 s and at the end; allowed after the end too.
    pub async fn record_use(&self, pass: &Pass, served: Use, now: WallTime) -> Result<EntryIndex> {
        let entries = self.record_uses(pass, vec![served], now).await?;
        entries.first().copied().ok_or(Error::Internal("a use left no entry".into()))
    }

    /// The same for several streams of one pass, in one commit.
    pub async fn record_uses(&self, pass: &Pass, served: Vec<Use>, now: WallTime) -> Result<Vec<EntryIndex>> {
        let template = used(pass, now);
        let entries = served.into_iter().map(|served| {
            let cameras = Cameras::of(&[served.camera]);
            entries::prepare(AccessRecord { served: Some(served), cameras, ..template.clone() })
        });
        self.0.database.write.append(entries.collect::<Result<_>>()?).await
    }
}

/// The entry of what was served under a pass, before what that was.
pub(super) fn used(pass: &Pass, now: WallTime) -> AccessRecord {
    AccessRecord {
        unit: pass.unit.0,
        unit_name: pass.unit.1.clone(),
        case: pass.cx.case,
        place: pass.cx.place.clone(),
        rendering: Some(pass.rendering),
        approver: pass.ask.approver.clone(),
        refers_to: Some(pass.entry.0),
        subject: pass.view.map(|view| view.0).or(pass.export.map(|export| export.0)),
        ..AccessRecord::new(Act::Use, now, pass.acting.clone(), pass.cx.purpose, pass.cx.legal_basis)
    }
}

/// Decides one act on pictures, with what refuses it beyond the table of roles, if that is known already.
pub(super) async fn admit(
    connection: &mut SqliteConnection,
    (book, kept): (super::register::Book<'_>, &KeptSteady),
    cx: &Cx,
    (request, refusal): (Request, Option<law::access::Refusal>),
) -> Result<Decided<Pass>> {
    let steady = Steady::read(connection, kept).await?;
    let session_end = session_end(connection, cx, (request.session, request.act), cx.now).await?;
    let About { cameras, span, own, export, portal } = about(connection, cx, &request).await?;
    let (mut ask, view, standings) =
        question(connection, (book, &steady.local), cx, &request, (&cameras, span, own, export)).await?;
    let watch = Watch::load(connection, cx, (request.act, &cameras)).await?;
    let (fit, lack) = granted(connection, cx, &ask, (export, watch.asked)).await?;
    let (by_grant, ungranted) = ByGrant::of(ask.act, fit.as_ref().is_some_and(|fit| fit.live_alone), lack);
    ask.by_grant = by_grant;
    // Who approved stands in the entry (datong-2008:17).
    if let Some(fit) = &fit {
        fit.say(&mut ask);
    }
    let sitting = sitting(connection, cx, (request.act, fit.is_some(), request.layout), &cameras).await?;
    if let Some(sitting) = &sitting {
        ask.extra.push_str(&sitting.told);
    }
    let beyond = Beyond {
        ungranted: ungranted.or(portal.clone().flatten()).or(refusal),
        sitting: sitting.as_ref(),
        standings: &standings,
        watch: &watch,
        steady: &steady,
    };
    let entered = match enter_pictures(connection, book, cx, &ask, beyond).await? {
        Ok(entered) => entered,
        Err(refusal) => return Ok(Err(refusal)),
    };
    collecting::note(connection, export.filter(|_| portal.is_some())).await?;
    super::copies::note_collected(connection, (request.act, export), (cx.now, entered.entry)).await?;
    let until = under(connection, cx, fit.as_ref(), entered.entry).await?;
    let expires = [session_end, watch.shift_end, entered.pictures_end, until]
        .into_iter()
        .fold(cx.now.plus_us(validity_us(request.act)), WallTime::min);
    let closed = match entered.has_clip_levels {
        true => clip_levels::above(connection, &cameras, answered(cx)).await?,
        false => Vec::new(),
    };
    let acting = entered.record.acting;
    let mark = Mark::of(&acting, request.session, cx.now);
    let who = (cx.actor, request.session, request.act, cx.purpose);
    let beside = ask.beside.as_ref().map(|beside| (beside.person, beside.session));
    let under = (cx.case, fit.map(|fit| (fit.grant, fit.handed)), beside);
    Ok(Ok(Pass {
        state: Arc::new(State::new(who, (cameras, span), (answered(cx), closed), under, expires)),
        until,
        actor: cx.actor,
        session: request.session,
        act: request.act,
        span,
        rendering: request.rendering,
        entry: entered.entry,
        view,
        export,
        mark,
        acting,
        unit: (entered.record.unit, entered.record.unit_name),
        // Its row is there: asking again begins no other.
        ask: Ask { view: None, ..ask },
        cx: cx.clone(),
    }))
}

/// The grant under which it is done, if there is one, and what refuses it for want of one.
async fn granted(
    connection: &mut SqliteConnection,
    cx: &Cx,
    ask: &Ask,
    (export, asked): (Option<ExportId>, bool),
) -> Result<(Option<grants::Fit>, Option<law::access::Refusal>)> {
    match (ask.act, export) {
        (Act::Collect, Some(export)) => grants::made_under(connection, export).await,
        _ if ask.clip.is_some() => grants::playing(connection, cx, ask).await,
        _ => grants::fitting(connection, cx, ask, asked).await,
    }
}

/// The question to the law about pictures: with what packs and units ask of these cameras, who is at the console beside its holder where
/// that is asked for, the view that would begin, and where the cameras stand.
async fn question(
    connection: &mut SqliteConnection,
    by: (super::register::Book<'_>, &super::register::Local),
    cx: &Cx,
    request: &Request,
    (cameras, span, own, export): (&[CameraId], Option<Span>, bool, Option<ExportId>),
) -> Result<(Ask, Option<ViewId>, HashMap<CameraId, super::register::Standing>)> {
    let view = matches!(request.act, Act::Live | Act::Playback).then(|| ViewId(new_id()));
    let rules = super::register::picture_rules_under(connection, by, cx.actor, cameras).await?;
    let beside = match asking(&rules.four_eyes, SecondEyes::Presence, request.act) {
        Some(_) => beside_of(connection, cx, (request.console.or(request.session), request.act)).await?,
        None => None,
    };
    let copied = (request.act, cameras, span, request.retrieval);
    let for_authority = for_authority(connection, by.0, cx, copied).await?;
    let ask = Ask {
        act: request.act,
        cameras: cameras.to_vec(),
        for_authority,
        span,
        rendering: Some(request.rendering),
        own,
        subject: view.map(|view| view.0).or(export.map(|export| export.0)),
        view: view.filter(|_| matches!(cx.actor, Actor::Person(_))),
        training: rules.training,
        four_eyes: rules.four_eyes,
        day_began: Some(by.0.today.begins()),
        refers_to: request.refers_to,
        clip: request.clip,
        recipient: request.recipient.clone(),
        approver: request.approver.clone(),
        extra: with_second(request.text.clone(), beside.as_ref()),
        beside,
        ..Ask::new(request.act)
    };
    Ok((ask, view, rules.standings))
}

/// Who looked along stands in the entry.
fn with_second(mut text: String, beside: Option<&Beside>) -> String {
    if let Some(beside) = beside {
        let line = if text.is_empty() { "" } else { "\n" };
        text.push_str(&format!("{line}second_person={}", beside.account));
    }
    text
}

/// What was permitted, with the second person as they are there now: another one is none of it.
async fn still_beside(connection: &mut SqliteConnection, cx: &Cx, pass: &Pass) -> Result<Ask> {
    let Some(before) = &pass.ask.beside else { return Ok(pass.ask.clone()) };
    let found = beside_of(connection, cx, (pass.session, pass.act)).await?;
    let beside = found.filter(|found| found.session == before.session);
    Ok(Ask { beside, ..pass.ask.clone() })
}

/// The entry of the shift that a layout's pictures are opened under: live pictures that nobody approved, and no others. What was
/// recorded is registered with its span each time, and what somebody approved with whoever did (guangzhou-2007:21).
async fn sitting(
    connection: &mut SqliteConnection,
    cx: &Cx,
    (act, approved, layout): (Act, bool, Option<LayoutId>),
    cameras: &[CameraId],
) -> Result<Option<super::layouts::Sitting>> {
    if act != Act::Live || approved {
        return Ok(None);
    }
    super::layouts::sitting(connection, cx, layout, cameras).await
}

/// What a request is about.
struct About {
    cameras: Vec<CameraId>,
    span: Option<Span>,
    /// The package to collect was asked for by the same person, or in the portal.
    own: bool,
    export: Option<ExportId>,
    /// A package of the portal, and what refuses it.
    portal: Option<Option<law::access::Refusal>>,
}

async fn about(connection: &mut SqliteConnection, cx: &Cx, request: &Request) -> Result<About> {
    let mut cameras = request.cameras.clone();
    cameras.sort_unstable();
    cameras.dedup();
    let asked = About { cameras, span: request.span, own: false, export: None, portal: None };
    Ok(match request.act {
        Act::Export => About { export: Some(ExportId(new_id())), ..asked },
        Act::Collect => {
            let export = request.export.ok_or(Error::invalid("export", "is missing"))?;
            let stored = stored_export(connection, export).await?;
            let portal = collecting::of_requester(connection, cx, export).await?;
            let own = portal.is_some() || Actor::Person(stored.person) == cx.actor;
            About { cameras: stored.cameras, span: Some(stored.span), own, export: Some(export), portal }
        }
        _ => asked,
    })
}

/// Notes the use of a grant; when case and grant end, and with them what was admitted.
async fn under(
    connection: &mut SqliteConnection,
    cx: &Cx,
    fit: Option<&grants::Fit>,
    entry: EntryIndex,
) -> Result<WallTime> {
    let until = cases::end_of(connection, cx.case).await?;
    let Some(fit) = fit else { return Ok(until) };
    grants::note_use(connection, fit, entry).await?;
    Ok(until.min(fit.expires))
}

/// The level that was answered for; a procedure's reading has its own limits.
fn answered(cx: &Cx) -> u8 {
    match cx.actor {
        Actor::Person(_) => level_answered(facts::has_note(cx), cx.case.is_some()),
        Actor::System(_) => u8::MAX,
    }
}

const fn validity_us(act: Act) -> i64 {
    match act {
        Act::Export | Act::Decrypt => EXPORT_US,
        Act::Collect => COLLECT_US,
        Act::Still | Act::CommissioningStill => STILL_US,
        Act::Ptz => PTZ_US,
        _ => VIEW_US,
    }
}

/// When the asking session ends, or would be left alone if its holder went now: live pictures of whoever keeps watch outlast that. It must
/// be the actor's own and alive.
async fn session_end(
    connection: &mut SqliteConnection,
    cx: &Cx,
    (session, act): (Option<SessionId>, Act),
    now: WallTime,
) -> Result<WallTime> {
    let Some(session) = session else { return Ok(WallTime(i64::MAX)) };
    let row: Option<(Vec<u8>, i64, i64, bool, bool)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT person, expires_us, seen_us, locked_us IS NOT NULL, {ON_SHIFT} FROM session
         WHERE id = ?1 AND ended_us IS NULL AND expires_us > ?2"
    )))
    .bind(blob(session.0))
    .bind(now.0)
    .fetch_optional(connection)
    .await
    .doing("checking a session")?;
    let (person, expires, seen, locked, on_shift) = row.ok_or(Error::Unauthenticated)?;
    let keeps_watch = on_shift && act == Act::Live && cx.purpose == model::Purpose::DutyWatch;
    // A request that was on its way when its holder locked comes too late.
    if Actor::Person(PersonId(uuid_of(&person)?)) != cx.actor || (locked && !keeps_watch) {
        return Err(Error::Unauthenticated);
    }
    // A copy that is being handed out goes to its end: its entry names it, and a slow line is no reason to begin anew.
    let outlasts = keeps_watch || act == Act::Collect;
    let alone = if outlasts { i64::MAX } else { seen.saturating_add(SESSION_IDLE_US) };
    Ok(WallTime(expires.min(alone)))
}

struct StoredExport {
    person: PersonId,
    span: Span,
    cameras: Vec<CameraId>,
}

async fn stored_export(connection: &mut SqliteConnection, export: ExportId) -> Result<StoredExport> {
    let row: Option<(Vec<u8>, i64, i64)> =
        sqlx::query_as("SELECT person, start_us, end_us FROM export WHERE id = ? AND state = 'ready'")
            .bind(blob(export.0))
            .fetch_optional(&mut *connection)
            .await
            .doing("loading an export")?;
    let (person, start, end) = row.ok_or(Error::NotFound("finished export"))?;
    let cameras: Vec<(Vec<u8>,)> =
        sqlx::query_as("SELECT camera FROM export_camera WHERE export = ? ORDER BY camera")
            .bind(blob(export.0))
            .fetch_all(connection)
            .await
            .doing("loading an export")?;
    let cameras = cameras.iter().map(|(camera,)| uuid_of(camera).map(CameraId)).collect::<Result<_>>()?;
    Ok(StoredExport {
        person: PersonId(uuid_of(&person)?),
        span: crate::convert::span_of(start, end)?,
        cameras,
    })
}

//! The permission to read pictures, as a value. Whoever holds one was admitted, and the entry about it is durable.
//!
//! Private fields, no `Clone`, no serialisation: a pass cannot be copied, stored or made up. Readers share it behind
//! an `Arc` and ask [`Pass::check`] at every fragment; revoking flips one flag that all of them see.

use super::EntryIndex;
use super::clip_levels::seen;
use crate::error::{Error, Result};
use law::Words;
use model::{
    Act, Actor, CameraId, CaseId, ExportId, GrantId, PersonId, Purpose, Rendering, SessionId, Span, ViewId,
    WallTime,
};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Why a pass no longer admits anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PassEnd {
    Revoked,
    Expired,
}

/// What is drawn over pictures: who is looking.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mark {
    pub name: String,
    pub account: String,
    /// The session, in few enough letters to be read off a photograph; empty for the system's own reading.
    pub session: String,
    pub started: WallTime,
}

/// Letters of a session in a mark: the random end of its id, where the beginning is a time.
const SESSION_CHARS: usize = 8;

impl Mark {
    pub(super) fn of(acting: &ledger::access::Acting, session: Option<SessionId>, started: WallTime) -> Self {
        let code = |session: SessionId| {
            let id = session.0.simple().to_string().to_uppercase();
            id.get(id.len().saturating_sub(SESSION_CHARS)..).unwrap_or_default().to_owned()
        };
        Self {
            name: acting.display_name.clone(),
            account: acting.account.clone(),
            session: session.map(code).unwrap_or_default(),
            started,
        }
    }
}

/// Permission for one act on named cameras.
#[derive(Debug)]
pub struct Pass {
    pub(super) state: Arc<State>,
    pub(super) actor: Actor,
    pub(super) session: Option<SessionId>,
    pub(super) act: Act,
    pub(super) span: Option<Span>,
    pub(super) rendering: Rendering,
    pub(super) entry: EntryIndex,
    pub(super) view: Option<ViewId>,
    pub(super) export: Option<ExportId>,
    pub(super) mark: Mark,
    /// Who acts and where, as the entry says it; use records repeat it.
    pub(super) acting: ledger::access::Acting,
    pub(super) unit: (Option<model::UnitId>, String),
    /// The question that was permitted; renewing asks it again.
    pub(super) ask: super::admit::Ask,
    pub(super) cx: model::Cx,
    /// No renewal goes beyond this: the end of the case or of the grant.
    pub(super) until: WallTime,
}

/// Whose clip is played, and on what it rests: it ends with either.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Handed {
    pub sender: PersonId,
    /// The sender's own grant.
    pub under: Option<GrantId>,
    pub approved: bool,
    /// Its entry.
    pub entry: EntryIndex,
}

/// What pictures are shown under: a case; a grant, as a clip perhaps; the second person, and their session beside this one.
type Under = (Option<CaseId>, Option<(GrantId, Option<Handed>)>, Option<(PersonId, SessionId)>);

/// The part that revoking reaches.
#[derive(Debug)]
pub(super) struct State {
    revoked: AtomicBool,
    expires_us: AtomicI64,
    person: Option<PersonId>,
    session: Option<SessionId>,
    /// The second person, and their session beside this one.
    beside: Option<(PersonId, SessionId)>,
    case: Option<CaseId>,
    grant: Option<GrantId>,
    /// It is played as a clip that somebody handed on.
    handed: Option<Handed>,
    act: Act,
    purpose: Purpose,
    cameras: Vec<CameraId>,
    span: Option<Span>,
    /// The highest level that was answered for with a reason or a case.
    level: u8,
    /// Footage above that level. The span that was admitted touches none; a group of pictures at its edge may.
    closed: Mutex<Vec<(CameraId, Span)>>,
}

impl State {
    pub(super) fn new(
        (actor, session, act, purpose): (Actor, Option<SessionId>, Act, Purpose),
        (cameras, span): (Vec<CameraId>, Option<Span>),
        (level, closed): (u8, Vec<(CameraId, Span)>),
        (case, under, beside): Under,
        expires: WallTime,
    ) -> Self {
        let person = match actor {
            Actor::Person(person) => Some(person),
            Actor::System(_) => None,
        };
        Self {
            revoked: AtomicBool::new(false),
            expires_us: AtomicI64::new(expires.0),
            person,
            session,
            beside,
            case,
            grant: under.map(|(grant, _)| grant),
            handed: under.and_then(|(_, handed)| handed),
            act,
            purpose,
            cameras,
            span,
            level,
            closed: Mutex::new(closed),
        }
    }

    /// Whether its pictures could be of a clip that has this level now.
    fn is_below(&self, camera: CameraId, level: u8) -> bool {
        self.level < level && self.cameras.contains(&camera) && !self.revoked.load(Ordering::SeqCst)
    }

    /// Pictures that somebody sees at the console as its second person; a copy that two asked for is made without them.
    fn is_beside(&self, which: impl Fn(PersonId, SessionId) -> bool) -> bool {
        let shown = matches!(self.act, Act::Playback | Act::Still);
        shown && self.beside.is_some_and(|(person, session)| which(person, session))
    }

    /// It is used under this grant, or is a clip of somebody who has it.
    fn rests_on(&self, grant: GrantId) -> bool {
        self.grant == Some(grant) || self.handed.is_some_and(|handed| handed.under == Some(grant))
    }

    fn is_of(&self, cameras: &HashSet<CameraId>) -> bool {
        self.cameras.iter().any(|camera| cameras.contains(camera))
    }

    fn is_live(&self, now: WallTime) -> bool {
        !self.revoked.load(Ordering::SeqCst) && self.expires_us.load(Ordering::SeqCst) > now.0
    }

    fn revoke(&self) {
        self.revoked.store(true, Ordering::SeqCst);
    }

    pub(super) fn extend(&self, expires: WallTime) {
        self.expires_us.store(expires.0, Ordering::SeqCst);
    }
}

impl Pass {
    pub fn actor(&self) -> Actor {
        self.actor
    }
    pub fn session(&self) -> Option<SessionId> {
        self.session
    }
    pub fn act(&self) -> Act {
        self.act
    }
    pub fn cameras(&self) -> &[CameraId] {
        &self.state.cameras
    }
    pub fn allows(&self, camera: CameraId) -> bool {
        self.state.cameras.contains(&camera)
    }
    /// The recorded span that may be read; `None` for live pictures.
    pub fn span(&self) -> Option<Span> {
        self.span
    }
    pub fn rendering(&self) -> Rendering {
        self.rendering
    }
    /// The entry that every use of this pass refers to.
    pub fn entry(&self) -> EntryIndex {
        self.entry
    }
    pub fn view(&self) -> Option<ViewId> {
        self.view
    }
    pub fn export(&self) -> Option<ExportId> {
        self.export
    }
    pub fn mark(&self) -> &Mark {
        &self.mark
    }
    pub fn expires(&self) -> WallTime {
        WallTime(self.state.expires_us.load(Ordering::SeqCst))
    }

    /// Asked at each fragment.
    pub fn is_live(&self, now: WallTime) -> std::result::Result<(), PassEnd> {
        if self.state.revoked.load(Ordering::SeqCst) {
            Err(PassEnd::Revoked)
        } else if now >= self.expires() {
            Err(PassEnd::Expired)
        } else {
            Ok(())
        }
    }

    /// Whether pictures of this camera may be read now.
    pub fn check(&self, camera: CameraId, now: WallTime) -> Result<()> {
        match self.is_live(now) {
            Ok(()) if self.allows(camera) => Ok(()),
            Ok(()) => Err(Error::Refused(Box::new(other_camera()))),
            Err(end) => Err(Error::Refused(Box::new(ended(end)))),
        }
    }

    /// Whether footage of this span is above the level that was answered for: a reader that takes whole groups of pictures asks it
    /// for each of them.
    pub fn closes(&self, camera: CameraId, span: Span) -> bool {
        let closed = self.state.closed.lock().unwrap_or_else(PoisonError::into_inner);
        closed.iter().any(|(of, clip)| *of == camera && clip.intersect(span).is_some())
    }

    /// Ends this pass at once, for all readers that share it.
    pub fn revoke(&self) {
        self.state.revoke();
    }
}

fn other_camera() -> super::Refusal {
    super::Refusal {
        article: "guangzhou-2007:21".into(),
        code: "other_camera",
        reason: Words::new(
            "This camera is not part of the viewing that was registered.",
            "该摄像机不在已登记的查看范围内。",
        ),
        remedy: Words::new("Open a view that names it.", "请重新登记包含该摄像机的查看。"),
        entry: None,
    }
}

fn ended(end: PassEnd) -> super::Refusal {
    let (code, en, zh) = match end {
        PassEnd::Revoked => ("revoked", "This viewing was ended.", "该查看已被终止。"),
        PassEnd::Expired => ("expired", "This viewing has run out.", "该查看已到期。"),
    };
    super::Refusal {
        article: "unit:roles".into(),
        code,
        reason: Words::new(en, zh),
        remedy: Words::new("Open a new view.", "请重新登记查看。"),
        entry: None,
    }
}

/// All passes of this process, so that they can be revoked. Holds no pass alive.
#[derive(Clone, Default)]
pub(super) struct Passes(Arc<Mutex<HashMap<usize, Weak<State>>>>);

impl Passes {
    /// Called inside the admitting operation: whatever revokes later, in the writer's order, finds the pass here.
    pub fn add(&self, state: &Arc<State>) {
        let mut passes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        passes.retain(|_, state| state.strong_count() > 0);
        passes.insert(Arc::as_ptr(state) as usize, Arc::downgrade(state));
    }

    /// Also what others play as clips of theirs.
    pub fn revoke_person(&self, person: PersonId) {
        let sent = |state: &State| state.handed.is_some_and(|handed| handed.sender == person);
        let beside = |state: &State| state.is_beside(|beside, _| beside == person);
        self.revoke(|state| state.person == Some(person) || sent(state) || beside(state));
    }
    /// What a person watches; what they hand out goes on.
    pub fn revoke_views(&self, person: PersonId) {
        self.revoke(|state| {
            let own = state.person == Some(person);
            (own && matches!(state.act, Act::Live | Act::Playback | Act::Ptz))
                || state.is_beside(|beside, _| beside == person)
        });
    }
    pub fn revoke_session(&self, session: SessionId) {
        self.revoke(|state| state.session == Some(session) || state.is_beside(|_, beside| beside == session));
    }
    /// What was opened by two at this console.
    pub fn revoke_beside(&self, session: SessionId) {
        self.revoke(|state| state.session == Some(session) && state.is_beside(|_, _| true));
    }
    /// Recorded footage that one person looks at or copies alone.
    pub fn revoke_alone(&self) {
        self.revoke(|state| state.beside.is_none() && state.person.is_some() && state.span.is_some());
    }
    /// A session that its holder leaves: all that it shows, but for live pictures of duty watch when the holder is on shift.
    pub fn revoke_left(&self, session: SessionId, on_shift: bool) {
        self.revoke(|state| {
            let kept = on_shift && state.act == Act::Live && state.purpose == Purpose::DutyWatch;
            state.session == Some(session) && !kept
        });
    }
    pub fn revoke_camera(&self, camera: CameraId) {
        self.revoke(|state| state.cameras.contains(&camera));
    }
    /// How many viewings and exports run under a case.
    pub fn count_case(&self, case: CaseId, now: WallTime) -> u64 {
        self.count(now, |state| state.case == Some(case))
    }
    pub fn revoke_case(&self, case: CaseId) {
        self.revoke(|state| state.case == Some(case));
    }
    /// The same under a grant.
    pub fn count_grant(&self, grant: GrantId, now: WallTime) -> u64 {
        self.count(now, |state| state.rests_on(grant))
    }
    pub fn revoke_grant(&self, grant: GrantId) {
        self.revoke(|state| state.rests_on(grant));
    }
    /// Recorded footage that a person looks at without a grant: whoever may, opens it again.
    pub fn revoke_ungranted(&self) {
        let ungranted = |state: &State| match state.handed {
            Some(handed) => !handed.approved,
            None => state.grant.is_none(),
        };
        self.revoke(|state| ungranted(state) && state.person.is_some() && state.span.is_some());
    }
    /// A clip has this level from now on: whoever was admitted to it without what the level asks for sees no more of it. Returns how
    /// many viewings and exports that ends.
    pub fn raise(&self, camera: CameraId, (clip, level): (Span, u8), now: WallTime) -> u64 {
        let mut ended = 0;
        self.each(|state| {
            if !state.is_below(camera, level) {
                return;
            }
            if clip.intersect(seen(state.span, now)).is_some() {
                state.revoke();
                ended += 1;
            } else {
                state.closed.lock().unwrap_or_else(PoisonError::into_inner).push((camera, clip));
            }
        });
        ended
    }

    /// How many that would be.
    pub fn count_below(&self, camera: CameraId, (clip, level): (Span, u8), now: WallTime) -> u64 {
        let touched = |state: &State| clip.intersect(seen(state.span, now)).is_some();
        self.count(now, |state| state.is_below(camera, level) && touched(state))
    }

    pub fn revoke_cameras(&self, cameras: &HashSet<CameraId>) {
        self.revoke(|state| state.is_of(cameras));
    }
    /// How many that would be.
    pub fn count_cameras(&self, cameras: &HashSet<CameraId>, now: WallTime) -> u64 {
        self.count(now, |state| state.is_of(cameras))
    }

    pub fn revoke_all(&self) {
        self.revoke(|_| true);
    }

    /// Those that run, of these.
    fn count(&self, now: WallTime, which: impl Fn(&State) -> bool) -> u64 {
        let mut count = 0;
        self.each(|state| count += u64::from(state.is_live(now) && which(state)));
        count
    }

    fn revoke(&self, which: impl Fn(&State) -> bool) {
        self.each(|state| {
            if which(state) {
                state.revoke();
            }
        });
    }

    fn each(&self, mut visit: impl FnMut(&State)) {
        let passes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        passes.values().filter_map(Weak::upgrade).for_each(|state| visit(&state));
    }
}

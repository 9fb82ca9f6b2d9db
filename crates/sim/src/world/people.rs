//! People at work: they place holds and lift them, and somebody tampers with what lies on the disk.

use super::World;
use crate::oracle::{Broken, Standing, hold};
use crate::trace;
use law::access::Post;
use model::{
    Actor, Cx, LegalBasis, PersonId, Personal, Profile, Purpose, RequestId, Role, Secret, Span, StreamId,
};
use pipeline::Clocks as _;
use store::Store;
use store::registry::{NewCamera, NewHold, NewPerson, Reach, system_cx};

const HOUR_US: i64 = 3_600_000_000;

/// Who may place a hold and ask that one be lifted, and who may agree.
#[derive(Clone, Copy, Debug)]
pub(super) struct People {
    operator: PersonId,
    administrator: PersonId,
}

impl World {
    /// A unit, two people and every camera, in the registry.
    pub(super) async fn engage(&mut self, store: &Store) -> Result<(), Broken> {
        let cx = system_cx("demo", self.clock.wall());
        let unit = store.registry.create_unit(&cx, "East Station").await?;
        let mut ids = Vec::new();
        for (account, role) in [("operator", Role::Operator), ("administrator", Role::Administrator)] {
            let new = NewPerson {
                account: account.into(),
                name: Personal::new(account.into()),
                language: "en".into(),
                posts: vec![Post { role, unit, group: None }],
                password: Some(Secret::new("correct horse battery".into())),
                password_stays: true,
            };
            ids.push(store.registry.create_person(&cx, new).await?.0);
        }
        for camera in &mut self.cameras {
            let new = NewCamera {
                unit,
                group: None,
                name: format!("camera {}", camera.number),
                place: "a street".into(),
                main_url: "rtsp://192.0.2.1/main".into(),
                sub_url: None,
                credentials: None,
                reach: Reach::default(),
                security_level: 1,
                floor_days: None,
            };
            let id = store.registry.create_camera(&cx, new).await?;
            camera.stream = StreamId { camera: id, profile: Profile::Main };
            self.truth.sends(camera.stream, camera.number);
        }
        if let [operator, administrator] = ids[..] {
            self.people = Some(People { operator, administrator });
        }
        Ok(())
    }

    fn cx_of(&self, person: PersonId, reason: &str) -> Cx {
        Cx {
            actor: Actor::Person(person),
            purpose: Purpose::Incident,
            legal_basis: LegalBasis::UnitDuty,
            case: None,
            note: Some(reason.into()),
            place: "192.0.2.7".into(),
            request: RequestId(uuid::Uuid::nil()),
            now: self.clock.wall(),
        }
    }

    /// A deletion that was begun and that a hold has stopped since.
    pub(super) fn is_held(error: Option<&store::Error>) -> bool {
        matches!(error, Some(store::Error::Conflict(text)) if text.contains("under a hold"))
    }

    /// A part of a day: what people do in it, and what became of it. Everything can end at any step.
    pub(super) async fn people_act(&mut self, store: &Store) -> Result<(), Broken> {
        let Some(people) = self.people else { return Ok(()) };
        self.settle(store).await?;
        if self.tampered {
            store.footage.rebuild_holds(&system_cx("check", self.clock.wall())).await?;
            self.tampered = false;
        }
        self.hold_findings(store, false).await?;
        match self.chance.below(6) {
            0 | 1 => self.place(store, people).await?,
            2 => self.lift(store, people).await?,
            3 => self.tamper_with_a_hold(store).await?,
            _ => {}
        }
        if !self.tampered {
            self.settle(store).await?;
        }
        Ok(())
    }

    async fn settle(&mut self, store: &Store) -> Result<(), Broken> {
        match store.settle_outbox(self.clock.wall()).await {
            Err(error) if self.disk_is_calm() && !self.disk.has_ended() => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// What `check` says of holds: nothing, or something after a sidecar was tampered with.
    async fn hold_findings(&self, store: &Store, expected: bool) -> Result<(), Broken> {
        let cx = system_cx("check", self.clock.wall());
        let findings = store.footage.hold_findings(&cx).await?;
        // A message that could not be carried out because the disk fails leaves the two apart, and is told as that.
        let is_settled = store.hold_reviews(&cx).await?.is_empty();
        hold(findings.is_empty() != expected || !is_settled, "the check is silent", || {
            format!("expected: {expected}, {findings:?}")
        })
    }

    /// What somebody needs kept: some time of the last weeks, or just what is being deleted.
    async fn wanted(&mut self, store: &Store) -> Result<Option<(StreamId, Span)>, Broken> {
        let pending = store.footage.pending_expiries().await?;
        let last = pending.last().and_then(|pending| Some((pending.stream, pending.files.last()?.span)));
        if let Some(going) = last.filter(|_| self.chance.coin()) {
            return Ok(Some(going));
        }
        let which = usize::try_from(self.chance.below(self.cameras.len() as u64)).unwrap_or(0);
        let now = self.clock.wall();
        let start = now.plus_us(-self.chance.between(HOUR_US, 20 * 24 * HOUR_US));
        let end = start.plus_us(self.chance.between(HOUR_US, 72 * HOUR_US)).min(now);
        Ok(self.cameras.get(which).map(|camera| (camera.stream, Span { start, end })))
    }

    async fn place(&mut self, store: &Store, people: People) -> Result<(), Broken> {
        let Some((stream, span)) = self.wanted(store).await? else { return Ok(()) };
        let new = NewHold {
            cameras: vec![stream.camera],
            span,
            review: None,
            document: "2026-17".into(),
            approver: None,
        };
        let cx = self.cx_of(people.operator, "a theft at the gate");
        // An end while it is answered: then nobody was promised anything.
        let id = store.registry.place_hold(&cx, new).await?;
        trace!(self.trace, "{} held: {span:?}", self.clock.true_us());
        self.truth.holds.all.push(Standing { id, stream, span, is_lifted: false, is_over: false });
        Ok(())
    }

    async fn lift(&mut self, store: &Store, people: People) -> Result<(), Broken> {
        let asks = self.cx_of(people.operator, "the case is closed");
        let agrees = self.cx_of(people.administrator, "agreed");
        let count = self.truth.holds.standing().count() as u64;
        let which = usize::try_from(self.chance.below(count)).unwrap_or(0);
        let Some(held) = self.truth.holds.standing().nth(which) else { return Ok(()) };
        match store.registry.ask_release(&asks, held.id, "").await {
            // Somebody asked before the last end.
            Ok(()) | Err(store::Error::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
        if self.chance.one_in(3) {
            // One person alone lifts nothing, however long it stands.
            return Ok(());
        }
        held.is_lifted = true;
        store.registry.approve_release(&agrees, held.id).await?;
        held.is_over = true;
        trace!(self.trace, "{} lifted: {:?}", self.clock.true_us(), held.span);
        Ok(())
    }

    /// A sidecar is lost or changed: row and record keep its footage, and `check` says so.
    async fn tamper_with_a_hold(&mut self, store: &Store) -> Result<(), Broken> {
        let files = self.disk.files_in(&self.media().join("holds"));
        let Some(file) = files.into_iter().find(|file| file.extension().is_some_and(|end| end == "hold"))
        else {
            return Ok(());
        };
        self.tampered = true;
        if self.chance.coin() {
            self.disk.lose(&file)
        } else {
            self.disk.tamper(&file, b"nothing")
        }
        trace!(self.trace, "{} a hold's sidecar is tampered with", self.clock.true_us());
        self.hold_findings(store, true).await
    }

    /// At the end: what was decided is carried out, and what stands keeps.
    pub(super) async fn holds_stand(&mut self, store: &Store) -> Result<(), Broken> {
        if self.people.is_none() {
            return Ok(());
        }
        let cx = system_cx("check", self.clock.wall());
        store.settle_outbox(self.clock.wall()).await?;
        store.footage.rebuild_holds(&cx).await?;
        self.hold_findings(store, false).await?;
        self.truth.heed(&self.disk)?;
        self.truth.held(store, &self.disk).await
    }
}

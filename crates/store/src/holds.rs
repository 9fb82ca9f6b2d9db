//! Carrying decisions about holds from the registry to the footage store, and what `check` says about both.
//!
//! A decision counts when it commits: `Store::plan_expiry` keeps what the registry holds even before the message has
//! arrived. Here nothing is decided.

use crate::footage::HoldDraft;
use crate::registry::{HoldState, Message};
use crate::{HoldRow, LeafIndex, Result, RowFinding, Store, system_cx};
use model::{CameraId, Cx, HoldId, Span, WallTime};

impl Store {
    /// Carries out what waits in the outbox, oldest first; returns how many messages are done. It may run twice at once.
    ///
    /// # Errors
    /// At the first message that cannot be carried out now; it and those behind it are tried again with the next call.
    pub async fn settle_outbox(&self, now: WallTime) -> Result<usize> {
        let cx = system_cx("hold", now);
        let mut done = 0;
        for (seq, message) in self.registry.outbox().await? {
            match message {
                Message::PlaceHold { hold, start_us, end_us, cameras, authority } => {
                    let hold: HoldId = hold.parse()?;
                    let draft = HoldDraft {
                        hold,
                        span: crate::convert::span_of(start_us, end_us)?,
                        cameras: cameras
                            .iter()
                            .map(|id| id.parse())
                            .collect::<std::result::Result<_, _>>()?,
                        authority: authority.parse()?,
                    };
                    let LeafIndex(leaf) = self.footage.place_hold(&cx, draft).await?;
                    self.registry.note_hold(hold, HoldState::Held, leaf).await?;
                }
                Message::ReleaseHold { hold, authority } => {
                    let hold: HoldId = hold.parse()?;
                    let LeafIndex(leaf) = self.footage.release_hold(&cx, hold, authority.parse()?).await?;
                    self.registry.note_hold(hold, HoldState::Released, leaf).await?;
                }
            }
            self.registry.outbox_done(seq, now).await?;
            done += 1;
        }
        Ok(done)
    }

    /// Holds whose review date has passed, and messages about holds that are still on their way: for `check` and the
    /// console's findings.
    pub async fn hold_reviews(&self, cx: &Cx) -> Result<Vec<RowFinding>> {
        let mut findings = Vec::new();
        for hold in self.overdue_holds(cx).await? {
            let problem = format!("its review was due on {}: keep it with a reason, or lift it", hold.review);
            findings.push(RowFinding { place: format!("hold {}", hold.id), problem });
        }
        for (seq, _) in self.registry.outbox().await? {
            let problem = "is decided and not carried out yet; it is tried every few seconds".to_owned();
            findings.push(RowFinding { place: format!("outbox {seq}"), problem });
        }
        Ok(findings)
    }

    /// Holds whose review date has passed, newest first.
    pub async fn overdue_holds(&self, cx: &Cx) -> Result<Vec<HoldRow>> {
        let query = crate::HoldQuery { active: Some(true), limit: 200, ..crate::HoldQuery::default() };
        let mut overdue = Vec::new();
        let mut page = self.registry.holds(cx, &query).await?;
        loop {
            overdue.extend(page.holds.into_iter().filter(|hold| hold.is_overdue(cx.now)));
            let Some(cursor) = page.next_cursor else { return Ok(overdue) };
            page =
                self.registry.holds(cx, &crate::HoldQuery { cursor: Some(cursor), ..query.clone() }).await?;
        }
    }

    /// Everything that keeps footage now: what the footage store says, and what the registry has decided.
    pub async fn holds_in_force(&self) -> Result<Vec<law::retention::Hold>> {
        let mut holds = self.footage.holds_in_force().await?;
        let decided: Vec<(Vec<CameraId>, Span)> = self.registry.held_spans().await?;
        holds.extend(decided.iter().flat_map(|(cameras, span)| crate::footage::of_cameras(cameras, *span)));
        Ok(holds)
    }
}

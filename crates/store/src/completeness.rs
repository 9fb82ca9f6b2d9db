//! Gaps of `footage.db` beside what `registry.db` says about them: where each stands, and explaining several at once.
//!
//! No transaction spans the two. A gap's record never changes, so what was read of it stays true while the registry's
//! transaction runs; its hash binds the two.

use crate::Store;
use crate::error::{Error, Result};
use crate::footage::{GapRow, LeafIndex};
use crate::registry::{
    EXPLAINED_GAPS_MAX, Explained, ExplainedGap, Explanation, Maintenance, NewExplanation,
};
use law::completeness::{Announced, GapState, Ground, HANDOVER_WITHIN_US, standing};
use ledger::record::record_hash;
use model::{CameraId, Cx, ExplanationId, GapCause, MaintenanceId, Profile, Span, StreamId};
use std::collections::HashMap;

/// Which gaps an explanation is about.
#[derive(Clone, Debug)]
pub enum GapChoice {
    /// These entries of the footage log; none may be explained already.
    Leaves(Vec<LeafIndex>),
    /// All gaps of these cameras that meet the span and that nobody has accounted for.
    Of { cameras: Vec<CameraId>, span: Span },
}

/// Where a gap stands, and by whose words.
#[derive(Clone, Debug)]
pub struct GapStanding {
    pub state: GapState,
    /// The newest explanation, whatever came of it.
    pub explanation: Option<Explanation>,
    /// The announcement that justifies it.
    pub maintenance: Option<MaintenanceId>,
}

impl Store {
    /// Where each of these gaps stands, in their order.
    pub async fn gap_standings(&self, cx: &Cx, gaps: &[GapRow]) -> Result<Vec<GapStanding>> {
        let Some(span) = gaps.iter().map(|gap| gap.span).reduce(hull) else { return Ok(Vec::new()) };
        let standings = self.standings(cx, span).await?;
        Ok(gaps.iter().map(|gap| standings.of(gap)).collect())
    }

    /// What people said about the gaps that meet a span: read once, asked for each gap.
    pub async fn standings(&self, cx: &Cx, span: Span) -> Result<Standings> {
        let explained = self.registry.explained(cx, span).await?;
        let windows = Windows::new(self.registry.maintenance(cx, span).await?);
        let (start, end) = (span.start.plus_us(-HANDOVER_WITHIN_US), span.end.plus_us(HANDOVER_WITHIN_US));
        let mut planned = HashMap::<StreamId, Vec<Span>>::new();
        for (stream, gap) in self.footage.short_planned(cx, Span { start, end }).await? {
            planned.entry(stream).or_default().push(gap);
        }
        Ok(Standings { explained, windows, planned })
    }

    /// Keeps what a person says about gaps that are recorded; returns the explanation and how many gaps it is about.
    ///
    /// # Errors
    /// `NotFound` when an entry is no gap; `Conflict` when one has an explanation that was not declined, or when no gap of
    /// the span is left to explain; `Refused` as `law::access` says.
    pub async fn explain_gaps(
        &self,
        cx: &Cx,
        choice: GapChoice,
        new: NewExplanation,
    ) -> Result<(ExplanationId, usize)> {
        let gaps = match choice {
            GapChoice::Leaves(leaves) => self.named(cx, &leaves).await?,
            GapChoice::Of { cameras, span } => self.unaccounted(cx, &cameras, span).await?,
        };
        if gaps.len() > EXPLAINED_GAPS_MAX {
            return Err(Error::invalid(
                "gaps",
                "are more than one explanation may be about; choose a shorter span",
            ));
        }
        let bind = |gap: &GapRow| ExplainedGap {
            leaf: gap.leaf,
            record_hash: record_hash(&gap.record),
            camera: gap.stream.camera,
            span: gap.span,
        };
        let bound: Vec<ExplainedGap> = gaps.iter().map(bind).collect();
        let count = bound.len();
        Ok((self.registry.explain(cx, bound, new).await?, count))
    }

    async fn named(&self, cx: &Cx, leaves: &[LeafIndex]) -> Result<Vec<GapRow>> {
        if leaves.is_empty() || leaves.len() > EXPLAINED_GAPS_MAX {
            return Err(Error::invalid("gaps", "are none, or more than one explanation may be about"));
        }
        let mut gaps = Vec::with_capacity(leaves.len());
        for leaf in leaves {
            gaps.push(self.footage.gap(cx, *leaf).await?.ok_or(Error::NotFound("gap"))?);
        }
        Ok(gaps)
    }

    async fn unaccounted(&self, cx: &Cx, cameras: &[CameraId], span: Span) -> Result<Vec<GapRow>> {
        let mut gaps = Vec::new();
        for &camera in cameras {
            for profile in Profile::RECORDED {
                gaps.extend(self.footage.gaps(cx, Some(StreamId { camera, profile }), span).await?);
            }
        }
        let standings = self.gap_standings(cx, &gaps).await?;
        let open = gaps
            .into_iter()
            .zip(standings)
            .filter(|(_, standing)| matches!(standing.state, GapState::Open | GapState::Declined));
        let open: Vec<GapRow> = open.map(|(gap, _)| gap).collect();
        if open.is_empty() {
            return Err(Error::Conflict("no gap of these cameras in this span is left to explain".into()));
        }
        Ok(open)
    }
}

fn hull(a: Span, b: Span) -> Span {
    Span { start: a.start.min(b.start), end: a.end.max(b.end) }
}

/// What people said about the gaps of a span.
pub struct Standings {
    explained: Explained,
    windows: Windows,
    /// Gaps as long as a handover, from an hour before to an hour after.
    planned: HashMap<StreamId, Vec<Span>>,
}

impl Standings {
    /// Where one gap of the span stands.
    pub fn of(&self, gap: &GapRow) -> GapStanding {
        let explanation = self.explained.of(gap.leaf, record_hash(&gap.record)).cloned();
        let judgement = explanation.as_ref().map(|found| found.judged.judgement());
        let (announced, ids) = self.windows.of(gap.stream.camera);
        let planned = self.planned_of(gap.stream);
        let (state, ground) = standing(gap.span, gap.cause, planned, judgement, announced);
        let maintenance = match ground {
            Some(Ground::Maintenance(place)) => ids.get(place).copied(),
            _ => None,
        };
        GapStanding { state, explanation, maintenance }
    }

    /// Where a gap stands that is still open: nobody can have explained it, and it may have been announced.
    pub fn of_open(&self, stream: StreamId, span: Span, cause: GapCause) -> GapState {
        standing(span, cause, self.planned_of(stream), None, self.windows.of(stream.camera).0).0
    }

    fn planned_of(&self, stream: StreamId) -> &[Span] {
        self.planned.get(&stream).map_or(&[], Vec::as_slice)
    }
}

/// Announced maintenance by camera.
struct Windows(HashMap<CameraId, (Vec<Announced>, Vec<MaintenanceId>)>);

impl Windows {
    fn new(list: Vec<Maintenance>) -> Self {
        let mut by_camera = HashMap::<CameraId, (Vec<Announced>, Vec<MaintenanceId>)>::new();
        for found in list {
            let announced = Announced { span: found.span, judgement: found.judged.judgement() };
            for camera in found.cameras {
                let (windows, ids) = by_camera.entry(camera).or_default();
                windows.push(announced);
                ids.push(found.id);
            }
        }
        Self(by_camera)
    }

    fn of(&self, camera: CameraId) -> (&[Announced], &[MaintenanceId]) {
        self.0.get(&camera).map_or((&[], &[]), |(windows, ids)| (windows, ids))
    }
}

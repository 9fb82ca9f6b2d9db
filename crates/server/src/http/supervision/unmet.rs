//! Targets of areas that were not met by the end of their year, as findings about the authority that set them (national-2016:5, :32).
//!
//! What a figure is, `figures` and `law` know; which targets somebody is told of, the store. The invariant kept: a target whose year is not
//! over, that is met or was taken back is never among them, and nothing says how far it is.

use super::super::{
    error::Answer,
    findings::start_of,
    types::{Finding, Named},
};
use super::{compliance::Looked, figures};
use crate::app::App;
use law::supervision::{AreaIndicator, Figures, TargetState, target_missed_words, target_state};
use model::{AuthorityId, Cx, WallTime};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use store::{AreaTargetRow, system_cx};
use uuid::Uuid;

/// Whether a target is met is counted once in so long: it goes by whole areas, and by years.
const JUDGED_US: i64 = 600_000_000;

/// One finding for each, for auditors; whoever supervises there or above is told how many by [`by_authority`].
pub(super) async fn found(app: &App, cx: &Cx) -> Answer<Vec<Finding>> {
    let missed = of(app, cx).await?.into_iter();
    Ok(missed
        .map(|row| {
            let words = target_missed_words(
                &row.authority.1,
                &row.division,
                row.indicator,
                (row.hundredths, row.year),
            );
            Finding {
                record: Some(Named { id: row.id.to_string(), name: row.authority.1.clone() }),
                code: Some("area_target_missed".into()),
                ..super::of_authority(app, cx, (&row.division, "area-targets"), over(&row), words)
            }
        })
        .collect())
}

/// How many each authority missed, and since when, as the reader may know.
pub(super) async fn by_authority(
    app: &App,
    cx: &Cx,
) -> Answer<BTreeMap<(AuthorityId, String), (u64, WallTime)>> {
    let mut all = BTreeMap::new();
    for row in of(app, cx).await? {
        let since = over(&row);
        let (count, first) = all.entry(row.authority).or_insert((0, since));
        (*count, *first) = (*count + 1, since.min(*first));
    }
    Ok(all)
}

/// When its year was over at the units.
fn over(row: &AreaTargetRow) -> WallTime {
    start_of(&format!("{:04}-01-01", row.year + 1)).unwrap_or(row.at)
}

async fn of(app: &App, cx: &Cx) -> Answer<Vec<AreaTargetRow>> {
    let mut past = app.registry().past_area_targets(cx).await?;
    if !past.is_empty() {
        let missed = missed(app).await?;
        past.retain(|row| missed.contains(&row.id));
    }
    Ok(past)
}

/// Everybody's, whoever asks.
async fn missed(app: &App) -> Answer<Arc<HashSet<Uuid>>> {
    let all = system_cx("supervision", app.now());
    let past = app.registry().past_area_targets(&all).await?;
    let ids = past.iter().map(|row| row.id).collect();
    let key = (all.now.0.div_euclid(JUDGED_US), ids);
    if let Some(missed) = app.missed_targets().get(&key) {
        return Ok(missed);
    }
    let looked = Looked::as_swept(app).await?;
    let authorities = app.registry().authorities(&all).await?;
    let authorities: HashMap<AuthorityId, _> = authorities.into_iter().map(|one| (one.id, one)).collect();
    let mut by = BTreeMap::<AuthorityId, Vec<AreaTargetRow>>::new();
    for row in past {
        by.entry(row.authority.0).or_default().push(row);
    }
    let (mut missed, this_year) = (HashSet::new(), app.registry().today(all.now).year());
    for (id, rows) in by {
        let Some(authority) = authorities.get(&id) else { continue };
        let measured = rows.iter().any(|row| row.indicator == AreaIndicator::Available);
        let seen = figures::seen(app, authority, &looked, measured).await?;
        let mut counted = HashMap::<String, Figures>::new();
        for row in rows {
            let of = counted
                .entry(row.division.clone())
                .or_insert_with(|| figures::part_of(authority, &row.division, &looked, &seen));
            let stands = row.indicator.of(of);
            if target_state(row.hundredths, stands, row.year, this_year) == TargetState::Missed {
                missed.insert(row.id);
            }
        }
    }
    Ok(app.missed_targets().keep(key, missed))
}

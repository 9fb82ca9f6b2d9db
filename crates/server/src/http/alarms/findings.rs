//! What is found of alarms: high ones that nobody acknowledged within their unit's term. It goes when somebody does.

use super::super::{
    error::Answer,
    findings::finding,
    names::UnitNames,
    types::{Finding, FindingKind},
};
use crate::app::App;
use law::alarm::{EVENTS_CONTROL, overdue_words};
use model::Cx;

/// Of one's units, one for each.
pub async fn found(app: &App, cx: &Cx) -> Answer<Vec<Finding>> {
    let overdue = app.registry().overdue_alarms(cx).await?;
    let mut found = Vec::with_capacity(overdue.len());
    if overdue.is_empty() {
        return Ok(found);
    }
    let names = UnitNames::load(app, cx).await?;
    for one in overdue {
        let article = app.registry().alarm_article(cx, one.unit, EVENTS_CONTROL).await?;
        let pack = article.split_once(':').map(|(pack, _)| pack.to_owned()).filter(|pack| pack != "unit");
        let (code, control) = (Some("alarm_overdue".to_owned()), Some(EVENTS_CONTROL.to_owned()));
        let (record, count) = (one.unit.map(|unit| names.of(unit)), one.count);
        let about = overdue_words(count);
        found.push(Finding {
            record,
            code,
            pack,
            control,
            count,
            ..finding(FindingKind::Alarm, &article, None, one.since, about)
        });
    }
    Ok(found)
}

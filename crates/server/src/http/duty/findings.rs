//! What is found of duty watch: a room without the persons that it needs, a required post that is empty, a report without its acknowledgement. Each goes by itself.

use super::super::{
    error::Answer,
    findings::finding,
    types::{Finding, FindingKind, Named},
};
use super::clock;
use crate::app::App;
use law::Words;
use law::duty::{
    ACKNOWLEDGED_US_MAX, is_unacknowledged, unacknowledged_words, unfilled_words, unmanned_words,
};
use model::{Cx, WallTime};
use std::collections::HashMap;
use store::DutyRoom;
use uuid::Uuid;

/// Of the rooms of one's units.
pub async fn found(app: &App, cx: &Cx) -> Answer<Vec<Finding>> {
    let (now, mut found) = (app.now(), Vec::new());
    let rooms: HashMap<Uuid, DutyRoom> =
        app.registry().duty_rooms(cx).await?.into_iter().map(|room| (room.id, room)).collect();
    for room in rooms.values().filter(|room| room.closed.is_none()) {
        let lacking = clock::found_in(app, cx, room).await?;
        if let Some(open) = lacking.persons {
            let about = unmanned_words(open.missing);
            found.push(
                of_room(app, cx, room, ("unmanned-shift", "duty_unmanned"), (open.span.start, about)).await?,
            );
        }
        for (post, open) in lacking.posts {
            let about = unfilled_words(post, open.missing);
            let which = ("unmanned-shift", "duty_post_empty");
            found.push(of_room(app, cx, room, which, (open.span.start, about)).await?);
        }
    }
    if rooms.is_empty() {
        return Ok(found);
    }
    for report in app.registry().duty_reports(cx, None).await? {
        let Some(room) = rooms.get(&report.room) else { continue };
        if is_unacknowledged(report.sent, report.acknowledged.is_some(), now) {
            let (since, about) = (report.sent.plus_us(ACKNOWLEDGED_US_MAX), unacknowledged_words());
            let which = ("suspicion-report", "report_unacknowledged");
            let one = of_room(app, cx, room, which, (since, about)).await?;
            let evidence = vec![Named { id: report.id.to_string(), name: room.name.clone() }];
            found.push(Finding { evidence, ..one });
        }
    }
    found.sort_by_key(|one| one.since_ms);
    Ok(found)
}

async fn of_room(
    app: &App,
    cx: &Cx,
    room: &DutyRoom,
    (control, code): (&str, &str),
    (since, about): (WallTime, (Words, Words)),
) -> Answer<Finding> {
    let article = app.registry().duty_article(cx, room.unit, control).await?;
    let pack = article.split_once(':').map(|(pack, _)| pack.to_owned()).filter(|pack| pack != "unit");
    let record = Some(Named { id: room.id.to_string(), name: room.name.clone() });
    let (code, control) = (Some(code.to_owned()), Some(control.to_owned()));
    Ok(Finding { record, code, pack, control, ..finding(FindingKind::Duty, &article, None, since, about) })
}

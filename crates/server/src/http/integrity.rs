//! What the server runs as: digests, what changed since the last start, announcements and explanations.
//!
//! It decides and measures nothing: `law::integrity` judges, `crate::integrity` measures, `store` writes each step with its entry.

use super::{
    auth::Signed,
    convert::id_of,
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    findings::finding,
    types::{
        EntryRef, Finding, FindingKind, Integrity, MeasuredSetting, MeasuredSoftware, Named, PartQuery,
        Problem, ProgramFile, RunningSoftware, SoftwareAnnouncement, SoftwareAnnouncementRequest,
        SoftwareChange, SoftwareExplanationRequest, SoftwareHow, SoftwarePart, SoftwareWord,
    },
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use law::integrity::{
    ANNOUNCED_DAYS_MAX, ARTICLE, CONTROL, How, LOG_CONTROL, Measured, OnDisk, altered_words,
};
use model::{Act, Cx, Hash, WallTime};
use store::{Hand, NewSoftwareAnnouncement, measured_digest};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The finding's word.
const CODE: &str = "software_changed";

/// Every route of what runs.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(announce)).routes(routes!(explain))
}

/// What runs, what is announced, and what changed.
#[utoipa::path(
    get, path = "/api/integrity", tag = "health", params(PartQuery),
    responses((status = 200, body = Integrity, description = "As measured, with a page of the changes, newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<PartQuery>,
) -> Answer<axum::Json<Integrity>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadHealth, Vec::new()).await?;
    let looked = app.registry().looked_on_disk().await?;
    let running = app.running().map(|running| RunningSoftware {
        measured: measured(&running.measured),
        started_ms: running.started.as_ms(),
        looked_ms: looked.map(WallTime::as_ms),
        file: file(running.on_disk()),
    });
    let announcement = app.registry().software_announcement(&cx).await?;
    let announcement = announcement.filter(|one| cx.now < one.announced.until).map(announcement_shape);
    let part = app.registry().software_changes(&cx, &query.into()).await?.map(change_shape);
    Ok(axum::Json(Integrity {
        running,
        announcement,
        unexplained: app.registry().unexplained_software().await?.map_or(0, |found| found.count),
        announced_days_max: ANNOUNCED_DAYS_MAX,
        changes: part.rows,
        next_cursor: part.next_cursor,
        total: part.total,
    }))
}

/// Announce that program or settings will be changed.
///
/// It covers the next change of what it names, once, and takes the place of the one before.
#[utoipa::path(
    post, path = "/api/integrity/announcements", tag = "health", request_body = SoftwareAnnouncementRequest,
    responses((status = 201, body = SoftwareAnnouncement, description = "In the ledger, and it counts"), (status = 403, body = Problem, description = "Refused: no reason, or without the post"))
)]
pub async fn announce(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<SoftwareAnnouncementRequest>,
) -> Answer<(StatusCode, axum::Json<SoftwareAnnouncement>)> {
    let cx = Cx { note: Some(body.reason), ..signed.cx(&app) };
    let expected = body.expected_sha256.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let expected = expected.map(|text| {
        text.parse::<Hash>().map_err(|_| Failure::invalid("expected_sha256", "is not 64 hexadecimal digits"))
    });
    let new = NewSoftwareAnnouncement {
        program: body.what != SoftwarePart::Settings,
        settings: body.what != SoftwarePart::Program,
        expected: expected.transpose()?,
        days: body.days,
    };
    app.registry().announce_software(&cx, new).await?;
    let made = app.registry().software_announcement(&cx).await?;
    let made = made.ok_or_else(|| Failure::not_found("announcement"))?;
    Ok((StatusCode::CREATED, axum::Json(announcement_shape(made))))
}

/// Explain a change that nobody had announced.
#[utoipa::path(
    post, path = "/api/integrity/changes/{id}/explanation", tag = "health", request_body = SoftwareExplanationRequest,
    params(("id" = String, Path, description = "Id of the change")),
    responses((status = 200, body = SoftwareChange, description = "In the ledger; the finding closes"), (status = 403, body = Problem, description = "Refused: no reason, or without the post"), (status = 409, body = Problem, description = "It is explained already, or needs none"))
)]
pub async fn explain(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<SoftwareExplanationRequest>,
) -> Answer<axum::Json<SoftwareChange>> {
    let id = id_of(&id, "change of the program or its settings")?;
    let cx = Cx { note: Some(body.reason), ..signed.cx(&app) };
    app.registry().explain_software(&cx, id).await?;
    Ok(axum::Json(change_shape(app.registry().software_change(id).await?)))
}

/// Changes that nobody explained: one finding of the whole installation.
pub(super) async fn found(app: &App) -> Answer<Option<Finding>> {
    Ok(app.registry().unexplained_software().await?.map(|found| Finding {
        code: Some(CODE.to_owned()),
        pack: ARTICLE.split_once(':').map(|(pack, _)| pack.to_owned()),
        control: Some(CONTROL.to_owned()),
        severity: Some(found.severity().as_str().to_owned()),
        count: found.count,
        ..finding(FindingKind::Integrity, ARTICLE, None, found.since, found.words())
    }))
}

/// Logs whose entries are not what was signed (national-2025:15): of each the count and the first numbers.
pub(super) async fn altered(app: &App) -> Answer<Vec<Finding>> {
    let altered = app.store().altered_logs().await?.into_iter();
    Ok(altered
        .map(|one| Finding {
            code: Some(format!("{}_log_altered", one.log.as_str())),
            pack: ARTICLE.split_once(':').map(|(pack, _)| pack.to_owned()),
            control: Some(LOG_CONTROL.to_owned()),
            severity: Some(law::detect::Severity::Breach.as_str().to_owned()),
            count: one.count,
            ..finding(
                FindingKind::Integrity,
                ARTICLE,
                None,
                one.since,
                altered_words(one.log == store::LogName::Access, one.count, &one.places),
            )
        })
        .collect())
}

fn file(seen: OnDisk) -> ProgramFile {
    match seen {
        OnDisk::AsItRuns => ProgramFile::AsItRuns,
        OnDisk::Other(_) => ProgramFile::Other,
        OnDisk::Gone => ProgramFile::Gone,
    }
}

fn measured(of: &Measured) -> MeasuredSoftware {
    let setting =
        |(name, digest): (&String, &Hash)| MeasuredSetting { name: name.clone(), digest: digest.to_string() };
    MeasuredSoftware {
        version: of.version.clone(),
        program: of.program.to_string(),
        console: of.console.to_string(),
        packs: of.packs.to_string(),
        own_packs: of.own_packs.to_string(),
        settings: of.settings.iter().map(setting).collect(),
        whole: measured_digest(of).to_string(),
    }
}

fn word((reason, by): (String, Hand)) -> SoftwareWord {
    SoftwareWord {
        reason,
        by: Named { id: by.person.to_string(), name: by.name },
        at_ms: by.at.as_ms(),
        entry: EntryRef::access(by.entry),
    }
}

fn announcement_shape(one: store::SoftwareAnnouncement) -> SoftwareAnnouncement {
    let what = match (one.announced.program, one.announced.settings) {
        (true, true) => SoftwarePart::Both,
        (true, false) => SoftwarePart::Program,
        (false, _) => SoftwarePart::Settings,
    };
    SoftwareAnnouncement {
        id: one.id.to_string(),
        what,
        expected_sha256: one.announced.expected.map(|expected| expected.to_string()),
        until_ms: one.announced.until.as_ms(),
        said: word((one.reason, one.by)),
    }
}

fn change_shape(change: store::SoftwareChange) -> SoftwareChange {
    let names = |parts: &[law::integrity::Part]| parts.iter().map(|part| part.name().to_owned()).collect();
    SoftwareChange {
        id: change.id.to_string(),
        at_ms: change.at.as_ms(),
        entry: EntryRef::access(change.entry),
        while_running: change.while_running,
        how: match change.how {
            How::First => SoftwareHow::First,
            How::Announced => SoftwareHow::Announced,
            How::FoundBefore => SoftwareHow::FoundBefore,
            How::Unannounced => SoftwareHow::Unannounced,
            How::OtherThanAnnounced => SoftwareHow::OtherThanAnnounced,
        },
        parts: names(&change.parts),
        uncovered: names(&change.uncovered),
        program: change.program.map(|program| program.to_string()),
        measured: change.measured.as_ref().map(measured),
        before: change.before.as_ref().map(measured),
        needs_explanation: change.how.needs_explanation() && change.explained.is_none(),
        announced: change.announced.map(word),
        explained: change.explained.map(word),
    }
}

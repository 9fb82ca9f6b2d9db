//! Both logs for those who may read them: entries in plain, and everything that lets a program recompute their place
//! in what was signed. Nothing here checks a proof: the reader does.

use super::{
    auth::{LogReader, Signed},
    error::{Answer, Failure},
    extract::{Path, Query},
    names::CameraNames,
    types::{
        AccessEntries, AccessEntry, AccessProof, AccessQuery, BatchProof, Bilingual, EntryClass,
        FootageEntries, FootageEntry, FootageKind, FootageProof, FootageQuery, LedgerKeys, LogName, Named,
        Outcome, Problem, RestoredMinutes, Served,
    },
};
use crate::app::App;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use ledger::{
    access::{AccessRecord, Cameras, Class, Outcome as Recorded},
    record::{Entry, EntryKind},
};
use model::{Act, CameraId, Hash, Profile, StreamId, WallTime};
use store::{EntryIndex, LeafIndex};

const MINUTE_MS: i64 = 60_000;
/// Entries on a page when the request does not say.
const LIMIT: u32 = 100;

/// Entries of the access log.
#[utoipa::path(
    get, path = "/api/ledger/access", tag = "ledger", params(AccessQuery),
    responses((status = 200, body = AccessEntries, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn access(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<AccessQuery>,
) -> Answer<axum::Json<AccessEntries>> {
    let before = query.cursor.as_deref().map(|cursor| cursor.parse().map(EntryIndex)).transpose();
    let asked = store::AccessQuery {
        text: query.query,
        act: query.kind.map(Into::into),
        person: query.person.as_deref().map(str::parse).transpose()?,
        camera: query.camera.as_deref().map(str::parse).transpose()?,
        from: query.from_ms.map(WallTime::from_ms),
        to: query.to_ms.map(WallTime::from_ms),
        refers_to: query.refers_to.map(EntryIndex),
        before: before.map_err(|_| Failure::invalid("cursor", "is not one that a page gave"))?,
        limit: query.limit.unwrap_or(LIMIT),
    };
    let page = app.store().access_entries(&signed.cx(&app), &asked).await?;
    let restored = app.store().restored_minutes().await?.into_iter().map(|run| RestoredMinutes {
        from_ms: run.minutes.0 * MINUTE_MS,
        to_ms: (run.minutes.1 + 1) * MINUTE_MS,
        minutes: run.count,
        first_leaf: run.leaves.0,
        end_leaf: run.leaves.1,
    });
    let restored = restored.collect();
    let names = CameraNames::load(&app).await?;
    Ok(axum::Json(AccessEntries {
        entries: page.entries.iter().map(|entry| access_shape(entry, &names)).collect(),
        next_cursor: page.next.map(|index| index.0.to_string()),
        size: page.size,
        restored,
    }))
}

/// One entry of the access log with its proof.
#[utoipa::path(
    get, path = "/api/ledger/access/{index}", tag = "ledger", params(("index" = u64, Path, description = "Entry index")),
    responses((status = 200, body = AccessProof, description = "All that is needed to recompute it"), (status = 404, body = Problem, description = "No such entry"))
)]
pub async fn access_entry(
    State(app): State<App>,
    signed: Signed,
    Path(index): Path<u64>,
) -> Answer<axum::Json<AccessProof>> {
    let proof = app.store().access_entry(&signed.cx(&app), EntryIndex(index)).await?;
    let names = CameraNames::load(&app).await?;
    let (record_b64, salt_hex) = match &proof.opened {
        Some((record, salt)) => (Some(BASE64.encode(record)), Some(hex(salt))),
        None => (None, None),
    };
    let batch = proof.batch.as_ref();
    Ok(axum::Json(AccessProof {
        entry: access_shape(&proof.entry, &names),
        record_b64,
        salt_hex,
        leaf_b64: BASE64.encode(&proof.leaf_bytes),
        commitment_hex: proof.entry.leaf.commitment.to_string(),
        batch: batch.map(|batch| BatchProof {
            minute: batch.minute,
            index_in_batch: batch.index.into(),
            size: batch.width.into(),
            proof: hex_all(&batch.hashes),
        }),
        batch_leaf_index: batch.map(|batch| batch.leaf_index),
        batch_leaf_b64: batch.map(|batch| BASE64.encode(batch.leaf.encode())),
        inclusion: proof.inclusion.as_ref().map(|proof| hex_all(&proof.hashes)).unwrap_or_default(),
        checkpoint: proof.inclusion.map(|proof| proof.checkpoint.note),
    }))
}

/// Entries of the footage log.
#[utoipa::path(
    get, path = "/api/ledger/footage", tag = "ledger", params(FootageQuery),
    responses((status = 200, body = FootageEntries, description = "Newest first"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn footage(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<FootageQuery>,
) -> Answer<axum::Json<FootageEntries>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadLedger, Vec::new()).await?;
    let camera: Option<CameraId> = query.camera.as_deref().map(str::parse).transpose()?;
    let stream = camera.map(|camera| StreamId { camera, profile: Profile::Main });
    let before: Option<u64> = query
        .cursor
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|_| Failure::invalid("cursor", "is not one that a page gave"))?;
    let limit = query.limit.unwrap_or(LIMIT).clamp(1, 500);
    let found = app
        .store()
        .footage_entries(&cx, stream, before.map(LeafIndex), limit, query.ticks.unwrap_or(false))
        .await?;
    let names = CameraNames::seen_by(&app, &cx).await?;
    let last = found.last().filter(|_| found.len() == limit as usize).map(|entry| entry.leaf.0.to_string());
    Ok(axum::Json(FootageEntries {
        // Records of other units' cameras are theirs to audit; the page goes on behind them.
        entries: found.iter().filter_map(|entry| footage_shape(entry, &names)).collect(),
        next_cursor: last,
        size: app.store().log_size(store::LogName::Footage).await?,
    }))
}

/// One entry of the footage log with its proof.
#[utoipa::path(
    get, path = "/api/ledger/footage/{index}", tag = "ledger", params(("index" = u64, Path, description = "Leaf index")),
    responses((status = 200, body = FootageProof, description = "All that is needed to recompute it"), (status = 404, body = Problem, description = "No such entry"))
)]
pub async fn footage_entry(
    State(app): State<App>,
    signed: Signed,
    Path(index): Path<u64>,
) -> Answer<axum::Json<FootageProof>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadLedger, Vec::new()).await?;
    let found = app.store().footage_entry(&cx, LeafIndex(index)).await?;
    let names = CameraNames::seen_by(&app, &cx).await?;
    let shape = footage_shape(&found, &names).ok_or_else(|| Failure::not_found("entry"))?;
    let proof = match app.store().inclusion(store::LogName::Footage, index).await {
        Ok(proof) => Some(proof),
        Err(store::Error::NotFound(_)) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(axum::Json(FootageProof {
        entry: shape,
        record_b64: BASE64.encode(&found.bytes),
        inclusion: proof.as_ref().map(|proof| hex_all(&proof.hashes)).unwrap_or_default(),
        checkpoint: proof.map(|proof| proof.checkpoint.note),
    }))
}

/// The logs' public keys, to be pinned.
#[utoipa::path(get, path = "/api/ledger/keys", tag = "ledger", responses((status = 200, body = LedgerKeys, description = "Verifier keys")))]
pub async fn keys(State(app): State<App>, signed: Signed) -> Answer<axum::Json<LedgerKeys>> {
    app.registry().admit_reading(&signed.cx(&app), Act::ReadLedger, Vec::new()).await?;
    Ok(axum::Json(LedgerKeys {
        footage_vkey: app.store().vkey(store::LogName::Footage),
        access_vkey: app.store().vkey(store::LogName::Access),
    }))
}

/// The newest checkpoint of a log (C2SP tlog-checkpoint), with the cosignatures that have come.
#[utoipa::path(
    get, path = "/ledger/{log}/checkpoint", tag = "ledger", params(("log" = LogName, Path, description = "Which log")),
    responses((status = 200, description = "A signed note", content_type = "text/plain"), (status = 404, body = Problem, description = "Nothing published yet"))
)]
pub async fn checkpoint(
    State(app): State<App>,
    reader: LogReader,
    Path(log): Path<LogName>,
) -> Answer<Response> {
    reader.admit(&app, log.into()).await?;
    let checkpoint =
        app.store().checkpoint(log.into()).await?.ok_or_else(|| Failure::not_found("checkpoint"))?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], checkpoint.note).into_response())
}

/// A tile or entry bundle of a log (C2SP tlog-tiles).
#[utoipa::path(
    get, path = "/ledger/{log}/tile/{*path}", tag = "ledger",
    params(("log" = LogName, Path, description = "Which log"), ("path" = String, Path, description = "For example 0/x001/067.p/8 or entries/000")),
    responses((status = 200, description = "Hashes or entries", content_type = "application/octet-stream"), (status = 404, body = Problem, description = "Not in the published tree"))
)]
pub async fn tile(
    State(app): State<App>,
    reader: LogReader,
    Path((log, path)): Path<(LogName, String)>,
) -> Answer<Response> {
    reader.admit(&app, log.into()).await?;
    let bytes = app.store().tile(log.into(), &format!("tile/{path}")).await?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response())
}

impl From<LogName> for store::LogName {
    fn from(log: LogName) -> Self {
        match log {
            LogName::Footage => Self::Footage,
            LogName::Access => Self::Access,
        }
    }
}

impl From<Class> for EntryClass {
    fn from(class: Class) -> Self {
        match class {
            Class::Viewing => Self::Viewing,
            Class::HandingOut => Self::HandingOut,
            Class::Registry => Self::Registry,
            Class::SignIn => Self::SignIn,
            Class::Refusal => Self::Refusal,
            Class::System => Self::System,
        }
    }
}

pub(super) fn access_shape(entry: &store::AccessEntry, names: &CameraNames) -> AccessEntry {
    let blank = AccessEntry::blank(entry.index.0, entry.class.into(), entry.published);
    match &entry.record {
        Some(record) => opened_shape(blank, record, names),
        None => blank,
    }
}

fn opened_shape(blank: AccessEntry, record: &AccessRecord, names: &CameraNames) -> AccessEntry {
    let words = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let acting = &record.acting;
    AccessEntry {
        time_ms: Some(record.time.as_ms()),
        kind: Some(record.kind.into()),
        person: acting
            .person
            .map(|person| Named { id: person.to_string(), name: acting.display_name.clone() }),
        account: acting.account.clone(),
        post: acting.post.clone(),
        cameras: match &record.cameras {
            Cameras::Listed(cameras) => cameras.iter().map(|camera| names.of(*camera)).collect(),
            Cameras::Digest { .. } => Vec::new(),
        },
        cameras_count: record.cameras.count() as u64,
        span: record.span.map(|span| [span.start.as_ms(), span.end.as_ms()]),
        purpose: Some(record.purpose.into()),
        legal_basis: Some(record.legal_basis.into()),
        case: record.case.map(|case| case.to_string()),
        approver: words(&record.approver),
        place: record.place.clone(),
        note: words(&record.note),
        text: words(&record.extra),
        outcome: outcome(&record.outcome),
        refers_to: record.refers_to,
        served: record.served.map(|served| Served {
            units: served.units,
            bytes: served.bytes,
            profile: served.profile.into(),
            from_ms: served.from.as_ms(),
            to_ms: served.to.as_ms(),
        }),
        recipient: words(&record.recipient),
        subject: record.subject.map(|subject| subject.to_string()),
        ..blank
    }
}

/// The record keeps one language; the same words stand for both until it keeps two.
fn outcome(recorded: &Recorded) -> Outcome {
    let both = |text: &String| Some(Bilingual { zh: text.clone(), en: text.clone() });
    match recorded {
        Recorded::Permitted => Outcome { permitted: true, article: None, reason: None, remedy: None },
        Recorded::Refused { article, reason, remedy } => Outcome {
            permitted: false,
            article: Some(article.clone()),
            reason: both(reason),
            remedy: both(remedy),
        },
    }
}

/// `None`: none of its cameras is the reader's.
fn footage_shape(found: &store::FootageEntry, names: &CameraNames) -> Option<FootageEntry> {
    let own: Vec<Named> = match &found.entry {
        Some(Entry::Hold(hold)) => {
            hold.cameras.iter().filter(|camera| names.has(**camera)).map(|camera| names.of(*camera)).collect()
        }
        _ => found.stream.iter().filter(|s| names.has(s.camera)).map(|s| names.of(s.camera)).collect(),
    };
    let kind = kind_of(found.kind());
    let (seq, span, bytes, cause) = match &found.entry {
        Some(Entry::Segment(segment)) => {
            (Some(segment.stream_seq), Some(segment.span), Some(segment.file_bytes), None)
        }
        Some(Entry::Gap(gap)) => (Some(gap.stream_seq), Some(gap.span), None, Some(gap.cause.into())),
        Some(Entry::Loss(loss)) => {
            (Some(loss.first_seq), Some(loss.span), None, Some(model::GapCause::Us.into()))
        }
        Some(Entry::Expiry(expiry)) => (None, None, Some(expiry.file_bytes), None),
        Some(Entry::Hold(hold)) => (None, Some(hold.span), None, None),
        Some(Entry::Tick(tick)) => (None, Some(model::Span { start: tick.wall, end: tick.wall }), None, None),
        None => (None, None, None, None),
    };
    let hold_id = match &found.entry {
        Some(Entry::Hold(hold)) => Some(hold.hold.to_string()),
        _ => None,
    };
    // A tick and a new origin are about the recorder, and everybody's who may read the log.
    if own.is_empty() && !matches!(kind, FootageKind::Tick | FootageKind::Origin) {
        return None;
    }
    Some(FootageEntry {
        index: found.leaf.0,
        kind,
        camera: own.first().cloned(),
        profile: found.stream.map(|stream| stream.profile.into()),
        cameras: hold_id.is_some().then_some(own),
        hold_id,
        seq,
        from_ms: span.map(|span| span.start.as_ms()),
        to_ms: span.map(|span| span.end.as_ms()),
        bytes,
        cause,
        published: found.published,
    })
}

fn kind_of(kind: Option<EntryKind>) -> FootageKind {
    match kind {
        Some(EntryKind::Segment) => FootageKind::Segment,
        Some(EntryKind::Gap) => FootageKind::Gap,
        Some(EntryKind::ExpiryIntent) => FootageKind::ExpiryIntent,
        Some(EntryKind::ExpiryDone) => FootageKind::ExpiryDone,
        Some(EntryKind::HoldPlaced) => FootageKind::HoldPlaced,
        Some(EntryKind::HoldReleased) => FootageKind::HoldReleased,
        Some(EntryKind::Tick) => FootageKind::Tick,
        Some(EntryKind::Loss) => FootageKind::Loss,
        None => FootageKind::Origin,
    }
}

fn hex(bytes: &[u8; 32]) -> String {
    Hash(*bytes).to_string()
}

fn hex_all(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(ToString::to_string).collect()
}

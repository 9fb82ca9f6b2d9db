//! Reminders over HTTP: one's own, how one wants them, the installation's mail server and units' webhooks.
//!
//! Invariants: nobody reads or sets another person's; a test's entry is on disk before the test leaves; a secret is shown once.

use super::{
    auth::Signed,
    convert::id_of,
    error::{Answer, Failure},
    extract::{Json, Path},
    findings::finding,
    names::UnitNames,
    types::{
        EntryRef, Finding, FindingKind, MailServer, MailServerRequest, Named, OwnReminders, Problem,
        ReadUntil, Reminder, ReminderChannels, ReminderLine, ReminderTest, ReminderWish, Webhook,
        WebhookRequest, WebhookSecret,
    },
};
use crate::{app::App, reminders};
use axum::{extract::State, http::StatusCode};
use law::remind::{CAUSED_CODE, FAILING_US_MAX, RULE, Wish, failing_words, too_many};
use model::{Act, Cx, Hash, Personal, Secret, WallTime};
use sha2::{Digest as _, Sha256};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of reminders.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(own, set_own))
        .routes(routes!(read))
        .routes(routes!(test_mail))
        .routes(routes!(channels))
        .routes(routes!(set_mail, remove_mail))
        .routes(routes!(add_webhook))
        .routes(routes!(end_webhook))
        .routes(routes!(renew_secret))
        .routes(routes!(test_webhook))
}

/// One's own reminders, and how one wants them.
#[utoipa::path(get, path = "/api/me/reminders", tag = "session", responses((status = 200, body = OwnReminders, description = "Newest first")))]
pub async fn own(State(app): State<App>, signed: Signed) -> Answer<axum::Json<OwnReminders>> {
    let cx = signed.cx(&app);
    let own = app.registry().own_reminders(&cx).await?;
    let wish = own.wish;
    Ok(axum::Json(OwnReminders {
        wish: ReminderWish {
            hour: wish.wish.hour,
            days: wish.wish.days,
            breaches: wish.wish.breaches,
            mail: wish.mail,
            address: wish.address.map_or_else(String::new, |address| address.reveal().clone()),
        },
        mail_possible: app.registry().mail_server(&cx).await?.is_some(),
        unread: own.unread,
        reminders: own.reminders.into_iter().map(reminder).collect(),
    }))
}

/// Say how one wants to be reminded.
#[utoipa::path(
    put, path = "/api/me/reminders", tag = "session", request_body = ReminderWish,
    responses((status = 204, description = "In the ledger, without the address"), (status = 400, body = Problem, description = "A field is wrong; which, is said"), (status = 429, body = Problem, description = "Too many messages were caused within the hour; how many, is said"))
)]
pub async fn set_own(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<ReminderWish>,
) -> Answer<StatusCode> {
    let caused = if body.mail { Caused::now(&app, &signed, &body.address) } else { Caused::Nothing };
    let wish = store::ReminderWish {
        wish: Wish { hour: body.hour, days: body.days, breaches: body.breaches },
        mail: body.mail,
        address: Some(Personal::new(body.address)),
    };
    let set = app.registry().set_reminder_wish(&signed.cx(&app), wish, caused.refusal()).await;
    set.map_err(|error| caused.too_often(error))?;
    app.ring_reminders();
    Ok(StatusCode::NO_CONTENT)
}

/// Mark one's reminders as read, up to a time.
#[utoipa::path(
    post, path = "/api/me/reminders/read", tag = "session", request_body = ReadUntil,
    responses((status = 204, description = "In the ledger"))
)]
pub async fn read(State(app): State<App>, signed: Signed, Json(body): Json<ReadUntil>) -> Answer<StatusCode> {
    // A page shows whole milliseconds.
    let until = WallTime::from_ms(body.until_ms.saturating_add(1)).plus_us(-1);
    app.registry().read_reminders(&signed.cx(&app), until).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a test message to one's own address.
#[utoipa::path(
    post, path = "/api/me/reminders/test", tag = "session",
    responses((status = 200, body = ReminderTest, description = "With the mail server's own answer"), (status = 409, body = Problem, description = "There is no address of one's own"), (status = 429, body = Problem, description = "Too many messages were caused within the hour; how many, is said"))
)]
pub async fn test_mail(State(app): State<App>, signed: Signed) -> Answer<axum::Json<ReminderTest>> {
    let cx = signed.cx(&app);
    let address = app.registry().own_mail_address(&cx).await?;
    let caused = Caused::now(&app, &signed, address.reveal());
    let entered = app.registry().enter_mail_test(&cx, caused.refusal()).await;
    let language = entered.map_err(|error| caused.too_often(error))?;
    let came = reminders::test_mail(&app, &address, &language).await?;
    Ok(axum::Json(ReminderTest { taken: came.taken, answer: came.answer }))
}

/// The mail server, and webhooks of one's units.
#[utoipa::path(
    get, path = "/api/reminder-channels", tag = "health",
    responses((status = 200, body = ReminderChannels, description = "Without any secret"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn channels(State(app): State<App>, signed: Signed) -> Answer<axum::Json<ReminderChannels>> {
    let cx = signed.cx(&app);
    app.registry().admit_reading(&cx, Act::ReadHealth, Vec::new()).await?;
    let names = UnitNames::load(&app, &cx).await?;
    let mail = app.registry().mail_server(&cx).await?.map(|server| MailServer {
        host: server.host,
        port: server.port,
        security: server.security,
        sender: server.sender,
        username: server.username,
        has_password: server.has_password,
        failing_ms: server.failing.map(WallTime::as_ms),
        answer: server.answer,
        entry: EntryRef::access(server.entry),
    });
    let webhooks = app.registry().webhooks(&cx).await?.into_iter().map(|one| Webhook {
        id: one.id.to_string(),
        unit: names.of(one.unit),
        name: one.name,
        origin: one.origin,
        hour: one.wish.hour,
        days: one.wish.days,
        breaches: one.wish.breaches,
        made_ms: one.made.as_ms(),
        before_until_ms: one.before_until.map(WallTime::as_ms),
        failing_ms: one.failing.map(WallTime::as_ms),
        answer: one.answer,
        entry: EntryRef::access(one.entry),
    });
    Ok(axum::Json(ReminderChannels { mail, webhooks: webhooks.collect() }))
}

/// Set the installation's mail server.
#[utoipa::path(
    put, path = "/api/reminder-channels/mail", tag = "health", request_body = MailServerRequest,
    responses((status = 204, description = "In the ledger, without the password"), (status = 400, body = Problem, description = "A field is wrong; which, is said"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn set_mail(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<MailServerRequest>,
) -> Answer<StatusCode> {
    let new = store::NewMailServer {
        host: body.host,
        port: body.port,
        security: body.security,
        sender: body.sender,
        username: body.username,
        password: body.password.map(Secret::new),
    };
    app.registry().set_mail_server(&signed.cx(&app), new).await?;
    app.ring_reminders();
    Ok(StatusCode::NO_CONTENT)
}

/// Give the mail server up.
#[utoipa::path(
    delete, path = "/api/reminder-channels/mail", tag = "health",
    responses((status = 204, description = "In the ledger"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "There is none"))
)]
pub async fn remove_mail(State(app): State<App>, signed: Signed) -> Answer<StatusCode> {
    app.registry().remove_mail_server(&signed.cx(&app)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Add a webhook of a unit. Its secret is shown this once.
#[utoipa::path(
    post, path = "/api/webhooks", tag = "health", request_body = WebhookRequest,
    responses((status = 201, body = WebhookSecret, description = "Added"), (status = 400, body = Problem, description = "The address is not https, or of this machine or a private network; or another field is wrong"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn add_webhook(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<WebhookRequest>,
) -> Answer<(StatusCode, axum::Json<WebhookSecret>)> {
    let (url, origin) = reminders::origin_of(&app.facts().reminders, &body.url)
        .map_err(|problem| Failure::invalid("url", problem))?;
    let new = store::NewWebhook {
        unit: body.unit_id.parse()?,
        name: body.name,
        origin,
        url: Secret::new(url.into()),
        wish: Wish { hour: body.hour, days: body.days, breaches: body.breaches },
    };
    let (id, secret) = app.registry().add_webhook(&signed.cx(&app), new).await?;
    app.ring_reminders();
    let told = WebhookSecret { id: id.to_string(), secret: secret.expose().clone() };
    Ok((StatusCode::CREATED, axum::Json(told)))
}

/// End a webhook for good.
#[utoipa::path(
    delete, path = "/api/webhooks/{id}", tag = "health", params(("id" = String, Path, description = "Webhook id")),
    responses((status = 204, description = "In the ledger"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn end_webhook(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    app.registry().end_webhook(&signed.cx(&app), id_of(&id, "webhook")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a webhook another secret; for a day the one before signs too.
#[utoipa::path(
    post, path = "/api/webhooks/{id}/secret", tag = "health", params(("id" = String, Path, description = "Webhook id")),
    responses((status = 200, body = WebhookSecret, description = "Shown this once"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn renew_secret(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<WebhookSecret>> {
    let id = id_of(&id, "webhook")?;
    let secret = app.registry().renew_webhook_secret(&signed.cx(&app), id).await?;
    Ok(axum::Json(WebhookSecret { id: id.to_string(), secret: secret.expose().clone() }))
}

/// Send a test message to a webhook.
#[utoipa::path(
    post, path = "/api/webhooks/{id}/test", tag = "health", params(("id" = String, Path, description = "Webhook id")),
    responses((status = 200, body = ReminderTest, description = "With the receiver's own answer"), (status = 403, body = Problem, description = "Refused"), (status = 429, body = Problem, description = "Too many messages were caused within the hour; how many, is said"))
)]
pub async fn test_webhook(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<ReminderTest>> {
    let (cx, id) = (signed.cx(&app), id_of(&id, "webhook")?);
    let caused = Caused::now(&app, &signed, &id.to_string());
    let entered = app.registry().enter_webhook_test(&cx, id, caused.refusal()).await;
    entered.map_err(|error| caused.too_often(error))?;
    let door = app.registry().webhook_door(&cx, id).await?;
    let door = door.ok_or_else(|| Failure::not_found("webhook"))?;
    let came = reminders::test_webhook(&app, door).await?;
    Ok(axum::Json(ReminderTest { taken: came.taken, answer: came.answer }))
}

/// A message that somebody causes now: whether it is within what one person may cause and one address is sent.
enum Caused {
    /// None is sent because of it.
    Nothing,
    Within,
    /// Not before so many milliseconds; because of the address, else because of the person.
    Beyond {
        retry_after_ms: i64,
        address: bool,
    },
}

impl Caused {
    fn now(app: &App, signed: &Signed, address: &str) -> Self {
        let address = Hash(Sha256::digest(address.trim().to_lowercase()).into());
        match app.count_caused(signed.person, address) {
            Ok(()) => Self::Within,
            Err((retry_after_ms, address)) => Self::Beyond { retry_after_ms, address },
        }
    }
    fn refusal(&self) -> Option<law::access::Refusal> {
        match self {
            Self::Beyond { address, .. } => Some(too_many(*address)),
            Self::Nothing | Self::Within => None,
        }
    }
    fn too_often(&self, error: store::Error) -> Failure {
        match self {
            Self::Beyond { retry_after_ms, .. } => {
                Failure::from(error).until_later(CAUSED_CODE, *retry_after_ms)
            }
            Self::Nothing | Self::Within => error.into(),
        }
    }
}

fn reminder(row: store::ReminderRow) -> Reminder {
    let line = |line: law::remind::Line| ReminderLine {
        weight: line.weight.as_str().to_owned(),
        article: line.article,
        code: line.code,
        count: line.count,
        in_days: line.in_days,
    };
    Reminder {
        id: row.id.to_string(),
        occasion: row.batch.occasion.as_str().to_owned(),
        made_ms: row.made.as_ms(),
        read_ms: row.read.map(WallTime::as_ms),
        late: row.batch.late,
        due: row.batch.due,
        coming: row.batch.coming,
        lines: row.batch.lines.into_iter().map(line).collect(),
        sending: row.sending,
        answer: row.answer,
        entry: EntryRef::access(row.entry),
    }
}

/// Channels that have failed for a day: the mail server for everybody with a board, a webhook for those of its unit.
pub(super) async fn found(app: &App, cx: &Cx) -> Answer<Vec<Finding>> {
    let now = app.now();
    let long = |since: Option<WallTime>| since.filter(|since| now.since_us(*since) >= FAILING_US_MAX);
    let of = |channel: &str, since, record| Finding {
        record,
        code: Some("reminders_failing".into()),
        ..finding(FindingKind::Reminder, RULE, None, since, failing_words(channel))
    };
    let mut found = Vec::new();
    if let Some((server, since)) = app.registry().mail_server(cx).await?.and_then(|server| {
        let since = long(server.failing)?;
        Some((server, since))
    }) {
        found.push(of(&server.host, since, None));
    }
    for one in app.registry().webhooks(cx).await? {
        if let Some(since) = long(one.failing) {
            found.push(of(
                &one.origin,
                since,
                Some(Named { id: one.id.to_string(), name: one.name.clone() }),
            ));
        }
    }
    Ok(found)
}

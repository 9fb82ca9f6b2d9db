//! Signing in and out, and what people set about themselves.

use super::{
    auth::{self, Signed, Source},
    browser, convert,
    error::{Answer, Failure},
    extract::{Json, Path},
    providers,
    types::{
        Language, Me, MeChange, MePerson, MeSession, PasswordChange, PasswordProof, Problem, Rights,
        SecondPerson, SecondPersonRequest, SessionItem, SignInRequest, Theme, TotpCode, TotpEnrolment,
    },
};
use crate::app::App;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use model::{Kind, RequestId, Secret, SessionId};
use store::{Attempt, ProfileChange, SignIn, SignInError};

/// Sign in.
///
/// Answers 401 with code `totp_required` when the second factor's code is missing, `bad_credentials` when anything is
/// wrong, and 429 with code `locked` after too many failures.
#[utoipa::path(
    post, path = "/api/sign-in", tag = "session", request_body = SignInRequest,
    responses(
        (status = 200, body = Me, description = "Signed in; sets the session cookie"),
        (status = 401, body = Problem, description = "Not signed in"),
        (status = 403, body = Problem, description = "The account rests, or its term has ended"),
        (status = 429, body = Problem, description = "Too many failures; `retry_after_ms` says how long to wait"),
    )
)]
pub async fn sign_in(
    State(app): State<App>,
    source: Source,
    headers: HeaderMap,
    Json(body): Json<SignInRequest>,
) -> Answer<Response> {
    let address = counted(&app, &source)?;
    let attempt = Attempt {
        account: body.account,
        password: Secret::new(body.password),
        totp: body.totp.filter(|code| !code.trim().is_empty()),
        source: address.clone(),
        agent: agent(&headers),
        request: RequestId(uuid::Uuid::now_v7()),
        now: app.now(),
    };
    let signed_in = app.registry().sign_in(attempt).await.map_err(sign_in_failure)?;
    begun(&app, &headers, &signed_in, address).await
}

/// The address that somebody tries to sign in from, unless it tries too often.
pub fn counted(app: &App, source: &Source) -> Answer<String> {
    let address = source.0.ip().to_canonical();
    let counted = app.count_sign_in(address).map_err(locked);
    let address = address.to_string();
    if counted.is_err() {
        app.registry().count_anonymous_refusal(&address, app.now());
    }
    counted.map(|()| address)
}

/// What the browser calls itself.
pub fn agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    agent.unwrap_or_default().to_owned()
}

/// The answer to whoever has signed in, by whatever means. Who does so at the console that they left alone leaves no second session behind.
pub async fn begun(app: &App, headers: &HeaderMap, signed_in: &SignIn, address: String) -> Answer<Response> {
    let signed = Signed::new_session(app, signed_in.token.expose(), address).await?;
    let secure = app.facts().secure;
    if let Some(former) = auth::cookie_of(headers, browser::cookie_name(secure)) {
        app.registry().succeed_session(&signed.cx(app), former).await?;
    }
    let cookie = auth::set_cookie(Some(signed_in.token.expose()), secure)?;
    let me = shape(app, &signed).await?;
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), axum::Json(me)).into_response())
}

fn locked(retry_after_ms: i64) -> Failure {
    Failure::new(Kind::Busy, "too many failed attempts").with_code("locked").retry_after_ms(retry_after_ms)
}

pub fn sign_in_failure(error: SignInError) -> Failure {
    match error {
        SignInError::BadCredentials => {
            Failure::new(Kind::Unauthenticated, "account, password or code is wrong")
                .with_code("bad_credentials")
        }
        SignInError::TotpRequired => {
            Failure::new(Kind::Unauthenticated, "the code of the second factor is missing")
                .with_code("totp_required")
        }
        SignInError::Unlinked => providers::unlinked(),
        SignInError::NoInvitation => providers::no_invitation(),
        SignInError::Refused(refusal) => store::Error::Refused(refusal).into(),
        SignInError::Locked { retry_after_us } => locked(retry_after_us / 1_000 + 1),
        SignInError::Store(error) => error.into(),
    }
}

/// Sign out; ends this session and all it shows.
#[utoipa::path(
    post, path = "/api/sign-out", tag = "session",
    responses((status = 204, description = "Signed out; removes the cookie"))
)]
pub async fn sign_out(State(app): State<App>, signed: Signed) -> Answer<Response> {
    app.registry().end_session(&signed.cx(&app), signed.session).await?;
    let cookie = auth::set_cookie(None, app.facts().secure)?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, cookie)])).into_response())
}

/// Lock this session on leaving.
///
/// Until its holder signs in anew it answers 401 with code `left_alone`, as after half an hour without their hand; while they are on
/// shift, live pictures of duty watch go on and everything else answers `left_alone_on_shift`.
#[utoipa::path(
    post, path = "/api/me/lock", tag = "session",
    responses((status = 204, description = "Locked"))
)]
pub async fn lock(State(app): State<App>, signed: Signed) -> Answer<StatusCode> {
    app.registry().lock_session(&signed.cx(&app), signed.session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A second person signs in at this console, beside its holder, with their own account.
///
/// Failures count as those of signing in do. Whoever may not look back at anything is refused, and so is the holder themselves. Until they leave, are
/// signed out or half an hour has passed, two persons are present here.
#[utoipa::path(
    post, path = "/api/me/second-person", tag = "session", request_body = SecondPersonRequest,
    responses(
        (status = 200, body = Me, description = "Two persons are here"),
        (status = 400, body = Problem, description = "Account, password or code is wrong (`bad_credentials`), or the code is missing (`totp_required`)"),
        (status = 403, body = Problem, description = "Refused"),
        (status = 429, body = Problem, description = "Too many failures; `retry_after_ms` says how long to wait"),
    )
)]
pub async fn second_person(
    State(app): State<App>,
    source: Source,
    signed: Signed,
    headers: HeaderMap,
    Json(body): Json<SecondPersonRequest>,
) -> Answer<axum::Json<Me>> {
    let attempt = Attempt {
        account: body.account,
        password: Secret::new(body.password),
        totp: body.totp.filter(|code| !code.trim().is_empty()),
        source: counted(&app, &source)?,
        agent: agent(&headers),
        request: signed.request,
        now: app.now(),
    };
    let console = (signed.session, signed.person);
    app.registry().sign_in_beside(attempt, console).await.map_err(beside_failure)?;
    Ok(axum::Json(shape(&app, &signed).await?))
}

/// The same words as of a sign-in, and another status: the session that asks is alive, it is the other who was not let in.
pub fn beside_failure(error: SignInError) -> Failure {
    let code = match error {
        SignInError::BadCredentials => "bad_credentials",
        SignInError::TotpRequired => "totp_required",
        other => return sign_in_failure(other),
    };
    Failure::new(Kind::Invalid, "account, password, code or passkey of the second person is wrong or missing")
        .with_code(code)
}

/// The second person leaves this console: what the two opened together stops.
#[utoipa::path(
    delete, path = "/api/me/second-person", tag = "session",
    responses((status = 200, body = Me, description = "One person is here"), (status = 404, body = Problem, description = "Nobody was beside"))
)]
pub async fn second_person_left(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Me>> {
    app.registry().leave_console(&signed.cx(&app), signed.session).await?;
    Ok(axum::Json(shape(&app, &signed).await?))
}

/// The signed-in person.
#[utoipa::path(get, path = "/api/me", tag = "session", responses((status = 200, body = Me, description = "Who I am")))]
pub async fn me(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Me>> {
    Ok(axum::Json(shape(&app, &signed).await?))
}

/// Change one's own language or theme. The name stands on every picture: an administrator changes it.
#[utoipa::path(
    patch, path = "/api/me", tag = "session", request_body = MeChange,
    responses((status = 200, body = Me, description = "As it is now"))
)]
pub async fn change_me(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<MeChange>,
) -> Answer<axum::Json<Me>> {
    let change = ProfileChange {
        language: body.language.map(|language| convert::language_word(language).to_owned()),
        theme: body.theme.map(|theme| convert::theme_word(theme).to_owned()),
    };
    app.registry().change_profile(&signed.cx(&app), change).await?;
    Ok(axum::Json(shape(&app, &signed).await?))
}

/// Replace one's own password; ends all other sessions.
#[utoipa::path(
    post, path = "/api/me/password", tag = "session", request_body = PasswordChange,
    responses((status = 204, description = "Replaced"), (status = 400, body = Problem, description = "The old one is wrong or the new one too weak"))
)]
pub async fn change_password(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<PasswordChange>,
) -> Answer<StatusCode> {
    let (old, new) = (Secret::new(body.old), Secret::new(body.new));
    app.registry().change_password(&signed.cx(&app), Some(signed.session), old, new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begin to set up a second factor (RFC 6238); in force once confirmed.
#[utoipa::path(
    post, path = "/api/me/totp", tag = "session",
    responses((status = 200, body = TotpEnrolment, description = "Shown once"))
)]
pub async fn begin_totp(State(app): State<App>, signed: Signed) -> Answer<axum::Json<TotpEnrolment>> {
    let enrolment = app.registry().begin_totp(&signed.cx(&app)).await?;
    Ok(axum::Json(TotpEnrolment {
        secret: enrolment.secret.expose().clone(),
        otpauth_url: enrolment.otpauth_url.expose().clone(),
    }))
}

/// Confirm the second factor with a code.
#[utoipa::path(
    post, path = "/api/me/totp/confirm", tag = "session", request_body = TotpCode,
    responses((status = 204, description = "In force"), (status = 400, body = Problem, description = "The code is wrong"))
)]
pub async fn confirm_totp(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<TotpCode>,
) -> Answer<StatusCode> {
    app.registry().confirm_totp(&signed.cx(&app), &body.code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove the second factor.
#[utoipa::path(
    delete, path = "/api/me/totp", tag = "session", request_body = PasswordProof,
    responses((status = 204, description = "Removed"), (status = 400, body = Problem, description = "The password is wrong"))
)]
pub async fn remove_totp(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<PasswordProof>,
) -> Answer<StatusCode> {
    app.registry().remove_totp(&signed.cx(&app), Secret::new(body.password)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's own open sessions.
#[utoipa::path(
    get, path = "/api/me/sessions", tag = "session",
    responses((status = 200, body = Vec<SessionItem>, description = "Newest first"))
)]
pub async fn sessions(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Vec<SessionItem>>> {
    let rows = app.registry().sessions(&signed.cx(&app)).await?;
    Ok(axum::Json(rows.into_iter().map(|row| item(&app, row, &signed)).collect()))
}

/// A session as people read it.
pub fn item(app: &App, row: store::SessionRow, signed: &Signed) -> SessionItem {
    SessionItem {
        means: row.means.as_deref().and_then(providers::method),
        provider: row.issuer.map(|issuer| providers::name(app, &issuer)),
        id: row.id.to_string(),
        current: row.id == signed.session,
        created_ms: row.created.as_ms(),
        last_seen_ms: row.seen.as_ms(),
        expires_ms: row.expires.as_ms(),
        place: row.place,
        agent: row.agent,
    }
}

/// End one of one's own sessions.
#[utoipa::path(
    delete, path = "/api/me/sessions/{id}", tag = "session", params(("id" = String, Path, description = "Session id")),
    responses((status = 204, description = "Ended"), (status = 404, body = Problem, description = "No such session"))
)]
pub async fn end_session(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let session: SessionId = id.parse().map_err(|_| Failure::not_found("session"))?;
    app.registry().end_session(&signed.cx(&app), session).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn shape(app: &App, signed: &Signed) -> Answer<Me> {
    let person = app.registry().person(&signed.cx(app), signed.person).await?;
    let rights = person.rights();
    let second = app.registry().second_person(signed.session, app.now()).await?;
    Ok(Me {
        person: MePerson {
            id: person.id.to_string(),
            account: person.account.clone(),
            name: person.name.reveal().clone(),
            language: if person.language == "en" { Language::En } else { Language::Zh },
            theme: match person.theme.as_str() {
                "light" => Theme::Light,
                "auto" => Theme::Auto,
                _ => Theme::Dark,
            },
        },
        posts: person.posts.iter().map(convert::post).collect(),
        totp: person.totp,
        must_change_password: person.must_change_password,
        session: MeSession { id: signed.session.to_string(), expires_ms: signed.expires.as_ms() },
        rights: Rights {
            live: rights.live,
            playback: rights.playback,
            export: rights.export,
            cameras: rights.cameras,
            people: rights.people,
            standings: rights.standings,
            ledger: rights.ledger,
            health: rights.health,
            gaps: rights.gaps,
            supervision: rights.supervision,
            portal: rights.portal,
            orders: rights.orders,
        },
        standing: convert::standing(&person.standing),
        second_person: second.map(|second| SecondPerson {
            account: second.account,
            name: second.name,
            since_ms: second.since.as_ms(),
            until_ms: second.until.as_ms(),
        }),
    })
}

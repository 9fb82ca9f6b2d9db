//! Passkeys over HTTP: a challenge and its answer, for signing in and for registering; one's own list; a lost device.
//!
//! It checks nothing of what a browser brings but where its page was opened: `store` checks the rest. Invariant: a challenge is used
//! up by the first answer, right or wrong, and only by the browser or session that asked for it.

use super::{
    auth::{self, Signed, Source},
    browser,
    error::{Answer, Failure, Law},
    extract::{Json, Path},
    providers, session,
    types::{
        Bilingual, Me, NewPasskey, Passkey, PasskeyChallenge, PasskeyChange, PasskeyCreation, PasskeyProof,
        PasskeySignIn, Passkeys, Problem, RemovedPasskeys, SignInMeans,
    },
};
use crate::{
    app::App,
    ceremonies::{Browser, CEREMONY_US_MAX},
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{AppendHeaders, IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{Kind, PasskeyId, RequestId, Secret};
use sha2::{Digest as _, Sha256};
use store::{
    Assertion, Expected, NewCredential, OwnProof, PASSKEY_ALGORITHMS, PasskeyAttempt, PasskeyRow, Visit,
};

const TIMEOUT_MS: i64 = CEREMONY_US_MAX / 1_000;

/// What the sign-in page can offer.
#[utoipa::path(
    get, path = "/api/sign-in", tag = "session", security(),
    responses((status = 200, body = SignInMeans, description = "By which means one signs in here, besides the password"))
)]
pub async fn means(State(app): State<App>) -> axum::Json<SignInMeans> {
    let root_sha256 = app.facts().root.as_ref().map(|root| root.fingerprint.clone());
    let providers = providers::shapes(&app);
    axum::Json(SignInMeans { passkey_host: app.facts().host.clone(), root_sha256, providers })
}

/// The root certificate of this installation, to be taken into one's system after its fingerprint was compared.
#[utoipa::path(
    get, path = "/api/sign-in/root", tag = "session", security(),
    responses(
        (status = 200, description = "PEM", content_type = "application/x-x509-ca-cert"),
        (status = 404, body = Problem, description = "The certificate of this server is from elsewhere, or there is none"),
    )
)]
pub async fn root(State(app): State<App>) -> Answer<Response> {
    let root = app.facts().root.as_ref().ok_or_else(|| Failure::not_found("root certificate"))?;
    let headers = [
        (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"watchkeeper-root.crt\""),
    ];
    Ok((headers, root.pem.clone()).into_response())
}

/// Begin to sign in with a passkey.
///
/// Sets a cookie of its own: nobody else's browser can answer the challenge.
#[utoipa::path(
    post, path = "/api/sign-in/passkey/challenge", tag = "session", security(),
    responses(
        (status = 200, body = PasskeyChallenge, description = "What a device is to sign"),
        (status = 403, body = Problem, description = "`passkey_host`: not under this address, or not at all"),
        (status = 429, body = Problem, description = "Too many are open"),
    )
)]
pub async fn challenge(
    State(app): State<App>,
    source: Source,
    headers: HeaderMap,
    uri: Uri,
) -> Answer<Response> {
    let host = site(&app, &headers, &uri)?.host;
    let cookie: [u8; 32] = random()?;
    let challenge = begin(&app, of_cookie(&cookie), &source)?;
    let text = URL_SAFE_NO_PAD.encode(cookie);
    let cookie = auth::ceremony_cookie(Some(&text), app.facts().secure)?;
    let body =
        PasskeyChallenge { challenge: URL_SAFE_NO_PAD.encode(challenge), host, timeout_ms: TIMEOUT_MS };
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), axum::Json(body)).into_response())
}

/// Sign in with a passkey: it stands for password and second factor.
#[utoipa::path(
    post, path = "/api/sign-in/passkey", tag = "session", request_body = PasskeySignIn, security(),
    responses(
        (status = 200, body = Me, description = "Signed in; sets the session cookie"),
        (status = 400, body = Problem, description = "`challenge`: none is open in this browser, or it was used"),
        (status = 401, body = Problem, description = "`bad_credentials`: not signed in"),
        (status = 403, body = Problem, description = "The account rests, or its term has ended; the passkey may have been copied, and has ended; or `passkey_host`"),
        (status = 429, body = Problem, description = "Too many failures; `retry_after_ms` says how long to wait"),
    )
)]
pub async fn sign_in(
    State(app): State<App>,
    source: Source,
    headers: HeaderMap,
    uri: Uri,
    Json(body): Json<PasskeySignIn>,
) -> Answer<Response> {
    let address = session::counted(&app, &source)?;
    let site = site(&app, &headers, &uri)?;
    let assertion = asserted(&body)?;
    let cookie = auth::cookie_of(&headers, browser::ceremony_cookie_name(app.facts().secure));
    let cookie = cookie.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok());
    let challenge = cookie.and_then(|cookie: [u8; 32]| app.take_ceremony(of_cookie(&cookie)));
    let Some(challenge) = challenge else {
        app.registry().count_anonymous_refusal(&address, app.now());
        return Err(no_challenge());
    };
    let visit = Visit {
        source: address.clone(),
        agent: session::agent(&headers),
        request: RequestId(uuid::Uuid::now_v7()),
        now: app.now(),
    };
    let attempt = PasskeyAttempt { expected: site.expects(challenge), assertion, visit };
    let signed_in = app.registry().sign_in_with_passkey(attempt).await.map_err(session::sign_in_failure)?;
    session::begun(&app, &headers, &signed_in, address).await
}

/// Begin to sign in with a passkey at this console, beside its holder.
#[utoipa::path(
    post, path = "/api/me/second-person/passkey/challenge", tag = "session",
    responses(
        (status = 200, body = PasskeyChallenge, description = "What the second person's device is to sign"),
        (status = 403, body = Problem, description = "`passkey_host`: not under this address, or not at all"),
        (status = 429, body = Problem, description = "Too many are open"),
    )
)]
pub async fn challenge_beside(
    State(app): State<App>,
    source: Source,
    signed: Signed,
    headers: HeaderMap,
    uri: Uri,
) -> Answer<axum::Json<PasskeyChallenge>> {
    let host = site(&app, &headers, &uri)?.host;
    let challenge = URL_SAFE_NO_PAD.encode(begin(&app, Browser::Beside(signed.session), &source)?);
    Ok(axum::Json(PasskeyChallenge { challenge, host, timeout_ms: TIMEOUT_MS }))
}

/// A second person signs in with a passkey at this console, beside its holder: it stands for their password and second factor.
///
/// All else is as with a password: failures count, the holder's own passkey is refused, and so is whoever may not look back.
#[utoipa::path(
    post, path = "/api/me/second-person/passkey", tag = "session", request_body = PasskeySignIn,
    responses(
        (status = 200, body = Me, description = "Two persons are here"),
        (status = 400, body = Problem, description = "`challenge`: none is open at this console, or it was used; `bad_credentials`: not signed in"),
        (status = 403, body = Problem, description = "Refused; the passkey may have been copied, and has ended; or `passkey_host`"),
        (status = 429, body = Problem, description = "Too many failures; `retry_after_ms` says how long to wait"),
    )
)]
pub async fn sign_in_beside(
    State(app): State<App>,
    source: Source,
    signed: Signed,
    headers: HeaderMap,
    uri: Uri,
    Json(body): Json<PasskeySignIn>,
) -> Answer<axum::Json<Me>> {
    let address = session::counted(&app, &source)?;
    let (site, assertion) = (site(&app, &headers, &uri)?, asserted(&body)?);
    let challenge = app.take_ceremony(Browser::Beside(signed.session)).ok_or_else(no_challenge)?;
    let visit =
        Visit { source: address, agent: session::agent(&headers), request: signed.request, now: app.now() };
    let attempt = PasskeyAttempt { expected: site.expects(challenge), assertion, visit };
    let console = (signed.session, signed.person);
    let joined = app.registry().sign_in_beside_with_passkey(attempt, console).await;
    joined.map_err(session::beside_failure)?;
    Ok(axum::Json(session::shape(&app, &signed).await?))
}

/// One's own passkeys.
#[utoipa::path(
    get, path = "/api/me/passkeys", tag = "session",
    responses((status = 200, body = Passkeys, description = "Newest first"))
)]
pub async fn list(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Passkeys>> {
    let rows = app.registry().passkeys(&signed.cx(&app)).await?;
    let passkeys = rows.into_iter().map(shape).collect();
    Ok(axum::Json(Passkeys { passkeys, host: app.facts().host.clone() }))
}

/// Begin to register a passkey; asks for the password, and the second factor where there is one, again.
#[utoipa::path(
    post, path = "/api/me/passkeys/challenge", tag = "session", request_body = PasskeyProof,
    responses(
        (status = 200, body = PasskeyCreation, description = "What the browser is to ask a device for"),
        (status = 400, body = Problem, description = "Password or code is wrong"),
        (status = 403, body = Problem, description = "`passkey_host`: not under this address, or not at all"),
        (status = 409, body = Problem, description = "There are ten already"),
    )
)]
pub async fn begin_registering(
    State(app): State<App>,
    signed: Signed,
    source: Source,
    headers: HeaderMap,
    uri: Uri,
    Json(body): Json<PasskeyProof>,
) -> Answer<axum::Json<PasskeyCreation>> {
    let host = site(&app, &headers, &uri)?.host;
    let code = body.totp.filter(|code| !code.trim().is_empty());
    let proof = OwnProof { password: Secret::new(body.password), code };
    let owner = app.registry().begin_passkey(&signed.cx(&app), proof).await?;
    let challenge = begin(&app, Browser::Session(signed.session), &source)?;
    Ok(axum::Json(PasskeyCreation {
        challenge: URL_SAFE_NO_PAD.encode(challenge),
        host,
        timeout_ms: TIMEOUT_MS,
        user: URL_SAFE_NO_PAD.encode(signed.person.0.as_bytes()),
        account: owner.account,
        name: owner.name,
        algorithms: PASSKEY_ALGORITHMS.to_vec(),
        exclude: owner.credentials.iter().map(|id| URL_SAFE_NO_PAD.encode(id)).collect(),
    }))
}

/// Register the passkey that a device made.
#[utoipa::path(
    post, path = "/api/me/passkeys", tag = "session", request_body = NewPasskey,
    responses(
        (status = 201, body = Passkey, description = "Registered"),
        (status = 400, body = Problem, description = "`challenge`: none is open in this session, or it was used; or what the device made is not what was asked for"),
        (status = 409, body = Problem, description = "It is registered already, or there are ten"),
    )
)]
pub async fn register(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    uri: Uri,
    Json(body): Json<NewPasskey>,
) -> Answer<(StatusCode, axum::Json<Passkey>)> {
    let site = site(&app, &headers, &uri)?;
    let new = NewCredential {
        client_data: bytes("client_data", &body.client_data)?,
        device_data: bytes("authenticator_data", &body.authenticator_data)?,
    };
    let challenge = app.take_ceremony(Browser::Session(signed.session)).ok_or_else(no_challenge)?;
    let expected = site.expects(challenge);
    let row = app.registry().add_passkey(&signed.cx(&app), &body.name, expected, new).await?;
    Ok((StatusCode::CREATED, axum::Json(shape(row))))
}

/// Name one's own passkey otherwise.
#[utoipa::path(
    patch, path = "/api/me/passkeys/{id}", tag = "session", request_body = PasskeyChange,
    params(("id" = String, Path, description = "Passkey id")),
    responses((status = 204, description = "Renamed"), (status = 404, body = Problem, description = "No such passkey of one's own"))
)]
pub async fn rename(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<PasskeyChange>,
) -> Answer<StatusCode> {
    app.registry().rename_passkey(&signed.cx(&app), passkey_id(&id)?, &body.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove one's own passkey; ends all other sessions.
#[utoipa::path(
    delete, path = "/api/me/passkeys/{id}", tag = "session",
    params(("id" = String, Path, description = "Passkey id")),
    responses((status = 204, description = "Removed"), (status = 404, body = Problem, description = "No such passkey of one's own"))
)]
pub async fn remove(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<StatusCode> {
    let cx = signed.cx(&app);
    app.registry().remove_passkey(&cx, Some(signed.session), passkey_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove all passkeys of a person whose device is lost; ends their sessions. Nobody can add one for them.
#[utoipa::path(
    delete, path = "/api/people/{id}/passkeys", tag = "people", params(("id" = String, Path, description = "Person id")),
    responses((status = 200, body = RemovedPasskeys, description = "How many"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "The person has none"))
)]
pub async fn remove_of(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<RemovedPasskeys>> {
    let person = id.parse().map_err(|_| Failure::not_found("person"))?;
    let removed = app.registry().remove_passkeys_of(&signed.cx(&app), person).await?;
    Ok(axum::Json(RemovedPasskeys { removed }))
}

/// Where the request's page was opened, which is where passkeys work, and where a provider sends people back to.
pub(super) struct Site {
    host: String,
    origins: Vec<String>,
}

impl Site {
    /// As the browser writes it; over plain HTTP only where no TLS is spoken at all.
    pub(super) fn origin(&self) -> &str {
        self.origins.last().map_or("", String::as_str)
    }
    fn expects(self, challenge: [u8; 32]) -> Expected {
        Expected { challenge, host: self.host, origins: self.origins }
    }
}

/// Devices sign for one host name: no IP address, and no other name of this server. A plain connection is trusted by browsers under
/// `localhost` alone; under any other name it has come through a proxy that speaks TLS.
pub(super) fn site(app: &App, headers: &HeaderMap, uri: &Uri) -> Answer<Site> {
    let Some(host) = app.facts().host.clone() else {
        return Err(no_host(
            "No host name was set for this server, and passkeys work under a host name only.",
            "本服务器未设置主机名，通行密钥只能在主机名下使用。",
            "Whoever runs the server sets `host` in the boot file.",
            "请由运维人员在启动配置文件中设置 host。",
        ));
    };
    let authority = browser::authority(headers, uri).unwrap_or_default().to_ascii_lowercase();
    let name = match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => &authority,
    };
    if name != host {
        return Err(no_host(
            &format!("Passkeys work under {host} only; this page was opened as {name}."),
            &format!("通行密钥只能在 {host} 下使用；当前页面的地址是 {name}。"),
            &format!("Open the console as {host}."),
            &format!("请以 {host} 打开控制台。"),
        ));
    }
    let mut origins = vec![format!("https://{authority}")];
    if !app.facts().secure && host == "localhost" {
        origins.push(format!("http://{authority}"));
    }
    Ok(Site { host, origins })
}

fn no_host(reason: &str, reason_zh: &str, remedy: &str, remedy_zh: &str) -> Failure {
    let words = |zh: &str, en: &str| Bilingual { zh: zh.to_owned(), en: en.to_owned() };
    let law = Law {
        article: "unit:accounts".to_owned(),
        reason: words(reason_zh, reason),
        remedy: words(remedy_zh, remedy),
        entry: None,
    };
    Failure::refused(reason, law).with_code("passkey_host")
}

fn no_challenge() -> Failure {
    Failure::new(Kind::Invalid, "no challenge is open here, or its two minutes are over: begin again")
        .with_code("challenge")
}

fn begin(app: &App, browser: Browser, source: &Source) -> Answer<[u8; 32]> {
    let challenge = random()?;
    if app.begin_ceremony(browser, challenge, source.0.ip()) {
        return Ok(challenge);
    }
    Err(Failure::new(Kind::Busy, "too many sign-ins are open").with_code("rate").retry_after_ms(TIMEOUT_MS))
}

pub(super) fn of_cookie(cookie: &[u8; 32]) -> Browser {
    Browser::Cookie(Sha256::digest(cookie).into())
}

pub(super) fn random<const N: usize>() -> Answer<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::new(Kind::Unavailable, format!("no randomness: {error}")))?;
    Ok(bytes)
}

fn asserted(body: &PasskeySignIn) -> Answer<Assertion> {
    Ok(Assertion {
        credential: bytes("credential", &body.credential)?,
        client_data: bytes("client_data", &body.client_data)?,
        device_data: bytes("authenticator_data", &body.authenticator_data)?,
        signature: bytes("signature", &body.signature)?,
        user: bytes("user", &body.user)?,
    })
}

fn bytes(field: &'static str, text: &str) -> Answer<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Failure::invalid(field, "is not base64url without padding"))
}

fn passkey_id(text: &str) -> Answer<PasskeyId> {
    text.parse().map_err(|_| Failure::not_found("passkey"))
}

fn shape(row: PasskeyRow) -> Passkey {
    Passkey {
        id: row.id.to_string(),
        name: row.name,
        host: row.host,
        can_sync: row.can_sync,
        created_ms: row.created.as_ms(),
        used_ms: row.used.map(model::WallTime::as_ms),
    }
}

//! Sign-in providers over HTTP: sending a browser there, taking what it comes back with, one's own links, an administrator's invitation.
//!
//! The provider sends people to a page of the console, and that page asks here: no route takes a request that another site made.
//! Invariants: what comes back counts once and in the browser that was sent; the only address that anybody is sent to is the
//! provider's own; no answer says whether an account exists.

use super::{
    auth::{self, Signed, Source},
    browser, convert,
    error::{Answer, Failure, Law},
    extract::{Json, Path},
    passkeys::{self, of_cookie, random},
    session,
    types::{
        Bilingual, Identities, Identity, Invitation, InvitationRequest, LinkProof, Me, Problem, Provider,
        ProviderAddress, ProviderBegin, ProviderReturn, SignInMethod,
    },
};
use crate::{
    app::App,
    ceremonies::Browser,
    oidc::{self, Fault, JOURNEY_US_MAX, Journey, Live, Returned, Step, Trouble},
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{AppendHeaders, IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{IdentityId, Kind, PersonId, RequestId, Secret};
use std::sync::Arc;
use store::{IdentityRow, NewInvitation, OwnProof, ProvenSubject, ProviderAttempt, SignInError, Visit};

/// What stands in entries and refusals that come from no article.
const ACCOUNTS: &str = "unit:accounts";

/// Begin to sign in through a provider.
///
/// Sets a cookie of its own: in nobody else's browser does what comes back count.
#[utoipa::path(
    post, path = "/api/sign-in/provider/begin", tag = "session", request_body = ProviderBegin, security(),
    responses(
        (status = 200, body = ProviderAddress, description = "Where the browser goes"),
        (status = 403, body = Problem, description = "`provider_host`: not under this address; `no_invitation`"),
        (status = 404, body = Problem, description = "No such provider"),
        (status = 429, body = Problem, description = "Too many are open"),
        (status = 503, body = Problem, description = "`provider_down`: the provider does not answer; password and passkey do"),
    )
)]
pub async fn begin(
    State(app): State<App>,
    source: Source,
    headers: HeaderMap,
    uri: Uri,
    Json(body): Json<ProviderBegin>,
) -> Answer<Response> {
    let live = live(&app, &body.provider)?;
    let invitation = body.invitation.map(Secret::new);
    if let Some(secret) = &invitation {
        session::counted(&app, &source)?;
        let issuer = &live.provider.issuer;
        if !app.registry().invitation_holds(secret.expose(), issuer, app.now()).await? {
            return Err(no_invitation());
        }
    }
    let (address, journey) = depart(&app, &live, &headers, &uri, invitation).await?;
    let cookie: [u8; 32] = random()?;
    keep(&app, of_cookie(&cookie), journey, &source)?;
    let cookie = auth::journey_cookie(Some(&URL_SAFE_NO_PAD.encode(cookie)), app.facts().secure)?;
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), axum::Json(ProviderAddress { address }))
        .into_response())
}

/// Sign in with what the provider sent the browser back with: it stands for password and second factor.
#[utoipa::path(
    post, path = "/api/sign-in/provider", tag = "session", request_body = ProviderReturn, security(),
    responses(
        (status = 200, body = Me, description = "Signed in; sets the session cookie"),
        (status = 400, body = Problem, description = "`journey`: none was begun in this browser, or it was used; `provider_left`: not completed there"),
        (status = 401, body = Problem, description = "`bad_credentials`: not signed in"),
        (status = 403, body = Problem, description = "`unlinked`: no account is linked; `provider_answer`: what came does not hold; or the account may not be used"),
        (status = 429, body = Problem, description = "Too many failures; `retry_after_ms` says how long to wait"),
        (status = 503, body = Problem, description = "`provider_down`"),
    )
)]
pub async fn sign_in(
    State(app): State<App>,
    source: Source,
    headers: HeaderMap,
    Json(body): Json<ProviderReturn>,
) -> Answer<Response> {
    let address = session::counted(&app, &source)?;
    let visit = Visit {
        source: address.clone(),
        agent: session::agent(&headers),
        request: RequestId(uuid::Uuid::now_v7()),
        now: app.now(),
    };
    let cookie = auth::cookie_of(&headers, browser::journey_cookie_name(app.facts().secure));
    let cookie = cookie.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok());
    let journey = cookie.and_then(|cookie: [u8; 32]| app.take_journey(of_cookie(&cookie)));
    let Some(journey) = journey else {
        app.registry().count_anonymous_refusal(&address, app.now());
        return Err(no_journey());
    };
    if let Some(retry_after_us) = app.registry().source_locked_us(&visit).await? {
        app.registry().count_anonymous_refusal(&address, app.now());
        return Err(session::sign_in_failure(SignInError::Locked { retry_after_us }));
    }
    let live = live(&app, &journey.provider)?;
    let proven = match arrive(&app, &live, &journey, body).await {
        Ok(proven) => proven,
        Err(trouble) => {
            if is_suspicious(&trouble) {
                app.registry().count_provider_failure(&visit).await?;
            }
            return Err(told(&live.provider, &trouble));
        }
    };
    // A journey takes a while: the clock is read again.
    let visit = Visit { now: app.now(), ..visit };
    let attempt = ProviderAttempt { proven, invitation: journey.invitation, visit };
    let signed_in = app.registry().sign_in_with_provider(attempt).await.map_err(session::sign_in_failure)?;
    session::begun(&app, &headers, &signed_in, address).await
}

/// One's own links with providers.
#[utoipa::path(
    get, path = "/api/me/identities", tag = "session",
    responses((status = 200, body = Identities, description = "Newest first"))
)]
pub async fn list(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Identities>> {
    let rows = app.registry().identities(&signed.cx(&app)).await?;
    Ok(axum::Json(listed(&app, rows)))
}

/// Begin to link one's own account; asks for the password, and the second factor where there is one, again.
#[utoipa::path(
    post, path = "/api/me/identities/begin", tag = "session", request_body = LinkProof,
    responses(
        (status = 200, body = ProviderAddress, description = "Where the browser goes"),
        (status = 400, body = Problem, description = "Password or code is wrong"),
        (status = 403, body = Problem, description = "`provider_host`: not under this address"),
        (status = 404, body = Problem, description = "No such provider"),
        (status = 503, body = Problem, description = "`provider_down`"),
    )
)]
pub async fn begin_linking(
    State(app): State<App>,
    signed: Signed,
    source: Source,
    headers: HeaderMap,
    uri: Uri,
    Json(body): Json<LinkProof>,
) -> Answer<axum::Json<ProviderAddress>> {
    let live = live(&app, &body.provider)?;
    let code = body.totp.filter(|code| !code.trim().is_empty());
    let proof = OwnProof { password: Secret::new(body.password), code };
    app.registry().begin_link(&signed.cx(&app), &live.provider.issuer, proof).await?;
    let (address, journey) = depart(&app, &live, &headers, &uri, None).await?;
    keep(&app, Browser::Session(signed.session), journey, &source)?;
    Ok(axum::Json(ProviderAddress { address }))
}

/// Link one's own account with the subject that the provider vouches for.
#[utoipa::path(
    post, path = "/api/me/identities", tag = "session", request_body = ProviderReturn,
    responses(
        (status = 201, body = Identity, description = "Linked"),
        (status = 400, body = Problem, description = "`journey`: none was begun in this session, or it was used; `provider_left`"),
        (status = 403, body = Problem, description = "`provider_answer`: what came does not hold; or the subject is another's, or shared"),
        (status = 503, body = Problem, description = "`provider_down`"),
    )
)]
pub async fn link(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<ProviderReturn>,
) -> Answer<(StatusCode, axum::Json<Identity>)> {
    let journey = app.take_journey(Browser::Session(signed.session)).ok_or_else(no_journey)?;
    let live = live(&app, &journey.provider)?;
    let proven = match arrive(&app, &live, &journey, body).await {
        Ok(proven) => proven,
        Err(trouble) => {
            if is_suspicious(&trouble) {
                let (issuer, words) = (&live.provider.issuer, trouble.fault.words());
                app.registry().note_failed_link(&signed.cx(&app), issuer, words).await?;
            }
            return Err(told(&live.provider, &trouble));
        }
    };
    let row = app.registry().link_identity(&signed.cx(&app), proven).await?;
    Ok((StatusCode::CREATED, axum::Json(shape(&app, row))))
}

/// End one's own link; ends all other sessions.
#[utoipa::path(
    delete, path = "/api/me/identities/{id}", tag = "session", params(("id" = String, Path, description = "Link id")),
    responses((status = 204, description = "Ended"), (status = 404, body = Problem, description = "No such link of one's own"))
)]
pub async fn unlink(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Answer<StatusCode> {
    let cx = signed.cx(&app);
    app.registry().unlink_identity(&cx, Some(signed.session), identity_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A person's links with providers.
#[utoipa::path(
    get, path = "/api/people/{id}/identities", tag = "people", params(("id" = String, Path, description = "Person id")),
    responses((status = 200, body = Identities, description = "Newest first"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "No such person of one's units"))
)]
pub async fn list_of(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<Identities>> {
    let rows = app.registry().identities_of(&signed.cx(&app), person_id(&id)?).await?;
    Ok(axum::Json(listed(&app, rows)))
}

/// Invite a person to link their account once. The address is shown once, and replaces an earlier one.
#[utoipa::path(
    post, path = "/api/people/{id}/identities/invitation", tag = "people", request_body = InvitationRequest,
    params(("id" = String, Path, description = "Person id")),
    responses((status = 201, body = Invitation, description = "For three days"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "No such provider"))
)]
pub async fn invite(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    uri: Uri,
    Path(id): Path<String>,
    Json(body): Json<InvitationRequest>,
) -> Answer<(StatusCode, axum::Json<Invitation>)> {
    let (provider, person) = (&live(&app, &body.provider)?.provider, person_id(&id)?);
    let origin = origin(&app, &headers, &uri)?;
    let subject = body.subject.map(|subject| subject.trim().to_owned()).filter(|subject| !subject.is_empty());
    let new = NewInvitation { person, issuer: provider.issuer.clone(), subject };
    let made = app.registry().invite_identity(&signed.cx(&app), new).await?;
    // After the `#`: browsers send it to no server, and no log has it.
    let address = format!("{origin}/sign-in/invited/{}#{}", provider.id, made.secret.expose());
    Ok((StatusCode::CREATED, axum::Json(Invitation { address, expires_ms: made.expires.as_ms() })))
}

/// End a link of a person; ends their sessions.
#[utoipa::path(
    delete, path = "/api/people/{id}/identities/{identity}", tag = "people",
    params(("id" = String, Path, description = "Person id"), ("identity" = String, Path, description = "Link id")),
    responses((status = 204, description = "Ended"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "The person has no such link"))
)]
pub async fn unlink_of(
    State(app): State<App>,
    signed: Signed,
    Path((id, identity)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let (person, identity) = (person_id(&id)?, identity_id(&identity)?);
    app.registry().unlink_identity_of(&signed.cx(&app), person, identity).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn depart(
    app: &App,
    live: &Live,
    headers: &HeaderMap,
    uri: &Uri,
    invitation: Option<Secret<String>>,
) -> Answer<(String, Journey)> {
    let redirect = format!("{}/sign-in/with/{}", origin(app, headers, uri)?, live.provider.id);
    let begun = live.begin(&random()?, redirect, (app.now(), app.mono()), invitation).await;
    let (address, journey) = begun.map_err(|trouble| told(&live.provider, &trouble))?;
    Ok((address.into(), journey))
}

async fn arrive(
    app: &App,
    live: &Live,
    journey: &Journey,
    body: ProviderReturn,
) -> Result<ProvenSubject, Trouble> {
    let ProviderReturn { provider, state, code, iss, error } = body;
    let returned = Returned { provider, state, code, iss, error };
    live.finish(journey, &returned, (app.now(), app.mono())).await
}

fn keep(app: &App, browser: Browser, journey: Journey, source: &Source) -> Answer<()> {
    if app.begin_journey(browser, journey, source.0.ip()) {
        return Ok(());
    }
    let wait_ms = JOURNEY_US_MAX / 1_000;
    Err(Failure::new(Kind::Busy, "too many sign-ins are open").with_code("rate").retry_after_ms(wait_ms))
}

fn live(app: &App, id: &str) -> Answer<Arc<Live>> {
    app.providers().find(id).ok_or_else(|| Failure::not_found("sign-in provider"))
}

/// Where this page was opened, under the host name alone: providers know that address and no other.
fn origin(app: &App, headers: &HeaderMap, uri: &Uri) -> Answer<String> {
    let site = passkeys::site(app, headers, uri);
    let host = app.facts().host.as_deref().unwrap_or("-");
    site.map(|site| site.origin().to_owned()).map_err(|_| {
        let law = law(
            (
                "This page was opened under an address that no provider sends people back to.",
                "认证服务不会返回到当前页面的地址。",
            ),
            (&format!("Open the console as {host}."), &format!("请以 {host} 打开控制台。")),
        );
        Failure::refused("not under this address", law).with_code("provider_host")
    })
}

fn law((en, zh): (&str, &str), (remedy_en, remedy_zh): (&str, &str)) -> Law {
    let words = |en: &str, zh: &str| Bilingual { zh: zh.to_owned(), en: en.to_owned() };
    Law {
        article: ACCOUNTS.to_owned(),
        reason: words(en, zh),
        remedy: words(remedy_en, remedy_zh),
        entry: None,
    }
}

/// Somebody may have forged it: neither an outage, nor a person who turned back.
fn is_suspicious(trouble: &Trouble) -> bool {
    !trouble.is_outage() && !matches!(trouble.fault, Fault::Returned(_))
}

/// What a person is told: which provider, at which step, and what helps. The log has the fault.
fn told(provider: &oidc::Provider, trouble: &Trouble) -> Failure {
    let (name, fault) = (&provider.name, trouble.fault.words());
    let detail = match &trouble.fault {
        Fault::Status(status, word) => format!("{status} {word}"),
        Fault::Returned(word) => word.clone(),
        _ => String::new(),
    };
    tracing::warn!(provider = %provider.id, step = ?trouble.step, detail, "signing in through a provider: {fault}");
    let (step_en, step_zh) = match trouble.step {
        Step::Metadata => ("reading its description", "读取其说明"),
        Step::Keys => ("reading its keys", "读取其公钥"),
        Step::Return => ("coming back from it", "从其返回"),
        Step::Exchange => ("exchanging its code", "兑换其授权码"),
        Step::Token => ("checking its token", "核验其令牌"),
    };
    let at = |en: &str, zh: &str| {
        (format!("{}: {en} ({step_en}).", name.en), format!("{}：{zh}（{step_zh}）。", name.zh))
    };
    if let Fault::Returned(word) = &trouble.fault {
        let en = format!("{}: signing in there was not completed ({word}).", name.en);
        let zh = format!("{}：未在该处完成登录（{word}）。", name.zh);
        let law = law((&en, &zh), ("Try again, or sign in otherwise.", "请重试，或改用其他方式登录。"));
        return Failure::new(Kind::Invalid, "not completed at the provider")
            .with_law(law)
            .with_code("provider_left");
    }
    if trouble.is_outage() {
        let (en, zh) = at("it cannot be used at the moment", "暂时无法使用");
        let helps = (
            "Sign in with password or passkey; tell whoever runs the server.",
            "请用密码或通行密钥登录，并告知运维人员。",
        );
        let law = law((&en, &zh), helps);
        return Failure::new(Kind::Unavailable, "the provider cannot be used")
            .with_law(law)
            .with_code("provider_down");
    }
    let (en, zh) = at("its answer does not hold", "其应答未通过核验");
    let helps = (
        "Begin again; if it stays so, tell whoever runs the server.",
        "请重新开始；如仍出现，请告知运维人员。",
    );
    let law = law((&en, &zh), helps);
    Failure::refused("the provider's answer does not hold", law).with_code("provider_answer")
}

fn no_journey() -> Failure {
    Failure::new(
        Kind::Invalid,
        "no sign-in through a provider was begun here, or its ten minutes are over: begin again",
    )
    .with_code("journey")
}

pub fn unlinked() -> Failure {
    let law = law(
        (
            "No account here is linked with your account at the provider.",
            "您的认证账号尚未与本系统的任何账号关联。",
        ),
        (
            "Sign in with your password and link it on your account page, or ask an administrator of your unit for an invitation.",
            "请先用密码登录，在“我的账号”页面关联；或请本单位管理员发出邀请。",
        ),
    );
    Failure::refused("no account is linked", law).with_code("unlinked")
}

pub fn no_invitation() -> Failure {
    let law = law(
        ("This invitation was taken, replaced, or its time is over.", "该邀请已使用、已被替换或已过期。"),
        ("Ask an administrator of your unit for another.", "请向本单位管理员重新索取。"),
    );
    Failure::refused("no such invitation", law).with_code("no_invitation")
}

/// The providers as the sign-in page names them.
pub(super) fn shapes(app: &App) -> Vec<Provider> {
    let shape = |provider: &oidc::Provider| Provider {
        id: provider.id.clone(),
        name: Bilingual { zh: provider.name.zh.clone(), en: provider.name.en.clone() },
    };
    app.providers().all().map(shape).collect()
}

/// What people call an issuer.
pub fn name(app: &App, issuer: &str) -> Bilingual {
    match app.providers().of_issuer(issuer) {
        Some(provider) => Bilingual { zh: provider.name.zh.clone(), en: provider.name.en.clone() },
        None => Bilingual { zh: issuer.to_owned(), en: issuer.to_owned() },
    }
}

pub fn method(word: &str) -> Option<SignInMethod> {
    match word {
        "password" => Some(SignInMethod::Password),
        "passkey" => Some(SignInMethod::Passkey),
        "provider" => Some(SignInMethod::Provider),
        _ => None,
    }
}

fn listed(app: &App, rows: Vec<IdentityRow>) -> Identities {
    let identities = rows.into_iter().map(|row| shape(app, row)).collect();
    Identities { identities, providers: shapes(app) }
}

fn shape(app: &App, row: IdentityRow) -> Identity {
    Identity {
        id: row.id.to_string(),
        provider: name(app, &row.issuer),
        usable: app.providers().of_issuer(&row.issuer).is_some(),
        subject: row.subject,
        created_ms: row.created.as_ms(),
        used_ms: row.used.map(model::WallTime::as_ms),
    }
}

fn identity_id(text: &str) -> Answer<IdentityId> {
    convert::id_of(text, "link").map(IdentityId)
}

fn person_id(text: &str) -> Answer<PersonId> {
    convert::id_of(text, "person").map(PersonId)
}

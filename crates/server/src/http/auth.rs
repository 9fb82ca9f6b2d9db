//! Who is asking: from the session cookie to an actor and a context, for every route that is not on one short list.
//!
//! It does not decide what somebody may do: `store::admit` does. Invariants: a route that is not in the API's
//! description is never reached, whoever added it; nothing but [`OPEN_ROUTES`] answers without a session; nothing
//! is changed by a request that another web site could have made a browser send.

use super::{
    Description, browser,
    error::{Answer, Failure},
};
use crate::{app::App, ceremonies::CEREMONY_US_MAX, config::MachineLog, oidc::JOURNEY_US_MAX};
use axum::{
    extract::{ConnectInfo, FromRequestParts, MatchedPath, OptionalFromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use model::{Act, Actor, CaseId, Cx, Kind, LegalBasis, PersonId, Purpose, RequestId, SessionId, WallTime};
use std::{net::SocketAddr, sync::Arc};
use store::{AlarmSender, Alone, Asked, Authenticated};

/// All that answers without a session, besides the static console; each source may ask only so often.
pub const OPEN_ROUTES: [(&str, &str); 10] = [
    ("GET", "/api/health"),
    ("POST", "/api/sign-in"),
    ("GET", "/api/sign-in"),
    ("GET", "/api/sign-in/root"),
    ("POST", "/api/sign-in/passkey/challenge"),
    ("POST", "/api/sign-in/passkey"),
    ("POST", "/api/sign-in/provider/begin"),
    ("POST", "/api/sign-in/provider"),
    ("POST", "/api/accusations"),
    ("POST", "/api/accusations/follow"),
];
/// Answers a session or the metrics token.
const METRICS: &str = "/metrics";
/// What a machine may also post to: a question, and the nonce for its answer.
const CHALLENGES: &str = "/ledger/challenges";
/// What an alarm source posts to, with its token; a person with their session.
const EVENTS: (&str, &str) = ("POST", "/api/events");
/// What a person whose one-time password is not replaced yet may use.
const BEFORE_PASSWORD: [(&str, &str); 4] =
    [("GET", "/api/me"), ("POST", "/api/me/password"), ("POST", "/api/sign-out"), ("PATCH", "/api/me")];

/// What an account of a requesting authority may use: itself, the rules, and the portal. The law refuses every act beside these; this
/// refuses what needs no act.
pub const OF_REQUESTERS: [(&str, &str); 30] = [
    ("GET", "/api/me"),
    ("PATCH", "/api/me"),
    ("POST", "/api/me/password"),
    ("POST", "/api/me/totp"),
    ("DELETE", "/api/me/totp"),
    ("POST", "/api/me/totp/confirm"),
    ("GET", "/api/me/sessions"),
    ("DELETE", "/api/me/sessions/{id}"),
    ("GET", "/api/me/record"),
    ("GET", "/api/me/passkeys"),
    ("POST", "/api/me/passkeys"),
    ("POST", "/api/me/passkeys/challenge"),
    ("PATCH", "/api/me/passkeys/{id}"),
    ("DELETE", "/api/me/passkeys/{id}"),
    ("GET", "/api/me/identities"),
    ("POST", "/api/me/identities"),
    ("POST", "/api/me/identities/begin"),
    ("DELETE", "/api/me/identities/{id}"),
    ("POST", "/api/sign-out"),
    ("POST", "/api/me/lock"),
    ("GET", "/api/law/packs"),
    ("GET", "/api/law/packs/{id}"),
    ("GET", "/api/portal/requests"),
    ("POST", "/api/portal/requests"),
    ("GET", "/api/portal/requests/{id}"),
    ("POST", "/api/portal/requests/{id}/papers"),
    ("POST", "/api/portal/requests/{id}/withdraw"),
    ("POST", "/api/portal/requests/{id}/receipt"),
    ("GET", "/api/exports/{id}/package"),
    ("POST", "/api/exports/{id}/collection"),
];

/// A header that no other site can make a browser send without asking us first (Fetch §3.2): against CSRF.
pub const MARK_HEADER: HeaderName = HeaderName::from_static("x-watchkeeper");

/// Says that a person's own hand asked, not a page by itself: only such a request prolongs a session. Whoever sends it at other times
/// keeps their own session open, nobody else's.
pub const ATTENDED_HEADER: HeaderName = HeaderName::from_static("x-watchkeeper-attended");

/// What a session that was locked or left alone still does while its holder is on shift: the wall goes on, and an alarm is seen. Anything else
/// waits until its holder has signed in anew.
const OF_A_LEFT_WALL: [(&str, &str); 5] = [
    ("GET", "/api/views/{id}/live"),
    ("POST", "/api/views/{id}/renew"),
    ("POST", "/api/views/{id}/end"),
    ("GET", "/api/alarms"),
    ("GET", "/api/state"),
];
/// What anybody may do who leaves.
const SIGN_OUT: (&str, &str) = ("POST", "/api/sign-out");

/// Paths below these are the API, never pages of the console.
const API_PREFIXES: [&str; 3] = ["/api", "/ledger", "/metrics"];

/// A signed-in person and the request they sent. Only [`guard`] makes one.
#[derive(Clone, Debug)]
pub struct Signed {
    pub person: PersonId,
    pub session: SessionId,
    pub account: String,
    pub name: String,
    pub expires: WallTime,
    pub must_change_password: bool,
    /// Somebody is at the session; else only the wall of whoever is on shift goes on.
    pub attended: bool,
    /// For a requesting authority.
    pub requester: bool,
    /// Network address of the peer.
    pub place: String,
    pub request: RequestId,
}

impl Signed {
    fn new(who: Authenticated, place: String) -> Self {
        Self {
            person: who.person,
            session: who.session,
            account: who.account,
            name: who.name,
            expires: who.expires,
            must_change_password: who.must_change_password,
            attended: who.alone == Alone::No,
            requester: who.requester,
            place,
            request: RequestId(uuid::Uuid::now_v7()),
        }
    }

    /// The person behind a token that was made a moment ago.
    pub async fn new_session(app: &App, token: &str, place: String) -> Answer<Self> {
        let who = app.registry().authenticate(token, Asked::ByHand, app.now()).await?;
        Ok(Self::new(who, place))
    }

    /// The context of acts that are not about pictures: running the system.
    pub fn cx(&self, app: &App) -> Cx {
        self.cx_for(app, Purpose::Administration, LegalBasis::Operation, None, None)
    }

    /// The context of an act with a stated purpose.
    pub fn cx_for(
        &self,
        app: &App,
        purpose: Purpose,
        legal_basis: LegalBasis,
        case: Option<CaseId>,
        note: Option<String>,
    ) -> Cx {
        Cx {
            actor: Actor::Person(self.person),
            purpose,
            legal_basis,
            case,
            note,
            place: self.place.clone(),
            request: self.request,
            now: app.now(),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Failure::unauthenticated)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Signed {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug)]
pub struct Source(pub SocketAddr);

impl<S: Send + Sync> FromRequestParts<S> for Source {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        source(&parts.extensions)
    }
}

fn source(extensions: &axum::http::Extensions) -> Answer<Source> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| Source(info.0));
    peer.ok_or_else(|| Failure::new(Kind::Internal, "the peer's address is not known"))
}

/// Stands before every route.
pub async fn guard(
    State((app, description)): State<(App, Arc<Description>)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    match admit(&app, &description, &mut parts).await {
        Ok(()) if parts.method == Method::GET => next.run(Request::from_parts(parts, body)).await,
        Ok(()) => to_its_end(next, Request::from_parts(parts, body)).await,
        Err(failure) => failure.into_response(),
    }
}

/// A change goes on to its end also when the asker hangs up: what follows a commit (ending what was being watched) must not be
/// left out because nobody waits for the answer.
async fn to_its_end(next: Next, request: Request) -> Response {
    match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Failure::new(Kind::Unavailable, "the server is stopping").into_response(),
    }
}

async fn admit(app: &App, description: &Description, parts: &mut Parts) -> Answer<()> {
    let matched = parts.extensions.get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let Some(path) = matched else {
        let is_api = API_PREFIXES.iter().any(|prefix| parts.uri.path().starts_with(prefix));
        // Pages of the console are open; a path of the API that does not exist is not told to strangers.
        return if is_api {
            identify(app, parts, None).await.and(Err(Failure::not_found("route")))
        } else {
            Ok(())
        };
    };
    let method = if parts.method == Method::HEAD { Method::GET } else { parts.method.clone() };
    browser::require_own_page(&parts.headers, &parts.uri)?;
    if !description.has(&method, &path) {
        // To be told what there is one signs in first.
        identify(app, parts, None).await?;
        let Some(allowed) = description.methods_of(&path) else {
            tracing::error!(%method, path, "a route that is not in the description of the API was refused");
            return Err(Failure::not_found("route"));
        };
        return Err(Failure::method_not_allowed(&allowed));
    }
    if method != Method::GET {
        require_mark(&parts.headers)?;
    }
    let route = (method.as_str(), path.as_str());
    if OPEN_ROUTES.contains(&route) {
        let source = source(&parts.extensions)?.0.ip();
        return app.count_open(source).map_err(too_many);
    }
    if path == METRICS && has_metrics_token(app, &parts.headers) {
        return Ok(());
    }
    if (method == Method::GET || path.starts_with(CHALLENGES))
        && let Some(machine) = machine(app, &path, parts)?
    {
        parts.extensions.insert(machine);
        return Ok(());
    }
    if route == EVENTS
        && let Some(given) = bearer(&parts.headers)
    {
        let sender = event_sender(app, given, parts).await?;
        parts.extensions.insert(sender);
        return Ok(());
    }
    let signed = identify(app, parts, Some(route)).await?;
    let counted =
        if method == Method::GET { app.count_read(signed.person) } else { app.count_change(signed.person) };
    counted.map_err(too_many)?;
    if signed.must_change_password && !BEFORE_PASSWORD.contains(&route) {
        // The law refuses every act until then; asking it writes the refusal down.
        app.registry().admit_reading(&signed.cx(app), Act::ReadRegistry, Vec::new()).await?;
    }
    if signed.requester && !OF_REQUESTERS.contains(&route) {
        // The law refuses a requester every act of the registry; asking it writes the refusal down.
        app.registry().admit_reading(&signed.cx(app), Act::ReadRegistry, Vec::new()).await?;
    }
    parts.extensions.insert(signed);
    Ok(())
}

pub(super) fn too_many(retry_after_ms: i64) -> Failure {
    Failure::new(Kind::Busy, "too many requests").with_code("rate").retry_after_ms(retry_after_ms)
}

/// The person behind the cookie. A stranger is counted, once per source and hour in the ledger.
async fn identify(app: &App, parts: &Parts, route: Option<(&str, &str)>) -> Answer<Signed> {
    let source = source(&parts.extensions)?;
    let place = source.0.ip().to_canonical().to_string();
    let found = match cookie_of(&parts.headers, browser::cookie_name(app.facts().secure)) {
        Some(token) => app.registry().authenticate(token, asked(&parts.headers), app.now()).await,
        None => Err(store::Error::Unauthenticated),
    };
    match found {
        Ok(who) => left_alone(who.alone, route).map(|()| Signed::new(who, place)),
        Err(store::Error::Unauthenticated) => {
            app.registry().count_anonymous_refusal(&place, app.now());
            Err(Failure::unauthenticated())
        }
        Err(error) => Err(error.into()),
    }
}

fn asked(headers: &HeaderMap) -> Asked {
    match headers.get(ATTENDED_HEADER) {
        Some(value) if value == "1" => Asked::ByHand,
        _ => Asked::ByItself,
    }
}

/// Nobody is at the console: whoever comes is not known to be its holder.
fn left_alone(alone: Alone, route: Option<(&str, &str)>) -> Answer<()> {
    let is = |listed: &[(&str, &str)]| route.is_some_and(|route| listed.contains(&route));
    let code = match alone {
        Alone::No => return Ok(()),
        _ if is(&[SIGN_OUT]) => return Ok(()),
        Alone::OnShift if is(&OF_A_LEFT_WALL) => return Ok(()),
        Alone::OnShift => "left_alone_on_shift",
        Alone::Yes => "left_alone",
    };
    Err(Failure::new(Kind::Unauthenticated, "the console is locked: its holder signs in anew")
        .with_code(code))
}

/// A cookie's value (RFC 6265 §4.2.1).
pub fn cookie_of<'a>(headers: &'a HeaderMap, cookie: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == cookie).then_some(value))
}

fn require_mark(headers: &HeaderMap) -> Answer<()> {
    match headers.get(MARK_HEADER) {
        Some(value) if value == "1" => Ok(()),
        _ => {
            Err(Failure::new(Kind::Invalid, "the header X-Watchkeeper: 1 is missing")
                .with_code("mark_header"))
        }
    }
}

fn has_metrics_token(app: &App, headers: &HeaderMap) -> bool {
    let Some(expected) = &app.facts().metrics_token else { return false };
    bearer(headers).is_some_and(|given| expected.matches(given))
}

/// A bearer token (RFC 6750 §2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// The machine behind a token, on the routes of the logs and nowhere else.
fn machine(app: &App, path: &str, parts: &Parts) -> Answer<Option<Machine>> {
    if !path.starts_with("/ledger/") {
        return Ok(None);
    }
    let Some(given) = bearer(&parts.headers) else { return Ok(None) };
    let Some(found) = app.facts().machines.iter().find(|machine| machine.token.matches(given)) else {
        return Ok(None);
    };
    let place = source(&parts.extensions)?.0.ip().to_canonical().to_string();
    Ok(Some(Machine { name: found.name.clone(), logs: found.logs.clone(), place }))
}

/// The alarm source behind a token. Each address may try only so often, and each source send only so much.
async fn event_sender(app: &App, given: &str, parts: &Parts) -> Answer<EventSender> {
    let ip = source(&parts.extensions)?.0.ip();
    app.count_open(ip).map_err(too_many)?;
    let place = ip.to_canonical().to_string();
    let Some(source) = app.registry().alarm_sender(given).await? else {
        app.registry().count_anonymous_refusal(&place, app.now());
        return Err(Failure::unauthenticated());
    };
    app.count_event(source).map_err(too_many)?;
    Ok(EventSender::Source { source, place })
}

/// Who says that something happened: an alarm source by its token, or a person who tries one. Only [`guard`] makes the first.
#[derive(Clone, Debug)]
pub enum EventSender {
    Source { source: AlarmSender, place: String },
    Person(Box<Signed>),
}

impl EventSender {
    /// The source that the token says; a person names one.
    pub fn source(&self) -> Option<AlarmSender> {
        match self {
            Self::Source { source, .. } => Some(*source),
            Self::Person(_) => None,
        }
    }

    pub fn cx(&self, app: &App) -> Cx {
        match self {
            Self::Source { place, .. } => Cx { place: place.clone(), ..store::system_cx("event", app.now()) },
            Self::Person(signed) => signed.cx(app),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for EventSender {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        if let Some(sender) = parts.extensions.get::<Self>() {
            return Ok(sender.clone());
        }
        let signed = parts.extensions.get::<Signed>().cloned().ok_or_else(Failure::unauthenticated)?;
        Ok(Self::Person(Box::new(signed)))
    }
}

/// Another party's machine. Only [`guard`] makes one.
#[derive(Clone, Debug)]
pub struct Machine {
    name: String,
    logs: Vec<MachineLog>,
    place: String,
}

/// Who reads a log: a person, or a machine with a credential of its own.
#[derive(Clone, Debug)]
pub enum LogReader {
    Person(Box<Signed>),
    Machine(Machine),
}

impl<S: Send + Sync> FromRequestParts<S> for LogReader {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        if let Some(machine) = parts.extensions.get::<Machine>() {
            return Ok(Self::Machine(machine.clone()));
        }
        let signed = parts.extensions.get::<Signed>().cloned().ok_or_else(Failure::unauthenticated)?;
        Ok(Self::Person(Box::new(signed)))
    }
}

impl LogReader {
    /// Under which name it asks for proofs.
    pub fn name(&self) -> String {
        match self {
            Self::Person(signed) => signed.account.clone(),
            Self::Machine(machine) => format!("machine {}", machine.name),
        }
    }

    /// The context of asking for proofs. A machine that may not read the footage log is a stranger here.
    pub fn challenge_cx(&self, app: &App) -> Answer<Cx> {
        match self {
            Self::Person(signed) => Ok(signed.cx(app)),
            Self::Machine(machine) if machine.logs.contains(&MachineLog::Footage) => {
                Ok(Cx { place: machine.place.clone(), ..store::system_cx("machine", app.now()) })
            }
            Self::Machine(machine) => {
                app.registry().count_anonymous_refusal(&machine.place, app.now());
                Err(Failure::unauthenticated())
            }
        }
    }

    /// Decides and writes the entry, one per reader and hour. A machine that asks for a log that it may not read is a
    /// stranger there.
    pub async fn admit(&self, app: &App, log: store::LogName) -> Answer<()> {
        match self {
            Self::Person(signed) => {
                app.registry().admit_reading(&signed.cx(app), Act::ReadLedger, Vec::new()).await?;
            }
            Self::Machine(machine) => {
                let wanted = match log {
                    store::LogName::Footage => MachineLog::Footage,
                    store::LogName::Access => MachineLog::Access,
                };
                if !machine.logs.contains(&wanted) {
                    app.registry().count_anonymous_refusal(&machine.place, app.now());
                    return Err(Failure::unauthenticated());
                }
                let cx = Cx { place: machine.place.clone(), ..store::system_cx("machine", app.now()) };
                app.registry().admit_machine_reading(&cx, &machine.name, log).await?;
            }
        }
        Ok(())
    }
}

/// `Set-Cookie` for a new session, or for its end when there is no token (RFC 6265 §4.1).
pub fn set_cookie(token: Option<&str>, secure: bool) -> Answer<HeaderValue> {
    cookie_text(browser::cookie_name(secure), token, "", secure)
}

/// `Set-Cookie` for the browser that asked for a challenge, or for its end; it outlives the challenge by nothing.
pub fn ceremony_cookie(token: Option<&str>, secure: bool) -> Answer<HeaderValue> {
    let age = format!("; Max-Age={}", CEREMONY_US_MAX / 1_000_000);
    cookie_text(browser::ceremony_cookie_name(secure), token, &age, secure)
}

/// The same for the browser that was sent to a sign-in provider. `Strict` does: the console's own page asks with it, after the browser
/// has come back.
pub fn journey_cookie(token: Option<&str>, secure: bool) -> Answer<HeaderValue> {
    let age = format!("; Max-Age={}", JOURNEY_US_MAX / 1_000_000);
    cookie_text(browser::journey_cookie_name(secure), token, &age, secure)
}

fn cookie_text(name: &str, token: Option<&str>, age: &str, secure: bool) -> Answer<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let text = match token {
        Some(token) => format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict{age}{secure}"),
        None => format!("{name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{secure}"),
    };
    HeaderValue::from_str(&text).map_err(|_| Failure::new(Kind::Internal, "the cookie is not a header value"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        let check = |line: &'static str, cookie: &str, expected: Option<&str>| {
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(line))]);
            assert_eq!(cookie_of(&headers, cookie), expected, "{line}");
        };
        let (plain, secure) = (browser::COOKIE, browser::SECURE_COOKIE);
        check("wk_session=abc", plain, Some("abc"));
        check("a=b; wk_session=abc; c=d", plain, Some("abc"));
        check("xwk_session=abc", plain, None);
        check("wk_session", plain, None);
        check("__Host-wk_session=abc; wk_session=d", secure, Some("abc"));
        // What another service of the host may have planted does not count under TLS.
        check("wk_session=abc", secure, None);
        check("__host-wk_session=abc", secure, None);
    }
}

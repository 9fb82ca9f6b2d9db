//! The HTTP interface. This page lists every route; what is not on it is not reached.
//!
//! A route is declared once, with its description beside the handler (`routes!`), so that the description cannot
//! drift. Around all of them stand, outermost first: security headers, the guard (`auth`), the limit of a body.

mod auth;
mod availability;
mod bulk;
mod cameras;
mod challenges;
mod clearances;
mod clocks;
mod commissioning;
mod console;
mod convert;
mod documents;
mod error;
mod exports;
mod extract;
mod filings;
mod findings;
mod gaps;
mod health;
mod holds;
mod imports;
mod intake;
mod law;
mod layouts;
mod ledger;
mod levels;
mod live;
mod map;
mod metrics;
mod names;
mod outages;
mod overrides;
mod paging;
mod people;
mod playback;
mod pressure;
mod rate;
mod register;
mod retention;
mod session;
mod socket;
mod sound;
mod stills;
mod storage;
mod systems;
mod tables;
mod timeline;
mod trace;
pub mod types;
mod units;
mod views;
mod witness;
mod witnesses;

pub use auth::{COOKIE, OPEN_ROUTES, Signed};
pub use console::is_built as console_is_built;
pub use rate::{CHANGES_MAX, OPEN_MAX, RateLimit, SIGN_IN_MAX};
pub use witness::router as witness_router;

use crate::app::App;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::{self, Next},
    response::Response,
};
use std::{collections::HashSet, sync::Arc};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::{
    OpenApi,
    openapi::{OpenApi as Document, PathItem},
};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt as _},
    routes,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Watchkeeper",
        description = "Every call needs the session cookie `wk_session` but sign-in and health; every call that is not a GET needs the header `X-Watchkeeper: 1`. Times are Unix milliseconds.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(types::Problem, types::ServerMessage, types::ClientMessage)),
    tags(
        (name = "session", description = "Signing in and one's own account"),
        (name = "watch", description = "Viewing sessions, pictures, timeline, stills"),
        (name = "exports", description = "Handing out evidence packages"),
        (name = "holds", description = "Footage that must not go, and letting it go"),
        (name = "retention", description = "How long footage is promised and kept"),
        (name = "cameras", description = "Units, groups, cameras, layouts"),
        (name = "register", description = "Places, systems, points, papers; systems' lives; changes"),
        (name = "people", description = "People and their posts"),
        (name = "ledger", description = "Both logs, their entries and proofs"),
        (name = "law", description = "Rule packs, duties, and the controls that serve them"),
        (name = "health", description = "State of the system"),
    )
)]
struct Head;

/// Of the media disks.
fn storage_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(storage::show))
        .routes(routes!(storage::change))
        .routes(routes!(storage::add_disk))
        .routes(routes!(storage::change_disk))
}

/// Of evidence holds: one person places, two lift.
fn hold_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(holds::list, holds::place))
        .routes(routes!(holds::one))
        .routes(routes!(holds::ask))
        .routes(routes!(holds::approve))
        .routes(routes!(holds::decline))
        .routes(routes!(holds::review))
}

/// Every route there is.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Head::openapi())
        // open: see auth::OPEN_ROUTES
        .routes(routes!(health::health))
        .routes(routes!(session::sign_in))
        .merge(own_routes())
        // units, groups, cameras, layouts
        .routes(routes!(units::units, units::add_unit))
        .routes(routes!(units::groups, units::add_group))
        .routes(routes!(units::change_group, units::remove_group))
        .routes(routes!(cameras::list, cameras::add))
        .routes(routes!(cameras::change, cameras::retire))
        .routes(routes!(cameras::counts))
        .routes(routes!(cameras::probe))
        .routes(routes!(cameras::place))
        .routes(routes!(sound::list, sound::switch))
        .routes(routes!(levels::list, levels::raise))
        .routes(routes!(levels::lower))
        .routes(routes!(layouts::list, layouts::add))
        .routes(routes!(layouts::change, layouts::remove))
        // people
        .routes(routes!(people::list, people::add))
        .routes(routes!(people::change))
        .routes(routes!(people::reset))
        // pictures: each under a pass
        .routes(routes!(views::open))
        .routes(routes!(views::end))
        .routes(routes!(views::renew))
        .routes(routes!(live::live))
        .routes(routes!(playback::playback))
        .routes(routes!(stills::still))
        .routes(routes!(exports::list, exports::request))
        .routes(routes!(exports::one))
        .routes(routes!(exports::package))
        .routes(routes!(trace::trace))
        .routes(routes!(timeline::timeline))
        .merge(hold_routes())
        // how long
        .routes(routes!(retention::show, retention::change))
        .routes(routes!(retention::change_camera))
        // the ledger
        .routes(routes!(ledger::access))
        .routes(routes!(ledger::access_entry))
        .routes(routes!(ledger::footage))
        .routes(routes!(ledger::footage_entry))
        .routes(routes!(ledger::keys))
        .routes(routes!(pressure::list, pressure::report))
        .routes(routes!(pressure::close))
        .routes(routes!(challenges::list, challenges::ask))
        .routes(routes!(challenges::answer))
        .routes(routes!(ledger::checkpoint))
        .routes(routes!(ledger::tile))
        // health
        .routes(routes!(health::state))
        .routes(routes!(health::streams))
        .routes(routes!(gaps::gaps))
        .routes(routes!(gaps::explanations, gaps::explain))
        .routes(routes!(gaps::judge))
        .routes(routes!(gaps::maintenance, gaps::announce))
        .routes(routes!(gaps::judge_maintenance))
        .routes(routes!(findings::findings))
        .routes(routes!(findings::register))
        .routes(routes!(outages::outages))
        .routes(routes!(clocks::clocks))
        .routes(routes!(availability::availability))
        .routes(routes!(availability::availability_csv))
        .routes(routes!(health::disk))
        .merge(storage_routes())
        .routes(routes!(witnesses::witnesses))
        .routes(routes!(health::metrics))
        .routes(routes!(description))
        .merge(law_routes())
}

/// Oneself.
fn own_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(session::sign_out))
        .routes(routes!(session::me, session::change_me))
        .routes(routes!(session::change_password))
        .routes(routes!(session::begin_totp, session::remove_totp))
        .routes(routes!(session::confirm_totp))
        .routes(routes!(session::sessions))
        .routes(routes!(session::end_session))
}

/// The rules, the register, systems' lives.
fn law_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(law::packs))
        .routes(routes!(law::pack))
        .routes(routes!(overrides::list, overrides::set))
        .routes(routes!(overrides::end))
        .routes(routes!(register::kinds))
        .routes(routes!(register::completeness))
        .routes(routes!(register::list, register::add))
        .routes(routes!(register::one, register::change, register::remove))
        .routes(routes!(register::versions))
        .routes(routes!(map::show))
        .routes(routes!(map::layers))
        .routes(routes!(map::layer))
        .routes(routes!(register::named_by))
        .routes(routes!(clearances::list))
        .routes(routes!(clearances::give, clearances::take_back))
        .routes(routes!(documents::read, documents::take))
        .routes(routes!(commissioning::take))
        .routes(routes!(commissioning::confirm))
        .routes(routes!(commissioning::table))
        .routes(routes!(systems::life))
        .routes(routes!(systems::step))
        .routes(routes!(filings::filings, filings::file_system))
        .routes(routes!(filings::dossier))
        .routes(routes!(filings::filed_dossier))
        .routes(routes!(filings::receipt))
        .routes(routes!(systems::changes, systems::ask))
        .routes(routes!(systems::decide))
        .routes(routes!(systems::adoptions, systems::adopt))
        .merge(table_routes())
}

/// Tables in and out, and changes of many at once.
fn table_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(imports::upload).layer(DefaultBodyLimit::max(crate::tables::FILE_BYTES_MAX)))
        .routes(routes!(imports::show))
        .routes(routes!(imports::report))
        .routes(routes!(imports::apply))
        .routes(routes!(tables::table))
        .routes(routes!(tables::template))
        .routes(routes!(bulk::change))
        .routes(routes!(bulk::credentials))
}

/// The whole interface, ready to be served.
pub fn router(app: App) -> Router {
    sealed(app, routes())
}

/// Puts the guard around routes. Whatever is in `routes` but not in its own description stays out of reach.
pub fn sealed(app: App, routes: OpenApiRouter<App>) -> Router {
    let (router, document) = routes.split_for_parts();
    let description = Arc::new(Description::of(&document));
    router
        .fallback(console::serve)
        .layer(DefaultBodyLimit::max(extract::BODY_BYTES_MAX))
        .layer(middleware::from_fn_with_state((app.clone(), description), auth::guard))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn(security_headers))
        .with_state(app)
}

/// The document that clients are generated from.
pub fn document() -> Document {
    routes().into_openapi()
}

/// The document as it is checked in: pretty JSON with a final line end added by whoever prints it.
pub fn description_text() -> anyhow::Result<String> {
    Ok(document().to_pretty_json()?)
}

/// This document.
#[utoipa::path(
    get, path = "/api/openapi.json", tag = "health",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json"))
)]
async fn description(_signed: Signed) -> error::Answer<Response> {
    use axum::response::IntoResponse as _;
    let text = document().to_json().map_err(|error| {
        error::Failure::new(model::Kind::Internal, format!("the description cannot be written: {error}"))
    })?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// Which methods of which paths are described.
pub struct Description(HashSet<(Method, String)>);

impl Description {
    pub fn of(document: &Document) -> Self {
        Self(operations(document).into_iter().collect())
    }
    pub fn has(&self, method: &Method, path: &str) -> bool {
        // A lookup by borrowed parts would need a wrapper type; requests are few beside what they cost otherwise.
        self.0.contains(&(method.clone(), path.to_owned()))
    }
}

/// Every operation of a document.
pub fn operations(document: &Document) -> Vec<(Method, String)> {
    let methods = |item: &PathItem| {
        [
            (Method::GET, item.get.is_some()),
            (Method::PUT, item.put.is_some()),
            (Method::POST, item.post.is_some()),
            (Method::DELETE, item.delete.is_some()),
            (Method::PATCH, item.patch.is_some()),
        ]
        .into_iter()
        .filter_map(|(method, present)| present.then_some(method))
        .collect::<Vec<_>>()
    };
    let of_path = |(path, item): (&String, &PathItem)| {
        methods(item).into_iter().map(|method| (method, path.clone())).collect::<Vec<_>>()
    };
    document.paths.paths.iter().flat_map(of_path).collect()
}

/// What a page of ours may load: its own files only, and media it has built itself.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; media-src 'self' blob:; img-src 'self' data: blob:; \
    style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";

async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 5] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Files that somebody uploaded have a stricter policy of their own.
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    // What names no other rule is an answer to one person at one moment.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

//! The HTTP interface. This page lists every route; what is not on it is not reached.
//!
//! A route is declared once, with its description beside the handler (`routes!`), so that the description cannot
//! drift. Around all of them stand, outermost first: security headers, the guard (`auth`), the limit of a body.

mod alarms;
mod auth;
mod availability;
mod belonging;
mod board;
mod browser;
mod bulk;
mod cameras;
mod cases;
mod challenges;
mod claims;
mod clearances;
mod clips;
mod clocks;
mod commissioning;
mod console;
mod convert;
mod copies;
mod documents;
mod dossiers;
mod duty;
mod error;
mod exports;
mod extract;
mod filings;
mod findings;
mod floors;
mod folders;
mod foreseen;
mod gaps;
mod grants;
mod health;
mod holds;
mod imports;
mod in_time;
mod intake;
mod integrity;
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
mod passkeys;
mod people;
mod playback;
mod policy;
mod portal;
mod pressure;
mod providers;
mod ptz;
mod questions;
mod rate;
mod record;
mod record_term;
mod register;
mod reminders;
mod retention;
mod retrievals;
mod routines;
mod service;
mod session;
mod socket;
mod sound;
mod standing;
mod stills;
mod storage;
mod supervision;
mod sweep;
mod systems;
mod tables;
mod takeovers;
mod timeline;
mod trace;
pub mod types;
mod units;
mod views;
mod weigh;
mod witness;
mod witnesses;

pub use auth::{OF_REQUESTERS, OPEN_ROUTES, Signed};
pub use browser::cookie_name;
pub use console::{digest as console_digest, is_built as console_is_built};
pub use findings::Registered;
pub use foreseen::{Foreseen, foreseen_for};
pub use rate::{
    ACCUSATIONS_HOUR_MAX, ACCUSATIONS_MAX, CHANGES_MAX, EVENTS_MAX, HOUR_US, OPEN_MAX, READS_MAX, RateLimit,
    SIGN_IN_MAX,
};
pub use routines::Rows as RoutineRows;
pub use sweep::{Sweeper, sweep as sweep_findings};
pub use witness::router as witness_router;

use crate::app::App;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Method, header},
    middleware,
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
        description = "Every call needs the session cookie `__Host-wk_session` (`wk_session` without TLS) but sign-in and health; every call that is not a GET needs the header `X-Watchkeeper: 1`. Times are Unix milliseconds.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(types::Problem, types::ServerMessage, types::ClientMessage)),
    tags(
        (name = "session", description = "Signing in and one's own account"),
        (name = "watch", description = "Viewing sessions, pictures, timeline, stills"),
        (name = "exports", description = "Handing out evidence packages"),
        (name = "cases", description = "Cases under which somebody looks, holds or hands out"),
        (name = "retrievals", description = "Requests of authorities, from the letter to the receipt"),
        (name = "folders", description = "Incident folders: bookmarks, spans, notes; one hold and one set of packages"),
        (name = "holds", description = "Footage that must not go, and letting it go"),
        (name = "routines", description = "Written rules, drills, maintenance rounds, work orders, assessments, carriers' links"),
        (name = "duty", description = "Monitoring rooms: roster, shifts, watch log, reports, visitors"),
        (name = "alarms", description = "Alarm and door systems: what they send, and what is done about alarms"),
        (name = "supervision", description = "Authorities, accusations, inspections, orders, awards"),
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

/// Of questions that the access log raises.
fn question_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(questions::list))
        .routes(routes!(questions::explain))
        .routes(routes!(questions::answer))
        .routes(routes!(questions::limits, questions::set_limit))
}

/// Of evidence holds: one person places, two lift.
fn hold_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(holds::list, holds::place))
        .routes(routes!(holds::approvers))
        .routes(routes!(holds::one))
        .routes(routes!(holds::ask))
        .routes(routes!(holds::approve))
        .routes(routes!(holds::decline))
        .routes(routes!(holds::review))
}

/// Of people, and of how each stands.
fn people_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(people::list, people::add))
        .routes(routes!(people::change))
        .routes(routes!(people::reset))
        .routes(routes!(passkeys::remove_of))
        .routes(routes!(providers::list_of))
        .routes(routes!(providers::invite))
        .routes(routes!(providers::unlink_of))
        .routes(routes!(standing::show))
        .routes(routes!(standing::enter_training))
        .routes(routes!(standing::revoke_training))
        .routes(routes!(standing::vet))
        .routes(routes!(standing::change_term))
        .routes(routes!(standing::reactivate))
        .routes(routes!(standing::leave))
        .routes(routes!(standing::confirm))
        .routes(routes!(standing::change_rules))
        .routes(routes!(standing::sessions))
        .routes(routes!(standing::end_session))
        .routes(routes!(policy::person))
        .routes(routes!(policy::camera))
}

/// Of cases: one person opens, another confirms.
fn case_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(cases::list, cases::open))
        .routes(routes!(cases::confirm))
        .routes(routes!(cases::close))
}

/// Of requests to see footage: one person asks, another answers.
fn grant_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(grants::list, grants::ask))
        .routes(routes!(grants::approve))
        .routes(routes!(grants::decline))
        .routes(routes!(grants::revoke))
        .routes(routes!(grants::four_eyes))
        .routes(routes!(clips::share))
        .routes(routes!(clips::colleagues))
}

/// Of authorities' requests: one person enters, another approves.
fn retrieval_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(retrievals::list, retrievals::open))
        .routes(routes!(retrievals::one))
        .routes(routes!(retrievals::supply))
        .routes(routes!(retrievals::check))
        .routes(routes!(retrievals::complete))
        .routes(routes!(retrievals::approve))
        .routes(routes!(retrievals::refuse))
        .routes(routes!(retrievals::hand_over))
        .routes(routes!(retrievals::receipt))
        .routes(routes!(retrievals::whereabouts))
        .routes(routes!(retrievals::terms))
        .routes(routes!(retrievals::set_terms))
        .routes(routes!(service::set_hours))
        .routes(routes!(takeovers::list, takeovers::begin))
        .routes(routes!(takeovers::end))
}

/// What is amiss, and how the system does.
fn health_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health::state))
        .routes(routes!(health::streams))
        .routes(routes!(gaps::gaps))
        .routes(routes!(gaps::explanations, gaps::explain))
        .routes(routes!(gaps::judge))
        .routes(routes!(gaps::maintenance, gaps::announce))
        .routes(routes!(gaps::judge_maintenance))
        .routes(routes!(findings::findings))
        .routes(routes!(findings::register))
        .routes(routes!(board::history))
        .routes(routes!(board::board))
        .routes(routes!(board::duties))
        .routes(routes!(outages::outages))
        .routes(routes!(clocks::clocks))
        .routes(routes!(availability::availability))
        .routes(routes!(availability::availability_csv))
        .routes(routes!(health::disk))
        .merge(storage_routes())
        .merge(integrity::routes())
        .routes(routes!(witnesses::witnesses))
        .routes(routes!(witnesses::evidence))
        .routes(routes!(health::metrics))
        .routes(routes!(description))
}

/// Every route there is.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Head::openapi())
        // open: see auth::OPEN_ROUTES
        .routes(routes!(health::health))
        .merge(sign_in_routes())
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
        .routes(routes!(grants::four_eyes_of))
        .merge(layouts::routes())
        .merge(ptz::routes())
        // people
        .merge(people_routes())
        // pictures: each under a pass
        .routes(routes!(views::open))
        .routes(routes!(views::end))
        .routes(routes!(views::renew))
        .routes(routes!(live::live))
        .routes(routes!(playback::playback))
        .routes(routes!(stills::still))
        .routes(routes!(exports::list, exports::request))
        .routes(routes!(exports::one))
        .routes(routes!(copies::list))
        .routes(routes!(copies::receipt))
        .routes(routes!(copies::whereabouts))
        .routes(routes!(exports::package))
        .merge(folders::routes())
        .routes(routes!(trace::trace))
        .routes(routes!(timeline::timeline))
        .merge(hold_routes())
        .merge(case_routes())
        .merge(grant_routes())
        .merge(retrieval_routes())
        .merge(duty::routes())
        .merge(alarms::routes())
        .merge(supervision::routes())
        .merge(claims::routes())
        .merge(portal::routes())
        .merge(routines::routes())
        .merge(record_term::routes())
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
        .merge(question_routes())
        .routes(routes!(challenges::list, challenges::ask))
        .routes(routes!(challenges::answer))
        .routes(routes!(ledger::checkpoint))
        .routes(routes!(ledger::tile))
        .merge(health_routes())
        .merge(reminders::routes())
        .merge(law_routes())
}

/// Before anybody is signed in.
fn sign_in_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(passkeys::means, session::sign_in))
        .routes(routes!(passkeys::root))
        .routes(routes!(passkeys::challenge))
        .routes(routes!(passkeys::sign_in))
        .routes(routes!(providers::begin))
        .routes(routes!(providers::sign_in))
}

/// Oneself.
fn own_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(session::sign_out))
        .routes(routes!(session::lock))
        .routes(routes!(session::me, session::change_me))
        .routes(routes!(session::second_person, session::second_person_left))
        .routes(routes!(passkeys::challenge_beside))
        .routes(routes!(passkeys::sign_in_beside))
        .routes(routes!(record::own))
        .routes(routes!(session::change_password))
        .routes(routes!(session::begin_totp, session::remove_totp))
        .routes(routes!(session::confirm_totp))
        .routes(routes!(session::sessions))
        .routes(routes!(session::end_session))
        .routes(routes!(passkeys::list, passkeys::register))
        .routes(routes!(passkeys::begin_registering))
        .routes(routes!(passkeys::rename, passkeys::remove))
        .routes(routes!(providers::list, providers::link))
        .routes(routes!(providers::begin_linking))
        .routes(routes!(providers::unlink))
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
        .routes(routes!(map::alarms))
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
        .merge(dossiers::routes())
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
        .layer(middleware::from_fn_with_state(app.clone(), weigh::weigh))
        .layer(middleware::from_fn_with_state(app.facts().secure, browser::headers))
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
    /// What a path takes, as `Allow` lists it (RFC 9110 §10.2.1); `None` for a path that is not described at all.
    pub fn methods_of(&self, path: &str) -> Option<String> {
        let here = self.0.iter().filter(|(_, described)| described == path);
        let mut methods: Vec<&str> = here.map(|(method, _)| method.as_str()).collect();
        methods.sort_unstable();
        (!methods.is_empty()).then(|| methods.join(", "))
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

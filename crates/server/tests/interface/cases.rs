//! What each operation must do: who may, who may not, and which entries that leaves.

mod alarms;
mod case_files;
mod claims;
mod duty;
mod folders;
mod grants;
mod health;
mod imports;
mod levels;
mod passkeys;
mod people;
mod portal;
mod pressure;
mod providers;
mod ptz;
pub mod register;
mod reminders;
mod retrievals;
pub mod routines;
mod supervision;
mod takeovers;
pub mod watching;

use crate::house::{Caller, House, PASSWORD};
use futures::future::BoxFuture;
use model::{Act, GapCause, Hash, Profile, Rendering, Role, Span, StreamId};
use serde_json::{Value, json};
use store::{NewExport, NewGap, NewHold, Recipient, Request, system_cx};

/// Operations that succeed without an entry of their own, and why. May only shrink.
pub const SILENT: [(&str, &str); 30] = [
    ("POST /api/me/second-person", "its entry is the second person's, as of a sign-in"),
    ("POST /api/me/second-person/passkey", "its entry is the second person's, as of a sign-in"),
    ("POST /api/me/second-person/passkey/challenge", "a random number; its answer is an entry"),
    ("POST /api/accusations", "its entry is the intake's and names nobody: whoever accuses needs no account"),
    ("POST /api/accusations/follow", "by number and code; a flood of guesses would fill the ledger"),
    ("GET /api/health", "says only that the server answers"),
    ("GET /api/sign-in", "by which means one signs in, nobody's data"),
    ("GET /api/sign-in/root", "a public certificate"),
    ("POST /api/sign-in/passkey/challenge", "a random number; its answer is an entry"),
    ("GET /api/me/passkeys", "one's own passkeys"),
    ("POST /api/sign-in/provider/begin", "the address of a provider; what comes back is an entry"),
    ("GET /api/me/identities", "one's own links"),
    ("GET /api/me/reminders", "one's own reminders; each has its batch's entry"),
    ("GET /api/me", "what one knows about oneself"),
    ("GET /api/me/sessions", "one's own sessions"),
    ("GET /api/units", "names of units, known to everybody with an account"),
    ("GET /api/groups", "names of groups, known to everybody with an account"),
    ("GET /api/layouts", "camera ids in an order; names and pictures need more"),
    ("GET /api/state", "counts of the whole system, no camera's data; every console asks every few seconds"),
    ("GET /api/openapi.json", "the interface's own description"),
    ("GET /api/law/packs", "the rules themselves, nobody's data"),
    ("GET /api/register", "names of fields, nobody's data"),
    ("GET /api/law/packs/{id}", "the rules themselves, nobody's data"),
    ("GET /api/exports", "one's own exports, each with its entry"),
    ("GET /api/exports/{id}", "one's own export, with its entry"),
    (
        "POST /api/ptz/{id}/move",
        "belongs to the control's entry; how often is in its end, a refusal is an entry",
    ),
    ("POST /api/views/{id}/end", "belongs to the view's entry; what was served is a use record"),
    ("POST /api/views/{id}/renew", "belongs to the view's entry; a refusal is an entry"),
    ("GET /api/views/{id}/live", "belongs to the view's entry; what was served is a use record"),
    ("GET /api/views/{id}/playback", "belongs to the view's entry; what was served is a use record"),
];

/// Operations that refuse nobody who is signed in, and why. May only shrink.
pub const EVERYBODY: [(&str, &str); 48] = [
    ("POST /api/me/second-person", "the second person is judged, not who sits there"),
    ("POST /api/me/second-person/passkey", "the second person is judged, not who sits there"),
    ("POST /api/me/second-person/passkey/challenge", "anybody may be joined"),
    ("DELETE /api/me/second-person", "anybody may be left"),
    ("POST /api/accusations", "open"),
    ("POST /api/accusations/follow", "open"),
    ("GET /api/health", "open"),
    ("POST /api/sign-in", "open"),
    ("GET /api/sign-in", "open"),
    ("GET /api/sign-in/root", "open"),
    ("POST /api/sign-in/passkey/challenge", "open"),
    ("POST /api/sign-in/passkey", "open"),
    ("GET /api/me/passkeys", "oneself"),
    ("POST /api/me/passkeys", "oneself"),
    ("POST /api/me/passkeys/challenge", "oneself"),
    ("PATCH /api/me/passkeys/{id}", "oneself; another's is answered like one that never was"),
    ("DELETE /api/me/passkeys/{id}", "oneself; another's is answered like one that never was"),
    ("POST /api/sign-in/provider/begin", "open"),
    ("POST /api/sign-in/provider", "open"),
    ("GET /api/me/identities", "oneself"),
    ("POST /api/me/identities", "oneself"),
    ("POST /api/me/identities/begin", "oneself"),
    ("DELETE /api/me/identities/{id}", "oneself; another's is answered like one that never was"),
    ("GET /api/me/reminders", "oneself"),
    ("PUT /api/me/reminders", "oneself"),
    ("POST /api/me/reminders/read", "oneself"),
    ("POST /api/me/reminders/test", "oneself"),
    ("POST /api/sign-out", "anybody may go"),
    ("POST /api/me/lock", "anybody may leave for a while"),
    ("GET /api/me", "oneself"),
    ("PATCH /api/me", "oneself"),
    ("POST /api/me/password", "oneself"),
    ("POST /api/me/totp", "oneself"),
    ("POST /api/me/totp/confirm", "oneself"),
    ("DELETE /api/me/totp", "oneself"),
    ("GET /api/me/sessions", "oneself"),
    (
        "GET /api/me/record",
        "oneself: what is recorded about one is one's own to read, and reading it is an entry",
    ),
    ("DELETE /api/me/sessions/{id}", "oneself; another's session is answered like one that never was"),
    ("GET /api/units", "names only"),
    ("GET /api/groups", "names only"),
    ("GET /api/layouts", "one's own and shared ones"),
    ("GET /api/state", "counts only"),
    ("GET /api/openapi.json", "no data"),
    ("GET /api/law/packs", "what binds everybody"),
    ("GET /api/register", "names of fields"),
    ("GET /api/law/packs/{id}", "what binds everybody"),
    ("GET /api/exports", "one's own"),
    ("GET /api/exports/{id}", "one's own; another's export is answered like one that never was"),
];

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    Viewer,
    Operator,
    Administrator,
    Auditor,
    Manager,
    /// Has the post, in another unit.
    OtherOperator,
    OtherAdministrator,
    /// Supervises for an authority in whose area the unit has a system.
    Supervisor,
    /// Asks for footage for an authority, in the portal.
    Requester,
    /// Has an account and no post.
    NoPost,
}

impl Who {
    pub const ALL: [Self; 10] = [
        Self::Viewer,
        Self::Operator,
        Self::Administrator,
        Self::Auditor,
        Self::Manager,
        Self::OtherOperator,
        Self::OtherAdministrator,
        Self::Supervisor,
        Self::Requester,
        Self::NoPost,
    ];

    /// A fresh person of this kind.
    pub async fn sign_in(self, house: &House) -> Caller {
        match self {
            Self::Viewer => house.caller(Role::Viewer, house.unit).await,
            Self::Operator => house.caller(Role::Operator, house.unit).await,
            Self::Administrator => house.caller(Role::Administrator, house.unit).await,
            Self::Auditor => house.caller(Role::Auditor, house.unit).await,
            Self::Manager => house.caller(Role::Manager, house.unit).await,
            Self::OtherOperator => house.caller(Role::Operator, house.other_unit).await,
            Self::OtherAdministrator => house.caller(Role::Administrator, house.other_unit).await,
            Self::Supervisor => crate::supervision::supervisor(house).await.0,
            Self::Requester => crate::portal::requester(house).await,
            Self::NoPost => house.caller_without_post().await,
        }
    }
}

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    pub path: String,
    pub body: Option<Value>,
    pub socket: bool,
    /// Sent beside the session's.
    pub cookie: Option<String>,
}

/// Builds the request, and first what it needs: a view of one's own, a group to remove.
pub type Make = for<'a> fn(&'a House, &'a Caller) -> BoxFuture<'a, Ask>;

pub struct Case {
    pub operation: &'static str,
    pub open: bool,
    pub allowed: Who,
    pub status: u16,
    pub entries: &'static [Act],
    pub refused: &'static [Who],
    pub refused_status: u16,
    pub ask: Make,
}

const NO_PICTURES: &[Who] = &[Who::Administrator, Who::Auditor, Who::OtherOperator, Who::NoPost];
const NOT_OPERATORS: &[Who] =
    &[Who::Viewer, Who::Administrator, Who::Auditor, Who::OtherOperator, Who::NoPost];
const NOT_ADMINISTRATORS: &[Who] =
    &[Who::Viewer, Who::Operator, Who::Auditor, Who::OtherAdministrator, Who::NoPost];
const NOT_AUDITORS: &[Who] = &[Who::Viewer, Who::Operator, Who::Administrator, Who::NoPost];
const NO_HEALTH: &[Who] = &[Who::Viewer, Who::Operator, Who::NoPost];

fn case(operation: &'static str, allowed: Who, status: u16, entries: &'static [Act], ask: Make) -> Case {
    Case { operation, open: false, allowed, status, entries, refused: &[], refused_status: 403, ask }
}

impl Case {
    fn refuses(self, refused: &'static [Who]) -> Self {
        Self { refused, ..self }
    }
    /// Looks to the refused as if it were not there.
    fn hidden_from(self, refused: &'static [Who]) -> Self {
        Self { refused, refused_status: 404, ..self }
    }
    fn open(self) -> Self {
        Self { open: true, ..self }
    }
}

fn get(path: impl Into<String>) -> Ask {
    Ask { path: path.into(), body: None, socket: false, cookie: None }
}

fn with(path: impl Into<String>, body: Value) -> Ask {
    Ask { path: path.into(), body: Some(body), socket: false, cookie: None }
}

fn socket(path: String) -> Ask {
    Ask { path, body: None, socket: true, cookie: None }
}

/// Every operation, by part of the interface.
pub fn all() -> Vec<Case> {
    [
        oneself(),
        passkeys::all(),
        providers::all(),
        units(),
        cameras(),
        people::all(),
        pictures(),
        handing_out(),
        holds(),
        case_files::all(),
        folders::all(),
        grants::all(),
        ledger(),
        health::health(),
        health::gaps(),
        register::all(),
        duty::all(),
        imports::all(),
        levels::all(),
        pressure::all(),
        watching::all(),
        ptz::all(),
        takeovers::all(),
        alarms::all(),
        retrievals::all(),
        portal::all(),
        claims::all(),
        supervision::all(),
        routines::all(),
        reminders::all(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn oneself() -> Vec<Case> {
    use Act::{ChangePerson, SignIn, SignOut};
    vec![
        case("GET /api/health", Who::NoPost, 200, &[], |_, _| Box::pin(async { get("/api/health") })).open(),
        case("POST /api/sign-in", Who::NoPost, 200, &[SignIn], |_, caller| {
            let body = json!({ "account": caller.account, "password": PASSWORD });
            Box::pin(async { with("/api/sign-in", body) })
        })
        .open(),
        case("POST /api/sign-out", Who::NoPost, 204, &[SignOut], |_, _| {
            Box::pin(async { get("/api/sign-out") })
        }),
        case("POST /api/me/lock", Who::NoPost, 204, &[SignOut], |_, _| {
            Box::pin(async { get("/api/me/lock") })
        }),
        case("POST /api/me/second-person", Who::NoPost, 200, &[], |house, _| {
            Box::pin(async {
                let second = house.caller(Role::Operator, house.unit).await;
                with("/api/me/second-person", json!({ "account": second.account, "password": PASSWORD }))
            })
        }),
        case("DELETE /api/me/second-person", Who::NoPost, 200, &[Act::LeaveConsole], |house, caller| {
            Box::pin(async {
                let second = house.caller(Role::Operator, house.unit).await;
                let body = json!({ "account": second.account, "password": PASSWORD });
                house.post("/api/me/second-person", &caller.cookie, body).await;
                get("/api/me/second-person")
            })
        }),
        case("GET /api/me", Who::NoPost, 200, &[], |_, _| Box::pin(async { get("/api/me") })),
        case("PATCH /api/me", Who::NoPost, 200, &[ChangePerson], |_, _| {
            Box::pin(async { with("/api/me", json!({ "theme": "light", "language": "en" })) })
        }),
        case("POST /api/me/password", Who::NoPost, 204, &[ChangePerson], |_, _| {
            let body = json!({ "old": PASSWORD, "new": "a new horse battery" });
            Box::pin(async { with("/api/me/password", body) })
        }),
        case("POST /api/me/totp", Who::NoPost, 200, &[ChangePerson], |_, _| {
            Box::pin(async { get("/api/me/totp") })
        }),
        case("POST /api/me/totp/confirm", Who::NoPost, 204, &[ChangePerson], |house, caller| {
            Box::pin(async {
                let code = house.begin_totp(caller).await;
                with("/api/me/totp/confirm", json!({ "code": code }))
            })
        }),
        case("DELETE /api/me/totp", Who::NoPost, 204, &[ChangePerson], |_, _| {
            Box::pin(async { with("/api/me/totp", json!({ "password": PASSWORD })) })
        }),
        case("GET /api/me/sessions", Who::NoPost, 200, &[], |_, _| {
            Box::pin(async { get("/api/me/sessions") })
        }),
        case("DELETE /api/me/sessions/{id}", Who::NoPost, 204, &[SignOut], |house, caller| {
            Box::pin(async {
                let elsewhere = house.sign_in(caller.person, &caller.account).await;
                get(format!("/api/me/sessions/{}", elsewhere.session))
            })
        }),
    ]
}

fn units() -> Vec<Case> {
    use Act::{ChangeLayout, ChangeUnit};
    vec![
        case("GET /api/units", Who::NoPost, 200, &[], |_, _| Box::pin(async { get("/api/units") })),
        case("POST /api/units", Who::Administrator, 201, &[ChangeUnit], |_, _| {
            Box::pin(async { with("/api/units", json!({ "name": "新单位" })) })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::NoPost]),
        case("GET /api/groups", Who::NoPost, 200, &[], |_, _| Box::pin(async { get("/api/groups") })),
        case("POST /api/groups", Who::Administrator, 201, &[ChangeUnit], |house, _| {
            let body = json!({ "unit_id": house.unit.to_string(), "name": "新组" });
            Box::pin(async { with("/api/groups", body) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("PATCH /api/groups/{id}", Who::Administrator, 200, &[ChangeUnit], |house, _| {
            let path = format!("/api/groups/{}", house.group);
            Box::pin(async { with(path, json!({ "name": "江边步道" })) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("DELETE /api/groups/{id}", Who::Administrator, 204, &[ChangeUnit], |house, _| {
            Box::pin(async {
                let cx = system_cx("demo", house.app.now());
                let spare = house.app.registry().create_group(&cx, house.unit, "空组", None).await.unwrap();
                get(format!("/api/groups/{spare}"))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/layouts", Who::NoPost, 200, &[], |_, _| Box::pin(async { get("/api/layouts") })),
        case("POST /api/layouts", Who::Viewer, 201, &[ChangeLayout], |_, _| {
            let body = json!({ "name": "夜班", "grid": 4, "tiles": [null], "shared": true });
            Box::pin(async { with("/api/layouts", body) })
        })
        .refuses(&[Who::NoPost]),
        case("PUT /api/layouts/{id}", Who::Viewer, 200, &[ChangeLayout], |house, caller| {
            Box::pin(async {
                let body = json!({ "name": "白班", "grid": 1, "tiles": [], "shared": false });
                with(format!("/api/layouts/{}", house.layout(caller).await), body)
            })
        })
        .refuses(&[Who::NoPost]),
        case("DELETE /api/layouts/{id}", Who::Viewer, 204, &[ChangeLayout], |house, caller| {
            Box::pin(async { get(format!("/api/layouts/{}", house.layout(caller).await)) })
        })
        .refuses(&[Who::NoPost]),
    ]
}

fn cameras() -> Vec<Case> {
    use Act::{ChangeCamera, ProbeCamera, ReadRegistry};
    vec![
        case("GET /api/cameras", Who::Viewer, 200, &[ReadRegistry], |_, _| {
            Box::pin(async { get("/api/cameras") })
        })
        .refuses(&[Who::NoPost]),
        case("POST /api/cameras", Who::Administrator, 201, &[ChangeCamera], |house, _| {
            let body = json!({
                "name": "03", "unit_id": house.unit.to_string(), "group_id": house.group.to_string(),
                "main_url": "rtsp://192.0.2.1/3", "username": "camera", "password": "a secret",
            });
            Box::pin(async { with("/api/cameras", body) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("PATCH /api/cameras/{id}", Who::Administrator, 200, &[ChangeCamera], |house, _| {
            let path = format!("/api/cameras/{}", house.cameras[0]);
            Box::pin(async { with(path, json!({ "place": "滨江路 2 号" })) })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("DELETE /api/cameras/{id}", Who::Administrator, 204, &[ChangeCamera], |house, _| {
            Box::pin(async {
                let spare = house.camera("备用", "rtsp://192.0.2.1/spare").await;
                get(format!("/api/cameras/{spare}"))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/cameras/probe", Who::Administrator, 200, &[ProbeCamera], |_, _| {
            // Port 1 is closed: the answer says so at once.
            Box::pin(async { with("/api/cameras/probe", json!({ "url": "rtsp://127.0.0.1:1/main" })) })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::NoPost]),
    ]
}

fn pictures() -> Vec<Case> {
    use Act::{Live, Playback, ReadTimeline, Still};
    // Another person's view looks like none, and trying it is an entry.
    let others: &[Who] = &[Who::Viewer, Who::Operator, Who::Administrator];
    vec![
        case("POST /api/views", Who::Viewer, 201, &[Live], |house, _| {
            let body = house.live_view();
            Box::pin(async { with("/api/views", body) })
        })
        .refuses(NO_PICTURES),
        case("POST /api/views", Who::Operator, 201, &[Playback], |house, _| {
            let body = house.playback_view();
            Box::pin(async { with("/api/views", body) })
        })
        .refuses(NOT_OPERATORS),
        case("POST /api/views/{id}/end", Who::Viewer, 204, &[], |house, caller| {
            Box::pin(async { get(format!("/api/views/{}/end", house.view(caller, house.live_view()).await)) })
        })
        .hidden_from(others),
        case("POST /api/views/{id}/renew", Who::Viewer, 200, &[], |house, caller| {
            Box::pin(async {
                get(format!("/api/views/{}/renew", house.view(caller, house.live_view()).await))
            })
        })
        .hidden_from(others),
        case("GET /api/views/{id}/live", Who::Viewer, 101, &[], |house, caller| {
            Box::pin(async {
                let view = house.view(caller, house.live_view()).await;
                socket(format!("/api/views/{view}/live?camera={}", house.cameras[0]))
            })
        })
        .hidden_from(others),
        case("GET /api/views/{id}/playback", Who::Operator, 101, &[], |house, caller| {
            Box::pin(async {
                let view = house.view(caller, house.playback_view()).await;
                socket(format!("/api/views/{view}/playback?camera={}", house.cameras[0]))
            })
        })
        .hidden_from(others),
        case("POST /api/stills", Who::Operator, 201, &[Still], |house, caller| {
            Box::pin(async {
                let view = house.view(caller, house.live_view()).await;
                let camera = house.cameras[0].to_string();
                let at_ms = house.app.now().as_ms() - 2_000;
                with("/api/stills", json!({ "view_id": view, "camera_id": camera, "at_ms": at_ms }))
            })
        })
        .hidden_from(others),
        case("GET /api/timeline", Who::Operator, 200, &[ReadTimeline], |house, _| {
            let (camera, now) = (house.cameras[0], house.app.now().as_ms());
            let path =
                format!("/api/timeline?cameras={camera}&from_ms={}&to_ms={now}&bucket_ms=1000", now - 60_000);
            Box::pin(async { get(path) })
        })
        .refuses(&[Who::Viewer, Who::OtherOperator, Who::NoPost]),
    ]
}

fn handing_out() -> Vec<Case> {
    use Act::{AcknowledgeReceipt, Collect, Export, FollowCopy, ReadCopies};
    vec![
        case("POST /api/exports", Who::Operator, 201, &[Export], |house, _| {
            let body = house.export();
            Box::pin(async { with("/api/exports", body) })
        })
        .refuses(NOT_OPERATORS),
        case("GET /api/exports", Who::NoPost, 200, &[], |_, _| Box::pin(async { get("/api/exports") })),
        case("GET /api/exports/{id}", Who::Operator, 200, &[], |house, caller| {
            Box::pin(async { get(format!("/api/exports/{}", ready_export(house, caller).await)) })
        }),
        case("GET /api/exports/{id}/package", Who::Operator, 200, &[Collect], |house, caller| {
            Box::pin(async { get(format!("/api/exports/{}/package", ready_export(house, caller).await)) })
        })
        .refuses(TAKEN_BY_OTHERS),
        case("GET /api/copies", Who::Auditor, 200, &[ReadCopies], |_, _| {
            Box::pin(async { get("/api/copies") })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::NoPost]),
        case("POST /api/exports/{id}/receipt", Who::Operator, 200, &[AcknowledgeReceipt], |house, caller| {
            Box::pin(async {
                let path = format!("/api/exports/{}/receipt", collected_export(house, caller).await);
                with(path, json!({ "received_by": "李警官" }))
            })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::OtherOperator, Who::NoPost]),
        case("POST /api/exports/{id}/whereabouts", Who::Operator, 200, &[FollowCopy], |house, caller| {
            Box::pin(async {
                let path = format!("/api/exports/{}/whereabouts", collected_export(house, caller).await);
                with(path, json!({ "what": "transferred", "holder": "检察院" }))
            })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::OtherOperator, Who::NoPost]),
    ]
}

/// Also another operator of the same cameras: a package is its requester's.
const TAKEN_BY_OTHERS: &[Who] =
    &[Who::Operator, Who::Viewer, Who::Administrator, Who::Auditor, Who::OtherOperator, Who::NoPost];

const NOT_HOLDERS: &[Who] =
    &[Who::Viewer, Who::Auditor, Who::OtherOperator, Who::OtherAdministrator, Who::NoPost];

fn holds() -> Vec<Case> {
    const READ: &[Act] = &[Act::ReadHolds];
    vec![
        case("GET /api/holds", Who::Auditor, 200, READ, |_, _| Box::pin(async { get("/api/holds") }))
            .refuses(&[Who::Viewer, Who::NoPost]),
        case("GET /api/holds/approvers", Who::Operator, 200, READ, |house, _| {
            Box::pin(async { get(format!("/api/holds/approvers?cameras={}", house.cameras[0])) })
        })
        .refuses(&[Who::Viewer, Who::OtherOperator, Who::OtherAdministrator, Who::NoPost]),
        case("GET /api/holds/{id}", Who::Operator, 200, READ, |house, _| {
            Box::pin(async { get(format!("/api/holds/{}", hold(house, false).await)) })
        })
        .refuses(&[Who::Viewer, Who::NoPost]),
        case("POST /api/holds", Who::Operator, 201, &[Act::PlaceHold], |house, _| {
            let now = house.app.now().as_ms();
            let body = json!({
                "cameras": [house.cameras[0].to_string()], "from_ms": now - 60_000, "to_ms": now - 30_000,
                "purpose": "incident", "legal_basis": "unit_duty", "note": "盗窃",
            });
            Box::pin(async { with("/api/holds", body) })
        })
        .refuses(NOT_HOLDERS),
        case("POST /api/holds/{id}/release", Who::Operator, 200, &[Act::AskRelease], |house, _| {
            Box::pin(async {
                with(format!("/api/holds/{}/release", hold(house, false).await), json!({ "reason": "结案" }))
            })
        })
        .refuses(NOT_HOLDERS),
        case(
            "POST /api/holds/{id}/release/approve",
            Who::Administrator,
            200,
            &[Act::ApproveRelease],
            |house, _| {
                Box::pin(async {
                    let path = format!("/api/holds/{}/release/approve", hold(house, true).await);
                    with(path, json!({ "reason": "结案" }))
                })
            },
        )
        .refuses(NOT_ADMINISTRATORS),
        case(
            "POST /api/holds/{id}/release/decline",
            Who::Administrator,
            200,
            &[Act::DeclineRelease],
            |house, _| {
                Box::pin(async {
                    let path = format!("/api/holds/{}/release/decline", hold(house, true).await);
                    with(path, json!({ "reason": "上诉" }))
                })
            },
        )
        .refuses(NOT_ADMINISTRATORS),
        case("GET /api/retention", Who::Auditor, 200, &[Act::ReadHealth], |_, _| {
            Box::pin(async { get("/api/retention") })
        })
        .refuses(NO_HEALTH),
        case("PATCH /api/retention", Who::Administrator, 200, &[Act::ChangeRetention], |_, _| {
            let body = json!({ "floor_days": 30, "term_days": 60, "reason": "扩容" });
            Box::pin(async { with("/api/retention", body) })
        })
        .refuses(&[Who::Viewer, Who::Operator, Who::Auditor, Who::NoPost]),
        case(
            "PATCH /api/retention/cameras/{id}",
            Who::Administrator,
            200,
            &[Act::ChangeRetention],
            |house, _| {
                let path = format!("/api/retention/cameras/{}", house.cameras[0]);
                Box::pin(async { with(path, json!({ "term_days": 45, "reason": "重点部位" })) })
            },
        )
        .refuses(NOT_ADMINISTRATORS),
        case("POST /api/holds/{id}/review", Who::Operator, 200, &[Act::ReviewHold], |house, _| {
            Box::pin(async {
                let review_ms = house.app.now().as_ms() + 90 * 86_400_000;
                let body = json!({ "review_ms": review_ms, "reason": "二审" });
                with(format!("/api/holds/{}/review", hold(house, false).await), body)
            })
        })
        .refuses(NOT_HOLDERS),
    ]
}

/// A hold of somebody's; asked to be lifted by them, if so wished.
async fn hold(house: &House, asked: bool) -> model::HoldId {
    let registry = house.app.registry();
    let holder = house.caller(Role::Operator, house.unit).await;
    let cx = model::Cx { note: Some("盗窃".to_owned()), ..house.incident_cx(holder.person) };
    let now = house.app.now();
    let new = NewHold {
        cameras: vec![house.cameras[0]],
        span: Span::new(now.plus_us(-60_000_000), now.plus_us(-1_000_000)).unwrap(),
        review: None,
        document: String::new(),
        approver: None,
    };
    let id = registry.place_hold(&cx, new).await.unwrap();
    if asked {
        registry.ask_release(&cx, id, "").await.unwrap();
    }
    id
}

/// A finished export of this person, with a package that holds four bytes.
/// The same, collected by who asked for it.
pub async fn collected_export(house: &House, caller: &Caller) -> model::ExportId {
    let id = ready_export(house, caller).await;
    let before = house.entry_count().await;
    let collected = house.get(&format!("/api/exports/{id}/package"), &caller.cookie).await;
    assert_eq!(collected.status, 200);
    // How much of it left is written behind the answer.
    for _ in 0..100 {
        let uses = house.entries_since(before).await.iter().filter(|entry| entry.act == Act::Use).count();
        if uses > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    id
}

pub async fn ready_export(house: &House, caller: &Caller) -> model::ExportId {
    let registry = house.app.registry();
    let now = house.app.now();
    let asked = Request {
        span: Span::new(now.plus_us(-60_000_000), now.plus_us(-1_000_000)),
        ..Request::new(Act::Export, vec![house.cameras[0]], Rendering::Original)
    };
    let pass = registry.admit(&house.incident_cx(caller.person), asked).await.unwrap();
    let recipient = Recipient { name: "李警官".to_owned(), organisation: "公安".to_owned() };
    let new =
        NewExport { profile: Profile::Main, recipient, cameras: vec![house.cameras[0]], sealed_to: None };
    let id = registry.create_export(&pass, new).await.unwrap();
    std::fs::write(registry.export_path(id), b"PK\x05\x06").unwrap();
    registry.finish_export(id, "package.zip", 4, Hash([7; 32])).await.unwrap();
    id
}

fn ledger() -> Vec<Case> {
    const READ: &[Act] = &[Act::ReadLedger];
    vec![
        case("GET /api/ledger/access", Who::Auditor, 200, READ, |_, _| {
            Box::pin(async { get("/api/ledger/access?limit=5") })
        })
        .refuses(NOT_AUDITORS),
        case("GET /api/ledger/access/{index}", Who::Auditor, 200, READ, |_, _| {
            Box::pin(async { get("/api/ledger/access/0") })
        })
        .refuses(NOT_AUDITORS),
        case("GET /api/ledger/footage", Who::Auditor, 200, READ, |_, _| {
            Box::pin(async { get("/api/ledger/footage") })
        })
        .refuses(NOT_AUDITORS),
        case("GET /api/ledger/footage/{index}", Who::Auditor, 200, READ, |house, _| {
            Box::pin(async { get(format!("/api/ledger/footage/{}", published_gap(house).await)) })
        })
        .refuses(NOT_AUDITORS),
        case("GET /api/ledger/keys", Who::Auditor, 200, READ, |_, _| {
            Box::pin(async { get("/api/ledger/keys") })
        })
        .refuses(NOT_AUDITORS),
        case("GET /ledger/challenges", Who::Auditor, 200, READ, |_, _| {
            Box::pin(async { get("/ledger/challenges") })
        })
        .refuses(NOT_AUDITORS),
        case("POST /ledger/challenges", Who::Auditor, 201, &[Act::AskChallenge], |house, _| {
            Box::pin(async { with("/ledger/challenges", challenge(house).await) })
        })
        .refuses(NOT_AUDITORS),
        case(
            "POST /ledger/challenges/{id}/answer",
            Who::Auditor,
            200,
            &[Act::ReadLedger, Act::AnswerChallenge],
            |house, caller| {
                Box::pin(async {
                    let body = challenge(house).await;
                    let nonce = crate::retention::nonce_of(body["commitment"].as_str().unwrap());
                    let terms = house.post("/ledger/challenges", &caller.cookie, body).await.json();
                    let path = format!("/ledger/challenges/{}/answer", terms["id"].as_str().unwrap());
                    with(path, json!({ "nonce": nonce.to_string() }))
                })
            },
        )
        .refuses(NOT_AUDITORS),
        case("GET /ledger/{log}/checkpoint", Who::Auditor, 200, READ, |house, _| {
            Box::pin(async {
                published_gap(house).await;
                get("/ledger/footage/checkpoint")
            })
        })
        .refuses(NOT_AUDITORS),
        case("GET /ledger/{log}/tile/{*path}", Who::Auditor, 200, READ, |house, _| {
            Box::pin(async {
                let size = published_gap(house).await + 1;
                get(format!("/ledger/footage/tile/0/000.p/{size}"))
            })
        })
        .refuses(NOT_AUDITORS),
    ]
}

/// About the fresh gaps of one camera.
async fn challenge(house: &House) -> Value {
    published_gap(house).await;
    let now = house.app.now().as_ms();
    json!({
        "commitment": crate::retention::fresh(), "cameras": [house.cameras[1].to_string()], "from_ms": now - 60_000,
        "to_ms": now - 1, "instants": 3,
    })
}

/// Adds a gap record and publishes the footage log; the record's index, which is the last.
async fn published_gap(house: &House) -> u64 {
    gap_of(house, GapCause::Planned).await
}

pub async fn gap_of(house: &House, cause: GapCause) -> u64 {
    let stream = StreamId { camera: house.cameras[1], profile: Profile::Main };
    let footage = &house.app.store().footage;
    let now = house.app.now();
    let end = footage.stream_head(stream).await.unwrap().end.unwrap_or(now.plus_us(-60_000_000));
    let new = NewGap {
        stream,
        span: Span::new(end, end.plus_us(1_000)).unwrap(),
        cause,
        evidence: "test".to_owned(),
    };
    let leaf = footage.commit_gap(new).await.unwrap().leaf.0;
    house.app.store().publish(store::LogName::Footage, now).await.unwrap();
    leaf
}

//! Walks every operation of the API's description as nobody, as people who may not, and as somebody who may, and
//! holds each answer against its status **and** the ledger entries that it must leave.
//!
//! An operation without a case is tried with everybody: whatever answers it without an entry is a back door. That the
//! walk finds back doors is itself tested, with planted ones.

use crate::{
    cases::{self, Ask, Case, EVERYBODY, SILENT, Who},
    house::{self, Answer, Caller, Entry, House},
};
use axum::http::{Method, StatusCode};
use model::Act;
use server::http;
use std::net::SocketAddr;
use tokio_tungstenite::tungstenite::{self, client::IntoClientRequest as _};
use utoipa_axum::router::OpenApiRouter;

/// A house whose interface also listens on a real port, for WebSockets.
pub struct Walk {
    pub house: House,
    pub routes: fn() -> OpenApiRouter<server::app::App>,
    address: SocketAddr,
}

impl Walk {
    pub async fn start(routes: fn() -> OpenApiRouter<server::app::App>) -> Self {
        let mut house = House::build().await;
        house.router = http::sealed(house.app.clone(), routes());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = house.router.clone().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self { house, routes, address }
    }

    /// Everything that is wrong, in words.
    pub async fn flags(&self) -> Vec<String> {
        let mut flags = Vec::new();
        let document = (self.routes)().into_openapi();
        let operations = http::operations(&document);
        for (method, path) in &operations {
            let operation = format!("{method} {path}");
            let cases: Vec<Case> =
                cases::all().into_iter().filter(|case| case.operation == operation).collect();
            if cases.is_empty() {
                flags.extend(self.unknown(method, path).await);
            }
            for case in cases {
                let found = self.case(&case, method).await;
                flags.extend(found.into_iter().map(|flag| format!("{operation}: {flag}")));
            }
        }
        let known =
            |wanted: &str| operations.iter().any(|(method, path)| format!("{method} {path}") == wanted);
        let stale = cases::all().into_iter().map(|case| case.operation).filter(|operation| !known(operation));
        flags.extend(stale.map(|operation| format!("{operation}: has a case but is no operation")));
        flags
    }

    async fn case(&self, case: &Case, method: &Method) -> Vec<String> {
        let mut flags = Vec::new();
        let allowed = self.caller(case.allowed).await;
        let ask = (case.ask)(&self.house, &allowed).await;
        if !case.open {
            flags.extend(self.nobody(&ask, method).await);
        }
        for who in case.refused {
            let caller = self.caller(*who).await;
            let (status, entries) = self.try_as(&ask, method, &caller).await;
            if status.as_u16() != case.refused_status {
                flags.push(format!("answers {who:?} with {status}, not {}", case.refused_status));
            }
            if entries.is_empty() || !entries.iter().all(Entry::is_refusal) {
                let acts: Vec<_> = entries.iter().map(|entry| entry.act).collect();
                flags.push(format!("a refusal of {who:?} left {acts:?}"));
            }
        }
        let (status, entries) = self.try_as(&ask, method, &allowed).await;
        if status.as_u16() != case.status {
            flags.push(format!("answers {:?} with {status}, not {}", case.allowed, case.status));
        }
        let acts: Vec<_> = entries.iter().map(|entry| entry.act).collect();
        if acts != case.entries || entries.iter().any(Entry::is_refusal) {
            flags.push(format!("{:?} left {acts:?}, not {:?}", case.allowed, case.entries));
        }
        flags
    }

    /// Without a session, and with one that never was. The system's own entries may come in between: only what comes again at once is
    /// the stranger's.
    async fn nobody(&self, ask: &Ask, method: &Method) -> Vec<String> {
        let (flags, entries) = self.as_nobody(ask, method).await;
        if entries == 0 {
            return flags;
        }
        let (mut flags, again) = self.as_nobody(ask, method).await;
        if again > 0 {
            flags.push("a stranger left an entry of their own: a flood would fill the ledger".to_owned());
        }
        flags
    }

    async fn as_nobody(&self, ask: &Ask, method: &Method) -> (Vec<String>, u64) {
        let before = self.house.entry_count().await;
        let stale = format!("{}={}", http::cookie_name(true), "ab".repeat(32));
        let mut flags = Vec::new();
        for cookie in [None, Some(stale.as_str())] {
            let status = self.send(ask, method, cookie).await;
            if status != StatusCode::UNAUTHORIZED {
                flags.push(format!("answers nobody with {status}"));
            }
        }
        (flags, self.house.entry_count().await - before)
    }

    pub async fn try_as(&self, ask: &Ask, method: &Method, caller: &Caller) -> (StatusCode, Vec<Entry>) {
        let before = self.house.entry_count().await;
        let status = self.send(ask, method, Some(&caller.cookie)).await;
        let mut entries = self.house.entries_since(before).await;
        // How much of a package left is written behind its answer, under the entry before it.
        let leaves = status.is_success() && *method == Method::GET && ask.path.ends_with("/package");
        for _ in 0..100 {
            if !leaves || entries.iter().any(|entry| entry.act == Act::Use) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            entries = self.house.entries_since(before).await;
        }
        let by_caller = |entry: &Entry| entry.person == Some(caller.person) && entry.act != Act::Use;
        (status, entries.into_iter().filter(by_caller).collect())
    }

    async fn send(&self, ask: &Ask, method: &Method, cookie: Option<&str>) -> StatusCode {
        if ask.socket {
            return self.open_socket(&ask.path, cookie).await;
        }
        let cookie = match (&ask.cookie, cookie) {
            (Some(more), cookie) => Some(format!("{more}; {}", cookie.unwrap_or_default())),
            (None, cookie) => cookie.map(str::to_owned),
        };
        let answer: Answer = self
            .house
            .send(&self.house.router, method.clone(), &ask.path, cookie.as_deref(), ask.body.clone())
            .await;
        answer.status
    }

    async fn open_socket(&self, path: &str, cookie: Option<&str>) -> StatusCode {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        if let Some(cookie) = cookie {
            request.headers_mut().insert("cookie", cookie.parse().unwrap());
        }
        match tokio_tungstenite::connect_async(request).await {
            Ok((_, response)) => StatusCode::from_u16(response.status().as_u16()).unwrap(),
            Err(tungstenite::Error::Http(response)) => {
                StatusCode::from_u16(response.status().as_u16()).unwrap()
            }
            Err(error) => panic!("{path}: {error}"),
        }
    }

    /// An operation that nobody has thought about: it may answer nobody, and nobody without an entry.
    async fn unknown(&self, method: &Method, path: &str) -> Vec<String> {
        let mut flags = vec![format!("{method} {path}: has no case")];
        let filled: Vec<&str> = path
            .split('/')
            .map(|part| if part.starts_with('{') { "00000000-0000-0000-0000-000000000000" } else { part })
            .collect();
        let ask = Ask { path: filled.join("/"), body: None, socket: false, cookie: None };
        flags.extend(
            self.nobody(&ask, method).await.into_iter().map(|flag| format!("{method} {path}: {flag}")),
        );
        for who in Who::ALL {
            let caller = self.caller(who).await;
            let (status, entries) = self.try_as(&ask, method, &caller).await;
            if status.is_success() && entries.is_empty() {
                flags.push(format!("{method} {path}: answers {who:?} without an entry"));
            }
        }
        flags
    }

    pub async fn caller(&self, who: Who) -> Caller {
        who.sign_in(&self.house).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_decides_and_leaves_its_entry() {
    let walk = Walk::start(http::routes).await;
    let flags = walk.flags().await;
    assert!(flags.is_empty(), "{}", flags.join("\n"));
}

/// Exceptions are lists that only shrink: a new operation leaves an entry and refuses somebody.
#[test]
fn the_exceptions_are_those_and_no_more() {
    assert_eq!(SILENT.len(), 30);
    assert_eq!(EVERYBODY.len(), 48);
    for case in cases::all() {
        let listed = |list: &[(&str, &str)]| list.iter().any(|(operation, _)| *operation == case.operation);
        assert_eq!(case.entries.is_empty(), listed(&SILENT), "{}: leaves no entry", case.operation);
        assert_eq!(case.refused.is_empty(), listed(&EVERYBODY), "{}: refuses nobody", case.operation);
    }
    let open: Vec<_> = cases::all().into_iter().filter(|case| case.open).map(|case| case.operation).collect();
    let expected: Vec<_> =
        http::OPEN_ROUTES.iter().map(|(method, path)| format!("{method} {path}")).collect();
    assert_eq!(open, expected);
}

/// Strangers are counted: one entry per source and hour, written when the hour or the run ends.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_one_entry_per_source_and_hour() {
    let house = House::build().await;
    for _ in 0..25 {
        let answer = house.send(&house.router, Method::GET, "/api/cameras", None, None).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let clerk = house.clerk;
    let (_dir, store) = house.reopened().await;
    let counts = house::anonymous_entries(&store, clerk).await;
    assert_eq!(counts, [("192.0.2.7".to_owned(), "25".to_owned())]);
}

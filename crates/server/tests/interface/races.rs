//! What happens at the same time, or too slowly, or too often: rights that are taken away while they are used, sessions beside each
//! other, clients that dawdle. Bounded waits only; what is asserted is order, never speed.

use crate::{
    cases::Who,
    house::{House, PASSWORD},
    running::{config, prepare},
    watch::{PATIENCE, Seen, Studio, next, to_the_end},
};
use axum::http::{Method, StatusCode};
use law::access::Post;
use model::{Act, Role};
use serde_json::json;
use server::serve::{self, Extras};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
    time::Instant,
};
use store::{PersonChange, system_cx};

/// Readers at once; each goes on until it was told three times that it is nobody.
const READERS: u32 = 6;

/// A suspension that was answered counts for whatever is asked after it, and no permitted act of the person stands behind it in the log.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_permitted_after_the_entry_that_suspends() {
    let house = Arc::new(House::build().await);
    let operator = Who::Operator.sign_in(&house).await;
    let (done, permitted) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let before = house.entry_count().await;
    let readers: Vec<_> = (0..READERS)
        .map(|number| {
            let (house, operator) = (house.clone(), operator.clone());
            let (done, permitted) = (done.clone(), permitted.clone());
            tokio::spawn(async move {
                let mut strangers = 0;
                while strangers < 3 {
                    let after = done.load(SeqCst);
                    let answer = match number % 3 {
                        0 => house.post("/api/views", &operator.cookie, house.live_view()).await,
                        1 => house.post("/api/holds", &operator.cookie, json!({})).await,
                        _ => house.get("/api/cameras", &operator.cookie).await,
                    };
                    assert!(!answer.status.is_server_error(), "{}", answer.json());
                    strangers += u32::from(answer.status == StatusCode::UNAUTHORIZED);
                    assert!(
                        !after || answer.status == StatusCode::UNAUTHORIZED,
                        "{} afterwards",
                        answer.status
                    );
                    permitted.fetch_add(u32::from(answer.status.is_success()), SeqCst);
                }
            })
        })
        .collect();
    let deadline = Instant::now() + PATIENCE;
    while permitted.load(SeqCst) < 10 {
        assert!(Instant::now() < deadline, "nothing is permitted");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let change = PersonChange { suspended: Some(true), ..PersonChange::default() };
    let cx = system_cx("demo", house.app.now());
    house.app.registry().change_person(&cx, operator.person, change).await.unwrap();
    done.store(true, SeqCst);
    for reader in readers {
        reader.await.unwrap();
    }
    let entries = house.entries_since(before).await;
    let suspended =
        entries.iter().find(|entry| entry.act == Act::ChangePerson).expect("it is an entry").index;
    let late =
        entries.iter().filter(|entry| entry.index > suspended && entry.person == Some(operator.person));
    let late: Vec<_> = late.filter(|entry| !entry.is_refusal() && entry.act != Act::Use).collect();
    assert!(late.is_empty(), "{late:?}");
}

/// Somebody who is made an operator in the middle of a view, or a viewer of another unit, or nobody: the picture that ran under the
/// old post ends, in every session; what the new post permits is opened anew.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_role_ends_what_runs_in_every_session() {
    let studio = Studio::start().await;
    let house = &studio.house;
    let post = |role, unit| Some(vec![Post { role, unit, group: None }]);
    for (what, posts, may_watch_again) in [
        ("more", post(Role::Operator, house.unit), true),
        ("elsewhere", post(Role::Viewer, house.other_unit), false),
        ("other work", post(Role::Auditor, house.unit), false),
    ] {
        let viewer = Who::Viewer.sign_in(house).await;
        let beside = house.sign_in(viewer.person, &viewer.account).await;
        let (_, mut first) = studio.live(&viewer).await;
        let (_, mut second) = studio.live(&beside).await;
        for socket in [&mut first, &mut second] {
            while !matches!(next(socket).await, Seen::Media { .. }) {}
        }
        let change = PersonChange { posts, ..PersonChange::default() };
        let cx = system_cx("demo", house.app.now());
        house.app.registry().change_person(&cx, viewer.person, change).await.unwrap();
        for socket in [&mut first, &mut second] {
            assert_eq!(to_the_end(socket).await.reason.as_deref(), Some("revoked"), "{what}");
        }
        let again = house.post("/api/views", &viewer.cookie, house.live_view()).await;
        assert_eq!(again.status == StatusCode::CREATED, may_watch_again, "{what}: {}", again.json());
    }
}

/// Sessions beside each other: each its own token, each ended by itself; a new password ends all others; none is taken from what the
/// browser brought along (fixation).
#[tokio::test(flavor = "multi_thread")]
async fn sessions_stand_beside_each_other() {
    let house = House::build().await;
    let one = Who::Viewer.sign_in(&house).await;
    let two = house.sign_in(one.person, &one.account).await;
    let stranger = Who::Viewer.sign_in(&house).await;
    let status = async |cookie: &str| house.get("/api/me", cookie).await.status.as_u16();
    // Another's session is answered like one that never was.
    for id in [stranger.session.to_string(), uuid::Uuid::now_v7().to_string()] {
        let path = format!("/api/me/sessions/{id}");
        let answer = house.send(&house.router, Method::DELETE, &path, Some(&one.cookie), None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(status(&stranger.cookie).await, 200);
    // A view is the session's that opened it.
    let view = house.view(&one, house.live_view()).await;
    let renewed = house.post(&format!("/api/views/{view}/renew"), &two.cookie, json!({})).await;
    assert_eq!(renewed.status, StatusCode::NOT_FOUND);
    let out = house.post("/api/sign-out", &two.cookie, json!({})).await;
    assert_eq!((out.status.as_u16(), status(&one.cookie).await, status(&two.cookie).await), (204, 200, 401));
    let (three, body) = (
        house.sign_in(one.person, &one.account).await,
        json!({ "old": PASSWORD, "new": "a new horse battery" }),
    );
    assert_eq!(house.post("/api/me/password", &one.cookie, body).await.status, StatusCode::NO_CONTENT);
    assert_eq!((status(&one.cookie).await, status(&three.cookie).await), (200, 401));
    // Signed in with a cookie that somebody planted: it is not taken over.
    let planted = format!("{}={}", server::http::cookie_name(true), "cd".repeat(32));
    let body = json!({ "account": stranger.account, "password": PASSWORD });
    let answer = house.send(&house.router, Method::POST, "/api/sign-in", Some(&planted), Some(body)).await;
    assert_eq!(answer.status, StatusCode::OK);
    let given = answer.headers[axum::http::header::SET_COOKIE].to_str().unwrap();
    assert!(given.starts_with("__Host-wk_session=") && !given.contains(&"cd".repeat(32)), "{given}");
    assert_eq!(status(&planted).await, 401);
}

/// One who may approve sends the approval from many hands at once: it counts once.
#[tokio::test(flavor = "multi_thread")]
async fn one_approval_from_many_hands_counts_once() {
    let house = Arc::new(House::build().await);
    let (asker, approver) = (Who::Operator.sign_in(&house).await, Who::Administrator.sign_in(&house).await);
    let now = house.app.now().as_ms();
    let body = json!({
        "cameras": [house.cameras[0].to_string()], "from_ms": now - 60_000, "to_ms": now - 30_000,
        "purpose": "incident", "legal_basis": "unit_duty", "note": "盗窃",
    });
    let hold = house.post("/api/holds", &asker.cookie, body).await.json();
    let path = format!("/api/holds/{}/release", hold["id"].as_str().unwrap());
    let asked = house.post(&path, &asker.cookie, json!({ "reason": "结案" })).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.json());
    let before = house.entry_count().await;
    let hands = (0..8).map(|_| {
        let (house, cookie, path) = (house.clone(), approver.cookie.clone(), format!("{path}/approve"));
        tokio::spawn(async move { house.post(&path, &cookie, json!({ "reason": "结案" })).await.status })
    });
    let mut approved = 0;
    for hand in hands.collect::<Vec<_>>() {
        let status = hand.await.unwrap();
        assert!(!status.is_server_error(), "{status}");
        approved += u32::from(status.is_success());
    }
    assert_eq!(approved, 1);
    let entries = house.entries_since(before).await;
    let counted =
        entries.iter().filter(|entry| entry.act == Act::ApproveRelease && !entry.is_refusal()).count();
    assert_eq!(counted, 1);
}

/// Whoever dawdles over a request's head, or sends too much of one, loses the connection.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_dawdles_or_floods_is_put_off() {
    let dir = tempfile::tempdir().unwrap();
    prepare(dir.path()).await;
    let server = serve::start(config(dir.path(), true), Extras::default()).await.unwrap();
    let address = server.address();
    let said = |request: Vec<u8>| {
        tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            // A server that closes while it is written to is what is looked for.
            let _closed = stream.write_all(&request);
            let (mut answer, mut block) = (Vec::new(), [0; 4096]);
            loop {
                match stream.read(&mut block) {
                    Ok(0) => break String::from_utf8_lossy(&answer).into_owned(),
                    Ok(read) => answer.extend_from_slice(&block[..read]),
                    Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {
                        break String::from_utf8_lossy(&answer).into_owned();
                    }
                    Err(error) => panic!("the connection stays open: {error}"),
                }
            }
        })
    };
    let line = "GET /api/health HTTP/1.1\r\nhost: localhost\r\n";
    let many: String = (0..200).map(|number| format!("x-{number}: y\r\n")).collect();
    let long = format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "a".repeat(70_000));
    let cases = [
        ("half a head", line.to_owned()),
        ("nothing", String::new()),
        ("200 headers", format!("{line}{many}connection: close\r\n\r\n")),
        ("a long header", format!("{line}x: {}\r\nconnection: close\r\n\r\n", "y".repeat(200_000))),
        ("a long address", long),
        ("no HTTP", "\x16\x03\x01\x02\x00".to_owned()),
        (
            "two lengths",
            "POST /api/sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}".to_owned(),
        ),
    ];
    let waiting: Vec<_> = cases.into_iter().map(|(what, text)| (what, said(text.into_bytes()))).collect();
    for (what, answer) in waiting {
        let answer = answer.await.unwrap();
        assert!(!answer.starts_with("HTTP/1.1 2"), "{what}: {answer}");
    }
    // And others are served all the while.
    let good = said(format!("{line}connection: close\r\n\r\n").into_bytes()).await.unwrap();
    assert!(good.starts_with("HTTP/1.1 200"), "{good}");
    server.stop().await.unwrap();
}

//! Rights that are taken away while they are used, as a table: what takes them × what is going on. What must end ends, nothing is permitted
//! behind the entry that took it, and what may go on goes on. Bounded waits only; what is asserted is order, never speed.

use crate::{
    cases::Who,
    grants::{asked, four_eyes, request},
    house::{Caller, House},
    levels::{picture_after, playback, playing, recorded},
    takeovers,
    watch::{Studio, to_the_end},
};
use axum::http::StatusCode;
use futures::{StreamExt as _, future::join_all};
use law::access::Post;
use model::{Act, ExportId, Role};
use serde_json::{Value, json};
use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    time::Duration,
};
use store::{CameraChange, ExportState, PersonChange, system_cx};

/// Requests in a row of each kind, far below what one person may send in a minute.
const PAUSE: Duration = Duration::from_millis(60);

#[derive(Clone, Copy, PartialEq, Debug)]
enum Taken {
    GrantRevoked,
    SessionEnded,
    PostChanged,
    ByAnOrgan,
    MadeSensitive,
    MadeSecret,
}

/// Whether live pictures, playback, an export under way and a package on its way out end with it.
const TABLE: [(Taken, [bool; 4]); 6] = [
    // Live pictures need no grant.
    (Taken::GrantRevoked, [false, true, true, true]),
    // A package is made also after signing out; it is not handed to a session that is over.
    (Taken::SessionEnded, [true, true, false, true]),
    (Taken::PostChanged, [true; 4]),
    (Taken::ByAnOrgan, [true; 4]),
    (Taken::MadeSensitive, [true; 4]),
    (Taken::MadeSecret, [true; 4]),
];

impl Taken {
    const fn act(self) -> Act {
        match self {
            Self::GrantRevoked => Act::RevokeGrant,
            Self::SessionEnded => Act::SignOut,
            Self::PostChanged => Act::ChangePerson,
            Self::ByAnOrgan => Act::BeginTakeover,
            Self::MadeSensitive | Self::MadeSecret => Act::ChangeCamera,
        }
    }
}

struct Scene<'s> {
    studio: &'s Studio,
    caller: Caller,
    administrator: Caller,
    grant: Option<String>,
}

impl Scene<'_> {
    fn house(&self) -> &House {
        &self.studio.house
    }

    async fn does(&self, path: &str, body: Value) -> Value {
        let answer = self.house().post(path, &self.administrator.cookie, body).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.json());
        answer.json()
    }

    async fn level(&self, level: u8) {
        let (house, camera) = (self.house(), self.house().cameras[0]);
        let change = CameraChange { security_level: Some(level), ..CameraChange::default() };
        house
            .app
            .registry()
            .change_camera(&system_cx("demo", house.app.now()), camera, change)
            .await
            .unwrap();
    }

    /// Takes it away; what gives it back to others.
    async fn take(&self, taken: Taken) -> Option<String> {
        let house = self.house();
        match taken {
            Taken::GrantRevoked => {
                let path = format!("/api/grants/{}/revoke", self.grant.as_ref().unwrap());
                self.does(&path, json!({ "reason": "撤回" })).await;
            }
            Taken::SessionEnded => {
                let out = house.post("/api/sign-out", &self.caller.cookie, json!({})).await;
                assert_eq!(out.status, StatusCode::NO_CONTENT);
            }
            Taken::PostChanged => {
                let posts = Some(vec![Post { role: Role::Operator, unit: house.other_unit, group: None }]);
                let change = PersonChange { posts, ..PersonChange::default() };
                let cx = system_cx("demo", house.app.now());
                house.app.registry().change_person(&cx, self.caller.person, change).await.unwrap();
            }
            Taken::ByAnOrgan => {
                let officer = house.caller_without_post().await;
                let begun = self.does("/api/takeovers", takeovers::order(house, &officer).await).await;
                return Some(begun["id"].as_str().unwrap().to_owned());
            }
            Taken::MadeSensitive => self.level(2).await,
            Taken::MadeSecret => self.level(3).await,
        }
        None
    }

    /// Opens views again and again until it was taken away, and once more; which are permitted then is the table's.
    async fn hand(
        &self,
        done: &AtomicBool,
        opened: &AtomicU32,
        (live, ends): (bool, bool),
        span: (i64, i64),
    ) {
        let house = self.house();
        loop {
            let after = done.load(SeqCst);
            let body = if live { house.live_view() } else { playback(self.studio, span, None) };
            let answer = house.post("/api/views", &self.caller.cookie, body).await;
            assert!(!answer.status.is_server_error(), "{}", answer.json());
            if answer.status == StatusCode::CREATED {
                assert!(!(after && ends), "permitted afterwards");
                opened.fetch_add(1, SeqCst);
                let path = format!("/api/views/{}/end", answer.json()["id"].as_str().unwrap());
                house.post(&path, &self.caller.cookie, json!({})).await;
            } else {
                assert!(ends, "refused: {}", answer.json());
            }
            if after {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

async fn granted(house: &House, caller: &Caller, administrator: &Caller) -> String {
    let mut body = request(house);
    body["uses_max"] = json!(500);
    let grant = asked(house, caller, body).await;
    let path = format!("/api/grants/{grant}/approve");
    let answer = house.post(&path, &administrator.cookie, json!({ "reason": "已核实" })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    grant
}

async fn check(studio: &Studio, span: (i64, i64), (taken, ends): (Taken, [bool; 4])) {
    let house = &studio.house;
    let (caller, administrator) =
        (Who::Operator.sign_in(house).await, Who::Administrator.sign_in(house).await);
    four_eyes(house, taken == Taken::GrantRevoked).await;
    let grant = match taken {
        Taken::GrantRevoked => Some(granted(house, &caller, &administrator).await),
        _ => None,
    };
    let scene = Scene { studio, caller, administrator, grant };
    let sealed = json!({ "seal_to": crate::sealing::PUBLIC });
    let made = studio.exported_as(&scene.caller, span.0, span.0 + 2_000, sealed).await;
    assert_eq!(made["state"], "ready", "{taken:?}: {made}");
    let (_, mut live) = studio.live(&scene.caller).await;
    let (_, mut recorded) = playing(studio, &scene.caller, playback(studio, span, None)).await;
    picture_after(&mut live, 0).await;
    picture_after(&mut recorded, 0).await;
    let package = format!("/api/exports/{}/package", made["id"].as_str().unwrap());
    let mut leaving = house.begun(&package, &scene.caller.cookie).await.into_data_stream();
    leaving.next().await.unwrap().unwrap();
    let mut body = house.export();
    (body["from_ms"], body["to_ms"]) = (json!(span.0), json!(span.0 + 2_000));
    let making = house.post("/api/exports", &scene.caller.cookie, body).await.json();
    let making: ExportId = making["id"].as_str().unwrap().parse().unwrap();

    let before = house.entry_count().await;
    let (done, opened) = (AtomicBool::new(false), AtomicU32::new(0));
    let hands = [(true, ends[0]), (false, ends[1])].map(|which| scene.hand(&done, &opened, which, span));
    let take = async {
        studio.until_async("both are permitted", async || opened.load(SeqCst) >= 4).await;
        let back = scene.take(taken).await;
        done.store(true, SeqCst);
        back
    };
    let (back, _) = tokio::join!(take, join_all(hands));

    // Of what goes on by the clock, the newest is looked for.
    for (socket, ends, what) in [(&mut live, ends[0], "live"), (&mut recorded, ends[1], "playback")] {
        if ends {
            assert_eq!(to_the_end(socket).await.reason.as_deref(), Some("revoked"), "{taken:?}: {what}");
        } else {
            picture_after(socket, house.app.now().0 - 1_000_000).await;
        }
    }
    assert_eq!(leaving.next().await.unwrap().is_err(), ends[3], "{taken:?}: a package on its way out");
    let cx = || system_cx("export", house.app.now());
    let state = async || house.app.registry().export(&cx(), making).await.unwrap().state;
    if ends[2] {
        let failed = async || matches!(state().await, ExportState::Failed { .. });
        studio.until_async("the export is given up", failed).await;
    } else {
        assert!(!matches!(state().await, ExportState::Failed { .. }), "{taken:?}: an export under way");
    }
    let entries = house.entries_since(before).await;
    let took = entries.iter().find(|entry| entry.act == taken.act()).expect("it is an entry").index;
    let goes_on = |act: Act| act == Act::Use || (act == Act::Live && !ends[0]);
    let late: Vec<_> = entries
        .iter()
        .filter(|entry| entry.index > took && entry.person == Some(scene.caller.person))
        .filter(|entry| !entry.is_refusal() && !goes_on(entry.act))
        .map(|entry| entry.act)
        .collect();
    assert!(late.is_empty(), "{taken:?}: {late:?}");
    if let Some(takeover) = back {
        scene.does(&format!("/api/takeovers/{takeover}/end"), json!({ "reason": "已办结" })).await;
    }
    scene.level(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_away_while_it_is_used_ends() {
    let (studio, span) = recorded().await;
    for row in TABLE {
        check(&studio, span, row).await;
    }
}

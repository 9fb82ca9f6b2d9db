//! Time sources over real sockets: what they say is shown, kept over a restart, and a finding when it is too much.

use crate::{cases::Who, house::House, retention::at_point, supervision::Area, turned::Leapt, watch::Studio};
use model::WallTime;
use pipeline::system_wall;
use serde_json::{Value, json};
use server::{
    app::Facts,
    time_sources::{self, TimeConfig},
};
use std::sync::Arc;
use store::system_cx;
use tokio::net::UdpSocket;

/// A time source whose clock is so far ahead; `None`: one that says that it is not set.
async fn source(ahead_us: Option<i64>) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let name = socket.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let mut asked = [0; 64];
        loop {
            let (read, peer) = socket.recv_from(&mut asked).await.unwrap();
            assert_eq!((read, asked[0]), (48, 0x23));
            let mut answer = [0; 48];
            (answer[0], answer[1]) = if ahead_us.is_some() { (0x24, 3) } else { (0xe4, 0) };
            answer[24..32].copy_from_slice(&asked[40..48]);
            let now = ntp(system_wall().plus_us(ahead_us.unwrap_or(0)));
            answer[32..40].copy_from_slice(&now.to_be_bytes());
            answer[40..].copy_from_slice(&now.to_be_bytes());
            socket.send_to(&answer, peer).await.unwrap();
        }
    });
    name
}

fn ntp(wall: WallTime) -> u64 {
    let seconds = (wall.0.div_euclid(1_000_000) + 2_208_988_800) as u32;
    u64::from(seconds) << 32 | ((wall.0.rem_euclid(1_000_000) << 32) / 1_000_000) as u64
}

async fn asked(sources: Vec<String>) -> House {
    let facts = Facts { secure: true, time: TimeConfig { sources }, ..Facts::default() };
    let house = House::build_with(facts).await;
    time_sources::ask(&house.app).await;
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_is_shown_kept_and_a_finding() {
    let sources = vec![source(Some(7_000_000)).await, source(Some(7_010_000)).await, source(Some(0)).await];
    let liar = sources[2].clone();
    let house = asked(sources).await;
    let auditor = Who::Auditor.sign_in(&house).await;
    let server = &house.get("/api/clocks", &auditor.cookie).await.json()["server"];
    assert_eq!(server["synchronised"], false, "{server}");
    // A loaded machine may be late: half of that is in the offset.
    let offset_ms = server["offset_ms"].as_i64().unwrap();
    assert!((6_000..8_000).contains(&offset_ms), "{server}");
    let outliers: Vec<_> =
        server["sources"].as_array().unwrap().iter().filter(|source| source["is_outlier"] == true).collect();
    assert_eq!(
        outliers.iter().map(|source| &source["name"]).collect::<Vec<_>>(),
        [liar.as_str()],
        "{server}"
    );
    let findings = house.get("/api/findings", &auditor.cookie).await.json();
    let found = findings.as_array().unwrap().iter().filter(|finding| finding["kind"] == "server_clock");
    let words: Vec<_> = found.map(|finding| finding["reason"]["en"].as_str().unwrap().to_owned()).collect();
    assert!(words.len() == 1 && words[0].contains("behind its time sources"), "{findings}");
    let (_dir, store) = house.reopened().await;
    let kept = store.footage.clock_checks().await.unwrap();
    assert!((6_000_000..8_000_000).contains(&kept[0].offset_us.unwrap()), "{kept:?}");
    assert_eq!(kept[0].sources.lines().count(), 3, "{kept:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_sources_or_answers_nothing_is_claimed() {
    let check = async |sources: Vec<String>, problem: Option<&str>, findings: usize| {
        let house = asked(sources).await;
        let auditor = Who::Auditor.sign_in(&house).await;
        let clocks = house.get("/api/clocks", &auditor.cookie).await.json();
        let server = &clocks["server"];
        assert!(server["synchronised"].is_null() && server["offset_ms"].is_null(), "{server}");
        assert_eq!(server["sources"][0]["problem"].as_str(), problem, "{server}");
        let found = house.get("/api/findings", &auditor.cookie).await.json();
        let found =
            found.as_array().unwrap().iter().filter(|finding| finding["kind"] == "server_clock").count();
        assert_eq!(found, findings, "{clocks}");
    };
    check(vec![source(None).await], Some("the source refuses (\\x00\\x00\\x00\\x00)"), 1).await;
    let two = vec![source(Some(0)).await, source(Some(60_000_000)).await];
    check(two, None, 1).await;
}

/// A camera three seconds behind this server: nobody's finding until somebody says how far it may be off, and then by the article of
/// standards; put right by another figure, since the clock itself stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_cameras_clock_is_held_against_what_its_system_asks() {
    let clocks = Arc::new(Leapt::default());
    clocks.on_us(3_000_000);
    let studio = Studio::start_in(House::build_at(House::facts(), clocks).await).await;
    let (house, camera) = (&studio.house, studio.stream().camera);
    let area = Area::build(house, "440106").await;
    at_point(house, &area, camera).await;
    let administrator = Who::Administrator.sign_in(house).await;
    studio
        .until_async("the camera's clock is measured", async || {
            let clocks = house.get("/api/clocks", &administrator.cookie).await.json();
            let own = clocks["cameras"]
                .as_array()
                .unwrap()
                .iter()
                .find(|one| one["camera"]["id"] == json!(camera.to_string()));
            own.is_some_and(|one| one["offset_ms"].as_i64().is_some_and(|ms| (-4_000..-2_000).contains(&ms)))
        })
        .await;
    let found = async || -> Vec<Value> {
        let all = house.get("/api/findings", &administrator.cookie).await.json();
        let own = all.as_array().unwrap().iter().filter(|one| one["code"] == "below_standard");
        own.cloned().collect()
    };
    let ask = async |ms: Option<u32>| {
        let cx = system_cx("demo", house.app.now());
        let stored = house.app.registry().record(&cx, area.system).await.unwrap();
        let mut body = stored.body.clone();
        body.remove("clock_ms_max");
        body.extend(ms.map(|ms| ("clock_ms_max".to_owned(), json!(ms))));
        house.app.registry().change_record(&cx, area.system, stored.version, body).await
    };
    assert_eq!(found().await, Vec::<Value>::new(), "no text gives a figure");
    assert!(ask(Some(10)).await.is_err(), "finer than it is measured");
    ask(Some(1_000)).await.unwrap();
    let own = found().await;
    let of =
        (&own[0]["article"], &own[0]["control"], &own[0]["camera"]["id"], &own[0]["evidence"][0]["name"]);
    let expected = (
        json!("national-2025:3"),
        json!("measured-against-standard"),
        json!(camera.to_string()),
        json!("大门"),
    );
    assert_eq!(of, (&expected.0, &expected.1, &expected.2, &expected.3));
    assert!(own[0]["reason"]["zh"].as_str().unwrap().contains("> 1000 毫秒"), "{own:?}");
    ask(Some(5_000)).await.unwrap();
    assert_eq!(found().await, Vec::<Value>::new(), "within what is asked");
    ask(Some(1_000)).await.unwrap();
    assert_eq!(found().await.len(), 1);
    ask(None).await.unwrap();
    assert_eq!(found().await, Vec::<Value>::new());
}

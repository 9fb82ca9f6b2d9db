//! The whole server as `serve` runs it: TLS by default, plain only on loopback, start and stop in the ledger, and a
//! store that `check` finds clean afterwards.

use crate::house::{self, House};
use axum::http::{Method, Request, StatusCode, header};
use law::access::Post;
use model::{Act, Personal, Role, Secret};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use server::{
    app::Facts,
    cmd::{check, output::Level},
    config::{BearerToken, Config},
    serve::{self, Extras},
};
use std::{
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::Arc,
};
use store::{NewPerson, system_cx};

pub fn config(dir: &Path, plain_http: bool) -> Config {
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    Config { listen, data_dir: dir.to_owned(), plain_http, ..Config::default() }
}

/// Makes an empty store with one auditor and closes it again.
pub async fn prepare(dir: &Path) -> model::PersonId {
    let store = house::open(dir, true).await;
    let cx = system_cx("demo", pipeline::system_wall());
    let unit = store.registry.create_unit(&cx, "示范单位").await.unwrap();
    let new = NewPerson {
        account: "zhou".to_owned(),
        name: Personal::new("周安".to_owned()),
        language: "zh".to_owned(),
        posts: vec![Post { role: Role::Auditor, unit, group: None }],
        password: Some(Secret::new(house::PASSWORD.to_owned())),
        password_stays: true,
    };
    let (auditor, _) = store.registry.create_person(&cx, new).await.unwrap();
    store.close(pipeline::system_wall()).await.unwrap();
    auditor
}

fn http_get(stream: &mut (impl std::io::Read + std::io::Write), path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A peer that closes without close_notify is no matter here.
    let _end = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_speaks_tls_with_its_own_certificate_and_leaves_start_and_stop() {
    let dir = tempfile::tempdir().unwrap();
    let auditor = prepare(dir.path()).await;
    let server = serve::start(config(dir.path(), false), Extras::default()).await.unwrap();
    let address = server.address();
    assert!(server.address_text().starts_with("https://"));
    // Whoever trusts the root that is given out trusts what is served.
    let certificate = dir.path().join("tls/root.pem");
    let pem = std::fs::read_to_string(&certificate).unwrap();
    let (answer, given) = tokio::task::spawn_blocking(move || {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(certificate).unwrap()).unwrap();
        let client = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let client = Arc::new(client);
        let get = |path: &str| {
            let name = ServerName::try_from("localhost").unwrap();
            let connection = rustls::ClientConnection::new(client.clone(), name).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, TcpStream::connect(address).unwrap());
            http_get(&mut stream, path)
        };
        (get("/api/health"), get("/api/sign-in/root"))
    })
    .await
    .unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"status\":\"ok\""), "{answer}");
    assert!(given.starts_with("HTTP/1.1 200") && given.contains(pem.trim()), "{given}");
    assert!(given.contains("watchkeeper-root.crt"), "{given}");
    let plain = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        http_get(&mut stream, "/api/health")
    })
    .await
    .unwrap();
    assert!(!plain.contains("200"), "answered without TLS: {plain}");
    server.stop().await.unwrap();
    let store = house::open(dir.path(), false).await;
    let acts = house::acts_of(&store, auditor).await;
    assert!(acts.contains(&Act::Start) && acts.contains(&Act::Stop), "{acts:?}");
    let findings =
        check::examine(&store, check::Depth::Whole, &indicatif::ProgressBar::hidden()).await.unwrap();
    assert!(findings.iter().all(|finding| finding.level != Level::Wrong), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_tls_it_listens_on_loopback_only() {
    let dir = tempfile::tempdir().unwrap();
    prepare(dir.path()).await;
    let open = Config { listen: SocketAddr::from(([0, 0, 0, 0], 0)), ..config(dir.path(), true) };
    let refused = serve::start(open, Extras::default()).await.err().expect("refused").to_string();
    assert!(refused.contains("loopback"), "{refused}");
    let server = serve::start(config(dir.path(), true), Extras::default()).await.unwrap();
    let address = server.address();
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        http_get(&mut stream, "/api/health")
    })
    .await
    .unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_reads_metrics_with_its_token_and_nothing_else() {
    let token = "0123456789abcdef0123456789abcdef";
    let metrics_token = Some(BearerToken::new(token.to_owned()));
    let house = House::build_with(Facts { metrics_token, ..Facts::default() }).await;
    let ask = |path: &str, token: &str| {
        let request = Request::builder().method(Method::GET).uri(path);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        request.body(axum::body::Body::empty()).unwrap()
    };
    let answer = house.send_raw(&house.router, ask("/metrics", token)).await;
    assert_eq!(answer.status, StatusCode::OK);
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(
        text.contains("watchkeeper_log_leaves{log=\"access\"}") && text.trim_end().ends_with("# EOF"),
        "{text}"
    );
    for (path, token) in
        [("/metrics", "wrong"), ("/metrics", ""), ("/api/streams", token), ("/api/me", token)]
    {
        let answer = house.send_raw(&house.router, ask(path, token)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path} {token:?}");
    }
}

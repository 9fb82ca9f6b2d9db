//! A sign-in provider that lies as a test wants: it describes itself, gives out keys and tokens, and signs with a real key. A real
//! provider does not misbehave; what holds with one is tested in `providers::real`.
//!
//! It runs in a thread of its own: all tests of a process share one.

use crate::house::{Caller, HOST, House, PASSWORD};
use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use axum::http::{Method, StatusCode, header};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::Secret;
use serde_json::{Value, json};
use server::oidc::{Provider, ProviderName, config::SharedClaim};
use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, OnceLock};

pub const CLIENT: &str = "watchkeeper";
pub const BEGIN: &str = "/api/sign-in/provider/begin";
pub const SIGN_IN: &str = "/api/sign-in/provider";
pub const OWN: &str = "/api/me/identities";

/// How a token is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sign {
    Own,
    Nothing,
    /// As if the public key were a secret (RFC 8725 §2.1).
    PublicKeyAsSecret,
    Stranger,
}

/// A token before it is signed: a test changes what it likes.
pub struct Token {
    pub header: Value,
    pub claims: Value,
    pub sign: Sign,
    /// What the browser brings back.
    pub back: Value,
}

struct State {
    key: EcdsaKeyPair,
    kid: String,
    metadata: Value,
    codes: HashMap<String, String>,
    /// Requests by path.
    asked: HashMap<String, u32>,
    /// Answered instead of anything, when set.
    broken: Option<&'static str>,
}

#[derive(Clone)]
pub struct Issuer {
    pub issuer: String,
    state: Arc<Mutex<State>>,
}

fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn fresh_key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

/// The one of the house that [`House::build`] makes.
pub fn shared() -> &'static Issuer {
    static SHARED: OnceLock<Issuer> = OnceLock::new();
    SHARED.get_or_init(Issuer::start)
}

impl Issuer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let metadata = json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/auth"),
            "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/jwks"),
            "authorization_response_iss_parameter_supported": true, "code_challenge_methods_supported": ["S256"],
        });
        let state = State {
            key: fresh_key(),
            kid: "first".to_owned(),
            metadata,
            codes: HashMap::new(),
            asked: HashMap::new(),
            broken: None,
        };
        let made = Self { issuer, state: Arc::new(Mutex::new(state)) };
        let serving = made.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                std::thread::spawn(move || serving.answer(stream));
            }
        });
        made
    }

    pub fn provider(&self) -> Provider {
        Provider {
            id: "bureau".to_owned(),
            name: ProviderName { zh: "市局统一认证".to_owned(), en: "City Bureau".to_owned() },
            issuer: self.issuer.clone(),
            client_id: CLIENT.to_owned(),
            client_secret: Some(Secret::new("a client's secret".to_owned())),
            ca: None,
            shared: Some(SharedClaim { claim: "kind".to_owned(), values: vec!["shared".to_owned()] }),
        }
    }

    /// Another key from now on; the old one is withdrawn.
    pub fn rotate(&self, kid: &str) {
        let mut state = self.state.lock().unwrap();
        (state.key, state.kid) = (fresh_key(), kid.to_owned());
    }
    pub fn describe(&self, field: &str, value: Value) {
        self.state.lock().unwrap().metadata[field] = value;
    }
    pub fn break_with(&self, answer: Option<&'static str>) {
        self.state.lock().unwrap().broken = answer;
    }
    pub fn asked(&self, path: &str) -> u32 {
        self.state.lock().unwrap().asked.get(path).copied().unwrap_or_default()
    }

    /// What the browser brings back from an address, when somebody signed in there.
    pub fn back(&self, address: &str, subject: &str, now_s: i64, twist: impl FnOnce(&mut Token)) -> Value {
        let url = url::Url::parse(address).unwrap();
        let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
        let code = uuid::Uuid::now_v7().to_string();
        let mut state = self.state.lock().unwrap();
        let mut token = Token {
            header: json!({ "alg": "ES256", "kid": state.kid }),
            claims: json!({
                "iss": self.issuer, "sub": subject, "aud": CLIENT, "iat": now_s, "exp": now_s + 300, "auth_time": now_s,
                "nonce": query["nonce"],
            }),
            sign: Sign::Own,
            back: json!({ "provider": "bureau", "state": query["state"], "code": code, "iss": self.issuer }),
        };
        twist(&mut token);
        let written = write(&state.key, &token);
        state.codes.insert(code, written);
        token.back
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let mut part = [0; 4096];
        let (head, body) = loop {
            let read = stream.read(&mut part).unwrap_or(0);
            bytes.extend_from_slice(&part[..read]);
            let whole = String::from_utf8_lossy(&bytes).into_owned();
            let Some((head, body)) = whole.split_once("\r\n\r\n") else {
                if read == 0 {
                    return;
                }
                continue;
            };
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
            if body.len() >= length.parse().unwrap() || read == 0 {
                break (head.to_owned(), body.to_owned());
            }
        };
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let answer = self.answer_to(&path, &body);
        let _peer_has_gone = stream.write_all(answer.as_bytes());
    }

    fn answer_to(&self, path: &str, body: &str) -> String {
        let mut state = self.state.lock().unwrap();
        *state.asked.entry(path.to_owned()).or_default() += 1;
        if let Some(broken) = state.broken {
            return broken.to_owned();
        }
        let (status, body) = match path {
            "/.well-known/openid-configuration" => ("200 OK", state.metadata.to_string()),
            "/jwks" => {
                let point = state.key.public_key().as_ref();
                let (x, y) = (text(&point[1..33]), text(&point[33..]));
                let key =
                    json!({ "kty": "EC", "crv": "P-256", "kid": state.kid, "use": "sig", "x": x, "y": y });
                ("200 OK", json!({ "keys": [key] }).to_string())
            }
            "/token" => {
                let form: HashMap<_, _> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
                match form.get("code").and_then(|code| state.codes.remove(code)) {
                    Some(token) => {
                        ("200 OK", json!({ "access_token": "unused", "id_token": token }).to_string())
                    }
                    None => ("400 Bad Request", json!({ "error": "invalid_grant" }).to_string()),
                }
            }
            _ => ("404 Not Found", String::new()),
        };
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
    }
}

fn write(key: &EcdsaKeyPair, token: &Token) -> String {
    let signed = format!("{}.{}", text(token.header.to_string()), text(token.claims.to_string()));
    let by = |key: &EcdsaKeyPair| text(key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap().as_ref());
    let signature = match token.sign {
        Sign::Own => by(key),
        Sign::Stranger => by(&fresh_key()),
        Sign::Nothing => String::new(),
        Sign::PublicKeyAsSecret => {
            let secret = hmac::Key::new(hmac::HMAC_SHA256, key.public_key().as_ref());
            text(hmac::sign(&secret, signed.as_bytes()).as_ref())
        }
    };
    format!("{signed}.{signature}")
}

/// Where a stranger's browser is sent, and its cookie.
pub async fn sent(house: &House, body: Value) -> (String, String) {
    let answer = house.send(&house.router, Method::POST, BEGIN, None, Some(body)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(
        cookie.starts_with("__Host-wk_journey=") && cookie.contains("HttpOnly; SameSite=Strict"),
        "{cookie}"
    );
    (answer.json()["address"].as_str().unwrap().to_owned(), cookie.split(';').next().unwrap().to_owned())
}

/// Where the caller's browser is sent to link their account.
pub async fn linking(house: &House, caller: &Caller) -> String {
    let path = format!("{OWN}/begin");
    let answer =
        house.post(&path, &caller.cookie, json!({ "provider": "bureau", "password": PASSWORD })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    let address = answer.json()["address"].as_str().unwrap().to_owned();
    assert!(
        address.contains(&format!("redirect_uri=https%3A%2F%2F{HOST}%2Fsign-in%2Fwith%2Fbureau")),
        "{address}"
    );
    address
}

pub fn now_s(house: &House) -> i64 {
    house.app.now().as_ms() / 1_000
}

/// A subject that nobody else has.
pub fn somebody() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// The caller's account is linked with a subject; the link's id.
pub async fn linked(house: &House, issuer: &Issuer, caller: &Caller, subject: &str) -> String {
    let address = linking(house, caller).await;
    let back = issuer.back(&address, subject, now_s(house), |_| ());
    let answer = house.post(OWN, &caller.cookie, back).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    answer.json()["id"].as_str().unwrap().to_owned()
}

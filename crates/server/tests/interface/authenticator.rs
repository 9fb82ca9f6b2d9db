//! A device for passkeys in software: what a browser and a device would say together, and every lie that a test wants told. It is no
//! copy of the server's checks: it writes what W3C Web Authentication §5.8.1 and §6.1 ask for, and reads nothing.

use crate::house::{Caller, HOST, House, PASSWORD};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use axum::http::{Method, StatusCode, header};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Present and verified.
pub const GOOD: u8 = 0x05;

pub struct Device {
    key: EcdsaKeyPair,
    pub credential: [u8; 16],
    pub counter: u32,
    user: String,
}

/// What is said, before it is signed: a test changes what it likes.
pub struct Said {
    pub kind: &'static str,
    pub challenge: String,
    pub origin: String,
    pub framed: bool,
    pub host: String,
    pub flags: u8,
    pub counter: u32,
    pub user: String,
    pub credential: Vec<u8>,
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Said {
    fn client_data(&self) -> Vec<u8> {
        let said = json!({
            "type": self.kind, "challenge": self.challenge, "origin": self.origin, "crossOrigin": self.framed,
        });
        said.to_string().into_bytes()
    }
    fn device_data(&self) -> Vec<u8> {
        [&Sha256::digest(&self.host)[..], &[self.flags], &self.counter.to_be_bytes()].concat()
    }
}

impl Device {
    pub fn new() -> Self {
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            credential: *uuid::Uuid::now_v7().as_bytes(),
            counter: 0,
            user: String::new(),
        }
    }

    fn said(&self, kind: &'static str, challenge: &Value) -> Said {
        Said {
            kind,
            challenge: challenge["challenge"].as_str().unwrap_or_default().to_owned(),
            origin: format!("https://{HOST}"),
            framed: false,
            host: HOST.to_owned(),
            flags: GOOD,
            counter: self.counter,
            user: self.user.clone(),
            credential: self.credential.to_vec(),
        }
    }

    /// The body that registers it.
    pub fn create(&mut self, creation: &Value, twist: impl FnOnce(&mut Said)) -> Value {
        self.user = creation["user"].as_str().unwrap_or_default().to_owned();
        let mut said = self.said("webauthn.create", creation);
        said.flags |= 0x40;
        twist(&mut said);
        let point = self.key.public_key().as_ref();
        let head = [0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32];
        let cose = [&head[..], &point[1..33], &[0x22, 0x58, 32], &point[33..]].concat();
        let device_data =
            [said.device_data(), vec![0; 16], vec![0, 16], self.credential.to_vec(), cose].concat();
        json!({
            "name": "钥匙扣", "client_data": text(&said.client_data()), "authenticator_data": text(&device_data),
        })
    }

    /// The body that signs in with it; it counts on.
    pub fn get(&mut self, challenge: &Value, twist: impl FnOnce(&mut Said)) -> Value {
        self.counter += 1;
        let mut said = self.said("webauthn.get", challenge);
        twist(&mut said);
        let (client_data, device_data) = (said.client_data(), said.device_data());
        let signed = [&device_data[..], &Sha256::digest(&client_data)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "credential": text(&said.credential), "client_data": text(&client_data),
            "authenticator_data": text(&device_data), "signature": text(signature.as_ref()), "user": said.user,
        })
    }
}

/// A challenge for registering, after the password once more.
pub async fn begin(house: &House, caller: &Caller) -> Value {
    let path = "/api/me/passkeys/challenge";
    let answer = house.post(path, &caller.cookie, json!({ "password": PASSWORD })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    answer.json()
}

/// A device that the caller has registered, and the passkey's id.
pub async fn registered(house: &House, caller: &Caller) -> (Device, String) {
    let mut device = Device::new();
    let body = device.create(&begin(house, caller).await, |_| ());
    let answer = house.post("/api/me/passkeys", &caller.cookie, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    (device, answer.json()["id"].as_str().unwrap().to_owned())
}

/// A challenge for signing in, and the cookie of the browser that it was given to.
pub async fn challenged(house: &House) -> (Value, String) {
    let answer = house.send(&house.router, Method::POST, "/api/sign-in/passkey/challenge", None, None).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    (answer.json(), cookie.split(';').next().unwrap().to_owned())
}

/// A challenge for signing in beside the caller, at their console.
pub async fn challenged_beside(house: &House, caller: &Caller) -> Value {
    let answer = house.post("/api/me/second-person/passkey/challenge", &caller.cookie, json!(null)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    answer.json()
}

//! What is refused of what browsers and devices say, as data: one thing changed at a time, and every truncation.

use super::ceremony::{Assertion, Expected, Fault, NewCredential, asserted, is_copy, registered};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const HOST: &str = "vms.example";
const PERSON: [u8; 16] = [3; 16];
const GOOD: u8 = 0x05;

fn expected() -> Expected {
    let origins = vec!["https://vms.example:8443".to_owned()];
    Expected { challenge: [1; 32], host: HOST.to_owned(), origins }
}

fn said(kind: &str) -> Value {
    let challenge = URL_SAFE_NO_PAD.encode([1; 32]);
    json!({ "type": kind, "challenge": challenge, "origin": "https://vms.example:8443", "crossOrigin": false })
}

fn device(host: &str, flags: u8, counter: u32) -> Vec<u8> {
    [&Sha256::digest(host.as_bytes())[..], &[flags], &counter.to_be_bytes()].concat()
}

struct Device(EcdsaKeyPair);

impl Device {
    fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }
    fn cose(&self) -> Vec<u8> {
        let point = self.0.public_key().as_ref();
        let head = [0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32];
        [&head[..], &point[1..33], &[0x22, 0x58, 32], &point[33..]].concat()
    }
    fn registration(&self, flags: u8) -> Vec<u8> {
        [device(HOST, flags | 0x40, 0), vec![0; 16], vec![0, 4], vec![7; 4], self.cose()].concat()
    }
    fn assertion(&self, client_data: &Value, device_data: Vec<u8>) -> Assertion {
        let client_data = client_data.to_string().into_bytes();
        let signed = [&device_data[..], &Sha256::digest(&client_data)].concat();
        let signature = self.0.sign(&SystemRandom::new(), &signed).unwrap().as_ref().to_vec();
        Assertion { credential: vec![7; 4], client_data, device_data, signature, user: PERSON.to_vec() }
    }
}

/// The same but for one thing that is said.
fn but(mut said: Value, name: &str, value: Value) -> Value {
    said[name] = value;
    said
}

fn lies(kind: &str) -> Vec<(Value, Fault)> {
    let other = URL_SAFE_NO_PAD.encode([2; 32]);
    vec![
        (but(said(kind), "type", json!("webauthn.other")), Fault::Type),
        (but(said(kind), "challenge", json!(other)), Fault::Challenge),
        (
            but(said(kind), "challenge", json!(format!("{}=", URL_SAFE_NO_PAD.encode([1; 32])))),
            Fault::Challenge,
        ),
        (but(said(kind), "origin", json!("https://vms.example")), Fault::Origin),
        (but(said(kind), "origin", json!("http://vms.example:8443")), Fault::Origin),
        (but(said(kind), "origin", json!("https://evil.example:8443")), Fault::Origin),
        (but(said(kind), "crossOrigin", json!(true)), Fault::Framed),
        (but(said(kind), "topOrigin", json!("https://evil.example")), Fault::Framed),
        (json!({ "type": kind }), Fault::Malformed),
        (json!("words"), Fault::Malformed),
    ]
}

#[test]
fn a_registration_is_taken_only_as_it_was_asked_for() {
    let made = Device::new();
    let check = |client_data: &Value, device_data: Vec<u8>, expects: Result<(), Fault>| {
        let new = NewCredential { client_data: client_data.to_string().into_bytes(), device_data };
        assert_eq!(registered(&expected(), &new).map(|_| ()), expects, "{client_data}");
    };
    let good = said("webauthn.create");
    check(&good, made.registration(GOOD), Ok(()));
    // What browsers add is passed over; extensions that a device says unasked too.
    check(&but(good.clone(), "other_keys", json!("later")), made.registration(GOOD), Ok(()));
    check(&good, [made.registration(GOOD | 0x80), vec![0xa0]].concat(), Ok(()));
    check(&good, [made.registration(GOOD), vec![0xa0]].concat(), Err(Fault::Malformed));
    check(&good, made.registration(GOOD | 0x80), Err(Fault::Malformed));
    for (lie, fault) in lies("webauthn.create") {
        check(&lie, made.registration(GOOD), Err(fault));
    }
    check(&said("webauthn.get"), made.registration(GOOD), Err(Fault::Type));
    check(&good, made.registration(0x04), Err(Fault::NotPresent));
    check(&good, made.registration(0x01), Err(Fault::NotVerified));
    check(&good, made.registration(GOOD | 0x10), Err(Fault::Malformed));
    let mut elsewhere = made.registration(GOOD);
    elsewhere[..32].copy_from_slice(&Sha256::digest(b"evil.example"));
    check(&good, elsewhere, Err(Fault::Host));
    let no_key = [device(HOST, GOOD | 0x40, 0), vec![0; 16], vec![0, 4], vec![7; 4], vec![0xa0]].concat();
    check(&good, no_key, Err(Fault::Key));
    let no_id = [device(HOST, GOOD | 0x40, 0), vec![0; 18], made.cose()].concat();
    check(&good, no_id, Err(Fault::Malformed));
    let whole = made.registration(GOOD);
    for length in 0..whole.len() {
        let new =
            NewCredential { client_data: good.to_string().into(), device_data: whole[..length].to_vec() };
        assert!(registered(&expected(), &new).is_err(), "{length}");
    }
    let new = NewCredential { client_data: good.to_string().into(), device_data: whole };
    let kept = registered(&expected(), &new).unwrap();
    assert_eq!((kept.credential, kept.key, kept.algorithm), (vec![7; 4], made.cose(), "ES256"));
}

#[test]
fn an_assertion_is_taken_only_as_it_was_asked_for() {
    let (made, other) = (Device::new(), Device::new());
    let key = made.cose();
    let check = |given: &Assertion, expects: Result<u32, Fault>| {
        assert_eq!(asserted(&expected(), given, &key, &PERSON, false), expects, "{given:?}");
    };
    let good = said("webauthn.get");
    check(&made.assertion(&good, device(HOST, GOOD, 9)), Ok(9));
    for (lie, fault) in lies("webauthn.get") {
        check(&made.assertion(&lie, device(HOST, GOOD, 9)), Err(fault));
    }
    check(&made.assertion(&said("webauthn.create"), device(HOST, GOOD, 9)), Err(Fault::Type));
    check(&made.assertion(&good, device("evil.example", GOOD, 9)), Err(Fault::Host));
    check(&made.assertion(&good, device(HOST, 0x04, 9)), Err(Fault::NotPresent));
    check(&made.assertion(&good, device(HOST, 0x01, 9)), Err(Fault::NotVerified));
    // It could not be copied when it was registered.
    check(&made.assertion(&good, device(HOST, GOOD | 0x08, 9)), Err(Fault::Malformed));
    check(&other.assertion(&good, device(HOST, GOOD, 9)), Err(Fault::Signature));
    let signed = made.assertion(&good, device(HOST, GOOD, 9));
    check(&Assertion { user: vec![4; 16], ..signed.clone() }, Err(Fault::OtherPerson));
    check(&Assertion { user: Vec::new(), ..signed.clone() }, Err(Fault::OtherPerson));
    check(&Assertion { device_data: device(HOST, GOOD, 10), ..signed.clone() }, Err(Fault::Signature));
    for length in 0..signed.signature.len() {
        let cut = Assertion { signature: signed.signature[..length].to_vec(), ..signed.clone() };
        check(&cut, Err(Fault::Signature));
    }
}

/// Each of the three kinds of keys signs, and only over what it signed.
#[test]
fn keys_of_each_kind_verify_what_they_signed() {
    let text = |bytes: &[u8]| [&[0x58, u8::try_from(bytes.len()).unwrap()], bytes].concat();
    let ed25519 = Ed25519KeyPair::generate().unwrap();
    let edwards = [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21][..], &text(ed25519.public_key().as_ref())].concat();
    let rsa = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    // RFC 8017 §A.1.1: two headers of four bytes, a zero, then the modulus.
    let modulus = rsa.public_key().as_ref()[9..265].to_vec();
    let rivest =
        [&[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59, 1, 0][..], &modulus, &[0x21, 0x43, 1, 0, 1]].concat();
    let mut of_rsa = vec![0; rsa.public_modulus_len()];
    rsa.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), b"message", &mut of_rsa).unwrap();
    let signed = [(edwards, ed25519.sign(b"message").as_ref().to_vec()), (rivest, of_rsa)];
    for (cose, signature) in signed {
        let (key, taken) = super::cose::PublicKey::read(&cose).unwrap();
        assert_eq!(taken, cose.len());
        assert!(key.is_sound() && key.verifies(b"message", &signature), "{}", key.algorithm());
        assert!(!key.verifies(b"another", &signature), "{}", key.algorithm());
    }
}

#[test]
fn a_count_that_stands_still_or_goes_back_is_a_copy() {
    let check = |stored, now, expects| assert_eq!(is_copy(stored, now), expects, "{stored} {now}");
    check(0, 0, false);
    check(0, 1, false);
    check(1, 2, false);
    check(2, 2, true);
    check(2, 1, true);
    check(2, 0, true);
}

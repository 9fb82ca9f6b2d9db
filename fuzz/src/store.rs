//! Checks of `store`: the recorder's journal, sidecars, names of segment files, what browsers and devices say about passkeys. No database is
//! opened.
//!
//! Journal and sidecar end in sums that no fuzzer guesses, so a part of the inputs is given its true sum here.

use model::StoreId;
use sha2::{Digest as _, Sha256};
use store::journal::{self, Chain, Decoded};
use store::media_dir::SIDECAR_BYTES;
use store::passkey::{PasskeyKey, asserted, registered};
use store::{Assertion, Expected, NewCredential, SegmentPath, Sidecar};
use uuid::Uuid;

/// Panics when the input breaks a rule.
pub type Check = fn(&[u8]);

/// The checks and the names of their fuzz targets.
pub const TARGETS: &[(&str, Check)] =
    &[("journal", journal), ("sidecar", sidecar), ("segment_path", segment_path), ("passkey", passkey)];

/// The store of the seeds.
pub const STORE: StoreId = StoreId(Uuid::from_bytes([0x51; 16]));

/// The input as a journal, and its pieces as the bodies of a journal with true sums.
pub fn journal(bytes: &[u8]) {
    decoded(bytes);
    let (mut rest, mut chain, mut whole) = (bytes, [0; 8], Vec::new());
    // A piece: length byte, then the body; its kind goes by its number, so that each kind has its turn.
    let mut kinds = [b"WKJ1", b"WKS1", b"WKG1"].into_iter().cycle();
    while let Some((&length, after)) = rest.split_first() {
        let (body, after) = after.split_at(after.len().min(length.into()));
        rest = after;
        let kind = kinds.next().unwrap_or(b"WKJ1");
        let sum = Sha256::new().chain_update(kind).chain_update(chain).chain_update(body).finalize();
        chain.copy_from_slice(&sum[..8]);
        whole.extend_from_slice(kind);
        whole.extend_from_slice(&(body.len() as u16).to_be_bytes());
        whole.extend_from_slice(body);
        whole.extend_from_slice(&chain);
    }
    decoded(&whole);
}

/// What was read is what would be written, up to where it is torn; and cutting there loses nothing.
fn decoded(bytes: &[u8]) {
    let Decoded { records, torn_at } = journal::decode_all(bytes);
    let good = &bytes[..torn_at.unwrap_or(bytes.len())];
    let (mut chain, mut again) = (Chain::default(), Vec::new());
    for record in &records {
        journal::encode(record, &mut chain, &mut again);
    }
    assert_eq!(again, good, "what is read is not what would be written");
    assert_eq!(journal::decode_all(good), Decoded { records, torn_at: None });
}

/// The input as a sidecar, as it is and with its true sum.
pub fn sidecar(bytes: &[u8]) {
    let mut summed = bytes.to_vec();
    summed.resize(SIDECAR_BYTES - 32, 0);
    let sum = Sha256::digest(&summed);
    summed.extend_from_slice(&sum);
    for bytes in [bytes, &summed] {
        if let Ok(sidecar) = Sidecar::decode(bytes, STORE) {
            assert_eq!(sidecar.encode(), bytes, "accepts what it would not write");
            assert_eq!(sidecar.store, STORE);
        }
    }
}

/// An accepted name is kept as it is, and leads nowhere else.
pub fn segment_path(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(path) = SegmentPath::parse(text) {
        assert_eq!(path.as_str(), text);
        assert_eq!(text.split('/').count(), 4);
        assert!(!text.contains("..") && text.bytes().all(|byte| byte.is_ascii_graphic()));
    }
}

/// A length of two bytes, what a browser says, what a device says: as they are, and with the browser's words and the device's host and
/// flags as they must be, so that the key behind them is read. What is registered stands in the input; nobody signs in with a guess.
pub fn passkey(bytes: &[u8]) {
    const SAID: &[u8] = br#"{"type":"webauthn.create","challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","origin":"https://vms.example"}"#;
    const SIGNED_IN: &[u8] = br#"{"type":"webauthn.get","challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","origin":"https://vms.example"}"#;
    let expected = Expected {
        challenge: [0; 32],
        host: "vms.example".to_owned(),
        origins: vec!["https://vms.example".to_owned()],
    };
    let Some((length, rest)) = bytes.split_first_chunk::<2>() else { return };
    let (said, device) = rest.split_at(rest.len().min(usize::from(u16::from_be_bytes(*length))));
    let true_head = |flags: u8, rest: &[u8]| {
        let host = Sha256::digest(b"vms.example");
        [&host[..], &[flags], &[0, 0, 0, 7], rest].concat()
    };
    let behind = device.get(37..).unwrap_or_default();
    for (said, device) in [(said, device.to_vec()), (SAID, device.to_vec()), (SAID, true_head(0x45, behind))]
    {
        let new = NewCredential { client_data: said.to_vec(), device_data: device.clone() };
        let Ok(made) = registered(&expected, &new) else { continue };
        assert!((1..=1023).contains(&made.credential.len()), "an id that no device gives");
        let within = |part: &[u8]| device.windows(part.len()).any(|place| place == part);
        assert!(within(&made.credential) && within(&made.key), "what no device said");
        let (key, taken) = PasskeyKey::read(&made.key).expect("a registered key is read again");
        assert_eq!((taken, key.algorithm(), key.is_sound()), (made.key.len(), made.algorithm, true));
    }
    let (signature, key) = behind.split_at(behind.len().min(64));
    for said in [said, SIGNED_IN] {
        let given = Assertion {
            credential: vec![7; 4],
            client_data: said.to_vec(),
            device_data: true_head(0x05, &[]),
            signature: signature.to_vec(),
            user: vec![3; 16],
        };
        let signed = asserted(&expected, &given, key, &[3; 16], false);
        assert!(signed.is_err() || said == SIGNED_IN, "signed in with other words than were asked for");
        assert!(asserted(&expected, &given, key, &[4; 16], false).is_err(), "signed in as another");
    }
}

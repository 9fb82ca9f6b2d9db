//! What a browser and a device say at registering a passkey and at signing in with one, and whether it is what was asked for
//! (W3C Web Authentication Level 3 §7.1, §7.2). Pure: no clock, no database; the challenge comes in as a value.
//!
//! Attestation is neither asked for nor read: which make the device is decides nothing here, and it would tell people apart.
//! Invariant: nothing is accepted unless challenge, origin, host and the device's check of its user all hold.

use super::cose::PublicKey;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// What browsers write is some 200 bytes; they may add keys.
const CLIENT_DATA_BYTES_MAX: usize = 4 * 1024;
/// 55 bytes, an id of at most 1023, a key of at most 600, extensions.
const DEVICE_DATA_BYTES_MAX: usize = 4 * 1024;
/// §4: longer ids there are none.
const CREDENTIAL_BYTES_MAX: usize = 1023;

/// The flags of a device's data (§6.1).
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const CAN_SYNC: u8 = 0x08;
const SYNCED: u8 = 0x10;
const HAS_KEY: u8 = 0x40;
const HAS_EXTENSIONS: u8 = 0x80;

/// What was asked for, and of whom.
#[derive(Clone, Debug)]
pub struct Expected {
    pub challenge: [u8; 32],
    /// The host name that the device signs for (RP ID).
    pub host: String,
    /// Where the page was opened, as browsers write it: `https://host:port`.
    pub origins: Vec<String>,
}

/// What comes back from registering.
#[derive(Clone, Debug)]
pub struct NewCredential {
    pub client_data: Vec<u8>,
    pub device_data: Vec<u8>,
}

/// What comes back from signing in.
#[derive(Clone, Debug)]
pub struct Assertion {
    pub credential: Vec<u8>,
    pub client_data: Vec<u8>,
    pub device_data: Vec<u8>,
    pub signature: Vec<u8>,
    /// The person, as registering told the device.
    pub user: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registered {
    pub credential: Vec<u8>,
    /// COSE_Key.
    pub key: Vec<u8>,
    pub algorithm: &'static str,
    pub counter: u32,
    pub can_sync: bool,
}

/// Why not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    Malformed,
    Type,
    Challenge,
    Origin,
    Framed,
    Host,
    NotPresent,
    NotVerified,
    Key,
    Signature,
    OtherPerson,
}

impl Fault {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Malformed => "is not what a browser sends",
            Self::Type => "was made for another step",
            Self::Challenge => "answers another question than the one that was asked",
            Self::Origin => "was made on a page of another address",
            Self::Framed => "was made inside a page of another site",
            Self::Host => "was made for another host name",
            Self::NotPresent => "was made without anybody at the device",
            Self::NotVerified => "was made without the device checking who uses it",
            Self::Key => "has a key of a kind that is not taken",
            Self::Signature => "has a wrong signature",
            Self::OtherPerson => "was made for another person",
        }
    }
}

type Checked<T> = Result<T, Fault>;

/// §5.8.1, of which only this counts.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    top_origin: Option<String>,
}

fn client_data(bytes: &[u8], kind: &str, expected: &Expected) -> Checked<()> {
    if bytes.len() > CLIENT_DATA_BYTES_MAX {
        return Err(Fault::Malformed);
    }
    let said: ClientData = serde_json::from_slice(bytes).map_err(|_| Fault::Malformed)?;
    if said.r#type != kind {
        return Err(Fault::Type);
    }
    if said.challenge != URL_SAFE_NO_PAD.encode(expected.challenge) {
        return Err(Fault::Challenge);
    }
    if !expected.origins.contains(&said.origin) {
        return Err(Fault::Origin);
    }
    if said.cross_origin || said.top_origin.is_some() {
        return Err(Fault::Framed);
    }
    Ok(())
}

/// ```text
/// SHA-256 of the host | flags | counter | if HAS_KEY: make 16, length 2, id, COSE_Key | if HAS_EXTENSIONS: CBOR
///          32         |   1   | 4 (BE)  |
/// ```
struct DeviceData<'a> {
    flags: u8,
    counter: u32,
    rest: &'a [u8],
}

fn device_data<'a>(bytes: &'a [u8], expected: &Expected) -> Checked<DeviceData<'a>> {
    if bytes.len() > DEVICE_DATA_BYTES_MAX {
        return Err(Fault::Malformed);
    }
    let (host, rest) = bytes.split_first_chunk::<32>().ok_or(Fault::Malformed)?;
    let (flags, rest) = rest.split_first().ok_or(Fault::Malformed)?;
    let (counter, rest) = rest.split_first_chunk::<4>().ok_or(Fault::Malformed)?;
    if host != Sha256::digest(expected.host.as_bytes()).as_slice() {
        return Err(Fault::Host);
    }
    if flags & PRESENT == 0 {
        return Err(Fault::NotPresent);
    }
    if flags & VERIFIED == 0 {
        return Err(Fault::NotVerified);
    }
    if flags & SYNCED != 0 && flags & CAN_SYNC == 0 {
        return Err(Fault::Malformed);
    }
    Ok(DeviceData { flags: *flags, counter: u32::from_be_bytes(*counter), rest })
}

/// Extensions were not asked for; what a device says unasked is passed over.
fn ends(flags: u8, rest: &[u8]) -> Checked<()> {
    if (flags & HAS_EXTENSIONS != 0) == rest.is_empty() { Err(Fault::Malformed) } else { Ok(()) }
}

/// §7.1.
pub fn registered(expected: &Expected, new: &NewCredential) -> Checked<Registered> {
    client_data(&new.client_data, "webauthn.create", expected)?;
    let device = device_data(&new.device_data, expected)?;
    if device.flags & HAS_KEY == 0 {
        return Err(Fault::Malformed);
    }
    let rest = device.rest.get(16..).ok_or(Fault::Malformed)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(Fault::Malformed)?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length == 0 || length > CREDENTIAL_BYTES_MAX {
        return Err(Fault::Malformed);
    }
    let (credential, rest) = rest.split_at_checked(length).ok_or(Fault::Malformed)?;
    let (key, taken) = PublicKey::read(rest).ok_or(Fault::Key)?;
    let (encoded, rest) = rest.split_at_checked(taken).ok_or(Fault::Malformed)?;
    ends(device.flags, rest)?;
    if !key.is_sound() {
        return Err(Fault::Key);
    }
    Ok(Registered {
        credential: credential.to_vec(),
        key: encoded.to_vec(),
        algorithm: key.algorithm(),
        counter: device.counter,
        can_sync: device.flags & CAN_SYNC != 0,
    })
}

/// §7.2; the device's count of signatures is what comes out. `key` is the registered COSE_Key, `person` whom it belongs to.
pub fn asserted(
    expected: &Expected,
    given: &Assertion,
    key: &[u8],
    person: &[u8],
    could_sync: bool,
) -> Checked<u32> {
    client_data(&given.client_data, "webauthn.get", expected)?;
    if given.user != person {
        return Err(Fault::OtherPerson);
    }
    let device = device_data(&given.device_data, expected)?;
    // A passkey does not change from one that stays in its device to one that is copied about.
    if device.flags & HAS_KEY != 0 || (device.flags & CAN_SYNC != 0) != could_sync {
        return Err(Fault::Malformed);
    }
    ends(device.flags, device.rest)?;
    let (key, _) = PublicKey::read(key).ok_or(Fault::Key)?;
    let signed = [given.device_data.as_slice(), Sha256::digest(&given.client_data).as_slice()].concat();
    if key.verifies(&signed, &given.signature) { Ok(device.counter) } else { Err(Fault::Signature) }
}

/// A device's count never goes back; 0 both times: it does not count (§6.1.1).
pub const fn is_copy(stored: u32, now: u32) -> bool {
    (stored != 0 || now != 0) && now <= stored
}

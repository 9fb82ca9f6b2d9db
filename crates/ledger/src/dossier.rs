//! The dossier of a system: what the register says of it, claim by claim, each with the entry of the access log that proves it.
//!
//! Here are its files' structures and the page that is printed; checking one is `verify`'s work. The invariant kept: the bytes of
//! `dossier.json` and `dossier.html` are named, by their hashes, in the opened entry under which the dossier was made, so that no word
//! of it can change after. Entries stay sealed unless the maker opened them; docs/design/dossier.md says which and for whom.

mod page;

pub use page::page;

use crate::package::codec::{bytes32, deserialize_base64, hashes, serialize_base64, text};
use crate::{Error, Result};
use model::Hash;
use serde::{Deserialize, Serialize};

/// The value of `format` in a dossier that this crate writes and reads.
pub const FORMAT: &str = "watchkeeper-system-dossier/1";
pub const DOSSIER: &str = "dossier.json";
pub const PAGE: &str = "dossier.html";
/// The access log's checkpoint that all proofs lead to, with its cosignatures.
pub const CHECKPOINT: &str = "checkpoint.txt";
/// The opened entry under which it was made: a [`crate::package::HandOver`].
pub const ENTRY: &str = "entry.json";
/// The proofs of all other entries.
pub const PROOFS: &str = "proofs.json";
/// All files of a dossier, in the archive's order.
pub const FILES: [&str; 5] = [CHECKPOINT, PAGE, DOSSIER, ENTRY, PROOFS];

/// Longest file of a dossier: the proofs of [`CLAIMS_MAX`] claims at 3 kB each.
pub const FILE_BYTES_MAX: u64 = 64 << 20;
/// Claims of one section; more are counted and left out, so that one busy unit does not make a book.
pub const SECTION_CLAIMS_MAX: usize = 400;
/// Claims of a whole dossier.
pub const CLAIMS_MAX: usize = 6_000;

/// `dossier.json`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dossier {
    pub format: String,
    pub id: String,
    pub made_us: i64,
    pub made_by: String,
    pub unit: Named,
    pub system: Named,
    /// Entries of the register and of supervision are opened: with the names, posts and network addresses of whoever acted.
    pub opened: bool,
    pub access_log: Log,
    pub sections: Vec<Section>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub id: String,
    pub name: String,
}

/// The log that the entries are in, as the maker names it. A verifier brings the key that it trusts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub origin: String,
    pub vkey: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// `life`, `papers`, `points` …
    pub id: String,
    pub title: Words,
    pub claims: Vec<Claim>,
    /// Claims beyond [`SECTION_CLAIMS_MAX`].
    pub left_out: u64,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub zh: String,
    pub en: String,
}

impl Words {
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

/// One statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    pub text: Words,
    /// Of a paper's file, or of the record as it was written.
    #[serde(with = "some_hash")]
    pub sha256: Option<Hash>,
    /// Absent: measured when the dossier was made, and bound by its own entry alone.
    pub entry: Option<Entered>,
}

/// The entry that a claim rests on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entered {
    pub index: u64,
    /// The hash of its leaf.
    #[serde(with = "text")]
    pub leaf: Hash,
    pub at_us: i64,
    /// The act's word.
    pub act: String,
}

/// `proofs.json`: each entry once, ascending.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proofs {
    pub entries: Vec<EntryProof>,
}

/// The way of one entry into the log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryProof {
    pub index: u64,
    #[serde(serialize_with = "serialize_base64", deserialize_with = "deserialize_base64")]
    pub leaf: Vec<u8>,
    pub batch_index: u32,
    pub batch_width: u32,
    #[serde(with = "hashes")]
    pub batch_proof: Vec<Hash>,
    #[serde(serialize_with = "serialize_base64", deserialize_with = "deserialize_base64")]
    pub batch_leaf: Vec<u8>,
    pub log_index: u64,
    #[serde(with = "hashes")]
    pub inclusion: Vec<Hash>,
    /// The whole entry in plain, where the maker opened it.
    pub opened: Option<Opened>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    #[serde(serialize_with = "serialize_base64", deserialize_with = "deserialize_base64")]
    pub record: Vec<u8>,
    #[serde(with = "bytes32")]
    pub salt: [u8; 32],
}

/// An optional hash, spelled like one.
mod some_hash {
    use model::Hash;
    use serde::de::{Deserialize as _, Deserializer, Error as _};
    use serde::ser::{Serialize as _, Serializer};

    pub fn serialize<S: Serializer>(hash: &Option<Hash>, serializer: S) -> Result<S::Ok, S::Error> {
        hash.map(|hash| hash.to_string()).serialize(serializer)
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Hash>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        let hash = text.as_deref().map(str::parse::<Hash>).transpose();
        let hash = hash.map_err(|_| D::Error::custom("no hash"))?;
        if hash.map(|hash| hash.to_string()) == text {
            Ok(hash)
        } else {
            Err(D::Error::custom("not in its plain spelling"))
        }
    }
}

impl Dossier {
    /// Reads a dossier of this format.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let dossier: Self = parse("dossier", bytes)?;
        if dossier.format != FORMAT {
            return Err(Error::Text { what: "dossier", line: 1, problem: "another format than we know" });
        }
        Ok(dossier)
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        pretty("dossier", self)
    }

    pub fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.sections.iter().flat_map(|section| &section.claims)
    }
}

impl Proofs {
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        parse("proofs", bytes)
    }
    pub fn bytes(&self) -> Result<Vec<u8>> {
        pretty("proofs", self)
    }
}

/// The line of the making entry's `extra` that names a file's hash.
pub fn hash_line(file: &str, hash: Hash) -> String {
    format!("{}_sha256={hash}", if file == PAGE { "page" } else { "dossier" })
}

/// The archive's folder.
pub fn folder(id: &str) -> String {
    format!("dossier-{id}/")
}

/// Any structure of a dossier as its file has it: JSON two spaces deep with a line end. One spelling, so that a changed space is found.
pub fn pretty(what: &'static str, value: &impl Serialize) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| Error::Text {
        what,
        line: error.line(),
        problem: "cannot be written",
    })?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn parse<'a, T: Deserialize<'a>>(what: &'static str, bytes: &'a [u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| Error::Text {
        what,
        line: error.line(),
        problem: if error.is_data() { "a field is missing or not of its form" } else { "not JSON" },
    })
}

//! Challenges: "prove that you still have it", as data. What is drawn, from which seed, and the file that holds question and
//! answer.
//!
//! It judges nothing (`verify` does) and reads no footage. The invariant: whoever has the file draws the same instants as both
//! sides did, and nobody could choose them: the challenger committed to a nonce before the server gave one of its own.

use crate::package::codec::{deserialize_base64, hashes, serialize_base64, text};
use crate::table::Gop;
use crate::tree::sha256;
use crate::{Error, Result};
use model::{CameraId, Hash, MediaTime, Profile, Span, StreamId, WallTime};
use serde::{Deserialize, Serialize};

/// First field of the file.
pub const FORMAT: &str = "watchkeeper-challenge/1";
/// Instants in one challenge: each costs reading one group of pictures, 0.3 MB as a rule.
pub const INSTANTS_MAX: u32 = 200;
/// Streams in one challenge: more are asked in several.
pub const STREAMS_MAX: usize = 1_024;
/// Longest file: 200 answers of at most 12 kB, and the streams.
pub const FILE_BYTES_MAX: usize = 4 << 20;

const NONCE_DOMAIN: &[u8] = b"watchkeeper/challenge-nonce/v1\n";
const TERMS_DOMAIN: &[u8] = b"watchkeeper/challenge-terms/v1\n";
const SEED_DOMAIN: &[u8] = b"watchkeeper/challenge-seed/v1\n";
const DRAW_DOMAIN: &[u8] = b"watchkeeper/challenge-draw/v1\n";

/// What the challenger gives away of a nonce before it is shown.
pub fn commitment(nonce: &Hash) -> Hash {
    sha256(&[NONCE_DOMAIN, &nonce.0])
}

/// What both sides fixed before the nonce was shown: made by the server from the challenger's question.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Terms {
    /// [`FORMAT`].
    pub format: String,
    /// The server's name for it.
    pub id: String,
    /// [`commitment`] of the challenger's nonce.
    #[serde(with = "text")]
    pub commitment: Hash,
    /// Drawn by the server after it had the commitment.
    #[serde(with = "text")]
    pub server_nonce: Hash,
    /// By the server's clock.
    pub asked_us: i64,
    pub from_us: i64,
    pub to_us: i64,
    pub instants: u32,
    /// What is drawn from, ascending.
    pub streams: Vec<Stream>,
    /// The footage log's newest checkpoint, a signed note.
    pub checkpoint: String,
    /// The size of a checkpoint that the challenger had seen before, and that this one continues it (RFC 6962 §2.1.2).
    pub seen_size: Option<u64>,
    #[serde(with = "hashes")]
    pub consistency: Vec<Hash>,
}

/// A camera's stream by id and word.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Stream {
    #[serde(with = "text")]
    pub camera: CameraId,
    pub profile: String,
}

impl From<StreamId> for Stream {
    fn from(stream: StreamId) -> Self {
        Self { camera: stream.camera, profile: stream.profile.as_str().to_owned() }
    }
}

impl Stream {
    pub fn id(&self) -> Option<StreamId> {
        Some(StreamId { camera: self.camera, profile: self.profile.parse::<Profile>().ok()? })
    }
}

/// One instant of one stream, and which group and unit of its segment is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Draw {
    pub number: u32,
    pub stream: StreamId,
    pub at: WallTime,
    pick: (u32, u32),
}

impl Draw {
    /// The group that is asked for, of so many.
    pub fn gop(&self, count: u32) -> u32 {
        self.pick.0 % count.max(1)
    }
    /// The unit of it, of so many.
    pub fn unit(&self, count: u32) -> u32 {
        self.pick.1 % count.max(1)
    }
}

impl Terms {
    pub fn span(&self) -> Option<Span> {
        Span::new(WallTime(self.from_us), WallTime(self.to_us)).filter(|span| span.duration_us() > 0)
    }

    /// Everything that both sides fixed, in one hash. `checkpoint` is the hash of the checkpoint's text.
    fn hash(&self, checkpoint: Hash) -> Hash {
        let mut bytes = Vec::with_capacity(256 + 17 * self.streams.len());
        bytes.extend_from_slice(TERMS_DOMAIN);
        bytes.extend_from_slice(&self.commitment.0);
        bytes.extend_from_slice(&self.server_nonce.0);
        bytes.extend_from_slice(&self.from_us.to_be_bytes());
        bytes.extend_from_slice(&self.to_us.to_be_bytes());
        bytes.extend_from_slice(&self.instants.to_be_bytes());
        bytes.extend_from_slice(&checkpoint.0);
        for stream in &self.streams {
            bytes.extend_from_slice(stream.camera.0.as_bytes());
            bytes.push(stream.id().map_or(u8::MAX, |stream| stream.profile as u8));
        }
        sha256(&[&bytes])
    }

    /// From where everything is drawn. Fails when the nonce is not the one that was committed to.
    pub fn seed(&self, nonce: &Hash, checkpoint: Hash) -> Result<Hash> {
        if commitment(nonce) != self.commitment {
            return Err(Error::Mismatch { what: "nonce", problem: "it is not the one committed to" });
        }
        Ok(sha256(&[SEED_DOMAIN, &nonce.0, &self.hash(checkpoint).0]))
    }

    /// The instants, in order.
    pub fn draws(&self, seed: Hash) -> Result<Vec<Draw>> {
        let bad = |problem| Error::Text { what: "challenge", line: 1, problem };
        let span = self.span().ok_or(bad("the span ends before it begins"))?;
        if self.instants == 0 || self.instants > INSTANTS_MAX {
            return Err(bad("too many instants, or none"));
        }
        if self.streams.is_empty() || self.streams.len() > STREAMS_MAX {
            return Err(bad("too many streams, or none"));
        }
        let ascending = self.streams.iter().zip(self.streams.iter().skip(1)).all(|(one, next)| one < next);
        let streams: Option<Vec<StreamId>> = self.streams.iter().map(Stream::id).collect();
        let streams = streams.filter(|_| ascending).ok_or(bad("the streams are unknown or out of order"))?;
        (0..self.instants).map(|number| draw(seed, number, &streams, span)).collect()
    }
}

/// Sixteen bytes modulo a span, eight modulo the streams: the bias is below 2^-32.
fn draw(seed: Hash, number: u32, streams: &[StreamId], span: Span) -> Result<Draw> {
    let bytes = sha256(&[DRAW_DOMAIN, &seed.0, &number.to_be_bytes()]).0;
    let (stream, rest) = bytes.split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
    let (instant, rest) = rest.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
    let (gop, rest) = rest.split_first_chunk::<4>().unwrap_or((&[0; 4], &[]));
    let unit = rest.first_chunk::<4>().unwrap_or(&[0; 4]);
    let wanted = u64::from_be_bytes(*stream) % streams.len() as u64;
    let offset = u128::from_be_bytes(*instant) % u128::from(span.duration_us().unsigned_abs());
    let nothing = Error::Range { what: "challenge", problem: "there is no stream to draw from" };
    Ok(Draw {
        number,
        stream: *streams.get(usize::try_from(wanted).unwrap_or(0)).ok_or(nothing)?,
        at: span.start.plus_us(i64::try_from(offset).unwrap_or(0)),
        pick: (u32::from_be_bytes(*gop), u32::from_be_bytes(*unit)),
    })
}

/// A record with its place in the log of the terms' checkpoint.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Logged {
    #[serde(serialize_with = "serialize_base64", deserialize_with = "deserialize_base64")]
    pub record: Vec<u8>,
    pub log_index: u64,
    #[serde(with = "hashes")]
    pub inclusion: Vec<Hash>,
}

/// One group of a segment with the path to the record's `gops_root`, one of its units with the path to the group's root, and
/// the possession tag over all its units.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Held {
    pub gop: u32,
    pub au_count: u32,
    pub first_dts: i64,
    pub end_dts: i64,
    #[serde(with = "text")]
    pub gop_root: Hash,
    #[serde(with = "hashes")]
    pub gop_proof: Vec<Hash>,
    pub unit: u32,
    #[serde(with = "text")]
    pub au_hash: Hash,
    #[serde(with = "hashes")]
    pub au_proof: Vec<Hash>,
    #[serde(with = "text")]
    pub tag: Hash,
}

impl Held {
    pub const fn group(&self) -> Gop {
        Gop {
            au_count: self.au_count,
            first_dts: MediaTime(self.first_dts),
            end_dts: MediaTime(self.end_dts),
            root: self.gop_root,
        }
    }
}

/// What the server says about one instant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Answer {
    /// The footage is here.
    Footage { segment: Logged, held: Box<Held> },
    /// Nothing was recorded; `standing` is what people said about it, which no log proves.
    Gap { gap: Logged, standing: String },
    /// It was recorded, and deleted under a rule.
    Expired { segment: Logged, expiry: Logged },
    /// The stream's first record begins later.
    NotYet { first: Logged },
    /// The server cannot answer for it.
    Cannot { reason: Reason, words: String },
}

/// Why not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The file is not there.
    Missing,
    /// It cannot be read, or is not what its record says.
    Damaged,
    /// It is encrypted under a key that is not here.
    KeyAbsent,
    /// Deleted, and the entry about it is not written yet.
    BeingDeleted,
    /// Its record is younger than the checkpoint.
    NotPublished,
    /// There is no record.
    NoRecord,
}

/// Question and answer, whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Transcript {
    pub terms: Terms,
    /// The challenger's, shown after the terms were fixed.
    #[serde(with = "text")]
    pub nonce: Hash,
    /// The terms' checkpoint with the cosignatures that had come when it was answered.
    pub checkpoint: String,
    pub answered_us: i64,
    /// The access log's entry about the answer, which holds the hash of `answers`.
    pub entry: Option<u64>,
    /// One for each draw, in order.
    pub answers: Vec<Answer>,
}

impl Transcript {
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(Error::Text { what: "challenge", line: 1, problem: "longer than any may be" });
        }
        let parsed: Self = serde_json::from_slice(bytes).map_err(|error| Error::Text {
            what: "challenge",
            line: error.line(),
            problem: if error.is_data() { "a field is missing or not of its form" } else { "not JSON" },
        })?;
        if parsed.terms.format != FORMAT {
            return Err(Error::Text { what: "challenge", line: 1, problem: "another format than we know" });
        }
        Ok(parsed)
    }
}

/// What the entry about an answer holds: SHA-256 over the answers as JSON.
pub fn answers_hash(answers: &[Answer]) -> Result<Hash> {
    let bytes = serde_json::to_vec(answers);
    let bytes = bytes.map_err(|_| Error::Encode {
        what: "challenge",
        field: "answers",
        problem: "cannot be written as JSON",
    })?;
    Ok(sha256(&[&bytes]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(instants: u32, streams: u128) -> Terms {
        let stream = |id| Stream { camera: CameraId(uuid::Uuid::from_u128(id)), profile: "main".to_owned() };
        Terms {
            format: FORMAT.to_owned(),
            id: "1".to_owned(),
            commitment: commitment(&Hash([1; 32])),
            server_nonce: Hash([2; 32]),
            asked_us: 5,
            from_us: 1_000,
            to_us: 3_000_000_000,
            instants,
            streams: (0..streams).map(stream).collect(),
            checkpoint: String::new(),
            seen_size: None,
            consistency: Vec::new(),
        }
    }

    /// Frozen: the values were reckoned with Python's hashlib from docs/design/challenge.md.
    #[test]
    fn draws_are_those_of_the_document() {
        let terms = terms(200, 3);
        let seed = terms.seed(&Hash([1; 32]), Hash([3; 32])).unwrap();
        let draws = terms.draws(seed).unwrap();
        let first = draws[0];
        let seen =
            (seed.to_string(), first.stream.camera.0.as_u128(), first.at.0, first.gop(60), first.unit(25));
        assert_eq!(
            seen,
            (
                "674d6d868cc91585e3ed551b2b40206a040bf0ebe5d761f248b9798e4cbb3420".to_owned(),
                2,
                1845890097,
                33,
                16
            )
        );
        let span = terms.span().unwrap();
        assert!(draws.iter().all(|draw| span.start <= draw.at && draw.at < span.end));
        for stream in &terms.streams {
            let of = draws.iter().filter(|draw| Some(draw.stream) == stream.id()).count();
            assert!((40..95).contains(&of), "200 draws of 3 streams: {of}");
        }
    }

    #[test]
    fn every_term_moves_the_seed_and_a_foreign_nonce_draws_nothing() {
        let (terms, nonce, checkpoint) = (terms(3, 3), Hash([1; 32]), Hash([3; 32]));
        let seed = terms.seed(&nonce, checkpoint).unwrap();
        let check = |what: &str, change: &dyn Fn(&mut Terms)| {
            let mut changed = terms.clone();
            change(&mut changed);
            assert_ne!(changed.seed(&nonce, checkpoint).ok(), Some(seed), "{what}");
        };
        check("server nonce", &|terms| terms.server_nonce.0[31] ^= 1);
        check("from", &|terms| terms.from_us += 1);
        check("to", &|terms| terms.to_us += 1);
        check("instants", &|terms| terms.instants += 1);
        check("streams", &|terms| drop(terms.streams.pop()));
        check("profile", &|terms| terms.streams[0].profile = "sub".to_owned());
        check("commitment", &|terms| terms.commitment.0[0] ^= 1);
        assert_ne!(terms.seed(&nonce, Hash([4; 32])).unwrap(), seed, "checkpoint");
        assert!(terms.seed(&Hash([9; 32]), checkpoint).is_err());
    }

    #[test]
    fn impossible_terms_draw_nothing() {
        let check = |change: &dyn Fn(&mut Terms)| {
            let mut changed = terms(3, 3);
            change(&mut changed);
            assert!(changed.draws(Hash::default()).is_err(), "{changed:?}");
        };
        check(&|terms| terms.instants = 0);
        check(&|terms| terms.instants = INSTANTS_MAX + 1);
        check(&|terms| terms.streams.clear());
        check(&|terms| terms.streams.swap(0, 1));
        check(&|terms| terms.streams[1] = terms.streams[0].clone());
        check(&|terms| terms.streams[1].profile = "other".to_owned());
        check(&|terms| terms.to_us = terms.from_us);
    }
}

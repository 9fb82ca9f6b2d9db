//! The encrypted form of a segment's file: chunks of AES-256-GCM that are only ever appended, and an end that is index and mark
//! against truncation. Byte for byte in the design note `encryption.md`, §2.
//!
//! Invariant: under one file's key no number is used for two plaintexts, so an [`Encryptor`] lives as long as its file is open
//! and is never made for a file that exists.

use super::SegmentPath;
use super::segment_file::{PlainSegment, SegmentRead};
use crate::error::{Error, Result};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use bytes::Bytes;
use model::{Secret, StoreId};
use std::io;

/// Of one file; wrapped in its sidecar.
pub type DataKey = Secret<[u8; 32]>;

/// The first bytes of an encrypted file: what it is, and the version.
pub const MAGIC: &[u8; 16] = b"watchkeeper/enc1";
const END_MAGIC: &[u8; 8] = b"WKEND1\r\n";
/// Plaintext of one chunk: what a read of one byte costs at most, in memory and decrypting.
pub const CHUNK_BYTES_MAX: usize = 64 * 1024;
const HEAD_BYTES: u64 = 4;
const TAG_BYTES: u64 = 16;
/// In place of a chunk's length.
const END_MARK: u32 = u32::MAX;
/// `n`, plaintext bytes, magic: at the very end, so that they are found.
const TRAILER_BYTES: u64 = 4 + 8 + 8;
/// The end without its lengths.
const END_BYTES: u64 = HEAD_BYTES + TAG_BYTES + TRAILER_BYTES;

/// A file's key, and what binds its chunks to its store and place.
struct Cipher {
    key: LessSafeKey,
    place: Vec<u8>,
}

enum Kind {
    Chunk = 1,
    End = 2,
}

impl Cipher {
    fn new(key: &DataKey, store: StoreId, path: &SegmentPath) -> Result<Self> {
        let key = UnboundKey::new(&AES_256_GCM, key.expose())
            .map_err(|_| Error::Internal("a data key cannot be used".into()))?;
        let path = path.as_str().as_bytes();
        let length = u8::try_from(path.len()).unwrap_or(u8::MAX);
        let place = [store.0.as_bytes(), &[length][..], path].concat();
        Ok(Self { key: LessSafeKey::new(key), place })
    }

    fn nonce(kind: Kind, number: u32) -> Nonce {
        let mut nonce = [0; 12];
        let (head, tail) = nonce.split_at_mut(8);
        head.fill(0);
        if let Some(first) = head.first_mut() {
            *first = kind as u8;
        }
        tail.copy_from_slice(&number.to_be_bytes());
        Nonce::assume_unique_for_key(nonce)
    }

    fn chunk_aad(&self, number: u32, offset: u64, length: u32) -> Aad<Vec<u8>> {
        let numbers = [&number.to_be_bytes()[..], &offset.to_be_bytes(), &length.to_be_bytes()].concat();
        Aad::from([b"watchkeeper/chunk/v1\n", &self.place[..], &numbers].concat())
    }

    fn end_aad(&self, count: u32, plain_bytes: u64, lengths: &[u8]) -> Aad<Vec<u8>> {
        let numbers = [&count.to_be_bytes()[..], &plain_bytes.to_be_bytes()].concat();
        Aad::from([b"watchkeeper/end/v1\n", &self.place[..], &numbers, lengths].concat())
    }

    /// `chunk` is head, ciphertext and tag as stored; `into` has the plaintext's length.
    fn open_chunk(&self, number: u32, offset: u64, chunk: &[u8], into: &mut [u8]) -> Option<()> {
        let length = u32::try_from(into.len()).ok()?;
        let (head, rest) = chunk.split_first_chunk::<4>()?;
        let (ciphertext, tag) = rest.split_at_checked(into.len())?;
        if *head != length.to_be_bytes() {
            return None;
        }
        let (nonce, aad) = (Self::nonce(Kind::Chunk, number), self.chunk_aad(number, offset, length));
        self.key.open_separate_gather(nonce, aad, ciphertext, tag, into).ok()
    }

    /// The tag of an end, as its last field of the authenticated bytes.
    fn end_tag(&self, count: u32, plain_bytes: u64, lengths: &[u8]) -> Result<Vec<u8>> {
        let (nonce, aad) = (Self::nonce(Kind::End, count), self.end_aad(count, plain_bytes, lengths));
        let tag = self
            .key
            .seal_in_place_separate_tag(nonce, aad, &mut [])
            .map_err(|_| Error::Internal("the end of a file cannot be made".into()))?;
        Ok(tag.as_ref().to_vec())
    }

    fn end_opens(&self, count: u32, plain_bytes: u64, lengths: &[u8], tag: &[u8]) -> bool {
        let (nonce, aad) = (Self::nonce(Kind::End, count), self.end_aad(count, plain_bytes, lengths));
        self.key.open_separate_gather(nonce, aad, &[], tag, &mut []).is_ok()
    }

    fn end(&self, lengths: &[u8], plain_bytes: u64) -> Result<Vec<u8>> {
        let count = u32::try_from(lengths.len() / 4).map_err(|_| too_many())?;
        let tag = self.end_tag(count, plain_bytes, lengths)?;
        let (mark, count, bytes) = (END_MARK.to_be_bytes(), count.to_be_bytes(), plain_bytes.to_be_bytes());
        Ok([&mark[..], lengths, &tag, &count, &bytes, END_MAGIC].concat())
    }
}

fn too_many() -> Error {
    Error::Internal("a file has more chunks than can be counted".into())
}

/// Encrypts one new file as it grows.
pub struct Encryptor {
    cipher: Cipher,
    /// Lengths of the chunks so far, as the end has them.
    lengths: Vec<u8>,
    plain_bytes: u64,
    buffer: Vec<u8>,
}

impl Encryptor {
    pub fn new(key: &DataKey, store: StoreId, path: &SegmentPath) -> Result<Self> {
        let cipher = Cipher::new(key, store, path)?;
        Ok(Self { cipher, lengths: Vec::new(), plain_bytes: 0, buffer: Vec::new() })
    }

    /// Gives the chunks of one append, one after the other, to `write`.
    pub fn append(&mut self, parts: &[Bytes], mut write: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        self.buffer.clear();
        for part in parts {
            let mut rest = &part[..];
            while !rest.is_empty() {
                if self.buffer.is_empty() {
                    self.buffer.extend_from_slice(&[0; HEAD_BYTES as usize]);
                }
                let room = HEAD_BYTES as usize + CHUNK_BYTES_MAX - self.buffer.len();
                let (now, later) = rest.split_at(rest.len().min(room));
                self.buffer.extend_from_slice(now);
                rest = later;
                if now.len() == room {
                    self.flush(&mut write)?;
                }
            }
        }
        if self.buffer.is_empty() { Ok(()) } else { self.flush(&mut write) }
    }

    fn flush(&mut self, write: &mut impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let number = u32::try_from(self.lengths.len() / 4).map_err(|_| too_many())?;
        let bad = || Error::Internal("a chunk cannot be encrypted".into());
        let (head, plain) = self.buffer.split_first_chunk_mut::<4>().ok_or_else(bad)?;
        let length = u32::try_from(plain.len()).map_err(|_| bad())?;
        *head = length.to_be_bytes();
        let (nonce, aad) =
            (Cipher::nonce(Kind::Chunk, number), self.cipher.chunk_aad(number, self.plain_bytes, length));
        let tag = self.cipher.key.seal_in_place_separate_tag(nonce, aad, plain).map_err(|_| bad())?;
        self.buffer.extend_from_slice(tag.as_ref());
        // Counted before it is written: whatever becomes of the write, this number is used.
        self.lengths.extend_from_slice(&length.to_be_bytes());
        self.plain_bytes += u64::from(length);
        let written = write(&self.buffer);
        self.buffer.clear();
        written
    }

    /// What closes the file.
    pub fn end(&self) -> Result<Vec<u8>> {
        self.cipher.end(&self.lengths, self.plain_bytes)
    }
}

/// Reads an encrypted file by plaintext offset.
pub struct EncryptedSegment<R = PlainSegment> {
    raw: R,
    cipher: Cipher,
    /// Plaintext offset of each chunk, and where the last one ends.
    starts: Vec<u64>,
}

impl<R: SegmentRead> EncryptedSegment<R> {
    /// A sealed file: without its end, or with another's, it is not opened.
    pub fn sealed(raw: R, key: &DataKey, store: StoreId, path: &SegmentPath) -> Result<Self> {
        let cipher = Cipher::new(key, store, path)?;
        let bad = |problem: &str| Error::Corrupt(format!("{path}: {problem}"));
        let read = |problem| move |error: io::Error| Error::Corrupt(format!("{path}: {problem}: {error}"));
        check_magic(&raw).map_err(read("its beginning"))?;
        let (count, plain_bytes, end_at) = trailer(&raw)
            .map_err(read("its end"))?
            .ok_or_else(|| bad("the encrypted file has no end: it is cut, or was changed there"))?;
        let mut end = vec![0; 4 * count as usize + (HEAD_BYTES + TAG_BYTES) as usize];
        raw.read_at(end_at, &mut end).map_err(read("its end"))?;
        let changed = || bad("the end does not open: it was changed, or is another file's");
        let (mark, rest) = end.split_first_chunk::<4>().ok_or_else(changed)?;
        let (lengths, tag) = rest.split_at_checked(4 * count as usize).ok_or_else(changed)?;
        let opens = *mark == END_MARK.to_be_bytes() && cipher.end_opens(count, plain_bytes, lengths, tag);
        let starts = starts(lengths).filter(|starts| opens && starts.last() == Some(&plain_bytes));
        Ok(Self { raw, cipher, starts: starts.ok_or_else(changed)? })
    }

    /// A file that may have no end: as far as it holds whole chunks now.
    pub fn unsealed(raw: R, key: &DataKey, store: StoreId, path: &SegmentPath) -> Result<Self> {
        let cipher = Cipher::new(key, store, path)?;
        let starts = walk(&raw).map_err(|error| Error::Corrupt(format!("{path}: {error}")))?;
        Ok(Self { raw, cipher, starts })
    }

    /// All plaintext up to the first chunk that does not open.
    pub fn prefix(&self) -> Vec<u8> {
        let mut plain = vec![0; usize::try_from(self.plain_bytes()).unwrap_or(0)];
        let mut good = 0;
        for (number, (start, end)) in self.chunks().enumerate() {
            let Some(into) = plain.get_mut(start as usize..end as usize) else { break };
            if self.chunk(number, into).is_err() {
                break;
            }
            good = end as usize;
        }
        plain.truncate(good);
        plain
    }

    /// All plaintext, with zeros where a chunk does not open; and how many do not.
    pub fn salvage(&self) -> (Vec<u8>, usize) {
        let mut plain = vec![0; usize::try_from(self.plain_bytes()).unwrap_or(0)];
        let mut lost = 0;
        for (number, (start, end)) in self.chunks().enumerate() {
            let Some(into) = plain.get_mut(start as usize..end as usize) else { break };
            if self.chunk(number, into).is_err() {
                into.fill(0);
                lost += 1;
            }
        }
        (plain, lost)
    }

    /// Where the file must be cut to hold `bytes` of plaintext, and the end that it then gets.
    pub fn cut(&self, bytes: u64) -> Result<(u64, Vec<u8>)> {
        let count = self
            .starts
            .binary_search(&bytes)
            .map_err(|_| Error::Internal("an encrypted file is cut at the end of a chunk only".into()))?;
        let lengths: Vec<u8> =
            self.chunks().take(count).flat_map(|(start, end)| length(start, end)).collect();
        Ok((file_offset(count, bytes), self.cipher.end(&lengths, bytes)?))
    }

    fn plain_bytes(&self) -> u64 {
        self.starts.last().copied().unwrap_or(0)
    }

    fn chunks(&self) -> impl Iterator<Item = (u64, u64)> {
        self.starts.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?)))
    }

    fn chunk(&self, number: usize, into: &mut [u8]) -> io::Result<()> {
        let start = self.starts.get(number).copied().unwrap_or(0);
        let mut stored = vec![0; into.len() + (HEAD_BYTES + TAG_BYTES) as usize];
        self.raw.read_at(file_offset(number, start), &mut stored)?;
        let opened = u32::try_from(number).ok().and_then(|n| self.cipher.open_chunk(n, start, &stored, into));
        opened.ok_or_else(|| {
            let end = start + into.len() as u64;
            let problem = format!(
                "encrypted chunk {number}, bytes {start} to {end}: does not open: changed, or of another file"
            );
            io::Error::new(io::ErrorKind::InvalidData, problem)
        })
    }
}

impl<R: SegmentRead> SegmentRead for EncryptedSegment<R> {
    fn len(&self) -> io::Result<u64> {
        Ok(self.plain_bytes())
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        let end = offset.checked_add(buf.len() as u64).filter(|end| *end <= self.plain_bytes());
        if end.is_none() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let (mut number, mut at, mut rest) =
            (self.starts.partition_point(|start| *start <= offset).saturating_sub(1), offset, buf);
        while !rest.is_empty() {
            let (Some(&start), Some(&end)) = (self.starts.get(number), self.starts.get(number + 1)) else {
                return Err(io::ErrorKind::UnexpectedEof.into());
            };
            let wanted = usize::try_from(end - at).unwrap_or(usize::MAX).min(rest.len());
            let (now, later) = rest.split_at_mut(wanted);
            if wanted as u64 == end - start {
                self.chunk(number, now)?;
            } else {
                let mut whole = vec![0; (end - start) as usize];
                self.chunk(number, &mut whole)?;
                let from = (at - start) as usize;
                now.copy_from_slice(whole.get(from..from + wanted).unwrap_or_default());
            }
            (number, at, rest) = (number + 1, at + wanted as u64, later);
        }
        Ok(())
    }
}

/// Whether a file says that it is encrypted.
pub fn is_encrypted(raw: &impl SegmentRead) -> bool {
    check_magic(raw).is_ok()
}

/// What a file's end says of its plaintext, unproved: for a quick look at many files.
pub fn claimed_bytes(raw: &impl SegmentRead) -> io::Result<Option<u64>> {
    Ok(trailer(raw)?.map(|(_, plain_bytes, _)| plain_bytes))
}

fn check_magic(raw: &impl SegmentRead) -> io::Result<()> {
    let mut magic = [0; MAGIC.len()];
    raw.read_at(0, &mut magic)?;
    let other = || io::Error::new(io::ErrorKind::InvalidData, "is not that of an encrypted file");
    if magic == *MAGIC { Ok(()) } else { Err(other()) }
}

/// Count, plaintext bytes and place of the end, when the file's length is the one that they give.
fn trailer(raw: &impl SegmentRead) -> io::Result<Option<(u32, u64, u64)>> {
    let file_bytes = raw.len()?;
    let Some(at) = file_bytes.checked_sub(TRAILER_BYTES) else { return Ok(None) };
    let mut trailer = [0; TRAILER_BYTES as usize];
    raw.read_at(at, &mut trailer)?;
    let Some((count, rest)) = trailer.split_first_chunk::<4>() else { return Ok(None) };
    let Some((plain_bytes, magic)) = rest.split_first_chunk::<8>() else { return Ok(None) };
    let (count, plain_bytes) = (u32::from_be_bytes(*count), u64::from_be_bytes(*plain_bytes));
    let chunks = u64::from(count) * (HEAD_BYTES + TAG_BYTES);
    let end_at = plain_bytes.checked_add(MAGIC.len() as u64 + chunks);
    let whole = end_at.and_then(|at| at.checked_add(END_BYTES + 4 * u64::from(count)));
    Ok(end_at.filter(|_| magic == END_MAGIC && whole == Some(file_bytes)).map(|at| (count, plain_bytes, at)))
}

/// `None` when a length is none of a chunk.
fn starts(lengths: &[u8]) -> Option<Vec<u64>> {
    let mut starts = vec![0_u64];
    for length in lengths.chunks_exact(4) {
        let length = u32::from_be_bytes(length.try_into().ok()?);
        starts.push(starts.last()? + chunk_length(length)?);
    }
    Some(starts)
}

fn chunk_length(length: u32) -> Option<u64> {
    (1..=CHUNK_BYTES_MAX).contains(&(length as usize)).then_some(u64::from(length))
}

/// Where the chunk of that number begins, whose plaintext begins there.
fn file_offset(number: usize, start: u64) -> u64 {
    MAGIC.len() as u64 + number as u64 * (HEAD_BYTES + TAG_BYTES) + start
}

fn length(start: u64, end: u64) -> [u8; 4] {
    u32::try_from(end.saturating_sub(start)).unwrap_or(0).to_be_bytes()
}

/// The places of the chunks that a file holds whole, from their heads.
fn walk(raw: &impl SegmentRead) -> io::Result<Vec<u64>> {
    let (file_bytes, mut starts, mut plain) = (raw.len()?, vec![0_u64], 0_u64);
    if file_bytes < MAGIC.len() as u64 {
        return Ok(starts);
    }
    check_magic(raw)?;
    loop {
        let at = file_offset(starts.len() - 1, plain);
        let mut head = [0; HEAD_BYTES as usize];
        if at + HEAD_BYTES > file_bytes {
            return Ok(starts);
        }
        raw.read_at(at, &mut head)?;
        let Some(length) = chunk_length(u32::from_be_bytes(head)) else { return Ok(starts) };
        if at + HEAD_BYTES + length + TAG_BYTES > file_bytes {
            return Ok(starts);
        }
        plain += length;
        starts.push(plain);
    }
}

impl<R: std::fmt::Debug> std::fmt::Debug for EncryptedSegment<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EncryptedSegment").field("raw", &self.raw).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Encryptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encryptor").field("plain_bytes", &self.plain_bytes).finish_non_exhaustive()
    }
}

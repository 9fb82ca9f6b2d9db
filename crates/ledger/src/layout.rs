//! Fixed-order binary layouts in the TLS presentation style (RFC 8446 §3): big-endian integers, vectors with a
//! 16-bit length, no padding, no optional order. It is not a general serialiser: one value has one encoding.

use crate::{Error, Result};
use model::Hash;
use uuid::Uuid;

/// Reads fields in order and remembers where it is, so that an error names field and byte.
pub(crate) struct Reader<'a> {
    what: &'static str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(what: &'static str, bytes: &'a [u8]) -> Self {
        Self { what, bytes, at: 0 }
    }

    /// An error about the field that ended at the present position and was `len` bytes long.
    pub(crate) const fn bad(&self, field: &'static str, len: usize, problem: &'static str) -> Error {
        Error::Decode { what: self.what, field, offset: self.at.saturating_sub(len), problem }
    }

    pub(crate) fn take(&mut self, field: &'static str, len: usize) -> Result<&'a [u8]> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(taken) = rest.get(..len) else {
            return Err(Error::Decode {
                what: self.what,
                field,
                offset: self.at,
                problem: "the bytes end here",
            });
        };
        self.at += len;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N]> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(field, N)?);
        Ok(out)
    }

    /// The version byte and the domain string that every record begins with.
    pub(crate) fn header(&mut self, version: u8, domain: &'static [u8]) -> Result<()> {
        if self.u8("version")? != version {
            return Err(self.bad("version", 1, "unknown version"));
        }
        self.domain(domain)
    }

    pub(crate) fn domain(&mut self, domain: &'static [u8]) -> Result<()> {
        if self.take("domain", domain.len())? == domain {
            return Ok(());
        }
        Err(self.bad("domain", domain.len(), "not the domain string of this record"))
    }

    pub(crate) fn u8(&mut self, field: &'static str) -> Result<u8> {
        Ok(self.array::<1>(field)?[0])
    }
    pub(crate) fn u16(&mut self, field: &'static str) -> Result<u16> {
        Ok(u16::from_be_bytes(self.array(field)?))
    }
    pub(crate) fn u32(&mut self, field: &'static str) -> Result<u32> {
        Ok(u32::from_be_bytes(self.array(field)?))
    }
    pub(crate) fn u64(&mut self, field: &'static str) -> Result<u64> {
        Ok(u64::from_be_bytes(self.array(field)?))
    }
    pub(crate) fn i64(&mut self, field: &'static str) -> Result<i64> {
        Ok(i64::from_be_bytes(self.array(field)?))
    }
    pub(crate) fn hash(&mut self, field: &'static str) -> Result<Hash> {
        Ok(Hash(self.array(field)?))
    }
    pub(crate) fn uuid(&mut self, field: &'static str) -> Result<Uuid> {
        Ok(Uuid::from_bytes(self.array(field)?))
    }

    /// A coded value: the byte must be a known code.
    pub(crate) fn code<T>(&mut self, field: &'static str, from: impl Fn(u8) -> Option<T>) -> Result<T> {
        let code = self.u8(field)?;
        from(code).ok_or_else(|| self.bad(field, 1, "unknown code"))
    }

    /// 0 = absent, 1 = present; any other byte is not canonical.
    pub(crate) fn optional<T>(
        &mut self,
        field: &'static str,
        read: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<Option<T>> {
        match self.u8(field)? {
            0 => Ok(None),
            1 => read(self).map(Some),
            _ => Err(self.bad(field, 1, "presence byte is neither 0 nor 1")),
        }
    }

    /// A vector with a 16-bit length of at most `max` bytes.
    pub(crate) fn opaque(&mut self, field: &'static str, max: usize) -> Result<&'a [u8]> {
        let len = usize::from(self.u16(field)?);
        if len > max {
            return Err(self.bad(field, 2, "longer than allowed"));
        }
        self.take(field, len)
    }

    /// UTF-8 text with a 16-bit length of at most `max` bytes.
    pub(crate) fn text(&mut self, field: &'static str, max: usize) -> Result<String> {
        let bytes = self.opaque(field, max)?;
        let text = std::str::from_utf8(bytes).map_err(|_| self.bad(field, bytes.len(), "not UTF-8"))?;
        Ok(text.to_owned())
    }

    /// Nothing may follow the last field.
    pub(crate) const fn finish(self) -> Result<()> {
        if self.at == self.bytes.len() {
            return Ok(());
        }
        Err(Error::Decode {
            what: self.what,
            field: "end",
            offset: self.at,
            problem: "bytes follow the last field",
        })
    }

    pub(crate) const fn remaining(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }
}

/// Writes fields in order; the mirror of [`Reader`].
pub(crate) struct Writer {
    what: &'static str,
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn new(what: &'static str) -> Self {
        Self { what, bytes: Vec::with_capacity(512) }
    }
    pub(crate) fn header(what: &'static str, version: u8, domain: &'static [u8]) -> Self {
        let mut writer = Self::new(what);
        writer.u8(version);
        writer.raw(domain);
        writer
    }
    pub(crate) const fn bad(&self, field: &'static str, problem: &'static str) -> Error {
        Error::Encode { what: self.what, field, problem }
    }
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }
    pub(crate) fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }
    pub(crate) fn u16(&mut self, value: u16) {
        self.raw(&value.to_be_bytes());
    }
    pub(crate) fn u32(&mut self, value: u32) {
        self.raw(&value.to_be_bytes());
    }
    pub(crate) fn u64(&mut self, value: u64) {
        self.raw(&value.to_be_bytes());
    }
    pub(crate) fn i64(&mut self, value: i64) {
        self.raw(&value.to_be_bytes());
    }
    pub(crate) fn hash(&mut self, value: Hash) {
        self.raw(&value.0);
    }
    pub(crate) fn uuid(&mut self, value: Uuid) {
        self.raw(value.as_bytes());
    }
    pub(crate) fn optional<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        match value {
            None => self.u8(0),
            Some(value) => {
                self.u8(1);
                write(self, value);
            }
        }
    }
    pub(crate) fn opaque(&mut self, field: &'static str, max: usize, value: &[u8]) -> Result<()> {
        let len = u16::try_from(value.len()).ok().filter(|_| value.len() <= max);
        self.u16(len.ok_or_else(|| self.bad(field, "longer than allowed"))?);
        self.raw(value);
        Ok(())
    }
    pub(crate) fn text(&mut self, field: &'static str, max: usize, value: &str) -> Result<()> {
        self.opaque(field, max, value.as_bytes())
    }
    /// The bytes, if they are an entry of allowed length.
    pub(crate) fn finish(self) -> Result<Vec<u8>> {
        if self.bytes.len() > crate::ENTRY_BYTES_MAX {
            return Err(self.bad("length", "longer than an entry may be"));
        }
        Ok(self.bytes)
    }
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

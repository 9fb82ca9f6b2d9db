//! Which files are taken in: by their first bytes, and by the ending of their name. What is inside is never opened here, so a
//! packed file is not unpacked by us.
//!
//! Invariant: a file whose first bytes are not those of its ending is not taken.

use crate::error::{Error, Result};

/// Why a file is not taken, with the word that programs know it by.
pub const NOT_TAKEN: [(&str, &str); 6] = [TOO_LARGE, EMPTY, ENDING, OTHER_KIND, NOT_TEXT, OTHER_HASH];
pub(super) const TOO_LARGE: (&str, &str) = ("file_too_large", "is larger than 64 MiB");
pub(super) const EMPTY: (&str, &str) = ("file_empty", "is empty");
const ENDING: (&str, &str) = ("file_ending", "ends in none of pdf, jpg, png, webp, xlsx, docx, csv, txt");
const OTHER_KIND: (&str, &str) = ("file_kind", "is not of the kind that its name ends in");
const NOT_TEXT: (&str, &str) = ("file_text", "is no plain text in UTF-8");
pub(super) const OTHER_HASH: (&str, &str) = ("file_hash_other", "is not that of the file that came");

/// Longest beginning that is looked at: the first file's name within a packed document.
const HEAD_BYTES: usize = 64;
/// What a packed document of an office begins with: the first file in it (ECMA-376 part 2).
const OFFICE_FIRST: [&str; 5] = ["[Content_Types].xml", "_rels/", "docProps/", "word/", "xl/"];

/// What a document's file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MediaKind {
    Pdf,
    Jpeg,
    Png,
    Webp,
    Xlsx,
    Docx,
    Csv,
    Text,
    /// One frame of a camera as it was sent: only the system itself makes it.
    Frame,
}

impl MediaKind {
    const ALL: [Self; 9] = [
        Self::Pdf,
        Self::Jpeg,
        Self::Png,
        Self::Webp,
        Self::Xlsx,
        Self::Docx,
        Self::Csv,
        Self::Text,
        Self::Frame,
    ];

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
            Self::Frame => "video/mp4",
        }
    }

    pub fn of_media_type(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.media_type() == text)
    }

    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }

    /// May be shown by a browser by itself. Everything else is only saved.
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp | Self::Pdf | Self::Frame)
    }

    fn of_ending(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "png" => Some(Self::Png),
            "webp" => Some(Self::Webp),
            "xlsx" => Some(Self::Xlsx),
            "docx" => Some(Self::Docx),
            "csv" => Some(Self::Csv),
            "txt" => Some(Self::Text),
            _ => None,
        }
    }

    const fn is_text(self) -> bool {
        matches!(self, Self::Csv | Self::Text)
    }

    fn begins(self, head: &[u8]) -> bool {
        let at = |offset: usize, magic: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(magic));
        match self {
            Self::Pdf => at(0, b"%PDF-"),
            Self::Jpeg => at(0, &[0xff, 0xd8, 0xff]),
            Self::Png => at(0, b"\x89PNG\r\n\x1a\n"),
            Self::Webp => at(0, b"RIFF") && at(8, b"WEBP"),
            // A local file header is 30 bytes, then the name (APPNOTE 4.3.7).
            Self::Xlsx | Self::Docx => {
                at(0, b"PK\x03\x04") && OFFICE_FIRST.iter().any(|name| at(30, name.as_bytes()))
            }
            Self::Csv | Self::Text => true,
            Self::Frame => at(4, b"ftyp"),
        }
    }
}

/// Looks at a file as it comes.
#[derive(Debug)]
pub struct Sniffer {
    kind: MediaKind,
    head: Vec<u8>,
    looked: bool,
    /// Bytes of a character that the next block ends.
    cut: Vec<u8>,
}

impl Sniffer {
    pub fn of(name: &str) -> Result<Self> {
        let kind = MediaKind::of_ending(name).ok_or(Error::invalid("name", ENDING.1))?;
        Ok(Self::expecting(kind))
    }

    pub const fn expecting(kind: MediaKind) -> Self {
        Self { kind, head: Vec::new(), looked: false, cut: Vec::new() }
    }

    pub fn look(&mut self, bytes: &[u8]) -> Result<()> {
        if !self.looked {
            let room = HEAD_BYTES - self.head.len();
            self.head.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
            if self.head.len() == HEAD_BYTES {
                self.judge()?;
            }
        }
        if self.kind.is_text() { self.text(bytes) } else { Ok(()) }
    }

    pub fn finish(&mut self) -> Result<MediaKind> {
        if !self.looked {
            self.judge()?;
        }
        if self.cut.is_empty() { Ok(self.kind) } else { Err(not_text()) }
    }

    fn judge(&mut self) -> Result<()> {
        self.looked = true;
        if self.kind.begins(&self.head) {
            return Ok(());
        }
        Err(Error::invalid("file", OTHER_KIND.1))
    }

    /// Plain text is UTF-8 without control characters, wherever blocks are cut.
    fn text(&mut self, bytes: &[u8]) -> Result<()> {
        let joined = [&self.cut[..], bytes].concat();
        let (text, cut) = match std::str::from_utf8(&joined) {
            Ok(text) => (text, &[][..]),
            Err(error) if error.error_len().is_none() => {
                let (good, cut) = joined.split_at_checked(error.valid_up_to()).ok_or_else(not_text)?;
                (std::str::from_utf8(good).map_err(|_| not_text())?, cut)
            }
            Err(_) => return Err(not_text()),
        };
        if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t' | '\u{c}')) {
            return Err(not_text());
        }
        self.cut = cut.to_vec();
        Ok(())
    }
}

fn not_text() -> Error {
    Error::invalid("file", NOT_TEXT.1)
}

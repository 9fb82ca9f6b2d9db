//! The name of an article: `guangzhou-2007:19`, with a clause `datong-2008:17(iv)`. It says nothing about its content.

use model::Invalid;
use std::{fmt, str::FromStr};

/// Longest part of an id, in bytes; a pack's name or an article's number is never longer in practice.
const PART_BYTES_MAX: usize = 64;

/// `pack:article`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ArticleId {
    pub pack: String,
    pub number: String,
}

impl ArticleId {
    pub fn new(pack: impl Into<String>, number: impl Into<String>) -> Self {
        Self { pack: pack.into(), number: number.into() }
    }
}

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.pack, self.number)
    }
}

impl FromStr for ArticleId {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (pack, number) = text
            .trim()
            .split_once(':')
            .ok_or(Invalid::new("article", "is not PACK:ARTICLE, as in guangzhou-2007:19"))?;
        let named = |part: &str| !part.is_empty() && part.len() <= PART_BYTES_MAX;
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-().".contains(letter);
        if !named(pack) || !named(number) || !pack.chars().chain(number.chars()).all(plain) {
            return Err(Invalid::new("article", "has a part that is empty, too long or of other letters"));
        }
        Ok(Self::new(pack, number))
    }
}

//! The name of a segment's file, relative to the media folder. Only names of our own making exist as this type, so
//! that no stored text can lead out of the folder.

use super::date_and_time;
use crate::error::{Error, Result};
use model::{Profile, StreamId, WallTime};
use std::fmt;

/// Hexadecimal digits of the camera's id in a name: the random half of a version 7 UUID; 48 bits keep a city's cameras apart.
const CAMERA_DIGITS: usize = 12;

/// `<camera>/<main|sub>/<yyyymmdd>/<hhmmss>-<random>.mp4`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentPath(String);

impl SegmentPath {
    pub(crate) fn new(stream: StreamId, started: WallTime, random: u32) -> Self {
        let camera = stream.camera.0.simple().to_string();
        let camera = camera.get(32 - CAMERA_DIGITS..).unwrap_or(&camera);
        let (date, time) = date_and_time(started);
        Self(format!("{camera}/{}/{date}/{time}-{random:08x}.mp4", stream.profile.as_str()))
    }

    /// Accepts exactly what `new` makes.
    pub fn parse(text: &str) -> Result<Self> {
        let bad = || Error::invalid("path", "is not the name of a segment file");
        let mut parts = text.split('/');
        let mut part = || parts.next().ok_or_else(bad);
        let (camera, profile, date, name) = (part()?, part()?, part()?, part()?);
        let (time, random) =
            name.strip_suffix(".mp4").and_then(|stem| stem.split_once('-')).ok_or_else(bad)?;
        let hexadecimal = |text: &str, digits: usize| {
            text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let decimal = |text: &str, digits: usize| {
            text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let ours = hexadecimal(camera, CAMERA_DIGITS)
            && profile.parse::<Profile>().is_ok()
            && decimal(date, 8)
            && decimal(time, 6)
            && hexadecimal(random, 8)
            && parts.next().is_none();
        if ours { Ok(Self(text.to_owned())) } else { Err(bad()) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SegmentPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SegmentPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SegmentPath({})", self.0)
    }
}

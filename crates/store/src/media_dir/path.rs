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

    /// Its folder, and its name as a number: time of day and random part.
    pub(crate) fn split(&self) -> Option<(&str, u64)> {
        let (folder, name) = self.0.rsplit_once('/')?;
        Some((folder, Self::name_of_file(name)?.0))
    }

    /// The number of a file's name in a segment's folder, and whether it is a sidecar's; `None`: it is none that we make.
    pub(crate) fn name_of_file(name: &str) -> Option<(u64, bool)> {
        let (stem, extension) = name.split_once('.')?;
        let is_sidecar = match extension {
            "mp4" => false,
            "side" => true,
            _ => return None,
        };
        let (time, random) = stem.split_once('-')?;
        let is_ours = time.len() == 6
            && time.bytes().all(|byte| byte.is_ascii_digit())
            && random.len() == 8
            && random.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let number =
            u64::from(time.parse::<u32>().ok()?) << 32 | u64::from(u32::from_str_radix(random, 16).ok()?);
        is_ours.then_some((number, is_sidecar))
    }

    /// What [`SegmentPath::name_of_file`] read, without the extension.
    pub(crate) fn stem(name: u64) -> String {
        format!("{:06}-{:08x}", name >> 32, name & u64::from(u32::MAX))
    }

    /// Whether a folder, relative to the media folder, is one that segments lie in.
    pub(crate) fn is_folder(relative: &str) -> bool {
        Self::parse(&format!("{relative}/000000-00000000.mp4")).is_ok()
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

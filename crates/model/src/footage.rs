//! Words for recordings: streams, why a segment ended, why footage is missing.

use crate::{CameraId, Invalid};
use std::{fmt, str::FromStr};

/// Which of a camera's encodings; and, as a stream of its own, what was brought later for its gaps.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Profile {
    Main = 0,
    Sub = 1,
    /// Brought later: from the camera's own card, or another recorder.
    Later = 2,
}

impl Profile {
    pub const ALL: [Self; 3] = [Self::Main, Self::Sub, Self::Later];
    /// What we record ourselves: what has gaps that somebody answers for.
    pub const RECORDED: [Self; 2] = [Self::Main, Self::Sub];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Sub => "sub",
            Self::Later => "later",
        }
    }
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Main),
            1 => Some(Self::Sub),
            2 => Some(Self::Later),
            _ => None,
        }
    }
}

impl FromStr for Profile {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|profile| profile.as_str() == text)
            .ok_or(Invalid::new("profile", "is none of 'main', 'sub' and 'later'"))
    }
}

/// One recorded stream: a camera and one of its encodings. The unit of sequence numbers and record chains.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId {
    pub camera: CameraId,
    pub profile: Profile,
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.camera, self.profile.as_str())
    }
}

impl fmt::Debug for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[repr(u8)]
        pub enum $name { $($(#[$vdoc])* $variant = $code,)+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
            /// The frozen number written in records.
            pub const fn code(self) -> u8 { self as u8 }
            pub const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
            /// The frozen word written in JSON and databases.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Invalid;
            fn from_str(text: &str) -> Result<Self, $crate::Invalid> {
                match text { $($text => Ok(Self::$variant),)+ _ => Err($crate::Invalid::new(stringify!($name), "unknown word")) }
            }
        }
    };
}
pub(crate) use coded;

coded! {
    /// Why a second of a stream has no footage. `Unknown` is a finding, never a default for `Camera`.
    GapCause {
        Unknown = 0 "unknown",
        /// The camera answered wrongly, stopped sending, or sent what cannot be recorded.
        Camera = 1 "camera",
        /// The camera could not be reached, or the connection broke.
        Network = 2 "network",
        /// The camera refused our credentials.
        Credentials = 3 "credentials",
        /// The store failed or was full.
        Disk = 4 "disk",
        /// Our own process was down or too slow.
        Us = 5 "us",
        /// The server lost power or was reset (the boot id changed).
        Power = 6 "power",
        /// Recording was stopped for privacy by an authorised person.
        Privacy = 7 "privacy",
        /// Announced maintenance, or the camera was switched off in the registry.
        Planned = 8 "planned",
    }
}

coded! {
    /// Why a segment was closed.
    SealReason {
        /// The length limit was reached at a key frame.
        Length = 0 "length",
        /// The hard limit of time or bytes was reached without a key frame.
        Limit = 1 "limit",
        /// New parameter sets.
        Parameters = 2 "parameters",
        /// The stream ended or stalled.
        StreamEnd = 3 "stream_end",
        /// An orderly stop of the recorder.
        Stop = 4 "stop",
        /// Recovered after a crash or a power cut.
        Recovered = 5 "recovered",
        /// A sync failed on this file system.
        SyncFailed = 6 "sync_failed",
        /// Closed early so that an export can include it.
        Export = 7 "export",
        /// The media line jumped (clock step, timestamp reset).
        Discontinuity = 8 "discontinuity",
    }
}

coded! {
    /// How pictures travel from a camera.
    #[derive(Default)]
    Transport {
        /// Inside the RTSP connection: nothing is lost, and one congested moment delays what follows.
        #[default]
        Tcp = 0 "tcp",
        /// Datagrams: for cameras that can do nothing else, or that send better this way.
        Udp = 1 "udp",
    }
}

//! Entries of the access log: who saw, took, changed or was refused what, and why.
//!
//! The record itself is encrypted under its own key and never published; what enters the tree is an [`AccessLeaf`]
//! (a salted commitment and the hash of the ciphertext), and what is published is one [`BatchLeaf`] a minute.
//! When a record's term ends, its key and salt go and the tree stays.

mod batch;
mod bytes;
mod sealed;

pub use batch::{BATCH_WIDTH_MAX, BATCH_WIDTH_MIN, Batch, BatchLeaf, minute_of};
pub use sealed::{AccessLeaf, KEY_BYTES, SALT_BYTES, Sealed, check_opened, open, seal};

use crate::tree::sha256;
use model::{
    Act, CameraId, CaseId, Hash, LegalBasis, PersonId, Profile, Purpose, Rendering, Span, UnitId, WallTime,
};
use uuid::Uuid;

const VERSION: u8 = 1;
const DOMAIN: &[u8] = b"watchkeeper/access/v1\n";
const CAMERAS_DOMAIN: &[u8] = b"watchkeeper/access-cameras/v1\n";

/// Cameras named one by one; more are given as a digest and a count.
pub const CAMERAS_LISTED_MAX: usize = 64;
/// Longest texts in bytes of UTF-8. Together with the fixed fields and a camera digest they stay below
/// [`ENTRY_BYTES_MAX`], so that [`AccessRecord::fitted`] always succeeds (a test adds them up).
pub const ACCOUNT_BYTES_MAX: usize = 64;
pub const NAME_BYTES_MAX: usize = 96;
pub const POST_BYTES_MAX: usize = 128;
pub const UNIT_NAME_BYTES_MAX: usize = 96;
pub const APPROVER_BYTES_MAX: usize = 96;
pub const PLACE_BYTES_MAX: usize = 64;
/// 500 characters of Chinese.
pub const NOTE_BYTES_MAX: usize = 1_500;
pub const RECIPIENT_BYTES_MAX: usize = 192;
pub const ARTICLE_BYTES_MAX: usize = 64;
pub const REASON_BYTES_MAX: usize = 320;
pub const REMEDY_BYTES_MAX: usize = 320;
pub const EXTRA_BYTES_MAX: usize = 640;

/// Who acted, as it stood at that time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Acting {
    /// `None` = the system itself; then `account` is the procedure's name.
    pub person: Option<PersonId>,
    pub account: String,
    /// The name shown on pictures.
    pub display_name: String,
    /// The post (role, unit, group) under which it was allowed.
    pub post: String,
}

/// Which cameras an act is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cameras {
    /// Strictly ascending, at most [`CAMERAS_LISTED_MAX`].
    Listed(Vec<CameraId>),
    /// SHA-256 over a domain string and the ids in ascending order, for more than fit.
    Digest { count: u32, digest: Hash },
}

impl Cameras {
    /// The canonical form of a set of cameras, in any order.
    pub fn of(cameras: &[CameraId]) -> Self {
        let mut list = cameras.to_vec();
        list.sort_unstable();
        list.dedup();
        if list.len() <= CAMERAS_LISTED_MAX { Self::Listed(list) } else { Self::digest_of(&list) }
    }

    fn digest_of(ascending: &[CameraId]) -> Self {
        let mut bytes = CAMERAS_DOMAIN.to_vec();
        for camera in ascending {
            bytes.extend_from_slice(camera.0.as_bytes());
        }
        Self::Digest { count: u32::try_from(ascending.len()).unwrap_or(u32::MAX), digest: sha256(&[&bytes]) }
    }

    /// True when this is the canonical form of exactly that set, listed or as a digest.
    pub fn is_of(&self, cameras: &[CameraId]) -> bool {
        let mut list = cameras.to_vec();
        list.sort_unstable();
        list.dedup();
        match self {
            Self::Listed(listed) => *listed == list,
            Self::Digest { .. } => *self == Self::digest_of(&list),
        }
    }

    pub fn count(&self) -> usize {
        match self {
            Self::Listed(list) => list.len(),
            Self::Digest { count, .. } => *count as usize,
        }
    }
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    Permitted,
    Refused {
        /// For example `guangzhou-2007:16`, or `unit:roles` where no article applies.
        article: String,
        reason: String,
        /// What would make it possible.
        remedy: String,
    },
}

/// What was really served under an earlier entry, counted at the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Served {
    pub camera: CameraId,
    pub profile: Profile,
    pub units: u64,
    pub bytes: u64,
    /// First and last capture time served.
    pub from: WallTime,
    pub to: WallTime,
}

/// One entry in plain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessRecord {
    pub kind: Act,
    pub time: WallTime,
    pub acting: Acting,
    pub unit: Option<UnitId>,
    pub unit_name: String,
    pub cameras: Cameras,
    pub span: Option<Span>,
    pub purpose: Purpose,
    pub legal_basis: LegalBasis,
    pub case: Option<CaseId>,
    /// Who approved, in words; empty when no approval is needed.
    pub approver: String,
    /// Network address, or `local`.
    pub place: String,
    pub note: String,
    pub rendering: Option<Rendering>,
    pub outcome: Outcome,
    /// Index (in the access log, before batching) of the entry that this one continues.
    pub refers_to: Option<u64>,
    pub served: Option<Served>,
    /// The thing acted upon: the export (= copy id of the package), view, camera, person.
    pub subject: Option<Uuid>,
    /// To whom footage is handed, in words.
    pub recipient: String,
    /// What changed, as `field=value` lines; no secrets.
    pub extra: String,
}

impl AccessRecord {
    /// A permitted act with everything else empty: a starting point for shells.
    pub fn new(kind: Act, time: WallTime, acting: Acting, purpose: Purpose, legal_basis: LegalBasis) -> Self {
        Self {
            kind,
            time,
            acting,
            unit: None,
            unit_name: String::new(),
            cameras: Cameras::Listed(Vec::new()),
            span: None,
            purpose,
            legal_basis,
            case: None,
            approver: String::new(),
            place: String::new(),
            note: String::new(),
            rendering: None,
            outcome: Outcome::Permitted,
            refers_to: None,
            served: None,
            subject: None,
            recipient: String::new(),
            extra: String::new(),
        }
    }

    /// The class that is published with the leaf.
    pub const fn class(&self) -> Class {
        match self.outcome {
            Outcome::Refused { .. } => Class::Refusal,
            Outcome::Permitted => Class::of(self.kind),
        }
    }

    /// The same record with every text cut to its limit (ending in `…`), and the cameras as a digest if it would
    /// still be longer than an entry may be. Its [`AccessRecord::encode`] never fails for length.
    pub fn fitted(mut self) -> Self {
        for (text, max) in [
            (&mut self.acting.account, ACCOUNT_BYTES_MAX),
            (&mut self.acting.display_name, NAME_BYTES_MAX),
            (&mut self.acting.post, POST_BYTES_MAX),
            (&mut self.unit_name, UNIT_NAME_BYTES_MAX),
            (&mut self.approver, APPROVER_BYTES_MAX),
            (&mut self.place, PLACE_BYTES_MAX),
            (&mut self.note, NOTE_BYTES_MAX),
            (&mut self.recipient, RECIPIENT_BYTES_MAX),
            (&mut self.extra, EXTRA_BYTES_MAX),
        ] {
            clip(text, max);
        }
        if let Outcome::Refused { article, reason, remedy } = &mut self.outcome {
            clip(article, ARTICLE_BYTES_MAX);
            clip(reason, REASON_BYTES_MAX);
            clip(remedy, REMEDY_BYTES_MAX);
        }
        if let Cameras::Listed(list) = &self.cameras {
            let canonical = Cameras::of(list);
            self.cameras = canonical;
        }
        if let (Err(_), Cameras::Listed(list)) = (self.encode(), &self.cameras) {
            self.cameras = Cameras::digest_of(list);
        }
        self
    }
}

/// Cuts at a character boundary; a cut text ends in `…` (three bytes).
pub(crate) fn clip(text: &mut String, max: usize) {
    if text.len() > max {
        let mut end = max.saturating_sub('…'.len_utf8());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
}

/// The class of an entry, published with its leaf. Frozen numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Class {
    Viewing = 1,
    HandingOut = 2,
    Registry = 3,
    SignIn = 4,
    Refusal = 5,
    System = 6,
}

impl Class {
    pub const ALL: [Self; 6] =
        [Self::Viewing, Self::HandingOut, Self::Registry, Self::SignIn, Self::Refusal, Self::System];

    pub const fn code(self) -> u8 {
        self as u8
    }
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Viewing),
            2 => Some(Self::HandingOut),
            3 => Some(Self::Registry),
            4 => Some(Self::SignIn),
            5 => Some(Self::Refusal),
            6 => Some(Self::System),
            _ => None,
        }
    }
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewing => "viewing",
            Self::HandingOut => "handing_out",
            Self::Registry => "registry",
            Self::SignIn => "sign_in",
            Self::Refusal => "refusal",
            Self::System => "system",
        }
    }

    /// The class of a permitted act; a refused act is always [`Class::Refusal`].
    pub const fn of(act: Act) -> Self {
        match act {
            Act::Live
            | Act::Playback
            | Act::Still
            | Act::CommissioningStill
            | Act::Ptz
            | Act::EndPtz
            | Act::Use => Self::Viewing,
            Act::Export | Act::Collect | Act::Decrypt | Act::HandOver | Act::ShareClip => Self::HandingOut,
            Act::SignIn | Act::SignOut | Act::SignInFailed | Act::SignInBeside | Act::LeaveConsole => {
                Self::SignIn
            }
            Act::Refused | Act::AnonymousRefused => Self::Refusal,
            Act::Start
            | Act::Stop
            | Act::Check
            | Act::SystemRead
            | Act::ExpirePackage
            | Act::BreakOffExport
            | Act::StoreKey
            | Act::CredentialsKey
            | Act::StopStream
            | Act::ResumeStream
            | Act::Backup
            | Act::ForgetBackup
            | Act::Restore
            | Act::Migrate
            | Act::PlannedStop
            | Act::NoteDisk
            | Act::NoteSoftware
            | Act::BackFill
            | Act::WitnessAlarm
            | Act::NoteFloors
            | Act::NoteFindings
            | Act::ForgetEntries
            | Act::EndHold
            | Act::SendReminders
            | Act::GoHome
            | Act::Patrol
            | Act::AskQuestion
            | Act::MachineRead => Self::System,
            // All else reads or changes what people keep in the registry.
            _ => Self::Registry,
        }
    }
}

//! The words of a pack on retrieval: who may, on which ground, what, and with which papers. They are the pack's own and are never
//! put on another pack's requester; what they mean for one request is `crate::retrieval`.

use serde::{Deserialize, Serialize};

/// A closed list whose words packs, rows and entries share: a word that is not on it is an error with its file, not a rule that
/// silently does not apply.
macro_rules! worded {
    ($($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Deserialize, Serialize)]
        pub enum $name { $($(#[$of])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    )+};
}

worded! {
    /// What kind of organ asks.
    Organ {
        PublicSecurity "public-security",
        NationalSecurity "national-security",
        Procuratorate "procuratorate",
        Court "court",
        /// A people's government itself.
        Government "government",
        GovernmentDepartment "government-department",
        EmergencyManagement "emergency-management",
        /// No organ of the state: a firm, an insurer, a lawyer.
        Other "other",
    }

    /// Whom a pack names. One name may stand for several kinds of organ.
    Requester {
        StateOrgan "state-organ",
        PublicSecurity "public-security",
        NationalSecurity "national-security",
        InvestigationOrgan "investigation-organ",
        ProsecutionOrgan "prosecution-organ",
        TrialOrgan "trial-organ",
        LawEnforcement "law-enforcement",
        Government "government",
        GovernmentDepartment "government-department",
        EmergencyManagement "emergency-management",
        /// A natural person, who is no organ.
        Individual "individual",
    }

    /// What it is for.
    Ground {
        Investigation "investigation",
        Prosecution "prosecution",
        Trial "trial",
        LawEnforcement "law-enforcement",
        /// An emergency is investigated and dealt with.
        Emergency "emergency",
        /// A major public-security emergency is commanded.
        MajorEmergency "major-emergency",
    }

    /// What is asked for.
    Wanted {
        Footage "footage",
        /// Where what stands, and of which kind it is.
        BasicData "basic-data",
    }

    /// How: by looking at it here, or by taking a copy.
    Way {
        View "view",
        Copy "copy",
    }

    /// What a pack allows; to retrieve is to take a copy away.
    Allowed {
        View "view",
        Copy "copy",
        Retrieve "retrieve",
    }

    /// What is shown or left.
    Paper {
        LetterOfIntroduction "letter-of-introduction",
        LawEnforcementCertificate "law-enforcement-certificate",
        WorkCertificate "work-certificate",
        SupportingDocument "supporting-document",
        /// The form, filled in and signed.
        RegistrationForm "registration-form",
    }

    /// The level of an organ, lowest first.
    OrganLevel {
        Township "township",
        County "county",
        City "city",
        Province "province",
        National "national",
    }

    /// When a right ends.
    Until {
        InquiryCloses "inquiry-closes",
    }
}

impl Requester {
    /// Whether the name of the pack stands for an organ of that kind.
    pub const fn covers(self, organ: Organ) -> bool {
        use Organ::{
            Court, EmergencyManagement, Government, GovernmentDepartment, NationalSecurity, Other,
            Procuratorate, PublicSecurity,
        };
        match self {
            Self::StateOrgan => !matches!(organ, Other),
            Self::PublicSecurity => matches!(organ, PublicSecurity),
            Self::NationalSecurity => matches!(organ, NationalSecurity),
            // Those that investigate crimes; the procuratorate does so in its own field.
            Self::InvestigationOrgan => matches!(organ, PublicSecurity | NationalSecurity | Procuratorate),
            Self::ProsecutionOrgan => matches!(organ, Procuratorate),
            Self::TrialOrgan => matches!(organ, Court),
            Self::LawEnforcement => {
                matches!(
                    organ,
                    PublicSecurity | NationalSecurity | GovernmentDepartment | EmergencyManagement
                )
            }
            Self::Government => matches!(organ, Government),
            // The emergency management office is a department too.
            Self::GovernmentDepartment => matches!(organ, GovernmentDepartment | EmergencyManagement),
            Self::EmergencyManagement => matches!(organ, EmergencyManagement),
            Self::Individual => false,
        }
    }
}

impl Paper {
    /// Shown by an officer and looked at, not left behind.
    pub const fn is_certificate(self) -> bool {
        matches!(self, Self::LawEnforcementCertificate | Self::WorkCertificate)
    }
    /// In Chinese and English.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::LetterOfIntroduction => ("介绍信", "letter of introduction"),
            Self::LawEnforcementCertificate => ("执法证", "law enforcement certificate"),
            Self::WorkCertificate => ("工作证件", "work certificate"),
            Self::SupportingDocument => ("证明文件", "supporting document"),
            Self::RegistrationForm => ("登记表", "registration form"),
        }
    }
}

/// Who may retrieve, and on which conditions. Who and why often stand in one article and the papers in the next: a row with `acts`
/// entitles, one without sets the conditions of the same requester.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Retrieval {
    pub requester: Requester,
    /// `None`: the text leaves it open.
    #[serde(default)]
    pub ground: Option<Ground>,
    #[serde(default)]
    pub acts: Vec<Allowed>,
    /// Empty is footage.
    #[serde(default)]
    pub of: Vec<Wanted>,
    #[serde(default)]
    pub level_min: Option<OrganLevel>,
    #[serde(default)]
    pub until: Option<Until>,
    #[serde(default)]
    pub staff_min: u8,
    #[serde(default)]
    pub papers: Vec<Paper>,
    #[serde(default)]
    pub form: bool,
    #[serde(default)]
    pub confidentiality: bool,
    /// Without the papers the unit may refuse (guangzhou-2007:19).
    #[serde(default)]
    pub may_refuse_without: bool,
}

impl Retrieval {
    pub fn entitles(&self) -> bool {
        !self.acts.is_empty()
    }
    pub fn allows(&self, way: Way) -> bool {
        self.acts.iter().any(|act| (*act == Allowed::View) == (way == Way::View))
    }
    pub fn covers(&self, wanted: Wanted) -> bool {
        self.of.contains(&wanted) || (self.of.is_empty() && wanted == Wanted::Footage)
    }
}

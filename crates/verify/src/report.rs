//! What a check answers: a verdict for each claim, and where what was found lies. It prints and serialises; it decides
//! nothing.

use model::WallTime;
use serde::{Serialize, Serializer};
use std::fmt;

/// Findings kept for one claim, and notes; more findings are only counted.
pub const FINDINGS_MAX: usize = 1_000;

/// What a package claims. The words are those of `--json`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimName {
    /// It was signed by a key that the reader trusts.
    Origin,
    /// No byte differs from what was handed over.
    BytesIntact,
    /// The pictures are those that were recorded, at those times, in that order.
    PlaceInOriginal,
    /// Every second of the asked span is either there or a recorded gap.
    Complete,
    /// It cannot have been made before one time nor after another.
    TimeBracket,
    /// Independent witnesses saw the log.
    Witnessed,
    /// What it is a derivative of: the original, or something masked.
    Derivative,
    /// Who released it to whom, and that this is registered.
    Released,
}

impl ClaimName {
    pub const ALL: [Self; 8] = [
        Self::Origin,
        Self::BytesIntact,
        Self::PlaceInOriginal,
        Self::Complete,
        Self::TimeBracket,
        Self::Witnessed,
        Self::Derivative,
        Self::Released,
    ];

    /// The claim in words, for a person.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Origin => "signed by a trusted key",
            Self::BytesIntact => "bytes intact",
            Self::PlaceInOriginal => "place in the original recording",
            Self::Complete => "complete over the asked span",
            Self::TimeBracket => "time bracket",
            Self::Witnessed => "witnessed",
            Self::Derivative => "derivative of",
            Self::Released => "released by",
        }
    }
}

/// What came of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Proven,
    /// Something is wrong: see the findings.
    Found,
    /// Nothing is wrong, but something needed is not at hand: see the doubts.
    CannotTell,
    /// The reader's policy does not ask for it.
    NotAsked,
}

/// Something that is not as it should be, located as closely as can be.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Finding {
    /// Machine word, for example `bytes_changed`.
    pub code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Number of the fragment in its video, from 1; 0 is what comes before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fragment: Option<u32>,
    /// First byte and the byte after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<(u64, u64)>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "wall")]
    pub from: Option<WallTime>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "wall")]
    pub to: Option<WallTime>,
    pub problem: String,
}

/// RFC 3339 text.
fn wall<S: Serializer>(time: &Option<WallTime>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(|time| time.to_string()).serialize(serializer)
}

impl Finding {
    pub(crate) fn new(code: &'static str, problem: impl Into<String>) -> Self {
        Self { code, problem: problem.into(), ..Self::default() }
    }
    pub(crate) fn in_file(mut self, file: &str) -> Self {
        self.file = Some(file.to_owned());
        self
    }
    pub(crate) const fn at(mut self, from: WallTime, to: WallTime) -> Self {
        self.from = Some(from);
        self.to = Some(to);
        self
    }
}

/// File, fragment, second, and what is wrong there.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        if let Some(fragment) = self.fragment {
            write!(f, "fragment {fragment}: ")?;
        }
        if let Some((from, to)) = self.bytes {
            write!(f, "bytes {from} to {to}: ")?;
        }
        if let (Some(from), Some(to)) = (self.from, self.to) {
            write!(f, "{from} to {to}: ")?;
        }
        f.write_str(&self.problem)
    }
}

/// Something odd about the folder or archive that holds a package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Oddity {
    pub file: Option<String>,
    pub problem: &'static str,
}

/// One claim with its verdict.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Claim {
    pub name: ClaimName,
    pub verdict: Verdict,
    pub findings: Vec<Finding>,
    /// How many findings there were beyond [`FINDINGS_MAX`].
    pub findings_left_out: u64,
    /// Why it cannot be told, or why it is not asked.
    pub doubts: Vec<String>,
    /// What a person should know about a verdict, also about a good one.
    pub notes: Vec<String>,
}

/// The answer of a check.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    pub copy_id: Option<String>,
    /// The verifier key that the package names, to be compared with the one from elsewhere.
    pub named_key: Option<String>,
    pub claims: Vec<Claim>,
}

impl Report {
    pub fn claim(&self, name: ClaimName) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.name == name)
    }

    /// 0: everything that is asked for is proven. 1: something is wrong. 2: nothing is wrong, but something cannot be
    /// told.
    pub fn exit_code(&self) -> u8 {
        let any = |verdict| self.claims.iter().any(|claim| claim.verdict == verdict);
        if any(Verdict::Found) {
            1
        } else if any(Verdict::CannotTell) {
            2
        } else {
            0
        }
    }

    /// All findings with their claims.
    pub fn findings(&self) -> impl Iterator<Item = (ClaimName, &Finding)> {
        self.claims.iter().flat_map(|claim| claim.findings.iter().map(move |finding| (claim.name, finding)))
    }
}

/// Collects what is learnt about each claim; nothing is proven until somebody says so.
#[derive(Debug)]
pub(crate) struct Claims(Vec<(Claim, bool)>);

impl Claims {
    pub fn new() -> Self {
        let claim = |name| Claim {
            name,
            verdict: Verdict::CannotTell,
            findings: Vec::new(),
            findings_left_out: 0,
            doubts: Vec::new(),
            notes: Vec::new(),
        };
        Self(ClaimName::ALL.into_iter().map(|name| (claim(name), false)).collect())
    }

    fn with(&mut self, name: ClaimName, change: impl FnOnce(&mut Claim, &mut bool)) {
        if let Some((claim, settled)) = self.0.iter_mut().find(|(claim, _)| claim.name == name) {
            change(claim, settled);
        }
    }

    pub fn found(&mut self, name: ClaimName, finding: Finding) {
        self.with(name, |claim, _| {
            if claim.findings.len() < FINDINGS_MAX {
                claim.findings.push(finding);
            } else {
                claim.findings_left_out += 1;
            }
        });
    }

    pub fn has_findings(&self, name: ClaimName) -> bool {
        self.0.iter().any(|(claim, _)| claim.name == name && !claim.findings.is_empty())
    }

    /// Whether the reader's policy asks for it.
    pub fn is_asked(&self, name: ClaimName) -> bool {
        !self.0.iter().any(|(claim, _)| claim.name == name && claim.verdict == Verdict::NotAsked)
    }

    /// Something needed is not at hand.
    pub fn doubt(&mut self, name: ClaimName, why: impl Into<String>) {
        let why = why.into();
        self.with(name, |claim, _| {
            if !claim.doubts.contains(&why) {
                claim.doubts.push(why);
            }
        });
    }

    pub fn note(&mut self, name: ClaimName, note: impl Into<String>) {
        self.with(name, |claim, _| {
            if claim.notes.len() < FINDINGS_MAX {
                claim.notes.push(note.into());
            }
        });
    }

    /// The check of this claim was gone through; without findings and doubts it is proven.
    pub fn settle(&mut self, name: ClaimName) {
        self.with(name, |_, settled| *settled = true);
    }

    /// The policy does not ask for it.
    pub fn not_asked(&mut self, name: ClaimName, why: &str) {
        self.with(name, |claim, settled| {
            claim.verdict = Verdict::NotAsked;
            claim.notes.push(why.to_owned());
            *settled = true;
        });
    }

    pub fn finish(self) -> Vec<Claim> {
        let judge = |(mut claim, settled): (Claim, bool)| {
            if !settled && claim.doubts.is_empty() && claim.findings.is_empty() {
                claim.doubts.push("could not be looked at, because of what was found elsewhere".to_owned());
            }
            claim.verdict = if !claim.findings.is_empty() {
                Verdict::Found
            } else if !claim.doubts.is_empty() {
                Verdict::CannotTell
            } else if claim.verdict == Verdict::NotAsked {
                Verdict::NotAsked
            } else {
                Verdict::Proven
            };
            claim
        };
        self.0.into_iter().map(judge).collect()
    }
}

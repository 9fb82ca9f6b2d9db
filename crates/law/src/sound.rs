//! Whether the sound of a camera may be switched on: only with a basis of a closed list, and words that say which.
//!
//! It does not say who may switch it (that is `access`), and it judges no ground: it makes somebody state one, in an entry that
//! stays. Switching off needs nothing.

use crate::Words;
use crate::access::Refusal;
use model::SoundBasis;

/// Longest ground of one switch: some sentences.
pub const GROUND_CHARS_MAX: usize = 300;

/// What somebody states for recording sound.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim<'a> {
    pub basis: Option<SoundBasis>,
    /// Which law, whose order, whose agreement.
    pub ground: &'a str,
    /// Name or number of the paper.
    pub document: &'a str,
}

/// Why sound may not be switched on with this claim. The systems of these regulations are of video (national-2016:2); what people
/// say is private wherever it can be overheard (national-2025:8), and is protected (national-2025:18).
pub fn refuse(claim: &Claim<'_>) -> Option<Refusal> {
    let Some(basis) = claim.basis else {
        return Some(refusal(
            "sound_basis",
            ("Sound is not recorded without a legal basis.", "没有法定依据，不得录制声音。"),
            (
                "Choose the basis: a law that asks for it, an authority's written order, or the agreement of everybody heard.",
                "请选择依据：法律法规要求、有关机关的书面要求，或者全部被录音人的同意。",
            ),
        ));
    };
    if claim.ground.trim().is_empty() {
        return Some(refusal(
            "sound_ground",
            ("The basis is named without saying which.", "只选了依据类别，没有写明具体依据。"),
            (
                "Write which law and article, whose order, or whose agreement.",
                "请写明是哪部法律的哪一条、哪个机关的要求，或者何人的同意。",
            ),
        ));
    }
    if basis != SoundBasis::Law && claim.document.trim().is_empty() {
        return Some(refusal(
            "sound_document",
            ("An order or an agreement needs its paper.", "书面要求或者同意须有文件。"),
            ("Give the name or number of the paper.", "请填写文件名称或编号。"),
        ));
    }
    None
}

fn refusal(code: &'static str, reason: (&str, &str), remedy: (&str, &str)) -> Refusal {
    let words = |(en, zh): (&str, &str)| Words::new(en, zh);
    Refusal { article: "national-2025:18".into(), code, reason: words(reason), remedy: words(remedy) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_wants_a_basis_its_ground_and_the_paper_of_an_order_or_agreement() {
        let check = |basis, ground, document, expected: Option<&str>| {
            let found = refuse(&Claim { basis, ground, document });
            assert_eq!(found.as_ref().map(|refusal| refusal.code), expected, "{basis:?} {ground} {document}");
            if let Some(refusal) = found {
                let texts = [refusal.reason.en, refusal.reason.zh, refusal.remedy.en, refusal.remedy.zh];
                assert!(texts.iter().all(|text| !text.is_empty()));
            }
        };
        check(None, "the boss wants it", "memo 3", Some("sound_basis"));
        check(None, "", "", Some("sound_basis"));
        for &basis in SoundBasis::ALL {
            check(Some(basis), " ", "paper", Some("sound_ground"));
            check(Some(basis), "ground", "paper", None);
        }
        check(Some(SoundBasis::Law), "ground", "", None);
        check(Some(SoundBasis::AuthorityOrder), "ground", " ", Some("sound_document"));
        check(Some(SoundBasis::Consent), "ground", "", Some("sound_document"));
    }
}

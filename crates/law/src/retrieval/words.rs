//! What is said of a retrieval that lacks something, that is not lawful, or that is late: article, reason, remedy.

use super::{Lack, Late, Missing, Unfit, Verdict, Why};
use crate::{Words, access::Refusal, packs::ArticleId};

impl Missing {
    /// Stable machine word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Level => "organ_level",
            Self::Officers { .. } => "officers",
            Self::Certificate(_) => "certificate",
            Self::Paper(..) => "paper",
            Self::AnyPaper => "any_paper",
            Self::Check => "credential_check",
        }
    }

    /// What is lacking, and what supplies it.
    pub fn words(self) -> (Words, Words) {
        match self {
            Self::Level => (
                Words::new("It is not said of which level the organ is.", "未说明机关的级别。"),
                Words::new("Enter the organ's level.", "请填写机关级别。"),
            ),
            Self::Officers { needed, present } => (
                Words::new(
                    format!("{needed} officers must come; {present} is entered."),
                    format!("须有{needed}名工作人员到场，现登记{present}名。"),
                ),
                Words::new("Enter every officer who came.", "请登记到场的每一名工作人员。"),
            ),
            Self::Certificate(paper) => {
                let (zh, en) = paper.names();
                (
                    Words::new(
                        format!("Not every officer has shown a {en}."),
                        format!("工作人员未全部出示{zh}。"),
                    ),
                    Words::new(
                        format!("Enter the number of each officer's {en}."),
                        format!("请登记每名工作人员的{zh}编号。"),
                    ),
                )
            }
            Self::Paper(paper, unfit) => of_paper(paper.names(), unfit),
            Self::AnyPaper => (
                Words::new(
                    "No paper shows that the organ asks for this.",
                    "没有任何文件表明该机关提出了此项调取。",
                ),
                Words::new(
                    "Name the organ's letter or another of its papers, with its scan and its date.",
                    "请选择该机关的介绍信或其他文件，须附扫描件并注明日期。",
                ),
            ),
            Self::Check => (
                Words::new(
                    "Nobody of the unit has looked at the officers' certificates.",
                    "本单位尚无人核对工作人员的证件。",
                ),
                Words::new(
                    "Look at each certificate and confirm it by name.",
                    "请逐一核对证件并以本人名义确认。",
                ),
            ),
        }
    }
}

/// Of a paper that is not there, or that is there as a name only.
fn of_paper((zh, en): (&str, &str), unfit: Option<Unfit>) -> (Words, Words) {
    match unfit {
        None => (
            Words::new(format!("The {en} is not there."), format!("缺少{zh}。")),
            Words::new(
                format!(
                    "Put the {en} into the register as a document with its scan and date, and name it here."
                ),
                format!("请将{zh}连同扫描件、日期登记为文件，再在此选择。"),
            ),
        ),
        Some(Unfit::NoScan) => (
            Words::new(format!("The {en} has no scan."), format!("{zh}没有扫描件。")),
            Words::new(
                format!("Open the document of the {en} and add its scan."),
                format!("请打开{zh}的文件登记，添加扫描件。"),
            ),
        ),
        Some(Unfit::NoDate) => (
            Words::new(format!("The {en} has no date."), format!("{zh}未注明日期。")),
            Words::new(
                format!("Enter the date that stands on the {en} in its document."),
                format!("请在文件登记中填写{zh}上的日期。"),
            ),
        ),
        Some(Unfit::NotToday) => (
            Words::new(format!("The {en} is not valid today."), format!("{zh}今日无效。")),
            Words::new(
                format!("Name a {en} that is dated today or before and has not expired."),
                format!("请选择日期不晚于今日且未失效的{zh}。"),
            ),
        ),
    }
}

impl Why {
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotListed => "requester",
            Self::Way => "way",
            Self::BasicData => "basic_data",
            Self::InquiryClosed => "inquiry_closed",
            Self::Level => "organ_level",
        }
    }

    fn words(self) -> (Words, Words) {
        match self {
            Self::NotListed => (
                Words::new(
                    "No rule here lists such a requester on this ground.",
                    "此处适用的规则均未列有该类请求人以此理由调取。",
                ),
                Words::new(
                    "State organ and ground as they are, or go through an organ that the rules list.",
                    "请如实填写机关与理由，或由规则所列机关提出。",
                ),
            ),
            Self::Way => (
                Words::new(
                    "The rule lets this organ look, not take a copy.",
                    "规则只允许该机关查看，未允许复制。",
                ),
                Words::new("Ask for viewing on the spot.", "请改为现场查看。"),
            ),
            Self::BasicData => (
                Words::new(
                    "Basic data is confidential, and no rule here gives this organ a right to it.",
                    "基础数据应当保密，此处适用的规则未赋予该机关调取权。",
                ),
                Words::new("Ask for the footage alone.", "请只调取录像。"),
            ),
            Self::InquiryClosed => (
                Words::new(
                    "The right came with the emergency; its inquiry is closed.",
                    "该权利因突发事件而生，调查处置已经结束。",
                ),
                Words::new(
                    "Another ground of the organ's needs a request of its own.",
                    "如另有理由，请另行提出调取。",
                ),
            ),
            Self::Level => (
                Words::new("The rule lists organs from a higher level up.", "规则只列有更高级别的机关。"),
                Words::new("Let the organ of that level ask.", "请由相应级别的机关提出。"),
            ),
        }
    }
}

/// The refusal of what no rule entitles to.
pub fn refused(article: &ArticleId, why: Why) -> Refusal {
    let (reason, remedy) = why.words();
    Refusal { article: article.to_string().into(), code: why.code(), reason, remedy }
}

/// The refusal to go on while something is lacking; `None` when nothing is. It names the first, and says all.
pub fn incomplete(verdict: &Verdict) -> Option<Refusal> {
    if let Verdict::Refuse { article, why } = verdict {
        return Some(refused(article, *why));
    }
    let first = verdict.missing().first()?;
    let all: Vec<(Words, Words)> = verdict.missing().iter().map(|lack: &Lack| lack.missing.words()).collect();
    let joined = |pick: fn(&(Words, Words)) -> &Words| Words {
        zh: all.iter().map(|pair| pick(pair).zh.as_str()).collect(),
        en: all.iter().map(|pair| pick(pair).en.as_str()).collect::<Vec<_>>().join(" "),
    };
    Some(Refusal {
        article: first.article.to_string().into(),
        code: first.missing.code(),
        reason: joined(|pair| &pair.0),
        remedy: joined(|pair| &pair.1),
    })
}

/// Why a request is not refused (national-2016:21, national-2016:28(6), chongqing:12(4), datong-2008:20).
pub fn no_right_to_refuse(article: &ArticleId) -> Refusal {
    Refusal {
        article: article.to_string().into(),
        code: "must_cooperate",
        reason: Words::new(
            "No rule here gives the unit a right to refuse this request; refusing it would be a breach.",
            "此处适用的规则未赋予本单位拒绝此项调取的权利；拒绝即属违规。",
        ),
        remedy: Words::new(
            "Complete it, or say what is still lacking; nothing goes out before that.",
            "请办理，或告知尚缺的手续；手续不全前不会交出任何内容。",
        ),
    }
}

/// The refusal of a receipt without the undertaking that the text asks for (datong-2008:21).
pub fn no_undertaking(article: &ArticleId) -> Refusal {
    Refusal {
        article: article.to_string().into(),
        code: "secrecy_undertaking",
        reason: Words::new(
            "The rule asks whoever receives it to keep to use and secrecy, and nobody has said that they do.",
            "规则要求接收人遵守使用和保密规定，尚未登记其承诺。",
        ),
        remedy: Words::new(
            "Read the sentence on the form to them, have them sign it, and confirm it here.",
            "请当面告知登记表上的保密要求，由其签名，并在此确认。",
        ),
    }
}

/// What is found while something is late, and what helps.
pub fn late_words(late: Late) -> (Words, Words) {
    match late {
        Late::HandOver => (
            Words::new(
                "A complete request has waited longer than the unit's own limit.",
                "手续齐全的调取超过了本单位规定的时限。",
            ),
            Words::new(
                "Approve it and hand over, or let the viewing take place.",
                "请审批并交付，或安排查看。",
            ),
        ),
        Late::Papers => (
            Words::new(
                "Footage went out before the papers were there, and they are still lacking.",
                "录像已先行交出，手续至今未补齐。",
            ),
            Words::new("Ask the organ for its papers and name them.", "请向该机关索取手续并登记。"),
        ),
    }
}

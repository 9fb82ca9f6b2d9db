//! Temporary takeover of control by an organ: which organ may, for how long, and what the unit may go on doing. What is taken over is
//! a unit, a camera group, or a system of the register.
//!
//! It knows no cameras and no persons; who looks is decided by `access`. The invariant kept: a takeover always has an end, an order
//! and named officers, and what the unit may no longer do is refused with the article under which control passed
//! (guangzhou-2007:18, chongqing:12(4)).

use crate::{
    Words,
    access::Refusal,
    packs::{ArticleId, Force, Rules},
    retrieval::Unfit,
};
use model::{Act, WallTime};

/// Longest takeover on one order. No text gives days: the rule is ours. A longer need is another order.
pub const TAKEOVER_US_MAX: i64 = 7 * 86_400_000_000;
/// Shorter than this nobody could sign in and look.
pub const TAKEOVER_US_MIN: i64 = 5 * 60_000_000;
/// Officers of one takeover: two shifts of a command post.
pub const OFFICERS_MAX: usize = 20;

/// Who takes over.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Organ {
    PublicSecurity,
    NationalSecurity,
    /// Another organ that enforces the law.
    LawEnforcement,
}

impl Organ {
    pub const ALL: [Self; 3] = [Self::PublicSecurity, Self::NationalSecurity, Self::LawEnforcement];

    /// As packs name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PublicSecurity => "public-security",
            Self::NationalSecurity => "national-security",
            Self::LawEnforcement => "law-enforcement",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|organ| organ.as_str() == word)
    }
}

/// What the unit may go on doing meanwhile. What is not named here at all (reading lists, explaining gaps, placing holds) stays.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Kept {
    pub live: bool,
    /// Looking back, stills and copies.
    pub recorded: bool,
    /// Changing cameras and their groups, one by one or many at once.
    pub settings: bool,
}

impl Kept {
    /// Whether the unit may still do it.
    pub const fn leaves(self, act: Act) -> bool {
        match act {
            Act::Live | Act::Ptz => self.live,
            Act::Playback
            | Act::Still
            | Act::Export
            | Act::CommissioningStill
            | Act::Decrypt
            | Act::ShareClip => self.recorded,
            Act::ChangeCamera | Act::ProbeCamera | Act::SwitchSound | Act::ChangeUnit | Act::ChangePtz => {
                self.settings
            }
            _ => self.settings || !of_whole_unit(act),
        }
    }

    /// The same where a system was taken over: its record, its points and the steps of its life pass with it.
    pub const fn leaves_of_system(self, act: Act) -> bool {
        self.leaves(act) && (self.settings || !changes_system(act))
    }
}

/// Acts that change one system: what it consists of, and where it stands in its life.
pub const fn changes_system(act: Act) -> bool {
    matches!(act, Act::LifeStep | Act::ChangeRecord | Act::AskChange | Act::DecideChange)
}

/// Acts that can change any camera of a unit at once, or stop it: each is as good as changing those that were taken over.
pub const fn of_whole_unit(act: Act) -> bool {
    matches!(act, Act::ImportRecords | Act::ChangeMany | Act::RotateCredentials | Act::LifeStep)
}

/// A takeover as somebody enters it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TakeoverFacts {
    pub organ: Organ,
    pub now: WallTime,
    pub until: WallTime,
    pub has_order: bool,
    /// What keeps the document from being an order: its scan, its date.
    pub order_unfit: Option<Unfit>,
    pub officers: usize,
    /// Whoever enters it is one of them.
    pub names_oneself: bool,
    /// Something of it is under another one already.
    pub overlaps: bool,
    /// It is of a system that was taken out of service.
    pub system_over: bool,
    /// It is of a secret system, and an officer is not cleared for the unit's: they would see nothing of it.
    pub uncleared: bool,
}

/// The article that entitles the organ, of any rule set that binds one of the systems: what one entitles to, another does not take
/// away.
pub fn entitled(organ: Organ, rules: &[Rules<'_>]) -> Option<ArticleId> {
    rules.iter().flat_map(|rules| named(organ, rules)).find_map(|(article, names)| names.then_some(article))
}

/// Each binding article that says who may take over, and whether it names the organ. An organ of public or national security is one
/// that enforces the law.
fn named<'r>(organ: Organ, rules: &'r Rules<'_>) -> impl Iterator<Item = (ArticleId, bool)> + use<'r> {
    let values = rules.each(|values| values.takeover_by.as_ref()).into_iter();
    values.filter(|(_, force)| *force == Force::Binds).map(move |(ruling, _)| {
        let names =
            ruling.value.iter().any(|word| word == organ.as_str() || word == Organ::LawEnforcement.as_str());
        (ruling.article, names)
    })
}

/// What refuses the takeover; else the article under which control passes, if a text gives one.
///
/// Where no binding text speaks of takeovers, police and national security act on their order under their own laws, which we do not
/// hold: the order is what counts then.
///
/// # Errors
/// The refusal, with its article.
pub fn judge(facts: &TakeoverFacts, rules: &[Rules<'_>]) -> Result<Option<ArticleId>, Box<Refusal>> {
    let entitling = entitled(facts.organ, rules);
    let speaking =
        rules.iter().flat_map(|rules| named(facts.organ, rules)).map(|(article, _)| article).next();
    if entitling.is_none() && (speaking.is_some() || facts.organ == Organ::LawEnforcement) {
        return Err(refusal(
            speaking.as_ref(),
            "takeover_organ",
            (
                "No rule that binds these cameras lets this organ take them over.",
                "适用规则未授权该机关接管这些摄像机。",
            ),
            (
                "Public or national security can; other organs ask for footage (retrieval).",
                "公安机关或国家安全机关可以接管；其他机关可申请调取。",
            ),
        ));
    }
    let article = entitling.as_ref();
    if let Some((reason, remedy)) = without_order(facts) {
        return Err(refusal(article, "takeover_order", reason, remedy));
    }
    if facts.officers == 0 {
        return Err(refusal(
            article,
            "takeover_officers",
            ("Nobody is named who takes control.", "未指明接管人员。"),
            ("Name the officers; each needs an account of their own.", "请指明接管人员，每人须有个人账号。"),
        ));
    }
    if facts.names_oneself {
        return Err(refusal(
            article,
            "takeover_oneself",
            ("Nobody hands control over to themselves.", "不得将控制权移交给自己。"),
            ("Another administrator of the unit can enter it.", "可由本单位其他管理员登记。"),
        ));
    }
    whole_system(facts, article)?;
    let lasts_us = facts.until.0.saturating_sub(facts.now.0);
    if !(TAKEOVER_US_MIN..=TAKEOVER_US_MAX).contains(&lasts_us) {
        return Err(refusal(
            article,
            "takeover_term",
            ("A takeover is for a limited time.", "接管须有期限。"),
            ("Let it end within 5 minutes to 7 days from now.", "请将结束时间设在五分钟至七天之内。"),
        ));
    }
    if facts.overlaps {
        return Err(refusal(
            article,
            "taken_over_already",
            ("Some of these cameras are under another takeover.", "其中部分摄像机已被接管。"),
            ("End that one first, or wait for its end.", "请先结束该接管，或待其到期。"),
        ));
    }
    Ok(entitling)
}

/// Reason and remedy, each in English and Chinese.
type Said = ((&'static str, &'static str), (&'static str, &'static str));

/// Why there is no order yet: a name in the register is none.
fn without_order(facts: &TakeoverFacts) -> Option<Said> {
    if !facts.has_order {
        return Some((
            ("A takeover needs the organ's order.", "接管须有机关的书面决定。"),
            (
                "Put the order into the register as a document with its scan and date, and name it.",
                "请先将决定连同扫描件、日期登记为文件，再选择该文件。",
            ),
        ));
    }
    Some(match facts.order_unfit? {
        Unfit::NoScan => (
            ("The order has no scan.", "接管决定没有扫描件。"),
            ("Open the order's document and add its scan.", "请打开该决定的文件登记，添加扫描件。"),
        ),
        Unfit::NoDate => (
            ("The order has no date.", "接管决定未注明日期。"),
            ("Enter the date that stands on the order in its document.", "请在文件登记中填写决定上的日期。"),
        ),
        Unfit::NotToday => (
            ("The order is not valid today.", "接管决定今日无效。"),
            (
                "Name an order that is dated today or before and has not expired.",
                "请选择日期不晚于今日且未失效的决定。",
            ),
        ),
    })
}

/// What stands against taking over a whole system.
fn whole_system(facts: &TakeoverFacts, article: Option<&ArticleId>) -> Result<(), Box<Refusal>> {
    if facts.system_over {
        return Err(refusal(
            article,
            "takeover_system_over",
            ("This system is out of service; there is nothing to take over.", "该系统已停止使用，无可接管。"),
            (
                "Name a system that stands, or the cameras' unit or group.",
                "请选择现有系统，或摄像机所属单位、分组。",
            ),
        ));
    }
    if facts.uncleared {
        return Err(refusal(
            Some(&ArticleId::new("guangzhou-2007", "11")),
            "takeover_clearance",
            (
                "This system is secret, and an officer is not cleared for the unit's secret systems.",
                "该系统涉及国家秘密，有接管人员未获本单位涉密权限。",
            ),
            (
                "Clear each officer for the unit, with the document that says so, then enter it again.",
                "请先凭文件为每名接管人员授予涉密权限，再登记接管。",
            ),
        ));
    }
    Ok(())
}

/// Why the unit may not do it now: an organ has control, until then.
pub fn taken_over(article: &str, organ: &str, until: WallTime) -> Refusal {
    Refusal {
        article: article.to_owned().into(),
        code: "taken_over",
        reason: Words::new(
            format!("{organ} has taken over control of these cameras."),
            format!("{organ}已临时接管这些摄像机。"),
        ),
        remedy: Words::new(
            format!("Control comes back by itself at {until}; {organ} can give it back earlier."),
            format!("控制权于 {until} 自动归还；{organ}也可提前归还。"),
        ),
    }
}

fn refusal(
    article: Option<&ArticleId>,
    code: &'static str,
    reason: (&'static str, &'static str),
    remedy: (&'static str, &'static str),
) -> Box<Refusal> {
    let article = article.map_or_else(|| "unit:takeover".to_owned(), ToString::to_string);
    Box::new(Refusal {
        article: article.into(),
        code,
        reason: Words::new(reason.0, reason.1),
        remedy: Words::new(remedy.0, remedy.1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::{Library, Under};

    const NOW: WallTime = WallTime(1_800_000_000_000_000);

    fn facts(organ: Organ) -> TakeoverFacts {
        TakeoverFacts {
            organ,
            now: NOW,
            until: NOW.plus_us(3_600_000_000),
            has_order: true,
            order_unfit: None,
            officers: 2,
            names_oneself: false,
            overlaps: false,
            system_over: false,
            uncleared: false,
        }
    }

    #[test]
    fn who_may_take_over_and_on_what() {
        let library = Library::with_shipped(&[]).unwrap();
        let check = |packs: &[&str], facts: TakeoverFacts, expected: Result<Option<&str>, (&str, &str)>| {
            let named: Vec<Vec<String>> = packs.iter().map(|pack| vec![(*pack).to_owned()]).collect();
            let rules: Vec<Rules<'_>> = named
                .iter()
                .map(|named| Rules::of(&library, &Under { named, today: "2026-11-29", ..Under::default() }))
                .collect();
            let judged = judge(&facts, &rules);
            let found = match &judged {
                Ok(article) => Ok(article.as_ref().map(ToString::to_string)),
                Err(refusal) => Err((refusal.article.to_string(), refusal.code)),
            };
            let expected = match expected {
                Ok(article) => Ok(article.map(str::to_owned)),
                Err((article, code)) => Err((article.to_owned(), code)),
            };
            assert_eq!(found, expected, "{packs:?} {facts:?}");
        };
        let (city, police) = ("guangzhou-2007:18", facts(Organ::PublicSecurity));
        check(&["guangzhou-2007"], police, Ok(Some(city)));
        check(&["guangzhou-2007"], facts(Organ::NationalSecurity), Ok(Some(city)));
        check(&["guangzhou-2007"], facts(Organ::LawEnforcement), Err((city, "takeover_organ")));
        // A text held in part gives findings, it entitles nobody and forbids nothing: the order counts.
        check(&["chongqing"], police, Ok(None));
        check(&["datong-2008"], police, Ok(None));
        check(&[], police, Ok(None));
        check(&["datong-2008"], facts(Organ::LawEnforcement), Err(("unit:takeover", "takeover_organ")));
        // What one text entitles to, another does not take away.
        check(&["datong-2008", "guangzhou-2007"], police, Ok(Some(city)));
        let lacks = [
            (TakeoverFacts { has_order: false, ..police }, "takeover_order"),
            (TakeoverFacts { order_unfit: Some(Unfit::NoScan), ..police }, "takeover_order"),
            (TakeoverFacts { order_unfit: Some(Unfit::NoDate), ..police }, "takeover_order"),
            (TakeoverFacts { order_unfit: Some(Unfit::NotToday), ..police }, "takeover_order"),
            (TakeoverFacts { officers: 0, ..police }, "takeover_officers"),
            (TakeoverFacts { names_oneself: true, ..police }, "takeover_oneself"),
            (TakeoverFacts { until: NOW, ..police }, "takeover_term"),
            (TakeoverFacts { until: NOW.plus_us(TAKEOVER_US_MAX + 1), ..police }, "takeover_term"),
            (TakeoverFacts { overlaps: true, ..police }, "taken_over_already"),
            (TakeoverFacts { system_over: true, ..police }, "takeover_system_over"),
        ];
        for (facts, code) in lacks {
            check(&["guangzhou-2007"], facts, Err((city, code)));
            check(&[], facts, Err(("unit:takeover", code)));
        }
        let uncleared = TakeoverFacts { uncleared: true, ..police };
        check(&[], uncleared, Err(("guangzhou-2007:11", "takeover_clearance")));
    }

    #[test]
    fn what_the_unit_keeps() {
        let check =
            |kept: Kept, act: Act, expected: bool| assert_eq!(kept.leaves(act), expected, "{kept:?} {act:?}");
        let nothing = Kept::default();
        let passes = [
            [Act::Decrypt, Act::Playback, Act::Still, Act::Export],
            [Act::ChangeCamera, Act::SwitchSound, Act::ChangeUnit, Act::ChangeMany],
            [Act::ImportRecords, Act::RotateCredentials, Act::LifeStep, Act::ProbeCamera],
        ];
        for act in passes.into_iter().flatten() {
            check(nothing, act, false);
            check(Kept { live: true, recorded: true, settings: true }, act, true);
        }
        for act in [Act::ChangeRecord, Act::AskChange, Act::DecideChange] {
            check(nothing, act, true);
            assert!(!nothing.leaves_of_system(act), "{act:?}");
            assert!(Kept { settings: true, ..nothing }.leaves_of_system(act), "{act:?}");
        }
        assert!(!nothing.leaves_of_system(Act::LifeStep));
        assert!(nothing.leaves_of_system(Act::PlaceHold));
        check(Kept { live: true, ..nothing }, Act::Live, true);
        check(Kept { live: true, ..nothing }, Act::Ptz, true);
        check(nothing, Act::Ptz, false);
        check(Kept { live: true, ..nothing }, Act::Playback, false);
        // Holding footage, explaining gaps and reading the ledger pass to nobody.
        for act in [Act::PlaceHold, Act::ExplainGap, Act::ReadLedger, Act::ReadTimeline, Act::Collect] {
            check(nothing, act, true);
        }
    }
}

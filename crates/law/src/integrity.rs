//! Whether what runs is what ran before: program, version, console, packs, boot settings, part by part; and whether somebody said
//! beforehand that it would change.
//!
//! Pure: it measures nothing and knows no file. The invariants: nothing that differs is overlooked; an announcement covers what it
//! names, once, until its end, and where it names a digest, that program alone.

use crate::Words;
use crate::detect::Severity;
use model::{Hash, WallTime};
use std::collections::BTreeMap;

/// Data and programs are kept secure by whoever runs the system.
pub const ARTICLE: &str = "national-2025:15";
/// The control, as the packs name it.
pub const CONTROL: &str = "software-integrity";
/// The control by which an altered log is found.
pub const LOG_CONTROL: &str = "alteration-found";
/// An announcement holds so many days at most: an upgrade that slips by a week still fits, and a door does not stand open for months.
pub const ANNOUNCED_DAYS_MAX: u16 = 14;
/// Between two looks at the program's file on the disk.
pub const LOOK_EVERY_US: i64 = 86_400_000_000;
/// The part that is named where the row of the last start cannot be read.
pub const UNREADABLE: &str = "last_start";
/// Parts that the words of a finding name; of more the number is said.
const NAMED_MAX: usize = 8;

/// What a server runs as.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Measured {
    /// SHA-256 of the running executable's file.
    pub program: Hash,
    pub version: String,
    /// Of the console inside the program.
    pub console: Hash,
    /// Of the packs inside the program.
    pub packs: Hash,
    /// Of the jurisdiction's own packs, which lie beside the data.
    pub own_packs: Hash,
    /// Each option by its name. The digests are salted: no value can be guessed from one.
    pub settings: BTreeMap<String, Hash>,
}

/// What a part belongs to: each is announced by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Belongs {
    Program,
    Settings,
}

/// A part that differs: `program`, `version`, `console`, `packs`, `own_packs`, `settings.` with the option's name, or [`UNREADABLE`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Part(String);

impl Part {
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }
    pub fn name(&self) -> &str {
        &self.0
    }
    pub fn belongs(&self) -> Belongs {
        match self.0.as_str() {
            "program" | "version" | "console" | "packs" => Belongs::Program,
            _ => Belongs::Settings,
        }
    }
    fn words(&self) -> Words {
        match self.0.as_str() {
            "program" => Words::new("the program's file", "程序文件"),
            "version" => Words::new("its version", "程序版本"),
            "console" => Words::new("the console", "控制台"),
            "packs" => Words::new("the shipped rule packs", "内置规则包"),
            "own_packs" => Words::new("the jurisdiction's own rule packs", "本地自有规则包"),
            UNREADABLE => Words::new(
                "what the last start was measured as, which cannot be read",
                "上次启动的度量记录，已无法读取",
            ),
            name => {
                let option = name.strip_prefix("settings.").unwrap_or(name);
                Words::new(format!("the setting {option}"), format!("设置项 {option}"))
            }
        }
    }
}

/// Everything that differs, in a fixed order.
pub fn differences(before: &Measured, now: &Measured) -> Vec<Part> {
    let whole = [
        ("program", before.program != now.program),
        ("version", before.version != now.version),
        ("console", before.console != now.console),
        ("packs", before.packs != now.packs),
        ("own_packs", before.own_packs != now.own_packs),
    ];
    let mut parts: Vec<Part> =
        whole.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| Part::new(name)).collect();
    let mut names: Vec<&String> = before.settings.keys().chain(now.settings.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let other = names.into_iter().filter(|name| before.settings.get(*name) != now.settings.get(*name));
    parts.extend(other.map(|name| Part::new(format!("settings.{name}"))));
    parts
}

/// That something will be changed, said beforehand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Announced {
    pub program: bool,
    pub settings: bool,
    /// The program that will run: as its maker published it.
    pub expected: Option<Hash>,
    pub until: WallTime,
}

impl Announced {
    fn holds(&self, at: WallTime) -> bool {
        at < self.until
    }
}

/// How a change came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum How {
    /// The first start of an installation: there is nothing to compare with.
    First,
    Announced,
    /// It was found on the disk before, and entered then.
    FoundBefore,
    Unannounced,
    /// A program was announced by its digest, and another one runs.
    OtherThanAnnounced,
}

impl How {
    pub const ALL: [Self; 5] =
        [Self::First, Self::Announced, Self::FoundBefore, Self::Unannounced, Self::OtherThanAnnounced];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Announced => "announced",
            Self::FoundBefore => "found_before",
            Self::Unannounced => "unannounced",
            Self::OtherThanAnnounced => "other_than_announced",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.as_str() == word)
    }
    /// Whether it is a finding until somebody explains it.
    pub const fn needs_explanation(self) -> bool {
        matches!(self, Self::Unannounced | Self::OtherThanAnnounced)
    }
}

/// What a start is, beside the last one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Start {
    First,
    Same,
    Changed(Change),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    pub how: How,
    pub parts: Vec<Part>,
    /// Those that nothing covers.
    pub uncovered: Vec<Part>,
    /// The announcement covered some of it, and covers nothing more.
    pub uses_announcement: bool,
}

/// The program's file on the disk, beside the program that runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OnDisk {
    AsItRuns,
    Other(Hash),
    /// Not there, or not readable.
    Gone,
}

impl OnDisk {
    pub fn of(found: Option<Hash>, running: Hash) -> Self {
        match found {
            Some(found) if found == running => Self::AsItRuns,
            Some(found) => Self::Other(found),
            None => Self::Gone,
        }
    }
}

/// What a start is. `noted`: what was found on the disk while the last program ran, and entered.
pub fn at_start(
    before: Option<&Measured>,
    noted: OnDisk,
    now: &Measured,
    announced: Option<&Announced>,
    at: WallTime,
) -> Start {
    let Some(before) = before else { return Start::First };
    let parts = differences(before, now);
    if parts.is_empty() {
        return Start::Same;
    }
    let announced = announced.filter(|announced| announced.holds(at));
    let has = |belongs| parts.iter().any(|part| part.belongs() == belongs);
    let found_before = noted == OnDisk::Other(now.program);
    let names_program = announced.is_some_and(|announced| announced.program);
    let is_expected =
        announced.is_some_and(|announced| announced.expected.is_none_or(|expected| expected == now.program));
    let by_word = |belongs| match belongs {
        Belongs::Program => names_program && is_expected,
        Belongs::Settings => announced.is_some_and(|announced| announced.settings),
    };
    let covered = |belongs| by_word(belongs) || (belongs == Belongs::Program && found_before);
    let uses_announcement =
        [Belongs::Program, Belongs::Settings].into_iter().any(|belongs| has(belongs) && by_word(belongs));
    let uncovered: Vec<Part> = parts.iter().filter(|part| !covered(part.belongs())).cloned().collect();
    let how = if uncovered.is_empty() {
        if uses_announcement { How::Announced } else { How::FoundBefore }
    } else if has(Belongs::Program) && !covered(Belongs::Program) && names_program {
        How::OtherThanAnnounced
    } else {
        How::Unannounced
    };
    Start::Changed(Change { how, parts, uncovered, uses_announcement })
}

/// What a start is whose last one cannot be read: nothing is known to be the same, so nothing that was announced covers it.
/// Somebody has to explain it; and it is no first start, which nobody would be asked about.
pub fn at_start_unreadable(now: &Measured, announced: Option<&Announced>, at: WallTime) -> Change {
    let parts = vec![Part::new(UNREADABLE)];
    let named = announced.filter(|announced| announced.program && announced.holds(at));
    let is_other =
        named.and_then(|announced| announced.expected).is_some_and(|expected| expected != now.program);
    let how = if is_other { How::OtherThanAnnounced } else { How::Unannounced };
    Change { how, uncovered: parts.clone(), parts, uses_announcement: false }
}

/// Whether the file on the disk is to be entered as a change: it is neither what runs, nor what was noted already, nor what was
/// announced. An announced file is left to the start, which uses the announcement up.
pub fn while_running(
    found: OnDisk,
    noted: OnDisk,
    announced: Option<&Announced>,
    at: WallTime,
) -> Option<How> {
    if found == OnDisk::AsItRuns || found == noted {
        return None;
    }
    let announced = announced.filter(|announced| announced.program && announced.holds(at));
    match (announced, found) {
        (None, _) => Some(How::Unannounced),
        (Some(Announced { expected: Some(expected), .. }), OnDisk::Other(found)) if *expected != found => {
            Some(How::OtherThanAnnounced)
        }
        (Some(_), _) => None,
    }
}

/// Whether the file on the disk is to be looked at again. A clock that was set back does not put it off.
pub fn look_is_due(last: WallTime, now: WallTime) -> bool {
    !(0..LOOK_EVERY_US).contains(&now.since_us(last))
}

/// Changes that nobody explained yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unexplained {
    pub count: u64,
    pub since: WallTime,
    pub how: How,
    pub on_disk: bool,
    /// Of the gravest, the newest of those.
    pub uncovered: Vec<Part>,
}

impl Unexplained {
    /// That another program runs than was announced weighs more than that nobody said a word.
    pub const fn severity(&self) -> Severity {
        match self.how {
            How::OtherThanAnnounced => Severity::Breach,
            _ => Severity::Due,
        }
    }

    /// What is found, and what helps.
    pub fn words(&self) -> (Words, Words) {
        let (en, zh) = named(&self.uncovered);
        let reason = match (self.how, self.on_disk) {
            (How::OtherThanAnnounced, false) => Words::new(
                format!("What runs is not what was announced: {en}."),
                format!("正在运行的与预告的不一致：{zh}。"),
            ),
            (How::OtherThanAnnounced, true) => Words::new(
                "The program's file on the disk was replaced by another one than was announced.",
                "磁盘上的程序文件已被替换，且与预告的不一致。",
            ),
            (_, true) => Words::new(
                "The program's file on the disk was replaced or removed while it runs, and nobody had announced it.",
                "程序运行期间，磁盘上的程序文件未经预告被替换或移除。",
            ),
            (_, false) => Words::new(
                format!("Since the last start this changed, and nobody had announced it: {en}."),
                format!("自上次启动以来，以下内容未经预告发生变更：{zh}。"),
            ),
        };
        let remedy = Words::new(
            "Find out who changed it, compare the program's digest with the one that its maker published, and enter the explanation.",
            "请查明变更人，将程序摘要与开发方公布的摘要比对，并登记说明。",
        );
        (reason, remedy)
    }
}

fn named(parts: &[Part]) -> (String, String) {
    let words: Vec<Words> = parts.iter().take(NAMED_MAX).map(Part::words).collect();
    let more = parts.len().saturating_sub(NAMED_MAX);
    let mut en = words.iter().map(|one| one.en.as_str()).collect::<Vec<_>>().join(", ");
    let mut zh = words.iter().map(|one| one.zh.as_str()).collect::<Vec<_>>().join("、");
    if more > 0 {
        en.push_str(&format!(" and {more} more"));
        zh.push_str(&format!("等，另有 {more} 项"));
    }
    (en, zh)
}

/// Entries of a log that are not what was signed: how many, and the first of them with what is wrong; and what helps.
pub fn altered_words(is_access: bool, count: u64, places: &[(String, u64)]) -> (Words, Words) {
    let (log_en, log_zh) = if is_access { ("access", "访问") } else { ("footage", "录像") };
    let said = |zh: bool| {
        let one = |(what, number): &(String, u64)| {
            let (en, words) = match what.as_str() {
                "entry_hash" => ("does not have its hash", "与其哈希不符"),
                "entry_missing" => ("is missing", "缺失"),
                "entry_unreadable" => ("does not fit what was published", "与已公布的不符"),
                "entries_cut" => ("and all after it are missing", "及其后缺失"),
                _ => ("and those before it do not give the signed root", "及其以前的条目与已签名的根不符"),
            };
            if zh { format!("第 {number} 条{words}") } else { format!("entry {number} {en}") }
        };
        places.iter().map(one).collect::<Vec<_>>().join(if zh { "；" } else { "; " })
    };
    (
        Words::new(
            format!("The {log_en} log is not what was signed, at {count} places: {}.", said(false)),
            format!("{log_zh}日志与已签名的内容不符，共 {count} 处：{}。", said(true)),
        ),
        Words::new(
            "Run `watchkeeper check`, compare with the mirror and the witnesses, and find out who had access to the machine.",
            "请运行 watchkeeper check，与镜像和见证方核对，并查明何人接触过本机。",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: WallTime = WallTime(1_796_000_000_000_000);

    fn hash(byte: u8) -> Hash {
        Hash([byte; 32])
    }

    /// Program `program`, with one setting of each value given.
    fn measured(program: u8, settings: &[(&str, u8)]) -> Measured {
        Measured {
            program: hash(program),
            version: format!("0.{program}.0"),
            console: hash(100),
            packs: hash(101),
            own_packs: hash(102),
            settings: settings.iter().map(|(name, value)| ((*name).to_owned(), hash(*value))).collect(),
        }
    }

    fn announced(what: &str, expected: Option<u8>) -> Announced {
        Announced {
            program: what.contains("program"),
            settings: what.contains("settings"),
            expected: expected.map(hash),
            until: NOW.plus_us(1),
        }
    }

    #[test]
    fn a_last_start_that_cannot_be_read_is_neither_the_first_nor_the_same() {
        let check = |said: Option<Announced>, expected: How| {
            let change = at_start_unreadable(&measured(2, &[]), said.as_ref(), NOW);
            assert_eq!((change.how, change.uses_announcement), (expected, false), "{said:?}");
            assert!(
                change.how.needs_explanation() && change.uncovered == [Part::new(UNREADABLE)],
                "{said:?}"
            );
        };
        check(None, How::Unannounced);
        check(Some(announced("program settings", None)), How::Unannounced);
        check(Some(announced("program", Some(2))), How::Unannounced);
        check(Some(announced("program", Some(3))), How::OtherThanAnnounced);
        check(Some(Announced { until: NOW, ..announced("program", Some(3)) }), How::Unannounced);
    }

    #[test]
    fn a_start_is_the_first_the_same_announced_or_not() {
        use How::{Announced as Said, FoundBefore, OtherThanAnnounced, Unannounced};
        let before = measured(1, &[("listen", 1), ("log", 1)]);
        let check =
            |now: &Measured, noted: OnDisk, said: Option<Announced>, expected: Option<(How, &str, bool)>| {
                let found = at_start(Some(&before), noted, now, said.as_ref(), NOW);
                let told = match &found {
                    Start::First => panic!("there was a start before"),
                    Start::Same => None,
                    Start::Changed(change) => {
                        let names: Vec<&str> = change.uncovered.iter().map(Part::name).collect();
                        Some((change.how, names.join(" "), change.uses_announcement))
                    }
                };
                let expected = expected.map(|(how, uncovered, uses)| (how, uncovered.to_owned(), uses));
                assert_eq!(told, expected, "{now:?} noted {noted:?} announced {said:?}");
            };
        let (same, as_it_runs) = (before.clone(), OnDisk::AsItRuns);
        let other = measured(2, &[("listen", 1), ("log", 1)]);
        let set = measured(1, &[("listen", 2), ("log", 1)]);
        let both = measured(2, &[("listen", 2), ("log", 1)]);
        assert_eq!(at_start(None, as_it_runs, &same, None, NOW), Start::First);

        check(&same, as_it_runs, None, None);
        // An announcement that nothing came of yet stays for what comes.
        check(&same, as_it_runs, Some(announced("program", None)), None);
        check(&other, as_it_runs, None, Some((Unannounced, "program version", false)));
        check(&set, as_it_runs, None, Some((Unannounced, "settings.listen", false)));
        check(&other, as_it_runs, Some(announced("program", None)), Some((Said, "", true)));
        check(&other, as_it_runs, Some(announced("program", Some(2))), Some((Said, "", true)));
        let wrong = Some((OtherThanAnnounced, "program version", false));
        check(&other, as_it_runs, Some(announced("program", Some(3))), wrong);
        check(
            &other,
            as_it_runs,
            Some(announced("settings", None)),
            Some((Unannounced, "program version", false)),
        );
        check(
            &set,
            as_it_runs,
            Some(announced("program", None)),
            Some((Unannounced, "settings.listen", false)),
        );
        check(&set, as_it_runs, Some(announced("settings", None)), Some((Said, "", true)));
        check(&both, as_it_runs, Some(announced("program settings", None)), Some((Said, "", true)));
        check(
            &both,
            as_it_runs,
            Some(announced("program", None)),
            Some((Unannounced, "settings.listen", true)),
        );
        let half = Some((OtherThanAnnounced, "program version", true));
        check(&both, as_it_runs, Some(announced("program settings", Some(3))), half);
        // What was found on the disk is not found again, and what came with it is.
        check(&other, OnDisk::Other(hash(2)), None, Some((FoundBefore, "", false)));
        check(&both, OnDisk::Other(hash(2)), None, Some((Unannounced, "settings.listen", false)));
        check(&other, OnDisk::Other(hash(3)), None, Some((Unannounced, "program version", false)));
        check(&other, OnDisk::Gone, None, Some((Unannounced, "program version", false)));
        // Its end has passed.
        let lapsed = Announced { until: NOW, ..announced("program", None) };
        check(&other, as_it_runs, Some(lapsed), Some((Unannounced, "program version", false)));
        // An option that is new, one that is gone.
        let renamed = measured(1, &[("listen", 1), ("new", 1)]);
        check(&renamed, as_it_runs, None, Some((Unannounced, "settings.log settings.new", false)));
    }

    #[test]
    fn each_part_alone_is_seen() {
        let before = measured(1, &[("listen", 1)]);
        let check = |change: fn(&mut Measured), expected: &str, belongs: Belongs| {
            let mut now = before.clone();
            change(&mut now);
            let parts = differences(&before, &now);
            assert_eq!(parts, [Part::new(expected)]);
            assert_eq!(parts.first().map(Part::belongs), Some(belongs), "{expected}");
        };
        check(|now| now.program = hash(9), "program", Belongs::Program);
        check(|now| now.version = "9".into(), "version", Belongs::Program);
        check(|now| now.console = hash(9), "console", Belongs::Program);
        check(|now| now.packs = hash(9), "packs", Belongs::Program);
        check(|now| now.own_packs = hash(9), "own_packs", Belongs::Settings);
        check(|now| now.settings.clear(), "settings.listen", Belongs::Settings);
    }

    #[test]
    fn a_file_replaced_under_a_running_program_is_a_change_once() {
        use OnDisk::{AsItRuns, Gone, Other};
        let (two, three) = (Other(hash(2)), Other(hash(3)));
        let check = |found: OnDisk, noted: OnDisk, said: Option<Announced>, expected: Option<How>| {
            let how = while_running(found, noted, said.as_ref(), NOW);
            assert_eq!(how, expected, "{found:?} noted {noted:?} announced {said:?}");
        };
        check(AsItRuns, AsItRuns, None, None);
        check(two, AsItRuns, None, Some(How::Unannounced));
        check(two, two, None, None);
        check(three, two, None, Some(How::Unannounced));
        check(Gone, AsItRuns, None, Some(How::Unannounced));
        check(Gone, Gone, None, None);
        check(two, AsItRuns, Some(announced("program", None)), None);
        check(two, AsItRuns, Some(announced("program", Some(2))), None);
        check(two, AsItRuns, Some(announced("program", Some(3))), Some(How::OtherThanAnnounced));
        check(two, AsItRuns, Some(announced("settings", None)), Some(How::Unannounced));
        // Between the old file and the new one there may be none.
        check(Gone, AsItRuns, Some(announced("program", Some(3))), None);
        let lapsed = Announced { until: NOW, ..announced("program", None) };
        check(two, AsItRuns, Some(lapsed), Some(How::Unannounced));
        assert_eq!(OnDisk::of(Some(hash(1)), hash(1)), AsItRuns);
        assert_eq!(OnDisk::of(Some(hash(2)), hash(1)), two);
        assert_eq!(OnDisk::of(None, hash(1)), Gone);
    }

    #[test]
    fn the_file_is_looked_at_once_a_day() {
        let check = |us: i64, expected: bool| assert_eq!(look_is_due(NOW, NOW.plus_us(us)), expected, "{us}");
        check(0, false);
        check(LOOK_EVERY_US - 1, false);
        check(LOOK_EVERY_US, true);
        check(-1, true);
    }

    #[test]
    fn words_name_what_changed() {
        let check = |how: How, on_disk: bool, parts: usize, en: &str, zh: &str, severity: Severity| {
            let uncovered = (0..parts).map(|number| Part::new(format!("settings.s{number}"))).collect();
            let found = Unexplained { count: 1, since: NOW, how, on_disk, uncovered };
            let (reason, remedy) = found.words();
            assert!(reason.en.contains(en) && reason.zh.contains(zh), "{reason:?}");
            assert!(!remedy.en.is_empty() && !remedy.zh.is_empty());
            assert_eq!(found.severity(), severity, "{how:?}");
        };
        check(How::Unannounced, false, 1, "the setting s0.", "设置项 s0。", Severity::Due);
        check(How::Unannounced, false, 10, "s7 and 2 more.", "另有 2 项。", Severity::Due);
        check(How::Unannounced, true, 1, "on the disk", "磁盘", Severity::Due);
        check(How::OtherThanAnnounced, false, 1, "not what was announced", "不一致", Severity::Breach);
        check(How::OtherThanAnnounced, true, 1, "on the disk", "不一致", Severity::Breach);
        for how in How::ALL {
            assert_eq!(How::from_word(how.as_str()), Some(how));
        }
    }
}

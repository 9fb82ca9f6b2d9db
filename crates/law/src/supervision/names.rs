//! Whom words may name: full names, abbreviations, short names of provinces, and what people call organs.
//!
//! It knows no list of organs: it compares with the names that an installation holds. The invariant kept: it errs towards "named",
//! since an accusation kept from somebody whom it does not concern costs a little, and one shown to whom it concerns everything.

/// A name of one character stands in too many words to mean anybody.
const NAME_CHARS_MIN: usize = 2;
/// An abbreviation inside other words has at least so many characters; two stand together by chance too often.
const RUN_CHARS_MIN: usize = 4;
/// Words that are an abbreviation and nothing else need one less.
const WHOLE_CHARS_MIN: usize = 3;
/// Of an abbreviation inside other words so many characters are of the name itself, not of its kind; of one that stands alone, one.
const OWN_CHARS_MIN: usize = 2;
/// A word for an organ stands at most so many characters behind the place: 天河的那个民警.
const ORGAN_WITHIN_CHARS: usize = 6;

/// What names of organs share, the longest first: it tells none from another.
const GENERIC: [&str; 31] = [
    "特别行政区",
    "公安分局",
    "自治区",
    "自治州",
    "自治县",
    "公安厅",
    "公安局",
    "公安部",
    "派出所",
    "分局",
    "支队",
    "大队",
    "总队",
    "公安",
    "警察",
    "街道",
    "地区",
    "新区",
    "交警",
    "省",
    "市",
    "区",
    "县",
    "镇",
    "乡",
    "局",
    "厅",
    "部",
    "处",
    "所",
    "队",
];
const GENERIC_ENGLISH: [&str; 24] = [
    "and",
    "bureau",
    "city",
    "county",
    "department",
    "district",
    "for",
    "from",
    "municipal",
    "ministry",
    "office",
    "officer",
    "organ",
    "police",
    "prefecture",
    "province",
    "provincial",
    "psb",
    "public",
    "security",
    "station",
    "sub",
    "the",
    "branch",
];
/// What makes words behind a place mean an organ there.
const ORGAN_WORDS: [&str; 11] =
    ["公安", "分局", "派出所", "警", "局", "厅", "支队", "大队", "总队", "police", "psb"];
const ORGAN_ENGLISH: [&str; 11] = [
    "authority",
    "branch",
    "bureau",
    "department",
    "office",
    "officer",
    "officers",
    "police",
    "policeman",
    "psb",
    "station",
];
/// What makes words mean the police, wherever.
const POLICE_WORDS: [&str; 8] =
    ["公安", "警", "派出所", "分局", "police", "psb", "publicsecurity", "constable"];

/// One character that stands for a province or a great city before a word for an organ.
const SHORT: [(char, &str); 38] = [
    ('京', "北京"),
    ('津', "天津"),
    ('沪', "上海"),
    ('申', "上海"),
    ('渝', "重庆"),
    ('冀', "河北"),
    ('晋', "山西"),
    ('蒙', "内蒙古"),
    ('辽', "辽宁"),
    ('吉', "吉林"),
    ('黑', "黑龙江"),
    ('苏', "江苏"),
    ('浙', "浙江"),
    ('皖', "安徽"),
    ('闽', "福建"),
    ('赣', "江西"),
    ('鲁', "山东"),
    ('豫', "河南"),
    ('鄂', "湖北"),
    ('湘', "湖南"),
    ('粤', "广东"),
    ('桂', "广西"),
    ('琼', "海南"),
    ('川', "四川"),
    ('蜀', "四川"),
    ('贵', "贵州"),
    ('黔', "贵州"),
    ('云', "云南"),
    ('滇', "云南"),
    ('藏', "西藏"),
    ('陕', "陕西"),
    ('甘', "甘肃"),
    ('青', "青海"),
    ('宁', "宁夏"),
    ('新', "新疆"),
    ('穗', "广州"),
    ('深', "深圳"),
    ('蓉', "成都"),
];

fn plain(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn tokens(text: &str) -> Vec<String> {
    let latin = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    latin.filter(|token| token.len() > 2).map(str::to_lowercase).collect()
}

/// With short names written out: 粤公安 is 广东公安.
fn written_out(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for (at, letter) in words.char_indices() {
        let rest = words.get(at + letter.len_utf8()..).unwrap_or_default();
        let organ = ["公安", "警", "厅", "市公安", "省公安"].iter().any(|word| rest.starts_with(word));
        match SHORT.iter().find(|(short, _)| *short == letter).filter(|_| organ) {
            Some((_, long)) => out.push_str(long),
            None => out.push(letter),
        }
    }
    out
}

/// The parts of a name that are its own: 广州市公安局天河区分局 has 广州 and 天河.
fn own_parts(name: &str) -> Vec<String> {
    let (mut parts, mut part, mut rest) = (Vec::new(), String::new(), name);
    while let Some(letter) = rest.chars().next() {
        let generic = GENERIC.iter().find(|word| rest.starts_with(**word));
        match generic {
            Some(word) => {
                // A county whose name is one character is called with its kind: 和县.
                if part.chars().count() == 1 {
                    part.push(letter);
                }
                if !part.is_empty() {
                    parts.push(std::mem::take(&mut part));
                }
                rest = rest.get(word.len()..).unwrap_or_default();
            }
            None => {
                part.push(letter);
                rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            }
        }
    }
    parts.extend(Some(part).filter(|part| part.chars().count() >= NAME_CHARS_MIN));
    parts
}

/// The longest beginning of these characters that stands in the name in the same order. English is not abbreviated so.
fn run_in(letters: &[char], name: &[char]) -> usize {
    let mut from = 0;
    for (count, letter) in letters.iter().enumerate() {
        let further = name.iter().skip(from).position(|one| one == letter);
        match further.filter(|_| !letter.is_ascii()) {
            Some(further) => from += further + 1,
            None => return count,
        }
    }
    letters.len()
}

/// Whether characters in the order of a name abbreviate it: they end as it does and hold enough that is its own.
fn abbreviates(run: &[char], name: &[char], parts: &[String], own_min: usize) -> bool {
    let own = run.iter().filter(|letter| parts.iter().any(|part| part.contains(**letter))).count();
    let last = parts.last().is_some_and(|part| run.iter().any(|letter| part.contains(*letter)));
    run.last() == name.last() && last && own >= own_min
}

/// Where an abbreviation of a name stands in words: from and to, in characters.
fn abbreviated(words: &[char], name: &str) -> Option<(usize, usize)> {
    let (parts, letters): (Vec<String>, Vec<char>) = (own_parts(name), name.chars().collect());
    for start in 0..words.len() {
        let rest = words.get(start..).unwrap_or_default();
        let count = run_in(rest, &letters);
        let run = rest.get(..count).unwrap_or_default();
        if count >= RUN_CHARS_MIN && abbreviates(run, &letters, &parts, OWN_CHARS_MIN) {
            return Some((start, start + count));
        }
    }
    None
}

/// Where the narrowest place of an organ's name stands in words with a word for an organ behind it: 天河的民警.
fn placed(words: &[char], name: &str) -> Option<(usize, usize)> {
    let part: Vec<char> = own_parts(name).pop()?.chars().collect();
    if part.len() < NAME_CHARS_MIN {
        return None;
    }
    let start = words.windows(part.len()).position(|window| window == part)?;
    let end = start + part.len();
    let behind: String = words.iter().skip(end).take(ORGAN_WITHIN_CHARS).collect();
    ORGAN_WORDS.iter().any(|word| behind.contains(word)).then_some((start, end))
}

/// Whether English words name an organ: something of its own name, and a word for an organ.
fn named_in_english(said: &[String], name: &str) -> bool {
    let own = tokens(name);
    let mut own = own.iter().filter(|token| !GENERIC_ENGLISH.contains(&token.as_str()));
    own.any(|token| said.contains(token)) && said.iter().any(|token| ORGAN_ENGLISH.contains(&token.as_str()))
}

/// Whether words may mean somebody of this name: one stands in the other, or the words are an abbreviation of it.
pub fn names_it(words: &str, name: &str) -> bool {
    let (words, name) = (plain(words), plain(name));
    let long = |text: &str| text.chars().count() >= NAME_CHARS_MIN;
    if !long(&words) || !long(&name) {
        return false;
    }
    let (said, letters): (Vec<char>, Vec<char>) = (words.chars().collect(), name.chars().collect());
    let whole = said.len() >= WHOLE_CHARS_MIN && run_in(&said, &letters) == said.len();
    words.contains(&name)
        || name.contains(&words)
        || (whole && abbreviates(&said, &letters, &own_parts(&name), 1))
        || abbreviated(&said, &name).is_some()
}

/// Which of these names of organs the words mean; `who` alone may also be a part of a name. What names one in full is not looked at
/// again for a shorter name: 广州市公安局天河区分局 does not name 广州市公安局, which is above it.
pub fn organs_named(who: &str, account: &str, names: &[&str]) -> Vec<usize> {
    let text = written_out(&format!("{who}\n{account}"));
    let kept = text.chars().filter(|letter| letter.is_alphanumeric() || *letter == '\n');
    let mut words: Vec<char> = kept.flat_map(char::to_lowercase).collect();
    let mut order: Vec<(usize, String)> = names.iter().map(|name| plain(name)).enumerate().collect();
    order.retain(|(_, name)| name.chars().count() >= NAME_CHARS_MIN);
    order.sort_by_key(|(_, name)| std::cmp::Reverse(name.chars().count()));
    let mut found = taken(&mut words, &order, stands);
    let full: Vec<String> =
        found.iter().filter_map(|at| names.get(*at)).flat_map(|name| tokens(name)).collect();
    let mut said = tokens(&text);
    said.retain(|token| !full.contains(token) || ORGAN_ENGLISH.contains(&token.as_str()));
    found.extend(taken(&mut words, &order, |words, name| {
        abbreviated(words, name).or_else(|| placed(words, name))
    }));
    let (whole, is_full) = (plain(&written_out(who)), !full.is_empty() || !found.is_empty());
    let part = |name: &str| whole.chars().count() >= NAME_CHARS_MIN && name.contains(&whole);
    for (at, name) in &order {
        let latin = names.get(*at).is_some_and(|name| named_in_english(&said, name));
        if part(name) || latin || (!is_full && names_it(&whole, name)) {
            found.push(*at);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

type Find = fn(&[char], &str) -> Option<(usize, usize)>;

/// Names that are found in the words, in that order; what one of them took is nothing for the next.
fn taken(words: &mut [char], order: &[(usize, String)], find: Find) -> Vec<usize> {
    let mut found = Vec::new();
    for (at, name) in order {
        while let Some((from, to)) = find(words, name) {
            found.push(*at);
            if let Some(taken) = words.get_mut(from..to) {
                taken.fill('\n');
            }
        }
    }
    found
}

fn stands(words: &[char], name: &str) -> Option<(usize, usize)> {
    let letters: Vec<char> = name.chars().collect();
    let start = words.windows(letters.len()).position(|window| window == letters)?;
    Some((start, start + letters.len()))
}

/// Whether words speak of the police.
pub fn speaks_of_police(words: &str) -> bool {
    let words = plain(words);
    POLICE_WORDS.iter().any(|word| words.contains(word))
}

/// The levels of organs that words speak of, as people call them: 省厅, 市局, 分局.
pub fn levels_said(words: &str) -> Vec<crate::packs::OrganLevel> {
    use crate::packs::OrganLevel::{City, County, National, Province};
    let words = plain(words);
    let said = |list: &[&str]| list.iter().any(|word| words.contains(word));
    let mut levels = Vec::new();
    for (level, list) in [
        (National, &["公安部", "部里", "ministry"][..]),
        (Province, &["省厅", "公安厅", "省公安", "省局", "provincial", "province"]),
        (City, &["市局", "市公安", "municipal", "citypolice", "citybureau"]),
        (
            County,
            &[
                "分局",
                "派出所",
                "区局",
                "县局",
                "区公安",
                "县公安",
                "district",
                "county",
                "station",
                "branch",
            ],
        ),
    ] {
        if said(list) {
            levels.push(level);
        }
    }
    levels
}

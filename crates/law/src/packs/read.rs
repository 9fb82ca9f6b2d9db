//! From the texts of the files to a library, or to the first error with its file and place. It opens no file.

use super::{
    controls::{Control, ControlStatus},
    pack::{Article, Duty, Level, Pack, Status},
    places::{PlaceCategory, PrivateKind},
};
use crate::Words;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Packs of one installation: six of ours and as many districts as one platform meets.
pub const PACKS_MAX: usize = 64;
/// Articles of one pack; national laws seldom have more than a hundred.
pub const PACK_ARTICLES_MAX: usize = 500;
/// Bytes of one file: the longest of ours has some tens of kilobytes.
pub const PACK_BYTES_MAX: usize = 1_048_576;

/// Texts of the files, each with the name that errors give.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    pub packs: &'a [(&'a str, &'a str)],
    pub controls: &'a str,
    pub places: &'a str,
}

/// The files that are shipped.
pub const SHIPPED: Sources<'static> = Sources {
    packs: &[
        ("national-2016.toml", include_str!("../../../../packs/national-2016.toml")),
        ("national-2025.toml", include_str!("../../../../packs/national-2025.toml")),
        ("datong-2008.toml", include_str!("../../../../packs/datong-2008.toml")),
        ("qingdao.toml", include_str!("../../../../packs/qingdao.toml")),
        ("chongqing.toml", include_str!("../../../../packs/chongqing.toml")),
        ("guangzhou-2007.toml", include_str!("../../../../packs/guangzhou-2007.toml")),
        ("uk-scc-2013.toml", include_str!("../../../../packs/uk-scc-2013.toml")),
    ],
    controls: include_str!("../../../../packs/controls.toml"),
    places: include_str!("../../../../packs/places.toml"),
};

/// All packs with the registers that they refer to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Library {
    pub packs: Vec<Pack>,
    pub controls: Vec<Control>,
    pub private_kinds: Vec<PrivateKind>,
    pub categories: Vec<PlaceCategory>,
}

/// What is wrong with which file.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct PackError {
    pub file: String,
    pub problem: String,
}

impl PackError {
    fn new(file: &str, problem: impl Into<String>) -> Self {
        Self { file: file.to_owned(), problem: problem.into() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackFile {
    pack: Head,
    #[serde(default)]
    article: Vec<Article>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    version: u32,
    title: Words,
    jurisdiction: Words,
    #[serde(default)]
    division: Option<String>,
    level: Level,
    status: Status,
    #[serde(default)]
    in_force: Option<toml::value::Date>,
    #[serde(default)]
    amended: Vec<toml::value::Date>,
    articles_held: (u16, u16),
    #[serde(default)]
    superseded_by: Option<String>,
    source: Words,
    #[serde(default)]
    notes: Vec<Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ControlsFile {
    control: Vec<Control>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlacesFile {
    private_kind: Vec<PrivateKind>,
    category: Vec<PlaceCategory>,
}

impl Library {
    /// # Errors
    /// The first file that cannot be read or says something that the others do not know.
    pub fn read(sources: &Sources<'_>) -> Result<Self, PackError> {
        let controls: ControlsFile = file("controls.toml", sources.controls)?;
        let places: PlacesFile = file("places.toml", sources.places)?;
        if sources.packs.len() > PACKS_MAX {
            return Err(PackError::new("packs", format!("more than {PACKS_MAX} packs")));
        }
        let mut library = Self {
            packs: Vec::new(),
            controls: controls.control,
            private_kinds: places.private_kind,
            categories: places.category,
        };
        library.registers()?;
        for (name, text) in sources.packs {
            let pack = pack_of(name, text)?;
            library.known(name, &pack)?;
            answered(name, &pack)?;
            library.packs.push(pack);
        }
        let successors =
            library.packs.iter().filter_map(|pack| pack.superseded_by.as_deref().zip(Some(pack)));
        for (successor, pack) in successors {
            if library.pack(successor).is_none() {
                return Err(PackError::new(&pack.id, format!("superseded_by: no pack '{successor}'")));
            }
        }
        Ok(library)
    }

    /// The packs that are shipped, and `more` from a jurisdiction of its own.
    pub fn with_shipped(more: &[(&str, &str)]) -> Result<Self, PackError> {
        let packs: Vec<(&str, &str)> = SHIPPED.packs.iter().chain(more).copied().collect();
        Self::read(&Sources { packs: &packs, ..SHIPPED })
    }

    fn registers(&self) -> Result<(), PackError> {
        unique("controls.toml", "control", self.controls.iter().map(|control| control.id.as_str()))?;
        unique("places.toml", "private_kind", self.private_kinds.iter().map(|kind| kind.id.as_str()))?;
        unique("places.toml", "category", self.categories.iter().map(|category| category.id.as_str()))?;
        for control in &self.controls {
            let wrong = |problem: &str| {
                Err(PackError::new("controls.toml", format!("control '{}' {problem}", control.id)))
            };
            let shown = control.code.is_some() && control.test_parts().is_some();
            match control.status {
                ControlStatus::Done if !shown => wrong("is done but has no code or no test as path::name")?,
                ControlStatus::Planned if control.code.is_some() || control.test.is_some() => {
                    wrong("is planned but names code or a test")?;
                }
                ControlStatus::Done | ControlStatus::Planned => {}
            }
            if control.obligations.is_empty() {
                wrong("serves no obligation")?;
            }
            both("controls.toml", &control.id, [&control.name, &control.what])?;
        }
        Ok(())
    }

    /// Whether everything that a pack names is in the registers.
    fn known(&self, name: &str, pack: &Pack) -> Result<(), PackError> {
        if self.pack(&pack.id).is_some() {
            return Err(PackError::new(name, format!("a second pack '{}'", pack.id)));
        }
        unique(name, "article", pack.articles.iter().map(|article| article.number.as_str()))?;
        for article in &pack.articles {
            let at = format!("article {}", article.number);
            both(name, &at, [&article.title])?;
            for duty in &article.duties {
                both(name, &at, [&duty.text])?;
                if duty.binds.is_empty() || duty.controls.is_empty() {
                    return Err(PackError::new(name, format!("{at}: a duty binds nobody or has no control")));
                }
                for id in &duty.controls {
                    let Some(control) = self.control(id) else {
                        return Err(PackError::new(name, format!("{at}: no control '{id}'")));
                    };
                    if !control.obligations.contains(&duty.obligation) {
                        let obligation = &duty.obligation;
                        let problem = format!("{at}: control '{id}' does not serve {obligation}");
                        return Err(PackError::new(name, problem));
                    }
                }
                let kinds = duty.parameters.private_place_kinds.iter().flat_map(|kinds| &kinds.value);
                for kind in kinds {
                    if !self.private_kinds.iter().any(|known| known.id == *kind) {
                        return Err(PackError::new(name, format!("{at}: no private kind '{kind}'")));
                    }
                }
                let categories =
                    duty.parameters.must_have_place_categories.iter().flat_map(|list| &list.value);
                for category in categories {
                    if !self.categories.iter().any(|known| known.id == *category) {
                        return Err(PackError::new(name, format!("{at}: no place category '{category}'")));
                    }
                }
            }
        }
        Ok(())
    }
}

/// Whether each part of an article that a penalty answers is one: a part that nobody knows would be the whole article.
fn answered(name: &str, pack: &Pack) -> Result<(), PackError> {
    for article in &pack.articles {
        let held = article.duties.iter().filter_map(|duty| duty.parameters.penalty.as_ref());
        for penalty in held.flat_map(|held| &held.value) {
            let is_for =
                |one: &&Article| penalty.articles.is_empty() || penalty.articles.contains(&one.number);
            let duties: Vec<&Duty> =
                pack.articles.iter().filter(is_for).flat_map(|one| &one.duties).collect();
            let unknown =
                penalty.clauses.iter().find(|clause| duties.iter().all(|duty| duty.clause != **clause));
            if let Some(clause) = unknown {
                let at = format!("article {}", article.number);
                return Err(PackError::new(
                    name,
                    format!("{at}: a penalty is for '{clause}', which is no duty's"),
                ));
            }
        }
    }
    Ok(())
}

fn file<'t, T: Deserialize<'t>>(name: &str, text: &'t str) -> Result<T, PackError> {
    if text.len() > PACK_BYTES_MAX {
        return Err(PackError::new(name, format!("longer than {PACK_BYTES_MAX} bytes")));
    }
    let read = toml::de::Deserializer::parse(text).and_then(T::deserialize);
    // The error of the parser shows line and column over several lines.
    read.map_err(|error: toml::de::Error| PackError::new(name, error.to_string().trim_end().to_owned()))
}

fn pack_of(name: &str, text: &str) -> Result<Pack, PackError> {
    let PackFile { pack: head, article: articles } = file(name, text)?;
    let wrong = |problem: &str| Err(PackError::new(name, problem));
    if name.strip_suffix(".toml") != Some(head.id.as_str()) {
        wrong("the file is not named as its pack")?;
    }
    if articles.len() > PACK_ARTICLES_MAX {
        wrong("more articles than PACK_ARTICLES_MAX")?;
    }
    if head.division.as_deref().is_some_and(|code| !is_division(code)) {
        wrong("division: not six digits of GB/T 2260")?;
    }
    if head.articles_held.0 > head.articles_held.1 {
        wrong("articles_held: the first is after the last")?;
    }
    both(name, "pack", [&head.title, &head.jurisdiction, &head.source])?;
    both(name, "notes", &head.notes)?;
    Ok(Pack {
        id: head.id,
        version: head.version,
        title: head.title,
        jurisdiction: head.jurisdiction,
        division: head.division,
        level: head.level,
        status: head.status,
        in_force: head.in_force.map(|date| date.to_string()),
        amended: head.amended.iter().map(ToString::to_string).collect(),
        articles_held: head.articles_held,
        superseded_by: head.superseded_by,
        source: head.source,
        notes: head.notes,
        articles,
    })
}

/// GB/T 2260: six digits.
fn is_division(code: &str) -> bool {
    code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())
}

fn unique<'i>(file: &str, what: &str, ids: impl Iterator<Item = &'i str>) -> Result<(), PackError> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if id.is_empty() || !seen.insert(id) {
            return Err(PackError::new(file, format!("{what} '{id}' is empty or there twice")));
        }
    }
    Ok(())
}

/// Both languages, or the console would show an empty line.
fn both<'w>(file: &str, at: &str, words: impl IntoIterator<Item = &'w Words>) -> Result<(), PackError> {
    for words in words {
        if words.zh.trim().is_empty() || words.en.trim().is_empty() {
            return Err(PackError::new(file, format!("{at}: a text is missing in Chinese or English")));
        }
    }
    Ok(())
}

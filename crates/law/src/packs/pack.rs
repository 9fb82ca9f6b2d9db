//! The shape of a pack: its head, its articles, and the duties in each. No duty is interpreted here.

use super::{
    article::ArticleId,
    parameters::{Mark, Parameters},
};
use crate::Words;
use serde::Deserialize;

/// How far a pack is in force.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The text is in force and held whole.
    InForce,
    /// A text put out for comment.
    Draft,
    /// Only some of its articles are held.
    PartlyHeld,
}

impl Status {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InForce => "in-force",
            Self::Draft => "draft",
            Self::PartlyHeld => "partly-held",
        }
    }
}

/// Whose rule it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    National,
    Province,
    City,
    /// Of another state.
    Foreign,
}

impl Level {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::National => "national",
            Self::Province => "province",
            Self::City => "city",
            Self::Foreign => "foreign",
        }
    }
}

/// Whom a duty binds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    Government,
    PublicSecurity,
    NationalSecurity,
    IndustryAuthority,
    PlanningAuthority,
    Builder,
    Owner,
    /// The unit that uses the system.
    UserUnit,
    /// The unit that manages it, where that is another.
    ManagerUnit,
    /// Designers, installers, maintainers.
    Contractor,
    /// Who carries the pictures from place to place.
    Carrier,
    Staff,
    /// Who asks for footage.
    Requester,
    Anyone,
}

impl Party {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Government => "government",
            Self::PublicSecurity => "public-security",
            Self::NationalSecurity => "national-security",
            Self::IndustryAuthority => "industry-authority",
            Self::PlanningAuthority => "planning-authority",
            Self::Builder => "builder",
            Self::Owner => "owner",
            Self::UserUnit => "user-unit",
            Self::ManagerUnit => "manager-unit",
            Self::Contractor => "contractor",
            Self::Carrier => "carrier",
            Self::Staff => "staff",
            Self::Requester => "requester",
            Self::Anyone => "anyone",
        }
    }
}

/// One regulation as we hold it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pack {
    pub id: String,
    /// Counts our editions of this file.
    pub version: u32,
    pub title: Words,
    pub jurisdiction: Words,
    /// GB/T 2260 code of the area that it binds; `000000` is the whole country.
    pub division: Option<String>,
    pub level: Level,
    pub status: Status,
    /// `YYYY-MM-DD`; `None` where the text gives none.
    pub in_force: Option<String>,
    pub amended: Vec<String>,
    /// First and last article of the text that we hold.
    pub articles_held: (u16, u16),
    pub superseded_by: Option<String>,
    pub source: Words,
    pub notes: Vec<Words>,
    pub articles: Vec<Article>,
}

impl Pack {
    /// Whether it binds by itself, without a unit having adopted it.
    pub fn binds(&self) -> bool {
        self.status == Status::InForce && self.superseded_by.is_none()
    }

    /// The first article with a duty that this control serves.
    pub fn served_by(&self, control: &str) -> Option<ArticleId> {
        let serves = |article: &&Article| {
            article.duties.iter().any(|duty| duty.controls.iter().any(|named| named == control))
        };
        self.articles.iter().find(serves).map(|article| ArticleId::new(&self.id, &article.number))
    }
}

/// One article.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    pub number: String,
    /// The copy held has no number here; it follows from the place.
    #[serde(default)]
    pub inferred: bool,
    pub title: Words,
    #[serde(default, rename = "duty")]
    pub duties: Vec<Duty>,
}

/// One thing that an article asks of somebody.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Row of the table of obligations, as `O4`.
    pub obligation: String,
    #[serde(default)]
    pub clause: String,
    pub text: Words,
    pub binds: Vec<Party>,
    pub controls: Vec<String>,
    /// How the duty itself is known.
    #[serde(default = "read_in_the_text")]
    pub mark: Mark,
    #[serde(default)]
    pub parameters: Parameters,
}

const fn read_in_the_text() -> Mark {
    Mark::Text
}

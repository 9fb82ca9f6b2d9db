//! Rule packs: what each regulation asks, as data; which of our controls serves each duty; and what holds where several
//! packs meet.
//!
//! It reads texts that somebody else loaded, decides nothing about a camera or a person, and knows no regulation by name:
//! another jurisdiction is another file. The invariant kept: a pack that is a draft, superseded or partly held never
//! binds by itself (`combine`), and a pack that is wrong in one word is refused whole, with its file and place.

mod article;
mod combine;
mod controls;
mod overrides;
mod pack;
mod parameters;
mod places;
mod read;
mod retrievals;
#[cfg(test)]
mod tests;
mod under;

pub use article::ArticleId;
pub use combine::{Force, Rules, Ruling};
pub use controls::{Control, ControlKind, ControlStatus};
pub use overrides::{Override, problems, refuse as refuse_override, settable};
pub use pack::{Article, Duty, Level, Pack, Party, Status};
pub use parameters::{
    Changes, FilingBy, FilingFrom, Mark, Marked, Parameters, Penalty, PenaltyStep, Recipient, SignScope,
    ValueError,
};
pub use places::{PlaceCategory, PrivateKind};
pub use read::{Library, PACK_ARTICLES_MAX, PACK_BYTES_MAX, PACKS_MAX, PackError, SHIPPED, Sources};
pub use retrievals::{Allowed, Ground, Organ, OrganLevel, Paper, Requester, Retrieval, Until, Wanted, Way};
pub use under::Under;

/// One row of `watchkeeper law list`: an article's duty and the control that serves it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line<'a> {
    pub pack: &'a Pack,
    pub article: &'a Article,
    pub duty: &'a Duty,
    pub control: &'a Control,
}

impl Library {
    /// Every duty with every control that serves it, in the order of packs and articles.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.packs.iter().flat_map(move |pack| {
            pack.articles.iter().flat_map(move |article| {
                article.duties.iter().flat_map(move |duty| {
                    let served = duty.controls.iter().filter_map(|id| self.control(id));
                    served.map(move |control| Line { pack, article, duty, control })
                })
            })
        })
    }

    pub fn pack(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|pack| pack.id == id)
    }

    pub fn control(&self, id: &str) -> Option<&Control> {
        self.controls.iter().find(|control| control.id == id)
    }

    /// The article that an id names. A clause below it, as in `datong-2008:17(iv)`, leads to its article.
    pub fn article(&self, id: &ArticleId) -> Option<(&Pack, &Article)> {
        let pack = self.pack(&id.pack)?;
        let number = id.number.split('(').next().unwrap_or_default();
        pack.articles.iter().find(|article| article.number == number).map(|article| (pack, article))
    }
}

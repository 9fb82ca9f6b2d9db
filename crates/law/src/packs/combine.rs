//! What holds for a system under several packs.
//!
//! 1. Of values with an order the strictest of the packs that bind wins; the ruling names its article.
//! 2. A pack binds when it is in force, held whole and not superseded, or when the unit has adopted it with a document.
//!    Any other pack gives findings only, and never the stricter value.
//! 3. A number marked unverified never sets the stricter value. A kind of private place that is marked so is forbidden all
//!    the same: that errs towards not filming.
//! 4. A value that a unit set beside a pack's counts instead of it, never weaker (`overrides`).
//! 5. Rights of others (who may retrieve, on which papers) are not combined at all: they are read pack by pack.

use super::{
    article::ArticleId,
    overrides::{Override, applied},
    pack::{Article, Duty, Pack},
    parameters::{Changes, Mark, Marked, Parameters},
    read::Library,
    under::Under,
};
use crate::access::{FourEyes, TrainingRule};
use std::{borrow::Cow, collections::BTreeSet};

/// What a pack does for a system.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Force {
    /// Its duties are findings marked as such; it refuses nothing.
    Findings,
    /// It refuses and sets values.
    Binds,
}

/// A value, and the article that it comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ruling<T> {
    pub value: T,
    pub article: ArticleId,
    pub mark: Mark,
}

/// The packs under which a system is, each with its force.
#[derive(Clone, Debug)]
pub struct Rules<'l> {
    packs: Vec<(Cow<'l, Pack>, Force)>,
    /// What is set for single places only.
    of_places: Vec<Override>,
}

impl<'l> Rules<'l> {
    /// No pack at all: of what stands in no system.
    pub const fn none() -> Self {
        Self { packs: Vec::new(), of_places: Vec::new() }
    }

    /// The packs that hold for something on a day, with what its unit set beside them.
    pub fn of(library: &'l Library, under: &Under<'_>) -> Self {
        let now = |one: &&Override| one.holds_on(under.today);
        let everywhere = || under.overrides.iter().filter(now).filter(|one| one.place.is_none());
        let with = |pack: &'l Pack| match applied(pack, everywhere()) {
            Some(changed) => Cow::Owned(changed),
            None => Cow::Borrowed(pack),
        };
        let force = |pack: &Pack| {
            let binds = library.binds(pack, under.today) || under.adopted.contains(&pack.id);
            if binds { Force::Binds } else { Force::Findings }
        };
        let held = library.packs.iter().filter(|pack| under.has(pack));
        let of_places = under.overrides.iter().filter(now).filter(|one| one.place.is_some());
        Self {
            packs: held.map(|pack| (with(pack), force(pack))).collect(),
            of_places: of_places.cloned().collect(),
        }
    }

    /// The same at one place, with what was set for it alone.
    pub fn at(&self, place: &str) -> Cow<'_, Self> {
        let here = || self.of_places.iter().filter(|one| one.place.as_deref() == Some(place));
        if here().next().is_none() {
            return Cow::Borrowed(self);
        }
        let mut rules = self.clone();
        for (pack, _) in &mut rules.packs {
            if let Some(changed) = applied(pack, here()) {
                *pack = Cow::Owned(changed);
            }
        }
        Cow::Owned(rules)
    }

    pub fn packs(&self) -> impl Iterator<Item = (&Pack, Force)> + '_ {
        self.packs.iter().map(|(pack, force)| (pack.as_ref(), *force))
    }

    /// Every value of one parameter in the packs with at least this force, with its article.
    pub fn all<T: Clone>(
        &self,
        force: Force,
        pick: impl Fn(&Parameters) -> Option<&Marked<T>>,
    ) -> Vec<Ruling<T>> {
        self.duties(force)
            .filter_map(|(pack, article, duty)| {
                let marked = pick(&duty.parameters)?;
                Some(Ruling {
                    value: marked.value.clone(),
                    article: ArticleId::new(&pack.id, &article.number),
                    mark: marked.mark,
                })
            })
            .collect()
    }

    fn duties(&self, force: Force) -> impl Iterator<Item = (&Pack, &Article, &Duty)> + '_ {
        self.packs().filter(move |(_, has)| *has >= force).flat_map(|(pack, _)| {
            pack.articles
                .iter()
                .flat_map(move |article| article.duties.iter().map(move |duty| (pack, article, duty)))
        })
    }

    fn binding<T: Clone>(&self, pick: impl Fn(&Parameters) -> Option<&Marked<T>>) -> Vec<Ruling<T>> {
        self.all(Force::Binds, pick)
    }

    /// Numbers only: what was garbled is not computed with.
    fn numbers(&self, pick: impl Fn(&Parameters) -> Option<&Marked<u16>>) -> Vec<Ruling<u16>> {
        let mut all = self.binding(pick);
        all.retain(|ruling| ruling.mark != Mark::Unverified);
        all
    }

    /// The longest floor that binds; `None` when no pack gives one.
    pub fn footage_floor_days(&self) -> Option<Ruling<u16>> {
        self.numbers(|values| values.footage_floor_days.as_ref()).into_iter().max_by_key(|floor| floor.value)
    }

    /// The shortest window for filing.
    pub fn filing_window_days(&self) -> Option<Ruling<u16>> {
        self.binding(|values| values.filing_window_days.as_ref())
            .into_iter()
            .min_by_key(|window| window.value)
    }

    /// The shortest window for a system that was there before the rule.
    pub fn filing_window_existing_days(&self) -> Option<Ruling<u16>> {
        let all = self.numbers(|values| values.filing_window_existing_days.as_ref());
        all.into_iter().min_by_key(|window| window.value)
    }

    /// The article that forbids cameras in places of this kind. Private places are a union: any pack suffices.
    pub fn forbids_private(&self, kind: &str) -> Option<ArticleId> {
        let names = |ruling: &Ruling<Vec<String>>| ruling.value.iter().any(|named| named == kind);
        let all = self.binding(|values| values.private_place_kinds.as_ref());
        all.into_iter().find(names).map(|ruling| ruling.article)
    }

    /// The same from packs that only give findings.
    pub fn warns_of_private(&self, kind: &str) -> Option<ArticleId> {
        let names = |ruling: &Ruling<Vec<String>>| ruling.value.iter().any(|named| named == kind);
        let all = self.all(Force::Findings, |values| values.private_place_kinds.as_ref());
        all.into_iter().find(names).map(|ruling| ruling.article)
    }

    /// Kinds of private place that any binding pack forbids.
    pub fn private_kinds(&self) -> BTreeSet<String> {
        let all = self.binding(|values| values.private_place_kinds.as_ref());
        all.into_iter().flat_map(|ruling| ruling.value).collect()
    }

    /// The article under which this may not change without authorisation.
    pub fn change_needs_authorisation(&self, change: Changes) -> Option<ArticleId> {
        let all = self.binding(|values| values.change_needs_authorisation.as_ref());
        all.into_iter().find(|ruling| ruling.value.contains(&change)).map(|ruling| ruling.article)
    }

    /// The article that forbids fewer cameras (datong-2008:17).
    pub fn net_reduction_refused(&self) -> Option<ArticleId> {
        self.switched_on(|values| values.net_reduction_refused.as_ref())
    }

    /// Every value of a parameter with the force of its pack.
    pub fn each<T: Clone>(
        &self,
        pick: impl Fn(&Parameters) -> Option<&Marked<T>>,
    ) -> Vec<(Ruling<T>, Force)> {
        let force = |ruling: &Ruling<T>| {
            let of = self.packs().find(|(pack, _)| pack.id == ruling.article.pack);
            of.map_or(Force::Findings, |(_, force)| force)
        };
        let all = self.all(Force::Findings, pick);
        all.into_iter()
            .map(|ruling| {
                let has = force(&ruling);
                (ruling, has)
            })
            .collect()
    }

    /// Each article that lets only the government build in public areas, its force, whether an authorisation helps others, and
    /// whether the operator responsible may build too.
    pub fn public_areas(&self) -> Vec<(ArticleId, Force, bool, bool)> {
        let authorised = self.all(Force::Findings, |values| values.public_area_authorisation.as_ref());
        let operators = self.all(Force::Findings, |values| values.public_area_operator_may_build.as_ref());
        let of = |all: &[Ruling<bool>], pack: &str| {
            all.iter().any(|ruling| ruling.article.pack == pack && ruling.value)
        };
        let builders = self.each(|values| values.public_area_builder.as_ref()).into_iter();
        builders
            .map(|(ruling, force)| {
                let (helped, operator) =
                    (of(&authorised, &ruling.article.pack), of(&operators, &ruling.article.pack));
                (ruling.article, force, helped, operator)
            })
            .collect()
    }

    /// The article that forbids use before acceptance: the first that carries C7 and binds.
    pub fn acceptance(&self) -> Option<ArticleId> {
        self.of_obligation("C7")
    }

    /// The article that wants measures where a permitted camera may still see private places.
    pub fn faces_private(&self) -> Option<ArticleId> {
        self.of_obligation("C4")
    }

    /// What is asked of the training of those who watch: first of whoever must have held it (guangzhou-2007:23).
    pub fn training(&self) -> Option<TrainingRule> {
        let held = self.binding(|values| values.training_issuer.as_ref()).into_iter();
        let of = |by_public_security: bool| move |article| TrainingRule { article, by_public_security };
        let mut police = held.filter(|ruling| ruling.value.role == "public-security");
        let named = police.next().map(|ruling| ruling.article).map(of(true));
        named.or_else(|| self.of_obligation("O11").map(of(false)))
    }

    /// Every article that wants a second pair of eyes on recorded footage: each adds to the others. What was garbled refuses nothing.
    pub fn four_eyes(&self) -> Vec<FourEyes> {
        let asked = self.binding(|values| values.four_eyes_recorded.as_ref()).into_iter();
        let read = asked.filter(|ruling| ruling.mark != Mark::Unverified);
        read.map(|ruling| FourEyes { article: ruling.article.to_string().into(), asked: ruling.value })
            .collect()
    }

    /// Whether a camera at such a place, or with such a view, must be shown not to see what customers enter (guangzhou-2007:6).
    pub fn sees_passwords(&self, category: Option<&str>, in_view: bool) -> bool {
        let categories = self.all(Force::Findings, |values| values.passwords_place_categories.as_ref());
        in_view
            || category.is_some_and(|category| {
                categories.iter().any(|ruling| ruling.value.iter().any(|named| named == category))
            })
    }

    /// The first binding article that carries an obligation.
    pub fn of_obligation(&self, obligation: &str) -> Option<ArticleId> {
        let mut duties = self.duties(Force::Binds);
        let found = duties.find(|(_, _, duty)| duty.obligation == obligation);
        found.map(|(pack, article, _)| ArticleId::new(&pack.id, &article.number))
    }

    /// The article whose duty this control serves: of a pack that binds, if there is one.
    pub fn served_by(&self, control: &str) -> Option<(ArticleId, Force)> {
        let served = |force: Force| {
            let mut packs = self.packs.iter().filter(move |(_, has)| *has == force);
            packs.find_map(|(pack, force)| Some((pack.served_by(control)?, *force)))
        };
        served(Force::Binds).or_else(|| served(Force::Findings))
    }

    /// Each pack's article whose duty this control serves, with the pack's force.
    pub fn serving(&self, control: &str) -> Vec<(ArticleId, Force)> {
        self.packs.iter().filter_map(|(pack, force)| Some((pack.served_by(control)?, *force))).collect()
    }

    /// Where equipment is moved the public security organ is told at once (chongqing:11).
    pub fn move_notice(&self) -> Option<ArticleId> {
        let all = self.all(Force::Findings, |values| values.move_notice.as_ref());
        all.into_iter().next().map(|ruling| ruling.article)
    }

    fn switched_on(&self, pick: impl Fn(&Parameters) -> Option<&Marked<bool>>) -> Option<ArticleId> {
        self.binding(pick).into_iter().find(|ruling| ruling.value).map(|ruling| ruling.article)
    }
}

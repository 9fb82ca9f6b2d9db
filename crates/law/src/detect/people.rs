//! People who watch without being fit for it, and posts that nobody confirmed: what whoever keeps a unit's people is to put right.
//!
//! It refuses nobody; `access` does. The article is that of a pack that binds one of the systems shown, if there is one.

use super::{
    Detected,
    facts::{Named, Snapshot},
};
use crate::{
    Words,
    packs::{ArticleId, Force},
};

/// A person of a unit, not suspended, as whoever keeps them may see.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PersonFacts {
    pub person: Named,
    /// Some post shows pictures.
    pub watches: bool,
    /// Trained and vetted now, or in the time that an upgrade leaves.
    pub fit: bool,
    /// The first day on which the posts are unconfirmed, `YYYY-MM-DD`.
    pub confirm_by: String,
}

pub(super) fn all(snapshot: &Snapshot<'_>, found: &mut Vec<Detected>) {
    for facts in &snapshot.kept.people {
        if facts.watches && !facts.fit {
            let reason = Words::new(
                format!(
                    "'{}' has a post with pictures, and no valid training or vetting.",
                    facts.person.name
                ),
                format!("“{}”持有看图岗位，没有有效的培训或审查。", facts.person.name),
            );
            let remedy = Words::new(
                "Enter training and vetting, or take the post away.",
                "请登记培训和审查，或取消其岗位。",
            );
            push(snapshot, found, ("untrained_post", "unit:training"), facts, None, (reason, remedy));
        }
        if facts.confirm_by.as_str() <= snapshot.today.as_str() {
            let reason = Words::new(
                format!("Nobody has confirmed the posts of '{}' in time.", facts.person.name),
                format!("“{}”的岗位未按期确认。", facts.person.name),
            );
            let remedy = Words::new(
                "A manager or administrator confirms them, or takes them away.",
                "请由系统主管或管理员确认，或取消其岗位。",
            );
            let since = Some(facts.confirm_by.clone());
            push(snapshot, found, ("posts_unconfirmed", "unit:accounts"), facts, since, (reason, remedy));
        }
    }
}

fn push(
    snapshot: &Snapshot<'_>,
    found: &mut Vec<Detected>,
    (code, own): (&'static str, &str),
    facts: &PersonFacts,
    since: Option<String>,
    (reason, remedy): (Words, Words),
) {
    let served = super::control_of(code).and_then(|control| {
        let binding = |(article, force): (ArticleId, Force)| (force == Force::Binds).then_some(article);
        snapshot.systems.iter().find_map(|system| system.rules.served_by(control).and_then(binding))
    });
    found.push(Detected {
        article: served.map_or_else(|| own.to_owned(), |article| article.to_string()),
        code,
        about: facts.person.clone(),
        evidence: Vec::new(),
        since,
        reason,
        remedy,
        force: Force::Binds,
    });
}

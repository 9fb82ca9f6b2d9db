//! One request against the packs that bind where the cameras are.
//!
//! 1. Each row of a binding pack that names the organ and the ground is looked at by itself, with its own pack's conditions.
//! 2. A row whose conditions nobody has verified speaks only where no other row entitles to the same.
//! 3. Judged is under the pack that the organ names, else under the one that lacks least: the others' conditions are not put on it.

use super::{Lack, Missing, OfficerFacts, RetrievalFacts, Verdict, Why};
use crate::packs::{ArticleId, Force, Mark, Paper, Retrieval, Rules};

/// A row that entitles, and the conditions that its pack puts on the same requester.
struct Row<'r> {
    article: ArticleId,
    mark: Mark,
    row: &'r Retrieval,
    conditions: Vec<(ArticleId, &'r Retrieval)>,
}

/// Judges a request for cameras under these rules, one for each system that it touches: the worst counts, since one package has
/// them all.
pub fn judge(facts: &RetrievalFacts, rules: &[Rules<'_>]) -> Verdict {
    worst(rules.iter().map(|rules| under(facts, rules, facts.invokes.as_deref())))
}

/// The article by which the unit may refuse, or else the one that it would break.
///
/// # Errors
/// The article that asks the unit to cooperate.
pub fn lawful_refusal(facts: &RetrievalFacts, rules: &[Rules<'_>]) -> Result<Verdict, ArticleId> {
    // Under whichever pack helps the organ most: what one entitles to is not refused under another.
    let verdict = worst(rules.iter().map(|rules| under(facts, rules, None)));
    match verdict {
        Verdict::MayRefuse { .. } | Verdict::Refuse { .. } => Ok(verdict),
        Verdict::Open { ref article } | Verdict::Incomplete { ref article, .. } => {
            let asks = rules.iter().find_map(|rules| rules.of_obligation("H3"));
            Err(asks.unwrap_or_else(|| article.clone()))
        }
    }
}

/// Whether footage may go out before the papers are there: only where lacking them is the unit's right to refuse, and no condition
/// (guangzhou-2007:19 against datong-2008:21). Who came is looked at all the same.
///
/// # Errors
/// What is lacking.
pub fn urgent(verdict: &Verdict) -> Result<(), &Verdict> {
    let checked = !verdict.missing().iter().any(|lack| lack.missing == Missing::Check);
    match verdict {
        Verdict::Open { .. } => Ok(()),
        Verdict::MayRefuse { .. } if checked => Ok(()),
        _ => Err(verdict),
    }
}

/// The article that asks the requester to keep to rules of use and secrecy: of the pack under which it is judged, and no other's
/// (datong-2008:21).
pub fn undertaking(facts: &RetrievalFacts, rules: &[Rules<'_>]) -> Option<ArticleId> {
    rules.iter().find_map(|rules| {
        let judged = under(facts, rules, facts.invokes.as_deref());
        let rows = rows(facts, rules).into_iter().filter(|row| row.article.pack == judged.article().pack);
        let mut asking = rows.flat_map(|row| row.conditions);
        asking.find(|(_, conditions)| conditions.confidentiality).map(|(article, _)| article)
    })
}

fn rank(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Open { .. } => 0,
        Verdict::Incomplete { .. } => 1,
        Verdict::MayRefuse { .. } => 2,
        Verdict::Refuse { .. } => 3,
    }
}

fn worst(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    verdicts.max_by_key(rank).unwrap_or_else(|| Verdict::Refuse { article: own_rule(), why: Why::NotListed })
}

/// Where no text gives the rule.
fn own_rule() -> ArticleId {
    ArticleId::new("unit", "retrievals")
}

fn under(facts: &RetrievalFacts, rules: &Rules<'_>, invokes: Option<&str>) -> Verdict {
    let rows = rows(facts, rules);
    let entitling = |row: &&Row<'_>| row.row.allows(facts.way) && row.row.covers(facts.wanted);
    let known = rows.iter().any(|row| row.mark != Mark::Unverified && entitling(&row));
    let speaking: Vec<&Row<'_>> = rows.iter().filter(|row| row.mark != Mark::Unverified || !known).collect();
    let best = |of: Option<&str>| {
        let asked = speaking.iter().filter(|row| of.is_none_or(|pack| row.article.pack == pack));
        // Of equal ones that which was read in a text.
        let judged = asked.map(|row| (by_row(facts, rules, row), row.mark == Mark::Unverified));
        judged.min_by_key(|(verdict, unverified)| (rank(verdict), *unverified)).map(|(verdict, _)| verdict)
    };
    // What the named pack does not grant another may: refusing it under the wrong one would be a breach.
    let invoked = invokes.and_then(|pack| best(Some(pack)));
    let best = invoked.filter(|verdict| !matches!(verdict, Verdict::Refuse { .. })).or_else(|| best(None));
    best.unwrap_or_else(|| Verdict::Refuse { article: who_may(rules), why: Why::NotListed })
}

/// The binding article that says who may retrieve: one that was read in its text before one that was not.
pub fn who_may(rules: &Rules<'_>) -> ArticleId {
    let lists = rules.all(Force::Binds, |values| values.retrieval.as_ref());
    let read = lists
        .into_iter()
        .find(|list| list.mark != Mark::Unverified && list.value.iter().any(Retrieval::entitles));
    read.map(|list| list.article).or_else(|| rules.of_obligation("H1")).unwrap_or_else(own_rule)
}

/// Every row of a binding pack that names this organ and this ground.
fn rows<'r>(facts: &RetrievalFacts, rules: &'r Rules<'_>) -> Vec<Row<'r>> {
    let mut found = Vec::new();
    for (pack, _) in rules.packs().filter(|(_, force)| *force == Force::Binds) {
        let all = pack.articles.iter().flat_map(|article| {
            let lists = article.duties.iter().filter_map(|duty| duty.parameters.retrieval.as_ref());
            lists.flat_map(move |list| list.value.iter().map(move |row| (&article.number, list.mark, row)))
        });
        let named: Vec<_> = all.filter(|(_, _, row)| row.requester.covers(facts.organ)).collect();
        let conditions: Vec<(ArticleId, &Retrieval)> = named
            .iter()
            .filter(|(_, _, row)| !row.entitles())
            .map(|(number, _, row)| (ArticleId::new(&pack.id, number.as_str()), *row))
            .collect();
        let on_ground = |row: &Retrieval| row.ground.is_none_or(|ground| ground == facts.ground);
        for (number, mark, row) in named.into_iter().filter(|(_, _, row)| row.entitles() && on_ground(row)) {
            let article = ArticleId::new(&pack.id, number.as_str());
            found.push(Row { article, mark, row, conditions: conditions.clone() });
        }
    }
    found
}

fn by_row(facts: &RetrievalFacts, rules: &Rules<'_>, found: &Row<'_>) -> Verdict {
    let (article, row) = (found.article.clone(), found.row);
    let refuse = |why: Why| Verdict::Refuse { article: article.clone(), why };
    // national-2016:6: basic data is confidential, but for whom the text names.
    if !row.covers(facts.wanted) {
        let article = rules.of_obligation("O15").unwrap_or_else(|| article.clone());
        return Verdict::Refuse { article, why: Why::BasicData };
    }
    if !row.allows(facts.way) {
        return refuse(Why::Way);
    }
    if row.until.is_some() && facts.inquiry_closed {
        return refuse(Why::InquiryClosed);
    }
    if row.level_min.is_some_and(|least| facts.level.is_some_and(|level| level < least)) {
        return refuse(Why::Level);
    }
    let mut missing = Vec::new();
    if row.level_min.is_some() && facts.level.is_none() {
        missing.push(Lack { missing: Missing::Level, article: article.clone() });
    }
    if found.mark == Mark::Unverified && found.conditions.is_empty() && facts.papers.is_empty() {
        missing.push(Lack { missing: Missing::AnyPaper, article: own_rule() });
    }
    let mut may_refuse = None;
    for (asks, conditions) in &found.conditions {
        let lacks = lacking(facts, conditions);
        if !lacks.is_empty() && conditions.may_refuse_without {
            may_refuse = Some(asks.clone());
        }
        missing.extend(lacks.into_iter().map(|missing| Lack { missing, article: asks.clone() }));
    }
    if facts.officers.is_empty() || !facts.officers.iter().all(|officer| officer.checked) {
        missing.push(Lack { missing: Missing::Check, article: own_rule() });
    }
    match may_refuse {
        Some(article) => Verdict::MayRefuse { article, missing },
        None if missing.is_empty() => Verdict::Open { article },
        None => Verdict::Incomplete { article, missing },
    }
}

fn lacking_paper(facts: &RetrievalFacts, paper: Paper) -> Option<Missing> {
    let unfit = facts.unfit.iter().find(|(named, _)| *named == paper).map(|(_, unfit)| *unfit);
    (!facts.papers.contains(&paper)).then_some(Missing::Paper(paper, unfit))
}

/// What a pack's conditions lack (datong-2008:21, guangzhou-2007:19).
fn lacking(facts: &RetrievalFacts, conditions: &Retrieval) -> Vec<Missing> {
    let needed = conditions.staff_min.max(1);
    let present = u8::try_from(facts.officers.len()).unwrap_or(u8::MAX);
    let mut missing = Vec::new();
    if present < needed {
        missing.push(Missing::Officers { needed, present });
    }
    let shows = |paper: Paper| {
        let has = |officer: &&OfficerFacts| officer.certificate == Some(paper);
        facts.officers.iter().filter(has).count() >= usize::from(needed)
    };
    for paper in &conditions.papers {
        match paper.is_certificate() {
            true if !shows(*paper) => missing.push(Missing::Certificate(*paper)),
            false => missing.extend(lacking_paper(facts, *paper)),
            true => {}
        }
    }
    if conditions.form {
        missing.extend(lacking_paper(facts, Paper::RegistrationForm));
    }
    missing
}

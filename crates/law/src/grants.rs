//! What a grant to another platform may hold: the cameras of its level, no longer than the decision that it rests on.
//!
//! It knows grants as data and connects nothing. The invariant kept: no grant names a camera above its level, or one whose
//! level nobody has set (guangzhou-2007:14, qingdao:13).

use crate::{
    Words,
    access::Refusal,
    packs::{Force, Rules},
};

/// A grant as somebody wants it, with the facts that it is judged by.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GrantFacts {
    pub level_max: u8,
    /// `YYYY-MM-DD`
    pub valid_until: String,
    /// Until when the decision holds; `None`: it does not end.
    pub decision_until: Option<String>,
    /// Points that it names, and those of the systems that it names, with their levels.
    pub points: Vec<(String, Option<u8>)>,
}

/// What refuses the grant, if anything does.
pub fn refuses(grant: &GrantFacts, rules: &Rules<'_>) -> Option<Refusal> {
    if grant.points.is_empty() {
        return Some(refusal(
            rules,
            "grant_of_nothing",
            ("The grant names no camera point.".into(), "授权没有指明任何点位。".into()),
            ("Name systems or points.", "请指明系统或点位。"),
        ));
    }
    if let Some(until) = grant.decision_until.as_deref().filter(|until| *until < grant.valid_until.as_str()) {
        return Some(refusal(
            rules,
            "grant_beyond_decision",
            (
                format!("The decision that it rests on ends on {until}, before the grant does."),
                format!("所依据的决定于 {until} 到期，早于授权期限。"),
            ),
            (
                "Let the grant end with the decision, or register the new one.",
                "请缩短授权期限或登记新的决定。",
            ),
        ));
    }
    let above = |(_, level): &&(String, Option<u8>)| level.is_none_or(|level| level > grant.level_max);
    let (point, level) = grant.points.iter().find(above)?;
    let reason = match level {
        Some(level) => (
            format!("'{point}' is of level {level}; the grant reaches up to {}.", grant.level_max),
            format!("点位“{point}”为 {level} 级，授权最高为 {} 级。", grant.level_max),
        ),
        None => (format!("'{point}' has no security level yet."), format!("点位“{point}”尚未确定安全等级。")),
    };
    let remedy = (
        "Take the point out, or let the authority decide on another level.",
        "请移除该点位，或由主管机关另行决定。",
    );
    Some(refusal(rules, "grant_above_level", reason, remedy))
}

fn refusal(
    rules: &Rules<'_>,
    code: &'static str,
    (en, zh): (String, String),
    remedy: (&str, &str),
) -> Refusal {
    // A draft never refuses: where no pack binds it is our own rule.
    let served = rules.served_by("level-grants").filter(|(_, force)| *force == Force::Binds);
    let article = served.map_or_else(|| "unit:grants".to_owned(), |(article, _)| article.to_string());
    Refusal {
        article: article.into(),
        code,
        reason: Words::new(en, zh),
        remedy: Words::new(remedy.0, remedy.1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::Library;

    #[test]
    fn a_grant_reaches_its_level_and_its_decision_and_no_further() {
        let library = Library::with_shipped(&[]).unwrap();
        let check = |pack: &str, grant: &GrantFacts, expected: Option<(&str, &str)>| {
            let rules = Rules::of(&library, &[pack.to_owned()], &[]);
            let refused = refuses(grant, &rules);
            let found = refused.as_ref().map(|refusal| (refusal.article.as_ref(), refusal.code));
            assert_eq!(found, expected, "{grant:?}");
        };
        let of = |level: Option<u8>, decision: Option<&str>| GrantFacts {
            level_max: 2,
            valid_until: "2027-01-01".into(),
            decision_until: decision.map(Into::into),
            points: vec![("Gate".into(), level)],
        };
        let city = "guangzhou-2007:14";
        check("guangzhou-2007", &of(Some(2), None), None);
        check("guangzhou-2007", &of(Some(1), Some("2027-01-01")), None);
        check("guangzhou-2007", &of(Some(3), None), Some((city, "grant_above_level")));
        check("guangzhou-2007", &of(None, None), Some((city, "grant_above_level")));
        check("guangzhou-2007", &of(Some(2), Some("2026-12-31")), Some((city, "grant_beyond_decision")));
        check("qingdao", &of(Some(3), None), Some(("unit:grants", "grant_above_level")));
        check("datong-2008", &of(Some(3), None), Some(("unit:grants", "grant_above_level")));
        let nothing = GrantFacts { points: Vec::new(), ..of(None, None) };
        check("guangzhou-2007", &nothing, Some((city, "grant_of_nothing")));
    }
}

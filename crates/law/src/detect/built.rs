//! What was built beside what was reviewed, stills that no longer show what is there, and signs that nobody looked at for long.

use super::{
    Detected,
    facts::{PointLook, Snapshot, SystemRecord},
};
use crate::life_cycle::{Stage, in_words};
use crate::{Day, Words};

pub(super) fn all(snapshot: &Snapshot<'_>, found: &mut Vec<Detected>) {
    for system in &snapshot.systems {
        one(system, &snapshot.today, found);
    }
}

pub(super) fn one(system: &SystemRecord<'_>, today: &str, found: &mut Vec<Detected>) {
    deviations(system, found);
    stills(system, found);
    signs(system, today, found);
}

/// national-2016:28(1), guangzhou-2007:8, datong-2008:14: a difference that no paper covers.
fn deviations(system: &SystemRecord<'_>, found: &mut Vec<Detected>) {
    let built = matches!(system.stage, Stage::Built | Stage::Tested | Stage::Accepted | Stage::InUse);
    if !built || system.design_change || system.deviations.is_empty() {
        return;
    }
    let (article, force) = super::systems::obliged(system, "C7");
    let (en, zh) = in_words(&system.deviations);
    found.push(Detected {
        article,
        code: "built_as_designed",
        about: system.system.clone(),
        evidence: Vec::new(),
        since: None,
        reason: Words::new(
            format!("It was built otherwise than it was reviewed: {en}."),
            format!("建成情况与论证方案不一致：{zh}。"),
        ),
        remedy: Words::new(
            "Put it right, or add the paper of the change of design to a step.",
            "请整改，或在办理步骤时附上设计变更文件。",
        ),
        force,
    });
}

/// guangzhou-2007:6: a camera that was replaced or aimed anew is shown again.
fn stills(system: &SystemRecord<'_>, found: &mut Vec<Detected>) {
    if system.stage != Stage::InUse {
        return;
    }
    let financial =
        |point: &PointLook| system.rules.sees_passwords(point.category.as_deref(), point.passwords_in_view);
    for (ruling, force) in system.rules.each(|values| values.customers_passwords_excluded.as_ref()) {
        let without = system.points.iter().filter(|point| financial(point) && !point.has_mask_still);
        for point in without.filter(|_| ruling.value) {
            found.push(Detected {
                article: ruling.article.to_string(),
                code: "customers_passwords",
                about: point.point.clone(),
                evidence: Vec::new(),
                since: None,
                reason: Words::new(
                    "No confirmed still of its present camera and aim shows that customers' passwords stay out of the picture.",
                    "没有经确认的截图证明现有摄像机在现有角度下不会拍到客户密码。",
                ),
                remedy: Words::new(
                    "Take a commissioning still of the point's camera and have it confirmed.",
                    "请为该点位的摄像机拍取调试截图并确认。",
                ),
                force,
            });
        }
    }
}

/// national-2016:10, guangzhou-2007:12. No text says how often a sign is looked at; once a year is ours.
fn signs(system: &SystemRecord<'_>, today: &str, found: &mut Vec<Detected>) {
    if !matches!(system.stage, Stage::Accepted | Stage::InUse) {
        return;
    }
    let since = a_year_before(today);
    let late = |checked: &Option<String>| checked.as_deref().is_none_or(|day| day < since.as_str());
    for (sign, checked) in system.signs.iter().filter(|(_, checked)| late(checked)) {
        let (article, force) = super::systems::obliged(system, "C6");
        found.push(Detected {
            article,
            code: "sign_unchecked",
            about: sign.clone(),
            evidence: Vec::new(),
            since: checked.as_deref().and_then(a_year_after),
            reason: Words::new(
                "Nobody noted within a year that this sign is still there.",
                "一年内没有该标识的查验记录。",
            ),
            remedy: Words::new("Look at it and enter the day.", "请现场查验并登记日期。"),
            force,
        });
    }
}

/// The last day on which a look of that day is a year old at most.
fn a_year_after(checked: &str) -> Option<String> {
    let (year, rest) = checked.split_once('-')?;
    let same = format!("{:04}-{rest}", year.parse::<u32>().ok()?.saturating_add(1));
    // Of a leap day there is none: the last of February.
    let last = Day::read(&same).or_else(|| Some(Day::read(checked)?.plus(365)))?;
    Some(last.to_string())
}

/// Days as `YYYY-MM-DD` sort as days do; a day that the year before did not have sorts behind its last one.
fn a_year_before(today: &str) -> String {
    let (year, rest) = today.split_once('-').unwrap_or((today, ""));
    let before = year.parse::<u32>().map_or(0, |year| year.saturating_sub(1));
    format!("{before:04}-{rest}")
}

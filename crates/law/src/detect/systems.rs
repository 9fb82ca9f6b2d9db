//! Systems and records: contractors whose certificates ended, nobody responsible, main works ahead of the system, cameras that
//! send less than was designed, records that are incomplete or old.

use super::{
    Detected,
    facts::{CameraFacts, Measured, Named, RecordFacts, Snapshot, SystemRecord},
};
use crate::{
    Day, Words,
    filing::{wrong, wrong_since},
    life_cycle::Stage,
    packs::Force,
};

/// A record that nobody has looked at for so long is stale: no text gives a number, a year is ours.
pub const STALE_DAYS: i64 = 365;
const DAY_US: i64 = 86_400_000_000;

type Texts = (String, String);

pub(super) fn all(snapshot: &Snapshot<'_>, found: &mut Vec<Detected>) {
    for (at, system) in snapshot.systems.iter().enumerate() {
        one(system, &snapshot.today, found);
        let own = snapshot.cameras.iter().filter(|camera| camera.system == Some(at));
        own.for_each(|camera| measured(system, camera, found));
    }
}

pub(super) fn one(system: &SystemRecord<'_>, today: &str, found: &mut Vec<Detected>) {
    filed(system, found);
    if system.stage == Stage::Decommissioned {
        return;
    }
    without_pack(system, found);
    qualifications(system, today, found);
    responsible(system, found);
    public_area(system, today, found);
    main_works(system, today, found);
}

/// No pack holds its division and none was added: nothing here is judged by any law, and somebody should know.
fn without_pack(system: &SystemRecord<'_>, found: &mut Vec<Detected>) {
    if system.rules.packs().any(|(_, force)| force == Force::Binds) {
        return;
    }
    let reason = ("No rule pack binds this system.".into(), "没有任何规则对该系统具有约束力。".into());
    let remedy = (
        "Check its division; add the pack of its jurisdiction, or adopt one.",
        "请核对其行政区划，登记所在地的规则，或采用一项规则。",
    );
    push(found, "unit:packs".into(), "no_binding_pack", system, Force::Findings, reason, remedy);
}

/// national-2016:12, datong-2008:15, chongqing:9, national-2025:14: what was owed stays owed when the system is taken down.
fn filed(system: &SystemRecord<'_>, found: &mut Vec<Detected>) {
    for filing in &system.filings {
        let Some((code, reason, remedy)) = wrong(filing) else { continue };
        let (about, article) = (system.system.clone(), filing.article.to_string());
        found.push(Detected {
            article,
            code,
            about,
            evidence: filing.shown_by.iter().cloned().collect(),
            since: wrong_since(filing).map(|day| day.to_string()),
            reason,
            remedy,
            force: filing.force,
        });
    }
}

/// datong-2008:13, guangzhou-2007:13, qingdao:11
fn qualifications(system: &SystemRecord<'_>, today: &str, found: &mut Vec<Detected>) {
    for (ruling, force) in system.rules.each(|values| values.qualification_required.as_ref()) {
        for (contractor, works, until) in unqualified(system, today) {
            let (en, zh): (Vec<&str>, Vec<&str>) = works.into_iter().map(work_words).unzip();
            let (en, zh, name) = (en.join(", "), zh.join("、"), &contractor.name);
            found.push(Detected {
                article: ruling.article.to_string(),
                code: "qualification_expired",
                about: system.system.clone(),
                evidence: vec![contractor.clone()],
                since: until.map(str::to_owned),
                reason: Words::new(
                    format!("The certificate of '{name}' for {en} has ended or is missing."),
                    format!("“{name}”的资质（{zh}）已过期或未登记。"),
                ),
                remedy: Words::new("Renew it, or name another contractor.", "请更新资质或更换单位。"),
                force,
            });
        }
    }
}

/// A contractor, the works that it does here, and the last day of its certificate, if it ever had one for all of them.
type Unqualified<'s> = (&'s Named, Vec<&'static str>, Option<&'s str>);

/// Contractors without a certificate that is valid today, each once.
fn unqualified<'s>(system: &'s SystemRecord<'_>, today: &str) -> Vec<Unqualified<'s>> {
    let mut all: Vec<Unqualified<'s>> = Vec::new();
    for one in system.contractors.iter().filter(|one| !one.qualification.is_valid(today)) {
        let until = one.qualification.valid_until.as_deref().filter(|_| one.qualification.has_certificate);
        match all.iter_mut().find(|(known, ..)| known.id == one.contractor.id) {
            Some((_, works, first)) => {
                works.push(one.work);
                *first = first.zip(until).map(|(first, until)| first.min(until));
            }
            None => all.push((&one.contractor, vec![one.work], until)),
        }
    }
    all
}

fn work_words(work: &str) -> (&'static str, &'static str) {
    match work {
        "design" => ("design", "设计"),
        "construction" => ("construction", "施工"),
        _ => ("maintenance", "维护"),
    }
}

/// guangzhou-2007:7, qingdao:8
fn responsible(system: &SystemRecord<'_>, found: &mut Vec<Detected>) {
    if system.has_owner || system.has_manager || system.has_agreement {
        return;
    }
    let (article, force) = obliged(system, "C21");
    let reason = ("Nobody is responsible for this system.".into(), "该系统没有责任单位。".into());
    let remedy = ("Name owner or managing unit, or the agreement.", "请登记产权单位、管理单位或责任协议。");
    push(found, article, "nobody_responsible", system, force, reason, remedy);
    // Nobody since an agreement ended, where there was one.
    let ended = system.kept.last_ended(|_| true);
    if let (Some(one), Some(ended)) = (found.last_mut(), ended) {
        (one.since, one.evidence) = (ended.valid_until.clone(), vec![ended.agreement.clone()]);
    }
}

/// national-2016:9
fn public_area(system: &SystemRecord<'_>, today: &str, found: &mut Vec<Detected>) {
    let maintained = system.contractors.iter().any(|one| one.work == "maintenance");
    if !system.public_area || (system.has_budget && maintained) {
        return;
    }
    let (article, force) = obliged(system, "C19");
    let reason = (
        "A public area's system without a budget line or a maintainer.".into(),
        "公共区域系统没有经费来源或维护单位。".into(),
    );
    let remedy = ("Enter budget line and maintainer.", "请登记经费来源和维护单位。");
    push(found, article, "public_area_without_maintainer", system, force, reason, remedy);
    // Without money since the last year for which there was some.
    let last = system.budget_years.iter().filter(|_| maintained).copied();
    if let (Some(one), Some(last)) = (found.last_mut(), last.filter(|year| is_before(*year, today)).max()) {
        one.since = Some(format!("{:04}-01-01", last.saturating_add(1)));
    }
}

fn is_before(year: i64, today: &str) -> bool {
    today.get(..4).and_then(|today| today.parse().ok()).is_some_and(|today: i64| year < today)
}

/// datong-2008:12, guangzhou-2007:10, national-2016:13, qingdao:10
fn main_works(system: &SystemRecord<'_>, today: &str, found: &mut Vec<Detected>) {
    let Some(since) = system.works_in_use_on.as_deref().filter(|since| *since <= today) else { return };
    if system.stage >= Stage::InUse {
        return;
    }
    for (ruling, force) in together(system) {
        let reason = (
            format!("The main works are in use since {since}, the system is not."),
            format!("主体工程已于 {since} 投入使用，系统尚未投入使用。"),
        );
        let remedy = ("Take the system through its remaining steps.", "请办理系统的其余步骤。");
        push(found, ruling, "main_works_without_system", system, force, reason, remedy);
        found.last_mut().into_iter().for_each(|one| one.since = Some(since.to_owned()));
    }
}

fn together(system: &SystemRecord<'_>) -> Vec<(String, Force)> {
    let each = system.rules.each(|values| values.main_works_together.as_ref());
    each.into_iter()
        .filter(|(ruling, _)| ruling.value)
        .map(|(ruling, force)| (ruling.article.to_string(), force))
        .collect()
}

/// What is less than is asked for, in English and Chinese.
type Less = (String, String);

/// datong-2008:11, guangzhou-2007:7, national-2016:7: what was designed is what is sent.
pub(super) fn measured(system: &SystemRecord<'_>, camera: &CameraFacts, found: &mut Vec<Detected>) {
    if system.stage == Stage::Decommissioned {
        return;
    }
    let sent = &camera.measured;
    let mut less = below(&system.wanted, sent);
    let mut standards = Vec::new();
    for (standard, wanted) in &system.kept.standards {
        let missed = below(wanted, sent);
        if !missed.is_empty() {
            let (en, zh) = joined(missed);
            less.push((format!("{}: {en}", standard.name), format!("{}：{zh}", standard.name)));
            standards.push(standard.clone());
        }
    }
    let mut by = vec![(obliged(system, "C13"), less, standards)];
    // A pack that names a figure is asked under the article that does.
    for (ruling, force) in system.rules.each(|values| values.camera_clock_ms_max.as_ref()) {
        let wanted = Measured { clock_ms: Some(ruling.value), ..Measured::default() };
        let article = ruling.article.to_string();
        match by.iter_mut().find(|((known, _), ..)| *known == article) {
            Some((_, less, _)) => less.extend(below(&wanted, sent)),
            None => by.push(((article, force), below(&wanted, sent), Vec::new())),
        }
    }
    for ((article, force), less, standards) in by.into_iter().filter(|(_, less, _)| !less.is_empty()) {
        let (en, zh) = joined(less);
        found.push(Detected {
            article,
            code: "below_standard",
            about: camera.camera.clone(),
            evidence: camera.point.iter().cloned().chain(standards).collect(),
            since: None,
            reason: Words::new(
                format!("The camera does not keep what is asked of it: {en}."),
                format!("摄像机未达到要求：{zh}。"),
            ),
            remedy: Words::new(
                "Set the camera as designed, or change the design.",
                "请按设计调整摄像机，或变更设计。",
            ),
            force,
        });
    }
}

fn joined(less: Vec<Less>) -> Less {
    let (en, zh): (Vec<String>, Vec<String>) = less.into_iter().unzip();
    (en.join(", "), zh.join("，"))
}

/// What is sent less than is wanted.
fn below(wanted: &Measured, sent: &Measured) -> Vec<Less> {
    let mut less = Vec::new();
    let mut add = |text: String| less.push((text.clone(), text));
    if let (Some(wanted), Some(sent)) = (wanted.width_px, sent.width_px)
        && sent < wanted
    {
        add(format!("{sent} < {wanted} px"));
    }
    if let (Some(wanted), Some(sent)) = (wanted.height_px, sent.height_px)
        && sent < wanted
    {
        add(format!("{sent} < {wanted} px"));
    }
    // A frame more or less in a second is measuring.
    if let (Some(wanted), Some(sent)) = (wanted.frame_rate, sent.frame_rate)
        && sent + 1.0 < wanted
    {
        add(format!("{sent:.1} < {wanted:.1} fps"));
    }
    if let (Some(wanted), Some(sent)) = (wanted.codec, sent.codec)
        && sent != wanted
    {
        add(format!("{sent} ≠ {wanted}"));
    }
    if let (Some(most), Some(off)) = (wanted.clock_ms, sent.clock_ms)
        && off > most
    {
        less.push((format!("clock off by {off} > {most} ms"), format!("时钟偏差 {off} > {most} 毫秒")));
    }
    less
}

/// guangzhou-2007:16: collected, entered, kept up to date.
pub(super) fn records(snapshot: &Snapshot<'_>, found: &mut Vec<Detected>) {
    for facts in &snapshot.records {
        record(facts, found);
    }
}

pub(super) fn record(record: &RecordFacts, found: &mut Vec<Detected>) {
    let (zh, en) = record.kind;
    // What is incomplete was so when it was saved; what is stale, since it is too old.
    let mut since = None;
    let (code, reason) = if record.missing > 0 {
        (
            "incomplete",
            Words::new(
                format!("{en}: '{}' lacks {} values.", record.record.name, record.missing),
                format!("{zh}：“{}”缺少 {} 项。", record.record.name, record.missing),
            ),
        )
    } else if record.age_days > STALE_DAYS {
        since = Some(Day::of(record.changed.plus_us((STALE_DAYS + 1) * DAY_US)).to_string());
        (
            "stale",
            Words::new(
                format!("{en}: '{}' is unchanged for {} days.", record.record.name, record.age_days),
                format!("{zh}：“{}”已 {} 天未更新。", record.record.name, record.age_days),
            ),
        )
    } else {
        return;
    };
    found.push(Detected {
        article: "guangzhou-2007:16".into(),
        code,
        about: record.record.clone(),
        evidence: Vec::new(),
        since,
        reason,
        remedy: Words::new(
            "Complete the record, or save it again as still true.",
            "请补全档案，或确认后重新保存。",
        ),
        force: Force::Findings,
    });
}

/// The binding article of an obligation, else our own rule.
pub(super) fn obliged(system: &SystemRecord<'_>, obligation: &str) -> (String, Force) {
    match system.rules.of_obligation(obligation) {
        Some(article) => (article.to_string(), Force::Binds),
        None => ("unit:registry".into(), Force::Findings),
    }
}

fn push(
    found: &mut Vec<Detected>,
    article: String,
    code: &'static str,
    system: &SystemRecord<'_>,
    force: Force,
    (en, zh): Texts,
    remedy: (&str, &str),
) {
    let about: Named = system.system.clone();
    let (reason, remedy) = (Words::new(en, zh), Words::new(remedy.0, remedy.1));
    found.push(Detected {
        article,
        code,
        about,
        evidence: evidence(code, system),
        since: None,
        reason,
        remedy,
        force,
    });
}

/// The records that show it, beside the system itself.
fn evidence(code: &str, system: &SystemRecord<'_>) -> Vec<Named> {
    match code {
        "main_works_without_system" => system.kept.works.iter().map(|works| works.works.clone()).collect(),
        _ => Vec::new(),
    }
}

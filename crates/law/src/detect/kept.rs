//! What the records of single duties show of a system: choices, standards, agreements, connections, notices, incidents, points.
//!
//! Each finding names the article whose duty the control serves, of a pack that binds if there is one. Where no pack of the
//! system has the duty there is no finding. It reads no record itself.

use super::{
    Detected,
    areas::demanded,
    facts::{CameraFacts, Named, PlaceFacts, Snapshot, SystemRecord},
};
use crate::{
    Words,
    life_cycle::{CameraStanding, Stage},
    packs::{ArticleId, Force},
};

/// Names in one sentence; the rest is in the evidence.
const NAMED_MAX: usize = 5;
/// References in one finding: whoever wants all of them lists the points.
const EVIDENCE_MAX: usize = 20;
/// Without a picture for so long, somebody looks whether the camera is still there: no text gives a number, a day is ours.
pub(super) const SILENT_S_MAX: i64 = 86_400;

pub(super) fn systems(snapshot: &Snapshot<'_>, found: &mut Vec<Detected>) {
    let place = |id: &str| snapshot.places.iter().find(|place| place.place.id == id);
    for system in &snapshot.systems {
        one(system, &snapshot.today, place, found);
    }
    for camera in &snapshot.cameras {
        let system = camera.system.and_then(|at| snapshot.systems.get(at));
        system.into_iter().for_each(|system| silent(system, camera, found));
    }
}

/// `place` finds a place by its id: where a point of a voluntary system stands.
pub(super) fn one<'a, 'p>(
    system: &'a SystemRecord<'_>,
    today: &'a str,
    place: impl Fn(&str) -> Option<&'p PlaceFacts>,
    found: &'a mut Vec<Detected>,
) {
    if system.stage == Stage::Decommissioned {
        return;
    }
    let mut look = Look { system, today, found };
    look.voluntary(place);
    look.choices();
    look.works();
    look.standards();
    look.points();
    look.agreements();
    look.told();
    look.incidents();
}

struct Look<'a> {
    system: &'a SystemRecord<'a>,
    today: &'a str,
    found: &'a mut Vec<Detected>,
}

/// A finding on its way: the record, what shows it, since when.
struct Seen<'a> {
    about: &'a Named,
    evidence: Vec<Named>,
    since: Option<&'a str>,
}

impl<'a> Seen<'a> {
    fn of(about: &'a Named) -> Self {
        Self { about, evidence: Vec::new(), since: None }
    }
}

type Texts<'a> = (&'a str, &'a str);

impl Look<'_> {
    /// datong-2008:8, chongqing:7: built of one's own will, and yet owed.
    fn voluntary<'p>(&mut self, place: impl Fn(&str) -> Option<&'p PlaceFacts>) {
        if !self.system.kept.voluntary {
            return;
        }
        let owed = |id: &str| {
            let place = place(id)?;
            self.system.rules.packs().find_map(|(pack, _)| demanded(pack, place))
        };
        let Some((place, article)) =
            self.system.kept.points.iter().find_map(|point| Some((&point.place, owed(&point.place.id)?)))
        else {
            return;
        };
        let seen = Seen { evidence: vec![place.clone()], ..Seen::of(&self.system.system) };
        let reason = (
            format!("It is marked voluntary, but {article} demands a system at '{}'.", place.name),
            format!("标为自愿建设，但“{}”按 {article} 应当建设。", place.name),
        );
        let remedy = ("Take the mark away: it is owed.", "请取消自愿标记：属于应建。");
        self.add("voluntary_but_owed", seen, reason, remedy);
    }

    /// qingdao:11, national-2016:24
    fn choices(&mut self) {
        if self.system.stage == Stage::Planned {
            return;
        }
        let kept = &self.system.kept;
        let missing: Vec<Named> = kept
            .contractors
            .iter()
            .filter(|(work, _)| !kept.chosen.contains(*work))
            .map(|(_, contractor)| contractor.clone())
            .collect();
        if !missing.is_empty() {
            let names = names(&missing);
            let reason = (
                format!("Nothing on record says who chose {names}, and from which candidates."),
                format!("没有登记由谁、从哪些候选中选定：{names}。"),
            );
            let seen = Seen { evidence: missing, ..Seen::of(&self.system.system) };
            self.add("choice_unrecorded", seen, reason, ("Register the choice.", "请登记选型记录。"));
        }
        if let Some(by) = kept.ordered_by.as_deref().filter(|_| !kept.has_legal_basis) {
            let reason = (
                format!("{by} ordered it built; no legal basis is on record."),
                format!("由{by}要求建设，没有登记法律依据。"),
            );
            let remedy = (
                "Enter the legal basis; if there is none, register a report of pressure.",
                "请登记依据；没有依据的，可登记受压情况反映。",
            );
            self.add("order_without_basis", Seen::of(&self.system.system), reason, remedy);
        }
    }

    /// datong-2008:12, guangzhou-2007:10, national-2016:13, qingdao:10: designed and built together.
    fn works(&mut self) {
        let Some(works) = &self.system.kept.works else { return };
        let passed = |day: &Option<String>| day.clone().filter(|day| day.as_str() <= self.today);
        let behind = match (passed(&works.completed_on), passed(&works.designed_on)) {
            (Some(day), _) if self.system.stage < Stage::Built => Some((day, "completed", "竣工", "建成")),
            (_, Some(day)) if self.system.stage < Stage::Designed => {
                Some((day, "designed", "完成设计", "完成设计论证"))
            }
            _ => None,
        };
        let Some((day, en, zh, own)) = behind else { return };
        let reason = (
            format!("The main works were {en} on {day}, the system is behind."),
            format!("主体工程已于 {day} {zh}，系统尚未{own}。"),
        );
        let remedy =
            ("Take the system's steps together with the main works.", "请与主体工程同步办理系统各步骤。");
        let seen =
            Seen { evidence: vec![works.works.clone()], since: Some(&day), ..Seen::of(&self.system.system) };
        self.add("behind_main_works", seen, reason, remedy);
    }

    /// datong-2008:11, chongqing:8, qingdao:11, qingdao:12, guangzhou-2007:7
    fn standards(&mut self) {
        let kept = &self.system.kept;
        if !kept.names_standard {
            let reason = (
                "No standard is named that its cameras are held against.".to_owned(),
                "没有登记所执行的标准。".to_owned(),
            );
            let remedy = ("Name the standard in the system's record.", "请在系统档案中登记标准。");
            self.add("standard_unnamed", Seen::of(&self.system.system), reason, remedy);
        }
        let ended = |until: &str| until < self.today;
        let products = kept.points.iter().filter_map(|point| point.product.as_ref());
        let mut without: Vec<Named> =
            products.filter(|(_, until)| ended(until)).map(|(product, _)| product.clone()).collect();
        without.sort_by(|a, b| a.id.cmp(&b.id));
        without.dedup();
        if !without.is_empty() {
            let names = names(&without);
            let reason = (
                format!("Products without a certificate that is valid today: {names}."),
                format!("以下产品没有在有效期内的证书：{names}。"),
            );
            // The first end, where each of them had a certificate.
            let products = kept.points.iter().filter_map(|point| point.product.as_ref());
            let since = products.filter(|(_, until)| ended(until)).map(|(_, until)| until.as_str()).min();
            let since = since.filter(|until| !until.is_empty());
            let seen = Seen { evidence: without, since, ..Seen::of(&self.system.system) };
            let remedy = ("Enter the certificate, or use another product.", "请登记证书或更换产品。");
            self.add("product_uncertified", seen, reason, remedy);
        }
    }

    /// qingdao:9, national-2016:11, national-2025:13
    fn points(&mut self) {
        let points = &self.system.kept.points;
        let without = |wanted: &dyn Fn(&super::KeptPoint) -> bool| -> Vec<Named> {
            points.iter().filter(|point| wanted(point)).map(|point| point.point.clone()).collect()
        };
        let far = without(&|point| point.public && !point.has_distance);
        self.add_points(
            "distance_unrecorded",
            far,
            (
                "Points in public areas without their distance to dwellings",
                "公共区域点位没有登记与住宅的距离",
            ),
            ("Measure it and enter it.", "请测量并登记。"),
        );
        let blind = without(&|point| !point.has_view);
        self.add_points(
            "view_unrecorded",
            blind,
            (
                "Points without position, direction, angle or range",
                "点位的位置、朝向、视场角或可视距离没有登记",
            ),
            ("Complete the point's record.", "请补全点位档案。"),
        );
    }

    fn add_points(&mut self, code: &'static str, points: Vec<Named>, what: Texts<'_>, remedy: Texts<'_>) {
        if points.is_empty() {
            return;
        }
        let names = names(&points);
        let reason = (format!("{}: {names}.", what.0), format!("{}：{names}。", what.1));
        let seen = Seen { evidence: points, ..Seen::of(&self.system.system) };
        self.add(code, seen, reason, remedy);
    }

    /// guangzhou-2007:7, qingdao:8, national-2025:15
    fn agreements(&mut self) {
        let kept = &self.system.kept;
        for agreement in kept.agreements.iter().filter(|agreement| !agreement.holds(self.today)) {
            let since = agreement.valid_until.as_deref();
            let reason = (
                format!("The agreement '{}' has ended.", agreement.agreement.name),
                format!("责任协议“{}”已到期。", agreement.agreement.name),
            );
            let seen =
                Seen { evidence: vec![self.system.system.clone()], since, ..Seen::of(&agreement.agreement) };
            self.add(
                "agreement_ended",
                seen,
                reason,
                ("Renew it, or register the new one.", "请续签或登记新协议。"),
            );
        }
        let bound = kept.agreements.iter().any(|one| one.divides_maintenance && one.holds(self.today));
        let others = kept.contractors.iter().find(|(work, _)| *work == "maintenance");
        let Some((_, maintainer)) = others.filter(|_| !bound && self.system.stage == Stage::InUse) else {
            return;
        };
        let owed = self.system.rules.each(|values| values.operation_contract.as_ref()).into_iter();
        for (ruling, force) in owed.filter(|(ruling, _)| ruling.value) {
            let reason = (
                format!("'{}' maintains it; no agreement on record binds them.", maintainer.name),
                format!("由“{}”维护，没有登记相应协议。", maintainer.name),
            );
            let ended = kept.last_ended(|one| one.divides_maintenance);
            let seen = Seen {
                evidence: [maintainer].into_iter().chain(ended.map(|one| &one.agreement)).cloned().collect(),
                since: ended.and_then(|one| one.valid_until.as_deref()),
                ..Seen::of(&self.system.system)
            };
            let remedy = ("Register the contract as an agreement.", "请将合同登记为责任协议。");
            let code = "maintenance_without_contract";
            self.found.push(detected(code, (ruling.article, force), seen, reason, remedy));
        }
    }

    /// chongqing:10: consulted before connecting. chongqing:11: told at once. The system shows it too: an authority sees what is of one.
    fn told(&mut self) {
        for (connection, since) in &self.system.kept.unconsulted {
            let reason = (
                format!("Connected since {since} without a consultation on record: '{}'.", connection.name),
                format!("“{}”自 {since} 起联网，没有协商记录。", connection.name),
            );
            let remedy = ("Consult the public security organ and enter it.", "请与公安机关协商并登记。");
            let evidence = vec![self.system.system.clone()];
            let seen = Seen { evidence, since: Some(since), ..Seen::of(connection) };
            self.add("unconsulted", seen, reason, remedy);
        }
        for (notice, since) in &self.system.kept.unsent {
            let reason = (
                format!("Equipment was moved on {since}; the notice is not sent yet."),
                format!("设备已于 {since} 移动，通知尚未发出。"),
            );
            let remedy = ("Send it, and enter when and to whom.", "请发出通知并登记时间与受通知机关。");
            let evidence = vec![self.system.system.clone()];
            let seen = Seen { evidence, since: Some(since), ..Seen::of(notice) };
            self.add("move_not_notified", seen, reason, remedy);
        }
    }

    /// datong-2008:19, chongqing:12, guangzhou-2007:15, national-2016:22
    fn incidents(&mut self) {
        for incident in &self.system.kept.incidents {
            let seen = || Seen {
                evidence: vec![incident.point.clone()],
                since: Some(&incident.found_on),
                ..Seen::of(&incident.incident)
            };
            if incident.is_offence && !incident.reported {
                let reason = (
                    format!("'{}' is not reported to the police.", incident.incident.name),
                    format!("“{}”尚未报案。", incident.incident.name),
                );
                let remedy = ("Report it, and enter day and number.", "请报案并登记日期与回执。");
                self.add("incident_unreported", seen(), reason, remedy);
            }
            if !incident.repaired {
                let reason = (
                    format!("'{}' is not repaired.", incident.incident.name),
                    format!("“{}”尚未修复。", incident.incident.name),
                );
                let remedy = ("Repair it, and enter how and when.", "请修复并登记经过与日期。");
                self.add("incident_unrepaired", seen(), reason, remedy);
            }
        }
    }

    fn add(&mut self, code: &'static str, seen: Seen<'_>, reason: (String, String), remedy: Texts<'_>) {
        let Some(served) = article(self.system, code) else { return };
        self.found.push(detected(code, served, seen, reason, remedy));
    }
}

/// The article of the system's packs whose duty the control of this code serves.
fn article(system: &SystemRecord<'_>, code: &str) -> Option<(ArticleId, Force)> {
    system.rules.served_by(super::control_of(code)?)
}

fn detected(
    code: &'static str,
    (article, force): (ArticleId, Force),
    mut seen: Seen<'_>,
    (en, zh): (String, String),
    remedy: Texts<'_>,
) -> Detected {
    seen.evidence.truncate(EVIDENCE_MAX);
    Detected {
        article: article.to_string(),
        code,
        about: seen.about.clone(),
        evidence: seen.evidence,
        since: seen.since.map(str::to_owned),
        reason: Words::new(en, zh),
        remedy: Words::new(remedy.0, remedy.1),
        force,
    }
}

fn names(records: &[Named]) -> String {
    let mut text = records.iter().take(NAMED_MAX).map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ");
    if records.len() > NAMED_MAX {
        text.push_str(&format!(" +{}", records.len() - NAMED_MAX));
    }
    text
}

/// A camera in use that has sent nothing for a day may be stolen or broken: until it sends again, or an incident says what
/// happened (datong-2008:19, chongqing:12, guangzhou-2007:15, national-2016:22).
pub(super) fn silent(system: &SystemRecord<'_>, camera: &CameraFacts, found: &mut Vec<Detected>) {
    let used = matches!(camera.standing, CameraStanding::At { stage: Stage::InUse, .. });
    let Some(silent_s) = camera.measured.silent_s.filter(|s| used && *s > SILENT_S_MAX) else { return };
    if has_incident(system, camera) {
        return;
    }
    let Some(served) = article(system, "camera_silent") else { return };
    let hours = silent_s / 3_600;
    let reason = (
        format!("Nothing has come from it for {hours} hours: it may be lost or damaged."),
        format!("已 {hours} 小时没有画面，可能丢失或被破坏。"),
    );
    let remedy = (
        "Look after it on the spot; register an incident, or bring it back.",
        "请到现场查看；登记事件或恢复运行。",
    );
    let since = camera.silent_since.map(|day| day.to_string());
    let (evidence, since) = (camera.point.iter().cloned().collect(), since.as_deref());
    let seen = Seen { evidence, since, ..Seen::of(&camera.camera) };
    found.push(detected("camera_silent", served, seen, reason, remedy));
}

fn has_incident(system: &SystemRecord<'_>, camera: &CameraFacts) -> bool {
    let at = camera.point.as_ref().map(|point| &point.id);
    system.kept.incidents.iter().any(|incident| !incident.repaired && Some(&incident.point.id) == at)
}

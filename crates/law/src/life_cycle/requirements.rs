//! What each step demands, under the packs of the system: one function a step, each demand with its article, what is wrong
//! and what helps. A pack that does not bind gives the same demand as a finding.

use super::facts::{PointFacts, Qualification, StepFacts, SystemFacts};
use super::{design::in_words, step::Step};
use crate::{
    Words,
    access::Refusal,
    packs::{Force, Marked, Parameters, Rules, Ruling, SignScope},
    register::paper_words,
};

/// One demand on a step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Requirement {
    /// `pack:article`, or `unit:rule` where no text says it.
    pub article: String,
    /// Stable machine word.
    pub code: &'static str,
    /// What is wrong when it is not met.
    pub reason: Words,
    pub remedy: Words,
    pub met: bool,
    /// Refuses the step when it is not met; otherwise it is a finding.
    pub refuses: bool,
}

impl Requirement {
    /// What it says when it stands in the way.
    pub fn refusal(self) -> Refusal {
        let Self { article, code, reason, remedy, .. } = self;
        Refusal { article: article.into(), code, reason, remedy }
    }
}

/// Everything that a step demands, met or not, in the order in which a person can put it right.
pub fn requirements(
    step: Step,
    rules: &Rules<'_>,
    system: &SystemFacts,
    facts: &StepFacts,
) -> Vec<Requirement> {
    let mut list = List { rules, system, facts, found: Vec::new() };
    match step {
        Step::Review => list.review(),
        Step::Build => list.build(),
        Step::Test => list.test(),
        Step::Accept => list.accept(),
        Step::Commission => list.commission(),
        Step::Decommission => list.decommission(),
    }
    list.found
}

struct List<'a> {
    rules: &'a Rules<'a>,
    system: &'a SystemFacts,
    facts: &'a StepFacts,
    found: Vec<Requirement>,
}

type Pair = (&'static str, &'static str);

impl List<'_> {
    fn review(&mut self) {
        self.public_area();
        self.private_places();
        let points = !self.system.points.is_empty() || self.system.has_alarm_sources;
        self.own(
            points,
            "no_points",
            ("The system has no point yet.", "系统尚无点位。"),
            (
                "Register its points: place, view, purpose; or the alarm or door systems that it consists of.",
                "请先登记点位的位置、视场和用途；或登记其报警、门禁系统。",
            ),
        );
        self.qualified(self.system.designer.clone(), "designer", ("The designer", "设计单位"));
        self.own_paper("design", ("The design is not among the papers.", "缺少设计方案。"));
        self.taking_part(
            |values| values.design_review_by.as_ref(),
            "design_review",
            ("The design must be reviewed by", "设计方案须经论证，参加方应有"),
        );
        self.passed(("The review did not pass.", "论证未通过。"));
    }

    fn build(&mut self) {
        self.qualified(self.system.constructor.clone(), "constructor", ("Whoever installs", "施工单位"));
        // guangzhou-2007:9
        if self.system.government_funded {
            for ruling in self.ruled(|values| values.public_project_papers.as_ref()) {
                for paper in ruling.0.value.iter().filter(|paper| *paper != "acceptance") {
                    self.paper(&ruling, paper_kind(paper));
                }
            }
        }
        // guangzhou-2007:10
        let without = names(&self.system.points, |point| point.outdoor && !point.has_planning_permit);
        for ruling in self.ruled(|values| values.planning_permit.as_ref()) {
            self.each(
                &ruling,
                without.is_empty(),
                "planning_permit",
                (
                    format!("Outdoor points without a planning permit: {without}."),
                    format!("以下室外点位没有规划许可：{without}。"),
                ),
                ("Put the permit into the point's record.", "请在点位档案中登记规划许可。"),
            );
        }
        self.consents();
        self.own_paper("construction", ("The construction papers are missing.", "缺少施工资料。"));
    }

    fn test(&mut self) {
        self.private_places();
        let without = names(&self.system.points, |point| !point.has_camera);
        self.own_words(
            without.is_empty(),
            "point_without_camera",
            (format!("Points without a camera: {without}."), format!("以下点位没有摄像机：{without}。")),
            ("Give each point its camera.", "请为每个点位登记摄像机。"),
        );
        self.taking_part(
            |values| values.system_test_by.as_ref(),
            "system_test",
            ("The system must be tested by", "系统须经检测，检测方应有"),
        );
        self.own_paper("test", ("The test report is missing.", "缺少检测报告。"));
        self.passed(("The test did not pass.", "检测未通过。"));
    }

    fn accept(&mut self) {
        self.public_area();
        self.private_places();
        self.qualified(self.system.designer.clone(), "designer", ("The designer", "设计单位"));
        self.qualified(self.system.constructor.clone(), "constructor", ("Whoever installs", "施工单位"));
        self.signs();
        self.customers_passwords();
        self.as_designed();
        if self.system.government_funded {
            for ruling in self.ruled(|values| values.public_project_papers.as_ref()) {
                if ruling.0.value.iter().any(|paper| paper == "acceptance") {
                    self.paper(&ruling, "acceptance");
                }
            }
        }
        self.taking_part(
            |values| values.acceptance_with.as_ref(),
            "acceptance",
            ("The acceptance must be attended by", "验收参加方应有"),
        );
        self.own_paper("acceptance", ("The acceptance record is missing.", "缺少验收文件。"));
        self.passed(("The acceptance did not pass.", "验收不合格。"));
    }

    fn commission(&mut self) {
        self.public_area();
        self.private_places();
        self.signs();
        self.customers_passwords();
        self.consents();
        self.qualified(self.system.maintainer.clone(), "maintainer", ("The maintainer", "维护单位"));
        // qingdao:9, national-2016:11. The product cannot mask pictures yet; nothing bypasses it.
        let facing = names(&self.system.points, |point| point.faces_dwellings);
        let article =
            self.rules.faces_private().map_or_else(|| "unit:masks".to_owned(), |article| article.to_string());
        self.push(
            article,
            facing.is_empty(),
            true,
            "mask_needed",
            (
                format!("Points that face dwellings need a mask, which this version cannot draw: {facing}."),
                format!("以下点位朝向住宅，须先遮挡，本版本尚不能遮挡：{facing}。"),
            ),
            (
                "Turn the camera so that it does not see dwellings, and say so in the point's record.",
                "请调整摄像机使其不再拍到住宅，并更新点位档案。",
            ),
        );
    }

    fn decommission(&mut self) {
        // datong-2008:17
        let fewer = self.system.cameras_after < self.system.cameras_now;
        for ruling in self.ruled(|values| values.net_reduction_refused.as_ref()) {
            self.each(
                &ruling,
                !fewer || !ruling.0.value,
                "net_reduction",
                (
                    format!(
                        "The unit would have {} cameras instead of {}.",
                        self.system.cameras_after, self.system.cameras_now
                    ),
                    format!(
                        "摄像机将由 {} 台减至 {} 台。",
                        self.system.cameras_now, self.system.cameras_after
                    ),
                ),
                ("Take as many others into use first.", "请先投入使用同样数量的其他摄像机。"),
            );
        }
    }

    /// datong-2008:10, national-2016:9, qingdao:8, chongqing:7
    fn public_area(&mut self) {
        if !self.system.public_area {
            return;
        }
        for (article, force, authorised, operator) in self.rules.public_areas() {
            let met = self.system.government_builder
                || (operator && self.system.operator_builder)
                || (authorised && self.system.has_authorisation);
            let remedy: Pair = if authorised {
                (
                    "The government builds it, or an authorisation is put into the system's record.",
                    "由政府建设，或在系统档案中登记批准文件。",
                )
            } else {
                ("Only the government builds here.", "此处只能由政府建设。")
            };
            self.push(
                article.to_string(),
                met,
                force == Force::Binds,
                "public_area_builder",
                (
                    "In a public area only the government builds.".to_owned(),
                    "公共区域的系统由政府建设。".to_owned(),
                ),
                remedy,
            );
        }
    }

    /// datong-2008:9, guangzhou-2007:6, qingdao:9, national-2016:11
    fn private_places(&mut self) {
        for point in &self.system.points {
            let Some(kind) = &point.private_kind else { continue };
            let rules = self.rules.at(&point.place);
            let (article, refuses) = match (rules.forbids_private(kind), rules.warns_of_private(kind)) {
                (Some(article), _) => (article, true),
                (None, Some(article)) => (article, false),
                (None, None) => continue,
            };
            self.found.push(Requirement {
                article: article.to_string(),
                code: "private_place",
                reason: Words::new(
                    format!("'{}' is in a private place.", point.name),
                    format!("点位“{}”在私密场所。", point.name),
                ),
                remedy: Words::new(
                    "Remove the camera; no permission makes it possible.",
                    "请拆除，任何许可均不能准许。",
                ),
                met: false,
                refuses,
            });
        }
    }

    /// national-2025:10: near military zones and secret state units consent comes before installation.
    fn consents(&mut self) {
        let without = names(&self.system.points, |point| point.near_secret_site && !point.has_consent);
        for (article, force) in self.rules.serving("consent-near-secret-sites") {
            self.push(
                article.to_string(),
                without.is_empty(),
                force == Force::Binds,
                "consent",
                (
                    format!("Points near a military zone or a secret unit without consent: {without}."),
                    format!("以下点位临近军事禁区或涉密单位，没有事先同意：{without}。"),
                ),
                (
                    "Put the consent that was given beforehand into the point's record.",
                    "请在点位档案中登记事先同意的文件。",
                ),
            );
        }
    }

    /// datong-2008:13, guangzhou-2007:13, qingdao:11
    fn qualified(&mut self, contractor: Option<Qualification>, code: &'static str, who: Pair) {
        for ruling in self.ruled(|values| values.qualification_required.as_ref()) {
            let (met, en, zh) = match &contractor {
                None => (false, format!("{} is not named.", who.0), format!("未登记{}。", who.1)),
                Some(named) if !named.is_valid(&self.facts.today) => (
                    false,
                    format!("{}, {}, has no certificate that is valid today.", who.0, named.name),
                    format!("{}“{}”没有在有效期内的资质。", who.1, named.name),
                ),
                Some(named) => (
                    true,
                    format!("{}, {}, is qualified.", who.0, named.name),
                    format!("{}“{}”资质有效。", who.1, named.name),
                ),
            };
            let remedy = (
                "Register a contractor with a valid certificate, or renew it.",
                "请登记资质有效的单位，或更新其资质证书。",
            );
            self.each(&ruling, met || !ruling.0.value, code, (en, zh), remedy);
        }
    }

    /// national-2016:10, guangzhou-2007:12
    fn signs(&mut self) {
        for ruling in self.ruled(|values| values.sign_required.as_ref()) {
            let needs = |point: &PointFacts| match ruling.0.value {
                SignScope::PublicAreas => point.public_area || self.system.public_area,
                SignScope::FixedMonitoredPlaces => point.fixed,
                SignScope::AllPoints => true,
            };
            let without = names(&self.system.points, |point| needs(point) && !point.has_sign);
            self.each(
                &ruling,
                without.is_empty(),
                "sign",
                (
                    format!("Points without a conspicuous sign: {without}."),
                    format!("以下点位没有明显标识：{without}。"),
                ),
                (
                    "Put up the sign, register it and add the file of its photo.",
                    "请设置标识，登记并上传其照片。",
                ),
            );
        }
    }

    /// guangzhou-2007:6: before storage, in the camera, shown by a still; an output mask does not satisfy it.
    fn customers_passwords(&mut self) {
        let financial = |point: &PointFacts| {
            self.rules.sees_passwords(point.category.as_deref(), point.passwords_in_view)
        };
        for ruling in self.ruled(|values| values.customers_passwords_excluded.as_ref()) {
            let without = names(&self.system.points, |point| {
                financial(point)
                    && (!point.has_mask_still || (point.passwords_in_view && !point.masked_in_camera))
            });
            self.each(
                &ruling,
                without.is_empty() || !ruling.0.value,
                "customers_passwords",
                (
                    format!(
                        "No confirmed commissioning still of the present camera shows that customers' passwords stay out of the picture: {without}."
                    ),
                    format!("以下点位没有经确认的现有摄像机调试截图证明不会拍到客户密码：{without}。"),
                ),
                (
                    "Aim or mask the camera itself, take the commissioning still and have it confirmed.",
                    "请调整角度或在摄像机内遮挡，拍取调试截图并确认。",
                ),
            );
        }
    }

    /// national-2016:28(1): a difference from the reviewed design is shown to whoever accepts, and stays a finding until a paper
    /// of the change covers it.
    fn as_designed(&mut self) {
        if self.system.deviations.is_empty() {
            return;
        }
        let article =
            self.rules.of_obligation("C7").map_or_else(|| "unit:life-cycle".into(), |id| id.to_string());
        let (en, zh) = in_words(&self.system.deviations);
        self.push(
            article,
            self.facts.papers.contains("design-change"),
            false,
            "built_as_designed",
            (
                format!("It was built otherwise than it was reviewed: {en}."),
                format!("建成情况与论证方案不一致：{zh}。"),
            ),
            ("Put it right, or add the paper of the change of design.", "请整改，或附上设计变更文件。"),
        );
    }

    fn passed(&mut self, reason: Pair) {
        self.own(
            self.facts.passed,
            "not_passed",
            reason,
            ("Put right what was found and repeat it.", "请整改后重新进行。"),
        );
    }

    /// One demand for each participant that a pack names.
    fn taking_part(
        &mut self,
        pick: impl Fn(&Parameters) -> Option<&Marked<Vec<String>>>,
        code: &'static str,
        who: Pair,
    ) {
        for ruling in self.ruled(pick) {
            for participant in &ruling.0.value {
                let (en, zh) = participant_words(participant);
                self.each(
                    &ruling,
                    self.facts.with.contains(participant),
                    code,
                    (format!("{} {en}.", who.0), format!("{}{zh}。", who.1)),
                    ("Name them with the step when they took part.", "请在办理时登记其参加。"),
                );
            }
        }
    }

    fn paper(&mut self, ruling: &(Ruling<Vec<String>>, Force), paper: &str) {
        let met = self.facts.papers.contains(paper);
        let (zh, en) = paper_words(paper);
        self.each(
            ruling,
            met,
            "paper",
            (format!("This paper is missing: {en}."), format!("缺少文件：{zh}。")),
            ("Put it among the system's documents.", "请将其登记为系统文件。"),
        );
    }

    fn own_paper(&mut self, paper: &str, reason: Pair) {
        let remedy = ("Add the document to the step.", "请在办理时附上该文件。");
        self.own(self.facts.papers.contains(paper), "paper", reason, remedy);
    }

    fn own(&mut self, met: bool, code: &'static str, reason: Pair, remedy: Pair) {
        self.own_words(met, code, (reason.0.to_owned(), reason.1.to_owned()), remedy);
    }

    /// A rule of the life cycle itself. Where a pack forbids use before acceptance, it is that article's.
    fn own_words(&mut self, met: bool, code: &'static str, reason: (String, String), remedy: Pair) {
        let article = self.rules.acceptance().map_or_else(|| "unit:life-cycle".into(), |id| id.to_string());
        self.push(article, met, true, code, reason, remedy);
    }

    fn each<T>(
        &mut self,
        ruling: &(Ruling<T>, Force),
        met: bool,
        code: &'static str,
        reason: (String, String),
        remedy: Pair,
    ) {
        let refuses = ruling.1 == Force::Binds;
        self.push(ruling.0.article.to_string(), met, refuses, code, reason, remedy);
    }

    fn push(
        &mut self,
        article: String,
        met: bool,
        refuses: bool,
        code: &'static str,
        (en, zh): (String, String),
        remedy: Pair,
    ) {
        let (reason, remedy) = (Words::new(en, zh), Words::new(remedy.0, remedy.1));
        self.found.push(Requirement { article, code, reason, remedy, met, refuses });
    }

    fn ruled<T: Clone>(&self, pick: impl Fn(&Parameters) -> Option<&Marked<T>>) -> Vec<(Ruling<T>, Force)> {
        self.rules.each(pick)
    }
}

fn names(points: &[PointFacts], wanted: impl Fn(&PointFacts) -> bool) -> String {
    /// Names in one sentence; the rest is a count.
    const NAMED_MAX: usize = 5;
    let found: Vec<&str> =
        points.iter().filter(|point| wanted(point)).map(|point| point.name.as_str()).collect();
    let mut text = found.iter().take(NAMED_MAX).copied().collect::<Vec<_>>().join(", ");
    if found.len() > NAMED_MAX {
        text.push_str(&format!(" +{}", found.len() - NAMED_MAX));
    }
    text
}

/// The packs' word for a paper as the register's.
fn paper_kind(word: &str) -> &str {
    match word {
        "review" => "project-review",
        other => other,
    }
}

fn participant_words(participant: &str) -> (&str, &str) {
    match participant {
        "public-security" => ("the public security organ", "公安机关"),
        "experts" => ("technical experts", "技术专家"),
        "builder" => ("the builder", "建设单位"),
        "designer" => ("the designer", "设计单位"),
        "constructor" => ("whoever installs", "施工单位"),
        "user-unit" => ("the user unit", "使用单位"),
        "owner" => ("the owner", "产权单位"),
        "industry-authority" => ("the industry's authority", "行业主管部门"),
        other => (other, other),
    }
}

//! The first example unit, a district of Guangzhou: everything right. One system with the eight cameras, planned, designed,
//! built, tested, accepted, in use and filed, under the city's rules and the national ones.

use super::register::Seed;
use law::{life_cycle::Step, register::RecordKind as Kind};
use model::RecordId;
use serde_json::{Value, json};

/// A point for each camera of the example unit: camera, name, place, longitude, latitude, direction.
const POINTS: [(&str, &str, usize, f64, f64, f64); 8] = [
    ("01", "步道路口灯杆 · Path crossing", 0, 113.3231, 23.1021, 20.0),
    ("02", "人行道南灯杆 · Riverside footpath", 0, 113.3242, 23.1019, 110.0),
    ("03", "三号码头立杆 · Pier entrance", 0, 113.3255, 23.1017, 200.0),
    ("04", "广场北侧灯杆 · Square overview", 1, 113.3220, 23.1050, 180.0),
    ("05", "东街立杆 · East street", 1, 113.3234, 23.1054, 90.0),
    ("06", "停车场立杆 · Car park", 1, 113.3211, 23.1057, 270.0),
    ("07", "学校东门外墙 · School east gate", 2, 113.3190, 23.1078, 45.0),
    ("08", "校前路灯杆 · Cycle lane", 2, 113.3181, 23.1083, 315.0),
];

const PLACES: [(&str, &str, &str, f64, f64); 3] = [
    ("江边步道 · Riverside walk", "park", "滨江路 12 号旁", 113.3242, 23.1019),
    ("中心广场 · Central square", "square", "中心广场", 113.3220, 23.1052),
    ("学校周边 · School surroundings", "school", "校前路 3 号", 113.3186, 23.1080),
];

pub async fn in_order(seed: &Seed<'_>) -> anyhow::Result<()> {
    let division = seed.add(Kind::Division, json!({ "code": "440105", "name": "海珠区" })).await?.to_string();
    let papers = seed.papers("滨江视频系统").await?;
    let paper = |at: usize| papers.get(at).map(ToString::to_string);
    let works = json!({
        "name": "滨江步道改造工程 · Riverside works", "designed_on": "2026-01-20", "begun_on": "2026-02-10",
        "completed_on": "2026-04-18", "in_use_on": "2026-05-01",
    });
    let works = seed.add(Kind::MainWorks, works).await?;
    let designer = seed.contractor("海安设计院", "design", "91440101DEMO000001").await?;
    let constructor = seed.contractor("海安工程公司", "construction", "91440101DEMO000002").await?;
    let maintainer = seed.contractor("海安运维公司", "maintenance", "91440101DEMO000003").await?;
    let technician = json!({
        "name": "梁工 · Liang Gong", "contractor": maintainer.to_string(), "certificate": "运-0031", "valid_until": "2029-12-31",
    });
    seed.add(Kind::Technician, technician).await?;
    let standard = json!({ "name": "公共安全视频要求", "number": "GB 37300-2018", "source": "national" });
    let standard = seed.add(Kind::Standard, standard).await?;
    let system = json!({
        "name": "滨江视频系统 · Riverside system", "packs": ["guangzhou-2007", "national-2025"], "division": division,
        "builder_kind": "government", "builder": "海珠区政府", "owner": "海珠区政府", "manager": "滨江街道办事处",
        "public_area": true, "government_funded": true, "budget_line": "区财政 · 公共安全运维",
        "designer": designer.to_string(), "constructor": constructor.to_string(), "maintainer": maintainer.to_string(),
        "main_works": works.to_string(), "standards": "GB 37300-2018, GB/T 28181-2022",
        "standard_records": [standard.to_string()],
    });
    let system = seed.add(Kind::System, system).await?;
    let points = points(seed, &division, system, paper(3)).await?;
    plan(seed, &division, &points, paper(3)).await?;
    sign(seed, &points, paper(9)).await?;
    beside(seed, system, [designer, constructor, maintainer], paper(2)).await?;
    let steps = [Step::Review, Step::Build];
    seed.steps(system, &steps, &papers).await?;
    for ((number, ..), point) in POINTS.iter().zip(&points) {
        seed.place(number, *point).await?;
    }
    seed.steps(system, &[Step::Test, Step::Accept, Step::Commission], &papers).await?;
    let receipt = json!({
        "name": "滨江视频系统备案回执 · Filing receipt", "paper": "other", "number": "海公备〔2026〕18号", "issuer": "海珠区公安分局",
        "dated": seed.today(),
    });
    seed.add(Kind::Document, receipt).await?;
    seed.help_button(system).await
}

async fn points(
    seed: &Seed<'_>,
    division: &str,
    system: RecordId,
    permit: Option<String>,
) -> anyhow::Result<Vec<RecordId>> {
    let mut places = Vec::with_capacity(PLACES.len());
    for (name, category, address, longitude, latitude) in PLACES {
        let place = json!({
            "name": name, "category": category, "public_area": true, "division": division, "address": address,
            "longitude": longitude, "latitude": latitude,
        });
        places.push(seed.add(Kind::Place, place).await?);
    }
    let product = json!({
        "name": "示范枪机 · Example camera", "maker": "示范厂商", "model": "EX-200", "firmware": "2.1.0",
        "certificate": "CCC-2026-0007", "valid_until": "2029-12-31",
    });
    let product = seed.add(Kind::Product, product).await?;
    let mut points = Vec::with_capacity(POINTS.len());
    for (at, (_, name, place, longitude, latitude, direction_deg)) in POINTS.into_iter().enumerate() {
        let place = places.get(place).map(ToString::to_string);
        let point = json!({
            "name": name, "system": system.to_string(), "place": place,
            "gb28181_id": format!("44010500001320{:06}", at + 1),
            "longitude": longitude, "latitude": latitude, "height_m": 4.5, "direction_deg": direction_deg, "angle_deg": 70,
            "range_m": 40, "purpose": "治安防范 · Public order", "security_level": 1, "fixed": true, "outdoor": true,
            "planning_permit": permit, "dwelling_distance_m": 45, "product": product.to_string(),
        });
        points.push(seed.add(Kind::Point, point).await?);
    }
    Ok(points)
}

/// The approved plan, each of whose points is built.
async fn plan(
    seed: &Seed<'_>,
    division: &str,
    points: &[RecordId],
    approval: Option<String>,
) -> anyhow::Result<()> {
    let plan = json!({
        "name": "海珠区点位规划 2026 · Plan of points", "division": division, "approved_by": "海珠区政府",
        "approved_on": "2026-01-15", "approval": approval,
    });
    let plan = seed.add(Kind::Plan, plan).await?;
    for ((_, name, place, longitude, latitude, _), point) in POINTS.iter().zip(points) {
        let category = PLACES.get(*place).map(|(_, category, ..)| *category);
        let planned = json!({
            "name": name, "plan": plan.to_string(), "category": category, "longitude": longitude, "latitude": latitude,
            "uses_existing": "既有灯杆与管线 · Existing lamp posts and ducts", "built_as": point.to_string(),
        });
        seed.add(Kind::PlannedPoint, planned).await?;
    }
    Ok(())
}

async fn sign(seed: &Seed<'_>, points: &[RecordId], photo: Option<String>) -> anyhow::Result<()> {
    if let Some(photo) = &photo {
        seed.picture_of_a_sign(photo.parse()?).await?;
    }
    for ((_, name, _, longitude, latitude, _), point) in POINTS.iter().zip(points) {
        let sign = json!({
            "name": format!("标识：{name}"), "points": [point.to_string()], "photo": photo, "longitude": longitude,
            "latitude": latitude, "checked_on": seed.today(),
        });
        seed.add(Kind::Sign, sign).await?;
    }
    Ok(())
}

/// What single duties ask for: agreement, budget, choice, decision on levels and the grant that rests on it.
async fn beside(
    seed: &Seed<'_>,
    system: RecordId,
    [designer, constructor, maintainer]: [RecordId; 3],
    contract: Option<String>,
) -> anyhow::Result<()> {
    let system = system.to_string();
    let records: [(Kind, Value); 2] = [
        (
            Kind::Agreement,
            json!({
                "name": "运维责任协议 · Maintenance agreement", "system": system, "parties": "滨江街道办事处、海安运维公司",
                "divides": ["operation", "maintenance"], "duties": "街道负责使用，运维公司负责维护", "document": contract,
                "valid_until": "2029-12-31",
            }),
        ),
        (
            Kind::Budget,
            json!({
                "name": "公共安全运维经费 · Upkeep", "system": system, "year": seed.year(), "payer": "海珠区财政局", "amount_cny": 260_000,
            }),
        ),
    ];
    for (kind, body) in records {
        seed.add(kind, body).await?;
    }
    for (name, what, contractor, candidates) in [
        ("设计单位比选 · Choice of the designer", "design", designer, "海安设计院、穗城设计院、岭南智能"),
        (
            "施工单位比选 · Choice of the installer",
            "construction",
            constructor,
            "海安工程、穗城安装、岭南智能",
        ),
        ("维护单位比选 · Choice of the maintainer", "maintenance", maintainer, "海安运维、穗城运维"),
    ] {
        let choice = json!({
            "name": name, "system": system, "what": what, "contractor": contractor.to_string(), "candidates": candidates,
            "chosen_by": "区采购小组", "chosen_on": "2026-01-12", "reason": "综合评分最高",
        });
        seed.add(Kind::Selection, choice).await?;
    }
    let decision = json!({
        "name": "视频系统等级权限规定 · Levels and permissions", "authority": "市公安局",
        "together_with": "市信息化主管部门、市国家安全局", "number": "穗公〔2026〕5号", "decided_on": "2026-02-01",
        "levels": "一级：公共区域，区级平台可实时和回放", "document": contract,
    });
    let decision = seed.add(Kind::LevelDecision, decision).await?;
    let grant = json!({
        "name": "海珠区共享平台授权 · Grant to the district's platform", "decision": decision.to_string(),
        "platform": "海珠区视频共享平台", "platform_id": "44010500002000000001", "relation": "upper", "systems": [system],
        "level_max": 1, "actions": ["catalogue", "live", "playback"], "valid_until": "2029-12-31",
    });
    seed.add(Kind::Grant, grant).await?;
    Ok(())
}

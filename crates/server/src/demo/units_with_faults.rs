//! Two example units with faults as inspections find them, one in Datong and one in Chongqing. Each fault came about by acts that
//! the software permits: a certificate that ran out, a place whose kind was corrected, works that went ahead.

use super::register::Seed;
use law::{life_cycle::Step, register::RecordKind as Kind};
use model::RecordId;
use serde_json::{Value, json};

/// Under datong-2008: the maintainer's certificate has ended, a second system is in test mode and cannot be accepted without its
/// sign, a planned point doubles one that exists, and a change of coverage waits for its second person.
pub async fn datong(seed: &Seed<'_>) -> anyhow::Result<()> {
    let division = seed.add(Kind::Division, json!({ "code": "140213", "name": "平城区" })).await?.to_string();
    let papers = seed.papers("平城商场视频系统").await?;
    let [designer, constructor, maintainer] = contractors(seed, "云州", "91140213DEMO00000").await?;
    let system = |name: &str, packs: Value, more: Value| {
        let mut body = json!({
            "name": name, "packs": packs, "division": division, "builder_kind": "enterprise", "owner": "平城商场",
            "designer": designer.to_string(), "constructor": constructor.to_string(), "maintainer": maintainer.to_string(),
            "standards": "GB 37300-2018",
        });
        extend(&mut body, more);
        body
    };
    let mall = system("商场视频系统 · Mall system", json!(["datong-2008"]), json!({}));
    let mall = seed.add(Kind::System, mall).await?;
    let hall = json!({
        "name": "商场 · Mall", "category": "supermarket", "division": division, "longitude": 113.3001, "latitude": 40.0801,
    });
    let hall = seed.add(Kind::Place, hall).await?;
    let entrance = point("商场正门 · Mall entrance", mall, hall, (113.3001, 40.0801, 0));
    let entrance = seed.add(Kind::Point, entrance).await?;
    let car_park = point("商场停车场 · Mall car park", mall, hall, (113.3009, 40.0805, 120));
    let car_park = seed.add(Kind::Point, car_park).await?;
    seed.steps(mall, &[Step::Review, Step::Build], &papers).await?;
    seed.camera("11", entrance).await?;
    seed.camera("12", car_park).await?;
    seed.steps(mall, &[Step::Test, Step::Accept, Step::Commission], &papers).await?;
    // Its certificate was not renewed.
    seed.change(maintainer, json!({ "valid_until": "2026-06-30" })).await?;
    seed.ask(car_park, json!({ "direction_deg": 150 }), "停车场改建后需要转向 · The car park was rebuilt")
        .await?;

    let plan = json!({ "name": "平城区点位规划 · Plan of points", "division": division });
    let plan = seed.add(Kind::Plan, plan).await?;
    let planned = json!({
        "name": "商场门前 · In front of the mall", "plan": plan.to_string(), "longitude": 113.30012, "latitude": 40.08012,
        "direction_deg": 10, "angle_deg": 60,
    });
    seed.add(Kind::PlannedPoint, planned).await?;

    let more = json!({ "builder_kind": "government", "builder": "平城区政府", "public_area": true });
    let wall = system("城墙步道视频系统 · City wall system", json!(["datong-2008", "national-2025"]), more);
    let wall = seed.add(Kind::System, wall).await?;
    let path = json!({ "name": "城墙步道 · City wall path", "public_area": true, "division": division });
    let path = seed.add(Kind::Place, path).await?;
    let north = point("步道北段 · North path", wall, path, (113.2950, 40.0930, 90));
    let north = seed.add(Kind::Point, north).await?;
    // A certificate that has ended keeps from the taking into use, not from building.
    seed.steps(wall, &[Step::Review, Step::Build], &papers).await?;
    seed.camera("13", north).await?;
    seed.steps(wall, &[Step::Test], &papers).await?;
    // Without its sign the acceptance is refused, which the ledger keeps.
    if seed.steps(wall, &[Step::Accept], &papers).await.is_ok() {
        anyhow::bail!("a public point was accepted without a sign");
    }
    Ok(())
}

/// Under chongqing and the draft of 2016, both adopted: a place in use turned out to be private, a second system faces dwellings
/// and is not taken into use, and the building that it belongs to is used already.
pub async fn chongqing(seed: &Seed<'_>) -> anyhow::Result<()> {
    let division = seed.add(Kind::Division, json!({ "code": "500103", "name": "渝中区" })).await?.to_string();
    seed.adopt(&["chongqing", "national-2016"]).await?;
    let papers = seed.papers("渝中影院视频系统").await?;
    let [designer, constructor, maintainer] = contractors(seed, "山城", "91500103DEMO00000").await?;
    let system = |name: &str, works: Option<RecordId>| {
        json!({
            "name": name, "packs": ["chongqing", "national-2016"], "division": division, "builder_kind": "enterprise",
            "manager": "渝中影院", "designer": designer.to_string(), "constructor": constructor.to_string(),
            "maintainer": maintainer.to_string(), "main_works": works.map(|works| works.to_string()),
        })
    };
    let cinema = seed.add(Kind::System, system("影院视频系统 · Cinema system", None)).await?;
    let hall = json!({ "name": "影院休息厅 · Cinema lounge", "division": division });
    let hall = seed.add(Kind::Place, hall).await?;
    let lounge = point("休息厅北角 · Lounge, north corner", cinema, hall, (106.5701, 29.5550, 180));
    let lounge = seed.add(Kind::Point, lounge).await?;
    seed.steps(cinema, &[Step::Review, Step::Build], &papers).await?;
    seed.camera("21", lounge).await?;
    seed.steps(cinema, &[Step::Test, Step::Accept, Step::Commission], &papers).await?;
    // What was taken for a hall is a changing room: its camera stops at once.
    seed.change(hall, json!({ "private_kind": "changing-room" })).await?;

    let works = json!({
        "name": "影院扩建工程 · Extension", "designed_on": "2026-01-10", "completed_on": "2026-05-20", "in_use_on": "2026-06-01",
    });
    let works = seed.add(Kind::MainWorks, works).await?;
    let annex = seed.add(Kind::System, system("影院扩建视频系统 · Annex system", Some(works))).await?;
    let alley = json!({ "name": "影院后巷 · Cinema alley", "division": division });
    let alley = seed.add(Kind::Place, alley).await?;
    let mut facing = point("后巷灯杆 · Alley lamp post", annex, alley, (106.5708, 29.5553, 60));
    extend(&mut facing, json!({ "faces_dwellings": true }));
    let facing = seed.add(Kind::Point, facing).await?;
    seed.steps(annex, &[Step::Review, Step::Build], &papers).await?;
    seed.camera("22", facing).await?;
    seed.steps(annex, &[Step::Test, Step::Accept], &papers).await?;
    // It faces dwellings and has no mask: the taking into use is refused, which the ledger keeps.
    if seed.steps(annex, &[Step::Commission], &papers).await.is_ok() {
        anyhow::bail!("a point that faces dwellings was taken into use");
    }
    Ok(())
}

async fn contractors(seed: &Seed<'_>, name: &str, code: &str) -> anyhow::Result<[RecordId; 3]> {
    Ok([
        seed.contractor(&format!("{name}设计所"), "design", &format!("{code}1")).await?,
        seed.contractor(&format!("{name}工程公司"), "construction", &format!("{code}2")).await?,
        seed.contractor(&format!("{name}运维公司"), "maintenance", &format!("{code}3")).await?,
    ])
}

fn point(
    name: &str,
    system: RecordId,
    place: RecordId,
    (longitude, latitude, direction_deg): (f64, f64, u16),
) -> Value {
    json!({
        "name": name, "system": system.to_string(), "place": place.to_string(), "purpose": "治安防范 · Public order",
        "longitude": longitude, "latitude": latitude, "direction_deg": direction_deg, "angle_deg": 60,
    })
}

fn extend(body: &mut Value, more: Value) {
    if let (Value::Object(body), Value::Object(more)) = (body, more) {
        body.extend(more);
    }
}

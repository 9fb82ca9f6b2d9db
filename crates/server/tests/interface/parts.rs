//! Lists of what belongs to units: what others have, however much of it came later, hides nothing of one's own.

use crate::{
    cases::Who,
    house::{Caller, House},
    retention::fresh,
    supervision::{Area, order, supervisor},
    turned::Turned,
};
use law::{compensation::ClaimCause, packs::Organ, register::RecordKind};
use ledger::challenge::Terms;
use model::{Actor, Cx, Hash, RecordId, Role, Span, UnitId};
use serde_json::{Value, json};
use store::retrievals::portal::NewRequester;
use store::{ClaimItem, DemandTerms, NewClaim, NewDemand, system_cx};

const HOUR_US: i64 = 3_600_000_000;

fn acting(house: &House, who: &Caller) -> Cx {
    Cx { actor: Actor::Person(who.person), ..system_cx("demo", house.app.now()) }
}

async fn paper(house: &House, unit: UnitId) -> RecordId {
    let body = json!({ "name": "材料", "paper": "other" }).as_object().cloned().unwrap();
    let cx = system_cx("demo", house.app.now());
    house.app.registry().add_record(&cx, RecordKind::Document, Some(unit), body).await.unwrap()
}

/// All rows of a list, part by part; the total is of all.
async fn walked(house: &House, who: &Caller, path: &str, field: &str) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = house.get(&format!("{path}?limit=150{cursor}"), &who.cookie).await;
        assert_eq!(page.status, 200, "{}", page.json());
        let page = page.json();
        rows.extend(page[field].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => {
                assert_eq!(page["total"], rows.len(), "{path}");
                return rows;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_units_claims_hide_none_of_ones_own() {
    let house = House::build().await;
    let own = Who::Administrator.sign_in(&house).await;
    let other = house.caller(Role::Administrator, house.other_unit).await;
    let lodge = async |who: &Caller, unit: UnitId, order: RecordId, what: String| {
        let item = ClaimItem { what: "损失".into(), amount_fen: 100, document: Some(order) };
        let new = NewClaim {
            unit,
            cause: ClaimCause::Order,
            act: Some(order.0),
            system: None,
            authority: "市公安局".into(),
            what,
            items: vec![item],
        };
        house.app.registry().lodge_claim(&acting(&house, who), new).await.unwrap()
    };
    let (mine, theirs) = (paper(&house, house.unit).await, paper(&house, house.other_unit).await);
    let first = lodge(&own, house.unit, mine, "最早的".into()).await;
    for number in 0..305 {
        lodge(&other, house.other_unit, theirs, format!("之后 {number}")).await;
    }
    let shown = walked(&house, &own, "/api/claims", "claims").await;
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!((&shown[0]["id"], &shown[0]["what"]), (&json!(first.to_string()), &json!("最早的")));
    let all = walked(&house, &other, "/api/claims", "claims").await;
    assert_eq!((all.len(), &all[304]["what"]), (305, &json!("之后 0")));
    // And it is still answered by its own.
    let body = json!({ "awarded_fen": 100, "text": "同意补偿" });
    let answered = house.post(&format!("/api/claims/{first}/answer"), &own.cookie, body).await;
    assert_eq!((answered.status.as_u16(), &answered.json()["what"]), (200, &json!("最早的")));
    for wrong in ["cursor=x", "limit=many", "sort=name"] {
        assert_eq!(house.get(&format!("/api/claims?{wrong}"), &own.cookie).await.status, 400, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_units_requesters_hide_none_of_ones_own() {
    let house = House::build().await;
    let own = Who::Administrator.sign_in(&house).await;
    let other = house.caller(Role::Administrator, house.other_unit).await;
    let make = async |who: &Caller, unit: UnitId, credential: RecordId, name: String| {
        let person = house.person(&format!("officer{name}"), Vec::new()).await;
        let new = NewRequester {
            person,
            unit,
            organ: Organ::PublicSecurity,
            level: None,
            division: "440106".into(),
            organ_name: name,
            credential,
            until: house.app.now().plus_us(24 * HOUR_US),
        };
        house.app.registry().make_requester(&acting(&house, who), new).await.unwrap();
    };
    let (mine, theirs) = (paper(&house, house.unit).await, paper(&house, house.other_unit).await);
    for number in 0..505 {
        make(&other, house.other_unit, theirs, format!("a{number}")).await;
    }
    make(&own, house.unit, mine, "z".into()).await;
    let shown = walked(&house, &own, "/api/requesters", "requesters").await;
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!(shown[0]["organ_name"], "z");
    assert_eq!(walked(&house, &other, "/api/requesters", "requesters").await.len(), 505);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_authoritys_demands_hide_none_of_ones_own() {
    let clocks = Turned::from_now();
    let house = House::build_by(clocks.clone()).await;
    let (early, first) = supervisor(&house).await;
    let (late, second) = supervisor(&house).await;
    let demand = async |who: &Caller, area: &Area, reason: String| {
        let now = house.app.now();
        let span = Span::new(now.plus_us(-2 * HOUR_US), now.plus_us(-HOUR_US)).unwrap();
        let terms = Terms {
            format: String::new(),
            id: String::new(),
            commitment: fresh().parse().unwrap(),
            server_nonce: Hash([0; 32]),
            asked_us: now.0,
            from_us: span.start.0,
            to_us: span.end.0,
            instants: 1,
            streams: Vec::new(),
            checkpoint: String::new(),
            seen_size: None,
            consistency: Vec::new(),
        };
        let text = serde_json::to_string(&terms).unwrap();
        let new = NewDemand {
            id: uuid::Uuid::now_v7(),
            system: area.system,
            inspection: None,
            reason,
            article: "national-2025:22".into(),
            deadline: now.plus_us(48 * HOUR_US),
            span,
            terms: Ok(DemandTerms { text, cameras: Vec::new(), extra: String::new() }),
        };
        house.app.registry().demand_retention(&acting(&house, who), new).await.unwrap();
    };
    demand(&early, &first, "最早的".into()).await;
    for number in 0..305 {
        if number % 50 == 0 {
            clocks.on_us(HOUR_US + 1);
        }
        demand(&late, &second, format!("之后 {number}")).await;
    }
    let early = house.sign_in(early.person, &early.account).await;
    let shown = walked(&house, &early, "/api/retention-demands", "demands").await;
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!(shown[0]["reason"], "最早的");
    let late = house.sign_in(late.person, &late.account).await;
    assert_eq!(walked(&house, &late, "/api/retention-demands", "demands").await.len(), 305);
}

/// Inspections, orders and awards of one side come in parts, each once; one order is there by its id, however many came after.
#[tokio::test(flavor = "multi_thread")]
async fn what_authorities_and_units_write_comes_in_parts() {
    let house = House::build().await;
    let (officer, area) = supervisor(&house).await;
    let administrator = Who::Administrator.sign_in(&house).await;
    let case = house.case().await;
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(order(&house, &officer, &area).await);
        let body = json!({
            "unit_id": house.unit.to_string(), "case_id": case.to_string(), "whom": format!("值班员 {number}"), "merit": "及时发现",
        });
        assert_eq!(house.post("/api/awards", &administrator.cookie, body).await.status, 201);
    }
    for (path, field) in
        [("/api/orders", "orders"), ("/api/inspections", "inspections"), ("/api/awards", "awards")]
    {
        for who in [&officer, &administrator] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = house.get(&format!("{path}?limit=2{cursor}"), &who.cookie).await.json();
                assert_eq!(page["total"], 3, "{path}: {page}");
                seen.extend(page[field].as_array().unwrap().iter().map(|one| one["id"].to_string()));
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            let unique: std::collections::BTreeSet<&String> = seen.iter().collect();
            assert_eq!((seen.len(), unique.len()), (3, 3), "{path}: {seen:?}");
        }
    }
    let oldest = house.get(&format!("/api/orders/{}", ids[0]), &administrator.cookie).await;
    assert_eq!((oldest.status.as_u16(), &oldest.json()["id"]), (200, &json!(ids[0])));
    let other = Who::OtherAdministrator.sign_in(&house).await;
    assert_eq!(house.get(&format!("/api/orders/{}", ids[0]), &other.cookie).await.status, 404);
    assert_eq!(house.get("/api/orders", &other.cookie).await.json()["total"], 0);
}

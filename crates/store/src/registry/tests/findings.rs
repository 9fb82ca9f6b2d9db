//! The history of findings: what comes and goes by a sweep, what cannot be told yet, and whom its words may reach.

use super::floors::add;
use super::*;
use law::{Words, detect::Severity};
use std::collections::HashSet;
use uuid::Uuid;

fn silent(about: Uuid, evidence: Vec<Uuid>) -> SeenFinding {
    SeenFinding {
        kind: "register",
        article: "datong-2008:19".into(),
        code: "camera_silent".into(),
        about,
        which: String::new(),
        name: "大门".into(),
        severity: Severity::Due,
        binds: true,
        reason: Words::new("Nothing has come from it.", "没有画面。"),
        evidence,
    }
}

/// One sweep by itself, which sees all that is found.
async fn swept(town: &Town, found: Vec<SeenFinding>, untold: &Untold) -> SweptFindings {
    let registry = &town.store.registry;
    let mut stand = registry.open_findings().await.unwrap();
    let plan = stand.plan(OfRegister::Whole(found), Vec::new(), untold);
    let swept = registry.write_findings(NOW, plan, &mut stand).await.unwrap();
    assert_eq!(stand.rows(), registry.open_findings().await.unwrap().rows(), "what is kept is what stands");
    swept
}

async fn seen_by(town: &Town, person: model::PersonId) -> u64 {
    let query = FindingHistoryQuery { limit: 10, ..FindingHistoryQuery::default() };
    town.store.registry.finding_history(&office(person, NOW), &query).await.unwrap().total
}

#[tokio::test]
async fn what_cannot_be_told_yet_stays_as_it_stood() {
    let town = Town::build().await;
    let (nothing, about) = (HashSet::new(), town.gate.0);
    let first = swept(&town, vec![silent(about, Vec::new())], &nothing).await;
    assert_eq!((first.opened, first.closed), (1, 0));
    // After a restart nobody knows whether it sends.
    let untold = HashSet::from([("camera_silent", about)]);
    assert_eq!(swept(&town, Vec::new(), &untold).await, SweptFindings::default());
    let told = swept(&town, Vec::new(), &nothing).await;
    assert_eq!((told.opened, told.closed), (0, 1));
}

#[tokio::test]
async fn words_that_name_another_units_thing_are_not_for_everybody() {
    let town = Town::build().await;
    let nothing = HashSet::new();
    swept(&town, vec![silent(town.gate.0, Vec::new())], &nothing).await;
    assert_eq!(seen_by(&town, town.administrator).await, 1);
    swept(&town, Vec::new(), &nothing).await;
    let of_both = silent(town.gate.0, vec![town.yard.0]);
    swept(&town, vec![of_both], &nothing).await;
    assert_eq!(seen_by(&town, town.administrator).await, 1, "the first alone, which has ended");
}

/// A camera that is put at a point of a secret system takes its findings with it, and those that name it; those of another unit's things
/// stay with the cleared whatever becomes of these.
#[tokio::test]
async fn a_camera_takes_the_secrecy_of_its_findings_with_it() {
    use law::register::RecordKind;
    use serde_json::json;
    let town = Town::build().await;
    let (registry, nothing) = (&town.store.registry, HashSet::new());
    let division =
        add(&town, RecordKind::Division, json!({ "name": "Tianhe", "code": "440106" })).await.to_string();
    let system = json!({ "name": "S", "division": division, "builder_kind": "government", "secret": true });
    let system = add(&town, RecordKind::System, system).await.to_string();
    let place = add(&town, RecordKind::Place, json!({ "name": "P", "division": division })).await.to_string();
    let point = json!({ "name": "D", "system": system, "place": place, "purpose": "door" });
    let point = add(&town, RecordKind::Point, point).await;
    let put = async |point: Option<model::RecordId>| {
        let (camera, point) = (town.gate.0.as_bytes().to_vec(), point.map(|id| id.0.as_bytes().to_vec()));
        registry
            .write(move |connection| {
                Box::pin(async move {
                    let sql = "UPDATE camera SET point = ? WHERE id = ?";
                    sqlx::query(sql).bind(point).bind(camera).execute(connection).await.unwrap();
                    Ok(())
                })
            })
            .await
            .unwrap();
    };
    let own = silent(town.gate.0, Vec::new());
    let naming = SeenFinding { code: "naming".into(), ..silent(town.unit.0, vec![town.gate.0]) };
    let others = SeenFinding { code: "others".into(), ..silent(town.unit.0, vec![town.yard.0]) };
    swept(&town, vec![own, naming, others], &nothing).await;
    assert_eq!(seen_by(&town, town.administrator).await, 2, "not what names another unit's camera");
    put(Some(point)).await;
    assert_eq!(seen_by(&town, town.administrator).await, 0);
    // What is found while it is secret is secret, and no longer once it is not.
    let closed = swept(&town, Vec::new(), &nothing).await;
    swept(&town, vec![silent(town.gate.0, Vec::new())], &nothing).await;
    assert_eq!((closed.closed, seen_by(&town, town.administrator).await), (3, 0));
    put(None).await;
    assert_eq!(seen_by(&town, town.administrator).await, 3, "two that ended, and one found since");
}

/// The history is narrowed to a unit and a system and counted by them; what shows a finding is named, and a secret system is not.
#[tokio::test]
async fn the_history_is_told_by_unit_and_system_with_what_shows_it() {
    use law::register::RecordKind;
    use serde_json::json;
    let town = Town::build().await;
    let nothing = HashSet::new();
    let division =
        add(&town, RecordKind::Division, json!({ "name": "Tianhe", "code": "440106" })).await.to_string();
    let system = json!({ "name": "S", "division": division, "builder_kind": "government" });
    let system = add(&town, RecordKind::System, system).await;
    let place = add(&town, RecordKind::Place, json!({ "name": "P", "division": division })).await.to_string();
    let point = json!({ "name": "D", "system": system.to_string(), "place": place, "purpose": "door" });
    let point = add(&town, RecordKind::Point, point).await;
    let of_point = SeenFinding { code: "of_point".into(), ..silent(point.0, vec![town.gate.0]) };
    let of_system = SeenFinding { code: "of_system".into(), ..silent(system.0, Vec::new()) };
    swept(&town, vec![of_point, of_system, silent(town.gate.0, Vec::new())], &nothing).await;
    let ask = async |query: FindingHistoryQuery| {
        let query = FindingHistoryQuery { limit: 10, ..query };
        town.store.registry.finding_history(&office(town.administrator, NOW), &query).await.unwrap()
    };
    let by = |by| FindingHistoryQuery { by: Some(by), ..FindingHistoryQuery::default() };
    let counted = |page: &FindingHistoryPage| -> Vec<(Option<String>, u64)> {
        page.groups.iter().map(|group| (group.id.clone(), group.count)).collect()
    };
    let page = ask(by(FindingsBy::System)).await;
    assert_eq!(counted(&page), [(Some(system.to_string()), 2), (None, 1)]);
    assert_eq!(page.groups[0].name.as_deref(), Some("S"));
    let row = page.findings.iter().find(|row| row.code == "of_point").unwrap();
    let name = &page.things.evidence[&row.id];
    assert_eq!(name.iter().map(|(thing, _)| *thing).collect::<Vec<_>>(), [town.gate.0]);
    assert_eq!(page.things.systems[&row.id], (system, "S".to_owned()));
    assert_eq!(counted(&ask(by(FindingsBy::Unit)).await), [(Some(town.unit.to_string()), 3)]);
    assert_eq!(counted(&ask(by(FindingsBy::Article)).await), [(Some("datong-2008:19".to_owned()), 3)]);
    let of = async |system| ask(FindingHistoryQuery { system: Some(system), ..by(FindingsBy::System) }).await;
    let (own, none) = (of(Some(system)).await, of(None).await);
    assert_eq!((own.total, none.total), (2, 1));
    assert_eq!(counted(&own), counted(&page), "all are counted, whichever is asked for");
    let of = async |unit| ask(FindingHistoryQuery { unit: Some(unit), ..by(FindingsBy::Unit) }).await.total;
    assert_eq!((of(Some(town.unit)).await, of(None).await), (3, 0));
}

//! What an authority asks for leaves by a retrieval, and no other way: not as an ordinary export, not as a folder's packages.

use super::*;

/// The packs that the unit adopted, and the article that says who may retrieve.
const CASES: &[(&[&str], &str)] = &[
    (&[], "national-2025:20"),
    (&["datong-2008"], "datong-2008:20"),
    (&["guangzhou-2007"], "guangzhou-2007:18"),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_ordinary_export_is_no_way_around_a_retrieval() {
    for (adopted, article) in CASES {
        let house = House::build().await;
        let adopted: Vec<String> = adopted.iter().map(|pack| (*pack).to_owned()).collect();
        let desk = Desk::new(&house, &adopted).await;
        let case = house.case().await.to_string();
        let bases = [
            ("incident", "authority_request", None, "retrieval_needed"),
            ("case", "authority_request", Some(&case), "retrieval_needed"),
            ("supervision", "authority_request", None, "retrieval_needed"),
            ("incident", "unit_duty", None, ""),
            ("case", "unit_duty", Some(&case), ""),
            ("incident", "consent", None, ""),
        ];
        for (purpose, basis, case, code) in bases {
            let mut body = house.export();
            (body["purpose"], body["legal_basis"]) = (json!(purpose), json!(basis));
            if let Some(case) = case {
                body["case"] = json!(case);
            }
            let (exports, before) = (exported(&house, &desk.operator).await, house.entry_count().await);
            let answer = house.post("/api/exports", &desk.operator.cookie, body).await;
            let said = answer.json();
            let entries = house.entries_since(before).await;
            let entry = entries.iter().find(|entry| entry.act == Act::Export).expect("its entry");
            assert_eq!(
                (answer.code().as_str(), entry.is_refusal()),
                (code, !code.is_empty()),
                "{purpose}: {said}"
            );
            let made = exported(&house, &desk.operator).await - exports;
            assert_eq!(made, u64::from(code.is_empty()), "{purpose} {basis}");
            if code.is_empty() {
                continue;
            }
            assert_eq!((answer.status, &said["error"]["article"]), (StatusCode::FORBIDDEN, &json!(article)));
            let remedy = said["error"]["remedy"]["en"].as_str().unwrap();
            assert!(remedy.contains("as a retrieval"), "{remedy}");
        }
        // By the retrieval it goes out: the cases of this folder say under which papers.
        if adopted == ["guangzhou-2007"] {
            handed_over(desk).await;
        }
    }
}

async fn exported(house: &House, caller: &Caller) -> u64 {
    let page = house.get("/api/exports", &caller.cookie).await.json();
    page.as_array().unwrap_or_else(|| panic!("{page}")).len() as u64
}

async fn handed_over(mut desk: Desk<'_>) {
    let (operator, administrator) = (desk.operator.clone(), desk.administrator.clone());
    let opened = desk.open(&operator, asking(desk.house)).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.json());
    let officers = ["law-enforcement-certificate".to_owned()];
    let papers = ["letter-of-introduction".to_owned()];
    desk.supply(&officers, &papers, json!({ "level": "county" })).await;
    desk.check().await;
    desk.complete().await;
    desk.must(&administrator, "approve", None).await;
    let given = desk.must(&operator, "hand-over", Some(unsealed())).await;
    assert_eq!(given["state"], "handed_over", "{given}");
}

//! What somebody asked for and somebody else answers, in the cases' words: requests of authorities, claims against them, demands for proof.
//!
//! It asserts nothing of findings: the walk does.

use super::World;
use crate::{cases::Who, claims, retention, retrievals::asking, walks::said};
use serde_json::{Value, json};

impl World {
    /// The police ask for footage, and nothing is lacking: its clock runs.
    pub(super) async fn request(&mut self) -> String {
        let desk = Who::Operator.sign_in(&self.house).await;
        let opened = self.house.post("/api/retrievals", &desk.cookie, asking(&self.house)).await;
        self.keep("request", &opened);
        let officer = json!({ "name": "张警官", "number": "0001", "certificate": "work_certificate" });
        let steps =
            [("papers", json!({ "officers": [officer] })), ("check", json!({})), ("complete", json!({}))];
        let mut last = said(&opened);
        for (step, body) in steps {
            let path = format!("/api/retrievals/{}/{step}", self.ids["request"]);
            let done = self.house.post(&path, &desk.cookie, body).await;
            last = said(&done);
            assert_eq!(last, "200", "{step}: {}", done.json());
        }
        last
    }

    /// Handed over in the reader's words: looked at on the spot.
    pub(super) async fn request_refused(&self) -> String {
        let desk = Who::Operator.sign_in(&self.house).await;
        let path = format!("/api/retrievals/{}/refuse", self.ids["request"]);
        said(&self.house.post(&path, &desk.cookie, json!({ "reason": "手续不全" })).await)
    }

    /// The unit claims what an order of the police cost it.
    pub(super) async fn claim(&mut self) -> String {
        let path = claims::lodged(&self.house).await;
        let id = path.rsplit('/').next().expect("an id").to_owned();
        self.ids.insert("claim".into(), id);
        "201".into()
    }

    pub(super) async fn claim_act(&self, what: &str, body: Value) -> String {
        said(&self.post("manager", &format!("/api/claims/{}/{what}", self.ids["claim"]), body).await)
    }

    /// A supervisor demands proof within a day; of what they draw something is not there.
    pub(super) async fn demand(&mut self, by: &str) -> String {
        let (person, account) = self.people[by].clone();
        let caller = self.house.sign_in(person, &account).await;
        let id = retention::drawn(&self.house, &caller).await;
        self.ids.insert("demand".into(), id);
        "200".into()
    }
}

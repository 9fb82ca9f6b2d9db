//! The unit's side of the portal: what came, asking for what is missing, refusing by a right that a text gives, and what the retrieval
//! that a request became takes over from it.
//!
//! The invariant kept: a request becomes one retrieval, in the transaction of its entry; persons and papers are those that were sent.

use super::{PortalRequest, RequestRow, SELECT, first_article, happened, judged, row_of, stored_row};
use crate::convert::blob;
use crate::error::{Doing, Error, Result};
use crate::registry::admit::{Ask, enter_unless};
use crate::registry::register::Book;
use crate::registry::retrievals::Amendment;
use crate::registry::{Registry, once, words};
use law::retrieval::{judge, lawful_refusal, no_right_to_refuse};
use model::{Act, Cx};
use std::sync::Arc;
use uuid::Uuid;

const TEXT_CHARS_MAX: usize = 500;
/// Requests in one list, newest first.
const ROWS_MAX: i64 = 300;

impl Registry {
    /// Requests that came to units of the actor, newest first. Whether they may read at all is decided before.
    pub async fn unit_requests(&self, cx: &Cx) -> Result<Vec<RequestRow>> {
        let own = self.units_by(cx, Act::ReadRequests).await?;
        let units = own.map(|own| own.iter().map(|unit| unit.0.simple().to_string()).collect::<Vec<_>>());
        // What is open comes first, so that nothing waits behind what is done.
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE ?1 IS NULL OR lower(hex(request.unit)) IN (SELECT value FROM json_each(?1))
             ORDER BY request.state IN ('filed', 'asked') DESC, request.at_us DESC LIMIT {ROWS_MAX}"
        )))
        .bind(units.map(|units| serde_json::json!(units).to_string()))
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing requests")?;
        rows.iter().map(row_of).collect()
    }

    /// One of them, whole.
    ///
    /// # Errors
    /// `NotFound` for another unit's.
    pub async fn unit_request(&self, cx: &Cx, id: Uuid) -> Result<PortalRequest> {
        let own = self.units_by(cx, Act::ReadRequests).await?;
        let found = self.whole_request(cx, id).await?;
        if own.is_some_and(|own| !own.contains(&found.row.unit)) {
            return Err(Error::NotFound("request"));
        }
        Ok(found)
    }

    /// One of them as its own step decides about it: the step asks the law for this unit.
    pub async fn filed_request(&self, cx: &Cx, id: Uuid) -> Result<PortalRequest> {
        self.whole_request(cx, id).await
    }

    /// The request of the portal that a retrieval came from.
    pub async fn request_of_retrieval(&self, cx: &Cx, retrieval: Uuid) -> Result<Option<PortalRequest>> {
        let id: Option<Vec<u8>> = sqlx::query_scalar("SELECT id FROM portal_request WHERE retrieval = ?")
            .bind(blob(retrieval))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("looking for a retrieval's request")?;
        match id {
            Some(id) => self.whole_request(cx, crate::convert::uuid_of(&id)?).await.map(Some),
            None => Ok(None),
        }
    }

    /// Whether the actor may deal with it at all. A refusal is an entry.
    pub async fn may_handle_request(&self, cx: &Cx, id: Uuid) -> Result<()> {
        let row = self.whole_request(cx, id).await?.row;
        self.may(cx, handling(&row, format!("request={id}"))).await
    }

    /// Asks the requester for what is missing; the article is that of what the law finds lacking.
    pub async fn ask_requester(&self, cx: &Cx, id: Uuid, text: &str) -> Result<()> {
        let text = words("text", text, TEXT_CHARS_MAX)?;
        let found = self.whole_request(cx, id).await?;
        let article = first_article(&found.verdict).to_string();
        let extra = format!("request={id}\nwhat=asked\narticle={article}");
        let (ask, moved) = (handling(&found.row, extra), cx.clone());
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE portal_request SET state = CASE state WHEN 'taken' THEN state ELSE 'asked' END
                     WHERE id = ? AND state IN ('filed', 'asked', 'taken') AND received_us IS NULL",
                )
                .bind(blob(id))
                .execute(&mut *connection)
                .await
                .doing("asking a requester")?;
                once(&done, "the request is done")?;
                happened(connection, &moved, (id, "asked", entry), (&text, &article)).await
            })
        })
        .await
    }

    /// Refuses a request that is no retrieval yet, by a right that a text gives; where none does, the refusal is refused.
    pub async fn refuse_request(&self, cx: &Cx, id: Uuid, reason: &str) -> Result<()> {
        let reason = words("reason", reason, TEXT_CHARS_MAX)?;
        let told = self.whole_request(cx, id).await?.told;
        let (library, today, moved) = (Arc::clone(&self.0.packs.library), self.today(cx.now), cx.clone());
        self.decided(move |connection| {
            Box::pin(async move {
                let row = stored_row(connection, id).await?;
                let (facts, rules) = judged(connection, Book::on(&library, today), (&row, &told)).await?;
                let open = matches!(row.state.as_str(), "filed" | "asked");
                let right = match judge(&facts, &rules) {
                    // What no rule entitles to is not granted anywhere: that is said with its article.
                    refuse @ law::retrieval::Verdict::Refuse { .. } => Ok(refuse.article().clone()),
                    _ => lawful_refusal(&facts, &rules).map(|verdict| verdict.article().clone()),
                };
                let refusal = right.as_ref().err().map(no_right_to_refuse).filter(|_| open);
                let article = right.map(|article| article.to_string()).unwrap_or_default();
                let extra = format!("request={id}\nwhat=refused\narticle={article}\nreason={reason}");
                match enter_unless(connection, &moved, &handling(&row, extra), refusal).await? {
                    Ok(_) if !open => Err(Error::Conflict("the request is done, or a retrieval".into())),
                    Ok(entered) => {
                        sqlx::query("UPDATE portal_request SET state = 'refused' WHERE id = ?")
                            .bind(blob(id))
                            .execute(&mut *connection)
                            .await
                            .doing("refusing a request")?;
                        happened(connection, &moved, (id, "refused", entered.entry), (&reason, &article))
                            .await
                            .map(Ok)
                    }
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        })
        .await
    }
}

impl PortalRequest {
    /// What the retrieval takes over: papers that it does not have yet, and at the beginning the persons.
    pub fn amendment(&self, with_persons: bool) -> Amendment {
        let papers = self.papers.iter().filter(|paper| !paper.taken);
        Amendment {
            officers: if with_persons { self.told.persons.clone() } else { Vec::new() },
            papers: papers.map(|paper| (paper.paper, paper.document)).collect(),
            ..Amendment::default()
        }
    }
}

fn handling(row: &RequestRow, extra: String) -> Ask {
    Ask {
        scopes: vec![(row.unit, None)],
        subject: Some(row.id),
        refers_to: Some(row.entry),
        recipient: row.filed.organ_name.clone(),
        extra,
        ..Ask::new(Act::HandleRequest)
    }
}

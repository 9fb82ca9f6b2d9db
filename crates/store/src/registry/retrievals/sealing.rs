//! The reason of a request, sealed in its own column: an authority's words may name persons. What earlier versions wrote plain into the
//! body is sealed when the store is opened.
//!
//! The invariant kept: after an opening that may write, no body of a retrieval holds a reason, and none is lost by that.

use super::RetrievalRow;
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::Registry;
use crate::seal::{Kind, Sealer};
use model::Personal;
use sqlx::SqliteConnection;
use uuid::Uuid;

/// `None` for an empty one.
pub(super) fn seal_reason(sealer: &Sealer, id: Uuid, reason: &Personal<String>) -> Result<Option<Vec<u8>>> {
    let plain = reason.reveal();
    if plain.is_empty() {
        return Ok(None);
    }
    sealer.seal(Kind::Reason, id, plain.as_bytes()).map(Some)
}

/// Puts the reason into a row that was read without it.
pub(super) async fn with_reason(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    row: &mut RetrievalRow,
) -> Result<()> {
    let sealed: Option<Option<Vec<u8>>> = sqlx::query_scalar("SELECT reason FROM retrieval WHERE id = ?")
        .bind(blob(row.id))
        .fetch_optional(connection)
        .await
        .doing("reading why footage is asked for")?;
    if let Some(sealed) = sealed.flatten() {
        let plain = sealer.open(Kind::Reason, row.id, &sealed)?;
        let text = String::from_utf8(plain.expose().clone())
            .map_err(|_| Error::Corrupt("a stored reason cannot be read".into()))?;
        row.asked.reason = Personal::new(text);
    }
    Ok(())
}

impl Registry {
    /// Seals the reasons that stand plain in bodies: of stores of earlier versions, and of backups of such. Done again it changes nothing.
    pub(crate) async fn seal_reasons(&self) -> Result<u64> {
        let rows: Vec<(Vec<u8>, String)> = sqlx::query_as(
            "SELECT id, json_extract(body, '$.reason') FROM retrieval WHERE json_type(body, '$.reason') = 'text'",
        )
        .fetch_all(&self.0.database.read)
        .await
        .doing("looking for reasons that stand plain")?;
        if rows.is_empty() {
            return Ok(0);
        }
        let mut sealed = Vec::with_capacity(rows.len());
        for (id, reason) in rows {
            let reason = seal_reason(&self.0.sealer, uuid_of(&id)?, &Personal::new(reason))?;
            sealed.push((id, reason));
        }
        self.write(move |connection| {
            Box::pin(async move {
                let count = sealed.len() as u64;
                for (id, sealed) in sealed {
                    sqlx::query(
                        "UPDATE retrieval SET reason = ?, body = json_remove(body, '$.reason') WHERE id = ?",
                    )
                    .bind(sealed)
                    .bind(id)
                    .execute(&mut *connection)
                    .await
                    .doing("sealing a reason")?;
                }
                Ok(count)
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{NOW, Town, office, open};
    use crate::registry::retrievals::{Amendment, Asked, NewRetrieval};
    use crate::system_cx;
    use law::packs::{Ground, Organ, Wanted, Way};

    /// What an earlier version wrote plain is sealed at the next opening, once, and opens under the next key too.
    #[tokio::test]
    async fn plain_reasons_of_earlier_versions_are_sealed_when_the_store_is_opened() {
        let town = Town::build().await;
        let (folder, store) = (town.folder, town.store);
        let cx = office(town.operator, NOW);
        let span = crate::fixture::span(0, 60);
        let asked = Asked {
            organ: Organ::PublicSecurity,
            ground: Ground::LawEnforcement,
            level: None,
            organ_name: "City police".into(),
            case_number: "7".into(),
            reason: Personal::new("an old man is missing".into()),
            wanted: Wanted::Footage,
            way: Way::Copy,
            invokes: None,
        };
        let new = NewRetrieval {
            unit: town.unit,
            asked,
            cameras: vec![town.gate],
            span: Some(span),
            system: None,
            case: None,
            portal: None,
            supplied: Amendment::default(),
        };
        let id = store.registry.open_retrieval(&cx, new).await.unwrap();
        let plain =
            "UPDATE retrieval SET reason = NULL, body = json_set(body, '$.reason', 'an old man is missing')";
        store
            .registry
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query(plain).execute(connection).await.doing("making an old row").map(|_| ())
                })
            })
            .await
            .unwrap();
        store.close(NOW).await.unwrap();
        let read = async |store: &crate::Store| {
            let row = store.registry.retrieval(&system_cx("check", NOW), id).await.unwrap().row;
            let (body,): (String,) = sqlx::query_as("SELECT body FROM retrieval")
                .fetch_one(&store.registry.0.database.read)
                .await
                .unwrap();
            assert!(!body.contains("missing"), "{body}");
            row.asked.reason.reveal().clone()
        };
        let store = open(&folder).await;
        assert_eq!(read(&store).await, "an old man is missing");
        assert_eq!(store.registry.seal_reasons().await.unwrap(), 0, "done once");
        store.rotate_credentials_key(&system_cx("key", NOW), NOW).await.unwrap();
        let store = open(&folder).await;
        assert_eq!(read(&store).await, "an old man is missing", "under the next key too");
    }
}

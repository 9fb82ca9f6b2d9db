//! Documents that a unit names to an authority: id, name, version and hash as they were that day, so that both sides mean the same paper.
//!
//! It reads no file and gives none. The invariants kept: only documents of the unit's own register are named, and the name of what
//! belongs to a secret system is not told, also when it became one later.

use super::inspections::DOCUMENTS_MAX;
use crate::convert::blob;
use crate::error::{Doing, Error, Result};
use crate::registry::Registry;
use law::register::RecordKind;
use model::{Cx, RecordId, UnitId};
use serde_json::{Value, json};
use sqlx::SqliteConnection;

/// A document as it was when it was named.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedDocument {
    pub id: RecordId,
    /// `None`: of a secret system, or named before names were kept.
    pub name: Option<String>,
    pub version: Option<u32>,
    /// Of its file; `None`: it had none.
    pub sha256: Option<String>,
}

/// As they are stored; the order of the keys is fixed, since entries hold a hash over it.
pub(super) fn documents_json(documents: &[NamedDocument]) -> String {
    let one = |one: &NamedDocument| json!({ "id": one.id.to_string(), "name": one.name, "version": one.version, "sha256": one.sha256 });
    json!(documents.iter().map(one).collect::<Vec<_>>()).to_string()
}

/// As they were stored; older rows hold ids alone.
fn documents_of(text: &str) -> Vec<NamedDocument> {
    let all: Vec<Value> = serde_json::from_str(text).unwrap_or_default();
    let word = |of: &Value, name: &str| of[name].as_str().map(str::to_owned);
    let one = |one: &Value| {
        let id = one.as_str().or_else(|| one["id"].as_str())?;
        Some(NamedDocument {
            id: id.parse().ok()?,
            name: word(one, "name"),
            version: one["version"].as_u64().and_then(|version| u32::try_from(version).ok()),
            sha256: word(one, "sha256"),
        })
    };
    all.iter().filter_map(one).collect()
}

/// As they were stored, and without the name of what is secret now.
pub(super) async fn documents_told(
    connection: &mut SqliteConnection,
    text: &str,
) -> Result<Vec<NamedDocument>> {
    let mut told = documents_of(text);
    for named in told.iter_mut().filter(|named| named.name.is_some()) {
        let secret: Option<bool> = sqlx::query_scalar("SELECT secret FROM record WHERE id = ?")
            .bind(blob(named.id.0))
            .fetch_optional(&mut *connection)
            .await
            .doing("looking whether a document is secret")?;
        if secret.unwrap_or(true) {
            named.name = None;
        }
    }
    Ok(told)
}

impl Registry {
    /// Documents that stand in the unit's register, as they are now.
    pub(super) async fn own_documents(
        &self,
        cx: &Cx,
        unit: UnitId,
        documents: &[RecordId],
    ) -> Result<Vec<NamedDocument>> {
        if documents.len() > DOCUMENTS_MAX {
            return Err(Error::invalid("document_ids", "are too many"));
        }
        let system = crate::registry::system_cx("registry", cx.now);
        let mut named = Vec::with_capacity(documents.len());
        for document in documents {
            let kept = self.own(&system, "document_ids", *document, RecordKind::Document, unit).await?;
            named.push(NamedDocument {
                id: kept.id,
                name: (!kept.secret).then_some(kept.name),
                version: Some(kept.version),
                sha256: kept.body.get("sha256").and_then(Value::as_str).map(str::to_owned),
            });
        }
        Ok(named)
    }
}

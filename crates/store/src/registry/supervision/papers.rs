//! Documents that a unit names to an authority: id, name, version and hash as they were that day, so that both sides mean the same paper.
//!
//! The invariants kept: only documents of the unit's own register are named; the name of what belongs to a secret system is not told and
//! its file not given, also when it became one later; an authority reads a file in the version that was named, and no picture of a camera.

use super::inspections::DOCUMENTS_MAX;
use crate::convert::blob;
use crate::error::{Doing, Error, Result};
use crate::registry::{EntryIndex, Registry, admit::Ask, register::DocumentPass};
use law::register::RecordKind;
use model::{Act, Cx, RecordId, UnitId};
use serde_json::{Value, json};
use sqlx::SqliteConnection;
use uuid::Uuid;

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
    /// Admits reading the file of a document that a unit named in an order's correction, as the authority that judges it or one
    /// above it.
    ///
    /// # Errors
    /// `Refused` for whoever does not supervise, and of a picture that a camera took; `NotFound` when no such order is seen, or the
    /// document was not named there with a file, or is secret now.
    pub async fn read_order_evidence(
        &self,
        cx: &Cx,
        order: Uuid,
        document: RecordId,
    ) -> Result<DocumentPass> {
        let seen = match self.order(cx, order).await {
            Ok(order) => Some(((order.unit, order.entry), order.steps)),
            Err(Error::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        let (of, steps) = seen.unzip();
        let named = steps.into_iter().flatten().flat_map(|step| step.documents).collect();
        self.read_evidence(cx, (order, of), named, document).await
    }

    /// The same of what it named beside an inspection.
    pub async fn read_inspection_evidence(
        &self,
        cx: &Cx,
        inspection: Uuid,
        document: RecordId,
    ) -> Result<DocumentPass> {
        let seen = match self.inspection(cx, inspection).await {
            Ok((inspection, _, comments)) => Some(((inspection.unit, inspection.entry), comments)),
            Err(Error::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        let (of, comments) = seen.unzip();
        let named = comments.into_iter().flatten().flat_map(|comment| comment.documents).collect();
        self.read_evidence(cx, (inspection, of), named, document).await
    }

    /// Whoever may not read it learns neither that it is there nor that it is not.
    async fn read_evidence(
        &self,
        cx: &Cx,
        (thing, of): (Uuid, Option<(UnitId, EntryIndex)>),
        named: Vec<NamedDocument>,
        document: RecordId,
    ) -> Result<DocumentPass> {
        let has_file =
            |one: &&NamedDocument| one.id == document && one.sha256.is_some() && one.name.is_some();
        let version = named.iter().rev().find(has_file).and_then(|one| one.version);
        let ask = Ask {
            scopes: of.map(|(unit, _)| (unit, None)).into_iter().collect(),
            subject: Some(thing),
            refers_to: of.map(|(_, entry)| entry),
            sensitive: version.is_some() && self.is_still(document).await?,
            ..Ask::new(Act::ReadEvidence)
        };
        if version.is_some() {
            return self.read_document_as(cx, document, version, ask).await;
        }
        let ask = Ask { extra: format!("document={document}\nsha256="), ..ask };
        self.act(cx, ask, |_, _| Box::pin(async { Err(Error::NotFound("evidence")) })).await
    }

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

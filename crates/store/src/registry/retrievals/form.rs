//! What stands on the registration form, as one fingerprint: the approval's entry names it, so that a form that was signed can be held
//! against what was approved (datong-2008:21).
//!
//! In it is what the organ signs for: the request, its officers with their certificates, its papers. Not in it are what the unit does
//! later (who looked, who approved) and the signed form itself. The request's id is random, so that the fingerprint tells nobody a name.

use super::rows::{officers, papers};
use super::sealing::with_reason;
use super::{Officer, RetrievalPaper, RetrievalRow};
use crate::convert::{blob, hash_of};
use crate::error::{Doing, Error, Result};
use crate::seal::Sealer;
use law::packs::{ArticleId, Paper};
use model::Hash;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;

/// What the form says beside the request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormMark {
    /// Of the form as it would be printed now.
    pub sha256: Hash,
    /// Of the form as it was when it was approved, as the approval's entry names it.
    pub approved: Option<Hash>,
    /// The article that asks the organ to keep to use and secrecy.
    pub undertaking: Option<ArticleId>,
}

/// Changed together with what the page prints; an older form keeps the fingerprint of its version in its entry.
const VERSION: &str = "registration-form/1";

/// Of a row that has its cameras and its reason.
pub(super) fn sha256(row: &RetrievalRow, officers: &[Officer], papers: &[RetrievalPaper]) -> Result<Hash> {
    let asked = &row.asked;
    let mut cameras: Vec<String> = row.cameras.iter().map(ToString::to_string).collect();
    cameras.sort_unstable();
    let came = |officer: &Officer| {
        let certificate = officer.certificate.map(Paper::as_str);
        json!([officer.id.to_string(), officer.name.reveal(), officer.number.reveal(), certificate])
    };
    let mut people: Vec<_> = officers.iter().map(came).collect();
    people.sort_unstable_by_key(ToString::to_string);
    let left = papers.iter().filter(|paper| paper.paper != Paper::RegistrationForm);
    let mut left: Vec<_> =
        left.map(|paper| json!([paper.paper.as_str(), paper.document.to_string(), paper.name])).collect();
    left.sort_unstable_by_key(ToString::to_string);
    let content = json!([
        VERSION,
        row.id.to_string(),
        row.entry.0,
        row.unit.to_string(),
        [asked.organ.as_str(), asked.ground.as_str(), asked.wanted.as_str(), asked.way.as_str()],
        asked.level.map(law::packs::OrganLevel::as_str),
        asked.organ_name,
        asked.case_number,
        asked.reason.reveal(),
        cameras,
        row.span.map(|span| [span.start.0, span.end.0]),
        row.system.map(|system| system.to_string()),
        people,
        left,
    ]);
    let bytes = serde_json::to_vec(&content).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Hash(Sha256::digest(bytes).into()))
}

/// The same in the transaction that approves it.
pub(super) async fn of_row(
    connection: &mut SqliteConnection,
    sealer: &Sealer,
    row: &RetrievalRow,
    today: &str,
) -> Result<Hash> {
    let mut row = row.clone();
    with_reason(connection, sealer, &mut row).await?;
    let officers = officers(connection, sealer, row.id).await?;
    let papers = papers(connection, row.id, today).await?;
    sha256(&row, &officers, &papers)
}

/// Keeps what the approval's entry says.
pub(super) async fn keep(connection: &mut SqliteConnection, row: &RetrievalRow, form: Hash) -> Result<()> {
    sqlx::query("UPDATE retrieval SET form_sha256 = ? WHERE id = ?")
        .bind(form.0.to_vec())
        .bind(blob(row.id))
        .execute(connection)
        .await
        .doing("keeping a form's fingerprint")
        .map(|_| ())
}

pub(super) async fn approved(connection: &mut SqliteConnection, row: &RetrievalRow) -> Result<Option<Hash>> {
    let kept: Option<Vec<u8>> = sqlx::query_scalar("SELECT form_sha256 FROM retrieval WHERE id = ?")
        .bind(blob(row.id))
        .fetch_one(connection)
        .await
        .doing("reading a form's fingerprint")?;
    kept.as_deref().map(hash_of).transpose()
}

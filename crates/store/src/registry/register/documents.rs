//! Files of documents in the register: taking one in makes a new version, reading one is an entry with its purpose
//! (national-2016:14, national-2016:29).
//!
//! Invariants: the entry with the file's hash, the version and its row commit together; no version and no file that a version
//! names is ever removed; a file is read only through a [`DocumentPass`], which exists only after its entry is durable.

use super::{Record, list, secrecy, text, write};
use crate::convert::{blob, hash_of, int, small, uint};
use crate::documents::{DocumentFiles, FileProblem, MediaKind, StagedFile};
use crate::error::{Doing, Error, Result};
use crate::registry::{EntryIndex, Registry, admit, admit::Ask};
use law::register::{Body, FILE_FIELDS, Problem, RecordKind};
use model::{Act, Cx, Hash, RecordId, Span};
use serde_json::json;
use sqlx::SqliteConnection;
use std::collections::HashSet;

/// Bytes that may wait between the disk and a slow reader: a few chunks.
const WAITING_CHUNKS_MAX: usize = 4;

/// The kind of paper that only the system makes.
pub(super) const STILL_PAPER: &str = "commissioning-still";

/// Permission to read one file, once.
#[derive(Debug)]
pub struct DocumentPass {
    sha256: Hash,
    bytes: u64,
    kind: MediaKind,
    file_name: String,
    entry: EntryIndex,
}

impl DocumentPass {
    pub fn sha256(&self) -> Hash {
        self.sha256
    }
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
    pub fn kind(&self) -> MediaKind {
        self.kind
    }
    pub fn file_name(&self) -> &str {
        &self.file_name
    }
    pub fn entry(&self) -> EntryIndex {
        self.entry
    }
}

/// A stored file that is not as it was taken in, with the documents that name it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentFinding {
    pub sha256: Hash,
    pub problem: FileProblem,
    /// Name and version of each document that has it.
    pub named_by: Vec<String>,
}

impl Registry {
    /// Where files are taken in.
    pub fn documents(&self) -> &DocumentFiles {
        &self.0.documents
    }

    /// Whether somebody may add a file to a document, before a byte of it is taken. A refusal is an entry.
    pub async fn may_add_file(&self, cx: &Cx, id: RecordId, version: u32) -> Result<()> {
        let document = self.stored_document(cx, id).await?;
        let ask = ask_to_add(&document, "");
        self.may(cx, ask).await?;
        document.still(version)?;
        may_hold_another(&document)
    }

    /// Makes a taken-in file the newest version of a document. The version's number.
    ///
    /// # Errors
    /// `Refused` without the post; `Conflict` when the document changed meanwhile. The file is gone then.
    pub async fn add_file(&self, cx: &Cx, id: RecordId, version: u32, file: StagedFile) -> Result<u32> {
        let before = self.stored_document(cx, id).await?;
        let library = self.packs().library.clone();
        let body = with_file(&before.body, &file);
        let checked = write::checked(before.kind, before.unit, body, &library)?;
        let extra = format!(
            "name={}\nfile={}\nsha256={}\nbytes={}\nmedia_type={}\nversion={}",
            secrecy::name(&before),
            file.file_name,
            file.sha256,
            file.bytes,
            file.kind.media_type(),
            version.saturating_add(1),
        );
        let ask = ask_to_add(&before, &extra);
        let stored = Stored::of(&file);
        let cx = cx.clone();
        self.settle(file, move |connection| {
            Box::pin(async move {
                match admit::enter(connection, &cx, &ask).await? {
                    Ok(entered) => {
                        let current = list::one(connection, id).await?;
                        current.still(version)?;
                        may_hold_another(&current)?;
                        let next = current.version.saturating_add(1);
                        write::update(connection, &current, &checked, entered.entry, cx.now).await?;
                        stored.note(connection, id, next, entered.entry, cx.now).await?;
                        Ok(Ok(next))
                    }
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        })
        .await
    }

    /// Gives a file its name and commits what names it; what is not named in the end goes. One at a time, so that nobody takes
    /// away what another is about to name.
    pub(super) async fn settle<T, F>(&self, file: StagedFile, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(
                &'c mut SqliteConnection,
            )
                -> futures::future::BoxFuture<'c, Result<std::result::Result<T, crate::Refusal>>>
            + Send
            + 'static,
    {
        let (files, sha256) = (self.0.documents.clone(), file.sha256);
        let _one_at_a_time = self.0.settling.lock().await;
        let mut file = file;
        blocking(move || files.place(&mut file)).await?;
        let settled = self.decided(work).await;
        if settled.is_err() && !self.is_named(sha256).await? {
            let files = self.0.documents.clone();
            blocking(move || files.forget(sha256)).await?;
        }
        settled
    }

    /// Admits reading one file of a document: the newest, or that of a version. An entry each time.
    ///
    /// # Errors
    /// `Refused` without the post; `NotFound` when there is no such document, version or file.
    pub async fn read_document(&self, cx: &Cx, id: RecordId, version: Option<u32>) -> Result<DocumentPass> {
        let document = self.stored_document(cx, id).await?;
        let found = self.file_of(id, version).await?;
        let (at, sha256, file_name) = match &found {
            Some((at, file)) => (at.to_string(), file.sha256.to_string(), file.file_name.clone()),
            None => ("none".to_owned(), String::new(), String::new()),
        };
        let still = self.still_of(id).await?;
        let training = match &still {
            Some((camera, _)) => self.training_rule(cx, *camera).await?,
            None => None,
        };
        let ask = Ask {
            training,
            scopes: document.unit.into_iter().map(|unit| (unit, None)).collect(),
            subject: Some(id.0),
            sensitive: still.is_some(),
            cameras: still.iter().map(|(camera, _)| *camera).collect(),
            // What it shows, at the level that the footage of that instant has.
            span: still.and_then(|(_, at)| Span::new(at, at.plus_us(1))),
            extra: format!(
                "name={}\nversion={at}\nsha256={sha256}\nfile={file_name}",
                secrecy::name(&document)
            ),
            ..Ask::new(Act::ReadDocument)
        };
        // Whoever may not read it learns neither that it has a file nor that it has none.
        let entry = self.act(cx, ask, |_, entry| Box::pin(async move { Ok(entry) })).await?;
        let (_, file) = found.ok_or(Error::NotFound("file of the document"))?;
        Ok(DocumentPass {
            sha256: file.sha256,
            bytes: file.bytes,
            kind: file.kind,
            file_name: file.file_name,
            entry,
        })
    }

    /// Admits reading a version's file under another act than the archive's own, which the caller has scoped: what somebody is to
    /// follow they can read.
    pub(in crate::registry) async fn read_document_as(
        &self,
        cx: &Cx,
        id: RecordId,
        version: Option<u32>,
        ask: Ask,
    ) -> Result<DocumentPass> {
        let found = self.file_of(id, version).await?;
        let sha256 = found.as_ref().map(|(_, file)| file.sha256.to_string()).unwrap_or_default();
        let ask = Ask { extra: format!("document={id}\nsha256={sha256}"), ..ask };
        let entry = self.act(cx, ask, |_, entry| Box::pin(async move { Ok(entry) })).await?;
        let (_, file) = found.ok_or(Error::NotFound("file of the document"))?;
        let Stored { sha256, bytes, kind, file_name } = file;
        Ok(DocumentPass { sha256, bytes, kind, file_name, entry })
    }

    /// The bytes of a file, in order. It is hashed whole before the first of them is given.
    ///
    /// # Errors
    /// `Corrupt` when it is missing or not what was taken in.
    pub async fn document_bytes(
        &self,
        pass: DocumentPass,
    ) -> Result<tokio::sync::mpsc::Receiver<Result<bytes::Bytes>>> {
        let files = self.0.documents.clone();
        let (sha256, bytes) = (pass.sha256, pass.bytes);
        let verified = files.clone();
        if let Some(problem) = blocking(move || verified.problem(sha256, bytes)).await? {
            return Err(match problem {
                FileProblem::KeyAbsent(key) => Error::StoreKeyAbsent(key),
                problem => Error::Corrupt(format!("document {sha256}: {problem}")),
            });
        }
        let (sender, receiver) = tokio::sync::mpsc::channel(WAITING_CHUNKS_MAX);
        tokio::task::spawn_blocking(move || {
            let gone = || Error::Unavailable("the reader went away".into());
            let read = files.each_chunk(sha256, bytes, |chunk| {
                sender.blocking_send(Ok(bytes::Bytes::copy_from_slice(chunk))).map_err(|_| gone())
            });
            if let Err(error) = read {
                // Nobody may be there any more.
                let _reader = sender.blocking_send(Err(error));
            }
        });
        Ok(receiver)
    }

    /// Every stored file against its hash, for the system's own check.
    pub async fn document_findings(&self, whole: bool) -> Result<Vec<DocumentFinding>> {
        let rows: Vec<(Vec<u8>, i64)> =
            sqlx::query_as("SELECT sha256, bytes FROM document_file ORDER BY sha256")
                .fetch_all(&self.0.database.read)
                .await
                .doing("listing documents' files")?;
        let mut findings = Vec::new();
        for (sha256, bytes) in rows {
            let (sha256, bytes) = (hash_of(&sha256)?, uint(bytes)?);
            let files = self.0.documents.clone();
            let looked = blocking(move || match whole {
                true => files.problem(sha256, bytes),
                false => Ok((!files.is_there(sha256)).then_some(FileProblem::Missing)),
            });
            if let Some(problem) = looked.await? {
                findings.push(DocumentFinding { sha256, problem, named_by: self.namers(sha256).await? });
            }
        }
        Ok(findings)
    }

    /// How many files are stored.
    pub async fn document_count(&self) -> Result<u64> {
        let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM document_file")
            .fetch_one(&self.0.database.read)
            .await
            .doing("counting documents' files")?;
        uint(count)
    }

    /// Takes away what an interrupted run left without a row.
    pub(crate) async fn sweep_documents(&self) -> Result<()> {
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT sha256 FROM document_file")
            .fetch_all(&self.0.database.read)
            .await
            .doing("listing documents' files")?;
        let named: HashSet<Hash> = rows.iter().map(|(sha256,)| hash_of(sha256)).collect::<Result<_>>()?;
        let files = self.0.documents.clone();
        let gone = blocking(move || files.sweep(&named)).await?;
        if gone > 0 {
            tracing::info!(files = gone, "files of documents that were never taken in are gone");
        }
        Ok(())
    }

    /// Whether it is a picture that a camera took.
    pub(in crate::registry) async fn is_still(&self, id: RecordId) -> Result<bool> {
        Ok(self.still_of(id).await?.is_some())
    }

    async fn stored_document(&self, cx: &Cx, id: RecordId) -> Result<Record> {
        let record = self.stored_record(cx, id).await?;
        if record.kind == RecordKind::Document { Ok(record) } else { Err(Error::NotFound("document")) }
    }

    async fn is_named(&self, sha256: Hash) -> Result<bool> {
        let row: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM document_file WHERE sha256 = ?")
            .bind(sha256.0.to_vec())
            .fetch_optional(&self.0.database.read)
            .await
            .doing("looking for a document's file")?;
        Ok(row.is_some())
    }

    async fn namers(&self, sha256: Hash) -> Result<Vec<String>> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT record.name, document_version.version FROM document_version
             JOIN record ON record.id = document_version.document WHERE sha256 = ? ORDER BY 1, 2",
        )
        .bind(sha256.0.to_vec())
        .fetch_all(&self.0.database.read)
        .await
        .doing("looking for what names a file")?;
        Ok(rows.into_iter().map(|(name, version)| format!("{name}, version {version}")).collect())
    }

    /// The file that a version of a document holds: its own, or the one that was taken in last before it.
    async fn file_of(&self, id: RecordId, version: Option<u32>) -> Result<Option<(u32, Stored)>> {
        let row: Option<(i64, Vec<u8>, i64, String, String)> = sqlx::query_as(
            "SELECT version, document_version.sha256, bytes, media_type, file_name FROM document_version
             JOIN document_file ON document_file.sha256 = document_version.sha256
             WHERE document = ? AND version <= ? ORDER BY version DESC LIMIT 1",
        )
        .bind(blob(id.0))
        .bind(i64::from(version.unwrap_or(u32::MAX)))
        .fetch_optional(&self.0.database.read)
        .await
        .doing("looking for a document's file")?;
        row.map(|(at, sha256, bytes, media_type, file_name)| {
            let kind = MediaKind::of_media_type(&media_type)
                .ok_or_else(|| Error::Corrupt("a stored media type is unknown".into()))?;
            let sha256 = hash_of(&sha256)?;
            Ok((small(at)?, Stored { sha256, bytes: uint(bytes)?, kind, file_name }))
        })
        .transpose()
    }
}

/// A file as its rows say it.
pub(super) struct Stored {
    pub sha256: Hash,
    pub bytes: u64,
    pub kind: MediaKind,
    pub file_name: String,
}

impl Stored {
    pub fn of(file: &StagedFile) -> Self {
        let StagedFile { sha256, bytes, kind, .. } = *file;
        Self { sha256, bytes, kind, file_name: file.file_name.clone() }
    }

    /// The rows of a version's file, after that of the version.
    pub async fn note(
        &self,
        connection: &mut SqliteConnection,
        document: RecordId,
        version: u32,
        entry: EntryIndex,
        now: model::WallTime,
    ) -> Result<()> {
        sqlx::query(
            "INSERT INTO document_file (sha256, bytes, media_type, taken_us, entry) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (sha256) DO NOTHING",
        )
        .bind(self.sha256.0.to_vec())
        .bind(int(self.bytes)?)
        .bind(self.kind.media_type())
        .bind(now.0)
        .bind(int(entry.0)?)
        .execute(&mut *connection)
        .await
        .doing("noting a document's file")?;
        sqlx::query("INSERT INTO document_version (document, version, sha256, file_name) VALUES (?, ?, ?, ?)")
            .bind(blob(document.0))
            .bind(i64::from(version))
            .bind(self.sha256.0.to_vec())
            .bind(&self.file_name)
            .execute(connection)
            .await
            .doing("noting a document's version")
            .map(|_| ())
    }
}

/// A document's values with those of its file.
pub(super) fn with_file(body: &Body, file: &StagedFile) -> Body {
    let mut body = body.clone();
    body.insert("sha256".into(), json!(file.sha256.to_string()));
    body.insert("bytes".into(), json!(file.bytes));
    body.insert("media_type".into(), json!(file.kind.media_type()));
    body.insert("file_name".into(), json!(file.file_name));
    body
}

fn ask_to_add(document: &Record, extra: &str) -> Ask {
    Ask {
        scopes: document.unit.into_iter().map(|unit| (unit, None)).collect(),
        subject: Some(document.id.0),
        extra: if extra.is_empty() { format!("name={}", secrecy::name(document)) } else { extra.to_owned() },
        ..Ask::new(Act::AddDocument)
    }
}

/// What the system took itself is not replaced: another still is another document.
fn may_hold_another(document: &Record) -> Result<()> {
    if text(&document.body, "paper") == Some(STILL_PAPER) {
        return Err(Error::Conflict("a commissioning still is not replaced; take another one".into()));
    }
    Ok(())
}

/// What a person may not write into a document, be it by form, table or change of many: its file's values, and the paper that only
/// the system makes.
pub(super) fn written_by_hand(body: &Body, before: Option<&Body>) -> Vec<Problem> {
    let typed =
        FILE_FIELDS.iter().filter(|field| body.get(**field) != before.and_then(|body| body.get(**field)));
    let mut problems: Vec<Problem> = typed
        .map(|field| Problem::new(field, "is set when the file is taken in", "由系统在接收文件时填写"))
        .collect();
    let is_still = |body: &Body| text(body, "paper") == Some(STILL_PAPER);
    if is_still(body) != before.is_some_and(is_still) {
        problems.push(Problem::new(
            "paper",
            "a commissioning still is taken by the system at the point's camera",
            "调试截图由系统在点位的摄像机上拍取",
        ));
    }
    problems
}

/// What names a document besides other records: steps, decisions to adopt a pack, requests to change.
pub(super) async fn papers_of(connection: &mut SqliteConnection, document: RecordId) -> Result<i64> {
    let (count,): (i64,) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM adoption WHERE document = ?1)
              + (SELECT count(*) FROM change_request WHERE document = ?1)
              + (SELECT count(*) FROM life_step, json_each(life_step.body, '$.documents') WHERE value = ?2)",
    )
    .bind(blob(document.0))
    .bind(document.to_string())
    .fetch_one(connection)
    .await
    .doing("counting what names a document")?;
    Ok(count)
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Internal(format!("file work ended badly: {error}")))?
}

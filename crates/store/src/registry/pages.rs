//! Reading the access log: pages for the auditor, and everything that proves one entry.

use super::batches::batch_of;
use super::facts::posts;
use super::{EntryIndex, Registry};
use crate::convert::{blob, int, uint};
use crate::error::{Doing, Error, Result};
use crate::log::Proof;
use crate::{LogName, Store};
use bytes::Bytes;
use law::access::entitles;
use ledger::access::{AccessLeaf, AccessRecord, BatchLeaf, Class, open};
use model::{Act, Actor, CameraId, Cx, Hash, PersonId, UnitId, WallTime};

/// Entries on one page.
pub const PAGE_ROWS_MAX: u32 = 200;
/// Entries opened for one page when a text is searched for: records are sealed, so searching means opening them.
pub const SEARCH_ROWS_MAX: u32 = 20_000;

/// What to look for. Everything is joined by "and".
#[derive(Clone, Debug, Default)]
pub struct AccessQuery {
    /// Part of a name, account, note, reason or place.
    pub text: Option<String>,
    pub act: Option<Act>,
    pub person: Option<PersonId>,
    pub camera: Option<CameraId>,
    pub from: Option<WallTime>,
    pub to: Option<WallTime>,
    pub refers_to: Option<EntryIndex>,
    /// Only entries before this one: what the previous page returned.
    pub before: Option<EntryIndex>,
    pub limit: u32,
}

#[derive(Clone, Debug)]
pub struct AccessEntry {
    pub index: EntryIndex,
    pub leaf: AccessLeaf,
    pub class: Class,
    /// `None` when the record's key has gone at the end of its term.
    pub record: Option<AccessRecord>,
    /// Whether its minute is in the published tree.
    pub published: bool,
}

#[derive(Clone, Debug)]
pub struct AccessPage {
    /// Newest first.
    pub entries: Vec<AccessEntry>,
    pub next: Option<EntryIndex>,
    pub size: u64,
}

/// Membership in a minute's batch.
#[derive(Clone, Debug)]
pub struct BatchProof {
    pub minute: i64,
    pub index: u32,
    pub width: u32,
    pub hashes: Vec<Hash>,
    /// The batch's place in the published tree, and its bytes.
    pub leaf_index: u64,
    pub leaf: BatchLeaf,
}

/// Everything with which a stranger recomputes one entry up to the checkpoint.
#[derive(Clone, Debug)]
pub struct AccessProof {
    pub entry: AccessEntry,
    /// The opened record and its salt; `None` when the key has gone.
    pub opened: Option<(Bytes, [u8; 32])>,
    pub leaf_bytes: Bytes,
    /// `None` until the minute is closed.
    pub batch: Option<BatchProof>,
    /// From the batch to the newest checkpoint; `None` until that is signed.
    pub inclusion: Option<Proof>,
}

pub(super) type Row = (i64, Vec<u8>, Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>, bool);

impl Store {
    /// A page of the access log, for those who may read it: entries of the units they audit, and those of no unit.
    pub async fn access_entries(&self, cx: &Cx, query: &AccessQuery) -> Result<AccessPage> {
        self.registry.admit_reading(cx, Act::ReadLedger, Vec::new()).await?;
        self.registry.page(cx, query).await
    }

    /// One entry with its proof, for those who may read the log.
    pub async fn access_entry(&self, cx: &Cx, index: EntryIndex) -> Result<AccessProof> {
        self.registry.admit_reading(cx, Act::ReadLedger, Vec::new()).await?;
        let units = self.registry.audited_units(cx).await?;
        let proof = self.entry_proof(index).await?;
        if proof.entry.record.as_ref().is_some_and(|record| !may_see(record, units.as_deref())) {
            return Err(Error::NotFound("entry"));
        }
        Ok(proof)
    }

    /// The hand-over entry of an export with its proof, for the package that a pass admits.
    pub async fn pass_entry(&self, pass: &super::Pass) -> Result<AccessProof> {
        self.entry_proof(pass.entry()).await
    }

    pub(super) async fn entry_proof(&self, index: EntryIndex) -> Result<AccessProof> {
        let mut connection = self.registry.database().read.acquire().await.doing("proving an entry")?;
        let row: Option<Row> = sqlx::query_as(
            "SELECT entry.idx, leaf, ciphertext, key, salt, batch IS NOT NULL FROM entry
             LEFT JOIN entry_key ON entry_key.idx = entry.idx WHERE entry.idx = ?",
        )
        .bind(int(index.0)?)
        .fetch_optional(&mut *connection)
        .await
        .doing("reading an entry")?;
        let row = row.ok_or(Error::NotFound("entry"))?;
        let (leaf_bytes, salt) = (Bytes::from(row.1.clone()), row.4.clone());
        let entry = opened(row)?;
        let opened = match (&entry.record, salt.and_then(|salt| salt.try_into().ok())) {
            (Some(record), Some(salt)) => Some((record.encode()?.into(), salt)),
            _ => None,
        };
        let stored = batch_of(&mut connection, index.0).await?;
        drop(connection);
        let mut proof = AccessProof { entry, opened, leaf_bytes, batch: None, inclusion: None };
        let Some(stored) = stored else { return Ok(proof) };
        proof.batch = Some(BatchProof {
            minute: stored.minute,
            index: stored.index,
            width: stored.batch.width(),
            hashes: stored.batch.proof(stored.index)?,
            leaf_index: stored.leaf,
            leaf: stored.batch.leaf(),
        });
        proof.inclusion = match self.inclusion(LogName::Access, stored.leaf).await {
            Ok(inclusion) => Some(inclusion),
            Err(Error::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        Ok(proof)
    }
}

impl Registry {
    /// Entries of the access log so far, published or not.
    pub async fn entry_count(&self) -> Result<u64> {
        let (count,): (i64,) = sqlx::query_as("SELECT coalesce(max(idx) + 1, 0) FROM entry")
            .fetch_one(&self.0.database.read)
            .await
            .doing("counting entries")?;
        uint(count)
    }

    pub(super) async fn page(&self, cx: &Cx, query: &AccessQuery) -> Result<AccessPage> {
        let limit = query.limit.clamp(1, PAGE_ROWS_MAX) as usize;
        let units = self.audited_units(cx).await?;
        let text =
            query.text.as_deref().map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty());
        if let Some(found) = self.by_form_code(query, text.as_deref(), units.as_deref()).await? {
            return Ok(AccessPage { entries: vec![found], next: None, size: self.entry_count().await? });
        }
        let (mut entries, mut before, mut opened_count) = (Vec::new(), query.before, 0);
        let mut next = None;
        'pages: while opened_count < SEARCH_ROWS_MAX {
            let rows = self.rows(query, before).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                opened_count += 1;
                let entry = opened(row)?;
                let index = entry.index;
                before = Some(index);
                let matches = entry.record.as_ref().is_none_or(|record| {
                    may_see(record, units.as_deref())
                        && text.as_ref().is_none_or(|text| contains(record, text))
                });
                if matches {
                    entries.push(entry);
                }
                if entries.len() == limit {
                    next = (index.0 > 0).then_some(index);
                    break 'pages;
                }
            }
            next = before;
        }
        if entries.len() < limit && opened_count < SEARCH_ROWS_MAX {
            next = None;
        }
        Ok(AccessPage { entries, next, size: self.entry_count().await? })
    }

    /// The entry that the code of a printed form names: its number, and the end of the id of what it is about. A code that does not fit
    /// leads nowhere.
    async fn by_form_code(
        &self,
        query: &AccessQuery,
        text: Option<&str>,
        units: Option<&[UnitId]>,
    ) -> Result<Option<AccessEntry>> {
        let Some((index, tail)) = text.and_then(form_code) else { return Ok(None) };
        let before = EntryIndex(index.saturating_add(1));
        if query.before.is_some_and(|until| until < before) {
            return Ok(None);
        }
        let Some(row) = self.rows(query, Some(before)).await?.into_iter().next() else { return Ok(None) };
        let found = opened(row)?;
        let fits = |record: &AccessRecord| {
            let ends = |subject: uuid::Uuid| subject.simple().to_string().ends_with(tail);
            record.subject.is_some_and(ends) && may_see(record, units)
        };
        Ok((found.index.0 == index && found.record.as_ref().is_some_and(fits)).then_some(found))
    }

    async fn rows(&self, query: &AccessQuery, before: Option<EntryIndex>) -> Result<Vec<Row>> {
        sqlx::query_as(
            "SELECT entry.idx, leaf, ciphertext, key, salt, batch IS NOT NULL
             FROM entry JOIN entry_search ON entry_search.idx = entry.idx
             LEFT JOIN entry_key ON entry_key.idx = entry.idx
             WHERE entry.idx < ?1 AND (?2 IS NULL OR act = ?2 OR (?9 AND permitted = 0)) AND (?3 IS NULL OR person = ?3)
               AND (?4 IS NULL OR entry.idx IN (SELECT idx FROM entry_camera WHERE camera = ?4))
               AND time_us >= ?5 AND time_us < ?6 AND (?7 IS NULL OR refers_to = ?7)
             ORDER BY entry.idx DESC LIMIT ?8",
        )
        .bind(before.map_or(Ok(i64::MAX), |before| int(before.0))?)
        .bind(query.act.map(|act| i64::from(act.code())))
        .bind(query.person.map(|person| blob(person.0)))
        .bind(query.camera.map(|camera| blob(camera.0)))
        .bind(query.from.map_or(i64::MIN, |from| from.0))
        .bind(query.to.map_or(i64::MAX, |to| to.0))
        .bind(query.refers_to.map(|entry| int(entry.0)).transpose()?)
        .bind(i64::from(PAGE_ROWS_MAX))
        // Who asks for refusals wants those of every act: each stands under the act that was refused.
        .bind(query.act == Some(Act::Refused))
        .fetch_all(&self.0.database.read)
        .await
        .doing("reading the access log")
    }

    /// The units that the actor audits; `None`: everything (the system itself).
    pub async fn audited_units(&self, cx: &Cx) -> Result<Option<Vec<UnitId>>> {
        let Actor::Person(person) = cx.actor else { return Ok(None) };
        let mut connection = self.0.database.read.acquire().await.doing("loading posts")?;
        let posts = posts(&mut connection, person).await?;
        let audits = posts.iter().filter(|post| entitles(post.role, Act::ReadLedger) && post.group.is_none());
        Ok(Some(audits.map(|post| post.unit).collect()))
    }
}

pub(super) fn opened(row: Row) -> Result<AccessEntry> {
    let (index, leaf, ciphertext, key, salt, published) = row;
    let leaf = AccessLeaf::decode(&leaf)?;
    let secrets = key.zip(salt).and_then(|(key, salt)| Some((key.try_into().ok()?, salt.try_into().ok()?)));
    let record = match secrets {
        Some((key, salt)) => Some(open(&leaf, &ciphertext, &key, &salt)?),
        None => None,
    };
    Ok(AccessEntry { index: EntryIndex(uint(index)?), class: leaf.class, leaf, record, published })
}

fn may_see(record: &AccessRecord, units: Option<&[UnitId]>) -> bool {
    match (record.unit, units) {
        (Some(unit), Some(units)) => units.contains(&unit),
        _ => true,
    }
}

/// `123-abcdef`: an entry's number, and six digits of an id, in small letters.
fn form_code(text: &str) -> Option<(u64, &str)> {
    let (index, tail) = text.split_once('-')?;
    let fits = tail.len() == 6 && tail.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = index.bytes().all(|byte| byte.is_ascii_digit());
    (fits && number).then_some((index.parse().ok()?, tail))
}

fn contains(record: &AccessRecord, text: &str) -> bool {
    let refusal = match &record.outcome {
        ledger::access::Outcome::Refused { article, reason, .. } => format!("{article} {reason}"),
        ledger::access::Outcome::Permitted => String::new(),
    };
    [
        &record.acting.account,
        &record.acting.display_name,
        &record.unit_name,
        &record.note,
        &record.place,
        &record.recipient,
        &record.extra,
        &refusal,
    ]
    .iter()
    .any(|field| field.to_lowercase().contains(text))
}

//! Dossiers of systems: made from the register as it stands, kept byte for byte, and handed out with the proof of every entry.
//!
//! What a dossier says is gathered in `claims`. The invariants kept: the entry of the making names the hashes of both files before anybody
//! has them; a secret system's dossier is not made (guangzhou-2007:11); only entries of the register and of supervision are ever opened, so
//! that nobody who watches is named.

mod claims;

use super::{Record, secrecy};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::log::LogName;
use crate::registry::admit::{self, Ask};
use crate::registry::facts::unit_name;
use crate::registry::{EntryIndex, Registry, batches::batch_of, new_id, person_of};
use crate::{AccessProof, SignedCheckpoint, Store};
use law::Words;
use law::access::Refusal;
use law::register::RecordKind;
use ledger::dossier::{self, Claim, Dossier, EntryProof, Log, Named, Opened, Proofs, Section};
use ledger::package::HandOver;
use ledger::package::zip::archive_in;
use ledger::tree::sha256;
use model::{Act, Cx, Hash, PersonId, RecordId, UnitId, WallTime};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Dossiers of one system that are listed.
const ROWS_MAX: i64 = 100;

/// A dossier that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SystemDossier {
    pub id: Uuid,
    pub system: RecordId,
    pub unit: UnitId,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
    pub opened: bool,
    pub claims: u32,
    /// Its entry's minute is published: it can be handed out.
    pub ready: bool,
}

/// Whether an entry of this act may be opened in a dossier: what is done to the register, by those who keep it, and what authorities
/// do. Nothing by which somebody who watches could be told.
const fn is_opened(act: Act) -> bool {
    matches!(
        act,
        Act::ChangeRecord
            | Act::ImportRecords
            | Act::LifeStep
            | Act::AddDocument
            | Act::FileSystem
            | Act::AdoptPack
            | Act::SetOverride
            | Act::EndOverride
            | Act::NoteFindings
            | Act::AdoptRule
            | Act::Supervise
            | Act::AnswerSupervision
            | Act::DemandRetention
            | Act::ProveRetention
    )
}

fn secret_refusal() -> Refusal {
    Refusal {
        article: "guangzhou-2007:11".into(),
        code: "secret_dossier",
        reason: Words::new(
            "What is known of a secret system leaves the house in no file.",
            "涉密系统的资料不得以文件形式带出。",
        ),
        remedy: Words::new("The authority reads its papers at the unit.", "由主管机关到使用单位当面查阅。"),
    }
}

impl Registry {
    /// Makes a dossier of a system as the register stands. `measured` is what the shell saw and no entry says.
    pub async fn make_system_dossier(
        &self,
        cx: &Cx,
        system: RecordId,
        opened: bool,
        measured: Option<Section>,
        log: Log,
    ) -> Result<Uuid> {
        let person = person_of(cx)?;
        let stored = self.stored_record(cx, system).await?;
        let unit = stored.unit.filter(|_| stored.kind == RecordKind::System && stored.removed.is_none());
        let unit = unit.ok_or(Error::NotFound("system"))?;
        let id = new_id();
        let made = self.dossier_of(cx, (id, &stored, unit), opened, measured, log).await?;
        let body = made.bytes()?;
        let page = dossier::page(&made, sha256(&[&body]));
        let claims = made.claims().count();
        let ask = Ask {
            scopes: vec![(unit, None)],
            subject: Some(id),
            extra: format!(
                "system={}\n{}\n{}\nclaims={claims}\nopened={opened}",
                secrecy::name(&stored),
                dossier::hash_line(dossier::DOSSIER, sha256(&[&body])),
                dossier::hash_line(dossier::PAGE, sha256(&[page.as_bytes()])),
            ),
            ..Ask::new(Act::MakeSystemDossier)
        };
        let body = String::from_utf8(body).map_err(|error| Error::Internal(error.to_string()))?;
        let (secret, cx) = (stored.secret.then(secret_refusal), cx.clone());
        self.decided(move |connection| {
            Box::pin(async move {
                let entry = match admit::enter_unless(connection, &cx, &ask, secret).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                sqlx::query(
                    "INSERT INTO system_dossier (id, system, unit, person, at_us, entry, opened, claims, body, page)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(blob(system.0))
                .bind(blob(unit.0))
                .bind(blob(person.0))
                .bind(cx.now.0)
                .bind(int(entry.0)?)
                .bind(opened)
                .bind(int(claims as u64)?)
                .bind(body)
                .bind(page)
                .execute(connection)
                .await
                .doing("keeping a dossier")?;
                Ok(Ok(id))
            })
        })
        .await
    }

    async fn dossier_of(
        &self,
        cx: &Cx,
        (id, system, unit): (Uuid, &Record, UnitId),
        opened: bool,
        measured: Option<Section>,
        access_log: Log,
    ) -> Result<Dossier> {
        let mut connection = self.0.database.read.acquire().await.doing("making a dossier")?;
        let mut sections = claims::all(&mut connection, system, unit).await?;
        sections.extend(measured);
        Ok(Dossier {
            format: dossier::FORMAT.to_owned(),
            id: id.to_string(),
            made_us: cx.now.0,
            made_by: concat!("watchkeeper ", env!("CARGO_PKG_VERSION")).to_owned(),
            unit: Named { id: unit.to_string(), name: unit_name(&mut connection, unit).await? },
            system: Named { id: system.id.to_string(), name: secrecy::name(system).to_owned() },
            opened,
            access_log,
            sections,
        })
    }

    /// The dossiers of a system that the actor may see, newest first. Whether they may read is decided before.
    pub async fn system_dossiers(&self, cx: &Cx, system: RecordId) -> Result<Vec<SystemDossier>> {
        let shown = self.record(cx, system).await?;
        if shown.kind != RecordKind::System {
            return Err(Error::NotFound("system"));
        }
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{COLUMNS} WHERE system = ? ORDER BY system_dossier.at_us DESC LIMIT {ROWS_MAX}"
        )))
        .bind(blob(system.0))
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing dossiers")?;
        rows.into_iter().map(row_of).collect()
    }

    async fn system_dossier(&self, id: Uuid) -> Result<SystemDossier> {
        let row: Option<Row> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE system_dossier.id = ?")))
                .bind(blob(id))
                .fetch_optional(&self.0.database.read)
                .await
                .doing("reading a dossier")?;
        row.map(row_of).transpose()?.ok_or(Error::NotFound("dossier"))
    }

    /// Admits handing a dossier out, with its entry; not before the entry of its making is published, since without that it proves nothing.
    async fn collect_dossier(&self, cx: &Cx, id: Uuid) -> Result<(SystemDossier, String, String)> {
        let made = self.system_dossier(id).await?;
        // A system that became secret since is nobody's any more (guangzhou-2007:11).
        let stored = self.stored_record(cx, made.system).await?;
        let ask = Ask {
            scopes: vec![(made.unit, None)],
            subject: Some(id),
            refers_to: Some(made.entry),
            extra: format!("system={}", secrecy::name(&stored)),
            ..Ask::new(Act::CollectSystemDossier)
        };
        let (secret, cx) = (stored.secret.then(secret_refusal), cx.clone());
        let (body, page) = self
            .decided(move |connection| {
                Box::pin(async move {
                    if let Err(refusal) = admit::enter_unless(connection, &cx, &ask, secret).await? {
                        return Ok(Err(refusal));
                    }
                    if batch_of(connection, made.entry.0).await?.is_none() {
                        return Err(Error::Conflict(
                            "the entry of its making is published within a minute; ask again then".into(),
                        ));
                    }
                    let files: (String, String) =
                        sqlx::query_as("SELECT body, page FROM system_dossier WHERE id = ?")
                            .bind(blob(id))
                            .fetch_one(connection)
                            .await
                            .doing("reading a dossier")?;
                    Ok(Ok(files))
                })
            })
            .await?;
        Ok((made, body, page))
    }
}

impl Store {
    /// A dossier as one file, with every proof in one checkpoint: the newest that a witness has cosigned, if it covers the making.
    pub async fn system_dossier_archive(&self, cx: &Cx, id: Uuid) -> Result<Vec<u8>> {
        let (row, body, page) = self.registry.collect_dossier(cx, id).await?;
        let made = Dossier::parse(body.as_bytes())?;
        let own = self.entry_proof(row.entry).await?;
        let leaf = own.batch.as_ref().map(|batch| batch.leaf_index).ok_or(Error::NotFound("batch"))?;
        let checkpoint = match self.cosigned_over(LogName::Access, leaf).await? {
            Some(cosigned) => cosigned,
            None => self
                .checkpoint(LogName::Access)
                .await?
                .filter(|checkpoint| checkpoint.size > leaf)
                .ok_or_else(|| {
                    Error::Conflict("no checkpoint covers it yet; ask again in a moment".into())
                })?,
        };
        let entries: BTreeSet<u64> =
            made.claims().filter_map(|claim| claim.entry.as_ref()).map(|entry| entry.index).collect();
        let mut proofs = Proofs::default();
        for index in entries {
            let proof = self.entry_proof(EntryIndex(index)).await?;
            proofs.entries.push(self.proof_in(&checkpoint, index, proof, row.opened).await?);
        }
        let entry = self.hand_over_in(&checkpoint, own).await?;
        let files = [
            (dossier::CHECKPOINT, checkpoint.note.into_bytes()),
            (dossier::PAGE, page.into_bytes()),
            (dossier::DOSSIER, body.into_bytes()),
            (dossier::ENTRY, dossier::pretty("entry", &entry)?),
            (dossier::PROOFS, proofs.bytes()?),
        ];
        let files = files.map(|(name, bytes)| (name.to_owned(), bytes));
        Ok(archive_in(&dossier::folder(&made.id), &files))
    }

    async fn inclusion_in(&self, checkpoint: &SignedCheckpoint, leaf: u64) -> Result<Vec<Hash>> {
        let proofs = self.inclusions_in(LogName::Access, checkpoint, &[leaf]).await?;
        Ok(proofs.into_iter().next().unwrap_or_default())
    }

    async fn proof_in(
        &self,
        checkpoint: &SignedCheckpoint,
        index: u64,
        proof: AccessProof,
        open: bool,
    ) -> Result<EntryProof> {
        let batch = proof.batch.ok_or(Error::NotFound("batch"))?;
        let act = proof.entry.record.as_ref().map(|record| record.kind);
        let opened = proof.opened.filter(|_| open && act.is_some_and(is_opened));
        Ok(EntryProof {
            index,
            leaf: proof.leaf_bytes.to_vec(),
            batch_index: batch.index,
            batch_width: batch.width,
            batch_proof: batch.hashes,
            batch_leaf: batch.leaf.encode(),
            log_index: batch.leaf_index,
            inclusion: self.inclusion_in(checkpoint, batch.leaf_index).await?,
            opened: opened.map(|(record, salt)| Opened { record: record.to_vec(), salt }),
        })
    }

    async fn hand_over_in(&self, checkpoint: &SignedCheckpoint, proof: AccessProof) -> Result<HandOver> {
        let (Some(batch), Some((record, salt))) = (proof.batch, proof.opened) else {
            return Err(Error::NotFound("entry"));
        };
        Ok(HandOver {
            record: record.to_vec(),
            salt,
            leaf: proof.leaf_bytes.to_vec(),
            batch_index: batch.index,
            batch_width: batch.width,
            batch_proof: batch.hashes,
            batch_leaf: batch.leaf.encode(),
            log_index: batch.leaf_index,
            inclusion: self.inclusion_in(checkpoint, batch.leaf_index).await?,
        })
    }
}

const COLUMNS: &str = "SELECT system_dossier.id, system, system_dossier.unit, person, person.name, system_dossier.at_us,
    system_dossier.entry, opened, claims, (SELECT batch IS NOT NULL FROM entry WHERE idx = system_dossier.entry)
    FROM system_dossier JOIN person ON person.id = system_dossier.person";

type Row = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>, String, i64, i64, bool, u32, bool);

fn row_of((id, system, unit, person, name, at, entry, opened, claims, ready): Row) -> Result<SystemDossier> {
    Ok(SystemDossier {
        id: uuid_of(&id)?,
        system: RecordId(uuid_of(&system)?),
        unit: UnitId(uuid_of(&unit)?),
        by: (PersonId(uuid_of(&person)?), name),
        at: WallTime(at),
        entry: EntryIndex(uint(entry)?),
        opened,
        claims,
        ready,
    })
}

/// A statement that was measured and rests on no entry.
pub fn measured_claim(zh: impl Into<String>, en: impl Into<String>) -> Claim {
    Claim { text: dossier::Words::new(zh, en), sha256: None, entry: None }
}

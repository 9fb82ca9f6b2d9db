//! What an evidence package needs of both logs: many proofs against one checkpoint, and a signature. The hand-over entry
//! comes from `Store::pass_entry`.
//!
//! It makes no package (`ledger::package` does) and copies no footage (`pipeline` does).

use crate::Store;
use crate::convert::int;
use crate::error::{Doing, Error, Result};
use crate::log::{self, LogName, SignedCheckpoint};
use ledger::note::NoteSignature;
use ledger::tree;
use model::Hash;
use sqlx::SqliteConnection;

impl Store {
    /// Signs a text with a log's key. The text's form keeps it from being read as a checkpoint.
    pub fn sign(&self, log: LogName, text: &str) -> NoteSignature {
        self.key(log).signer.sign(text)
    }

    /// Inclusion proofs of many leaves, all against the newest checkpoint. `NotFound` when one is not published yet.
    pub async fn inclusions(
        &self,
        log: LogName,
        indices: &[u64],
    ) -> Result<(SignedCheckpoint, Vec<Vec<Hash>>)> {
        let mut connection = self.database(log).read.acquire().await.doing("proving")?;
        let newest = indices.iter().max().map_or(0, |index| index.saturating_add(1));
        int(newest)?;
        let checkpoint = log::newest_checkpoint(&mut connection)
            .await?
            .filter(|checkpoint| checkpoint.size >= newest)
            .ok_or(Error::NotFound("published leaf"))?;
        let proofs = prove_all(&mut connection, indices, checkpoint.size).await?;
        Ok((checkpoint, proofs))
    }

    /// The same against a checkpoint that is given, for example one that witnesses have cosigned.
    pub async fn inclusions_in(
        &self,
        log: LogName,
        checkpoint: &SignedCheckpoint,
        indices: &[u64],
    ) -> Result<Vec<Vec<Hash>>> {
        let mut connection = self.database(log).read.acquire().await.doing("proving")?;
        prove_all(&mut connection, indices, checkpoint.size).await
    }
}

async fn prove_all(connection: &mut SqliteConnection, indices: &[u64], size: u64) -> Result<Vec<Vec<Hash>>> {
    let mut proofs = Vec::with_capacity(indices.len());
    for &index in indices {
        let compute = |reader: &dyn tree::HashReader| tree::inclusion_proof(index, size, reader);
        proofs.push(log::prove(&mut *connection, size, compute).await?);
    }
    Ok(proofs)
}

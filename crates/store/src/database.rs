//! Opening one SQLite file: pragmas, numbered migrations, one writing connection and a small pool of readers.
//!
//! Schema steps are numbered SQL files, embedded; `user_version` counts those applied. A file from a newer program is
//! refused, never guessed at.

use crate::disk::Disk;
use crate::error::{Doing, Error, Result};
use crate::wal::{self, Wal};
use crate::writer::Writer;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, SqliteConnection};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Reading connections of one database: one per core of a small server, so that a long report leaves others free.
const READERS_MAX: u32 = 4;
/// Only a backup or a checkpoint can hold the lock, and both are short.
pub(crate) const BUSY_WAIT_MAX: Duration = Duration::from_secs(10);

/// One schema step: its number is its place in the list, from 1.
pub struct Migration {
    pub name: &'static str,
    pub sql: &'static str,
}

pub const FOOTAGE: [Migration; 10] = [
    Migration { name: "0001_footage", sql: include_str!("../schema/footage/0001_footage.sql") },
    Migration { name: "0002_hold", sql: include_str!("../schema/footage/0002_hold.sql") },
    Migration { name: "0003_tick", sql: include_str!("../schema/footage/0003_tick.sql") },
    Migration { name: "0004_origin", sql: include_str!("../schema/footage/0004_origin.sql") },
    Migration { name: "0005_cosignature", sql: include_str!("../schema/footage/0005_cosignature.sql") },
    Migration { name: "0006_scrub", sql: include_str!("../schema/footage/0006_scrub.sql") },
    Migration { name: "0007_clock", sql: include_str!("../schema/footage/0007_clock.sql") },
    Migration { name: "0008_disk", sql: include_str!("../schema/footage/0008_disk.sql") },
    Migration { name: "0009_sound", sql: include_str!("../schema/footage/0009_sound.sql") },
    Migration { name: "0010_back_fill", sql: include_str!("../schema/footage/0010_back_fill.sql") },
];
pub const REGISTRY: [Migration; 70] = [
    Migration { name: "0001_registry", sql: include_str!("../schema/registry/0001_registry.sql") },
    Migration { name: "0002_justification", sql: include_str!("../schema/registry/0002_justification.sql") },
    Migration { name: "0003_hold", sql: include_str!("../schema/registry/0003_hold.sql") },
    Migration { name: "0004_retention", sql: include_str!("../schema/registry/0004_retention.sql") },
    Migration { name: "0005_transport", sql: include_str!("../schema/registry/0005_transport.sql") },
    Migration { name: "0006_backup", sql: include_str!("../schema/registry/0006_backup.sql") },
    Migration { name: "0007_cosignature", sql: include_str!("../schema/registry/0007_cosignature.sql") },
    Migration { name: "0008_challenge", sql: include_str!("../schema/registry/0008_challenge.sql") },
    Migration { name: "0009_register", sql: include_str!("../schema/registry/0009_register.sql") },
    Migration { name: "0010_disk", sql: include_str!("../schema/registry/0010_disk.sql") },
    Migration { name: "0011_override", sql: include_str!("../schema/registry/0011_override.sql") },
    Migration { name: "0012_floor", sql: include_str!("../schema/registry/0012_floor.sql") },
    Migration {
        name: "0013_register_version",
        sql: include_str!("../schema/registry/0013_register_version.sql"),
    },
    Migration { name: "0014_secret", sql: include_str!("../schema/registry/0014_secret.sql") },
    Migration { name: "0015_document", sql: include_str!("../schema/registry/0015_document.sql") },
    Migration { name: "0016_import", sql: include_str!("../schema/registry/0016_import.sql") },
    Migration { name: "0017_sound", sql: include_str!("../schema/registry/0017_sound.sql") },
    Migration { name: "0018_filing", sql: include_str!("../schema/registry/0018_filing.sql") },
    Migration { name: "0019_pressure", sql: include_str!("../schema/registry/0019_pressure.sql") },
    Migration { name: "0020_clip_level", sql: include_str!("../schema/registry/0020_clip_level.sql") },
    Migration { name: "0021_standing", sql: include_str!("../schema/registry/0021_standing.sql") },
    Migration { name: "0022_case", sql: include_str!("../schema/registry/0022_case.sql") },
    Migration { name: "0023_grant", sql: include_str!("../schema/registry/0023_grant.sql") },
    Migration { name: "0024_watching", sql: include_str!("../schema/registry/0024_watching.sql") },
    Migration { name: "0025_takeover", sql: include_str!("../schema/registry/0025_takeover.sql") },
    Migration { name: "0026_retrieval", sql: include_str!("../schema/registry/0026_retrieval.sql") },
    Migration { name: "0027_duty", sql: include_str!("../schema/registry/0027_duty.sql") },
    Migration { name: "0028_event", sql: include_str!("../schema/registry/0028_event.sql") },
    Migration { name: "0029_ptz", sql: include_str!("../schema/registry/0029_ptz.sql") },
    Migration { name: "0030_folder", sql: include_str!("../schema/registry/0030_folder.sql") },
    Migration { name: "0031_routine", sql: include_str!("../schema/registry/0031_routine.sql") },
    Migration { name: "0032_supervision", sql: include_str!("../schema/registry/0032_supervision.sql") },
    Migration { name: "0033_passkey", sql: include_str!("../schema/registry/0033_passkey.sql") },
    Migration { name: "0034_finding", sql: include_str!("../schema/registry/0034_finding.sql") },
    Migration { name: "0035_approver_pair", sql: include_str!("../schema/registry/0035_approver_pair.sql") },
    Migration { name: "0036_finding_kind", sql: include_str!("../schema/registry/0036_finding_kind.sql") },
    Migration { name: "0037_reminder", sql: include_str!("../schema/registry/0037_reminder.sql") },
    Migration { name: "0038_dossier", sql: include_str!("../schema/registry/0038_dossier.sql") },
    Migration { name: "0039_compensation", sql: include_str!("../schema/registry/0039_compensation.sql") },
    Migration { name: "0040_portal", sql: include_str!("../schema/registry/0040_portal.sql") },
    Migration { name: "0041_record_term", sql: include_str!("../schema/registry/0041_record_term.sql") },
    Migration { name: "0042_identity", sql: include_str!("../schema/registry/0042_identity.sql") },
    Migration { name: "0043_scope", sql: include_str!("../schema/registry/0043_scope.sql") },
    Migration {
        name: "0044_retrieval_term",
        sql: include_str!("../schema/registry/0044_retrieval_term.sql"),
    },
    Migration { name: "0045_keeper", sql: include_str!("../schema/registry/0045_keeper.sql") },
    Migration { name: "0046_commitment", sql: include_str!("../schema/registry/0046_commitment.sql") },
    Migration { name: "0049_session_lock", sql: include_str!("../schema/registry/0049_session_lock.sql") },
    Migration { name: "0050_beyond_grant", sql: include_str!("../schema/registry/0050_beyond_grant.sql") },
    Migration { name: "0051_fact_change", sql: include_str!("../schema/registry/0051_fact_change.sql") },
    Migration { name: "0052_integrity", sql: include_str!("../schema/registry/0052_integrity.sql") },
    Migration { name: "0053_area_target", sql: include_str!("../schema/registry/0053_area_target.sql") },
    Migration { name: "0054_clip_share", sql: include_str!("../schema/registry/0054_clip_share.sql") },
    Migration { name: "0055_second_person", sql: include_str!("../schema/registry/0055_second_person.sql") },
    Migration {
        name: "0056_retrieval_hold",
        sql: include_str!("../schema/registry/0056_retrieval_hold.sql"),
    },
    Migration { name: "0057_finding_thing", sql: include_str!("../schema/registry/0057_finding_thing.sql") },
    Migration { name: "0059_order_fine", sql: include_str!("../schema/registry/0059_order_fine.sql") },
    Migration { name: "0061_post_given", sql: include_str!("../schema/registry/0061_post_given.sql") },
    Migration { name: "0063_steady", sql: include_str!("../schema/registry/0063_steady.sql") },
    Migration {
        name: "0065_rhythm_and_log_watch",
        sql: include_str!("../schema/registry/0065_rhythm_and_log_watch.sql"),
    },
    Migration { name: "0066_copy", sql: include_str!("../schema/registry/0066_copy.sql") },
    Migration { name: "0067_way_in", sql: include_str!("../schema/registry/0067_way_in.sql") },
    Migration { name: "0068_vetting_end", sql: include_str!("../schema/registry/0068_vetting_end.sql") },
    Migration { name: "0069_watched_case", sql: include_str!("../schema/registry/0069_watched_case.sql") },
    Migration {
        name: "0070_retrieval_form",
        sql: include_str!("../schema/registry/0070_retrieval_form.sql"),
    },
    Migration { name: "0071_unit_origin", sql: include_str!("../schema/registry/0071_unit_origin.sql") },
    Migration { name: "0072_finding_which", sql: include_str!("../schema/registry/0072_finding_which.sql") },
    Migration {
        name: "0073_inspection_round",
        sql: include_str!("../schema/registry/0073_inspection_round.sql"),
    },
    Migration { name: "0074_finding_act", sql: include_str!("../schema/registry/0074_finding_act.sql") },
    Migration { name: "0075_off_shift", sql: include_str!("../schema/registry/0075_off_shift.sql") },
    Migration { name: "0076_account_waits", sql: include_str!("../schema/registry/0076_account_waits.sql") },
];
pub const WITNESS: [Migration; 1] =
    [Migration { name: "0001_witness", sql: include_str!("../schema/witness/0001_witness.sql") }];

/// Prepared statements that a connection keeps: more than the program has texts that it sends often, so that none is parsed again.
const STATEMENTS_MAX: usize = 512;

/// One open database.
#[derive(Clone)]
pub struct Database {
    pub write: Writer,
    pub read: SqlitePool,
    options: SqliteConnectOptions,
    pub(crate) path: PathBuf,
}

impl Database {
    pub async fn open(
        name: &'static str,
        path: &Path,
        migrations: &[Migration],
        disk: Arc<dyn Disk>,
    ) -> Result<(Self, JoinHandle<()>)> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_WAIT_MAX)
            // A key that is deleted is overwritten, not only unlinked (ledger: section 5).
            .pragma("secure_delete", "ON")
            .pragma("wal_autocheckpoint", wal::WRITERS_OWN_PAGES)
            .statement_cache_capacity(STATEMENTS_MAX)
            .disable_statement_logging();
        let mut connection = options.connect().await.doing("opening")?;
        migrate(&mut connection, migrations).await?;
        let read = SqlitePoolOptions::new()
            .max_connections(READERS_MAX)
            .connect_with(options.clone().create_if_missing(false).pragma("query_only", "ON"))
            .await
            .doing("opening for reading")?;
        let beside =
            options.clone().create_if_missing(false).connect().await.doing("opening beside the writer")?;
        let (write, task) = Writer::start(name, connection, Wal::new(Some(beside)), disk);
        let options = options.create_if_missing(false).read_only(true);
        Ok((Self { write, read, options, path: path.to_owned() }, task))
    }

    /// A reading connection of one's own, in which temporary tables can be made: to try on a copy what would happen.
    pub async fn aside(&self) -> Result<SqliteConnection> {
        self.options.connect().await.doing("opening aside")
    }
}

/// Takes the steps that are due.
pub(crate) async fn migrate(connection: &mut SqliteConnection, migrations: &[Migration]) -> Result<()> {
    let (version,): (i64,) = sqlx::query_as("PRAGMA user_version")
        .fetch_one(&mut *connection)
        .await
        .doing("reading the version")?;
    let applied = usize::try_from(version).unwrap_or(usize::MAX);
    let Some(missing) = migrations.get(applied..) else {
        return Err(Error::Corrupt(format!(
            "the database is at schema {version}, this program knows {} steps: it was written by a newer program",
            migrations.len()
        )));
    };
    for (step, migration) in missing.iter().enumerate() {
        let number = applied + step + 1;
        tracing::info!(migration = migration.name, "schema step");
        let sql = format!("BEGIN IMMEDIATE;\n{}\nPRAGMA user_version = {number};\nCOMMIT;", migration.sql);
        // The text is ours, embedded at build time; only the step's number is added.
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut *connection).await.doing("a schema step")?;
    }
    Ok(())
}

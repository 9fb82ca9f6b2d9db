//! Copies of the footage of a report, for the organ that it went to: which export it is, and whether it was collected.
//!
//! A copy is made, sealed and collected as every export is; here it is joined to its report. The invariant: it is of cameras and a span
//! that the report held.

use super::reports::{DutyReport, one};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::exports::Admitted;
use crate::registry::{EntryIndex, NewExport, Pass, Registry, once};
use model::{Act, CameraId, ExportId, Span, WallTime};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Copies of one report: of each camera, and again for whoever lost one.
const CLIPS_MAX: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReportClip {
    pub export: ExportId,
    /// When it was first collected, and that entry.
    pub collected: Option<(WallTime, EntryIndex)>,
}

impl Registry {
    /// A report of which a copy is to be made, whoever asks: the caller decides on the copy itself. That a camera or a span is not the
    /// report's is answered before the door, to whoever has the report's id, which nobody guesses.
    pub async fn report_for_clip(&self, id: Uuid) -> Result<DutyReport> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a report")?;
        one(&mut connection, id).await
    }

    /// Notes a copy that a pass admits.
    pub async fn create_report_clip(&self, report: Uuid, pass: &Pass, new: NewExport) -> Result<ExportId> {
        let admitted = Admitted::by(pass, new)?;
        let holds = admitted.is_for_case();
        self.write(move |connection| {
            Box::pin(async move {
                let export = admitted.insert(connection, holds).await?;
                let noted = sqlx::query(
                    "INSERT INTO duty_report_clip (export, report) SELECT ?1, ?2
                     WHERE (SELECT count(*) FROM duty_report_clip WHERE report = ?2) < ?3",
                )
                .bind(blob(export.0))
                .bind(blob(report))
                .bind(int(CLIPS_MAX as u64)?)
                .execute(connection)
                .await
                .doing("noting the copy of a report")?;
                once(&noted, "the report has as many copies as it may have")?;
                Ok(export)
            })
        })
        .await
    }
}

impl DutyReport {
    /// What a copy of it may be of: what it held.
    ///
    /// # Errors
    /// `Invalid` beyond that, `Conflict` when there are as many as there may be.
    pub fn admits_clip(&self, cameras: &[CameraId], span: Span) -> Result<()> {
        if cameras.is_empty() || !cameras.iter().all(|camera| self.cameras.contains(camera)) {
            return Err(Error::invalid("cameras", "are not those of the report"));
        }
        if span.start < self.span.start || span.end > self.span.end {
            return Err(Error::invalid("from_ms", "lies outside the span of the report"));
        }
        if self.clips.len() >= CLIPS_MAX {
            return Err(Error::Conflict("the report has as many copies as it may have".into()));
        }
        Ok(())
    }
}

/// Of a report, newest first.
pub(super) async fn of(connection: &mut SqliteConnection, report: Uuid) -> Result<Vec<ReportClip>> {
    type Row = (Vec<u8>, Option<i64>, Option<i64>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT export, clip.collected_us, clip.collected_entry FROM duty_report_clip AS clip JOIN export ON export.id = clip.export
         WHERE report = ? ORDER BY requested_us DESC, export",
    )
    .bind(blob(report))
    .fetch_all(connection)
    .await
    .doing("reading the copies of a report")?;
    rows.into_iter()
        .map(|(export, at, entry)| {
            let entry = entry.map(uint).transpose()?;
            let collected = at.zip(entry).map(|(at, entry)| (WallTime(at), EntryIndex(entry)));
            Ok(ReportClip { export: ExportId(uuid_of(&export)?), collected })
        })
        .collect()
}

/// A copy of a report was collected for the first time.
pub(in crate::registry) async fn note_collected(
    connection: &mut SqliteConnection,
    (act, export): (Act, Option<ExportId>),
    (now, entry): (WallTime, EntryIndex),
) -> Result<()> {
    let (Act::Collect, Some(export)) = (act, export) else { return Ok(()) };
    sqlx::query(
        "UPDATE duty_report_clip SET collected_us = ?, collected_entry = ? WHERE export = ? AND collected_us IS NULL",
    )
    .bind(now.0)
    .bind(int(entry.0)?)
    .bind(blob(export.0))
    .execute(connection)
    .await
    .doing("noting that a report's copy was collected")
    .map(|_| ())
}

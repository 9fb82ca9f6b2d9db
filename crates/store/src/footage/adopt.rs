//! Files of footage found again for a database that was made from the log alone (`backup::lost`): a file belongs to the record
//! whose stream and start its sidecar names. Whether it is that footage, to the byte, is for the check that reads it.
//!
//! It begins where it was interrupted. Nothing is deleted: what no record names is moved aside, unless a journal still vouches for
//! it. Invariant: a segment that the log says is deleted does not come back.

use super::audit::RowFinding;
use super::{Footage, system_only};
use crate::convert::{blob, int, uint};
use crate::error::{Doing, Error, Result};
use crate::journal::{self, Record};
use crate::media_dir::SegmentPath;
use crate::media_disks::MediaDisks;
use crate::tails;
use model::{Cx, DiskId, StreamId, WallTime};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, HashSet};

/// In `meta`, while files are still to be found for the records.
pub(crate) const UNMATCHED: &str = "unmatched";
/// Files looked up in one transaction.
const STEP: usize = 512;

/// What became of the files in the media folders.
#[derive(Debug, Default)]
pub struct Adopted {
    /// Segments whose files are there.
    pub segments: u64,
    /// Those whose files are not, although no deletion of them is recorded; with when the first begins and the last ends.
    pub without: u64,
    pub between: Option<(WallTime, WallTime)>,
    /// Files that no record can be given, each with why.
    pub left: Vec<RowFinding>,
}

/// A segment's files by name, with what its sidecar says.
struct Found {
    path: SegmentPath,
    disk: DiskId,
    named: std::result::Result<(StreamId, WallTime), String>,
}

/// What the log has for a file.
enum Answer {
    Taken,
    Deleted,
    Another(String),
    Nothing,
}

impl Footage {
    /// Whether files are still to be found for the records.
    pub async fn is_unmatched(&self) -> Result<bool> {
        let row: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM meta WHERE key = ?")
            .bind(UNMATCHED)
            .fetch_optional(&self.0.database.read)
            .await
            .doing("asking whether files are still to be found")?;
        Ok(row.is_some())
    }

    /// Gives the rows of a database that was made again their files. [`Footage::adopted`] takes the mark away when the tables are
    /// made too.
    pub async fn adopt(&self, cx: &Cx) -> Result<Adopted> {
        system_only(cx)?;
        let (found, (vouched, runs)) =
            self.on_files(|media| Ok((sidecars(media)?, journalled(media)?))).await?;
        self.0.database.write.run(move |connection| Box::pin(count_runs(connection, runs))).await?;
        let mut adopted = Adopted::default();
        let mut rest = found.into_iter();
        loop {
            let step: Vec<Found> = rest.by_ref().take(STEP).collect();
            if step.is_empty() {
                break;
            }
            let write = &self.0.database.write;
            let answered =
                write.run(move |connection| Box::pin(async move { answer(connection, step).await }));
            for (found, answer) in answered.await? {
                let problem = match answer {
                    Answer::Taken => {
                        adopted.segments += 1;
                        continue;
                    }
                    Answer::Deleted => "the log says that it was deleted: it should be gone".to_owned(),
                    Answer::Another(path) => format!("its record has another file: {path}"),
                    Answer::Nothing if vouched.contains(&found.path) => continue,
                    Answer::Nothing => {
                        let path = found.path.clone();
                        self.on_files(move |media| media.move_aside(&path)).await?;
                        let why = found
                            .named
                            .err()
                            .unwrap_or_else(|| "no record of the mirror names it".to_owned());
                        format!("{why}; it lies in `aside` now, and nothing proves it")
                    }
                };
                adopted.left.push(RowFinding::new(found.path.as_str(), problem));
            }
        }
        let without = self.0.database.write.run(|connection| Box::pin(say_what_is_gone(connection))).await?;
        (adopted.without, adopted.between) = without;
        self.rebuild_days(cx).await?;
        Ok(adopted)
    }

    /// All is found and made that could be.
    pub async fn adopted(&self, cx: &Cx) -> Result<()> {
        system_only(cx)?;
        let write = &self.0.database.write;
        write
            .run(|connection| {
                Box::pin(async move {
                    let done = sqlx::query("DELETE FROM meta WHERE key = ?").bind(UNMATCHED);
                    done.execute(connection).await.doing("noting that files were found").map(|_| ())
                })
            })
            .await
    }
}

fn sidecars(media: &MediaDisks) -> Result<Vec<Found>> {
    media.check_identity()?;
    let mut all = Vec::new();
    for disk in media.present() {
        let mut names: BTreeMap<SegmentPath, [bool; 2]> = BTreeMap::new();
        for file in disk.dir.list()? {
            let Some(path) = file.segment else { continue };
            let [media, sidecar] = names.entry(path).or_default();
            *(if file.sidecar { sidecar } else { media }) = true;
        }
        for (path, [media, sidecar]) in names {
            let named = match (media, sidecar) {
                (false, _) => Err("a sidecar whose footage is not here".to_owned()),
                (_, false) => Err("it has no sidecar: whose it is cannot be told".to_owned()),
                _ => disk.dir.sidecar_start(&path).map_err(|error| error.to_string()),
            };
            all.push(Found { path, disk: disk.id, named });
        }
    }
    Ok(all)
}

/// Segments that the journals name, of which recovery makes records at the next start; and the newest run that has a journal.
fn journalled(media: &MediaDisks) -> Result<(HashSet<SegmentPath>, u64)> {
    let (mut named, mut newest) = (HashSet::new(), 0);
    for disk in media.present() {
        for journal in disk.dir.journals()? {
            let name = journal.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            let run = name.split_once('-').and_then(|(run, _)| run.parse().ok());
            newest = newest.max(run.unwrap_or(0));
            let records = journal::decode_all(&disk.dir.read_journal(&journal)?).records;
            named.extend(records.into_iter().filter_map(|record| match record {
                Record::Fragment(entry) => Some(entry.path),
                Record::Seal { path, .. } => Some(path),
                Record::Gap { .. } | Record::Synced { .. } => None,
            }));
        }
    }
    Ok((named, newest))
}

/// No later run may have the number of one that has left journals: their names are made of it.
async fn count_runs(connection: &mut SqliteConnection, newest: u64) -> Result<()> {
    sqlx::query(
        "INSERT INTO boot (counter, opened_us, machine)
         SELECT ?1, 0, '' WHERE ?1 > (SELECT coalesce(max(counter), 0) FROM boot)",
    )
    .bind(int(newest)?)
    .execute(connection)
    .await
    .doing("counting the runs that left journals")
    .map(|_| ())
}

async fn answer(connection: &mut SqliteConnection, step: Vec<Found>) -> Result<Vec<(Found, Answer)>> {
    let mut answered = Vec::with_capacity(step.len());
    for found in step {
        let answer = match &found.named {
            Ok((stream, start)) => row(connection, &found, *stream, *start).await?,
            Err(_) => Answer::Nothing,
        };
        answered.push((found, answer));
    }
    Ok(answered)
}

async fn row(
    connection: &mut SqliteConnection,
    found: &Found,
    stream: StreamId,
    start: WallTime,
) -> Result<Answer> {
    let row: Option<(i64, i64, String, bool, bool)> = sqlx::query_as(
        "SELECT segment.id, state, path, member.expiry IS NOT NULL, went.done_leaf IS NOT NULL
         FROM stream JOIN segment ON segment.stream = stream.id AND segment.start_us = ?
           LEFT JOIN expiry_segment AS member ON member.segment = segment.id
           LEFT JOIN expiry AS went ON went.id = member.expiry
         WHERE camera = ? AND profile = ?",
    )
    .bind(start.0)
    .bind(blob(stream.camera.0))
    .bind(stream.profile as i64)
    .fetch_optional(&mut *connection)
    .await
    .doing("looking for a file's record")?;
    let Some((id, state, path, begun, done)) = row else { return Ok(Answer::Nothing) };
    if done {
        return Ok(Answer::Deleted);
    }
    if path == found.path.as_str() {
        return Ok(Answer::Taken);
    }
    if state == 0 {
        return Ok(Answer::Another(path));
    }
    sqlx::query("UPDATE segment SET path = ?, disk = ?, state = ? WHERE id = ?")
        .bind(found.path.as_str())
        .bind(super::commit::further(found.disk))
        .bind(int(u64::from(begun))?)
        .bind(id)
        .execute(connection)
        .await
        .doing("giving a record its file")?;
    Ok(Answer::Taken)
}

type Gone = (u64, Option<(WallTime, WallTime)>);

/// Notes in words what has no file, where the notes about the mirror's records are.
async fn say_what_is_gone(connection: &mut SqliteConnection) -> Result<Gone> {
    let (count, first, last): (i64, Option<i64>, Option<i64>) = sqlx::query_as(
        "SELECT count(*), min(start_us), max(end_us) FROM segment
         WHERE state = 2 AND NOT EXISTS (SELECT 1 FROM expiry_segment WHERE segment = segment.id)",
    )
    .fetch_one(&mut *connection)
    .await
    .doing("counting segments without a file")?;
    let between = first.zip(last).map(|(first, last)| (WallTime(first), WallTime(last)));
    const SAID: &str = "their records are here, their footage is not";
    let mut tails = tails::read(connection).await?;
    for tail in &mut tails {
        tail.lacks.retain(|line| !line.contains(SAID));
        if let Some((from, to)) = between {
            let line =
                format!("{count} segments, from {from} to {to}: {SAID}; unlocking records that as lost");
            tail.lacks.insert(0, line);
        }
    }
    tails::write(connection, &tails).await?;
    let count = uint(count).map_err(|_| Error::Corrupt("a count of segments is negative".into()))?;
    Ok((count, between))
}

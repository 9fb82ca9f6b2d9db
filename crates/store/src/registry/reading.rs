//! Readings that leave one entry per reader and period, not one per request: lists, the ledger, health, the timeline,
//! and the system's own reading of footage.
//!
//! The decision is made each time; only the entry is shared. A refusal is always an entry of its own.

use super::admit::{Ask, Entered, record};
use super::{EntryIndex, Registry, entries, facts};
use crate::convert::{int, uint};
use crate::error::{Doing, Error, Result};
use crate::log::LogName;
use law::access::{Decision, decide};
use model::{Act, Actor, CameraId, Cx, PersonId, UnitId};
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;

impl Registry {
    /// Admits reading lists, the ledger, health or the timeline: one entry per reader, act and hour, since consoles ask
    /// every few seconds. A refusal is always an entry.
    pub async fn admit_reading(&self, cx: &Cx, act: Act, cameras: Vec<CameraId>) -> Result<EntryIndex> {
        if !matches!(
            act,
            Act::ReadRegistry
                | Act::ReadBasicData
                | Act::ReadLedger
                | Act::ReadHealth
                | Act::ReadGaps
                | Act::ReadTimeline
                | Act::ReadHolds
                | Act::ReadCases
                | Act::ReadGrants
                | Act::ReadColleagues
                | Act::ReadPressure
                | Act::ReadQuestions
                | Act::ReadRetrievals
                | Act::ReadCopies
                | Act::ReadClaims
                | Act::ReadRequests
                | Act::FollowRequests
                | Act::ChangeRequester
                | Act::ReadDuty
                | Act::ReadAlarms
                | Act::ReadSupervision
                | Act::HandleAccusation
                | Act::ReadRoutines
                | Act::ReadFolders
        ) {
            return Err(Error::invalid("act", "is not a reading of data"));
        }
        let about = about(&cameras);
        let ask = Ask { cameras, ..Ask::new(act) };
        let hour = cx.now.0.div_euclid(3_600_000_000);
        let mut connection = self.0.database.read.acquire().await.doing("admitting a reading")?;
        let facts = facts::load(&mut connection, cx, &ask).await?.facts;
        let marked = read_mark(&mut connection, cx, act, &about, hour).await?;
        drop(connection);
        match (decide(&facts), marked) {
            (Decision::Permit, Some(entry)) => Ok(entry),
            _ => {
                let marking = cx.clone();
                self.act(cx, ask, move |connection, entry| {
                    Box::pin(async move {
                        set_read_mark(connection, &marking, act, &about, hour, entry).await?;
                        Ok(entry)
                    })
                })
                .await
            }
        }
    }
}

impl Registry {
    /// Admits reading one's own part of what is recorded: one entry per person and hour, apart from reading the whole ledger.
    pub(super) async fn admit_own_reading(&self, cx: &Cx, person: PersonId) -> Result<EntryIndex> {
        let (act, hour) = (Act::ReadLedger, cx.now.0.div_euclid(3_600_000_000));
        let about = person.0.as_bytes().to_vec();
        let ask = Ask { own: true, subject: Some(person.0), extra: "own=yes".into(), ..Ask::new(act) };
        let mut connection = self.0.database.read.acquire().await.doing("admitting a reading")?;
        let facts = facts::load(&mut connection, cx, &ask).await?.facts;
        let marked = read_mark(&mut connection, cx, act, &about, hour).await?;
        drop(connection);
        if let (Decision::Permit, Some(entry)) = (decide(&facts), marked) {
            return Ok(entry);
        }
        let marking = cx.clone();
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                set_read_mark(connection, &marking, act, &about, hour, entry).await?;
                Ok(entry)
            })
        })
        .await
    }
}

/// Records with basic data that somebody may page through in an hour as one who looks something up; from here on it is reading in
/// bulk. Five pages of a list.
pub const BASIC_DATA_ROWS: usize = 500;

/// How much basic data each person has been shown in this hour: a page or a camera that is asked for again, as consoles do every
/// few seconds, counts once.
#[derive(Default)]
pub(super) struct BasicDataShown(std::sync::Mutex<std::collections::HashMap<PersonId, Shown>>);

#[derive(Default)]
struct Shown {
    hour: i64,
    known: std::collections::HashSet<String>,
    rows: usize,
}

impl BasicDataShown {
    /// Adds what was shown, each with its rows; whether the hour's sum is reading in bulk.
    fn add(&self, person: PersonId, hour: i64, news: impl Iterator<Item = (String, usize)>) -> bool {
        let mut all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.retain(|_, shown| shown.hour == hour);
        let shown = all.entry(person).or_insert_with(|| Shown { hour, ..Shown::default() });
        for (one, rows) in news {
            // Beyond the limit there is nothing more to find out, and nothing more is kept.
            if shown.rows <= BASIC_DATA_ROWS && shown.known.insert(one) {
                shown.rows = shown.rows.saturating_add(rows);
            }
        }
        shown.rows > BASIC_DATA_ROWS
    }
}

impl Registry {
    /// Notes basic data that a list shows. Beyond [`BASIC_DATA_ROWS`] in an hour it is read in bulk, whatever way the pages are cut:
    /// an entry, before the page goes out (national-2016:6).
    pub(super) async fn note_basic_data(&self, cx: &Cx, page: String, rows: usize) -> Result<()> {
        self.note_shown(cx, Some((page, rows)).filter(|_| rows > 0).into_iter()).await
    }

    /// The same of cameras, which many lists show and each of them counts once, whatever list it was on.
    pub(super) async fn note_cameras(&self, cx: &Cx, cameras: Vec<CameraId>) -> Result<()> {
        self.note_shown(cx, cameras.into_iter().map(|camera| (camera.to_string(), 1))).await
    }

    async fn note_shown(&self, cx: &Cx, news: impl ExactSizeIterator<Item = (String, usize)>) -> Result<()> {
        let (Actor::Person(person), true) = (cx.actor, news.len() > 0) else { return Ok(()) };
        let hour = cx.now.0.div_euclid(3_600_000_000);
        if self.0.basic_data_shown.add(person, hour, news) {
            self.admit_reading(cx, Act::ReadBasicData, Vec::new()).await?;
        }
        Ok(())
    }

    /// Admits reading basic data as a whole table, for a stated reason: an entry each time.
    pub async fn admit_basic_data(&self, cx: &Cx, units: &[UnitId], what: &str) -> Result<EntryIndex> {
        let scopes = units.iter().map(|unit| (*unit, None)).collect();
        let ask = Ask { scopes, extra: what.into(), ..Ask::new(Act::ReadBasicData) };
        self.act(cx, ask, |_, entry| Box::pin(async move { Ok(entry) })).await
    }

    /// Admits another party's machine to the tiles of a log: one entry per machine, log and hour. That it may read is the
    /// boot file's word; the entry says that it did.
    pub async fn admit_machine_reading(&self, cx: &Cx, machine: &str, log: LogName) -> Result<EntryIndex> {
        let about = Sha256::digest(format!("{}\n{machine}", log.as_str())).to_vec();
        let hour = cx.now.0.div_euclid(3_600_000_000);
        let mut connection = self.0.database.read.acquire().await.doing("admitting a machine")?;
        let marked = read_mark(&mut connection, cx, Act::MachineRead, &about, hour).await?;
        drop(connection);
        if let Some(entry) = marked {
            return Ok(entry);
        }
        let extra = format!("machine={machine}\nlog={}", log.as_str());
        let (ask, marking) = (Ask { extra, ..Ask::new(Act::MachineRead) }, cx.clone());
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                set_read_mark(connection, &marking, Act::MachineRead, &about, hour, entry).await?;
                Ok(entry)
            })
        })
        .await
    }
}

/// Which cameras a reading is about: another choice of cameras is another entry.
fn about(cameras: &[CameraId]) -> Vec<u8> {
    let mut cameras = cameras.to_vec();
    cameras.sort_unstable();
    cameras.dedup();
    let mut sum = Sha256::new();
    cameras.iter().for_each(|camera| sum.update(camera.0.as_bytes()));
    sum.finalize().to_vec()
}

/// The system's own reading leaves one entry per procedure, camera and day.
pub(super) async fn system_reading(
    connection: &mut SqliteConnection,
    cx: &Cx,
    ask: &Ask,
) -> Result<Option<Entered>> {
    let ([camera], Act::SystemRead) = (&ask.cameras[..], ask.act) else { return Ok(None) };
    let day = cx.now.0.div_euclid(law::retention::DAY_US);
    let marked = read_mark(connection, cx, ask.act, camera.0.as_bytes(), day).await?;
    let loaded = facts::load(connection, cx, ask).await?;
    if decide(&loaded.facts) != Decision::Permit {
        return Ok(None);
    }
    let record = record(cx, ask, loaded.acting, loaded.unit, loaded.unit_name);
    let entry = match marked {
        Some(entry) => entry,
        None => {
            let entry = entries::write(connection, record.clone()).await?;
            set_read_mark(connection, cx, ask.act, camera.0.as_bytes(), day, entry).await?;
            entry
        }
    };
    let (pictures_end, has_clip_levels) = (loaded.pictures_end, loaded.has_clip_levels);
    Ok(Some(Entered { entry, record, pictures_end, has_clip_levels }))
}

fn reader(cx: &Cx) -> String {
    match cx.actor {
        Actor::Person(person) => person.to_string(),
        Actor::System(name) => name.to_owned(),
    }
}

async fn read_mark(
    connection: &mut SqliteConnection,
    cx: &Cx,
    act: Act,
    about: &[u8],
    period: i64,
) -> Result<Option<EntryIndex>> {
    let row: Option<(i64,)> = sqlx::query_as(
        "SELECT entry FROM read_mark WHERE reader = ? AND act = ? AND about = ? AND period = ?",
    )
    .bind(reader(cx))
    .bind(i64::from(act.code()))
    .bind(about)
    .bind(period)
    .fetch_optional(connection)
    .await
    .doing("looking for an earlier reading")?;
    row.map(|(entry,)| uint(entry).map(EntryIndex)).transpose()
}

async fn set_read_mark(
    connection: &mut SqliteConnection,
    cx: &Cx,
    act: Act,
    about: &[u8],
    period: i64,
    entry: EntryIndex,
) -> Result<()> {
    sqlx::query("DELETE FROM read_mark WHERE reader = ? AND act = ? AND about = ?")
        .bind(reader(cx))
        .bind(i64::from(act.code()))
        .bind(about)
        .execute(&mut *connection)
        .await
        .doing("noting a reading")?;
    sqlx::query("INSERT INTO read_mark (reader, act, about, period, entry) VALUES (?, ?, ?, ?, ?)")
        .bind(reader(cx))
        .bind(i64::from(act.code()))
        .bind(about)
        .bind(period)
        .bind(int(entry.0)?)
        .execute(connection)
        .await
        .doing("noting a reading")
        .map(|_| ())
}

//! What the server runs as, start by start where it differs; announcements that it will change; explanations why it did.
//!
//! It measures nothing, and what a difference is `law::integrity` says. The invariants: a change has its entry in the transaction of its
//! row; an announcement covers one change; a row is explained once, and never goes; a row that cannot be read ends no start, and is
//! itself a change that somebody must explain.

use super::admit::{self, Ask};
use super::part::{ListPart, PartQuery, part};
use super::{EntryIndex, Hand, Registry, at_most, new_id, once, person_of};
use crate::convert::{blob, hash_of, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use law::integrity::{
    ANNOUNCED_DAYS_MAX, Announced, Change, How, Measured, OnDisk, Part, Start, UNREADABLE, Unexplained,
    at_start, at_start_unreadable, while_running,
};
use law::retention::DAY_US;
use model::{Act, Cx, Hash, PersonId, WallTime};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use std::collections::BTreeMap;
use uuid::Uuid;

const REASON_CHARS_MAX: usize = 500;
/// Changes that a finding counts: whoever restarts a thousand times without a word has said enough.
const UNEXPLAINED_MAX: i64 = 1_000;

/// That program or settings will be changed. The reason is the context's note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewSoftwareAnnouncement {
    pub program: bool,
    pub settings: bool,
    pub expected: Option<Hash>,
    pub days: u16,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SoftwareAnnouncement {
    pub id: Uuid,
    pub announced: Announced,
    pub reason: String,
    pub by: Hand,
}

/// One change, as it was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SoftwareChange {
    pub id: Uuid,
    pub at: WallTime,
    pub entry: EntryIndex,
    /// The file on the disk was replaced while the server ran.
    pub while_running: bool,
    pub how: How,
    pub parts: Vec<Part>,
    pub uncovered: Vec<Part>,
    /// `None`: the file was gone.
    pub program: Option<Hash>,
    /// Of a start.
    pub measured: Option<Measured>,
    pub before: Option<Measured>,
    /// What was said of it beforehand.
    pub announced: Option<(String, Hand)>,
    pub explained: Option<(String, Hand)>,
}

/// All but the program, as its row has it.
#[derive(Serialize, Deserialize)]
struct Rest {
    version: String,
    console: String,
    packs: String,
    own_packs: String,
    settings: BTreeMap<String, String>,
}

fn rest_text(measured: &Measured) -> Result<String> {
    let rest = Rest {
        version: measured.version.clone(),
        console: measured.console.to_string(),
        packs: measured.packs.to_string(),
        own_packs: measured.own_packs.to_string(),
        settings: measured.settings.iter().map(|(name, hash)| (name.clone(), hash.to_string())).collect(),
    };
    serde_json::to_string(&rest).map_err(|error| Error::Internal(error.to_string()))
}

fn measured_of(program: &[u8], rest: &str) -> Result<Measured> {
    let corrupt = || Error::Corrupt("what a start was measured as cannot be read".into());
    let rest: Rest = serde_json::from_str(rest).map_err(|_| corrupt())?;
    let hash = |text: &str| text.parse::<Hash>().map_err(|_| corrupt());
    Ok(Measured {
        program: hash_of(program)?,
        version: rest.version,
        console: hash(&rest.console)?,
        packs: hash(&rest.packs)?,
        own_packs: hash(&rest.own_packs)?,
        settings: rest
            .settings
            .into_iter()
            .map(|(name, text)| Ok((name, hash(&text)?)))
            .collect::<Result<_>>()?,
    })
}

/// One digest of all that was measured: `H("watchkeeper/measured/v1\n" || (name "=" value "\n")*)`, in the order of [`Measured`].
pub fn measured_digest(measured: &Measured) -> Hash {
    let mut sum = Sha256::new();
    sum.update(b"watchkeeper/measured/v1\n");
    let mut line = |name: &str, value: &str| sum.update(format!("{name}={value}\n"));
    line("program", &measured.program.to_string());
    line("version", &measured.version);
    line("console", &measured.console.to_string());
    line("packs", &measured.packs.to_string());
    line("own_packs", &measured.own_packs.to_string());
    for (name, hash) in &measured.settings {
        line(&format!("settings.{name}"), &hash.to_string());
    }
    Hash(sum.finalize().into())
}

fn names(parts: &[Part]) -> Vec<&str> {
    parts.iter().map(Part::name).collect()
}

/// What is stored beside the program on the disk.
fn on_disk_of(stored: Option<Vec<u8>>) -> Result<OnDisk> {
    Ok(match stored {
        None => OnDisk::AsItRuns,
        Some(bytes) if bytes.is_empty() => OnDisk::Gone,
        Some(bytes) => OnDisk::Other(hash_of(&bytes)?),
    })
}

/// The newest start's row, what was noted on the disk since, and the announcement that is open.
struct Stand {
    before: Option<(i64, Measured)>,
    /// There is such a row, and it cannot be read.
    is_unreadable: bool,
    noted: OnDisk,
    open: Option<(Uuid, Announced)>,
}

type AnnouncedRow = (Vec<u8>, bool, bool, Option<Vec<u8>>, i64);

impl Stand {
    async fn load(connection: &mut SqliteConnection) -> Result<Self> {
        let before: Option<(i64, Vec<u8>, String)> = sqlx::query_as(
            "SELECT number, program, measured FROM software_change WHERE while_running = 0 ORDER BY number DESC LIMIT 1",
        )
        .fetch_optional(&mut *connection)
        .await
        .doing("reading what the last start was measured as")?;
        let stored = before.is_some();
        let before = before
            .and_then(|(number, program, rest)| measured_of(&program, &rest).ok().map(|rest| (number, rest)));
        let is_unreadable = stored && before.is_none();
        let (noted,): (Option<Vec<u8>>,) = sqlx::query_as("SELECT on_disk FROM integrity")
            .fetch_one(&mut *connection)
            .await
            .doing("reading what was found on the disk")?;
        let open: Option<AnnouncedRow> = sqlx::query_as(
            "SELECT id, program, settings, expected, until_us FROM software_announcement WHERE ended_us IS NULL",
        )
        .fetch_optional(connection)
        .await
        .doing("reading what is announced")?;
        let open = open.map(|(id, program, settings, expected, until)| {
            let expected = expected.as_deref().map(hash_of).transpose()?;
            Result::Ok((uuid_of(&id)?, Announced { program, settings, expected, until: WallTime(until) }))
        });
        Ok(Self { before, is_unreadable, noted: on_disk_of(noted)?, open: open.transpose()? })
    }
}

/// A row that is to be written, with what its entry says.
struct NewRow {
    id: Uuid,
    while_running: bool,
    change: Change,
    program: Option<Hash>,
    measured: Option<Measured>,
    before: Option<(i64, Measured)>,
    announcement: Option<Uuid>,
}

impl NewRow {
    /// Parts come last: of very many only the names of the first fit into an entry, and the digests do.
    fn told(&self) -> String {
        let found = if self.while_running { "while_running" } else { "start" };
        let mut text = format!("found={found}\nhow={}", self.change.how.as_str());
        let old = |of: fn(&Measured) -> String| {
            self.before.as_ref().map_or_else(|| "none".to_owned(), |(_, before)| of(before))
        };
        let program = self.program.map_or_else(|| "gone".to_owned(), |program| program.to_string());
        text.push_str(&format!("\nprogram={}>{program}", old(|one| one.program.to_string())));
        if let Some(now) = &self.measured {
            text.push_str(&format!("\nversion={}>{}", old(|one| one.version.clone()), now.version));
            let digest = |one: &Measured| measured_digest(one).to_string();
            text.push_str(&format!("\nmeasured={}>{}", old(digest), digest(now)));
        }
        if let Some(announcement) = self.announcement {
            text.push_str(&format!("\nannouncement={announcement}"));
        }
        text.push_str(&format!("\nparts={}", names(&self.change.parts).join(",")));
        text
    }

    async fn write(
        self,
        connection: &mut SqliteConnection,
        (at, entry): (WallTime, EntryIndex),
    ) -> Result<Uuid> {
        let list = |parts: &[Part]| serde_json::json!(names(parts)).to_string();
        sqlx::query(
            "INSERT INTO software_change (id, at_us, entry, while_running, how, parts, uncovered, program, measured, before, announcement)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(blob(self.id))
        .bind(at.0)
        .bind(int(entry.0)?)
        .bind(self.while_running)
        .bind(self.change.how.as_str())
        .bind(list(&self.change.parts))
        .bind(list(&self.change.uncovered))
        .bind(self.program.map(|program| program.0.to_vec()))
        .bind(self.measured.as_ref().map(rest_text).transpose()?)
        .bind(self.before.as_ref().map(|(number, _)| *number))
        .bind(self.announcement.map(blob))
        .execute(&mut *connection)
        .await
        .doing("writing a change of the program or its settings")?;
        if let Some(announcement) = self.announcement {
            sqlx::query("UPDATE software_announcement SET ended_us = ? WHERE id = ?")
                .bind(at.0)
                .bind(blob(announcement))
                .execute(connection)
                .await
                .doing("using an announcement up")?;
        }
        Ok(self.id)
    }
}

/// The file on the disk was looked at: `noted` is what an entry says of it, `None` that it is what runs.
async fn looked(connection: &mut SqliteConnection, noted: OnDisk, at: WallTime) -> Result<()> {
    let stored = match noted {
        OnDisk::AsItRuns => None,
        OnDisk::Gone => Some(Vec::new()),
        OnDisk::Other(hash) => Some(hash.0.to_vec()),
    };
    sqlx::query("UPDATE integrity SET on_disk = ?, looked_us = ?")
        .bind(stored)
        .bind(at.0)
        .execute(connection)
        .await
        .doing("noting what is on the disk")
        .map(|_| ())
}

impl Registry {
    /// What the digests of settings are salted with.
    pub async fn settings_salt(&self) -> Result<[u8; 32]> {
        let (salt,): (Vec<u8>,) = sqlx::query_as("SELECT salt FROM integrity")
            .fetch_one(&self.0.database.read)
            .await
            .doing("reading the salt of settings")?;
        salt.try_into().map_err(|_| Error::Corrupt("the salt of settings has not 32 bytes".into()))
    }

    /// Holds a start against the last one: where it differs, its entry and row. `None`: it runs as it ran before.
    pub async fn note_start(&self, cx: &Cx, now: Measured) -> Result<Option<Uuid>> {
        // A clock that was set back holds no announcement open.
        let (cx, at) = (cx.clone(), cx.now.max(self.believed()));
        self.decided(move |connection| {
            Box::pin(async move {
                let stand = Stand::load(connection).await?;
                let before = stand.before.as_ref().map(|(_, before)| before);
                let announced = stand.open.as_ref().map(|(_, announced)| announced);
                let start = match stand.is_unreadable {
                    true => Start::Changed(at_start_unreadable(&now, announced, at)),
                    false => at_start(before, stand.noted, &now, announced, at),
                };
                let change = match start {
                    Start::Same => {
                        looked(connection, OnDisk::AsItRuns, cx.now).await?;
                        return Ok(Ok(None));
                    }
                    Start::First => Change {
                        how: How::First,
                        parts: Vec::new(),
                        uncovered: Vec::new(),
                        uses_announcement: false,
                    },
                    Start::Changed(change) => change,
                };
                let announcement = stand.open.filter(|_| change.uses_announcement).map(|(id, _)| id);
                let row = NewRow {
                    id: new_id(),
                    while_running: false,
                    change,
                    program: Some(now.program),
                    measured: Some(now),
                    before: stand.before,
                    announcement,
                };
                let written = enter(connection, &cx, row).await?;
                looked(connection, OnDisk::AsItRuns, cx.now).await?;
                Ok(written.map(Some))
            })
        })
        .await
    }

    /// Holds the program's file on the disk against the program that runs. `None`: nothing new is to be said of it.
    pub async fn note_on_disk(&self, cx: &Cx, running: Hash, found: Option<Hash>) -> Result<Option<Uuid>> {
        let (cx, at) = (cx.clone(), cx.now.max(self.believed()));
        self.decided(move |connection| {
            Box::pin(async move {
                let stand = Stand::load(connection).await?;
                let seen = OnDisk::of(found, running);
                let announced = stand.open.as_ref().map(|(_, announced)| announced);
                let Some(how) = while_running(seen, stand.noted, announced, at) else {
                    // What is left to the start is not noted: only what has an entry is known from before.
                    let noted = if seen == OnDisk::AsItRuns { seen } else { stand.noted };
                    looked(connection, noted, cx.now).await?;
                    return Ok(Ok(None));
                };
                let parts = vec![Part::new("program")];
                let row = NewRow {
                    id: new_id(),
                    while_running: true,
                    change: Change { how, parts: parts.clone(), uncovered: parts, uses_announcement: false },
                    program: found,
                    measured: None,
                    before: stand.before,
                    announcement: None,
                };
                let written = enter(connection, &cx, row).await?;
                looked(connection, seen, cx.now).await?;
                Ok(written.map(Some))
            })
        })
        .await
    }

    /// When the program's file on the disk was last looked at: by a start, or since.
    pub async fn looked_on_disk(&self) -> Result<Option<WallTime>> {
        let (looked,): (Option<i64>,) = sqlx::query_as("SELECT looked_us FROM integrity")
            .fetch_one(&self.0.database.read)
            .await
            .doing("reading when the program's file was looked at")?;
        Ok(looked.map(WallTime))
    }

    /// Says that something will be changed, in the place of what was said before.
    pub async fn announce_software(&self, cx: &Cx, new: NewSoftwareAnnouncement) -> Result<Uuid> {
        let (person, id, now) = (person_of(cx)?, new_id(), cx.now);
        if !new.program && !new.settings {
            return Err(Error::invalid("what", "names nothing"));
        }
        if new.expected.is_some() && !new.program {
            return Err(Error::invalid("expected_sha256", "is a program's, and none is announced"));
        }
        if !(1..=ANNOUNCED_DAYS_MAX).contains(&new.days) {
            return Err(Error::invalid("days", "is not between 1 and 14"));
        }
        let until = now.max(self.believed()).plus_us(i64::from(new.days) * DAY_US);
        let reason = note_of(cx)?;
        let expected = new.expected.map_or_else(|| "any".to_owned(), |expected| expected.to_string());
        let extra =
            format!("program={}\nsettings={}\nexpected={expected}\nuntil={until}", new.program, new.settings);
        self.act(cx, Ask { subject: Some(id), extra, ..Ask::new(Act::AnnounceSoftware) }, move |connection, entry| {
            Box::pin(async move {
                sqlx::query("UPDATE software_announcement SET ended_us = ? WHERE ended_us IS NULL")
                    .bind(now.0)
                    .execute(&mut *connection)
                    .await
                    .doing("ending the announcement before")?;
                sqlx::query(
                    "INSERT INTO software_announcement (id, program, settings, expected, reason, until_us, person, at_us, entry)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(new.program)
                .bind(new.settings)
                .bind(new.expected.map(|expected| expected.0.to_vec()))
                .bind(reason)
                .bind(until.0)
                .bind(blob(person.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("announcing a change of the program or its settings")?;
                Ok(id)
            })
        })
        .await
    }

    /// Says why something changed that nobody had announced; the reason is the context's note.
    pub async fn explain_software(&self, cx: &Cx, id: Uuid) -> Result<()> {
        let (person, now, reason) = (person_of(cx)?, cx.now, note_of(cx)?);
        let change = self.software_change(id).await?;
        let ask = Ask {
            subject: Some(id),
            refers_to: Some(change.entry),
            extra: format!("change={id}"),
            ..Ask::new(Act::ExplainSoftware)
        };
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE software_change SET explained = ?, explained_by = ?, explained_us = ?, explained_entry = ?
                     WHERE id = ? AND explained_us IS NULL AND how IN ('unannounced', 'other_than_announced')",
                )
                .bind(reason)
                .bind(blob(person.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("explaining a change of the program or its settings")?;
                once(&done, "it is explained already, or needs no explanation")
            })
        })
        .await
    }

    /// What is announced, also after its end, until another takes its place.
    pub async fn software_announcement(&self, _cx: &Cx) -> Result<Option<SoftwareAnnouncement>> {
        let row: Option<SqliteRow> = sqlx::query(
            "SELECT said.*, person.name FROM software_announcement AS said JOIN person ON person.id = said.person
             WHERE ended_us IS NULL",
        )
        .fetch_optional(&self.0.database.read)
        .await
        .doing("reading what is announced")?;
        let Some(row) = row else { return Ok(None) };
        let expected: Option<Vec<u8>> = get(&row, "expected")?;
        Ok(Some(SoftwareAnnouncement {
            id: uuid_of(&get::<Vec<u8>>(&row, "id")?)?,
            announced: Announced {
                program: get(&row, "program")?,
                settings: get(&row, "settings")?,
                expected: expected.as_deref().map(hash_of).transpose()?,
                until: WallTime(get(&row, "until_us")?),
            },
            reason: get(&row, "reason")?,
            by: hand(&row, ["person", "name", "at_us", "entry"])?,
        }))
    }

    /// Changes, newest first.
    pub async fn software_changes(&self, _cx: &Cx, query: &PartQuery) -> Result<ListPart<SoftwareChange>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading changes of the program")?;
        let found = part(&mut connection, query, (COLUMNS, "change.number DESC"), |sql| {
            sql.push("1");
        })
        .await?;
        let rows = found.rows.iter().map(change_of).collect::<Result<_>>()?;
        Ok(ListPart { rows, next_cursor: found.next_cursor, total: found.total })
    }

    pub async fn software_change(&self, id: Uuid) -> Result<SoftwareChange> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE change.id = ?")))
            .bind(blob(id))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("reading a change of the program")?;
        change_of(&row.ok_or(Error::NotFound("change of the program or its settings"))?)
    }

    /// Changes that nobody explained yet, as one finding; `None`: there is none.
    pub async fn unexplained_software(&self) -> Result<Option<Unexplained>> {
        let rows: Vec<(i64, bool, String, String)> = sqlx::query_as(
            "SELECT at_us, while_running, how, uncovered FROM software_change
             WHERE explained_us IS NULL AND how IN ('unannounced', 'other_than_announced') ORDER BY number DESC LIMIT ?",
        )
        .bind(UNEXPLAINED_MAX)
        .fetch_all(&self.0.database.read)
        .await
        .doing("looking for changes that nobody explained")?;
        // The gravest is told, of several such the newest: a small change later does not cover it up.
        let grave = How::OtherThanAnnounced.as_str();
        let told = rows.iter().find(|(_, _, how, _)| how == grave).or(rows.first());
        let Some((_, on_disk, how, uncovered)) = told else { return Ok(None) };
        Ok(Some(Unexplained {
            count: rows.len() as u64,
            since: WallTime(rows.iter().map(|(at, ..)| *at).min().unwrap_or_default()),
            how: how_of(how),
            on_disk: *on_disk,
            uncovered: parts_of(uncovered),
        }))
    }
}

/// Decides, writes the entry and the row.
async fn enter(
    connection: &mut SqliteConnection,
    cx: &Cx,
    row: NewRow,
) -> Result<std::result::Result<Uuid, super::Refusal>> {
    let ask = Ask { subject: Some(row.id), extra: row.told(), ..Ask::new(Act::NoteSoftware) };
    match admit::enter(connection, cx, &ask).await? {
        Ok(entered) => row.write(connection, (cx.now, entered.entry)).await.map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// The reason, as far as there is one: that there must be is the law's.
fn note_of(cx: &Cx) -> Result<String> {
    at_most("reason", cx.note.as_deref().unwrap_or_default().trim(), REASON_CHARS_MAX)
}

const COLUMNS: &str = "SELECT change.*, earlier.program AS before_program, earlier.measured AS before_measured,
        said.reason AS said_reason, said.person AS said_person, speaker.name AS said_name, said.at_us AS said_us,
        said.entry AS said_entry, explainer.name AS explained_name
    FROM software_change AS change
    LEFT JOIN software_change AS earlier ON earlier.number = change.before
    LEFT JOIN software_announcement AS said ON said.id = change.announcement
    LEFT JOIN person AS speaker ON speaker.id = said.person
    LEFT JOIN person AS explainer ON explainer.id = change.explained_by";

fn get<'r, T>(row: &'r SqliteRow, column: &str) -> Result<T>
where
    T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
{
    row.try_get(column).doing("reading a change of the program")
}

/// A word that cannot be read needs an explanation.
fn how_of(word: &str) -> How {
    How::from_word(word).unwrap_or(How::Unannounced)
}

fn parts_of(text: &str) -> Vec<Part> {
    let names: Vec<String> = serde_json::from_str(text).unwrap_or_else(|_| vec![UNREADABLE.to_owned()]);
    names.into_iter().map(Part::new).collect()
}

/// What somebody said, and who: of columns that are all there or none.
fn said(row: &SqliteRow, [text, person, name, at, entry]: [&str; 5]) -> Result<Option<(String, Hand)>> {
    let Some(text) = get::<Option<String>>(row, text)? else { return Ok(None) };
    Ok(Some((text, hand(row, [person, name, at, entry])?)))
}

fn hand(row: &SqliteRow, [person, name, at, entry]: [&str; 4]) -> Result<Hand> {
    Ok(Hand {
        person: PersonId(uuid_of(&get::<Vec<u8>>(row, person)?)?),
        name: get(row, name)?,
        at: WallTime(get(row, at)?),
        entry: EntryIndex(uint(get(row, entry)?)?),
    })
}

fn change_of(row: &SqliteRow) -> Result<SoftwareChange> {
    let whole = |program: &str, rest: &str| {
        let (program, rest): (Option<Vec<u8>>, Option<String>) = (get(row, program)?, get(row, rest)?);
        // One row that cannot be read does not hide the others.
        Result::Ok(program.zip(rest).and_then(|(program, rest)| measured_of(&program, &rest).ok()))
    };
    let program: Option<Vec<u8>> = get(row, "program")?;
    Ok(SoftwareChange {
        id: uuid_of(&get::<Vec<u8>>(row, "id")?)?,
        at: WallTime(get(row, "at_us")?),
        entry: EntryIndex(uint(get(row, "entry")?)?),
        while_running: get(row, "while_running")?,
        how: how_of(&get::<String>(row, "how")?),
        parts: parts_of(&get::<String>(row, "parts")?),
        uncovered: parts_of(&get::<String>(row, "uncovered")?),
        program: program.as_deref().and_then(|program| hash_of(program).ok()),
        measured: whole("program", "measured")?,
        before: whole("before_program", "before_measured")?,
        announced: said(row, ["said_reason", "said_person", "said_name", "said_us", "said_entry"])?,
        explained: said(
            row,
            ["explained", "explained_by", "explained_name", "explained_us", "explained_entry"],
        )?,
    })
}

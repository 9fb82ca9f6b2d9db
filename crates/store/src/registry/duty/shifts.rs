//! The roster, and shifts as they were kept: taken over by their own person, prolonged where nobody comes, handed over with words.
//!
//! The invariant kept: only the person of a shift takes it over and ends it, and once.

use super::super::admit::{Ask, enter_unless};
use super::super::in_time::DoneInTime;
use super::super::register::{Book, listed};
use super::super::{EntryIndex, Registry, at_most, new_id, words};
use super::rooms::post_of;
use super::{article, own_scope, person_of, unit_of, words_digest};
use crate::convert::{blob, int, span_of, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use law::access::Refusal;
use law::duty::{
    DutyPost, SHIFT_US_MAX, STAY_US_MAX, Shift, Taking, UNMANNED_US_MAX, refuse_others, refuse_taking,
};
use model::{Act, Cx, PersonId, Role, Span, UnitId, WallTime};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow as _, Row as _, SqliteConnection};
use std::sync::Arc;
use uuid::Uuid;

/// Shifts that are rostered at once: a week of a room with five persons in three shifts.
const ROSTERED_MAX: usize = 200;
/// Shifts in one list: a month of the same.
const ROWS_MAX: i64 = 1_000;
/// Words for whoever comes next.
const WORDS_CHARS_MAX: usize = 2_000;
const REASON_CHARS_MAX: usize = 300;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewDutyShift {
    pub person: PersonId,
    pub span: Span,
    /// Which post they fill in it.
    pub post: Option<DutyPost>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DutyShift {
    pub id: Uuid,
    pub room: Uuid,
    pub name: String,
    pub shift: Shift,
    pub entry: EntryIndex,
    /// When it was taken off the roster, and why.
    pub withdrawn: Option<(WallTime, String)>,
    pub taken_entry: Option<EntryIndex>,
    /// The shift that it was taken over from.
    pub before: Option<Uuid>,
    /// Why nobody handed over.
    pub alone: String,
    /// Why it was prolonged.
    pub stayed: String,
    /// For whoever comes next.
    pub words: String,
}

type Row = (
    Vec<u8>,
    Vec<u8>,
    Vec<u8>,
    String,
    i64,
    i64,
    i64,
    Option<i64>,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<Vec<u8>>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<String>,
);

const SELECT: &str = "SELECT duty_shift.id, room, duty_shift.person, name, start_us, end_us, duty_shift.entry, withdrawn_us, withdrawn_why,
    taken_us, taken_entry, from_shift, alone, stayed, ended_us, words, post FROM duty_shift JOIN person ON person.id = duty_shift.person";

impl Registry {
    /// Puts persons on the roster of a room.
    pub async fn roster(&self, cx: &Cx, room: Uuid, new: Vec<NewDutyShift>) -> Result<Vec<Uuid>> {
        if new.is_empty() || new.len() > ROSTERED_MAX {
            return Err(Error::invalid("shifts", "are none, or too many at once"));
        }
        for NewDutyShift { span, .. } in &new {
            if span.duration_us() <= 0 || span.duration_us() > SHIFT_US_MAX {
                return Err(Error::invalid("to_ms", "is not after the start, or more than a day after it"));
            }
            if span.end <= cx.now {
                return Err(Error::invalid("to_ms", "is not in the future: what is over is not rostered"));
            }
        }
        let ask = self.of_room(room, &format!("rostered={}", new.len())).await?;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let unit = unit_of(connection, room).await?;
                is_open(connection, room).await?;
                let mut ids = Vec::with_capacity(new.len());
                for shift in new {
                    free(connection, unit, shift).await?;
                    ids.push(insert(connection, room, shift, entry).await?);
                }
                Ok(ids)
            })
        })
        .await
    }

    /// Takes a shift off the roster that nobody has taken over.
    pub async fn withdraw_shift(&self, cx: &Cx, id: Uuid, reason: &str) -> Result<()> {
        let reason = words("reason", reason, REASON_CHARS_MAX)?;
        let room = self.any_shift(id).await?.room;
        let ask = Ask { subject: Some(id), ..self.of_room(room, &format!("withdrawn={reason}")).await? };
        let now = cx.now;
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE duty_shift SET withdrawn_us = ?, withdrawn_why = ?
                     WHERE id = ? AND withdrawn_us IS NULL AND taken_us IS NULL",
                )
                .bind(now.0)
                .bind(reason)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("withdrawing a shift")?;
                changed(done.rows_affected(), "the shift was taken over or withdrawn already")
            })
        })
        .await
    }

    /// Takes one's own shift over: from the shift before, or with the reason why nobody hands over.
    pub async fn take_over(&self, cx: &Cx, id: Uuid, before: Option<Uuid>, alone: &str) -> Result<()> {
        let alone = at_most("alone", alone.trim(), REASON_CHARS_MAX)?;
        self.on_shift(cx, id, Change::TakeOver { before, alone }).await
    }

    /// Stays longer, since nobody relieves one.
    pub async fn stay_on(&self, cx: &Cx, id: Uuid, until: WallTime, reason: &str) -> Result<()> {
        let reason = words("reason", reason, REASON_CHARS_MAX)?;
        self.on_shift(cx, id, Change::StayOn { until, reason }).await
    }

    /// Ends one's own shift with words for whoever comes next. What one watches ends, and one's sessions with it.
    pub async fn hand_shift_over(&self, cx: &Cx, id: Uuid, text: &str) -> Result<()> {
        let (text, person) = (words("words", text, WORDS_CHARS_MAX)?, person_of(cx)?);
        self.on_shift(cx, id, Change::HandOver { words: text }).await?;
        self.0.passes.revoke_views(person);
        Ok(())
    }

    /// One act of a person on a shift, judged with what is stored.
    async fn on_shift(&self, cx: &Cx, id: Uuid, change: Change) -> Result<()> {
        let (cx, person, today) = (cx.clone(), person_of(cx)?, self.today(cx.now));
        let library = Arc::clone(&self.0.packs.library);
        self.decided(move |connection| {
            Box::pin(async move {
                let found = one(connection, id).await?;
                let unit = unit_of(connection, found.room).await?;
                let before = change.before(connection, &found).await?;
                let ask = Ask {
                    scopes: vec![own_scope(connection, &cx, unit).await?],
                    subject: Some(id),
                    own: found.shift.person == person,
                    extra: change.told(),
                    ..Ask::new(change.act())
                };
                let article = article(connection, Book::on(&library, today), unit, "duty-roster").await?;
                let refusal = change.refuse((&found, before.as_ref()), ask.own, &cx, &article);
                match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => {
                        let before = before.map(|before| before.id);
                        change.carry_out(connection, &cx, (&found, before), entered.entry).await?;
                        Ok(Ok(()))
                    }
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        })
        .await
    }

    /// The roster of a room in a span, in order.
    pub async fn duty_shifts(&self, cx: &Cx, room: Uuid, span: Span) -> Result<Vec<DutyShift>> {
        self.seen_room(cx, room).await?;
        let sql = format!(
            "{SELECT} WHERE room = ? AND start_us < ? AND end_us > ? ORDER BY start_us, duty_shift.id LIMIT ?"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(blob(room))
            .bind(span.end.0)
            .bind(span.start.0)
            .bind(ROWS_MAX)
            .fetch_all(&self.0.database.read)
            .await
            .doing("listing shifts")?;
        rows.iter().map(shift_of).collect()
    }

    /// Shifts of the actor's rooms that their own persons took over in time since then, by their rooms' names, newest first.
    pub async fn shifts_in_time(&self, cx: &Cx, since: WallTime) -> Result<Vec<DoneInTime>> {
        let rooms = self.duty_rooms(cx).await?;
        if rooms.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(
            "SELECT id, room FROM duty_shift WHERE taken_us > ?1 AND start_us > ?2 AND taken_us - start_us < ?3
               AND room IN (SELECT unhex(value) FROM json_each(?4)) ORDER BY taken_us DESC LIMIT ?5",
        )
        .bind(since.0)
        .bind(since.plus_us(-SHIFT_US_MAX).0)
        // Later than that the room was found to be unmanned.
        .bind(UNMANNED_US_MAX)
        .bind(listed(rooms.iter().map(|room| room.id)))
        .bind(ROWS_MAX)
        .fetch_all(&self.0.database.read)
        .await
        .doing("looking for shifts that were taken over")?;
        let mut found = Vec::with_capacity(rows.len());
        for (shift, room) in rows {
            let (id, room) = (uuid_of(&shift)?, uuid_of(&room)?);
            found.extend(rooms.iter().find(|one| one.id == room).map(|one| DoneInTime {
                unit: Some(one.unit),
                article: None,
                id,
                name: one.name.clone(),
            }));
        }
        Ok(found)
    }

    /// One shift of a room that the actor may see.
    pub async fn duty_shift(&self, cx: &Cx, id: Uuid) -> Result<DutyShift> {
        let found = self.any_shift(id).await?;
        match self.seen_room(cx, found.room).await {
            Ok(_) => Ok(found),
            Err(Error::NotFound(_)) => Err(Error::NotFound("shift")),
            Err(error) => Err(error),
        }
    }

    async fn any_shift(&self, id: Uuid) -> Result<DutyShift> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a shift")?;
        one(&mut connection, id).await
    }
}

/// What a person does with their own shift.
enum Change {
    TakeOver { before: Option<Uuid>, alone: String },
    StayOn { until: WallTime, reason: String },
    HandOver { words: String },
}

impl Change {
    const fn act(&self) -> Act {
        match self {
            Self::TakeOver { .. } => Act::TakeOverShift,
            Self::StayOn { .. } => Act::StayOnShift,
            Self::HandOver { .. } => Act::HandOverShift,
        }
    }

    /// As its entry says it.
    fn told(&self) -> String {
        match self {
            Self::TakeOver { before: Some(before), .. } => format!("from={before}"),
            Self::TakeOver { before: None, alone } => format!("alone={alone}"),
            Self::StayOn { until, reason } => format!("until={until}\nreason={reason}"),
            Self::HandOver { words } => format!("sha256={}", words_digest(words)),
        }
    }

    /// The shift of the same room that is taken over from.
    async fn before(
        &self,
        connection: &mut SqliteConnection,
        found: &DutyShift,
    ) -> Result<Option<DutyShift>> {
        let Self::TakeOver { before: Some(before), .. } = self else { return Ok(None) };
        let before = one(connection, *before).await?;
        Ok(Some(before).filter(|before| before.room == found.room && before.id != found.id))
    }

    fn refuse(
        &self,
        (found, before): (&DutyShift, Option<&DutyShift>),
        own: bool,
        cx: &Cx,
        article: &str,
    ) -> Option<Refusal> {
        let Self::TakeOver { alone, .. } = self else { return (!own).then(|| refuse_others(article)) };
        let taking = Taking {
            shift: found.shift,
            own,
            before: before.map(|before| before.shift),
            says_why_alone: !alone.is_empty(),
            now: cx.now,
        };
        refuse_taking(&taking, article)
    }

    async fn carry_out(
        self,
        connection: &mut SqliteConnection,
        cx: &Cx,
        (found, before): (&DutyShift, Option<Uuid>),
        entry: EntryIndex,
    ) -> Result<()> {
        match self {
            Self::TakeOver { alone, .. } => {
                is_open(connection, found.room).await?;
                let done = sqlx::query(
                    "UPDATE duty_shift SET taken_us = ?, taken_entry = ?, from_shift = ?, alone = ?
                     WHERE id = ? AND taken_us IS NULL AND withdrawn_us IS NULL",
                )
                .bind(cx.now.0)
                .bind(int(entry.0)?)
                .bind(before.map(blob))
                .bind(Some(alone).filter(|alone| !alone.is_empty()))
                .bind(blob(found.id))
                .execute(connection)
                .await
                .doing("taking a shift over")?;
                changed(done.rows_affected(), "the shift was taken over or withdrawn already")
            }
            Self::StayOn { until, reason } => {
                if !found.shift.runs(cx.now) {
                    return Err(Error::Conflict("the shift does not run".into()));
                }
                if until <= found.shift.rostered.end || until > cx.now.plus_us(STAY_US_MAX) {
                    let problem = "is not after the shift's end, or more than four hours from now";
                    return Err(Error::invalid("until_ms", problem));
                }
                sqlx::query("UPDATE duty_shift SET end_us = ?, stayed = ? WHERE id = ?")
                    .bind(until.0)
                    .bind(reason)
                    .bind(blob(found.id))
                    .execute(connection)
                    .await
                    .doing("prolonging a shift")
                    .map(|_| ())
            }
            Self::HandOver { words } => {
                let done = sqlx::query(
                    "UPDATE duty_shift SET ended_us = ?, end_entry = ?, words = ?
                     WHERE id = ? AND taken_us IS NOT NULL AND ended_us IS NULL",
                )
                .bind(cx.now.0)
                .bind(int(entry.0)?)
                .bind(words)
                .bind(blob(found.id))
                .execute(connection)
                .await
                .doing("handing a shift over")?;
                changed(done.rows_affected(), "the shift was not taken over, or is handed over already")
            }
        }
    }
}

async fn one(connection: &mut SqliteConnection, id: Uuid) -> Result<DutyShift> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE duty_shift.id = ?")))
        .bind(blob(id))
        .fetch_optional(connection)
        .await
        .doing("reading a shift")?;
    row.as_ref().map(shift_of).transpose()?.ok_or(Error::NotFound("shift"))
}

fn shift_of(row: &SqliteRow) -> Result<DutyShift> {
    // The last column is one more than a tuple has room for.
    let post: String = row.try_get("post").doing("reading a shift")?;
    let row = Row::from_row(row).doing("reading a shift")?;
    let (id, room, person, name, start, end, entry, withdrawn, why, taken, taken_entry, before, ..) = row;
    let (alone, stayed, ended, words) = (row.12, row.13, row.14, row.15);
    let shift = Shift {
        person: PersonId(uuid_of(&person)?),
        post: post_of(&post)?,
        rostered: span_of(start, end)?,
        withdrawn: withdrawn.is_some(),
        taken: taken.map(WallTime),
        ended: ended.map(WallTime),
    };
    Ok(DutyShift {
        id: uuid_of(&id)?,
        room: uuid_of(&room)?,
        name,
        shift,
        entry: EntryIndex(uint(entry)?),
        withdrawn: withdrawn.map(|at| (WallTime(at), why.unwrap_or_default())),
        taken_entry: taken_entry.map(uint).transpose()?.map(EntryIndex),
        before: before.map(|before| uuid_of(&before)).transpose()?,
        alone: alone.unwrap_or_default(),
        stayed: stayed.unwrap_or_default(),
        words: words.unwrap_or_default(),
    })
}

async fn is_open(connection: &mut SqliteConnection, room: Uuid) -> Result<()> {
    let (open,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT 1 FROM duty_room WHERE id = ? AND closed_us IS NULL)")
            .bind(blob(room))
            .fetch_one(connection)
            .await
            .doing("looking at a room")?;
    if open { Ok(()) } else { Err(Error::Conflict("the room is closed".into())) }
}

/// The person may watch in the unit and is on no other shift then.
async fn free(connection: &mut SqliteConnection, unit: UnitId, new: NewDutyShift) -> Result<()> {
    let (watches, busy): (bool, bool) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM post JOIN person ON person.id = post.person WHERE post.person = ?1
                        AND post.unit = ?2 AND role IN (?3, ?4) AND suspended = 0),
                EXISTS (SELECT 1 FROM duty_shift WHERE person = ?1 AND withdrawn_us IS NULL AND start_us < ?6
                        AND min(end_us, coalesce(ended_us, end_us)) > ?5)",
    )
    .bind(blob(new.person.0))
    .bind(blob(unit.0))
    .bind(i64::from(Role::Viewer.code()))
    .bind(i64::from(Role::Operator.code()))
    .bind(new.span.start.0)
    .bind(new.span.end.0)
    .fetch_one(connection)
    .await
    .doing("looking whether a person is free")?;
    if !watches {
        return Err(Error::invalid("person_id", "has no post in this unit that watches"));
    }
    if busy {
        return Err(Error::Conflict("the person is on another shift then".into()));
    }
    Ok(())
}

async fn insert(
    connection: &mut SqliteConnection,
    room: Uuid,
    new: NewDutyShift,
    entry: EntryIndex,
) -> Result<Uuid> {
    let id = new_id();
    sqlx::query(
        "INSERT INTO duty_shift (id, room, person, start_us, end_us, entry, post) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(id))
    .bind(blob(room))
    .bind(blob(new.person.0))
    .bind(new.span.start.0)
    .bind(new.span.end.0)
    .bind(int(entry.0)?)
    .bind(new.post.map_or("", DutyPost::as_str))
    .execute(connection)
    .await
    .doing("rostering a shift")?;
    Ok(id)
}

fn changed(rows: u64, problem: &str) -> Result<()> {
    if rows == 0 { Err(Error::Conflict(problem.to_owned())) } else { Ok(()) }
}

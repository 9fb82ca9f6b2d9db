//! Maintenance rounds: begun with what the system measured, answered line by line, signed off (guangzhou-2007:22).
//!
//! The invariants: a round is signed off only when every line is answered, and then it stays as it is; each of its faults opens a
//! work order in the same commit.

use super::super::admit::{Ask, enter};
use super::super::{Registry, new_id};
use super::orders::{NewWorkOrder, insert_order};
use super::{ROWS_MAX, Signed, WORDS_CHARS_MAX, ask_of, signed, terms_of, unit_of_row, words};
use crate::convert::{blob, int, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::person_of;
use law::routines::{Answer, Part, checklist, due, unanswered};
use model::{Act, CameraId, Cx, Hash, PersonId, UnitId, WallTime};
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;
use uuid::Uuid;

const LINE_CHARS_MAX: usize = 500;
/// What is measured for one round: a sentence for each line.
const MEASURED_BYTES_MAX: usize = 64 * 1_024;
const UNIT: &str = "SELECT unit FROM maintenance_round WHERE id = ?";

/// What a person says of one line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoundLine {
    pub item: String,
    pub answer: Answer,
    pub words: String,
    pub camera: Option<CameraId>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoundRow {
    pub id: Uuid,
    pub part: Part,
    pub begun: Signed,
    /// What the system measured when it began, as the shell wrote it.
    pub measured: String,
    pub lines: Vec<RoundLine>,
    pub signed: Option<Signed>,
}

type Row = (
    Vec<u8>,
    String,
    i64,
    Vec<u8>,
    String,
    i64,
    String,
    Option<i64>,
    Option<Vec<u8>>,
    Option<String>,
    Option<String>,
    Option<i64>,
);

impl Registry {
    /// Begins a round of one part. One at a time for each.
    pub async fn begin_round(&self, cx: &Cx, unit: UnitId, part: Part, measured: String) -> Result<Uuid> {
        if measured.len() > MEASURED_BYTES_MAX {
            return Err(Error::invalid("measured", "is too long"));
        }
        let (id, person, now) = (new_id(), person_of(cx)?, cx.now);
        let sha256 = Hash(Sha256::digest(&measured).into());
        let extra = format!("round=begin\npart={}\nmeasured_sha256={sha256}", part.as_str());
        self.act(cx, ask_of(Act::KeepRound, unit, Some(id), extra), move |connection, entry| {
            Box::pin(async move {
                let open: Option<(i64,)> = sqlx::query_as(
                    "SELECT 1 FROM maintenance_round WHERE unit = ? AND part = ? AND signed_us IS NULL",
                )
                .bind(blob(unit.0))
                .bind(part.as_str())
                .fetch_optional(&mut *connection)
                .await
                .doing("looking for an open round")?;
                if open.is_some() {
                    return Err(Error::Conflict("a round of this part is open".into()));
                }
                sqlx::query(
                    "INSERT INTO maintenance_round (id, unit, part, begun_us, person, entry, measured) VALUES (?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(blob(unit.0))
                .bind(part.as_str())
                .bind(now.0)
                .bind(blob(person.0))
                .bind(int(entry.0)?)
                .bind(measured)
                .execute(connection)
                .await
                .doing("beginning a round")?;
                Ok(id)
            })
        })
        .await
    }

    /// Answers lines of a round that is open; a line that is answered again is as it was said last.
    pub async fn answer_round(&self, cx: &Cx, id: Uuid, lines: Vec<RoundLine>) -> Result<()> {
        let round = self.open_round(id).await?;
        let known = checklist(round.1);
        if lines.is_empty() || lines.len() > known.len() {
            return Err(Error::invalid("lines", "are none, or more than there are"));
        }
        let mut said = Vec::with_capacity(lines.len());
        for line in &lines {
            if known.iter().all(|item| item.id != line.item) {
                return Err(Error::invalid("lines", "name none of this round"));
            }
            let text = super::super::at_most("words", line.words.trim(), LINE_CHARS_MAX)?;
            if line.answer == Answer::Fault && text.is_empty() {
                return Err(Error::invalid("words", "say nothing about the fault"));
            }
            self.own_cameras(round.0, line.camera.as_slice()).await?;
            said.push(format!("{}={}", line.item, line.answer.as_str()));
        }
        let extra = format!("round=answer\n{}", said.join("\n"));
        self.act(cx, ask_of(Act::KeepRound, round.0, Some(id), extra), move |connection, _| {
            Box::pin(async move {
                still_open(connection, id).await?;
                for line in lines {
                    sqlx::query(
                        "INSERT INTO round_line (round, item, answer, words, camera) VALUES (?, ?, ?, ?, ?)
                         ON CONFLICT (round, item) DO UPDATE SET answer = excluded.answer, words = excluded.words,
                            camera = excluded.camera",
                    )
                    .bind(blob(id))
                    .bind(line.item)
                    .bind(line.answer.as_str())
                    .bind(line.words.trim().to_owned())
                    .bind(line.camera.map(|camera| blob(camera.0)))
                    .execute(&mut *connection)
                    .await
                    .doing("answering a line")?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Signs a round off; each fault opens a work order.
    pub async fn sign_round(&self, cx: &Cx, id: Uuid, said: &str) -> Result<()> {
        let said = words("words", said, WORDS_CHARS_MAX)?;
        let (unit, part) = self.open_round(id).await?;
        let (person, cx) = (person_of(cx)?, cx.clone());
        self.decided(move |connection| {
            Box::pin(async move {
                let lines = lines_of(connection, id).await?;
                let faults: Vec<&RoundLine> =
                    lines.iter().filter(|line| line.answer == Answer::Fault).collect();
                let extra = format!("round=sign\npart={}\nfaults={}", part.as_str(), faults.len());
                let ask: Ask = ask_of(Act::KeepRound, unit, Some(id), extra);
                let entry = match enter(connection, &cx, &ask).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                still_open(connection, id).await?;
                let answered: Vec<String> = lines.iter().map(|line| line.item.clone()).collect();
                if let Some(item) = unanswered(part, &answered) {
                    return Err(Error::Conflict(format!("nobody has answered the line '{}'", item.en)));
                }
                sqlx::query(
                    "UPDATE maintenance_round SET signed_us = ?, signer = ?, words = ?, sign_entry = ? WHERE id = ?",
                )
                .bind(cx.now.0)
                .bind(blob(person.0))
                .bind(said)
                .bind(int(entry.0)?)
                .bind(blob(id))
                .execute(&mut *connection)
                .await
                .doing("signing a round off")?;
                let terms = terms_of(connection, unit).await?.unwrap_or_default();
                for line in faults {
                    let order = NewWorkOrder {
                        unit,
                        part,
                        body: line.words.clone(),
                        camera: line.camera,
                        contractor: None,
                        due: due(Some(cx.now), cx.now, terms.repair_days),
                    };
                    insert_order(connection, (new_id(), person, cx.now, entry), &order, Some(id)).await?;
                }
                Ok(Ok(()))
            })
        })
        .await
    }

    /// Rounds of a unit, newest first. Whether the actor may know is decided before.
    pub async fn rounds(&self, _cx: &Cx, unit: UnitId) -> Result<Vec<RoundRow>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading rounds")?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT maintenance_round.id, part, begun_us, person, starter.name, entry, measured, signed_us, signer,
                closer.name, words, sign_entry
             FROM maintenance_round JOIN person AS starter ON starter.id = person
             LEFT JOIN person AS closer ON closer.id = signer
             WHERE unit = ? ORDER BY begun_us DESC LIMIT ?",
        )
        .bind(blob(unit.0))
        .bind(ROWS_MAX)
        .fetch_all(&mut *connection)
        .await
        .doing("reading rounds")?;
        let mut rounds = Vec::with_capacity(rows.len());
        for row in rows {
            let mut round = round_of(row)?;
            round.lines = lines_of(&mut connection, round.id).await?;
            rounds.push(round);
        }
        Ok(rounds)
    }

    async fn open_round(&self, id: Uuid) -> Result<(UnitId, Part)> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a round")?;
        let unit = unit_of_row(&mut connection, UNIT, id, "round").await?;
        let (part,): (String,) = sqlx::query_as("SELECT part FROM maintenance_round WHERE id = ?")
            .bind(blob(id))
            .fetch_one(&mut *connection)
            .await
            .doing("reading a round")?;
        Ok((unit, part_of(&part)?))
    }
}

async fn still_open(connection: &mut SqliteConnection, id: Uuid) -> Result<()> {
    let (signed,): (Option<i64>,) = sqlx::query_as("SELECT signed_us FROM maintenance_round WHERE id = ?")
        .bind(blob(id))
        .fetch_one(connection)
        .await
        .doing("reading a round")?;
    if signed.is_some() { Err(Error::Conflict("the round is signed off".into())) } else { Ok(()) }
}

async fn lines_of(connection: &mut SqliteConnection, id: Uuid) -> Result<Vec<RoundLine>> {
    let rows: Vec<(String, String, String, Option<Vec<u8>>)> =
        sqlx::query_as("SELECT item, answer, words, camera FROM round_line WHERE round = ? ORDER BY item")
            .bind(blob(id))
            .fetch_all(connection)
            .await
            .doing("reading a round's lines")?;
    let line = |(item, answer, words, camera): (String, String, String, Option<Vec<u8>>)| {
        let answer = Answer::from_word(&answer)
            .ok_or_else(|| Error::Corrupt("a stored answer of a round is unknown".into()))?;
        let camera = camera.map(|camera| uuid_of(&camera).map(CameraId)).transpose()?;
        Ok(RoundLine { item, answer, words, camera })
    };
    rows.into_iter().map(line).collect()
}

pub(super) fn part_of(word: &str) -> Result<Part> {
    Part::from_word(word).ok_or_else(|| Error::Corrupt("a stored part of a system is unknown".into()))
}

fn round_of(row: Row) -> Result<RoundRow> {
    let (id, part, begun, person, name, entry, measured, at, signer, closer, said, sign_entry) = row;
    let begun = Signed {
        person: PersonId(uuid_of(&person)?),
        name,
        at: WallTime(begun),
        words: String::new(),
        entry: super::EntryIndex(crate::convert::uint(entry)?),
    };
    Ok(RoundRow {
        id: uuid_of(&id)?,
        part: part_of(&part)?,
        begun,
        measured,
        lines: Vec::new(),
        signed: signed(signer, closer, at, said, sign_entry)?,
    })
}

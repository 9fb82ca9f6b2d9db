//! Written rules of a unit, version by version, who has confirmed them, and emergency drills (datong-2008:17, guangzhou-2007:20).
//!
//! A version is a file of the document archive as it was when it was put in force: a later file of the same document is not what
//! people confirmed.

use super::super::admit::{Ask, enter};
use super::super::duty::own_scope;
use super::super::register::DocumentPass;
use super::super::{EntryIndex, Registry, new_id, words};
use super::{ROWS_MAX, Signed, WORDS_CHARS_MAX, ask_of, facts, signed, unit_of_row};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::once;
use crate::registry::person_of;
use law::access::CLOCK_TOLERANCE_US;
use law::register::RecordKind;
use law::routines::{RuleKind, TERM_DAYS_MAX};
use model::{Act, Cx, PersonId, RecordId, UnitId, WallTime};
use sqlx::SqliteConnection;
use std::collections::HashSet;
use uuid::Uuid;

/// Persons of one drill: a whole unit with its contractors.
const PARTICIPANTS_MAX: usize = 200;
/// A drill may be entered so long after it was held.
const LATE_US_MAX: i64 = 366 * 86_400_000_000;
const UNIT: &str = "SELECT unit FROM written_rule WHERE id = ?";

#[derive(Clone, Debug)]
pub struct NewRule {
    pub unit: UnitId,
    pub kind: RuleKind,
    pub document: RecordId,
    pub from: WallTime,
    pub review: WallTime,
}

/// A version of a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleRow {
    pub id: Uuid,
    pub kind: RuleKind,
    pub document: (RecordId, String),
    pub from: WallTime,
    pub review: WallTime,
    pub by: Signed,
    /// It is the one of its kind that holds now.
    pub in_force: bool,
    pub confirmed: Vec<Signed>,
    /// Staff of the unit who have not, of the one in force.
    pub missing: Vec<(PersonId, String)>,
}

/// A rule in force, for somebody who is to follow it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnRule {
    pub id: Uuid,
    pub unit: UnitId,
    pub kind: RuleKind,
    pub document: String,
    pub from: WallTime,
    pub confirmed: Option<WallTime>,
}

#[derive(Clone, Debug)]
pub struct NewDrill {
    pub unit: UnitId,
    pub held: WallTime,
    /// What was practised.
    pub body: String,
    /// What was found, and what follows.
    pub found: String,
    pub participants: Vec<PersonId>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DrillRow {
    pub id: Uuid,
    pub held: WallTime,
    pub body: String,
    pub found: String,
    pub participants: Vec<(PersonId, String)>,
    pub by: Signed,
}

type RuleTuple = (Vec<u8>, String, Vec<u8>, String, i64, i64, Vec<u8>, String, i64, i64);

impl Registry {
    /// Puts a version of a rule in force.
    pub async fn adopt_rule(&self, cx: &Cx, new: NewRule) -> Result<Uuid> {
        let document = self.own(cx, "document_id", new.document, RecordKind::Document, new.unit).await?;
        let term_us = new.review.since_us(new.from);
        if term_us <= 0 || term_us > i64::from(TERM_DAYS_MAX) * 86_400_000_000 {
            return Err(Error::invalid("review_ms", "is not within three years after it comes in force"));
        }
        if !document.body.contains_key("sha256") {
            return Err(Error::invalid("document_id", "has no file that anybody could read"));
        }
        let (id, person, version, now) = (new_id(), person_of(cx)?, document.version, cx.now);
        let extra = format!(
            "kind={}\ndocument={}\nversion={version}\nfrom={}\nreview={}",
            new.kind.as_str(),
            new.document,
            new.from,
            new.review
        );
        self.act(cx, ask_of(Act::AdoptRule, new.unit, Some(id), extra), move |connection, entry| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO written_rule (id, unit, kind, document, version, from_us, review_us, person, at_us, entry)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(blob(new.unit.0))
                .bind(new.kind.as_str())
                .bind(blob(new.document.0))
                .bind(version)
                .bind(new.from.0)
                .bind(new.review.0)
                .bind(blob(person.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("putting a rule in force")?;
                Ok(id)
            })
        })
        .await
    }

    /// Whoever acts confirms that they have read the version in force. Nobody confirms for another.
    pub async fn confirm_rule(&self, cx: &Cx, id: Uuid) -> Result<()> {
        let (person, cx) = (person_of(cx)?, cx.clone());
        self.decided(move |connection| {
            Box::pin(async move {
                let unit = unit_of_row(connection, UNIT, id, "rule").await?;
                let ask = Ask {
                    scopes: vec![own_scope(connection, &cx, unit).await?],
                    subject: Some(id),
                    own: true,
                    ..Ask::new(Act::ConfirmRule)
                };
                let entry = match enter(connection, &cx, &ask).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let (kind, _) = of_rule(connection, id).await?;
                if in_force(connection, unit, kind, cx.now).await? != Some(id) {
                    return Err(Error::Conflict("this version of the rule is not in force".into()));
                }
                let done = sqlx::query(
                    "INSERT INTO rule_confirmation (rule, person, at_us, entry) VALUES (?, ?, ?, ?)
                     ON CONFLICT DO NOTHING",
                )
                .bind(blob(id))
                .bind(blob(person.0))
                .bind(cx.now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("confirming a rule")?;
                once(&done, "you have confirmed this version already")?;
                Ok(Ok(()))
            })
        })
        .await
    }

    /// All versions of a unit's rules, newest first. Whether the actor may know is decided before.
    pub async fn written_rules(&self, cx: &Cx, unit: UnitId) -> Result<Vec<RuleRow>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading written rules")?;
        let staff = staff(&mut connection, unit).await?;
        let rows: Vec<RuleTuple> = sqlx::query_as(
            "SELECT written_rule.id, written_rule.kind, document, record.name, from_us, review_us, person, person.name, at_us,
                written_rule.entry
             FROM written_rule JOIN record ON record.id = document JOIN person ON person.id = person
             WHERE written_rule.unit = ? ORDER BY from_us DESC, written_rule.id DESC LIMIT ?",
        )
        .bind(blob(unit.0))
        .bind(ROWS_MAX)
        .fetch_all(&mut *connection)
        .await
        .doing("reading written rules")?;
        let (mut found, mut holding) = (Vec::with_capacity(rows.len()), HashSet::new());
        for row in rows {
            let mut rule = rule_of(row)?;
            rule.in_force = rule.from <= cx.now && holding.insert(rule.kind);
            rule.confirmed = confirmed(&mut connection, rule.id).await?;
            if rule.in_force {
                let has = |person: &PersonId| rule.confirmed.iter().any(|one| one.person == *person);
                rule.missing = staff.iter().filter(|(person, _)| !has(person)).cloned().collect();
            }
            found.push(rule);
        }
        Ok(found)
    }

    /// The rules in force of the units in which the actor has a post.
    pub async fn own_rules(&self, cx: &Cx) -> Result<Vec<OwnRule>> {
        let person = person_of(cx)?;
        let mut connection = self.0.database.read.acquire().await.doing("reading one's rules")?;
        let mut units: Vec<UnitId> =
            facts::posts(&mut connection, person).await?.iter().map(|post| post.unit).collect();
        units.sort_unstable();
        units.dedup();
        let mut found = Vec::new();
        for unit in units {
            for &kind in RuleKind::ALL {
                let Some(id) = in_force(&mut connection, unit, kind, cx.now).await? else { continue };
                let (document, from, confirmed): (String, i64, Option<i64>) = sqlx::query_as(
                    "SELECT record.name, from_us, (SELECT at_us FROM rule_confirmation WHERE rule = ?1 AND person = ?2)
                     FROM written_rule JOIN record ON record.id = document WHERE written_rule.id = ?1",
                )
                .bind(blob(id))
                .bind(blob(person.0))
                .fetch_one(&mut *connection)
                .await
                .doing("reading one's rules")?;
                let (from, confirmed) = (WallTime(from), confirmed.map(WallTime));
                found.push(OwnRule { id, unit, kind, document, from, confirmed });
            }
        }
        Ok(found)
    }

    /// Admits reading a rule's file, for whoever has a post in its unit: what one confirms one can read.
    pub async fn read_rule(&self, cx: &Cx, id: Uuid) -> Result<DocumentPass> {
        let mut connection = self.0.database.read.acquire().await.doing("reading a rule")?;
        let unit = unit_of_row(&mut connection, UNIT, id, "rule").await?;
        let (_, (document, version)) = of_rule(&mut connection, id).await?;
        let scope = own_scope(&mut connection, cx, unit).await?;
        drop(connection);
        let ask = Ask { scopes: vec![scope], subject: Some(id), ..Ask::new(Act::ReadRoutines) };
        self.read_document_as(cx, document, Some(version), ask).await
    }

    /// Enters an emergency drill.
    pub async fn record_drill(&self, cx: &Cx, new: NewDrill) -> Result<Uuid> {
        let body = words("body", &new.body, WORDS_CHARS_MAX)?;
        let result = words("found", &new.found, WORDS_CHARS_MAX)?;
        if new.held > cx.now.plus_us(CLOCK_TOLERANCE_US) || cx.now.since_us(new.held) > LATE_US_MAX {
            return Err(Error::invalid("held_ms", "lies in the future, or more than a year ago"));
        }
        let participants: HashSet<PersonId> = new.participants.iter().copied().collect();
        if participants.is_empty() || participants.len() > PARTICIPANTS_MAX {
            return Err(Error::invalid("participant_ids", "are none, or too many"));
        }
        let (id, person, now) = (new_id(), person_of(cx)?, cx.now);
        let extra = format!("held={}\nparticipants={}", new.held, participants.len());
        self.act(cx, ask_of(Act::RecordDrill, new.unit, Some(id), extra), move |connection, entry| {
            Box::pin(async move {
                let staff = staff(connection, new.unit).await?;
                if participants.iter().any(|one| staff.iter().all(|(known, _)| known != one)) {
                    return Err(Error::invalid("participant_ids", "name somebody without a post in this unit"));
                }
                sqlx::query(
                    "INSERT INTO drill (id, unit, held_us, body, found, person, at_us, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id))
                .bind(blob(new.unit.0))
                .bind(new.held.0)
                .bind(body)
                .bind(result)
                .bind(blob(person.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(&mut *connection)
                .await
                .doing("entering a drill")?;
                for participant in participants {
                    sqlx::query("INSERT INTO drill_participant (drill, person) VALUES (?, ?)")
                        .bind(blob(id))
                        .bind(blob(participant.0))
                        .execute(&mut *connection)
                        .await
                        .doing("entering who took part")?;
                }
                Ok(id)
            })
        })
        .await
    }

    /// Drills of a unit, newest first.
    pub async fn drills(&self, _cx: &Cx, unit: UnitId) -> Result<Vec<DrillRow>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading drills")?;
        type Row = (Vec<u8>, i64, String, String, Vec<u8>, String, i64, i64);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT drill.id, held_us, body, found, person, name, at_us, entry FROM drill JOIN person ON person.id = person
             WHERE unit = ? ORDER BY held_us DESC LIMIT ?",
        )
        .bind(blob(unit.0))
        .bind(ROWS_MAX)
        .fetch_all(&mut *connection)
        .await
        .doing("reading drills")?;
        let mut drills = Vec::with_capacity(rows.len());
        for (id, held, body, found, person, name, at, entry) in rows {
            let people: Vec<(Vec<u8>, String)> = sqlx::query_as(
                "SELECT person.id, name FROM drill_participant JOIN person ON person.id = person WHERE drill = ? ORDER BY name",
            )
            .bind(&id)
            .fetch_all(&mut *connection)
            .await
            .doing("reading who took part")?;
            let by = signed(Some(person), Some(name), Some(at), None, Some(entry))?;
            drills.push(DrillRow {
                id: uuid_of(&id)?,
                held: WallTime(held),
                body,
                found,
                participants: people_of(people)?,
                by: by.ok_or_else(|| Error::Corrupt("a drill is nobody's".into()))?,
            });
        }
        Ok(drills)
    }

    /// Who has a post in a unit: they are to know its rules.
    pub async fn unit_staff(&self, _cx: &Cx, unit: UnitId) -> Result<Vec<(PersonId, String)>> {
        let mut connection = self.0.database.read.acquire().await.doing("listing staff")?;
        staff(&mut connection, unit).await
    }
}

fn people_of(rows: Vec<(Vec<u8>, String)>) -> Result<Vec<(PersonId, String)>> {
    rows.into_iter().map(|(person, name)| Ok((PersonId(uuid_of(&person)?), name))).collect()
}

/// Persons with a post in the unit whose account is in order.
async fn staff(connection: &mut SqliteConnection, unit: UnitId) -> Result<Vec<(PersonId, String)>> {
    let rows: Vec<(Vec<u8>, String)> = sqlx::query_as(
        "SELECT DISTINCT person.id, name FROM post JOIN person ON person.id = post.person
         WHERE unit = ? AND suspended = 0 ORDER BY name, person.id",
    )
    .bind(blob(unit.0))
    .fetch_all(connection)
    .await
    .doing("listing staff")?;
    people_of(rows)
}

async fn confirmed(connection: &mut SqliteConnection, rule: Uuid) -> Result<Vec<Signed>> {
    let rows: Vec<(Vec<u8>, String, i64, i64)> = sqlx::query_as(
        "SELECT person.id, name, at_us, entry FROM rule_confirmation JOIN person ON person.id = person WHERE rule = ?
         ORDER BY at_us, name",
    )
    .bind(blob(rule))
    .fetch_all(connection)
    .await
    .doing("reading who confirmed")?;
    let one = |(person, name, at, entry): (Vec<u8>, String, i64, i64)| {
        Ok(Signed {
            person: PersonId(uuid_of(&person)?),
            name,
            at: WallTime(at),
            words: String::new(),
            entry: EntryIndex(uint(entry)?),
        })
    };
    rows.into_iter().map(one).collect()
}

async fn of_rule(connection: &mut SqliteConnection, id: Uuid) -> Result<(RuleKind, (RecordId, u32))> {
    let (kind, document, version): (String, Vec<u8>, u32) =
        sqlx::query_as("SELECT kind, document, version FROM written_rule WHERE id = ?")
            .bind(blob(id))
            .fetch_one(connection)
            .await
            .doing("reading a rule")?;
    Ok((kind_of(&kind)?, (RecordId(uuid_of(&document)?), version)))
}

/// The version of a kind that holds now.
async fn in_force(
    connection: &mut SqliteConnection,
    unit: UnitId,
    kind: RuleKind,
    now: WallTime,
) -> Result<Option<Uuid>> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as(
        "SELECT id FROM written_rule WHERE unit = ? AND kind = ? AND from_us <= ? ORDER BY from_us DESC, id DESC LIMIT 1",
    )
    .bind(blob(unit.0))
    .bind(kind.as_str())
    .bind(now.0)
    .fetch_optional(connection)
    .await
    .doing("looking for the rule in force")?;
    row.map(|(id,)| uuid_of(&id)).transpose()
}

fn kind_of(word: &str) -> Result<RuleKind> {
    RuleKind::from_word(word).ok_or_else(|| Error::Corrupt("a stored kind of rule is unknown".into()))
}

fn rule_of(row: RuleTuple) -> Result<RuleRow> {
    let (id, kind, document, title, from, review, person, name, at, entry) = row;
    Ok(RuleRow {
        id: uuid_of(&id)?,
        kind: kind_of(&kind)?,
        document: (RecordId(uuid_of(&document)?), title),
        from: WallTime(from),
        review: WallTime(review),
        by: signed(Some(person), Some(name), Some(at), None, Some(entry))?
            .ok_or_else(|| Error::Corrupt("a rule is nobody's".into()))?,
        in_force: false,
        confirmed: Vec::new(),
        missing: Vec::new(),
    })
}

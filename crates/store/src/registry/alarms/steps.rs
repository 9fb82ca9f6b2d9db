//! What is done with alarms: acknowledged by whoever keeps watch, escalated with a reason or by their term, closed with an outcome.
//!
//! The invariant kept: state, step and entry commit together, and a step that the life of an alarm does not have changes nothing.

use super::super::admit::{Ask, enter_unless};
use super::super::duty::own_scope;
use super::super::register::Book;
use super::super::{EntryIndex, Registry, at_most, facts, words};
use super::article;
use super::reading::{AlarmRow, is_there, one};
use crate::convert::{blob, int};
use crate::error::{Doing, Error, Result};
use crate::registry::once;
use crate::registry::person_of;
use law::alarm::{
    Acting, EventState, OVERDUE_TO, Outcome, Priority, Step, is_escalated_to, is_overdue, refuse, take,
};
use model::{Act, Cx, PersonId, Role, UnitId, WallTime};
use sqlx::SqliteConnection;
use std::sync::Arc;
use uuid::Uuid;

const WORDS_CHARS_MAX: usize = 500;
/// Alarms that are escalated at once; what is left waits for the next look, seconds later.
const OVERDUE_AT_ONCE_MAX: i64 = 100;

/// A step with what belongs to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AlarmStep {
    Acknowledge,
    Escalate { to: Role, reason: String },
    Close { outcome: Outcome, words: String },
}

impl AlarmStep {
    const fn step(&self) -> Step {
        match self {
            Self::Acknowledge => Step::Acknowledge,
            Self::Escalate { .. } => Step::Escalate,
            Self::Close { .. } => Step::Close,
        }
    }

    const fn act(&self) -> Act {
        match self {
            Self::Acknowledge => Act::AcknowledgeAlarm,
            Self::Escalate { .. } => Act::EscalateAlarm,
            Self::Close { .. } => Act::CloseAlarm,
        }
    }

    fn checked(self) -> Result<Self> {
        Ok(match self {
            Self::Acknowledge => Self::Acknowledge,
            Self::Escalate { to, .. } if !is_escalated_to(to) => {
                return Err(Error::invalid("to", "is none of operator, administrator, manager"));
            }
            Self::Escalate { to, reason } => {
                Self::Escalate { to, reason: words("reason", &reason, WORDS_CHARS_MAX)? }
            }
            Self::Close { outcome, words } => {
                Self::Close { outcome, words: at_most("words", words.trim(), WORDS_CHARS_MAX)? }
            }
        })
    }

    fn told(&self, alarm: &AlarmRow) -> String {
        let kind = alarm.kind.as_str();
        match self {
            Self::Acknowledge => format!("kind={kind}"),
            Self::Escalate { to, .. } => format!("kind={kind}\nto={}", to.as_str()),
            Self::Close { outcome, .. } => format!("kind={kind}\noutcome={}", outcome.as_str()),
        }
    }

    const fn role(&self) -> Option<Role> {
        match self {
            Self::Escalate { to, .. } => Some(*to),
            _ => None,
        }
    }

    fn words(&self) -> &str {
        match self {
            Self::Acknowledge => "",
            Self::Escalate { reason: words, .. } | Self::Close { words, .. } => words,
        }
    }
}

impl Registry {
    /// Takes an alarm a step further, by a person.
    pub async fn step_alarm(&self, cx: &Cx, id: Uuid, step: AlarmStep) -> Result<()> {
        let person = person_of(cx)?;
        let (step, today) = (step.checked()?, self.today(cx.now));
        let library = Arc::clone(&self.0.packs.library);
        let note = Some(step.words().to_owned()).filter(|words| !words.is_empty());
        let cx = Cx { note, ..cx.clone() };
        self.decided(move |connection| {
            Box::pin(async move {
                is_there(connection, cx.actor, id).await?;
                let alarm = one(connection, id).await?;
                let scope = match alarm.unit {
                    Some(unit) => Some(own_scope(connection, &cx, unit).await?),
                    None => None,
                };
                let refusal = match step {
                    AlarmStep::Escalate { .. } => None,
                    AlarmStep::Acknowledge | AlarmStep::Close { .. } => {
                        let acting = acting(connection, person, &alarm, cx.now).await?;
                        let book = Book::on(&library, today);
                        refuse(acting, &article(connection, book, alarm.unit, "duty-roster").await?)
                    }
                };
                let ask = Ask {
                    scopes: scope.into_iter().collect(),
                    subject: Some(id),
                    refers_to: Some(alarm.entry),
                    extra: step.told(&alarm),
                    ..Ask::new(step.act())
                };
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                carry_out(connection, &alarm, &step, (Some(person), entry, cx.now)).await.map(Ok)
            })
        })
        .await
    }

    /// Escalates high alarms that nobody acknowledged within their unit's term, each once. Returns how many.
    pub async fn escalate_overdue_alarms(&self, cx: &Cx) -> Result<usize> {
        crate::footage::system_only(cx)?;
        let overdue = self.waiting_alarms(cx.now, OVERDUE_AT_ONCE_MAX).await?;
        let mut escalated = 0;
        for (alarm, _) in overdue.into_iter().filter(|(alarm, _)| alarm.overdue.is_none()) {
            let text = format!(
                "alarm={}\nkind={}\nto={}\nby=term",
                alarm.id,
                alarm.kind.as_str(),
                OVERDUE_TO.as_str()
            );
            let now = cx.now;
            self.note_system_with(cx, Act::EscalateAlarm, &text, move |connection, entry| {
                Box::pin(async move {
                    let done = sqlx::query(
                        "UPDATE alarm_event SET overdue_us = ?, escalated_to = ?
                         WHERE id = ? AND state = 'open' AND overdue_us IS NULL",
                    )
                    .bind(now.0)
                    .bind(i64::from(OVERDUE_TO.code()))
                    .bind(blob(alarm.id))
                    .execute(&mut *connection)
                    .await
                    .doing("escalating an alarm by its term")?;
                    once(&done, "somebody was faster")?;
                    let by = (None, entry, now);
                    insert(connection, alarm.id, Step::Escalate, (Some(OVERDUE_TO), ""), by).await
                })
            })
            .await?;
            escalated += 1;
        }
        Ok(escalated)
    }

    /// High alarms that have waited for longer than their unit's term, with that term.
    pub(super) async fn waiting_alarms(&self, now: WallTime, rows_max: i64) -> Result<Vec<(AlarmRow, u32)>> {
        let mut connection = self.0.database.read.acquire().await.doing("looking for alarms that wait")?;
        let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as(
            "SELECT id, coalesce(term_s, ?1) FROM alarm_event LEFT JOIN alarm_term ON alarm_term.unit = alarm_event.unit
             WHERE state = 'open' AND priority = 'high' AND waits_us + coalesce(term_s, ?1) * 1000000 <= ?2
             ORDER BY at_us LIMIT ?3",
        )
        .bind(i64::from(law::alarm::TERM_S_DEFAULT))
        .bind(now.0)
        .bind(rows_max)
        .fetch_all(&mut *connection)
        .await
        .doing("looking for alarms that wait")?;
        let mut waiting = Vec::with_capacity(rows.len());
        for (id, term_s) in rows {
            let alarm = one(&mut connection, crate::convert::uuid_of(&id)?).await?;
            let term_s: u32 = crate::convert::small(term_s)?;
            if is_overdue(alarm.priority.unwrap_or(Priority::Low), alarm.waits, term_s, now) {
                waiting.push((alarm, term_s));
            }
        }
        Ok(waiting)
    }
}

/// Who acts on it, as far as it is about the alarm.
async fn acting(
    connection: &mut SqliteConnection,
    person: PersonId,
    alarm: &AlarmRow,
    now: WallTime,
) -> Result<Acting> {
    let posts = facts::posts_at(connection, person, now).await?;
    let has = |role: Role| {
        posts.iter().any(|post| post.role == role && alarm.unit.is_none_or(|unit| unit == post.unit))
    };
    let (roster, on_shift) = match alarm.unit {
        Some(unit) => shift(connection, (person, unit), now).await?,
        None => (false, false),
    };
    Ok(Acting {
        watches: has(Role::Viewer) || has(Role::Operator),
        roster,
        on_shift,
        is_asked: alarm.escalated_to.is_some_and(has),
    })
}

/// Whether the unit keeps a roster, and whether the person is on a shift of it that runs.
async fn shift(
    connection: &mut SqliteConnection,
    (person, unit): (PersonId, UnitId),
    now: WallTime,
) -> Result<(bool, bool)> {
    sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM duty_room WHERE unit = ?1 AND closed_us IS NULL),
            EXISTS (SELECT 1 FROM duty_shift JOIN duty_room ON duty_room.id = room WHERE duty_room.unit = ?1
                AND duty_shift.person = ?2 AND taken_us <= ?3 AND ended_us IS NULL AND end_us > ?3)",
    )
    .bind(blob(unit.0))
    .bind(blob(person.0))
    .bind(now.0)
    .fetch_one(connection)
    .await
    .doing("looking for a shift")
}

type By = (Option<PersonId>, EntryIndex, WallTime);

async fn carry_out(
    connection: &mut SqliteConnection,
    alarm: &AlarmRow,
    step: &AlarmStep,
    by: By,
) -> Result<()> {
    let Some(next) = take(alarm.state, step.step()) else {
        let state = alarm.state.as_str();
        return Err(Error::Conflict(format!("an event that is {state} cannot be {}d", step.step().as_str())));
    };
    // Or a post that lets it wait would have its term again and again.
    if alarm.state == EventState::Open && step.role().is_some() && step.role() == alarm.escalated_to {
        return Err(Error::Conflict("that post is asked already".into()));
    }
    let outcome = match step {
        AlarmStep::Close { outcome, .. } => Some(outcome.as_str()),
        _ => None,
    };
    // Whoever is asked anew has the whole term.
    let waits = if step.step() == Step::Escalate { by.2 } else { alarm.waits };
    sqlx::query(
        "UPDATE alarm_event SET state = ?, waits_us = ?, escalated_to = coalesce(?, escalated_to), outcome = ? WHERE id = ?",
    )
    .bind(next.as_str())
    .bind(waits.0)
    .bind(step.role().map(|role| i64::from(role.code())))
    .bind(outcome)
    .bind(blob(alarm.id))
    .execute(&mut *connection)
    .await
    .doing("taking an alarm a step further")?;
    insert(connection, alarm.id, step.step(), (step.role(), step.words()), by).await
}

async fn insert(
    connection: &mut SqliteConnection,
    event: Uuid,
    step: Step,
    (role, words): (Option<Role>, &str),
    (person, entry, now): By,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO alarm_step (event, entry, at_us, step, person, role, words) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(event))
    .bind(int(entry.0)?)
    .bind(now.0)
    .bind(step.as_str())
    .bind(person.map(|person| blob(person.0)))
    .bind(role.map(|role| i64::from(role.code())))
    .bind(words)
    .execute(connection)
    .await
    .doing("writing an alarm's step")
    .map(|_| ())
}

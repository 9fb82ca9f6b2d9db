//! Targets of areas: set by a person of the authority, shown to it and to those above it, taken back with a reason
//! (national-2016:5, datong-2008:4, chongqing:3). And the entry under which figures go out as a file.
//!
//! It counts nothing. The invariant kept: a target is of a division in the area of whoever set it, at the moment when it was set.

use super::{all_authorities, at_col, authority_of, authority_row, col, corrupt, entry_col, id_col};
use crate::convert::{blob, int, uint};
use crate::error::{Doing, Error, Result};
use crate::registry::{EntryIndex, Registry, admit::Ask, new_id, once, person_of, words, words_digest};
use law::supervision::{
    AreaIndicator, Authority, TARGET_HUNDREDTHS_MAX, TARGET_YEARS_MAX, is_division, may_set_target,
};
use model::{Act, AuthorityId, Cx, PersonId, WallTime};
use sqlx::sqlite::SqliteRow;
use std::collections::HashMap;
use uuid::Uuid;

const PLAN_CHARS_MAX: usize = 200;
const REASON_CHARS_MAX: usize = 500;
/// Targets that stand for one authority: its counties, a few figures and years each.
const TARGETS_MAX: i64 = 500;

/// A target that somebody sets.
#[derive(Clone, Debug)]
pub struct NewAreaTarget {
    pub division: String,
    pub indicator: AreaIndicator,
    /// Of a percent where the indicator is a share.
    pub hundredths: u32,
    /// By whose end.
    pub year: i64,
    pub plan: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AreaTargetRow {
    pub id: Uuid,
    pub authority: (AuthorityId, String),
    pub division: String,
    pub indicator: AreaIndicator,
    pub hundredths: u32,
    pub year: i64,
    pub plan: String,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
}

impl Registry {
    /// Targets that stand, of the actor's authority and of those below it. Whether they may read is decided before.
    pub async fn area_targets(&self, _cx: &Cx, own: &Authority) -> Result<Vec<AreaTargetRow>> {
        self.standing_targets(i64::MAX, |one| one.id == own.id || own.is_above(one)).await
    }

    /// Targets that stand though their year is over, of the authorities of which the actor is told what they are late with.
    pub async fn past_area_targets(&self, cx: &Cx) -> Result<Vec<AreaTargetRow>> {
        match self.late_sight(cx).await? {
            Some(sight) => self.standing_targets(self.today(cx.now).year(), |one| sight.sees(one)).await,
            None => Ok(Vec::new()),
        }
    }

    async fn standing_targets(
        &self,
        before_year: i64,
        sees: impl Fn(&Authority) -> bool,
    ) -> Result<Vec<AreaTargetRow>> {
        let mut connection = self.0.database.read.acquire().await.doing("listing targets")?;
        let rows = sqlx::query(
            "SELECT area_target.id, authority, division, indicator, hundredths, year, plan, person, person.name, at_us, entry
             FROM area_target JOIN person ON person.id = area_target.person WHERE ended_us IS NULL AND year < ?
             ORDER BY year, division, indicator",
        )
        .bind(before_year)
        .fetch_all(&mut *connection)
        .await
        .doing("listing targets")?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let known = all_authorities(&mut connection).await?.into_iter().filter(sees);
        let names: HashMap<AuthorityId, String> = known.map(|one| (one.id, one.name)).collect();
        let seen = |row: &SqliteRow| {
            let name = names.get(&AuthorityId(id_col(row, "authority").ok()?))?;
            Some(target(row, name))
        };
        rows.iter().filter_map(seen).collect()
    }

    /// What divisions are called, by code; their names are everybody's.
    pub async fn division_names(&self, _cx: &Cx) -> Result<HashMap<String, String>> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT code, name FROM record WHERE kind = ? AND removed_us IS NULL AND code IS NOT NULL",
        )
        .bind(law::register::RecordKind::Division as i64)
        .fetch_all(&self.0.database.read)
        .await
        .doing("reading what divisions are called")?;
        Ok(rows.into_iter().collect())
    }

    /// Sets a target for the area of the actor's authority, or a division of it.
    pub async fn set_area_target(&self, cx: &Cx, new: NewAreaTarget) -> Result<Uuid> {
        let person = person_of(cx)?;
        let plan = words("plan", &new.plan, PLAN_CHARS_MAX)?;
        check(&new, self.today(cx.now).year())?;
        let own = self.own_authority(cx).await?;
        let refusal = own.as_ref().and_then(|own| may_set_target(own, &new.division).err());
        let id = new_id();
        let (indicator, division, year) = (new.indicator, new.division.clone(), new.year);
        let ask = Ask {
            subject: Some(id),
            recipient: own.as_ref().map(|own| own.name.clone()).unwrap_or_default(),
            extra: format!(
                "what=set\ntarget={id}\ndivision={division}\nindicator={}\nhundredths={}\nyear={year}\nplan_sha256={}",
                indicator.as_str(),
                new.hundredths,
                words_digest(&plan)
            ),
            ..Ask::new(Act::SetAreaTarget)
        };
        let now = cx.now;
        self.act_unless(cx, ask, refusal.map(|refusal| *refusal), move |connection, entry| {
            Box::pin(async move {
                // Whoever is permitted supervises for one; the same one as before, or nothing is set.
                let authority = authority_of(connection, person).await?;
                let authority = authority.filter(|id| own.as_ref().is_some_and(|own| own.id == *id));
                let authority = authority.ok_or(Error::NotFound("authority of yours"))?;
                let (count,): (i64,) =
                    sqlx::query_as("SELECT count(*) FROM area_target WHERE authority = ? AND ended_us IS NULL")
                        .bind(blob(authority.0))
                        .fetch_one(&mut *connection)
                        .await
                        .doing("counting targets")?;
                if count >= TARGETS_MAX {
                    return Err(Error::Conflict("the authority has as many targets as it can".into()));
                }
                let done = sqlx::query(
                    "INSERT INTO area_target (id, authority, division, indicator, hundredths, year, plan, person, at_us, entry)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                )
                .bind(blob(id))
                .bind(blob(authority.0))
                .bind(division)
                .bind(indicator.as_str())
                .bind(i64::from(new.hundredths))
                .bind(year)
                .bind(plan)
                .bind(blob(person.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("setting a target")?;
                once(&done, "a target of this figure stands for the division and the year; take it back first")
            })
        })
        .await?;
        Ok(id)
    }

    /// Takes back a target of the actor's authority.
    pub async fn end_area_target(&self, cx: &Cx, id: Uuid, reason: &str) -> Result<()> {
        let person = person_of(cx)?;
        let reason = words("reason", reason, REASON_CHARS_MAX)?;
        let own = self.own_authority(cx).await?;
        let row: Option<(Vec<u8>, i64)> =
            sqlx::query_as("SELECT authority, entry FROM area_target WHERE id = ?")
                .bind(blob(id))
                .fetch_optional(&self.0.database.read)
                .await
                .doing("reading a target")?;
        let (of, set) = match row {
            Some((authority, entry)) => {
                (Some(AuthorityId(crate::convert::uuid_of(&authority)?)), Some(EntryIndex(uint(entry)?)))
            }
            None => (None, None),
        };
        let ask = Ask {
            subject: Some(id),
            refers_to: set,
            recipient: own.as_ref().map(|own| own.name.clone()).unwrap_or_default(),
            extra: format!("what=ended\ntarget={id}\nreason_sha256={}", words_digest(&reason)),
            ..Ask::new(Act::SetAreaTarget)
        };
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let authority = authority_of(connection, person).await?;
                if of.is_none() || of != authority {
                    return Err(Error::NotFound("target"));
                }
                let done = sqlx::query(
                    "UPDATE area_target SET ended_by = ?, ended_us = ?, end_reason = ?, end_entry = ? WHERE id = ? AND ended_us IS NULL",
                )
                .bind(blob(person.0))
                .bind(now.0)
                .bind(reason)
                .bind(int(entry.0)?)
                .bind(blob(id))
                .execute(connection)
                .await
                .doing("taking a target back")?;
                once(&done, "the target is taken back")
            })
        })
        .await
    }

    /// Admits figures of an area as a file, for a stated reason: an entry each time.
    /// The area that the entry names is the one that goes out.
    pub async fn admit_figures(&self, cx: &Cx, part: &str, reason: &str) -> Result<Authority> {
        let (person, reason) = (person_of(cx)?, words("reason", reason, REASON_CHARS_MAX)?);
        let own = self.own_authority(cx).await?;
        let ask = Ask {
            recipient: own.as_ref().map(|own| own.name.clone()).unwrap_or_default(),
            extra: format!(
                "division={}\npart={part}\nreason={reason}",
                own.as_ref().map(|own| own.division.as_str()).unwrap_or_default()
            ),
            ..Ask::new(Act::TakeFigures)
        };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                let none = || Error::NotFound("authority of yours");
                let now = authority_of(connection, person).await?.ok_or_else(none)?;
                let now = authority_row(connection, now).await?;
                own.filter(|own| *own == now).ok_or_else(none)
            })
        })
        .await
    }
}

/// That its numbers can be.
fn check(new: &NewAreaTarget, this_year: i64) -> Result<()> {
    if !is_division(&new.division) {
        return Err(Error::invalid("division", "is not six digits"));
    }
    let max = if new.indicator.is_share() { 10_000 } else { TARGET_HUNDREDTHS_MAX };
    if new.hundredths == 0 || new.hundredths > max {
        return Err(Error::invalid("target_hundredths", "is nothing, or more than there can be"));
    }
    if !(this_year..=this_year + TARGET_YEARS_MAX).contains(&new.year) {
        return Err(Error::invalid("year", "is over, or more than twenty years away"));
    }
    Ok(())
}

fn target(row: &SqliteRow, authority: &str) -> Result<AreaTargetRow> {
    let indicator: String = col(row, "indicator")?;
    let hundredths: i64 = col(row, "hundredths")?;
    Ok(AreaTargetRow {
        id: id_col(row, "id")?,
        authority: (AuthorityId(id_col(row, "authority")?), authority.to_owned()),
        division: col(row, "division")?,
        indicator: AreaIndicator::from_word(&indicator).ok_or_else(|| corrupt(&indicator))?,
        hundredths: u32::try_from(hundredths).map_err(|_| corrupt("hundredths"))?,
        year: col(row, "year")?,
        plan: col(row, "plan")?,
        by: (PersonId(id_col(row, "person")?), col(row, "name")?),
        at: at_col(row, "at_us")?,
        entry: entry_col(row, "entry")?,
    })
}

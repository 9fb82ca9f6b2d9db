//! How complete and how old records are, kind by kind and unit by unit, and which fields are missing.
//!
//! It reads every record that the person may see, and no value of them leaves: only how many lack one. What is expected is
//! `law::register`'s.

use super::{body_of, list::Viewer};
use crate::convert::{small, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::Registry;
use law::detect::STALE_DAYS;
use law::register::{RecordKind, completeness, fields};
use model::{Act, Actor, Cx, UnitId, WallTime};
use std::collections::BTreeMap;

const DAY_US: i64 = 86_400_000_000;

/// Kind, unit, body, when it was changed, whether it is secret.
type Row = (i64, Option<Vec<u8>>, String, i64, bool);

/// The records of one kind and one unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completeness {
    pub kind: RecordKind,
    /// `None` for what belongs to the whole installation.
    pub unit: Option<UnitId>,
    pub records: u64,
    /// Of these, those that lack an expected value.
    pub incomplete: u64,
    /// Of these, those that nobody has changed for a year.
    pub stale: u64,
    /// When the longest unchanged one was changed.
    pub oldest: WallTime,
    /// Records that lack each expected field, in the order of the form; fields that none lacks are left out.
    pub lacking: Vec<(&'static str, u64)>,
}

impl Registry {
    /// Of all records that the person may see, kind by kind (guangzhou-2007:16). It is part of reading lists.
    pub async fn completeness(&self, cx: &Cx) -> Result<Vec<Completeness>> {
        if matches!(cx.actor, Actor::Person(_)) {
            self.admit_reading(cx, Act::ReadRegistry, Vec::new()).await?;
        }
        let mut connection = self.0.database.read.acquire().await.doing("reading the register")?;
        let viewer = Viewer::load(&mut connection, cx.actor).await?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT kind, unit, body, changed_us, secret FROM record WHERE removed_us IS NULL",
        )
        .fetch_all(&mut *connection)
        .await
        .doing("reading the register")?;
        let mut found: BTreeMap<(u32, Option<UnitId>), Completeness> = BTreeMap::new();
        for (code, unit, body, changed, secret) in rows {
            let unit = unit.map(|unit| uuid_of(&unit).map(UnitId)).transpose()?;
            if !viewer.sees_in(unit, secret) {
                continue;
            }
            let code: u32 = small(code)?;
            let kind = RecordKind::from_code(small(i64::from(code))?)
                .ok_or_else(|| Error::Corrupt("a stored record's kind is unknown".into()))?;
            let lacks = completeness(kind, &body_of(&body)?);
            let sum = found.entry((code, unit)).or_insert_with(|| Completeness::none(kind, unit, cx.now));
            sum.add(&lacks, WallTime(changed), cx.now);
        }
        Ok(found.into_values().map(Completeness::without_zeros).collect())
    }
}

impl Completeness {
    fn none(kind: RecordKind, unit: Option<UnitId>, now: WallTime) -> Self {
        let expected = fields(kind).iter().filter(|field| field.expected);
        let lacking = expected.map(|field| (field.name, 0)).collect();
        Self { kind, unit, records: 0, incomplete: 0, stale: 0, oldest: now, lacking }
    }

    fn add(&mut self, lacks: &[&str], changed: WallTime, now: WallTime) {
        self.records += 1;
        self.incomplete += u64::from(!lacks.is_empty());
        self.stale += u64::from(now.since_us(changed) / DAY_US > STALE_DAYS);
        self.oldest = self.oldest.min(changed);
        for (name, count) in &mut self.lacking {
            *count += u64::from(lacks.contains(name));
        }
    }

    fn without_zeros(mut self) -> Self {
        self.lacking.retain(|(_, count)| *count > 0);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_counted_with_what_each_lacks_and_how_old_the_oldest_is() {
        let now = WallTime(400 * DAY_US);
        let mut sum = Completeness::none(RecordKind::Contractor, None, now);
        for (lacks, changed_days) in
            [(&["issuer", "certificate"][..], 399), (&["issuer"][..], 10), (&[][..], 35)]
        {
            sum.add(lacks, WallTime(changed_days * DAY_US), now);
        }
        let sum = sum.without_zeros();
        assert_eq!((sum.records, sum.incomplete, sum.stale), (3, 2, 1));
        assert_eq!(sum.oldest, WallTime(10 * DAY_US));
        assert_eq!(sum.lacking, [("certificate", 1), ("issuer", 2)]);
    }
}

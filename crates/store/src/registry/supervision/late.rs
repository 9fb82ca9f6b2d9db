//! What authorities are late with: filings without a receipt, accusations, corrections (national-2016:32). It counts, and judges
//! nobody. The invariant kept: an accusation is counted for nobody whom it concerns.

use super::{all_authorities, all_systems, at_col, col, id_col};
use crate::error::{Doing, Result};
use crate::registry::{EntryIndex, Registry};
use law::supervision::{Authority, JUDGE_DAYS_MAX, LateWhat, RECEIPT_DAYS_MAX, is_late, responsible};
use model::{Actor, AuthorityId, Cx, RecordId, UnitId, WallTime};
use std::collections::BTreeMap;

/// An authority that is late with something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LateAuthority {
    pub authority: Authority,
    pub what: LateWhat,
    pub count: u64,
    pub since: WallTime,
}

impl Registry {
    /// What authorities are late with, as one person may know it: of the authorities below theirs and their own; all for auditors. Accusations
    /// are counted for whoever deals with them next, and for nobody else.
    pub async fn late_authorities(&self, cx: &Cx) -> Result<Vec<LateAuthority>> {
        let own = self.own_authority(cx).await?;
        let audits = match cx.actor {
            Actor::Person(_) => self.audited_units(cx).await?.is_some_and(|units| !units.is_empty()),
            Actor::System(_) => true,
        };
        if own.is_none() && !audits {
            return Ok(Vec::new());
        }
        let mut connection = self.0.database.read.acquire().await.doing("looking what is late")?;
        let all = all_authorities(&mut connection).await?;
        let mut late = BTreeMap::<(AuthorityId, LateWhat), (u64, WallTime)>::new();
        let mut add = |authority: AuthorityId, what, since: WallTime| {
            let (count, oldest) = late.entry((authority, what)).or_insert((0, since));
            *count += 1;
            *oldest = since.min(*oldest);
        };
        let systems = all_systems(&mut connection).await?;
        let filings = sqlx::query("SELECT system, at_us FROM filing WHERE receipt IS NULL")
            .fetch_all(&mut *connection)
            .await
            .doing("looking for filings without a receipt")?;
        for row in &filings {
            let (system, at) = (RecordId(id_col(row, "system")?), at_col(row, "at_us")?);
            let found = systems.iter().find(|one| one.id == system);
            let organ = found.and_then(|system| responsible(&system.divisions, &all));
            if let Some(organ) = organ.filter(|_| is_late(at, RECEIPT_DAYS_MAX, cx.now)) {
                add(organ.id, LateWhat::Receipt, at);
            }
        }
        let corrections = sqlx::query(
            "SELECT authority, (SELECT max(at_us) FROM order_step WHERE correction_order = correction_order.id AND what = 'corrected') AS at_us
             FROM correction_order WHERE state = 'corrected'",
        )
        .fetch_all(&mut *connection)
        .await
        .doing("looking for corrections that wait")?;
        for row in &corrections {
            let at: Option<i64> = col(row, "at_us")?;
            if let Some(at) = at.map(WallTime).filter(|at| is_late(*at, JUDGE_DAYS_MAX, cx.now)) {
                add(AuthorityId(id_col(row, "authority")?), LateWhat::Correction, at);
            }
        }
        drop(connection);
        if own.is_some() {
            for one in self.accusations(cx).await? {
                if let (Some(authority), Some(due)) = (one.authority, one.due.filter(|due| *due < cx.now)) {
                    add(authority, LateWhat::Accusation, due);
                }
            }
        }
        let sees =
            |one: &Authority| audits || own.as_ref().is_some_and(|own| own.id == one.id || own.is_above(one));
        let shape = |((id, what), (count, since)): ((AuthorityId, LateWhat), (u64, WallTime))| {
            let authority = all.iter().find(|one| one.id == id)?.clone();
            sees(&authority).then_some(LateAuthority { authority, what, count, since })
        };
        Ok(late.into_iter().filter_map(shape).collect())
    }

    /// Refused inspections of the last year, of the units whose health the actor reads: unit, authority, when, entry.
    pub async fn refused_inspections(&self, cx: &Cx) -> Result<Vec<(UnitId, String, WallTime, EntryIndex)>> {
        let since = cx.now.plus_us(-365 * 86_400_000_000);
        let all = self.inspections(cx).await?.into_iter();
        Ok(all
            .filter_map(|one| {
                let (end, _, at, entry) = one.end?;
                let refused = end == super::InspectionEnd::Refused && at > since;
                refused.then_some((one.unit, one.authority.1, at, entry))
            })
            .collect())
    }
}

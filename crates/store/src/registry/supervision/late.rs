//! What authorities are late with: filings without a receipt, accusations, corrections, orders that lie (national-2016:32). It counts, and judges
//! nobody. The invariant kept: an accusation is counted for nobody whom it concerns.

use super::{SupervisedSystem, all_authorities, at_col, col, corrupt, id_col, systems_of};
use crate::error::{Doing, Result};
use crate::registry::Registry;
use crate::registry::in_time::{DoneInTime, IN_TIME_MAX};
use law::supervision::{
    Authority, JUDGE_DAYS_MAX, LateWhat, LyingOrder, OrderState, RECEIPT_DAYS_MAX, is_late, late_order,
    responsible,
};
use model::{Actor, AuthorityId, Cx, RecordId, WallTime};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// An authority that is late with something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LateAuthority {
    pub authority: Authority,
    pub what: LateWhat,
    pub count: u64,
    pub since: WallTime,
    /// Filings, with their systems' names, or orders with their numbers; of accusations nothing.
    pub shown_by: Vec<(Uuid, String)>,
}

/// Of which authorities somebody is told what they are late with.
pub(super) struct LateSight {
    own: Option<Authority>,
    audits: bool,
}

impl LateSight {
    pub(super) fn sees(&self, one: &Authority) -> bool {
        self.audits || self.own.as_ref().is_some_and(|own| own.id == one.id || own.is_above(one))
    }
}

/// Of one finding; the count goes on.
const SHOWN_MAX: usize = 20;

impl Registry {
    /// What authorities are late with, as one person may know it: of the authorities below theirs and their own; all for auditors. Accusations
    /// are counted for whoever deals with them next, and for nobody else. `at`: late at that moment, a coming one too; who may know it is
    /// judged by now.
    pub async fn late_authorities(&self, cx: &Cx, at: WallTime) -> Result<Vec<LateAuthority>> {
        let Some(sight) = self.late_sight(cx).await? else { return Ok(Vec::new()) };
        let mut connection = self.0.database.read.acquire().await.doing("looking what is late")?;
        let all = all_authorities(&mut connection).await?;
        let mut late = BTreeMap::<(AuthorityId, LateWhat), (u64, WallTime, Vec<(Uuid, String)>)>::new();
        let mut add =
            |authority: AuthorityId, what, more: u64, since: WallTime, by: Option<(Uuid, String)>| {
                let (count, oldest, shown_by) =
                    late.entry((authority, what)).or_insert((0, since, Vec::new()));
                shown_by.extend(by.filter(|_| *count < SHOWN_MAX as u64));
                *count += more;
                *oldest = since.min(*oldest);
            };
        for (filing, system, filed) in late_filings(&mut connection, at).await? {
            if let Some(organ) = responsible(&system.divisions, &all) {
                add(organ.id, LateWhat::Receipt, 1, filed, Some((filing, system.name)));
            }
        }
        for (authority, order, by) in open_orders(&mut connection).await? {
            if let Some((what, since)) = late_order(&order, at) {
                add(authority, what, 1, since, Some(by));
            }
        }
        drop(connection);
        if sight.own.is_some() {
            for one in self.late_accusations(cx, at).await? {
                if let Some(authority) = one.authority {
                    add(authority, LateWhat::Accusation, one.count, one.since, None);
                }
            }
        }
        let mut found = Vec::with_capacity(late.len());
        for ((id, what), (count, since, shown_by)) in late {
            let authority = all.iter().find(|one| one.id == id).filter(|one| sight.sees(one));
            found.extend(authority.cloned().map(|authority| LateAuthority {
                authority,
                what,
                count,
                since,
                shown_by,
            }));
        }
        Ok(found)
    }

    /// What authorities did in time since then, as one person may know it: receipts of filings, and corrections that were judged.
    pub async fn authorities_in_time(
        &self,
        cx: &Cx,
        since: WallTime,
    ) -> Result<Vec<(Authority, DoneInTime)>> {
        let Some(sight) = self.late_sight(cx).await? else { return Ok(Vec::new()) };
        let mut connection = self.0.database.read.acquire().await.doing("looking what was in time")?;
        let all = all_authorities(&mut connection).await?;
        let mut found = Vec::new();
        for (filing, system, _) in received_filings(&mut connection, since).await? {
            if let Some(organ) = responsible(&system.divisions, &all) {
                found.push((organ.clone(), (filing, system.name)));
            }
        }
        for (authority, by) in judged_orders(&mut connection, since).await? {
            found.extend(all.iter().find(|one| one.id == authority).map(|one| (one.clone(), by)));
        }
        let seen = found.into_iter().filter(|(authority, _)| sight.sees(authority));
        let done = |(authority, (id, name))| (authority, DoneInTime { unit: None, article: None, id, name });
        Ok(seen.map(done).collect())
    }

    /// `None`: nothing that any authority is late with is told to the actor.
    pub(super) async fn late_sight(&self, cx: &Cx) -> Result<Option<LateSight>> {
        let own = self.own_authority(cx).await?;
        let audits = match cx.actor {
            Actor::Person(_) => self.audited_units(cx).await?.is_some_and(|units| !units.is_empty()),
            Actor::System(_) => true,
        };
        Ok((own.is_some() || audits).then_some(LateSight { own, audits }))
    }

    /// How many accusations the actor, an auditor, deals with since no authority may have them and has left too long, and since when.
    /// Nobody whom they concern counts them, and the system's own sweep counts none.
    pub async fn auditors_late(&self, cx: &Cx, at: WallTime) -> Result<Option<(u64, WallTime)>> {
        if !matches!(cx.actor, Actor::Person(_)) {
            return Ok(None);
        }
        let all = self.late_accusations(cx, at).await?;
        Ok(all.into_iter().find(|one| one.authority.is_none()).map(|one| (one.count, one.since)))
    }
}

/// Filings without a receipt that are late, with their systems, the oldest first. Only the systems of these are read.
async fn late_filings(
    connection: &mut SqliteConnection,
    now: WallTime,
) -> Result<Vec<(Uuid, SupervisedSystem, WallTime)>> {
    let rows = sqlx::query("SELECT id, system, at_us FROM filing WHERE receipt IS NULL ORDER BY at_us")
        .fetch_all(&mut *connection)
        .await
        .doing("looking for filings without a receipt")?;
    of_systems(connection, &rows, |at| is_late(at, RECEIPT_DAYS_MAX, now)).await
}

/// Filings whose receipt is dated within its days, the newest first.
async fn received_filings(
    connection: &mut SqliteConnection,
    since: WallTime,
) -> Result<Vec<(Uuid, SupervisedSystem, WallTime)>> {
    // The day of a receipt is one at the units, eight hours before the meridian's.
    let rows = sqlx::query(
        "SELECT id, system, at_us FROM filing WHERE receipt IS NOT NULL AND at_us > ?
           AND receipt_on <= date(at_us / 1000000 + 8 * 3600 + ? * 86400, 'unixepoch') ORDER BY at_us DESC LIMIT ?",
    )
    .bind(since.0)
    .bind(RECEIPT_DAYS_MAX)
    .bind(IN_TIME_MAX)
    .fetch_all(&mut *connection)
    .await
    .doing("looking for filings with a receipt")?;
    of_systems(connection, &rows, |_| true).await
}

/// These filings with their systems, in their order; none of a system that is secret.
async fn of_systems(
    connection: &mut SqliteConnection,
    rows: &[SqliteRow],
    wanted: impl Fn(WallTime) -> bool + Send,
) -> Result<Vec<(Uuid, SupervisedSystem, WallTime)>> {
    let mut own = Vec::new();
    for row in rows {
        let at = at_col(row, "at_us")?;
        if wanted(at) {
            own.push((id_col(row, "id")?, RecordId(id_col(row, "system")?), at));
        }
    }
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let asked: BTreeSet<RecordId> = own.iter().map(|(_, system, _)| *system).collect();
    let systems = systems_of(connection, Some(&asked)).await?;
    let systems: HashMap<RecordId, SupervisedSystem> = systems.into_iter().map(|one| (one.id, one)).collect();
    let known =
        |(filing, system, at): (Uuid, RecordId, WallTime)| Some((filing, systems.get(&system)?.clone(), at));
    Ok(own.into_iter().filter_map(known).collect())
}

/// Corrections that were accepted within their days, with the authority that judged them, the newest first.
async fn judged_orders(
    connection: &mut SqliteConnection,
    since: WallTime,
) -> Result<Vec<(AuthorityId, (Uuid, String))>> {
    let rows = sqlx::query(
        "SELECT correction_order.id, correction_order.number, authority FROM correction_order
         JOIN order_step AS judged ON judged.correction_order = correction_order.id AND judged.what = 'accepted'
         WHERE state = 'closed' AND judged.at_us > ?
           AND judged.at_us - (SELECT max(given.at_us) FROM order_step AS given
             WHERE given.correction_order = correction_order.id AND given.what = 'corrected' AND given.number < judged.number) <= ?
         ORDER BY judged.at_us DESC LIMIT ?",
    )
    .bind(since.0)
    .bind(JUDGE_DAYS_MAX * 86_400_000_000)
    .bind(IN_TIME_MAX)
    .fetch_all(connection)
    .await
    .doing("looking for orders that were judged")?;
    rows.iter()
        .map(|row| Ok((AuthorityId(id_col(row, "authority")?), (id_col(row, "id")?, col(row, "number")?))))
        .collect()
}

/// Orders that lie with an authority, with which, and what they are called.
async fn open_orders(
    connection: &mut SqliteConnection,
) -> Result<Vec<(AuthorityId, LyingOrder, (Uuid, String))>> {
    let rows = sqlx::query(
        "SELECT correction_order.id, correction_order.number, authority, state, deadline_us, order_step.at_us, order_step.what
         FROM correction_order JOIN order_step ON order_step.correction_order = correction_order.id
         WHERE state IN ('issued', 'corrected')
           -- A fine beside a correction does not judge it: the days run from the correction.
           AND order_step.number = (SELECT max(other.number) FROM order_step AS other WHERE other.correction_order = correction_order.id
             AND (state = 'issued' OR other.what IN ('corrected', 'escalated')))
         ORDER BY deadline_us",
    )
    .fetch_all(connection)
    .await
    .doing("looking for orders that wait")?;
    rows.iter()
        .map(|row| {
            let (state, what): (String, String) = (col(row, "state")?, col(row, "what")?);
            let order = LyingOrder {
                state: OrderState::from_word(&state).ok_or_else(|| corrupt(&state))?,
                deadline: at_col(row, "deadline_us")?,
                stepped: at_col(row, "at_us")?,
                passed_up: what == "escalated",
            };
            let by = (id_col(row, "id")?, col(row, "number")?);
            Ok((AuthorityId(id_col(row, "authority")?), order, by))
        })
        .collect()
}

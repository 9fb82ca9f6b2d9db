//! Authorities that change and end: each version with its reason and entry, and what an ended one had open handed on in the same
//! transaction.
//!
//! Whether another may take over what is open is `law::supervision`'s. The invariants kept: from the instant of its end nobody supervises
//! for an authority; nothing that it had open is lost: it is the successor's, or counted as a finding; an accusation is never handed to
//! whom it concerns.

use super::{all_authorities, at_col, authority_row, col, entry_col, id_col, some_id};
use crate::convert::{blob, int};
use crate::error::{Doing, Error, Result};
use crate::registry::admit::{self, Ask};
use crate::registry::{EntryIndex, Registry, person_of, words};
use law::supervision::{Authority, AuthorityKind, is_concerned, is_division, may_succeed};
use model::{Act, AuthorityId, Cx, PersonId, WallTime};
use sqlx::SqliteConnection;
use uuid::Uuid;

const REASON_CHARS_MAX: usize = 500;

/// What an authority becomes; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct AuthorityChange {
    pub name: Option<String>,
    pub division: Option<String>,
    pub industry: Option<String>,
    pub reason: String,
}

/// What an authority was from an instant on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuthorityVersion {
    pub authority: AuthorityId,
    pub version: u32,
    pub name: String,
    pub division: String,
    pub industry: Option<String>,
    pub reason: String,
    pub at: WallTime,
    pub entry: EntryIndex,
}

/// An authority that ended, and what it left open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndedAuthority {
    pub authority: Authority,
    pub at: WallTime,
    pub entry: EntryIndex,
    pub reason: String,
    pub successor: Option<AuthorityId>,
    /// Inspections, orders and demands that nobody deals with now.
    pub open_count: u64,
}

/// What is handed on with an authority.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct HandedOn {
    inspections: u64,
    orders: u64,
    demands: u64,
    accusations: u64,
}

impl Registry {
    /// Every version of every authority, oldest first. Whether the actor may know is decided before.
    pub async fn authority_versions(&self, _cx: &Cx) -> Result<Vec<AuthorityVersion>> {
        let rows = sqlx::query("SELECT * FROM authority_version ORDER BY authority, version")
            .fetch_all(&self.0.database.read)
            .await
            .doing("listing authorities' versions")?;
        rows.iter()
            .map(|row| {
                Ok(AuthorityVersion {
                    authority: AuthorityId(id_col(row, "authority")?),
                    version: u32::try_from(col::<i64>(row, "version")?).unwrap_or(u32::MAX),
                    name: col(row, "name")?,
                    division: col(row, "division")?,
                    industry: col(row, "industry")?,
                    reason: col(row, "reason")?,
                    at: at_col(row, "at_us")?,
                    entry: entry_col(row, "entry")?,
                })
            })
            .collect()
    }

    /// Authorities that ended. Whether the actor may know is decided before.
    pub async fn ended_authorities(&self, cx: &Cx) -> Result<Vec<EndedAuthority>> {
        let rows = sqlx::query(
            "SELECT id, name, kind, division, industry, ended_us, end_entry, end_reason, successor,
                (SELECT count(*) FROM inspection WHERE authority = authority.id AND state = 'open')
                + (SELECT count(*) FROM correction_order WHERE authority = authority.id AND state IN ('issued', 'corrected'))
                + (SELECT count(*) FROM retention_demand WHERE authority = authority.id AND deadline_us > ?
                    AND (answered_us IS NULL OR failed > 0)) AS open_count
             FROM authority WHERE ended_us IS NOT NULL ORDER BY ended_us DESC",
        )
        .bind(cx.now.0)
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing ended authorities")?;
        rows.iter()
            .map(|row| {
                Ok(EndedAuthority {
                    authority: super::authority_from(row)?,
                    at: at_col(row, "ended_us")?,
                    entry: entry_col(row, "end_entry")?,
                    reason: col::<Option<String>>(row, "end_reason")?.unwrap_or_default(),
                    successor: some_id(row, "successor")?.map(AuthorityId),
                    open_count: u64::try_from(col::<i64>(row, "open_count")?).unwrap_or(0),
                })
            })
            .collect()
    }

    /// Gives an authority another name, area or industry, with the reason. Its supervisors' posts follow at once.
    pub async fn change_authority(&self, cx: &Cx, id: AuthorityId, change: AuthorityChange) -> Result<()> {
        let reason = words("reason", &change.reason, REASON_CHARS_MAX)?;
        let mut connection = self.0.database.read.acquire().await.doing("changing an authority")?;
        let before = authority_row(&mut connection, id).await?;
        drop(connection);
        let after = changed(&before, change)?;
        let ask = Ask {
            subject: Some(id.0),
            recipient: after.name.clone(),
            extra: format!(
                "authority={id}\ndivision={} -> {}\nindustry={} -> {}\nname={} -> {}\nreason={reason}",
                before.division,
                after.division,
                before.industry.as_deref().unwrap_or("-"),
                after.industry.as_deref().unwrap_or("-"),
                before.name,
                after.name,
            ),
            ..Ask::new(Act::ChangeAuthority)
        };
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                if after == before {
                    return Err(Error::invalid("name", "changes nothing"));
                }
                free_name(connection, &after).await?;
                sqlx::query("UPDATE authority SET name = ?, division = ?, industry = ? WHERE id = ? AND ended_us IS NULL")
                    .bind(&after.name)
                    .bind(&after.division)
                    .bind(&after.industry)
                    .bind(blob(id.0))
                    .execute(&mut *connection)
                    .await
                    .doing("changing an authority")?;
                insert_version(connection, &after, &reason, now, entry).await
            })
        })
        .await
    }

    /// Ends an authority: nobody supervises for it from this instant, and what it had open is the successor's. One that ended without a
    /// successor may be given one later.
    pub async fn end_authority(
        &self,
        cx: &Cx,
        id: AuthorityId,
        reason: &str,
        successor: Option<AuthorityId>,
    ) -> Result<()> {
        person_of(cx)?;
        let reason = words("reason", reason, REASON_CHARS_MAX)?;
        let (own, ended) = self.any_authority(cx, id).await?;
        let mut connection = self.0.database.read.acquire().await.doing("ending an authority")?;
        let live = all_authorities(&mut connection).await?;
        drop(connection);
        let next = successor
            .map(|to| live.iter().find(|one| one.id == to).cloned().ok_or(Error::NotFound("successor")));
        let next = next.transpose()?;
        let refusal = next.as_ref().and_then(|next| may_succeed(&own, next).err()).map(|refusal| *refusal);
        let cx = cx.clone();
        let bound = self
            .decided(move |connection| {
                Box::pin(async move {
                    let counted = match &next {
                        Some(next) => count(connection, id, next, &live, cx.now).await?,
                        None => HandedOn::default(),
                    };
                    let ask = Ask {
                        subject: Some(id.0),
                        recipient: own.name.clone(),
                        extra: format!(
                            "authority={id}\nended={}\nsuccessor={}\ninspections={}\norders={}\ndemands={}\naccusations={}\nreason={reason}",
                            own.name,
                            next.as_ref().map_or("-", |next| next.name.as_str()),
                            counted.inspections,
                            counted.orders,
                            counted.demands,
                            counted.accusations,
                        ),
                        ..Ask::new(Act::ChangeAuthority)
                    };
                    let entry = match admit::enter_unless(connection, &cx, &ask, refusal).await? {
                        Ok(entered) => entered.entry,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    if ended && next.is_none() {
                        return Err(Error::Conflict("the authority has ended".into()));
                    }
                    end(connection, id, (&reason, next.as_ref().map(|next| next.id)), (cx.now, entry)).await?;
                    hand_on(connection, id, next.as_ref(), &live, cx.now).await?;
                    Ok(Ok(release_all(connection, id).await?))
                })
            })
            .await?;
        for person in bound {
            self.0.passes.revoke_person(person);
        }
        Ok(())
    }

    /// One that is there, or one that ended without a successor.
    async fn any_authority(&self, cx: &Cx, id: AuthorityId) -> Result<(Authority, bool)> {
        let mut connection = self.0.database.read.acquire().await.doing("ending an authority")?;
        match authority_row(&mut connection, id).await {
            Ok(found) => Ok((found, false)),
            Err(_) => {
                drop(connection);
                let ended = self.ended_authorities(cx).await?.into_iter();
                let mut open = ended.filter(|one| one.authority.id == id && one.successor.is_none());
                open.next().map(|one| (one.authority, true)).ok_or(Error::NotFound("authority"))
            }
        }
    }
}

fn changed(before: &Authority, change: AuthorityChange) -> Result<Authority> {
    let name = change.name.map(|name| words("name", &name, super::NAME_CHARS_MAX)).transpose()?;
    if change.division.as_ref().is_some_and(|division| !is_division(division)) {
        return Err(Error::invalid("division", "is not six digits"));
    }
    let industry = change.industry.map(|industry| industry.trim().to_owned()).filter(|word| !word.is_empty());
    if industry.is_some() && before.kind != AuthorityKind::Industry {
        return Err(Error::invalid("industry", "is for an industry's authority"));
    }
    Ok(Authority {
        name: name.unwrap_or_else(|| before.name.clone()),
        division: change.division.unwrap_or_else(|| before.division.clone()),
        industry: industry.or_else(|| before.industry.clone()),
        ..before.clone()
    })
}

async fn free_name(connection: &mut SqliteConnection, after: &Authority) -> Result<()> {
    let taken: Option<i64> = sqlx::query_scalar("SELECT 1 FROM authority WHERE name = ? AND id <> ?")
        .bind(&after.name)
        .bind(blob(after.id.0))
        .fetch_optional(connection)
        .await
        .doing("looking for an authority's name")?;
    taken.map_or(Ok(()), |_| Err(Error::Conflict("another authority has this name".into())))
}

/// The next version of an authority.
pub(super) async fn insert_version(
    connection: &mut SqliteConnection,
    authority: &Authority,
    reason: &str,
    now: WallTime,
    entry: EntryIndex,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO authority_version (authority, version, name, division, industry, reason, at_us, entry)
         SELECT ?1, coalesce(max(version), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7 FROM authority_version WHERE authority = ?1",
    )
    .bind(blob(authority.id.0))
    .bind(&authority.name)
    .bind(&authority.division)
    .bind(&authority.industry)
    .bind(reason)
    .bind(now.0)
    .bind(int(entry.0)?)
    .execute(connection)
    .await
    .doing("keeping an authority's version")
    .map(|_| ())
}

async fn end(
    connection: &mut SqliteConnection,
    id: AuthorityId,
    (reason, successor): (&str, Option<AuthorityId>),
    (now, entry): (WallTime, EntryIndex),
) -> Result<()> {
    sqlx::query(
        "UPDATE authority SET ended_us = coalesce(ended_us, ?), end_entry = coalesce(end_entry, ?),
            end_reason = coalesce(end_reason, ?), successor = ? WHERE id = ?",
    )
    .bind(now.0)
    .bind(int(entry.0)?)
    .bind(reason)
    .bind(successor.map(|to| blob(to.0)))
    .bind(blob(id.0))
    .execute(connection)
    .await
    .doing("ending an authority")
    .map(|_| ())
}

const OPEN_INSPECTIONS: &str = "authority = ? AND state = 'open'";
const OPEN_ORDERS: &str = "authority = ? AND state IN ('issued', 'corrected')";
const OPEN_DEMANDS: &str = "authority = ? AND deadline_us > ? AND (answered_us IS NULL OR failed > 0)";

async fn count(
    connection: &mut SqliteConnection,
    id: AuthorityId,
    next: &Authority,
    live: &[Authority],
    now: WallTime,
) -> Result<HandedOn> {
    let number = async |connection: &mut SqliteConnection, sql: String, timed: bool| -> Result<u64> {
        let query = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql)).bind(blob(id.0));
        let query = if timed { query.bind(now.0) } else { query };
        let count = query.fetch_one(connection).await.doing("counting what an authority has open")?;
        Ok(u64::try_from(count).unwrap_or(0))
    };
    let of = |table: &str, which: &str| format!("SELECT count(*) FROM {table} WHERE {which}");
    Ok(HandedOn {
        inspections: number(connection, of("inspection", OPEN_INSPECTIONS), false).await?,
        orders: number(connection, of("correction_order", OPEN_ORDERS), false).await?,
        demands: number(connection, of("retention_demand", OPEN_DEMANDS), true).await?,
        accusations: accusations_for(connection, id, next, live).await?.0.len() as u64,
    })
}

/// Accusations that the successor may have, and those that concern it: for auditors then.
async fn accusations_for(
    connection: &mut SqliteConnection,
    id: AuthorityId,
    next: &Authority,
    live: &[Authority],
) -> Result<(Vec<Uuid>, Vec<Uuid>)> {
    let rows = sqlx::query("SELECT id FROM accusation WHERE authority = ? AND stage <> 'closed'")
        .bind(blob(id.0))
        .fetch_all(&mut *connection)
        .await
        .doing("looking for accusations of an authority")?;
    let (mut given, mut kept) = (Vec::new(), Vec::new());
    for row in &rows {
        let accusation = id_col(row, "id")?;
        let concerned = sqlx::query(
            "SELECT target FROM accusation_concerned WHERE accusation = ? AND kind = 'authority'",
        )
        .bind(blob(accusation))
        .fetch_all(&mut *connection)
        .await
        .doing("looking whom an accusation concerns")?;
        let accused =
            concerned.iter().map(|row| id_col(row, "target").map(AuthorityId)).collect::<Result<Vec<_>>>()?;
        if is_concerned(next, &accused, live) { kept.push(accusation) } else { given.push(accusation) }
    }
    Ok((given, kept))
}

/// Moves what is open to the successor. Without one, accusations are the auditors' whom they do not concern; the rest stays and is found.
async fn hand_on(
    connection: &mut SqliteConnection,
    id: AuthorityId,
    next: Option<&Authority>,
    live: &[Authority],
    now: WallTime,
) -> Result<()> {
    let Some(next) = next else {
        sqlx::query("UPDATE accusation SET authority = NULL WHERE authority = ? AND stage <> 'closed'")
            .bind(blob(id.0))
            .execute(connection)
            .await
            .doing("handing accusations to auditors")?;
        return Ok(());
    };
    let (given, kept) = accusations_for(connection, id, next, live).await?;
    for (accusations, to) in [(given, Some(next.id)), (kept, None)] {
        for accusation in accusations {
            sqlx::query("UPDATE accusation SET authority = ? WHERE id = ?")
                .bind(to.map(|to| blob(to.0)))
                .bind(blob(accusation))
                .execute(&mut *connection)
                .await
                .doing("handing an accusation on")?;
        }
    }
    let tables = [
        ("inspection", OPEN_INSPECTIONS, false),
        ("correction_order", OPEN_ORDERS, false),
        ("retention_demand", OPEN_DEMANDS, true),
    ];
    for (table, which, timed) in tables {
        let sql = format!("UPDATE {table} SET authority = ? WHERE {which}");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(blob(next.id.0)).bind(blob(id.0));
        let query = if timed { query.bind(now.0) } else { query };
        query.execute(&mut *connection).await.doing("handing on what is open")?;
    }
    Ok(())
}

/// Nobody supervises for it any more.
async fn release_all(connection: &mut SqliteConnection, id: AuthorityId) -> Result<Vec<PersonId>> {
    let rows = sqlx::query("DELETE FROM supervisor WHERE authority = ? RETURNING person")
        .bind(blob(id.0))
        .fetch_all(connection)
        .await
        .doing("releasing an authority's supervisors")?;
    rows.iter().map(|row| id_col(row, "person").map(PersonId)).collect()
}

//! Authorities that change and end: each version with its reason and entry, and what an ended one had open handed on in the same
//! transaction.
//!
//! Whether another may take over what is open is `law::supervision`'s. The invariants kept: from the instant of its end nobody supervises
//! for an authority; nothing that it had open is lost: it is the successor's, or counted as a finding; an accusation is never handed to
//! whom it concerns.

use super::{LISTED, all_authorities, at_col, authority_row, col, entry_col, id_col, some_id};
use crate::convert::{blob, int};
use crate::error::{Doing, Error, Result};
use crate::registry::admit::{self, Ask};
use crate::registry::keepers::hands;
use crate::registry::register::listed;
use crate::registry::{EntryIndex, Registry, person_of, words};
use law::access::Refusal;
use law::supervision::{
    Authority, AuthorityKind, is_concerned, is_division, may_dismiss, may_succeed, next_up,
};
use model::{Act, Actor, AuthorityId, Cx, PersonId, UnitId, WallTime};
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

/// What is handed on with an authority, as its entry says it. How many accusations are stands in no entry: an auditor of whom they concern
/// reads it (national-2016:25).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct HandedOn {
    inspections: u64,
    orders: u64,
    demands: u64,
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
        let after = changed(&before, change)?;
        let moves = (&after.division, &after.industry) != (&before.division, &before.industry);
        let refusal = if moves { dismissal(&mut connection, cx, id).await? } else { None };
        drop(connection);
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
        self.act_unless(cx, ask, refusal, move |connection, entry| {
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
        let dismissed = dismissal(&mut connection, cx, id).await?;
        drop(connection);
        let next = successor
            .map(|to| live.iter().find(|one| one.id == to).cloned().ok_or(Error::NotFound("successor")));
        let next = next.transpose()?;
        let refusal = next.as_ref().and_then(|next| may_succeed(&own, next).err()).map(|refusal| *refusal);
        let refusal = dismissed.or(refusal);
        let cx = cx.clone();
        let bound = self
            .decided(move |connection| {
                Box::pin(async move {
                    let counted = match &next {
                        Some(_) => count(connection, id, cx.now).await?,
                        None => HandedOn::default(),
                    };
                    let ask = Ask {
                        subject: Some(id.0),
                        recipient: own.name.clone(),
                        extra: format!(
                            "authority={id}\nended={}\nsuccessor={}\ninspections={}\norders={}\ndemands={}\nreason={reason}",
                            own.name,
                            next.as_ref().map_or("-", |next| next.name.as_str()),
                            counted.inspections,
                            counted.orders,
                            counted.demands,
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
                    hand_on(connection, (&own, next.as_ref()), &live, &cx).await?;
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

async fn count(connection: &mut SqliteConnection, id: AuthorityId, now: WallTime) -> Result<HandedOn> {
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
    })
}

/// Why the actor may not dismiss an authority's people now, if they may not (national-2016:23).
pub(super) async fn dismissal(
    connection: &mut SqliteConnection,
    cx: &Cx,
    id: AuthorityId,
) -> Result<Option<Refusal>> {
    let Actor::Person(person) = cx.actor else { return Ok(None) };
    let units = listed(hands(connection, person, []).await?.units.into_iter().map(|unit| unit.0));
    let sql = format!(
        "SELECT EXISTS (SELECT 1 FROM inspection WHERE authority = ?1 AND state = 'open' AND unit IN ({LISTED}?2)))
             OR EXISTS (SELECT 1 FROM correction_order
                 WHERE authority = ?1 AND state IN ('issued', 'corrected') AND unit IN ({LISTED}?2)))
             OR EXISTS (SELECT 1 FROM retention_demand WHERE authority = ?1 AND deadline_us > ?3
                 AND (answered_us IS NULL OR failed > 0) AND unit IN ({LISTED}?2)))"
    );
    let has_case: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(blob(id.0))
        .bind(units)
        .bind(cx.now.0)
        .fetch_one(connection)
        .await
        .doing("looking what an authority has open over a unit")?;
    Ok(may_dismiss(has_case).err().map(|refusal| *refusal))
}

/// Whom an accusation concerns.
#[derive(Default)]
struct Parties {
    authorities: Vec<AuthorityId>,
    units: Vec<UnitId>,
    people: Vec<PersonId>,
}

impl Parties {
    async fn of(connection: &mut SqliteConnection, accusation: Uuid) -> Result<Self> {
        let rows = sqlx::query("SELECT kind, target FROM accusation_concerned WHERE accusation = ?")
            .bind(blob(accusation))
            .fetch_all(connection)
            .await
            .doing("looking whom an accusation concerns")?;
        let mut parties = Self::default();
        for row in &rows {
            let (kind, target): (String, Uuid) = (col(row, "kind")?, id_col(row, "target")?);
            match kind.as_str() {
                "authority" => parties.authorities.push(AuthorityId(target)),
                "unit" => parties.units.push(UnitId(target)),
                _ => parties.people.push(PersonId(target)),
            }
        }
        Ok(parties)
    }

    /// Whether an account is in their hands.
    async fn hold(&self, connection: &mut SqliteConnection, person: PersonId) -> Result<bool> {
        let by = hands(connection, person, []).await?;
        Ok(self.units.iter().any(|unit| by.units.contains(unit))
            || self.people.iter().any(|one| by.people.contains(one)))
    }

    /// The next authority above that they do not touch, and for which somebody supervises who is not in their hands.
    async fn next_clean(
        &self,
        connection: &mut SqliteConnection,
        own: &Authority,
        live: &[Authority],
    ) -> Result<Option<AuthorityId>> {
        let mut above = next_up(own, live);
        while let Some(one) = above {
            for person in supervisors_of(connection, one.id).await? {
                if !is_concerned(one, &self.authorities, live) && !self.hold(connection, person).await? {
                    return Ok(Some(one.id));
                }
            }
            above = next_up(one, live);
        }
        Ok(None)
    }
}

async fn supervisors_of(connection: &mut SqliteConnection, id: AuthorityId) -> Result<Vec<PersonId>> {
    let rows = sqlx::query("SELECT person FROM supervisor WHERE authority = ?")
        .bind(blob(id.0))
        .fetch_all(connection)
        .await
        .doing("looking who supervises")?;
    rows.iter().map(|row| id_col(row, "person").map(PersonId)).collect()
}

/// Who deals with each accusation of an authority that ends: the successor; whoever stands above where the accused end it, so that they choose
/// nobody (national-2016:25); auditors where those may not.
async fn heirs(
    connection: &mut SqliteConnection,
    (own, next): (&Authority, Option<&Authority>),
    live: &[Authority],
    cx: &Cx,
) -> Result<Vec<(Uuid, Option<AuthorityId>)>> {
    let rows = sqlx::query("SELECT id FROM accusation WHERE authority = ? AND stage <> 'closed'")
        .bind(blob(own.id.0))
        .fetch_all(&mut *connection)
        .await
        .doing("looking for accusations of an authority")?;
    let mut heirs = Vec::with_capacity(rows.len());
    for row in &rows {
        let accusation = id_col(row, "id")?;
        let parties = Parties::of(connection, accusation).await?;
        let by_accused = match cx.actor {
            Actor::Person(person) => parties.hold(connection, person).await?,
            Actor::System(_) => false,
        };
        let heir = if by_accused {
            parties.next_clean(connection, own, live).await?
        } else {
            next.filter(|next| !is_concerned(next, &parties.authorities, live)).map(|next| next.id)
        };
        heirs.push((accusation, heir));
    }
    Ok(heirs)
}

/// Moves what is open to the successor. Without one, accusations are the auditors' whom they do not concern; the rest stays and is found.
async fn hand_on(
    connection: &mut SqliteConnection,
    (own, next): (&Authority, Option<&Authority>),
    live: &[Authority],
    cx: &Cx,
) -> Result<()> {
    for (accusation, heir) in heirs(connection, (own, next), live, cx).await? {
        sqlx::query("UPDATE accusation SET authority = ? WHERE id = ?")
            .bind(heir.map(|heir| blob(heir.0)))
            .bind(blob(accusation))
            .execute(&mut *connection)
            .await
            .doing("handing an accusation on")?;
    }
    let Some(next) = next else { return Ok(()) };
    let tables = [
        ("inspection", OPEN_INSPECTIONS, false),
        ("correction_order", OPEN_ORDERS, false),
        ("retention_demand", OPEN_DEMANDS, true),
    ];
    for (table, which, timed) in tables {
        let sql = format!("UPDATE {table} SET authority = ? WHERE {which}");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(blob(next.id.0)).bind(blob(own.id.0));
        let query = if timed { query.bind(cx.now.0) } else { query };
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

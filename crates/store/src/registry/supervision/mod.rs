//! Authorities, their supervisors, and which systems each supervises: what every act of supervision starts from.
//!
//! The invariant kept: a supervisor's post reaches the units with a system in the authority's area, is made anew at each decision from
//! the register, and is held by nobody else. Secret systems are in nobody's area here (guangzhou-2007:11).

mod accusation_sight;
mod accusations;
mod authorities;
mod awards;
mod inspections;
mod late;
mod orders;
mod papers;
mod retention;
mod rhythm;
mod rounds;
mod targets;
mod terms;
mod under_way;

pub(super) use accusation_sight::Reader as AccusationReader;
pub use accusation_sight::{AccusationPage, AccusationQuery, OverdueAccusation};
pub use accusations::{
    Accusation, AccusationFollowed, AccusationReceipt, AccusationStep, ConcernedParties, NewAccusation,
};
pub use authorities::{AuthorityChange, AuthorityVersion, EndedAuthority};
pub use awards::{AwardRow, NewAward};
pub use inspections::{
    Inspection, InspectionComment, InspectionEnd, InspectionLine, LineVerdict, NewInspection,
};
pub use late::LateAuthority;
pub use orders::{NewOrder, OrderDecision, OrderRow, OrderStepRow};
pub use papers::NamedDocument;
pub use retention::{DemandAnswer, DemandRow, DemandTerms, NewDemand, unproven_line};
pub(super) use rhythm::KeptRota;
pub use rhythm::{InspectedSystem, RhythmRow};
pub use rounds::{InspectionRound, NewInspectionRound, ROUND_INSPECTIONS_MAX};
pub use targets::{AreaTargetRow, NewAreaTarget};
pub use terms::SupervisorTerm;
pub(super) use under_way::looked_into;

use super::{Registry, admit::Ask, new_id, register::listed, words};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::EntryIndex;
use law::access::Post;
use law::register::RecordKind;
use law::supervision::{Authority, AuthorityKind, is_division};
use model::{Act, Actor, AuthorityId, Cx, PersonId, RecordId, Role, UnitId, WallTime};
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row as _, Sqlite, SqliteConnection, Type};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const NAME_CHARS_MAX: usize = 100;
/// Authorities of one installation: a province's districts, with a few industries each.
const AUTHORITIES_MAX: i64 = 2_000;

/// An authority that somebody enters.
#[derive(Clone, Debug)]
pub struct NewAuthority {
    pub name: String,
    pub kind: AuthorityKind,
    pub division: String,
    pub industry: Option<String>,
}

/// Who supervises for which authority.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SupervisorRow {
    pub authority: AuthorityId,
    pub person: (PersonId, String),
    pub since: WallTime,
    pub entry: EntryIndex,
}

/// A system in an authority's area.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SupervisedSystem {
    pub id: RecordId,
    pub name: String,
    pub unit: UnitId,
    pub stage: Option<u8>,
    pub registered: WallTime,
    pub divisions: Vec<String>,
    pub categories: Vec<String>,
}

/// A column of a row of these tables.
fn col<'r, T: Decode<'r, Sqlite> + Type<Sqlite>>(row: &'r SqliteRow, name: &str) -> Result<T> {
    row.try_get(name).doing("reading a row of supervision")
}
fn id_col(row: &SqliteRow, name: &str) -> Result<Uuid> {
    uuid_of(col::<&[u8]>(row, name)?)
}
fn some_id(row: &SqliteRow, name: &str) -> Result<Option<Uuid>> {
    col::<Option<&[u8]>>(row, name)?.map(uuid_of).transpose()
}
fn entry_col(row: &SqliteRow, name: &str) -> Result<EntryIndex> {
    Ok(EntryIndex(uint(col(row, name)?)?))
}
fn at_col(row: &SqliteRow, name: &str) -> Result<WallTime> {
    Ok(WallTime(col(row, name)?))
}
/// Ids of the list that is bound behind it ([`listed`]), as they are stored; a bracket closes it.
const LISTED: &str = "SELECT unhex(value) FROM json_each(";
fn corrupt(what: &str) -> Error {
    Error::Corrupt(format!("a stored word of supervision is unknown: {what}"))
}
/// The authority for which somebody supervises.
pub(in crate::registry) async fn authority_of(
    connection: &mut SqliteConnection,
    person: PersonId,
) -> Result<Option<AuthorityId>> {
    let row: Option<Vec<u8>> = sqlx::query_scalar(
        "SELECT authority FROM supervisor JOIN authority ON authority.id = authority WHERE person = ? AND ended_us IS NULL",
    )
        .bind(blob(person.0))
        .fetch_optional(connection)
        .await
        .doing("looking for a supervisor's authority")?;
    row.map(|id| uuid_of(&id).map(AuthorityId)).transpose()
}

/// The posts of a supervisor: over the units with a system in the area, and one over no unit, so that an authority whose area is
/// still empty reads that it is.
pub(in crate::registry) async fn posts(
    connection: &mut SqliteConnection,
    person: PersonId,
) -> Result<Vec<Post>> {
    let Some(authority) = authority_of(connection, person).await? else { return Ok(Vec::new()) };
    let authority = authority_row(connection, authority).await?;
    let systems = in_area(connection, &authority).await?;
    let mut units: BTreeSet<UnitId> = systems.into_iter().map(|system| system.unit).collect();
    units.insert(UnitId(Uuid::nil()));
    Ok(units.into_iter().map(|unit| Post { role: Role::Supervisor, unit, group: None }).collect())
}

pub(super) async fn all_authorities(connection: &mut SqliteConnection) -> Result<Vec<Authority>> {
    let rows = sqlx::query(
        "SELECT id, name, kind, division, industry FROM authority WHERE ended_us IS NULL ORDER BY division, name LIMIT ?",
    )
    .bind(AUTHORITIES_MAX)
    .fetch_all(connection)
    .await
    .doing("listing authorities")?;
    rows.iter().map(authority_from).collect()
}

fn authority_from(row: &SqliteRow) -> Result<Authority> {
    let kind: String = col(row, "kind")?;
    Ok(Authority {
        id: AuthorityId(id_col(row, "id")?),
        name: col(row, "name")?,
        kind: AuthorityKind::from_word(&kind).ok_or_else(|| corrupt(&kind))?,
        division: col(row, "division")?,
        industry: col(row, "industry")?,
    })
}

async fn authority_row(connection: &mut SqliteConnection, id: AuthorityId) -> Result<Authority> {
    let all = all_authorities(connection).await?;
    all.into_iter().find(|one| one.id == id).ok_or(Error::NotFound("authority"))
}

/// Every system that is not secret, with the divisions and the categories of its places: its own division, and those of its points.
pub(super) async fn all_systems(connection: &mut SqliteConnection) -> Result<Vec<SupervisedSystem>> {
    systems_of(connection, None).await
}

/// The same of some.
async fn systems_of(
    connection: &mut SqliteConnection,
    only: Option<&BTreeSet<RecordId>>,
) -> Result<Vec<SupervisedSystem>> {
    let some = match only {
        Some(_) => "system.id IN (SELECT unhex(value) FROM json_each(?3))",
        None => "?3 IS NULL",
    };
    let sql = format!(
        "SELECT system.id, system.name, system.unit, system.stage, system.created_us, division.code, NULL AS category
         FROM record AS system
         JOIN record_reference AS named ON named.source = system.id AND named.field = 'division'
         JOIN record AS division ON division.id = named.target
         WHERE {some} AND system.kind = ?1 AND system.removed_us IS NULL AND system.secret = 0 AND system.unit IS NOT NULL
         UNION
         SELECT system.id, system.name, system.unit, system.stage, system.created_us, division.code, json_extract(place.body, '$.category')
         FROM record AS system
         JOIN record_reference AS of_system ON of_system.target = system.id AND of_system.field = 'system'
         JOIN record AS point ON point.id = of_system.source AND point.kind = ?2 AND point.removed_us IS NULL
         JOIN record_reference AS at_place ON at_place.source = point.id AND at_place.field = 'place'
         JOIN record AS place ON place.id = at_place.target
         JOIN record_reference AS named ON named.source = place.id AND named.field = 'division'
         JOIN record AS division ON division.id = named.target
         WHERE {some} AND system.kind = ?1 AND system.removed_us IS NULL AND system.secret = 0 AND system.unit IS NOT NULL"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(RecordKind::System as i64)
        .bind(RecordKind::Point as i64)
        .bind(only.map(|systems| listed(systems.iter().map(|id| id.0))))
        .fetch_all(connection)
        .await
        .doing("listing systems by their areas")?;
    let mut found = BTreeMap::<Vec<u8>, SupervisedSystem>::new();
    for row in &rows {
        let key: Vec<u8> = col(row, "id")?;
        let stage: Option<i64> = col(row, "stage")?;
        let fresh = SupervisedSystem {
            id: RecordId(uuid_of(&key)?),
            name: col(row, "name")?,
            unit: UnitId(id_col(row, "unit")?),
            stage: stage.and_then(|stage| u8::try_from(stage).ok()),
            registered: at_col(row, "created_us")?,
            divisions: Vec::new(),
            categories: Vec::new(),
        };
        let system = found.entry(key).or_insert(fresh);
        let (code, category): (Option<String>, Option<String>) = (col(row, "code")?, col(row, "category")?);
        let add = |list: &mut Vec<String>, word: Option<String>| {
            if let Some(word) = word.filter(|word| !list.contains(word)) {
                list.push(word);
            }
        };
        add(&mut system.divisions, code);
        add(&mut system.categories, category);
    }
    Ok(found.into_values().collect())
}

async fn in_area(connection: &mut SqliteConnection, authority: &Authority) -> Result<Vec<SupervisedSystem>> {
    let mut systems = all_systems(connection).await?;
    systems.retain(|system| authority.supervises(&system.divisions, &system.categories));
    Ok(systems)
}

impl Registry {
    /// Authorities by division and name. Whether the actor may know is decided before.
    pub async fn authorities(&self, _cx: &Cx) -> Result<Vec<Authority>> {
        let mut connection = self.0.database.read.acquire().await.doing("listing authorities")?;
        all_authorities(&mut connection).await
    }

    /// Who supervises. Whether the actor may know is decided before.
    pub async fn supervisors(&self, _cx: &Cx) -> Result<Vec<SupervisorRow>> {
        let rows = sqlx::query(
            "SELECT authority, person, name, at_us, entry FROM supervisor JOIN person ON person.id = person ORDER BY name",
        )
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing supervisors")?;
        rows.iter()
            .map(|row| {
                Ok(SupervisorRow {
                    authority: AuthorityId(id_col(row, "authority")?),
                    person: (PersonId(id_col(row, "person")?), col(row, "name")?),
                    since: at_col(row, "at_us")?,
                    entry: entry_col(row, "entry")?,
                })
            })
            .collect()
    }

    /// The authority for which the actor supervises.
    pub async fn own_authority(&self, cx: &Cx) -> Result<Option<Authority>> {
        let Actor::Person(person) = cx.actor else { return Ok(None) };
        let mut connection = self.0.database.read.acquire().await.doing("looking for an authority")?;
        match authority_of(&mut connection, person).await? {
            Some(authority) => authority_row(&mut connection, authority).await.map(Some),
            None => Ok(None),
        }
    }

    /// The systems in an authority's area, by name. Whether the actor may know is decided before.
    pub async fn supervised_systems(&self, _cx: &Cx, authority: &Authority) -> Result<Vec<SupervisedSystem>> {
        let mut connection = self.0.database.read.acquire().await.doing("listing systems of an area")?;
        let mut systems = in_area(&mut connection, authority).await?;
        systems.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        Ok(systems)
    }

    /// Enters an authority.
    pub async fn create_authority(&self, cx: &Cx, new: NewAuthority) -> Result<AuthorityId> {
        let name = words("name", &new.name, NAME_CHARS_MAX)?;
        if !is_division(&new.division) {
            return Err(Error::invalid("division", "is not six digits"));
        }
        let industry = new.industry.filter(|industry| !industry.trim().is_empty());
        if (new.kind == AuthorityKind::Industry) != industry.is_some() {
            return Err(Error::invalid("industry", "is for an industry's authority, and needed there"));
        }
        let id = AuthorityId(new_id());
        let ask = Ask {
            subject: Some(id.0),
            recipient: name.clone(),
            extra: format!("authority={id}\nkind={}\ndivision={}", new.kind.as_str(), new.division),
            ..Ask::new(Act::ChangeAuthority)
        };
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let fresh = Authority { id, name, kind: new.kind, division: new.division, industry };
                sqlx::query("INSERT INTO authority (id, name, kind, division, industry, at_us, entry) VALUES (?, ?, ?, ?, ?, ?, ?)")
                    .bind(blob(id.0))
                    .bind(&fresh.name)
                    .bind(new.kind.as_str())
                    .bind(&fresh.division)
                    .bind(&fresh.industry)
                    .bind(now.0)
                    .bind(int(entry.0)?)
                    .execute(&mut *connection)
                    .await
                    .doing("entering an authority")?;
                authorities::insert_version(connection, &fresh, "", now, entry).await
            })
        })
        .await?;
        Ok(id)
    }

    /// Makes an account a supervisor's, or of another authority. What they were watching ends.
    pub async fn bind_supervisor(&self, cx: &Cx, authority: AuthorityId, person: PersonId) -> Result<()> {
        let mut connection = self.0.database.read.acquire().await.doing("binding a supervisor")?;
        let found = authority_row(&mut connection, authority).await?;
        // Bound to another one, they are released from their own.
        let left = authority_of(&mut connection, person).await?.filter(|left| *left != authority);
        let refusal = match left {
            Some(left) => authorities::dismissal(&mut connection, cx, left).await?,
            None => None,
        };
        drop(connection);
        let (now, binder) = (cx.now, cx.clone());
        self.act_unless(cx, binding(cx, person, &found, "bound"), refusal, move |connection, entry| {
            Box::pin(async move {
                super::keepers::note_bound(connection, &binder, person).await?;
                sqlx::query(
                    "INSERT INTO supervisor (person, authority, at_us, entry) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (person) DO UPDATE SET authority = ?2, at_us = ?3, entry = ?4",
                )
                .bind(blob(person.0))
                .bind(blob(authority.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("binding a supervisor")
                .map(|_| ())
            })
        })
        .await?;
        self.0.passes.revoke_person(person);
        Ok(())
    }

    /// The account is no supervisor's any more.
    pub async fn unbind_supervisor(&self, cx: &Cx, authority: AuthorityId, person: PersonId) -> Result<()> {
        let mut connection = self.0.database.read.acquire().await.doing("releasing a supervisor")?;
        let found = authority_row(&mut connection, authority).await?;
        let refusal = authorities::dismissal(&mut connection, cx, authority).await?;
        drop(connection);
        self.act_unless(cx, binding(cx, person, &found, "released"), refusal, move |connection, _| {
            Box::pin(async move {
                let done = sqlx::query("DELETE FROM supervisor WHERE person = ? AND authority = ?")
                    .bind(blob(person.0))
                    .bind(blob(authority.0))
                    .execute(connection)
                    .await
                    .doing("releasing a supervisor")?;
                if done.rows_affected() == 0 {
                    return Err(Error::NotFound("supervisor"));
                }
                Ok(())
            })
        })
        .await
    }
}

fn binding(cx: &Cx, person: PersonId, authority: &Authority, what: &str) -> Ask {
    Ask {
        posts_of: Some(person),
        subject: Some(person.0),
        own: cx.actor == Actor::Person(person),
        recipient: authority.name.clone(),
        extra: format!("supervisor={what}\nauthority={}", authority.id),
        ..Ask::new(Act::ChangeAuthority)
    }
}

//! Accounts of requesting authorities: made by whoever answers for the unit, on credentials that they looked at, for a time.
//!
//! The invariant kept: such an account has no post but this one, which is made anew at each decision from its row.

use super::{col, id_col};
use crate::convert::{blob, int, uint};
use crate::error::{Doing, Error, Result};
use crate::registry::admit::{Ask, enter_unless};
use crate::registry::alarms::filled;
use crate::registry::part::{ListPart, PartQuery, of_units, part};
use crate::registry::{EntryIndex, Registry, facts, once, person_of};
use law::access::Post;
use law::packs::{Organ, OrganLevel};
use law::portal::{REQUESTER_US_MAX, may_be_requester};
use law::register::RecordKind;
use law::supervision::is_division;
use model::{Act, Actor, Cx, PersonId, RecordId, Role, UnitId, WallTime};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

const ORGAN_NAME_CHARS_MAX: usize = 100;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewRequester {
    pub person: PersonId,
    pub unit: UnitId,
    pub organ: Organ,
    pub level: Option<OrganLevel>,
    /// Six digits of GB/T 2260.
    pub division: String,
    pub organ_name: String,
    /// The credentials that were looked at, as a document of the unit.
    pub credential: RecordId,
    pub until: WallTime,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Requester {
    pub person: (PersonId, String),
    pub unit: UnitId,
    pub organ: Organ,
    pub level: Option<OrganLevel>,
    pub division: String,
    pub organ_name: String,
    pub credential: RecordId,
    pub until: WallTime,
    pub made_by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
}

/// The post of a requester: for the unit that made the account.
pub(in crate::registry) async fn posts(
    connection: &mut SqliteConnection,
    person: PersonId,
) -> Result<Option<Post>> {
    let row: Option<Vec<u8>> = sqlx::query_scalar("SELECT unit FROM requester WHERE person = ?")
        .bind(blob(person.0))
        .fetch_optional(connection)
        .await
        .doing("looking for a requester")?;
    row.map(|unit| {
        let unit = UnitId(crate::convert::uuid_of(&unit)?);
        Ok(Post { role: Role::Requester, unit, group: None })
    })
    .transpose()
}

/// The unit that keeps a requester's account, also one whose term is over.
pub(in crate::registry) async fn kept_by(
    connection: &mut SqliteConnection,
    person: PersonId,
) -> Result<Option<UnitId>> {
    posts(connection, person).await.map(|post| post.map(|post| post.unit))
}

/// Until when the account is a requester's.
pub(in crate::registry) async fn term_of(
    connection: &mut SqliteConnection,
    person: PersonId,
) -> Result<Option<WallTime>> {
    let row: Option<i64> = sqlx::query_scalar("SELECT until_us FROM requester WHERE person = ?")
        .bind(blob(person.0))
        .fetch_optional(connection)
        .await
        .doing("looking for a requester's term")?;
    Ok(row.map(WallTime))
}

/// Whether the account is a requester's.
pub(in crate::registry) async fn is_requester(
    connection: &mut SqliteConnection,
    person: PersonId,
) -> Result<bool> {
    posts(connection, person).await.map(|post| post.is_some())
}

fn requester_of(row: &SqliteRow) -> Result<Requester> {
    let (organ, level): (String, Option<String>) = (col(row, "organ")?, col(row, "level")?);
    let corrupt = || Error::Corrupt("a stored requester cannot be read".into());
    Ok(Requester {
        person: (PersonId(id_col(row, "person")?), col(row, "person_name")?),
        unit: UnitId(id_col(row, "unit")?),
        organ: Organ::from_word(&organ).ok_or_else(corrupt)?,
        level: level.map(|word| OrganLevel::from_word(&word).ok_or_else(corrupt)).transpose()?,
        division: col(row, "division")?,
        organ_name: col(row, "organ_name")?,
        credential: RecordId(id_col(row, "credential")?),
        until: WallTime(col(row, "until_us")?),
        made_by: (PersonId(id_col(row, "made_by")?), col(row, "maker_name")?),
        at: WallTime(col(row, "at_us")?),
        entry: EntryIndex(uint(col(row, "entry")?)?),
    })
}

const SELECT: &str = "SELECT requester.*, person.name AS person_name, maker.name AS maker_name FROM requester
    JOIN person ON person.id = requester.person JOIN person AS maker ON maker.id = made_by";

impl Registry {
    /// A part of the requesters of units for which the actor may keep them. Whether they may read at all is decided before.
    pub async fn requesters(&self, cx: &Cx, query: &PartQuery) -> Result<ListPart<Requester>> {
        let own = self.units_by(cx, Act::ChangeRequester).await?;
        let mut connection = self.0.database.read.acquire().await.doing("listing requesters")?;
        let order = "organ_name, person_name, requester.person";
        let found = part(&mut connection, query, (SELECT, order), |sql| {
            of_units(sql, "requester.unit", own.as_ref());
        })
        .await?;
        let rows = found.rows.iter().map(requester_of).collect::<Result<_>>()?;
        Ok(ListPart { rows, next_cursor: found.next_cursor, total: found.total })
    }

    /// The authority for which the actor asks.
    pub async fn own_requester(&self, cx: &Cx) -> Result<Option<Requester>> {
        let Actor::Person(person) = cx.actor else { return Ok(None) };
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE requester.person = ?")))
            .bind(blob(person.0))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("looking for a requester")?;
        row.as_ref().map(requester_of).transpose()
    }

    /// Makes an account a requester's, or gives it another term. The account ends with that term; what it was doing ends now.
    pub async fn make_requester(&self, cx: &Cx, new: NewRequester) -> Result<()> {
        let maker = person_of(cx)?;
        let name = filled("organ_name", &new.organ_name, ORGAN_NAME_CHARS_MAX)?;
        if !is_division(&new.division) {
            return Err(Error::invalid("division", "is not six digits"));
        }
        let lasts_us = new.until.0.saturating_sub(cx.now.0);
        if !(1..=REQUESTER_US_MAX).contains(&lasts_us) {
            return Err(Error::invalid("until_ms", "is past, or later than half a year from now"));
        }
        self.own(cx, "credential_document_id", new.credential, RecordKind::Document, new.unit).await?;
        let ask = Ask { extra: described(&new), ..changing(cx, new.person, (new.unit, &name)) };
        let (person, cx) = (new.person, cx.clone());
        self.decided(move |connection| {
            Box::pin(async move {
                let held = facts::posts_at(connection, person, cx.now).await?;
                let supervises = super::super::super::supervision::authority_of(connection, person).await?;
                let refusal = may_be_requester(!held.is_empty() || supervises.is_some());
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                insert(connection, (maker, entry, cx.now), &new, &name).await?;
                Ok(Ok(()))
            })
        })
        .await?;
        self.0.passes.revoke_person(person);
        Ok(())
    }

    /// The account is no requester's any more; what it collects ends.
    pub async fn end_requester(&self, cx: &Cx, person: PersonId) -> Result<()> {
        let row: Option<(Vec<u8>, String)> =
            sqlx::query_as("SELECT unit, organ_name FROM requester WHERE person = ?")
                .bind(blob(person.0))
                .fetch_optional(&self.0.database.read)
                .await
                .doing("looking for a requester")?;
        let (unit, name) = row.ok_or(Error::NotFound("requester"))?;
        let unit = UnitId(crate::convert::uuid_of(&unit)?);
        let ask = Ask { extra: "requester=ended".to_owned(), ..changing(cx, person, (unit, &name)) };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                let done = sqlx::query("DELETE FROM requester WHERE person = ?")
                    .bind(blob(person.0))
                    .execute(connection)
                    .await
                    .doing("ending a requester's account")?;
                if done.rows_affected() == 0 { Err(Error::NotFound("requester")) } else { Ok(()) }
            })
        })
        .await?;
        self.0.passes.revoke_person(person);
        Ok(())
    }
}

fn described(new: &NewRequester) -> String {
    format!(
        "requester=made\norgan={}\nlevel={}\ndivision={}\ncredential={}\nuntil={}",
        new.organ.as_str(),
        new.level.map_or("-", OrganLevel::as_str),
        new.division,
        new.credential,
        new.until
    )
}

fn changing(cx: &Cx, person: PersonId, (unit, organ_name): (UnitId, &str)) -> Ask {
    Ask {
        scopes: vec![(unit, None)],
        // Nobody makes another unit's account one that they keep.
        posts_of: Some(person),
        subject: Some(person.0),
        own: cx.actor == Actor::Person(person),
        recipient: organ_name.to_owned(),
        ..Ask::new(Act::ChangeRequester)
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    (maker, entry, now): (PersonId, EntryIndex, WallTime),
    new: &NewRequester,
    name: &str,
) -> Result<()> {
    let done = sqlx::query(
        "INSERT INTO requester (person, unit, organ, level, division, organ_name, credential, until_us, made_by, at_us, entry)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (person) DO UPDATE SET organ = ?3, level = ?4, division = ?5, organ_name = ?6, credential = ?7, until_us = ?8,
            made_by = ?9, at_us = ?10, entry = ?11 WHERE unit = ?2",
    )
    .bind(blob(new.person.0))
    .bind(blob(new.unit.0))
    .bind(new.organ.as_str())
    .bind(new.level.map(OrganLevel::as_str))
    .bind(&new.division)
    .bind(name)
    .bind(blob(new.credential.0))
    .bind(new.until.0)
    .bind(blob(maker.0))
    .bind(now.0)
    .bind(int(entry.0)?)
    .execute(&mut *connection)
    .await
    .doing("making a requester's account")?;
    once(&done, "the account is a requester's of another unit")?;
    // The account's own end: every decision asks it, also that on signing in.
    sqlx::query("UPDATE person SET valid_until_us = ? WHERE id = ?")
        .bind(new.until.0)
        .bind(blob(new.person.0))
        .execute(connection)
        .await
        .doing("giving an account its end")
        .map(|_| ())
}

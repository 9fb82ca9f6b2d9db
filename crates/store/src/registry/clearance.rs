//! Who may see a unit's secret systems (guangzhou-2007:11). Clearing somebody is another administrator's act, with a document.
//!
//! Without clearance a secret record and its cameras are not there: lists leave them out, and asking for one is asking for
//! nothing. The invariant kept: nobody clears themselves.

use super::{EntryIndex, Registry, admit::Ask};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use law::register::RecordKind;
use model::{Act, Actor, Cx, PersonId, RecordId, UnitId, WallTime};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::HashSet;

/// The units whose secret systems an actor may see.
#[derive(Clone, Debug)]
pub(super) enum Cleared {
    /// The system itself records them.
    All,
    Units(HashSet<UnitId>),
}

impl Cleared {
    pub async fn load(connection: &mut SqliteConnection, actor: Actor) -> Result<Self> {
        let Actor::Person(person) = actor else { return Ok(Self::All) };
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT unit FROM clearance WHERE person = ?")
            .bind(blob(person.0))
            .fetch_all(connection)
            .await
            .doing("loading clearances")?;
        rows.iter().map(|(unit,)| uuid_of(unit).map(UnitId)).collect::<Result<_>>().map(Self::Units)
    }

    /// The same as a condition of SQL, by the columns of the secrecy and of the unit.
    pub fn push(&self, sql: &mut QueryBuilder<Sqlite>, secret: &str, unit: &str) {
        let Self::Units(units) = self else {
            sql.push("1");
            return;
        };
        sql.push(format!("(coalesce({secret}, 0) = 0"));
        for cleared in units {
            sql.push(format!(" OR {unit} = ")).push_bind(blob(cleared.0));
        }
        sql.push(")");
    }

    /// Whether what is secret in this unit may be seen. Nothing secret belongs to no unit.
    pub fn covers(&self, unit: Option<UnitId>) -> bool {
        match (self, unit) {
            (Self::All, _) => true,
            (Self::Units(units), Some(unit)) => units.contains(&unit),
            (Self::Units(_), None) => false,
        }
    }
}

/// A clearance, as administrators of the unit see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clearance {
    pub person: PersonId,
    pub person_name: String,
    pub document: RecordId,
    pub at: WallTime,
    pub entry: EntryIndex,
}

impl Registry {
    /// Lets a person see the unit's secret systems, with the document that says so; `None` takes it back.
    pub async fn change_clearance(
        &self,
        cx: &Cx,
        unit: UnitId,
        person: PersonId,
        document: Option<RecordId>,
    ) -> Result<()> {
        if let Some(document) = document {
            let paper = self.stored_record(cx, document).await?;
            if paper.kind != RecordKind::Document || paper.removed.is_some() || paper.unit != Some(unit) {
                return Err(Error::invalid("document", "is no document of this unit"));
            }
        }
        let account = self.account_of(person).await?;
        let word = document.map_or_else(|| "taken back".to_owned(), |document| document.to_string());
        let ask = Ask {
            scopes: vec![(unit, None)],
            subject: Some(person.0),
            own: cx.actor == Actor::Person(person) && document.is_some(),
            extra: format!("account={account}\nclearance={word}"),
            ..Ask::new(Act::ChangeClearance)
        };
        let now = cx.now;
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                sqlx::query("DELETE FROM clearance WHERE person = ? AND unit = ?")
                    .bind(blob(person.0))
                    .bind(blob(unit.0))
                    .execute(&mut *connection)
                    .await
                    .doing("taking back a clearance")?;
                let Some(document) = document else { return Ok(()) };
                sqlx::query(
                    "INSERT INTO clearance (person, unit, document, at_us, entry) VALUES (?, ?, ?, ?, ?)",
                )
                .bind(blob(person.0))
                .bind(blob(unit.0))
                .bind(blob(document.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("clearing a person")
                .map(|_| ())
            })
        })
        .await?;
        self.0.passes.revoke_person(person);
        Ok(())
    }

    /// Who is cleared for a unit's secret systems.
    pub async fn clearances(&self, unit: UnitId) -> Result<Vec<Clearance>> {
        type Row = (Vec<u8>, String, Vec<u8>, i64, i64);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT person, person.name, document, at_us, entry FROM clearance
             JOIN person ON person.id = clearance.person WHERE clearance.unit = ? ORDER BY person.name",
        )
        .bind(blob(unit.0))
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing clearances")?;
        rows.into_iter()
            .map(|(person, person_name, document, at, entry)| {
                Ok(Clearance {
                    person: PersonId(uuid_of(&person)?),
                    person_name,
                    document: RecordId(uuid_of(&document)?),
                    at: WallTime(at),
                    entry: EntryIndex(uint(entry)?),
                })
            })
            .collect()
    }

    pub(super) async fn account_of(&self, person: PersonId) -> Result<String> {
        let row: Option<(String,)> = sqlx::query_as("SELECT account FROM person WHERE id = ?")
            .bind(blob(person.0))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("looking for a person")?;
        row.map(|(account,)| account).ok_or(Error::NotFound("person"))
    }
}

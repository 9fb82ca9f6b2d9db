//! Values that units set beside those of a pack: asked for with a document, judged by the law, kept with person and days, and
//! taken back. What they do to the rules is `law::packs`'; here they are rows.

use super::{Record, list};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::{EntryIndex, Registry, admit, admit::Ask, new_id};
use law::packs::{ArticleId, Override, problems, refuse_override};
use law::register::RecordKind;
use model::{Act, Actor, Cx, OverrideId, PersonId, RecordId, UnitId, WallTime};
use sqlx::{ConnectOptions as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::Path;

const REASON_CHARS_MAX: usize = 500;
/// Overrides in one list: what a city's units set in years.
const ROWS_MAX: i64 = 1_000;
/// Of a value, in the entry.
const VALUE_CHARS_MAX: usize = 200;

/// A value that somebody wants to set.
#[derive(Clone, Debug)]
pub struct NewOverride {
    pub unit: UnitId,
    /// `None` with no place either: of the whole unit.
    pub system: Option<RecordId>,
    pub place: Option<RecordId>,
    pub article: ArticleId,
    pub parameter: String,
    pub value: serde_json::Value,
    pub document: RecordId,
    pub reason: String,
    /// `YYYY-MM-DD` at the unit.
    pub from: String,
    pub until: Option<String>,
}

/// A value that was set.
#[derive(Clone, PartialEq, Debug)]
pub struct SetOverride {
    pub id: OverrideId,
    pub unit: UnitId,
    pub system: Option<RecordId>,
    pub set: Override,
    pub document: RecordId,
    pub reason: String,
    /// `None`: the system itself, when it was set up.
    pub person: Option<(PersonId, String)>,
    pub at: WallTime,
    pub entry: EntryIndex,
    pub ended: Option<WallTime>,
}

type Row = (
    Vec<u8>,
    Vec<u8>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    String,
    String,
    String,
    Vec<u8>,
    String,
    String,
    Option<String>,
    Option<Vec<u8>>,
    Option<String>,
    i64,
    i64,
    Option<i64>,
);

const SELECT: &str =
    "SELECT override.id, override.unit, system, place, article, parameter, value, document, reason, from_day,
    until_day, person, person.name, at_us, entry, ended_us
    FROM override LEFT JOIN person ON person.id = override.person";

impl Registry {
    /// Sets a value beside a pack's. What is weaker than the pack's is refused, and that is an entry too.
    pub async fn set_override(&self, cx: &Cx, new: NewOverride) -> Result<OverrideId> {
        let reason = crate::registry::words("reason", &new.reason, REASON_CHARS_MAX)?;
        let set = Override {
            article: new.article.clone(),
            parameter: new.parameter.clone(),
            value: new.value.clone(),
            from: new.from.clone(),
            until: new.until.clone().filter(|until| !until.is_empty()),
            place: new.place.map(|place| place.to_string()),
        };
        if new.system.is_some() && new.place.is_some() {
            return Err(Error::invalid(
                "system_id",
                "an override is for a system or for a place, not for both",
            ));
        }
        let library = self.packs().library.clone();
        let wrong = problems(&library, &set);
        if !wrong.is_empty() {
            return Err(Error::Problems(wrong));
        }
        let paper = self.own(cx, "document_id", new.document, RecordKind::Document, new.unit).await?;
        for (field, id, kind) in
            [("system_id", new.system, RecordKind::System), ("place_id", new.place, RecordKind::Place)]
        {
            if let Some(id) = id {
                self.own(cx, field, id, kind, new.unit).await?;
            }
        }
        let id = OverrideId(new_id());
        let ask = Ask {
            scopes: vec![(new.unit, None)],
            subject: Some(id.0),
            extra: words(&set, &paper.name, &reason),
            ..Ask::new(Act::SetOverride)
        };
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let refusal = refuse_override(&library, &set);
                match admit::enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => {
                        insert(connection, id, &new, &set, &reason, &cx, entered.entry).await?;
                        Ok(Ok(id))
                    }
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        })
        .await
        .inspect(|_| self.0.passes.revoke_all())
    }

    /// Takes an override back: from now on the pack's value holds again. What footage was promised stays promised.
    pub async fn end_override(&self, cx: &Cx, id: OverrideId) -> Result<()> {
        let found = self.stored_override(id).await?;
        // As long as it holds: what it lengthened is noted before it ends.
        self.note_floors(&crate::registry::system_cx("retention", cx.now)).await?;
        let (now, person) = (cx.now, by(cx));
        let ask = Ask {
            scopes: vec![(found.unit, None)],
            subject: Some(id.0),
            refers_to: Some(found.entry),
            extra: format!("article={}\nparameter={}", found.set.article, found.set.parameter),
            ..Ask::new(Act::EndOverride)
        };
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                let ended = sqlx::query(
                    "UPDATE override SET ended_us = ?, ended_by = ?, ended_entry = ? WHERE id = ? AND ended_us IS NULL",
                )
                .bind(now.0)
                .bind(person)
                .bind(int(entry.0)?)
                .bind(blob(id.0))
                .execute(connection)
                .await
                .doing("ending an override")?;
                match ended.rows_affected() {
                    0 => Err(Error::Conflict("the override was taken back already".into())),
                    _ => Ok(()),
                }
            })
        })
        .await
        .inspect(|()| self.0.passes.revoke_all())
    }

    /// What units set beside the packs, of those in which the actor has a post, newest first.
    pub async fn overrides(&self, cx: &Cx) -> Result<Vec<SetOverride>> {
        let mut connection = self.0.database.read.acquire().await.doing("listing overrides")?;
        let viewer = list::Viewer::load(&mut connection, cx.actor).await?;
        let rows: Vec<Row> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} ORDER BY at_us DESC, override.id LIMIT ?")))
                .bind(ROWS_MAX)
                .fetch_all(&mut *connection)
                .await
                .doing("listing overrides")?;
        // guangzhou-2007:11: what is set for a secret system is not there either.
        let systems = list::sights(&mut connection, "SELECT system FROM override").await?;
        let sees = |system: RecordId| {
            systems.get(&system).is_some_and(|(unit, secret)| viewer.sees_in(*unit, *secret))
        };
        let all = rows.into_iter().map(override_of);
        let shown = |one: &SetOverride| viewer.has_post_in(one.unit) && one.system.is_none_or(sees);
        all.filter(|one| one.as_ref().map_or(true, shown)).collect()
    }

    async fn stored_override(&self, id: OverrideId) -> Result<SetOverride> {
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE override.id = ?")))
            .bind(blob(id.0))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("reading an override")?;
        override_of(row.ok_or(Error::NotFound("override"))?)
    }

    /// A record that must be of this kind and unit.
    pub(in crate::registry) async fn own(
        &self,
        cx: &Cx,
        field: &'static str,
        id: RecordId,
        kind: RecordKind,
        unit: UnitId,
    ) -> Result<Record> {
        match self.stored_record(cx, id).await {
            Ok(found) if found.kind == kind && found.removed.is_none() && found.unit == Some(unit) => {
                Ok(found)
            }
            Ok(_) | Err(Error::NotFound(_)) => Err(Error::invalid(field, "is no such record of this unit")),
            Err(error) => Err(error),
        }
    }
}

/// What units set beside the packs, read beside a server that may run; nothing without a store.
///
/// # Errors
/// The registry cannot be read.
pub async fn overrides_beside(data_dir: &Path) -> Result<Vec<SetOverride>> {
    let file = data_dir.join("registry.db");
    if !file.exists() {
        return Ok(Vec::new());
    }
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut connection = options.connect().await.doing("reading beside a running server")?;
    standing(&mut connection, None).await
}

/// What holds of one unit, or of all: those that were not taken back, oldest first.
pub(super) async fn standing(
    connection: &mut SqliteConnection,
    unit: Option<UnitId>,
) -> Result<Vec<SetOverride>> {
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "{SELECT} WHERE ended_us IS NULL AND (?1 IS NULL OR override.unit = ?1) ORDER BY at_us, override.id"
    )))
    .bind(unit.map(|unit| blob(unit.0)))
    .fetch_all(connection)
    .await
    .doing("reading overrides")?;
    rows.into_iter().map(override_of).collect()
}

fn by(cx: &Cx) -> Option<Vec<u8>> {
    match cx.actor {
        Actor::Person(person) => Some(blob(person.0)),
        Actor::System(_) => None,
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    id: OverrideId,
    new: &NewOverride,
    set: &Override,
    reason: &str,
    cx: &Cx,
    entry: EntryIndex,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO override (id, unit, system, place, article, parameter, value, document, reason, from_day, until_day,
                               person, at_us, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(id.0))
    .bind(blob(new.unit.0))
    .bind(new.system.map(|system| blob(system.0)))
    .bind(new.place.map(|place| blob(place.0)))
    .bind(set.article.to_string())
    .bind(&set.parameter)
    .bind(set.value.to_string())
    .bind(blob(new.document.0))
    .bind(reason)
    .bind(&set.from)
    .bind(set.until.as_deref())
    .bind(by(cx))
    .bind(cx.now.0)
    .bind(int(entry.0)?)
    .execute(connection)
    .await
    .doing("setting a value beside a pack's")
    .map(|_| ())
}

fn words(set: &Override, paper: &str, reason: &str) -> String {
    let value: String = set.value.to_string().chars().take(VALUE_CHARS_MAX).collect();
    let until = set.until.as_deref().unwrap_or("-");
    format!(
        "article={}\nparameter={}\nvalue={value}\nfrom={}\nuntil={until}\ndocument={paper}\nreason={reason}",
        set.article, set.parameter, set.from
    )
}

fn override_of(row: Row) -> Result<SetOverride> {
    let (
        id,
        unit,
        system,
        place,
        article,
        parameter,
        value,
        document,
        reason,
        from,
        until,
        person,
        name,
        at,
        entry,
        ended,
    ) = row;
    let corrupt = |_| Error::Corrupt("a stored override cannot be read".into());
    let record = |id: Option<Vec<u8>>| id.map(|id| uuid_of(&id).map(RecordId)).transpose();
    let person = person.map(|id| uuid_of(&id).map(PersonId)).transpose()?;
    Ok(SetOverride {
        id: OverrideId(uuid_of(&id)?),
        unit: UnitId(uuid_of(&unit)?),
        system: record(system)?,
        set: Override {
            article: article.parse()?,
            parameter,
            value: serde_json::from_str(&value).map_err(corrupt)?,
            from,
            until,
            place: record(place)?.map(|place| place.to_string()),
        },
        document: RecordId(uuid_of(&document)?),
        reason,
        person: person.map(|id| (id, name.unwrap_or_default())),
        at: WallTime(at),
        entry: EntryIndex(uint(entry)?),
        ended: ended.map(WallTime),
    })
}

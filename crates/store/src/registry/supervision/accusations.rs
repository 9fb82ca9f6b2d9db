//! Accusations from anybody: taken in without an account, routed around whom they concern, carried to an outcome.
//!
//! The invariants kept: whoever an accusation may concern never reads it, nor whether there is one, whatever posts they hold; its
//! entries name neither whom it concerns nor what it says; a contact is stored sealed, and of the code only its hash.

use super::{all_authorities, all_systems, at_col, authority_of, col, corrupt, entry_col, id_col, some_id};
use crate::convert::{blob, int, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::facts;
use crate::registry::person_of;
use crate::registry::{EntryIndex, Registry, admit::Ask, at_most, new_id, once, one_time_secret, words};
use crate::seal::Kind;
use law::access::{Refusal, entitles};
use law::supervision::{
    AccusationAct, AccusationStage, AccusedKind, Authority, Concerned, due, is_concerned, is_division,
    names_it, next_up, route, step,
};
use model::{Act, AuthorityId, Cx, PersonId, UnitId, WallTime};
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;
use std::collections::HashSet;
use uuid::Uuid;

const WHO_CHARS_MAX: usize = 100;
/// Four pages.
const ACCOUNT_CHARS_MAX: usize = 4_000;
const CONTACT_CHARS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 2_000;
/// Accusations taken in within an hour, whoever sends them: a scandal in a city. More is a flood, and each leaves an entry.
const HOUR_MAX: i64 = 60;
/// Accusations in one list, newest first.
const ROWS_MAX: i64 = 500;

#[derive(Clone, Debug)]
pub struct NewAccusation {
    pub kind: AccusedKind,
    pub who: String,
    pub account: String,
    /// Where it is, as the reporter says.
    pub division: Option<String>,
    pub contact: Option<String>,
}

/// What the reporter gets, once.
#[derive(Clone, Debug)]
pub struct AccusationReceipt {
    pub number: String,
    pub code: String,
    pub due: Option<WallTime>,
    /// Whether an authority has it; otherwise the auditors do.
    pub routed: bool,
}

/// What the reporter sees with number and code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccusationFollowed {
    pub number: String,
    pub received: WallTime,
    pub stage: AccusationStage,
    pub due: Option<WallTime>,
    pub answer: Option<String>,
    pub outcome: Option<String>,
    /// Each stage with its time.
    pub stages: Vec<(AccusationStage, WallTime)>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccusationStep {
    pub stage: AccusationStage,
    pub text: String,
    pub by: (PersonId, String),
    pub at: WallTime,
    pub entry: EntryIndex,
}

/// One as whoever deals with it sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accusation {
    pub id: Uuid,
    pub number: String,
    pub kind: AccusedKind,
    pub who: String,
    pub account: String,
    pub contact: Option<String>,
    pub at: WallTime,
    pub entry: EntryIndex,
    pub authority: Option<AuthorityId>,
    pub stage: AccusationStage,
    pub due: Option<WallTime>,
    pub steps: Vec<AccusationStep>,
    /// It came to the reader because the authority below is late.
    pub escalated: bool,
}

/// Whom words may name.
#[derive(Clone, Debug, Default)]
pub struct ConcernedParties {
    pub units: Vec<UnitId>,
    pub authorities: Vec<AuthorityId>,
    pub people: Vec<PersonId>,
}

fn hash_of(number: &str, code: &str) -> Vec<u8> {
    Sha256::digest(format!("watchkeeper/accusation/v1\n{number}\n{code}")).to_vec()
}

/// Whom the words name. Only the words of who are looked at for units and authorities; people are looked for in the account too.
async fn concerned(connection: &mut SqliteConnection, new: &NewAccusation) -> Result<ConcernedParties> {
    let units: Vec<(Vec<u8>, String)> = sqlx::query_as("SELECT id, name FROM unit")
        .fetch_all(&mut *connection)
        .await
        .doing("looking for units by name")?;
    let people: Vec<(Vec<u8>, String, String)> = sqlx::query_as("SELECT id, name, account FROM person")
        .fetch_all(&mut *connection)
        .await
        .doing("looking for people by name")?;
    let text = format!("{} {}", new.who, new.account);
    let mut found = ConcernedParties::default();
    for (id, _) in units.iter().filter(|(_, name)| names_it(&new.who, name) || text.contains(name)) {
        found.units.push(UnitId(uuid_of(id)?));
    }
    for (id, name, account) in &people {
        if names_it(&new.who, name) || text.contains(name.as_str()) || names_it(&new.who, account) {
            found.people.push(PersonId(uuid_of(id)?));
        }
    }
    let authorities = all_authorities(connection).await?;
    let named = |one: &&Authority| names_it(&new.who, &one.name) || text.contains(&one.name);
    found.authorities = authorities.iter().filter(named).map(|one| one.id).collect();
    Ok(found)
}

/// Who reads, as far as accusations are kept from them or shown to them.
struct Reader {
    person: PersonId,
    units: HashSet<UnitId>,
    audits: bool,
    authority: Option<Authority>,
    all: Vec<Authority>,
}

impl Reader {
    async fn load(connection: &mut SqliteConnection, person: PersonId, now: WallTime) -> Result<Self> {
        let posts = facts::posts_at(connection, person, now).await?;
        let all = all_authorities(connection).await?;
        let own = authority_of(connection, person).await?;
        Ok(Self {
            person,
            audits: posts.iter().any(|post| post.group.is_none() && entitles(post.role, Act::ReadLedger)),
            units: posts.into_iter().map(|post| post.unit).collect(),
            authority: own.and_then(|own| all.iter().find(|one| one.id == own).cloned()),
            all,
        })
    }

    /// The invariant of this file.
    fn is_concerned(&self, parties: &ConcernedParties) -> bool {
        parties.people.contains(&self.person)
            || parties.units.iter().any(|unit| self.units.contains(unit))
            || self.authority.as_ref().is_some_and(|own| is_concerned(own, &parties.authorities, &self.all))
    }

    /// Whether it is the reader's to deal with: of their authority; of the one below that is late; of nobody, for auditors.
    fn deals_with(&self, authority: Option<AuthorityId>, late: bool) -> Option<bool> {
        let Some(assigned) = authority else { return self.audits.then_some(false) };
        let own = self.authority.as_ref()?;
        if own.id == assigned {
            return Some(false);
        }
        let below = self.all.iter().find(|one| one.id == assigned)?;
        (late && next_up(below, &self.all).is_some_and(|up| up.id == own.id)).then_some(true)
    }
}

async fn parties(connection: &mut SqliteConnection, accusation: Uuid) -> Result<ConcernedParties> {
    let rows: Vec<(String, Vec<u8>)> =
        sqlx::query_as("SELECT kind, target FROM accusation_concerned WHERE accusation = ?")
            .bind(blob(accusation))
            .fetch_all(connection)
            .await
            .doing("reading whom an accusation concerns")?;
    let mut found = ConcernedParties::default();
    for (kind, target) in rows {
        let target = uuid_of(&target)?;
        match kind.as_str() {
            "unit" => found.units.push(UnitId(target)),
            "authority" => found.authorities.push(AuthorityId(target)),
            _ => found.people.push(PersonId(target)),
        }
    }
    Ok(found)
}

impl Registry {
    /// Takes in an accusation from anybody. `cx` is the system's intake; the entry names a number and nothing else.
    pub async fn receive_accusation(&self, cx: &Cx, new: NewAccusation) -> Result<AccusationReceipt> {
        let who = words("who", &new.who, WHO_CHARS_MAX)?;
        let account = words("what", &new.account, ACCOUNT_CHARS_MAX)?;
        let contact = new.contact.as_deref().map(str::trim).filter(|contact| !contact.is_empty());
        let contact = contact.map(|contact| at_most("contact", contact, CONTACT_CHARS_MAX)).transpose()?;
        let division = new.division.clone().filter(|code| !code.is_empty());
        if division.as_deref().is_some_and(|code| !is_division(code)) {
            return Err(Error::invalid("division", "is not six digits"));
        }
        let (id, code) = (new_id(), one_time_secret()?);
        let contact =
            contact.map(|text| self.0.sealer.seal(Kind::Contact, id, text.as_bytes())).transpose()?;
        let number = number_of()?;
        let hash = hash_of(&number, &code);
        let mut connection = self.0.database.read.acquire().await.doing("routing an accusation")?;
        let parties = concerned(
            &mut connection,
            &NewAccusation { who: who.clone(), account: account.clone(), ..new.clone() },
        )
        .await?;
        let to = self.routed(&mut connection, &parties, division.as_ref()).await?;
        drop(connection);
        let receipt = AccusationReceipt {
            number: number.clone(),
            code,
            due: due(AccusationStage::Received, cx.now),
            routed: to.is_some(),
        };
        let (now, kind, text) = (cx.now, new.kind, format!("accusation={number}"));
        self.note_system_with(cx, Act::ReceiveAccusation, &text, move |connection, entry| {
            Box::pin(async move {
                within_limit(connection, now).await?;
                sqlx::query(
                    "INSERT INTO accusation (id, number, code_hash, kind, who, account, division, contact, at_us, entry, authority, stage)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'received')",
                )
                .bind(blob(id))
                .bind(number)
                .bind(hash)
                .bind(kind.as_str())
                .bind(who)
                .bind(account)
                .bind(division)
                .bind(contact)
                .bind(now.0)
                .bind(int(entry.0)?)
                .bind(to.map(|to| blob(to.0)))
                .execute(&mut *connection)
                .await
                .doing("keeping an accusation")?;
                insert_parties(connection, id, &parties).await
            })
        })
        .await?;
        Ok(receipt)
    }

    async fn routed(
        &self,
        connection: &mut SqliteConnection,
        parties: &ConcernedParties,
        division: Option<&String>,
    ) -> Result<Option<AuthorityId>> {
        let systems = all_systems(connection).await?;
        let of_units = systems.into_iter().filter(|system| parties.units.contains(&system.unit));
        let mut divisions: Vec<String> = of_units.flat_map(|system| system.divisions).collect();
        if divisions.is_empty() {
            divisions.extend(division.cloned());
        }
        let concerned = Concerned { authorities: parties.authorities.clone(), divisions };
        let all = all_authorities(connection).await?;
        Ok(route(&concerned, &all).map(|one| one.id))
    }

    /// What the reporter sees. A wrong code is answered like a number that never was.
    pub async fn follow_accusation(&self, number: &str, code: &str) -> Result<AccusationFollowed> {
        let (number, code) = (number.trim().to_uppercase(), code.trim().to_lowercase());
        let row = sqlx::query("SELECT id, number, at_us, stage, answer, outcome FROM accusation WHERE number = ? AND code_hash = ?")
            .bind(&number)
            .bind(hash_of(&number, &code))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("following an accusation")?
            .ok_or(Error::NotFound("accusation of that number and code"))?;
        let mut connection = self.0.database.read.acquire().await.doing("following an accusation")?;
        let (stage, received) = (stage_of(&row)?, at_col(&row, "at_us")?);
        let steps = steps(&mut connection, id_col(&row, "id")?).await?;
        Ok(AccusationFollowed {
            number: col(&row, "number")?,
            received,
            stage,
            due: due(stage, received),
            answer: col(&row, "answer")?,
            outcome: col(&row, "outcome")?,
            stages: steps.into_iter().map(|step| (step.stage, step.at)).collect(),
        })
    }

    /// Those that are the actor's to deal with, newest first. What concerns them is not there. Whether they may read is decided before.
    pub async fn accusations(&self, cx: &Cx) -> Result<Vec<Accusation>> {
        let person = person_of(cx)?;
        let mut connection = self.0.database.read.acquire().await.doing("listing accusations")?;
        let reader = Reader::load(&mut connection, person, cx.now).await?;
        let rows = sqlx::query(
            "SELECT id, number, kind, who, account, contact, at_us, entry, authority, stage FROM accusation
             ORDER BY at_us DESC LIMIT ?",
        )
        .bind(ROWS_MAX)
        .fetch_all(&mut *connection)
        .await
        .doing("listing accusations")?;
        let mut found = Vec::new();
        for row in &rows {
            let (stage, at) = (stage_of(row)?, at_col(row, "at_us")?);
            let late = due(stage, at).is_some_and(|due| due < cx.now);
            let authority = some_id(row, "authority")?.map(AuthorityId);
            let Some(escalated) = reader.deals_with(authority, late) else { continue };
            let id = id_col(row, "id")?;
            if reader.is_concerned(&parties(&mut connection, id).await?) {
                continue;
            }
            let (kind, sealed): (String, Option<Vec<u8>>) = (col(row, "kind")?, col(row, "contact")?);
            let open = |sealed: Vec<u8>| -> Result<String> {
                let plain = self.0.sealer.open(Kind::Contact, id, &sealed)?;
                Ok(String::from_utf8_lossy(plain.expose()).into_owned())
            };
            found.push(Accusation {
                id,
                number: col(row, "number")?,
                kind: AccusedKind::from_word(&kind).ok_or_else(|| corrupt(&kind))?,
                who: col(row, "who")?,
                account: col(row, "account")?,
                contact: sealed.map(open).transpose()?,
                at,
                entry: entry_col(row, "entry")?,
                authority,
                stage,
                due: due(stage, at),
                steps: steps(&mut connection, id).await?,
                escalated,
            });
        }
        Ok(found)
    }

    /// Takes one up, answers or closes it. One that is not the actor's to deal with is not there for them.
    pub async fn step_accusation(&self, cx: &Cx, id: Uuid, act: AccusationAct, text: &str) -> Result<()> {
        let person = person_of(cx)?;
        let text = words("text", text, TEXT_CHARS_MAX)?;
        let wanted = self.accusations(cx).await?.into_iter().find(|one| one.id == id);
        // Whoever may not is refused with an entry, and learns nothing of whether there is one.
        let hidden = wanted.is_none().then(nothing_here);
        let (stage, entry, number) = wanted.map_or((AccusationStage::Received, None, String::new()), |one| {
            (one.stage, Some(one.entry), one.number)
        });
        let next = step(stage, act);
        let refusal = hidden.or_else(|| next.as_ref().err().map(|refusal| (**refusal).clone()));
        let next = next.unwrap_or(stage);
        let ask = Ask {
            subject: entry.map(|_| id),
            refers_to: entry,
            extra: if number.is_empty() {
                String::new()
            } else {
                format!("accusation={number}\nwhat={}", next.as_str())
            },
            ..Ask::new(Act::HandleAccusation)
        };
        let now = cx.now;
        self.act_unless(cx, ask, refusal, move |connection, entry| {
            Box::pin(
                async move { write_step(connection, (id, stage, next), (person, now, entry), &text).await },
            )
        })
        .await
    }
}

fn nothing_here() -> Refusal {
    Refusal {
        article: "national-2016:25".into(),
        code: "no_such_accusation",
        reason: law::Words::new("There is no such accusation for you.", "您名下没有该检举控告。"),
        remedy: law::Words::new(
            "It is dealt with by the authority that it was given to, and by nobody whom it concerns.",
            "由受理机关办理，被检举控告者不得经手。",
        ),
    }
}

/// A number that tells nothing of how many there are.
fn number_of() -> Result<String> {
    Ok(one_time_secret()?.replace('-', "").to_uppercase().chars().take(10).collect())
}

async fn within_limit(connection: &mut SqliteConnection, now: WallTime) -> Result<()> {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM accusation WHERE at_us > ?")
        .bind(now.plus_us(-3_600_000_000).0)
        .fetch_one(connection)
        .await
        .doing("counting accusations")?;
    if count >= HOUR_MAX { Err(Error::Busy("accusation")) } else { Ok(()) }
}

async fn insert_parties(
    connection: &mut SqliteConnection,
    id: Uuid,
    parties: &ConcernedParties,
) -> Result<()> {
    let units = parties.units.iter().map(|unit| ("unit", unit.0));
    let authorities = parties.authorities.iter().map(|authority| ("authority", authority.0));
    let people = parties.people.iter().map(|person| ("person", person.0));
    for (kind, target) in units.chain(authorities).chain(people) {
        sqlx::query("INSERT INTO accusation_concerned (accusation, kind, target) VALUES (?, ?, ?)")
            .bind(blob(id))
            .bind(kind)
            .bind(blob(target))
            .execute(&mut *connection)
            .await
            .doing("keeping whom an accusation concerns")?;
    }
    Ok(())
}

fn stage_of(row: &sqlx::sqlite::SqliteRow) -> Result<AccusationStage> {
    let word: String = col(row, "stage")?;
    AccusationStage::from_word(&word).ok_or_else(|| corrupt(&word))
}

async fn steps(connection: &mut SqliteConnection, id: Uuid) -> Result<Vec<AccusationStep>> {
    let rows = sqlx::query(
        "SELECT stage, text, person, person.name, at_us, entry FROM accusation_step JOIN person ON person.id = person
         WHERE accusation = ? ORDER BY number",
    )
    .bind(blob(id))
    .fetch_all(connection)
    .await
    .doing("reading an accusation's steps")?;
    rows.iter()
        .map(|row| {
            Ok(AccusationStep {
                stage: stage_of(row)?,
                text: col(row, "text")?,
                by: (PersonId(id_col(row, "person")?), col(row, "name")?),
                at: at_col(row, "at_us")?,
                entry: entry_col(row, "entry")?,
            })
        })
        .collect()
}

async fn write_step(
    connection: &mut SqliteConnection,
    (id, from, to): (Uuid, AccusationStage, AccusationStage),
    (person, now, entry): (PersonId, WallTime, EntryIndex),
    text: &str,
) -> Result<()> {
    let answer = (to == AccusationStage::Answered).then_some(text);
    let outcome = (to == AccusationStage::Closed).then_some(text);
    let done = sqlx::query(
        "UPDATE accusation SET stage = ?, answer = coalesce(?, answer), outcome = coalesce(?, outcome) WHERE id = ? AND stage = ?",
    )
    .bind(to.as_str())
    .bind(answer)
    .bind(outcome)
    .bind(blob(id))
    .bind(from.as_str())
    .execute(&mut *connection)
    .await
    .doing("taking a step with an accusation")?;
    once(&done, "the accusation has gone on meanwhile")?;
    let number: i64 = sqlx::query_scalar("SELECT count(*) FROM accusation_step WHERE accusation = ?")
        .bind(blob(id))
        .fetch_one(&mut *connection)
        .await
        .doing("numbering a step")?;
    sqlx::query("INSERT INTO accusation_step (accusation, number, stage, text, person, at_us, entry) VALUES (?, ?, ?, ?, ?, ?, ?)")
        .bind(blob(id))
        .bind(number)
        .bind(to.as_str())
        .bind(text)
        .bind(blob(person.0))
        .bind(now.0)
        .bind(int(entry.0)?)
        .execute(connection)
        .await
        .doing("keeping a step")
        .map(|_| ())
}

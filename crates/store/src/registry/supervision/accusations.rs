//! Accusations from anybody: taken in without an account, routed around whom they concern, carried to an outcome.
//!
//! Who reads which is beside (`accusation_sight.rs`). The invariants kept: it is given to nobody whom it may concern; its
//! entries name neither whom it concerns nor what it says; a contact is stored sealed, and of the code only its hash.

use super::{all_authorities, all_systems, at_col, col, corrupt, entry_col, id_col};
use crate::convert::{blob, int, uuid_of};
use crate::documents::hex;
use crate::error::{Doing, Error, Result};
use crate::registry::person_of;
use crate::registry::{EntryIndex, Registry, admit::Ask, at_most, new_id, once, one_time_secret, words};
use crate::seal::Kind;
use law::access::Refusal;
use law::supervision::{
    AccusationAct, AccusationStage, AccusedKind, accused_organs, due, is_division, names_it, route, step,
};
use model::{Act, AuthorityId, Cx, PersonId, UnitId, WallTime};
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;
use uuid::Uuid;

const WHO_CHARS_MAX: usize = 100;
/// Four pages.
const ACCOUNT_CHARS_MAX: usize = 4_000;
const CONTACT_CHARS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 2_000;
/// Accusations taken in within an hour, whoever sends them: a scandal in a city. More is a flood, and each leaves an entry.
const HOUR_MAX: i64 = 60;

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
    /// What its entries call it: a hash over number and code, which its reporter can make and nobody guesses.
    pub mark: String,
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

/// Whom the words name, and where it goes. Only the words of who are looked at for units; people and organs are looked for in the
/// account too.
async fn concerned(
    connection: &mut SqliteConnection,
    new: &NewAccusation,
) -> Result<(ConcernedParties, Option<AuthorityId>)> {
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
    let systems = all_systems(connection).await?;
    let of_units = systems.into_iter().filter(|system| found.units.contains(&system.unit));
    let mut divisions: Vec<String> = of_units.flat_map(|system| system.divisions).collect();
    if divisions.is_empty() {
        divisions.extend(new.division.clone());
    }
    let all = all_authorities(connection).await?;
    let accused = accused_organs(new.kind, (&new.who, &new.account), divisions, &all);
    let to = route(&accused, &all).map(|one| one.id);
    found.authorities = accused.authorities;
    Ok((found, to))
}

impl NewAccusation {
    /// As it is taken in.
    ///
    /// # Errors
    /// `Invalid` with the field.
    pub fn checked(self) -> Result<Self> {
        let contact = self.contact.as_deref().map(str::trim).filter(|contact| !contact.is_empty());
        let contact = contact.map(|contact| at_most("contact", contact, CONTACT_CHARS_MAX)).transpose()?;
        let division = self.division.filter(|code| !code.is_empty());
        if division.as_deref().is_some_and(|code| !is_division(code)) {
            return Err(Error::invalid("division", "is not six digits"));
        }
        let who = words("who", &self.who, WHO_CHARS_MAX)?;
        let account = words("what", &self.account, ACCOUNT_CHARS_MAX)?;
        Ok(Self { kind: self.kind, who, account, division, contact })
    }
}

impl Registry {
    /// Takes in an accusation from anybody. `cx` is the system's intake; the entry has the hash over number and code and nothing else, so
    /// that whoever reads the ledger cannot ask for it.
    pub async fn receive_accusation(&self, cx: &Cx, new: NewAccusation) -> Result<AccusationReceipt> {
        let new = new.checked()?;
        let (id, code) = (new_id(), one_time_secret()?);
        let seal = |text: &String| self.0.sealer.seal(Kind::Contact, id, text.as_bytes());
        let contact = new.contact.as_ref().map(seal).transpose()?;
        let number = number_of()?;
        let hash = hash_of(&number, &code);
        let mut connection = self.0.database.read.acquire().await.doing("routing an accusation")?;
        let (parties, to) = concerned(&mut connection, &new).await?;
        drop(connection);
        let receipt = AccusationReceipt {
            number: number.clone(),
            code,
            due: due(AccusationStage::Received, cx.now),
            routed: to.is_some(),
        };
        let (now, text) = (cx.now, format!("accusation_sha256={}", hex(&hash)));
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
                .bind(new.kind.as_str())
                .bind(new.who)
                .bind(new.account)
                .bind(new.division)
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

    /// Takes one up, answers or closes it. One that is not the actor's to deal with is not there for them.
    pub async fn step_accusation(&self, cx: &Cx, id: Uuid, act: AccusationAct, text: &str) -> Result<()> {
        let person = person_of(cx)?;
        let text = words("text", text, TEXT_CHARS_MAX)?;
        let wanted = self.own_accusation(cx, id).await?;
        // Whoever may not is refused with an entry, and learns nothing of whether there is one.
        let hidden = wanted.is_none().then(nothing_here);
        let (stage, entry, mark) = wanted.map_or((AccusationStage::Received, None, String::new()), |one| {
            (one.stage, Some(one.entry), one.mark)
        });
        let next = step(stage, act);
        let refusal = hidden.or_else(|| next.as_ref().err().map(|refusal| (**refusal).clone()));
        let next = next.unwrap_or(stage);
        let ask = Ask {
            subject: entry.map(|_| id),
            refers_to: entry,
            extra: if mark.is_empty() {
                String::new()
            } else {
                format!("accusation_sha256={mark}\nwhat={}", next.as_str())
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

pub(super) fn stage_of(row: &sqlx::sqlite::SqliteRow) -> Result<AccusationStage> {
    let word: String = col(row, "stage")?;
    AccusationStage::from_word(&word).ok_or_else(|| corrupt(&word))
}

pub(super) async fn steps(connection: &mut SqliteConnection, id: Uuid) -> Result<Vec<AccusationStep>> {
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

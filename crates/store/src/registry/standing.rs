//! Who a person is to the system: trainings, vetting, the account's term, its rest, who confirmed its posts (national-2016:17, :18,
//! guangzhou-2007:23, datong-2008:17, chongqing:11(1)).
//!
//! It keeps and loads; `law::access` says what follows. The invariant kept: rows stay, each is entered by a named person who is not
//! the one it is about, with its entry; what takes something from a person ends what they are watching.

use super::acting::stored;
use super::admit::{Ask, enter_unless};
use super::{EntryIndex, Registry, at_most, given_posts, new_id, sessions::end_sessions, way_in, words};
use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::person_of;
use law::Day;
use law::access::{TrainingKind, TrainingRule, refuse_own_making, trained_before, trained_until};
use law::register::RecordKind;
use model::{Act, Actor, CameraId, Cx, PersonId, RecordId, Role, TrainingId, WallTime};
use sqlx::SqliteConnection;

/// Accounts that are older than the register of trainings go on without one for so long: time to enter what a duty room has.
pub const GRACE_US: i64 = 30 * DAY_US;
/// An account rests after so many days without a sign-in, when the unit says nothing: a quarter.
pub const DORMANT_DAYS_DEFAULT: u16 = 90;
/// And its posts are confirmed every so many days: a year.
pub const CONFIRM_DAYS_DEFAULT: u16 = 365;
/// Neither may be longer: beyond three years nobody remembers why.
pub const RULE_DAYS_MAX: u16 = 1_096;
/// A training that is valid for longer is a slip of the pen.
pub const TRAINING_US_MAX: i64 = 10 * 366 * DAY_US;
/// A contractor's account is entered again each year.
pub const CONTRACTOR_US_MAX: i64 = 366 * DAY_US;
const DAY_US: i64 = 86_400_000_000;
const NAME_CHARS_MAX: usize = 96;
const REASON_CHARS_MAX: usize = 500;

/// How long accounts may rest, and how often posts are confirmed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AccountRules {
    pub dormant_days: u16,
    pub confirm_days: u16,
}

/// How a person stands now.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PersonStanding {
    /// By any training, and by those alone that the public security organ held.
    pub trained_until: Option<WallTime>,
    pub trained_by_public_security_until: Option<WallTime>,
    /// Of whoever is not trained now: when they last ceased to be.
    pub trained_before: Option<WallTime>,
    pub vetting: Option<Vetting>,
    pub account_until: Option<WallTime>,
    pub contractor: Option<(RecordId, String)>,
    pub grace_until: Option<WallTime>,
    pub left: Option<WallTime>,
    pub signed_in: Option<WallTime>,
    pub dormant: bool,
    pub confirmation: Option<Confirmation>,
    /// Who stands behind the account alone: whoever made it or reset its password, until another confirms it.
    pub unconfirmed: Option<String>,
    /// Since when.
    pub waits_since: Option<WallTime>,
    /// When the first of those posts was given that nobody but the giver has confirmed since.
    pub given: Option<WallTime>,
    /// When the posts are to be confirmed again; absent without posts.
    pub confirm_by: WallTime,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vetting {
    pub by_whom: String,
    pub at: WallTime,
    /// The first instant at which it no longer holds; `None`: no end was stated.
    pub until: Option<WallTime>,
    pub passed: bool,
    pub document: Option<RecordId>,
    pub entry: EntryIndex,
}

impl Vetting {
    /// Whether the same would be entered once more.
    fn says(&self, new: &NewVetting) -> bool {
        (&self.by_whom, self.at, self.until, self.passed, self.document)
            == (&new.by_whom, new.at, new.until, new.passed, new.document)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Confirmation {
    pub by: String,
    pub at: WallTime,
    pub note: String,
    pub entry: EntryIndex,
}

/// A training as it was entered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrainingRow {
    pub id: TrainingId,
    pub new: NewTraining,
    pub entry: EntryIndex,
    /// Why and when it no longer counts.
    pub revoked: Option<(String, WallTime)>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewTraining {
    pub kind: TrainingKind,
    pub by_public_security: bool,
    pub issuer: String,
    /// Of the certificate; may be empty.
    pub number: String,
    pub from: WallTime,
    /// The first instant at which it is no longer valid.
    pub until: WallTime,
    pub document: Option<RecordId>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewVetting {
    pub by_whom: String,
    pub at: WallTime,
    /// The first instant at which it no longer holds, where an end is stated.
    pub until: Option<WallTime>,
    pub passed: bool,
    pub document: Option<RecordId>,
}

/// How long an account may be used, and by whose staff.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Term {
    pub until: Option<WallTime>,
    pub contractor: Option<RecordId>,
}

impl Registry {
    /// Enters a training of somebody else.
    pub async fn enter_training(&self, cx: &Cx, person: PersonId, new: NewTraining) -> Result<TrainingId> {
        let new = NewTraining {
            issuer: words("issuer", &new.issuer, NAME_CHARS_MAX)?,
            number: at_most("number", new.number.trim(), NAME_CHARS_MAX)?,
            ..new
        };
        if new.until <= new.from {
            return Err(Error::invalid("valid_until_ms", "is not after the beginning"));
        }
        if new.until.since_us(new.from) > TRAINING_US_MAX {
            return Err(Error::invalid("valid_until_ms", "is more than ten years after the beginning"));
        }
        self.named_record(cx, new.document, RecordKind::Document, "document_id").await?;
        let id = TrainingId(new_id());
        let what = format!(
            "training={id}\nkind={}\nissuer={}\npublic_security={}\nnumber={}\nfrom_ms={}\nuntil_ms={}",
            new.kind.as_str(),
            new.issuer,
            new.by_public_security,
            new.number,
            new.from.as_ms(),
            new.until.as_ms(),
        );
        self.act(cx, about(cx, Act::EnterTraining, person, what), move |connection, entry| {
            Box::pin(async move {
                if is_entered(connection, person, &new).await? {
                    return Err(Error::Conflict("this training is entered already".into()));
                }
                insert_training(connection, person, id, &new, entry).await
            })
        })
        .await?;
        Ok(id)
    }

    /// From now on a training no longer counts; it stays on record.
    pub async fn revoke_training(
        &self,
        cx: &Cx,
        person: PersonId,
        training: TrainingId,
        reason: &str,
    ) -> Result<()> {
        let reason = words("reason", reason, REASON_CHARS_MAX)?;
        let what = format!("training={training}\nreason={reason}");
        let now = cx.now;
        self.act(cx, about(cx, Act::RevokeTraining, person, what), move |connection, entry| {
            Box::pin(async move {
                let known: Option<(bool,)> = sqlx::query_as(
                    "SELECT EXISTS (SELECT 1 FROM training_revocation WHERE training = ?1) FROM training
                     WHERE id = ?1 AND person = ?2",
                )
                .bind(blob(training.0))
                .bind(blob(person.0))
                .fetch_optional(&mut *connection)
                .await
                .doing("looking for a training")?;
                match known {
                    None => return Err(Error::NotFound("training")),
                    Some((true,)) => return Err(Error::Conflict("the training was revoked already".into())),
                    Some((false,)) => {}
                }
                sqlx::query(
                    "INSERT INTO training_revocation (training, reason, at_us, entry) VALUES (?, ?, ?, ?)",
                )
                .bind(blob(training.0))
                .bind(reason)
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("revoking a training")
                .map(|_| ())
            })
        })
        .await?;
        self.0.passes.revoke_person(person);
        Ok(())
    }

    /// Enters what came of vetting somebody else; the last one counts.
    pub async fn vet(&self, cx: &Cx, person: PersonId, new: NewVetting) -> Result<()> {
        let by_whom = words("by_whom", &new.by_whom, NAME_CHARS_MAX)?;
        if new.at > cx.now {
            return Err(Error::invalid("at_ms", "is in the future"));
        }
        if new.until.is_some_and(|until| until <= new.at) {
            return Err(Error::invalid("valid_until_ms", "is not after the vetting"));
        }
        if new.until.is_some_and(|until| until.since_us(new.at) > TRAINING_US_MAX) {
            return Err(Error::invalid("valid_until_ms", "is more than ten years after the vetting"));
        }
        self.named_record(cx, new.document, RecordKind::Document, "document_id").await?;
        let until = new.until.map_or_else(String::new, |until| format!("\nuntil_ms={}", until.as_ms()));
        let what = format!("vetting={}\nby={by_whom}{until}", if new.passed { "passed" } else { "failed" });
        let new = NewVetting { by_whom, ..new };
        let holds = new.passed && new.until.is_none();
        self.act(cx, about(cx, Act::VetPerson, person, what), move |connection, entry| {
            Box::pin(async move {
                if vetting(connection, person).await?.is_some_and(|last| last.says(&new)) {
                    return Err(Error::Conflict("this vetting is entered already".into()));
                }
                insert_vetting(connection, person, &new, entry).await
            })
        })
        .await?;
        // One with an end may end before what is being watched does: it is opened anew.
        if !holds {
            self.0.passes.revoke_person(person);
        }
        Ok(())
    }

    /// Gives an account an end or takes it away, and says for which contractor its person works.
    pub async fn change_term(&self, cx: &Cx, person: PersonId, term: Term) -> Result<()> {
        if term.contractor.is_some() {
            let Some(until) = term.until else {
                return Err(Error::invalid("valid_until_ms", "is needed for a contractor's account"));
            };
            if until.since_us(cx.now) > CONTRACTOR_US_MAX {
                return Err(Error::invalid("valid_until_ms", "is more than a year away"));
            }
        }
        self.named_record(cx, term.contractor, RecordKind::Contractor, "contractor_id").await?;
        let until = term.until.map_or_else(|| "none".to_owned(), |until| until.as_ms().to_string());
        let contractor = term.contractor.map_or_else(|| "none".to_owned(), |record| record.to_string());
        let what = format!("until_ms={until}\ncontractor={contractor}");
        self.act(cx, about(cx, Act::ChangeTerm, person, what), move |connection, _| {
            Box::pin(async move { set_term(connection, person, term).await })
        })
        .await?;
        self.0.passes.revoke_person(person);
        Ok(())
    }

    /// Lets a dormant account be used again; the reason is the context's note.
    pub async fn reactivate(&self, cx: &Cx, person: PersonId) -> Result<()> {
        let now = cx.now;
        self.act(cx, about(cx, Act::Reactivate, person, String::new()), move |connection, _| {
            Box::pin(async move {
                let rules = rules(connection).await?;
                let standing = stored(connection, person, now).await?;
                if !is_dormant(standing.active, rules, now) {
                    return Err(Error::Conflict("the account does not rest".into()));
                }
                note_active(connection, person, now).await
            })
        })
        .await
    }

    /// A person leaves: every session and view ends, the account is suspended, the day stays on record.
    pub async fn leave(&self, cx: &Cx, person: PersonId) -> Result<()> {
        let now = cx.now;
        self.act(cx, about(cx, Act::Leave, person, "suspended=true".into()), move |connection, _| {
            Box::pin(async move {
                if shown(connection, person, now).await?.left.is_some() {
                    return Err(Error::Conflict("the person has left already".into()));
                }
                sqlx::query("UPDATE person SET suspended = 1, left_us = ? WHERE id = ?")
                    .bind(now.0)
                    .bind(blob(person.0))
                    .execute(&mut *connection)
                    .await
                    .doing("noting that a person left")?;
                end_sessions(connection, person, None, now).await
            })
        })
        .await?;
        self.0.passes.revoke_person(person);
        Ok(())
    }

    /// Says that somebody else still needs their posts, and that the account is theirs; the context's note is kept with it.
    pub async fn confirm_posts(&self, cx: &Cx, person: PersonId) -> Result<()> {
        let confirmer = person_of(cx)?;
        let (now, note) = (cx.now, cx.note.clone().unwrap_or_default());
        let posts = super::people::post_words(&self.posts_of(person).await?);
        let ask = about(cx, Act::ConfirmPosts, person, format!("posts={posts}"));
        let cx = cx.clone();
        self.decided(move |connection| {
            Box::pin(async move {
                let setter = way_in::waits(connection, person).await?;
                let refusal = refuse_own_making(setter == Some(confirmer));
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let last = shown(connection, person, now).await?.confirmation;
                let waits = setter.is_some()
                    || given_posts::waiting(connection, person, Some(confirmer)).await?.is_some();
                if !waits && last.is_some_and(|last| Day::of(last.at) == Day::of(now)) {
                    return Err(Error::Conflict("the posts were confirmed today already".into()));
                }
                way_in::settle(connection, person, now).await?;
                insert_confirmation(connection, (person, confirmer), (now, note), entry).await.map(Ok)
            })
        })
        .await
    }

    /// How long accounts may rest, and how often posts are confirmed.
    pub async fn account_rules(&self) -> Result<AccountRules> {
        let mut connection = self.0.database.read.acquire().await.doing("reading account rules")?;
        rules(&mut connection).await
    }

    pub async fn change_account_rules(&self, cx: &Cx, wanted: AccountRules) -> Result<()> {
        for (field, days) in [("dormant_days", wanted.dormant_days), ("confirm_days", wanted.confirm_days)] {
            if !(1..=RULE_DAYS_MAX).contains(&days) {
                return Err(Error::invalid(field, "is not between a day and three years"));
            }
        }
        let extra = format!("dormant_days={}\nconfirm_days={}", wanted.dormant_days, wanted.confirm_days);
        let ask = Ask { extra, ..Ask::new(Act::ChangeAccountRules) };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                super::settings::set(connection, "dormant_days", wanted.dormant_days).await?;
                super::settings::set(connection, "confirm_days", wanted.confirm_days).await
            })
        })
        .await
    }

    /// Every training of a person that was ever entered, newest first.
    pub async fn trainings(&self, cx: &Cx, person: PersonId) -> Result<Vec<TrainingRow>> {
        self.someone(cx, person).await?;
        let mut connection = self.0.database.read.acquire().await.doing("listing trainings")?;
        training_rows(&mut connection, person).await
    }

    /// What the packs ask of the training of whoever sees a camera.
    pub(super) async fn training_rule(&self, cx: &Cx, camera: CameraId) -> Result<Option<TrainingRule>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading what a camera asks for")?;
        Ok(super::register::picture_rules(&mut connection, self.book(cx.now), cx.actor, &[camera])
            .await?
            .training)
    }

    /// A paper or contractor that is named: a record of a unit for which the actor keeps people.
    async fn named_record(
        &self,
        cx: &Cx,
        named: Option<RecordId>,
        kind: RecordKind,
        field: &'static str,
    ) -> Result<()> {
        let Some(named) = named else { return Ok(()) };
        let own = match cx.actor {
            Actor::Person(actor) => self.posts_of(actor).await?,
            Actor::System(_) => Vec::new(),
        };
        let is_own = |unit| {
            let keeps = |role| matches!(role, Role::Administrator | Role::Manager);
            matches!(cx.actor, Actor::System(_))
                || own.iter().any(|post| keeps(post.role) && post.unit == unit)
        };
        match self.stored_record(cx, named).await {
            Ok(found) if found.kind == kind && found.removed.is_none() && found.unit.is_none_or(&is_own) => {
                Ok(())
            }
            Ok(_) | Err(Error::NotFound(_)) => Err(Error::invalid(field, "is no such record of this unit")),
            Err(error) => Err(error),
        }
    }

    /// What an upgrade left for the first run: accounts that are older than the step get their time.
    pub(super) async fn begin_grace(&self, now: WallTime) -> Result<()> {
        let (waiting,): (i64,) =
            sqlx::query_as("SELECT count(*) FROM person WHERE grace_until_us = 0 OR active_us = 0")
                .fetch_one(&self.0.database.read)
                .await
                .doing("looking for accounts from before")?;
        if waiting == 0 {
            return Ok(());
        }
        self.write(move |connection| {
            Box::pin(async move {
                sqlx::query("UPDATE person SET grace_until_us = ? WHERE grace_until_us = 0")
                    .bind(now.plus_us(GRACE_US).0)
                    .execute(&mut *connection)
                    .await
                    .doing("giving accounts from before their time")?;
                sqlx::query("UPDATE person SET active_us = ? WHERE active_us = 0")
                    .bind(now.0)
                    .execute(connection)
                    .await
                    .doing("beginning to count an account's rest")
                    .map(|_| ())
            })
        })
        .await
    }
}

/// The question about somebody else's standing.
fn about(cx: &Cx, act: Act, person: PersonId, extra: String) -> Ask {
    Ask {
        posts_of: Some(person),
        subject: Some(person.0),
        own: cx.actor == Actor::Person(person),
        extra,
        ..Ask::new(act)
    }
}

/// Whether the very same training counts already: a second click enters nothing.
async fn is_entered(connection: &mut SqliteConnection, person: PersonId, new: &NewTraining) -> Result<bool> {
    let (is_entered,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM training WHERE person = ? AND kind = ? AND by_public_security = ? AND issuer = ?
            AND number = ? AND from_us = ? AND until_us = ? AND document IS ? AND NOT EXISTS
            (SELECT 1 FROM training_revocation WHERE training_revocation.training = training.id))",
    )
    .bind(blob(person.0))
    .bind(new.kind.as_str())
    .bind(new.by_public_security)
    .bind(&new.issuer)
    .bind(&new.number)
    .bind(new.from.0)
    .bind(new.until.0)
    .bind(new.document.map(|document| blob(document.0)))
    .fetch_one(connection)
    .await
    .doing("looking for the same training")?;
    Ok(is_entered)
}

async fn set_term(connection: &mut SqliteConnection, person: PersonId, term: Term) -> Result<()> {
    let until = term.until.map(|until| until.0);
    let contractor = term.contractor.map(|record| blob(record.0));
    let now: Option<(Option<i64>, Option<Vec<u8>>)> =
        sqlx::query_as("SELECT valid_until_us, contractor FROM person WHERE id = ?")
            .bind(blob(person.0))
            .fetch_optional(&mut *connection)
            .await
            .doing("reading an account's term")?;
    match now {
        None => return Err(Error::NotFound("person")),
        Some(now) if now == (until, contractor.clone()) => {
            return Err(Error::Conflict("the account has this term already".into()));
        }
        Some(_) => {}
    }
    // A requester's account lasts as long as its credentials were looked at for, and no longer.
    if let Some(last) = super::retrievals::portal::term_of(connection, person).await?
        && until.is_none_or(|until| until > last.0)
    {
        return Err(Error::Conflict(
            "a requester's account ends with its term: give it another in the portal".into(),
        ));
    }
    sqlx::query("UPDATE person SET valid_until_us = ?, contractor = ? WHERE id = ?")
        .bind(until)
        .bind(contractor)
        .bind(blob(person.0))
        .execute(connection)
        .await
        .doing("changing an account's term")
        .map(|_| ())
}

async fn insert_training(
    connection: &mut SqliteConnection,
    person: PersonId,
    id: TrainingId,
    new: &NewTraining,
    entry: EntryIndex,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO training (id, person, kind, by_public_security, issuer, number, from_us, until_us, document, entry)
         SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ? FROM person WHERE id = ?",
    )
    .bind(blob(id.0))
    .bind(new.kind.as_str())
    .bind(new.by_public_security)
    .bind(&new.issuer)
    .bind(&new.number)
    .bind(new.from.0)
    .bind(new.until.0)
    .bind(new.document.map(|document| blob(document.0)))
    .bind(int(entry.0)?)
    .bind(blob(person.0))
    .execute(connection)
    .await
    .doing("entering a training")
    .and_then(|done| if done.rows_affected() == 0 { Err(Error::NotFound("person")) } else { Ok(()) })
}

async fn insert_confirmation(
    connection: &mut SqliteConnection,
    (person, confirmer): (PersonId, PersonId),
    (now, note): (WallTime, String),
    entry: EntryIndex,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO posts_confirmation (entry, person, confirmer, at_us, note) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(int(entry.0)?)
    .bind(blob(person.0))
    .bind(blob(confirmer.0))
    .bind(now.0)
    .bind(note)
    .execute(connection)
    .await
    .doing("confirming posts")
    .map(|_| ())
}

async fn insert_vetting(
    connection: &mut SqliteConnection,
    person: PersonId,
    new: &NewVetting,
    entry: EntryIndex,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO vetting (entry, person, by_whom, at_us, valid_until_us, passed, document)
         SELECT ?, id, ?, ?, ?, ?, ? FROM person WHERE id = ?",
    )
    .bind(int(entry.0)?)
    .bind(&new.by_whom)
    .bind(new.at.0)
    .bind(new.until.map(|until| until.0))
    .bind(new.passed)
    .bind(new.document.map(|document| blob(document.0)))
    .bind(blob(person.0))
    .execute(connection)
    .await
    .doing("entering a vetting")
    .and_then(|done| if done.rows_affected() == 0 { Err(Error::NotFound("person")) } else { Ok(()) })
}

/// People of the demonstration are in order from the beginning; what a real unit enters by hand.
pub(super) async fn put_in_order(
    connection: &mut SqliteConnection,
    person: PersonId,
    now: WallTime,
    entry: EntryIndex,
) -> Result<()> {
    let training = NewTraining {
        kind: TrainingKind::Certificate,
        by_public_security: true,
        issuer: "市公安局（演示）".into(),
        number: String::new(),
        from: now.plus_us(-DAY_US),
        until: now.plus_us(TRAINING_US_MAX - 2 * DAY_US),
        document: None,
    };
    insert_training(connection, person, TrainingId(new_id()), &training, entry).await?;
    let vetting =
        NewVetting {
            by_whom: "人事科（演示）".into(), at: now, until: None, passed: true, document: None
        };
    insert_vetting(connection, person, &vetting, entry).await
}

/// Signed in, reactivated, or given a new password at the machine: its rest begins anew.
pub(super) async fn note_active(
    connection: &mut SqliteConnection,
    person: PersonId,
    now: WallTime,
) -> Result<()> {
    sqlx::query("UPDATE person SET active_us = max(active_us, ?) WHERE id = ?")
        .bind(now.0)
        .bind(blob(person.0))
        .execute(connection)
        .await
        .doing("noting that an account is used")
        .map(|_| ())
}

pub(super) fn kind_of(word: &str) -> Result<TrainingKind> {
    TrainingKind::from_word(word).ok_or_else(|| Error::Corrupt("a stored kind of training is unknown".into()))
}

pub(super) fn is_dormant(active: WallTime, rules: AccountRules, now: WallTime) -> bool {
    // 0: the run that counts it has not begun.
    active.0 != 0 && now.since_us(active) > i64::from(rules.dormant_days) * DAY_US
}

pub(super) async fn rules(connection: &mut SqliteConnection) -> Result<AccountRules> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT key, value FROM setting WHERE key IN ('dormant_days', 'confirm_days')")
            .fetch_all(connection)
            .await
            .doing("reading account rules")?;
    let number = |key: &str, default: u16| match rows.iter().find(|(found, _)| found == key) {
        Some((_, value)) => {
            value.parse::<u16>().map_err(|_| Error::Corrupt(format!("the setting {key} is no number")))
        }
        None => Ok(default),
    };
    Ok(AccountRules {
        dormant_days: number("dormant_days", DORMANT_DAYS_DEFAULT)?,
        confirm_days: number("confirm_days", CONFIRM_DAYS_DEFAULT)?,
    })
}

/// A person's standing as people read it.
pub(super) async fn shown(
    connection: &mut SqliteConnection,
    person: PersonId,
    now: WallTime,
) -> Result<PersonStanding> {
    // With the trainings that ended: when somebody ceased to be trained is asked of them.
    let own = stored(connection, person, WallTime(i64::MIN)).await?;
    let rules = rules(connection).await?;
    let trained_before = trained_before(&own.trainings, false, now);
    type Row = (i64, Option<i64>, Option<i64>, Option<Vec<u8>>, Option<String>, Option<String>, Option<i64>);
    let (created, left, signed_in, contractor, firm, unconfirmed, set): Row = sqlx::query_as(
        "SELECT person.created_us, left_us, (SELECT max(session.created_us) FROM session WHERE session.person = person.id),
            contractor, (SELECT name FROM record WHERE record.id = contractor),
            (SELECT setter.name FROM person AS setter WHERE setter.id = person.set_by), person.set_us
         FROM person WHERE id = ?",
    )
    .bind(blob(person.0))
    .fetch_one(&mut *connection)
    .await
    .doing("reading a person's standing")?;
    let given = given_posts::waiting(connection, person, None).await?;
    let confirmation = confirmation(connection, person).await?;
    let confirmed = confirmation.as_ref().map_or(WallTime(created), |last| last.at);
    let contractor = contractor.map(|id| Ok::<_, Error>((RecordId(uuid_of(&id)?), firm.unwrap_or_default())));
    Ok(PersonStanding {
        trained_until: trained_until(&own.trainings, false, now),
        trained_by_public_security_until: trained_until(&own.trainings, true, now),
        trained_before,
        vetting: vetting(connection, person).await?,
        account_until: own.account_until,
        contractor: contractor.transpose()?,
        grace_until: own.grace_until.filter(|until| *until > now),
        left: left.map(WallTime),
        signed_in: signed_in.map(WallTime),
        dormant: is_dormant(own.active, rules, now),
        confirmation,
        unconfirmed,
        waits_since: set.map(WallTime),
        given,
        confirm_by: given_posts::due(confirmed.plus_us(i64::from(rules.confirm_days) * DAY_US), given),
    })
}

async fn vetting(connection: &mut SqliteConnection, person: PersonId) -> Result<Option<Vetting>> {
    type Row = (i64, String, i64, Option<i64>, bool, Option<Vec<u8>>);
    let row: Option<Row> = sqlx::query_as(
        "SELECT entry, by_whom, at_us, valid_until_us, passed, document FROM vetting WHERE person = ? ORDER BY entry DESC LIMIT 1",
    )
    .bind(blob(person.0))
    .fetch_optional(connection)
    .await
    .doing("reading a vetting")?;
    row.map(|(entry, by_whom, at, until, passed, document)| {
        let document = document.map(|id| uuid_of(&id).map(RecordId)).transpose()?;
        let (at, until, entry) = (WallTime(at), until.map(WallTime), EntryIndex(uint(entry)?));
        Ok(Vetting { by_whom, at, until, passed, document, entry })
    })
    .transpose()
}

async fn confirmation(connection: &mut SqliteConnection, person: PersonId) -> Result<Option<Confirmation>> {
    let row: Option<(i64, String, i64, String)> = sqlx::query_as(
        "SELECT entry, person.name, at_us, note FROM posts_confirmation JOIN person ON person.id = confirmer
         WHERE posts_confirmation.person = ? ORDER BY entry DESC LIMIT 1",
    )
    .bind(blob(person.0))
    .fetch_optional(connection)
    .await
    .doing("reading a confirmation")?;
    row.map(|(entry, by, at, note)| {
        Ok(Confirmation { by, at: WallTime(at), note, entry: EntryIndex(uint(entry)?) })
    })
    .transpose()
}

async fn training_rows(connection: &mut SqliteConnection, person: PersonId) -> Result<Vec<TrainingRow>> {
    type Row =
        (Vec<u8>, String, bool, String, String, i64, i64, Option<Vec<u8>>, i64, Option<String>, Option<i64>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, kind, by_public_security, issuer, number, from_us, until_us, document, training.entry,
            training_revocation.reason, training_revocation.at_us
         FROM training LEFT JOIN training_revocation ON training_revocation.training = training.id
         WHERE person = ? ORDER BY training.entry DESC",
    )
    .bind(blob(person.0))
    .fetch_all(connection)
    .await
    .doing("listing trainings")?;
    rows.into_iter()
        .map(|(id, kind, by_public_security, issuer, number, from, until, document, entry, reason, at)| {
            let document = document.map(|id| uuid_of(&id).map(RecordId)).transpose()?;
            let (from, until, kind) = (WallTime(from), WallTime(until), kind_of(&kind)?);
            Ok(TrainingRow {
                id: TrainingId(uuid_of(&id)?),
                new: NewTraining { kind, by_public_security, issuer, number, from, until, document },
                entry: EntryIndex(uint(entry)?),
                revoked: reason.zip(at.map(WallTime)),
            })
        })
        .collect()
}

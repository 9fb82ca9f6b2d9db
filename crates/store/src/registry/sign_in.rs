//! Signing in: lock-outs, the password, the second factor, the session and its entry.
//!
//! 1. A locked account or source is told so, before any password work.
//! 2. The password is checked outside the writer; an unknown account costs the same.
//! 3. In one operation: the lock is looked at again, the failure counted, or the code's step used up, the session
//!    made and its entry written.
//!
//! A failure of a known account is an entry; one of an unknown account is counted with the anonymous refusals, since
//! what was typed there is often a password.

use super::admit::{Ask, write_refusal};
use super::sessions::{Token, insert_session};
use super::{Refusal, Registry, entries, lockout, new_id, standing, totp};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Error, Result};
use law::access::{Decision, decide};
use ledger::access::{AccessRecord, Acting, Outcome};
use model::{Act, Actor, Cx, LegalBasis, PersonId, Purpose, RequestId, Secret, SessionId, WallTime};
use sqlx::SqliteConnection;

/// One try.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub account: String,
    pub password: Secret<String>,
    /// The second factor's code, when the person was asked for it.
    pub totp: Option<String>,
    /// Network address of the peer.
    pub source: String,
    /// What the browser calls itself; shown in the list of sessions.
    pub agent: String,
    pub request: RequestId,
    pub now: WallTime,
}

/// A session begun.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The cookie's value; only its SHA-256 is kept.
    pub token: Secret<String>,
    pub session: SessionId,
    pub person: PersonId,
    pub expires: WallTime,
    pub must_change_password: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown account, wrong password, wrong code, suspended or expired: deliberately not told apart.
    #[error("account, password or code is wrong")]
    BadCredentials,
    /// The password was right; the code of the second factor is missing.
    #[error("the code of the second factor is needed")]
    TotpRequired,
    #[error("locked for {} s", retry_after_us / 1_000_000)]
    Locked { retry_after_us: i64 },
    /// Password and code were right, and yet the account may not be used: its term has ended, or it rests.
    #[error("refused: {}", .0.reason.en)]
    Refused(Box<Refusal>),
    #[error(transparent)]
    Store(#[from] Error),
}

struct Known {
    person: PersonId,
    account: String,
    name: String,
    password: String,
    password_expires_us: Option<i64>,
    must_change_password: bool,
    totp: Option<Vec<u8>>,
    suspended: bool,
}

enum Verdict {
    SignedIn(SignIn),
    Failed,
    TotpRequired,
    Locked(i64),
    Refused(Refusal),
}

impl Registry {
    pub async fn sign_in(&self, attempt: Attempt) -> std::result::Result<SignIn, SignInError> {
        let account = attempt.account.trim().to_lowercase();
        let keys = [lockout::account_key(&account), lockout::source_key(&attempt.source)];
        let mut connection = self.0.database.read.acquire().await.doing("signing in")?;
        if let Some(retry_after_us) = lockout::locked_for_us(&mut connection, &keys, attempt.now).await? {
            drop(connection);
            self.count_anonymous_refusal(&attempt.source, attempt.now);
            return Err(SignInError::Locked { retry_after_us });
        }
        let known = find_account(&mut connection, &account).await?;
        drop(connection);
        let stored = known.as_ref().map(|known| known.password.clone());
        let right = self.0.passwords.verify(attempt.password.clone(), stored).await?;
        if known.is_none() {
            self.count_anonymous_refusal(&attempt.source, attempt.now);
        }
        let secret = match known.as_ref().and_then(|known| Some((known.person, known.totp.as_ref()?))) {
            Some((person, sealed)) => Some(self.open_totp(person, sealed)?),
            None => None,
        };
        let verdict = self
            .write(move |connection| {
                Box::pin(async move { settle(connection, attempt, keys, known, right, secret).await })
            })
            .await?;
        match verdict {
            Verdict::SignedIn(signed_in) => Ok(signed_in),
            Verdict::Failed => Err(SignInError::BadCredentials),
            Verdict::TotpRequired => Err(SignInError::TotpRequired),
            Verdict::Locked(retry_after_us) => Err(SignInError::Locked { retry_after_us }),
            Verdict::Refused(refusal) => Err(SignInError::Refused(Box::new(refusal))),
        }
    }
}

async fn find_account(connection: &mut SqliteConnection, account: &str) -> Result<Option<Known>> {
    type Row = (Vec<u8>, String, String, String, Option<i64>, bool, Option<Vec<u8>>, bool);
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, account, name, password, password_expires_us, must_change_password, totp, suspended
         FROM person WHERE account = ?",
    )
    .bind(account)
    .fetch_optional(connection)
    .await
    .doing("looking up an account")?;
    row.map(|(id, account, name, password, password_expires_us, must_change_password, totp, suspended)| {
        let person = PersonId(uuid_of(&id)?);
        Ok(Known {
            person,
            account,
            name,
            password,
            password_expires_us,
            must_change_password,
            totp,
            suspended,
        })
    })
    .transpose()
}

async fn settle(
    connection: &mut SqliteConnection,
    attempt: Attempt,
    keys: [String; 2],
    known: Option<Known>,
    right: bool,
    secret: Option<totp::TotpSecret>,
) -> Result<Verdict> {
    // Looked at again: tries made at the same time must not slip past the lock together.
    if let Some(retry_after_us) = lockout::locked_for_us(connection, &keys, attempt.now).await? {
        return Ok(Verdict::Locked(retry_after_us));
    }
    let Some(known) = known else {
        lockout::count_failure(connection, &keys, attempt.now).await?;
        return Ok(Verdict::Failed);
    };
    // The password was checked outside: what it was checked against must still be what is stored.
    let fresh = find_account(connection, &known.account).await?;
    let same = |fresh: &Known| fresh.password == known.password && fresh.totp == known.totp;
    let Some(known) = fresh.filter(same) else { return Ok(Verdict::Failed) };
    let expired = known.password_expires_us.is_some_and(|expires| expires <= attempt.now.0);
    let problem = match () {
        () if !right => Some("password"),
        () if known.suspended => Some("suspended"),
        () if expired => Some("one-time password expired"),
        () => None,
    };
    if let Some(problem) = problem {
        return fail(connection, &attempt, &keys, &known, problem).await;
    }
    if let Some(secret) = secret {
        let Some(code) = attempt.totp.as_deref() else { return Ok(Verdict::TotpRequired) };
        if !totp::use_code(connection, known.person, &secret, code, attempt.now).await? {
            return fail(connection, &attempt, &keys, &known, "code").await;
        }
    }
    succeed(connection, &attempt, &keys, &known).await
}

fn cx(attempt: &Attempt, person: PersonId) -> Cx {
    Cx {
        actor: Actor::Person(person),
        purpose: Purpose::Administration,
        legal_basis: LegalBasis::Operation,
        case: None,
        note: None,
        place: attempt.source.clone(),
        request: attempt.request,
        now: attempt.now,
    }
}

fn record(attempt: &Attempt, known: &Known, kind: Act) -> AccessRecord {
    let acting = Acting {
        person: Some(known.person),
        account: known.account.clone(),
        display_name: known.name.clone(),
        post: String::new(),
    };
    AccessRecord {
        place: attempt.source.clone(),
        ..AccessRecord::new(kind, attempt.now, acting, Purpose::Administration, LegalBasis::Operation)
    }
}

async fn fail(
    connection: &mut SqliteConnection,
    attempt: &Attempt,
    keys: &[String; 2],
    known: &Known,
    problem: &str,
) -> Result<Verdict> {
    lockout::count_failure(connection, keys, attempt.now).await?;
    let mut record = record(attempt, known, Act::SignInFailed);
    record.outcome = Outcome::Refused {
        article: "unit:accounts".into(),
        reason: format!("sign-in failed: {problem}"),
        remedy: "the right password and code; after too many failures, wait".into(),
    };
    entries::write(connection, record).await?;
    Ok(Verdict::Failed)
}

async fn succeed(
    connection: &mut SqliteConnection,
    attempt: &Attempt,
    keys: &[String; 2],
    known: &Known,
) -> Result<Verdict> {
    // Through the same door as every other act, so that whoever may not sign in is refused by the same rules.
    let facts =
        super::facts::load(connection, &cx(attempt, known.person), &Ask::new(Act::SignIn)).await?.facts;
    match decide(&facts) {
        Decision::Permit => {}
        // Whoever knows password and code is told why, and what helps. It counts towards no lock: nothing was guessed.
        Decision::Refuse(refusal) if matches!(refusal.code, "dormant" | "account_ended") => {
            let record = record(attempt, known, Act::SignInFailed);
            return write_refusal(connection, record, refusal).await.map(Verdict::Refused);
        }
        Decision::Refuse(_) => return fail(connection, attempt, keys, known, "refused").await,
    }
    standing::note_active(connection, known.person, attempt.now).await?;
    let [account_key, _] = keys;
    lockout::clear(connection, account_key).await?;
    let (session, token) = (SessionId(new_id()), Token::new()?);
    let mut record = record(attempt, known, Act::SignIn);
    record.subject = Some(session.0);
    let entry = entries::write(connection, record).await?;
    let expires = insert_session(connection, session, &token, known.person, attempt, entry).await?;
    Ok(Verdict::SignedIn(SignIn {
        token: token.text(),
        session,
        person: known.person,
        expires,
        must_change_password: known.must_change_password,
    }))
}

/// Whether an account's own password is right; for changes that ask for it again.
pub(super) async fn stored_password(
    connection: &mut SqliteConnection,
    person: PersonId,
) -> Result<(String, String)> {
    let row: Option<(String, String)> = sqlx::query_as("SELECT account, password FROM person WHERE id = ?")
        .bind(blob(person.0))
        .fetch_optional(connection)
        .await
        .doing("looking up a person")?;
    row.ok_or(Error::NotFound("person"))
}

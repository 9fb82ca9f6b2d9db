//! Signing in: lock-outs, the password, the second factor, the session and its entry. What another means of signing in shares with
//! it (`passkey::enter`) is here too.
//!
//! 1. A locked account or source is told so, before any password work.
//! 2. The password is checked outside the writer; an unknown account costs the same.
//! 3. In one operation: the lock is looked at again, the failure counted, or the code's step used up, the session
//!    made and its entry written.
//!
//! A failure of a known account is an entry; one of an unknown account is counted with the anonymous refusals, since
//! what was typed there is often a password.

use super::admit::{Ask, write_refusal};
use super::beside::{self, Console};
use super::sessions::{Token, insert_session};
use super::{Refusal, Registry, entries, lockout, new_id, standing, totp};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Error, Result};
use law::access::{Decision, decide};
use ledger::access::{AccessRecord, Acting, Outcome};
use model::{
    Act, Actor, Cx, IdentityId, LegalBasis, PasskeyId, PersonId, Purpose, RequestId, Secret, SessionId,
    WallTime,
};
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

/// From where somebody tries to sign in, and when.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Network address of the peer.
    pub source: String,
    /// What the browser calls itself; shown in the list of sessions.
    pub agent: String,
    pub request: RequestId,
    pub now: WallTime,
}

impl Attempt {
    fn visit(&self) -> Visit {
        let (source, agent) = (self.source.clone(), self.agent.clone());
        Visit { source, agent, request: self.request, now: self.now }
    }
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
    /// A provider vouches for somebody with whom no account is linked.
    #[error("no account is linked with this account of the provider")]
    Unlinked,
    #[error("the invitation was taken, replaced, or its time is over")]
    NoInvitation,
    #[error("locked for {} s", retry_after_us / 1_000_000)]
    Locked { retry_after_us: i64 },
    /// Password and code were right, and yet the account may not be used: its term has ended, or it rests.
    #[error("refused: {}", .0.reason.en)]
    Refused(Box<Refusal>),
    #[error(transparent)]
    Store(#[from] Error),
}

/// By what somebody signs in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Means {
    Password,
    Passkey(PasskeyId),
    Provider { identity: IdentityId, issuer: String },
}

impl Means {
    /// As lines of the entry; the password goes without saying.
    pub(super) fn lines(&self) -> String {
        match self {
            Self::Password => String::new(),
            Self::Passkey(id) => format!("means=passkey\npasskey={id}"),
            Self::Provider { identity, issuer } => {
                format!("means=provider\nidentity={identity}\nissuer={issuer}")
            }
        }
    }
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey(_) => "passkey",
            Self::Provider { .. } => "provider",
        }
    }
    pub(super) fn issuer(&self) -> Option<&str> {
        match self {
            Self::Provider { issuer, .. } => Some(issuer),
            Self::Password | Self::Passkey(_) => None,
        }
    }
}

pub(super) struct Known {
    pub(super) person: PersonId,
    pub(super) account: String,
    name: String,
    password: String,
    password_expires_us: Option<i64>,
    must_change_password: bool,
    totp: Option<Vec<u8>>,
    pub(super) suspended: bool,
}

pub(super) enum Verdict {
    SignedIn(SignIn),
    /// At the console of another.
    Beside,
    Failed,
    TotpRequired,
    Locked(i64),
    Refused(Refusal),
}

impl Verdict {
    pub(super) fn told(self) -> std::result::Result<SignIn, SignInError> {
        match self {
            Self::SignedIn(signed_in) => Ok(signed_in),
            // Who is beside another has no session of their own.
            Self::Failed | Self::Beside => Err(SignInError::BadCredentials),
            Self::TotpRequired => Err(SignInError::TotpRequired),
            Self::Locked(retry_after_us) => Err(SignInError::Locked { retry_after_us }),
            Self::Refused(refusal) => Err(SignInError::Refused(Box::new(refusal))),
        }
    }
}

impl Registry {
    pub async fn sign_in(&self, attempt: Attempt) -> std::result::Result<SignIn, SignInError> {
        self.attempted(attempt, None).await?.told()
    }

    /// One try, at a console of one's own or beside another.
    pub(super) async fn attempted(
        &self,
        attempt: Attempt,
        beside: Option<Console>,
    ) -> std::result::Result<Verdict, SignInError> {
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
                Box::pin(
                    async move { settle(connection, attempt, (keys, beside), known, right, secret).await },
                )
            })
            .await?;
        Ok(verdict)
    }
}

pub(super) async fn find_account(connection: &mut SqliteConnection, account: &str) -> Result<Option<Known>> {
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
    (keys, beside): ([String; 2], Option<Console>),
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
    let visit = attempt.visit();
    let expired = known.password_expires_us.is_some_and(|expires| expires <= attempt.now.0);
    let problem = match () {
        () if !right => Some("password"),
        () if known.suspended => Some("suspended"),
        () if expired => Some("one-time password expired"),
        () => None,
    };
    if let Some(problem) = problem {
        return fail(connection, &visit, &keys, &known, problem).await;
    }
    if let Some(secret) = secret {
        let Some(code) = attempt.totp.as_deref() else { return Ok(Verdict::TotpRequired) };
        if !totp::use_code(connection, known.person, &secret, code, attempt.now).await? {
            return fail(connection, &visit, &keys, &known, "code").await;
        }
    }
    match beside {
        Some(console) => beside::succeed(connection, &visit, &known, (console, Means::Password)).await,
        None => succeed(connection, &visit, &keys, &known, Means::Password).await,
    }
}

pub(super) fn cx_of(visit: &Visit, person: PersonId) -> Cx {
    Cx {
        actor: Actor::Person(person),
        purpose: Purpose::Administration,
        legal_basis: LegalBasis::Operation,
        case: None,
        note: None,
        place: visit.source.clone(),
        request: visit.request,
        now: visit.now,
    }
}

pub(super) fn record(visit: &Visit, known: &Known, kind: Act) -> AccessRecord {
    let acting = Acting {
        person: Some(known.person),
        account: known.account.clone(),
        display_name: known.name.clone(),
        post: String::new(),
    };
    AccessRecord {
        place: visit.source.clone(),
        ..AccessRecord::new(kind, visit.now, acting, Purpose::Administration, LegalBasis::Operation)
    }
}

pub(super) async fn fail(
    connection: &mut SqliteConnection,
    visit: &Visit,
    keys: &[String],
    known: &Known,
    problem: &str,
) -> Result<Verdict> {
    lockout::count_failure(connection, keys, visit.now).await?;
    let mut record = record(visit, known, Act::SignInFailed);
    record.outcome = Outcome::Refused {
        article: "unit:accounts".into(),
        reason: format!("sign-in failed: {problem}"),
        remedy: "the right password and code; after too many failures, wait".into(),
    };
    entries::write(connection, record).await?;
    Ok(Verdict::Failed)
}

pub(super) async fn succeed(
    connection: &mut SqliteConnection,
    visit: &Visit,
    keys: &[String],
    known: &Known,
    means: Means,
) -> Result<Verdict> {
    // Through the same door as every other act, so that whoever may not sign in is refused by the same rules.
    let facts =
        super::facts::load(connection, &cx_of(visit, known.person), &Ask::new(Act::SignIn)).await?.facts;
    match decide(&facts) {
        Decision::Permit => {}
        // Whoever knows password and code is told why, and what helps. It counts towards no lock: nothing was guessed.
        Decision::Refuse(refusal) if matches!(refusal.code, "dormant" | "account_ended") => {
            let record = record(visit, known, Act::SignInFailed);
            return write_refusal(connection, record, refusal).await.map(Verdict::Refused);
        }
        Decision::Refuse(_) => return fail(connection, visit, keys, known, "refused").await,
    }
    standing::note_active(connection, known.person, visit.now).await?;
    lockout::clear(connection, &lockout::account_key(&known.account)).await?;
    let (session, token) = (SessionId(new_id()), Token::new()?);
    let mut record = record(visit, known, Act::SignIn);
    (record.subject, record.extra) = (Some(session.0), means.lines());
    let entry = entries::write(connection, record).await?;
    let expires = insert_session(connection, (session, &token), known.person, &means, visit, entry).await?;
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

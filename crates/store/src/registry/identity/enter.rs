//! Signing in by a provider's word: it stands for password and second factor, and everything else is as with a password: the same
//! locks, the same law, the same session, the same entries. With an invitation the link is made first, in the same transaction.
//!
//! 1. The subject, or the invitation, says which account; a locked account or source is told so.
//! 2. In one operation: lock and link are looked at again, suspension and the law decide, the session and its entry are written.
//!
//! A subject that nobody linked counts against its source only and is one more stranger: no account is made for it, and none is looked
//! for by name or mail.

use super::super::admit::write_refusal;
use super::super::sessions::Token;
use super::super::sign_in::{self, Known, Means, Verdict, Visit};
use super::super::{Registry, SignIn, SignInError, entries, lockout, way_in};
use super::{ProvenSubject, facts_of, insert, link_words};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use law::identity::objection;
use model::{Act, IdentityId, PersonId, Secret, WallTime};
use sqlx::SqliteConnection;

/// One try, with a subject that the provider's token proves.
#[derive(Clone, Debug)]
pub struct ProviderAttempt {
    pub proven: ProvenSubject,
    /// An administrator's invitation, when the person came with one.
    pub invitation: Option<Secret<String>>,
    pub visit: Visit,
}

/// An invitation that can be taken now.
pub(super) struct Invited {
    id: IdentityId,
    account: String,
    subject: Option<String>,
    invited_by: String,
    inviting: PersonId,
}

/// Which account a subject, or an invitation, opens.
struct Found {
    account: String,
    link: Option<IdentityId>,
    invited: Option<Invited>,
}

impl Registry {
    pub async fn sign_in_with_provider(
        &self,
        attempt: ProviderAttempt,
    ) -> std::result::Result<SignIn, SignInError> {
        let ProviderAttempt { proven, invitation, visit } = attempt;
        let mut connection = self.0.database.read.acquire().await.doing("signing in by a provider")?;
        let found = find(&mut connection, &proven, invitation.as_ref(), visit.now).await?;
        let mut keys: Vec<String> =
            found.as_ref().map(|found| lockout::account_key(&found.account)).into_iter().collect();
        keys.push(lockout::source_key(&visit.source));
        let locked = lockout::locked_for_us(&mut connection, &keys, visit.now).await?;
        drop(connection);
        if let Some(retry_after_us) = locked {
            self.count_anonymous_refusal(&visit.source, visit.now);
            return Err(SignInError::Locked { retry_after_us });
        }
        if found.is_none() {
            self.count_provider_failure(&visit).await?;
            return Err(if invitation.is_some() { SignInError::NoInvitation } else { SignInError::Unlinked });
        }
        let verdict = self
            .write(move |connection| {
                Box::pin(async move { settle(connection, &visit, &keys, &proven, invitation.as_ref()).await })
            })
            .await?;
        verdict.told()
    }

    /// What came back from a provider did not hold, and nobody is known to be behind it.
    pub async fn count_provider_failure(&self, visit: &Visit) -> Result<()> {
        self.count_anonymous_refusal(&visit.source, visit.now);
        let (keys, now) = ([lockout::source_key(&visit.source)], visit.now);
        self.write(move |connection| {
            Box::pin(async move { lockout::count_failure(connection, &keys, now).await })
        })
        .await
    }

    /// How long this source must wait before it is believed anything, if it must.
    pub async fn source_locked_us(&self, visit: &Visit) -> Result<Option<i64>> {
        let mut connection = self.0.database.read.acquire().await.doing("looking for a lock")?;
        lockout::locked_for_us(&mut connection, &[lockout::source_key(&visit.source)], visit.now).await
    }
}

async fn find(
    connection: &mut SqliteConnection,
    proven: &ProvenSubject,
    invitation: Option<&Secret<String>>,
    now: WallTime,
) -> Result<Option<Found>> {
    if let Some(secret) = invitation {
        let invited = find_invitation(connection, secret.expose(), &proven.issuer, now).await?;
        return Ok(invited.map(|invited| Found {
            account: invited.account.clone(),
            link: None,
            invited: Some(invited),
        }));
    }
    let row: Option<(Vec<u8>, String)> = sqlx::query_as(
        "SELECT identity.id, account FROM identity JOIN person ON person.id = identity.person
         WHERE issuer = ? AND subject = ? AND ended_us IS NULL",
    )
    .bind(&proven.issuer)
    .bind(&proven.subject)
    .fetch_optional(connection)
    .await
    .doing("looking up a link")?;
    row.map(|(id, account)| Ok(Found { account, link: Some(IdentityId(uuid_of(&id)?)), invited: None }))
        .transpose()
}

pub(super) async fn find_invitation(
    connection: &mut SqliteConnection,
    secret: &str,
    issuer: &str,
    now: WallTime,
) -> Result<Option<Invited>> {
    let Some(token) = Token::parse(secret) else { return Ok(None) };
    type Row = (Vec<u8>, String, Option<String>, String, Vec<u8>);
    let row: Option<Row> = sqlx::query_as(
        "SELECT invitation.id, person.account, subject, inviting.account, inviting.id
         FROM identity_invitation AS invitation
         JOIN person ON person.id = invitation.person
         JOIN person AS inviting ON inviting.id = invited_by
         WHERE token_hash = ? AND issuer = ? AND ended_us IS NULL AND expires_us > ?",
    )
    .bind(&token.hash()[..])
    .bind(issuer)
    .bind(now.0)
    .fetch_optional(connection)
    .await
    .doing("looking up an invitation")?;
    row.map(|(id, account, subject, invited_by, inviting)| {
        let inviting = PersonId(uuid_of(&inviting)?);
        Ok(Invited { id: IdentityId(uuid_of(&id)?), account, subject, invited_by, inviting })
    })
    .transpose()
}

async fn settle(
    connection: &mut SqliteConnection,
    visit: &Visit,
    keys: &[String],
    proven: &ProvenSubject,
    invitation: Option<&Secret<String>>,
) -> Result<Verdict> {
    // Looked at again: tries made at the same time must not slip past the lock, or take one invitation twice.
    if let Some(retry_after_us) = lockout::locked_for_us(connection, keys, visit.now).await? {
        return Ok(Verdict::Locked(retry_after_us));
    }
    let Some(found) = find(connection, proven, invitation, visit.now).await? else {
        return Ok(Verdict::Failed);
    };
    let Some(known) = sign_in::find_account(connection, &found.account).await? else {
        return Ok(Verdict::Failed);
    };
    if known.suspended {
        return sign_in::fail(connection, visit, keys, &known, "suspended").await;
    }
    if proven.is_shared {
        return refuse_link(connection, visit, &known, proven, false, Act::SignInFailed).await;
    }
    let means = |id: IdentityId| Means::Provider { identity: id, issuer: proven.issuer.clone() };
    if let Some(id) = found.link {
        note_use(connection, id, visit.now).await?;
        return sign_in::succeed(connection, visit, keys, &known, means(id)).await;
    }
    let Some(invited) = found.invited else { return Ok(Verdict::Failed) };
    if invited.subject.as_ref().is_some_and(|subject| *subject != proven.subject) {
        return sign_in::fail(connection, visit, keys, &known, "the invitation names another subject").await;
    }
    let facts = facts_of(connection, known.person, proven, invited.subject.is_some()).await?;
    if objection(&facts).is_some() {
        return refuse_link(connection, visit, &known, proven, invited.subject.is_some(), Act::LinkIdentity)
            .await;
    }
    // The law first: an account that may not sign in is not linked either.
    let verdict = sign_in::succeed(connection, visit, keys, &known, means(invited.id)).await?;
    if matches!(verdict, Verdict::SignedIn(_)) {
        take(connection, visit, &known, proven, &invited).await?;
    }
    Ok(verdict)
}

/// The refusal that the law gives, as an entry under the person's name.
async fn refuse_link(
    connection: &mut SqliteConnection,
    visit: &Visit,
    known: &Known,
    proven: &ProvenSubject,
    is_named: bool,
    act: Act,
) -> Result<Verdict> {
    let facts = facts_of(connection, known.person, proven, is_named).await?;
    let Some(refusal) = objection(&facts) else { return Ok(Verdict::Failed) };
    let mut record = sign_in::record(visit, known, act);
    record.subject = Some(known.person.0);
    record.extra = format!("issuer={}\nsubject={}", proven.issuer, proven.subject);
    write_refusal(connection, record, refusal).await.map(Verdict::Refused)
}

async fn take(
    connection: &mut SqliteConnection,
    visit: &Visit,
    known: &Known,
    proven: &ProvenSubject,
    invited: &Invited,
) -> Result<()> {
    let mut record = sign_in::record(visit, known, Act::LinkIdentity);
    record.subject = Some(known.person.0);
    record.extra = format!("{}\ninvited_by={}", link_words(invited.id, proven), invited.invited_by);
    let entry = entries::write(connection, record).await?;
    end_invitation(connection, invited.id, visit.now).await?;
    let person: PersonId = known.person;
    insert(connection, invited.id, person, proven, entry, visit.now).await?;
    // Whoever had the invitation in hand could take it: see `way_in`.
    way_in::set(connection, person, Some(invited.inviting), visit.now).await?;
    note_use(connection, invited.id, visit.now).await
}

async fn end_invitation(connection: &mut SqliteConnection, id: IdentityId, now: WallTime) -> Result<()> {
    sqlx::query("UPDATE identity_invitation SET ended_us = ? WHERE id = ?")
        .bind(now.0)
        .bind(blob(id.0))
        .execute(connection)
        .await
        .doing("taking an invitation")
        .map(|_| ())
}

async fn note_use(connection: &mut SqliteConnection, id: IdentityId, now: WallTime) -> Result<()> {
    sqlx::query("UPDATE identity SET used_us = ? WHERE id = ?")
        .bind(now.0)
        .bind(blob(id.0))
        .execute(connection)
        .await
        .doing("noting the use of a link")
        .map(|_| ())
}

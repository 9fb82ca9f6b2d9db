//! What people change about themselves: password, language, theme. It needs no post.

use super::passkey::OwnProof;
use super::people::{LANGUAGES, one_of, set_password};
use super::sessions::end_sessions;
use super::sign_in::stored_password;
use super::totp::own_account;
use super::{Registry, entries, lockout, password, totp};
use crate::convert::blob;
use crate::error::{Doing, Error, Result};
use crate::registry::person_of;
use ledger::access::{AccessRecord, Acting, Outcome};
use model::{Act, Cx, LegalBasis, PersonId, Purpose, Secret, SessionId, WallTime};
use sqlx::SqliteConnection;

const THEMES: [&str; 3] = ["dark", "light", "auto"];

/// What people change about themselves. Not their name: it stands on every picture and in every entry, so an administrator
/// changes it.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    pub language: Option<String>,
    pub theme: Option<String>,
}

impl Registry {
    /// Changes one's own password. All other sessions of the person end.
    pub async fn change_password(
        &self,
        cx: &Cx,
        session: Option<SessionId>,
        old: Secret<String>,
        new: Secret<String>,
    ) -> Result<()> {
        let person = person_of(cx)?;
        let account = self.require_password(person, old.clone(), &cx.place, cx.now).await?;
        password::acceptable(&new, &account)?;
        if old == new {
            return Err(Error::invalid("new", "is the old one"));
        }
        let (hash, now) = (self.0.passwords.hash(new).await?, cx.now);
        self.act(cx, own_account(person, "password=changed"), move |connection, _| {
            Box::pin(async move {
                set_password(connection, person, &hash, None).await?;
                end_sessions(connection, person, session, now).await
            })
        })
        .await?;
        self.0.passes.revoke_person(person);
        Ok(())
    }

    /// Asks for a person's password once more; failures count towards the lock-out. Returns the account.
    pub(super) async fn require_password(
        &self,
        person: PersonId,
        given: Secret<String>,
        source: &str,
        now: WallTime,
    ) -> Result<String> {
        let mut connection = self.0.database.read.acquire().await.doing("checking a password")?;
        let (account, stored) = stored_password(&mut connection, person).await?;
        let keys = [lockout::account_key(&account), lockout::source_key(source)];
        if let Some(retry_after_us) = lockout::locked_for_us(&mut connection, &keys, now).await? {
            return Err(Error::Locked { retry_after_us });
        }
        drop(connection);
        let right = self.0.passwords.verify(given, Some(stored)).await?;
        let (name, source) = (account.clone(), source.to_owned());
        let locked = self
            .write(move |connection| {
                Box::pin(async move {
                    // Looked at again: tries made at the same time must not slip past the lock together.
                    let locked = lockout::locked_for_us(connection, &keys, now).await?;
                    if locked.is_none() && !right {
                        lockout::count_failure(connection, &keys, now).await?;
                        wrong_again(connection, person, name, source, now).await?;
                    }
                    Ok(locked)
                })
            })
            .await?;
        match locked {
            Some(retry_after_us) => Err(Error::Locked { retry_after_us }),
            None if right => Ok(account),
            None => Err(Error::invalid("password", "is wrong")),
        }
    }

    /// Asks for the password once more and, where a second factor is in force, for its code.
    pub(super) async fn require_proof(&self, cx: &Cx, person: PersonId, proof: OwnProof) -> Result<()> {
        let account = self.require_password(person, proof.password, &cx.place, cx.now).await?;
        let row: Option<(Option<Vec<u8>>,)> = sqlx::query_as("SELECT totp FROM person WHERE id = ?")
            .bind(blob(person.0))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("looking up a second factor")?;
        let Some(sealed) = row.and_then(|(totp,)| totp) else { return Ok(()) };
        let code = proof.code.ok_or(Error::invalid("code", "of the second factor is needed"))?;
        let (secret, now, place) = (self.open_totp(person, &sealed)?, cx.now, cx.place.clone());
        let right = self
            .write(move |connection| {
                Box::pin(async move {
                    let right = totp::use_code(connection, person, &secret, &code, now).await?;
                    if !right {
                        let keys = [lockout::account_key(&account), lockout::source_key(&place)];
                        lockout::count_failure(connection, &keys, now).await?;
                        wrong_again(connection, person, account, place, now).await?;
                    }
                    Ok(right)
                })
            })
            .await?;
        if right { Ok(()) } else { Err(Error::invalid("code", "is not the present code")) }
    }

    /// Changes what people set about themselves.
    pub async fn change_profile(&self, cx: &Cx, change: ProfileChange) -> Result<()> {
        let person = person_of(cx)?;
        let language = change.language.map(|text| one_of("language", &text, &LANGUAGES)).transpose()?;
        let theme = change.theme.map(|text| one_of("theme", &text, &THEMES)).transpose()?;
        self.act(cx, own_account(person, "profile=changed"), move |connection, _| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE person SET language = coalesce(?, language), theme = coalesce(?, theme) WHERE id = ?",
                )
                .bind(language)
                .bind(theme)
                .bind(blob(person.0))
                .execute(connection)
                .await
                .doing("changing a profile")
                .map(|_| ())
            })
        })
        .await
    }
}

/// Somebody who holds the session does not know the password, or has not the second factor: worth an entry, like a failed sign-in.
async fn wrong_again(
    connection: &mut SqliteConnection,
    person: PersonId,
    account: String,
    place: String,
    now: WallTime,
) -> Result<()> {
    let acting = Acting { person: Some(person), account, display_name: String::new(), post: String::new() };
    let outcome = Outcome::Refused {
        article: "unit:accounts".into(),
        reason: "the password or code that was asked for again is wrong".into(),
        remedy: "the right password and code; after too many failures, wait".into(),
    };
    let record = AccessRecord {
        place,
        outcome,
        ..AccessRecord::new(Act::SignInFailed, now, acting, Purpose::Administration, LegalBasis::Operation)
    };
    entries::write(connection, record).await.map(|_| ())
}

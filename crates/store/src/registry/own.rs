//! What people change about themselves: password, name, language, theme. It needs no post.

use super::people::{LANGUAGES, one_of, set_password};
use super::sessions::end_sessions;
use super::sign_in::stored_password;
use super::totp::own_account;
use super::{Registry, lockout, password, words};
use crate::convert::blob;
use crate::error::{Doing, Error, Result};
use model::{Actor, Cx, PersonId, Personal, Secret, SessionId, WallTime};

const THEMES: [&str; 3] = ["dark", "light", "auto"];

/// What people change about themselves.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    pub name: Option<Personal<String>>,
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
        let Actor::Person(person) = cx.actor else { return Err(Error::Unauthenticated) };
        let account = self.require_password(person, old.clone(), &cx.place, cx.now).await?;
        password::acceptable(&new, &account)?;
        if old == new {
            return Err(Error::invalid("password", "is the old one"));
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
        if self.0.passwords.verify(given, Some(stored)).await? {
            return Ok(account);
        }
        self.write(move |connection| {
            Box::pin(async move { lockout::count_failure(connection, &keys, now).await })
        })
        .await?;
        Err(Error::invalid("password", "is wrong"))
    }

    /// Changes what people set about themselves.
    pub async fn change_profile(&self, cx: &Cx, change: ProfileChange) -> Result<()> {
        let Actor::Person(person) = cx.actor else { return Err(Error::Unauthenticated) };
        let name = change.name.as_ref().map(|name| words("name", name.reveal(), 48)).transpose()?;
        let language = change.language.map(|text| one_of("language", &text, &LANGUAGES)).transpose()?;
        let theme = change.theme.map(|text| one_of("theme", &text, &THEMES)).transpose()?;
        self.act(cx, own_account(person, "profile=changed"), move |connection, _| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE person SET name = coalesce(?, name), language = coalesce(?, language),
                                       theme = coalesce(?, theme) WHERE id = ?",
                )
                .bind(name)
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

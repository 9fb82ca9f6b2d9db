//! Who answers for what a command does at the machine: a live account that is named there, with a post for a whole unit.
//!
//! It signs nobody in: whoever may run the command is the operating system's matter. The act's entry names the person.

use super::Registry;
use crate::convert::uuid_of;
use crate::error::{Doing, Error, Result};
use model::{PersonId, Role};

/// A person who answers for an act.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Responsible {
    pub person: PersonId,
    /// As an entry names them: `account, name`.
    pub words: String,
}

impl Registry {
    /// The person named for an act at the machine: alive, and an administrator of a whole unit.
    pub async fn responsible(&self, account: &str) -> Result<Responsible> {
        let problem = "is no live account with an administrator's post for a whole unit";
        self.with_post(account, Role::Administrator, problem).await
    }

    /// The same of an auditor.
    pub(super) async fn responsible_auditor(&self, account: &str) -> Result<Responsible> {
        let problem = "is no live account with an auditor's post for a whole unit";
        self.with_post(account, Role::Auditor, problem).await
    }

    async fn with_post(&self, account: &str, role: Role, problem: &'static str) -> Result<Responsible> {
        let row: Option<(Vec<u8>, String, String)> = sqlx::query_as(
            "SELECT id, account, name FROM person WHERE account = ? AND suspended = 0 AND EXISTS (SELECT 1 FROM post
             WHERE post.person = person.id AND role = ? AND camera_group IS NULL)",
        )
        .bind(account.trim().to_lowercase())
        .bind(i64::from(role.code()))
        .fetch_optional(&self.0.database.read)
        .await
        .doing("looking for the responsible person")?;
        let (person, account, name) = row.ok_or(Error::invalid("by", problem))?;
        Ok(Responsible { person: PersonId(uuid_of(&person)?), words: format!("{account}, {name}") })
    }
}

//! Who acts, as the law asks about them: account, posts, training and vetting, in one row.
//!
//! It loads and judges nothing; what is entered about a person is `standing`'s. The invariant kept: all of it is of one moment.

use super::admit::Ask;
use super::facts::{POSTS, posts_of};
use super::standing::{is_dormant, kind_of, rules};
use crate::convert::blob;
use crate::error::{Doing, Error, Result};
use law::access::{Post, Standing, Training, trained_until};
use model::{Act, PersonId, WallTime};
use sqlx::SqliteConnection;

/// A person's account, and whether other registers have posts of theirs.
pub(super) struct Account {
    pub account: String,
    pub name: String,
    pub suspended: bool,
    pub must_change_password: bool,
    /// For an authority, or did once.
    pub supervises: bool,
    /// In the portal, for an authority.
    pub requests: bool,
}

/// What is known of a person who acts.
pub(super) struct Known {
    pub account: Account,
    pub posts: Vec<Post>,
    pub standing: Standing,
}

/// What the law asks about a person, and their account: one row.
pub(super) async fn of_actor(
    connection: &mut SqliteConnection,
    person: PersonId,
    ask: &Ask,
    now: WallTime,
) -> Result<Known> {
    let believed = ask.day_began.map_or(now, |began| began.max(now));
    let (account, posts, stored) = known(connection, person, believed).await?;
    // Only whoever signs in is asked whether the account rested.
    let signs_in = matches!(ask.act, Act::SignIn | Act::SignInBeside);
    let dormant = signs_in && is_dormant(stored.active, rules(connection).await?, now);
    let only_police = ask.training.as_ref().is_some_and(|rule| rule.by_public_security);
    let standing = Standing {
        trained_until: trained_until(&stored.trainings, only_police, believed),
        vetted: stored.vetted,
        // A clock that is set back makes no vetting valid again.
        vetted_until: stored.vetted_until.map(|end| if end <= believed { end.min(now) } else { end }),
        account_until: stored.account_until,
        grace_until: stored.grace_until,
        contractor: stored.contractor,
        dormant,
        unconfirmed: stored.unconfirmed,
        rule: ask.training.clone(),
    };
    Ok(Known { account, posts, standing })
}

pub(super) struct Stored {
    pub trainings: Vec<Training>,
    pub vetted: Option<bool>,
    pub vetted_until: Option<WallTime>,
    pub account_until: Option<WallTime>,
    pub grace_until: Option<WallTime>,
    pub contractor: bool,
    pub active: WallTime,
    pub unconfirmed: bool,
}

pub(super) async fn stored(
    connection: &mut SqliteConnection,
    person: PersonId,
    now: WallTime,
) -> Result<Stored> {
    known(connection, person, now).await.map(|(_, _, stored)| stored)
}

async fn known(
    connection: &mut SqliteConnection,
    person: PersonId,
    now: WallTime,
) -> Result<(Account, Vec<Post>, Stored)> {
    type Row = (
        Option<i64>,
        bool,
        Option<i64>,
        i64,
        Option<bool>,
        String,
        String,
        bool,
        bool,
        bool,
        bool,
        String,
        String,
        bool,
        Option<i64>,
    );
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT valid_until_us, contractor IS NOT NULL, grace_until_us, active_us,
            (SELECT passed FROM vetting WHERE vetting.person = person.id ORDER BY entry DESC LIMIT 1),
            account, name, suspended, must_change_password,
            EXISTS (SELECT 1 FROM supervisor WHERE supervisor.person = person.id),
            EXISTS (SELECT 1 FROM requester WHERE requester.person = person.id), {POSTS},
            (SELECT json_group_array(json_array(kind, by_public_security, from_us, until_us)) FROM training
             WHERE training.person = person.id AND until_us > ?2
             AND NOT EXISTS (SELECT 1 FROM training_revocation WHERE training_revocation.training = training.id)),
            set_by IS NOT NULL,
            (SELECT valid_until_us FROM vetting WHERE vetting.person = person.id ORDER BY entry DESC LIMIT 1)
         FROM person WHERE id = ?1"
    )))
    .bind(blob(person.0))
    .bind(now.0)
    .fetch_optional(connection)
    .await
    .doing("loading a person's standing")?;
    let row = row.ok_or(Error::NotFound("person"))?;
    let (until, contractor, grace, active, vetted, account, name, suspended, must_change_password, ..) = row;
    let (supervises, requests, posts, trainings) = (row.9, row.10, row.11, row.12);
    let account = Account { account, name, suspended, must_change_password, supervises, requests };
    let stored = Stored {
        trainings: trainings_of(&trainings)?,
        vetted,
        vetted_until: row.14.map(WallTime),
        account_until: until.map(WallTime),
        grace_until: grace.map(WallTime),
        contractor,
        active: WallTime(active),
        unconfirmed: row.13,
    };
    Ok((account, posts_of(&posts)?, stored))
}

fn trainings_of(column: &str) -> Result<Vec<Training>> {
    let corrupt = |_| Error::Corrupt("a stored training cannot be read".into());
    let rows: Vec<(String, u8, i64, i64)> = serde_json::from_str(column).map_err(corrupt)?;
    let of = |(kind, issuer, from, until): (String, u8, i64, i64)| {
        let (from, until) = (WallTime(from), WallTime(until));
        Ok(Training { kind: kind_of(&kind)?, by_public_security: issuer == 1, from, until })
    };
    rows.into_iter().map(of).collect()
}

//! People: personal accounts, their posts, their own settings. There is no account without a name behind it.

use super::facts::{GroupTree, posts, posts_at};
use super::given_posts::{self, GIVEN_US};
use super::sessions::end_sessions;
use super::sign_in::stored_password;
use super::standing::{self, PersonStanding};
use super::supervision;
use super::takeovers::Control;
use super::{
    Registry, admit::Ask, identity, keepers, lockout, new_id, one_time_secret, passkey, password, way_in,
    words,
};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Error, Result};
use law::Day;
use law::access::{Part, Post, entitles};
use law::detect::{ACCOUNT_WAITS_US, Named, PersonFacts};
use model::{Act, Actor, AuthorityId, Cx, PersonId, Personal, Role, Secret, UnitId, WallTime};
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// How long a one-time password can be used.
pub const ONE_TIME_US: i64 = 7 * 86_400_000_000;
/// Posts of one person: more means that roles are being used as groups.
pub const POSTS_MAX: usize = 64;
pub(super) const LANGUAGES: [&str; 2] = ["zh", "en"];

/// A person as an administrator sees them.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: PersonId,
    pub account: String,
    pub name: Personal<String>,
    pub language: String,
    pub theme: String,
    pub suspended: bool,
    pub must_change_password: bool,
    pub totp: bool,
    /// How many passkeys they sign in with.
    pub passkeys: u32,
    pub created: WallTime,
    pub posts: Vec<PostRow>,
    pub standing: PersonStanding,
    /// The authority for which they supervise.
    pub supervises: Option<AuthorityId>,
    /// The account is a requesting authority's.
    pub requests: bool,
}

/// A post with the names that people read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PostRow {
    pub post: Post,
    pub unit_name: String,
    /// Of the group, or of the system that was taken over.
    pub group_name: Option<String>,
}

/// What a person's menu may show. Never a decision: that is made at each act.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rights {
    pub live: bool,
    pub playback: bool,
    pub export: bool,
    pub cameras: bool,
    pub people: bool,
    /// Keeping trainings, terms and confirmations.
    pub standings: bool,
    pub ledger: bool,
    pub health: bool,
    pub gaps: bool,
    /// Supervising for an authority; accusations too.
    pub supervision: bool,
    /// Inspections and orders of one's own unit.
    pub orders: bool,
    /// Filing for a requesting authority, and nothing else.
    pub portal: bool,
}

impl Person {
    pub fn rights(&self) -> Rights {
        let any = |act| self.posts.iter().any(|row| entitles(row.post.role, act));
        Rights {
            live: any(Act::Live),
            playback: any(Act::Playback),
            export: any(Act::Export),
            cameras: any(Act::ChangeCamera),
            people: any(Act::ChangePerson),
            standings: any(Act::ConfirmPosts),
            ledger: any(Act::ReadLedger),
            health: any(Act::ReadHealth),
            gaps: any(Act::ReadGaps),
            supervision: self.supervises.is_some(),
            portal: self.requests,
            orders: any(Act::AnswerSupervision) || any(Act::ReadLedger),
        }
    }
}

#[derive(Clone, Debug)]
pub struct NewPerson {
    /// 2 to 32 letters, digits, `.`, `_` or `-`; kept in lower case.
    pub account: String,
    pub name: Personal<String>,
    pub language: String,
    pub posts: Vec<Post>,
    /// `None`: a one-time secret is made.
    pub password: Option<Secret<String>>,
    /// Whether the given password may stay. Only the system's own set-up and the demonstration may ask for it.
    pub password_stays: bool,
}

#[derive(Clone, Debug, Default)]
pub struct PersonChange {
    pub name: Option<Personal<String>>,
    pub suspended: Option<bool>,
    pub posts: Option<Vec<Post>>,
}

impl Registry {
    /// Makes the first unit, its administrator and its auditor's post; only in an empty registry. Returns the one-time
    /// password, which must be changed at the first sign-in.
    pub async fn init(
        &self,
        cx: &Cx,
        unit: &str,
        account: &str,
        name: Personal<String>,
    ) -> Result<(PersonId, Secret<String>)> {
        if self.is_initialised().await? {
            return Err(Error::Conflict("the registry has people already".into()));
        }
        // A crash between the two steps leaves a unit without people: it is taken up again.
        let found = self.units(cx).await?.into_iter().find(|found| found.name == unit.trim());
        let unit = match found {
            Some(found) => found.id,
            None => self.create_unit(cx, unit).await?,
        };
        let posts = vec![
            Post { role: Role::Administrator, unit, group: None },
            Post { role: Role::Auditor, unit, group: None },
        ];
        let new = NewPerson {
            account: account.into(),
            name,
            language: "zh".into(),
            posts,
            password: None,
            password_stays: false,
        };
        let (person, password) = self.create_person(cx, new).await?;
        let password = password.ok_or(Error::Internal("no one-time password was made".into()))?;
        Ok((person, password))
    }

    /// Adds a person. Returns the one-time password when none was given.
    pub async fn create_person(&self, cx: &Cx, new: NewPerson) -> Result<(PersonId, Option<Secret<String>>)> {
        let account = account(&new.account)?;
        let name = words("name", new.name.reveal(), 48)?;
        let language = one_of("language", &new.language, &LANGUAGES)?;
        check_posts(&new.posts)?;
        let stays = new.password_stays && matches!(cx.actor, Actor::System(_));
        let one_time = match &new.password {
            Some(given) => {
                password::acceptable(given, &account)?;
                None
            }
            None => Some(Secret::new(one_time_secret()?)),
        };
        let Some(password) = new.password.clone().or(one_time.clone()) else {
            return Err(Error::Internal("no password was made".into()));
        };
        let hash = self.0.passwords.hash(password).await?;
        let (id, now) = (PersonId(new_id()), cx.now);
        let ask = Ask {
            scopes: scopes(&new.posts),
            subject: Some(id.0),
            sensitive: true,
            extra: format!("account={account}\nposts={}", post_words(&new.posts)),
            ..Ask::new(Act::ChangePerson)
        };
        let demonstrated = stays && matches!(cx.actor, Actor::System("demo"));
        let maker = cx.clone();
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO person (id, account, name, language, theme, password, must_change_password,
                                         password_expires_us, created_us, active_us)
                     VALUES (?, ?, ?, ?, 'dark', ?, ?, ?, ?8, ?8)",
                )
                .bind(blob(id.0))
                .bind(&account)
                .bind(&name)
                .bind(&language)
                .bind(&hash)
                .bind(!stays)
                .bind((!stays).then_some(now.plus_us(ONE_TIME_US).0))
                .bind(now.0)
                .execute(&mut *connection)
                .await
                .doing("adding a person")?;
                if demonstrated {
                    standing::put_in_order(connection, id, now, entry).await?;
                }
                keepers::note_maker(connection, &maker, (id, &new.posts)).await?;
                way_in::note(connection, &maker, id).await?;
                set_posts(connection, id, &new.posts).await
            })
        })
        .await?;
        Ok((id, one_time))
    }

    /// Changes a person's name, posts or suspension. Losing anything ends what is being watched at once.
    pub async fn change_person(&self, cx: &Cx, person: PersonId, change: PersonChange) -> Result<()> {
        let name = change.name.as_ref().map(|name| words("name", name.reveal(), 48)).transpose()?;
        check_posts(change.posts.as_deref().unwrap_or_default())?;
        let mut extra = Vec::new();
        if let Some(suspended) = change.suspended {
            extra.push(format!("suspended={suspended}"));
        }
        if let Some(posts) = &change.posts {
            extra.push(format!("posts={}", post_words(posts)));
        }
        if name.is_some() {
            extra.push("name=changed".into());
        }
        let now = cx.now;
        let ask = Ask {
            scopes: scopes(change.posts.as_deref().unwrap_or_default()),
            posts_of: Some(person),
            subject: Some(person.0),
            own: cx.actor == Actor::Person(person),
            sensitive: true,
            extra: extra.join("\n"),
            ..Ask::new(Act::ChangePerson)
        };
        let giver = cx.clone();
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                change_row(connection, person, name, change.suspended, now).await?;
                if let Some(posts) = &change.posts {
                    if posts.is_empty() {
                        keepers::note_last_post(connection, person).await?;
                    }
                    let before = self::posts(connection, person).await?;
                    set_posts(connection, person, posts).await?;
                    given_posts::note(connection, &giver, (person, &before, posts), entry).await?;
                }
                if change.suspended == Some(true) {
                    end_sessions(connection, person, None, now).await?;
                }
                Ok(())
            })
        })
        .await?;
        self.0.passes.revoke_person(person);
        Ok(())
    }

    /// Gives a person a new one-time password and ends their sessions. The second factor, all passkeys and links are removed too: whoever
    /// had the account before has no other way in.
    pub async fn reset_password(&self, cx: &Cx, person: PersonId) -> Result<Secret<String>> {
        let one_time = Secret::new(one_time_secret()?);
        let hash = self.0.passwords.hash(one_time.clone()).await?;
        let (now, own) = (cx.now, cx.actor == Actor::Person(person));
        // Nobody else may be left to wake the account.
        let at_machine = matches!(cx.actor, Actor::System(_));
        let ask = Ask {
            posts_of: Some(person),
            subject: Some(person.0),
            own,
            sensitive: true,
            extra: "password=reset".into(),
            ..Ask::new(Act::ChangePerson)
        };
        let setter = cx.clone();
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                let (account, _) = stored_password(connection, person).await?;
                set_password(connection, person, &hash, Some(now.plus_us(ONE_TIME_US))).await?;
                way_in::note(connection, &setter, person).await?;
                sqlx::query("UPDATE person SET totp = NULL, totp_pending = NULL WHERE id = ?")
                    .bind(blob(person.0))
                    .execute(&mut *connection)
                    .await
                    .doing("removing a second factor")?;
                passkey::end_all(connection, person, None, now).await?;
                identity::end_all(connection, person, None, now).await?;
                lockout::clear(connection, &lockout::account_key(&account)).await?;
                if at_machine {
                    standing::note_active(connection, person, now).await?;
                }
                end_sessions(connection, person, None, now).await
            })
        })
        .await?;
        self.0.passes.revoke_person(person);
        Ok(one_time)
    }

    /// One person: oneself, or anybody for the system. Others are seen through [`Registry::people`].
    pub async fn person(&self, cx: &Cx, person: PersonId) -> Result<Person> {
        if !matches!(cx.actor, Actor::System(_)) && cx.actor != Actor::Person(person) {
            return Err(Error::NotFound("person"));
        }
        let mut found =
            self.read_people(Some(person), cx.now).await?.pop().ok_or(Error::NotFound("person"))?;
        if cx.actor == Actor::Person(person) {
            let mut connection = self.0.database.read.acquire().await.doing("reading takeovers")?;
            let control = Control::load(&mut connection, cx.actor, cx.now).await?;
            for post in control.posts() {
                found.posts.push(named(&mut connection, post).await?);
            }
        }
        Ok(found)
    }

    /// The people of the units that the actor administers or answers for, by account. Reading the list is noted.
    pub async fn people(&self, cx: &Cx) -> Result<Vec<Person>> {
        self.admit_reading(cx, Act::ReadRegistry, Vec::new()).await?;
        let people = self.read_people(None, cx.now).await?;
        let Actor::Person(actor) = cx.actor else { return Ok(people) };
        let own = self.posts_of(actor).await?;
        let beside = self.kept_beside_posts().await?;
        let kept = |person: &Person| {
            keeps(&own, actor, person) && (person.id == actor || keeps_beside(&own, beside.get(&person.id)))
        };
        Ok(people.into_iter().filter(kept).collect())
    }

    /// One of them, or oneself.
    pub async fn someone(&self, cx: &Cx, person: PersonId) -> Result<Person> {
        self.admit_reading(cx, Act::ReadRegistry, Vec::new()).await?;
        let found = self.read_people(Some(person), cx.now).await?.pop().ok_or(Error::NotFound("person"))?;
        let Actor::Person(actor) = cx.actor else { return Ok(found) };
        let own = self.posts_of(actor).await?;
        let beside = self.kept_beside_posts().await?;
        if keeps(&own, actor, &found) && (person == actor || keeps_beside(&own, beside.get(&person))) {
            Ok(found)
        } else {
            Err(Error::NotFound("person"))
        }
    }

    /// The unit that keeps an account beside those of its posts, for each that has one.
    async fn kept_beside_posts(&self) -> Result<HashMap<PersonId, UnitId>> {
        let mut connection = self.0.database.read.acquire().await.doing("listing who keeps accounts")?;
        keepers::all_beside_posts(&mut connection).await
    }

    /// What detection looks at of the people whom the actor keeps, as it would be at `at`: those whose account may be used and who
    /// hold a post. Of all of them for the system. Leaves no entry: it is part of a reading that does.
    pub async fn people_facts(&self, cx: &Cx, at: WallTime) -> Result<Vec<PersonFacts>> {
        let Actor::Person(actor) = cx.actor else {
            let people = self.read_people(None, at).await?.into_iter();
            let living = people.filter(|person| !person.suspended && !person.posts.is_empty());
            return Ok(living.map(|person| person_facts(&person, at)).collect());
        };
        let own = self.posts_of(actor).await?;
        if !own.iter().any(|post| matches!(post.role, Role::Administrator | Role::Manager)) {
            return Ok(Vec::new());
        }
        let people = self.read_people(None, at).await?.into_iter();
        let living = people.filter(|person| !person.suspended && !person.posts.is_empty());
        let kept = living.filter(|person| person.id != actor && keeps(&own, actor, person));
        Ok(kept.map(|person| person_facts(&person, at)).collect())
    }

    /// The same of one person, for the system itself.
    pub(super) async fn person_fact(&self, person: PersonId, at: WallTime) -> Result<Option<PersonFacts>> {
        let people = self.read_people(Some(person), at).await?.into_iter();
        let mut living = people.filter(|person| !person.suspended && !person.posts.is_empty());
        Ok(living.next().map(|person| person_facts(&person, at)))
    }

    /// The posts that the actor holds now: their own, and those by a takeover that runs. Leaves no entry.
    pub async fn own_posts(&self, cx: &Cx) -> Result<Vec<Post>> {
        let Actor::Person(person) = cx.actor else { return Ok(Vec::new()) };
        let mut connection = self.0.database.read.acquire().await.doing("loading posts")?;
        posts_at(&mut connection, person, cx.now).await
    }

    /// Units for which the actor holds a whole post that entitles to an act; `None`: all, for the system itself.
    pub(super) async fn units_by(&self, cx: &Cx, act: Act) -> Result<Option<Vec<UnitId>>> {
        let Actor::Person(person) = cx.actor else { return Ok(None) };
        let posts = self.posts_of(person).await?.into_iter();
        let fit = posts.filter(|post| post.group.is_none() && entitles(post.role, act));
        Ok(Some(fit.map(|post| post.unit).collect()))
    }

    pub(super) async fn posts_of(&self, person: PersonId) -> Result<Vec<Post>> {
        let mut connection = self.0.database.read.acquire().await.doing("loading posts")?;
        posts(&mut connection, person).await
    }

    async fn read_people(&self, only: Option<PersonId>, now: WallTime) -> Result<Vec<Person>> {
        let mut connection = self.0.database.read.acquire().await.doing("listing people")?;
        type Row = (Vec<u8>, String, String, String, String, bool, bool, bool, u32, i64);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, account, name, language, theme, suspended, must_change_password, totp IS NOT NULL,
                 (SELECT count(*) FROM passkey WHERE passkey.person = person.id AND ended_us IS NULL), created_us
             FROM person WHERE ?1 IS NULL OR id = ?1 ORDER BY account",
        )
        .bind(only.map(|person| blob(person.0)))
        .fetch_all(&mut *connection)
        .await
        .doing("listing people")?;
        let mut people = Vec::with_capacity(rows.len());
        for (id, account, name, language, theme, suspended, must_change_password, totp, passkeys, created) in
            rows
        {
            let id = PersonId(uuid_of(&id)?);
            people.push(Person {
                id,
                account,
                name: Personal::new(name),
                language,
                theme,
                suspended,
                must_change_password,
                totp,
                passkeys,
                created: WallTime(created),
                posts: post_rows(&mut connection, id).await?,
                standing: standing::shown(&mut connection, id, now).await?,
                supervises: supervision::authority_of(&mut connection, id).await?,
                requests: super::retrievals::portal::is_requester(&mut connection, id).await?,
            });
        }
        Ok(people)
    }
}

/// An authority's account is kept by the unit that made it, though it has no post there.
fn keeps_beside(own: &[Post], kept_by: Option<&UnitId>) -> bool {
    let keeps = |post: &&Post| matches!(post.role, Role::Administrator | Role::Manager);
    kept_by.is_none_or(|unit| own.iter().filter(keeps).any(|post| post.unit == *unit))
}

/// Whether somebody with these posts administers or answers for a person.
fn keeps(own: &[Post], actor: PersonId, person: &Person) -> bool {
    let mut keeping =
        own.iter().filter(|post| matches!(post.role, Role::Administrator | Role::Manager)).peekable();
    person.id == actor
        || person.posts.is_empty() && keeping.peek().is_some()
        || keeping.any(|post| person.posts.iter().any(|row| row.post.unit == post.unit))
}

fn person_facts(person: &Person, now: WallTime) -> PersonFacts {
    let standing = &person.standing;
    let vetted = standing.vetting.as_ref().map(|last| last.passed);
    let grace = standing.grace_until.filter(|_| vetted != Some(false));
    let holds = |roles: [Role; 2]| person.posts.iter().any(|row| roles.contains(&row.post.role));
    let watches = holds([Role::Viewer, Role::Operator]) && standing.contractor.is_none();
    // Whoever keeps the system is trained too; vetting is asked of whoever sees pictures (datong-2008:17).
    let trained =
        standing.trained_until.or(standing.trained_before).filter(|_| !watches || vetted == Some(true));
    // Whoever was vetted until a day is fit no longer than that.
    let vetted_until = standing.vetting.as_ref().and_then(|last| last.until).filter(|_| watches);
    let trained = trained.map(|until| vetted_until.map_or(until, |end| end.min(until)));
    let grace = if watches { grace } else { standing.grace_until };
    let fit_until = grace.max(trained);
    PersonFacts {
        person: Named { id: person.id.to_string(), name: person.name.reveal().clone() },
        watches,
        keeps: holds([Role::Administrator, Role::Manager]),
        fit: fit_until.is_some_and(|until| now < until),
        fit_until,
        confirm_by: Day::of(standing.confirm_by).to_string(),
        vouch_by: standing
            .waits_since
            .map(|since| Day::of(since.plus_us(ACCOUNT_WAITS_US)).to_string())
            .unwrap_or_default(),
        given: standing.given.is_some_and(|at| at.plus_us(GIVEN_US) == standing.confirm_by),
    }
}

async fn post_rows(connection: &mut SqliteConnection, person: PersonId) -> Result<Vec<PostRow>> {
    let mut rows = Vec::new();
    for post in posts(connection, person).await? {
        rows.push(named(connection, post).await?);
    }
    Ok(rows)
}

async fn named(connection: &mut SqliteConnection, post: Post) -> Result<PostRow> {
    let part = post.group.map(|part| match part {
        Part::Group(group) => blob(group.0),
        Part::System(system) => blob(system.0),
    });
    let (unit_name, group_name): (String, Option<String>) =
        sqlx::query_as("SELECT name, coalesce((SELECT name FROM camera_group WHERE id = ?1), (SELECT name FROM record WHERE id = ?1 AND secret = 0)) FROM unit WHERE id = ?2")
            .bind(part)
            .bind(blob(post.unit.0))
            .fetch_one(connection)
            .await
            .doing("naming a post")?;
    Ok(PostRow { post, unit_name, group_name })
}

async fn set_posts(connection: &mut SqliteConnection, person: PersonId, posts: &[Post]) -> Result<()> {
    let groups = GroupTree::load(connection).await?;
    sqlx::query("DELETE FROM post WHERE person = ?")
        .bind(blob(person.0))
        .execute(&mut *connection)
        .await
        .doing("changing posts")?;
    for post in posts {
        if let Some(Part::System(_)) = post.group {
            return Err(Error::invalid("posts", "are for a unit or a camera group"));
        }
        groups.scope(post.unit, post.camera_group())?;
        sqlx::query("INSERT OR IGNORE INTO post (person, role, unit, camera_group) VALUES (?, ?, ?, ?)")
            .bind(blob(person.0))
            .bind(i64::from(post.role.code()))
            .bind(blob(post.unit.0))
            .bind(post.camera_group().map(|group| blob(group.0)))
            .execute(&mut *connection)
            .await
            .doing("changing posts")?;
    }
    Ok(())
}

async fn change_row(
    connection: &mut SqliteConnection,
    person: PersonId,
    name: Option<String>,
    suspended: Option<bool>,
    now: WallTime,
) -> Result<()> {
    // Whoever is let in again has not left, and the account has not rested: somebody just looked at it.
    let changed = sqlx::query(
        "UPDATE person SET name = coalesce(?1, name), suspended = coalesce(?2, suspended),
             left_us = CASE WHEN ?2 = 0 THEN NULL ELSE left_us END,
             active_us = CASE WHEN ?2 = 0 THEN ?3 ELSE active_us END
         WHERE id = ?4",
    )
    .bind(name)
    .bind(suspended)
    .bind(now.0)
    .bind(blob(person.0))
    .execute(connection)
    .await
    .doing("changing a person")?;
    if changed.rows_affected() == 0 { Err(Error::NotFound("person")) } else { Ok(()) }
}

/// `one_time_until`: the password must be changed at the first sign-in, at the latest then.
pub(super) async fn set_password(
    connection: &mut SqliteConnection,
    person: PersonId,
    hash: &str,
    one_time_until: Option<WallTime>,
) -> Result<()> {
    sqlx::query(
        "UPDATE person SET password = ?, must_change_password = ?, password_expires_us = ? WHERE id = ?",
    )
    .bind(hash)
    .bind(one_time_until.is_some())
    .bind(one_time_until.map(|until| until.0))
    .bind(blob(person.0))
    .execute(connection)
    .await
    .doing("setting a password")
    .map(|_| ())
}

/// Accounts and units need a post for the whole unit: groups are left out of the question.
fn scopes(posts: &[Post]) -> Vec<(UnitId, Option<Part>)> {
    let mut units: Vec<UnitId> = posts.iter().map(|post| post.unit).collect();
    units.sort_unstable();
    units.dedup();
    units.into_iter().map(|unit| (unit, None)).collect()
}

fn check_posts(posts: &[Post]) -> Result<()> {
    if posts.iter().any(|post| matches!(post.role, Role::Supervisor | Role::Requester)) {
        return Err(Error::invalid("posts", "hold one that comes from an authority"));
    }
    if posts.len() > POSTS_MAX { Err(Error::invalid("posts", "are too many")) } else { Ok(()) }
}

pub(super) fn post_words(posts: &[Post]) -> String {
    let mut roles: Vec<&str> = posts.iter().map(|post| post.role.as_str()).collect();
    roles.sort_unstable();
    roles.dedup();
    roles.join(",")
}

fn account(text: &str) -> Result<String> {
    let account = text.trim().to_lowercase();
    let fits = (2..=32).contains(&account.chars().count())
        && account.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-'))
        && account.len() <= ledger::access::ACCOUNT_BYTES_MAX;
    if fits {
        Ok(account)
    } else {
        Err(Error::invalid("account", "needs 2 to 32 letters, digits, '.', '_' or '-'"))
    }
}

pub(super) fn one_of(field: &'static str, text: &str, allowed: &[&str]) -> Result<String> {
    match allowed.iter().find(|word| **word == text) {
        Some(word) => Ok((*word).to_owned()),
        None => Err(Error::invalid(field, "is not one of the known words")),
    }
}

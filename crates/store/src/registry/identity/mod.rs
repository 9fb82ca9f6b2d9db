//! Links between accounts and subjects of sign-in providers: making one by oneself, inviting a person to, ending one. How one signs in
//! by them is in `enter`; whether a token is genuine the server has found out before anything comes here.
//!
//! An account is never found by a name or a mail address that a provider says, only by issuer and subject. Invariant: a link counts as
//! long as its row has no end, a subject has one link at most, and each change is in the transaction of its entry.

pub(super) mod enter;

use super::admit::{self, Ask};
use super::passkey::OwnProof;
use super::sessions::{Token, end_sessions};
use super::{Decided, EntryIndex, Registry, new_id, person_of};
use crate::convert::{blob, int, uuid_of};
use crate::error::{Doing, Error, Result};
use law::identity::{Holder, LinkFacts, objection};
use model::{Act, Actor, Cx, IdentityId, PersonId, Secret, SessionId, WallTime};
use sqlx::SqliteConnection;

/// How long an invitation waits for its person: a weekend and a day.
pub const INVITATION_US: i64 = 3 * 86_400_000_000;
/// OpenID Connect Core §2: no `sub` is longer.
pub const SUBJECT_CHARS_MAX: usize = 255;

/// A provider's word for a person: who says it, and as whom. Only a token whose checks all held makes one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProvenSubject {
    pub issuer: String,
    pub subject: String,
    /// The provider says that several people use it, or that it is a program's.
    pub is_shared: bool,
}

/// One link of a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdentityRow {
    pub id: IdentityId,
    pub issuer: String,
    pub subject: String,
    pub created: WallTime,
    pub used: Option<WallTime>,
}

/// Whom an administrator invites, and for what.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    pub person: PersonId,
    pub issuer: String,
    /// Only this subject may take it.
    pub subject: Option<String>,
}

/// An invitation that was just made; its secret is shown once.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub secret: Secret<String>,
    pub expires: WallTime,
}

/// What a subject looks like: plain characters that can be seen (OpenID Connect Core §2 asks for ASCII).
pub fn is_subject(text: &str) -> bool {
    (1..=SUBJECT_CHARS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn ask(act: Act, person: PersonId, extra: String) -> Ask {
    Ask { own: true, subject: Some(person.0), extra, ..Ask::new(act) }
}

fn link_words(id: IdentityId, proven: &ProvenSubject) -> String {
    format!("identity={id}\nissuer={}\nsubject={}", proven.issuer, proven.subject)
}

impl Registry {
    /// Begins to link: asks for password and second factor again, so that an open session alone links nothing.
    pub async fn begin_link(&self, cx: &Cx, issuer: &str, proof: OwnProof) -> Result<()> {
        let person = person_of(cx)?;
        self.require_proof(cx, person, proof).await?;
        let asked = ask(Act::LinkIdentity, person, format!("identity=begun\nissuer={issuer}"));
        self.act(cx, asked, |_, _| Box::pin(async { Ok(()) })).await
    }

    /// Links the actor's own account.
    pub async fn link_identity(&self, cx: &Cx, proven: ProvenSubject) -> Result<IdentityRow> {
        let person = person_of(cx)?;
        let (id, now) = (IdentityId(new_id()), cx.now);
        let row = IdentityRow {
            id,
            issuer: proven.issuer.clone(),
            subject: proven.subject.clone(),
            created: now,
            used: None,
        };
        let (cx, asked) = (cx.clone(), ask(Act::LinkIdentity, person, link_words(id, &proven)));
        let decided: Decided<()> = self
            .write(move |connection| {
                Box::pin(async move {
                    let against = objection(&facts_of(connection, person, &proven, false).await?);
                    match admit::enter_unless(connection, &cx, &asked, against).await? {
                        Ok(entered) => {
                            insert(connection, id, person, &proven, entered.entry, now).await.map(Ok)
                        }
                        Err(refusal) => Ok(Err(refusal)),
                    }
                })
            })
            .await?;
        decided.map(|()| row).map_err(|refusal| Error::Refused(Box::new(refusal)))
    }

    /// Writes down that a link which the actor had begun was not made: what came from the provider did not hold.
    pub async fn note_failed_link(&self, cx: &Cx, issuer: &str, problem: &'static str) -> Result<()> {
        let person = person_of(cx)?;
        let asked = ask(Act::LinkIdentity, person, format!("issuer={issuer}"));
        let against = law::access::Refusal {
            article: "unit:accounts".into(),
            code: "provider_answer",
            reason: law::Words::new(
                format!("the provider's answer does not hold: {problem}"),
                "认证服务的应答未通过核验",
            ),
            remedy: law::Words::new(
                "begin again; if it stays so, tell whoever runs the server",
                "请重新开始；如仍出现，请告知运维人员",
            ),
        };
        let cx = cx.clone();
        self.write(move |connection| {
            Box::pin(async move {
                admit::enter_unless(connection, &cx, &asked, Some(against)).await.map(|_refused| ())
            })
        })
        .await
    }

    /// The actor's own links, newest first.
    pub async fn identities(&self, cx: &Cx) -> Result<Vec<IdentityRow>> {
        let person = person_of(cx)?;
        self.open_identities(person).await
    }

    /// Those of a person whom the actor keeps.
    pub async fn identities_of(&self, cx: &Cx, person: PersonId) -> Result<Vec<IdentityRow>> {
        self.someone(cx, person).await?;
        self.open_identities(person).await
    }

    /// Ends one of one's own. All other sessions of the person end: whoever has the provider's account may be signed in.
    pub async fn unlink_identity(
        &self,
        cx: &Cx,
        session: Option<SessionId>,
        identity: IdentityId,
    ) -> Result<()> {
        let person = person_of(cx)?;
        let asked = ask(Act::UnlinkIdentity, person, format!("identity={identity}"));
        self.end_identity(cx, asked, (person, identity), session).await
    }

    /// Ends one of somebody whom the actor keeps, and their sessions.
    pub async fn unlink_identity_of(&self, cx: &Cx, person: PersonId, identity: IdentityId) -> Result<()> {
        let asked = Ask {
            posts_of: Some(person),
            own: cx.actor == Actor::Person(person),
            ..ask(Act::UnlinkIdentity, person, format!("identity={identity}"))
        };
        self.end_identity(cx, asked, (person, identity), None).await
    }

    async fn end_identity(
        &self,
        cx: &Cx,
        asked: Ask,
        (person, identity): (PersonId, IdentityId),
        but: Option<SessionId>,
    ) -> Result<()> {
        let now = cx.now;
        self.act(cx, asked, move |connection, _| {
            Box::pin(async move {
                if end_all(connection, person, Some(identity), now).await? == 0 {
                    return Err(Error::NotFound("link"));
                }
                end_sessions(connection, person, but, now).await
            })
        })
        .await?;
        self.0.passes.revoke_person(person);
        Ok(())
    }

    /// Invites a person to link once, in the place of an earlier invitation. Whoever has the secret and a subject at the provider takes
    /// it; naming the subject leaves one who can.
    pub async fn invite_identity(&self, cx: &Cx, new: NewInvitation) -> Result<Invitation> {
        if new.subject.as_deref().is_some_and(|subject| !is_subject(subject)) {
            return Err(Error::invalid("subject", "is not what a provider calls a person by"));
        }
        let inviting = person_of(cx)?;
        let (id, token, person) = (IdentityId(new_id()), Token::new()?, new.person);
        let expires = cx.now.plus_us(INVITATION_US);
        let (secret, hash, now) = (token.text(), token.hash(), cx.now);
        let named = new.subject.as_deref().map(|subject| format!("\nsubject={subject}")).unwrap_or_default();
        let asked = Ask {
            posts_of: Some(person),
            own: cx.actor == Actor::Person(person),
            ..ask(Act::InviteIdentity, person, format!("identity={id}\nissuer={}{named}", new.issuer))
        };
        self.act(cx, asked, move |connection, entry| {
            Box::pin(async move {
                end_invitations(connection, person, now).await?;
                sqlx::query(
                    "INSERT INTO identity_invitation
                         (id, person, issuer, subject, token_hash, invited_by, expires_us, entry)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(blob(id.0))
                .bind(blob(person.0))
                .bind(&new.issuer)
                .bind(&new.subject)
                .bind(&hash[..])
                .bind(blob(inviting.0))
                .bind(expires.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("inviting to a link")
                .map(|_| ())
            })
        })
        .await?;
        Ok(Invitation { secret, expires })
    }

    /// Whether an invitation can still be taken at this provider; for saying so before the person goes there.
    pub async fn invitation_holds(&self, secret: &str, issuer: &str, now: WallTime) -> Result<bool> {
        let mut connection = self.0.database.read.acquire().await.doing("looking up an invitation")?;
        Ok(enter::find_invitation(&mut connection, secret, issuer, now).await?.is_some())
    }

    async fn open_identities(&self, person: PersonId) -> Result<Vec<IdentityRow>> {
        type Row = (Vec<u8>, String, String, i64, Option<i64>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, issuer, subject, created_us, used_us FROM identity
             WHERE person = ? AND ended_us IS NULL ORDER BY created_us DESC, id DESC",
        )
        .bind(blob(person.0))
        .fetch_all(&self.0.database.read)
        .await
        .doing("listing links")?;
        rows.into_iter()
            .map(|(id, issuer, subject, created, used)| {
                let (id, created) = (IdentityId(uuid_of(&id)?), WallTime(created));
                Ok(IdentityRow { id, issuer, subject, created, used: used.map(WallTime) })
            })
            .collect()
    }
}

async fn facts_of(
    connection: &mut SqliteConnection,
    person: PersonId,
    proven: &ProvenSubject,
    is_named: bool,
) -> Result<LinkFacts> {
    let rows: Vec<(Vec<u8>, bool)> =
        sqlx::query_as("SELECT person, ended_us IS NULL FROM identity WHERE issuer = ? AND subject = ?")
            .bind(&proven.issuer)
            .bind(&proven.subject)
            .fetch_all(&mut *connection)
            .await
            .doing("looking up a subject")?;
    let own = blob(person.0);
    let is =
        |whose: bool, open: bool| rows.iter().any(|(of, is_open)| (*of == own) == whose && *is_open == open);
    let holder = match () {
        () if is(false, true) => Holder::Another,
        () if is(true, true) => Holder::Themselves,
        () if is(false, false) => Holder::AnotherBefore,
        () if is(true, false) => Holder::ThemselvesBefore,
        () => Holder::Nobody,
    };
    let another: Option<(i64,)> =
        sqlx::query_as("SELECT 1 FROM identity WHERE person = ? AND issuer = ? AND ended_us IS NULL")
            .bind(own)
            .bind(&proven.issuer)
            .fetch_optional(connection)
            .await
            .doing("looking for another link")?;
    Ok(LinkFacts { holder, has_another: another.is_some(), is_shared: proven.is_shared, is_named })
}

async fn insert(
    connection: &mut SqliteConnection,
    id: IdentityId,
    person: PersonId,
    proven: &ProvenSubject,
    entry: EntryIndex,
    now: WallTime,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO identity (id, person, issuer, subject, created_us, entry) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(id.0))
    .bind(blob(person.0))
    .bind(&proven.issuer)
    .bind(&proven.subject)
    .bind(now.0)
    .bind(int(entry.0)?)
    .execute(connection)
    .await
    .doing("linking an account")
    .map(|_| ())
}

/// Ends one link of a person, or all; says how many. Open invitations end with all.
pub(super) async fn end_all(
    connection: &mut SqliteConnection,
    person: PersonId,
    only: Option<IdentityId>,
    now: WallTime,
) -> Result<u64> {
    if only.is_none() {
        end_invitations(connection, person, now).await?;
    }
    let ended = sqlx::query(
        "UPDATE identity SET ended_us = ?1 WHERE person = ?2 AND ended_us IS NULL AND (?3 IS NULL OR id = ?3)",
    )
    .bind(now.0)
    .bind(blob(person.0))
    .bind(only.map(|identity| blob(identity.0)))
    .execute(connection)
    .await
    .doing("ending links")?;
    Ok(ended.rows_affected())
}

async fn end_invitations(connection: &mut SqliteConnection, person: PersonId, now: WallTime) -> Result<()> {
    sqlx::query("UPDATE identity_invitation SET ended_us = ? WHERE person = ? AND ended_us IS NULL")
        .bind(now.0)
        .bind(blob(person.0))
        .execute(connection)
        .await
        .doing("ending invitations")
        .map(|_| ())
}

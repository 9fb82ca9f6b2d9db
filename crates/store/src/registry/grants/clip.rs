//! Clips handed to a colleague: a grant of playback that the sender makes for another person, and whether it is played as that.
//!
//! What both may see by themselves is decided as anybody's act is, in the same transaction. The invariants: the entry that names
//! colleague, cameras, span, purpose and sender is durable before anything is played; each use is counted with its entry; a clip never
//! stands for a grant where it is not played as the clip.

use super::fit::{Fit, fitting};
use super::row::GrantRow;
use super::{NewGrant, insert, reason_of, row};
use crate::convert::{blob, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::admit::{Ask, enter_unless};
use crate::registry::facts::{self, GroupTree};
use crate::registry::pass::Handed;
use crate::registry::register::{Book, listed, not_in_use, picture_rules};
use crate::registry::{Registry, duty, new_id, person_of};
use law::access::{
    CLIP_CAMERAS_MAX, CLIP_US_MAX, CLIP_USES_MAX, ClipFacts, GrantAct, GrantState, Handing, Looked,
    NamedCase, Refusal, Scope, SecondEyes, Wanted, asking, refuse_handing, refuse_playing, roles_for,
};
use law::duty::off_shift_left;
use model::{Act, Actor, CameraId, Cx, GrantId, PersonId, RecordId, Span, UnitId, WallTime};
use sqlx::SqliteConnection;
use std::sync::Arc;

/// Colleagues in one answer: more are found by a part of their name.
const COLLEAGUES_MAX: usize = 100;
/// Persons of a unit that are looked through for them: a city's largest unit has some hundred operators.
const PERSONS_MAX: i64 = 5_000;
/// Footage of this level is handed on with a second person's word only, as it is looked at in a case that two confirmed.
const LEVEL_OF_TWO: u8 = 3;

/// What somebody hands to a colleague. Purpose, basis, case and reason are the context's.
#[derive(Clone, Debug)]
pub struct NewClip {
    pub colleague: PersonId,
    pub cameras: Vec<CameraId>,
    pub span: Span,
    pub uses_max: u32,
    pub expires: WallTime,
}

/// Somebody of a unit who can be named: to whom a clip may be handed, who ordered a hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Colleague {
    pub id: PersonId,
    pub name: String,
    pub account: String,
}

impl Registry {
    /// Hands a clip of one unit's cameras to a colleague. Where a second person's word is needed it waits for that.
    pub async fn share_clip(&self, cx: &Cx, new: NewClip) -> Result<GrantId> {
        let sender = person_of(cx)?;
        if new.uses_max > CLIP_USES_MAX {
            return Err(Error::invalid("uses_max", "is not between 1 and 20"));
        }
        if new.expires > cx.now.plus_us(CLIP_US_MAX) {
            return Err(Error::invalid("expires_ms", "is not within the next seven days"));
        }
        let NewClip { colleague, cameras, span, uses_max, expires } = new;
        let acts = vec![GrantAct::Playback];
        let grant = NewGrant { cameras, systems: Vec::new(), acts, span: Some(span), uses_max, expires };
        let (grant, unit) = self.checked_grant(cx, grant).await?;
        let (reason, id) = (reason_of(cx)?, GrantId(new_id()));
        let (cx, library, today) = (cx.clone(), Arc::clone(&self.0.packs.library), self.today(cx.now));
        self.decided(move |connection| {
            Box::pin(async move {
                let book = Book::on(&library, today);
                let named = recipient(connection, colleague).await?;
                let rules = picture_rules(connection, book, cx.actor, &grant.cameras).await?;
                let mut ask = Ask {
                    cameras: grant.cameras.clone(),
                    span: grant.span,
                    training: rules.training,
                    four_eyes: rules.four_eyes,
                    day_began: Some(book.today.begins()),
                    subject: Some(id.0),
                    recipient: named,
                    ..Ask::new(Act::ShareClip)
                };
                let Sending { refusal, under, expires, needs_word } =
                    sending(connection, book, &cx, (&mut ask, sender, colleague, grant.expires)).await?;
                let hidden = not_in_use(&rules.standings, &cx, (Act::ShareClip, &grant.cameras));
                ask.extra = format!(
                    "to={colleague}\nuses={uses_max}\nexpires={expires}\napproval={}",
                    if needs_word { "awaited" } else { "not needed" }
                );
                let entry = match enter_unless(connection, &cx, &ask, hidden.or(refusal)).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let unit = unit.ok_or(Error::invalid("cameras", "are missing"))?;
                let grant = NewGrant { expires, ..grant };
                insert(connection, &cx, (id, unit, colleague), grant, (reason, entry)).await?;
                sqlx::query(
                    "INSERT INTO clip_share (access_grant, sender, under_grant, needs_word) VALUES (?, ?, ?, ?)",
                )
                .bind(blob(id.0))
                .bind(blob(sender.0))
                .bind(under.map(|grant| blob(grant.0)))
                .bind(needs_word)
                .execute(connection)
                .await
                .doing("handing a clip on")?;
                Ok(Ok(()))
            })
        })
        .await?;
        Ok(id)
    }

    /// Who else has a post that plays all of these cameras, by name. What else they need is asked when a clip is handed on.
    pub async fn colleagues(&self, cx: &Cx, cameras: Vec<CameraId>, named: &str) -> Result<Vec<Colleague>> {
        if cameras.is_empty() || cameras.len() > CLIP_CAMERAS_MAX {
            return Err(Error::invalid("cameras", "are not one to nine"));
        }
        let person = person_of(cx)?;
        self.admit_reading(cx, Act::ReadColleagues, cameras.clone()).await?;
        let mut connection = self.0.database.read.acquire().await.doing("looking for colleagues")?;
        let scopes = scopes_of(&mut connection, &cameras).await?;
        let Some(unit) = scopes.first().map(|scope| scope.unit) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for colleague in others_of(&mut connection, unit, (person, named.trim())).await? {
            let posts = facts::posts(&mut connection, colleague.id).await?;
            let covers = |scope: &Scope| {
                posts.iter().any(|post| {
                    roles_for(Act::Playback).contains(&post.role) && scope.lies_in(post.unit, post.group)
                })
            };
            if scopes.iter().all(covers) {
                found.push(colleague);
            }
            if found.len() == COLLEAGUES_MAX {
                break;
            }
        }
        Ok(found)
    }
}

impl Registry {
    /// A number for the line above every page: clips that were handed to the actor, can be played, and were not yet.
    pub async fn clips_for_me(&self, cx: &Cx) -> Result<u64> {
        let Actor::Person(person) = cx.actor else { return Ok(0) };
        let (count,): (i64,) = sqlx::query_as(
            "SELECT count(*) FROM access_grant AS own JOIN clip_share AS clip ON clip.access_grant = own.id
             WHERE asker = ?1 AND asked_us > ?2 AND expires_us > ?3 AND revoker IS NULL
               AND (answer = 'granted' OR (answer IS NULL AND needs_word = 0))
               AND NOT EXISTS (SELECT 1 FROM access_grant_use AS used WHERE used.access_grant = own.id)",
        )
        .bind(blob(person.0))
        .bind(cx.now.plus_us(-CLIP_US_MAX).0)
        .bind(cx.now.0)
        .fetch_one(&self.0.database.read)
        .await
        .doing("counting clips")?;
        uint(count)
    }
}

/// What comes of handing a clip on.
struct Sending {
    refusal: Option<Refusal>,
    /// The sender's own grant, where one is needed.
    under: Option<GrantId>,
    /// Never later than what the sender has themselves.
    expires: WallTime,
    needs_word: bool,
}

async fn sending(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    cx: &Cx,
    (ask, sender, colleague, expires): (&mut Ask, PersonId, PersonId, WallTime),
) -> Result<Sending> {
    let playing = Ask { act: Act::Playback, ..ask.clone() };
    let watch = duty::Watch::load(connection, cx, (Act::Playback, &ask.cameras)).await?;
    let (fit, ungranted) = fitting(connection, cx, &playing, watch.asked).await?;
    let off_shift = off_shift_left(watch.off_shift(connection, book).await?, fit.is_some());
    let needed = wants_word(&playing);
    let secret = facts::level(connection, cx, ask).await? >= LEVEL_OF_TWO;
    let fit = fit.filter(|_| needed);
    if let Some(fit) = &fit {
        ask.approver.clone_from(&fit.approver);
    }
    let entitled = may_play(connection, (colleague, cx), &playing).await?;
    let handing = Handing { to_oneself: sender == colleague, entitled };
    Ok(Sending {
        refusal: off_shift.or(ungranted).or_else(|| refuse_handing(handing)),
        expires: fit.as_ref().map_or(expires, |fit| expires.min(fit.expires)),
        under: fit.map(|fit| fit.grant),
        needs_word: needed || secret,
    })
}

/// Whether a unit or a pack wants a second person's word for it.
fn wants_word(playing: &Ask) -> bool {
    asking(&playing.four_eyes, SecondEyes::Approval, Act::Playback).is_some()
}

/// Whether somebody may play this by themselves, as far as posts, training, clearance, level and control go. Whether they are on shift
/// is asked when they play it, and so is a second person beside them.
async fn may_play(
    connection: &mut SqliteConnection,
    (person, cx): (PersonId, &Cx),
    playing: &Ask,
) -> Result<bool> {
    let theirs = Cx { actor: Actor::Person(person), ..cx.clone() };
    let (four_eyes, beside) = (Vec::new(), None);
    let ask = Ask { act: Act::Playback, four_eyes, beside, ..playing.clone() };
    facts::permitted(connection, &theirs, &ask).await.map(|until| until.is_some())
}

/// The clip that `ask` plays, as what it is admitted under; or why not. Whether the actor may is decided beside it, as always.
pub(in crate::registry) async fn playing(
    connection: &mut SqliteConnection,
    cx: &Cx,
    ask: &Ask,
) -> Result<(Option<Fit>, Option<Refusal>)> {
    let Some(id) = ask.clip else { return Ok((None, None)) };
    let (row, handed, refusal) = judged(connection, (cx, ask), (id, false)).await?;
    if refusal.is_some() {
        return Ok((None, refusal));
    }
    let approver = row.answer.map(|(_, end)| end.step.by.1).unwrap_or_default();
    let fit = Fit {
        grant: id,
        approver,
        expires: row.expires,
        counted: true,
        live_alone: false,
        handed: Some(handed),
    };
    Ok((Some(fit), None))
}

/// Why a clip that is being played is not played any longer, if so.
pub(in crate::registry) async fn going_on(
    connection: &mut SqliteConnection,
    cx: &Cx,
    ask: &Ask,
) -> Result<Option<Refusal>> {
    let Some(id) = ask.clip else { return Ok(None) };
    judged(connection, (cx, ask), (id, true)).await.map(|(_, _, refusal)| refusal)
}

async fn judged(
    connection: &mut SqliteConnection,
    (cx, ask): (&Cx, &Ask),
    (id, going_on): (GrantId, bool),
) -> Result<(GrantRow, Handed, Option<Refusal>)> {
    let row = row::one(connection, id, cx.now).await?;
    let Some(clip) = row.shared.clone() else { return Err(Error::NotFound("clip")) };
    let level = facts::level(connection, cx, ask).await?;
    let approved = row.answer.as_ref().is_some_and(|(granted, _)| *granted);
    let under_holds = match clip.under {
        Some(grant) => {
            let state = row::one(connection, grant, cx.now).await?.state;
            matches!(state, GrantState::Granted | GrantState::UsedUp)
        }
        None => true,
    };
    let facts = ClipFacts {
        own: Actor::Person(row.asked.by.0) == cx.actor,
        grant: row.facts(NamedCase::None),
        other_basis: row.legal_basis != cx.legal_basis,
        approved,
        needs_word: level >= LEVEL_OF_TWO || wants_word(ask),
        sender_entitled: under_holds && may_play(connection, (clip.sender.0, cx), ask).await?,
    };
    let looked: Vec<_> = ask.cameras.iter().map(|camera| Looked { camera: *camera, system: None }).collect();
    let wanted = Wanted { act: GrantAct::Playback, cameras: &looked, span: ask.span, purpose: cx.purpose };
    let refusal = refuse_playing(&facts, wanted, going_on);
    let handed = Handed { sender: clip.sender.0, under: clip.under, approved, entry: row.asked.entry };
    Ok((row, handed, refusal))
}

/// A person as an entry names them.
async fn recipient(connection: &mut SqliteConnection, person: PersonId) -> Result<String> {
    let row: Option<(String, String)> = sqlx::query_as("SELECT name, account FROM person WHERE id = ?")
        .bind(blob(person.0))
        .fetch_optional(connection)
        .await
        .doing("looking for a colleague")?;
    row.map(|(name, account)| format!("{name} ({account})")).ok_or(Error::NotFound("person"))
}

/// Where cameras lie.
pub(super) async fn scopes_of(connection: &mut SqliteConnection, cameras: &[CameraId]) -> Result<Vec<Scope>> {
    let groups = GroupTree::load(connection).await?;
    // Of whole systems they are many: one value, and each place once.
    type Row = (Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT DISTINCT camera.unit, camera_group, record.parent FROM camera LEFT JOIN record ON record.id = camera.point
         WHERE camera.id IN (SELECT unhex(value) FROM json_each(?))",
    )
    .bind(listed(cameras.iter().map(|camera| camera.0)))
    .fetch_all(connection)
    .await
    .doing("looking where cameras lie")?;
    let scope = |(unit, group, system): (Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>)| {
        let group = group.map(|group| uuid_of(&group).map(model::GroupId)).transpose()?;
        let system = system.map(|system| uuid_of(&system).map(RecordId)).transpose()?;
        Ok(Scope { system, ..groups.scope(UnitId(uuid_of(&unit)?), group)? })
    };
    rows.into_iter().map(scope).collect()
}

/// Persons with any post in a unit, other than oneself, whose name or account has these letters.
async fn others_of(
    connection: &mut SqliteConnection,
    unit: UnitId,
    (oneself, named): (PersonId, &str),
) -> Result<Vec<Colleague>> {
    let rows: Vec<(Vec<u8>, String, String)> = sqlx::query_as(
        "SELECT id, name, account FROM person WHERE suspended = 0 AND id <> ?1
           AND EXISTS (SELECT 1 FROM post WHERE post.person = person.id AND post.unit = ?2)
           AND (?3 = '' OR instr(lower(name), lower(?3)) > 0 OR instr(lower(account), lower(?3)) > 0)
         ORDER BY name, account LIMIT ?4",
    )
    .bind(blob(oneself.0))
    .bind(blob(unit.0))
    .bind(named)
    .bind(PERSONS_MAX)
    .fetch_all(connection)
    .await
    .doing("listing the persons of a unit")?;
    rows.into_iter()
        .map(|(id, name, account)| Ok(Colleague { id: PersonId(uuid_of(&id)?), name, account }))
        .collect()
}

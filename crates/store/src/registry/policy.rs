//! Who may see a camera now, and what somebody may do in a unit, each with the article and remedy where not: the facts that the door
//! would load, put before the law's own decision. Nothing is admitted, and the asking is an entry.
//!
//! Whoever asks says for which purpose, of which span, and whether a reason, and a case that counts, would be stated. What is at hand now
//! counts: grants that hold, whoever is signed in beside them, the shift they are on.

mod visitor;

use super::admit::Ask;
use super::facts::{self, CameraFacts};
use super::register::{self, PictureRules};
use super::{EntryIndex, Registry, cameras, duty};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Error, Result};
use law::access::{CLIP_SPAN_US_MAX, CaseFacts, NamedCase, Refusal, bases_for};
use model::{Act, Actor, CameraId, CaseId, Cx, LegalBasis, PersonId, Purpose, Span, UnitId, WallTime};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use visitor::{Coming, Door, shown_by};
pub use visitor::{May, Opening};

/// People that one answer about a camera tells of; a unit has fewer.
pub const PEOPLE_MAX: i64 = 1_000;
/// Cameras that are named with each reason of a refusal.
pub const EXAMPLES_MAX: usize = 5;
/// What is asked of each camera. Of handing a clip on: by whoever sees it, to a colleague who may play it too.
pub const PICTURE_ACTS: [Act; 6] =
    [Act::Live, Act::Playback, Act::Still, Act::Export, Act::ShareClip, Act::Ptz];
/// What is asked of a whole unit.
pub const UNIT_ACTS: [Act; 15] = [
    Act::ReadTimeline,
    Act::PlaceHold,
    Act::ExplainGap,
    Act::DecideGap,
    Act::ChangeCamera,
    Act::ChangeRecord,
    Act::ReadBasicData,
    Act::ChangePerson,
    Act::ChangeRetention,
    Act::ReadHealth,
    Act::ReadLedger,
    Act::TraceCopy,
    Act::ApproveGrant,
    Act::HandOver,
    Act::BeginTakeover,
];
const HOUR_US: i64 = 3_600_000_000;

const SECOND_US: i64 = 1_000_000;

/// What would be stated with the act.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stated {
    pub note: bool,
    pub case: bool,
    pub purpose: Purpose,
    /// Of what is recorded; a still is of its first second. The last hour, where nothing is said.
    pub span: Option<Span>,
}

impl Stated {
    fn span(&self, act: Act, now: WallTime) -> Option<Span> {
        match (act, self.span) {
            (Act::Live | Act::Ptz, _) => None,
            (Act::Still, span) => {
                let start = span.map_or(now.plus_us(-SECOND_US), |span| span.start);
                Span::new(start, start.plus_us(SECOND_US))
            }
            (act, span) => {
                let span = span.unwrap_or(Span { start: now.plus_us(-HOUR_US), end: now });
                // Of a longer span a clip is its beginning.
                let end = span.end.min(span.start.plus_us(CLIP_SPAN_US_MAX));
                Some(if act == Act::ShareClip { Span { end, ..span } } else { span })
            }
        }
    }

    /// A case of the unit as it counts: open, and confirmed by another than whoever acts.
    fn case(&self, unit: UnitId) -> NamedCase {
        if !self.case {
            return NamedCase::None;
        }
        let (cameras, systems) = (Vec::new(), Vec::new());
        NamedCase::Registered(CaseFacts {
            unit,
            own: false,
            confirmed: true,
            closed: false,
            cameras,
            systems,
        })
    }

    /// As somebody else would ask.
    fn cx(&self, cx: &Cx, person: PersonId) -> Cx {
        Cx {
            actor: Actor::Person(person),
            purpose: self.purpose,
            legal_basis: basis_of(self.purpose),
            // A private place's recordings are shown under a case only: whether one is named counts, not which.
            case: self.case.then(|| CaseId(Uuid::nil())),
            note: self.note.then(|| "?".to_owned()),
            ..cx.clone()
        }
    }
}

/// What people look under by themselves: what an authority asks for is a retrieval (guangzhou-2007:19, datong-2008:21).
fn basis_of(purpose: Purpose) -> LegalBasis {
    let fits = bases_for(purpose).iter().find(|basis| **basis != LegalBasis::AuthorityRequest);
    fits.copied().unwrap_or(LegalBasis::UnitDuty)
}

/// What one person may do with one camera.
#[derive(Clone, Debug)]
pub struct PersonMay {
    pub person: PersonId,
    pub account: String,
    pub name: String,
    pub acts: Vec<(Act, May)>,
}

#[derive(Clone, Debug)]
pub struct CameraPolicy {
    pub entry: EntryIndex,
    pub unit: UnitId,
    /// Everybody with a post in the camera's unit, and the officers of a takeover that runs there, by account.
    pub people: Vec<PersonMay>,
    /// Accounts without one: their posts are for other units, or they have none.
    pub others: u64,
}

/// Cameras that are refused for the same reasons.
#[derive(Clone, Debug)]
pub struct RefusedCameras {
    pub refusal: Refusal,
    pub further: Vec<Refusal>,
    pub cameras: u64,
    pub examples: Vec<(CameraId, String)>,
}

#[derive(Clone, Debug, Default)]
pub struct ActPolicy {
    pub permitted: u64,
    /// With whom beside them, where two are asked for.
    pub second: Option<String>,
    /// Grants of theirs that hold for it, each once; `used` where one camera at least is opened under it.
    pub grants: Vec<Opening>,
    pub refused: Vec<RefusedCameras>,
}

#[derive(Clone, Debug)]
pub struct PersonPolicy {
    pub entry: EntryIndex,
    pub cameras: u64,
    pub pictures: Vec<(Act, ActPolicy)>,
    pub unit_acts: Vec<(Act, Option<Refusal>)>,
}

impl Registry {
    /// Who may see this camera now, and why not.
    pub async fn who_may(&self, cx: &Cx, camera: CameraId, stated: Stated) -> Result<CameraPolicy> {
        let mut connection = self.0.database.read.acquire().await.doing("looking for a camera's unit")?;
        let unit = cameras::unit_of(&mut connection, camera).await?;
        drop(connection);
        let ask = Ask {
            cameras: vec![camera],
            scopes: vec![(unit, None)],
            subject: Some(camera.0),
            ..Ask::new(Act::ExplorePolicy)
        };
        let entry = self.act(cx, ask, |_, entry| Box::pin(async move { Ok(entry) })).await?;
        let mut connection = self.0.database.read.acquire().await.doing("asking who may see a camera")?;
        let rows = people_of(&mut connection, unit, cx.now).await?;
        let (all,): (i64,) = sqlx::query_as("SELECT count(*) FROM person")
            .fetch_one(&mut *connection)
            .await
            .doing("counting people")?;
        let book = self.book(cx.now);
        let rules = register::picture_rules_each(&mut connection, book, &[camera]).await?;
        let asked = AskedOf { stated, unit, rules: &rules };
        let mut comings = Vec::with_capacity(PICTURE_ACTS.len());
        for act in PICTURE_ACTS {
            let coming = Coming { act, span: stated.span(act, cx.now) };
            comings.push((coming, facts::camera(&mut connection, camera, (coming.span, cx.now)).await?));
        }
        let mut people = Vec::with_capacity(rows.len());
        for (person, account, name) in rows {
            let door = self.door(&mut connection, (cx, person), &asked).await?;
            let mut acts = Vec::with_capacity(PICTURE_ACTS.len());
            for (coming, found) in &comings {
                let watched = (shown_by(coming.act), &[camera][..]);
                let watch = duty::Watch::load(&mut connection, door.cx(), watched).await?;
                let off_shift = watch.off_shift(&mut connection, book).await?;
                acts.push((coming.act, door.may(*coming, (found, asked.of(camera)), off_shift)));
            }
            people.push(PersonMay { person, account, name, acts });
        }
        let others = u64::try_from(all).unwrap_or_default().saturating_sub(people.len() as u64);
        Ok(CameraPolicy { entry, unit, people, others })
    }

    /// What somebody may do in a unit, and with how many of its cameras.
    pub async fn what_may(
        &self,
        cx: &Cx,
        person: PersonId,
        unit: UnitId,
        stated: Stated,
    ) -> Result<PersonPolicy> {
        let mut connection = self.0.database.read.acquire().await.doing("reading somebody's posts")?;
        let posts = facts::posts_at(&mut connection, person, cx.now).await?;
        drop(connection);
        self.account_of(person).await?;
        let ask = Ask { scopes: vec![(unit, None)], subject: Some(person.0), ..Ask::new(Act::ExplorePolicy) };
        let entry = self.act(cx, ask, |_, entry| Box::pin(async move { Ok(entry) })).await?;
        // Whoever belongs to other units only is theirs to look at.
        if !posts.is_empty() && posts.iter().all(|post| post.unit != unit) {
            return Err(Error::NotFound("person"));
        }
        let mut connection = self.0.database.read.acquire().await.doing("asking what somebody may do")?;
        let book = self.book(cx.now);
        let cameras = facts::cameras_of_unit(&mut connection, cx, (unit, (None, cx.now))).await?;
        let ids: Vec<CameraId> = cameras.iter().map(|camera| camera.target.camera).collect();
        let rules = register::picture_rules_each(&mut connection, book, &ids).await?;
        let asked = AskedOf { stated, unit, rules: &rules };
        let door = self.door(&mut connection, (cx, person), &asked).await?;
        let mut pictures = Vec::with_capacity(PICTURE_ACTS.len());
        for act in PICTURE_ACTS {
            let coming = Coming { act, span: stated.span(act, cx.now) };
            let one = ids.get(..1).unwrap_or_default();
            let watch = duty::Watch::load(&mut connection, door.cx(), (shown_by(act), one)).await?;
            let off_shift = watch.off_shift(&mut connection, book).await?;
            let of_span = match coming.span {
                None => None,
                span => Some(facts::cameras_of_unit(&mut connection, cx, (unit, (span, cx.now))).await?),
            };
            let judged = of_span.as_ref().unwrap_or(&cameras).iter().map(|camera| {
                let rules = asked.of(camera.target.camera);
                (camera, door.may(coming, (camera, rules), off_shift.clone()))
            });
            pictures.push((act, sum(judged)));
        }
        let unit_acts = in_the_unit(&mut connection, door.cx(), unit).await?;
        Ok(PersonPolicy { entry, cameras: cameras.len() as u64, pictures, unit_acts })
    }

    async fn door(
        &self,
        connection: &mut SqliteConnection,
        (cx, person): (&Cx, PersonId),
        asked: &AskedOf<'_>,
    ) -> Result<Door> {
        let case = asked.stated.case(asked.unit);
        let day_began = self.today(cx.now).begins();
        Door::load(
            connection,
            asked.stated.cx(cx, person),
            (asked.unit, case, day_began),
            asked.rules.values(),
        )
        .await
    }
}

/// What is asked, and what packs and unit ask of each camera of a unit.
struct AskedOf<'a> {
    stated: Stated,
    unit: UnitId,
    rules: &'a HashMap<CameraId, PictureRules>,
}

impl AskedOf<'_> {
    fn of(&self, camera: CameraId) -> Option<&PictureRules> {
        self.rules.get(&camera)
    }
}

/// What somebody's posts entitle them to in a unit, other than pictures.
async fn in_the_unit(
    connection: &mut SqliteConnection,
    cx: &Cx,
    unit: UnitId,
) -> Result<Vec<(Act, Option<Refusal>)>> {
    let in_office = Cx { purpose: Purpose::Administration, legal_basis: LegalBasis::Operation, ..cx.clone() };
    let mut acts = Vec::with_capacity(UNIT_ACTS.len());
    for act in UNIT_ACTS {
        let ask = Ask { scopes: vec![(unit, None)], ..Ask::new(act) };
        let loaded = facts::load(connection, &in_office, &ask).await?;
        // A hold is of one camera and a span; here the post is what is asked for.
        let refusal = facts::refused(&loaded.facts, loaded.closed);
        acts.push((act, refusal.filter(|refusal| refusal.article != "unit:limits")));
    }
    Ok(acts)
}

fn sum<'c>(judged: impl Iterator<Item = (&'c CameraFacts, May)>) -> ActPolicy {
    let mut policy = ActPolicy::default();
    let mut refused = BTreeMap::<Vec<(String, &'static str)>, RefusedCameras>::new();
    for (camera, may) in judged {
        for opening in may.grants {
            match policy.grants.iter_mut().find(|known| known.grant == opening.grant) {
                Some(known) => known.used |= opening.used,
                None => policy.grants.push(opening),
            }
        }
        let Some(refusal) = may.refusal else {
            policy.permitted += 1;
            policy.second = policy.second.or(may.second);
            continue;
        };
        let key = [&refusal].into_iter().chain(&may.further);
        let key = key.map(|refusal| (refusal.article.to_string(), refusal.code)).collect();
        let same = refused.entry(key).or_insert_with(|| RefusedCameras {
            refusal,
            further: may.further,
            cameras: 0,
            examples: Vec::new(),
        });
        same.cameras += 1;
        if same.examples.len() < EXAMPLES_MAX {
            same.examples.push((camera.target.camera, camera.name.clone()));
        }
    }
    policy.refused = refused.into_values().collect();
    policy
}

async fn people_of(
    connection: &mut SqliteConnection,
    unit: UnitId,
    now: WallTime,
) -> Result<Vec<(PersonId, String, String)>> {
    let rows: Vec<(Vec<u8>, String, String)> = sqlx::query_as(
        "SELECT id, account, name FROM person
         WHERE EXISTS (SELECT 1 FROM post WHERE post.person = person.id AND post.unit = ?1)
            OR id IN (SELECT officer.person FROM takeover JOIN takeover_officer AS officer ON officer.takeover = takeover.id
                      WHERE unit = ?1 AND ended_us IS NULL AND until_us > ?2)
         ORDER BY account LIMIT ?3",
    )
    .bind(blob(unit.0))
    .bind(now.0)
    .bind(PEOPLE_MAX)
    .fetch_all(connection)
    .await
    .doing("listing the people of a unit")?;
    rows.into_iter().map(|(id, account, name)| Ok((PersonId(uuid_of(&id)?), account, name))).collect()
}

//! Who may see a camera now, and what somebody may do in a unit, each with the article and remedy where not: the facts that the door
//! would load, put before the law's own decision. Nothing is admitted, and the asking is an entry.
//!
//! It is asked as for an incident under the unit's own duty, about the last hour; whoever asks says whether a reason, and a case that
//! counts, would be stated. About a person the whole unit is looked at at once: that a single camera is not in use yet, that its packs
//! ask for another training, or that another has taken control is told about the camera only.

use super::admit::Ask;
use super::cameras;
use super::clearance::Cleared;
use super::facts::{self, CameraFacts};
use super::register::{self, Book};
use super::{EntryIndex, Registry};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Error, Result};
use law::Words;
use law::access::{CaseFacts, Decision, NamedCase, Refusal, consider};
use model::{Act, Actor, CameraId, CaseId, Cx, LegalBasis, PersonId, Purpose, Span, UnitId, WallTime};
use sqlx::SqliteConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// People that one answer about a camera tells of; a unit has fewer.
pub const PEOPLE_MAX: i64 = 1_000;
/// Cameras that are named with each reason of a refusal.
pub const EXAMPLES_MAX: usize = 5;
/// What is asked of each camera.
pub const PICTURE_ACTS: [Act; 4] = [Act::Live, Act::Playback, Act::Still, Act::Export];
/// What is asked of a whole unit.
pub const UNIT_ACTS: [Act; 12] = [
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
];
const HOUR_US: i64 = 3_600_000_000;

/// What would be stated with the act.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stated {
    pub note: bool,
    pub case: bool,
}

/// What one person may do with one camera; a refusal where not.
#[derive(Clone, Debug)]
pub struct PersonMay {
    pub person: PersonId,
    pub account: String,
    pub name: String,
    pub acts: Vec<(Act, Option<Refusal>)>,
}

#[derive(Clone, Debug)]
pub struct CameraPolicy {
    pub entry: EntryIndex,
    pub unit: UnitId,
    /// Everybody with a post in the camera's unit, by account.
    pub people: Vec<PersonMay>,
    /// Accounts without one: their posts are for other units, or they have none.
    pub others: u64,
}

/// Cameras that are refused for one reason.
#[derive(Clone, Debug)]
pub struct RefusedCameras {
    pub refusal: Refusal,
    pub cameras: u64,
    pub examples: Vec<(CameraId, String)>,
}

#[derive(Clone, Debug)]
pub struct ActPolicy {
    pub act: Act,
    pub permitted: u64,
    pub refused: Vec<RefusedCameras>,
}

#[derive(Clone, Debug)]
pub struct PersonPolicy {
    pub entry: EntryIndex,
    pub cameras: u64,
    pub pictures: Vec<ActPolicy>,
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
        let rows = people_of(&mut connection, unit).await?;
        let (all,): (i64,) = sqlx::query_as("SELECT count(*) FROM person")
            .fetch_one(&mut *connection)
            .await
            .doing("counting people")?;
        let (book, case) = (self.book(cx.now), case_of(stated, unit));
        let training = register::picture_rules(&mut connection, book, cx.actor, &[camera]).await?.training;
        let mut people = Vec::with_capacity(rows.len());
        for (person, account, name) in rows {
            let mut acts = Vec::with_capacity(PICTURE_ACTS.len());
            for act in PICTURE_ACTS {
                let ask = Ask {
                    cameras: vec![camera],
                    span: span(act, cx.now),
                    own: true,
                    training: training.clone(),
                    day_began: Some(book.today.begins()),
                    ..Ask::new(act)
                };
                let them = as_person(cx, person, stated);
                acts.push((act, asked(&mut connection, &them, (&ask, &case), Some(book)).await?));
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
        let posts = self.posts_of(person).await?;
        self.account_of(person).await?;
        let ask = Ask { scopes: vec![(unit, None)], subject: Some(person.0), ..Ask::new(Act::ExplorePolicy) };
        let entry = self.act(cx, ask, |_, entry| Box::pin(async move { Ok(entry) })).await?;
        // Whoever belongs to other units only is theirs to look at.
        if !posts.is_empty() && posts.iter().all(|post| post.unit != unit) {
            return Err(Error::NotFound("person"));
        }
        let mut connection = self.0.database.read.acquire().await.doing("asking what somebody may do")?;
        let cameras = facts::cameras_of_unit(&mut connection, cx, (unit, last_hour(cx.now))).await?;
        let cleared = Cleared::load(&mut connection, Actor::Person(person)).await?.covers(Some(unit));
        let as_them = as_person(cx, person, stated);
        let mut pictures = Vec::with_capacity(PICTURE_ACTS.len());
        for act in PICTURE_ACTS {
            let day_began = Some(self.today(cx.now).begins());
            let ask = Ask { span: span(act, cx.now), own: true, day_began, ..Ask::new(act) };
            let facts = facts::load(&mut connection, &as_them, &ask).await?.facts;
            let case = case_of(stated, unit);
            let judge = |camera: &CameraFacts| {
                if camera.secret && !cleared {
                    return Some(not_cleared());
                }
                let target = Some(vec![camera.target.clone()]);
                refusal(consider(&facts, target, case.clone()))
            };
            pictures.push(sum(act, &cameras, judge));
        }
        let mut unit_acts = Vec::with_capacity(UNIT_ACTS.len());
        let in_office =
            Cx { purpose: Purpose::Administration, legal_basis: LegalBasis::Operation, ..as_them };
        for act in UNIT_ACTS {
            let ask = Ask { scopes: vec![(unit, None)], ..Ask::new(act) };
            // A hold is of one camera and a span; here the post is what is asked for.
            let found = asked(&mut connection, &in_office, (&ask, &NamedCase::None), None).await?;
            unit_acts.push((act, found.filter(|refusal| refusal.article != "unit:limits")));
        }
        Ok(PersonPolicy { entry, cameras: cameras.len() as u64, pictures, unit_acts })
    }
}

/// As somebody else would ask, for an incident.
fn as_person(cx: &Cx, person: PersonId, stated: Stated) -> Cx {
    Cx {
        actor: Actor::Person(person),
        purpose: Purpose::Incident,
        legal_basis: LegalBasis::UnitDuty,
        case: None,
        note: stated.note.then(|| "?".to_owned()),
        ..cx.clone()
    }
}

fn span(act: Act, now: WallTime) -> Option<Span> {
    match act {
        Act::Live => None,
        Act::Still => Span::new(now.plus_us(-1_000_000), now),
        _ => Some(last_hour(now)),
    }
}

fn last_hour(now: WallTime) -> Span {
    Span { start: now.plus_us(-HOUR_US), end: now }
}

/// A case of the unit as it counts: open, and confirmed by another than whoever acts.
fn case_of(stated: Stated, unit: UnitId) -> NamedCase {
    if !stated.case {
        return NamedCase::None;
    }
    NamedCase::Registered(CaseFacts {
        unit,
        own: false,
        confirmed: true,
        closed: false,
        cameras: Vec::new(),
        systems: Vec::new(),
    })
}

async fn asked(
    connection: &mut SqliteConnection,
    cx: &Cx,
    (ask, case): (&Ask, &NamedCase),
    book: Option<Book<'_>>,
) -> Result<Option<Refusal>> {
    let loaded = match facts::load(connection, cx, ask).await {
        Ok(loaded) => loaded,
        // A secret system's camera is not there for whoever is not cleared.
        Err(Error::NotFound("camera")) => return Ok(Some(not_cleared())),
        Err(error) => return Err(error),
    };
    let refused = refusal(consider(&loaded.facts, None, case.clone())).or(loaded.closed);
    match book {
        // A camera that is not in use is watched for testing only, a private place's recordings under a case only: whether one is named
        // counts, not which.
        Some(book) if refused.is_none() => {
            let some_case = case.is_named().then(|| CaseId(Uuid::nil()));
            let cx = Cx { case: some_case, ..cx.clone() };
            register::watching(connection, book, &cx, ask.act, &ask.cameras).await
        }
        _ => Ok(refused),
    }
}

fn refusal(decision: Decision) -> Option<Refusal> {
    match decision {
        Decision::Permit => None,
        Decision::Refuse(refusal) => Some(refusal),
    }
}

/// guangzhou-2007:11
fn not_cleared() -> Refusal {
    Refusal {
        article: "guangzhou-2007:11".into(),
        code: "not_cleared",
        reason: Words::new(
            "The camera belongs to a secret system, and this person is not cleared for it.",
            "该摄像机属于涉密系统，此人未获涉密权限。",
        ),
        remedy: Words::new(
            "Another administrator of the unit can clear them, with a document.",
            "可由本单位其他管理员凭文件授予涉密权限。",
        ),
    }
}

fn sum(act: Act, cameras: &[CameraFacts], judge: impl Fn(&CameraFacts) -> Option<Refusal>) -> ActPolicy {
    let mut permitted = 0;
    let mut refused = BTreeMap::<(String, &'static str), RefusedCameras>::new();
    for camera in cameras {
        let Some(refusal) = judge(camera) else {
            permitted += 1;
            continue;
        };
        let key = (refusal.article.to_string(), refusal.code);
        let same = refused.entry(key).or_insert_with(|| RefusedCameras {
            refusal,
            cameras: 0,
            examples: Vec::new(),
        });
        same.cameras += 1;
        if same.examples.len() < EXAMPLES_MAX {
            same.examples.push((camera.target.camera, camera.name.clone()));
        }
    }
    ActPolicy { act, permitted, refused: refused.into_values().collect() }
}

async fn people_of(
    connection: &mut SqliteConnection,
    unit: UnitId,
) -> Result<Vec<(PersonId, String, String)>> {
    let rows: Vec<(Vec<u8>, String, String)> = sqlx::query_as(
        "SELECT id, account, name FROM person
         WHERE EXISTS (SELECT 1 FROM post WHERE post.person = person.id AND post.unit = ?) ORDER BY account LIMIT ?",
    )
    .bind(blob(unit.0))
    .bind(PEOPLE_MAX)
    .fetch_all(connection)
    .await
    .doing("listing the people of a unit")?;
    rows.into_iter().map(|(id, account, name)| Ok((PersonId(uuid_of(&id)?), account, name))).collect()
}

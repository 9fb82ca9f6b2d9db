//! Where each camera stands in the law's eyes: its system's stage and its place, and so whether it is recorded as footage, in
//! test mode, or not at all; and whether it may be watched now.

use super::list::one;
use super::under::{Book, Local, rules_of_system};
use super::{body_of, stage_of, text};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use crate::registry::supervision::looked_into;
use law::access::{FourEyes, Refusal, SecondEyes, TrainingRule};
use law::life_cycle::{CameraStanding, Recording, Stage, recording, replayable, watchable};
use law::packs::{ArticleId, Rules, Ruling};
use law::register::Body;
use model::{Act, Actor, CameraId, Cx, RecordId, UnitId};
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// A camera's standing with what follows from it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    pub standing: CameraStanding,
    pub recording: Recording,
    /// The article that forbids recording it where it is.
    pub forbidden_by: Option<ArticleId>,
    /// The article that wants the acceptance.
    pub acceptance: Option<ArticleId>,
    /// The strictest floor that binds its system at its place, with its article.
    pub floor: Option<Ruling<u16>>,
    pub point: Option<RecordId>,
    /// The place of its point; empty without one.
    pub place: String,
    /// What is asked of the training of those who watch it.
    pub training: Option<TrainingRule>,
    /// What the packs want of a second pair of eyes on its recorded footage.
    pub four_eyes: Vec<FourEyes>,
    /// Under which its recordings before acceptance are kept apart.
    pub test_id: Option<CameraId>,
    pub owner: Owner,
    /// An authority is looking into its system. Read only where pictures are asked for; without it nothing is open for supervision.
    pub looked_into: bool,
}

/// The unit of a camera, and its own four eyes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Owner {
    pub id: UnitId,
    pub approval: bool,
    pub together: bool,
}

const SELECT: &str =
    "SELECT camera.id, camera.point, before_life_cycle, test_id, system.id, system.unit, system.stage, system.body,
        division.code, place.id, place.body, place_division.code,
        json_extract(point.body, '$.faces_dwellings'), owner.id, owner.recorded_grant, owner.recorded_together
    FROM camera
    JOIN unit AS owner ON owner.id = camera.unit
    LEFT JOIN record AS point ON point.id = camera.point
    LEFT JOIN record AS system ON system.id = point.parent
    LEFT JOIN record_reference ON record_reference.source = point.id AND record_reference.field = 'place'
    LEFT JOIN record AS place ON place.id = record_reference.target
    LEFT JOIN record AS division ON division.id = system.parent
    LEFT JOIN record AS place_division ON place_division.id = place.parent";

type Row = (
    Vec<u8>,
    Option<Vec<u8>>,
    bool,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<Vec<u8>>,
    Option<String>,
    Option<String>,
    Option<bool>,
    Vec<u8>,
    bool,
    bool,
);

/// Reads one camera's standing in the caller's transaction.
pub(crate) async fn standing(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    camera: CameraId,
) -> Result<Option<Standing>> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE camera.id = ?")))
        .bind(blob(camera.0))
        .fetch_optional(&mut *connection)
        .await
        .doing("reading where a camera stands")?;
    let Some(row) = row else { return Ok(None) };
    // A camera of no system stands under no rules of a unit's own.
    let local = match row.7 {
        Some(_) => Local::load(connection, None).await?,
        None => Local::default(),
    };
    standing_of(book, &local, row).map(|(_, standing)| Some(standing))
}

/// The standings of a page of cameras.
pub(crate) async fn standings_of(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    cameras: &[CameraId],
) -> Result<HashMap<CameraId, Standing>> {
    let local = Local::load(connection, None).await?;
    standings_under(connection, (book, &local), cameras).await
}

pub(super) async fn standings_under(
    connection: &mut SqliteConnection,
    (book, local): (Book<'_>, &Local),
    cameras: &[CameraId],
) -> Result<HashMap<CameraId, Standing>> {
    let mut sql = sqlx::QueryBuilder::<sqlx::Sqlite>::new(SELECT);
    sql.push(" WHERE camera.id IN (");
    let mut listed = sql.separated(", ");
    for camera in cameras {
        listed.push_bind(blob(camera.0));
    }
    sql.push(")");
    let rows: Vec<Row> =
        sql.build_query_as().fetch_all(connection).await.doing("reading where cameras stand")?;
    rows.into_iter().map(|row| standing_of(book, local, row)).collect()
}

/// Every camera's standing.
pub(crate) async fn standings(
    connection: &mut SqliteConnection,
    book: Book<'_>,
) -> Result<HashMap<CameraId, Standing>> {
    let rows: Vec<Row> =
        sqlx::query_as(SELECT).fetch_all(&mut *connection).await.doing("reading where cameras stand")?;
    let local = Local::load(connection, None).await?;
    rows.into_iter().map(|row| standing_of(book, &local, row)).collect()
}

fn standing_of(book: Book<'_>, local: &Local, row: Row) -> Result<(CameraId, Standing)> {
    let (
        camera,
        point,
        before,
        test_id,
        system,
        unit,
        stage,
        body,
        division,
        place,
        place_body,
        place_division,
        faces,
        owner,
        approval,
        together,
    ) = row;
    let owner = Owner { id: UnitId(uuid_of(&owner)?), approval, together };
    let faces_dwellings = faces.unwrap_or(false);
    let private_kind = match place_body.as_deref().map(body_of).transpose()? {
        Some(place) => text(&place, "private_kind").map(str::to_owned),
        None => None,
    };
    let id = |bytes: Option<Vec<u8>>| bytes.map(|bytes| uuid_of(&bytes)).transpose();
    let unit = id(unit)?.map(UnitId);
    let divisions: Vec<String> = [division, place_division].into_iter().flatten().collect();
    let rules = match body.as_deref().map(body_of).transpose()? {
        Some(body) => match id(system)? {
            Some(system) => local.rules(book, unit, (RecordId(system), &body), &divisions),
            None => Rules::none(),
        },
        None => Rules::none(),
    };
    let place = id(place)?.map(|id| RecordId(id).to_string()).unwrap_or_default();
    let rules = rules.at(&place);
    let stage = stage.map(stage_of).transpose()?;
    let standing = match stage {
        Some(stage) if stage >= Stage::InUse || !before => {
            CameraStanding::At { stage, private_kind, faces_dwellings }
        }
        _ if before => CameraStanding::BeforeLifeCycle { private_kind },
        _ => CameraStanding::WithoutPoint,
    };
    let (recording, forbidden_by) = recording(&standing, &rules);
    let (acceptance, floor, training) = (rules.acceptance(), rules.footage_floor_days(), rules.training());
    let (point, test_id) = (id(point)?.map(RecordId), id(test_id)?.map(CameraId));
    let four_eyes = rules.four_eyes();
    let standing = Standing {
        standing,
        recording,
        forbidden_by,
        acceptance,
        floor,
        point,
        place,
        training,
        four_eyes,
        test_id,
        owner,
        looked_into: false,
    };
    Ok((CameraId(uuid_of(&camera)?), standing))
}

/// What refuses a person's pictures of cameras for where they stand, if anything does: one that is not in use is not watched, and
/// what was recorded where that is forbidden is not shown.
pub(crate) async fn watching(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    cx: &Cx,
    act: Act,
    cameras: &[CameraId],
) -> Result<Option<Refusal>> {
    if matches!(cx.actor, Actor::System(_)) || !(asks_for_use(act) || shows_recorded(act)) {
        return Ok(None);
    }
    let mut standings = standings_of(connection, book, cameras).await?;
    note_looked_into(connection, book, &mut standings).await?;
    Ok(not_in_use(&standings, cx, (act, cameras)))
}

const fn asks_for_use(act: Act) -> bool {
    matches!(act, Act::Live | Act::Still | Act::CommissioningStill | Act::Ptz)
}

const fn shows_recorded(act: Act) -> bool {
    matches!(act, Act::Playback | Act::Export | Act::Collect | Act::Decrypt | Act::ShareClip)
}

/// The same, where it is known already where the cameras stand.
pub(crate) fn not_in_use(
    standings: &HashMap<CameraId, Standing>,
    cx: &Cx,
    (act, cameras): (Act, &[CameraId]),
) -> Option<Refusal> {
    let mut known = cameras.iter().filter_map(|camera| standings.get(camera));
    if shows_recorded(act) {
        let asked = |standing: &Standing| (cx.purpose, cx.case.is_some(), standing.looked_into);
        return known.find_map(|standing| replayable(asked(standing), standing.forbidden_by.as_ref()));
    }
    known.filter(|_| asks_for_use(act)).filter(|standing| standing.recording != Recording::Use).find_map(
        |standing| {
            let article = standing.forbidden_by.as_ref().or(standing.acceptance.as_ref());
            watchable(standing.recording, cx.purpose, article)
        },
    )
}

/// Reads it where it decides something: of cameras whose recordings are shut by where they stand.
async fn note_looked_into(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    standings: &mut HashMap<CameraId, Standing>,
) -> Result<()> {
    let shut = standings.iter().filter(|(_, standing)| standing.forbidden_by.is_some());
    let shut: Vec<CameraId> = shut.map(|(camera, _)| *camera).collect();
    if shut.is_empty() {
        return Ok(());
    }
    for camera in looked_into(connection, shut.into_iter(), book.today.begins()).await? {
        if let Some(standing) = standings.get_mut(&camera) {
            standing.looked_into = true;
        }
    }
    Ok(())
}

/// What is asked of whoever sees pictures of some cameras, beside posts and purposes.
#[derive(Clone, Debug, Default)]
pub(crate) struct PictureRules {
    pub training: Option<TrainingRule>,
    /// Of recorded ones: everybody who asks.
    pub four_eyes: Vec<FourEyes>,
    /// Where each of them stands.
    pub standings: HashMap<CameraId, Standing>,
}

/// What the packs ask of the training of those who watch these cameras: those of their systems, and those that their units made
/// their own rule; and who wants a second pair of eyes on what was recorded: these, and the units themselves.
pub(crate) async fn picture_rules(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    actor: Actor,
    cameras: &[CameraId],
) -> Result<PictureRules> {
    let local = Local::load(connection, None).await?;
    picture_rules_under(connection, (book, &local), actor, cameras).await
}

/// The same, by what units decided, as this transaction read it already.
pub(crate) async fn picture_rules_under(
    connection: &mut SqliteConnection,
    (book, local): (Book<'_>, &Local),
    actor: Actor,
    cameras: &[CameraId],
) -> Result<PictureRules> {
    if cameras.is_empty() || matches!(actor, Actor::System(_)) {
        return Ok(PictureRules::default());
    }
    let mut standings = standings_under(connection, (book, local), cameras).await?;
    note_looked_into(connection, book, &mut standings).await?;
    let mut owners: Vec<Owner> = Vec::new();
    for standing in standings.values() {
        if !owners.contains(&standing.owner) {
            owners.push(standing.owner);
        }
    }
    let mut of_units = Asked::default();
    for owner in owners {
        of_units.add(owner.asks(book, local));
    }
    Ok(of_units.rules(standings))
}

/// The same for each camera of a unit alone.
pub(crate) async fn picture_rules_each(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    cameras: &[CameraId],
) -> Result<HashMap<CameraId, PictureRules>> {
    let local = Local::load(connection, None).await?;
    let mut standings = standings_under(connection, (book, &local), cameras).await?;
    note_looked_into(connection, book, &mut standings).await?;
    let mut of_units: HashMap<UnitId, Asked> = HashMap::new();
    let mut each = HashMap::with_capacity(standings.len());
    for (camera, standing) in standings {
        let own = of_units.entry(standing.owner.id).or_insert_with(|| standing.owner.asks(book, &local));
        each.insert(camera, own.clone().rules(HashMap::from([(camera, standing)])));
    }
    Ok(each)
}

/// What units ask, before what the packs ask where their cameras stand.
#[derive(Clone, Default)]
struct Asked {
    training: Vec<TrainingRule>,
    four_eyes: Vec<FourEyes>,
}

impl Asked {
    fn add(&mut self, other: Self) {
        self.training.extend(other.training);
        self.four_eyes.extend(other.four_eyes);
    }

    fn rules(mut self, standings: HashMap<CameraId, Standing>) -> PictureRules {
        for standing in standings.values() {
            self.training.extend(standing.training.clone());
            self.four_eyes.extend(standing.four_eyes.iter().cloned());
        }
        let Self { training, mut four_eyes } = self;
        four_eyes.sort_by(|a, b| a.article.cmp(&b.article));
        four_eyes.dedup();
        // The strictest: what only one issuer may hold. Among equals the same one each time.
        let strictness = |rule: &TrainingRule| (!rule.by_public_security, rule.article.to_string());
        PictureRules { training: training.into_iter().min_by_key(strictness), four_eyes, standings }
    }
}

impl Owner {
    fn asks(&self, book: Book<'_>, local: &Local) -> Asked {
        let own = local.rules(book, Some(self.id), (RecordId(Uuid::nil()), &Body::new()), &[]);
        let mut four_eyes = own.four_eyes();
        four_eyes.extend(self.approval.then(|| FourEyes::of_unit(SecondEyes::Approval)));
        four_eyes.extend(self.together.then(|| FourEyes::of_unit(SecondEyes::Presence)));
        Asked { training: own.training().into_iter().collect(), four_eyes }
    }
}

/// The rules that bind the systems of these cameras, each once.
pub(crate) async fn rules_of_cameras<'l>(
    connection: &mut SqliteConnection,
    book: Book<'l>,
    cameras: &HashSet<CameraId>,
) -> Result<Vec<Rules<'l>>> {
    let rows: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(
        "SELECT camera.id, point.parent FROM camera JOIN record AS point ON point.id = camera.point
         WHERE point.parent IS NOT NULL",
    )
    .fetch_all(&mut *connection)
    .await
    .doing("reading the systems of cameras")?;
    let mut systems = BTreeSet::new();
    for (camera, system) in rows {
        if cameras.contains(&CameraId(uuid_of(&camera)?)) {
            systems.insert(RecordId(uuid_of(&system)?));
        }
    }
    let mut rules = Vec::with_capacity(systems.len());
    for system in systems {
        let system = one(connection, system).await?;
        rules.push(rules_of_system(connection, book, &system).await?);
    }
    Ok(rules)
}

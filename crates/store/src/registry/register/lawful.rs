//! What the packs say about a change of a record: private places, and what may not change without authorisation. It decides
//! nothing about posts; the entry is the caller's.

use super::under::{Book, Moved, rules_of_system, rules_with};
use super::{Record, facts, flag, granting, list, list::one, record_id, text, write::Checked};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use law::Words;
use law::access::Refusal;
use law::life_cycle::{PointFacts, Stage, Step, StepFacts, SystemFacts, requirements};
use law::packs::{ArticleId, Changes, Rules};
use law::register::{Body, RecordKind};
use model::{CameraId, RecordId, UnitId};
use sqlx::SqliteConnection;

/// What refuses adding or changing a record, if anything does.
pub(super) async fn record(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    new: &Checked,
    before: Option<&Record>,
) -> Result<Option<Refusal>> {
    match new.kind {
        RecordKind::Point => point(connection, book, new, before).await,
        RecordKind::System => system(connection, book, new, before).await,
        RecordKind::Place => moved_place(connection, book, new, before).await,
        RecordKind::Division => recoded(connection, book, new, before).await,
        RecordKind::Grant => granting::grant(connection, book, new).await,
        _ => Ok(None),
    }
}

async fn point(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    new: &Checked,
    before: Option<&Record>,
) -> Result<Option<Refusal>> {
    // What is named is checked with the references; here the law needs both.
    let (Some(system), Some(place)) = (record_id(&new.body, "system"), record_id(&new.body, "place")) else {
        return Ok(None);
    };
    let (Ok(system), Ok(place)) = (one(connection, system).await, one(connection, place).await) else {
        return Ok(None);
    };
    // Where it was no longer counts once it moves; a point that stays, or that is new, takes nothing away.
    let moves = before.filter(|before| record_id(&before.body, "place") != Some(place.id));
    let here = Moved { what: moves.map(|point| point.id), to: &place.body };
    let rules = rules_with(connection, book, &system, &system.body, Some(here)).await?;
    let at_place = rules.at(&place.id.to_string());
    if let Some(article) = text(&place.body, "private_kind").and_then(|kind| at_place.forbids_private(kind)) {
        return Ok(Some(private_place(&article, &place.name)));
    }
    // A camera cannot leave a life that it has begun by moving its point to another system.
    if let Some(before) = before
        && record_id(&before.body, "system") != Some(system.id)
        && facts_stage(connection, before).await? != Some(Stage::Planned)
    {
        return Ok(Some(moved_system(&rules)));
    }
    if let Some(before) = before
        && record_id(&before.body, "place") != Some(place.id)
        && system.stage != Some(Stage::Planned)
    {
        let left = pack_left(&rules_of_system(connection, book, &system).await?, &rules);
        if let Some(refusal) = left {
            return Ok(Some(refusal));
        }
    }
    if let Some(before) = before
        && let Some(refusal) = granting::level(connection, book, &rules, before, &new.body).await?
    {
        return Ok(Some(refusal));
    }
    if system.stage < Some(Stage::Accepted) {
        return Ok(None);
    }
    let Some(before) = before else { return Ok(Some(after_acceptance(&rules))) };
    // What came up after the acceptance is asked for again at the taking into use.
    if system.stage != Some(Stage::InUse) {
        return Ok(None);
    }
    let changed = Record { body: new.body.clone(), ..before.clone() };
    let mut facts = facts::point_facts(connection, &changed, "").await?;
    // A new aim has no still yet: what was shown before may be aimed anew, and is a finding until it is shown again.
    facts.has_mask_still |= facts::point_facts(connection, before, "").await?.has_mask_still;
    Ok(unmasked(&rules, facts)
        .or_else(|| unauthorised(&rules, &before.body, &new.body))
        .or_else(|| turned_away(&before.body, &new.body).then(|| no_longer_facing(&rules))))
}

/// What a point in use must go on keeping: no view of customers' passwords without a mask. That it faces dwellings can always be
/// said: the camera stops, or is found.
fn unmasked(rules: &Rules<'_>, point: PointFacts) -> Option<Refusal> {
    let system = SystemFacts { points: vec![point], ..SystemFacts::default() };
    let demands = requirements(Step::Commission, rules, &system, &StepFacts::default());
    let kept = |code: &str| code == "customers_passwords";
    let broken = demands.into_iter().find(|demand| kept(demand.code) && demand.refuses && !demand.met)?;
    Some(broken.refusal())
}

/// datong-2008:14, guangzhou-2007:8: what is added later was neither reviewed nor accepted.
fn after_acceptance(rules: &Rules<'_>) -> Refusal {
    let article = rules.acceptance().map_or_else(|| "unit:life-cycle".to_owned(), |id| id.to_string());
    Refusal {
        article: article.into(),
        code: "after_acceptance",
        reason: Words::new("The system was accepted without this point.", "系统验收时没有该点位。"),
        remedy: Words::new(
            "Register the extension as a system of its own and take it through its steps.",
            "请将扩建部分登记为单独的系统并办理各步骤。",
        ),
    }
}

/// A place does not move under a point in use: that would move the point without asking.
async fn moved_place(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    new: &Checked,
    before: Option<&Record>,
) -> Result<Option<Refusal>> {
    let Some(before) = before else { return Ok(None) };
    let differs = |field: &str| before.body.get(field) != new.body.get(field);
    let (moved, elsewhere) = (differs("longitude") || differs("latitude"), differs("division"));
    if !moved && !elsewhere {
        return Ok(None);
    }
    let rows: Vec<(Vec<u8>,)> =
        sqlx::query_as("SELECT source FROM record_reference WHERE target = ? AND field = 'place'")
            .bind(blob(before.id.0))
            .fetch_all(&mut *connection)
            .await
            .doing("listing a place's points")?;
    for (point,) in rows {
        let point = one(connection, RecordId(uuid_of(&point)?)).await?;
        let Some(system) = record_id(&point.body, "system") else { continue };
        let system = one(connection, system).await?;
        let rules = rules_of_system(connection, book, &system).await?;
        let article = rules.change_needs_authorisation(Changes::Place).filter(|_| moved);
        if let (Some(Stage::InUse), Some(article)) = (system.stage, article) {
            return Ok(Some(change_unauthorised(&article, "place", "位置")));
        }
        if elsewhere && system.stage != Some(Stage::Planned) {
            let here = Moved { what: Some(before.id), to: &new.body };
            let after = rules_with(connection, book, &system, &system.body, Some(here)).await?;
            if let Some(refusal) = pack_left(&rules, &after) {
                return Ok(Some(refusal));
            }
        }
    }
    Ok(None)
}

/// A division does not get another code under systems that have taken steps in it: that would put them under other law.
async fn recoded(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    new: &Checked,
    before: Option<&Record>,
) -> Result<Option<Refusal>> {
    let Some(before) = before else { return Ok(None) };
    let holding = |code: Option<&str>| -> Vec<&str> {
        let packs = book.library.packs.iter().filter(|pack| code.is_some_and(|code| pack.holds(code)));
        packs.map(|pack| pack.id.as_str()).collect()
    };
    let after = holding(text(&new.body, "code"));
    let mut left = holding(before.code.as_deref());
    left.retain(|pack| !after.contains(pack));
    if left.is_empty() {
        return Ok(None);
    }
    let (systems,): (i64,) = sqlx::query_as(
        "SELECT count(*) FROM record AS system
         WHERE system.kind = ?2 AND system.removed_us IS NULL AND system.stage <> ?3
           AND (system.parent = ?1 OR EXISTS (
             SELECT 1 FROM record AS point
             JOIN record_reference ON record_reference.source = point.id AND record_reference.field = 'place'
             JOIN record AS place ON place.id = record_reference.target
             WHERE point.parent = system.id AND point.removed_us IS NULL AND place.parent = ?1))",
    )
    .bind(blob(before.id.0))
    .bind(i64::from(RecordKind::System.code()))
    .bind(i64::from(Stage::Planned.code()))
    .fetch_one(connection)
    .await
    .doing("counting the systems of a division")?;
    Ok((systems > 0).then(|| stays_under(&left.join(", "))))
}

async fn system(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    new: &Checked,
    before: Option<&Record>,
) -> Result<Option<Refusal>> {
    let Some(before) = before else { return Ok(None) };
    // Other packs may forbid what stands there already.
    let rules = rules_with(connection, book, before, &new.body, None).await?;
    for point in facts::points_of(connection, before.id).await? {
        let Some(place) = record_id(&point.body, "place") else { continue };
        let place = one(connection, place).await?;
        let rules = rules.at(&place.id.to_string());
        if let Some(article) = text(&place.body, "private_kind").and_then(|kind| rules.forbids_private(kind))
        {
            return Ok(Some(private_place(&article, &place.name)));
        }
    }
    // The builder was judged at the review (datong-2008:10): another one is judged again.
    if before.stage > Some(Stage::Planned) {
        let changed = Record { body: new.body.clone(), ..before.clone() };
        let facts = facts::system_facts(connection, &changed, "").await?;
        let demands = requirements(Step::Review, &rules, &facts, &StepFacts::default());
        let broken = demands
            .into_iter()
            .find(|demand| demand.code == "public_area_builder" && demand.refuses && !demand.met);
        if let Some(broken) =
            broken.filter(|_| before.body.get("builder_kind") != new.body.get("builder_kind"))
        {
            return Ok(Some(broken.refusal()));
        }
    }
    if before.stage == Some(Stage::Planned) {
        return Ok(None);
    }
    Ok(pack_left(&rules_of_system(connection, book, before).await?, &rules))
}

/// Leaving a pack once something was decided under it would undo its demands.
fn pack_left(before: &Rules<'_>, after: &Rules<'_>) -> Option<Refusal> {
    let stays = |id: &str| after.packs().any(|(pack, _)| pack.id == id);
    let left: Vec<&str> =
        before.packs().map(|(pack, _)| pack.id.as_str()).filter(|pack| !stays(pack)).collect();
    (!left.is_empty()).then(|| stays_under(&left.join(", ")))
}

fn stays_under(left: &str) -> Refusal {
    Refusal {
        article: "unit:life-cycle".into(),
        code: "pack_left",
        reason: Words::new(
            format!("The system has taken steps under {left}; it stays under it."),
            format!("系统已按“{left}”办理，不得退出该规则。"),
        ),
        remedy: Words::new(
            "Packs can be added; one is only left while the system is planned.",
            "可以增加规则；仅在规划阶段可以减少。",
        ),
    }
}

async fn facts_stage(connection: &mut SqliteConnection, point: &Record) -> Result<Option<Stage>> {
    match record_id(&point.body, "system") {
        Some(system) => Ok(one(connection, system).await?.stage),
        None => Ok(None),
    }
}

/// datong-2008:9, guangzhou-2007:6, qingdao:9, national-2016:11: no permission makes it possible.
pub(super) fn private_place(article: &ArticleId, place: &str) -> Refusal {
    Refusal {
        article: article.to_string().into(),
        code: "private_place",
        reason: Words::new(
            format!("'{place}' is a private place; no camera may be there."),
            format!("“{place}”属于私密场所，禁止安装摄像机。"),
        ),
        remedy: Words::new(
            "Choose another place. If the place's record is wrong, correct its kind first.",
            "请另选位置；如场所类型登记有误，请先更正。",
        ),
    }
}

fn moved_system(rules: &Rules<'_>) -> Refusal {
    let article = rules.acceptance().map_or_else(|| "unit:life-cycle".to_owned(), |id| id.to_string());
    Refusal {
        article: article.into(),
        code: "moved_system",
        reason: Words::new(
            "The point belongs to a system that has begun its life.",
            "该点位所属系统已进入办理程序。",
        ),
        remedy: Words::new(
            "Register a new point in the other system; this one ends with its own.",
            "请在另一系统中登记新点位。",
        ),
    }
}

/// The fields that are the place, the purpose and the coverage of a point.
const AUTHORISED: [(Changes, &[&str], &str, &str); 3] = [
    (Changes::Place, &["place", "longitude", "latitude"], "place", "位置"),
    (Changes::Purpose, &["purpose"], "purpose", "用途"),
    (Changes::Coverage, &["height_m", "direction_deg", "angle_deg", "range_m"], "coverage", "覆盖范围"),
];

/// Which of place, purpose and coverage differ.
pub(super) fn changed(before: &Body, after: &Body) -> Vec<&'static str> {
    let differs = |fields: &[&str]| fields.iter().any(|field| before.get(*field) != after.get(*field));
    let mut words: Vec<&'static str> =
        AUTHORISED.iter().filter(|(_, fields, ..)| differs(fields)).map(|(_, _, word, _)| *word).collect();
    if turned_away(before, after) && !words.contains(&"coverage") {
        words.push("coverage");
    }
    words
}

/// datong-2008:19, guangzhou-2007:22, chongqing:12: not without authorisation, once in use.
fn unauthorised(rules: &Rules<'_>, before: &Body, after: &Body) -> Option<Refusal> {
    let differs = |fields: &[&str]| fields.iter().any(|field| before.get(*field) != after.get(*field));
    AUTHORISED.iter().filter(|(_, fields, ..)| differs(fields)).find_map(|(change, _, en, zh)| {
        Some(change_unauthorised(&rules.change_needs_authorisation(*change)?, en, zh))
    })
}

/// A point that is said to face dwellings no more, so that its camera would be in use again.
fn turned_away(before: &Body, after: &Body) -> bool {
    flag(before, "faces_dwellings") && !flag(after, "faces_dwellings")
}

/// qingdao:9, national-2016:11; datong-2008:19: what a point covers. Two persons say so, under every pack.
fn no_longer_facing(rules: &Rules<'_>) -> Refusal {
    let article = rules.change_needs_authorisation(Changes::Coverage).or_else(|| rules.faces_private());
    let article = article.map_or_else(|| "unit:masks".to_owned(), |article| article.to_string());
    unauthorised_change(article, "coverage", "覆盖范围")
}

fn change_unauthorised(article: &ArticleId, en: &str, zh: &str) -> Refusal {
    unauthorised_change(article.to_string(), en, zh)
}

fn unauthorised_change(article: String, en: &str, zh: &str) -> Refusal {
    Refusal {
        article: article.into(),
        code: "change_unauthorised",
        reason: Words::new(
            format!("The {en} of a point in use does not change without authorisation."),
            format!("使用中点位的{zh}未经批准不得改变。"),
        ),
        remedy: Words::new(
            "Ask for the change; another administrator authorises it.",
            "请提出变更申请，由另一名管理员批准。",
        ),
    }
}

/// What refuses taking a record out: what stands in others' records, and what lives.
pub(super) async fn removal(connection: &mut SqliteConnection, record: &Record) -> Result<Option<Refusal>> {
    let (named,): (i64,) = sqlx::query_as(
        "SELECT count(*) FROM record_reference JOIN record ON record.id = source
         WHERE target = ? AND record.removed_us IS NULL",
    )
    .bind(blob(record.id.0))
    .fetch_one(&mut *connection)
    .await
    .doing("counting what names a record")?;
    let (cameras,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM camera WHERE point = ? AND retired_us IS NULL")
            .bind(blob(record.id.0))
            .fetch_one(&mut *connection)
            .await
            .doing("looking for a point's camera")?;
    if record.kind == RecordKind::Sign && shows_accepted(connection, record).await? {
        return Ok(Some(Refusal {
            article: "unit:registry".into(),
            code: "sign_of_accepted",
            reason: Words::new("The sign belongs to an accepted point.", "该标识属于已验收的点位。"),
            remedy: Words::new(
                "Register the new sign first, then change this one.",
                "请先登记新标识，再更改此标识。",
            ),
        }));
    }
    let papers = match record.kind {
        RecordKind::Document => super::documents::papers_of(connection, record.id).await?,
        _ => 0,
    };
    let still = match record.kind {
        RecordKind::Document => i64::from(super::stills::is_still(connection, record.id).await?),
        _ => 0,
    };
    let named = named + papers + still;
    let lives = record.stage.is_some_and(|stage| !matches!(stage, Stage::Planned | Stage::Decommissioned));
    if named == 0 && cameras == 0 && !lives {
        return Ok(None);
    }
    // national-2016:14: the archive is kept.
    Ok(Some(Refusal {
        article: "unit:registry".into(),
        code: "in_use",
        reason: Words::new(
            format!(
                "'{}' is named by {} other records or cameras, or is in use.",
                record.name,
                named + cameras
            ),
            format!("“{}”被其他 {} 条记录或摄像机引用，或正在使用。", record.name, named + cameras),
        ),
        remedy: Words::new(
            "Take it out of those records first; a system is decommissioned.",
            "请先解除引用；系统应先办理停用。",
        ),
    }))
}

/// Whether a sign belongs to a point of an accepted system (guangzhou-2007:12, national-2016:10).
async fn shows_accepted(connection: &mut SqliteConnection, sign: &Record) -> Result<bool> {
    for point in list(&sign.body, "points") {
        let Ok(point) = point.parse::<RecordId>() else { continue };
        let point = one(connection, point).await?;
        if matches!(facts_stage(connection, &point).await?, Some(Stage::Accepted | Stage::InUse)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Taking a camera away from a point in use (datong-2008:17, datong-2008:19, guangzhou-2007:22): only when another stands there,
/// or when nothing forbids fewer. `moved`: to another point.
pub(crate) async fn camera_leaves(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    camera: CameraId,
    moved: bool,
) -> Result<Option<Refusal>> {
    let row: Option<(Option<Vec<u8>>,)> = sqlx::query_as("SELECT point FROM camera WHERE id = ?")
        .bind(blob(camera.0))
        .fetch_optional(&mut *connection)
        .await
        .doing("looking where a camera stands")?;
    let Some(point) = row.and_then(|(point,)| point) else { return Ok(None) };
    let point = one(connection, RecordId(uuid_of(&point)?)).await?;
    let Some(system) = record_id(&point.body, "system") else { return Ok(None) };
    let system = one(connection, system).await?;
    let (others,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM camera WHERE point = ? AND id <> ? AND retired_us IS NULL")
            .bind(blob(point.id.0))
            .bind(blob(camera.0))
            .fetch_one(&mut *connection)
            .await
            .doing("counting a point's cameras")?;
    if system.stage != Some(Stage::InUse) || others > 0 {
        return Ok(None);
    }
    let rules = rules_of_system(connection, book, &system).await?;
    if let Some(article) = rules.change_needs_authorisation(Changes::Place).filter(|_| moved) {
        return Ok(Some(change_unauthorised(&article, "place", "位置")));
    }
    Ok(rules.net_reduction_refused().map(|article| Refusal {
        article: article.to_string().into(),
        code: "net_reduction",
        reason: Words::new("The point would be left without a camera.", "该点位将没有摄像机。"),
        remedy: Words::new(
            "Put its replacement at the same point first, then retire this one.",
            "请先在同一点位登记替换的摄像机，再停用此摄像机。",
        ),
    }))
}

/// What refuses a camera at a point: a private place. The point must be the unit's own.
pub(crate) async fn camera_at(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    unit: UnitId,
    point: RecordId,
) -> Result<Option<Refusal>> {
    let point = one(connection, point).await?;
    if point.kind != RecordKind::Point || point.removed.is_some() || point.unit != Some(unit) {
        return Err(crate::error::Error::invalid("point", "is no point of this unit"));
    }
    let (Some(system), Some(place)) = (record_id(&point.body, "system"), record_id(&point.body, "place"))
    else {
        return Ok(None);
    };
    let (system, place) = (one(connection, system).await?, one(connection, place).await?);
    let rules = rules_of_system(connection, book, &system).await?;
    let rules = rules.at(&place.id.to_string());
    let forbidden = text(&place.body, "private_kind").and_then(|kind| rules.forbids_private(kind));
    Ok(forbidden.map(|article| private_place(&article, &place.name)))
}

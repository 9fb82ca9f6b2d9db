//! What a dossier says, gathered from the register: one statement for each row that an entry wrote, in Chinese and English.
//!
//! It names systems, papers, points, dates and numbers; nobody who watches, is trained or is on a roster. The invariant kept: a claim's
//! time and act are the entry's own, read from the log's index and never from the row.

use super::super::{Record, facts::points_of, flag, life::steps_of, list, text};
use crate::convert::{blob, hash_of, uint};
use crate::error::{Doing, Error, Result};
use law::Day;
use law::life_cycle::Step;
use law::register::RecordKind;
use ledger::dossier::{Claim, Entered, SECTION_CLAIMS_MAX, Section, Words};
use ledger::tree::sha256;
use model::{Act, Hash, RecordId, UnitId, WallTime};
use serde_json::json;
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashMap};

type PaperRow = (String, Option<String>, Option<String>, Option<String>, i64, i64);
type FoundRow = (String, String, String, String, i64, Option<i64>, Option<String>);

/// A statement before its entry is looked up.
struct Said {
    entry: i64,
    text: Words,
    sha256: Option<Hash>,
}

fn said(entry: i64, zh: impl Into<String>, en: impl Into<String>) -> Said {
    Said { entry, text: Words::new(zh, en), sha256: None }
}

/// Every section, in the order of the page.
pub(super) async fn all(
    connection: &mut SqliteConnection,
    system: &Record,
    unit: UnitId,
) -> Result<Vec<Section>> {
    let points = points_of(connection, system.id).await?;
    let about = about(connection, system, &points).await?;
    let parts = [
        ("register", "登记", "Register", register(connection, system).await?),
        ("life", "生命周期", "Life cycle", life(connection, system.id).await?),
        ("papers", "文件", "Papers", papers(connection, system.id).await?),
        ("points", "点位", "Points", of_points(connection, &points).await?),
        ("signs", "标识", "Signs", signs(connection, &points).await?),
        ("filing", "备案", "Filing", filing(connection, system.id).await?),
        ("rules", "规则与期限", "Rules and floors", rules(connection, system.id, unit).await?),
        (
            "training",
            "人员培训（不列姓名）",
            "Training of the unit's people, without names",
            training(connection, unit).await?,
        ),
        (
            "routines",
            "制度、演练与巡检",
            "Written rules, drills and rounds",
            routines(connection, unit).await?,
        ),
        ("findings", "问题记录", "Findings", findings(connection, &about, system.secret).await?),
        ("supervision", "监督检查", "Supervision", supervision(connection, system.id, unit).await?),
    ];
    let entries: BTreeSet<i64> =
        parts.iter().flat_map(|(.., said)| said.iter().map(|one| one.entry)).collect();
    let entered = entered(connection, &entries).await?;
    let mut sections = Vec::new();
    for (id, zh, en, mut said) in parts {
        let left_out = said.len().saturating_sub(SECTION_CLAIMS_MAX) as u64;
        // The newest stay when not all fit.
        said.drain(..said.len().saturating_sub(SECTION_CLAIMS_MAX));
        let claim =
            |one: Said| Claim { text: one.text, sha256: one.sha256, entry: entered.get(&one.entry).cloned() };
        sections.push(Section {
            id: id.to_owned(),
            title: Words::new(zh, en),
            claims: said.into_iter().map(claim).collect(),
            left_out,
        });
    }
    Ok(sections)
}

async fn entered(
    connection: &mut SqliteConnection,
    indices: &BTreeSet<i64>,
) -> Result<HashMap<i64, Entered>> {
    let rows: Vec<(i64, Vec<u8>, i64, i64)> = sqlx::query_as(
        "SELECT entry.idx, hash, time_us, act FROM entry JOIN entry_search ON entry_search.idx = entry.idx
         WHERE entry.idx IN (SELECT value FROM json_each(?))",
    )
    .bind(json!(indices).to_string())
    .fetch_all(connection)
    .await
    .doing("reading entries of a dossier")?;
    rows.into_iter()
        .map(|(index, leaf, at_us, act)| {
            let act = u8::try_from(act).ok().and_then(Act::from_code);
            let act = act.ok_or_else(|| Error::Corrupt("a stored act is unknown".into()))?;
            let leaf = hash_of(&leaf)?;
            Ok((index, Entered { index: uint(index)?, leaf, at_us, act: act.as_str().to_owned() }))
        })
        .collect()
}

fn day(us: i64) -> String {
    Day::of(WallTime(us)).to_string()
}

async fn register(connection: &mut SqliteConnection, system: &Record) -> Result<Vec<Said>> {
    let rows: Vec<(i64, String, i64)> =
        sqlx::query_as("SELECT version, body, entry FROM record_version WHERE id = ? ORDER BY version")
            .bind(blob(system.id.0))
            .fetch_all(&mut *connection)
            .await
            .doing("reading a system's versions")?;
    let mut found: Vec<Said> = rows
        .into_iter()
        .map(|(version, body, entry)| Said {
            sha256: Some(sha256(&[body.as_bytes()])),
            ..said(
                entry,
                format!("系统登记，第 {version} 版"),
                format!("The system's record, version {version}"),
            )
        })
        .collect();
    let (Some(last), body) = (found.last().map(|one| one.entry), &system.body) else { return Ok(found) };
    let area = if flag(body, "public_area") {
        ("公共区域", "a public area")
    } else {
        ("非公共区域", "no public area")
    };
    found.push(said(last, format!("现登记为{}", area.0), format!("Registered as of {}", area.1)));
    let kept = [("standards", "设计标准", "Standards"), ("in_use_since", "投入使用日期", "In use since")];
    for (field, zh, en) in kept {
        if let Some(value) = text(body, field) {
            found.push(said(last, format!("{zh}：{value}"), format!("{en}: {value}")));
        }
    }
    let packs = list(body, "packs").join(", ");
    if !packs.is_empty() {
        found.push(said(last, format!("指定的规则包：{packs}"), format!("Rule packs named: {packs}")));
    }
    Ok(found)
}

const fn step_words(step: Step) -> (&'static str, &'static str) {
    match step {
        Step::Review => ("设计审查", "Design reviewed"),
        Step::Build => ("建设完成", "Built"),
        Step::Test => ("检测", "Tested"),
        Step::Accept => ("验收", "Accepted"),
        Step::Commission => ("投入使用", "Taken into use"),
        Step::Decommission => ("停用", "Taken out of use"),
    }
}

async fn life(connection: &mut SqliteConnection, system: RecordId) -> Result<Vec<Said>> {
    let steps = steps_of(connection, system).await?;
    steps
        .into_iter()
        .map(|step| {
            let ((zh, en), papers) = (step_words(step.step), step.documents.len());
            Ok(said(
                crate::convert::int(step.entry.0)?,
                format!("{zh}（{}），所附文件 {papers} 份", Day::of(step.at)),
                format!("{en} on {}, with {papers} papers", Day::of(step.at)),
            ))
        })
        .collect()
}

/// The papers of its steps and those that name it, by their newest version.
async fn papers(connection: &mut SqliteConnection, system: RecordId) -> Result<Vec<Said>> {
    let rows: Vec<PaperRow> = sqlx::query_as(
        "WITH paper (id) AS (
             SELECT unhex(replace(one.value, '-', '')) FROM life_step, json_each(life_step.body, '$.documents') AS one
                 WHERE life_step.system = ?1
             UNION SELECT source FROM record_reference WHERE target = ?1
             UNION SELECT target FROM record_reference WHERE source = ?1)
         SELECT record.name, json_extract(record.body, '$.paper'), json_extract(record.body, '$.number'),
             json_extract(record.body, '$.sha256'), record.version,
             (SELECT max(entry) FROM record_version WHERE record_version.id = record.id)
         FROM paper JOIN record ON record.id = paper.id
         WHERE record.kind = ?2 AND record.removed_us IS NULL AND record.secret = 0 ORDER BY record.name, record.id",
    )
    .bind(blob(system.0))
    .bind(i64::from(RecordKind::Document.code()))
    .fetch_all(connection)
    .await
    .doing("reading a system's papers")?;
    Ok(rows
        .into_iter()
        .map(|(name, kind, number, hash, version, entry)| {
            let (kind, number) =
                (kind.unwrap_or_default(), number.map(|number| format!(" {number}")).unwrap_or_default());
            Said {
                sha256: hash.and_then(|hash| hash.parse().ok()),
                ..said(
                    entry,
                    format!("《{name}》{number}（{kind}），第 {version} 版"),
                    format!("{name}{number} ({kind}), version {version}"),
                )
            }
        })
        .collect())
}

async fn of_points(connection: &mut SqliteConnection, points: &[Record]) -> Result<Vec<Said>> {
    let mut found = Vec::new();
    for point in points {
        let (cameras, entry): (i64, Option<i64>) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM camera WHERE point = ?1 AND retired_us IS NULL),
                    (SELECT max(entry) FROM record_version WHERE id = ?1)",
        )
        .bind(blob(point.id.0))
        .fetch_one(&mut *connection)
        .await
        .doing("reading a point")?;
        let Some(entry) = entry else { continue };
        let purpose = text(&point.body, "purpose").unwrap_or("—");
        found.push(said(
            entry,
            format!("点位“{}”，用途：{purpose}；现有摄像机 {cameras} 台", point.name),
            format!("Point {}, purpose: {purpose}; cameras there now: {cameras}", point.name),
        ));
    }
    Ok(found)
}

async fn signs(connection: &mut SqliteConnection, points: &[Record]) -> Result<Vec<Said>> {
    let ids: Vec<String> =
        points.iter().map(|point| point.id.0.simple().to_string().to_uppercase()).collect();
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT record.name, (SELECT max(entry) FROM record_version WHERE record_version.id = record.id)
         FROM record WHERE record.kind = ?1 AND record.removed_us IS NULL AND record.id IN (
             SELECT source FROM record_reference WHERE hex(target) IN (SELECT value FROM json_each(?2)))
         ORDER BY record.name, record.id",
    )
    .bind(i64::from(RecordKind::Sign.code()))
    .bind(json!(ids).to_string())
    .fetch_all(connection)
    .await
    .doing("reading a system's signs")?;
    Ok(rows
        .into_iter()
        .map(|(name, entry)| said(entry, format!("标识“{name}”"), format!("Sign {name}")))
        .collect())
}

async fn filing(connection: &mut SqliteConnection, system: RecordId) -> Result<Vec<Said>> {
    let filed =
        super::super::filed::filed(connection, Some(system)).await?.remove(&system).unwrap_or_default();
    let mut found = Vec::new();
    for row in filed.rows {
        found.push(Said {
            sha256: Some(row.sha256),
            ..said(
                crate::convert::int(row.entry.0)?,
                format!("{} 按 {} 向{}备案", row.filed_on, row.pack, row.recipient),
                format!("Filed with {} on {} under {}", row.recipient, row.filed_on, row.pack),
            )
        });
        if let Some(receipt) = row.receipt {
            found.push(said(
                crate::convert::int(receipt.entry.0)?,
                format!("{} 收到备案回执，编号 {}", receipt.on, receipt.number),
                format!("Receipt {} of {}", receipt.number, receipt.on),
            ));
        }
    }
    Ok(found)
}

async fn rules(connection: &mut SqliteConnection, system: RecordId, unit: UnitId) -> Result<Vec<Said>> {
    let adopted: Vec<(String, i64)> =
        sqlx::query_as("SELECT pack, entry FROM adoption WHERE unit = ? ORDER BY entry")
            .bind(blob(unit.0))
            .fetch_all(&mut *connection)
            .await
            .doing("reading adopted packs")?;
    let mut found: Vec<Said> = adopted
        .into_iter()
        .map(|(pack, entry)| {
            said(
                entry,
                format!("本单位采用 {pack} 为自定规则"),
                format!("The unit adopted {pack} as its own rule"),
            )
        })
        .collect();
    let set: Vec<(String, String, String, i64, Option<i64>)> = sqlx::query_as(
        "SELECT article, parameter, value, entry, ended_entry FROM override
         WHERE system = ?1 OR (unit = ?2 AND system IS NULL AND place IS NULL) ORDER BY entry",
    )
    .bind(blob(system.0))
    .bind(blob(unit.0))
    .fetch_all(&mut *connection)
    .await
    .doing("reading values beside the packs")?;
    for (article, parameter, value, entry, ended) in set {
        let name = format!("{article} {parameter} = {value}");
        found.push(said(entry, format!("另定 {name}"), format!("Set beside the pack: {name}")));
        if let Some(ended) = ended {
            found.push(said(ended, format!("撤回 {name}"), format!("Taken back: {name}")));
        }
    }
    let floors: Vec<(i64, i64, i64)> = sqlx::query_as(
        "SELECT floor_promise.floor_days, floor_promise.entry, count(*) FROM floor_promise
         JOIN camera ON camera.id = floor_promise.camera JOIN record ON record.id = camera.point
         WHERE record.parent = ? GROUP BY floor_promise.floor_days, floor_promise.entry ORDER BY floor_promise.entry",
    )
    .bind(blob(system.0))
    .fetch_all(connection)
    .await
    .doing("reading promised floors")?;
    found.extend(floors.into_iter().map(|(days, entry, cameras)| {
        said(
            entry,
            format!("{cameras} 台摄像机此前录像仍按 {days} 天保存"),
            format!("Earlier footage of {cameras} cameras stays under a floor of {days} days"),
        )
    }));
    Ok(found)
}

async fn training(connection: &mut SqliteConnection, unit: UnitId) -> Result<Vec<Said>> {
    let rows: Vec<(String, i64, i64, Option<i64>)> = sqlx::query_as(
        "SELECT kind, until_us, training.entry, training_revocation.entry FROM training
         LEFT JOIN training_revocation ON training_revocation.training = training.id
         WHERE person IN (SELECT person FROM post WHERE unit = ?) ORDER BY training.entry",
    )
    .bind(blob(unit.0))
    .fetch_all(connection)
    .await
    .doing("reading training of a unit")?;
    let mut found = Vec::new();
    for (kind, until, entry, revoked) in rows {
        let (zh, en) = match kind.as_str() {
            "law" => ("法律培训", "law"),
            "confidentiality" => ("保密培训", "confidentiality"),
            "skills" => ("技能培训", "skills"),
            _ => ("证书", "certificate"),
        };
        found.push(said(
            entry,
            format!("一人{zh}登记，有效至 {}", day(until)),
            format!("One person's training in {en}, valid until {}", day(until)),
        ));
        if let Some(revoked) = revoked {
            found.push(said(
                revoked,
                format!("上述{zh}作废"),
                format!("That training in {en} counts no longer"),
            ));
        }
    }
    Ok(found)
}

async fn routines(connection: &mut SqliteConnection, unit: UnitId) -> Result<Vec<Said>> {
    let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(
        "SELECT 'rule', kind, from_us, entry FROM written_rule WHERE unit = ?1
         UNION ALL SELECT 'drill', '', held_us, entry FROM drill WHERE unit = ?1
         UNION ALL SELECT 'round', part, signed_us, sign_entry FROM maintenance_round WHERE unit = ?1 AND sign_entry IS NOT NULL
         ORDER BY 4",
    )
    .bind(blob(unit.0))
    .fetch_all(connection)
    .await
    .doing("reading a unit's routines")?;
    Ok(rows
        .into_iter()
        .map(|(what, kind, at, entry)| {
            let day = day(at);
            match what.as_str() {
                "rule" => said(
                    entry,
                    format!("书面制度（{kind}）自 {day} 起施行"),
                    format!("Written rule ({kind}) in force from {day}"),
                ),
                "drill" => said(entry, format!("{day} 组织应急演练"), format!("Emergency drill on {day}")),
                _ => said(
                    entry,
                    format!("{day} 完成维护巡检（{kind}）"),
                    format!("Maintenance round ({kind}) signed off on {day}"),
                ),
            }
        })
        .collect())
}

/// Everything of a system that a finding may be about: itself, its points, their cameras and signs.
async fn about(connection: &mut SqliteConnection, system: &Record, points: &[Record]) -> Result<Vec<String>> {
    let mut ids: Vec<String> =
        std::iter::once(system.id).chain(points.iter().map(|point| point.id)).map(hex).collect();
    let cameras: Vec<(String,)> = sqlx::query_as(
        "SELECT hex(camera.id) FROM camera JOIN record ON record.id = camera.point WHERE record.parent = ?1
         UNION SELECT hex(source) FROM record_reference JOIN record ON record.id = target WHERE record.parent = ?1",
    )
    .bind(blob(system.id.0))
    .fetch_all(connection)
    .await
    .doing("reading a system's cameras")?;
    ids.extend(cameras.into_iter().map(|(id,)| id));
    Ok(ids)
}

fn hex(id: RecordId) -> String {
    id.0.simple().to_string().to_uppercase()
}

/// A dossier goes to others: what is secret, or names another unit's thing, is in that of a secret system alone.
async fn findings(connection: &mut SqliteConnection, about: &[String], secret: bool) -> Result<Vec<Said>> {
    let rows: Vec<FoundRow> = sqlx::query_as(
        "SELECT article, name, reason_zh, reason_en, opened_entry, closed_entry, closed_how FROM finding
         WHERE about IN (SELECT unhex(value) FROM json_each(?1)) AND (secret = 0 OR ?2)
         ORDER BY opened_entry, id",
    )
    .bind(json!(about).to_string())
    .bind(secret)
    .fetch_all(connection)
    .await
    .doing("reading a system's findings")?;
    let mut found = Vec::new();
    for (article, name, zh, en, opened, closed, how) in rows {
        found.push(said(
            opened,
            format!("发现（{article}）{name}：{zh}"),
            format!("Found ({article}), {name}: {en}"),
        ));
        if let Some(closed) = closed {
            let (zh, en) = match how.as_deref() {
                Some("put_right") => ("已整改", "put right"),
                _ => ("对象已不存在", "what it was about is gone"),
            };
            found.push(said(
                closed,
                format!("上述问题（{article}）{zh}"),
                format!("That finding ({article}): {en}"),
            ));
        }
    }
    Ok(found)
}

async fn supervision(connection: &mut SqliteConnection, system: RecordId, unit: UnitId) -> Result<Vec<Said>> {
    let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
        "WITH own (id) AS (SELECT id FROM inspection WHERE unit = ?2 AND (system IS NULL OR system = ?1))
         SELECT 'inspected', authority.name, '', inspection.entry FROM inspection
             JOIN authority ON authority.id = inspection.authority WHERE inspection.id IN own
         UNION ALL SELECT state, authority.name, '', inspection.end_entry FROM inspection
             JOIN authority ON authority.id = inspection.authority WHERE inspection.id IN own AND inspection.end_entry IS NOT NULL
         UNION ALL SELECT 'order', number, article, entry FROM correction_order WHERE inspection IN own
         UNION ALL SELECT 'step', correction_order.number, what, order_step.entry FROM order_step
             JOIN correction_order ON correction_order.id = order_step.correction_order WHERE inspection IN own
         UNION ALL SELECT 'demand', authority.name, '', retention_demand.entry FROM retention_demand
             JOIN authority ON authority.id = retention_demand.authority WHERE retention_demand.system = ?1
         UNION ALL SELECT 'proof', CAST(proven AS TEXT), CAST(failed AS TEXT), answer_entry FROM retention_demand
             WHERE system = ?1 AND answer_entry IS NOT NULL
         ORDER BY 4",
    )
    .bind(blob(system.0))
    .bind(blob(unit.0))
    .fetch_all(connection)
    .await
    .doing("reading a system's supervision")?;
    Ok(rows
        .into_iter()
        .map(|(what, name, more, entry)| match what.as_str() {
            "inspected" => said(entry, format!("{name}开始检查"), format!("Inspection begun by {name}")),
            "refused" => said(
                entry,
                format!("{name}登记检查被拒绝"),
                format!("{name} entered that the inspection was refused"),
            ),
            "ended" => said(entry, format!("{name}结束检查"), format!("Inspection ended by {name}")),
            "order" => said(entry, format!("责令改正 {name}（{more}）"), format!("Order {name} ({more})")),
            "step" => said(entry, format!("责令改正 {name}：{more}"), format!("Order {name}: {more}")),
            "demand" => {
                said(entry, format!("{name}要求证明录像留存"), format!("{name} asked for proof of retention"))
            }
            _ => said(
                entry,
                format!("录像留存证明：{name} 个时点已证明，{more} 个未能证明"),
                format!("Proof of retention: {name} instants proven, {more} not"),
            ),
        })
        .collect())
}

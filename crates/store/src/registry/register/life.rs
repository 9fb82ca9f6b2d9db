//! The steps of systems' lives: who takes which step on which documents, and what the next one still demands.

use super::under::{Book, rules_of_system};
use super::{Record, facts, list::one, record_id, secrecy, text};
use crate::convert::{blob, int, small, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::{EntryIndex, Registry, admit, admit::Ask};
use law::life_cycle::{Requirement, Stage, Step, StepFacts, next_steps, requirements, take};
use law::packs::Force;
use law::register::RecordKind;
use model::{Act, Cx, RecordId, WallTime};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashMap};

/// Documents of one step.
const STEP_DOCUMENTS_MAX: usize = 50;
const NOTE_CHARS_MAX: usize = 1_000;

/// A step that somebody wants to take.
#[derive(Clone, Debug)]
pub struct NewLifeStep {
    pub system: RecordId,
    pub step: Step,
    pub documents: Vec<RecordId>,
    /// Who took part, in the packs' words.
    pub with: Vec<String>,
    pub passed: bool,
    pub note: String,
}

/// A step that was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LifeStep {
    pub step: Step,
    pub at: WallTime,
    pub entry: EntryIndex,
    pub documents: Vec<RecordId>,
    pub with: Vec<String>,
    pub note: String,
}

/// Where a system stands, and what its next step demands.
#[derive(Clone, PartialEq, Debug)]
pub struct SystemLife {
    pub system: Record,
    pub stage: Stage,
    pub steps: Vec<LifeStep>,
    pub next: Option<Step>,
    /// As if the step were taken now with the papers that lie with the system and nobody named.
    pub demands: Vec<Requirement>,
    /// Packs of the system, and whether each binds.
    pub packs: Vec<(String, bool)>,
    pub main_works: Option<MainWorksDays>,
}

/// Milestones of the main works, to stand beside the system's (datong-2008:12, guangzhou-2007:10, national-2016:13, qingdao:10).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MainWorksDays {
    pub id: RecordId,
    pub name: String,
    pub designed_on: Option<String>,
    pub begun_on: Option<String>,
    pub completed_on: Option<String>,
    pub in_use_on: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct StepBody {
    documents: Vec<String>,
    with: Vec<String>,
    note: String,
}

impl Registry {
    /// Where a system stands.
    pub async fn system_life(&self, cx: &Cx, system: RecordId) -> Result<SystemLife> {
        let shown = self.record(cx, system).await?;
        if shown.kind != RecordKind::System {
            return Err(Error::NotFound("system"));
        }
        let library = self.packs().library.clone();
        let mut connection = self.0.database.read.acquire().await.doing("reading a system's life")?;
        let record = one(&mut connection, system).await?;
        let stage = record.stage.unwrap_or(Stage::Planned);
        let steps = steps_of(&mut connection, system).await?;
        let rules = rules_of_system(&mut connection, Book::on(&library, self.today(cx.now)), &record).await?;
        let (next, today) = (next_steps(stage), self.today(cx.now).to_string());
        let demands = match next {
            Some(step) => {
                let facts = facts::system_facts(&mut connection, &record, &today).await?;
                let papers = facts::papers(&mut connection, record.unit, &documents(&steps)).await?;
                let with = StepFacts { today, papers, with: BTreeSet::new(), passed: false };
                requirements(step, &rules, &facts, &with)
            }
            None => Vec::new(),
        };
        let packs = rules.packs().map(|(pack, force)| (pack.id.clone(), force == Force::Binds)).collect();
        let main_works = main_works(&mut connection, &record).await?;
        Ok(SystemLife { system: shown, stage, steps, next, demands, packs, main_works })
    }

    /// Takes a step, or refuses it with the article that wants what is missing. Either way there is an entry.
    pub async fn take_life_step(&self, cx: &Cx, new: NewLifeStep) -> Result<Stage> {
        let note = crate::registry::at_most("note", new.note.trim(), NOTE_CHARS_MAX)?;
        if new.documents.len() > STEP_DOCUMENTS_MAX || new.with.len() > STEP_DOCUMENTS_MAX {
            return Err(Error::invalid("documents", "are more than fifty"));
        }
        let shown = self.stored_record(cx, new.system).await?;
        if shown.kind != RecordKind::System || shown.removed.is_some() {
            return Err(Error::NotFound("system"));
        }
        let ask = Ask {
            scopes: shown.unit.into_iter().map(|unit| (unit, None)).collect(),
            subject: Some(new.system.0),
            systems: vec![new.system],
            extra: format!(
                "system={}\nstep={}\nwith={}",
                secrecy::name(&shown),
                new.step.as_str(),
                new.with.join(",")
            ),
            ..Ask::new(Act::LifeStep)
        };
        let (library, today, cx) = (self.packs().library.clone(), self.today(cx.now), cx.clone());
        let stage = self
            .decided(move |connection| {
                Box::pin(async move {
                    let judged = judge(connection, Book::on(&library, today), &new).await?;
                    let (refusal, next) = match judged {
                        Ok(next) => (None, Some(next)),
                        Err(refusal) => (Some(*refusal), None),
                    };
                    match (admit::enter_unless(connection, &cx, &ask, refusal).await?, next) {
                        (Ok(entered), Some(next)) => {
                            store(connection, &new, next, &note, entered.entry, cx.now).await?;
                            Ok(Ok(next))
                        }
                        (Err(refusal), _) => Ok(Err(refusal)),
                        (Ok(_), None) => Err(Error::Internal("a refused step was permitted".into())),
                    }
                })
            })
            .await?;
        // What may be watched changes with the stage.
        self.0.passes.revoke_all();
        Ok(stage)
    }
}

async fn main_works(connection: &mut SqliteConnection, system: &Record) -> Result<Option<MainWorksDays>> {
    let Some(works) = record_id(&system.body, "main_works") else { return Ok(None) };
    let works = one(connection, works).await?;
    let day = |field: &str| text(&works.body, field).map(str::to_owned);
    Ok(Some(MainWorksDays {
        id: works.id,
        designed_on: day("designed_on"),
        begun_on: day("begun_on"),
        completed_on: day("completed_on"),
        in_use_on: day("in_use_on"),
        name: works.name,
    }))
}

type Judged = std::result::Result<Stage, Box<law::access::Refusal>>;

async fn judge(connection: &mut SqliteConnection, book: Book<'_>, new: &NewLifeStep) -> Result<Judged> {
    let system = one(connection, new.system).await?;
    let stage = system.stage.unwrap_or(Stage::Planned);
    let (rules, today) = (rules_of_system(connection, book, &system).await?, book.today.to_string());
    let facts = facts::system_facts(connection, &system, &today).await?;
    let mut papers = facts::papers(connection, system.unit, &new.documents).await?;
    let earlier = documents(&steps_of(connection, new.system).await?);
    papers.extend(facts::papers(connection, system.unit, &earlier).await?);
    let with = StepFacts { today, papers, with: new.with.iter().cloned().collect(), passed: new.passed };
    Ok(take(stage, new.step, &rules, &facts, &with))
}

async fn store(
    connection: &mut SqliteConnection,
    new: &NewLifeStep,
    next: Stage,
    note: &str,
    entry: EntryIndex,
    now: WallTime,
) -> Result<()> {
    let body = StepBody {
        documents: new.documents.iter().map(ToString::to_string).collect(),
        with: new.with.clone(),
        note: note.to_owned(),
    };
    let body = serde_json::to_string(&body).map_err(|error| Error::Internal(error.to_string()))?;
    sqlx::query(
        "INSERT INTO life_step (system, number, step, at_us, entry, body)
         SELECT ?1, 1 + count(*), ?2, ?3, ?4, ?5 FROM life_step WHERE system = ?1",
    )
    .bind(blob(new.system.0))
    .bind(i64::from(new.step.code()))
    .bind(now.0)
    .bind(int(entry.0)?)
    .bind(body)
    .execute(&mut *connection)
    .await
    .doing("noting a step")?;
    sqlx::query("UPDATE record SET stage = ? WHERE id = ?")
        .bind(i64::from(next.code()))
        .bind(blob(new.system.0))
        .execute(connection)
        .await
        .doing("taking a step")
        .map(|_| ())
}

pub(super) fn documents(steps: &[LifeStep]) -> Vec<RecordId> {
    steps.iter().flat_map(|step| step.documents.iter().copied()).collect()
}

pub(super) async fn steps_of(connection: &mut SqliteConnection, system: RecordId) -> Result<Vec<LifeStep>> {
    Ok(all_steps(connection, Some(system)).await?.remove(&system).unwrap_or_default())
}

/// The steps of one system or of all, in their order.
pub(super) async fn all_steps(
    connection: &mut SqliteConnection,
    system: Option<RecordId>,
) -> Result<HashMap<RecordId, Vec<LifeStep>>> {
    let rows: Vec<(Vec<u8>, i64, i64, i64, String)> = sqlx::query_as(
        "SELECT system, step, at_us, entry, body FROM life_step WHERE ?1 IS NULL OR system = ?1
         ORDER BY system, number",
    )
    .bind(system.map(|system| blob(system.0)))
    .fetch_all(connection)
    .await
    .doing("listing systems' steps")?;
    let mut steps: HashMap<RecordId, Vec<LifeStep>> = HashMap::new();
    for (system, step, at, entry, body) in rows {
        let corrupt = || Error::Corrupt("a stored step cannot be read".into());
        let body: StepBody = serde_json::from_str(&body).map_err(|_| corrupt())?;
        steps.entry(RecordId(uuid_of(&system)?)).or_default().push(LifeStep {
            step: Step::from_code(small(step)?).ok_or_else(corrupt)?,
            at: WallTime(at),
            entry: EntryIndex(uint(entry)?),
            documents: body.documents.iter().map(|id| Ok(id.parse()?)).collect::<Result<_>>()?,
            with: body.with,
            note: body.note,
        });
    }
    Ok(steps)
}

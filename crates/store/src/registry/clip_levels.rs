//! Levels of clips: a span of a camera's footage that is protected more than its camera, by whom and why, and the paper by which it
//! no longer is.
//!
//! What a level asks for is `law::access`' matter. The invariants: the level of what is looked at is read in the transaction that
//! admits it, and whatever was admitted before a level was raised carries no footage of that clip afterwards.

use super::admit::{Ask, enter, enter_unless};
use super::{EntryIndex, Registry, words};
use crate::convert::{blob, int, small, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::person_of;
use law::access::{CLOCK_TOLERANCE_US, refuse_lowering};
use law::register::RecordKind;
use model::{Act, CameraId, Cx, PersonId, RecordId, Span, WallTime};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

const REASON_CHARS_MAX: usize = 500;
/// Clips of one camera with a level at once: more would be a level of the camera.
const IN_FORCE_MAX: i64 = 1_000;
/// Clips in one list: what a camera sees in years.
const ROWS_MAX: i64 = 1_000;

/// A clip that somebody wants to protect more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewClipLevel {
    pub level: u8,
    pub start: WallTime,
    /// `None`: from then on, until it is taken back.
    pub end: Option<WallTime>,
    pub reason: String,
    pub document: Option<RecordId>,
}

/// A clip's level as it was given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClipLevel {
    /// Its entry names it.
    pub entry: EntryIndex,
    pub level: u8,
    pub start: WallTime,
    pub end: Option<WallTime>,
    pub reason: String,
    pub document: Option<RecordId>,
    pub person: (PersonId, String),
    pub at: WallTime,
    pub lowered: Option<LoweredClip>,
}

/// How it was taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoweredClip {
    pub entry: EntryIndex,
    pub reason: String,
    pub document: RecordId,
    pub person: (PersonId, String),
    pub at: WallTime,
}

/// What an act looks at: the span that it names, or from now on.
pub(super) fn seen(span: Option<Span>, now: WallTime) -> Span {
    span.unwrap_or(Span { start: now, end: OPEN })
}

const OPEN: WallTime = WallTime(i64::MAX);

const IN_FORCE: &str = "FROM clip_level WHERE camera = ?1
    AND NOT EXISTS (SELECT 1 FROM clip_level_end WHERE raised = clip_level.entry)";

/// The clips of cameras above a level.
pub(super) async fn above(
    connection: &mut SqliteConnection,
    cameras: &[CameraId],
    level: u8,
) -> Result<Vec<(CameraId, Span)>> {
    if level >= 3 || cameras.is_empty() {
        return Ok(Vec::new());
    }
    let mut query =
        QueryBuilder::<Sqlite>::new("SELECT camera, start_us, end_us FROM clip_level WHERE level > ");
    query.push_bind(i64::from(level));
    query.push(
        " AND NOT EXISTS (SELECT 1 FROM clip_level_end WHERE raised = clip_level.entry) AND camera IN (",
    );
    let mut list = query.separated(", ");
    for camera in cameras {
        list.push_bind(blob(camera.0));
    }
    query.push(")");
    let rows: Vec<(Vec<u8>, i64, Option<i64>)> =
        query.build_query_as().fetch_all(connection).await.doing("reading the levels of clips")?;
    rows.into_iter().map(|(camera, start, end)| Ok((CameraId(uuid_of(&camera)?), clip(start, end)))).collect()
}

fn clip(start: i64, end: Option<i64>) -> Span {
    Span { start: WallTime(start), end: end.map_or(OPEN, WallTime) }
}

impl Registry {
    /// Gives a span of a camera's footage a higher level than the camera has. Views and exports that show it without what that level
    /// asks for end; the entry says how many.
    pub async fn raise_clip_level(&self, cx: &Cx, camera: CameraId, new: NewClipLevel) -> Result<EntryIndex> {
        let span = Span { start: new.start, end: new.end.unwrap_or(OPEN) };
        if !matches!(new.level, 2 | 3) {
            return Err(Error::invalid("level", "is not 2 or 3"));
        }
        if span.duration_us() <= 0 {
            return Err(Error::invalid("to_ms", "is not after from_ms"));
        }
        if span.start > cx.now.plus_us(CLOCK_TOLERANCE_US) {
            return Err(Error::invalid("from_ms", "lies in the future"));
        }
        if new.reason.chars().count() > REASON_CHARS_MAX {
            return Err(Error::invalid("reason", "is too long"));
        }
        let paper = self.paper(cx.now, camera, new.document).await?;
        let cx = Cx { note: Some(new.reason.clone()), ..cx.clone() };
        let (passes, clip, now) = (self.0.passes.clone(), (span, new.level), cx.now);
        let entry = self
            .decided(move |connection| {
                Box::pin(async move {
                    // In the writer's order: no pass is added between the count and the change.
                    let ends = passes.count_below(camera, clip, cx.now);
                    let ask = Ask {
                        cameras: vec![camera],
                        span: new.end.map(|_| span),
                        subject: Some(camera.0),
                        extra: format!("{}\ndocument={paper}\nviews_ended={ends}", described(&new)),
                        ..Ask::new(Act::RaiseClipLevel)
                    };
                    let entered = match enter(connection, &cx, &ask).await? {
                        Ok(entered) => entered,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    insert(connection, camera, &new, &cx, entered.entry).await?;
                    Ok(Ok(entered.entry))
                })
            })
            .await?;
        self.0.passes.raise(camera, clip, now);
        Ok(entry)
    }

    /// Takes a clip's level back: for a reason, by a paper of the unit's register.
    pub async fn lower_clip_level(
        &self,
        cx: &Cx,
        (camera, raised): (CameraId, EntryIndex),
        reason: &str,
        document: Option<RecordId>,
    ) -> Result<EntryIndex> {
        if reason.chars().count() > REASON_CHARS_MAX {
            return Err(Error::invalid("reason", "is too long"));
        }
        let paper = self.paper(cx.now, camera, document).await?;
        let cx = Cx { note: Some(reason.to_owned()), ..cx.clone() };
        self.decided(move |connection| {
            Box::pin(async move {
                let mut ask = Ask {
                    cameras: vec![camera],
                    subject: Some(camera.0),
                    refers_to: Some(raised),
                    ..Ask::new(Act::LowerClipLevel)
                };
                let found = rows(connection, camera, Some(raised)).await?.pop();
                if let Some(found) = &found {
                    ask.span = found.end.and_then(|end| Span::new(found.start, end));
                    ask.extra = format!("level={}\ndocument={paper}", found.level);
                }
                let refusal = refuse_lowering(document.is_some());
                let entry = match enter_unless(connection, &cx, &ask, refusal).await? {
                    Ok(entered) => entered.entry,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let (Some(found), Some(document)) = (found, document) else {
                    return Err(Error::NotFound("level of a clip"));
                };
                if found.lowered.is_some() {
                    return Err(Error::Conflict("the level was taken back already".into()));
                }
                end(connection, raised, document, &cx, entry).await?;
                Ok(Ok(entry))
            })
        })
        .await
    }

    /// The levels of a camera's clips, those that were taken back too, newest first. Whether the actor may know is decided before.
    pub async fn clip_levels(&self, _cx: &Cx, camera: CameraId) -> Result<Vec<ClipLevel>> {
        let mut connection = self.0.database.read.acquire().await.doing("reading the levels of clips")?;
        rows(&mut connection, camera, None).await
    }

    /// Makes sure that a paper is one of the camera's unit; for the entry, which names it by its id: its title may be secret.
    async fn paper(&self, now: WallTime, camera: CameraId, document: Option<RecordId>) -> Result<String> {
        let system = super::system_cx("registry", now);
        let unit = self.camera(&system, camera).await?.unit;
        let Some(document) = document else { return Ok("none".to_owned()) };
        self.own(&system, "document_id", document, RecordKind::Document, unit).await?;
        Ok(document.to_string())
    }
}

fn described(new: &NewClipLevel) -> String {
    let until = new.end.map_or_else(|| "open".to_owned(), |end| end.to_string());
    format!("level={}\nfrom={}\nuntil={until}", new.level, new.start)
}

async fn insert(
    connection: &mut SqliteConnection,
    camera: CameraId,
    new: &NewClipLevel,
    cx: &Cx,
    entry: EntryIndex,
) -> Result<()> {
    let (own, in_force): (i64, i64) = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT (SELECT security_level FROM camera WHERE id = ?1), (SELECT count(*) {IN_FORCE})"
    )))
    .bind(blob(camera.0))
    .fetch_one(&mut *connection)
    .await
    .doing("counting the levels of clips")?;
    if i64::from(new.level) <= own {
        return Err(Error::invalid("level", "is not above the camera's own"));
    }
    if in_force >= IN_FORCE_MAX {
        return Err(Error::Conflict("the camera has too many clips with a level: raise the camera's".into()));
    }
    sqlx::query(
        "INSERT INTO clip_level (entry, camera, level, start_us, end_us, reason, document, person, at_us)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(int(entry.0)?)
    .bind(blob(camera.0))
    .bind(i64::from(new.level))
    .bind(new.start.0)
    .bind(new.end.map(|end| end.0))
    .bind(words("reason", &new.reason, REASON_CHARS_MAX)?)
    .bind(new.document.map(|document| blob(document.0)))
    .bind(blob(person_of(cx)?.0))
    .bind(cx.now.0)
    .execute(connection)
    .await
    .doing("raising the level of a clip")
    .map(|_| ())
}

async fn end(
    connection: &mut SqliteConnection,
    raised: EntryIndex,
    document: RecordId,
    cx: &Cx,
    entry: EntryIndex,
) -> Result<()> {
    let reason = words("reason", cx.note.as_deref().unwrap_or_default(), REASON_CHARS_MAX)?;
    sqlx::query(
        "INSERT INTO clip_level_end (raised, entry, reason, document, person, at_us) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(int(raised.0)?)
    .bind(int(entry.0)?)
    .bind(reason)
    .bind(blob(document.0))
    .bind(blob(person_of(cx)?.0))
    .bind(cx.now.0)
    .execute(connection)
    .await
    .doing("taking back the level of a clip")
    .map(|_| ())
}

type Row = (
    i64,
    i64,
    i64,
    Option<i64>,
    String,
    Option<Vec<u8>>,
    Vec<u8>,
    String,
    i64,
    Option<i64>,
    Option<String>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<String>,
    Option<i64>,
);

async fn rows(
    connection: &mut SqliteConnection,
    camera: CameraId,
    only: Option<EntryIndex>,
) -> Result<Vec<ClipLevel>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT clip_level.entry, level, start_us, end_us, clip_level.reason, clip_level.document, clip_level.person,
                raiser.name, clip_level.at_us, clip_level_end.entry, clip_level_end.reason, clip_level_end.document,
                clip_level_end.person, lowerer.name, clip_level_end.at_us
         FROM clip_level JOIN person AS raiser ON raiser.id = clip_level.person
              LEFT JOIN clip_level_end ON raised = clip_level.entry
              LEFT JOIN person AS lowerer ON lowerer.id = clip_level_end.person
         WHERE camera = ?1 AND (?2 IS NULL OR clip_level.entry = ?2)
         ORDER BY clip_level.entry DESC LIMIT ?3",
    )
    .bind(blob(camera.0))
    .bind(only.map(|entry| int(entry.0)).transpose()?)
    .bind(ROWS_MAX)
    .fetch_all(connection)
    .await
    .doing("reading the levels of clips")?;
    rows.into_iter().map(level_of).collect()
}

fn level_of(row: Row) -> Result<ClipLevel> {
    let (entry, level, start, end, reason, document, person, name, at, ..) = row;
    let lowered = match (row.9, row.10, row.11, row.12, row.13, row.14) {
        (Some(entry), Some(reason), Some(document), Some(person), Some(name), Some(at)) => {
            Some(LoweredClip {
                entry: EntryIndex(uint(entry)?),
                reason,
                document: RecordId(uuid_of(&document)?),
                person: (PersonId(uuid_of(&person)?), name),
                at: WallTime(at),
            })
        }
        _ => None,
    };
    Ok(ClipLevel {
        entry: EntryIndex(uint(entry)?),
        level: small(level)?,
        start: WallTime(start),
        end: end.map(WallTime),
        reason,
        document: document.map(|document| uuid_of(&document).map(RecordId)).transpose()?,
        person: (PersonId(uuid_of(&person)?), name),
        at: WallTime(at),
        lowered,
    })
}

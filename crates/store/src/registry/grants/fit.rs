//! Whether what somebody wants with pictures is covered by a grant of theirs, inside the transaction that admits it.
//!
//! It permits nothing by itself: what comes out is the grant that is used, or one more reason to refuse.

use super::row::{GrantRow, of_person, use_of};
use crate::convert::{blob, uuid_of};
use crate::error::{Doing, Result};
use crate::registry::admit::Ask;
use crate::registry::pass::Handed;
use crate::registry::{EntryIndex, cases, whole_systems};
use law::access::{
    GrantAct, GrantFacts, Looked, NamedCase, Refusal, SecondEyes, Wanted, asking, is_live_alone,
    refuse_revoked,
};
use model::{Act, Actor, Cx, ExportId, GrantId, WallTime};
use sqlx::SqliteConnection;

/// The grant under which something is admitted.
#[derive(Clone, Debug)]
pub struct Fit {
    pub grant: GrantId,
    pub approver: String,
    pub expires: WallTime,
    pub(super) counted: bool,
    /// It was asked for live pictures of named cameras, and for nothing else.
    pub live_alone: bool,
    /// It is a clip that somebody handed on.
    pub handed: Option<Handed>,
}

impl Fit {
    /// Puts into an entry who approved, and what it is played as.
    pub fn say(&self, ask: &mut Ask) {
        ask.approver.clone_from(&self.approver);
        if let Some(handed) = self.handed {
            ask.refers_to = ask.refers_to.or(Some(handed.entry));
        }
    }
}

/// Somebody's own grants, with their cases as they stand now.
#[derive(Default)]
pub struct Grants {
    rows: Vec<GrantRow>,
    facts: Vec<GrantFacts>,
}

impl Grants {
    pub async fn load(connection: &mut SqliteConnection, cx: &Cx) -> Result<Self> {
        let Actor::Person(person) = cx.actor else { return Ok(Self::default()) };
        let rows = of_person(connection, person, cx.now).await?;
        let mut facts = Vec::with_capacity(rows.len());
        for grant in &rows {
            // Only a system is reached by way of the case.
            let case = match grant.case.filter(|_| !grant.systems.is_empty()) {
                Some(case) => cases::at(connection, case, (cx.actor, cx.now)).await?,
                None => NamedCase::None,
            };
            facts.push(grant.facts(case));
        }
        Ok(Self { rows, facts })
    }

    fn name_systems(&self) -> bool {
        self.facts.iter().any(|grant| !grant.systems.is_empty())
    }

    /// The one that covers what is asked, if there is one; a refusal where one is needed and there is none, and of live pictures what
    /// `ByGrant::of` makes of it.
    pub fn fit(&self, cx: &Cx, ask: &Ask, cameras: &[Looked]) -> (Option<Fit>, Option<Refusal>) {
        let (Actor::Person(_), Some(act)) = (cx.actor, GrantAct::of(ask.act)) else { return (None, None) };
        let needed = asking(&ask.four_eyes, SecondEyes::Approval, ask.act);
        let wanted = Wanted { act, cameras, span: ask.span, purpose: cx.purpose };
        match law::access::fitting(&self.facts, wanted) {
            Ok(at) => {
                let fit = self.rows.get(at).and_then(|row| {
                    let (_, answer) = row.answer.as_ref()?;
                    let approver = answer.step.by.1.clone();
                    let (expires, counted) = (row.expires, act.is_counted());
                    let of = self.facts.get(at)?;
                    let live_alone = is_live_alone(&of.acts) && of.systems.is_empty();
                    Some(Fit { grant: row.id, approver, expires, counted, live_alone, handed: None })
                });
                (fit, None)
            }
            // No rule asks for one before live pictures; what is wrong with theirs is told where it would have opened them.
            Err(refusal) if act == GrantAct::Live => (None, Some(*refusal)),
            Err(refusal) => (None, needed.map(|rule| rule.cite(*refusal))),
        }
    }

    /// Those that hold and are about this act of this camera, whatever their span and purpose.
    pub fn about(&self, act: Act, camera: Looked) -> impl Iterator<Item = &GrantRow> {
        let holds =
            move |facts: &GrantFacts| GrantAct::of(act).is_some_and(|act| facts.is_about(act, camera));
        self.rows.iter().zip(&self.facts).filter(move |(_, facts)| holds(facts)).map(|(row, _)| row)
    }
}

/// The grant that covers what is asked, if there is one; a refusal where one is needed and there is none.
/// `asked`: whether there may be any at all.
pub async fn fitting(
    connection: &mut SqliteConnection,
    cx: &Cx,
    ask: &Ask,
    asked: bool,
) -> Result<(Option<Fit>, Option<Refusal>)> {
    if GrantAct::of(ask.act).is_none() {
        return Ok((None, None));
    }
    let grants = match asked {
        true => Grants::load(connection, cx).await?,
        false => Grants::default(),
    };
    let mut looked = Vec::with_capacity(ask.cameras.len());
    for camera in &ask.cameras {
        let system = match grants.name_systems() {
            true => whole_systems::of_camera(connection, *camera).await?,
            false => None,
        };
        looked.push(Looked { camera: *camera, system });
    }
    Ok(grants.fit(cx, ask, &looked))
}

/// One use more, by its entry.
pub async fn note_use(connection: &mut SqliteConnection, fit: &Fit, entry: EntryIndex) -> Result<()> {
    if !fit.counted {
        return Ok(());
    }
    sqlx::query("INSERT INTO access_grant_use (entry, access_grant) VALUES (?, ?)")
        .bind(use_of(entry)?)
        .bind(blob(fit.grant.0))
        .execute(connection)
        .await
        .doing("noting the use of a grant")
        .map(|_| ())
}

/// The grant under which a package was made: collecting it names the same approver, and ends with it.
pub async fn made_under(
    connection: &mut SqliteConnection,
    export: ExportId,
) -> Result<(Option<Fit>, Option<Refusal>)> {
    type Row = (Vec<u8>, String, bool);
    let row: Option<Row> = sqlx::query_as(
        "SELECT own.id, answering.name, own.revoker IS NOT NULL
         FROM export JOIN access_grant_use AS used ON used.entry = export.entry
              JOIN access_grant AS own ON own.id = used.access_grant JOIN person AS answering ON answering.id = own.answerer
         WHERE export.id = ?",
    )
    .bind(blob(export.0))
    .fetch_optional(connection)
    .await
    .doing("looking for the grant of an export")?;
    let Some((grant, approver, revoked)) = row else { return Ok((None, None)) };
    let grant = GrantId(uuid_of(&grant)?);
    // A package has a term of its own, longer or shorter than the grant's.
    let (expires, counted, live_alone) = (WallTime(i64::MAX), false, false);
    let fit = Fit { grant, approver, expires, counted, live_alone, handed: None };
    Ok((Some(fit), refuse_revoked(revoked)))
}

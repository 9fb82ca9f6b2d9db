//! Which article asks a unit for what a control does: of its systems' packs that bind, or of one that it adopted. For what is the
//! unit's as a whole, as a roster is. It judges nothing.

use super::under::{Book, Local, divisions_of};
use super::{COLUMNS, Record, RecordRow, list, record_of};
use crate::Registry;
use crate::convert::blob;
use crate::error::{Doing, Result};
use law::packs::{ArticleId, Force, Override, Rules};
use law::register::{Body, RecordKind};
use law::routines::RuleKind;
use model::{Cx, RecordId, UnitId};
use sqlx::SqliteConnection;
use std::collections::BTreeSet;

/// Systems of one unit that are asked, oldest first: the first of them whose pack binds answers.
const SYSTEMS_MAX: i64 = 50;

impl Registry {
    /// The article that asks a unit for what a control does; `own`, the product's rule, where no pack that binds there does.
    pub async fn article_for(&self, cx: &Cx, unit: UnitId, control: &str, own: &str) -> Result<String> {
        let mut connection = self.database().read.acquire().await.doing("looking for an article")?;
        let found = binding_article(&mut connection, self.book(cx.now), unit, control).await?;
        Ok(found.map_or_else(|| own.to_owned(), |article| article.to_string()))
    }

    /// The same in a division, of whatever unit: for what an authority owes.
    pub fn article_in(&self, cx: &Cx, division: &str, control: &str, own: &str) -> String {
        let (nobody, divisions) = (RecordId(uuid::Uuid::nil()), [division.to_owned()]);
        let rules = Local::default().rules(self.book(cx.now), None, (nobody, &Body::new()), &divisions);
        binding(rules, control).map_or_else(|| own.to_owned(), |article| article.to_string())
    }

    /// The packs that bind today by themselves, and those that some unit adopted: what stands under another one is told, and owed by nobody.
    pub async fn packs_that_bind(&self, cx: &Cx) -> Result<BTreeSet<String>> {
        let rows: Vec<(String,)> = sqlx::query_as("SELECT DISTINCT pack FROM adoption")
            .fetch_all(&self.database().read)
            .await
            .doing("listing adopted packs")?;
        let (library, today) = (&self.packs().library, self.today(cx.now).to_string());
        let binding = library.packs.iter().filter(|pack| library.binds(pack, &today));
        Ok(binding.map(|pack| pack.id.clone()).chain(rows.into_iter().map(|(pack,)| pack)).collect())
    }
}

fn binding(rules: Rules<'_>, control: &str) -> Option<ArticleId> {
    let served = rules.served_by(control).filter(|(_, force)| *force == Force::Binds);
    served.map(|(article, _)| article)
}

/// The first article that binds.
pub(crate) async fn binding_article(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    unit: UnitId,
    control: &str,
) -> Result<Option<ArticleId>> {
    let local = Local::load(connection, Some(unit)).await?;
    let systems = systems(connection, unit).await?;
    // Mostly the first one answers, and the places of the others need not be looked for.
    let (first, others) = systems.split_at(systems.len().min(1));
    for some in [first, others] {
        let rules = rules_of(connection, (book, &local), unit, some).await?;
        if let Some(article) = rules.into_iter().find_map(|rules| binding(rules, control)) {
            return Ok(Some(article));
        }
    }
    Ok(binding(adopted(&local, book, unit), control))
}

/// The kinds of written rules that packs which bind ask of a unit, each with the first article that does.
pub(crate) async fn written_rules_asked(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    unit: UnitId,
) -> Result<Vec<(RuleKind, ArticleId)>> {
    let mut asked: Vec<(RuleKind, ArticleId)> = Vec::new();
    let local = Local::load(connection, Some(unit)).await?;
    let systems = systems(connection, unit).await?;
    let mut all = rules_of(connection, (book, &local), unit, &systems).await?;
    all.push(adopted(&local, book, unit));
    for rules in all {
        let ruled = rules.each(|values| values.written_rules.as_ref()).into_iter();
        for (ruling, _) in ruled.filter(|(_, force)| *force == Force::Binds) {
            for kind in ruling.value.iter().filter_map(|word| RuleKind::from_word(word)) {
                if asked.iter().all(|(known, _)| *known != kind) {
                    asked.push((kind, ruling.article.clone()));
                }
            }
        }
    }
    Ok(asked)
}

/// A unit without systems is under what it adopted.
fn adopted<'l>(local: &Local, book: Book<'l>, unit: UnitId) -> Rules<'l> {
    local.rules(book, Some(unit), (RecordId(uuid::Uuid::nil()), &Body::new()), &[])
}

/// The rules of some systems of a unit in their order. Those of systems in the same divisions, under the same packs and values, once.
async fn rules_of<'l>(
    connection: &mut SqliteConnection,
    (book, local): (Book<'l>, &Local),
    unit: UnitId,
    systems: &[Record],
) -> Result<Vec<Rules<'l>>> {
    /// Divisions, packs that the record names, values of its own.
    type Under = (Vec<String>, Vec<String>, Vec<Override>);
    let mut divisions = divisions_of(connection, systems.iter().map(|system| system.id)).await?;
    let (mut known, mut rules): (Vec<Under>, Vec<Rules<'l>>) = (Vec::new(), Vec::new());
    for system in systems {
        let here = divisions.remove(&system.id).unwrap_or_default();
        let under = (here, list(&system.body, "packs"), local.set_for(Some(unit), system.id));
        if !known.contains(&under) {
            rules.push(local.rules(book, Some(unit), (system.id, &system.body), &under.0));
            known.push(under);
        }
    }
    Ok(rules)
}

async fn systems(connection: &mut SqliteConnection, unit: UnitId) -> Result<Vec<Record>> {
    let rows: Vec<RecordRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM record WHERE id IN (
            SELECT id FROM record WHERE unit = ? AND kind = ? AND removed_us IS NULL ORDER BY id LIMIT ?)
         ORDER BY id"
    )))
    .bind(blob(unit.0))
    .bind(i64::from(RecordKind::System.code()))
    .bind(SYSTEMS_MAX)
    .fetch_all(connection)
    .await
    .doing("listing a unit's systems")?;
    rows.into_iter().map(record_of).collect()
}

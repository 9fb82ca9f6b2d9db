//! Packs that a unit made its own rule with a document: from then on they bind its systems, be they drafts or partly held.

use crate::convert::{blob, int, uint, uuid_of};
use crate::error::{Doing, Error, Result};
use crate::registry::facts::unit_name;
use crate::registry::{EntryIndex, Registry, admit::Ask};
use law::register::RecordKind;
use model::{Act, Cx, RecordId, UnitId, WallTime};

/// A pack that a unit adopted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Adoption {
    pub pack: String,
    pub document: RecordId,
    pub at: WallTime,
    pub entry: EntryIndex,
}

impl Registry {
    /// Makes a pack a unit's own rule. It is not taken back by a call: another decision of the unit would be another pack.
    pub async fn adopt_pack(&self, cx: &Cx, unit: UnitId, pack: &str, document: RecordId) -> Result<()> {
        if self.packs().library.pack(pack).is_none() {
            return Err(Error::NotFound("pack"));
        }
        let paper = self.stored_record(cx, document).await?;
        if paper.kind != RecordKind::Document || paper.removed.is_some() || paper.unit != Some(unit) {
            return Err(Error::invalid("document", "is no document of this unit"));
        }
        let (pack, now) = (pack.to_owned(), cx.now);
        let ask = Ask {
            scopes: vec![(unit, None)],
            subject: Some(document.0),
            extra: format!("pack={pack}\ndocument={}", paper.name),
            ..Ask::new(Act::AdoptPack)
        };
        self.act(cx, ask, move |connection, entry| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO adoption (unit, pack, document, at_us, entry) VALUES (?, ?, ?, ?, ?)
                     ON CONFLICT (unit, pack) DO UPDATE SET document = excluded.document,
                        at_us = excluded.at_us, entry = excluded.entry",
                )
                .bind(blob(unit.0))
                .bind(pack)
                .bind(blob(document.0))
                .bind(now.0)
                .bind(int(entry.0)?)
                .execute(connection)
                .await
                .doing("adopting a pack")
                .map(|_| ())
            })
        })
        .await
    }

    /// What a unit adopted, by the packs' names.
    pub async fn adoptions(&self, _cx: &Cx, unit: UnitId) -> Result<Vec<Adoption>> {
        let mut connection = self.0.database.read.acquire().await.doing("listing adopted packs")?;
        // A unit that never was has no empty list.
        unit_name(&mut connection, unit).await?;
        let rows: Vec<(String, Vec<u8>, i64, i64)> =
            sqlx::query_as("SELECT pack, document, at_us, entry FROM adoption WHERE unit = ? ORDER BY pack")
                .bind(blob(unit.0))
                .fetch_all(&mut *connection)
                .await
                .doing("listing adopted packs")?;
        rows.into_iter()
            .map(|(pack, document, at, entry)| {
                Ok(Adoption {
                    pack,
                    document: RecordId(uuid_of(&document)?),
                    at: WallTime(at),
                    entry: EntryIndex(uint(entry)?),
                })
            })
            .collect()
    }
}

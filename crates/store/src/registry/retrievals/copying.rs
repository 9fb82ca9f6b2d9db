//! What stands behind a copy that is asked for on an authority's request: an approved retrieval of just this footage, or nothing.
//!
//! It refuses nothing: `law::access` does. The invariant: it is read in the transaction that admits the copy.

use super::RetrievalState;
use super::rows::stored;
use crate::error::Result;
use crate::registry::cameras;
use crate::registry::register::{Book, rules_of_request};
use law::access::{ForAuthority, makes_copy};
use law::retrieval::who_may;
use model::{Act, CameraId, Cx, LegalBasis, Span};
use sqlx::SqliteConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Only of copies on an authority's request; of everything else nothing is read.
pub(in crate::registry) async fn for_authority(
    connection: &mut SqliteConnection,
    book: Book<'_>,
    cx: &Cx,
    (act, copied, span, retrieval): (Act, &[CameraId], Option<Span>, Option<Uuid>),
) -> Result<ForAuthority> {
    if !makes_copy(act) || cx.legal_basis != LegalBasis::AuthorityRequest {
        return Ok(ForAuthority::default());
    }
    let in_order = match retrieval {
        Some(id) => {
            let (row, _) = stored(connection, id).await?;
            let asked: BTreeSet<_> = row.cameras.iter().collect();
            row.state == RetrievalState::Approved && asked == copied.iter().collect() && row.span == span
        }
        None => false,
    };
    // As a request for it would be judged: by the rules of its cameras' systems, and those that their unit adopted.
    let article = match copied.first() {
        Some(first) => {
            let unit = cameras::unit_of(connection, *first).await?;
            let rules = rules_of_request(connection, book, unit, copied, None).await?;
            // Where a pack speaks, its article is named before our own rule.
            rules.iter().map(who_may).min_by_key(|article| article.pack == "unit")
        }
        None => None,
    };
    Ok(ForAuthority { in_order, article })
}

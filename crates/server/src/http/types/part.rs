//! Which part of a list is asked for, where a list is cut by nothing else.

use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PartQuery {
    /// At most 200; 50 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

impl From<PartQuery> for store::PartQuery {
    fn from(query: PartQuery) -> Self {
        Self { limit: query.limit, cursor: query.cursor }
    }
}

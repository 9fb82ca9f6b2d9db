//! A sentence in the two languages of the product. It is not a translation system: the console's own strings live there.

use serde::{Deserialize, Serialize};

/// One sentence, in English and in Chinese.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub en: String,
    pub zh: String,
}

impl Words {
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }
}

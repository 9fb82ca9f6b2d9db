//! Words between the tags of a page: forms and dossiers are read in a browser, and no word of a person's becomes a tag there.
//!
//! It makes no page. The invariant: what it gives has none of the five characters that HTML reads as more than themselves.

/// Text as it stands between tags or in a quoted attribute (HTML Living Standard, "Text").
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

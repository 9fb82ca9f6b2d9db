//! How commands speak: a progress bar on a terminal, JSON on request. Findings are data; only this file prints them.

use indicatif::{ProgressBar, ProgressStyle};
use std::{fmt, io::IsTerminal as _, time::Duration};

/// A bar on standard error when that is a terminal and JSON was not asked for; else invisible.
pub fn progress(what: &'static str, json: bool) -> ProgressBar {
    if json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0).with_message(what);
    if let Ok(style) =
        ProgressStyle::with_template("{msg:16} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}")
    {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Text of strangers without control characters, so that it cannot move the cursor of whoever reads it.
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// One thing that `check` or `doctor` has to say.
#[derive(Debug, serde::Serialize)]
pub struct Finding {
    pub level: Level,
    /// What was looked at, for example `footage` or `key file`.
    pub subject: String,
    /// Where exactly: file, fragment and second as far as they are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    pub message: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Good,
    /// Worth knowing; nothing is wrong yet.
    Notice,
    /// Something is wrong.
    Wrong,
}

impl Finding {
    pub fn new(level: Level, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { level, subject: subject.into(), place: None, message: message.into() }
    }
    pub fn at(self, place: impl Into<String>) -> Self {
        Self { place: Some(place.into()), ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Good => "good",
            Level::Notice => "notice",
            Level::Wrong => "WRONG",
        };
        write!(f, "{level:<7}{}: {}", self.subject, self.message)?;
        self.place.iter().try_for_each(|place| write!(f, " [{place}]"))
    }
}

/// Prints findings and answers whether any is wrong.
pub fn report(findings: &[Finding], json: bool) -> anyhow::Result<bool> {
    if json {
        println!("{}", serde_json::to_string_pretty(&serde_json::json!({ "findings": findings }))?);
    } else {
        findings.iter().for_each(|finding| println!("{finding}"));
    }
    Ok(findings.iter().any(|finding| finding.level == Level::Wrong))
}

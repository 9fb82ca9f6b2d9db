//! The exceptions: lists that only shrink.
//!
//! An exception silences one finding. One that silences nothing any more, or allows more than is needed, is itself a failure, so
//! that the lists cannot outlive their reasons.

use crate::rules::{Finding, Report};
use anyhow::Context;
use serde::Deserialize;
use std::fmt;

/// How far a limit may lie above what is measured before it must be lowered. Not zero: an edit that shortens a long
/// file by a few lines should not have to touch the exceptions too.
const SLACK_MAX: u64 = 20;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Exceptions {
    #[serde(default)]
    exception: Vec<Exception>,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct Exception {
    rule: String,
    /// The finding's own key, as tidy prints it.
    at: String,
    /// For rules that measure: the largest measure still allowed.
    limit: Option<u64>,
    reason: String,
}

pub fn parse(text: &str) -> anyhow::Result<Exceptions> {
    let parsed: Exceptions = toml::from_str(text).context("xtask/exceptions.toml")?;
    for exception in &parsed.exception {
        anyhow::ensure!(
            !exception.reason.trim().is_empty(),
            "exception for '{}' gives no reason",
            exception.at
        );
    }
    Ok(parsed)
}

impl Exceptions {
    /// Takes the silenced findings out and adds one for each exception that is stale.
    pub fn apply(&self, report: Report) -> Outcome {
        let stale = self.exception.iter().filter_map(|exception| exception.staleness(&report.findings));
        let kept =
            report.findings.iter().filter(|finding| !self.exception.iter().any(|e| e.silences(finding)));
        let mut findings: Vec<Finding> = kept.cloned().chain(stale).collect();
        findings.sort();
        Outcome { findings, notes: report.notes, exceptions: self.exception.len() }
    }
}

impl Exception {
    fn is_about(&self, finding: &Finding) -> bool {
        self.rule == finding.rule && self.at == finding.at
    }

    fn silences(&self, finding: &Finding) -> bool {
        let within = match (self.limit, finding.measure) {
            (Some(limit), Some(measure)) => measure <= limit,
            (None, None) => true,
            _ => false,
        };
        self.is_about(finding) && within
    }

    fn staleness(&self, findings: &[Finding]) -> Option<Finding> {
        let stale = |message: String| {
            Some(Finding::new(
                "exceptions",
                "xtask/exceptions.toml",
                0,
                &self.at,
                &format!("{}: {message}", self.rule),
            ))
        };
        let Some(finding) = findings.iter().find(|finding| self.is_about(finding)) else {
            return stale(format!("'{}' needs no exception any more; remove it", self.at));
        };
        match (self.limit, finding.measure) {
            (Some(limit), Some(measure)) if measure + SLACK_MAX < limit => {
                stale(format!("'{}' is down to {measure}; lower the limit from {limit}", self.at))
            }
            _ => None,
        }
    }
}

/// What is left after the exceptions.
pub struct Outcome {
    findings: Vec<Finding>,
    notes: Vec<String>,
    exceptions: usize,
}

impl Outcome {
    pub fn is_tidy(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.notes.iter().try_for_each(|note| writeln!(f, "note: {note}"))?;
        self.findings.iter().try_for_each(|finding| writeln!(f, "{finding}"))?;
        writeln!(f, "tidy: {} findings, {} exceptions", self.findings.len(), self.exceptions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(toml: &str, findings: &[Finding]) -> Vec<String> {
        let report = Report { findings: findings.to_vec(), notes: Vec::new() };
        parse(toml).unwrap().apply(report).findings.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn silence_what_they_name_and_no_more() {
        let long = Finding::new("file-lines", "a.rs", 1, "a.rs", "has 900 lines").measured(900);
        let of =
            |limit: u64| format!("[[exception]]\nrule='file-lines'\nat='a.rs'\nlimit={limit}\nreason='x'");
        let check = |toml: &str, expected: &[&str]| {
            assert_eq!(left(toml, std::slice::from_ref(&long)), expected, "{toml}")
        };
        check("", &["has 900 lines"]);
        check(&of(900), &[]);
        check(&of(920), &[]);
        check(&of(899), &["has 900 lines"]);
        check(&of(921), &["file-lines: 'a.rs' is down to 900; lower the limit from 921"]);
    }

    #[test]
    fn a_stale_exception_is_a_finding() {
        let toml = "[[exception]]\nrule='names'\nat='b.rs'\nreason='x'";
        assert_eq!(left(toml, &[]), ["names: 'b.rs' needs no exception any more; remove it"]);
    }

    #[test]
    fn an_exception_gives_its_reason() {
        assert!(parse("[[exception]]\nrule='names'\nat='b.rs'\nreason=' '").is_err());
        assert!(parse("[[exception]]\nrule='names'\nat='b.rs'").is_err());
    }
}

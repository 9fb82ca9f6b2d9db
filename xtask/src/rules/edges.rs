//! Who may import whom: the table of docs/ARCHITECTURE.md, checked against the Cargo files.
//!
//! Dev-dependencies are free; what ships is not.

use super::Finding;
use crate::tree::Tree;
use anyhow::Context;
use std::collections::BTreeSet;

/// A crate of ours and what it may import of ours. A crate that is not here does not exist.
const EDGES: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("ledger", &["model"]),
    ("media", &["model"]),
    ("wire", &["model"]),
    ("law", &["model"]),
    ("verify", &["model", "media", "ledger"]),
    ("store", &["model", "ledger", "law"]),
    ("pipeline", &["model", "ledger", "media", "wire", "law", "store"]),
    ("server", &["model", "ledger", "media", "wire", "law", "store", "pipeline", "verify"]),
    ("sim", &["model", "ledger", "media", "wire", "law", "store", "pipeline", "verify"]),
    ("xtask", &[]),
];

/// The cores: nothing here may reach the outside world (invariant 1).
pub const CORES: &[&str] = &["model", "ledger", "media", "wire", "law", "verify"];

/// Third parties that read a clock, a file, a socket, the environment or chance, or that log: not for the cores.
const NOT_FOR_CORES: &[&str] = &[
    "anyhow",
    "async-trait",
    "chrono",
    "dirs",
    "env_logger",
    "futures",
    "getrandom",
    "jiff",
    "log",
    "mio",
    "rand",
    "rand_core",
    "rustix",
    "rustls",
    "time",
    "tokio",
    "tokio-util",
    "tracing",
];

/// Third parties that belong to one crate: the wall they stand behind.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("argon2", &["store"]),
    ("retina", &["pipeline"]),
    ("axum", &["server"]),
    ("axum-server", &["server"]),
    ("tower", &["server"]),
    ("tower-http", &["server"]),
    ("utoipa", &["server"]),
    ("utoipa-axum", &["server"]),
    ("rust-embed", &["server"]),
    ("clap", &["server"]),
    ("indicatif", &["server"]),
    ("anyhow", &["server", "xtask"]),
];

/// A core has at most this many dependencies of others: few enough for an auditor to know each of them.
const CORE_DEPENDENCIES_MAX: usize = 10;

pub fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (path, text) in tree.ending(&["toml"]).filter(|(path, _)| is_manifest(path)) {
        let manifest: toml::Table = text.parse().with_context(|| path.to_owned())?;
        let name =
            manifest.get("package").and_then(|package| package.get("name")).and_then(|name| name.as_str());
        findings.extend(manifest_findings(path, name.unwrap_or_default(), &dependencies(&manifest)));
    }
    Ok(findings)
}

fn is_manifest(path: &str) -> bool {
    path.ends_with("/Cargo.toml") && !path.starts_with("fuzz/") && !path.starts_with("faults/")
}

/// Normal and build dependencies, also those of one target.
fn dependencies(manifest: &toml::Table) -> BTreeSet<String> {
    let of = |table: &toml::Table| -> Vec<String> {
        let sections = ["dependencies", "build-dependencies"]
            .iter()
            .filter_map(|section| table.get(*section)?.as_table());
        sections.flat_map(|section| section.keys().cloned()).collect()
    };
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let of_targets =
        targets.into_iter().flat_map(|targets| targets.values()).filter_map(toml::Value::as_table);
    of(manifest).into_iter().chain(of_targets.flat_map(of)).collect()
}

fn manifest_findings(path: &str, name: &str, imports: &BTreeSet<String>) -> Vec<Finding> {
    let finding = |import: &str, message: String| {
        Finding::new("edges", path, 0, &format!("{name} -> {import}"), &message)
    };
    let Some((_, allowed)) = EDGES.iter().find(|(owner, _)| *owner == name) else {
        return vec![finding("", format!("crate '{name}' is not in the table of import edges"))];
    };
    let is_ours = |import: &str| EDGES.iter().any(|(owner, _)| *owner == import);
    let mut findings = Vec::new();
    for import in imports {
        let owners = ONLY_IN.iter().find(|(third, _)| third == import).map(|(_, owners)| *owners);
        if is_ours(import) && !allowed.contains(&import.as_str()) {
            findings.push(finding(import, format!("'{name}' may not import '{import}'")));
        } else if CORES.contains(&name) && NOT_FOR_CORES.contains(&import.as_str()) {
            findings.push(finding(
                import,
                format!("'{name}' is below the I/O line and may not import '{import}'"),
            ));
        } else if owners.is_some_and(|owners| !owners.contains(&name)) {
            findings.push(finding(
                import,
                format!("'{import}' belongs to {}", owners.unwrap_or_default().join(", ")),
            ));
        }
    }
    let others = imports.iter().filter(|import| !is_ours(import)).count();
    if CORES.contains(&name) && others > CORE_DEPENDENCIES_MAX {
        let message = format!(
            "'{name}' has {others} dependencies of others, a core has at most {CORE_DEPENDENCIES_MAX}"
        );
        findings.push(finding("", message).measured(others as u64));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_those_of_the_table() {
        let check = |name: &str, imports: &str, expected: &[&str]| {
            let text = format!("[package]\nname = '{name}'\n{imports}");
            let tree = Tree::of(&[("crates/x/Cargo.toml", &text)]);
            let found: Vec<_> =
                super::check(&tree).unwrap().into_iter().map(|finding| finding.message).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("law", "[dependencies]\nmodel.workspace = true", &[]);
        check("law", "[dev-dependencies]\ntokio = '1'", &[]);
        check("law", "[dependencies]\nstore = '1'", &["'law' may not import 'store'"]);
        check("media", "[build-dependencies]\nledger = '1'", &["'media' may not import 'ledger'"]);
        let below = "'wire' is below the I/O line and may not import 'tokio'";
        check("wire", "[dependencies]\ntokio = '1'", &[below]);
        check("wire", "[target.'cfg(unix)'.dependencies]\ntokio = '1'", &[below]);
        check("pipeline", "[dependencies]\nsqlx = '1'", &["'sqlx' belongs to store"]);
        check("helpers", "", &["crate 'helpers' is not in the table of import edges"]);
        let eleven =
            ('a'..='k').fold("[dependencies]".to_owned(), |text, name| format!("{text}\n{name} = '1'"));
        check("model", &eleven, &["'model' has 11 dependencies of others, a core has at most 10"]);
    }
}

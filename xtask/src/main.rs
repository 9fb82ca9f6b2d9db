//! The project's own chores: `cargo xtask tidy` checks what no compiler checks.
//!
//! Never shipped. Every rule is a pure function from the loaded tree to findings; only `tree::load` and this file do I/O.
//! Exit codes: 0 tidy, 1 findings, 2 the tree or the command line could not be read.

mod cite;
mod exceptions;
mod markdown;
mod rules;
mod source;
mod tree;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

const USAGE: &str = "usage: cargo xtask tidy";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments != ["tidy"] {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    }
    match tidy(&root()) {
        Ok(outcome) => {
            // A reader that closes the pipe early (`| head`) has seen enough.
            let _ = write!(std::io::stdout(), "{outcome}");
            ExitCode::from(u8::from(!outcome.is_tidy()))
        }
        Err(error) => {
            eprintln!("tidy: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// The workspace folder: the parent of this crate's own. Asked at run time: a shared target folder may hold a program
/// that was compiled in another checkout, and that one would be read instead.
fn root() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("xtask"), PathBuf::from);
    own.join("..")
}

fn tidy(root: &Path) -> anyhow::Result<exceptions::Outcome> {
    let tree = tree::load(root)?;
    let exceptions = exceptions::parse(tree.text("xtask/exceptions.toml").unwrap_or_default())?;
    let report = rules::check(&tree)?;
    Ok(exceptions.apply(report))
}

#[cfg(test)]
mod tests {
    /// `cargo test` is the gate: a tree that is not tidy does not pass.
    #[test]
    fn the_tree_is_tidy() {
        let outcome = super::tidy(&super::root()).unwrap();
        assert!(outcome.is_tidy(), "\n{outcome}");
    }
}

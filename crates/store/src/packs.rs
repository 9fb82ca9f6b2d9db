//! The rule packs of this installation: those that are shipped, and the jurisdiction's own in `packs/` of the data folder.
//!
//! It interprets nothing. The invariant kept: a pack file that is wrong is left out whole and told; it never keeps the
//! server from recording.

use crate::error::{Error, Result};
use law::packs::{Library, PACK_BYTES_MAX, PackError};
use model::Hash;
use sha2::{Digest as _, Sha256};
use std::{
    fs,
    path::Path,
    sync::{Arc, LazyLock},
};

/// Folder of the jurisdiction's own packs inside the data folder.
pub const PACKS_DIR: &str = "packs";

/// The packs, and what is wrong with files that were left out.
#[derive(Clone, Debug)]
pub struct Packs {
    pub library: Arc<Library>,
    pub left_out: Vec<PackError>,
    /// Of the jurisdiction's own files, also those that were left out.
    pub own_digest: Hash,
}

/// What is shipped, read once: a store is opened often in tests and in the simulation.
static SHIPPED: LazyLock<std::result::Result<Arc<Library>, PackError>> =
    LazyLock::new(|| Library::with_shipped(&[]).map(Arc::new));

impl Packs {
    /// Reads what is shipped and every `*.toml` of `dir`, in the order of their names. A folder that is not there is none.
    ///
    /// # Errors
    /// Only when what is shipped is wrong, or the folder cannot be listed.
    pub fn load(dir: &Path) -> Result<Self> {
        let shipped =
            SHIPPED.clone().map_err(|error| Error::Internal(format!("a shipped rule pack: {error}")))?;
        let files = files(dir)?;
        let mut packs = Self { library: shipped, left_out: Vec::new(), own_digest: digest(&files) };
        let mut taken: Vec<(String, String)> = Vec::new();
        for (name, text) in files {
            match text {
                Ok(text) => taken.push((name, text)),
                Err(problem) => {
                    packs.left_out.push(PackError { file: name, problem });
                    continue;
                }
            }
            let more: Vec<(&str, &str)> =
                taken.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
            match Library::with_shipped(&more) {
                Ok(library) => packs.library = Arc::new(library),
                Err(error) => {
                    packs.left_out.push(error);
                    taken.pop();
                }
            }
        }
        Ok(packs)
    }
}

/// A file's text, or what is wrong with it.
type Text = std::result::Result<String, String>;

/// `H((name "\n" text "\0")*)`; of a file that cannot be read, what is wrong with it.
fn digest(files: &[(String, Text)]) -> Hash {
    let mut sum = Sha256::new();
    for (name, text) in files {
        sum.update(name);
        sum.update(b"\n");
        sum.update(match text {
            Ok(text) => text,
            Err(problem) => problem,
        });
        sum.update(b"\0");
    }
    Hash(sum.finalize().into())
}

fn files(dir: &Path) -> Result<Vec<(String, Text)>> {
    if !dir.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(Error::file("listing", dir))? {
        let path = entry.map_err(Error::file("listing", dir))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.extension().is_some_and(|extension| extension == "toml") {
            found.push((name, text_of(&path)));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

fn text_of(path: &Path) -> Text {
    let bytes = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if bytes > PACK_BYTES_MAX as u64 {
        return Err(format!("longer than {PACK_BYTES_MAX} bytes"));
    }
    fs::read_to_string(path).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = r#"
[pack]
id = "harbour-2026"
version = 1
title = { zh = "港区规定", en = "Harbour rules" }
jurisdiction = { zh = "港区", en = "Harbour" }
level = "foreign"
status = "in-force"
articles_held = [1, 1]
source = { zh = "自拟", en = "Written here" }
"#;

    #[test]
    fn a_wrong_file_is_left_out_and_the_others_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let shipped = Packs::load(&dir.path().join("none")).unwrap();
        assert!(shipped.left_out.is_empty());
        let empty = Packs::load(dir.path()).unwrap();
        assert_eq!(empty.own_digest, shipped.own_digest, "no folder and an empty one are the same");

        fs::write(dir.path().join("harbour-2026.toml"), OWN).unwrap();
        fs::write(dir.path().join("bad.toml"), "[pack]\nid = 3").unwrap();
        fs::write(dir.path().join("notes.txt"), "no pack").unwrap();
        let packs = Packs::load(dir.path()).unwrap();
        assert!(packs.library.pack("harbour-2026").is_some());
        assert_eq!(packs.library.packs.len(), shipped.library.packs.len() + 1);
        let left_out: Vec<&str> = packs.left_out.iter().map(|error| error.file.as_str()).collect();
        assert_eq!(left_out, ["bad.toml"]);
        assert_ne!(packs.own_digest, empty.own_digest);
        fs::write(dir.path().join("bad.toml"), "[pack]\nid = 4").unwrap();
        let other = Packs::load(dir.path()).unwrap();
        assert_ne!(other.own_digest, packs.own_digest, "also of what is left out");
    }
}

//! The manifest's list of files against what is there: none missing, none added, none changed.
//!
//! Videos are compared in size only: their bytes are checked where their pictures are.

use super::Check;
use crate::report::{ClaimName, Finding};
use crate::{Error, Result};
use ledger::package::{FILES_MAX, MANIFEST, Manifest, PIECES_MAX, SIGNATURE, is_safe_name};
use ledger::tree::BulkSha256;
use model::Hash;
use std::collections::{BTreeMap, BTreeSet};

/// Bytes read at once.
const CHUNK_BYTES: usize = 1 << 20;

/// What is known of each file that the manifest lists and that is there.
#[derive(Default)]
pub(super) struct Files(BTreeMap<String, u64>);

impl Files {
    /// Size of a file that may be read.
    pub fn bytes(&self, name: &str) -> Option<u64> {
        self.0.get(name).copied()
    }
}

impl Check<'_> {
    pub(super) fn files(&mut self, manifest: &Manifest, manifest_bytes: &[u8]) -> Result<Files> {
        let found = |code, name: &str, problem: &str| Finding::new(code, problem).in_file(name);
        let pieces: usize = manifest.videos().map(|video| video.pieces.len()).sum();
        if manifest.files.len() > FILES_MAX || pieces > PIECES_MAX || manifest_bytes.is_empty() {
            let finding =
                found("manifest_broken", MANIFEST, "more files or fragments than a package may have");
            self.claims.found(ClaimName::BytesIntact, finding);
            return Ok(Files::default());
        }
        let there: BTreeMap<String, u64> =
            self.reader.files().iter().map(|listed| (listed.name.clone(), listed.bytes)).collect();
        let videos: BTreeSet<&str> = manifest.videos().map(|video| video.file.as_str()).collect();
        let mut listed = BTreeSet::from([MANIFEST, SIGNATURE]);
        let mut files = Files::default();
        for file in &manifest.files {
            let name = file.name.as_str();
            let problem = if !is_safe_name(name) {
                Some(("manifest_broken", "a name that leads elsewhere".to_owned()))
            } else if !listed.insert(name) {
                Some(("manifest_broken", "is listed twice".to_owned()))
            } else {
                match there.get(name) {
                    None => Some(("file_missing", "is missing".to_owned())),
                    Some(bytes) => {
                        files.0.insert(name.to_owned(), *bytes);
                        self.one_file(file, *bytes, videos.contains(name))?
                    }
                }
            };
            if let Some((code, problem)) = problem {
                self.claims.found(ClaimName::BytesIntact, found(code, name, &problem));
            }
        }
        for name in there.keys().filter(|name| !listed.contains(name.as_str())) {
            self.claims.found(ClaimName::BytesIntact, found("file_added", name, "is not of the package"));
        }
        Ok(files)
    }

    fn one_file(
        &mut self,
        file: &ledger::package::File,
        bytes: u64,
        is_video: bool,
    ) -> Result<Option<(&'static str, String)>> {
        if bytes != file.bytes {
            let problem = format!("has {bytes} bytes instead of {}", file.bytes);
            return Ok(Some(("bytes_changed", problem)));
        }
        if is_video {
            return Ok(None);
        }
        let hash = self.hash_range(&file.name, 0, bytes)?;
        self.advance(bytes);
        Ok((hash != file.sha256).then(|| ("bytes_changed", "differs from what was handed over".to_owned())))
    }

    /// SHA-256 of a range of a file, in chunks.
    pub(super) fn hash_range(&mut self, name: &str, from: u64, to: u64) -> Result<Hash> {
        let mut hasher = BulkSha256::default();
        let mut chunk = vec![0; CHUNK_BYTES.min(usize::try_from(to - from).unwrap_or(CHUNK_BYTES))];
        let mut at = from;
        while at < to {
            let len = chunk.len().min(usize::try_from(to - at).unwrap_or(usize::MAX));
            let part = &mut chunk[..len];
            self.reader.read_at(name, at, part).map_err(Error::read(name))?;
            hasher.update(part);
            at += len as u64;
        }
        Ok(hasher.finish())
    }
}

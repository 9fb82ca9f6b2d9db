//! A package in a folder. Links are never followed, and nothing outside the folder is ever opened.

use crate::archive::Archive;
use crate::read::{Listed, PackageReader};
use crate::report::Oddity;
use crate::{Error, Result};
use ledger::package::{FILES_MAX, is_safe_name};
use model::ExportId;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// Folders below the package's own that are looked into; a package has two.
const DEPTH_MAX: usize = 4;
/// What desktops leave behind in any folder that is looked at; not of the package, not held against it.
const DEBRIS: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// A package in a folder.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    list: Vec<Listed>,
    oddities: Vec<Oddity>,
    open: Option<(String, File)>,
}

/// Opens a package: a folder, or an archive file.
pub fn open(path: &Path) -> Result<Box<dyn PackageReader>> {
    let what = path.display().to_string();
    let meta = fs::metadata(path).map_err(Error::read(&what))?;
    if meta.is_dir() {
        return Ok(Box::new(Folder::open(path)?));
    }
    let file = File::open(path).map_err(Error::read(&what))?;
    match Archive::open(file, &what) {
        Ok(archive) => Ok(Box::new(archive)),
        // What is no archive is a package that was changed beyond reading, and not our failure.
        Err(Error::Container { problem, .. }) => Ok(Box::new(Damaged(problem))),
        Err(error) => Err(error),
    }
}

/// A file that holds no archive: no files, and the reason.
struct Damaged(&'static str);

impl PackageReader for Damaged {
    fn files(&self) -> &[Listed] {
        &[]
    }
    fn read_at(&mut self, _name: &str, _offset: u64, _into: &mut [u8]) -> io::Result<()> {
        Err(io::ErrorKind::NotFound.into())
    }
    fn oddities(&mut self, _copy: Option<ExportId>) -> Vec<Oddity> {
        vec![Oddity { file: None, problem: self.0 }]
    }
}

impl Folder {
    pub fn open(root: &Path) -> Result<Self> {
        let mut folder = Self { root: root.to_owned(), list: Vec::new(), oddities: Vec::new(), open: None };
        folder.walk(root, "", 0)?;
        folder.list.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(folder)
    }

    fn walk(&mut self, path: &Path, prefix: &str, depth: usize) -> Result<()> {
        let what = path.display().to_string();
        for entry in fs::read_dir(path).map_err(Error::read(&what))? {
            let entry = entry.map_err(Error::read(&what))?;
            let Ok(name) = entry.file_name().into_string() else {
                self.odd(
                    &format!("{prefix}{}", entry.file_name().to_string_lossy()),
                    "a name that is not UTF-8",
                );
                continue;
            };
            let kind = entry.file_type().map_err(Error::read(&what))?;
            let full = format!("{prefix}{name}");
            if kind.is_dir() && depth < DEPTH_MAX {
                self.walk(&entry.path(), &format!("{full}/"), depth + 1)?;
            } else if !kind.is_file() {
                self.odd(&full, "a link, a device or too deep a folder");
            } else if !DEBRIS.contains(&name.as_str()) {
                let bytes = entry.metadata().map_err(Error::read(&what))?.len();
                self.list.push(Listed { name: full, bytes });
            }
            if self.list.len() + self.oddities.len() > FILES_MAX {
                return Err(Error::Container { what, problem: "more files than a package may have" });
            }
        }
        Ok(())
    }

    fn odd(&mut self, name: &str, problem: &'static str) {
        self.oddities.push(Oddity { file: Some(name.to_owned()), problem });
    }
}

impl PackageReader for Folder {
    fn files(&self) -> &[Listed] {
        &self.list
    }

    fn read_at(&mut self, name: &str, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let file = match &mut self.open {
            Some((open, file)) if open == name => file,
            slot => {
                let listed = self.list.binary_search_by(|listed| listed.name.as_str().cmp(name));
                if listed.is_err() || !is_safe_name(name) {
                    return Err(io::ErrorKind::NotFound.into());
                }
                &mut slot.insert((name.to_owned(), File::open(self.root.join(name))?)).1
            }
        };
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(into)
    }

    fn oddities(&mut self, _: Option<ExportId>) -> Vec<Oddity> {
        self.oddities.clone()
    }
}

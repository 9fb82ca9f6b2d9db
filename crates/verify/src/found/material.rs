//! What was found, as files: one video, a package in a folder, or a package in an archive, whole or torn.

use crate::archive::Archive;
use crate::folder::Folder;
use crate::read::{FileOf, Listed, PackageReader, ReadAt};
use crate::report::Oddity;
use crate::{Error, Result};
use ledger::package::{MANIFEST, Manifest};
use ledger::tree;
use model::{ExportId, Hash};
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// Videos of a package that are looked at: one for each camera that it may have.
pub const VIDEOS_MAX: usize = 64;
/// A manifest that is read for its copy id (docs/design/package.md §7 allows more; a day of 64 cameras is below this).
const MANIFEST_BYTES_MAX: u64 = 64 << 20;

/// A thing that was found.
pub struct Material {
    reader: Box<dyn PackageReader + Send>,
    videos: Vec<Listed>,
}

impl Material {
    /// A file or a folder.
    ///
    /// # Errors
    /// When it cannot be read. What is in it is no matter here.
    pub fn open(path: &Path) -> Result<Self> {
        let what = path.display().to_string();
        if fs::metadata(path).map_err(Error::read(&what))?.is_dir() {
            return Ok(Self::of_package(Box::new(Folder::open(path)?)));
        }
        Self::of_file(File::open(path).map_err(Error::read(&what))?)
    }

    /// An open file.
    pub fn of_file(file: File) -> Result<Self> {
        const WHAT: &str = "the file";
        let copy = file.try_clone().map_err(Error::read(WHAT))?;
        // An archive that is torn has lost its directory; its bytes are still those of the videos.
        if let Ok(archive) = Archive::open(copy, WHAT) {
            let found = Self::of_package(Box::new(archive));
            if !found.videos.is_empty() {
                return Ok(found);
            }
        }
        let mut file = file;
        let bytes = file.seek(SeekFrom::End(0)).map_err(Error::read(WHAT))?;
        let videos = vec![Listed { name: String::new(), bytes }];
        Ok(Self { reader: Box::new(Single { list: videos.clone(), file }), videos })
    }

    fn of_package(reader: Box<dyn PackageReader + Send>) -> Self {
        let is_video = |file: &&Listed| file.name.to_ascii_lowercase().ends_with(".mp4");
        let videos = reader.files().iter().filter(is_video).take(VIDEOS_MAX).cloned().collect();
        Self { reader, videos }
    }

    /// How many videos there are.
    pub fn videos(&self) -> usize {
        self.videos.len()
    }

    /// One of them; an empty file behind the last.
    pub fn video(&mut self, number: usize) -> impl ReadAt + '_ {
        let (name, bytes) =
            self.videos.get(number).map_or(("", 0), |video| (video.name.as_str(), video.bytes));
        FileOf { reader: self.reader.as_mut(), name, bytes }
    }

    /// The copy id that the package's manifest names, and the manifest's SHA-256. Whether it is signed is not looked at: who
    /// made it knows its hash.
    pub fn manifest(&mut self) -> Option<(ExportId, Hash)> {
        let listed = self.reader.files().iter().find(|file| file.name == MANIFEST)?;
        let bytes = usize::try_from(listed.bytes).ok().filter(|_| listed.bytes <= MANIFEST_BYTES_MAX)?;
        let mut text = vec![0; bytes];
        self.reader.read_at(MANIFEST, 0, &mut text).ok()?;
        let manifest = Manifest::parse(&text).ok()?;
        Some((manifest.copy_id, tree::sha256(&[&text])))
    }
}

/// One file as a package of one.
struct Single {
    list: Vec<Listed>,
    file: File,
}

impl PackageReader for Single {
    fn files(&self) -> &[Listed] {
        &self.list
    }
    fn read_at(&mut self, _name: &str, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(offset))?;
        self.file.read_exact(into)
    }
    fn oddities(&mut self, _copy: Option<ExportId>) -> Vec<Oddity> {
        Vec::new()
    }
}

//! Base layers of the map: GeoJSON files that the operator lays into `map/` of the data folder.
//!
//! It reads no coordinate: what is in a file the console checks and draws. The invariant kept: only a plain file that stands
//! in that folder, with a plain name and a bounded size, is ever opened; a name from outside is looked up, never joined.

use crate::Store;
use crate::error::{Error, Result};
use model::WallTime;
use std::{fs, path::Path, time::UNIX_EPOCH};

/// Folder of the base layers inside the data folder.
pub const MAP_DIR: &str = "map";
/// Bytes of one layer: a district's buildings and roads; larger ones would make a browser's page wait.
pub const LAYER_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Layers of one map: as many as a person tells apart.
pub const LAYERS_MAX: usize = 16;
/// Characters of a layer's name, without its ending.
const NAME_CHARS_MAX: usize = 64;
const ENDING: &str = ".geojson";

/// A layer that can be drawn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MapLayer {
    /// The file's name without its ending.
    pub name: String,
    pub bytes: u64,
    pub changed: WallTime,
}

/// The layers, and files of the folder that are none, each with the reason.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MapLayers {
    pub layers: Vec<MapLayer>,
    pub left_out: Vec<(String, &'static str)>,
}

impl Store {
    /// The base layers in the order of their names, which is the order in which they are drawn.
    pub async fn map_layers(&self) -> Result<MapLayers> {
        let dir = self.data_dir().join(MAP_DIR);
        off_thread(move || list(&dir)).await
    }

    /// One layer's file, as it is now.
    pub async fn map_layer(&self, name: String) -> Result<Vec<u8>> {
        let dir = self.data_dir().join(MAP_DIR);
        off_thread(move || read(&dir, &name)).await
    }
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))?
}

fn list(dir: &Path) -> Result<MapLayers> {
    let mut found = MapLayers::default();
    // A folder that is not there is an empty one.
    if !dir.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(dir).map_err(Error::file("listing", dir))? {
        let entry = entry.map_err(Error::file("listing", dir))?;
        let file = entry.file_name().to_string_lossy().into_owned();
        // Not followed: a link could lead out of the folder.
        let meta = fs::symlink_metadata(entry.path()).map_err(Error::file("reading", &entry.path()))?;
        match judged(&file, &meta) {
            Ok(layer) => found.layers.push(layer),
            Err(problem) => found.left_out.push((file, problem)),
        }
    }
    found.layers.sort_by(|a, b| a.name.cmp(&b.name));
    found.left_out.extend(
        found
            .layers
            .split_off(found.layers.len().min(LAYERS_MAX))
            .into_iter()
            .map(|layer| (layer.name + ENDING, "one too many")),
    );
    found.left_out.sort();
    found.left_out.truncate(LAYERS_MAX);
    Ok(found)
}

fn judged(file: &str, meta: &fs::Metadata) -> std::result::Result<MapLayer, &'static str> {
    let plain = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'-' || letter == b'_';
    let Some(name) = file.strip_suffix(ENDING) else { return Err("does not end in .geojson") };
    if name.is_empty() || name.len() > NAME_CHARS_MAX || !name.bytes().all(plain) {
        return Err("its name may have letters, digits, - and _ only");
    }
    if !meta.is_file() {
        return Err("is no plain file");
    }
    if meta.len() > LAYER_BYTES_MAX {
        return Err("is larger than 16 MiB");
    }
    let changed = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let changed = WallTime(changed.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX)));
    Ok(MapLayer { name: name.to_owned(), bytes: meta.len(), changed })
}

fn read(dir: &Path, name: &str) -> Result<Vec<u8>> {
    let known = list(dir)?.layers.into_iter().find(|layer| layer.name == name);
    let layer = known.ok_or(Error::NotFound("map layer"))?;
    let path = dir.join(layer.name + ENDING);
    fs::read(&path).map_err(Error::file("reading", &path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(found: &MapLayers) -> (Vec<&str>, Vec<&str>) {
        let layers = found.layers.iter().map(|layer| layer.name.as_str()).collect();
        (layers, found.left_out.iter().map(|(file, _)| file.as_str()).collect())
    }

    #[test]
    fn plain_files_are_layers_and_everything_else_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, outside) = (dir.path().join("map"), dir.path().join("secret.geojson"));
        assert_eq!(list(&folder).unwrap(), MapLayers::default());
        fs::create_dir(&folder).unwrap();
        fs::write(&outside, "{}").unwrap();
        for file in ["20-roads.geojson", "10-water.geojson", "notes.txt", "a b.geojson"] {
            fs::write(folder.join(file), "{}").unwrap();
        }
        fs::create_dir(folder.join("folder.geojson")).unwrap();
        std::os::unix::fs::symlink(&outside, folder.join("link.geojson")).unwrap();
        fs::File::create(folder.join("large.geojson")).unwrap().set_len(LAYER_BYTES_MAX + 1).unwrap();
        let found = list(&folder).unwrap();
        let left_out = vec!["a b.geojson", "folder.geojson", "large.geojson", "link.geojson", "notes.txt"];
        assert_eq!(names(&found), (vec!["10-water", "20-roads"], left_out));
    }

    #[test]
    fn a_name_from_outside_leads_nowhere_else() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("map");
        fs::create_dir(&folder).unwrap();
        fs::write(dir.path().join("secret.geojson"), "secret").unwrap();
        fs::write(folder.join("water.geojson"), "water").unwrap();
        std::os::unix::fs::symlink(dir.path().join("secret.geojson"), folder.join("link.geojson")).unwrap();
        let check = |name: &str, expected: Option<&str>| {
            assert_eq!(read(&folder, name).ok().as_deref(), expected.map(str::as_bytes), "{name}");
        };
        check("water", Some("water"));
        check("../secret", None);
        check("..%2fsecret", None);
        check("link", None);
        check("", None);
        check("water.geojson", None);
    }
}

//! The ground of the demonstration's map: three towns that there are not, made by `scripts/demo_ground.py`.
//!
//! It is laid into the data folder as an operator would lay their own, and once: whoever takes it away or puts another there
//! keeps it so.

use anyhow::Context as _;
use std::fs;
use store::{MAP_DIR, Store};

const LAYERS: [(&str, &str); 3] = [
    ("10-ground.geojson", include_str!("ground/10-ground.geojson")),
    ("20-streets.geojson", include_str!("ground/20-streets.geojson")),
    ("30-houses.geojson", include_str!("ground/30-houses.geojson")),
];

/// Lays the layers into the store's folder, unless it has a folder of them.
pub fn lay(store: &Store) -> anyhow::Result<()> {
    let folder = store.data_dir().join(MAP_DIR);
    if folder.exists() {
        return Ok(());
    }
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    for (name, text) in LAYERS {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

//! Footage that a person brings for a gap, in the process that has the store open: the entry first, then the pictures, then what
//! became of it as an entry of its own.
//!
//! It decides nothing about footage: what meets a gap is the pipeline's matter. Who may is decided as for backups: a named
//! administrator answers for it at the machine (docs/design/store.md, "Back-fill").

use crate::control::words;
use anyhow::{Context as _, bail};
use model::{CameraId, WallTime};
use pipeline::{Brought, Mp4File, Pipeline};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use store::{Store, system_cx};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// One at a time: it reads and hashes as fast as the disk gives, beside cameras that are recorded.
static ONE: Semaphore = Semaphore::const_new(1);

/// What is brought, and who answers for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bring {
    pub camera: String,
    /// An MP4 file that the server's account can read.
    pub file: PathBuf,
    /// When its first picture was taken, as a person says.
    pub start_us: i64,
    /// Where it comes from, without names.
    pub source: String,
    pub by: String,
    pub reason: String,
    /// Number of the paper behind it.
    pub document: String,
}

/// Brings it. What is given back is for the person at the machine.
///
/// # Errors
/// With what was wrong; what was stored until then stays, with its records.
pub async fn bring(store: &Store, pipeline: &Pipeline, bring: Bring) -> anyhow::Result<String> {
    let Ok(_one) = ONE.try_acquire() else { bail!("another import is under way") };
    let now = pipeline::system_wall();
    let cx = system_cx("command", now);
    let (id, start) = (Uuid::now_v7(), WallTime(bring.start_us));
    let camera: CameraId = bring.camera.parse().context("camera")?;
    let [source, reason, document] =
        [("source", &bring.source), ("reason", &bring.reason), ("document", &bring.document)]
            .map(|(field, text)| words(field, text));
    let (source, reason, document) = (source?, reason?, document?);
    let by = store.registry.responsible(&bring.by).await?.words;
    store.registry.camera(&cx, camera).await?;
    let path = bring.file.clone();
    let opened = tokio::task::spawn_blocking(move || {
        let sha256 = sha256_of(&path)?;
        let file = Mp4File::open(&path).map_err(anyhow::Error::msg);
        Ok::<_, anyhow::Error>((sha256, file.with_context(|| format!("reading {}", path.display()))?))
    });
    let (sha256, file) = opened.await??;
    let term_days = store.retention_policy(&cx).await?.term_at(camera, start);
    if start.plus_us(i64::from(term_days) * law::retention::DAY_US) <= now || start > now {
        bail!(
            "start: footage of {start} is past its camera's term of {term_days} days, or not taken yet: it may not be kept, and is not \
             brought"
        );
    }
    let text = format!(
        "id={id}\ncamera={camera}\nstart={start}\nsource={source}\nsha256={sha256}\ndocument={document}\nby={by}\nreason={reason}"
    );
    let begun = store.registry.begin_back_fill(&cx, id, &text).await?;
    let brought = Brought { id, camera, start, arrived: now, source };
    let done = pipeline.back_fill(brought, Box::new(file)).await;
    let said = match &done {
        Ok(done) => format!(
            "id={id}\nfrom={}\nto={}\npictures={}\nleft_out={}",
            done.span.start, done.span.end, done.units, done.left_out
        ),
        Err(error) => format!("id={id}\nfailed={error}"),
    };
    let cx = system_cx("command", pipeline::system_wall());
    store.registry.end_back_fill(&cx, (id, begun), &said).await?;
    done?;
    Ok(said)
}

fn sha256_of(path: &Path) -> anyhow::Result<String> {
    let mut file = std::fs::File::open(path).with_context(|| format!("opening {}", path.display()))?;
    let mut hash = Sha256::new();
    std::io::copy(&mut file, &mut hash).with_context(|| format!("reading {}", path.display()))?;
    Ok(model::Hash(hash.finalize().into()).to_string())
}

//! `check` of a data folder whose `footage.db` is lost: made again from a mirror's copy of the log, or what is left is listed
//! (docs/design/operations.md, section 9).

use super::{Finding, Level, derived};
use crate::cmd::check::Depth;
use model::{Act, Cx};
use std::path::Path;
use store::{Adopted, Store, Tail, backup};

/// Folders that a list names one by one; its last line counts all.
const LIST_MAX: usize = 200;

/// Whether `footage.db` is not where it was.
pub fn is_lost(dir: &Path) -> bool {
    backup::is_lost(dir)
}

/// Makes the database again; its files are found for it when the store is open.
pub async fn make(dir: &Path, mirror: &Path) -> anyhow::Result<Tail> {
    Ok(backup::make_again(dir, mirror, pipeline::system_wall()).await?)
}

/// Without a mirror: what lies in the media folder, and that its proofs are gone.
pub async fn list(dir: &Path) -> anyhow::Result<Vec<Finding>> {
    let message = "is not here. With a mirror of its log: `check --rebuild --from-logs MIRROR`; with a backup: `watchkeeper restore`. With \
                   neither, what follows is salvaged footage: when it was recorded and by which camera is in its names and sidecars, and \
                   nothing proves it any more, because the records that did were in this file";
    let mut findings = vec![Finding::new(Level::Wrong, "store", message).at("footage.db")];
    let salvage = backup::salvage(dir).await?;
    let (mut files, mut bytes) = (0, 0);
    for (number, folder) in salvage.folders.iter().enumerate() {
        (files, bytes) = (files + folder.files, bytes + folder.bytes);
        if number < LIST_MAX {
            let message = format!("{} files, {} bytes, without records", folder.files, folder.bytes);
            let place = match &folder.disk {
                Some(disk) => disk.join(&folder.folder).display().to_string(),
                None => folder.folder.clone(),
            };
            findings.push(Finding::new(Level::Notice, "salvaged footage", message).at(place));
        }
    }
    for (disk, problem) in salvage.away {
        let message = format!("a media disk that cannot be looked at: {problem}");
        findings
            .push(Finding::new(Level::Notice, "salvaged footage", message).at(disk.display().to_string()));
    }
    let message = format!("{files} files in {} folders, {bytes} bytes in all", salvage.folders.len());
    findings.push(Finding::new(Level::Notice, "salvaged footage", message));
    Ok(findings)
}

/// Whether `registry.db` is not where it was, and `footage.db` is.
pub fn is_registry_lost(dir: &Path) -> bool {
    backup::is_registry_lost(dir)
}

/// What is gone with `registry.db` and how it comes back; and what is left.
pub async fn list_without_registry(dir: &Path) -> anyhow::Result<Vec<Finding>> {
    let message = "is not here. Gone with it: people and their posts, cameras with names, addresses and logins, settings, cases, reasons \
                   of holds, and the keys of the access log's entries. They come back from a backup only: `watchkeeper restore --from \
                   BACKUP --dir NEW`, into another folder, with this one kept; its footage log is then compared with the backup's. \
                   Without a backup the access log says only that its entries were made. What follows is here and proven by the footage \
                   log; further media disks are not looked at, since only the registry named them";
    let mut findings = vec![Finding::new(Level::Wrong, "store", message).at("registry.db")];
    for left in backup::left_streams(dir).await? {
        let message = format!(
            "{} segments, {} bytes, from {} to {}",
            left.segments, left.bytes, left.span.start, left.span.end
        );
        findings.push(Finding::new(Level::Notice, "footage left", message).at(left.stream.to_string()));
    }
    Ok(findings)
}

/// Gives the records of a database that was made again their files, with an entry; nothing where that is done.
pub async fn adopt(store: &Store, cx: &Cx, depth: Depth) -> anyhow::Result<Vec<Finding>> {
    if !store.footage.is_unmatched().await? {
        return Ok(Vec::new());
    }
    if depth != Depth::Rebuild {
        let message = "was made again from a mirror, and its files are not all found for it";
        return Ok(vec![derived(depth, "store", message).at("footage.db")]);
    }
    let adopted = store.footage.adopt(cx).await?;
    let from: Vec<String> =
        store.tails(store::LogName::Footage).await?.into_iter().map(|tail| tail.from).collect();
    let Adopted { segments, without, left, .. } = &adopted;
    let text = format!(
        "footage.db made again\nfrom={}\nsegments={segments}\nwithout_file={without}\nfiles_left={}",
        from.join(", "),
        left.len()
    );
    store.registry.note_system(cx, Act::Restore, &text).await?;
    Ok(said(adopted))
}

/// All that could be had, and what could not.
fn said(adopted: Adopted) -> Vec<Finding> {
    let notice = |message: String| Finding::new(Level::Notice, "made again", message);
    let mut findings = vec![notice(format!("{} segments have their files", adopted.segments))];
    if let Some((from, to)) = adopted.between {
        let message = format!(
            "{} segments, from {from} to {to}, have records and no file; unlocking records them as lost",
            adopted.without
        );
        findings.push(notice(message));
    }
    findings.extend(adopted.left.into_iter().map(|left| notice(left.problem).at(left.place)));
    let gone = "cosignatures of witnesses, measurements of clocks, the trusted clock and the state of the scrub were in footage.db only: \
                they begin anew";
    findings.push(notice(gone.to_owned()));
    findings
}

//! `check` beside a running server: of copies of its databases, each one committed state, with the footage where it is.
//!
//! Rows and logs stand still in the copies, so what is found in them is found. Files move on: what was said of one is looked at a second
//! time, by rows copied anew, and stands only if it is still so; what was recorded, let go or held meanwhile is no fault. Nothing of
//! the server's is changed; the entry is written by the server itself.

use super::{Arguments, Depth, Finding, Level, OPEN, Times, entry, examine_timed, segments};
use crate::cmd::{EXIT_FOUND, output};
use crate::config::Config;
use crate::control::{self, Ask};
use crate::store_keys;
use model::Cx;
use std::collections::HashSet;
use std::path::Path;
use std::process::ExitCode;
use store::{LogName, OpenOptions, Store, beside::Look, system_cx};

/// What is said about files, which move while they are looked at.
const OF_FILES: [&str; 5] = ["footage", "tables", "media folder", "holds", "documents"];

/// The whole check, or the quick one, of a store that a server has open.
pub async fn check(arguments: &Arguments, dir: &Path) -> anyhow::Result<ExitCode> {
    let depth = arguments.depth();
    let bar = output::progress("checking beside the running server", arguments.json);
    let times = Times::default();
    let looked = async {
        let (look, store) = times.of("copies of the databases", take(arguments, dir)).await?;
        let cx = system_cx("check", pipeline::system_wall());
        let sizes = (store.log_size(LogName::Footage).await?, store.log_size(LogName::Access).await?);
        let mut found = examine_timed(&store, depth, &bar, &times).await?;
        let open = found.iter().filter(|finding| finding.message == OPEN).count();
        found.retain(|finding| finding.message != OPEN);
        // The first copies go before others are made: a disk may have room for one of each only.
        store.close(pipeline::system_wall()).await?;
        drop(look);
        if found.iter().any(moves) {
            let (_look, store) = times.of("files that moved on, again", take(arguments, dir)).await?;
            let again = again_of(&store, (&cx, depth), &found).await?;
            found.retain(|finding| {
                !moves(finding) || again.contains(&(finding.subject.clone(), finding.place.clone()))
            });
            store.close(pipeline::system_wall()).await?;
        }
        let message = format!(
            "a running server has this store open: this is how it was at leaf {} of the footage log and {} of the access log. {open} \
             open segments, and what came after that, were not looked at",
            sizes.0, sizes.1
        );
        found.insert(0, Finding::new(Level::Notice, "check", message));
        if depth == Depth::Quick {
            found.extend(scrubbed(dir).await?);
        }
        anyhow::Ok((found, sizes))
    };
    let looked = looked.await;
    if arguments.times {
        eprint!("{times}");
    }
    bar.finish_and_clear();
    let (mut found, (footage, access)) = looked?;
    let text =
        format!("{}\nbeside=true\nfootage_leaves={footage}\naccess_leaves={access}", entry(&found, depth));
    let unentered = match control::ask(dir, &Ask::Checked { text }).await {
        Ok(Some(_)) => None,
        Ok(None) => Some("the server stopped meanwhile: this check has no entry".to_owned()),
        Err(error) => Some(format!("the server did not enter it: this check has no entry ({error:#})")),
    };
    found.extend(unentered.map(|message| Finding::new(Level::Notice, "check", message)));
    let wrong = output::report(&found, arguments.json)?;
    Ok(if wrong { ExitCode::from(EXIT_FOUND) } else { ExitCode::SUCCESS })
}

/// Copies, opened. The copies are first: they go when the store is closed.
async fn take(arguments: &Arguments, dir: &Path) -> anyhow::Result<(Look, Store)> {
    let config = Config::load(arguments.place.config.as_deref())?;
    let store_keys = store_keys::load_for_reading(&config.encryption, dir)?;
    let look = Look::take(dir, arguments.scratch.as_deref()).await?;
    let options = OpenOptions { store_keys, ..OpenOptions::new(pipeline::system_wall()) };
    let store = look.open(options).await?;
    Ok((look, store))
}

/// What may be otherwise a moment later.
fn moves(finding: &Finding) -> bool {
    finding.level == Level::Wrong && finding.place.is_some() && OF_FILES.contains(&finding.subject.as_str())
}

/// What is found of files by rows that were copied later: subject and place of each.
async fn again_of(
    store: &Store,
    (cx, depth): (&Cx, Depth),
    first: &[Finding],
) -> anyhow::Result<HashSet<(String, Option<String>)>> {
    let mut found = match depth {
        Depth::Quick => match store.footage.survey(cx, true).await?.files {
            Some(mut files) => {
                let orphans = std::mem::take(&mut files.orphans);
                let mut found = segments::quick(files);
                found.extend(super::strangers(store, orphans)?);
                found
            }
            None => Vec::new(),
        },
        _ => super::strangers(store, store.footage.orphans(cx).await?)?,
    };
    found.extend(super::holds(store, cx, Depth::Whole).await?);
    found.extend(super::documents(store, depth).await?);
    if depth != Depth::Quick {
        let places =
            first.iter().filter(|finding| moves(finding)).filter_map(|finding| finding.place.as_deref());
        found.extend(segments::again(store, cx, places).await?);
    }
    Ok(found.into_iter().filter(moves).map(|finding| (finding.subject, finding.place)).collect())
}

/// What the server's own reading of all footage found: a quick look reads none.
async fn scrubbed(dir: &Path) -> anyhow::Result<Vec<Finding>> {
    let Some((state, found)) = store::scrub_beside(dir).await? else {
        return Ok(vec![Finding::new(Level::Notice, "scrub", "the running server has read no footage yet")]);
    };
    let ended = match state.finished {
        Some(at) => format!("; the last whole round ended {at}"),
        None => "; no round is complete yet".to_owned(),
    };
    let megabytes = state.read_bytes / 1_000_000;
    let message = format!("round {}, begun {}: {megabytes} MB read{ended}", state.round, state.begun);
    let wrong = |finding: store::ScrubFinding| {
        Finding::new(Level::Wrong, "footage", finding.problem).at(finding.place)
    };
    let mut all = vec![Finding::new(Level::Notice, "scrub", message)];
    all.extend(found.into_iter().map(wrong));
    Ok(all)
}

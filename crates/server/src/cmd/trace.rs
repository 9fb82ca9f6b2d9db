//! `watchkeeper trace`: which copy a found video is, of the running server or, where none runs, of the store itself.
//!
//! It decides nothing: `crate::trace` does, after the entry, and here it is printed. docs/design/trace.md says what an answer proves.

use super::{EXIT_FAILED, EXIT_FOUND, output::plain, place};
use crate::{
    control::{self, Ask},
    http::types::{Trace, TraceCopy, TraceReason, TraceVerdict},
    store_keys,
    trace::{Found, at_the_machine},
};
use anyhow::Context as _;
use model::WallTime;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Exit codes: 0 a copy is named, or all that held the pictures are listed; 1 the file names a copy that did not hold its pictures;
/// 2 it cannot be told, or could not be done.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: place::Place,
    /// Account of the auditor who answers for it; the answer is about cameras of their units
    #[arg(long, value_name = "ACCOUNT")]
    by: String,
    /// Where it was found and why it is looked into, for the ledger
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Compare its pictures with footage of this camera only
    #[arg(long, value_name = "ID")]
    camera: Option<String>,
    /// Compare them with footage from then on only: 2026-11-28T14:03:00Z
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// And up to then
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
    /// The found video (MP4, whole or cut), or package (folder or archive); the server's account must be able to read it
    file: PathBuf,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let dir = arguments.place.data_dir()?;
    let found = Found {
        file: std::path::absolute(&arguments.file)?,
        by: arguments.by,
        reason: arguments.reason,
        camera: arguments.camera,
        from_us: time("--from", arguments.from.as_deref())?,
        to_us: time("--to", arguments.to.as_deref())?,
    };
    let said = match control::ask(&dir, &Ask::Trace(found.clone())).await? {
        Some(said) => said,
        None => alone(arguments.place.config.as_deref(), &dir, found).await?,
    };
    let trace: Trace = serde_json::from_str(&said).context("the answer")?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&trace)?);
    } else {
        print!("{}", text_of(&trace));
    }
    Ok(match trace.verdict {
        TraceVerdict::Copy | TraceVerdict::Footage => ExitCode::SUCCESS,
        TraceVerdict::Contradicted => ExitCode::from(EXIT_FOUND),
        TraceVerdict::CannotTell => ExitCode::from(EXIT_FAILED),
    })
}

fn time(option: &str, text: Option<&str>) -> anyhow::Result<Option<i64>> {
    let parse = |text: &str| text.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_microsecond);
    text.map(parse).transpose().with_context(|| format!("{option}: a time as 2026-11-28T14:03:00Z"))
}

/// No server runs: the store is opened for it, with the boot file's store keys.
async fn alone(config: Option<&Path>, dir: &Path, found: Found) -> anyhow::Result<String> {
    let keys = store_keys::load_for_reading(&crate::config::Config::load(config)?.encryption, dir)?;
    let store = place::open_with_keys(dir, keys).await?;
    let said = at_the_machine(&store, found).await;
    store.close(pipeline::system_wall()).await?;
    said
}

/// The answer for a person.
fn text_of(trace: &Trace) -> String {
    let mut lines = vec![format!("{}: {}", verdict_word(trace.verdict), sentence(trace.verdict))];
    lines.push(format!("entry {} of the access log, sha256 {}", trace.entry, trace.sha256));
    if trace.groups > 0 {
        lines.push(format!(
            "{} of its {} groups of pictures are footage of this store",
            trace.matched_groups, trace.groups
        ));
    }
    for span in &trace.spans {
        let (from, to) = (at(span.from_ms), at(span.to_ms));
        lines.push(format!("  {} ({}), {from} to {to}", plain(&span.camera.name), span.camera.id));
    }
    if trace.verdict == TraceVerdict::Footage && trace.copies.is_empty() {
        lines.push("no hand-over held it: look for who saw that camera and time in the ledger".into());
    }
    trace.copies.iter().for_each(|copy| lines.extend(copy_lines(copy)));
    match trace.manifest_is_ours {
        Some(true) => lines.push("its manifest is the one that was made for this copy".into()),
        Some(false) => {
            lines.push(
                "its manifest is not the one that is kept for this copy: check it with `watchkeeper verify`"
                    .into(),
            );
        }
        None => {}
    }
    for plain_copy in &trace.plain_copies {
        lines.push(format!(
            "copied out without a copy id: entry {}, {} by {}",
            plain_copy.entry,
            at(plain_copy.at_ms),
            plain(&plain_copy.by)
        ));
    }
    lines.extend(trace.reasons.iter().map(|reason| format!("note: {}", reason_words(*reason))));
    lines.push(String::new());
    lines.join("\n")
}

fn copy_lines(copy: &TraceCopy) -> Vec<String> {
    let found_by = if copy.by_id { "its id is in the file" } else { "it held these pictures" };
    let held = match copy.held_all {
        Some(true) => ", all of them",
        Some(false) => ", some of them",
        None => "",
    };
    let cameras: Vec<String> =
        copy.cameras.iter().map(|one| format!("{} ({})", plain(&one.name), one.id)).collect();
    let mut lines = vec![
        format!("copy {}: {found_by}{held}", copy.copy_id),
        format!("  handed to {}, {}", plain(&copy.recipient.name), plain(&copy.recipient.organisation)),
        format!(
            "  asked for by {}, {}, entry {}",
            plain(&copy.requested_by.name),
            at(copy.requested_ms),
            copy.entry
        ),
    ];
    if !copy.approver.is_empty() {
        lines.push(format!("  approved by {}", plain(&copy.approver)));
    }
    lines.push(format!("  footage of {}, {} to {}", cameras.join(", "), at(copy.from_ms), at(copy.to_ms)));
    for collected in &copy.collected {
        lines.push(format!("  collected {}, entry {}", at(collected.at_ms), collected.entry));
    }
    lines
}

fn at(ms: i64) -> WallTime {
    WallTime::from_ms(ms)
}

fn verdict_word(verdict: TraceVerdict) -> &'static str {
    match verdict {
        TraceVerdict::Copy => "copy",
        TraceVerdict::Footage => "footage",
        TraceVerdict::Contradicted => "contradicted",
        TraceVerdict::CannotTell => "cannot tell",
    }
}

fn sentence(verdict: TraceVerdict) -> &'static str {
    match verdict {
        TraceVerdict::Copy => "the file names a copy that was handed out here",
        TraceVerdict::Footage => "the file names no copy, but its pictures are footage of this store",
        TraceVerdict::Contradicted => {
            "the file names a copy that did not hold its pictures: the id was put into it, or the pictures were changed"
        }
        TraceVerdict::CannotTell => "nothing leads from this file to a copy",
    }
}

fn reason_words(reason: TraceReason) -> &'static str {
    match reason {
        TraceReason::UnknownCopy => "the copy id in it is none of this store: another store's, or invented",
        TraceReason::Elsewhere => {
            "footage of cameras that are not of this auditor's units is in it; their auditor can trace it"
        }
        TraceReason::NoVideo => "it is no MP4 file, or its table of pictures is cut off",
        TraceReason::Unreadable => "it has no pictures in H.264 or H.265 that can be read",
        TraceReason::NoGroup => "not one whole group of pictures is in it",
        TraceReason::NoneStored => {
            "none of its pictures is footage that this store still has: re-encoded or filmed pictures, deleted footage, or \
             another store's"
        }
        TraceReason::Deleted => {
            "footage that the named copy held is deleted; the id could not be compared with the pictures"
        }
        TraceReason::TooMuch => "not all footage was compared; name a camera or a time",
        TraceReason::NotAllRead => "some footage could not be compared: a store key or a file is missing",
    }
}

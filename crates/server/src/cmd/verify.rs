//! `watchkeeper verify`: the verdict on an evidence package, offline. It reads the package and the reader's keys,
//! and nothing else; it needs no data folder, no configuration and no network.

use super::{EXIT_FAILED, EXIT_FOUND, output};
use anyhow::Context as _;
use ledger::note::NoteKey;
use std::{path::PathBuf, process::ExitCode};
use verify::{CheckedDossier, Claim, Policy, Report, Verdict};

/// Exit codes: 0 everything asked for is proven, 1 something is wrong, 2 something cannot be told.
#[derive(clap::Args)]
pub struct Arguments {
    /// A package or a dossier: a zip file or an unpacked folder
    package: PathBuf,
    /// Whom you trust: a C2SP tlog-policy file
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    policy: Option<PathBuf>,
    /// A log's verifier key that you trust (name+hash+base64); may be given twice, for both logs
    #[arg(long, value_name = "VKEY")]
    key: Vec<String>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let policy = policy(arguments)?;
    let mut reader = verify::open(&arguments.package)?;
    if verify::is_dossier(&*reader) {
        let checked = verify::dossier(&mut *reader, policy.as_ref())?;
        if arguments.json {
            println!("{}", serde_json::to_string_pretty(&checked)?);
        } else {
            print!("{}", dossier_words(&checked));
        }
        return Ok(exit(checked.exit_code()));
    }
    let bar = output::progress("verifying", arguments.json);
    let report = verify::package(&mut *reader, policy.as_ref(), &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", words(&report));
    }
    Ok(exit(report.exit_code()))
}

fn exit(code: u8) -> ExitCode {
    match code {
        0 => ExitCode::SUCCESS,
        1 => ExitCode::from(EXIT_FOUND),
        _ => ExitCode::from(EXIT_FAILED),
    }
}

/// The answer about a system's dossier, for a person.
fn dossier_words(checked: &CheckedDossier) -> String {
    let mut lines = vec![
        format!(
            "dossier {} of {}, {}",
            checked.id,
            output::plain(&checked.system),
            output::plain(&checked.unit)
        ),
        format!(
            "{} claims: {} proven by entries ({} opened), {} measured at the making",
            checked.claims, checked.proven, checked.opened, checked.measured
        ),
    ];
    lines.extend(checked.made.iter().map(|made| format!("made by {}", output::plain(made))));
    lines.extend(checked.findings.iter().map(|finding| format!("WRONG   {finding}")));
    lines.extend(checked.doubts.iter().map(|doubt| format!("unknown {doubt}")));
    lines.extend(checked.notes.iter().map(|note| format!("        {note}")));
    lines.extend(checked.named_key.iter().map(|key| {
        format!(
            "the dossier names this key; compare it with what you have from elsewhere: {}",
            output::plain(key)
        )
    }));
    lines.join("\n") + "\n"
}

fn policy(arguments: &Arguments) -> anyhow::Result<Option<Policy>> {
    if let Some(path) = &arguments.policy {
        let file = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        return Ok(Some(Policy::parse(&file)?));
    }
    if arguments.key.is_empty() {
        return Ok(None);
    }
    let keys = arguments.key.iter().map(|text| NoteKey::parse(text).with_context(|| format!("key {text:?}")));
    Ok(Some(Policy::pinned(keys.collect::<anyhow::Result<_>>()?)))
}

/// The report for a person.
fn words(report: &Report) -> String {
    let mut text = String::new();
    let mut line = |words: String| {
        text.push_str(&words);
        text.push('\n');
    };
    if let Some(copy) = &report.copy_id {
        line(format!("copy {copy}"));
    }
    for claim in &report.claims {
        line(format!("{:<12} {}", verdict(claim), claim.name.words()));
        for finding in &claim.findings {
            line(format!("    {finding}"));
        }
        if claim.findings_left_out > 0 {
            line(format!("    and {} more", claim.findings_left_out));
        }
        for doubt in &claim.doubts {
            line(format!("    {doubt}"));
        }
        for note in &claim.notes {
            line(format!("    {note}"));
        }
    }
    if let Some(key) = &report.named_key {
        line(format!("the package names this key; compare it with what you have from elsewhere: {key}"));
    }
    text
}

fn verdict(claim: &Claim) -> &'static str {
    match claim.verdict {
        Verdict::Proven => "proven",
        Verdict::Found => "WRONG",
        Verdict::CannotTell => "cannot tell",
        Verdict::NotAsked => "not asked",
    }
}

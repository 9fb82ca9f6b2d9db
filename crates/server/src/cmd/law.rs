//! `watchkeeper law`: from any article to its duty, our control, the code and the test that shows it. It judges nothing
//! and changes nothing; what units set beside a value is read from the registry, also while a server runs.

use super::{EXIT_FAILED, place};
use law::packs::{Article, ArticleId, ControlStatus, Library, Line, Pack};
use serde::Serialize;
use std::{fmt::Write as _, io::Write as _, path::PathBuf, process::ExitCode};
use store::{PACKS_DIR, Packs, SetOverride};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
    /// A folder with further packs; without it `packs` in the data folder of the boot file, where there is one
    #[arg(long, value_name = "DIR", global = true)]
    packs: Option<PathBuf>,
    /// The boot file
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long, global = true)]
    json: bool,
    /// Language of the texts: `en` or `zh`
    #[arg(long, default_value = "en", global = true)]
    language: Tongue,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Tongue {
    En,
    Zh,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Every duty with every control that serves it; those that are planned are not kept yet
    List {
        /// Only this pack
        #[arg(long)]
        pack: Option<String>,
        /// Only what is not kept yet
        #[arg(long)]
        planned: bool,
    },
    /// One article: `law explain guangzhou-2007:19`
    Explain { article: ArticleId },
}

/// One line of the list.
#[derive(Serialize)]
struct Row<'a> {
    pack: &'a str,
    article: &'a str,
    obligation: &'a str,
    duty: &'a str,
    control: &'a str,
    kind: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    test: Option<&'a str>,
}

/// Exit code 2: a pack cannot be read, or there is no such pack or article.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let overrides = match (&arguments.packs, &arguments.action) {
        (None, Action::Explain { .. }) => {
            store::overrides_beside(&place::data_dir(arguments.config.as_deref(), None)?).await?
        }
        _ => Vec::new(),
    };
    let dir = match &arguments.packs {
        Some(dir) => dir.clone(),
        None => place::data_dir(arguments.config.as_deref(), None)?.join(PACKS_DIR),
    };
    let packs = Packs::load(&dir)?;
    for wrong in &packs.left_out {
        eprintln!("left out: {wrong}");
    }
    let library = packs.library.as_ref();
    let mut out = String::new();
    match &arguments.action {
        Action::List { pack, planned } => list(&mut out, library, &arguments, pack.as_deref(), *planned)?,
        Action::Explain { article } => explain(&mut out, library, &arguments, article, &overrides)?,
    }
    // A reader that closes the pipe early (`| head`) has seen enough.
    let _seen = std::io::stdout().write_all(out.as_bytes());
    Ok(if packs.left_out.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(EXIT_FAILED) })
}

fn list(
    out: &mut String,
    library: &Library,
    arguments: &Arguments,
    pack: Option<&str>,
    planned_only: bool,
) -> anyhow::Result<()> {
    if let Some(unknown) = pack.filter(|id| library.pack(id).is_none()) {
        anyhow::bail!("no pack '{unknown}'; there are: {}", names(library));
    }
    let wanted = |line: &Line<'_>| {
        pack.is_none_or(|id| line.pack.id == id)
            && (!planned_only || line.control.status == ControlStatus::Planned)
    };
    let lines: Vec<Line<'_>> = library.lines().filter(wanted).collect();
    if arguments.json {
        let rows: Vec<Row<'_>> = lines.iter().map(|line| row(line, arguments.language)).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?;
        return Ok(());
    }
    for line in &lines {
        let row = row(line, arguments.language);
        writeln!(
            out,
            "{:<22} {:<4} {:<8} {:<8} {:<28} {}",
            format!("{}:{}", row.pack, row.article),
            row.obligation,
            row.kind,
            row.status,
            row.control,
            row.duty
        )?;
    }
    let planned = lines.iter().filter(|line| line.control.status == ControlStatus::Planned).count();
    writeln!(out, "{} duties by control; {} kept, {planned} not yet", lines.len(), lines.len() - planned)?;
    Ok(())
}

fn row<'a>(line: &Line<'a>, language: Tongue) -> Row<'a> {
    Row {
        pack: &line.pack.id,
        article: &line.article.number,
        obligation: &line.duty.obligation,
        duty: spoken(&line.duty.text, language),
        control: &line.control.id,
        kind: line.control.kind.as_str(),
        status: line.control.status.as_str(),
        code: line.control.code.as_deref(),
        test: line.control.test.as_deref(),
    }
}

fn explain(
    out: &mut String,
    library: &Library,
    arguments: &Arguments,
    id: &ArticleId,
    overrides: &[SetOverride],
) -> anyhow::Result<()> {
    let Some((pack, article)) = library.article(id) else {
        match library.pack(&id.pack) {
            Some(pack) => anyhow::bail!(
                "{} has no article {}; it has {}",
                pack.id,
                id.number,
                pack.articles.iter().map(|article| article.number.as_str()).collect::<Vec<_>>().join(", ")
            ),
            None => anyhow::bail!("no pack '{}'; there are: {}", id.pack, names(library)),
        }
    };
    let lines = || library.lines().filter(|line| std::ptr::eq(line.article, article));
    if arguments.json {
        let rows: Vec<Row<'_>> = lines().map(|line| row(&line, arguments.language)).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?;
        return Ok(());
    }
    let say = |words| spoken(words, arguments.language);
    writeln!(out, "{}:{}  {}", pack.id, article.number, say(&article.title))?;
    writeln!(out, "{} ({})", say(&pack.title), pack.status.as_str())?;
    if article.inferred {
        writeln!(out, "The copy held has no number here; it follows from the place.")?;
    }
    for duty in &article.duties {
        writeln!(out, "\n{}  {}", duty.obligation, say(&duty.text))?;
        let binds: Vec<&str> = duty.binds.iter().map(|party| party.as_str()).collect();
        writeln!(out, "     binds: {}", binds.join(", "))?;
        for (name, mark) in duty.parameters.given() {
            let value = duty.parameters.get(name).map(|(value, _)| value.to_string()).unwrap_or_default();
            writeln!(out, "     value: {name} = {value} ({})", mark.as_str())?;
            for one in overrides.iter().filter(|one| is_beside(one, pack, article, name)) {
                writeln!(out, "       {}", set_beside(one))?;
            }
        }
        for control in duty.controls.iter().filter_map(|id| library.control(id)) {
            writeln!(out, "     {} by {}: {}", control.kind.as_str(), control.id, say(&control.what))?;
            match (&control.code, &control.test) {
                (Some(code), Some(test)) => writeln!(out, "       code {code}\n       test {test}")?,
                _ => writeln!(out, "       not kept yet")?,
            }
        }
    }
    Ok(())
}

fn is_beside(one: &SetOverride, pack: &Pack, article: &Article, name: &str) -> bool {
    one.set.article == ArticleId::new(&pack.id, &article.number) && one.set.parameter == name
}

/// An override with its days, its document and who set it.
fn set_beside(one: &SetOverride) -> String {
    let of = match (one.system, &one.set.place) {
        (Some(system), _) => format!("system {system}"),
        (None, Some(place)) => format!("place {place}"),
        (None, None) => format!("unit {}", one.unit),
    };
    let until = one.set.until.as_ref().map(|until| format!(" until {until}")).unwrap_or_default();
    let by = one.person.as_ref().map_or("the system", |(_, name)| name.as_str());
    let (value, from, document) = (&one.set.value, &one.set.from, one.document);
    format!("set to {value} for {of} from {from}{until}, by {by}, document {document}: {}", one.reason)
}

fn spoken(words: &law::Words, language: Tongue) -> &str {
    match language {
        Tongue::En => &words.en,
        Tongue::Zh => &words.zh,
    }
}

fn names(library: &Library) -> String {
    library.packs.iter().map(|pack| pack.id.as_str()).collect::<Vec<_>>().join(", ")
}

//! `watchkeeper user`: lists accounts, and gives one a new one-time password when nobody else can. Works on a stopped
//! server; what it changes is an entry under the procedure's name.

use super::place;
use anyhow::Context as _;
use std::{path::PathBuf, process::ExitCode};
use store::{Person, Store, system_cx};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
    /// The boot file
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// The data folder, instead of the boot file's
    #[arg(long, value_name = "DIR", global = true)]
    dir: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Accounts and their posts
    List,
    /// A new one-time password for an account; ends its sessions and removes its second factor
    Reset { account: String },
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let dir = place::data_dir(arguments.config.as_deref(), arguments.dir)?;
    let store = place::open(&dir).await?;
    let done = match arguments.action {
        Action::List => list(&store, arguments.json).await,
        Action::Reset { account } => reset(&store, &account, arguments.json).await,
    };
    store.close(pipeline::system_wall()).await?;
    done.map(|()| ExitCode::SUCCESS)
}

async fn list(store: &Store, json: bool) -> anyhow::Result<()> {
    let people = people(store).await?;
    if json {
        let rows: Vec<_> = people.iter().map(row).collect();
        println!("{:#}", serde_json::json!({ "people": rows }));
        return Ok(());
    }
    for person in &people {
        let state = if person.suspended { "suspended" } else { "active" };
        println!("{:<20} {:<10} {} · {}", person.account, state, person.name.reveal(), posts(person));
    }
    Ok(())
}

async fn reset(store: &Store, account: &str, json: bool) -> anyhow::Result<()> {
    let people = people(store).await?;
    let person = people.iter().find(|person| person.account == account).context("no such account")?;
    let cx = system_cx("command", pipeline::system_wall());
    let secret = store.registry.reset_password(&cx, person.id).await?;
    if json {
        println!("{:#}", serde_json::json!({ "account": account, "one_time_password": secret.expose() }));
    } else {
        println!("one-time password  {}   (shown only now, valid for a week)", secret.expose());
    }
    Ok(())
}

async fn people(store: &Store) -> anyhow::Result<Vec<Person>> {
    Ok(store.registry.people(&system_cx("command", pipeline::system_wall())).await?)
}

fn row(person: &Person) -> serde_json::Value {
    serde_json::json!({
        "account": person.account, "name": person.name.reveal(), "suspended": person.suspended,
        "totp": person.totp, "posts": posts(person),
    })
}

fn posts(person: &Person) -> String {
    let post = |row: &store::PostRow| match &row.group_name {
        Some(group) => format!("{} of {} / {group}", row.post.role.as_str(), row.unit_name),
        None => format!("{} of {}", row.post.role.as_str(), row.unit_name),
    };
    person.posts.iter().map(post).collect::<Vec<_>>().join(", ")
}

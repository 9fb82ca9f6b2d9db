//! `watchkeeper init`: the data folder, its keys, the first unit and the first administrator. There is no default
//! password: a one-time secret is printed once and must be replaced at the first sign-in.

use super::place;
use crate::{config::Config, store_keys, tls};
use model::Personal;
use std::{path::PathBuf, process::ExitCode};
use store::{OpenOptions, Store, system_cx};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: place::Place,
    /// Name of the first unit (使用单位)
    #[arg(long, value_name = "NAME")]
    unit: String,
    /// Account of the first administrator
    #[arg(long, value_name = "ACCOUNT", default_value = "admin")]
    account: String,
    /// Real name of the first administrator
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Days that all footage is kept at least: 15 to 3650 (datong-2008:17, guangzhou-2007:21)
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    floor_days: u16,
    /// Days after which footage goes; the floor when absent
    #[arg(long, value_name = "DAYS")]
    term_days: Option<u16>,
    /// Encrypt footage under the store key in this file, outside the data folder; made when it is not there
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let dir = arguments.place.data_dir()?;
    let now = pipeline::system_wall();
    let config = Config::load(arguments.place.config.as_deref())?;
    let config = Config { data_dir: dir.clone(), ..config };
    let (store_keys, sources) = store_keys::for_new(&config.encryption, arguments.key_file, &dir)?;
    let store_key = store_keys.current().map(|key| key.id().to_string());
    let store = Store::open(&dir, OpenOptions { create: true, store_keys, ..OpenOptions::new(now) }).await?;
    store_keys::note(&sources, &dir)?;
    tls::prepare(&config)?;
    let cx = system_cx("init", now);
    let settings = store::Settings {
        floor_days: arguments.floor_days,
        term_days: arguments.term_days.unwrap_or(arguments.floor_days),
    };
    // First: footage that is recorded later is promised this floor.
    store.registry.change_settings(&cx, settings, "").await?;
    let made = store
        .registry
        .init(&cx, &arguments.unit, &arguments.account, Personal::new(arguments.name.clone()))
        .await;
    let vkeys = [store.vkey(store::LogName::Footage), store.vkey(store::LogName::Access)];
    store.close(pipeline::system_wall()).await?;
    let (_, secret) = made?;
    let [footage_vkey, access_vkey] = vkeys;
    let root = tls::root(&config).map(|root| root.fingerprint);
    if arguments.json {
        let made = serde_json::json!({
            "data_dir": dir, "account": arguments.account, "one_time_password": secret.expose(),
            "footage_vkey": footage_vkey, "access_vkey": access_vkey, "store_key": store_key,
            "root_sha256": root,
        });
        println!("{made:#}");
    } else {
        println!("data folder        {}", dir.display());
        println!("account            {}", arguments.account);
        println!("one-time password  {}   (shown only now, valid for a week)", secret.expose());
        println!("footage log key    {footage_vkey}");
        println!("access log key     {access_vkey}");
        if let Some(root) = root {
            println!(
                "root certificate   SHA-256 {root}: whoever takes it from the sign-in page compares this"
            );
        }
        match (store_key, &sources.key) {
            (Some(id), Some(source)) => {
                println!(
                    "store key          {id}, from {source}: keep a copy where neither disk nor backup is"
                );
            }
            _ => println!(
                "store key          none: footage is stored in the clear, since no key can be kept apart. `--key-file FILE` \
                 outside the data folder, or a systemd credential, would encrypt it"
            ),
        }
        println!("Give both log keys to your supervising authority: a verifier pins them.");
    }
    Ok(ExitCode::SUCCESS)
}

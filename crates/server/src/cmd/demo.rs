//! `watchkeeper demo`: everything on one machine. Prints the address and its accounts; recording begins at once.

use crate::{
    config::Config,
    demo::{self, DemoState, Farms, Material},
    reminders::RemindersConfig,
    serve::{self, Extras, Server},
    store_keys::{self, Encryption},
    telemetry,
    witness::WitnessServer,
};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};
use store::LogName;

#[derive(clap::Args)]
pub struct Arguments {
    /// Where the demonstration lives; an existing one is continued
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    dir: PathBuf,
    /// Address and port; plain HTTP on a loopback address, TLS on any other
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Folder of clips, as `scripts/material` makes it
    #[arg(long, value_name = "DIR")]
    material: Option<PathBuf>,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let mut config = Config {
        listen: arguments.listen,
        data_dir: arguments.dir.clone(),
        // Browsers trust it without a certificate, and passkeys work under it.
        host: Some("localhost".to_owned()),
        plain_http: arguments.listen.ip().is_loopback(),
        // Reminders are tried against a mail server and a receiver on the same machine.
        reminders: RemindersConfig { loopback: arguments.listen.ip().is_loopback(), ..Default::default() },
        ..Config::default()
    };
    config.log.filter = std::env::var("WATCHKEEPER_LOG").unwrap_or_else(|_| "warn".to_owned());
    telemetry::start(&config.log)?;
    let material = Material::find(arguments.material)?;
    let key_file = key_file(&arguments.dir);
    let (keys, sources) =
        store_keys::for_new(&Encryption::default(), Some(key_file.clone()), &arguments.dir)?;
    let store = demo::open_with_keys(&arguments.dir, keys).await?;
    store_keys::note(&sources, &arguments.dir)?;
    let mut state = DemoState::load_or_make(&arguments.dir)?;
    let farms = Farms::start(&arguments.dir, &material, &demo::clips(), &mut state).await?;
    state.save(&arguments.dir)?;
    demo::fill(&store, &state, &farms).await?;
    let extras = Extras { demo: true, ..Extras::default() };
    let witness = demo::witness(&arguments.dir, &store, &mut state).await?;
    state.save(&arguments.dir)?;
    config.witnessing = demo::asks(&witness);
    let server = serve::start_on(store, config, extras).await?;
    print(&arguments.dir, &key_file, &state, &farms, &server, &witness);
    serve::until_end(server.app()).await?;
    eprintln!("demo: stopping");
    server.stop().await?;
    witness.stop().await?;
    farms.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// Beside the folder: it protects a copy of the folder, and nothing from who has the disk.
fn key_file(dir: &Path) -> PathBuf {
    let mut name = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned()).into_os_string();
    name.push(".key");
    name.into()
}

fn print(
    dir: &Path,
    key_file: &Path,
    state: &DemoState,
    farms: &Farms,
    server: &Server,
    witness: &WitnessServer,
) {
    let vkey = |log| server.app().store().vkey(log);
    println!("\n守望 Watchkeeper · 演示 demonstration");
    println!("  地址 address   {}", server.address_text());
    if let Some(fingerprint) = server.fingerprint() {
        println!("  证书 SHA-256   {fingerprint}");
    }
    for account in &state.accounts {
        println!("  账号 account   {:<14} {}   {}", account.account, account.password, account.name);
    }
    let by = if farms.has_gstreamer() { "one of them by GStreamer" } else { "all by our own server" };
    println!("  摄像机 cameras {} over RTSP, {by}; recording into {}", demo::camera_count(), dir.display());
    println!("  日志公钥 keys  {}", vkey(LogName::Footage));
    println!("                 {}", vkey(LogName::Access));
    println!("  加密 encrypted under {}", key_file.display());
    println!(
        "    钥匙与录像在同一磁盘：只保护录像文件夹的副本 · the key is on the same disk: it protects a copy of the folder only"
    );
    println!("  见证 witness   {} at {}", witness.book().key(), witness.url());
    println!(
        "                 与本系统同在一台机器，对本运营者不构成任何证明 · on this same host: proves nothing against"
    );
    println!("                 this operator; a real witness is another party's, on another party's machine");
    println!("  Ctrl-C 停止；再次启动将继续同一录像 · stops; starting again continues the same recordings\n");
}

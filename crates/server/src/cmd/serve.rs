//! `watchkeeper serve`: the real thing. The wiring is in `crate::serve`.

use crate::{
    config::Config,
    serve::{self, Extras},
    telemetry,
};
use std::{path::PathBuf, process::ExitCode};

#[derive(clap::Args)]
pub struct Arguments {
    /// The boot file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let config = Config::load(arguments.config.as_deref())?;
    telemetry::start(&config.log)?;
    let server = serve::start(config, Extras::default()).await?;
    eprintln!("watchkeeper: serving {}", server.address_text());
    if let Some(fingerprint) = server.fingerprint() {
        eprintln!("watchkeeper: certificate SHA-256 {fingerprint}");
    }
    serve::until_end(server.app()).await?;
    server.stop().await?;
    Ok(ExitCode::SUCCESS)
}

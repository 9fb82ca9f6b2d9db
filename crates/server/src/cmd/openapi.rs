//! `watchkeeper openapi`: the description of the API, as checked in at `crates/server/openapi.json`.

use crate::http;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Arguments {}

pub fn run(_arguments: &Arguments) -> anyhow::Result<ExitCode> {
    println!("{}", http::description_text()?);
    Ok(ExitCode::SUCCESS)
}

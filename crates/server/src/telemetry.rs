//! Logs for engineers: structured, without secrets and without personal data, and never a substitute for ledger
//! entries. A log line may be lost; an entry may not.

use crate::config::{Log, LogFormat};
use tracing_subscriber::{EnvFilter, fmt, prelude::*};

/// Starts logging to standard error. A second call has no effect (tests start several servers in one process).
pub fn start(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.filter)
        .map_err(|error| anyhow::anyhow!("log.filter {:?} is not a filter: {error}", log.filter))?;
    let registry = tracing_subscriber::registry().with(filter);
    // try_init fails only when logging runs already.
    let _already_running = match log.format {
        LogFormat::Json => registry
            .with(fmt::layer().json().with_current_span(false).with_writer(std::io::stderr))
            .try_init(),
        LogFormat::Pretty => registry.with(fmt::layer().compact().with_writer(std::io::stderr)).try_init(),
    };
    Ok(())
}

//! The demonstration's witness: the real one, in its own folder, but in this process and on this machine.
//!
//! It shows how witnessing looks and proves nothing: whoever can change the demonstration's logs can change this witness
//! too. The console and the printed lines say so.

use super::DemoState;
use crate::{
    witness::{LogLine, WitnessConfig, WitnessServer},
    witnessing::{WitnessLine, WitnessingConfig},
};
use std::{net::SocketAddr, path::Path};
use store::{LogName, Store};

/// Starts it for the logs of this store; on the port of the last time, if that is free.
pub async fn witness(dir: &Path, store: &Store, state: &mut DemoState) -> anyhow::Result<WitnessServer> {
    let line = |log| LogLine { origin: None, vkey: store.vkey(log) };
    let config = |port| WitnessConfig {
        name: None,
        listen: SocketAddr::from(([127, 0, 0, 1], port)),
        dir: dir.join("witness"),
        log: vec![line(LogName::Footage), line(LogName::Access)],
    };
    let port = state.witness_port;
    let free = port != 0 && std::net::TcpListener::bind(("127.0.0.1", port)).is_ok();
    let server = WitnessServer::start(&config(if free { port } else { 0 })).await?;
    state.witness_port = server.address().port();
    Ok(server)
}

/// What the server's boot file would say of it.
pub fn asks(witness: &WitnessServer) -> WitnessingConfig {
    let line = WitnessLine {
        name: "演示见证（本机）· demo witness (this host)".to_owned(),
        vkey: witness.book().key().to_string(),
        url: witness.url(),
    };
    WitnessingConfig { witness: vec![line], ..WitnessingConfig::default() }
}

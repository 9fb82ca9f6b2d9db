//! The control plane: HTTP API, commands, wiring, reconciling. The binary `watchkeeper` is a thin shell around it.
//!
//! Invariants kept here: pictures leave only under a `Pass` and are counted where they leave; every route is on one
//! page (`http`), described and guarded; only `http` knows JSON shapes and status codes.

pub mod alarms;
pub mod app;
mod back_fill;
pub mod balance;
mod ceremonies;
mod challenge;
pub mod cmd;
pub mod config;
mod connections;
mod control;
pub mod demo;
pub mod export;
mod first_words;
pub mod http;
pub mod http_client;
mod imports;
pub mod integrity;
mod lately;
pub mod log_watch;
pub mod mirror;
pub mod oidc;
pub mod ptz;
pub mod publish;
pub mod reconcile;
pub mod reminders;
pub mod scrub;
pub mod serve;
pub mod served;
pub mod store_keys;
mod tables;
pub mod telemetry;
pub mod time_sources;
pub mod tls;
mod trace;
pub mod views;
pub mod watching;
pub mod witness;
pub mod witnessing;

//! Simulation: the shipping `store` and `pipeline` in virtual time, on a simulated machine whose disk, network, clocks and
//! processes fail as a seed says. For developers only; nothing imports it.
//!
//! Not a model of the recorder: what runs is what ships, through its traits (`store::disk::Disk`, `pipeline::Clocks`) and
//! step by step (`pipeline::stepped`). The same scenario and seed give the same trace. What it is for, and what it cannot show:
//! docs/design/simulation.md.

mod camera;
mod chance;
mod clock;
mod disk;
mod oracle;
mod scenario;
mod trace;
mod world;

pub use oracle::{Broken, losses::Lost};
pub use scenario::{ALL, Scenario};
pub use world::{Failed, Report, run};

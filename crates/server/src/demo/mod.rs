//! The demonstration: an example unit, simulated cameras over real RTSP, three accounts. For trying out and for
//! tests; everything it makes is made through the same doors as in real use, under the procedure's name.
//!
//! Not a fixture with known passwords: each demonstration folder has random ones of its own.

mod cameras;
mod ground;
mod register;
mod registry;
mod state;
#[cfg(test)]
mod tests;
mod turning;
mod unit_in_order;
mod units_with_faults;
mod witness;

pub use cameras::{Farms, Material};
pub use state::{Account, DemoState};

pub use registry::{camera_count, clips, fill, open, open_with_keys};
pub use witness::{asks, witness};

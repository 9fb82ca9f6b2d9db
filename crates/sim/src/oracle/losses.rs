//! How much each end of a process cost: for every camera the time back from the end to the first unit that was taken and is not
//! there. It judges nothing: whether that much may be lost is said by `Truth::nothing_lost`.

use super::Truth;
use crate::camera::Camera;

/// What one camera lost at one end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lost {
    /// A power cut; else a kill.
    pub is_power: bool,
    pub us: i64,
    /// How much could be lost at this end.
    pub bound_us: i64,
}

/// An end of a process.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    pub at_us: i64,
    pub bound_us: i64,
    pub is_power: bool,
}

impl Truth {
    /// Of every camera that had sent something since the end before. Footage that went with its floor is no loss: of a scenario that
    /// deletes, or whose disk fails, this says nothing.
    pub fn losses(&self, cameras: &[Camera]) -> Vec<Lost> {
        let mut before_us = i64::MIN;
        let mut losses = Vec::new();
        for &Ended { at_us, bound_us, is_power } in &self.ends {
            for camera in cameras {
                let since = |received_us: i64| before_us < received_us && received_us <= at_us;
                let mut taken = camera.taken.iter().filter(|taken| since(taken.received_us)).peekable();
                if taken.peek().is_none() {
                    continue;
                }
                let lost = taken.find(|taken| !self.found.contains(&(camera.number, taken.number)));
                let us = lost.map_or(0, |lost| at_us - lost.received_us);
                losses.push(Lost { is_power, us, bound_us });
            }
            before_us = at_us;
        }
        losses
    }
}

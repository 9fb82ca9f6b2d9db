//! Where a camera that turns looks, how fast it is asked to turn, and how far it can.
//!
//! It does not say who may turn one: that is `law`. Hundredths of a degree and percent of magnification are whole numbers, so
//! that the same position is the same value everywhere.

/// Where a camera looks: pan and tilt in hundredths of a degree from its own zero (right and up are positive), magnification in
/// percent, 100 without any.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PtzPosition {
    pub pan_cdeg: i32,
    pub tilt_cdeg: i32,
    pub zoom_percent: i32,
}

/// How a camera is asked to move: percent of the greatest speed of each axis, from -100 to 100.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PtzVelocity {
    pub pan_percent: i32,
    pub tilt_percent: i32,
    pub zoom_percent: i32,
}

/// How far and how fast a camera can move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PtzLimits {
    pub least: PtzPosition,
    pub most: PtzPosition,
    /// Of each axis, in its unit for one second.
    pub speed: PtzPosition,
}

impl PtzLimits {
    /// The nearest position that the camera can take.
    pub fn nearest(&self, to: PtzPosition) -> PtzPosition {
        PtzPosition {
            pan_cdeg: to.pan_cdeg.clamp(self.least.pan_cdeg, self.most.pan_cdeg),
            tilt_cdeg: to.tilt_cdeg.clamp(self.least.tilt_cdeg, self.most.tilt_cdeg),
            zoom_percent: to.zoom_percent.clamp(self.least.zoom_percent, self.most.zoom_percent),
        }
    }

    /// Where a camera is that moved so long from somewhere.
    pub fn after(&self, from: PtzPosition, velocity: PtzVelocity, lasts_ms: i64) -> PtzPosition {
        let axis = |from: i32, speed: i32, percent: i32| {
            let way = i64::from(speed) * i64::from(percent.clamp(-100, 100)) * lasts_ms.clamp(0, 60_000);
            from.saturating_add(i32::try_from(way / 100_000).unwrap_or(0))
        };
        self.nearest(PtzPosition {
            pan_cdeg: axis(from.pan_cdeg, self.speed.pan_cdeg, velocity.pan_percent),
            tilt_cdeg: axis(from.tilt_cdeg, self.speed.tilt_cdeg, velocity.tilt_percent),
            zoom_percent: axis(from.zoom_percent, self.speed.zoom_percent, velocity.zoom_percent),
        })
    }
}

//! What the example unit says about its cameras that turn: home, presets, windows where they may not look, a patrol.
//!
//! What somebody changed since stays: only a camera that does not turn yet is made to.

use law::ptz::{Forbidden, Preset, Range, Rules, Stop};
use model::{Cx, PtzPosition};
use store::{CameraQuery, PtzDriver, Store};
use wire::ptz::SIMULATED;

const fn at(pan_cdeg: i32, tilt_cdeg: i32, zoom_percent: i32) -> PtzPosition {
    PtzPosition { pan_cdeg, tilt_cdeg, zoom_percent }
}

/// Where the simulated heads stand when they start.
pub const HOME: PtzPosition = at(0, -1_000, 100);

fn rules() -> Rules {
    let preset = |name: &str, at| Preset { name: name.to_owned(), at };
    Rules {
        home: HOME,
        away_s: 120,
        presets: vec![
            preset("北侧入口 · North entrance", at(-4_500, -1_500, 250)),
            preset("喷泉 · Fountain", at(1_500, -2_500, 180)),
            preset("公交站 · Bus stop", at(4_000, -800, 250)),
        ],
        // Seen as a whole the houses are part of the square; their windows are not for anybody.
        forbidden: vec![Forbidden {
            what: "住宅窗户 · Windows of dwellings".to_owned(),
            range: Range {
                pan_cdeg: (6_000, 12_000),
                tilt_cdeg: (-1_200, 2_000),
                zoom_percent: (200, 2_000),
            },
        }],
        patrol: vec![Stop { preset: 0, dwell_s: 30 }, Stop { preset: 1, dwell_s: 30 }],
    }
}

pub async fn fill(store: &Store, cx: &Cx, names: &[&str]) -> anyhow::Result<()> {
    let query = CameraQuery { limit: 1_000, ..CameraQuery::default() };
    let turning = store.registry.turning_cameras(cx).await?;
    for camera in store.registry.cameras(cx, &query).await?.cameras {
        if names.contains(&camera.name.as_str()) && !turning.contains(&camera.id) {
            store.registry.set_ptz(cx, camera.id, Some((PtzDriver::Simulated, rules(), SIMULATED))).await?;
        }
    }
    Ok(())
}

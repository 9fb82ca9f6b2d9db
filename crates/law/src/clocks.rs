//! How far clocks may be off before it is a finding, and why. It corrects nothing: an offset is shown and recorded.

use crate::Words;

/// A camera's clock: its time stands in the picture, and two cameras that differ by more cannot be told in order by a person.
/// No text that we hold gives a number; five seconds is ours.
pub const CAMERA_OFF_MS_MAX: i64 = 5_000;
/// An offset that was not measured anew for so long says nothing about today. Sender reports come every few seconds.
pub const CAMERA_MEASURED_US_MAX: i64 = 86_400_000_000;
/// The server's clock: how far the recorder's own line may be ahead of it. More means that it was set back.
pub const SERVER_BACK_MS_MAX: i64 = 2_000;

/// Why a camera's clock is a finding, and what helps.
pub fn camera_off(offset_ms: i64) -> (Words, Words) {
    let (seconds, way, way_zh) = (
        offset_ms.unsigned_abs() / 1_000,
        if offset_ms > 0 { "ahead of" } else { "behind" },
        if offset_ms > 0 { "快" } else { "慢" },
    );
    (
        Words::new(
            format!(
                "The camera's clock is {seconds} s {way} the server's; the time in its picture is wrong."
            ),
            format!("摄像机时钟比服务器{way_zh} {seconds} 秒，画面中的时间不准确。"),
        ),
        Words::new(
            "Set the camera to take its time from this site's time server.",
            "请将摄像机设置为从本单位时间服务器校时。",
        ),
    )
}

/// Why the server's clock is a finding after it was set back.
pub fn server_back(ahead_ms: i64) -> (Words, Words) {
    let seconds = ahead_ms / 1_000;
    (
        Words::new(
            format!(
                "The server's clock was set back: recorded times are {seconds} s ahead of it until it has caught up."
            ),
            format!("服务器时钟曾被拨回：在追上之前，录像时间比系统时钟快{seconds}秒。"),
        ),
        Words::new(
            "Check the server's time source. Records stay in order; nothing was deleted.",
            "请检查服务器的时间源。录像顺序不受影响，未删除任何录像。",
        ),
    )
}

/// Why the server's clock is a finding while it is ahead of the time that has really passed.
pub fn server_leapt(days: i64) -> (Words, Words) {
    (
        Words::new(
            format!(
                "The server's clock is {days} days ahead of the time that has really passed: it leapt, or this machine was off."
            ),
            format!("服务器时钟比实际经过的时间快{days}天：时钟曾跳变，或设备曾停机。"),
        ),
        Words::new(
            "Footage goes by trusted time. If the clock is right: `watchkeeper check --trust-clock`.",
            "录像按可信时间到期。如时钟正确，请运行 `watchkeeper check --trust-clock`。",
        ),
    )
}

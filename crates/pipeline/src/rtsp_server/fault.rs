//! What a simulated camera does wrong, and when.
//!
//! Faults are values: the player applies them with the first frame due at or after their time.

use crate::clip::Clip;
use std::{num::NonZeroU32, sync::Arc, time::Duration};

/// One thing that goes wrong.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Sends nothing, keeps connections open; RTP time runs on meanwhile. Resumes at a key frame.
    Stall { lasts: Duration },
    /// Closes the mount's connections without a word. New ones are welcome.
    Close,
    /// Sends so many meaningless bytes between two packets: the framing is lost.
    Garbage { bytes: usize },
    /// Plays another clip from its start, in the running session: parameter sets change in band.
    /// A clip of another codec closes the connections, because the session cannot carry it.
    SwitchClip(Arc<Clip>),
    /// RTP time steps by so many 90 kHz ticks.
    TimestampJump { ticks: i64 },
    /// Every nth RTP packet is not sent; sequence numbers show the hole.
    DropEveryNthPacket { every: NonZeroU32, lasts: Duration },
    /// No credentials are right. Sessions that play go on.
    LockOut { lasts: Duration },
    /// The path is not there (404), and who played it is closed.
    Absent { lasts: Duration },
    /// The clip does not loop: from now on, every pass ends with RTCP BYE and a closed connection.
    EndWithFile,
}

/// A fault and its time.
#[derive(Clone, Debug)]
pub struct PlannedFault {
    /// Since the farm was started.
    pub at: Duration,
    pub fault: Fault,
}

/// Bytes that are no framing, no text and the same each time.
pub(super) fn garbage(bytes: usize) -> Vec<u8> {
    let mut state = 0x2545_F491u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        // Never '$' nor a letter: neither a packet nor a message begins here.
        0x80 | state.to_be_bytes()[0]
    };
    std::iter::repeat_with(&mut next).take(bytes).collect()
}

/// Takes every `every`th packet out of interleaved data; `count` runs on from call to call.
pub(super) fn drop_packets(data: &[u8], every: NonZeroU32, count: &mut u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut rest = data;
    while let [_, _, high, low, ..] = rest {
        let size = (4 + usize::from(u16::from_be_bytes([*high, *low]))).min(rest.len());
        let (packet, after) = rest.split_at(size);
        *count = count.wrapping_add(1);
        if *count % every != 0 {
            out.extend_from_slice(packet);
        }
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_nth_packet_is_missing() {
        let data = b"$\0\0\x01a$\0\0\x02bc$\0\0\0$\0\0\x01d";
        let check = |every, start, expected: &[u8]| {
            let mut count = start;
            assert_eq!(drop_packets(data, NonZeroU32::new(every).unwrap(), &mut count), expected);
            assert_eq!(count, start + 4);
        };
        check(2, 0, b"$\0\0\x01a$\0\0\0");
        check(3, 2, b"$\0\0\x02bc$\0\0\0");
        check(1, 0, b"");
        check(100, 0, data);
    }
}

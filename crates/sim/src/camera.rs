//! A simulated camera and the network before it: which access units come, when, and in which order.
//!
//! Each unit says whose it is and which, so that what is found in a file can be told from what was sent. RTSP itself does not
//! run: a unit is handed to the shipping line and recorder as the ingest would hand it.

use crate::chance::Chance;
use bytes::Bytes;
use media::fmp4::{self, ItemKind};
use model::{CameraId, GapCause, Profile, StreamId, VideoParams};
use pipeline::stepped;
use std::collections::VecDeque;
use uuid::Uuid;

/// A file of the frozen vectors: its parameters serve for made-up units.
const VECTOR: &[u8] = include_bytes!("../../media/testdata/segment-v1.mp4");
/// Two pictures and a half a second: enough for fragments, segments and silence, and quick.
const INTERVAL_US: i64 = 200_000;
/// Frames from one key frame to the next.
const GROUP: u64 = 6;
/// Offset of the number in a unit: after length, NAL header and camera.
const NUMBER_AT: usize = 4 + 1 + 4;
/// The usual delay of the network.
const DELAY_US: i64 = 5_000;

/// The parameters that every camera announces.
pub fn params() -> Option<VideoParams> {
    match fmp4::next_item(VECTOR, 0) {
        Ok(fmp4::Next::Item(fmp4::Item { kind: ItemKind::Init(found), .. })) => Some(found.params),
        _ => None,
    }
}

pub fn stream(number: u32) -> StreamId {
    let id = 0x0190_0000_0000_7000_8000_0000_0000_0001_u128 + u128::from(number);
    StreamId { camera: CameraId(Uuid::from_u128(id)), profile: Profile::Main }
}

/// One access unit's bytes.
pub fn payload(camera: u32, number: u64) -> Bytes {
    let mut chance = Chance::new(number).branch("payload");
    let filler = usize::try_from(20 + chance.below(400)).unwrap_or(20);
    let mut data = vec![0; NUMBER_AT + 8 + filler];
    let length = u32::try_from(data.len() - 4).unwrap_or(0);
    data[..4].copy_from_slice(&length.to_be_bytes());
    data[4] = if number.is_multiple_of(GROUP) { 0x65 } else { 0x41 };
    data[5..9].copy_from_slice(&camera.to_be_bytes());
    data[NUMBER_AT..NUMBER_AT + 8].copy_from_slice(&number.to_be_bytes());
    data[NUMBER_AT + 8..].iter_mut().for_each(|byte| *byte = chance.next() as u8);
    data.into()
}

/// Which unit these bytes are; `None` when they are not one of the camera's.
pub fn number_of(camera: u32, data: &[u8]) -> Option<u64> {
    let number = u64::from_be_bytes(data.get(NUMBER_AT..NUMBER_AT + 8)?.try_into().ok()?);
    (payload(camera, number)[..] == *data).then_some(number)
}

/// What the network or the camera does for a while.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weather {
    Fine,
    /// Each unit is lost once in so many.
    Loss(u64),
    /// Nothing comes; then everything at once.
    Stall,
    /// Each unit comes twice.
    Duplicate,
    /// Units come in pairs, the later first.
    Reorder,
    /// The connection stands, and nothing comes on it.
    HalfOpen,
    /// No connection.
    Down,
    /// The camera's timestamps jump by so much, once.
    Jump(i64),
}

impl Weather {
    pub fn parse(name: &str, chance: &mut Chance) -> Option<Self> {
        Some(match name {
            "loss" => Self::Loss(2 + chance.below(4)),
            "stall" => Self::Stall,
            "duplicate" => Self::Duplicate,
            "reorder" => Self::Reorder,
            "half_open" => Self::HalfOpen,
            "down" => Self::Down,
            "jump" => Self::Jump(chance.between(-20, 20) * 90_000),
            _ => return None,
        })
    }
}

/// What was handed over and taken.
#[derive(Clone, Copy, Debug)]
pub struct Taken {
    pub number: u64,
    /// True time.
    pub received_us: i64,
}

/// One camera; it outlives the recorder's processes.
#[derive(Debug)]
pub struct Camera {
    pub number: u32,
    /// Where its footage goes; a camera that is in the registry has the registry's id.
    pub stream: StreamId,
    pub weather: Weather,
    pub weather_until_us: i64,
    /// Taken by a recorder, so its footage unless excused.
    pub taken: Vec<Taken>,
    /// The first units after a jump of its timestamps, and how far that went.
    pub jumps: Vec<(u64, i64)>,
    chance: Chance,
    next_us: i64,
    frame: u64,
    rtp_offset: i64,
    rate_ppm: i64,
    /// On its way: when it comes, and which it is, with its timestamp.
    on_the_way: VecDeque<(i64, u64, i64)>,
    reconnect_us: i64,
}

impl Camera {
    pub fn new(number: u32, chance: Chance) -> Self {
        let mut chance = chance;
        let rate_ppm = chance.between(-2_000, 2_000);
        Self {
            number,
            stream: stream(number),
            weather: Weather::Fine,
            weather_until_us: 0,
            taken: Vec::new(),
            jumps: Vec::new(),
            next_us: chance.between(0, INTERVAL_US),
            chance,
            frame: 0,
            rtp_offset: 0,
            rate_ppm,
            on_the_way: VecDeque::new(),
            reconnect_us: 0,
        }
    }

    /// Nothing was sent for this long: the world has let time pass without it.
    pub fn skip_to(&mut self, now_us: i64) {
        self.next_us = now_us;
        self.on_the_way.clear();
    }

    /// The recorder's process has ended: what was on its way is gone.
    pub fn process_ended(&mut self, now_us: i64) {
        self.on_the_way.clear();
        self.reconnect_us = now_us + self.chance.between(0, 1_500_000);
    }

    /// What happens up to `now_us`.
    pub fn advance(&mut self, now_us: i64, recorder: &mut stepped::Camera, params: &VideoParams) {
        if self.weather != Weather::Fine && now_us >= self.weather_until_us {
            self.weather = Weather::Fine;
        }
        self.send(now_us);
        if self.weather == Weather::Down {
            if recorder.is_connected() {
                recorder.disconnect(GapCause::Network, "connection reset");
            }
            self.on_the_way.clear();
            self.reconnect_us = now_us + 1_000_000;
        } else if !recorder.is_connected() && now_us >= self.reconnect_us {
            self.on_the_way.clear();
            self.reconnect_us = now_us + 1_000_000;
            recorder.connect(params.clone());
        }
        if self.weather != Weather::Stall {
            self.deliver(now_us, recorder);
        }
        recorder.tick();
    }

    fn send(&mut self, now_us: i64) {
        while self.next_us <= now_us {
            let (sent_us, number) = (self.next_us, self.frame);
            self.next_us += INTERVAL_US;
            self.frame += 1;
            let rtp = self.rtp_offset + sent_us * 9 / 100 * (1_000_000 + self.rate_ppm) / 1_000_000;
            let arrives = sent_us + DELAY_US + self.chance.between(0, 8_000);
            match self.weather {
                Weather::HalfOpen | Weather::Down => {}
                Weather::Loss(one_in) if self.chance.one_in(one_in) => {}
                Weather::Duplicate => {
                    self.on_the_way.extend([(arrives, number, rtp), (arrives, number, rtp)])
                }
                Weather::Reorder if number % 2 == 1 => {
                    let at = self.on_the_way.len().saturating_sub(1);
                    self.on_the_way.insert(at, (arrives, number, rtp));
                }
                Weather::Reorder => self.on_the_way.push_back((arrives + INTERVAL_US, number, rtp)),
                Weather::Jump(ticks) => {
                    self.rtp_offset += ticks;
                    self.jumps.push((number, ticks * 100 / 9));
                    self.weather = Weather::Fine;
                    self.on_the_way.push_back((arrives, number, rtp + ticks));
                }
                _ => self.on_the_way.push_back((arrives, number, rtp)),
            }
        }
    }

    fn deliver(&mut self, now_us: i64, recorder: &mut stepped::Camera) {
        while let Some((_, number, rtp)) = self.on_the_way.pop_front_if(|(arrives, ..)| *arrives <= now_us) {
            if recorder.frame(rtp, payload(self.number, number)) {
                self.taken.push(Taken { number, received_us: now_us });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_says_which_it_is() {
        assert_eq!(number_of(3, &payload(3, 41)), Some(41));
        assert_eq!(number_of(4, &payload(3, 41)), None);
        let mut changed = payload(3, 41).to_vec();
        changed[20] ^= 1;
        assert_eq!(number_of(3, &changed), None);
        assert!(params().is_some());
    }
}

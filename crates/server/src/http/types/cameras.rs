//! Units, groups, cameras, stream states, probes, saved layouts.

use super::{Profile, SoundBasis, StateWord};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Serialize, ToSchema)]
pub struct Unit {
    pub id: String,
    pub name: String,
    /// Recorded footage is looked at and copied with a second person's word.
    pub four_eyes: bool,
    /// And by two persons together at the console.
    pub together: bool,
    /// Whoever is on no shift looks with a confirmed case or an approval alone, where the unit keeps a roster.
    pub off_shift_word: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitRequest {
    pub name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Group {
    pub id: String,
    pub unit_id: String,
    pub parent_id: Option<String>,
    pub name: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupRequest {
    pub unit_id: String,
    pub name: String,
    pub parent_id: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupChange {
    pub name: Option<String>,
    /// Null moves the group to the top of its unit.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub parent_id: Option<Option<String>>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CameraQuery {
    /// At most eight words, each part of the name, the place, or the name of the unit or a group that the camera is in.
    pub query: Option<String>,
    /// Only this group and the groups below it.
    pub group: Option<String>,
    pub unit: Option<String>,
    /// Only those of the group itself, not of the groups below; without a group those that are in none.
    #[serde(default)]
    pub direct: bool,
    /// Only these, at most 100, joined by commas; those that one may not know of are left out.
    pub ids: Option<String>,
    /// Only those at this point, or at the points of this system.
    pub record: Option<String>,
    /// Only those that are switched on, or off.
    pub enabled: Option<bool>,
    /// At most 1000; 200 when absent.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Cameras {
    pub cameras: Vec<Camera>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    pub total: u64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CameraCountsQuery {
    /// As for the list of cameras.
    pub query: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CameraCounts {
    pub counts: Vec<CameraCount>,
    pub total: u64,
}

/// Cameras of one group itself; without one those of the unit that are in none.
#[derive(Debug, Serialize, ToSchema)]
pub struct CameraCount {
    pub unit_id: String,
    pub group_id: Option<String>,
    pub cameras: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Camera {
    pub id: String,
    pub name: String,
    pub unit_id: String,
    pub group_id: Option<String>,
    /// Where it stands, in words; empty where it is withheld.
    pub place: String,
    /// It is confidential basic data to the reader, who neither keeps it nor watches this camera now (national-2016:6).
    pub place_withheld: bool,
    pub enabled: bool,
    /// 1 (ordinary) to 3 (most restricted).
    pub security_level: u8,
    pub main: CameraStream,
    pub sub: Option<CameraStream>,
    /// A user name and password are stored; they are never shown again.
    pub has_credentials: bool,
    pub transport: Transport,
    /// SHA-256 of the certificate that was accepted for this camera, in hexadecimal; null without one, and for those who do
    /// not administer the camera.
    pub certificate: Option<String>,
    /// Footage younger than this is never deleted.
    pub floor_days: u16,
    /// The camera's own floor; null: the system's alone.
    pub own_floor_days: Option<u16>,
    /// Where it stands, in the register.
    pub point_id: Option<String>,
    /// As footage, in test mode before acceptance, or not at all.
    pub recording: CameraRecording,
    /// Older than the life cycle: in use and unfiled.
    pub before_life_cycle: bool,
    /// The newest switch of its sound; null when it was never switched.
    pub sound: Option<SoundSwitch>,
    /// It can be turned: see its `ptz`.
    pub turns: bool,
    pub state: CameraState,
}

/// One switch of a camera's sound.
#[derive(Debug, Serialize, ToSchema)]
pub struct SoundSwitch {
    pub on: bool,
    /// Whether it holds: the newest of a camera that is in use and has not moved since. On and in force: sound is recorded.
    pub in_force: bool,
    /// Null when it was switched off.
    pub basis: Option<SoundBasis>,
    pub ground: String,
    /// Name or number of the paper; empty without one.
    pub document: String,
    /// Null: the system itself, when the store was set up.
    pub person: Option<super::Named>,
    pub at_ms: i64,
    pub entry: super::EntryRef,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SoundSwitches {
    /// Newest first.
    pub switches: Vec<SoundSwitch>,
}

/// Sound is switched on with a basis, its ground, and the paper of an order or agreement; off with a word why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SoundRequest {
    pub on: bool,
    pub basis: Option<SoundBasis>,
    #[serde(default)]
    pub ground: String,
    #[serde(default)]
    pub document: String,
}

/// How a camera may be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CameraRecording {
    No,
    Test,
    Use,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CameraPlacement {
    /// A point of the camera's unit.
    pub point_id: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CameraStream {
    /// Without user name and password; null for those who do not administer the camera.
    pub url: Option<String>,
    pub recorded: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CameraState {
    pub main: StreamState,
    pub sub: Option<StreamState>,
    /// Null unless sound is switched on.
    pub sound: Option<StreamState>,
}

#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct StreamState {
    pub word: StateWord,
    pub since_ms: i64,
    /// What the camera or the network said, in English.
    pub detail: String,
    /// `H.264`, `H.265` or `MJPEG`, of sound `AAC`, `G.711 µ-law` or `G.711 A-law`, once known.
    pub codec: Option<String>,
    pub rfc6381: Option<String>,
    pub width: Option<u16>,
    pub height: Option<u16>,
    pub fps: Option<f32>,
    pub kbps: Option<u32>,
    pub key_interval_ms: Option<u32>,
    pub clock_offset_ms: Option<i64>,
    /// Capture time of the newest picture, or of the newest sound.
    pub newest_unit_ms: Option<i64>,
}

/// How pictures travel from the camera: inside the RTSP connection, or as datagrams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    #[default]
    Tcp,
    Udp,
}

impl From<Transport> for model::Transport {
    fn from(transport: Transport) -> Self {
        match transport {
            Transport::Tcp => Self::Tcp,
            Transport::Udp => Self::Udp,
        }
    }
}

impl From<model::Transport> for Transport {
    fn from(transport: model::Transport) -> Self {
        match transport {
            model::Transport::Tcp => Self::Tcp,
            model::Transport::Udp => Self::Udp,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CameraRequest {
    pub name: String,
    pub unit_id: String,
    pub group_id: Option<String>,
    #[serde(default)]
    pub place: String,
    pub main_url: String,
    pub sub_url: Option<String>,
    pub username: Option<String>,
    pub password: Option<String>,
    /// `tcp` when absent.
    #[serde(default)]
    pub transport: Transport,
    /// For `rtsps://`: SHA-256 of the camera's certificate, as the test of the address showed it, in hexadecimal.
    pub certificate: Option<String>,
    #[serde(default = "ordinary_level")]
    pub security_level: u8,
    pub floor_days: Option<u16>,
    /// What its main stream is planned to send, for example as the test found; unknown is taken as 4000.
    pub planned_kbps: Option<u32>,
    /// The point where it stands; without one it stays in test mode.
    pub point_id: Option<String>,
}

fn ordinary_level() -> u8 {
    1
}

/// Absent fields stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CameraChange {
    pub name: Option<String>,
    pub unit_id: Option<String>,
    /// Null takes the camera out of its group.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub group_id: Option<Option<String>>,
    pub place: Option<String>,
    pub main_url: Option<String>,
    /// Null takes the sub stream away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub sub_url: Option<Option<String>>,
    /// Given together with the password; both empty: the stored ones are removed.
    pub username: Option<String>,
    pub password: Option<String>,
    pub transport: Option<Transport>,
    /// Null: none is accepted any more.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub certificate: Option<Option<String>>,
    pub security_level: Option<u8>,
    /// Null: the system's floor alone.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u16>)]
    pub floor_days: Option<Option<u16>>,
    /// `false`: nothing is recorded until it is switched on again. It wants a reason.
    pub enabled: Option<bool>,
    /// Why, for the ledger.
    pub reason: Option<String>,
}

/// Tells a field that is null from one that is not there.
pub(super) fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProbeRequest {
    pub url: String,
    pub username: Option<String>,
    pub password: Option<String>,
    /// Use this camera's stored credentials when none are given.
    pub camera_id: Option<String>,
    /// `tcp` when absent.
    #[serde(default)]
    pub transport: Transport,
    /// For `rtsps://`: the accepted certificate. Without it the test ends with the camera's own, to be compared.
    pub certificate: Option<String>,
}

/// What a camera sent during a short connection. Facts about the stream, never a picture.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Probe {
    pub ok: bool,
    pub codec: Option<String>,
    pub width: Option<u16>,
    pub height: Option<u16>,
    pub fps: Option<f32>,
    pub kbps: Option<u32>,
    pub key_interval_ms: Option<i64>,
    pub clock_offset_ms: Option<i64>,
    pub audio: bool,
    /// Common browsers can play it (H.264).
    pub browser_playable: bool,
    pub warnings: Vec<String>,
    pub error: Option<ProbeError>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProbeError {
    /// As in gaps: `network`, `credentials`, `camera`.
    pub cause: super::GapCause,
    pub message: String,
    /// The certificate that the camera showed, when it was not accepted: SHA-256 in hexadecimal.
    pub certificate: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Layout {
    pub id: String,
    pub name: String,
    /// Number of tiles: 1, 4, 9 or 16.
    pub grid: u8,
    /// Camera ids in tile order; null is an empty tile.
    pub tiles: Vec<Option<String>>,
    pub tour_seconds: Option<u16>,
    /// Others see it too.
    pub shared: bool,
    /// Person id.
    pub owner: String,
    /// The post that it belongs to; null: a person's own.
    pub post: Option<LayoutPost>,
    /// The reader holds that post, or keeps watch in that room now.
    pub on_duty: bool,
}

/// A post that gets a layout: a role in a unit or camera group, or a duty room.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LayoutPost {
    pub unit_id: String,
    /// Either this, of the unit or of the group,
    #[serde(default)]
    pub role: Option<super::Role>,
    #[serde(default)]
    pub group_id: Option<String>,
    /// or this.
    #[serde(default)]
    pub room_id: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LayoutPostRequest {
    /// Null: it belongs to no post.
    pub post: Option<LayoutPost>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LayoutRequest {
    pub name: String,
    pub grid: u8,
    pub tiles: Vec<Option<String>>,
    pub tour_seconds: Option<u16>,
    #[serde(default)]
    pub shared: bool,
}

/// One row of the health table.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreamRow {
    pub camera: super::Named,
    pub profile: Profile,
    pub recorded: bool,
    pub state: StreamState,
    pub units: u64,
    pub bytes: u64,
    pub lost_packets: u64,
    pub reconnects: u64,
    /// Arrived but could not be recorded: before a key frame, or the disk was too slow.
    pub unrecorded_units: u64,
    /// Skipped for slow viewers.
    pub queue_dropped: u64,
}

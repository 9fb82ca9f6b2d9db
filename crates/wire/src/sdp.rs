//! The session description of one camera stream (RFC 4566), as DESCRIBE answers it.
//!
//! One video medium and, where a camera has a microphone, one of sound. Parameter sets are left out when asked, as some cameras do, so that a receiver
//! must find them in the stream.

use crate::rtsp::Sound;
use crate::{Result, parameter_sets, rtp};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::{Codec, VideoParams};

/// The control attributes of the media, relative to the presentation (RFC 2326 §C.1.1).
pub const TRACK: &str = "trackID=0";
pub const SOUND_TRACK: &str = "trackID=1";

/// `session` is the number in the origin line: constant while the description is the same.
pub fn describe(
    params: &VideoParams,
    sound: Option<&Sound>,
    with_parameter_sets: bool,
    session: u32,
) -> Result<String> {
    let (name, format) = match params.codec {
        Codec::H264 => ("H264", h264_format(params, with_parameter_sets)?),
        Codec::H265 => ("H265", h265_format(params, with_parameter_sets)?),
        // RFC 2435 §5 has no parameters; of sound there is [`Sound`].
        Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => ("JPEG", String::new()),
    };
    let payload = rtp::payload_type(params.codec);
    let format = if format.is_empty() { format } else { format!("a=fmtp:{payload} {format}\r\n") };
    Ok(format!(
        "v=0\r\n\
         o=- {session} 1 IN IP4 0.0.0.0\r\n\
         s=Watchkeeper\r\n\
         c=IN IP4 0.0.0.0\r\n\
         t=0 0\r\n\
         a=control:*\r\n\
         a=range:npt=now-\r\n\
         m=video 0 RTP/AVP {payload}\r\n\
         a=rtpmap:{payload} {name}/90000\r\n\
         {format}\
         a=control:{TRACK}\r\n\
         {}",
        sound.map(sound_medium).unwrap_or_default()
    ))
}

/// The medium of sound: RFC 3640 §4.1 of AAC, RFC 3551 §6 of G.711.
fn sound_medium(sound: &Sound) -> String {
    let payload = rtp::payload_type(sound.params.codec);
    let (name, format) = match sound.params.codec {
        Codec::Pcmu => ("PCMU", String::new()),
        Codec::Pcma => ("PCMA", String::new()),
        _ => ("mpeg4-generic", aac_format(payload, &sound.params.config)),
    };
    let (rate_hz, channels) = (sound.rate_hz, sound.channels);
    format!(
        "m=audio 0 RTP/AVP {payload}\r\n\
         a=rtpmap:{payload} {name}/{rate_hz}/{channels}\r\n\
         {format}\
         a=control:{SOUND_TRACK}\r\n"
    )
}

/// RFC 3640 §3.3.6: mode AAC-hbr, where sizes have 13 bits and indexes 3.
fn aac_format(payload: u8, config: &[u8]) -> String {
    let config: String = config.iter().map(|byte| format!("{byte:02X}")).collect();
    format!(
        "a=fmtp:{payload} streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;\
         indexdeltalength=3;config={config}\r\n"
    )
}

/// RFC 6184 §8.2.1: mode 1 is single NAL units, STAP-A and FU-A.
fn h264_format(params: &VideoParams, with_parameter_sets: bool) -> Result<String> {
    let sets = parameter_sets(params)?;
    let mut format = String::from("packetization-mode=1");
    if with_parameter_sets {
        // profile_idc, constraint flags and level_idc are bytes 1 to 3 of the avcC (ISO/IEC 14496-15 §5.3.3.1.2).
        if let Some([profile, flags, level]) = params.config.get(1..4) {
            format += &format!(";profile-level-id={profile:02X}{flags:02X}{level:02X}");
        }
        let sets: Vec<String> = sets.iter().map(|set| STANDARD.encode(set)).collect();
        format += &format!(";sprop-parameter-sets={}", sets.join(","));
    }
    Ok(format)
}

/// RFC 7798 §7.1: no DONL, so `sprop-max-don-diff` keeps its default 0.
fn h265_format(params: &VideoParams, with_parameter_sets: bool) -> Result<String> {
    let sets = parameter_sets(params)?;
    if !with_parameter_sets {
        return Ok(String::new());
    }
    let fields =
        [(32, "sprop-vps"), (33, "sprop-sps"), (34, "sprop-pps")].into_iter().filter_map(|(kind, field)| {
            let of_kind =
                sets.iter().filter(|set| set.first().is_some_and(|header| header >> 1 & 0x3F == kind));
            let encoded: Vec<String> = of_kind.map(|set| STANDARD.encode(set)).collect();
            (!encoded.is_empty()).then(|| format!("{field}={}", encoded.join(",")))
        });
    Ok(fields.collect::<Vec<_>>().join(";"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn params(codec: Codec, config: Vec<u8>) -> VideoParams {
        VideoParams { codec, width: 16, height: 16, config: Bytes::from(config), rfc6381: String::new() }
    }

    #[test]
    fn formats_say_the_parameter_sets_or_leave_them_out() {
        let avc = vec![1, 0x4D, 0x40, 0x1F, 0xFF, 0xE1, 0, 2, 0x67, 0x4D, 1, 0, 1, 0x68];
        let mut hevc = vec![1];
        hevc.extend([0; 21]);
        hevc.extend([2, 0xA0, 0, 1, 0, 2, 0x40, 1, 0xA1, 0, 1, 0, 2, 0x42, 1]);
        let check = |codec, config: &[u8], with: bool, expected: &str| {
            let text = describe(&params(codec, config.to_vec()), None, with, 5).unwrap();
            let lines: Vec<&str> =
                text.lines().filter(|l| l.starts_with("a=rtpmap") || l.starts_with("a=fmtp")).collect();
            assert_eq!(lines.join("|"), expected);
        };
        check(
            Codec::H264,
            &avc,
            true,
            "a=rtpmap:96 H264/90000|a=fmtp:96 packetization-mode=1;profile-level-id=4D401F;sprop-parameter-sets=Z00=,aA==",
        );
        check(Codec::H264, &avc, false, "a=rtpmap:96 H264/90000|a=fmtp:96 packetization-mode=1");
        check(Codec::H265, &hevc, true, "a=rtpmap:96 H265/90000|a=fmtp:96 sprop-vps=QAE=;sprop-sps=QgE=");
        check(Codec::H265, &hevc, false, "a=rtpmap:96 H265/90000");
        check(Codec::Jpeg, &[], true, "a=rtpmap:26 JPEG/90000");
        assert!(describe(&params(Codec::H264, vec![9]), None, true, 5).is_err());
    }

    #[test]
    fn a_microphone_is_a_medium_of_its_own() {
        let check = |codec, config: &[u8], rate_hz, expected: &str| {
            let sound = Sound { params: params(codec, config.to_vec()).into(), rate_hz, channels: 1 };
            let text = describe(&params(Codec::Jpeg, vec![]), Some(&sound), true, 5).unwrap();
            let (_, sound) = text.split_once("m=audio ").unwrap();
            assert_eq!(sound.trim_end().replace("\r\n", "|"), expected);
        };
        check(Codec::Pcmu, &[], 8_000, "0 RTP/AVP 0|a=rtpmap:0 PCMU/8000/1|a=control:trackID=1");
        check(Codec::Pcma, &[], 8_000, "0 RTP/AVP 8|a=rtpmap:8 PCMA/8000/1|a=control:trackID=1");
        check(
            Codec::Aac,
            &[0x14, 0x08],
            16_000,
            "0 RTP/AVP 97|a=rtpmap:97 mpeg4-generic/16000/1|a=fmtp:97 streamtype=5;profile-level-id=1;mode=AAC-hbr;\
             sizelength=13;indexlength=3;indexdeltalength=3;config=1408|a=control:trackID=1",
        );
    }
}

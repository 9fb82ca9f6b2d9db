//! The parts of SETUP: which transport is taken, and which path a URL names.
//!
//! It keeps no state; channel numbers are the client's when it names them.

use crate::sdp;

/// The interleaved channels of one medium (RFC 2326 §10.12).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Channels {
    pub rtp: u8,
    pub rtcp: u8,
}

impl Channels {
    /// From the first transport of a `Transport` header (RFC 2326 §12.39) that is RTP over this TCP connection.
    pub fn choose(header: &str) -> Option<Self> {
        header.split(',').find_map(Self::accept)
    }

    fn accept(transport: &str) -> Option<Self> {
        let mut parameters = transport.split(';').map(str::trim);
        let profile = parameters.next()?;
        if !profile.eq_ignore_ascii_case("RTP/AVP/TCP") {
            return None;
        }
        let mut channels = Self { rtp: 0, rtcp: 1 };
        for parameter in parameters {
            if parameter.eq_ignore_ascii_case("multicast") {
                return None;
            }
            let Some((name, value)) = parameter.split_once('=') else { continue };
            if name.trim().eq_ignore_ascii_case("interleaved") {
                let (rtp, rtcp) = value.split_once('-').unwrap_or((value, ""));
                let rtp: u8 = rtp.trim().parse().ok()?;
                let rtcp = if rtcp.is_empty() { rtp.checked_add(1)? } else { rtcp.trim().parse().ok()? };
                if rtp == rtcp {
                    return None;
                }
                channels = Self { rtp, rtcp };
            }
        }
        Some(channels)
    }
}

/// The URL of the presentation: without the medium's control attribute and trailing slashes.
pub fn presentation_url(url: &str) -> &str {
    let url = url.strip_suffix(sdp::TRACK).or_else(|| url.strip_suffix(sdp::SOUND_TRACK)).unwrap_or(url);
    url.trim_end_matches('/')
}

/// The path (with its query) that a request's URL names; `/` alone is the empty path.
pub fn path(url: &str) -> &str {
    let url = presentation_url(url);
    match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |start| &rest[start..]),
        None => url,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tcp_is_chosen() {
        let check = |header: &str, expected: Option<(u8, u8)>| {
            assert_eq!(Channels::choose(header).map(|c| (c.rtp, c.rtcp)), expected, "{header}");
        };
        check("RTP/AVP/TCP;unicast;interleaved=0-1", Some((0, 1)));
        check("RTP/AVP/TCP;interleaved=6-9;mode=\"PLAY\"", Some((6, 9)));
        check("RTP/AVP/TCP;unicast;interleaved=4", Some((4, 5)));
        check("RTP/AVP/TCP", Some((0, 1)));
        check("RTP/AVP;unicast;client_port=5000-5001", None);
        check("RTP/AVP/UDP;unicast;client_port=5000-5001, RTP/AVP/TCP;interleaved=2-3", Some((2, 3)));
        check("RTP/SAVP/TCP;interleaved=0-1", None);
        check("RTP/AVP/TCP;multicast", None);
        check("RTP/AVP/TCP;interleaved=255", None);
        check("RTP/AVP/TCP;interleaved=1-1", None);
        check("RTP/AVP/TCP;interleaved=300-301", None);
        check("", None);
    }

    #[test]
    fn urls_name_paths() {
        let check = |url: &str, expected: &str| assert_eq!(path(url), expected, "{url}");
        check("rtsp://127.0.0.1:554/a/b", "/a/b");
        check("rtsp://127.0.0.1:554/a/b/", "/a/b");
        check("rtsp://127.0.0.1:554/a/b/trackID=0", "/a/b");
        check("rtsp://host/cam?channel=1&subtype=0", "/cam?channel=1&subtype=0");
        check("rtsp://host/cam?channel=1/trackID=0", "/cam?channel=1");
        check("rtsp://host/cam/trackID=1", "/cam");
        check("rtsp://host", "");
        check("rtsp://host/", "");
        check("/a", "/a");
        check("*", "*");
    }
}

//! RTP packets of H.264 and H.265 access units, of JPEG pictures and of sound, framed for a TCP connection.
//!
//! It packs, it does not unpack: receiving is retina's. A unit's packets are written into one buffer so that the
//! shell sends a frame with one system call. Sequence numbers are consecutive over the life of a [`Packetiser`].

mod jpeg;

use bytes::{BufMut, BytesMut};
use model::Codec;

/// The payload type of a stream: dynamic where it has no static one (RFC 3551 §6).
pub const fn payload_type(codec: Codec) -> u8 {
    match codec {
        Codec::H264 | Codec::H265 => 96,
        Codec::Jpeg => jpeg::PAYLOAD_TYPE,
        Codec::Pcmu => 0, // RFC 3551 §6, table 4
        Codec::Pcma => 8,
        Codec::Aac => 97,
    }
}

/// Payload bytes of one packet unless configured: what cameras do, so that a packet fits an Ethernet frame.
pub const PAYLOAD_BYTES_DEFAULT: usize = 1_400;
/// Below this a fragment would be more header than picture.
pub const PAYLOAD_BYTES_MIN: usize = 64;
/// The length field of interleaved framing has 16 bits (RFC 2326 §10.12) and covers the RTP header.
pub const PAYLOAD_BYTES_MAX: usize = 65_535 - HEADER_BYTES;

const HEADER_BYTES: usize = 12;
/// What 13 bits of size can say (RFC 3640 §3.3.6).
const AAC_FRAME_BYTES_MAX: u16 = 0x1fff;

const H264_STAP_A: u8 = 24; // RFC 6184 §5.2, table 1
const H264_FU_A: u8 = 28;
const H265_AP: u8 = 48; // RFC 7798 §4.4.2
const H265_FU: u8 = 49; // RFC 7798 §4.4.3
const FU_START: u8 = 0x80;
const FU_END: u8 = 0x40;

/// The NAL units of length-prefixed data (4-byte big-endian lengths, ISO/IEC 14496-15 §5.3.4.2.1).
/// Ends at the first length that does not fit; passes over NAL units shorter than a NAL unit header.
#[derive(Clone)]
pub struct Nals<'a> {
    rest: &'a [u8],
    header_bytes: usize,
}

impl<'a> Nals<'a> {
    pub const fn new(codec: Codec, unit: &'a [u8]) -> Self {
        Self { rest: unit, header_bytes: nal_header_bytes(codec) }
    }
}

impl<'a> Iterator for Nals<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            let (size, rest) = self.rest.split_first_chunk::<4>()?;
            let size = usize::try_from(u32::from_be_bytes(*size)).ok()?;
            let (nal, rest) = rest.split_at_checked(size)?;
            self.rest = rest;
            if nal.len() >= self.header_bytes {
                return Some(nal);
            }
        }
    }
}

const fn nal_header_bytes(codec: Codec) -> usize {
    match codec {
        // JPEG pictures and sound have no NAL units.
        Codec::H264 | Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => 1,
        Codec::H265 => 2,
    }
}

/// One RTP stream being sent.
#[derive(Debug)]
pub struct Packetiser {
    codec: Codec,
    ssrc: u32,
    channel: u8,
    payload_bytes_max: usize,
    sequence: u16,
    packets: u32,
    octets: u32,
}

impl Packetiser {
    /// `sequence` is the first packet's sequence number and like `ssrc` is chosen at random (RFC 3550 §5.1);
    /// `channel` is the interleaved channel of the RTP packets.
    pub fn new(codec: Codec, ssrc: u32, sequence: u16, channel: u8, payload_bytes_max: usize) -> Self {
        let payload_bytes_max = payload_bytes_max.clamp(PAYLOAD_BYTES_MIN, PAYLOAD_BYTES_MAX);
        Self { codec, ssrc, channel, payload_bytes_max, sequence, packets: 0, octets: 0 }
    }

    pub const fn ssrc(&self) -> u32 {
        self.ssrc
    }
    /// The sequence number of the next packet.
    pub const fn next_sequence(&self) -> u16 {
        self.sequence
    }
    /// Packets sent so far, modulo 2^32 (the sender report's packet count, RFC 3550 §6.4.1).
    pub const fn packets(&self) -> u32 {
        self.packets
    }
    /// Payload octets sent so far, modulo 2^32 (RFC 3550 §6.4.1).
    pub const fn octets(&self) -> u32 {
        self.octets
    }

    /// Appends the packets of one access unit to `out`; the last has the marker bit (RFC 6184 §5.1,
    /// RFC 7798 §4.1, RFC 2435 §3). A unit without NAL units appends nothing.
    pub fn packetise(&mut self, timestamp: u32, unit: &[u8], out: &mut BytesMut) {
        let framing_bytes = (unit.len() / self.payload_bytes_max + 4) * (HEADER_BYTES + 8);
        out.reserve(unit.len() + framing_bytes);
        match self.codec {
            Codec::Jpeg => return self.picture(timestamp, unit, out),
            Codec::Aac => return self.aac(timestamp, unit, out),
            Codec::Pcmu | Codec::Pcma => return self.g711(timestamp, unit, out),
            Codec::H264 | Codec::H265 => {}
        }
        let mut nals = Nals::new(self.codec, unit).peekable();
        while let Some(nal) = nals.next() {
            if nal.len() > self.payload_bytes_max {
                self.fragment(timestamp, nal, nals.peek().is_none(), out);
                continue;
            }
            let group = self.group(nal, &mut nals);
            let last = nals.peek().is_none();
            match group.as_slice() {
                [single] => {
                    self.header(timestamp, last, single.len(), out);
                    out.put_slice(single);
                }
                several => self.aggregate(timestamp, several, last, out),
            }
        }
    }

    /// `first` and the NAL units after it that fit one aggregation packet together.
    fn group<'a>(&self, first: &'a [u8], nals: &mut std::iter::Peekable<Nals<'a>>) -> Vec<&'a [u8]> {
        let mut group = vec![first];
        let mut size = nal_header_bytes(self.codec) + 2 + first.len();
        while let Some(next) = nals.next_if(|next| size + 2 + next.len() <= self.payload_bytes_max) {
            size += 2 + next.len();
            group.push(next);
        }
        group
    }

    /// STAP-A (RFC 6184 §5.7.1) or AP without DONL (RFC 7798 §4.4.2).
    fn aggregate(&mut self, timestamp: u32, nals: &[&[u8]], last: bool, out: &mut BytesMut) {
        let size = nal_header_bytes(self.codec) + nals.iter().map(|nal| 2 + nal.len()).sum::<usize>();
        self.header(timestamp, last, size, out);
        match self.codec {
            Codec::H264 => {
                // F is the OR of all F bits, NRI the greatest (RFC 6184 §5.3, §5.7.1).
                let forbidden = nals.iter().fold(0, |bits, nal| bits | (nal[0] & 0x80));
                let importance = nals.iter().map(|nal| nal[0] & 0x60).max().unwrap_or(0);
                out.put_u8(forbidden | importance | H264_STAP_A);
            }
            Codec::H265 => {
                // F is the OR of all F bits, layer and temporal id the lowest (RFC 7798 §4.4.2).
                let forbidden = nals.iter().fold(0, |bits, nal| bits | (nal[0] & 0x80));
                let layer = nals.iter().map(|nal| (nal[0] & 1) << 5 | nal[1] >> 3).min().unwrap_or(0);
                let temporal = nals.iter().map(|nal| nal[1] & 7).min().unwrap_or(1);
                out.put_u8(forbidden | H265_AP << 1 | layer >> 5);
                out.put_u8((layer & 0x1F) << 3 | temporal);
            }
            Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => {}
        }
        for nal in nals {
            // A group fits the payload, so each size fits 16 bits.
            out.put_u16(u16::try_from(nal.len()).unwrap_or(u16::MAX));
            out.put_slice(nal);
        }
    }

    /// FU-A (RFC 6184 §5.8) or FU without DONL (RFC 7798 §4.4.3).
    fn fragment(&mut self, timestamp: u32, nal: &[u8], last: bool, out: &mut BytesMut) {
        let nal_header_bytes = nal_header_bytes(self.codec);
        let fu_bytes = nal_header_bytes + 1;
        let (nal_header, payload) = nal.split_at(nal_header_bytes);
        let mut chunks = payload.chunks(self.payload_bytes_max - fu_bytes).peekable();
        let mut flags = FU_START;
        while let Some(chunk) = chunks.next() {
            let end = chunks.peek().is_none();
            if end {
                flags |= FU_END;
            }
            self.header(timestamp, last && end, fu_bytes + chunk.len(), out);
            match self.codec {
                Codec::H264 => {
                    out.put_u8(nal_header[0] & 0xE0 | H264_FU_A);
                    out.put_u8(flags | nal_header[0] & 0x1F);
                }
                Codec::H265 => {
                    out.put_u8(nal_header[0] & 0x81 | H265_FU << 1);
                    out.put_u8(nal_header[1]);
                    out.put_u8(flags | nal_header[0] >> 1 & 0x3F);
                }
                Codec::Jpeg | Codec::Aac | Codec::Pcmu | Codec::Pcma => {}
            }
            out.put_slice(chunk);
            flags = 0;
        }
    }

    /// One AAC frame in mode AAC-hbr (RFC 3640 §3.3.6): a header section of 16 bits, then size and index; in several packets
    /// where it is long, each with the whole frame's size (§3.2.3.2).
    fn aac(&mut self, timestamp: u32, frame: &[u8], out: &mut BytesMut) {
        const SECTION_BYTES: usize = 4;
        let Some(size) = u16::try_from(frame.len()).ok().filter(|size| *size <= AAC_FRAME_BYTES_MAX) else {
            return;
        };
        let mut chunks = frame.chunks(self.payload_bytes_max - SECTION_BYTES).peekable();
        while let Some(chunk) = chunks.next() {
            self.header(timestamp, chunks.peek().is_none(), SECTION_BYTES + chunk.len(), out);
            out.put_u16(16); // bits of the one AU header
            out.put_u16(size << 3);
            out.put_slice(chunk);
        }
    }

    /// Samples as they are, without a marker: there was no silence before them (RFC 3551 §4.1). What is too long for a packet
    /// appends nothing: its second half would have another time.
    fn g711(&mut self, timestamp: u32, samples: &[u8], out: &mut BytesMut) {
        if samples.len() <= self.payload_bytes_max {
            self.header(timestamp, false, samples.len(), out);
            out.put_slice(samples);
        }
    }

    /// RFC 2435 §3.1: every packet has the main header, the first one of a picture the tables. A picture that cannot be
    /// said so appends nothing.
    fn picture(&mut self, timestamp: u32, picture: &[u8], out: &mut BytesMut) {
        let Some(scan) = jpeg::scan(picture) else { return };
        let restarts = scan.restart_interval > 0;
        let mut at = 0;
        loop {
            let tables = if at == 0 { jpeg::TABLES_BYTES + scan.tables.len() } else { 0 };
            let head = jpeg::MAIN_BYTES + if restarts { jpeg::RESTART_BYTES } else { 0 } + tables;
            // The tables are longer than the least payload: a packet always takes some of the picture.
            let room = self.payload_bytes_max.saturating_sub(head).max(PAYLOAD_BYTES_MIN);
            let end = scan.data.len().min(at + room);
            let (Some(chunk), Ok(offset)) = (scan.data.get(at..end), u32::try_from(at)) else { return };
            self.header(timestamp, end == scan.data.len(), head + chunk.len(), out);
            out.put_u32(offset & 0xff_ffff); // type-specific 0, then 24 bits of offset
            out.put_slice(&[scan.kind, jpeg::Q_IN_BAND, scan.width, scan.height]);
            if restarts {
                out.put_u16(scan.restart_interval);
                out.put_u16(0xffff); // the whole picture is to be put together first (§3.1.7)
            }
            if at == 0 {
                out.put_slice(&[0, 0, 0, 128]); // MBZ, precision 8 bits, length (§3.1.8)
                out.put_slice(&scan.tables);
            }
            out.put_slice(chunk);
            at = end;
            if at == scan.data.len() {
                return;
            }
        }
    }

    /// Interleaved framing (RFC 2326 §10.12) and the RTP header (RFC 3550 §5.1), and counts the packet.
    fn header(&mut self, timestamp: u32, marker: bool, payload_bytes: usize, out: &mut BytesMut) {
        let size = u16::try_from(HEADER_BYTES + payload_bytes).unwrap_or(u16::MAX);
        out.put_u8(b'$');
        out.put_u8(self.channel);
        out.put_u16(size);
        out.put_u8(2 << 6); // version 2, no padding, no extension, no contributing sources
        out.put_u8(u8::from(marker) << 7 | payload_type(self.codec));
        out.put_u16(self.sequence);
        out.put_u32(timestamp);
        out.put_u32(self.ssrc);
        self.sequence = self.sequence.wrapping_add(1);
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(u32::try_from(payload_bytes).unwrap_or(u32::MAX));
    }
}

#[cfg(test)]
mod tests;

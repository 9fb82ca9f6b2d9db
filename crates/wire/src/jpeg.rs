//! Receives JPEG pictures from RTP payloads (RFC 2435): puts each together and gives it the headers that RTP leaves out.
//!
//! It decodes nothing and does no I/O. The invariants: a picture that is given out has every byte that its sender sent; one
//! that misses a packet is dropped whole; no input makes it panic, or hold more than one picture and the tables.

mod tables;

use bytes::Bytes;

/// The offset of a packet has 24 bits (RFC 2435 §3.1.2): no picture is larger.
const PICTURE_BYTES_MAX: usize = 1 << 24;
/// Q values from here on name tables that are sent (§3.1.8).
const Q_SENT: u8 = 128;
/// The bit of the type that says: there is a restart header (§3.1.3).
const RESTARTS: u8 = 0x40;
/// The value of Q whose tables change with each picture, so that none are kept.
const Q_CHANGING: u8 = 255;

/// One RTP packet of the stream.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// The RTP timestamp: the same in all packets of a picture.
    pub timestamp: u32,
    pub marker: bool,
    /// Packets were lost before this one.
    pub after_loss: bool,
    pub payload: &'a [u8],
}

/// What a packet has come to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Received {
    /// More is needed.
    Part,
    /// A whole picture, from SOI to EOI.
    Picture(Bytes),
    /// A picture is lost, and why; what remains of it is passed over.
    Dropped(&'static str),
}

/// What the headers of a picture are made from.
#[derive(Clone, Copy, Debug)]
struct Head {
    kind: u8,
    q: u8,
    width: u8,
    height: u8,
    restart_interval: u16,
}

#[derive(Debug)]
struct Building {
    timestamp: u32,
    /// The headers, and what has come of the scan.
    bytes: Vec<u8>,
    scan_from: usize,
}

/// Puts one stream's pictures together.
#[derive(Debug, Default)]
pub struct Depacketiser {
    building: Option<Building>,
    /// By Q minus 128: tables that were sent once and are meant again later (§3.1.8).
    sent: Vec<Option<Tables>>,
}

/// Two quantisation tables, and whether each has 16 bits a value.
#[derive(Clone, Debug)]
struct Tables {
    bytes: Vec<u8>,
    precision: u8,
}

impl Depacketiser {
    /// Takes the next packet.
    pub fn push(&mut self, packet: Packet<'_>) -> Received {
        if packet.after_loss && self.building.take().is_some() {
            // The packet at hand may begin the next picture; if it does not, it is dropped without a word.
            return match self.take(packet) {
                Ok(received @ Received::Picture(_)) => received,
                _ => Received::Dropped("packets were lost in the middle of a picture"),
            };
        }
        self.take(packet).unwrap_or_else(|reason| {
            self.building = None;
            Received::Dropped(reason)
        })
    }

    fn take(&mut self, packet: Packet<'_>) -> Result<Received, &'static str> {
        let (main, mut rest) = packet.payload.split_first_chunk::<8>().ok_or("a payload is too short")?;
        let [_, o2, o1, o0, kind, q, width, height] = *main;
        let offset = u32::from_be_bytes([0, o2, o1, o0]) as usize;
        let mut head = Head { kind: kind & !RESTARTS, q, width, height, restart_interval: 0 };
        if kind & RESTARTS != 0 {
            let (restart, more) = rest.split_first_chunk::<4>().ok_or("a restart header is cut off")?;
            head.restart_interval = u16::from_be_bytes([restart[0], restart[1]]);
            rest = more;
        }
        let unfinished =
            self.building.as_ref().is_some_and(|building| building.timestamp != packet.timestamp);
        if offset == 0 {
            let (headers, scan) = self.begin(head, rest)?;
            let scan_from = headers.len();
            self.building = Some(Building { timestamp: packet.timestamp, bytes: headers, scan_from });
            rest = scan;
        }
        let Some(building) = &mut self.building else { return Ok(Received::Part) }; // of a picture that was dropped
        if building.timestamp != packet.timestamp {
            return Err("a picture goes on as another");
        }
        let so_far = building.bytes.len() - building.scan_from;
        if so_far != offset || so_far + rest.len() > PICTURE_BYTES_MAX {
            return Err("a part of a picture is missing");
        }
        building.bytes.extend_from_slice(rest);
        if packet.marker {
            return Ok(self
                .building
                .take()
                .map_or(Received::Part, |building| Received::Picture(building.closed())));
        }
        match unfinished {
            true => Ok(Received::Dropped("a picture ended without its last packet")),
            false => Ok(Received::Part),
        }
    }

    /// The headers of a picture that begins, and the first bytes of its scan.
    fn begin<'a>(&mut self, head: Head, rest: &'a [u8]) -> Result<(Vec<u8>, &'a [u8]), &'static str> {
        if head.width == 0 || head.height == 0 {
            return Err("the picture is wider or higher than RFC 2435 can say, 2,040 samples");
        }
        let vertical = match head.kind {
            0 => 1,
            1 => 2,
            _ => return Err("the picture is of a type that RFC 2435 does not define"),
        };
        let (tables, scan) = self.tables(head.q, rest)?;
        let mut out = Vec::with_capacity(tables.bytes.len() + 1_024);
        out.extend_from_slice(&[0xff, 0xd8]);
        let lengths = [0, 1].map(|table| if tables.precision >> table & 1 == 1 { 128 } else { 64 });
        let (luma, chroma) = tables.bytes.split_at_checked(lengths[0]).ok_or("tables are cut off")?;
        // One table for all components is sent alone.
        let chroma =
            if chroma.is_empty() { luma } else { chroma.get(..lengths[1]).ok_or("tables are cut off")? };
        for (number, table) in [(0, luma), (1, chroma)] {
            let precision = u8::from(table.len() == 128) << 4;
            segment(&mut out, 0xdb, &[&[precision | number], table]);
        }
        if head.restart_interval > 0 {
            segment(&mut out, 0xdd, &[&head.restart_interval.to_be_bytes()]);
        }
        let ([h1, h0], [w1, w0]) =
            [head.height, head.width].map(|blocks| (u16::from(blocks) * 8).to_be_bytes()).into();
        let sampling = 0x20 | vertical;
        segment(&mut out, 0xc0, &[&[8, h1, h0, w1, w0, 3, 1, sampling, 0, 2, 0x11, 1, 3, 0x11, 1]]);
        for (place, counts, symbols) in &tables::HUFFMAN {
            segment(&mut out, 0xc4, &[&[*place], counts, symbols]);
        }
        segment(&mut out, 0xda, &[&[3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]]);
        Ok((out, scan))
    }

    /// The tables that a Q stands for, and what follows them.
    fn tables<'a>(&mut self, q: u8, rest: &'a [u8]) -> Result<(Tables, &'a [u8]), &'static str> {
        if q < Q_SENT {
            if !(1..=99).contains(&q) {
                return Err("a value of Q that stands for no tables");
            }
            return Ok((Tables { bytes: tables::scaled(q).to_vec(), precision: 0 }, rest));
        }
        let (head, rest) = rest.split_first_chunk::<4>().ok_or("the header of tables is cut off")?;
        let [_, precision, l1, l0] = *head;
        let length = usize::from(u16::from_be_bytes([l1, l0]));
        let kept = usize::from(q - Q_SENT);
        if length == 0 {
            let tables = self.sent.get(kept).cloned().flatten();
            return tables.map(|tables| (tables, rest)).ok_or("tables are meant that were not sent");
        }
        // Two tables of 16 bits a value are the most that types 0 and 1 have.
        let (bytes, scan) =
            rest.split_at_checked(length).filter(|_| length <= 256).ok_or("tables are cut off")?;
        let tables = Tables { bytes: bytes.to_vec(), precision };
        if q != Q_CHANGING {
            self.sent.resize(usize::from(Q_CHANGING - Q_SENT), None);
            if let Some(place) = self.sent.get_mut(kept) {
                *place = Some(tables.clone());
            }
        }
        Ok((tables, scan))
    }
}

impl Building {
    /// With the end marker, which may be left out (§3.1.9 of RFC 2435).
    fn closed(mut self) -> Bytes {
        if !self.bytes.ends_with(&[0xff, 0xd9]) {
            self.bytes.extend_from_slice(&[0xff, 0xd9]);
        }
        self.bytes.into()
    }
}

/// A marker segment (ITU-T T.81 §B.1.1.4); none of ours is near 64 KiB.
fn segment(out: &mut Vec<u8>, marker: u8, parts: &[&[u8]]) {
    let length = 2 + parts.iter().map(|part| part.len()).sum::<usize>();
    out.extend_from_slice(&[0xff, marker]);
    out.extend_from_slice(&(length as u16).to_be_bytes());
    parts.iter().for_each(|part| out.extend_from_slice(part));
}

#[cfg(test)]
mod tests;

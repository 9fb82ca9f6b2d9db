//! JPEG pictures as RTP payloads (RFC 2435): what of a picture's header the payload header can say, and the rest.
//!
//! The payload carries neither Huffman tables nor component numbers: pictures that need other than the usual ones look
//! wrong at the other end, and it is not noticed here. The invariant: no bytes make it panic or read twice.

/// Static payload type of JPEG (RFC 3551 §6, table 5).
pub(super) const PAYLOAD_TYPE: u8 = 26;
/// Bytes of the main header (RFC 2435 §3.1), of the restart header (§3.1.7) and of the tables' header (§3.1.8).
pub(super) const MAIN_BYTES: usize = 8;
pub(super) const RESTART_BYTES: usize = 4;
pub(super) const TABLES_BYTES: usize = 4;
/// Q that says: the tables are in the first packet of each picture, and may change with each (§3.1.8).
pub(super) const Q_IN_BAND: u8 = 255;
/// Added to the type when restart markers are used (§3.1.3).
const TYPE_RESTART: u8 = 64;
/// Tables of the two kinds of components, 64 bytes each (§3.1.8).
const TABLE_BYTES: usize = 64;

/// What is sent of one picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Scan<'a> {
    /// 0: 4:2:2, 1: 4:2:0 (RFC 2435 §4.1), and 64 more with restart markers.
    pub kind: u8,
    /// In blocks of 8 samples.
    pub width: u8,
    pub height: u8,
    pub restart_interval: u16,
    pub tables: [u8; 2 * TABLE_BYTES],
    /// What follows the scan header, the end marker included.
    pub data: &'a [u8],
}

#[derive(Default)]
struct Header {
    kind: Option<u8>,
    sides: (u8, u8),
    restart_interval: u16,
    tables: [Option<[u8; TABLE_BYTES]>; 2],
}

/// Takes a picture apart; `None` when RFC 2435 has no way to say it.
pub(super) fn scan(picture: &[u8]) -> Option<Scan<'_>> {
    let mut rest = picture.strip_prefix(&[0xff, 0xd8])?;
    let mut header = Header::default();
    // Marker segments (ITU-T T.81 §B.1.1.4); each takes four bytes at least.
    loop {
        let [0xff, marker, high, low] = *rest.first_chunk::<4>()? else { return None };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let body = rest.get(4..2 + length)?;
        rest = rest.get(2 + length..)?;
        match marker {
            0xdb => header.quantisation(body)?,
            0xc0 => header.frame(body)?,
            0xdd => header.restart_interval = u16::from_be_bytes(*body.first_chunk()?),
            0xda => return header.scan(rest),
            0xc1..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => return None, // only baseline (§4.1)
            _ => {}
        }
    }
}

impl Header {
    /// DQT (ITU-T T.81 §B.2.4.1): 8-bit tables 0 and 1.
    fn quantisation(&mut self, mut body: &[u8]) -> Option<()> {
        while let Some((number, rest)) = body.split_first() {
            let (table, rest) = rest.split_first_chunk::<TABLE_BYTES>()?;
            *self.tables.get_mut(usize::from(*number))? = Some(*table);
            body = rest;
        }
        Some(())
    }

    /// SOF0 (§B.2.2): three components, the first twice as dense as the others, whose table is the second.
    fn frame(&mut self, body: &[u8]) -> Option<()> {
        let blocks = |high: u8, low: u8| u8::try_from(u16::from_be_bytes([high, low]).div_ceil(8)).ok();
        let [8, h1, h0, w1, w0, 3, _, sampling, 0, _, 0x11, q1, _, 0x11, q2] = *body else { return None };
        // One table for all colours is sent twice.
        if q1 != q2 || q1 > 1 {
            return None;
        }
        if q1 == 0 {
            self.tables[1] = self.tables[0];
        }
        self.sides = (blocks(w1, w0)?, blocks(h1, h0)?);
        self.kind = Some(match sampling {
            0x21 => 0,
            0x22 => 1,
            _ => return None,
        });
        Some(())
    }

    fn scan(self, data: &[u8]) -> Option<Scan<'_>> {
        let [luma, chroma] = self.tables;
        let mut tables = [0; 2 * TABLE_BYTES];
        tables[..TABLE_BYTES].copy_from_slice(&luma?);
        tables[TABLE_BYTES..].copy_from_slice(&chroma?);
        let with_restart = if self.restart_interval > 0 { TYPE_RESTART } else { 0 };
        let ((width, height), restart_interval) = (self.sides, self.restart_interval);
        Some(Scan { kind: self.kind? + with_restart, width, height, restart_interval, tables, data })
    }
}

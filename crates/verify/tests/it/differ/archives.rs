//! Damage to archives: headers, directory, order, what lies between and around.

use crate::mutations::Random;

/// Places where those four bytes stand.
fn places_of(archive: &[u8], bytes: &[u8; 4]) -> Vec<usize> {
    (0..archive.len().saturating_sub(3)).filter(|&at| archive[at..].starts_with(bytes)).collect()
}

/// Damages an archive; says how.
pub fn damage(archive: &mut Vec<u8>, random: &mut Random) -> String {
    let signatures: [&[u8; 4]; 3] = [b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"];
    let (which, signature) = {
        let which = random.below(3);
        (which, signatures[which])
    };
    let places = places_of(archive, signature);
    if places.is_empty() {
        return ", nothing".into();
    }
    let place = *random.pick(&places);
    match random.below(10) {
        0 => {
            // A CRC-32 that both headers give, and that is not the file's.
            let crc: Option<[u8; 4]> =
                archive.get(place + [14, 16, 16][which]..).and_then(|rest| rest.first_chunk().copied());
            let Some(crc) = crc else { return ", nothing".into() };
            let others = places_of(archive, &crc);
            for at in others {
                archive[at] ^= 1;
            }
            format!(", another CRC, header {which}")
        }
        1 | 2 => {
            let at = (place + random.below([30, 46, 22][which])).min(archive.len() - 1);
            archive[at] ^= 1 << random.below(8);
            format!(", flip at {at}, header {which}")
        }
        3 => {
            let at = place + random.below(20);
            let numbers = [0u32, 1, 0xffff_ffff, 0xffff_fffe];
            if let Some(bytes) = archive.get_mut(at..at + 4) {
                bytes.copy_from_slice(&random.pick(&numbers).to_le_bytes());
            }
            format!(", a number at {at}, header {which}")
        }
        4 => {
            let at = random.below(archive.len());
            archive[at] ^= 1 << random.below(8);
            format!(", flip at {at}")
        }
        5 => {
            archive.truncate(random.below(archive.len()));
            ", cut".into()
        }
        6 => {
            archive.insert(random.below(archive.len()), 0);
            ", a byte more".into()
        }
        7 => {
            archive.splice(0..0, *b"#!/bin/sh\n");
            ", something before it".into()
        }
        _ => {
            archive.extend_from_slice(b"PK\x05\x06 and more");
            ", something behind it".into()
        }
    }
}

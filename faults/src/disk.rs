//! What a disk with a volatile write cache holds: writes are seen at once and are durable only after a flush.
//!
//! It knows no file system and no FUSE. Invariant: before a cut, the image file holds exactly what had been written when the
//! last flush was asked for; after a cut, exactly that and what the cut's kind let through, whatever is written later.

use std::{
    collections::HashMap,
    fs::File,
    io,
    os::unix::fs::FileExt as _,
    time::{Duration, Instant, SystemTime},
};

/// What a real disk writes whole or not at all.
const SECTOR_BYTES: usize = 512;
/// Unit of the cache; a multiple of the sector.
const BLOCK_BYTES: usize = 4_096;

/// What becomes of writes that were not flushed when the power went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tear {
    /// None arrived.
    Nothing,
    /// The older ones arrived, the last of them in part.
    Prefix,
    /// Any sector may have arrived, whatever came before it: caches reorder.
    Scattered,
}

/// What a cut met and did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cut {
    pub at: SystemTime,
    pub tear: Tear,
    pub unsynced_writes: usize,
    pub unsynced_bytes: usize,
    pub kept_sectors: usize,
    /// Flushes since the power came on.
    pub flushes: u64,
    /// Since the last of them.
    pub since_flush: Duration,
}

pub struct Disk {
    image: File,
    size: u64,
    /// Since the last flush, in order.
    unsynced: Vec<(u64, Vec<u8>)>,
    /// What a reader sees of them.
    cache: HashMap<u64, Box<[u8; BLOCK_BYTES]>>,
    flushes: u64,
    flushed: Instant,
    /// The power goes, with this seed, after so many more writes.
    armed: Option<(u64, u64)>,
    /// The cut; `None` while there is power.
    cut: Option<Cut>,
}

impl Disk {
    pub fn new(image: File, size: u64) -> io::Result<Self> {
        image.set_len(size)?;
        Ok(Self {
            image,
            size,
            unsynced: Vec::new(),
            cache: HashMap::new(),
            flushes: 0,
            flushed: Instant::now(),
            armed: None,
            cut: None,
        })
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    pub fn read(&self, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        self.image.read_exact_at(bytes, offset)?;
        for (block, from, into) in pieces(offset, bytes.len()) {
            if let Some(cached) = self.cache.get(&block) {
                let length = into.len();
                bytes[into].copy_from_slice(&cached[from..from + length]);
            }
        }
        Ok(())
    }

    pub fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        if offset + bytes.len() as u64 > self.size {
            return Err(io::ErrorKind::StorageFull.into());
        }
        for (block, from, part) in pieces(offset, bytes.len()) {
            let cached = match self.cache.entry(block) {
                std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::hash_map::Entry::Vacant(entry) => {
                    let mut old = Box::new([0; BLOCK_BYTES]);
                    self.image.read_exact_at(&mut old[..], block * BLOCK_BYTES as u64)?;
                    entry.insert(old)
                }
            };
            cached[from..from + part.len()].copy_from_slice(&bytes[part]);
        }
        // What is written after the cut is seen by whoever unmounts, and by nobody after that.
        if self.cut.is_some() {
            return Ok(());
        }
        self.unsynced.push((offset, bytes.to_vec()));
        match self.armed {
            Some((seed, 0 | 1)) => self.cut(seed).map(|_| ()),
            Some((seed, more)) => {
                self.armed = Some((seed, more - 1));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Everything written so far is durable.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.cut.is_some() {
            return Ok(());
        }
        for (offset, bytes) in self.unsynced.drain(..) {
            self.image.write_all_at(&bytes, offset)?;
        }
        self.cache.clear();
        self.flushes += 1;
        self.flushed = Instant::now();
        Ok(())
    }

    /// The power will go in the middle of what is written next, or when somebody calls [`Self::cut`].
    pub fn arm(&mut self, seed: u64, writes: u64) {
        self.armed = Some((seed, writes));
    }

    /// The cut, if it has been made.
    pub fn made(&self) -> Option<Cut> {
        self.cut
    }

    /// The power goes. What becomes durable of the unsynced writes depends on the seed alone.
    pub fn cut(&mut self, seed: u64) -> io::Result<Cut> {
        let mut random = Random(seed | 1);
        let tear = match random.below(3) {
            0 => Tear::Nothing,
            1 => Tear::Prefix,
            _ => Tear::Scattered,
        };
        self.armed = None;
        let unsynced = std::mem::take(&mut self.unsynced);
        let mut cut = Cut {
            at: SystemTime::now(),
            tear,
            unsynced_writes: unsynced.len(),
            unsynced_bytes: unsynced.iter().map(|(_, bytes)| bytes.len()).sum(),
            kept_sectors: 0,
            flushes: self.flushes,
            since_flush: self.flushed.elapsed(),
        };
        let sectors_all =
            unsynced.iter().map(|(_, bytes)| bytes.len().div_ceil(SECTOR_BYTES) as u64).sum::<u64>();
        let sectors_kept = random.below(sectors_all + 1);
        let mut number = 0;
        for (offset, bytes) in unsynced {
            for (index, sector) in bytes.chunks(SECTOR_BYTES).enumerate() {
                let kept = match tear {
                    Tear::Nothing => false,
                    Tear::Prefix => number < sectors_kept,
                    Tear::Scattered => random.below(2) == 0,
                };
                number += 1;
                if kept {
                    self.image.write_all_at(sector, offset + (index * SECTOR_BYTES) as u64)?;
                    cut.kept_sectors += 1;
                }
            }
        }
        self.cut = Some(cut);
        Ok(cut)
    }

    /// The power comes back: only the image is there.
    pub fn power_on(&mut self) {
        self.unsynced.clear();
        self.cache.clear();
        self.flushes = 0;
        self.flushed = Instant::now();
        (self.armed, self.cut) = (None, None);
    }
}

/// The blocks that a range touches: block, offset in it, range of the bytes.
fn pieces(offset: u64, length: usize) -> impl Iterator<Item = (u64, usize, std::ops::Range<usize>)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        if done >= length {
            return None;
        }
        let at = offset + done as u64;
        let from = (at % BLOCK_BYTES as u64) as usize;
        let part = done..length.min(done + BLOCK_BYTES - from);
        done = part.end;
        Some((at / BLOCK_BYTES as u64, from, part))
    })
}

/// xorshift64 (Marsaglia 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: u64 = 64 * BLOCK_BYTES as u64;

    fn disk(name: &str) -> Disk {
        let path = std::env::temp_dir().join(format!("watchkeeper-disk-{}-{name}", std::process::id()));
        let file = File::options().read(true).write(true).create(true).truncate(true).open(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        Disk::new(file, SIZE).unwrap()
    }

    fn seen(disk: &Disk) -> Vec<u8> {
        let mut bytes = vec![0; SIZE as usize];
        disk.read(0, &mut bytes).unwrap();
        bytes
    }

    /// Writes, flushes and cuts from a seed, beside a plain copy of what must be seen and what must be durable.
    #[test]
    fn what_was_flushed_survives_and_nothing_else_but_whole_sectors() {
        for seed in 1..200 {
            let (mut disk, mut random) = (disk(&seed.to_string()), Random(seed));
            let (mut view, mut durable) = (vec![0u8; SIZE as usize], vec![0u8; SIZE as usize]);
            let mut unsynced: Vec<(usize, u8)> = Vec::new();
            for step in 0..40 {
                let sectors = 1 + random.below(20) as usize;
                let at = random.below(SIZE / 512 - 20) as usize;
                let bytes = vec![step + 1; sectors * 512];
                disk.write(at as u64 * 512, &bytes).unwrap();
                view[at * 512..at * 512 + bytes.len()].copy_from_slice(&bytes);
                unsynced.extend((at..at + sectors).map(|sector| (sector, step + 1)));
                assert!(seen(&disk) == view, "seed {seed}, step {step}: what is written is seen");
                if random.below(4) == 0 {
                    disk.flush().unwrap();
                    durable.copy_from_slice(&view);
                    unsynced.clear();
                }
            }
            let cut = disk.cut(seed).unwrap();
            disk.write(0, &[0xff; 4_096]).unwrap();
            disk.flush().unwrap();
            disk.power_on();
            let after = seen(&disk);
            for (number, sector) in after.chunks(512).enumerate() {
                let value = sector[0];
                assert!(sector.iter().all(|byte| *byte == value), "seed {seed}: a sector is torn");
                let let_through = cut.tear != Tear::Nothing && unsynced.contains(&(number, value));
                assert!(
                    value == durable[number * 512] || let_through,
                    "seed {seed}, sector {number}: {value}"
                );
            }
        }
    }

    #[test]
    fn an_armed_cut_comes_in_the_middle_of_the_writes() {
        let mut disk = disk("armed");
        disk.arm(3, 2);
        for block in 0..4 {
            disk.write(block * 4_096, &[1; 4_096]).unwrap();
            assert_eq!(disk.made().is_some(), block > 0);
        }
        assert_eq!(disk.made().unwrap().unsynced_writes, 2);
        disk.power_on();
        assert!(seen(&disk)[8_192..].iter().all(|byte| *byte == 0));
        assert!(disk.made().is_none());
    }

    #[test]
    fn a_cut_is_the_same_for_the_same_seed() {
        let run = |seed: u64| {
            let mut disk = disk(&format!("again-{seed}-{}", std::thread::current().name().unwrap_or("")));
            for block in 0..16 {
                disk.write(block * 4_096, &vec![block as u8 + 1; 4_096]).unwrap();
            }
            let cut = disk.cut(seed).unwrap();
            disk.power_on();
            (cut.tear, cut.kept_sectors, seen(&disk))
        };
        for seed in 1..20 {
            assert!(run(seed) == run(seed));
        }
        let tears: Vec<Tear> = (1..40).map(|seed| run(seed * 7_919).0).collect();
        for tear in [Tear::Nothing, Tear::Prefix, Tear::Scattered] {
            assert!(tears.contains(&tear), "{tear:?} is never drawn");
        }
    }
}

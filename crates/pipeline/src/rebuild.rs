//! The tables of a committed segment, made again from its file: what `check` compares with the rows, and `check --rebuild`
//! writes.
//!
//! The recovery's walk with nothing refused: every byte is hashed once. Whether the result is what was recorded is for
//! the record to say; nothing here believes the file.

use ledger::{
    record::SegmentRecord,
    table::{Gop, GopTable, PieceTable},
};
use media::{
    hash::SegmentSecret,
    segment::{Sealed, recover},
};
use store::SegmentTables;

/// What a segment's file gives.
#[derive(Debug)]
pub struct Rebuilt {
    pub tables: SegmentTables,
    /// Whether all of the file, to its last byte, leads to the record.
    pub is_the_record: bool,
}

/// Why a file gives no tables: it is not one of ours, or torn before its first fragment.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    #[error(transparent)]
    Media(#[from] media::Error),
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    #[error("the file has no whole fragment")]
    Empty,
}

/// Makes the tables of a segment from all bytes of its file.
///
/// # Errors
/// When the file cannot be read as a segment at all.
pub fn rebuild_tables(
    file: &[u8],
    secret: SegmentSecret,
    record: &SegmentRecord,
) -> Result<Rebuilt, RebuildError> {
    let recovered = recover(file, secret, |_| true)?;
    let whole = recovered.stopped.is_none() && recovered.good_bytes == file.len() as u64;
    let mut sealed: Sealed = recovered.sealed.ok_or(RebuildError::Empty)?;
    // The file knows when its last unit began, the record when it ended.
    sealed.span.end = record.span.end.max(sealed.span.start);
    let gops =
        GopTable(sealed.gops().map(|gop| Gop::new(gop.au_hashes, gop.first_dts, gop.end_dts)).collect());
    let pieces = PieceTable(sealed.pieces.clone());
    let is_the_record = whole
        && sealed.file_bytes == record.file_bytes
        && sealed.config_hash == record.config_hash
        && sealed.unit_count() == record.au_count
        && gops.0.len() as u64 == u64::from(record.gop_count)
        && gops.root() == record.gops_root
        && pieces.root() == record.boxes_root;
    let tables = SegmentTables {
        frames: sealed.index.clone(),
        gops: gops.encode()?.into(),
        pieces: pieces.encode()?.into(),
        activity: sealed.activity().into(),
    };
    Ok(Rebuilt { tables, is_the_record })
}

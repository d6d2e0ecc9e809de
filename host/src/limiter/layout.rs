//! What core's shared table needs: the one place that knows how its memory is made.

use adarga_core::rate::{Line, Shape, SharedTable};

use super::{header::HEADER, map::Map};

/// Which arrangement of words this is; another one whenever core reads them differently.
pub(super) const NUMBER: u32 = SharedTable::LAYOUT;

/// Longest file, in bytes.
const LEN_MAX: usize = 4 << 30;

/// Bytes of a whole file, unless it would hold nothing or be too long.
pub(super) fn file_len(shape: Shape) -> Option<usize> {
    let lines = Some(shape.lines()).filter(|lines| *lines > 0)?;
    lines.checked_mul(size_of::<Line>())?.checked_add(HEADER).filter(|len| *len <= LEN_MAX)
}

/// The table of a file.
pub(super) fn table(map: &Map, shape: Shape, seed: (u64, u64)) -> Option<SharedTable<'_>> {
    Some(SharedTable::new(map.slice(HEADER, shape.lines())?, shape, seed))
}

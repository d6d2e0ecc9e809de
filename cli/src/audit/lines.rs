//! Files of a trail, line by line, in memory that does not grow with them.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use adarga_core::audit::LINE_MAX;

use crate::Failure;

/// More than any line has; what is longer is given cut, and is no line either way.
const KEPT_MAX: usize = 2 * LINE_MAX;

/// Gives every line of a file without its line feed, and whether it had one.
pub(super) fn each(path: &Path, mut line: impl FnMut(&[u8], bool) -> Result<(), Failure>) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::from(format!("{}: {error}", path.display()));
    let mut reader = BufReader::new(File::open(path).map_err(failed)?);
    let mut kept = Vec::new();
    loop {
        kept.clear();
        let most = u64::try_from(KEPT_MAX).unwrap_or(u64::MAX);
        reader.by_ref().take(most).read_until(b'\n', &mut kept).map_err(failed)?;
        let mut ended = kept.last() == Some(&b'\n');
        if ended {
            kept.pop();
        } else if kept.len() == KEPT_MAX {
            ended = skip(&mut reader).map_err(failed)?;
        }
        if kept.is_empty() && !ended {
            return Ok(());
        }
        line(&kept, ended)?;
        if !ended {
            return Ok(());
        }
    }
}

/// Reads up to the next line feed; whether there is one.
fn skip(reader: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(false);
        }
        let end = buffer.iter().position(|&byte| byte == b'\n');
        let used = end.map_or(buffer.len(), |at| at + 1);
        reader.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}

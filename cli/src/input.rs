//! Small inputs that may be secret: read whole, bounded, into memory that is overwritten afterwards.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use zeroize::Zeroizing;

/// What to call it.
pub(crate) fn name(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() }
}

/// Reads a file, or standard input when it is called `-`.
///
/// # Errors
/// What is wrong, with the file's name: it can't be read, is empty, or has more than `max` bytes.
pub(crate) fn read(path: &Path, max: usize) -> Result<Zeroizing<Vec<u8>>, String> {
    let (standard, name) = (path.as_os_str() == "-", name(path));
    // taken at once, so that nothing is left behind where it grew
    let mut bytes = Zeroizing::new(Vec::with_capacity(max + 1));
    let mut filled = |source: &mut dyn Read| source.take(max as u64 + 1).read_to_end(&mut bytes);
    let read = if standard { filled(&mut io::stdin().lock()) } else { File::open(path).and_then(|mut file| filled(&mut file)) };
    match read {
        Err(error) => Err(format!("{name}: {error}")),
        Ok(0) => Err(format!("{name} is empty")),
        Ok(len) if len > max => Err(format!("{name} has more than {max} bytes")),
        Ok(_) => Ok(bytes),
    }
}

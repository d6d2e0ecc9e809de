//! A session file, read line by line: only one line of it is in memory at a time.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::error::Category;

use crate::session::Line;

use super::text;

/// Longest line, in bytes.
const LINE_MAX: usize = 64 << 20;
/// Characters of an error that are shown.
const SHOWN_MAX: usize = 300;

/// A session file that is being read.
#[derive(Debug)]
pub(super) struct Lines {
    path: PathBuf,
    len: Option<u64>,
    input: BufReader<File>,
    buffer: Vec<u8>,
    number: u64,
    consumed: u64,
}

/// One line as it was understood.
#[derive(Debug)]
pub(super) struct Recorded {
    /// Its number in the file, from 1.
    pub(super) number: u64,
    /// What it says.
    pub(super) line: Line,
    /// The message.
    pub(super) bytes: Vec<u8>,
    /// Where it was recorded, which tells connections apart that `session` does not name.
    pub(super) origin: Option<String>,
}

/// What recordings of other tools say of their source.
#[derive(Deserialize)]
struct Origin {
    src: Option<serde_json::Value>,
}

impl Lines {
    /// Opens a session file.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let len = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|metadata| metadata.len());
        let input = BufReader::with_capacity(1 << 18, file);
        Ok(Self { path: path.to_owned(), len, input, buffer: Vec::new(), number: 0, consumed: 0 })
    }

    /// Bytes of the file, where it has an end.
    pub(super) const fn len(&self) -> Option<u64> {
        self.len
    }

    /// Bytes read so far.
    pub(super) const fn consumed(&self) -> u64 {
        self.consumed
    }

    /// The next line that is not blank.
    ///
    /// # Errors
    /// File, line and what is wrong there, in one line.
    pub(super) fn next(&mut self) -> Result<Option<Recorded>, String> {
        while self.fill()? {
            if !self.buffer.iter().all(u8::is_ascii_whitespace) {
                return self.read().map(Some).map_err(|what| self.complaint(&what));
            }
        }
        Ok(None)
    }

    /// An error about the line that was read last.
    pub(super) fn complaint(&self, what: &str) -> String {
        let what = text::escaped(what);
        let end = what.char_indices().nth(SHOWN_MAX).map_or(what.len(), |(end, _)| end);
        let more = if end < what.len() { "…" } else { "" };
        format!("{}:{}: {}{more}", self.path.display(), self.number, &what[..end])
    }

    /// Reads a line into the buffer, without its end; false at the end of the file.
    fn fill(&mut self) -> Result<bool, String> {
        self.buffer.clear();
        self.number += 1;
        let limit = LINE_MAX as u64 + 1;
        let read = (&mut self.input).take(limit).read_until(b'\n', &mut self.buffer);
        let read = read.map_err(|error| format!("{}: {error}", self.path.display()))?;
        self.consumed += read as u64;
        if self.buffer.last() == Some(&b'\n') {
            self.buffer.pop();
        } else if self.buffer.len() > LINE_MAX {
            return Err(self.complaint(&format!("the line is longer than {} MiB", LINE_MAX >> 20)));
        }
        Ok(read != 0)
    }

    fn read(&self) -> Result<Recorded, String> {
        let line: Line = serde_json::from_slice(&self.buffer).map_err(|error| explained(&error))?;
        line.expected()?;
        let bytes = line.bytes()?;
        let has_origin = self.buffer.windows(5).any(|window| window == b"\"src\"");
        let origin: Option<Origin> = has_origin.then(|| serde_json::from_slice(&self.buffer).ok()).flatten();
        let origin = origin.and_then(|origin| Some(origin.src?.as_str()?.to_owned()));
        Ok(Recorded { number: self.number, line, bytes, origin })
    }
}

/// What is wrong with a line, in words of session files.
fn explained(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // every line is line 1 to serde
    let (what, column) = text.rsplit_once(" at line 1 column ").unwrap_or((&text, ""));
    match error.classify() {
        Category::Data if what.ends_with("HeaderShape") => "`headers` is neither a list of pairs nor an object".to_owned(),
        Category::Data if what.ends_with("NameShape") => "`role` is neither a name nor a list of names".to_owned(),
        Category::Data => what.to_owned(),
        _ if column.is_empty() => format!("not JSON: {what}"),
        _ => format!("not JSON: {what} at column {column}"),
    }
}

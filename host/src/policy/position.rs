//! From a byte of the text to line and column.
//!
//! Invariant: finding a place costs at most [`STRIDE`] bytes, so that a file with a hundred thousand errors is still told quickly.

/// Distance of two marks in bytes.
const STRIDE: usize = 256;

/// Line and column at every [`STRIDE`] bytes of a text.
#[derive(Debug)]
pub(super) struct Positions {
    marks: Vec<Mark>,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    at: usize,
    line: usize,
    column: usize,
}

impl Mark {
    /// Where the text goes on after `character`.
    fn after(self, character: char) -> Self {
        let at = self.at + character.len_utf8();
        match character {
            '\n' => Self { at, line: self.line + 1, column: 1 },
            // a byte order mark takes no column in any editor
            '\u{FEFF}' if self.at == 0 => Self { at, ..self },
            _ => Self { at, line: self.line, column: self.column + 1 },
        }
    }
}

impl Positions {
    /// Reads the whole text once.
    pub(super) fn new(text: &str) -> Self {
        let mut here = Mark { at: 0, line: 1, column: 1 };
        let mut marks = Vec::with_capacity(text.len() / STRIDE + 1);
        for character in text.chars() {
            if here.at >= marks.len() * STRIDE {
                marks.push(here);
            }
            here = here.after(character);
        }
        Self { marks }
    }

    /// Line and column of the character at byte `offset`, both from 1; past the end, the place after the last character.
    pub(super) fn locate(&self, text: &str, offset: usize) -> (usize, usize) {
        let last = self.marks.len().saturating_sub(1);
        let mut here = match self.marks.get(last.min(offset / STRIDE)) {
            Some(mark) => *mark,
            None => Mark { at: 0, line: 1, column: 1 },
        };
        for character in text.get(here.at..).unwrap_or_default().chars() {
            if here.at >= offset {
                break;
            }
            here = here.after(character);
        }
        (here.line, here.column)
    }
}

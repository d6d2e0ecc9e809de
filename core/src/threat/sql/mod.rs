//! Whether a text is a piece of SQL that changes the statement into which it is put.
//!
//! The text is read three times: as it stands, and as what follows `'` and `"`. Each reading is one pass of the lexer with a window
//! of a few tokens. Where the text can break out of its place (at its beginning, behind a value, behind the first quote that
//! closes the literal around it) it is enough that a statement could go on: `continuation`. Elsewhere only what hardly means
//! anything but an attack counts: `anywhere`.

mod anywhere;
mod continuation;
mod lexer;
mod words;

use crate::text::find;

use lexer::{Context, Lexeme, Lexer, Token};

/// Tokens that a rule sees behind the one that it looks at.
const AHEAD: usize = 9;

/// The tokens around a place.
#[derive(Clone, Copy, Default)]
struct Window<'t> {
    text: &'t [u8],
    /// The token before.
    last: Token,
    /// The tokens from here on.
    ahead: [Token; AHEAD],
}

impl<'t> Window<'t> {
    fn new(text: &'t [u8], lexer: &mut Lexer<'t>) -> Self {
        let mut window = Self { text, ..Self::default() };
        for token in &mut window.ahead {
            *token = lexer.next();
        }
        window
    }

    fn advance(&mut self, lexer: &mut Lexer<'t>) {
        let [first, rest @ ..] = self.ahead;
        self.last = first;
        for (slot, token) in self.ahead.iter_mut().zip(rest) {
            *slot = token;
        }
        if let Some(slot) = self.ahead.last_mut() {
            *slot = lexer.next();
        }
    }

    /// What the tokens from here on are.
    fn shape(&self) -> [Lexeme; AHEAD] {
        self.ahead.map(|token| token.lexeme)
    }

    /// The same window from a later token on; what is missing at its end is [`Lexeme::End`].
    fn skip(&self, count: usize) -> Self {
        let mut window = Self { text: self.text, ..Self::default() };
        window.last = count.checked_sub(1).and_then(|last| self.ahead.get(last)).copied().unwrap_or(self.last);
        for (slot, token) in window.ahead.iter_mut().zip(self.ahead.iter().skip(count)) {
            *slot = *token;
        }
        window
    }

    /// The bytes of a token of the window.
    fn bytes(&self, ahead: usize) -> &'t [u8] {
        self.ahead.get(ahead).and_then(|token| self.text.get(token.start..token.end)).unwrap_or_default()
    }
}

/// Whether `text` is a piece of SQL.
pub(super) fn looks(text: &[u8]) -> bool {
    reads(text, Context::Plain)
        || (find(text, b'\'').is_some() && reads(text, Context::Quoted(b'\'')))
        || (find(text, b'"').is_some() && reads(text, Context::Quoted(b'"')))
}

fn reads(text: &[u8], context: Context) -> bool {
    let mut lexer = Lexer::new(text, context);
    let mut window = Window::new(text, &mut lexer);
    if continuation::breaks_out(&window, context) {
        return true;
    }
    if context != Context::Plain {
        window.advance(&mut lexer);
    }
    loop {
        if window.shape().first() == Some(&Lexeme::End) {
            return false;
        }
        if anywhere::looks(&window) {
            return true;
        }
        window.advance(&mut lexer);
    }
}

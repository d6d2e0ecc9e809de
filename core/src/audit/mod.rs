//! The audit trail: one JSON line for each decision, chained so that none can be changed, moved or removed unnoticed.
//!
//! ```text
//!   Entry ─▶ record (compact, binary) ─▶ HMAC under K_n ─▶ line (JSON, text of the same fields and the MAC)
//!                      ▲                     │
//!                      └──── prev ◀──────────┴── K_{n+1} = HMAC(K_n, …), K_n is overwritten
//! ```
//!
//! A [`Chain`] belongs to one process and lies in memory of the caller. Its key moves forward with every line, so whoever takes
//! today's key can't rewrite what was written before. The keys come from a [`StartKey`] that moves as well, once a chain: chains of
//! one trail are numbered, and one that is missing as a whole is seen.
//!
//! A line is one JSON object whose members stand in the order of RFC 8785 and whose values are written in one way only, followed by
//! a line feed. What would break a line or lead a terminal astray (control characters, line and paragraph separators, marks of
//! writing direction) is escaped. A text beyond [`TEXT_MAX`] bytes, or one that is not UTF-8, is replaced by its length and
//! SHA-256: `{"bytes":N,"sha256":"…"}`; nothing is ever cut.
//!
//! The MAC covers the record (see `record.rs`, to the byte), not the text. [`Verifier`] reads a line, makes the record again, and
//! then the line from it, which must be the same byte for byte.
//!
//! A kernel. Invariant: nothing here knows a policy or a message, reads a clock or does I/O. Invariant: a line is rendered whole or
//! not at all, and the chain moves only when its owner says that the line is where it belongs.

mod chain;
mod fields;
mod key;
mod line;
mod read;
mod record;
mod text;
mod time;
mod verify;

pub use chain::{Chain, Head, Mac, RenderError, Rendered};
pub use fields::{Entry, Event, List, pack};
pub use key::{ChainId, Digest, KEY_LEN, StartKey};
pub use read::{Line, read};
pub use text::TEXT_MAX;
pub use time::{TIME_LEN, parse_time, write_time};
pub use verify::{Flaw, GAP_MAX, Verifier};

/// Most bytes of all roles, and of all permissions, of a line that are written out.
pub const LIST_MAX: usize = 1024;
/// Bytes of a buffer in which every line finds room: each byte of a text takes at most six.
pub const LINE_MAX: usize = 11 * (6 * TEXT_MAX + 16) + 2 * (6 * LIST_MAX + 16) + 768;
/// Memory that [`Verifier::line`] and [`read`] need at most: texts of the line, and the line once more.
pub const SCRATCH_MAX: usize = 2 * LINE_MAX + 1;

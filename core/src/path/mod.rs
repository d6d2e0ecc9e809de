//! Whether a path stays beneath its root, from its bytes alone. A kernel.
//!
//! A path is judged name by name and given back in one normal form, `a/b/c`: separators `/`, no `.`, no empty names, nothing that
//! any system would resolve, rename or decode to something else. The root itself is `.`.
//!
//! `..` is refused wherever it stands: `a/../b` is `b` to whoever cleans it, but what is beside the target of `a` to a system
//! where `a` is a symbolic link, and that may be outside.
//!
//! Invariant: nothing here looks at a file system. Links inside of the root are followed by whoever opens the path, so a server
//! that has them must open it beneath a root that the operating system enforces.
//! Invariant: the cost is linear in the length of the path, times the number of decodings that the rules ask for.

mod escape;
mod name;
mod root;
mod symbol;

use crate::reason::Reason;

use name::Occurrences;

pub use root::{contain_absolute, contain_any, contain_uri, contain_value, is_absolute, is_file_uri};

/// The longest path that is judged, in bytes: `PATH_MAX` of Linux.
pub const PATH_MAX: usize = 4096;

/// The longest name of the portable profile, in bytes: `NAME_MAX` of Linux; macOS and Windows take 255 UTF-16 units.
pub const NAME_MAX: usize = 255;

/// The most decodings that rules may ask for.
pub const DECODE_MAX: u8 = 4;

/// Memory of the caller for a normal form that differs from what was asked.
pub type Buffer = [u8; PATH_MAX];

/// For which systems a path must mean the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Linux, macOS and Windows: names are refused that any of them reads differently.
    #[default]
    Portable,
    /// POSIX alone: a name is any UTF-8 without `/` and NUL.
    Posix,
}

/// What becomes of percent-encoding (RFC 3986 §2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// The path is taken as it stands, and refused where decoding it, however often, would add a separator, a dot, a NUL, another
    /// escape, or a name that the profile refuses.
    #[default]
    Guard,
    /// The path is decoded exactly so often, at most [`DECODE_MAX`] times, and judged as what comes out. `Decode(0)` says that
    /// nothing behind ever decodes: a `%` is a letter.
    Decode(u8),
}

/// How a path is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The systems that may read it.
    pub profile: Profile,
    /// How often it is decoded.
    pub encoding: Encoding,
}

impl Rules {
    fn decodings(self) -> Result<u8, Reason> {
        match self.encoding {
            Encoding::Guard => Ok(0),
            Encoding::Decode(times) if times <= DECODE_MAX => Ok(times),
            Encoding::Decode(_) => Err(Reason::PathEncoding),
        }
    }
}

/// Proof that a path stays beneath its root, as far as its bytes can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contained<'p> {
    path: &'p [u8],
}

impl<'p> Contained<'p> {
    const ROOT: Self = Self { path: b"." };

    /// The normal form, which is UTF-8: names separated by `/`, or `.` for the root itself.
    #[must_use]
    pub const fn as_bytes(&self) -> &'p [u8] {
        self.path
    }
}

/// Judges a relative `path`. `buffer` is written only when the normal form is not what was asked.
///
/// # Errors
/// The first reason, a 5xxx number, for which the path may mean something outside of its root, or not the same to every reader.
///
/// ```
/// use adarga_core::{Reason, path::{PATH_MAX, Rules, contain}};
///
/// let mut buffer = [0; PATH_MAX];
/// assert_eq!(contain(b"reports//./2026.txt", Rules::default(), &mut buffer)?.as_bytes(), b"reports/2026.txt");
/// assert_eq!(contain(b"reports/%2e%2e/secret", Rules::default(), &mut buffer), Err(Reason::PathEncoding));
/// # Ok::<(), Reason>(())
/// ```
pub fn contain<'b>(path: &'b [u8], rules: Rules, buffer: &'b mut Buffer) -> Result<Contained<'b>, Reason> {
    match rules.decodings()? {
        0 => settle(path, rules, buffer),
        times => {
            let len = escape::decode(path, times, buffer)?;
            settle_in_place(0, len, rules, buffer)
        }
    }
}

/// Judges `path` and brings it to its normal form.
fn settle<'b>(path: &'b [u8], rules: Rules, buffer: &'b mut Buffer) -> Result<Contained<'b>, Reason> {
    if judge(path, rules)? {
        return Ok(Contained { path });
    }
    for (to, from) in buffer.iter_mut().zip(path) {
        *to = *from;
    }
    let len = squeeze(buffer, 0, path.len());
    Ok(taken(buffer, 0, len))
}

/// As [`settle`], for the path that stands in `buffer` already.
fn settle_in_place(start: usize, end: usize, rules: Rules, buffer: &mut Buffer) -> Result<Contained<'_>, Reason> {
    if judge(buffer.get(start..end).unwrap_or_default(), rules)? {
        return Ok(taken(buffer, start, end));
    }
    let len = squeeze(buffer, start, end);
    Ok(taken(buffer, 0, len))
}

fn taken(buffer: &Buffer, start: usize, end: usize) -> Contained<'_> {
    match buffer.get(start..end) {
        Some(path) if !path.is_empty() => Contained { path },
        _ => Contained::ROOT,
    }
}

/// Whether `path` is its own normal form; the reason when it is refused.
fn judge(path: &[u8], rules: Rules) -> Result<bool, Reason> {
    if path.len() > PATH_MAX {
        return Err(Reason::PathSize);
    }
    if path.is_empty() {
        return Err(Reason::PathEmpty);
    }
    if is_absolute(path, rules.profile) {
        return Err(Reason::PathAbsolute);
    }
    let seen = Occurrences::of(path);
    if seen.wide && core::str::from_utf8(path).is_err() {
        return Err(Reason::PathEncoding);
    }
    let (mut normal, mut first) = (true, true);
    for name in path.split(|&byte| byte == b'/') {
        match name {
            b"" | b"." => normal = false,
            b".." => return Err(Reason::PathEscape),
            _ => {
                name::judge(name, first, rules, seen)?;
                first = false;
            }
        }
    }
    Ok(normal)
}

/// Moves `start..end` to the beginning of `buffer` without its empty names and `.`, and gives the length that is left.
fn squeeze(buffer: &mut Buffer, start: usize, end: usize) -> usize {
    let (mut len, mut name) = (0_usize, 0_usize);
    for at in start..=end {
        let byte = if at < end { buffer.get(at).copied() } else { None };
        let separates = matches!(byte, None | Some(b'/'));
        if separates && matches!(buffer.get(name..len), Some(b"" | b".")) {
            len = name;
            continue;
        }
        // what is read lies at or behind what is written
        if let Some(slot) = buffer.get_mut(len) {
            *slot = byte.unwrap_or(b'/');
        }
        len = len.saturating_add(1);
        name = if separates { len } else { name };
    }
    // every name that is left has its separator, the last one too many
    len.saturating_sub(1)
}

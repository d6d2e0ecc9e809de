//! What of an outbound message a caller must not see, masked.

use adarga_core::{
    json,
    redact::{self, Mask, Name, Names, RedactError, Redacted, Rules},
};

use crate::{
    detect::adarga_detect_kinds,
    grow::{deny, grows, read},
    json::adarga_limits,
    memory::{adarga_buffer, adarga_output, adarga_view, list, pointer_mut},
    reason::ADARGA_REASON_ALLOWED,
    release::adarga_released,
    status::{ADARGA_ERROR_ROOM, ADARGA_ERROR_VALUE, ADARGA_FAULT_SCRATCH_SMALL, Status, answer},
    work::scratch,
};

/// `[REDACTED]`
pub const ADARGA_MASK_REDACTED: u32 = 0;
/// `****` and the last four letters or digits, of a value that has eight of them or more; otherwise `[REDACTED]`.
pub const ADARGA_MASK_LAST_FOUR: u32 = 1;
/// `pseudonym:` and 16 hexadecimal digits of HMAC-SHA-256 (RFC 2104) under `key`: equal values have equal pseudonyms.
pub const ADARGA_MASK_PSEUDONYM: u32 = 2;

/// Most names of a redaction.
pub const ADARGA_REDACTION_NAMES_MAX: usize = 64;
/// Most JSON Pointers of a redaction.
pub const ADARGA_REDACTION_POINTERS_MAX: usize = 16;
/// Most reference tokens of all pointers of a redaction.
pub const ADARGA_REDACTION_TOKENS_MAX: usize = 64;
/// Most bytes of all those tokens that hold a `~`, decoded.
pub const ADARGA_REDACTION_ESCAPED_MAX: usize = 1024;

/// What is masked, and how. The same for any number of messages.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_redaction {
    /// sizeof(adarga_redaction).
    pub size: u32,
    /// An ADARGA_MASK_….
    pub mask: u32,
    /// Of members whose value is masked wherever they stand: without case and separators, `card_number` is `Card-Number`. At most 63 bytes
    /// each after that, of which one is left.
    pub names: *const adarga_view,
    /// How many there are, at most ADARGA_REDACTION_NAMES_MAX.
    pub name_count: usize,
    /// JSON Pointers (RFC 6901) of values that are masked, from the root of the message.
    pub pointers: *const adarga_view,
    /// How many there are, at most ADARGA_REDACTION_POINTERS_MAX.
    pub pointer_count: usize,
    /// What is looked for in every string: of `adarga_detect_kinds_named`.
    pub kinds: adarga_detect_kinds,
    /// Of ADARGA_MASK_PSEUDONYM: 32 bytes, secret.
    pub key: adarga_view,
}
grows!(adarga_redaction);

/// A redaction as core takes it: names by value, pointers as their decoded tokens.
struct Lists<'a> {
    names: [Name; ADARGA_REDACTION_NAMES_MAX],
    tokens: [&'a [u8]; ADARGA_REDACTION_TOKENS_MAX],
    /// Behind the last token of each pointer.
    ends: [usize; ADARGA_REDACTION_POINTERS_MAX],
}

impl<'a> Lists<'a> {
    /// Reads names and pointers; what is escaped in these is decoded to `memory`. `apart` says whether a view may be read.
    unsafe fn of(
        from: &adarga_redaction,
        mut memory: &'a mut [u8],
        apart: &impl Fn(adarga_view) -> Result<(), Status>,
    ) -> Result<Self, Status> {
        let wrong = Status(ADARGA_ERROR_VALUE);
        let unused = Name::new(b"unused").ok_or(wrong)?;
        let mut lists = Self {
            names: [unused; ADARGA_REDACTION_NAMES_MAX],
            tokens: [&[]; ADARGA_REDACTION_TOKENS_MAX],
            ends: [0; ADARGA_REDACTION_POINTERS_MAX],
        };
        let names = lists.names.get_mut(..from.name_count).ok_or(wrong)?;
        let ends = lists.ends.get_mut(..from.pointer_count).ok_or(wrong)?;
        // SAFETY: as the caller's
        let (views, pointers) =
            unsafe { (list(from.names, from.name_count)?, list::<adarga_view>(from.pointers, from.pointer_count)?) };
        for (to, name) in names.iter_mut().zip(views) {
            apart(*name)?;
            // SAFETY: as the caller's
            *to = Name::new(unsafe { name.bytes()? }).ok_or(wrong)?;
        }
        let (mut places, mut end) = (lists.tokens.iter_mut(), 0);
        for (to, pointer) in ends.iter_mut().zip(pointers) {
            apart(*pointer)?;
            // SAFETY: as the caller's
            let text: &'a [u8] = unsafe { pointer.bytes()? };
            let mut tokens = text.split(|byte| *byte == b'/');
            if tokens.next().is_some_and(|before| !before.is_empty()) {
                return Err(wrong);
            }
            for token in tokens {
                *places.next().ok_or(wrong)? = decoded(token, &mut memory).ok_or(wrong)?;
                end += 1;
            }
            *to = end;
        }
        Ok(lists)
    }
}

/// A reference token (RFC 6901 §4); where it holds a `~`, decoded to the front of `memory`. None when that has no room for it, or the
/// token is not written as it should be.
fn decoded<'a>(token: &'a [u8], memory: &mut &'a mut [u8]) -> Option<&'a [u8]> {
    if !token.contains(&b'~') {
        return Some(token);
    }
    let (mut len, mut bytes) = (0, token.iter());
    while let Some(byte) = bytes.next() {
        *memory.get_mut(len)? = match (byte, byte == &b'~') {
            (byte, false) => *byte,
            (_, true) => match bytes.next()? {
                b'0' => b'~',
                b'1' => b'/',
                _ => return None,
            },
        };
        len += 1;
    }
    let (text, rest) = core::mem::take(memory).split_at_mut_checked(len)?;
    *memory = rest;
    Some(text)
}

/// Writes the JSON text `text` with what `redaction` says masked. Where nothing is, nothing is written and `redacted->bytes` are those of
/// `text`; otherwise they are in `output`. `redacted->reason` becomes ADARGA_REASON_ALLOWED, or why the text is no JSON. `memory` is what
/// `adarga_scratch_size_of` says for `limits`.
///
/// Threads: one for each `memory`. Failure: `redacted` denies, and nothing of `output` or `text` may go out; with ADARGA_ERROR_ROOM
/// `output->len` is a size that suffices, with ADARGA_FAULT_SCRATCH_SMALL more is to mask than memory of such `limits` can hold:
/// raise `values_max`; ADARGA_ERROR_VALUE for a name or pointer that is none, and for more than there may be.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_redact(
    text: adarga_view,
    redaction: *const adarga_redaction,
    limits: *const adarga_limits,
    memory: adarga_buffer,
    output: *mut adarga_output,
    redacted: *mut adarga_released,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let out = deny(redacted)?;
            let into = pointer_mut(output)?;
            into.len = 0;
            let (redaction, sizes) = (read(redaction)?, read(limits)?);
            let room = into.buffer();
            memory.apart(room.view())?;
            let apart = |view| memory.apart(view).and_then(|()| room.apart(view));
            apart(text)?;
            apart(redaction.key)?;
            let mut decoded = [0; ADARGA_REDACTION_ESCAPED_MAX];
            let lists = Lists::of(&redaction, &mut decoded, &apart)?;
            let mut pointers: [&[&[u8]]; ADARGA_REDACTION_POINTERS_MAX] = [&[]; ADARGA_REDACTION_POINTERS_MAX];
            let mut start = 0;
            for (pointer, end) in pointers.iter_mut().zip(lists.ends).take(redaction.pointer_count) {
                *pointer = lists.tokens.get(start..end).unwrap_or_default();
                start = end;
            }
            let mask = match redaction.mask {
                ADARGA_MASK_REDACTED => Mask::Redacted,
                ADARGA_MASK_LAST_FOUR => Mask::LastFour,
                ADARGA_MASK_PSEUDONYM => Mask::Pseudonym(redaction.key.array()?),
                _ => return Err(Status(ADARGA_ERROR_VALUE)),
            };
            let rules = Rules {
                names: Names::new(lists.names.get(..redaction.name_count).unwrap_or_default()),
                kinds: redaction.kinds.kinds()?,
                mask,
                ..Rules::NOTHING
            };
            let pointers = pointers.get(..redaction.pointer_count).unwrap_or_default();
            let mut scratch = scratch(memory, sizes.values_max, sizes.input_max, [0; 2])?;
            let bytes = text.bytes()?;
            let parsed = match json::parse(bytes, sizes.limits()?, &mut scratch) {
                Ok(parsed) => parsed,
                Err(refusal) => {
                    out.write(&adarga_released { reason: refusal.reason.number(), ..Default::default() });
                    return Ok(());
                }
            };
            let (edited, bytes) = match redact::redact(bytes, &mut scratch, parsed, &rules, pointers, room.bytes()?) {
                Ok(Redacted::Unchanged) => (0, text),
                Ok(Redacted::Edited(edited)) => {
                    into.len = edited.len();
                    (1, adarga_view::of(edited))
                }
                Err(RedactError::TooSmall(needed)) => {
                    into.len = needed;
                    return Err(Status(ADARGA_ERROR_ROOM));
                }
                Err(RedactError::Edits) => return Err(Status(ADARGA_FAULT_SCRATCH_SMALL)),
            };
            out.write(&adarga_released { reason: ADARGA_REASON_ALLOWED, edited, bytes, ..Default::default() });
        }
        Ok(())
    })
}

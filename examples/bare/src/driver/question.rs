//! A line as it was asked, read by core's own parser.

use core::fmt::Write;

use adarga_bare::arena::Arena;
use adarga_core::{
    arrival::Header,
    json::{self, Document, Kind, Limits, Scratch, Value},
    text,
};

/// Misuse of the driver, said in one word or sentence.
pub type Fault = heapless::String<256>;

/// A fault's text; what does not fit is cut.
macro_rules! fault {
    ($($format:tt)*) => {{
        let mut fault = crate::question::Fault::new();
        let _ = core::fmt::Write::write_fmt(&mut fault, format_args!($($format)*));
        fault
    }};
}
pub(crate) use fault;

/// Limits of the ops that have no policy.
pub const LIMITS: Limits = Limits { depth_max: 128, values_max: 1 << 20 };

/// Members of a line, and above them those of one call of its `before`.
#[derive(Clone, Copy)]
pub struct Question<'t> {
    pub line: Value<'t>,
    pub above: Option<Value<'t>>,
}

/// `name` and `_b64` behind it.
fn encoded(name: &str) -> heapless::String<64> {
    let mut encoded = heapless::String::new();
    let _ = write!(encoded, "{name}_b64");
    encoded
}

/// No memory is left for a line.
pub fn full() -> Fault {
    fault!("the line takes more memory than there is")
}

impl<'t> Question<'t> {
    /// Parses a line; none when it is no object.
    pub fn read(line: &'t [u8], arena: &mut Arena<'t>) -> Option<Self> {
        let scratch = arena_scratch(arena, line.len())?;
        // the scratch lives as long as the arena's memory
        let scratch: &'t mut Scratch<'t> = {
            let place = arena.carve::<u64>(size_of::<Scratch<'t>>().div_ceil(8))?;
            let place = place.as_mut_ptr().cast::<Scratch<'t>>();
            // SAFETY: aligned to eight bytes, large enough, and nobody else's; a scratch needs no drop
            unsafe {
                place.write(scratch);
                &mut *place
            }
        };
        let parsed = json::parse(line, LIMITS, scratch).ok()?;
        let root = Document::new(line, scratch, parsed).root();
        (root.kind() == Kind::Object).then_some(Self { line: root, above: None })
    }

    /// A member, `null` or not.
    pub fn member(&self, name: &str) -> Option<Value<'t>> {
        self.above.and_then(|above| above.get(name.as_bytes())).or_else(|| self.line.get(name.as_bytes()))
    }

    /// A member that is not `null`.
    pub fn asked(&self, name: &str) -> Option<Value<'t>> {
        self.member(name).filter(|value| value.kind() != Kind::Null)
    }

    pub fn optional(&self, name: &str) -> Result<Option<&'t [u8]>, Fault> {
        self.asked(name).map(|value| value.text().ok_or_else(|| fault!("`{name}` must be a string"))).transpose()
    }

    pub fn text(&self, name: &str) -> Result<&'t [u8], Fault> {
        self.optional(name)?.ok_or_else(|| fault!("missing `{name}`"))
    }

    pub fn optional_integer(&self, name: &str) -> Result<Option<u64>, Fault> {
        self.asked(name).map(|value| whole(value).ok_or_else(|| fault!("`{name}` must be a whole number"))).transpose()
    }

    pub fn integer(&self, name: &str, otherwise: u64) -> Result<u64, Fault> {
        Ok(self.optional_integer(name)?.unwrap_or(otherwise))
    }

    /// Bytes given as base64 in `name`.
    pub fn base64(&self, name: &str, arena: &mut Arena<'t>) -> Result<&'t mut [u8], Fault> {
        from_base64(self.text(name)?, name, arena)
    }

    /// Bytes given as text in `name` or base64 in `name_b64`.
    pub fn bytes(&self, name: &str, arena: &mut Arena<'t>) -> Result<&'t [u8], Fault> {
        let coded = encoded(name);
        match (self.optional(name)?, self.optional(&coded)?) {
            (Some(text), None) => Ok(text),
            (None, Some(text)) => from_base64(text, &coded, arena).map(|bytes| &*bytes),
            (None, None) => Err(fault!("missing `{name}`")),
            (Some(_), Some(_)) => Err(fault!("`{name}` and `{coded}` together")),
        }
    }

    /// `N` bytes given as base64.
    pub fn array<const N: usize>(&self, name: &str, arena: &mut Arena<'t>) -> Result<[u8; N], Fault> {
        let bytes: &[u8] = self.base64(name, arena)?;
        bytes.try_into().map_err(|_| fault!("`{name}` must be {N} bytes"))
    }

    /// A list of strings.
    pub fn texts(&self, name: &str) -> Result<impl Iterator<Item = &'t [u8]> + Clone + use<'t>, Fault> {
        let list = self.member(name).ok_or_else(|| fault!("missing `{name}`"))?;
        let good = list.kind() == Kind::Array && list.elements().all(|item| item.text().is_some());
        if !good {
            return Err(fault!("`{name}` must be a list of strings"));
        }
        Ok((0..list.len()).filter_map(move |at| list.elements().nth(at)?.text()))
    }

    /// The `headers` member: a value or a list of values by name.
    pub fn headers<const N: usize>(&self) -> Result<heapless::Vec<Header<'t>, N>, Fault> {
        let wrong = || fault!("`headers` must be an object of strings or lists of strings");
        let mut list = heapless::Vec::new();
        let Some(headers) = self.asked("headers") else { return Ok(list) };
        if headers.kind() != Kind::Object {
            return Err(wrong());
        }
        for (name, values) in headers.members() {
            let mut take = |value: Value<'t>| {
                let value = value.text().ok_or_else(wrong)?;
                list.push(Header { name: name.text().unwrap_or_default(), value }).map_err(|_| full())
            };
            match values.kind() {
                Kind::String => take(values)?,
                Kind::Array => values.elements().try_for_each(&mut take)?,
                _ => return Err(wrong()),
            }
        }
        Ok(list)
    }
}

/// A whole number that is not negative, up to 2^64 - 1.
pub fn whole(value: Value<'_>) -> Option<u64> {
    if value.kind() != Kind::Number {
        return None;
    }
    core::str::from_utf8(value.raw()).ok()?.parse().ok()
}

pub fn from_base64<'t>(text: &[u8], name: &str, arena: &mut Arena<'t>) -> Result<&'t mut [u8], Fault> {
    let bytes = text::base64(text).ok_or_else(|| fault!("`{name}` is not base64"))?;
    arena.collect(text.len() / 4 * 3, bytes).ok_or_else(full)
}

/// Scratch memory for an input of so many bytes.
pub fn arena_scratch<'t>(arena: &mut Arena<'t>, len: usize) -> Option<Scratch<'t>> {
    let values = u32::try_from(len.max(16)).ok()?;
    sized(arena, values, values)
}

/// Scratch memory for so many values and bytes.
pub fn sized<'t>(arena: &mut Arena<'t>, values: u32, bytes: u32) -> Option<Scratch<'t>> {
    let nodes = arena.carve(Scratch::nodes_needed(values))?;
    let slots = arena.carve(Scratch::slots_needed(values).max(256))?;
    Some(Scratch::new(nodes, slots, arena.carve(Scratch::text_needed(bytes))?, (1, 2)))
}

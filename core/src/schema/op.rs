//! The vocabulary of programs, which the compiler in `adarga-host` writes by: operations, keywords, and how they are laid out.
//!
//! A program is a list of 32-bit words. A *node* is one schema: the place of six words, one for each kind of value in the order of
//! [`Kind`](crate::json::Kind), each the place of the first operation that a value of that kind has to pass. An *operation* is one
//! word, [`word`], and its operands; that of the last one has the flag [`LAST`], and [`Op::Pass`] stands after it. A *literal* is a number as [`LITERAL`] words: its low and high half and 1 where it has at most
//! eighteen digits in integer form, then offset and length of its text. A *table* of names is its mask and its key, then for
//! each slot [`SLOT`] words: length of the name and flags, the node, both words of its [`Name`] (low, high half), the offset of
//! its text, and zero. After the last operation stand [`PADDING`] words, so that operands are read without asking whether they are there.

use crate::num;

macro_rules! numbered {
    ($(#[$doc:meta])* $type:ident { $($(#[$row:meta])* $number:literal $variant:ident $(= $name:literal)?,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[$row])* $variant = $number,)*
        }

        impl $type {
            /// Its number in programs.
            #[must_use]
            pub const fn number(self) -> u8 {
                match self {
                    $(Self::$variant => $number,)*
                }
            }

            /// What a number of a program stands for; the first row for all that are unknown.
            #[inline]
            #[must_use]
            pub const fn numbered(number: u8) -> Self {
                match number {
                    $($number => Self::$variant,)*
                    _ => Self::FIRST,
                }
            }

            numbered!(@names $($variant $($name)?,)*);
        }
    };
    (@names $($variant:ident $name:literal,)*) => {
        /// Its name.
        #[must_use]
        pub const fn name(self) -> &'static str {
            match self {
                $(Self::$variant => $name,)*
            }
        }
    };
    (@names $($variant:ident,)*) => {};
}

numbered! {
    /// An operation. Operands are given in brackets; `kw` stands for the keyword that is broken when it fails.
    Op {
        /// What a program must not reach: denies.
        #[default]
        0 Deny,
        /// The value is valid.
        1 Pass,
        /// `kw`: no value of this kind is valid.
        2 Fail,
        /// The number has no fraction.
        3 Integer,
        /// `[literal]` The number is to the literal as the [`Relation`] in the flags says.
        4 Compare,
        /// `[low, high, exponent]` The number is a multiple of low+2³²·high, which is below 2⁶⁰, times ten to the signed exponent.
        5 Multiple,
        /// `[n]` The string has at least n code points.
        6 LengthMin,
        /// `[n]` The string has at most n code points.
        7 LengthMax,
        /// `[automaton]` The pattern is found in the string, or is not with flag 1.
        8 Pattern,
        /// `[format]` The string has the format of this number.
        9 Format,
        /// `[table]` The string is one of the names of the table.
        10 Strings,
        /// `[count, literals]` The number equals one of so many literals, one after another.
        11 Numbers,
        /// Flag 1: `false` is valid; flag 2: `true` is.
        12 Booleans,
        /// `[n]` The array or object has at least n elements or members.
        13 CountMin,
        /// `[n]` The array or object has at most n elements or members.
        14 CountMax,
        /// No two elements are equal.
        15 Unique,
        /// `[table, required, node, n, n × (automaton, node)]` Each member is what the table has for its name and what patterns say
        /// that are found in it; a member that neither knows is what the node says. So many names that the table requires are
        /// there. Table and nodes may be [`NONE`]. A name that is required and nothing else has the node of all others in the table.
        16 Members,
        /// `[node]` The name of each member is what the node says.
        17 Names,
        /// `[node, n, n × node]` The first n elements are what their nodes say, all others what the first node says, which may be [`NONE`].
        18 Elements,
        /// `[node, min, max]` As many elements are what the node says. Flag 1: those count as evaluated.
        19 Contains,
        /// `[offset, length, n, n × (offset, length)]` If the member of the first name is there, so are the others.
        20 Together,
        /// `[offset, length, node]` If the member of this name is there, the value is what the node says.
        21 WhenPresent,
        /// `[node]` The value is what the node says.
        22 All,
        /// `[n, n × node]` The value is what at least one node says. Flag 1: what they evaluate doesn't count.
        23 Any,
        /// `[n, n × node]` The value is what exactly one node says.
        24 One,
        /// `[node]` The value is not what the node says.
        25 Not,
        /// `[if, then, else]` The value is what one of the later two says, which of them says the first.
        26 If,
        /// From here on it is remembered which members and elements were evaluated.
        27 Scope,
        /// `[node]` Members that were not evaluated since [`Op::Scope`] are what the node says.
        28 OtherMembers,
        /// `[node]` Elements that were not evaluated since [`Op::Scope`] are what the node says.
        29 OtherElements,
        /// What a remembered result is asked for by; never stands in a list of operations.
        30 Memo,
    }
}

numbered! {
    /// The keyword that a value breaks.
    Keyword {
        /// `false` in place of a schema.
        #[default]
        0 False = "false",
        /// See JSON Schema validation §6.1.1, as all that follow there or in its core §10 and §11.
        1 Type = "type",
        /// `enum`
        2 Enum = "enum",
        /// `const`
        3 Const = "const",
        /// `multipleOf`
        4 MultipleOf = "multipleOf",
        /// `maximum`
        5 Maximum = "maximum",
        /// `exclusiveMaximum`
        6 ExclusiveMaximum = "exclusiveMaximum",
        /// `minimum`
        7 Minimum = "minimum",
        /// `exclusiveMinimum`
        8 ExclusiveMinimum = "exclusiveMinimum",
        /// `maxLength`
        9 MaxLength = "maxLength",
        /// `minLength`
        10 MinLength = "minLength",
        /// `pattern`
        11 Pattern = "pattern",
        /// `format`
        12 Format = "format",
        /// `maxItems`
        13 MaxItems = "maxItems",
        /// `minItems`
        14 MinItems = "minItems",
        /// `uniqueItems`
        15 UniqueItems = "uniqueItems",
        /// `contains`
        16 Contains = "contains",
        /// `maxContains`
        17 MaxContains = "maxContains",
        /// `minContains`
        18 MinContains = "minContains",
        /// `maxProperties`
        19 MaxProperties = "maxProperties",
        /// `minProperties`
        20 MinProperties = "minProperties",
        /// `required`
        21 Required = "required",
        /// `dependentRequired`
        22 DependentRequired = "dependentRequired",
        /// `properties`, where the schema of a property is `false`
        23 Properties = "properties",
        /// `patternProperties`, where the schema is `false`
        24 PatternProperties = "patternProperties",
        /// `additionalProperties: false`
        25 AdditionalProperties = "additionalProperties",
        /// `propertyNames: false`
        26 PropertyNames = "propertyNames",
        /// `items: false`, or `additionalItems: false` of older drafts
        27 Items = "items",
        /// `prefixItems`, where the schema of an item is `false`
        28 PrefixItems = "prefixItems",
        /// `unevaluatedProperties: false`
        29 UnevaluatedProperties = "unevaluatedProperties",
        /// `unevaluatedItems: false`
        30 UnevaluatedItems = "unevaluatedItems",
        /// `anyOf`
        31 AnyOf = "anyOf",
        /// `oneOf`
        32 OneOf = "oneOf",
        /// `not`
        33 Not = "not",
        /// `dependentSchemas`, where the schema is `false`
        34 DependentSchemas = "dependentSchemas",
        /// `then`, where it is `false`
        35 Then = "then",
        /// `else`, where it is `false`
        36 Else = "else",
        /// `$ref`, where it leads to `false`
        37 Reference = "$ref",
        /// `allOf`, where one is `false`
        38 AllOf = "allOf",
        /// `dependencies`, where the schema is `false`
        39 Dependencies = "dependencies",
    }
}

impl Op {
    const FIRST: Self = Self::Deny;
}

impl Keyword {
    const FIRST: Self = Self::False;
}

/// How a number has to compare with a literal; the flags of [`Op::Compare`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Relation {
    /// `minimum`
    AtLeast = 0,
    /// `maximum`
    AtMost = 1,
    /// `exclusiveMinimum`
    Above = 2,
    /// `exclusiveMaximum`
    Below = 3,
}

impl Relation {
    /// Its number in the flags.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::AtLeast => 0,
            Self::AtMost => 1,
            Self::Above => 2,
            Self::Below => 3,
        }
    }
}

/// In the flags of the last operation of a list: what passes it is valid.
pub const LAST: u16 = 1 << 8;
/// No table, no node.
pub const NONE: u32 = u32::MAX;
/// Set in the name of a node whose results are remembered: a value may be asked for it more than once.
pub const REMEMBERED: u32 = 1 << 31;
/// Words of a literal.
pub const LITERAL: usize = 5;
/// Words before the slots of a table.
pub const TABLE: usize = 2;
/// Words of a slot of a table.
pub const SLOT: usize = 8;
/// Words after all others.
pub const PADDING: usize = 4;
/// In the length of a name: the member has to be there.
pub const REQUIRED: u32 = 1 << 31;
/// In the length of a name: `properties` has it, so that it is no additional one.
pub const PROPERTY: u32 = 1 << 30;
/// The bits of the length of a name that are one.
pub const LEN: u32 = PROPERTY - 1;
/// The length of a name in a slot that holds none.
pub const EMPTY: u32 = u32::MAX;
/// The longest name.
pub const NAME_MAX: u32 = LEN - 1;
/// Where in every program [`Op::Pass`] stands: what has nothing to pass begins there, and no operation is looked at.
pub const PASS: u32 = 1;
/// Where in every program [`Op::Memo`] stands.
pub const MEMO: u32 = 3;

/// The word of an operation.
#[must_use]
pub const fn word(op: Op, keyword: Keyword, flags: u16) -> u32 {
    let [low, high] = flags.to_le_bytes();
    u32::from_le_bytes([op.number(), keyword.number(), low, high])
}

/// A name as a table compares it: two words, which with the length tell a name of at most [`SHORT`] bytes from every other. Those of a
/// longer one are a hash of its beginning and its last eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// The first word.
    pub head: u64,
    /// The last one.
    pub tail: u64,
    /// Length in bytes.
    pub len: u32,
}

/// The most bytes of a name that two words tell whole.
pub const SHORT: u32 = 16;

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Name {
    /// Reads a name.
    #[inline(always)]
    #[must_use]
    pub fn new(name: &[u8]) -> Self {
        let len = num::low(name.len());
        let half = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
        let (head, tail) = match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
            // the two overlap, or meet
            (Some(first), Some(last)) if len <= SHORT => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
            (Some(_), Some(last)) => (long(name), u64::from_le_bytes(*last)),
            _ => match (name.first_chunk::<4>(), name.last_chunk::<4>()) {
                (Some(first), Some(last)) => (half(first), half(last)),
                _ => (name.iter().fold(0_u64, |word, &byte| word.wrapping_shl(8) | u64::from(byte)), 0),
            },
        };
        Self { head, tail, len }
    }

    /// Its hash in a table with this key. The compiler chooses a key by which no probe is long, so no caller can make one so.
    #[inline(always)]
    #[must_use]
    pub const fn hash(self, key: u32) -> u32 {
        let mixed = self.head ^ self.tail.rotate_left(29) ^ num::wide(0, self.len);
        num::high(num::fold(mixed, STEP ^ num::wide(key, key)))
    }
}

/// What stands for the beginning of a longer name.
#[inline(never)]
fn long(name: &[u8]) -> u64 {
    let (words, _) = name.as_chunks::<8>();
    words.iter().fold(STEP, |hash, bytes| num::fold(hash ^ u64::from_le_bytes(*bytes), STEP))
}

//! Quantities that a person writes with their unit: durations and sizes.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{error::Complaint, words::quote};

/// A length of time of 1 ms to 24 h, written with its unit: `500ms`, `30s`, `2 min`, `1 h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration(u64);

/// A number of bytes from 1 B to 64 MiB, written with its unit: `512 B`, `64 KiB`, `4 MiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(u64);

/// What tells one quantity from the other.
struct Quantity {
    noun: &'static str,
    /// Units and their factors, smallest first.
    units: &'static [(&'static str, u64)],
    max: u64,
    pattern: &'static str,
    remedy: &'static str,
    limits: &'static str,
}

const DURATION: Quantity = Quantity {
    noun: "duration",
    units: &[("ms", 1), ("s", 1000), ("min", 60_000), ("h", 3_600_000)],
    max: 24 * 3_600_000,
    pattern: "^[0-9]+ ?(ms|s|min|h)$",
    remedy: "write a whole number and one of `ms`, `s`, `min`, `h`, such as `\"30s\"`",
    limits: "write 1 ms to 24 h",
};

const SIZE: Quantity = Quantity {
    noun: "size",
    units: &[("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)],
    max: 64 << 20,
    pattern: "^[0-9]+ ?(B|KiB|MiB|GiB)$",
    remedy: "write a whole number and one of `B`, `KiB`, `MiB`, `GiB`, such as `\"4 MiB\"`",
    limits: "write 1 B to 64 MiB",
};

impl Duration {
    /// The default of `[audit] sync`.
    pub const ONE_SECOND: Self = Self(1000);
    /// The default of `[stdio] timeout` and of `leeway`.
    pub const THIRTY_SECONDS: Self = Self(30_000);
    /// The default of `refresh_min` and of an introspection's `ttl`.
    pub const ONE_MINUTE: Self = Self(60_000);
    /// The default of `refresh`.
    pub const TEN_MINUTES: Self = Self(600_000);
    /// The default of `stale_max`.
    pub const ONE_DAY: Self = Self(24 * 3_600_000);

    /// Its milliseconds.
    #[must_use]
    pub const fn ms(self) -> u64 {
        self.0
    }
}

impl Size {
    /// The default of every size of a message.
    pub const FOUR_MIB: Self = Self(4 << 20);
    /// The default of `token_max`.
    pub const SIXTEEN_KIB: Self = Self(16 << 10);

    /// Its bytes.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        self.0
    }
}

impl Quantity {
    fn read(&self, text: &str) -> Result<u64, Complaint> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = text.split_at_checked(digits).unwrap_or((text, ""));
        let unit = rest.strip_prefix(' ').unwrap_or(rest);
        let factor = self.units.iter().find_map(|(name, factor)| (*name == unit).then_some(*factor));
        let (Some(factor), false) = (factor, number.is_empty()) else {
            return Err(Complaint::new(format!("{} is no {}", quote(text), self.noun), self.remedy));
        };
        let value = number.parse().ok().and_then(|number: u64| number.checked_mul(factor));
        value
            .filter(|value| (1..=self.max).contains(value))
            .ok_or_else(|| Complaint::new(format!("{} is out of range", quote(text)), self.limits))
    }

    /// The text with the largest unit that leaves a whole number.
    fn write(&self, value: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fitting = self.units.iter().rev().find(|(_, factor)| value.is_multiple_of(*factor));
        let (unit, factor) = fitting.copied().unwrap_or((self.noun, 1));
        write!(f, "{} {unit}", value / factor)
    }

    fn schema(&self, description: &str) -> Schema {
        json_schema!({ "type": "string", "pattern": self.pattern, "description": description })
    }
}

/// Takes a string; an integer gets the remedy instead of a mere type error.
struct QuantityVisitor(&'static Quantity);

impl de::Visitor<'_> for QuantityVisitor {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {} as a string", self.0.noun)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<u64, E> {
        self.0.read(text).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<u64, E> {
        Err(E::custom(Complaint::new(format!("`{number}` has no unit"), self.0.remedy)))
    }
}

macro_rules! quantity {
    ($name:ident, $quantity:ident, $description:literal) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(QuantityVisitor(&$quantity)).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                $quantity.write(self.0, f)
            }
        }

        // the JSON Schema of the document shows defaults by this
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $quantity.schema($description)
            }
        }
    };
}

quantity!(Duration, DURATION, "A length of time of 1 ms to 24 h with its unit: `500ms`, `30s`, `2 min`, `1 h`.");
quantity!(Size, SIZE, "A number of bytes from 1 B to 64 MiB with its unit: `512 B`, `64 KiB`, `4 MiB`.");

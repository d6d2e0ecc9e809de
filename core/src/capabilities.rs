//! What a client says it can do. A kernel: knows no message.

use crate::json::{Kind, Value};

macro_rules! capabilities {
    ($($name:ident $text:literal $bit:literal;)*) => {
        /// A set of client capabilities that a policy entry can require.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct Capabilities(u8);

        impl Capabilities {
            /// None of them.
            pub const NONE: Self = Self(0);
            $(#[doc = $text] pub const $name: Self = Self(1 << $bit);)*
            /// Each of them with its name in the protocol.
            pub const ALL: &[(&'static str, Self)] = &[$(($text, Self::$name)),*];
        }
    };
}

capabilities! {
    SAMPLING "sampling" 0;
    ELICITATION "elicitation" 1;
    ROOTS "roots" 2;
    TASKS "tasks" 3;
}

impl Capabilities {
    /// The set with these bits.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// One bit a capability.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The capability of a name in the protocol.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, capability)| *capability)
    }

    /// What a `capabilities` object declares: a capability is there when its member is an object.
    #[must_use]
    pub fn of(declared: Option<Value<'_>>) -> Self {
        let Some(declared) = declared.filter(|declared| !declared.is_empty()) else { return Self::NONE };
        let mut set = Self::NONE;
        for (name, capability) in Self::ALL {
            if declared.get(name.as_bytes()).is_some_and(|value| value.kind() == Kind::Object) {
                set = set.with(*capability);
            }
        }
        set
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in `self` and not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The names of the members.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().filter(move |(_, capability)| self.0 & capability.0 != 0).map(|(name, _)| *name)
    }
}

//! Enumerations whose rows have a number, a name and what a module adds: written down once, as a table.

/// Declares one. Each row is its number, which is stable for ever and never 0, its variant, and its name.
macro_rules! named {
    ($(#[$doc:meta])* $type:ident { $($(#[$row:meta])* $number:literal $variant:ident $name:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[$row])* $variant = $number,)*
        }

        impl $type {
            /// All of them, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its number, never 0.
            #[must_use]
            pub const fn number(self) -> u8 {
                match self {
                    $(Self::$variant => $number,)*
                }
            }

            /// The one with this number; `None` for those that this engine doesn't know.
            #[must_use]
            pub const fn numbered(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Its name, as it is written.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The one with this name; `None` for those that this engine doesn't know.
            #[must_use]
            pub fn named(name: impl AsRef<[u8]>) -> Option<Self> {
                let name = name.as_ref();
                Self::ALL.iter().copied().find(|known| known.name().as_bytes() == name)
            }
        }
    };
}

pub(crate) use named;

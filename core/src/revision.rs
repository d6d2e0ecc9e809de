//! The five published revisions of the Model Context Protocol.

macro_rules! revisions {
    ($($variant:ident $name:literal $bit:literal)*) => {
        /// A revision of the protocol; later ones compare greater.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Revision {
            $(#[doc = $name] $variant = $bit,)*
        }

        impl Revision {
            /// All of them, oldest first.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its date, as it stands on the wire.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The revision that `name` stands for.
            #[must_use]
            pub fn from_name(name: &[u8]) -> Option<Self> {
                Self::ALL.iter().copied().find(|revision| revision.name().as_bytes() == name)
            }

            const fn bit(self) -> u8 {
                match self { $(Self::$variant => 1 << $bit),* }
            }
        }
    };
}

revisions! {
    V20241105 "2024-11-05" 0
    V20250326 "2025-03-26" 1
    V20250618 "2025-06-18" 2
    V20251125 "2025-11-25" 3
    V20260728 "2026-07-28" 4
}

impl Revision {
    /// Stateless: no `initialize`, no sessions; every request carries its version and capabilities in `_meta`.
    #[must_use]
    pub const fn is_modern(self) -> bool {
        matches!(self, Self::V20260728)
    }

    /// Only one revision has batches (basic/index, 2025-03-26).
    #[must_use]
    pub const fn has_batches(self) -> bool {
        matches!(self, Self::V20250326)
    }
}

/// A set of revisions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Revisions(u8);

impl Revisions {
    /// All five.
    pub const ALL: Self = Self(0b1_1111);
    /// Those with `initialize` and sessions.
    pub const LEGACY: Self = Self(0b0_1111);
    /// Those without.
    pub const MODERN: Self = Self(0b1_0000);

    /// `revision` and all later ones.
    #[must_use]
    pub const fn since(revision: Revision) -> Self {
        Self(Self::ALL.0 & !revision.bit().wrapping_sub(1))
    }

    /// `revision` alone.
    #[must_use]
    pub const fn only(revision: Revision) -> Self {
        Self(revision.bit())
    }

    /// The set whose bits are those of [`Revisions::bits`]; unknown bits are dropped.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & Self::ALL.0)
    }

    /// One bit a revision, the oldest lowest.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// What both sets hold.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What either set holds.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `revision` belongs to the set.
    #[must_use]
    pub const fn contains(self, revision: Revision) -> bool {
        self.0 & revision.bit() != 0
    }

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The members, oldest first.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Revision> {
        Revision::ALL.iter().copied().filter(move |&revision| self.contains(revision))
    }

    /// The newest member.
    #[must_use]
    pub fn newest(self) -> Option<Revision> {
        self.iter().next_back()
    }
}

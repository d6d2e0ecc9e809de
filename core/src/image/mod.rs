//! The policy image: what the compiler writes and every engine reads in place.
//!
//! The bytes around it, a [`Container`], are the same for every image: label, version, length, checksum, sections. Validation
//! happens once, in this order: label, version, length, checksum, section table, content. After that nothing is checked again and
//! nothing can fail: every access is bounded, and what points nowhere denies.

mod arguments;
mod authentication;
mod container;
mod data;
mod names;
#[cfg(feature = "pins")]
mod pins;
mod places;
mod policy;
mod rates;

use crate::reason::Fault;

pub use arguments::{Arguments, EXCEPTIONS_MAX, EntryArguments, Exception, FRAMES_MAX, SCOPES_MAX, Threats};
pub use authentication::{ApiKeys, Authentication, Effect, Principal, Revoked, RevokedKind, RevokedRow, TOKEN_MAX};
pub(crate) use container::Faults;
pub use container::{CHECKSUM, Container, Damage, HEADER, REQUIRED, ROW, checksum};
pub use data::{Data, EntryData, Hidden, Holds, NAMES_MAX, POINTERS_MAX};
pub use names::{Names, Slot, place};
#[cfg(feature = "pins")]
pub use pins::{Pin, Pins};
pub use places::{
    ALIKE_MAX, GUARD, Grants, Naming, PATHS_MAX, PathRule, PathSource, Pattern, Places, ROOTS_MAX, Root, TEMPLATES_MAX,
    TemplateRule, find, variables,
};
pub use policy::{
    ACCEPT, ANYONE, BODY_MAX, DEPTH_MAX, Entry, EntryKind, HeaderRule, NOBODY, NONE, Pointer, Policy, REFUSE, Role, Test,
    TestKind, VALUES_MAX,
};
pub use rates::{BY_ENTRY, BY_PEER, BY_SUBJECT, CHARGES_MAX, EntryRates, Proxy, RateLimit, Rates, Store};

/// The first eight bytes of every image.
pub const LABEL: [u8; 8] = *b"ADARGA\0I";
/// The version of the format that this engine reads and the compiler of the same release writes.
pub const VERSION: u32 = 1;

const FAULTS: Faults = Faults {
    label: Fault::ImageLabel,
    version: Fault::ImageVersion,
    checksum: Fault::ImageChecksum,
    section: Fault::ImageSection,
    content: Fault::ImageContent,
};

/// What a section holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum SectionKind {
    /// [`Policy`]: what core decides by.
    Policy = 1,
    /// Settings that only a host needs, as the host archives them; core passes over it.
    Host = 2,
    /// [`Authentication`]: how callers prove who they are. Absent, only the host says it.
    Authentication = 3,
    /// Where a host finds keys and asks about tokens, as the host archives it; core passes over it.
    Sources = 4,
    /// [`Rates`]: how often callers may call, and which proxies are believed. Absent, as often as they like, and none.
    Rates = 5,
    /// [`Places`]: roots of paths, URI templates. Absent, the policy has none.
    Places = 6,
    /// [`Arguments`]: schemas, and what texts must not look like. Absent, arguments may be anything.
    Arguments = 7,
    /// Where the audit trail goes, as the host archives it; core passes over it.
    Audit = 8,
    /// [`Data`]: what answers don't show. Absent, they show everything.
    Data = 9,
    /// How the server has to be configured and where its secrets are kept, as the host archives it; core passes over it.
    Config = 10,
    /// `Pins`: tools that must be what they were. Absent, they may be anything.
    Pins = 11,
}

impl SectionKind {
    /// Its number in the section table.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::Policy => 1,
            Self::Host => 2,
            Self::Authentication => 3,
            Self::Sources => 4,
            Self::Rates => 5,
            Self::Places => 6,
            Self::Arguments => 7,
            Self::Audit => 8,
            Self::Data => 9,
            Self::Config => 10,
            Self::Pins => 11,
        }
    }
}

/// A validated image, borrowed from wherever it lies: a file mapping, flash, a buffer.
#[derive(Clone, Copy, Debug)]
pub struct Image<'i> {
    container: Container<'i>,
    policy: &'i Policy,
    authentication: Option<&'i Authentication>,
    rates: Option<&'i Rates>,
    places: Option<&'i Places>,
    arguments: Option<&'i Arguments>,
    data: Option<&'i Data>,
    #[cfg(feature = "pins")]
    pins: Option<&'i Pins>,
}

impl<'i> Image<'i> {
    /// Validates `bytes`, once.
    ///
    /// # Errors
    /// A [`Fault`] that names the first thing that is wrong.
    pub fn open(bytes: &'i [u8]) -> Result<Self, Fault> {
        let known = [
            SectionKind::Policy,
            SectionKind::Host,
            SectionKind::Authentication,
            SectionKind::Rates,
            SectionKind::Places,
            // an engine that can't check arguments refuses a policy that wants them checked
            #[cfg(feature = "arguments")]
            SectionKind::Arguments,
            // nor does one that can't mask let pass what is to be masked
            #[cfg(feature = "data")]
            SectionKind::Data,
            // nor does one that can't compare let pass what is to be compared
            #[cfg(feature = "pins")]
            SectionKind::Pins,
        ];
        let known = known.map(SectionKind::number);
        let container = Container::open(bytes, &LABEL, VERSION, &known).map_err(|damage| FAULTS.of(damage))?;
        let policy = container.content::<Policy>(SectionKind::Policy.number(), FAULTS.content)?.ok_or(FAULTS.section)?;
        if !policy.is_within_bounds() {
            return Err(Fault::ImageContent);
        }
        let authentication = container.content::<Authentication>(SectionKind::Authentication.number(), FAULTS.content)?;
        if authentication.is_some_and(|rules| rules.token_max.to_native() > TOKEN_MAX) {
            return Err(Fault::ImageContent);
        }
        let rates = container.content::<Rates>(SectionKind::Rates.number(), FAULTS.content)?;
        if rates.is_some_and(|rates| !rates.is_sound(policy.entries.len())) {
            return Err(Fault::ImageContent);
        }
        let places = container.content::<Places>(SectionKind::Places.number(), FAULTS.content)?;
        if places.is_some_and(|places| !places::is_in_order(places, policy)) {
            return Err(Fault::ImageContent);
        }
        let arguments = if cfg!(feature = "arguments") {
            container.content::<Arguments>(SectionKind::Arguments.number(), FAULTS.content)?
        } else {
            None
        };
        if arguments.is_some_and(|arguments| !arguments::is_sound(arguments, policy)) {
            return Err(Fault::ImageContent);
        }
        let data =
            if cfg!(feature = "data") { container.content::<Data>(SectionKind::Data.number(), FAULTS.content)? } else { None };
        if data.is_some_and(|data| !data::is_sound(data, policy)) {
            return Err(Fault::ImageContent);
        }
        #[cfg(feature = "pins")]
        let pins = container.content::<Pins>(SectionKind::Pins.number(), FAULTS.content)?;
        #[cfg(feature = "pins")]
        if pins.is_some_and(|pins| !pins::is_sound(pins, policy)) {
            return Err(Fault::ImageContent);
        }
        Ok(Self {
            container,
            policy,
            authentication,
            rates,
            places,
            arguments,
            data,
            #[cfg(feature = "pins")]
            pins,
        })
    }

    /// What core decides by.
    #[must_use]
    pub const fn policy(self) -> &'i Policy {
        self.policy
    }

    /// How callers prove who they are; none where only the host says it.
    #[must_use]
    pub const fn authentication(self) -> Option<&'i Authentication> {
        self.authentication
    }

    /// How often callers may call; none where the policy sets no limits and trusts no proxy.
    #[must_use]
    pub const fn rates(self) -> Option<&'i Rates> {
        self.rates
    }

    /// Where paths have to stay and which resources are families; none where the policy has neither roots nor templates.
    #[must_use]
    pub const fn places(self) -> Option<&'i Places> {
        self.places
    }

    /// What arguments have to be; none where the policy has neither schemas nor threats.
    #[must_use]
    pub const fn arguments(self) -> Option<&'i Arguments> {
        // without the feature no image has them, which the compiler has to know to leave the machine out
        if cfg!(feature = "arguments") { self.arguments } else { None }
    }

    /// What answers don't show; none where the policy hides nothing.
    #[must_use]
    pub const fn data(self) -> Option<&'i Data> {
        // as with arguments
        if cfg!(feature = "data") { self.data } else { None }
    }

    /// Tools that must be what they were; none where the policy pins nothing.
    #[cfg(feature = "pins")]
    #[must_use]
    pub const fn pins(self) -> Option<&'i Pins> {
        self.pins
    }

    /// The bytes of a section, if the image has it.
    #[must_use]
    pub fn section(self, kind: SectionKind) -> Option<&'i [u8]> {
        self.container.section(kind.number())
    }

    /// SHA-256 of the image: the same policy compiled by the same release has the same one.
    #[must_use]
    pub fn digest(self) -> &'i [u8] {
        self.container.digest()
    }
}

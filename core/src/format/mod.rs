//! Whether a text has a format of JSON Schema (2020-12 validation §7.3 and draft-07 §7.3): exact, linear, from the bytes alone. A
//! kernel.
//!
//! Each format follows the grammar of its RFC where test suites and libraries are content with less: an address is one that
//! could be delivered to, a leap second one that could have been, a URI one that every grammar-true parser reads.
//!
//! Invariant: nothing here looks anything up, allocates, or reads a byte more often than a fixed number of times.

mod address;
mod characters;
mod hostname;
mod idna;
mod idna_table;
mod mail;
mod pointer;
mod punycode;
mod regex;
mod regex_names;
mod scripts_table;
mod template;
mod time;
mod uri;

use crate::named::named;

macro_rules! formats {
    ($($(#[$doc:meta])* $number:literal $variant:ident $name:literal $matches:path;)*) => {
        named! {
            /// A format of JSON Schema, by its name there. The numbers are stable for ever: they stand in images.
            Format { $($(#[$doc])* $number $variant $name;)* }
        }

        impl Format {
            /// Whether `text` has this format. Text is what a JSON string decodes to; what is not UTF-8 has no format.
            #[must_use]
            pub fn matches(self, text: &[u8]) -> bool {
                match self {
                    $(Self::$variant => $matches(text),)*
                }
            }
        }
    };
}

formats! {
    /// A date and time with its offset (RFC 3339 §5.6), a leap second only where one can be.
    1 DateTime "date-time" time::is_date_time;
    /// A `full-date` (RFC 3339 §5.6) that the Gregorian calendar has.
    2 Date "date" time::is_date;
    /// A `full-time` with its offset (RFC 3339 §5.6).
    3 Time "time" time::is_time;
    /// A duration (RFC 3339 appendix A).
    4 Duration "duration" time::is_duration;
    /// A mailbox (RFC 5321 §4.1.2) within the lengths of §4.5.3.1.
    5 Email "email" mail::is_email;
    /// A mailbox that may hold text beyond ASCII (RFC 6531 §3.3).
    6 IdnEmail "idn-email" mail::is_idn_email;
    /// A host name (RFC 1123 §2.1) whose A-labels are those of IDNA2008 (RFC 5890 §2.3.2.1).
    7 Hostname "hostname" hostname::is_hostname;
    /// A host name that may hold U-labels (RFC 5890 §2.3.2.3).
    8 IdnHostname "idn-hostname" hostname::is_idn_hostname;
    /// An address of IPv4, dotted (RFC 2673 §3.2), no leading zeros.
    9 Ipv4 "ipv4" address::is_ipv4;
    /// An address of IPv6 (RFC 4291 §2.2), no zone.
    10 Ipv6 "ipv6" address::is_ipv6;
    /// A URI with its scheme (RFC 3986 §3).
    11 Uri "uri" uri::is_uri;
    /// A URI or a relative reference (RFC 3986 §4.1).
    12 UriReference "uri-reference" uri::is_uri_reference;
    /// An IRI with its scheme (RFC 3987 §2.2).
    13 Iri "iri" uri::is_iri;
    /// An IRI or a relative reference (RFC 3987 §2.2).
    14 IriReference "iri-reference" uri::is_iri_reference;
    /// A URI template of any level (RFC 6570 §2).
    15 UriTemplate "uri-template" template::is_uri_template;
    /// A UUID as hexadecimal digits and hyphens (RFC 4122 §3), of any version.
    16 Uuid "uuid" pointer::is_uuid;
    /// A JSON Pointer (RFC 6901 §3), not its URI fragment form.
    17 JsonPointer "json-pointer" pointer::is_json_pointer;
    /// A relative JSON Pointer (draft-bhutton-relative-json-pointer-00 §3).
    18 RelativeJsonPointer "relative-json-pointer" pointer::is_relative_json_pointer;
    /// A pattern of ECMA-262 with the flag `u`.
    19 Regex "regex" regex::is_regex;
    /// A telephone number of E.164: at most 15 digits, none of which is a leading zero, perhaps with a `+` in front. Not one of
    /// JSON Schema's own.
    20 Phone "phone" pointer::is_phone;
}

/// The number that decimal digits write; nothing for other bytes.
fn digits(text: &[u8]) -> Option<i32> {
    text.iter().try_fold(0_i32, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| i32::from(byte.wrapping_sub(b'0')))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

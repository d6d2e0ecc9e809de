//! Text made safe for the place where it is shown, stored or searched: one function a place, into memory of the caller. A kernel.
//!
//! Each function writes everything or nothing: [`TooSmall`] says how much room is needed. What is no UTF-8 becomes U+FFFD where the
//! place is text, by the rule of [`html()`].
//!
//! An escape is right for its one place. HTML is no place: an element's text and an attribute's value are two.
//!
//! Invariant: nothing is ever truncated, and every function is linear in its text.

mod code;
mod html;
mod line;
mod pieces;
mod tags;
mod writer;

use crate::named::named;

pub use code::{css, javascript, json_in_html};
pub use html::{attribute, html};
pub use line::{like, log, spreadsheet, url};
pub use tags::strip_tags;
pub use writer::TooSmall;

macro_rules! escapes {
    ($($(#[$doc:meta])* $number:literal $variant:ident $name:literal $write:path;)*) => {
        named! {
            /// A place, by its name in policies, and how text is written for it. The numbers are stable for ever: they stand in images.
            Escape { $($(#[$doc])* $number $variant $name;)* }
        }

        impl Escape {
            /// Writes `text` for this place to the beginning of `buffer`.
            ///
            /// # Errors
            /// [`TooSmall`] when it does not fit; what `buffer` holds then is of no use.
            pub fn write<'b>(self, text: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], TooSmall> {
                match self {
                    $(Self::$variant => $write(text, buffer),)*
                }
            }
        }
    };
}

escapes! {
    /// [`html()`]: text of an element, or a quoted attribute.
    1 Html "html" html;
    /// [`attribute`]: an attribute, also without quotes.
    2 Attribute "attribute" attribute;
    /// [`strip_tags`]: text of an element, without the markup it holds.
    3 StripTags "strip-tags" strip_tags;
    /// [`url`]: one component of a URL.
    4 Url "url" url;
    /// [`json_in_html`]: JSON inside of an HTML page.
    5 JsonInHtml "json-in-html" json_in_html;
    /// [`javascript`]: inside of a JavaScript string.
    6 JavaScript "javascript" javascript;
    /// [`css`]: inside of a CSS string.
    7 Css "css" css;
    /// [`like`]: a pattern of SQL `LIKE` that matches the text.
    8 Like "like" like;
    /// [`log`]: one line of a log.
    9 Log "log" log;
    /// [`spreadsheet`]: a cell that is text.
    10 Spreadsheet "spreadsheet" spreadsheet;
}

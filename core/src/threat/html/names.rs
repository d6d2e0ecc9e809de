//! Names of elements and events.

use crate::threat::bytes::{is_listed, is_sorted, is_sorted_list, look_up};

/// What an element does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Danger {
    /// It runs or loads something, or changes how the page around it is read.
    Always,
    /// It does with an attribute.
    WithAttribute,
}
use Danger::{Always, WithAttribute};

/// What the element of this name, in small letters, does; nothing of its own if it isn't listed.
pub(super) fn is_element(name: &[u8]) -> Option<Danger> {
    // names that begin with one and go on with junk are elements of their own, but no one's
    look_up(ELEMENTS, name)
}

const _: [(); 1] = [(); if is_sorted(ELEMENTS) { 1 } else { 0 }];

#[rustfmt::skip]
const ELEMENTS: &[(&str, Danger)] = &[
    ("animate", WithAttribute), ("animatetransform", WithAttribute), ("applet", Always), ("base", WithAttribute),
    ("bgsound", Always), ("comment", Always), ("embed", Always), ("foreignobject", Always), ("form", WithAttribute),
    ("frame", WithAttribute), ("frameset", Always), ("handler", WithAttribute), ("iframe", Always), ("ilayer", Always),
    ("import", WithAttribute), ("isindex", Always), ("keygen", Always), ("layer", WithAttribute), ("link", WithAttribute),
    ("listener", WithAttribute), ("marquee", Always), ("math", Always), ("meta", WithAttribute), ("noscript", Always),
    ("object", WithAttribute), ("script", Always), ("set", WithAttribute), ("style", Always), ("svg", Always),
    ("vmlframe", Always), ("xml", WithAttribute), ("xsl", WithAttribute), ("xss", Always),
];

/// Whether `on` and this word are a handler of an event: any of the listed anywhere; a new one, which browsers add each year, where
/// it can hardly be a variable, inside of a tag.
pub(super) fn is_event(event: &[u8], inside: bool) -> bool {
    is_listed(EVENTS, event) || (inside && event.iter().all(u8::is_ascii_alphabetic)) || ENDS.iter().any(|end| ends(event, end))
}

fn ends(event: &[u8], end: &[u8]) -> bool {
    event.len().checked_sub(end.len()).and_then(|start| event.get(start..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

/// How names of events end.
const ENDS: &[&[u8]] =
    &[b"start", b"end", b"change", b"changed", b"over", b"out", b"enter", b"leave", b"down", b"move", b"click"];

const _: [(); 1] = [(); if is_sorted_list(EVENTS) { 1 } else { 0 }];

/// HTML §8.1.7, SVG, media, touch, animation, and what Internet Explorer had.
#[rustfmt::skip]
const EVENTS: &[&str] = &[
    "abort", "activate", "afterprint", "afterscriptexecute", "afterupdate", "animationcancel", "animationend",
    "animationiteration", "animationstart", "auxclick", "beforeactivate", "beforecopy", "beforecut", "beforedeactivate",
    "beforeeditfocus", "beforeinput", "beforepaste", "beforeprint", "beforescriptexecute", "beforetoggle", "beforeunload",
    "beforeupdate", "begin", "blur", "bounce", "cancel", "canplay", "canplaythrough", "cellchange", "change", "click", "close",
    "command", "contextmenu", "controlselect", "copy", "cuechange", "cut", "dataavailable", "datasetchanged", "datasetcomplete",
    "dblclick", "deactivate", "domcontentloaded", "drag", "dragdrop", "dragend", "dragenter", "dragexit", "dragleave",
    "dragover", "dragstart", "drop", "durationchange", "emptied", "end", "ended", "error", "errorupdate", "filterchange",
    "finish", "focus", "focusin", "focusout", "formchange", "formdata", "forminput", "fullscreenchange", "gesturechange",
    "gestureend", "gesturestart", "gotpointercapture", "hashchange", "help", "input", "invalid", "keydown", "keypress", "keyup",
    "languagechange", "layoutcomplete", "load", "loaddata", "loadeddata", "loadedmetadata", "loadend", "loadstart",
    "losecapture", "lostpointercapture", "mediacomplete", "mediaerror", "message", "mousedown", "mouseenter", "mouseleave",
    "mousemove", "mouseout", "mouseover", "mouseup", "mousewheel", "move", "moveend", "movestart", "offline", "online",
    "orientationchange", "outofsync", "page", "pagehide", "pageshow", "paste", "pause", "play", "playing", "pointercancel",
    "pointerdown", "pointerenter", "pointerleave", "pointermove", "pointerout", "pointerover", "pointerrawupdate", "pointerup",
    "popstate", "progress", "propertychange", "ratechange", "readystatechange", "received", "rejectionhandled", "repeat",
    "reset", "resize", "resizeend", "resizestart", "resume", "reverse", "rowdelete", "rowenter", "rowexit", "rowinserted",
    "rowsdelete", "rowsenter", "rowsexit", "rowsinserted", "scroll", "scrollend", "search", "securitypolicyviolation", "seek",
    "seeked", "seeking", "select", "selectionchange", "selectstart", "show", "slotchange", "stalled", "start", "stop",
    "storage", "submit", "suspend", "syncrestored", "timeerror", "timeupdate", "toggle", "touchcancel", "touchend", "touchmove",
    "touchstart", "trackchange", "transitioncancel", "transitionend", "transitionrun", "transitionstart", "unhandledrejection",
    "unload", "urlflip", "volumechange", "waiting", "webkitanimationend", "webkitanimationiteration", "webkitanimationstart",
    "webkitmouseforceup", "webkitplaybacktargetavailabilitychanged", "webkittransitionend", "wheel", "zoom",
];

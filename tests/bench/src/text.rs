//! Escapes and formats beside libraries that do one of them, and what hard texts cost for each byte.

use std::{hint::black_box, net::Ipv6Addr};

use adarga_core::{
    escape::{self, Escape},
    format::Format,
};
use iri_string::types::UriStr;

use crate::{contest::Contestant, report::Report};

/// At least as fast as the peer that chooses its instructions at run time, on text without anything to escape.
const ESCAPE_FLOOR: f64 = 1.0;
/// At least as fast as a peer that also keeps what it read.
const FORMAT_FLOOR: f64 = 1.0;
/// Each byte of a long text may cost at most this many times what it costs in a short one.
const GROWTH_CEILING: f64 = 2.0;

/// Measures all of it.
pub(crate) fn measure(report: &mut Report) {
    report.duels("Escape for HTML: v_htmlescape, which trusts its input to be UTF-8");
    for (name, text, floor) in [
        ("clean ASCII 64 KiB", "A plain sentence without any markup. ".repeat(1771), Some(ESCAPE_FLOOR)),
        ("clean ASCII 256 B", "A plain sentence without any markup. ".repeat(7), None),
        ("prose beyond ASCII 64 KiB", "Žluťoučký kůň úpěl ďábelské ódy. ".repeat(1400), None),
        ("markup 64 KiB", "<a href=\"?a=1&b=2\">it's</a> some text ".repeat(1680), None),
    ] {
        report.duel(&format!("escape/html/{name}"), floor, html(&text), peer_html(&text));
    }
    report.duels("Formats: std, jiff, iri-string");
    let address = "2001:db8:85a3::8a2e:370:7334";
    let peer = Contestant::new(move || black_box(address).parse::<Ipv6Addr>().is_ok());
    report.duel("format/ipv6", Some(FORMAT_FLOOR), format(Format::Ipv6, address), peer);
    let time = "2024-06-30T12:34:56.789+02:00";
    let peer = Contestant::new(move || black_box(time).parse::<jiff::Timestamp>().is_ok());
    report.duel("format/date-time", Some(FORMAT_FLOOR), format(Format::DateTime, time), peer);
    let uri = "https://user@www.example.org:8080/a/long/path/to/some/page.html?query=with&some=values#fragment";
    let peer = Contestant::new(move || UriStr::new(black_box(uri)).is_ok());
    report.duel("format/uri", Some(FORMAT_FLOOR), format(Format::Uri, uri), peer);
    report.table("Growth of formats and escapes, for each byte", "");
    growth(report);
}

fn html(text: &str) -> Contestant<'_> {
    let mut buffer = vec![0; text.len() * 6];
    Contestant::new(move || escape::html(black_box(text.as_bytes()), &mut buffer).map(<[u8]>::len))
}

fn peer_html(text: &str) -> Contestant<'_> {
    let mut buffer = Vec::with_capacity(text.len() * 6);
    Contestant::new(move || {
        buffer.clear();
        v_htmlescape::escape_bytes(black_box(text), &mut buffer);
        buffer.len()
    })
}

fn format(format: Format, text: &str) -> Contestant<'_> {
    assert!(format.matches(text.as_bytes()), "`{text}` is no {}", format.name());
    Contestant::new(move || format.matches(black_box(text.as_bytes())))
}

/// Texts that a checker which goes back or counts again would spend ever more on.
fn growth(report: &mut Report) {
    let sizes = [1 << 10, 1 << 15, 1 << 20];
    let texts: [(&str, &str, Format); 4] = [
        ("groups", "(?:a)", Format::Regex),
        ("escapes", "%41é", Format::IriReference),
        ("expressions", "{+a,b:3}", Format::UriTemplate),
        ("dots", "~1/", Format::JsonPointer),
    ];
    for (name, piece, of) in texts {
        let long = sizes.map(|size| format!("/{}", piece.repeat(size / piece.len())));
        let contestants = sizes.iter().zip(&long).map(|(size, text)| (size.to_string(), text.len() as f64, format(of, text)));
        report.growth(&format!("growth/format, {name}"), "ns", Some(GROWTH_CEILING), contestants.collect());
    }
    for (name, piece, of) in [
        ("open brackets", "<", Escape::StripTags),
        ("open comments", "<!--", Escape::StripTags),
        ("open script", "<script></scrip", Escape::StripTags),
        ("open quotes", "<a b='", Escape::StripTags),
        ("nothing but delimiters", "<&'\"", Escape::Html),
    ] {
        let long = sizes.map(|size| piece.repeat(size / piece.len()));
        let contestants = sizes.iter().zip(&long).map(|(size, text)| {
            let mut buffer = vec![0; text.len() * 6];
            let job = Contestant::new(move || of.write(black_box(text.as_bytes()), &mut buffer).map(<[u8]>::len));
            (size.to_string(), text.len() as f64, job)
        });
        report.growth(&format!("growth/escape, {name}"), "ns", Some(GROWTH_CEILING), contestants.collect());
    }
}

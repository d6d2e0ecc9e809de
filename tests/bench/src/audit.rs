//! A line of the audit trail beside what a Rust server would do: a struct, serde_json, an HMAC over the text.

use std::{fs::OpenOptions, hint::black_box, io::Write};

use adarga_core::audit::{Chain, Entry, Event, LINE_MAX, List, StartKey, pack};
use adarga_host::{
    audit::{Arguments, Full, Settings, Sync, Trail},
    secrets::{Place, Secret},
};
use aws_lc_rs::hmac;
use serde_json::json;

use crate::{contest::Contestant, report::Report};

/// Rendering with a compact record may cost as much as text alone with the fastest HMAC, though its key moves with every line.
const RENDER_FLOOR: f64 = 1.0;

/// Measures rendering, and appending without forcing to the disk.
pub(crate) fn measure(report: &mut Report) {
    report.duels("Audit line: serde_json and the HMAC of aws-lc-rs over the text, under one key");
    let mut memory = [0; 256];
    let roles = pack([&b"editor"[..]], &mut memory).unwrap_or_default();
    report.duel("audit/render", Some(RENDER_FLOOR), rendered(roles), text());
    let folder = std::env::temp_dir().join(format!("adarga-bench-audit-{}", std::process::id()));
    if std::fs::create_dir(&folder).is_ok() {
        report.duel("audit/append", None, appended(&folder, roles), plain_append(&folder));
        let _ = std::fs::remove_dir_all(&folder);
    }
}

fn entry(roles: List<'_>) -> Entry<'_> {
    Entry {
        success: true,
        reason: b"allowed",
        request: b"7",
        method: b"tools/call",
        target: b"search_reports",
        subject: b"user-1234567890",
        roles,
        duration_us: Some(12),
        peer: b"local",
        server: b"reports",
        version: b"adarga/0.1.0",
        memory: Some(12_345_678),
        ..Entry::new(Event::Decision, 1_782_000_000_000)
    }
}

fn rendered(roles: List<'_>) -> Contestant<'_> {
    let mut chain = Chain::new(&StartKey::new(0, [7; 32]), b"twelve bytes");
    let mut buffer = vec![0; LINE_MAX];
    Contestant::new(move || {
        chain.render(black_box(&entry(roles)), &mut buffer).map(|rendered| {
            let len = rendered.line.len();
            chain.advance(rendered.mac);
            len
        })
    })
}

/// The same fields, as serde_json writes them, and their MAC.
fn text() -> Contestant<'static> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
    let mut buffer = Vec::new();
    let mut sequence = 0_u64;
    Contestant::new(move || {
        line(&mut buffer, &mut sequence);
        hmac::sign(&key, &buffer).as_ref().len()
    })
}

fn line(buffer: &mut Vec<u8>, sequence: &mut u64) {
    *sequence += 1;
    let value = json!({
        "duration_us": 12, "event": "decision", "memory": 12_345_678, "method": "tools/call", "peer": "local", "reason": "allowed",
        "request": "7", "roles": ["editor"], "sequence": *sequence, "server": "reports", "subject": "user-1234567890",
        "success": true, "target": "search_reports", "time": "2026-06-21T00:00:00.000Z", "version": "adarga/0.1.0",
    });
    buffer.clear();
    let _ = serde_json::to_writer(&mut *buffer, black_box(&value));
}

fn appended<'a>(folder: &std::path::Path, roles: List<'a>) -> Contestant<'a> {
    let name = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let _ = adarga_host::audit::key::make(&folder.join("key"));
    let settings = Settings {
        file: name("audit.jsonl"),
        key: Secret::At(Place::File(name("key"))),
        sync: Sync::Never,
        rotate_bytes: None,
        rotate_ms: None,
        syslog: None,
        full: Full::Deny,
        arguments: Arguments::Off,
    };
    let trail = Trail::open(settings, "reports", "", 0);
    Contestant::new(move || trail.as_ref().is_ok_and(|trail| trail.write(black_box(&entry(roles))).is_ok()))
}

/// Without chain, lock or rotation.
fn plain_append(folder: &std::path::Path) -> Contestant<'static> {
    let file = OpenOptions::new().append(true).create(true).open(folder.join("plain.jsonl"));
    let mut buffer = Vec::new();
    let mut sequence = 0;
    Contestant::new(move || {
        line(&mut buffer, &mut sequence);
        buffer.push(b'\n');
        file.as_ref().is_ok_and(|mut file| file.write_all(&buffer).is_ok())
    })
}

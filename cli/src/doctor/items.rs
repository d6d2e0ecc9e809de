//! The items of the guide's production checklist, in its words and order.

use super::{Found, Patient, files, live, policy};

/// The guide's groups.
pub(super) const GROUPS: [&str; 3] = ["Server Security", "Infrastructure Security", "Operational Security"];

/// One item.
pub(super) struct Item {
    /// Its group, an index of [`GROUPS`].
    pub(super) group: usize,
    /// The guide's words.
    pub(super) words: &'static str,
    /// What can be seen of it.
    pub(super) look: fn(&Patient<'_>) -> Found,
}

const fn item(group: usize, words: &'static str, look: fn(&Patient<'_>) -> Found) -> Item {
    Item { group, words, look }
}

/// All of them.
pub(super) const ITEMS: [Item; 24] = [
    item(0, "Authentication implemented and tested", policy::authentication),
    item(0, "Authorization controls in place for all tools/resources", policy::authorization),
    item(0, "Input validation on all parameters", policy::input),
    item(0, "Output encoding to prevent injection", |_| {
        Found::person("who shows a result escapes it for the place where it stands: HTML, attribute, URL, log, spreadsheet")
    }),
    item(0, "Rate limiting configured appropriately", policy::rates),
    item(0, "Audit logging enabled and monitored", files::audit),
    item(0, "Error messages don't expose sensitive information", policy::errors),
    item(0, "Transport encryption (TLS/SSL) enabled", |patient| {
        encrypted(patient, "TLS 1.2 or later ends in front of the gate: `--url https://…` looks at what ends it", |live| {
            live::encryption(live, patient.document().http.tls_min)
        })
    }),
    item(0, "Environment variables used for secrets", policy::secrets),
    item(0, "File access restricted to safe directories", files::roots),
    item(1, "Firewall rules restrict network access", |_| Found::person("only what clients need is reachable, also from inside")),
    item(1, "Process isolation (containers, user accounts)", files::isolation),
    item(1, "Log monitoring and alerting configured", |patient| {
        let syslog = patient.document().audit.as_ref().is_some_and(|audit| audit.syslog);
        let heads = if syslog { "heads of the trail go to syslog" } else { "`[audit] syslog = true` sends its heads to syslog" };
        Found::person(format!("somebody is told when denials pile up; {heads}"))
    }),
    item(1, "Secret management system in place", files::secrets),
    item(1, "Backup encryption and access controls", |_| Found::person("backups of data, audit trails and keys")),
    item(1, "Dependency scanning for vulnerabilities", |_| Found::person("of the server behind the gate as well")),
    item(1, "Security headers configured (if using HTTP)", policy::headers),
    item(1, "Certificate management and rotation", |patient| {
        let over_http =
            "certificates are renewed before they expire, and somebody is told when not; `--url https://…` looks at one";
        encrypted(patient, over_http, live::certificate)
    }),
    item(2, "Security incident response plan", |_| Found::person("who is called, who revokes keys, who reads the trail")),
    item(2, "Regular security audits scheduled", |_| Found::person("`adarga audit report` draws what was denied")),
    item(2, "Penetration testing performed", |_| Found::person("against the server behind the gate as well")),
    item(2, "Vulnerability management process", |_| Found::person("reports are read, and updates are rolled out in days")),
    item(2, "Security training for development team", |_| Found::person("what a gate can't see: prompts, results, side effects")),
    item(2, "Compliance requirements met (GDPR, SOC2, etc.)", |_| Found::person("`[data]` and `[audit]` are a part of it")),
];

/// Over standard input and output nothing crosses a network; over HTTP a URL says where to look.
fn encrypted(patient: &Patient<'_>, over_http: &str, look: impl Fn(&live::Live) -> Found) -> Found {
    if let Some(live) = &patient.live {
        look(live)
    } else if patient.serves_http() {
        Found::person(over_http)
    } else {
        Found::ok("standard input and output: nothing crosses a network")
    }
}

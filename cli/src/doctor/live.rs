//! What the server behind a URL shows: versions of TLS, its certificate, what it refuses.

use std::time::Duration;

use adarga_host::{
    net::{
        Url, UrlError,
        probe::{Certificate, Distrust, Offer, Probe, Reply, Seen, Version},
    },
    policy::TlsMin,
};

use super::{Found, Patient, files::one_line};
use crate::{Failure, args};

/// A name that belongs to nobody (RFC 2606 §2): no server can mean it.
const STRANGER: &str = "adarga.invalid";

/// What was seen behind the URL.
pub(super) struct Live {
    /// The URL, without its query.
    name: String,
    /// What was seen, or why nothing was.
    seen: Result<(Seen, Answers), String>,
}

/// What it answers to a ping: one that is in order, one of another site, one for another host.
struct Answers {
    plain: Answer,
    origin: Answer,
    host: Answer,
}

/// `None`: the connection was closed without an answer.
type Answer = Result<Option<Reply>, String>;

/// Looks at the server, when there is a URL.
pub(super) fn look(args: &args::Doctor) -> Result<Option<Live>, Failure> {
    let Some(text) = &args.url else { return Ok(None) };
    let url = match Url::parse(text) {
        Ok(url) if url.is_secure() => url,
        Ok(url) => return Ok(Some(Live { name: url.to_string(), seen: Err(plain_http()) })),
        Err(UrlError::Insecure) => {
            let name = text.split('?').next().unwrap_or_default().to_owned();
            return Ok(Some(Live { name, seen: Err(plain_http()) }));
        }
        Err(error) => return Err(Failure::from(format!("`--url`: {error}"))),
    };
    let probe = Probe::new(&url, args.ca.as_deref(), Duration::from_secs(args.timeout))
        .map_err(|error| Failure::from(format!("`--ca`: {error}")))?;
    let seen = probe.look().map_err(|cause| one_line(&cause)).map(|seen| {
        let ask = |host, origin| probe.ask(host, origin).map_err(|cause| one_line(&cause));
        let stranger = format!("https://{STRANGER}");
        let answers = Answers { plain: ask(None, None), origin: ask(None, Some(&stranger)), host: ask(Some(STRANGER), None) };
        (seen, answers)
    });
    Ok(Some(Live { name: url.to_string(), seen }))
}

fn plain_http() -> String {
    "plain HTTP: whoever is on the way reads tokens and changes answers: serve it by https".to_owned()
}

/// Versions of TLS.
pub(super) fn encryption(live: &Live, tls_min: TlsMin) -> Found {
    let seen = match &live.seen {
        Ok((seen, _)) => seen,
        Err(why) => return Found::unless(vec![format!("{}: {why}", live.name)], ""),
    };
    let least = match tls_min {
        TlsMin::Tls12 => Version::Tls12,
        TlsMin::Tls13 => Version::Tls13,
    };
    let (mut wrong, mut warnings) = (Vec::new(), Vec::new());
    for (version, offer) in &seen.versions {
        match offer {
            Offer::Accepted if *version < least => wrong.push(format!(
                "{}: {version} is accepted, and `[http] tls_min` is {least}: switch it off in the server that ends TLS",
                live.name
            )),
            Offer::Unknown(cause) => warnings.push(format!("{}: {version} could not be tried: {}", live.name, one_line(cause))),
            Offer::Accepted | Offer::Refused => {}
        }
    }
    if !seen.accepted().any(|version| version >= least) {
        wrong.push(format!("{}: neither {least} nor a later version can be spoken with it", live.name));
    }
    let named = |offer: &Offer| {
        let versions = seen.versions.iter().filter(|(_, seen)| seen == offer).map(|(version, _)| version.to_string());
        versions.collect::<Vec<_>>().join(", ")
    };
    let right = format!("{}: it speaks {} and refuses {}", live.name, named(&Offer::Accepted), named(&Offer::Refused));
    Found::judged(wrong, warnings, right)
}

/// The certificate and its chain.
pub(super) fn certificate(live: &Live) -> Found {
    let seen = match &live.seen {
        Ok((seen, _)) => seen,
        Err(why) => return Found::unless(vec![format!("{}: no certificate was seen: {why}", live.name)], ""),
    };
    let Some(certificate) = &seen.certificate else {
        return Found::unless(vec![format!("{}: no certificate was seen: no handshake came about", live.name)], "");
    };
    let days = days(certificate);
    let wrong = certificate.distrust.iter().map(|distrust| match distrust {
        Distrust::Expired => format!("{}: the certificate or one above it has expired{days}: renew it", live.name),
        Distrust::NotYetValid => {
            format!("{}: the certificate does not hold yet: check the clocks of both machines{days}", live.name)
        }
        Distrust::Name => format!("{}: the certificate is one of another name: get one for this name{days}", live.name),
        Distrust::Issuer => format!(
            "{}: no trusted authority stands behind the certificate: send the chain as well, or name your own authority with `--ca FILE`{days}",
            live.name
        ),
        Distrust::Other(why) => format!("{}: the certificate is not trusted: {why}{days}", live.name),
    });
    let soon = certificate.ends_soon.then(|| {
        format!(
            "{}: the certificate or one above it expires within 30 days{days}: renew it, and see why that did not happen",
            live.name
        )
    });
    let right = format!("{}: the certificate is trusted for this name{days}", live.name);
    Found::judged(wrong.collect(), soon.into_iter().collect(), right)
}

/// How long the server's own certificate lasts.
fn days(certificate: &Certificate) -> String {
    match certificate.days_left {
        Some(days) if days < 0 => format!(" (its own ended {} days ago)", days.saturating_neg()),
        Some(days) => format!(" (its own lasts {days} days)"),
        None => String::new(),
    }
}

/// Whether pages and names of others are refused, and what browsers are told.
pub(super) fn headers(live: &Live, patient: &Patient<'_>) -> Found {
    let answers = match &live.seen {
        Ok((_, answers)) => answers,
        Err(why) => return Found::unless(vec![format!("{}: nothing was asked: {why}", live.name)], ""),
    };
    let plain = match &answers.plain {
        Ok(Some(reply)) => reply,
        Ok(None) => return Found::unless(vec![format!("{}: a ping is not answered", live.name)], ""),
        Err(why) => return Found::unless(vec![format!("{}: a ping is not answered: {why}", live.name)], ""),
    };
    let (mut wrong, mut warnings) = (Vec::new(), Vec::new());
    let mut said = Vec::new();
    let any_host = patient.document().http.hosts.iter().any(|host| host == "*");
    let origin = format!("`Origin: https://{STRANGER}`");
    let host = format!("`Host: {STRANGER}`");
    for (what, answer, is_meant, key) in [(origin, &answers.origin, false, "origins"), (host, &answers.host, any_host, "hosts")] {
        if is_meant {
            continue;
        }
        match answer {
            Err(why) => warnings.push(format!("{}: {what} could not be tried: {why}", live.name)),
            Ok(None) => said.push(format!("{what} is refused (closed)")),
            Ok(Some(reply)) if reply.status == plain.status && is_refusal(reply.status) => warnings.push(format!(
                "{}: {what} is answered with {}, as a ping without it: whether it is refused, this does not show",
                live.name, reply.status
            )),
            Ok(Some(reply)) if is_refusal(reply.status) => said.push(format!("{what} is refused ({})", reply.status)),
            // a server in front that knows no such site
            Ok(Some(reply)) if reply.status != plain.status && matches!(reply.status, 400 | 404) && key == "hosts" => {
                said.push(format!("{what} is refused ({})", reply.status));
            }
            Ok(Some(reply)) => wrong.push(format!(
                "{}: {what} is not refused (the answer is {}, not 403 or 421): put the gate in front, with `[http] {key}`",
                live.name, reply.status
            )),
        }
    }
    match &plain.strict_transport {
        None => warnings.push(format!(
            "{}: no `Strict-Transport-Security`: send `max-age=31536000`, so that browsers never ask by plain HTTP",
            live.name
        )),
        Some(value) if !lasts(value) => {
            warnings.push(format!("{}: `Strict-Transport-Security` holds for no time: send `max-age=31536000`", live.name));
        }
        Some(_) => said.push("`Strict-Transport-Security` is sent".to_owned()),
    }
    Found::judged(wrong, warnings, format!("{}: {}", live.name, said.join(", ")))
}

/// What a gate answers to an origin or host that it does not know.
const fn is_refusal(status: u16) -> bool {
    matches!(status, 403 | 421)
}

/// Whether `max-age` (RFC 6797 §6.1.1) is more than nothing.
fn lasts(value: &str) -> bool {
    value.split(';').filter_map(|part| part.trim().split_once('=')).any(|(name, age)| {
        name.trim().eq_ignore_ascii_case("max-age") && age.trim().trim_matches('"').parse::<u64>().is_ok_and(|age| age > 0)
    })
}

//! What the policy itself says.

use adarga_core::detect::{Kind, Kinds, spans};
use adarga_host::policy::{Entry, Errors, Mode, SchemaSource};
use serde_json::Value;

use super::{Found, Patient, live};

/// Names that a note lists at most.
const NAMES_MAX: usize = 5;
/// Clocks that differ by more than this are wrong clocks.
const LEEWAY_MAX_MS: u64 = 5 * 60 * 1000;

/// Names in a sentence: the first of them, and how many more there are.
pub(super) fn list(names: &[&str]) -> String {
    let shown: Vec<_> = names.iter().take(NAMES_MAX).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(NAMES_MAX);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

/// Tools and prompts, which have arguments.
pub(super) fn callable<'p>(patient: &'p Patient<'_>) -> impl Iterator<Item = (&'p str, &'p Entry)> {
    let document = patient.document();
    let tools = document.tools.iter().map(|(name, tool)| (name.as_str(), &tool.entry));
    tools.chain(document.prompts.iter().map(|(name, prompt)| (name.as_str(), prompt)))
}

pub(super) fn authentication(patient: &Patient<'_>) -> Found {
    let document = patient.document();
    let Some(identity) = &document.identity else {
        return match (patient.serves_http(), document.stdio.role.is_empty()) {
            (true, _) => Found::unless(vec!["HTTP without `[identity]`: only the host could say who calls".into()], ""),
            (false, true) => {
                Found::unless(vec!["nobody has a role: everything is denied; name `[stdio] role` or `[identity]`".into()], "")
            }
            (false, false) => Found::ok(format!("whoever starts the program is {}", list(&texts(&document.stdio.role)))),
        };
    };
    let mut wrong = Vec::new();
    if !identity.expiry_required {
        wrong.push("tokens without `exp` are accepted for ever: remove `expiry_required = false`".to_owned());
    }
    if identity.leeway.ms() > LEEWAY_MAX_MS {
        wrong.push(format!("clocks may differ by {}: write at most `5 min`, better `30s`", identity.leeway));
    }
    Found::unless(wrong, "callers are identified by `[identity]`; that it works, `adarga check` shows with recorded tokens")
}

fn texts(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

pub(super) fn authorization(patient: &Patient<'_>) -> Found {
    let document = patient.document();
    let mut wrong = Vec::new();
    if document.server.mode == Mode::Observe {
        wrong.push("the policy only observes: nothing is denied; remove `mode = \"observe\"`".to_owned());
    }
    let given = document.stdio.role.iter().chain(document.identity.iter().flat_map(|identity| &identity.default_role));
    let all: Vec<&str> = given.filter(|role| grants_all(patient, role)).map(String::as_str).collect();
    if !all.is_empty() {
        wrong.push(format!("whoever comes without a role of their own may do everything: {} grants `*`", list(&all)));
    }
    let open: Vec<&str> =
        callable(patient).filter(|(name, _)| *name == "*").map(|(_, entry)| entry.permission.as_str()).collect();
    if !open.is_empty() {
        wrong.push(format!("what is not named is allowed as well: `\"*\"` asks only for {}; name each tool", list(&open)));
    }
    let right = match unnamed(patient).as_slice() {
        [] => "what the policy does not name is denied".to_owned(),
        names => format!("what the policy does not name is denied: of the server {}", list(names)),
    };
    let changed = changed(patient);
    if !changed.is_empty() {
        wrong.push(format!("the server changed {}: read what it says now before you pin it anew (`adarga pin`)", list(&changed)));
    }
    let gone = absent(patient);
    if !gone.is_empty() {
        wrong.push(format!("the server does not have {}: is it the right one, or was it renamed?", list(&gone)));
    }
    Found::unless(wrong, right)
}

/// Tools of the live server that the policy does not name.
fn unnamed<'p>(patient: &'p Patient<'_>) -> Vec<&'p str> {
    let tools = &patient.document().tools;
    let live = patient.server.iter().flat_map(|server| &server.tools).map(|tool| tool.name.as_str());
    live.filter(|name| !tools.contains_key(*name) && !tools.contains_key("*")).collect()
}

/// Tools of the policy that the live server does not have.
fn absent<'p>(patient: &'p Patient<'_>) -> Vec<&'p str> {
    let Some(server) = &patient.server else { return Vec::new() };
    let has = |name: &&str| server.tools.iter().any(|tool| tool.name == **name);
    patient.document().tools.keys().map(String::as_str).filter(|name| *name != "*" && !has(name)).collect()
}

/// Tools of the live server that are not what the policy pins them to.
fn changed<'p>(patient: &'p Patient<'_>) -> Vec<&'p str> {
    let live = patient.server.iter().flat_map(|server| &server.tools);
    let changed = live.filter(|live| {
        let pins = patient.document().tools.get(&live.name).map(|tool| tool.pin.as_slice()).unwrap_or_default();
        !pins.is_empty() && !live.is_one_of(pins)
    });
    changed.map(|tool| tool.name.as_str()).collect()
}

fn grants_all(patient: &Patient<'_>, role: &str) -> bool {
    patient.document().roles.get(role).is_some_and(|grants| grants.iter().any(|grant| grant == "*"))
}

pub(super) fn input(patient: &Patient<'_>) -> Found {
    let mut wrong = Vec::new();
    let free: Vec<&str> = callable(patient).filter(|(_, entry)| entry.input.is_none()).map(|(name, _)| name).collect();
    if !free.is_empty() {
        wrong.push(format!(
            "any arguments pass to {}: give them an `input` schema (`adarga init` writes the server's)",
            list(&free)
        ));
    }
    let loose: Vec<&str> = callable(patient).filter(|(_, entry)| is_loose(entry)).map(|(name, _)| name).collect();
    if !loose.is_empty() {
        wrong.push(format!("arguments that no schema names pass to {}: add `additionalProperties = false`", list(&loose)));
    }
    let general = patient.document().threats.actions();
    if general.iter().all(Option::is_none) && !callable(patient).any(|(_, entry)| entry.threats.is_some()) {
        wrong.push("nobody looks for injections: add `[threats]`".to_owned());
    }
    Found::unless(wrong, "every tool and prompt has a schema, and texts are looked at")
}

/// The schema of an entry, where it stands in the policy.
pub(super) fn inline(entry: &Entry) -> Option<Value> {
    let Some(SchemaSource::Inline(text)) = &entry.input else { return None };
    serde_json::from_str(text).ok()
}

/// Whether a schema that stands in the policy lets members pass that it does not name.
fn is_loose(entry: &Entry) -> bool {
    let Some(schema) = inline(entry) else { return false };
    let closes = |key: &str| schema.get(key).is_some_and(|value| *value == Value::Bool(false));
    schema.get("properties").is_some() && !closes("additionalProperties") && !closes("unevaluatedProperties")
}

pub(super) fn rates(patient: &Patient<'_>) -> Found {
    let document = patient.document();
    let rates = document.rates.as_ref();
    let some = callable(patient).any(|(_, entry)| !entry.rate.is_empty());
    let callers = rates.is_some_and(|rates| !rates.subject.is_empty() || !rates.calls.is_empty());
    let peers = rates.is_some_and(|rates| !rates.client.is_empty());
    let mut wrong = Vec::new();
    match (callers, some) {
        (false, false) => wrong.push("nothing limits how often a caller calls: add `[rates] subject = \"100/min\"`".to_owned()),
        (false, true) => wrong.push("only single tools are limited: add `[rates] subject = \"100/min\"`".to_owned()),
        (true, _) => {}
    }
    if patient.serves_http() && !peers {
        wrong.push("requests without credentials are not limited: add `[rates] client = \"300/min\"`".to_owned());
    }
    Found::unless(wrong, "callers are limited; whether the numbers fit, load shows")
}

pub(super) fn errors(patient: &Patient<'_>) -> Found {
    let redact = patient.document().data.redact.as_ref();
    let detects = redact.is_some_and(|redact| !redact.detect.is_empty());
    let mut wrong = Vec::new();
    if !detects {
        wrong.push("errors and results of the server pass as they are: add `[data] redact = { names = [\"password\"], detect = [\"card\", \"jwt\"] }`".to_owned());
    }
    if patient.document().data.errors == Errors::All {
        wrong.push("errors of the server may show stack traces, paths and SQL: add `[data] errors = \"plain\"`".to_owned());
    }
    Found::unless(wrong, "denials say a number and a short text; what the server says is searched for what `[data]` names")
}

pub(super) fn secrets(patient: &Patient<'_>) -> Found {
    let kinds = Kinds::NONE.with(Kind::PrivateKey).with(Kind::Jwt).with(Kind::ApiKey).with(Kind::UrlPassword);
    let text = patient.policy.source().text.as_bytes();
    let line = |at: usize| text.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
    let wrong = spans(text, kinds).map(|span| {
        let place = format!("{}:{}", patient.policy.source().name, line(span.start));
        format!("{place}: looks like a secret ({}): move it to the environment or a file of its own", span.kind.name())
    });
    let config = patient.config.check().err();
    let faults = config.iter().flat_map(|errors| errors.all()).map(|error| match error.remedy.as_str() {
        "" => format!("`config.{}`: {}", error.name, error.why),
        remedy => format!("`config.{}`: {}: {remedy}", error.name, error.why),
    });
    let right = if patient.config.settings.is_empty() {
        "nothing in the policy looks like a key, a token or a password; `[config]` would say what the server needs"
    } else {
        "the server is configured as `[config]` asks, and nothing in the policy looks like a secret"
    };
    Found::unless(wrong.chain(faults).collect(), right)
}

pub(super) fn headers(patient: &Patient<'_>) -> Found {
    let http = &patient.document().http;
    if !patient.serves_http() && patient.live.is_none() {
        return Found::ok("standard input and output: there are none");
    }
    let mut wrong = Vec::new();
    if http.hosts.iter().any(|host| host == "*") {
        wrong.push(
            "any `Host` is accepted, so a name that an attacker's page resolves reaches the server: name your own".to_owned(),
        );
    }
    let Some(seen) = &patient.live else {
        return Found::unless(wrong, "`Host` and `Origin` are checked; headers of answers are those of the server in front");
    };
    let seen = live::headers(seen, patient);
    if wrong.is_empty() { seen } else { Found::unless(wrong, "").and(seen) }
}

//! The op `rate`: calls of clients, one after another, under one limit.

use std::collections::BTreeSet;

use adarga_core::rate::{Charge, Limit, LocalTable, RateTable, Slot};
use adarga_host::rate;
use serde_json::Value;

use super::{Fault, Outcome, Question};

/// The most cells of a table: 1 GiB, of which only what is used is touched.
const CELLS_MAX: usize = 1 << 27;
/// Answers are the same every time, so the table's seed is no secret here.
const SEED: (u64, u64) = (1, 2);

/// Answers for each of `events` whether it is allowed, and after how many milliseconds it would be.
pub(super) fn rate(question: &Question<'_>) -> Result<Outcome, Fault> {
    let limit = limit(question)?;
    let events = events(question)?;
    let clients: BTreeSet<_> = events.iter().map(|(client, _)| client).collect();
    // so many slots that every client finds one
    let slots = clients.len().saturating_mul(8).next_power_of_two().max(64);
    let width = match limit {
        Limit::Window(window) => usize::try_from(window.calls().get()).unwrap_or(usize::MAX),
        Limit::Gcra(_) => 0,
    };
    let cells = slots.checked_mul(width).filter(|cells| *cells <= CELLS_MAX).ok_or("too many clients for so large a window")?;
    let (mut slots, mut cells) = (vec![Slot::default(); slots], vec![0; cells]);
    let mut table = LocalTable::new(&mut slots, &mut cells, width, SEED);
    let (mut allowed, mut retry_ms): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    for (client, now_ms) in &events {
        let outcome = table.charge(limit, &Charge { limit_id: 0, key: client.as_bytes(), cost: 1, now_ms: *now_ms });
        allowed.push(outcome.is_ok().into());
        retry_ms.push(match outcome {
            Ok(()) => 0.into(),
            // beyond the last moment that is counted nobody knows
            Err(refusal) => refusal.retry_after_ms.into(),
        });
    }
    Ok(Outcome::ok().with("allowed", allowed).with("retry_ms", retry_ms))
}

/// A text is a window, an object a rate and a burst.
pub(super) fn limit(question: &Question<'_>) -> Result<Limit, Fault> {
    let wrong = || "`limit` must be a text or an object of `rate` and `burst`".to_owned();
    match question.members.get("limit") {
        None => Err("missing `limit`".into()),
        Some(Value::String(text)) => rate::window(text).map(Limit::Window).map_err(|error| format!("`limit`: {error}")),
        Some(Value::Object(members)) if members.len() == 2 => {
            let rate = members.get("rate").and_then(Value::as_str).ok_or_else(wrong)?;
            let burst = members.get("burst").and_then(Value::as_u64).ok_or_else(wrong)?;
            // what no `u32` holds is beyond every limit, and said to be
            let burst = u32::try_from(burst).unwrap_or(u32::MAX);
            rate::gcra(rate, burst).map(Limit::Gcra).map_err(|error| format!("`limit`: {error}"))
        }
        Some(_) => Err(wrong()),
    }
}

/// Who called when.
fn events(question: &Question<'_>) -> Result<Vec<(String, u64)>, Fault> {
    let wrong = || "`events` must be a list of `[client, t_ms]`".to_owned();
    let list = question.members.get("events").ok_or("missing `events`")?.as_array().ok_or_else(wrong)?;
    let event = |event: &Value| match event.as_array()?.as_slice() {
        [Value::String(client), time] => Some((client.clone(), time.as_u64()?)),
        // a number is a name as well
        [Value::Number(client), time] => Some((client.to_string(), time.as_u64()?)),
        _ => None,
    };
    list.iter().map(|one| event(one).ok_or_else(wrong)).collect()
}

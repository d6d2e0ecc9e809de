//! Whether a server may read another argument than the policy did.
//!
//! Each stage looks for twins of the arguments that it reads itself. Where a policy only observes, what an earlier stage denied
//! passes, and the later ones never read theirs: then this looks for all of them at once.

use crate::{
    image::{Arguments, NONE, PathSource, Places, Policy, TestKind},
    json::{Document, Value},
    message::Message,
    num,
    reason::Denial,
    route::Route,
};

/// Looks for twins of every argument that the policy reads.
///
/// # Errors
/// [`Reason::MessageCase`](crate::reason::Reason::MessageCase) at the first that has one.
pub fn none(
    (policy, places, arguments): (&Policy, Option<&Places>, Option<&Arguments>),
    route: &Route,
    message: &Message,
    document: Document<'_>,
) -> Result<(), Denial> {
    let Some(value) = message.arguments(document) else { return Ok(()) };
    for addressed in route.entries(policy, places, message, document) {
        if let Some(entry) = addressed.entry {
            by_condition(policy, entry.condition.to_native(), value)?;
        }
        let exceptions = arguments.and_then(|all| Some(all.exceptions(all.entry(addressed.id)?)));
        for exception in exceptions.into_iter().flatten() {
            policy.argument(exception.pointer.to_native(), Some(value))?;
        }
        let paths = places.into_iter().flat_map(|places| places.paths_of(addressed.id));
        for rule in paths.filter(|rule| rule.source == PathSource::Argument.number()) {
            policy.argument(rule.pointer.to_native(), Some(value))?;
        }
    }
    Ok(())
}

/// Every test that a condition may come to: jumps lead forward, so it ends with the farthest.
fn by_condition(policy: &Policy, start: u32, value: Value<'_>) -> Result<(), Denial> {
    if start == NONE {
        return Ok(());
    }
    let (mut at, mut last) = (num::index(start), num::index(start));
    while at <= last {
        let Some(test) = policy.tests.get(at) else { return Ok(()) };
        if test.kind == TestKind::ArgumentIsSubject.number() {
            policy.argument(test.operand.to_native(), Some(value))?;
        }
        // what stands for an end lies beyond the table
        let jumps = [test.then.to_native(), test.otherwise.to_native()].map(num::index);
        last = jumps.into_iter().filter(|&jump| jump < policy.tests.len()).fold(last, usize::max);
        at = at.saturating_add(1);
    }
    Ok(())
}

//! A URI taken apart by a template.

use crate::{
    template::{
        Template, Variable, Variables,
        parse::{Operator, Part, names, parts},
    },
    text::{is_utf8, split_once, unescaped},
    uri::is_normal,
};

impl<'t> Template<'t> {
    /// The values that make `uri` of the template; nothing when there are none, or when libraries read the URI differently
    /// ([`is_normal`]), or when a value decodes to something else than UTF-8 without NUL.
    ///
    /// Given back are spans of the template and the URI.
    #[must_use]
    pub fn matches<'u>(&self, uri: &'u [u8]) -> Option<Variables<'u>>
    where
        't: 'u,
    {
        if !is_normal(uri) {
            return None;
        }
        let mut variables = Variables::default();
        let (mut rest, mut following) = (uri, parts(self.text));
        while let Some(part) = following.next() {
            rest = match part.ok()? {
                Part::Literal(literal) => rest.strip_prefix(literal)?,
                Part::Expression(operator, list) if operator.is_named() => pairs(operator, list, rest, &mut variables)?,
                Part::Expression(operator, name) => match (operator.prefix(), rest) {
                    (Some(prefix), [first, ..]) if *first != prefix => rest,
                    (Some(_), []) => rest,
                    (prefix, _) => {
                        let rest = prefix.map_or(rest, |_| rest.split_first().map_or(rest, |(_, rest)| rest));
                        let next = following.clone().next().and_then(Result::ok);
                        let (raw, rest) = rest.split_at_checked(value_end(operator, rest, next)?)?;
                        variables.add(name, raw)?;
                        rest
                    }
                },
            };
        }
        rest.is_empty().then_some(variables)
    }
}

impl<'u> Variables<'u> {
    fn add(&mut self, name: &'u [u8], raw: &'u [u8]) -> Option<()> {
        // an escape that the value and what follows it share is in neither
        let whole = !matches!(raw, [.., b'%'] | [.., b'%', _]);
        let fine = whole && !unescaped(raw).any(|byte| byte == 0) && is_utf8(unescaped(raw));
        fine.then_some(())?;
        self.list.push(Variable { name, raw }).ok()
    }
}

/// Where in `rest` a value ends that `next` follows.
fn value_end(operator: Operator, rest: &[u8], next: Option<Part<'_>>) -> Option<usize> {
    let stop = |text: &[u8]| text.iter().position(|&byte| !operator.holds(byte));
    let Some(Part::Literal(literal)) = next else { return Some(stop(rest).unwrap_or(rest.len())) };
    // the literal holds the first character that is no part of a value, or stands right before it
    let within = stop(literal).unwrap_or(literal.len());
    stop(rest).unwrap_or(rest.len()).checked_sub(within)
}

/// Reads the pairs of an expression that writes names, and gives what follows them.
fn pairs<'u>(operator: Operator, list: &'u [u8], rest: &'u [u8], variables: &mut Variables<'u>) -> Option<&'u [u8]> {
    let Some(mut rest) = operator.prefix().and_then(|prefix| rest.strip_prefix(&[prefix])) else { return Some(rest) };
    loop {
        let end = rest.iter().position(|&byte| byte != b'=' && !operator.holds(byte)).unwrap_or(rest.len());
        let (pair, after) = rest.split_at_checked(end)?;
        let (name, value) = match split_once(pair, b'=') {
            Some((_, b"")) if operator == Operator::Parameter => return None,
            Some((name, value)) if !value.contains(&b'=') => (name, value),
            // `;a` is an empty value; `?a` is no expansion (RFC 6570 §3.2.7)
            None if operator == Operator::Parameter => (pair, b"".as_slice()),
            _ => return None,
        };
        let name = names(list).find(|known| *known == name)?;
        if variables.find(name).is_some() {
            return None;
        }
        variables.add(name, value)?;
        match after.strip_prefix(&[operator.separator()]) {
            Some(after) => rest = after,
            None => return Some(after),
        }
    }
}

//! URI templates: what one expands to matches back, and the corpus beside the checkout.

use std::collections::{BTreeMap, BTreeSet};

use adarga_core::{
    template::{Template, Unfit},
    uri::is_normal,
};
use proptest::{collection::vec, prelude::*};
use serde_json::Value;

use crate::corpora::lines;

type Values = BTreeMap<String, String>;

/// The variables of `uri`, decoded.
fn matched(template: &Template<'_>, uri: &str) -> Option<Values> {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let variables = template.matches(uri.as_bytes())?;
    Some(variables.iter().map(|one| (text(one.name().to_vec()), text(one.decoded().collect()))).collect())
}

/// A piece of a template, apart from its text.
#[derive(Clone, Debug)]
enum Piece {
    Literal(&'static str),
    /// An operator or nothing, and how many variables, each of which may be undefined.
    Expression(&'static str, Vec<Option<String>>),
}

fn piece() -> impl Strategy<Value = Piece> {
    let literals =
        prop::sample::select(vec!["/", "-", ".", "a", "/b/", "x/", "?x=1", "#", ";", "%20", "1%2F", ".json", "&", "="]);
    let value = prop_oneof![
        4 => "[ab.~1-]{0,4}".prop_map(Some),
        1 => "[a/?#&=;,:* ü%+]{0,4}".prop_map(Some),
        1 => Just(None),
    ];
    let single = prop::sample::select(vec!["", "", "", "+", "#", ".", "/"]);
    let named = prop::sample::select(vec!["?", "?", "&", ";"]);
    prop_oneof![
        2 => literals.prop_map(Piece::Literal),
        2 => (single, value.clone()).prop_map(|(operator, value)| Piece::Expression(operator, vec![value])),
        1 => (named, vec(value, 1..4)).prop_map(|(operator, values)| Piece::Expression(operator, values)),
    ]
}

/// A second way to say RFC 6570 §3.2.1 for values that are strings: template, expansion, and the values that it shows.
fn expand(pieces: &[Piece]) -> (String, String, Values) {
    let (mut template, mut uri, mut shown, mut names) = ("t:".to_owned(), "t:".to_owned(), Values::new(), 0..);
    for piece in pieces {
        let (operator, values) = match piece {
            Piece::Literal(text) => {
                template.push_str(text);
                uri.push_str(text);
                continue;
            }
            Piece::Expression(operator, values) => (*operator, values),
        };
        let named: Vec<_> = values.iter().map(|value| (format!("v{}", names.next().unwrap()), value)).collect();
        let list: Vec<_> = named.iter().map(|(name, _)| name.as_str()).collect();
        template.push_str(&format!("{{{operator}{}}}", list.join(",")));
        let optional = !["", "+"].contains(&operator);
        let mut separator = operator;
        for (name, value) in &named {
            let Some(value) = value.as_deref().or((!optional).then_some("")) else { continue };
            let encoded = encode(value, ["+", "#"].contains(&operator));
            match operator {
                "" | "+" => uri.push_str(&encoded),
                "?" | "&" => uri.push_str(&format!("{separator}{name}={encoded}")),
                ";" if encoded.is_empty() => uri.push_str(&format!(";{name}")),
                ";" => uri.push_str(&format!(";{name}={encoded}")),
                _ => uri.push_str(&format!("{operator}{encoded}")),
            }
            separator = if operator == "?" { "&" } else { operator };
            shown.insert(name.clone(), value.to_owned());
        }
    }
    (template, uri, shown)
}

fn encode(value: &str, reserved: bool) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let kept = |byte: u8| plain(byte) || (reserved && b":/?#[]@!$&'()*+,;=".contains(&byte));
    value.bytes().map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_template_expands_to_matches_back(pieces in vec(piece(), 0..7)) {
        let (text, uri, shown) = expand(&pieces);
        let Ok(template) = Template::parse(text.as_bytes()) else { return Ok(()) };
        let want = is_normal(uri.as_bytes()).then_some(shown);
        prop_assert_eq!(matched(&template, &uri), want, "{} of {}", uri, text);
    }

    #[test]
    fn any_bytes_are_a_template_or_not(text in "[a-c{}+#./;?&,:*%2 -]{0,30}", uri in "t:[a-c/?#&=;.%2F-]{0,20}") {
        if let Ok(template) = Template::parse(text.as_bytes())
            && let Some(variables) = template.matches(uri.as_bytes())
        {
            // what matches is the template with its values put back, as far as the order of pairs goes
            for variable in variables.iter() {
                prop_assert!(uri.as_bytes().windows(variable.raw().len().max(1)).any(|part| part.starts_with(variable.raw())));
                prop_assert_eq!(variables.find(variable.name()), Some(variable));
            }
        }
    }
}

#[test]
fn templates_that_can_be_read_in_two_ways_are_refused() {
    let cases = [
        ("t:{a}{b}", Unfit::Ambiguous),
        ("t:{a}-{b}", Unfit::Ambiguous),
        ("t:{a}.{b}", Unfit::Ambiguous),
        ("t:{a}.b{c}", Unfit::Ambiguous),
        ("t:{a}.b{.c}", Unfit::Ambiguous),
        ("t:{+a}.b{?c}", Unfit::Ambiguous),
        ("t:{a}{.b}", Unfit::Ambiguous),
        ("t:{+a}/{b}", Unfit::Ambiguous),
        ("t:{+a}{?b}", Unfit::Ambiguous),
        ("t:{/a}{/b}", Unfit::Ambiguous),
        ("t:{/a}/b", Unfit::Ambiguous),
        ("t:{/a}{?b}/c", Unfit::Ambiguous),
        ("t:{a}{/b}-c/", Unfit::Ambiguous),
        ("t:{?a}b", Unfit::Ambiguous),
        ("t:{?a}{&b}", Unfit::Ambiguous),
        ("t:{;a};b", Unfit::Ambiguous),
        ("t:{a,b}", Unfit::Several),
        ("t:{+a,b}", Unfit::Several),
        ("t:{/a,b}", Unfit::Several),
        ("t:{a,b*}", Unfit::Modifier),
        ("t:{/a*}", Unfit::Modifier),
        ("t:{*}", Unfit::Name),
        ("t:{a:3}", Unfit::Modifier),
        ("t:{a}/{a}", Unfit::Repeated),
        ("t:{?a,a}", Unfit::Repeated),
        ("t:{", Unfit::Brace),
        ("t:}", Unfit::Brace),
        ("t:{}", Unfit::Brace),
        ("t:{{a}}", Unfit::Name),
        ("t:{=a}", Unfit::Name),
        ("t:{a.}", Unfit::Name),
        ("t:{?}", Unfit::Name),
        ("t:ü/{a}", Unfit::Literal),
        ("t:%2/{a}", Unfit::Literal),
        ("t:a b/{a}", Unfit::Literal),
    ];
    for (text, want) in cases {
        assert_eq!(Template::parse(text.as_bytes()), Err(want), "{text}");
    }
    for text in [
        "t:",
        "t:{a}",
        "t:{a}-b",
        "t:{a}-b/{c}",
        "t:{a}.pdf{?b}",
        "t:{a}{/b}",
        "t:{a}{?b,c}{#d}",
        "t:{/a}b",
        "t:{+a}.json",
        "t:{;a}/b",
    ] {
        assert!(Template::parse(text.as_bytes()).is_ok(), "{text}");
    }
    let many: String = (0..17).map(|n| format!("{{a{n}}}/")).collect();
    assert_eq!(Template::parse(many.as_bytes()), Err(Unfit::Size));
    assert_eq!(Template::parse(&[b'a'; 1025]), Err(Unfit::Size));
}

#[test]
fn hostile_uris_match_nothing() {
    let cases = [
        ("reports://{a}/{b}", "reports://x/y/z"),
        ("reports://x/{a}", "reports://x/%2E%2E"),
        ("reports://x/{a}", "reports://x/.."),
        ("reports://x/{a}", "REPORTS://x/y"),
        ("reports://x/{a}", "reports://x/%00"),
        ("reports://x/{a}", "reports://x/%FF"),
        ("reports://x/{a}", "reports://x/y?b"),
        ("reports://x/{a}20", "reports://x/%20"),
        ("reports://x{?a}", "reports://x?a=1&a=2"),
        ("reports://x{?a}", "reports://x?b=1"),
        ("reports://x{?a}", "reports://x?a"),
        ("reports://x{?a}", "reports://x?"),
        ("reports://x{?a}", "reports://x?a=1&"),
        ("reports://x{?a}", "reports://x?a=b=c"),
        ("reports://x{;a}", "reports://x;a="),
    ];
    for (text, uri) in cases {
        assert_eq!(matched(&Template::parse(text.as_bytes()).unwrap(), uri), None, "{text} {uri}");
    }
    let template = Template::parse(b"reports://x{?a,b}").unwrap();
    let both = matched(&template, "reports://x?b=2&a=1%2F%3A").unwrap();
    assert_eq!(both.into_iter().collect::<Vec<_>>(), [("a".into(), "1/:".into()), ("b".into(), "2".into())]);
}

/// Lines of the corpus that are not covered, by what they ask for.
#[test]
fn uri_templates() {
    let (mut covered, mut refused, mut others) = (0, 0, BTreeMap::<_, BTreeSet<_>>::new());
    for line in lines("uri/templates.jsonl", 177) {
        let text = format!("t:{}", line["template"].as_str().unwrap());
        let template = match (Template::parse(text.as_bytes()), &line["expect"]) {
            (Ok(_), Value::Bool(_)) => panic!("accepted: {text}"),
            (Err(_), Value::Bool(_)) => {
                refused += 1;
                continue;
            }
            (Err(unfit), _) => {
                assert!(!matches!(unfit, Unfit::Brace | Unfit::Name | Unfit::Size), "{text}: {unfit}");
                others.entry(unfit.text()).or_default().insert(text);
                continue;
            }
            (Ok(template), _) => template,
        };
        let expansions = line["expect"].as_array().cloned().unwrap_or_else(|| vec![line["expect"].clone()]);
        for expansion in expansions {
            let uri = format!("t:{}", expansion.as_str().unwrap());
            match (matched(&template, &uri), why_not(&line["vars"], &text)) {
                (Some(got), None) => {
                    for (name, value) in &got {
                        let asked = line["vars"].get(name).filter(|value| !value.is_null());
                        let asked = asked
                            .map_or_else(String::new, |asked| asked.as_str().map_or_else(|| asked.to_string(), str::to_owned));
                        assert_eq!(asked, *value, "{text} {uri}");
                    }
                    covered += 1;
                }
                (None, None) => panic!("{uri} does not match {text}"),
                (_, Some(why)) => {
                    others.entry(why).or_default().insert(text.clone());
                }
            }
        }
    }
    println!("uri/templates: {covered} expansions match back, {refused} malformed templates refused; not covered: {others:?}");
}

/// Why a template that is supported does not give the values back that it was expanded from.
fn why_not(vars: &Value, template: &str) -> Option<&'static str> {
    let names = template.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let names = names.flat_map(|list| list.trim_start_matches(['+', '#', '.', '/', ';', '?', '&']).split(','));
    let names = names.map(|name| name.trim_end_matches('*'));
    let values: Vec<_> = names.filter_map(|name| vars.get(name)).collect();
    let wide = template.contains("{+") || template.contains("{#") || template.contains("*}");
    if values.iter().any(|value| value.is_array() || value.is_object()) {
        Some("lists and maps do not say what they came from")
    } else if wide
        && values.iter().any(|value| value.as_str().is_some_and(|value| value.contains('%') && value != "50%" && value != "%foo"))
    {
        Some("`{+a}` lets escapes of the value through, which are decoded")
    } else {
        None
    }
}

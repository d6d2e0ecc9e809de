//! The metaschemas, written from a table of keywords and the shapes of their values.

use super::dialect::Draft;

/// What the value of a keyword has to be.
#[derive(Clone, Copy)]
enum Shape {
    Any,
    Text,
    Flag,
    Number,
    Positive,
    Count,
    Texts,
    Uri,
    Reference,
    /// A reference without fragment.
    Base,
    Anchor,
    Pattern,
    Vocabularies,
    Types,
    List,
    Strings,
    Schema,
    Schemas,
    SchemaOrSchemas,
    SchemaMap,
    PatternMap,
    DependencyMap,
}

use Shape::{
    Anchor, Any, Base, Count, DependencyMap, Flag, List, Number, Pattern, PatternMap, Positive, Reference, Schema, SchemaMap,
    SchemaOrSchemas, Schemas, Strings, Text, Texts, Types, Uri, Vocabularies,
};

type Keywords = &'static [(&'static str, Shape)];

const CORE: Keywords = &[
    ("$id", Base),
    ("$schema", Uri),
    ("$ref", Reference),
    ("$anchor", Anchor),
    ("$dynamicRef", Reference),
    ("$dynamicAnchor", Anchor),
    ("$vocabulary", Vocabularies),
    ("$comment", Text),
    ("$defs", SchemaMap),
];
const CORE_2019: Keywords = &[
    ("$id", Base),
    ("$schema", Uri),
    ("$ref", Reference),
    ("$anchor", Anchor),
    ("$recursiveRef", Reference),
    ("$recursiveAnchor", Flag),
    ("$vocabulary", Vocabularies),
    ("$comment", Text),
    ("$defs", SchemaMap),
];
const CORE_7: Keywords =
    &[("$id", Reference), ("$schema", Uri), ("$ref", Reference), ("$comment", Text), ("definitions", SchemaMap)];
const APPLICATOR: Keywords = &[
    ("contains", Schema),
    ("additionalProperties", Schema),
    ("properties", SchemaMap),
    ("patternProperties", PatternMap),
    ("propertyNames", Schema),
    ("if", Schema),
    ("then", Schema),
    ("else", Schema),
    ("allOf", Schemas),
    ("anyOf", Schemas),
    ("oneOf", Schemas),
    ("not", Schema),
];
const ITEMS: Keywords = &[("prefixItems", Schemas), ("items", Schema), ("dependentSchemas", SchemaMap)];
const ITEMS_2019: Keywords = &[
    ("items", SchemaOrSchemas),
    ("additionalItems", Schema),
    ("unevaluatedItems", Schema),
    ("unevaluatedProperties", Schema),
    ("dependentSchemas", SchemaMap),
];
const ITEMS_7: Keywords = &[("items", SchemaOrSchemas), ("additionalItems", Schema), ("dependencies", DependencyMap)];
const UNEVALUATED: Keywords = &[("unevaluatedItems", Schema), ("unevaluatedProperties", Schema)];
const VALIDATION: Keywords = &[
    ("type", Types),
    ("const", Any),
    ("enum", List),
    ("multipleOf", Positive),
    ("maximum", Number),
    ("exclusiveMaximum", Number),
    ("minimum", Number),
    ("exclusiveMinimum", Number),
    ("maxLength", Count),
    ("minLength", Count),
    ("pattern", Pattern),
    ("maxItems", Count),
    ("minItems", Count),
    ("uniqueItems", Flag),
    ("maxProperties", Count),
    ("minProperties", Count),
    ("required", Strings),
];
const COUNTS: Keywords = &[("maxContains", Count), ("minContains", Count), ("dependentRequired", Texts)];
const METADATA: Keywords = &[
    ("title", Text),
    ("description", Text),
    ("default", Any),
    ("deprecated", Flag),
    ("readOnly", Flag),
    ("writeOnly", Flag),
    ("examples", List),
];
const CONTENT: Keywords = &[("contentEncoding", Text), ("contentMediaType", Text), ("contentSchema", Schema)];
const CONTENT_7: Keywords = &[("contentEncoding", Text), ("contentMediaType", Text)];
const FORMAT: Keywords = &[("format", Text)];
/// What older drafts had, and the metaschema still knows.
const OLD: Keywords = &[("definitions", SchemaMap), ("dependencies", DependencyMap)];

/// The metaschema, or the part of one, that is named by a URI without fragment.
pub(super) fn document(uri: &str) -> Option<String> {
    if uri == "http://json-schema.org/draft-07/schema" {
        return Some(written(Draft::Draft7, uri, &[], &[CORE_7, METADATA, VALIDATION, ITEMS_7, APPLICATOR, CONTENT_7, FORMAT]));
    }
    if let Some(name) = uri.strip_prefix("https://json-schema.org/draft/2020-12/") {
        let parts = &["core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "content"];
        return keywords(Draft::Draft2020, name).map(|keywords| match name {
            "schema" => written(Draft::Draft2020, uri, parts, keywords),
            _ => written(Draft::Draft2020, uri, &[], keywords),
        });
    }
    let name = uri.strip_prefix("https://json-schema.org/draft/2019-09/")?;
    let parts = &["core", "applicator", "validation", "meta-data", "format", "content"];
    keywords(Draft::Draft2019, name).map(|keywords| match name {
        "schema" => written(Draft::Draft2019, uri, parts, keywords),
        _ => written(Draft::Draft2019, uri, &[], keywords),
    })
}

fn keywords(draft: Draft, name: &str) -> Option<&'static [Keywords]> {
    Some(match (draft, name) {
        (_, "schema") => &[OLD],
        (Draft::Draft2020, "meta/core") => &[CORE],
        (Draft::Draft2020, "meta/applicator") => &[APPLICATOR, ITEMS],
        (Draft::Draft2020, "meta/unevaluated") => &[UNEVALUATED],
        (Draft::Draft2020, "meta/format-annotation" | "meta/format-assertion") => &[FORMAT],
        (Draft::Draft2019, "meta/core") => &[CORE_2019],
        (Draft::Draft2019, "meta/applicator") => &[APPLICATOR, ITEMS_2019],
        (Draft::Draft2019, "meta/format") => &[FORMAT],
        (_, "meta/validation") => &[VALIDATION, COUNTS],
        (_, "meta/meta-data") => &[METADATA],
        (_, "meta/content") => &[CONTENT],
        _ => return None,
    })
}

fn written(draft: Draft, uri: &str, parts: &[&str], keywords: &[Keywords]) -> String {
    let (metaschema, anchor, here, defs) = match draft {
        Draft::Draft7 => ("http://json-schema.org/draft-07/schema#", "", r##""$ref":"#""##, "definitions"),
        Draft::Draft2019 => {
            ("https://json-schema.org/draft/2019-09/schema", r#","$recursiveAnchor":true"#, r##""$recursiveRef":"#""##, "$defs")
        }
        Draft::Draft2020 => {
            ("https://json-schema.org/draft/2020-12/schema", r#","$dynamicAnchor":"meta""#, r##""$dynamicRef":"#meta""##, "$defs")
        }
    };
    let mut text = format!(r#"{{"$schema":"{metaschema}","$id":"{uri}"{anchor},"type":["object","boolean"]"#);
    if !parts.is_empty() {
        let vocabulary = draft.vocabularies().unwrap_or_default();
        let required = |part: &&str| !part.starts_with("format") || draft == Draft::Draft2020;
        let named: Vec<_> = parts.iter().map(|part| format!(r#""{vocabulary}{part}":{}"#, required(part))).collect();
        let all: Vec<_> = parts.iter().map(|part| format!(r#"{{"$ref":"meta/{part}"}}"#)).collect();
        text += &format!(r#","$vocabulary":{{{}}},"allOf":[{}]"#, named.join(","), all.join(","));
    }
    let rows: Vec<_> =
        keywords.iter().copied().flatten().map(|(name, shape)| format!(r#""{name}":{}"#, shape.written(here, defs))).collect();
    let shared = DEFINITIONS.replace("$here", here);
    text + &format!(r#","properties":{{{}}},"{defs}":{{{shared}}}}}"#, rows.join(","))
}

/// Shapes by the names that other schemas may refer to them by.
const DEFINITIONS: &str = r##""nonNegativeInteger":{"type":"integer","minimum":0},"nonNegativeIntegerDefault0":{"type":"integer","minimum":0},"simpleTypes":{"enum":["array","boolean","integer","null","number","object","string"]},"stringArray":{"type":"array","items":{"type":"string"},"uniqueItems":true},"schemaArray":{"type":"array","minItems":1,"items":{$here}},"anchorString":{"type":"string","pattern":"^[A-Za-z_][-A-Za-z0-9._]*$"},"uriString":{"type":"string","format":"uri"},"uriReferenceString":{"type":"string","format":"uri-reference"}"##;

impl Shape {
    fn written(self, here: &str, defs: &str) -> String {
        let named = |name: &str| format!(r##"{{"$ref":"#/{defs}/{name}"}}"##);
        match self {
            Self::Any => "true".into(),
            Self::Text => r#"{"type":"string"}"#.into(),
            Self::Flag => r#"{"type":"boolean"}"#.into(),
            Self::Number => r#"{"type":"number"}"#.into(),
            Self::Positive => r#"{"type":"number","exclusiveMinimum":0}"#.into(),
            Self::Count => named("nonNegativeInteger"),
            Self::Texts => format!(r#"{{"type":"object","additionalProperties":{}}}"#, named("stringArray")),
            Self::Uri => named("uriString"),
            Self::Reference => named("uriReferenceString"),
            Self::Base => format!(r##"{{"allOf":[{}],"pattern":"^[^#]*#?$"}}"##, named("uriReferenceString")),
            Self::Anchor => named("anchorString"),
            Self::Pattern => r#"{"type":"string","format":"regex"}"#.into(),
            Self::Vocabularies => format!(
                r#"{{"type":"object","propertyNames":{},"additionalProperties":{{"type":"boolean"}}}}"#,
                named("uriString")
            ),
            Self::Types => format!(
                r#"{{"anyOf":[{0},{{"type":"array","items":{0},"minItems":1,"uniqueItems":true}}]}}"#,
                named("simpleTypes")
            ),
            Self::List => r#"{"type":"array"}"#.into(),
            Self::Strings => named("stringArray"),
            Self::Schema => format!("{{{here}}}"),
            Self::Schemas => named("schemaArray"),
            Self::SchemaOrSchemas => format!(r#"{{"anyOf":[{{{here}}},{}]}}"#, named("schemaArray")),
            Self::SchemaMap => format!(r#"{{"type":"object","additionalProperties":{{{here}}}}}"#),
            Self::PatternMap => {
                format!(r#"{{"type":"object","additionalProperties":{{{here}}},"propertyNames":{{"format":"regex"}}}}"#)
            }
            Self::DependencyMap => {
                format!(r#"{{"type":"object","additionalProperties":{{"anyOf":[{{{here}}},{}]}}}}"#, named("stringArray"))
            }
        }
    }
}

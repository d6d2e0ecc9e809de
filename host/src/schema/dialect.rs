//! The drafts of JSON Schema that are known, and the vocabularies that a schema may draw on.

/// A draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Draft {
    Draft7,
    Draft2019,
    Draft2020,
}

/// A draft and those of its vocabularies that are in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) draft: Draft,
    pub(super) applicator: bool,
    pub(super) validation: bool,
    pub(super) unevaluated: bool,
    /// `format` is to hold, not only to tell.
    pub(super) format_asserted: bool,
}

impl Draft {
    /// The draft of a metaschema; an empty fragment is none.
    pub(super) fn of_metaschema(uri: &str) -> Option<Self> {
        match uri.strip_suffix('#').unwrap_or(uri) {
            "https://json-schema.org/draft/2020-12/schema" => Some(Self::Draft2020),
            "https://json-schema.org/draft/2019-09/schema" => Some(Self::Draft2019),
            "http://json-schema.org/draft-07/schema" => Some(Self::Draft7),
            _ => None,
        }
    }

    /// What the URIs of vocabularies begin with.
    pub(super) const fn vocabularies(self) -> Option<&'static str> {
        match self {
            Self::Draft7 => None,
            Self::Draft2019 => Some("https://json-schema.org/draft/2019-09/vocab/"),
            Self::Draft2020 => Some("https://json-schema.org/draft/2020-12/vocab/"),
        }
    }
}

impl Dialect {
    /// All vocabularies of a draft.
    pub(super) const fn whole(draft: Draft) -> Self {
        Self { draft, applicator: true, validation: true, unevaluated: true, format_asserted: false }
    }

    /// Those of the vocabularies that a metaschema names, each with whether it has to be known.
    ///
    /// # Errors
    /// The first one that has to be known and isn't.
    pub(super) fn of_vocabularies<'v>(draft: Draft, named: impl Iterator<Item = (&'v str, bool)>) -> Result<Self, &'v str> {
        let mut dialect = Self { applicator: false, validation: false, unevaluated: false, ..Self::whole(draft) };
        for (uri, required) in named {
            let name = draft.vocabularies().and_then(|prefix| uri.strip_prefix(prefix));
            match (draft, name) {
                (_, Some("applicator")) => {
                    dialect.applicator = true;
                    // in 2019-09 one vocabulary has both
                    dialect.unevaluated |= draft == Draft::Draft2019;
                }
                (_, Some("validation")) => dialect.validation = true,
                (Draft::Draft2020, Some("unevaluated")) => dialect.unevaluated = true,
                (Draft::Draft2020, Some("format-assertion")) => dialect.format_asserted = true,
                (Draft::Draft2019, Some("format")) => dialect.format_asserted |= required,
                (_, Some("core" | "meta-data" | "content" | "format-annotation")) => {}
                _ if required => return Err(uri),
                _ => {}
            }
        }
        Ok(dialect)
    }

    /// What the value of a keyword holds in place of schemas.
    pub(super) fn children(self, keyword: &str) -> Children {
        let new = self.draft != Draft::Draft7;
        match keyword {
            "$defs" if new => Children::Map,
            "definitions" => Children::Map,
            _ if !self.applicator => Children::None,
            "properties" | "patternProperties" => Children::Map,
            "dependentSchemas" if new => Children::Map,
            "dependencies" => Children::MapOrLists,
            "additionalProperties" | "propertyNames" | "contains" | "not" | "if" | "then" | "else" => Children::One,
            "items" if self.draft == Draft::Draft2020 => Children::One,
            "items" => Children::OneOrList,
            "additionalItems" if self.draft != Draft::Draft2020 => Children::One,
            "prefixItems" if self.draft == Draft::Draft2020 => Children::List,
            "allOf" | "anyOf" | "oneOf" => Children::List,
            "unevaluatedProperties" | "unevaluatedItems" if new => Children::One,
            "contentSchema" if new => Children::One,
            _ => Children::None,
        }
    }
}

/// Where schemas stand in the value of a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Children {
    None,
    One,
    List,
    OneOrList,
    Map,
    MapOrLists,
}

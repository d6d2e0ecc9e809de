//! From keywords to nodes.

use adarga_core::{
    format::Format,
    schema::{
        Keyword,
        op::{NONE, Relation},
    },
};
use indexmap::IndexMap;

use super::{
    Compiler, SchemaError,
    dialect::{Dialect, Draft},
    error::cut,
    ir::{ANYTHING, Check, Node, Operation, Property, kinds},
    json::{Id, Json},
    number::Number,
    resources::RECURSIVE,
    uri::split_fragment,
};

/// A schema that is being read: where it stands, and in which dynamic scope.
pub(super) struct Reading<'c> {
    compiler: &'c mut Compiler,
    id: Id,
    context: usize,
    members: IndexMap<String, Id>,
    dialect: Dialect,
    checks: Vec<Check>,
}

type Result<T = ()> = core::result::Result<T, SchemaError>;

impl Compiler {
    /// The checks of a schema in a dynamic scope.
    pub(super) fn read(&mut self, id: Id, context: usize) -> Result<Vec<Check>> {
        let members = match self.resources.tree.at(id) {
            Json::Object(members) => members.clone(),
            Json::Bool(true) => return Ok(Vec::new()),
            Json::Bool(false) => return Ok(vec![fail(Keyword::False, kinds::ALL)]),
            _ => {
                let pointer = self.resources.tree.pointer(id);
                return Err(SchemaError::new(pointer, "a schema is an object, `true` or `false`", ""));
            }
        };
        let dialect = self.resources.get(self.resources.owner(id)).dialect;
        let mut reading = Reading { compiler: self, id, context, members, dialect, checks: Vec::new() };
        reading.all()?;
        Ok(reading.checks)
    }
}

/// No value of these kinds is valid.
pub(super) const fn fail(keyword: Keyword, kinds: u8) -> Check {
    Check { keyword, kinds, operation: Operation::Fail }
}

impl Reading<'_> {
    fn all(&mut self) -> Result {
        if self.dialect.draft == Draft::Draft7 && self.members.contains_key("$ref") {
            return self.references();
        }
        let unevaluated = self.dialect.unevaluated && self.dialect.draft != Draft::Draft7;
        let others = |name: &str| if unevaluated { self.members.get(name).copied() } else { None };
        let (members, elements) = (others("unevaluatedProperties"), others("unevaluatedItems"));
        let scoped = (if members.is_some() { kinds::OBJECT } else { 0 }) | (if elements.is_some() { kinds::ARRAY } else { 0 });
        if scoped != 0 {
            self.push(Keyword::False, scoped, Operation::Scope);
        }
        if self.dialect.validation {
            self.types()?;
            self.values()?;
            self.numbers()?;
            self.strings()?;
            self.counts()?;
        }
        self.format()?;
        self.object()?;
        if self.dialect.applicator {
            self.array()?;
            self.dependent_schemas()?;
        }
        self.references()?;
        if self.dialect.applicator {
            self.choices()?;
        }
        if let Some(id) = members {
            let node = self.child(id, Keyword::UnevaluatedProperties)?;
            self.push(Keyword::UnevaluatedProperties, kinds::OBJECT, Operation::OtherMembers(node));
        }
        if let Some(id) = elements {
            let node = self.child(id, Keyword::UnevaluatedItems)?;
            self.push(Keyword::UnevaluatedItems, kinds::ARRAY, Operation::OtherElements(node));
        }
        Ok(())
    }

    fn push(&mut self, keyword: Keyword, kinds: u8, operation: Operation) {
        self.checks.push(Check { keyword, kinds, operation });
    }

    fn json(&self, id: Id) -> &Json {
        self.compiler.resources.tree.at(id)
    }

    fn wrong<T>(&self, id: Id, message: impl Into<String>) -> Result<T> {
        Err(SchemaError::new(self.compiler.resources.tree.pointer(id), message, ""))
    }

    /// The node of a schema inside of this one; `false` there breaks the keyword.
    fn child(&mut self, id: Id, keyword: Keyword) -> Result<Node> {
        match self.json(id) {
            Json::Bool(false) => Ok(self.compiler.never(keyword)),
            Json::Bool(true) => Ok(ANYTHING),
            Json::Object(_) => self.compiler.node(id, self.context),
            _ => self.wrong(id, "a schema is an object, `true` or `false`"),
        }
    }

    fn optional(&mut self, name: &str, keyword: Keyword) -> Result<Option<Node>> {
        self.members.get(name).copied().map(|id| self.child(id, keyword)).transpose()
    }

    fn list(&self, name: &str) -> Result<Option<(Id, Vec<Id>)>> {
        let Some(&id) = self.members.get(name) else { return Ok(None) };
        match self.json(id) {
            Json::Array(list) => Ok(Some((id, list.clone()))),
            _ => self.wrong(id, format!("`{name}` must be a list")),
        }
    }

    /// A list of schemas that must not be empty.
    fn schemas(&mut self, name: &str, keyword: Keyword) -> Result<Option<Vec<Node>>> {
        let Some((id, list)) = self.list(name)? else { return Ok(None) };
        if list.is_empty() {
            return self.wrong(id, format!("`{name}` must not be empty"));
        }
        list.into_iter().map(|id| self.child(id, keyword)).collect::<Result<_>>().map(Some)
    }

    fn map(&self, name: &str) -> Result<Vec<(String, Id)>> {
        let Some(&id) = self.members.get(name) else { return Ok(Vec::new()) };
        match self.json(id) {
            Json::Object(map) => Ok(map.iter().map(|(name, id)| (name.clone(), *id)).collect()),
            _ => self.wrong(id, format!("`{name}` must be an object")),
        }
    }

    fn texts(&self, name: &str, id: Id) -> Result<Vec<String>> {
        let Json::Array(list) = self.json(id) else { return self.wrong(id, format!("`{name}` must be a list of strings")) };
        let text = |&id: &Id| match self.json(id) {
            Json::String(text) => Ok(text.clone()),
            _ => self.wrong(id, format!("`{name}` must be a list of strings")),
        };
        list.iter().map(text).collect()
    }

    fn text(&self, name: &str) -> Result<Option<String>> {
        let Some(&id) = self.members.get(name) else { return Ok(None) };
        match self.json(id) {
            Json::String(text) => Ok(Some(text.clone())),
            _ => self.wrong(id, format!("`{name}` must be a string")),
        }
    }

    fn number(&self, name: &str) -> Result<Option<(Id, Number)>> {
        let Some(&id) = self.members.get(name) else { return Ok(None) };
        let Json::Number(text) = self.json(id) else { return self.wrong(id, format!("`{name}` must be a number")) };
        match Number::read(text) {
            Some(number) => Ok(Some((id, number))),
            None => self.wrong(id, format!("`{name}` is out of all reason")),
        }
    }

    fn count(&self, name: &str) -> Result<Option<u32>> {
        let Some((id, number)) = self.number(name)? else { return Ok(None) };
        match number.count() {
            Some(count) => Ok(Some(count)),
            None => self.wrong(id, format!("`{name}` must be a whole number that is not negative")),
        }
    }

    fn flag(&self, name: &str) -> Result<bool> {
        match self.members.get(name).map(|id| (id, self.json(*id))) {
            None => Ok(false),
            Some((_, Json::Bool(on))) => Ok(*on),
            Some((&id, _)) => self.wrong(id, format!("`{name}` must be `true` or `false`")),
        }
    }

    fn types(&mut self) -> Result {
        let Some(&id) = self.members.get("type") else { return Ok(()) };
        let names = match self.json(id) {
            Json::String(name) => vec![name.clone()],
            _ => self.texts("type", id)?,
        };
        let (mut allowed, mut integers) = (0, false);
        for name in &names {
            allowed |= match name.as_str() {
                "null" => kinds::NULL,
                "boolean" => kinds::BOOL,
                "number" => kinds::NUMBER,
                "integer" => {
                    integers = true;
                    0
                }
                "string" => kinds::STRING,
                "array" => kinds::ARRAY,
                "object" => kinds::OBJECT,
                _ => return self.wrong(id, format!("no type is named `{}`", cut(name))),
            };
        }
        if integers && allowed & kinds::NUMBER == 0 {
            allowed |= kinds::NUMBER;
            self.push(Keyword::Type, kinds::NUMBER, Operation::Integer);
        }
        if allowed != kinds::ALL {
            self.checks.push(fail(Keyword::Type, kinds::ALL & !allowed));
        }
        Ok(())
    }

    fn values(&mut self) -> Result {
        if let Some((_, list)) = self.list("enum")? {
            let checks = self.compiler.values(&list, Keyword::Enum)?;
            self.checks.extend(checks);
        }
        if let Some(&id) = self.members.get("const") {
            let checks = self.compiler.values(&[id], Keyword::Const)?;
            self.checks.extend(checks);
        }
        Ok(())
    }

    fn numbers(&mut self) -> Result {
        for (name, keyword, relation) in [
            ("minimum", Keyword::Minimum, Relation::AtLeast),
            ("maximum", Keyword::Maximum, Relation::AtMost),
            ("exclusiveMinimum", Keyword::ExclusiveMinimum, Relation::Above),
            ("exclusiveMaximum", Keyword::ExclusiveMaximum, Relation::Below),
        ] {
            if let Some((_, number)) = self.number(name)? {
                self.push(keyword, kinds::NUMBER, Operation::Compare(relation, number.text()));
            }
        }
        if let Some((id, number)) = self.number("multipleOf")? {
            if !number.is_positive() {
                return self.wrong(id, "`multipleOf` must be above zero");
            }
            let Some((divisor, exponent)) = number.divisor() else {
                return self.wrong(id, "`multipleOf` must have at most eighteen significant digits");
            };
            self.push(Keyword::MultipleOf, kinds::NUMBER, Operation::Multiple { divisor, exponent });
        }
        Ok(())
    }

    fn strings(&mut self) -> Result {
        if let Some(count) = self.count("minLength")?.filter(|count| *count > 0) {
            self.push(Keyword::MinLength, kinds::STRING, Operation::LengthMin(count));
        }
        if let Some(count) = self.count("maxLength")? {
            self.push(Keyword::MaxLength, kinds::STRING, Operation::LengthMax(count));
        }
        if let Some(pattern) = self.text("pattern")? {
            let automaton = self.automaton(&pattern, self.members["pattern"])?;
            self.push(Keyword::Pattern, kinds::STRING, Operation::Pattern(automaton));
        }
        Ok(())
    }

    fn automaton(&mut self, pattern: &str, id: Id) -> Result<u32> {
        match self.compiler.automaton(pattern) {
            Ok(automaton) => Ok(automaton),
            Err(flaw) => self.wrong(id, format!("the pattern `{}` is refused: {flaw}", cut(pattern))),
        }
    }

    fn counts(&mut self) -> Result {
        for (name, keyword, kinds, least) in [
            ("minItems", Keyword::MinItems, kinds::ARRAY, true),
            ("maxItems", Keyword::MaxItems, kinds::ARRAY, false),
            ("minProperties", Keyword::MinProperties, kinds::OBJECT, true),
            ("maxProperties", Keyword::MaxProperties, kinds::OBJECT, false),
        ] {
            if let Some(count) = self.count(name)? {
                self.push(keyword, kinds, if least { Operation::CountMin(count) } else { Operation::CountMax(count) });
            }
        }
        if self.flag("uniqueItems")? {
            self.push(Keyword::UniqueItems, kinds::ARRAY, Operation::Unique);
        }
        if self.dialect.draft != Draft::Draft7 {
            for (name, id) in self.map("dependentRequired")? {
                let others = self.texts("dependentRequired", id)?;
                self.push(Keyword::DependentRequired, kinds::OBJECT, Operation::Together { name, others });
            }
        }
        Ok(())
    }

    fn format(&mut self) -> Result {
        let Some(name) = self.text("format")? else { return Ok(()) };
        let asserted = self.dialect.format_asserted || (self.compiler.options.formats && self.dialect.validation);
        if asserted && let Some(format) = Format::named(&name) {
            self.push(Keyword::Format, kinds::STRING, Operation::Format(format.number()));
        }
        Ok(())
    }

    /// What belongs to one walk over the members, and `required`, which is counted on it.
    fn object(&mut self) -> Result {
        let mut table: IndexMap<String, Property> = IndexMap::new();
        let (mut patterns, mut others) = (Vec::new(), None);
        if self.dialect.applicator {
            for (name, id) in self.map("properties")? {
                let node = Some(self.child(id, Keyword::Properties)?);
                table.insert(name.clone(), Property { name, node, required: false });
            }
            for (pattern, id) in self.map("patternProperties")? {
                let automaton = self.automaton(&pattern, id)?;
                patterns.push((automaton, self.child(id, Keyword::PatternProperties)?));
            }
            others = self.optional("additionalProperties", Keyword::AdditionalProperties)?;
        }
        if self.dialect.validation
            && let Some(&id) = self.members.get("required")
        {
            for name in self.texts("required", id)? {
                table.entry(name.clone()).or_insert(Property { name, node: None, required: true }).required = true;
            }
        }
        if !table.is_empty() || !patterns.is_empty() || others.is_some() {
            let table = table.into_values().collect();
            self.push(Keyword::Required, kinds::OBJECT, Operation::Members { table, patterns, others });
        }
        if self.dialect.applicator
            && let Some(node) = self.optional("propertyNames", Keyword::PropertyNames)?
        {
            self.push(Keyword::PropertyNames, kinds::OBJECT, Operation::Names(node));
        }
        Ok(())
    }

    fn array(&mut self) -> Result {
        let new = self.dialect.draft == Draft::Draft2020;
        let is_list = self.members.get("items").is_some_and(|id| matches!(self.json(*id), Json::Array(_)));
        let (first, rest) = match (new, is_list) {
            (true, _) => ("prefixItems", Some("items")),
            (false, true) => ("items", Some("additionalItems")),
            (false, false) => ("", Some("items")),
        };
        let prefix = match self.list(first)? {
            Some((_, list)) => list.into_iter().map(|id| self.child(id, Keyword::PrefixItems)).collect::<Result<Vec<_>>>()?,
            None => Vec::new(),
        };
        let rest = rest.map(|name| self.optional(name, Keyword::Items)).transpose()?.flatten();
        if !prefix.is_empty() || rest.is_some() {
            self.push(Keyword::Items, kinds::ARRAY, Operation::Elements { prefix, rest });
        }
        let Some(node) = self.optional("contains", Keyword::Contains)? else { return Ok(()) };
        let counted = self.dialect.draft != Draft::Draft7 && self.dialect.validation;
        let bound = |name| if counted { self.count(name) } else { Ok(None) };
        let (min, max) = (bound("minContains")?.unwrap_or(1), bound("maxContains")?.unwrap_or(NONE));
        self.push(Keyword::Contains, kinds::ARRAY, Operation::Contains { node, min, max, marks: new });
        Ok(())
    }

    fn dependent_schemas(&mut self) -> Result {
        for (name, id) in self.map("dependencies")? {
            if matches!(self.json(id), Json::Array(_)) {
                let others = self.texts("dependencies", id)?;
                self.push(Keyword::DependentRequired, kinds::OBJECT, Operation::Together { name, others });
                continue;
            }
            let node = self.child(id, Keyword::Dependencies)?;
            self.push(Keyword::Dependencies, kinds::OBJECT, Operation::WhenPresent { name, node });
        }
        if self.dialect.draft != Draft::Draft7 {
            for (name, id) in self.map("dependentSchemas")? {
                let node = self.child(id, Keyword::DependentSchemas)?;
                self.push(Keyword::DependentSchemas, kinds::OBJECT, Operation::WhenPresent { name, node });
            }
        }
        Ok(())
    }

    fn references(&mut self) -> Result {
        if let Some(reference) = self.text("$ref")? {
            let target = self.compiler.resources.resolve(self.id, &reference)?;
            self.refer(target)?;
        }
        let (name, is_dynamic) = match self.dialect.draft {
            Draft::Draft7 => return Ok(()),
            Draft::Draft2019 => ("$recursiveRef", false),
            Draft::Draft2020 => ("$dynamicRef", true),
        };
        let Some(reference) = self.text(name)? else { return Ok(()) };
        let resources = &mut self.compiler.resources;
        let first = resources.resolve(self.id, &reference)?;
        let anchor = if is_dynamic { split_fragment(&reference).1.unwrap_or_default() } else { RECURSIVE };
        // only what is dynamic itself is looked for further out
        let is_anchored = resources.get(resources.owner(first)).dynamic.get(anchor) == Some(&first);
        let outermost = self.compiler.contexts[self.context].get(anchor).copied();
        self.refer(outermost.filter(|_| is_anchored).unwrap_or(first))
    }

    fn refer(&mut self, target: Id) -> Result {
        let node = self.child(target, Keyword::Reference)?;
        self.push(Keyword::Reference, kinds::ALL, Operation::All(node));
        Ok(())
    }

    fn choices(&mut self) -> Result {
        for node in self.schemas("allOf", Keyword::AllOf)?.unwrap_or_default() {
            self.push(Keyword::AllOf, kinds::ALL, Operation::All(node));
        }
        if let Some(nodes) = self.schemas("anyOf", Keyword::AnyOf)? {
            self.push(Keyword::AnyOf, kinds::ALL, Operation::Any { nodes, apart: false });
        }
        if let Some(nodes) = self.schemas("oneOf", Keyword::OneOf)? {
            self.push(Keyword::OneOf, kinds::ALL, Operation::One(nodes));
        }
        if let Some(node) = self.optional("not", Keyword::Not)? {
            self.push(Keyword::Not, kinds::ALL, Operation::Not(node));
        }
        let Some(condition) = self.optional("if", Keyword::False)? else { return Ok(()) };
        let (then, otherwise) = (self.optional("then", Keyword::Then)?, self.optional("else", Keyword::Else)?);
        self.push(Keyword::False, kinds::ALL, Operation::If { condition, then, otherwise });
        Ok(())
    }
}

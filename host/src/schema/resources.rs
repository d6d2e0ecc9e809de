//! Documents and what may be referred to in them: resources by URI, anchors, JSON Pointers.

use std::{collections::HashMap, ops::Range};

use indexmap::IndexMap;

use super::{
    SchemaError,
    dialect::{Children, Dialect, Draft},
    error::cut,
    json::{Id, Json, Tree},
    meta, uri,
};

/// A schema resource (JSON Schema core §4.3.5) by its index.
pub(super) type ResourceId = usize;

/// A schema with a URI of its own.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) uri: String,
    pub(super) root: Id,
    pub(super) dialect: Dialect,
    anchors: HashMap<String, Id>,
    /// `$dynamicAnchor`; under an empty name the root with `$recursiveAnchor`.
    pub(super) dynamic: IndexMap<String, Id>,
}

/// All that is known.
#[derive(Debug)]
pub(super) struct Resources {
    pub(super) tree: Tree,
    list: Vec<Resource>,
    by_uri: HashMap<String, ResourceId>,
    /// Documents that were given, read or not.
    given: HashMap<String, String>,
    /// URIs of documents that are being read.
    reading: Vec<String>,
    owners: HashMap<Id, ResourceId>,
    default: Draft,
}

/// The name under which `$recursiveAnchor` is kept; no anchor has it.
pub(super) const RECURSIVE: &str = "";

impl Resources {
    pub(super) fn new(default: Draft) -> Self {
        Self {
            tree: Tree::default(),
            list: Vec::new(),
            by_uri: HashMap::new(),
            given: HashMap::new(),
            reading: Vec::new(),
            owners: HashMap::new(),
            default,
        }
    }

    /// Keeps a document under a URI, for when something refers to it.
    pub(super) fn keep(&mut self, uri: &str, text: String) {
        self.given.insert(uri::split_fragment(uri).0.to_owned(), text);
    }

    pub(super) fn get(&self, resource: ResourceId) -> &Resource {
        &self.list[resource]
    }

    /// The resource that a schema belongs to.
    pub(super) fn owner(&self, id: Id) -> ResourceId {
        self.owners.get(&id).copied().unwrap_or(0)
    }

    /// Reads a document that is retrieved by this URI.
    pub(super) fn read(&mut self, uri: &str, text: &str) -> Result<Id, SchemaError> {
        let root = self.tree.read(text)?;
        let dialect = Dialect::whole(self.default);
        self.reading.push(uri.to_owned());
        let read = self.resource(root, uri, dialect, true);
        self.reading.pop();
        read.map(|()| root)
    }

    /// Nothing refers to these resources any more: other schemas may have the same names.
    pub(super) fn close(&mut self, resources: Range<ResourceId>) {
        self.by_uri.retain(|_, resource| !resources.contains(resource));
    }

    /// How much is known.
    pub(super) fn extent(&self) -> (usize, usize) {
        (self.list.len(), self.tree.len())
    }

    /// Forgets what became known since.
    pub(super) fn forget(&mut self, (resources, values): (usize, usize)) {
        self.by_uri.retain(|_, resource| *resource < resources);
        self.owners.retain(|_, resource| *resource < resources);
        self.list.truncate(resources);
        self.tree.truncate(values);
    }

    /// A new resource whose root is `id`, in the scope of `base` and a dialect; one that was retrieved is known by `base` as well.
    fn resource(&mut self, id: Id, base: &str, around: Dialect, retrieved: bool) -> Result<(), SchemaError> {
        let metaschema = self.tree.member(id, "$schema").and_then(|schema| self.tree.text(schema)).map(str::to_owned);
        let dialect = match metaschema {
            Some(metaschema) => self.dialect(id, &metaschema)?,
            None => around,
        };
        let own = self.own_uri(id, dialect).map(|own| uri::resolve(base, uri::split_fragment(own).0));
        let name = own.unwrap_or_else(|| base.to_owned());
        let index = self.list.len();
        if self.by_uri.get(&name).is_some_and(|&other| self.list[other].root != id) {
            let message = format!("two schemas have the URI `{}`", cut(&name));
            return Err(SchemaError::new(self.tree.pointer(id), message, "give each its own `$id`"));
        }
        self.by_uri.insert(name.clone(), index);
        if retrieved {
            self.by_uri.entry(base.to_owned()).or_insert(index);
        }
        let (anchors, dynamic) = (HashMap::new(), IndexMap::new());
        self.list.push(Resource { uri: name, root: id, dialect, anchors, dynamic });
        self.scan(id, index, true)
    }

    /// `$id`, if it names a resource.
    fn own_uri(&self, id: Id, dialect: Dialect) -> Option<&str> {
        // a reference hides what stands beside it
        if dialect.draft == Draft::Draft7 && self.tree.member(id, "$ref").is_some() {
            return None;
        }
        let own = self.tree.text(self.tree.member(id, "$id")?)?;
        (!uri::split_fragment(own).0.is_empty()).then_some(own)
    }

    /// Notes what can be referred to in a schema and those that it holds.
    fn scan(&mut self, id: Id, resource: ResourceId, is_root: bool) -> Result<(), SchemaError> {
        let Some(members) = self.tree.object(id) else {
            self.owners.insert(id, resource);
            return Ok(());
        };
        let dialect = self.list[resource].dialect;
        if !is_root && self.own_uri(id, dialect).is_some() {
            let base = self.list[resource].uri.clone();
            return self.embedded(id, &base, dialect);
        }
        self.owners.insert(id, resource);
        let children: Vec<Id> =
            members.iter().flat_map(|(keyword, &value)| self.children(dialect.children(keyword), value)).collect();
        self.anchors(id, resource, is_root)?;
        children.into_iter().try_for_each(|child| match self.owners.contains_key(&child) {
            true => Ok(()),
            false => self.scan(child, resource, false),
        })
    }

    fn embedded(&mut self, id: Id, base: &str, dialect: Dialect) -> Result<(), SchemaError> {
        let own = self.own_uri(id, dialect).unwrap_or_default();
        let name = uri::resolve(base, uri::split_fragment(own).0);
        if name == base {
            let message = format!("the URI `{}` is the one of the schema around it", cut(&name));
            return Err(SchemaError::new(self.tree.pointer(id), message, "give each its own `$id`"));
        }
        self.resource(id, base, dialect, false)
    }

    fn anchors(&mut self, id: Id, resource: ResourceId, is_root: bool) -> Result<(), SchemaError> {
        let text = |name: &str| self.tree.member(id, name).and_then(|value| self.tree.text(value)).map(str::to_owned);
        let draft = self.list[resource].dialect.draft;
        let (fixed, dynamic) = match draft {
            Draft::Draft7 if text("$ref").is_some() => (None, None),
            Draft::Draft7 => {
                let fragment = text("$id").and_then(|own| uri::split_fragment(&own).1.map(str::to_owned));
                (fragment.filter(|fragment| !fragment.is_empty()), None)
            }
            Draft::Draft2019 => (text("$anchor"), None),
            Draft::Draft2020 => (text("$anchor"), text("$dynamicAnchor")),
        };
        let recursive =
            || self.tree.member(id, "$recursiveAnchor").is_some_and(|on| matches!(self.tree.at(on), Json::Bool(true)));
        if draft == Draft::Draft2019 && is_root && recursive() {
            self.list[resource].dynamic.insert(RECURSIVE.to_owned(), id);
        }
        for name in fixed.iter().chain(&dynamic) {
            if self.list[resource].anchors.insert(name.clone(), id).is_some_and(|other| other != id) {
                let message = format!("two schemas have the anchor `{}`", cut(name));
                return Err(SchemaError::new(self.tree.pointer(id), message, ""));
            }
        }
        if let Some(name) = dynamic {
            self.list[resource].dynamic.insert(name, id);
        }
        Ok(())
    }

    /// The schemas that stand in the value of a keyword.
    pub(super) fn children(&self, children: Children, value: Id) -> Vec<Id> {
        match (children, self.tree.at(value)) {
            (Children::List | Children::OneOrList, Json::Array(list)) => list.clone(),
            (Children::One | Children::OneOrList, Json::Object(_) | Json::Bool(_)) => vec![value],
            (Children::Map, Json::Object(map)) => map.values().copied().collect(),
            (Children::MapOrLists, Json::Object(map)) => {
                let lists = |id: &Id| !matches!(self.tree.at(*id), Json::Array(_));
                map.values().copied().filter(lists).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The dialect that a metaschema describes.
    pub(super) fn dialect(&mut self, id: Id, metaschema: &str) -> Result<Dialect, SchemaError> {
        if let Some(draft) = Draft::of_metaschema(metaschema) {
            return Ok(Dialect::whole(draft));
        }
        let unknown = |tree: &Tree| {
            let message = format!("the dialect `{}` is not known", cut(metaschema));
            SchemaError::new(tree.pointer(id), message, "known are 2020-12, 2019-09 and draft-07, and metaschemas that are given")
        };
        let name = uri::split_fragment(metaschema).0;
        // a metaschema that describes itself has no draft
        let described = match self.by_uri.get(name) {
            Some(&resource) => Some(self.list[resource].root),
            None if self.reading.iter().any(|uri| uri == name) => None,
            None => match self.given.get(name).cloned() {
                Some(text) => Some(self.read(name, &text)?),
                None => None,
            },
        };
        let root = described.ok_or_else(|| unknown(&self.tree))?;
        let around = self.list[self.owner(root)].dialect;
        let Some(named) = self.tree.member(root, "$vocabulary").and_then(|named| self.tree.object(named)) else {
            return Ok(Dialect::whole(around.draft));
        };
        let named = named.iter().map(|(uri, on)| (uri.as_str(), matches!(self.tree.at(*on), Json::Bool(true))));
        Dialect::of_vocabularies(around.draft, named).map_err(|vocabulary| {
            let message = format!("the vocabulary `{}` is not known", cut(vocabulary));
            SchemaError::new(self.tree.pointer(root), message, "")
        })
    }

    /// What a reference in a schema leads to.
    pub(super) fn resolve(&mut self, from: Id, reference: &str) -> Result<Id, SchemaError> {
        let (name, fragment) = uri::split_fragment(reference);
        let name = uri::resolve(&self.list[self.owner(from)].uri, name);
        let nowhere = |this: &Self, why: &str| {
            let message = format!("`{}` leads nowhere: {why}", cut(reference));
            SchemaError::new(this.tree.pointer(from), message, "")
        };
        let Some(resource) = self.find(&name)? else {
            return Err(nowhere(self, "no document with this URI was given, and none is fetched"));
        };
        let root = self.list[resource].root;
        let Some(fragment) = uri::decode(fragment.unwrap_or_default()) else {
            return Err(nowhere(self, "its fragment is not UTF-8"));
        };
        if fragment.is_empty() {
            return Ok(root);
        }
        let Some(pointer) = fragment.strip_prefix('/') else {
            let anchor = self.list[resource].anchors.get(&fragment).copied();
            return anchor.ok_or_else(|| nowhere(self, "no schema has this anchor"));
        };
        let mut here = root;
        for token in pointer.split('/') {
            let token = token.replace("~1", "/").replace("~0", "~");
            here = self.tree.step(here, &token).ok_or_else(|| nowhere(self, "there is no such value"))?;
        }
        if !self.owners.contains_key(&here) {
            // a schema where none is expected: under an unknown keyword
            let mut around = self.tree.above(here);
            while let Some(id) = around.filter(|id| !self.owners.contains_key(id)) {
                around = self.tree.above(id);
            }
            let resource = around.map_or(resource, |id| self.owner(id));
            self.scan(here, resource, false)?;
        }
        Ok(here)
    }

    fn find(&mut self, name: &str) -> Result<Option<ResourceId>, SchemaError> {
        if let Some(&resource) = self.by_uri.get(name) {
            return Ok(Some(resource));
        }
        let text = match self.given.get(name).cloned() {
            Some(text) => text,
            None => match meta::document(name) {
                Some(text) => text,
                None => return Ok(None),
            },
        };
        let root = self.read(name, &text).map_err(|error| {
            let message = format!("in `{}`: {}", cut(name), error.message);
            SchemaError::new(error.pointer, message, error.remedy)
        })?;
        Ok(Some(self.owner(root)))
    }
}

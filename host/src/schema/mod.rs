//! JSON Schema to programs for the machine of `adarga_core::schema`.
//!
//! Dialects 2020-12, 2019-09 and draft-07, by `$schema` or as asked for, and metaschemas that choose among their vocabularies.
//! References lead to what was given ([`Compiler::document`]) and to the metaschemas; nothing is fetched. A dynamic reference is
//! resolved while compiling: a schema is compiled once for each set of dynamic anchors that it can be reached under.
//!
//! Refused, with the place and the reason: what the metaschema doesn't allow where it would change the meaning, unknown dialects,
//! patterns that no automaton decides, schemas that refer to themselves about the same value, and what is too large.

pub(crate) mod archive;
mod automaton;
mod build;
mod dialect;
mod emit;
mod error;
mod ir;
mod json;
mod measure;
mod memory;
mod meta;
mod number;
mod pattern;
mod resources;
mod simplify;
mod uri;
mod values;

use std::collections::{BTreeMap, HashMap};

use adarga_core::schema::{Keyword, Schemas};
use indexmap::{IndexMap, IndexSet};
use rkyv::rancor::Error;

use dialect::Draft;
pub use error::SchemaError;
use ir::{Check, Node, kinds};
use json::Id;
pub use memory::SchemaMemory;
use resources::Resources;

/// Most nodes of all schemas together.
const NODES_MAX: usize = 1 << 16;

/// What schemas mean where they don't say it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether `format` has to hold; otherwise it only tells.
    pub formats: bool,
    /// The metaschema of schemas without `$schema`; 2020-12 where it is absent.
    pub dialect: Option<String>,
}

/// Compiles schemas that are used together; they share what they have in common.
#[derive(Debug)]
pub struct Compiler {
    options: Options,
    resources: Resources,
    nodes: Vec<Vec<Check>>,
    /// The node of a schema in a dynamic scope.
    states: HashMap<(Id, usize), Node>,
    open: Vec<(Node, Id, usize)>,
    /// Dynamic scopes: what each dynamic anchor means in them.
    contexts: IndexSet<BTreeMap<String, Id>>,
    nevers: HashMap<Keyword, Node>,
    equals: HashMap<(Id, Keyword), Node>,
    automata: IndexMap<String, archive::Dfa>,
    roots: Vec<Node>,
}

/// Compiled schemas: the bytes of one section of an image.
#[derive(Clone, Debug)]
pub struct Compiled {
    bytes: Vec<u8>,
}

impl Compiler {
    /// Nothing is known but the metaschemas.
    ///
    /// # Errors
    /// When the dialect of the options is not a known one.
    pub fn new(options: Options) -> Result<Self, SchemaError> {
        let draft = match &options.dialect {
            None => Draft::Draft2020,
            Some(uri) => Draft::of_metaschema(uri).ok_or_else(|| {
                let message = format!("the dialect `{}` is not known", error::cut(uri));
                SchemaError::new("", message, "known are 2020-12, 2019-09 and draft-07")
            })?,
        };
        Ok(Self {
            options,
            resources: Resources::new(draft),
            nodes: vec![Vec::new()],
            states: HashMap::new(),
            open: Vec::new(),
            contexts: IndexSet::from([BTreeMap::new()]),
            nevers: HashMap::new(),
            equals: HashMap::new(),
            automata: IndexMap::new(),
            roots: Vec::new(),
        })
    }

    /// Gives a document that schemas may refer to by this URI. It is read when one does.
    pub fn document(&mut self, uri: &str, text: impl Into<String>) {
        self.resources.keep(uri, text.into());
    }

    /// Compiles a schema and gives its index among the [`Compiled`] ones.
    ///
    /// # Errors
    /// The first thing that is wrong with it, or with what it refers to.
    pub fn schema(&mut self, text: &str) -> Result<u32, SchemaError> {
        let (before, extent) = (self.nodes.len(), self.resources.extent());
        let root = self.compile(text).inspect_err(|_| {
            // what was begun is no node, and no document
            self.resources.forget(extent);
            self.open.clear();
            self.states.retain(|_, node| *node < before);
            self.nevers.retain(|_, node| *node < before);
            self.equals.retain(|_, node| *node < before);
            self.nodes.truncate(before);
        })?;
        self.roots.push(root);
        Ok(u32::try_from(self.roots.len() - 1).unwrap_or(u32::MAX))
    }

    fn compile(&mut self, text: &str) -> Result<Node, SchemaError> {
        // a name of its own that relative references can start from
        let uri = format!("adarga:schema/{}/", self.roots.len());
        let (first, _) = self.resources.extent();
        let id = self.resources.read(&uri, text)?;
        let (next, _) = self.resources.extent();
        let root = self.node(id, 0)?;
        while let Some((node, id, context)) = self.open.pop() {
            self.nodes[node] = self.read(id, context)?;
        }
        self.refuse_cycles(root)?;
        self.resources.close(first..next);
        Ok(root)
    }

    /// The node of a schema that is reached in a dynamic scope.
    fn node(&mut self, id: Id, context: usize) -> Result<Node, SchemaError> {
        let context = self.entered(id, context);
        if let Some(&node) = self.states.get(&(id, context)) {
            return Ok(node);
        }
        let node = self.nodes.len();
        if node >= NODES_MAX {
            return Err(SchemaError::new(self.resources.tree.pointer(id), "the schemas are too large", ""));
        }
        self.nodes.push(Vec::new());
        self.states.insert((id, context), node);
        self.open.push((node, id, context));
        Ok(node)
    }

    /// The dynamic scope inside of the resource of a schema: the outermost meaning of an anchor stays.
    fn entered(&mut self, id: Id, context: usize) -> usize {
        let dynamic = &self.resources.get(self.resources.owner(id)).dynamic;
        let known = &self.contexts[context];
        if dynamic.keys().all(|name| known.contains_key(name)) {
            return context;
        }
        let mut inner = known.clone();
        for (name, id) in dynamic {
            inner.entry(name.clone()).or_insert(*id);
        }
        self.contexts.insert_full(inner).0
    }

    /// The node that no value passes, for a keyword to blame.
    fn never(&mut self, keyword: Keyword) -> Node {
        *self.nevers.entry(keyword).or_insert_with(|| {
            self.nodes.push(vec![build::fail(keyword, kinds::ALL)]);
            self.nodes.len() - 1
        })
    }

    /// The number of a pattern's automaton.
    fn automaton(&mut self, pattern: &str) -> Result<u32, String> {
        let index = match self.automata.get_index_of(pattern) {
            Some(index) => index,
            None => self.automata.insert_full(pattern.to_owned(), automaton::compile(pattern)?).0,
        };
        u32::try_from(index).map_err(|_| "there are too many".to_owned())
    }

    /// Whether `format` has to hold in the schemas that are compiled from now on.
    pub fn assert_formats(&mut self, asserted: bool) {
        self.options.formats = asserted;
    }

    /// The programs of all schemas, for an image that holds more than them.
    pub(crate) fn into_schemas(mut self) -> archive::Schemas {
        self.simplify();
        emit::Emitter::new(&self.nodes).write(&self.roots, self.automata.into_values().collect())
    }

    /// Writes the programs of all schemas.
    ///
    /// # Errors
    /// When they don't fit an image.
    pub fn finish(self) -> Result<Compiled, SchemaError> {
        let schemas = self.into_schemas();
        let bytes = rkyv::to_bytes::<Error>(&schemas).map_err(|_| SchemaError::new("", "the schemas are too large", ""))?;
        Ok(Compiled { bytes: bytes.to_vec() })
    }
}

impl Compiled {
    /// What [`Compiled::bytes`] gave, or other bytes, which are checked where they are read.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }

    /// The bytes, as a section of an image holds them.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What the machine runs.
    #[must_use]
    pub fn schemas(&self) -> Option<&Schemas> {
        Schemas::open(&self.bytes)
    }
}

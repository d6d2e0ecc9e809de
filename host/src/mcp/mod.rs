//! The shapes of MCP messages: what each type of each revision has to look like, as programs of the schema machine.
//!
//! `shapes.txt` is the project's own record of names, types and required members; a test compares it with the published schemas
//! where they lie beside the checkout. Members that a type doesn't name are fine, as MCP says.

mod notation;

use std::collections::HashMap;

use adarga_core::{Revision, schema::Schema};
use serde_json::{Map, Value, json};

use crate::schema::{Compiled, Compiler, Options, SchemaError};

const TABLE: &str = include_str!("shapes.txt");

/// The types of one revision.
#[derive(Debug)]
pub struct Shapes {
    compiled: Compiled,
    names: HashMap<String, u32>,
}

/// The types of a revision by name, as JSON Schema 2020-12 whose references are `#/$defs/Name`.
///
/// # Errors
/// When the table is not in its notation, which the tests rule out.
pub fn types(revision: Revision) -> Result<Map<String, Value>, SchemaError> {
    let name = revision.name();
    let types = notation::types(TABLE, name).map_err(|flaw| SchemaError::whole(format!("in the shapes of {name}: {flaw}")))?;
    types.ok_or_else(|| SchemaError::whole(format!("there are no shapes of {name}")))
}

impl Shapes {
    /// Compiles the types of a revision.
    ///
    /// # Errors
    /// When the table is not in its notation or names a type that it lacks, which the tests rule out.
    pub fn of(revision: Revision) -> Result<Self, SchemaError> {
        const URI: &str = "adarga:mcp";
        let types = types(revision)?;
        let mut compiler = Compiler::new(Options::default())?;
        compiler.document(URI, json!({ "$defs": types }).to_string());
        let mut names = HashMap::new();
        for name in types.keys() {
            let index = compiler.schema(&json!({ "$ref": format!("{URI}#/$defs/{name}") }).to_string())?;
            names.insert(name.clone(), index);
        }
        Ok(Self { compiled: compiler.finish()?, names })
    }

    /// The schema of a type, by its name in the revision's specification.
    #[must_use]
    pub fn schema(&self, name: &str) -> Option<Schema<'_>> {
        self.compiled.schemas()?.schema(*self.names.get(name)?)
    }
}

//! JSON Schema, and the shapes of MCP's messages.

use adarga_core::{
    Reason, Revision,
    json::{self, Document, write_pointer},
    schema::{self, Verdict},
    write::Out,
};
use adarga_host::{
    mcp,
    memory::Memory,
    schema::{Compiled, Compiler, Options, SchemaError, SchemaMemory},
};
use pyo3::{exceptions::PyValueError, prelude::*};

use crate::{bytes::Bytes, data::values_of, error, message::LIMITS};

/// A JSON Schema (2020-12, 2019-09 or draft-07), compiled once. `bundle` are documents it may refer to, by their URI; nothing is
/// fetched.
///
/// Raises `ValueError` for a schema that can't be compiled.
///
/// >>> import adarga
/// >>> schema = adarga.Schema('{"properties": {"age": {"type": "integer", "maximum": 120}}}')
/// >>> schema.check(b'{"age": 130}')
/// '/age'
/// >>> schema.check(b'{"age": 30}') is None
/// True
#[pyclass(frozen, module = "adarga")]
pub(crate) struct Schema(Compiled);

#[pymethods]
impl Schema {
    #[new]
    #[pyo3(signature = (schema, *, formats = true, dialect = None, bundle = Vec::new()))]
    fn new(
        py: Python<'_>,
        schema: &str,
        formats: bool,
        dialect: Option<String>,
        bundle: Vec<(String, String)>,
    ) -> PyResult<Self> {
        let compiled = py.detach(|| {
            let mut compiler = Compiler::new(Options { formats, dialect })?;
            for (id, text) in &bundle {
                compiler.document(id, text);
            }
            compiler.schema(schema)?;
            compiler.finish()
        });
        compiled.map(Self).map_err(|error: SchemaError| PyValueError::new_err(format!("`schema`: {error}")))
    }

    /// The JSON Pointer of the first culprit of a JSON text; `None` when there is none.
    ///
    /// Raises `Denied` for what is no strict JSON, and for what can't be judged within the budget of its size.
    fn check(&self, py: Python<'_>, data: Bytes<'_>) -> PyResult<Option<String>> {
        let schema = self.0.schemas().and_then(|schemas| schemas.schema(0));
        judge(py, schema.ok_or_else(|| error::said("the schema can't be read back"))?, data.get())
    }
}

/// The shapes of the messages of one revision of MCP, by the names of its published schema.
#[pyclass(frozen, module = "adarga")]
pub(crate) struct Shapes(mcp::Shapes);

#[pymethods]
impl Shapes {
    #[new]
    fn new(py: Python<'_>, revision: &str) -> PyResult<Self> {
        let revision = Revision::from_name(revision.as_bytes()).ok_or_else(|| PyValueError::new_err("unknown `revision`"))?;
        py.detach(|| mcp::Shapes::of(revision)).map(Self).map_err(error::said)
    }

    /// As `Schema.check`, for a type such as `"CallToolRequestParams"`.
    fn check(&self, py: Python<'_>, definition: &str, data: Bytes<'_>) -> PyResult<Option<String>> {
        let schema = self.0.schema(definition).ok_or_else(|| PyValueError::new_err("unknown `definition`"))?;
        judge(py, schema, data.get())
    }
}

fn judge(py: Python<'_>, schema: schema::Schema<'_>, data: &[u8]) -> PyResult<Option<String>> {
    py.detach(|| {
        let mut memory = Memory::for_limits(values_of(data), u32::try_from(data.len()).unwrap_or(u32::MAX));
        let mut scratch = memory.scratch();
        let parsed = json::parse(data, LIMITS, &mut scratch).map_err(|refusal| refusal.reason)?;
        let document = Document::new(data, &scratch, parsed);
        let values = u32::try_from(data.len() + 1).unwrap_or(u32::MAX);
        let mut memory = SchemaMemory::new(schema.needs(values, LIMITS.depth_max), 0);
        match schema.check(document.root(), &mut memory.memory()) {
            Verdict::Valid => Ok(None),
            Verdict::Stopped(_) => Err(Reason::ArgumentsBudget),
            Verdict::Invalid(culprit, _) => {
                let mut pointer = vec![0; data.len() * 2 + 64];
                let mut out = Out::new(&mut pointer);
                write_pointer(document, culprit.at, &mut out);
                let pointer = out.finish().map_err(|_| Reason::ArgumentsBudget)?;
                Ok(Some(String::from_utf8_lossy(pointer).into_owned()))
            }
        }
    })
    .map_err(|reason| error::denied(py, reason))
}

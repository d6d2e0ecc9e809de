//! JSON Schemas, compiled when they are needed.

use std::{
    collections::BTreeMap,
    fmt::Display,
    sync::{Arc, Mutex, PoisonError},
};

use adarga_core::{
    json::{self, Document, write_pointer},
    reason::Reason,
    revision::Revision,
    schema::{Schema, Verdict},
    write::Out,
};
use adarga_host::{
    mcp::Shapes,
    schema::{Compiled, Compiler, Options, SchemaMemory},
};

use crate::{
    grow::read,
    host::{explain, give, given, no_error, take_back},
    json::adarga_limits,
    memory::{adarga_buffer, adarga_output, adarga_view, list, output, pointer_mut},
    reason::revision,
    status::{ADARGA_ERROR_ABSENT, ADARGA_ERROR_LENGTH, ADARGA_ERROR_ROOM, ADARGA_ERROR_VALUE, Status, answer},
    work::scratch,
};

/// A compiled JSON Schema (2020-12, 2019-09, draft 7). Read-only, shared by all threads.
pub struct adarga_schema {
    program: Program,
}

enum Program {
    Own(Compiled),
    Shape(Arc<Shapes>, String),
}

impl Program {
    fn schema(&self) -> Option<Schema<'_>> {
        match self {
            Self::Own(compiled) => compiled.schemas()?.schema(0),
            Self::Shape(shapes, name) => shapes.schema(name),
        }
    }
}

/// A schema, or a document that one refers to.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct adarga_schema_source {
    /// The URI that it is referred to by; of the schema itself nothing is asked.
    pub id: adarga_view,
    /// Its JSON text.
    pub text: adarga_view,
}

/// Compiles a schema: the first of `sources`; the others are what it may refer to, and nothing is fetched. `dialect` is the URI of the
/// metaschema where the schema names none, or absent; `formats` not 0 asserts formats. `error` may be NULL.
///
/// Owner: `*schema` is the caller's until `adarga_schema_close`. Failure: `*schema` is NULL; `error` says what is wrong, and where.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_schema_compile(
    sources: *const adarga_schema_source,
    count: usize,
    dialect: adarga_view,
    formats: u32,
    schema: *mut *mut adarga_schema,
    error: *mut adarga_output,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            *pointer_mut(schema)? = std::ptr::null_mut();
            no_error(error)?;
            let (first, others) = list(sources, count)?.split_first().ok_or(Status(ADARGA_ERROR_VALUE))?;
            let wrong = |what: &dyn Display| explain(error, what);
            let dialect = dialect.present()?.map(|_| dialect.text()).transpose()?.map(str::to_owned);
            let mut compiler = Compiler::new(Options { formats: formats != 0, dialect }).map_err(|what| wrong(&what))?;
            for source in others {
                compiler.document(source.id.text()?, source.text.text()?);
            }
            compiler.schema(first.text.text()?).map_err(|what| wrong(&what))?;
            give(schema, adarga_schema { program: Program::Own(compiler.finish().map_err(|what| wrong(&what))?) })
        }
    })
}

/// The shapes that were asked for, compiled once each.
static SHAPES: Mutex<BTreeMap<Revision, Arc<Shapes>>> = Mutex::new(BTreeMap::new());

/// Gives the schema of a type of the Model Context Protocol, such as `CallToolRequestParams`, in a revision, such as 20260728.
///
/// Owner: as of `adarga_schema_compile`. Threads: any number. Failure: `*schema` is NULL; ADARGA_ERROR_ABSENT for an unknown type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_schema_of_type(revision_: u32, name: adarga_view, schema: *mut *mut adarga_schema) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            *pointer_mut(schema)? = std::ptr::null_mut();
            let (revision, name) = (revision(revision_)?, name.text()?);
            let mut known = SHAPES.lock().unwrap_or_else(PoisonError::into_inner);
            let shapes = match known.get(&revision) {
                Some(shapes) => shapes.clone(),
                None => {
                    let shapes = Arc::new(Shapes::of(revision).map_err(|_| Status(ADARGA_ERROR_ABSENT))?);
                    known.insert(revision, shapes.clone());
                    shapes
                }
            };
            drop(known);
            shapes.schema(name).ok_or(Status(ADARGA_ERROR_ABSENT))?;
            give(schema, adarga_schema { program: Program::Shape(shapes, name.to_owned()) })
        }
    })
}

/// Judges a JSON text by a schema. `memory` is what `adarga_scratch_size_of` says for `limits`. `reason` becomes ADARGA_REASON_ALLOWED,
/// ADARGA_REASON_ARGUMENTS_SCHEMA, _BUDGET, or why the text is no JSON. `pointer`, which may be NULL, gets the JSON Pointer (RFC 6901) of the
/// first culprit.
///
/// Threads: any number, each with its memory. Failure: `reason` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_schema_check(
    schema: *const adarga_schema,
    text: adarga_view,
    limits: *const adarga_limits,
    memory: adarga_buffer,
    pointer: *mut adarga_output,
    reason: *mut u16,
) -> i32 {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe {
            let reason = pointer_mut(reason)?;
            *reason = 0;
            no_error(pointer)?;
            let (schema, sizes) = (given(schema)?.program.schema().ok_or(Status(ADARGA_ERROR_ABSENT))?, read(limits)?);
            memory.apart(text)?;
            let (bytes, limits) = (text.bytes()?, sizes.limits()?);
            let mut scratch = scratch(memory, sizes.values_max, sizes.input_max, [0; 2])?;
            let parsed = match json::parse(bytes, limits, &mut scratch) {
                Ok(parsed) => parsed,
                Err(refusal) => {
                    *reason = refusal.reason.number();
                    return Ok(());
                }
            };
            let document = Document::new(bytes, &scratch, parsed);
            let values = u32::try_from(bytes.len()).ok().and_then(|len| len.checked_add(1)).ok_or(Status(ADARGA_ERROR_LENGTH))?;
            let mut needed = SchemaMemory::new(schema.needs(values, limits.depth_max), 0);
            let said = match schema.check(document.root(), &mut needed.memory()) {
                Verdict::Valid => Reason::Allowed,
                Verdict::Stopped(_) => Reason::ArgumentsBudget,
                Verdict::Invalid(culprit, _) => {
                    if !pointer.is_null() {
                        output(pointer, &[text, memory.view()], |into| {
                            let mut out = Out::new(into);
                            write_pointer(document, culprit.at, &mut out);
                            out.finish().map(<[u8]>::len).map_err(|_| (Status(ADARGA_ERROR_ROOM), bytes.len() * 2 + 64))
                        })?;
                    }
                    Reason::ArgumentsSchema
                }
            };
            *reason = said.number();
        }
        Ok(())
    })
}

/// Gives a schema back. NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adarga_schema_close(schema: *mut adarga_schema) {
    answer(|| {
        // SAFETY: the contract of the header
        unsafe { take_back(schema) };
        Ok(())
    });
}

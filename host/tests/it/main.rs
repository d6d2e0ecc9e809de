//! Tests of `adarga-host` from outside: one binary, one module a subject.

mod bad_policies;
mod good_policies;
mod hostile_policies;
mod schema;
mod semantic_errors;
mod suggest;

//! Tests of `adarga-host` from outside: one binary, one module a subject.

mod bad_policies;
mod compile;
mod good_policies;
mod hostile_policies;
mod readme;
mod schema;
mod semantic_errors;
mod suggest;

//! Tests of `adarga-host` from outside: one binary, one module a subject.

mod bad_policies;
mod compile;
mod good_policies;
mod hostile_policies;
mod keys;
mod readme;
mod schema;
mod semantic_errors;
mod signature_alloc;
mod signature_forged;
mod signature_jws;
mod signature_support;
mod signature_tables;
mod signature_wycheproof;
mod suggest;

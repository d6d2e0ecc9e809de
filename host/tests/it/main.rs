//! Tests of `adarga-host` from outside: one binary, one module a subject.

mod bad_policies;
mod compile;
mod corpora;
mod good_policies;
mod hostile_policies;
mod keys;
#[cfg(target_os = "linux")]
mod keys_wiped;
mod pem;
mod readme;
mod schema;
mod semantic_errors;
mod signature_attacks;
mod signature_forged;
mod signature_jws;
mod signature_support;
mod signature_wycheproof;
mod suggest;

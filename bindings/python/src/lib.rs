//! The module `adarga._adarga`: what the package `adarga` is made of. [`gate`] is the whole decision, the other modules are single
//! layers, and each calls the very function of core that a decision calls.
//!
//! Every class is frozen and may be used by many threads; work is done without the interpreter's lock. Nothing here keeps a token.

mod bytes;
mod data;
mod error;
mod files;
mod gate;
mod message;
mod policy;
mod program;
mod rates;
mod schema;
mod seal;
mod tokens;
mod trail;
mod vault;

use pyo3::pymodule;

#[pymodule]
mod _adarga {
    #[pymodule_export]
    use crate::{
        data::{check_digit, detect, escape, matches, redact, scan},
        files::Root,
        gate::{Decision, Gate, Released, Session},
        message::{Framer, check_json, check_message, contain, covers, match_uri},
        policy::compile_policy,
        program::main,
        rates::RateTable,
        schema::{Schema, Shapes},
        seal::{Sealer, aead_open},
        tokens::{KeySet, TokenVerifier},
        trail::verify_audit,
        vault::Vault,
    };
}

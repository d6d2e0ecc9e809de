//! What Adarga needs an operating system for: the policy compiler, files, memory.
//!
//! `policy` reads the document a person wrote, `compile` makes the image that `adarga-core` judges by, `explain` says in words
//! what an image allows, `load` puts a file in force, `memory` is what core asks its host for, `text` makes harmless what others
//! wrote, `rate` reads limits.
//!
//! `keys` makes key sets, `issuer` keeps those of an issuer fresh over `net`, `revocation` and `secrets` read what a policy refers
//! to, `callers` brings them together for each call, `resource` is what the server publishes of itself.
//!
//! `files` opens what lies beneath a root, and nothing else.
//!
//! `audit` writes the audit trail to a file and verifies it.
//!
//! `limiter` is one table of rates for all processes of a machine, `store` one for several machines.

#![deny(unsafe_code)]
//! `config` says whether the server is configured as its policy asks. `schema` compiles JSON Schema, `mcp` the
//! shapes of messages.
//! `files` opens what lies beneath a root, and nothing else; `roots` resolves the paths of a call beneath the roots of its policy.

pub mod audit;
#[cfg(feature = "net")]
pub mod callers;
pub mod compile;
pub mod config;
mod container;
pub mod data;
pub mod explain;
pub mod files;
mod inode;
#[cfg(feature = "net")]
pub mod issuer;
pub mod keys;
#[cfg(all(unix, target_has_atomic = "64"))]
pub mod limiter;
pub mod load;
pub mod mcp;
pub mod memory;
#[cfg(feature = "net")]
pub mod net;
pub mod policy;
pub mod random;
pub mod rate;
pub mod rates;
pub mod resource;
pub mod revocation;
pub mod roots;
pub mod schema;
pub mod secrets;
pub mod store;
pub mod text;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

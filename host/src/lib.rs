//! What Adarga needs an operating system for: the policy compiler, files, memory.
//!
//! `policy` reads the document a person wrote, `compile` makes the image that `adarga-core` judges by, `explain` says in words
//! what an image allows, `load` puts a file in force, `memory` is what core asks its host for, `text` makes harmless
//! what others wrote.

pub mod compile;
mod container;
pub mod explain;
pub mod keys;
pub mod load;
pub mod memory;
pub mod policy;
pub mod revocation;
pub mod text;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

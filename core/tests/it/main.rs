//! `adarga-core` through its public interface.

mod address;
mod alloc;
mod attacks;
mod cache;
mod charge;
mod compiled;
mod corpora;
mod format;
mod governor;
mod identity;
mod image;
mod json;
mod kernels;
mod machine;
mod model;
mod path;
mod places;
mod rate;
mod release;
mod schema;
mod seal;
mod support;
mod template;
mod tidy;
mod traffic;
mod uri;

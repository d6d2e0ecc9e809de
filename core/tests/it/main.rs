//! `adarga-core` through its public interface.

mod alloc;
mod attacks;
mod cache;
mod compiled;
mod corpora;
mod identity;
mod image;
mod json;
mod kernels;
mod machine;
mod model;
mod path;
mod rate;
mod release;
mod support;
mod template;
mod threat;
mod tidy;
mod traffic;

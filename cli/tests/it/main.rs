//! The program from outside.

mod schemas;
mod vectors;

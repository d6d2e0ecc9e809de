//! The program from outside.

mod vectors;

//! Tests of the C ABI through its own functions, as a caller in C would use and misuse them.

mod decide;
mod header;
mod hostile;
mod kernels;
mod sealing;
mod secrets;
mod support;
mod trail;

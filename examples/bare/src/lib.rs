#![no_std]
//! What firmware on a Cortex-M needs before it can judge: a start, two streams, and memory that is carved once a message.
//!
//! The streams are those of a debugger (semihosting), so that the same image runs on a board with a probe and in `qemu-system-arm`.
//! A product puts its UART in the place of [`host`].

pub mod arena;
pub mod host;
mod start;
pub use start::{painted, stack_used};

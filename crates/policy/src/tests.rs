//! Tests of the whole path through this crate: calls and replies in a table, and windows against a model.

mod decisions;
mod windows;

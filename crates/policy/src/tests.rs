//! Tests of the whole path through this crate: calls and replies in a table, rules on arguments, and windows
//! against models.

mod calendar;
mod decisions;
mod rules;
mod windows;

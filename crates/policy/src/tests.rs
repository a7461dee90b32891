//! Tests of the whole path through this crate: calls and replies in tables, and windows and purchases against models.

mod decisions;
mod once;
mod purchases;
mod table;
mod windows;

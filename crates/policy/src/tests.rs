//! Tests of the whole path through this crate: calls and replies in tables, rules on arguments, and windows and purchases
//! against models.

mod approvals;
mod calendar;
mod decisions;
mod once;
mod purchases;
mod rules;
mod table;
mod windows;

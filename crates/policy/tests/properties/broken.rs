//! Engines that are broken, each in one function and named for its fault.
//!
//! None of the faults shows in the scenarios of the seed policies, which `seeds.rs` walks with every one of them. A property
//! that finds none of these would be worth nothing.

#[path = "broken/counting.rs"]
pub(crate) mod counting;
#[path = "broken/keeping.rs"]
pub(crate) mod keeping;
#[path = "broken/reading.rs"]
pub(crate) mod reading;

//! Cases by chance: policies of all three dialects, and histories that go to the edges of their limits.
//!
//! Few words, each with a meaning of its own, so that rules, calls and names often meet; and among them those that some
//! careless reader takes for each other.

#[path = "generate/histories.rs"]
pub(crate) mod histories;
#[path = "generate/plans.rs"]
pub(crate) mod plans;
#[path = "generate/policies.rs"]
pub(crate) mod policies;
#[path = "generate/tighter.rs"]
pub(crate) mod tighter;
#[path = "generate/words.rs"]
pub(crate) mod words;

//! What holds of every policy and every history: the guarantees of the engine, each against a model that is read at a glance,
//! and against engines that are broken.
//!
//! `docs/guarantees.md` says of each what it promises, and how to run more cases. In reading order: the words of a case, an
//! engine, how a history is played, the model, cases by chance, how a property is held to; then the properties, the broken
//! engines, and the scenarios that these pass.

// Clippy lets tests unwrap, and takes a module for tests when it says so.
#![cfg(test)]

#[path = "properties/broken.rs"]
mod broken;
#[path = "properties/closure.rs"]
mod closure;
#[path = "properties/conditions.rs"]
mod conditions;
#[path = "properties/determinism.rs"]
mod determinism;
#[path = "properties/engine.rs"]
mod engine;
#[path = "properties/generate.rs"]
mod generate;
#[path = "properties/hold.rs"]
mod hold;
#[path = "properties/isolation.rs"]
mod isolation;
#[path = "properties/limits.rs"]
mod limits;
#[path = "properties/model.rs"]
mod model;
#[path = "properties/owners.rs"]
mod owners;
#[path = "properties/page.rs"]
mod page;
#[path = "properties/play.rs"]
mod play;
#[path = "properties/race.rs"]
mod race;
#[path = "properties/refunds.rs"]
mod refunds;
#[path = "properties/reload.rs"]
mod reload;
#[path = "properties/seeds.rs"]
mod seeds;
#[path = "properties/stricter.rs"]
mod stricter;
#[path = "properties/sums.rs"]
mod sums;
#[path = "properties/whole.rs"]
mod whole;
#[path = "properties/written.rs"]
mod written;

/// The engine that is judged.
const JUDGED: &dyn engine::Engine = &engine::Real;

/// Every property.
const ALL: [&hold::Property; 12] = [
    &limits::PROPERTY,
    &race::PROPERTY,
    &whole::PROPERTY,
    &refunds::PROPERTY,
    &sums::PROPERTY,
    &isolation::PROPERTY,
    &owners::PROPERTY,
    &closure::PROPERTY,
    &conditions::PROPERTY,
    &reload::PROPERTY,
    &determinism::PROPERTY,
    &stricter::PROPERTY,
];

//! Strict text: bytes become a tree in which every node knows where it stood.
//!
//! Everything that Floorwalker decides on is read here and nowhere else: wire messages, policies, profiles, scenarios.
//! The tree keeps the original text of numbers and the span of every node, so that what was decided can be sent on
//! as it was written, and an error can point at the place.
//!
//! INVARIANT: no two members of an object share a key, in any tree, from JSON or YAML.
//!
//! Reading order: `span`, `node`, `decimal`, `scan`, `fold`, `shown`, `yaml`, `canonical`, `digest`,
//! `problem`, `fields`, `document`, `shape`.

mod canonical;
mod decimal;
mod digest;
mod document;
mod fields;
mod fold;
mod node;
mod problem;
mod scan;
mod shape;
mod shown;
mod span;
mod yaml;

pub use canonical::canonical;
pub use decimal::{Decimal, DecimalError};
pub use digest::{Digest, DigestKey};
pub use document::{Document, Format};
pub use fields::Fields;
pub use fold::fold;
pub use node::{Member, Node, Number, Object, Value};
pub use problem::{Problem, listed, nearest};
pub use scan::error::{ScanError, ScanErrorKind};
pub use scan::keys::Keys;
pub use scan::{scan, scan_leading};
pub use shape::{DocumentShape, Group, KeyShape, MapShape, NamesShape, Shape};
pub use shown::{shown, visible};
pub use span::{Place, Span};

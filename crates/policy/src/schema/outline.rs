//! A schema that is read and not run: where its references lead, and how much of it is looked at.
//!
//! A published schema is somebody else's text, and may be about itself as often as it likes: a few lines unfold into more
//! than anybody can look through. So whoever reads one has one budget for all of it, however deep and however wide.
//!
//! INVARIANT: of one outline no more than [`PARTS_MAX`] parts are looked at. Once they are spent nothing is certain any more.

use std::cell::Cell;

use serde_json::{Map, Value};

/// How many parts of a schema are looked at, listed values among them.
const PARTS_MAX: usize = 4096;

/// The keys by which a part of a schema becomes a whole of its own, which its references are about.
const IDS: [&str; 2] = ["$id", "id"];

/// A schema, and how much of it may still be looked at.
#[derive(Debug)]
pub(crate) struct Outline<'s> {
    root: &'s Value,
    left: Cell<usize>,
}

/// What a schema refers to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refers<'s> {
    /// To nothing.
    Not,
    To(&'s Value),
    /// To what cannot be told from the schema alone.
    Elsewhere,
}

impl<'s> Outline<'s> {
    pub(crate) fn of(root: &'s Value) -> Self {
        Self { root, left: Cell::new(PARTS_MAX) }
    }

    pub(crate) fn root(&self) -> &'s Value {
        self.root
    }

    /// Takes so many parts of the budget, and says whether they were there.
    pub(crate) fn spend(&self, parts: usize) -> bool {
        let left = self.left.get().checked_sub(parts);
        self.left.set(left.unwrap_or_default());
        left.is_some()
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// Where its `$ref` leads.
    pub(crate) fn refers(&self, schema: &Map<String, Value>) -> Refers<'s> {
        match schema.get("$ref") {
            None => Refers::Not,
            Some(target) => target.as_str().and_then(|text| self.target(text)).map_or(Refers::Elsewhere, Refers::To),
        }
    }

    /// What a pointer into the whole names, unless it leads through a part that is a whole of its own.
    fn target(&self, reference: &str) -> Option<&'s Value> {
        let pointer = reference.strip_prefix('#').filter(|pointer| !pointer.contains('%'))?;
        let ends = pointer.match_indices('/').map(|(at, _)| at).skip(1).chain([pointer.len()]);
        let on_the_way = ends.filter_map(|end| self.root.pointer(pointer.get(..end)?));
        let mut on_the_way = on_the_way.filter(|part| !std::ptr::eq(*part, self.root));
        if on_the_way.any(is_of_its_own) {
            return None;
        }
        self.root.pointer(pointer)
    }

    /// Whether the schema is a part that its own references are about, and not the whole.
    pub(crate) fn is_apart(&self, schema: &Value) -> bool {
        !std::ptr::eq(schema, self.root) && is_of_its_own(schema)
    }
}

fn is_of_its_own(schema: &Value) -> bool {
    IDS.iter().any(|key| schema.get(key).is_some_and(Value::is_string))
}

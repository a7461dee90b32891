//! Which arguments of a tool say how much is bought or paid.

use serde_json::Value;

use crate::{
    classify::{AMOUNTS, has, words_of_name},
    condition::{
        Path,
        allowed::{Allowed, Kind},
    },
    schema::outline::{Outline, Refers},
};

/// Words of a description that say so.
const DESCRIBED: &str = "amount price quantity units cents spend spent cost";

/// Words of a name that say something else, whatever the description says.
const OTHERWISE: &str = "\
        limit offset page size count timeout index id days hours minutes seconds width height version port";

/// The key that stands for every element of a list.
const ELEMENT: &str = "[]";

/// How deep arguments are looked through.
const DEPTH: usize = 6;

/// An argument that says how much.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The keys on the way to it; `[]` for every element of a list.
    pub(super) keys: Vec<String>,
}

/// Every such argument of a tool with this schema, as far as it may be looked at.
pub(super) fn found<'s>(outline: &Outline<'s>) -> Vec<Found> {
    let mut found = Vec::new();
    collect(outline, outline.root(), &[], &mut found);
    found
}

fn collect<'s>(outline: &Outline<'s>, schema: &'s Value, keys: &[String], found: &mut Vec<Found>) {
    if keys.len() >= DEPTH {
        return;
    }
    for schema in parts(outline, schema) {
        if let Some(items) = schema.get("items") {
            collect(outline, items, &[keys, &[ELEMENT.to_owned()]].concat(), found);
        }
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let keys = [keys, std::slice::from_ref(name)].concat();
            let says_how_much = says_how_much(outline, name, property);
            if outline.is_spent() {
                return;
            }
            if says_how_much {
                found.push(Found { keys: keys.clone() });
            }
            collect(outline, property, &keys, found);
        }
    }
}

/// The schema, what it refers to, and its branches.
fn parts<'s>(outline: &Outline<'s>, schema: &'s Value) -> Vec<&'s Value> {
    let target = match schema.as_object().map(|schema| outline.refers(schema)) {
        Some(Refers::To(target)) => Some(target),
        Some(Refers::Not | Refers::Elsewhere) | None => None,
    };
    let branches = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
    let parts = std::iter::once(schema).chain(target).chain(branches);
    parts.take_while(|_| outline.spend(1)).collect()
}

/// Only numbers do, and texts whose name leaves no doubt.
fn says_how_much<'s>(outline: &Outline<'s>, name: &str, property: &'s Value) -> bool {
    let (allowed, words) = (Allowed::by(outline, property), words_of_name(name));
    let has_one_of = |words: &[String], known| words.iter().any(|word| has(known, word));
    let described = property.get("description").and_then(Value::as_str).unwrap_or_default();
    let is_described = || has_one_of(&words_of_name(described), DESCRIBED);
    if allowed.only.is_some() {
        return false;
    }
    match (allowed.kinds.contains(&Kind::Number), allowed.kinds.contains(&Kind::Text)) {
        (true, _) => has_one_of(&words, AMOUNTS) || (!has_one_of(&words, OTHERWISE) && is_described()),
        (false, true) => words.last().is_some_and(|word| word == "amount"),
        (false, false) => false,
    }
}

impl Found {
    /// The path that conditions and limits know it by; an element of a list has none that is about every one.
    pub(super) fn path(&self) -> Option<Path> {
        let is_in_list = self.keys.iter().any(|key| key == ELEMENT);
        (!is_in_list).then(|| Path::of_keys(self.keys.iter().map(String::as_str)))
    }

    /// Whether a schema of the arguments says what it may be at most, as far as it may be looked at.
    pub(super) fn is_capped_by(&self, outline: &Outline<'_>) -> bool {
        let wider = |at: Vec<_>| at.into_iter().flat_map(|part| parts(outline, part)).collect::<Vec<_>>();
        let mut at = vec![outline.root()];
        for key in &self.keys {
            let below = wider(at).into_iter();
            at = below
                .filter_map(|part| if key == ELEMENT { part.get("items") } else { part.get("properties")?.get(key) })
                .collect();
        }
        let caps = ["maximum", "exclusiveMaximum", "enum", "const"];
        let has_cap = |part: &Value| caps.iter().any(|cap| part.get(cap).is_some());
        wider(at).into_iter().any(has_cap) || outline.is_spent()
    }
}

//! What a JSON Schema lets stand at a path, as far as can be told without a call.
//!
//! Only the keywords that settle kinds and lists of values are read; whatever else a schema says may narrow what is allowed
//! further.
//!
//! INVARIANT: what is not allowed here, the schema refuses, in whichever draft it is written. A keyword that is not understood
//! allows everything, and so does a schema of which too much would have to be looked at.

use std::collections::BTreeSet;

use floorwalker_json::{Keys, Node, Value as Written, scan};
use serde_json::{Map, Value};

use super::path::{Path, Step};
use crate::schema::outline::{Outline, Refers};

/// How many references and branches are followed.
const DEPTH: usize = 32;

/// The kinds of values that JSON has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Null,
    Flag,
    Number,
    Text,
    List,
    Map,
}

/// What a schema lets stand somewhere.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Allowed {
    /// Whether nothing may stand there.
    pub(crate) may_be_absent: bool,
    pub(crate) kinds: BTreeSet<Kind>,
    /// The only values, where they are listed.
    pub(crate) only: Option<Vec<Node<'static>>>,
}

/// The whole that a schema stands in, and how deep.
#[derive(Clone, Copy)]
struct Within<'s, 'o> {
    outline: &'o Outline<'s>,
    depth: usize,
}

impl Kind {
    const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Null, "null", "null"),
        (Self::Flag, "boolean", "true or false"),
        (Self::Number, "number", "a number"),
        (Self::Text, "string", "a text"),
        (Self::List, "array", "a list"),
        (Self::Map, "object", "a map"),
    ];

    pub(crate) fn of(node: &Node<'_>) -> Self {
        match node.value {
            Written::Null => Self::Null,
            Written::Bool(_) => Self::Flag,
            Written::Number(_) => Self::Number,
            Written::String(_) => Self::Text,
            Written::Array(_) => Self::List,
            Written::Object(_) => Self::Map,
        }
    }

    fn named(word: &str) -> Option<Self> {
        let word = if word == "integer" { "number" } else { word };
        Self::ALL.iter().find(|(_, known, _)| *known == word).map(|(kind, ..)| *kind)
    }
}

impl Allowed {
    /// What the schema of a call's arguments lets stand at the path.
    pub(crate) fn at(schema: &Value, path: &Path) -> Self {
        Self::in_outline(&Outline::of(schema), path)
    }

    /// The same out of what may still be looked at of the schema.
    pub(crate) fn in_outline(outline: &Outline<'_>, path: &Path) -> Self {
        let allowed = Within { outline, depth: 0 }.arguments(path.steps());
        if outline.is_spent() { Self::everything() } else { allowed }
    }

    /// What this very part of a schema allows.
    pub(crate) fn by<'s>(outline: &Outline<'s>, part: &'s Value) -> Self {
        let allowed = Within { outline, depth: 0 }.allowed(part, &[]);
        if outline.is_spent() { Self::everything() } else { allowed }
    }

    fn everything() -> Self {
        Self { may_be_absent: true, kinds: Kind::ALL.iter().map(|(kind, ..)| *kind).collect(), only: None }
    }

    fn nothing() -> Self {
        Self { may_be_absent: true, kinds: BTreeSet::new(), only: None }
    }

    /// Whether nothing may ever stand there.
    pub(crate) fn is_forbidden(&self) -> bool {
        self.kinds.is_empty()
    }

    /// The same, and something stands there.
    pub(crate) fn present(self) -> Self {
        Self { may_be_absent: false, ..self }
    }

    /// What may stand there, for a sentence.
    pub(crate) fn described(&self) -> String {
        let words = Kind::ALL.iter().filter(|(kind, ..)| self.kinds.contains(kind)).map(|(.., words)| *words);
        match self.only {
            Some(_) => "one of a few values".to_owned(),
            None => words.collect::<Vec<_>>().join(" or "),
        }
    }

    /// What both allow.
    fn and(self, other: Self) -> Self {
        let only = match (self.only, other.only) {
            (Some(only), _) | (None, Some(only)) => Some(only),
            (None, None) => None,
        };
        Self {
            may_be_absent: self.may_be_absent && other.may_be_absent,
            kinds: self.kinds.intersection(&other.kinds).copied().collect(),
            only,
        }
    }

    /// What one of the two allows.
    fn or(self, other: Self) -> Self {
        let (own_is_empty, other_is_empty) = (self.kinds.is_empty(), other.kinds.is_empty());
        let only = match (self.only, other.only) {
            (Some(mut own), Some(other)) => {
                own.extend(other);
                Some(own)
            }
            (own, _) if other_is_empty => own,
            (_, other) if own_is_empty => other,
            _ => None,
        };
        let kinds = self.kinds.union(&other.kinds).copied().collect();
        Self { may_be_absent: self.may_be_absent || other.may_be_absent, kinds, only }
    }
}

impl<'s> Within<'s, '_> {
    /// Arguments are always a map, so what it requires is there.
    fn arguments(self, steps: &[Step]) -> Allowed {
        let schema = self.outline.root();
        let allowed = self.allowed(schema, steps);
        // Beside a `$ref`, some drafts read nothing.
        let required = schema.get("required").filter(|_| schema.get("$ref").is_none()).and_then(Value::as_array);
        let mut names = required.into_iter().flatten().filter_map(Value::as_str);
        let is_required = matches!(steps, [only] if names.any(|name| name == only.key));
        Allowed { may_be_absent: allowed.may_be_absent && !is_required, ..allowed }
    }

    fn allowed(self, schema: &'s Value, steps: &[Step]) -> Allowed {
        if self.depth >= DEPTH || !self.outline.spend(1) || self.outline.is_apart(schema) {
            return Allowed::everything();
        }
        let inner = Self { depth: self.depth.saturating_add(1), ..self };
        match schema {
            Value::Bool(false) => Allowed::nothing(),
            Value::Object(schema) => match self.outline.refers(schema) {
                Refers::Not => inner.written(schema, steps),
                // What stands beside it counts in some drafts only, and never allows more.
                Refers::To(target) => inner.allowed(target, steps),
                Refers::Elsewhere => Allowed::everything(),
            },
            _ => Allowed::everything(),
        }
    }

    /// What a schema says that refers to no other.
    fn written(self, schema: &'s Map<String, Value>, steps: &[Step]) -> Allowed {
        let own = match steps.split_first() {
            None => self.of_itself(schema),
            Some((step, rest)) => self.below(schema, step, rest),
        };
        self.branches(schema, steps).into_iter().fold(own, Allowed::and)
    }

    /// What the schemas say that stand in this one: all of them hold.
    fn branches(self, schema: &'s Map<String, Value>, steps: &[Step]) -> Vec<Allowed> {
        let list = |key: &str| schema.get(key).and_then(Value::as_array).into_iter();
        let told = move |branches: &'s Vec<Value>| {
            let open = branches.iter().take_while(move |_| !self.outline.is_spent());
            open.map(move |branch| self.allowed(branch, steps))
        };
        let any =
            ["anyOf", "oneOf"].into_iter().flat_map(list).filter_map(|branches| told(branches).reduce(Allowed::or));
        any.chain(list("allOf").flat_map(told)).collect()
    }

    /// What stands one step further in a map or a list; where it is neither, nothing does.
    fn below(self, schema: &'s Map<String, Value>, step: &Step, rest: &[Step]) -> Allowed {
        let kinds = self.of_itself(schema).kinds;
        let in_map = || self.in_map(schema, step, rest);
        let in_list = || self.in_list(schema, rest);
        let allowed = match (kinds.contains(&Kind::Map), step.index.is_some() && kinds.contains(&Kind::List)) {
            (true, true) => in_map().or(in_list()),
            (true, false) => in_map(),
            (false, true) => in_list(),
            (false, false) => Allowed::nothing(),
        };
        Allowed { may_be_absent: true, ..allowed }
    }

    fn in_map(self, schema: &'s Map<String, Value>, step: &Step, rest: &[Step]) -> Allowed {
        let property = schema.get("properties").and_then(|properties| properties.get(&step.key));
        let is_patterned = schema.contains_key("patternProperties");
        match (property, schema.get("additionalProperties")) {
            (Some(property), _) => self.allowed(property, rest),
            (None, Some(others)) if !is_patterned => self.allowed(others, rest),
            (None, _) => Allowed::everything(),
        }
    }

    fn in_list(self, schema: &'s Map<String, Value>, rest: &[Step]) -> Allowed {
        match schema.get("items").filter(|_| !schema.contains_key("prefixItems")) {
            Some(items) => self.allowed(items, rest),
            None => Allowed::everything(),
        }
    }

    /// What `type`, `enum` and `const` say.
    fn of_itself(self, schema: &Map<String, Value>) -> Allowed {
        let mut allowed = Allowed::everything();
        let words = match schema.get("type") {
            Some(Value::String(word)) => Some(vec![word.as_str()]),
            Some(Value::Array(words)) => Some(words.iter().filter_map(Value::as_str).collect()),
            _ => None,
        };
        if let Some(words) = words {
            let kinds: Option<BTreeSet<Kind>> = words.into_iter().map(Kind::named).collect();
            allowed.kinds = kinds.unwrap_or(allowed.kinds);
        }
        // Some publish `nullable`, and mean it.
        if schema.get("nullable") == Some(&Value::Bool(true)) {
            allowed.kinds.insert(Kind::Null);
        }
        let listed = schema.get("enum").and_then(Value::as_array);
        let only: Option<&[Value]> =
            listed.map(Vec::as_slice).or_else(|| schema.get("const").map(std::slice::from_ref));
        let looked_at = only.filter(|values| self.outline.spend(values.len()));
        allowed.only = looked_at.and_then(|values| values.iter().map(node).collect());
        allowed
    }
}

fn node(value: &Value) -> Option<Node<'static>> {
    scan(value.to_string().as_bytes(), Keys::Distinct).ok().map(Node::into_owned)
}

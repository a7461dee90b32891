//! What a JSON Schema lets stand at a path, as far as can be told without a call.
//!
//! Only the keywords that settle kinds and lists of values are read; whatever else a schema says may narrow what is allowed
//! further.
//!
//! INVARIANT: what is not allowed here, the schema refuses. A keyword that is not understood allows everything.

use std::collections::BTreeSet;

use floorwalker_json::{Keys, Node, Value as Written, scan};
use serde_json::{Map, Value};

use super::path::{Path, Step};

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

/// A schema and the whole that its references are about.
#[derive(Clone, Copy)]
struct Within<'s> {
    root: &'s Value,
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
        Within { root: schema, depth: 0 }.arguments(schema, path.steps())
    }

    /// What this very schema allows, inside of the whole that its references are about.
    pub(crate) fn by(root: &Value, schema: &Value) -> Self {
        Within { root, depth: 0 }.allowed(schema, &[])
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
            (Some(own), Some(other)) => Some([own, other].concat()),
            (own, _) if other_is_empty => own,
            (_, other) if own_is_empty => other,
            _ => None,
        };
        let kinds = self.kinds.union(&other.kinds).copied().collect();
        Self { may_be_absent: self.may_be_absent || other.may_be_absent, kinds, only }
    }
}

impl<'s> Within<'s> {
    /// Arguments are always a map, so what it requires is there.
    fn arguments(self, schema: &'s Value, steps: &[Step]) -> Allowed {
        let allowed = self.allowed(schema, steps);
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let is_required = matches!(steps, [only] if required.filter_map(Value::as_str).any(|name| name == only.key));
        Allowed { may_be_absent: allowed.may_be_absent && !is_required, ..allowed }
    }

    fn allowed(self, schema: &'s Value, steps: &[Step]) -> Allowed {
        let inner = Self { depth: self.depth.saturating_add(1), ..self };
        match schema {
            Value::Bool(false) => Allowed::nothing(),
            Value::Object(schema) if self.depth < DEPTH => {
                let own = match steps.split_first() {
                    None => of_itself(schema),
                    Some((step, rest)) => inner.below(schema, step, rest),
                };
                inner.branches(schema, steps).into_iter().fold(own, Allowed::and)
            }
            _ => Allowed::everything(),
        }
    }

    /// What the other schemas say that this one names: all of them hold.
    fn branches(self, schema: &'s Map<String, Value>, steps: &[Step]) -> Vec<Allowed> {
        let list = |key: &str| schema.get(key).and_then(Value::as_array);
        let any = ["anyOf", "oneOf"]
            .into_iter()
            .filter_map(list)
            .filter_map(|branches| branches.iter().map(|branch| self.allowed(branch, steps)).reduce(Allowed::or));
        let all = list("allOf").into_iter().flatten().map(|branch| self.allowed(branch, steps));
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
        let referred = target.and_then(|pointer| self.root.pointer(pointer)).map(|target| self.allowed(target, steps));
        any.chain(all).chain(referred).collect()
    }

    /// What stands one step further in a map or a list; where it is neither, nothing does.
    fn below(self, schema: &'s Map<String, Value>, step: &Step, rest: &[Step]) -> Allowed {
        let kinds = of_itself(schema).kinds;
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
}

/// What `type`, `enum` and `const` say.
fn of_itself(schema: &Map<String, Value>) -> Allowed {
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
    let only: Option<&[Value]> = listed.map(Vec::as_slice).or_else(|| schema.get("const").map(std::slice::from_ref));
    allowed.only = only.and_then(|values| values.iter().map(node).collect());
    allowed
}

fn node(value: &Value) -> Option<Node<'static>> {
    scan(value.to_string().as_bytes(), Keys::Distinct).ok().map(Node::into_owned)
}

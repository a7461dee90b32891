//! The values that conditions compare with, and what it is to be equal to one.
//!
//! Two values are equal when they are of one type and mean the same: `100`, `100.0` and `1e2` are one number, `"100"` is
//! none, and two maps are equal whatever the order of their keys.

use std::cmp::Ordering;

use floorwalker_json::{Decimal, Node, Value, canonical};

/// A value of the policy.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    /// A list or a map, in the one text that equal values have.
    Nested(String),
}

/// A number of the policy, exact; and as an integer where it is a small one, because most are.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Number {
    pub(super) exact: Decimal,
    small: Option<i64>,
}

impl Operand {
    pub(super) fn of(node: &Node<'_>) -> Self {
        match &node.value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => Self::Number(Number::of(number.decimal())),
            Value::String(text) => Self::Text(text.clone().into_owned()),
            Value::Array(_) | Value::Object(_) => Self::Nested(canonical(node)),
        }
    }

    /// Whether the value is equal to this one.
    pub(super) fn is(&self, node: &Node<'_>) -> bool {
        match (self, &node.value) {
            (Self::Null, Value::Null) => true,
            (Self::Bool(wanted), Value::Bool(flag)) => wanted == flag,
            (Self::Number(wanted), Value::Number(_)) => wanted.order_of(node) == Some(Ordering::Equal),
            (Self::Text(wanted), Value::String(text)) => wanted == text,
            (Self::Nested(wanted), Value::Array(_) | Value::Object(_)) => *wanted == canonical(node),
            _ => false,
        }
    }

    /// Whether it is this number.
    pub(super) fn is_number(&self, number: &Decimal) -> bool {
        matches!(self, Self::Number(own) if own.exact == *number)
    }

    /// Whether the value is a text that contains this one, or a list that has it.
    pub(super) fn is_in(&self, node: &Node<'_>) -> bool {
        match (self, &node.value) {
            (Self::Text(wanted), Value::String(text)) => text.contains(wanted.as_str()),
            (_, Value::Array(elements)) => elements.iter().any(|element| self.is(element)),
            _ => false,
        }
    }
}

impl Number {
    pub(super) fn of(exact: Decimal) -> Self {
        let small = exact.to_string().parse().ok();
        Self { exact, small }
    }

    /// How the value compares with this number, if it is a number.
    pub(super) fn order_of(&self, node: &Node<'_>) -> Option<Ordering> {
        let number = node.as_number()?;
        match (self.small, number.text().parse::<i64>()) {
            (Some(small), Ok(value)) => Some(value.cmp(&small)),
            _ => Some(number.decimal().cmp(&self.exact)),
        }
    }
}

/// Whether a value is there; an explicit null says that it is not.
pub(super) fn is_there(node: &Node<'_>) -> bool {
    node.value != Value::Null
}

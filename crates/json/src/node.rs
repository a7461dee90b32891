//! The spanned tree.
//!
//! Strings borrow from the source where they hold no escapes. Numbers keep their text, because a double would change
//! what was written; who needs the value asks for the exact [`Decimal`](crate::Decimal).

use std::borrow::Cow;

use crate::fold::alike_any;
use crate::{Decimal, Span};

/// A value and where it stood.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'s> {
    /// Where the value stood in its source, quotes and brackets included.
    pub span: Span,
    /// What stood there.
    pub value: Value<'s>,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'s> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(Number<'s>),
    /// A string with its escapes resolved.
    String(Cow<'s, str>),
    /// An ordered list.
    Array(Vec<Node<'s>>),
    /// Members in source order, no key twice.
    Object(Object<'s>),
}

/// The text of a number that the scanner accepted: finite, and at most 1,000 digits when written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number<'s> {
    text: Cow<'s, str>,
}

/// Members in source order; keys are unique.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object<'s> {
    members: Vec<Member<'s>>,
}

/// One member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member<'s> {
    /// The key with its escapes resolved.
    pub key: Cow<'s, str>,
    /// Where the key stood, quotes included.
    pub key_span: Span,
    /// The value.
    pub value: Node<'s>,
}

impl<'s> Node<'s> {
    /// The string, if this is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if this is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    /// The number, if this is one.
    #[must_use]
    pub fn as_number(&self) -> Option<&Number<'s>> {
        match &self.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The number as an exact non-negative integer, if it is one that fits; `1e2` and `100.0` are 100.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.as_number().and_then(|number| number.decimal().to_u64())
    }

    /// The elements, if this is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Node<'s>]> {
        match &self.value {
            Value::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The object, if this is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object<'s>> {
        match &self.value {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The member of that name, if this is an object that has one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node<'s>> {
        self.as_object().and_then(|object| object.get(key))
    }

    /// What kind of value this is, as an error message says it: "a string", "a list".
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "a map",
        }
    }

    /// The same tree without ties to its source text.
    #[must_use]
    pub fn into_owned(self) -> Node<'static> {
        Node { span: self.span, value: self.value.into_owned() }
    }
}

impl Value<'_> {
    fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(flag),
            Self::Number(number) => Value::Number(Number { text: Cow::Owned(number.text.into_owned()) }),
            Self::String(text) => Value::String(Cow::Owned(text.into_owned())),
            Self::Array(elements) => Value::Array(elements.into_iter().map(Node::into_owned).collect()),
            Self::Object(object) => Value::Object(Object {
                members: object
                    .members
                    .into_iter()
                    .map(|member| Member {
                        key: Cow::Owned(member.key.into_owned()),
                        key_span: member.key_span,
                        value: member.value.into_owned(),
                    })
                    .collect(),
            }),
        }
    }
}

impl<'s> Number<'s> {
    /// Wraps text that the caller has checked against the grammar and the bounds of numbers.
    pub(crate) fn checked(text: Cow<'s, str>) -> Self {
        Self { text }
    }

    /// The number as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The exact value.
    #[must_use]
    pub fn decimal(&self) -> Decimal {
        Decimal::of_checked(&self.text)
    }
}

impl<'s> Object<'s> {
    /// Wraps members whose keys the caller has found to be unique.
    pub(crate) fn checked(members: Vec<Member<'s>>) -> Self {
        Self { members }
    }

    /// The value of that key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node<'s>> {
        self.members.iter().find(|member| member.key == key).map(|member| &member.value)
    }

    /// The first member whose key is none of `known` but could be taken for one of them.
    #[must_use]
    pub fn confusable_with(&self, known: &[&str]) -> Option<&Member<'s>> {
        self.members.iter().find(|member| !known.contains(&&*member.key) && alike_any(&member.key, known))
    }

    /// The members in source order.
    pub fn iter(&self) -> std::slice::Iter<'_, Member<'s>> {
        self.members.iter()
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl<'a, 's> IntoIterator for &'a Object<'s> {
    type Item = &'a Member<'s>;
    type IntoIter = std::slice::Iter<'a, Member<'s>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests;

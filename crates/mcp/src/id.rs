//! The id of a message: what binds an answer to its question.
//!
//! It goes on exactly as it was written, because clients compare what they get back with what they sent.

use std::borrow::Cow;

use floorwalker_json::{Decimal, Node, Value};

/// The longest id that is accepted, in bytes as written.
pub(crate) const ID_BYTES_MAX: usize = 256;

/// A string or an integer. Two ids are equal when type and value are, however they are spelt.
#[derive(Clone, Debug)]
pub struct Id<'b> {
    text: Cow<'b, str>,
    value: IdValue<'b>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum IdValue<'b> {
    Text(Cow<'b, str>),
    Integer(Decimal),
}

impl<'b> Id<'b> {
    /// An id of our own making.
    #[must_use]
    pub fn own(number: u64) -> Id<'static> {
        Id { text: Cow::Owned(number.to_string()), value: IdValue::Integer(Decimal::from(number)) }
    }

    /// Reads an id; the error says what is wrong with it.
    pub(crate) fn read(node: &Node<'b>, source: &'b str) -> Result<Self, &'static str> {
        let text = node.span.text(source);
        if text.len() > ID_BYTES_MAX {
            return Err("`id` is longer than 256 bytes");
        }
        let value = match &node.value {
            Value::String(text) => IdValue::Text(text.clone()),
            Value::Number(number) if is_plain_integer(number.text()) => IdValue::Integer(number.decimal()),
            Value::Number(_) => return Err("`id` is a number but not a plain integer"),
            Value::Null => return Err("`id` is null"),
            _ => return Err("`id` is neither a string nor an integer"),
        };
        Ok(Self { text: Cow::Borrowed(text), value })
    }

    /// The id exactly as it was written, quotes included.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same id without ties to the message it came in.
    #[must_use]
    pub fn into_owned(self) -> Id<'static> {
        let value = match self.value {
            IdValue::Text(text) => IdValue::Text(Cow::Owned(text.into_owned())),
            IdValue::Integer(integer) => IdValue::Integer(integer),
        };
        Id { text: Cow::Owned(self.text.into_owned()), value }
    }
}

impl PartialEq for Id<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Id<'_> {}

fn is_plain_integer(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests;

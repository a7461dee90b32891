//! JSON text of our own making, in ASCII.
//!
//! Everything outside printable ASCII is escaped: a control character cannot break a log line, a bidirectional mark
//! cannot turn it round, and no table of dangerous characters has to be kept.

use std::borrow::Cow;
use std::fmt;

/// A value that we write ourselves.
#[derive(Clone, Debug, PartialEq)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A string, to be escaped.
    Text(Cow<'a, str>),
    /// JSON text that was validated before, as it stands.
    Raw(Cow<'a, str>),
    /// A list.
    List(Vec<Json<'a>>),
    /// Members in the order they are written; the keys must differ.
    Map(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// Writes one object, member by member.
#[derive(Clone, Debug)]
pub struct ObjectWriter {
    text: String,
}

/// The text as a JSON string, quotes included, in printable ASCII.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(2));
    write_quoted(&mut out, text);
    out
}

impl Default for ObjectWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl ObjectWriter {
    /// An object without members.
    #[must_use]
    pub fn new() -> Self {
        Self { text: String::from("{") }
    }

    /// Adds a member; the caller sees to it that keys differ.
    #[must_use]
    pub fn member(mut self, key: &str, value: &Json<'_>) -> Self {
        self.key(key);
        write_json(&mut self.text, value);
        self
    }

    /// Adds a member whose value is JSON text that was validated before.
    #[must_use]
    pub fn raw(mut self, key: &str, json: &str) -> Self {
        self.key(key);
        self.text.push_str(json);
        self
    }

    /// Adds a string.
    #[must_use]
    pub fn text(mut self, key: &str, text: &str) -> Self {
        self.key(key);
        write_quoted(&mut self.text, text);
        self
    }

    /// Adds every member in turn.
    #[must_use]
    pub fn members(self, members: &[(&str, Json<'_>)]) -> Self {
        members.iter().fold(self, |object, (key, value)| object.member(key, value))
    }

    /// The object's text.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.text.push('}');
        self.text
    }

    fn key(&mut self, key: &str) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        write_quoted(&mut self.text, key);
        self.text.push(':');
    }
}

impl fmt::Display for Json<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        write_json(&mut text, self);
        out.write_str(&text)
    }
}

impl<'a> From<&'a str> for Json<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Json<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<bool> for Json<'_> {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Json<'_> {
    fn from(integer: i64) -> Self {
        Self::Integer(integer)
    }
}

impl From<u64> for Json<'_> {
    fn from(integer: u64) -> Self {
        Self::Raw(Cow::Owned(integer.to_string()))
    }
}

fn write_json(out: &mut String, value: &Json<'_>) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Integer(integer) => out.push_str(&integer.to_string()),
        Json::Text(text) => write_quoted(out, text),
        Json::Raw(text) => out.push_str(text),
        Json::List(elements) => {
            write_list(out, ('[', ']'), elements, |out, element| write_json(out, element));
        }
        Json::Map(members) => write_list(out, ('{', '}'), members, |out, (key, value)| {
            write_quoted(out, key);
            out.push(':');
            write_json(out, value);
        }),
    }
}

fn write_list<T>(out: &mut String, (open, close): (char, char), items: &[T], write: impl Fn(&mut String, &T)) {
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(close);
}

fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' '..='~' => out.push(character),
            _ => write_escaped(out, character),
        }
    }
    out.push('"');
}

fn write_escaped(out: &mut String, character: char) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        out.push_str(&format!("\\u{unit:04x}"));
    }
}

#[cfg(test)]
mod tests;

//! Values and texts with `$names` in them, which an earlier step's `keep:` fills in.
//!
//! A string that is nothing but `$name` becomes the kept value with its type; a `$name` inside a longer string becomes its
//! text. `$$` is a dollar sign, and so is a `$` that no name follows.

use std::collections::BTreeMap;

use floorwalker_json::{Node, Value as Tree};
use serde_json::{Map, Value};

/// What was kept, by name.
pub(crate) type Names = BTreeMap<String, Value>;

/// A JSON value with names in its strings.
#[derive(Clone, Debug, PartialEq)]
pub struct Template(Value);

/// A text with names in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextTemplate(String);

/// A name that nothing was kept under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unkept(pub(crate) String);

impl Template {
    /// Takes the value of a document's node.
    pub(crate) fn of(node: &Node<'_>) -> Self {
        Self(plain(node))
    }

    /// An object of these members.
    pub(crate) fn of_members(members: Vec<(&str, &Node<'_>)>) -> Self {
        Self(Value::Object(members.into_iter().map(|(key, node)| (key.to_owned(), plain(node))).collect()))
    }

    /// The value as it was written, names and all.
    pub(crate) fn written(&self) -> &Value {
        &self.0
    }

    /// An object without members.
    pub(crate) fn empty() -> Self {
        Self(Value::Object(Map::new()))
    }

    /// Every name in it.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut found = Vec::new();
        collect(&self.0, &mut found);
        found
    }

    /// The value with every name filled in.
    pub(crate) fn fill(&self, names: &Names) -> Result<Value, Unkept> {
        fill_value(&self.0, names)
    }
}

impl TextTemplate {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn names(&self) -> Vec<String> {
        pieces(&self.0).into_iter().filter_map(Piece::name).collect()
    }

    pub(crate) fn fill(&self, names: &Names) -> Result<String, Unkept> {
        fill_text(&self.0, names)
    }
}

/// The plain JSON value of a node; numbers keep their text.
pub(crate) fn plain(node: &Node<'_>) -> Value {
    match &node.value {
        Tree::Null => Value::Null,
        Tree::Bool(flag) => Value::Bool(*flag),
        Tree::Number(number) => serde_json::from_str(number.text()).unwrap_or(Value::Null),
        Tree::String(text) => Value::String(text.clone().into_owned()),
        Tree::Array(elements) => Value::Array(elements.iter().map(plain).collect()),
        Tree::Object(object) => {
            let members = object.iter().map(|member| (member.key.clone().into_owned(), plain(&member.value)));
            Value::Object(members.collect())
        }
    }
}

/// A kept value as text: strings without quotes, everything else as JSON.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

enum Piece<'t> {
    Text(&'t str),
    Name(&'t str),
}

impl Piece<'_> {
    fn name(self) -> Option<String> {
        match self {
            Self::Name(name) => Some(name.to_owned()),
            Self::Text(_) => None,
        }
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        found.push(Piece::Text(before));
        rest = after;
        let length = name_length(after);
        match after.split_at_checked(length) {
            Some((name, behind)) if length > 0 => {
                found.push(Piece::Name(name));
                rest = behind;
            }
            _ => {
                found.push(Piece::Text("$"));
                rest = rest.strip_prefix('$').unwrap_or(rest);
            }
        }
    }
    found.push(Piece::Text(rest));
    found
}

/// Whether `name` can be kept and asked for.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name_length(name) == name.len()
}

fn name_length(text: &str) -> usize {
    let is_first = |character: char| character.is_ascii_lowercase() || character == '_';
    if !text.starts_with(is_first) {
        return 0;
    }
    text.find(|character: char| !is_first(character) && !character.is_ascii_digit()).unwrap_or(text.len())
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.extend(pieces(text).into_iter().filter_map(Piece::name)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(members) => members.values().for_each(|member| collect(member, found)),
        _ => {}
    }
}

fn fill_value(value: &Value, names: &Names) -> Result<Value, Unkept> {
    Ok(match value {
        Value::String(text) => match text.strip_prefix('$').filter(|name| is_name(name)) {
            Some(name) => names.get(name).cloned().ok_or_else(|| Unkept(name.to_owned()))?,
            None => Value::String(fill_text(text, names)?),
        },
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| fill_value(item, names)).collect::<Result<_, _>>()?)
        }
        Value::Object(members) => {
            let filled = members.iter().map(|(key, member)| Ok((key.clone(), fill_value(member, names)?)));
            Value::Object(filled.collect::<Result<_, _>>()?)
        }
        other => other.clone(),
    })
}

fn fill_text(text: &str, names: &Names) -> Result<String, Unkept> {
    let mut out = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Name(name) => {
                out.push_str(&text_of(names.get(name).ok_or_else(|| Unkept(name.to_owned()))?));
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests;

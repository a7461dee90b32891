//! What a server shows once.

use floorwalker_json::{Fields, Node, shown};
use regex::Regex;

use super::pointer;
use crate::{
    profile::{Pointer, SecretKind},
    reading::Reading,
};

const SECRET_HELP: &str = "say where it is (`places: [/api_key]`), what it looks like (`pattern`), or both";

pub(super) fn secrets(reading: &mut Reading<'_>, node: &Node<'_>) -> Vec<SecretKind> {
    let mut kinds: Vec<SecretKind> = Vec::new();
    for entry in reading.list(node, "`secrets`") {
        let Some(kind) = secret(reading, entry) else { continue };
        if kinds.iter().any(|other| other.name == kind.name) {
            let says = format!("the kind `{}` stands in `secrets` twice", shown(&kind.name));
            reading.complain(entry.span, says, "put all its places into one entry");
        }
        kinds.push(kind);
    }
    kinds
}

fn secret(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<SecretKind> {
    let mut fields = Fields::of(node, "a secret", &mut reading.problems);
    let name = reading.required(&mut fields, "kind", "add a name for this kind of secret");
    let name = name.and_then(|node| reading.name(node, "`kind`"));
    let places = fields.optional("places");
    let pattern = fields.optional("pattern");
    if places.is_none() && pattern.is_none() && node.as_object().is_some() {
        reading.complain(node.span, "a secret has neither `places` nor `pattern`", SECRET_HELP);
    }
    let places = places.map(|node| secret_places(reading, node)).unwrap_or_default();
    let pattern = pattern.and_then(|node| secret_pattern(reading, node));
    reading.finish(fields, node, &[]);
    Some(SecretKind { name: name?.to_owned(), places, pattern })
}

fn secret_places(reading: &mut Reading<'_>, node: &Node<'_>) -> Vec<Pointer> {
    let entries = reading.list(node, "`places`");
    if entries.is_empty() && node.as_array().is_some() {
        reading.complain(node.span, "`places` is an empty list", SECRET_HELP);
    }
    entries.iter().filter_map(|entry| pointer(reading, entry, "a place")).collect()
}

fn secret_pattern(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Regex> {
    let says = format!("`pattern` is {}", reading.written(node));
    let help = match node.as_str().map(Regex::new) {
        Some(Ok(pattern)) if !pattern.is_match("") => return Some(pattern),
        Some(Ok(_)) => "this pattern matches empty text, which is no secret".to_owned(),
        Some(Err(error)) => error.to_string().lines().last().unwrap_or_default().replace("error: ", ""),
        None => "write a regular expression in quotes, such as `bh_[0-9a-f]{48}`".to_owned(),
    };
    reading.complain(node.span, says, help);
    None
}

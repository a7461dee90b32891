//! A checkout profile's document becomes a profile.
//!
//! The form is our own, and `docs/policies.md` explains it; it is held to the same errors as a policy. Each part of the
//! document has a file of its own beside this one.

use std::{collections::BTreeSet, sync::Arc};

use floorwalker_json::{Document, Fields, Node, Problem, shown};

use super::{ObjectPlace, Pointer, Profile};
use crate::reading::Reading;

mod polls;
mod reply;
pub(super) mod roles;
mod secrets;

use roles::Roles;

/// The only version there is.
pub(super) const VERSION: u64 = 1;

pub(super) const OBJECT_PLACES: [(&str, ObjectPlace); 2] =
    [("structured", ObjectPlace::Structured), ("text", ObjectPlace::Text)];

pub(super) fn profile(document: &Document) -> Result<Profile, Vec<Problem>> {
    let mut reading = Reading::of(document);
    let root = &document.root;
    let mut fields = Fields::of(root, "the profile", &mut reading.problems);
    if let Some(node) = reading.required(&mut fields, "version", "add `version: 1`") {
        reading.only(node, "`version`", VERSION);
    }
    let name = reading.required(&mut fields, "profile", "add the server's name");
    let name = name.and_then(|node| reading.name(node, "`profile`"));
    let tools = reading.required(&mut fields, "tools", "add the tools that touch a checkout");
    let roles = tools.map(|node| roles::roles(&mut reading, node)).unwrap_or_default();
    let reply =
        reading.required(&mut fields, "reply", "add where a reply shows `id`, `status` and `terminal` statuses");
    let reply = reply.and_then(|node| reply::reply_shape(&mut reading, node, &roles));
    let pace = fields.optional("polls").map(|node| Arc::new(polls::pace(&mut reading, node)));
    let secrets = fields.optional("secrets").map(|node| secrets::secrets(&mut reading, node)).unwrap_or_default();
    reading.finish(fields, root, &[]);
    match (name, reply) {
        (Some(_), Some(reply)) if reading.problems.is_empty() => {
            let (ids, quotes) = (roles.ids(), roles.quotes());
            Ok(Profile { roles: roles.of, ids, quotes, again: Arc::new(roles.again), reply, pace, secrets })
        }
        _ => Err(reading.problems_in_order()),
    }
}

fn statuses(reading: &mut Reading<'_>, node: &Node<'_>, what: &str) -> BTreeSet<String> {
    let mut statuses = BTreeSet::new();
    for entry in reading.list(node, what) {
        let Some(status) = reading.name(entry, &format!("a status in {what}")) else { continue };
        if !statuses.insert(status.to_owned()) {
            let says = format!("`{}` stands in {what} twice", shown(status));
            reading.complain(entry.span, says, "take one of them out");
        }
    }
    statuses
}

fn pointer(reading: &mut Reading<'_>, node: &Node<'_>, what: &str) -> Option<Pointer> {
    let pointer = node.as_str().and_then(Pointer::parse);
    if pointer.is_none() {
        let says = format!("{what} is {}", reading.written(node));
        reading.complain(node.span, says, "write a JSON pointer, such as `/id` or `/checkout/id`");
    }
    pointer
}

//! A checkout profile's document becomes a profile.
//!
//! The form is our own, and `profiles/borealhost.yaml` explains it; it is held to the same errors as a policy.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use floorwalker_json::{Document, Fields, Node, Problem, Span, shown};
use regex::Regex;

use super::{ObjectPlace, Pointer, Profile, ReplyShape, Role, SecretKind, Step};
use crate::{PollPace, Stretch, duration, reading::Reading};

/// The only version there is.
pub(super) const VERSION: u64 = 1;

pub(super) const OBJECT_PLACES: [(&str, ObjectPlace); 2] =
    [("structured", ObjectPlace::Structured), ("text", ObjectPlace::Text)];
pub(super) const DOES: [(&str, Option<Step>); 4] =
    [("create", None), ("update", Some(Step::Update)), ("complete", Some(Step::Complete)), ("poll", Some(Step::Poll))];
const TERMINAL_HELP: &str = "add the statuses that nothing follows, such as `[completed, failed]`";
const SECRET_HELP: &str = "say where it is (`places: [/api_key]`), what it looks like (`pattern`), or both";

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
    let roles = tools.map(|node| roles(&mut reading, node)).unwrap_or_default();
    let reply =
        reading.required(&mut fields, "reply", "add where a reply shows `id`, `status` and `terminal` statuses");
    let reply = reply.and_then(|node| reply_shape(&mut reading, node));
    let pace = pace(&mut reading, fields.optional("polls"), &roles, fields.span());
    let secrets = fields.optional("secrets").map(|node| secrets(&mut reading, node)).unwrap_or_default();
    reading.finish(fields, root, &["cancel", "claim", "total"]);
    match (name, reply) {
        (Some(_), Some(reply)) if reading.problems.is_empty() => {
            let ids = ids(&roles);
            Ok(Profile { roles, ids, reply, pace: Arc::new(pace), secrets })
        }
        _ => Err(reading.problems_in_order()),
    }
}

fn roles(reading: &mut Reading<'_>, node: &Node<'_>) -> HashMap<String, Role> {
    let Some(members) = node.as_object() else {
        let says = format!("`tools` is {}, not a map", reading.written(node));
        reading.complain(node.span, says, "write the tools' names as keys");
        return HashMap::new();
    };
    let noted = reading.problems.len();
    let mut roles = HashMap::new();
    for member in members {
        if reading.is_name(member.key_span, &member.key, "a tool's name")
            && let Some(role) = role(reading, &member.value)
        {
            roles.insert(member.key.clone().into_owned(), role);
        }
    }
    if reading.problems.len() == noted && !roles.values().any(|role| *role == Role::Create) {
        reading.complain(node.span, "no tool here creates a checkout", "add the one that does: `{ does: create }`");
    }
    roles
}

fn role(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Role> {
    let mut fields = Fields::of(node, "a tool's role", &mut reading.problems);
    let does = reading.required(&mut fields, "does", "add `create`, `update`, `complete` or `poll`");
    let does = does.and_then(|node| reading.one_of(node, "`does`", &DOES));
    let id = fields.optional("id");
    let role = match (does, id) {
        (Some(None), None) => Some(Role::Create),
        (Some(None), Some(id)) => {
            let help = "take it out: the id is in the reply, where `reply` says";
            reading.complain(id.span, "a tool that creates a checkout is not told an id", help);
            None
        }
        (Some(Some(step)), Some(id)) => reading.name(id, "`id`").map(|id| Role::On { step, id: id.to_owned() }),
        (Some(Some(_)), None) => {
            reading.complain(node.span, "a tool's role has no `id`", "add the argument that carries the checkout's id");
            None
        }
        (None, _) => None,
    };
    reading.finish(fields, node, &[]);
    role
}

fn ids(roles: &HashMap<String, Role>) -> BTreeSet<String> {
    let ids = roles.values().filter_map(|role| match role {
        Role::Create => None,
        Role::On { id, .. } => Some(id.clone()),
    });
    ids.collect()
}

fn reply_shape(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<ReplyShape> {
    let mut fields = Fields::of(node, "`reply`", &mut reading.problems);
    let object = reading.required(&mut fields, "object", "add `[structured, text]`");
    let object = object.map(|node| object_places(reading, node)).unwrap_or_default();
    let id = reading.required(&mut fields, "id", "add where the checkout's id is, such as `/id`");
    let id = id.and_then(|node| pointer(reading, node, "`id`"));
    let status = reading.required(&mut fields, "status", "add where the checkout's status is, such as `/status`");
    let status = status.and_then(|node| pointer(reading, node, "`status`"));
    let terminal = reading.required(&mut fields, "terminal", TERMINAL_HELP);
    let terminal = terminal.map(|node| terminal_statuses(reading, node)).unwrap_or_default();
    reading.finish(fields, node, &["total"]);
    Some(ReplyShape { object, id: id?, status: status?, terminal })
}

fn object_places(reading: &mut Reading<'_>, node: &Node<'_>) -> Vec<ObjectPlace> {
    let mut places = Vec::new();
    let entries = reading.list(node, "`object`");
    if entries.is_empty() && node.as_array().is_some() {
        reading.complain(node.span, "`object` is an empty list", "write `[structured, text]`");
    }
    for entry in entries {
        match reading.one_of(entry, "a place in `object`", &OBJECT_PLACES) {
            Some(place) if places.contains(&place) => {
                let says = format!("{} stands in `object` twice", reading.written(entry));
                reading.complain(entry.span, says, "take one of them out");
            }
            place => places.extend(place),
        }
    }
    places
}

fn terminal_statuses(reading: &mut Reading<'_>, node: &Node<'_>) -> BTreeSet<String> {
    let mut statuses = BTreeSet::new();
    for entry in reading.list(node, "`terminal`") {
        let Some(status) = reading.name(entry, "a status in `terminal`") else { continue };
        if !statuses.insert(status.to_owned()) {
            let says = format!("`{}` stands in `terminal` twice", shown(status));
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

/// A profile with a tool that polls must say how often.
fn pace(reading: &mut Reading<'_>, node: Option<&Node<'_>>, roles: &HashMap<String, Role>, whole: Span) -> PollPace {
    let polls = roles.values().any(|role| matches!(role, Role::On { step: Step::Poll, .. }));
    let stretches = match node {
        Some(node) => stretches(reading, node),
        None if polls => {
            reading.complain(whole, "the profile has no `polls`", "add `polls: [{ until: 10m, gap: 15s }]`");
            Vec::new()
        }
        None => Vec::new(),
    };
    PollPace { stretches }
}

fn stretches(reading: &mut Reading<'_>, node: &Node<'_>) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let entries = reading.list(node, "`polls`");
    if entries.is_empty() && node.as_array().is_some() {
        reading.complain(node.span, "`polls` is an empty list", "add `{ until: 10m, gap: 15s }`");
    }
    for entry in entries {
        let Some(stretch) = stretch(reading, entry) else { continue };
        if stretches.last().is_some_and(|last| last.until >= stretch.until) {
            let help = "write the stretches in the order of their ends, counted from the first poll";
            reading.complain(entry.span, "this stretch does not end after the one before it", help);
        }
        stretches.push(stretch);
    }
    stretches
}

fn stretch(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Stretch> {
    let mut fields = Fields::of(node, "a stretch of `polls`", &mut reading.problems);
    let until = reading.required(&mut fields, "until", "add where it ends, counted from the first poll, such as `60s`");
    let until = until.and_then(|node| span_of_time(reading, node, "`until`"));
    let gap = reading.required(&mut fields, "gap", "add the least time between two polls, such as `5s`");
    let gap = gap.and_then(|node| span_of_time(reading, node, "`gap`"));
    reading.finish(fields, node, &[]);
    Some(Stretch { until: until?, gap: gap? })
}

fn span_of_time(reading: &mut Reading<'_>, node: &Node<'_>, what: &str) -> Option<Duration> {
    let span = node.as_str().and_then(|text| duration(text).ok()).filter(|span| !span.is_zero());
    if span.is_none() {
        let says = format!("{what} is {}", reading.written(node));
        reading.complain(node.span, says, "write a span of time, such as `250ms`, `5s` or `10m`");
    }
    span
}

fn secrets(reading: &mut Reading<'_>, node: &Node<'_>) -> Vec<SecretKind> {
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

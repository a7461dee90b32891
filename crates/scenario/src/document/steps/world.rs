//! `world` steps: what happens outside MCP.

use floorwalker_json::{Fields, Node};
use floorwalker_mocks::Control;
use serde_json::{Map, Value};

use crate::document::reading::Reader;
use crate::document::steps::Context;
use crate::document::{Deed, Verb, WorldStep};
use crate::template::{TextTemplate, plain};

pub(in crate::document) const VERBS: [Verb; 5] = [Verb::Pay, Verb::Decline, Verb::Provision, Verb::Fail, Verb::Expire];
const DEEDS: [&str; 7] = ["pay", "decline", "provision", "fail", "expire", "fault", "find"];

pub(crate) fn step(mut fields: Fields<'_, '_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Option<WorldStep> {
    let world = fields.optional("world");
    let server = fields.optional("server");
    let word = world.and_then(|node| reader.text(node, "`world`"));
    let deed = match word.as_deref()? {
        "fault" => fault(&mut fields, reader),
        "find" => find(&mut fields, reader),
        word => checkout(word, world?, &mut fields, reader),
    };
    fields.finish(&mut reader.problems);
    let server = server_of(server, world?, context, reader);
    Some(WorldStep { server: server?, deed: deed? })
}

/// The mock that is named, or the only one.
fn server_of(
    node: Option<&Node<'_>>,
    world: &Node<'_>,
    context: &Context<'_>,
    reader: &mut Reader<'_>,
) -> Option<String> {
    let servers = context.cast.mocks.names();
    match (node, servers.as_slice()) {
        (Some(node), _) => {
            let name = reader.text(node, "`server`")?;
            context.cast.mocks.check(node.span, "server", &name, reader);
            Some(name)
        }
        (None, [only]) => Some((*only).to_owned()),
        // Without mocks there is another problem already, and what this step keeps must not become one.
        (None, []) => Some(String::new()),
        (None, _) => {
            reader.complain(world.span, "there are several servers", "say which with `server`");
            None
        }
    }
}

fn checkout(word: &str, node: &Node<'_>, fields: &mut Fields<'_, '_>, reader: &mut Reader<'_>) -> Option<Deed> {
    let checkout = fields.optional("checkout");
    let Some(verb) = VERBS.into_iter().find(|verb| verb.word() == word) else {
        reader.unknown(node.span, "deed", word, &DEEDS);
        return None;
    };
    let checkout = match checkout {
        Some(node) => Some(TextTemplate::new(&reader.text(node, "`checkout`")?)),
        None => None,
    };
    Some(Deed::Checkout { verb, checkout })
}

/// The mock reads its own script, so that scenario files and the control listener know the same ones.
fn fault(fields: &mut Fields<'_, '_>, reader: &mut Reader<'_>) -> Option<Deed> {
    let mut members = Map::new();
    members.insert("world".to_owned(), Value::from("fault"));
    for key in ["tool", "times", "then"] {
        if let Some(node) = fields.optional(key) {
            members.insert(key.to_owned(), plain(node));
        }
    }
    match Control::from_json(&Value::Object(members)) {
        Ok(control) => Some(Deed::Fault(control)),
        Err(error) => {
            reader.complain(fields.span(), error.to_string(), "a fault has `tool`, `then` and perhaps `times`");
            None
        }
    }
}

fn find(fields: &mut Fields<'_, '_>, reader: &mut Reader<'_>) -> Option<Deed> {
    let node = fields.required("keep", &mut reader.problems)?;
    let mut found = Vec::new();
    for (name, span, path) in reader.members(node, "`keep`") {
        let (name, path) = (reader.name(name, span), reader.text(path, "what to find"));
        found.extend(name.zip(path).map(|(name, path)| (name, TextTemplate::new(&path))));
    }
    Some(Deed::Find(found))
}

//! `world` steps: what happens outside MCP.

use floorwalker_json::{Fields, Node};
use floorwalker_mocks::Control;

use crate::document::reading::Reader;
use crate::document::steps::Context;
use crate::document::{Deed, WorldStep};
use crate::template::{Template, TextTemplate};

/// What a control may say besides its word. The mock reads it, so that scenario files and the control listener know the
/// same ones. Time that passes for a mock is a step of its own, `advance`.
pub(in crate::document) const CONTROLS: [(&str, &[&str]); 12] = [
    ("pay", &["checkout", "by"]),
    ("decline", &["checkout"]),
    ("clear", &["checkout"]),
    ("provision", &["checkout"]),
    ("fail", &["checkout"]),
    ("expire", &["checkout"]),
    ("escalate", &["checkout"]),
    ("resolve", &["checkout"]),
    ("reprice", &["checkout", "total_minor"]),
    ("webhook", &["checkout", "event", "sign"]),
    ("restart", &[]),
    ("fault", &["tool", "times", "then"]),
];

pub(crate) fn step(mut fields: Fields<'_, '_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Option<WorldStep> {
    let world = fields.optional("world");
    let server = fields.optional("server");
    let word = world.and_then(|node| reader.text(node, "`world`"));
    let deed = match word.as_deref()? {
        "find" => find(&mut fields, reader),
        word => control(word, world?, &mut fields, reader),
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

fn control(word: &str, world: &Node<'_>, fields: &mut Fields<'_, '_>, reader: &mut Reader<'_>) -> Option<Deed> {
    let Some((verb, said)) = CONTROLS.into_iter().find(|(verb, _)| *verb == word) else {
        let deeds: Vec<&str> = CONTROLS.into_iter().map(|(verb, _)| verb).chain(["find"]).collect();
        reader.unknown(world.span, "deed", word, &deeds);
        // What the deed would have been told is not wrong by itself.
        for key in CONTROLS.into_iter().flat_map(|(_, said)| said) {
            fields.optional(key);
        }
        return None;
    };
    let said = said.iter().filter_map(|key| Some((*key, fields.optional(key)?)));
    let members = std::iter::once(("world", world)).chain(said);
    let control = Template::of_members(members.collect());
    match Control::from_json(control.written()) {
        Ok(_) => Some(Deed::Control { verb, control }),
        Err(error) => {
            reader.complain(fields.span(), error.to_string(), "docs/ has a page for each server, with what it plays");
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

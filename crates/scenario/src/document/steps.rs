//! The steps: which of the actions each one is, and what it needs.

use std::time::Duration;

use floorwalker_json::{Fields, Node, nearest};

use crate::document::expect::{HandlingNodes, outcome};
use crate::document::load::Cast;
use crate::document::reading::{Reader, listed, written};
use crate::document::{Action, CallStep, Handling, Patience, RepeatStep, Step, TogetherStep};
use crate::template::Template;

pub(super) mod approval;
mod gateway;
mod raw;
pub(super) mod world;

/// The keys that say what a step does, in the order in which errors list them.
const ACTIONS: [&str; 15] = [
    "call",
    "raw",
    "world",
    "approve",
    "deny",
    "approvals",
    "wait",
    "advance",
    "together",
    "repeat",
    "reload",
    RESTART,
    CRASH,
    "clock",
    "session",
];

/// The steps that need no map.
pub(super) const RESTART: &str = "restart";
pub(super) const CRASH: &str = "crash";

/// Rounds of one `repeat`; more would only make the suite slow.
pub(super) const ROUNDS_MAX: u64 = 10_000;

/// Where in the file a step stands, and what may be done there.
#[derive(Clone, Debug)]
pub(crate) struct Context<'c> {
    cast: &'c Cast,
    /// `""` for the top level, `"4."` inside the fourth step.
    prefix: String,
    /// Whether the step is one of several that happen at once.
    together: bool,
}

/// The steps of the whole file.
pub(crate) fn steps(node: &Node<'_>, cast: &Cast, reader: &mut Reader<'_>) -> Vec<Step> {
    several(node, &Context { cast, prefix: String::new(), together: false }, reader)
}

fn several(node: &Node<'_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Vec<Step> {
    let elements = reader.elements(node, "a list of steps");
    let numbered = elements.iter().enumerate();
    numbered
        .filter_map(|(index, node)| step(node, format!("{}{}", context.prefix, index + 1), context, reader))
        .collect()
}

fn step(node: &Node<'_>, number: String, context: &Context<'_>, reader: &mut Reader<'_>) -> Option<Step> {
    let inside = Context { prefix: format!("{number}."), ..context.clone() };
    let action = action(node, &inside, reader)?;
    if context.together && !action.fits_together() {
        let help =
            "`together` takes `call`, `raw`, `world`, `approve`, `deny`, `approvals`, `repeat`, `reload` and `crash`";
        reader.complain(node.span, "this cannot happen at the same time as others", help);
    }
    Some(Step { number, line: reader.line(node.span), action })
}

impl Action {
    /// Whether it can happen while others do.
    fn fits_together(&self) -> bool {
        matches!(
            self,
            Self::Call(_)
                | Self::Raw(_)
                | Self::World(_)
                | Self::Approval(_)
                | Self::Repeat(_)
                | Self::Reload(_)
                | Self::Crash
        )
    }
}

fn action(node: &Node<'_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Option<Action> {
    if let Some(action) = node.as_str().and_then(gateway::word) {
        return Some(action);
    }
    let keyword = keyword(node, reader)?;
    let mut fields = Fields::of(node, "this step", &mut reader.problems);
    match keyword {
        "call" => call(fields, context, reader).map(Action::Call),
        "raw" => raw::step(fields, context, reader).map(Action::Raw),
        "world" => world::step(fields, context, reader).map(Action::World),
        "approve" | "deny" | "approvals" => approval::step(keyword, fields, context, reader).map(Action::Approval),
        "together" => together(fields, context, reader).map(Action::Together),
        "repeat" => repeat(fields, context, reader).map(Action::Repeat),
        "reload" => gateway::reload(fields, context, reader).map(Action::Reload),
        _ => {
            let value = fields.optional(keyword);
            fields.finish(&mut reader.problems);
            simple(keyword, value?, context, reader)
        }
    }
}

/// The one key that says what the step does.
fn keyword(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<&'static str> {
    let members = reader.members(node, "a step");
    let found: Vec<&str> = ACTIONS.into_iter().filter(|action| members.iter().any(|(key, ..)| key == action)).collect();
    match found.as_slice() {
        [one] => ACTIONS.into_iter().find(|action| action == one),
        [] => {
            let meant = members.iter().find_map(|(key, ..)| nearest(key, ACTIONS));
            let help = meant.map_or_else(
                || format!("it needs one of {}", listed(&ACTIONS)),
                |word| format!("did you mean `{word}`?"),
            );
            reader.complain(node.span, "this step does nothing", help);
            None
        }
        several => {
            reader.complain(
                node.span,
                format!("this step does several things: {}", listed(several)),
                "write a step for each",
            );
            None
        }
    }
}

fn simple(keyword: &str, value: &Node<'_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Option<Action> {
    match keyword {
        "wait" => reader.duration(value, "`wait`").map(Action::Wait),
        "advance" => Some(Action::Advance(advance(value, context, reader))),
        "session" => Some(Action::Session(agent(value, context, reader)?)),
        "clock" => gateway::clock(value, reader),
        _ => gateway::of_gateway(keyword, value, reader),
    }
}

fn advance(node: &Node<'_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Vec<(String, Duration)> {
    let mut found = Vec::new();
    for (server, span, length) in reader.members(node, "`advance`") {
        context.cast.mocks.check(span, "server", server, reader);
        found.extend(reader.duration(length, "the length").map(|length| (server.to_owned(), length)));
    }
    found
}

fn call(mut fields: Fields<'_, '_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Option<CallStep> {
    let caller = fields.required("agent", &mut reader.problems);
    let target = fields.optional("call");
    let with = fields.optional("with");
    let hang_up = fields.optional("hang_up");
    let handling = HandlingNodes::of(&mut fields);
    fields.finish(&mut reader.problems);
    let caller = caller.and_then(|node| agent(node, context, reader));
    let target = target.and_then(|node| server_and_tool(node, context, reader));
    let with = with.map_or_else(|| Some(Template::empty()), |node| arguments(node, reader));
    let handling = handling.read(reader);
    let patience = hang_up.map_or(Some(Patience::Stays), |node| patience(node, &handling, reader));
    let (server, tool) = target?;
    Some(CallStep { agent: caller?, server, tool, with: with?, patience: patience?, handling })
}

fn patience(node: &Node<'_>, handling: &Handling, reader: &mut Reader<'_>) -> Option<Patience> {
    let hangs_up = reader.flag(node, "`hang_up`")?;
    if hangs_up && *handling != Handling::default() {
        reader.complain(node.span, "who hangs up sees no answer", "leave out `expect`, `keep`, `as` and `like`");
    }
    Some(if hangs_up { Patience::HangsUp } else { Patience::Stays })
}

fn arguments(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Template> {
    if node.as_object().is_none() {
        reader.complain(node.span, format!("`with` is {}", node.kind()), "write the tool's arguments as a map");
        return None;
    }
    Some(Template::of(node))
}

/// `server/tool`; the tool may be one that does not exist, the server may not.
fn server_and_tool(node: &Node<'_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Option<(String, String)> {
    let Some((server, tool)) = node.as_str().and_then(|text| text.split_once('/')).filter(|(_, tool)| !tool.is_empty())
    else {
        let says = format!("`call` is {}", written(node, reader.source));
        reader.complain(node.span, says, "write `server/tool`, such as `borealhost/create_checkout`");
        return None;
    };
    context.cast.mocks.check(node.span, "server", server, reader);
    Some((server.to_owned(), tool.to_owned()))
}

fn agent(node: &Node<'_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Option<String> {
    let name = reader.text(node, "the agent")?;
    context.cast.agents.check(node.span, "agent", &name, reader);
    Some(name)
}

fn together(mut fields: Fields<'_, '_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Option<TogetherStep> {
    let (list, tally) = (fields.optional("together"), fields.optional("outcome"));
    fields.finish(&mut reader.problems);
    let inside = Context { together: true, ..context.clone() };
    Some(TogetherStep { steps: several(list?, &inside, reader), outcome: outcome(tally, reader) })
}

fn repeat(mut fields: Fields<'_, '_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Option<RepeatStep> {
    let span = fields.span();
    let (times, every) = (fields.optional("repeat"), fields.optional("every"));
    let (list, one) = (fields.optional("steps"), fields.optional("step"));
    let tally = fields.optional("outcome");
    fields.finish(&mut reader.problems);
    let steps = match (list, one) {
        (Some(list), None) => several(list, context, reader),
        (None, Some(one)) => step(one, format!("{}1", context.prefix), context, reader).into_iter().collect(),
        _ => {
            reader.complain(span, "`repeat` does not say what to repeat", "write either `step` or `steps`");
            Vec::new()
        }
    };
    let times = times.and_then(|node| rounds(node, reader));
    let every_span = every.map_or(Some(Duration::ZERO), |node| reader.duration(node, "`every`"));
    if let Some(node) = every.filter(|_| context.together) {
        reader.complain(node.span, "time cannot pass between rounds that happen at once", "leave `every` out");
    }
    Some(RepeatStep { times: times?, every: every_span?, steps, outcome: outcome(tally, reader) })
}

fn rounds(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<u64> {
    let times = reader.number(node, "`repeat`")?;
    if !(1..=ROUNDS_MAX).contains(&times) {
        reader.complain(node.span, format!("`repeat` is {times}"), format!("write a number from 1 to {ROUNDS_MAX}"));
        return None;
    }
    Some(times)
}

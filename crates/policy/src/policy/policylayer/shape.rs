//! The shape of what PolicyLayer JSON v1, the catalogue's shorthand and we say of tools.

use floorwalker_json::{MapShape, Shape};

use super::{
    PUBLISHED, ROLLING,
    shorthand::{ACTIONS, Action, BESIDE_NO_DENIAL},
};
use crate::{
    condition::shape::path,
    policy::{
        load::{SHARED_BY, WINDOWS},
        shape::{CONDITION, approvers, ask_span, on_deny},
    },
    reading::{words_for, words_of},
};

/// The keys that this dialect adds to those of every policy.
pub(in crate::policy) fn with_rules(policy: MapShape) -> MapShape {
    let limits = Shape::list(limit_of_calls().into());
    let all_tools = MapShape::new("`all_tools`")
        .optional("limits", limits, "Limits that every allowed call charges, whatever the tool.")
        .optional("require_approval", asks(), "When a person is asked, whatever the tool.")
        .some_of(&["limits", "require_approval"]);
    policy
        .optional("windows", words_of(&ROLLING), "Windows roll here anyway; Intercept's dialect has a choice.")
        .optional("all_tools", all_tools.into(), "What holds of all tools together.")
        .optional("tools", Shape::map_from(Shape::name(), tool()), "The tools that may be called, each with its rule.")
}

/// A tool that is always denied has nothing else to say.
fn tool() -> Shape {
    let map = || MapShape::new("a tool's rule");
    let limits = Shape::list(Shape::Either(vec![limit_of_calls().into(), limit_of_amounts().into()]));
    let ruled = |map: MapShape| {
        map.optional("require", entries("an entry of `require`"), "All conditions of every entry must hold.")
            .optional(
                "deny_if",
                entries("an entry of `deny_if`"),
                "A call is denied when all conditions of an entry hold.",
            )
            .optional("schema", schema(), "What the arguments must fit: the published schema, or one of your own.")
            .optional("limits", limits.clone(), "Every one of them must have room for a call.")
            .optional("rate_limit", rate_limit().into(), "A limit on the calls of each grant to this tool.")
            .optional("require_approval", asks(), "When a person is asked.")
    };
    let allowed = map()
        .optional("action", words_for(&ACTIONS, &[Action::Allow]), "The tool may be called, as far as its rule says.")
        .never(&["reason"], "Only an action that denies or asks has one.");
    let asked = map()
        .required("action", words_for(&ACTIONS, &[Action::RequireApproval]), "A person is asked about every call.")
        .optional("reason", Shape::text(), "What the agent and the person are told.");
    let denied = map()
        .required("action", words_for(&ACTIONS, &[Action::Deny]), "The tool is always denied.")
        .optional("reason", Shape::text(), "What the agent is told.")
        .never(&BESIDE_NO_DENIAL, "A tool that is always denied has none.");
    Shape::Either(vec![ruled(allowed).into(), ruled(asked).into(), denied.into()])
}

fn entries(what: &'static str) -> Shape {
    let conditions = Shape::list(Shape::Part(CONDITION));
    Shape::list(on_deny(MapShape::new(what).required("conditions", conditions, "What must hold, all of it.")).into())
}

fn asks() -> Shape {
    let entry = MapShape::new("an entry of `require_approval`")
        .optional("conditions", Shape::list(Shape::Part(CONDITION)), "When it asks; always unless written.")
        .optional("approvers", approvers(), "Who may answer.")
        .optional("expires", ask_span(), "How long a yes can be given and used after it was asked for.")
        .optional("reason", Shape::text(), "What the agent and the person are told.");
    Shape::list_of_some(entry.into())
}

fn schema() -> Shape {
    Shape::Either(vec![Shape::words([PUBLISHED]), Shape::AnyMap])
}

fn limit_of_calls() -> MapShape {
    let map = limit()
        .required("max", Shape::whole(0), "How much the window holds.")
        .optional("increment", Shape::whole(1), "How much each call takes; 1 unless written.")
        .never(&["increment_from", "currency", "currency_from"], "Only a limit of what an argument says has these.");
    on_deny(map)
}

fn limit_of_amounts() -> MapShape {
    let map = limit()
        .required("max", Shape::Number { least: Some(0) }, "How much the window holds.")
        .never(&["increment"], "The argument says how much.")
        .required("increment_from", path(), "The argument that says how much the call takes.")
        .optional("currency", Shape::name(), "The only currency that passes.")
        .optional("currency_from", path(), "The argument that names the currency; `args.currency` unless written.");
    on_deny(map)
}

fn limit() -> MapShape {
    MapShape::new("a limit")
        .required("counter", Shape::name(), "What is counted; tools that name the same counter share it.")
        .required("window", window(), "In every interval of this length at most `max` passes; a number is seconds.")
        .optional("scope", words_of(&SHARED_BY), "Whose calls are counted together; those of a grant unless written.")
}

fn rate_limit() -> MapShape {
    MapShape::new("`rate_limit`").required("max", Shape::whole(0), "How many calls the window holds.").required(
        "window",
        window(),
        "In every interval of this length; a number is seconds.",
    )
}

fn window() -> Shape {
    Shape::Either(vec![words_of(&WINDOWS), Shape::whole(1)])
}

//! The shape of what Intercept YAML v1 says of tools.

use floorwalker_json::{MapShape, Shape};

use super::{
    KINDS,
    rule::{ACTIONS, Action},
    state::BOUNDS,
};
use crate::{
    condition::shape::{of, path},
    policy::{
        load::WINDOWS,
        shape::{CONDITION, ask_span, on_deny},
    },
    reading::{words_for, words_of},
};

/// The keys that this dialect adds to those of every policy.
///
/// A document is of this dialect when one of its tools has `rules`, so that it has one.
pub(in crate::policy) fn with_rules(policy: MapShape) -> MapShape {
    let tool = MapShape::new("a tool of this dialect").required(
        "rules",
        Shape::list(rule()),
        "What is asked, in this order; none allows the tool.",
    );
    let tools = Shape::map_from_some(Shape::name(), tool.into());
    policy
        .optional("windows", words_of(&KINDS), "Whether a minute, hour or day is one of the calendar, or any.")
        .required("tools", tools, "The tools that may be called, each with its rules; `*` holds for every tool.")
}

/// A rule evaluates, counts calls, denies always, or asks a person.
fn rule() -> Shape {
    let map = || MapShape::new("a rule").required("name", Shape::name(), "What the rule is for.");
    let evaluates = words_for(&ACTIONS, &[Action::Evaluate]);
    let evaluate = map()
        .optional("action", evaluates.clone(), "It denies unless all of its conditions hold.")
        .required("conditions", conditions(), "What must hold, all of it; one may bound the counter of `state`.")
        .optional("state", state(), "What a call adds to a counter.")
        .never(&["rate_limit", "approval_timeout"], "It is a rule of its own.");
    let count = map()
        .optional("action", evaluates, "It denies when the limit is full.")
        .required("rate_limit", rate_limit(), "How many calls of everybody together pass, such as `5/hour`.")
        .never(&["conditions", "state", "approval_timeout"], "They are a rule of their own.");
    let deny = map()
        .required("action", words_for(&ACTIONS, &[Action::Deny]), "It always denies.")
        .never(&["conditions", "state", "rate_limit", "approval_timeout"], "A rule that always denies has none.");
    let ask = map()
        .required("action", words_for(&ACTIONS, &[Action::RequireApproval]), "A person is asked.")
        .optional("conditions", Shape::list(Shape::Part(CONDITION)), "When; always unless written.")
        .optional("approval_timeout", ask_span(), "How long a yes can be given and used after it was asked for.")
        .never(&["state", "rate_limit"], "They are a rule of their own.");
    Shape::Either([evaluate, count, deny, ask].into_iter().map(|map| on_deny(map).into()).collect())
}

fn conditions() -> Shape {
    let counter = Shape::matching(r"^state\.");
    let bound = of(counter, words_of(&BOUNDS), Shape::Number { least: Some(0) });
    Shape::list_of_some(Shape::Either(vec![Shape::Part(CONDITION), bound]))
}

fn state() -> Shape {
    let map = || {
        MapShape::new("`state`")
            .required("counter", Shape::name(), "What is counted; everybody's calls of this tool share it.")
            .required("window", words_of(&WINDOWS), "Over which time.")
    };
    let same = map()
        .optional("increment", Shape::whole(0), "How much each call adds; 1 unless written.")
        .never(&["increment_from"], "`increment` says how much.");
    let argument = map()
        .required("increment_from", path(), "The argument that says how much the call adds.")
        .never(&["increment"], "The argument says how much.");
    Shape::Either(vec![same.into(), argument.into()])
}

fn rate_limit() -> Shape {
    let windows: Vec<&str> = WINDOWS.iter().map(|(word, _)| *word).collect();
    Shape::matching(&format!(r"^\+?0*[1-9][0-9]*/({})$", windows.join("|")))
}

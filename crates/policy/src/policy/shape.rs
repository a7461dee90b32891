//! The shape of a policy document; `load` beside it gives it its meaning.
//!
//! What the dialects share is here; what each says of tools stands beside its loader.

use floorwalker_json::{DocumentShape, MapShape, Shape};

use super::{
    intercept,
    load::{DEFAULTS, VERSION},
    policylayer,
};
use crate::{condition::shape::condition, reading::words_of};

/// A condition on the arguments, which all dialects write alike.
pub(super) const CONDITION: &str = "condition";

const DEFAULT: &str = "What holds for a tool that `tools` does not name.";

pub(super) fn policy() -> DocumentShape {
    let (ours, theirs) = (root().required("default", words_of(&DEFAULTS), DEFAULT), root());
    let theirs = theirs.optional("default", words_of(&DEFAULTS), DEFAULT);
    DocumentShape {
        means: "A policy: which tools an agent may call, with what, and how often.",
        root: Shape::Either(vec![
            policylayer::shape::with_rules(ours).into(),
            intercept::shape::with_rules(theirs).into(),
        ]),
        parts: vec![(CONDITION, condition())],
    }
}

/// With what the agent is told instead of our own words.
pub(super) fn on_deny(map: MapShape) -> MapShape {
    map.optional("on_deny", Shape::text(), "What the agent is told when this denies.")
}

/// Names of those who may answer an ask.
pub(super) fn approvers() -> Shape {
    Shape::list_of_some(Shape::name())
}

/// Seconds, or a length of time with its units.
pub(super) fn ask_span() -> Shape {
    Shape::Either(vec![Shape::whole(1), Shape::span_of_time()])
}

fn approvals() -> MapShape {
    MapShape::new("`approvals`")
        .optional("approvers", approvers(), "Who may answer; everybody who is an approver unless written.")
        .optional(
            "expires",
            ask_span(),
            "How long a yes can be given and used after it was asked for; 15 minutes unless written.",
        )
        .optional("pending_max", Shape::whole(1), "How many asks of a grant may wait at a time; 5 unless written.")
        .optional(
            "cool_down",
            ask_span(),
            "How long a no stands before the same is asked again; 5 minutes unless written.",
        )
}

fn root() -> MapShape {
    MapShape::new("the policy")
        .optional("approvals", approvals().into(), "What holds for every ask that does not say otherwise.")
        .required("version", Shape::words([VERSION]), "The version of the dialect, in quotes.")
        .optional("description", Shape::text(), "For people.")
        .optional(
            "hide",
            Shape::list(Shape::name()),
            "Tools that are in no list and answer like unknown ones; `*` is all.",
        )
}

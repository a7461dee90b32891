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

fn root() -> MapShape {
    MapShape::new("the policy")
        .required("version", Shape::words([VERSION]), "The version of the dialect, in quotes.")
        .optional("description", Shape::text(), "For people.")
        .optional(
            "hide",
            Shape::list(Shape::name()),
            "Tools that are in no list and answer like unknown ones; `*` is all.",
        )
}

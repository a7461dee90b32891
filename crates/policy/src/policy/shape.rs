//! The shape of a policy document; `load` beside it gives it its meaning.

use floorwalker_json::{DocumentShape, MapShape, Shape};

use super::load::{DEFAULTS, SHARED_BY, VERSION, WINDOWS};
use crate::reading::words_of;

pub(super) fn policy() -> DocumentShape {
    let tools = Shape::map_from(Shape::name(), tool().into());
    let root = MapShape::new("the policy")
        .required("version", Shape::words([VERSION]), "The version of the dialect, in quotes.")
        .required("default", words_of(&DEFAULTS), "What holds for a tool that `tools` does not name.")
        .optional(
            "hide",
            Shape::list(Shape::name()),
            "Tools that are in no list and answer like unknown ones; `*` is all.",
        )
        .optional("tools", tools, "The tools that may be called, and how often.");
    DocumentShape {
        means: "A policy: which tools an agent may call, and how often.",
        root: root.into(),
        parts: Vec::new(),
    }
}

fn tool() -> MapShape {
    let limits = Shape::list(limit().into());
    MapShape::new("a tool's rule").optional("limits", limits, "Every one of them must have room for a call.")
}

fn limit() -> MapShape {
    let window = Shape::Either(vec![words_of(&WINDOWS), Shape::whole(1)]);
    MapShape::new("a limit")
        .required("counter", Shape::name(), "What is counted; tools that name the same counter share it.")
        .required("window", window, "In every interval of this length at most `max` calls pass; a number is seconds.")
        .required("max", Shape::whole(0), "How many calls the window holds.")
        .optional("scope", words_of(&SHARED_BY), "Whose calls are counted together; those of a grant unless written.")
}

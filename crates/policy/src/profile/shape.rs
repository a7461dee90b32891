//! The shape of a checkout profile; `load` beside it gives it its meaning.

use floorwalker_json::{DocumentShape, MapShape, Shape};

use super::load::{DOES, OBJECT_PLACES, VERSION};
use crate::reading::words_of;

pub(super) fn profile() -> DocumentShape {
    let tools = Shape::map_from_some(Shape::name(), role().into());
    let root = MapShape::new("the profile")
        .required("version", Shape::Whole { least: VERSION.into(), most: VERSION.into() }, "The version of this form.")
        .required("profile", Shape::name(), "The server that this is about.")
        .required("tools", tools, "The tools that touch a checkout.")
        .required("reply", reply().into(), "Where a reply says what.")
        .optional(
            "polls",
            Shape::list_of_some(stretch().into()),
            "How often a checkout may be polled, stretch by stretch.",
        )
        .optional("secrets", Shape::list(secret().into()), "What the server shows once, and only to the owner.");
    DocumentShape {
        means: "A checkout profile: what a server's tools do to a checkout, and where its replies say so.",
        root: root.into(),
        parts: Vec::new(),
    }
}

fn role() -> MapShape {
    MapShape::new("a tool's role").required("does", words_of(&DOES), "What the tool does to a checkout.").optional(
        "id",
        Shape::name(),
        "The argument that carries the checkout's id; the tool that creates has none.",
    )
}

fn reply() -> MapShape {
    MapShape::new("`reply`")
        .required(
            "object",
            Shape::list_of_some(words_of(&OBJECT_PLACES)),
            "Where the reply's object is; the first that is there counts.",
        )
        .required("id", pointer(), "Where the checkout's id is in that object.")
        .required("status", pointer(), "Where the checkout's status is in that object.")
        .required("terminal", Shape::list(Shape::name()), "The statuses after which nothing changes any more.")
}

fn stretch() -> MapShape {
    MapShape::new("a stretch of `polls`")
        .required("until", Shape::span_of_time(), "Where the stretch ends, counted from the first poll.")
        .required("gap", Shape::span_of_time(), "The least time between two polls.")
}

fn secret() -> MapShape {
    MapShape::new("a secret")
        .required("kind", Shape::name(), "A name for this kind of secret.")
        .optional("places", Shape::list_of_some(pointer()), "Where it is, looked for in every map of every reply.")
        .optional("pattern", Shape::text(), "What it looks like: a regular expression, looked for in every text.")
        .some_of(&["places", "pattern"])
}

/// A JSON pointer with at least one part.
fn pointer() -> Shape {
    Shape::matching("^(/([^/~]|~[01])+)+$")
}

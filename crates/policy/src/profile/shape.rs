//! The shape of a checkout profile; `load` beside it gives it its meaning.

use floorwalker_json::{DocumentShape, MapShape, Shape};

use super::load::{OBJECT_PLACES, VERSION, roles::DOES};
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
    MapShape::new("a tool's role")
        .required("does", words_of(&DOES), "What the tool does to a checkout.")
        .optional(
            "id",
            Shape::name(),
            "The argument that carries the checkout's id; no tool that quotes or creates has one.",
        )
        .optional("quote", Shape::name(), "The argument of a tool that creates which names a quote.")
        .optional("again", Shape::list(Shape::name()), "The statuses in which a checkout was not completed and can be.")
        .optional("attempts", Shape::whole(1), "How many claims of one purchase may fail.")
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
        .optional("quote", pointer(), "Where a quote's id is in that object.")
        .optional("total", total().into(), "Where the total of a checkout or a quote is in that object.")
}

fn total() -> MapShape {
    let amount = Shape::Either(vec![pointer(), entry().into()]);
    MapShape::new("`total`").required("amount", amount, "Where the amount is, or in which entry of a list.").required(
        "currency",
        pointer(),
        "Where the currency is.",
    )
}

fn entry() -> MapShape {
    let words = Shape::map_from_some(Shape::any_text(), Shape::name());
    MapShape::new("`amount`")
        .required("list", pointer(), "Where the list is.")
        .required("entry", words, "What the entry says, such as `{ type: total }`.")
        .required("at", pointer(), "Where the amount is in the entry.")
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

//! The steps of a scenario, and what is made of their answers.

use floorwalker_json::{MapShape, Shape};
use floorwalker_mocks::control_schema;
use serde_json::Value;

use super::{AMOUNT, file_name};
use crate::answer::Verdict;
use crate::document::ReloadEnd;
use crate::document::steps::approval::DOOR;
use crate::document::steps::world::CONTROLS;
use crate::document::steps::{CRASH, RESTART, ROUNDS_MAX};

pub(super) const STEP: Shape = Shape::Part("step");
const EXPECT: Shape = Shape::Part("expect");
const KEEP: Shape = Shape::Part("keep");
const OUTCOME: Shape = Shape::Part("outcome");

/// What every kind of step is called in the loader's errors.
const WHAT: &str = "this step";

pub(super) fn parts() -> [(&'static str, Shape); 4] {
    let outcome = Verdict::WORDS.map(|word| (word.to_owned(), AMOUNT));
    let keep = Shape::map_from(Shape::matching("^[a-z_][a-z0-9_]*$"), Shape::text());
    [("step", step()), ("expect", expect()), ("keep", keep), ("outcome", Shape::known(outcome))]
}

fn step() -> Shape {
    let of_gateway = [reload(), restart(), crash(), clock()].into_iter().chain(DOOR.map(|(word, _)| door(word)));
    let maps =
        [call(), raw(), find(), wait(), advance(), together(), repeat(), session()].into_iter().chain(of_gateway);
    let maps = maps.map(Shape::Map).chain(CONTROLS.into_iter().map(control));
    Shape::Either(std::iter::once(Shape::words([RESTART, CRASH])).chain(maps).collect())
}

fn call() -> MapShape {
    let with_answer = MapShape::new(WHAT)
        .required("agent", Shape::text(), "Who calls.")
        .required("call", Shape::matching(r"^[^/]+/[\s\S]"), "Which tool of which server: `server/tool`.")
        .optional("with", Shape::AnyMap, "The arguments; `$name` is what an earlier step kept.")
        .optional(
            "hang_up",
            Shape::Flag,
            "Whether the agent hangs up once a server has the call; then there is no answer.",
        );
    handling(with_answer)
}

fn raw() -> MapShape {
    let values = Shape::Either(vec![Shape::Nothing, Shape::text(), Shape::list(Shape::text())]);
    let request = MapShape::new(WHAT)
        .required("raw", Shape::matching(r"^\S+ /[!-~]*$"), "Method and path, such as `POST /borealhost/mcp`.")
        .optional("agent", Shape::text(), "Whose headers go with the bytes; nobody's unless written.")
        .optional(
            "headers",
            Shape::map_from(Shape::text(), values),
            "Headers in place of the honest ones; `~` sends none.",
        )
        .optional("mirrors", Shape::text(), "The tool that the mirrored headers name.")
        .optional("text", Shape::any_text(), "The body as text.")
        .optional("hex", Shape::matching(r"^([0-9A-Fa-f]|\s)*$"), "The body as pairs of hex digits.")
        .optional("base64", Shape::matching(r"^[A-Za-z0-9+/=]*$"), "The body in base64.");
    handling(request)
}

fn door(word: &'static str) -> MapShape {
    let which = match word {
        "approvals" => "Which ask an approver looks at, as it was kept; `all` is all of them.",
        _ => "Which ask an approver answers so, as it was kept.",
    };
    let by = "Who: an approver; or an agent or `nobody`, who may not.";
    handling(MapShape::new(WHAT).required(word, Shape::text(), which).required("by", Shape::text(), by))
}

fn handling(step: MapShape) -> MapShape {
    step.optional("expect", EXPECT, "What the gateway must say.")
        .optional("keep", KEEP, "Names for values of the answer, and where in it they are.")
        .optional("as", Shape::text(), "A name for the answer.")
        .optional("like", Shape::text(), "The name of an earlier answer that this one must not be told from.")
}

fn expect() -> Shape {
    let verdict = || Shape::words(Verdict::WORDS);
    let code = Shape::Whole { least: i64::MIN.into(), most: i64::MAX.into() };
    let details = MapShape::new("an expectation")
        .optional("decision", verdict(), "The verdict.")
        .optional("rule", Shape::text(), "The rule that denied, such as `/checkout/owner`.")
        .optional("status", Shape::Whole { least: 100, most: 599 }, "The HTTP status.")
        .optional("code", code, "The JSON-RPC error code.")
        .optional("retry_after", Shape::span_of_time(), "The wait that the denial names.")
        .optional("text", Shape::text(), "A part of the answer's text.")
        .optional("without", Shape::text(), "A text that is nowhere in the answer.")
        .optional("is_error", Shape::Flag, "Whether the tool reports an error.")
        .optional("tool_error", Shape::text(), "Allowed, and the tool itself refuses it with this in its text.");
    Shape::Either(vec![verdict(), details.into()])
}

fn outside(verb: &str, means: &'static str) -> MapShape {
    MapShape::new(WHAT).required("world", Shape::words([verb]), means).optional(
        "server",
        Shape::text(),
        "At which mock; the only one unless written.",
    )
}

/// The mock reads a control, and so it is asked what may stand in one.
fn control((verb, said): (&str, &[&'static str])) -> Shape {
    let schema = control_schema(verb).unwrap_or_default();
    let needed = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let of = |key: &str| {
        schema.pointer(&format!("/properties/{key}")).map_or(Shape::Anything, |of| Shape::Schema(of.to_string()))
    };
    let deed = outside(verb, "What happens outside MCP; the mock's page says what it plays.");
    let add = |deed: MapShape, key: &&'static str| match needed.iter().any(|name| name == key) {
        true => deed.required(key, of(key), "See the mock's page."),
        false => deed.optional(key, of(key), "See the mock's page."),
    };
    said.iter().fold(deed, add).into()
}

fn find() -> MapShape {
    outside("find", "The human finds what MCP does not show.").required(
        "keep",
        KEEP,
        "Names for what is found, such as `claim_token:my-shop`.",
    )
}

fn wait() -> MapShape {
    MapShape::new(WHAT).required("wait", Shape::span_of_time(), "So much time passes for everybody.")
}

fn advance() -> MapShape {
    let clocks = Shape::map_from(Shape::text(), Shape::span_of_time());
    MapShape::new(WHAT).required("advance", clocks, "The clocks of these mocks run ahead.")
}

fn together() -> MapShape {
    MapShape::new(WHAT)
        .required(
            "together",
            Shape::list_of_some(STEP),
            "Steps that happen at once: `call`, `raw`, `world`, those of approvers, `repeat`, `reload` and `crash`.",
        )
        .optional("outcome", OUTCOME, "How many of the calls inside end how.")
}

fn repeat() -> MapShape {
    MapShape::new(WHAT)
        .required("repeat", Shape::Whole { least: 1, most: ROUNDS_MAX.into() }, "How often the same happens.")
        .optional("every", Shape::span_of_time(), "From the beginning of one round to that of the next.")
        .optional("steps", Shape::list_of_some(STEP), "What happens, in order.")
        .optional("step", STEP, "What happens.")
        .optional("outcome", OUTCOME, "How many of the calls inside end how.")
        .one_of(&["step", "steps"])
}

fn restart() -> MapShape {
    MapShape::new(WHAT).required(RESTART, Shape::words(["gateway"]), "The gateway stops and starts from its log.")
}

fn crash() -> MapShape {
    MapShape::new(WHAT).required(
        CRASH,
        Shape::words(["gateway"]),
        "The gateway ends where it stands, and starts again.",
    )
}

fn reload() -> MapShape {
    let policy = Shape::Either(vec![Shape::Nothing, file_name()]);
    let policies = Shape::Either(vec![file_name(), Shape::map_from(Shape::text(), policy)]);
    let ends = ReloadEnd::WORDS.map(|(word, _)| word);
    MapShape::new(WHAT)
        .required(
            "reload",
            policies,
            "The policy that every grant has from now on, or one for each; `~` takes a grant away.",
        )
        .optional(
            "text",
            Shape::Either(vec![Shape::Nothing, Shape::any_text()]),
            "What that file says by now; `~` when it is gone.",
        )
        .optional("expect", Shape::words(ends), "What the gateway makes of it; `loaded` unless written.")
}

fn clock() -> MapShape {
    let shift = Shape::matching(r"^[+-]([0-9]+(\.[0-9]+)?(ms|s|m|h|d))+$");
    let clock = MapShape::new("`clock`").required("wall", shift, "By how much: `+1h` forward, `-1h` back.");
    MapShape::new(WHAT).required("clock", clock.into(), "Somebody sets the wall clock; no time passes.")
}

fn session() -> MapShape {
    MapShape::new(WHAT).required("session", Shape::text(), "This agent forgets its sessions and begins a new one.")
}

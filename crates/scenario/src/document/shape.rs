//! The shape of a scenario file; `load` and its neighbours give it its meaning.
//!
//! Words come from the tables that the loaders use. What a mock knows (its settings, its counts, its tools) is asked of the
//! mock, so that a new mock needs nothing here.

use floorwalker_json::{DocumentShape, MapShape, Shape};
use floorwalker_mocks::{Listed, NAMES, SecretKind, listed_schema, settings_schema};
use serde_json::Value;

use super::load::ERAS;
use super::witness::{KINDS, known_counts, known_tools};
use crate::guarantee::Guarantee;

mod steps;

/// The parts that stand at several places.
const AMOUNT: Shape = Shape::Part("amount");
const LEDGER: Shape = Shape::Part("ledger");
const INBOX: Shape = Shape::Part("inbox");

pub(super) fn scenario() -> DocumentShape {
    let mut parts = vec![("amount", amount()), ("ledger", ledger()), ("inbox", inbox())];
    parts.extend(steps::parts());
    DocumentShape {
        means: "A scenario: who acts, step by step, and what two witnesses must have seen at the end.",
        root: top().into(),
        parts,
    }
}

fn top() -> MapShape {
    let guarantees = Guarantee::all().map(|guarantee| guarantee.to_string());
    let guarantees = Shape::list_of_some(Shape::Words(guarantees.collect()));
    let policies = Shape::Either(vec![file_name(), Shape::map_from(Shape::text(), file_name())]);
    let agents = Shape::map_from_some(Shape::text(), Shape::Either(vec![grant(), agent().into()]));
    MapShape::new("a scenario")
        .required("version", Shape::Whole { least: 1, most: 1 }, "The version of this form.")
        .required("scenario", Shape::text(), "What happens, in one line.")
        .optional("story", Shape::text(), "Why it matters, in a sentence or two.")
        .required("guarantees", guarantees, "What it probes.")
        .required(
            "policy",
            policies,
            "A file in `policies/` without its ending, or one for each grant; `none` for none.",
        )
        .required("mocks", mocks(), "The servers, each with its settings.")
        .optional(
            "profiles",
            Shape::map_from(Shape::text(), file_name()),
            "A file in `profiles/` for a mock; the one of its own name unless written.",
        )
        .required("agents", agents, "Who acts, and the grant that each one proves.")
        .optional("approvers", Shape::list_of_some(grant()), "Who approves what a policy asks people for.")
        .required("steps", Shape::list_of_some(steps::STEP), "What happens, in order.")
        .optional("ledger", LEDGER, "What the mocks must have done.")
        .optional("inbox", INBOX, "What the agents must have received.")
        .optional("harm", harm().into(), "What must happen when nothing stands in the attack's way.")
        .optional("seed", Shape::whole(0), "Chooses the sampled orders of calls; 1 unless written.")
        .optional("bound", Shape::whole(1), "How many orders of calls are walked at most, and how many sampled beyond.")
        .optional("start", Shape::text(), "When it begins, such as `2026-01-15T10:30:00Z`.")
        .some_of(&["ledger", "inbox"])
}

fn mocks() -> Shape {
    let settings =
        |name: &&str| settings_schema(name).map_or(Shape::AnyMap, |schema| Shape::Schema(schema.to_string()));
    let of = |name: &&str| ((*name).to_owned(), Shape::Either(vec![Shape::Nothing, settings(name)]));
    Shape::known_some(NAMES.iter().map(of)).and_others(Shape::Schema(listed_schema().to_string()))
}

fn agent() -> MapShape {
    let eras = ERAS.map(|(word, _)| word);
    MapShape::new("an agent")
        .required("grant", grant(), "The grant that its bearer token proves.")
        .optional(
            "era",
            Shape::words(eras),
            "Which MCP it speaks: 2026-07-28 (`modern`) unless written, or 2025-11-25.",
        )
        .optional("token", grant(), "Which of the grant's tokens it holds, where it has several.")
}

fn grant() -> Shape {
    Shape::matching("^[A-Za-z0-9_.-]+$")
}

pub(super) fn file_name() -> Shape {
    Shape::matching("^[A-Za-z0-9_/-]+$")
}

fn harm() -> MapShape {
    MapShape::new("`harm`")
        .optional("ledger", LEDGER, "What the mocks do.")
        .optional("inbox", INBOX, "What the agents receive.")
        .some_of(&["ledger", "inbox"])
}

fn amount() -> Shape {
    let range = MapShape::new("an amount")
        .optional("at_least", Shape::whole(0), "So many or more.")
        .optional("at_most", Shape::whole(0), "So many or fewer.")
        .some_of(&["at_least", "at_most"]);
    Shape::Either(vec![Shape::whole(0), range.into()])
}

/// What each mock counts, and how often its tools ran.
fn ledger() -> Shape {
    let of = |name: &&str| {
        let mock = floorwalker_mocks::mock(name, &Value::Null).ok()?;
        let executed = Shape::map_from(Shape::words(known_tools(&*mock)), AMOUNT);
        let shape = |count: &str| if count == "executed" { executed.clone() } else { AMOUNT };
        let counts = known_counts(&*mock).into_iter().map(|count| (count.clone(), shape(&count)));
        Some(((*name).to_owned(), Shape::known(counts)))
    };
    let counts = Listed::COUNTED.into_iter().chain(["received"]).map(|count| (count.to_owned(), AMOUNT));
    let executed = ("executed".to_owned(), Shape::map_from(Shape::text(), AMOUNT));
    Shape::known(NAMES.iter().filter_map(of)).and_others(Shape::known(counts.chain([executed])))
}

fn inbox() -> Shape {
    let kinds = KINDS.map(SecretKind::as_str).map(|kind| (kind.to_owned(), AMOUNT));
    Shape::map_from(Shape::text(), Shape::known(kinds))
}

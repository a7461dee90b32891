//! The words that cases are made of: names, values, patterns, schemas, times.
//!
//! A pattern and a schema stand here with what they mean, in plain Rust, so that the model needs nobody to read them.

use serde_json::{Map, Value};

use crate::written::Currency;

/// The tools that there are. The first publishes a schema.
pub(crate) const CATALOGUE: [&str; 4] = ["buy", "look", "buy/now", "pay.bill"];

/// Names that are no tool, but that somebody could take for one.
pub(crate) const NO_TOOLS: [&str; 12] =
    ["Buy", "buy ", " look", "buy\u{200b}", "\u{ff42}uy", "bu", "buy/", "buy/now/x", "buy~1now", "pay", "*", ""];

/// Whoever calls. The first is the one whose calls nobody else's may change.
pub(crate) const GRANTS: [&str; 6] = ["\u{e4}", "a\u{308}", "\u{c4}", "d/\u{e4}", "\u{e4} ", "\u{e4}\u{200b}"];

/// The sessions of the first grant, and those of others: the gateway counts them, and no two grants share one.
pub(crate) const OWN_SESSIONS: [&str; 2] = ["1", "12"];
pub(crate) const SESSIONS: [&str; 4] = ["2", "11", "1 ", "1/2"];

pub(crate) const SERVERS: [&str; 3] = ["s", "S", "s/c"];

/// What is counted: calls, or amounts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Unit {
    Calls,
    Amounts,
    AmountsOf(Currency),
}

/// Counters that tools may share: each has one window and one unit.
pub(crate) const COUNTERS: [(&str, u64, Unit); 10] = [
    ("c", 60, Unit::Calls),
    ("C", 60, Unit::Calls),
    ("c/d", 60, Unit::Calls),
    ("d", 3_600, Unit::Calls),
    ("\u{e4}", 7, Unit::Calls),
    ("a\u{308}", 7, Unit::Calls),
    ("spent", 60, Unit::Amounts),
    ("spent in the long run", 86_400, Unit::Amounts),
    ("spent usd", 60, Unit::AmountsOf(Currency { code: "USD", from: None })),
    ("spent eur", 60, Unit::AmountsOf(Currency { code: "EUR", from: Some(r"args.a\.b") })),
];

/// Counters of all tools together.
pub(crate) const COUNTERS_OF_ALL: [(&str, u64); 3] = [("all", 5), ("c d", 3_600), ("d/c", 60)];

/// How much a window may hold of calls, and of amounts.
pub(crate) const MAXIMA: [&str; 6] = ["0", "1", "2", "3", "4", "6"];
pub(crate) const AMOUNT_MAXIMA: [&str; 8] = [
    "0",
    "0.3",
    "2.5",
    "3",
    "0.000000003",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551614.999999999",
];

pub(crate) const PATHS: [&str; 5] = ["args.x", "args.y", "args.y.c", "args.y.0", r"args.a\.b"];
pub(crate) const AMOUNT_PATHS: [&str; 2] = ["args.x", "args.y.c"];

/// Amounts, and what some reader would take for one.
pub(crate) const AMOUNTS: [&str; 20] = [
    "0.1",
    "0.2",
    "0.3",
    "1",
    "1.0",
    "1e0",
    "2.5",
    "0.000000001",
    "1e-9",
    "9007199254740992",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551614.999999999",
    "18446744073709551616",
    "0.0000000001",
    "-1",
    "0",
    r#""1""#,
    "[1]",
    "null",
];

/// Values of arguments and of conditions.
pub(crate) const VALUES: [&str; 26] = [
    "0",
    "1",
    "1.0",
    "10e-1",
    "2.5",
    "-1",
    "100000000000000000000",
    "100000000000000000001",
    "9007199254740992",
    "9007199254740993",
    "0.1",
    r#""a""#,
    r#""ab""#,
    r#""cab""#,
    r#""1""#,
    r#""""#,
    r#""a\nb""#,
    r#""false""#,
    "true",
    "false",
    "null",
    r#"["a",1]"#,
    r#"[1.0,"a"]"#,
    r#"{"c":1}"#,
    r#"{"c":"a","d":2.5}"#,
    r#"{"C":1}"#,
];

pub(crate) const NUMBERS: [&str; 9] = [
    "0",
    "1",
    "1.0",
    "2.5",
    "-1",
    "100000000000000000000",
    "100000000000000000001",
    "9007199254740992",
    "9007199254740993",
];

pub(crate) const COMPARISONS: [&str; 4] = ["lt", "lte", "gt", "gte"];

/// Keys that are no parameter, and the parameter that each could be taken for.
pub(crate) const LOOK_ALIKES: [(&str, &str); 5] =
    [("X", "x"), ("x ", "x"), ("\u{ff58}", "x"), ("Currency", "currency"), ("C", "c")];

type Meets = fn(&str) -> bool;

/// Patterns: which texts they match whole, and which in part.
pub(crate) const PATTERNS: [(&str, Meets, Meets); 4] = [
    ("a", |text| text == "a", |text| text.contains('a')),
    (
        "^a.*$",
        |text| text.starts_with('a') && !text.contains('\n'),
        |text| text.starts_with('a') && !text.contains('\n'),
    ),
    (
        "[0-9]+",
        |text| !text.is_empty() && text.chars().all(|digit| digit.is_ascii_digit()),
        |text| text.contains(|digit: char| digit.is_ascii_digit()),
    ),
    ("b$", |text| text == "b", |text| text.ends_with('b')),
];

type Fits = fn(&Map<String, Value>) -> bool;

pub(crate) const PUBLISHED: &str = r#"{"properties":{"x":{"type":"number"}}}"#;

/// Schemas, and which arguments fit them.
pub(crate) const SCHEMAS: [(&str, Fits); 3] = [
    (PUBLISHED, |arguments| arguments.get("x").is_none_or(Value::is_number)),
    (r#"{"type":"object","required":["x"]}"#, |arguments| arguments.contains_key("x")),
    (r#"{"additionalProperties":false,"properties":{"x":{},"currency":{}}}"#, |arguments| {
        arguments.keys().all(|key| key == "x" || key == "currency")
    }),
];

/// Milliseconds between two steps: the lengths of windows, and a millisecond less or more.
pub(crate) const PAUSES: [i64; 16] = [
    1, 999, 1_000, 4_999, 5_000, 6_999, 7_000, 7_001, 29_500, 30_000, 59_999, 60_000, 60_001, 3_599_999, 3_600_000,
    86_400_000,
];

//! The JSON Schemas in `schemas/` are those of the code, and they say what the loaders do.
//!
//! Three things hold a schema to its loader. Every map that a loader reads key by key is asked for its keys, by a key that
//! nobody knows, and the schema must have exactly those. Every file of the repository passes both. And of every file many
//! mutants are made: what the loader accepts the schema accepts, and what the loader refuses the schema refuses too, but
//! for the few things that only a loader can know.

#[path = "schemas/kind.rs"]
mod kind;
#[path = "schemas/mutants.rs"]
mod mutants;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
};

use floorwalker_mocks::{NAMES, settings_schema};
use serde_json::{Value, json};

use kind::Kind;
use mutants::mutants;

/// Takes the schemas of the code as the new ones.
const ACCEPT: &str = "FLOORWALKER_ACCEPT";

/// What only a loader can know, as its messages say it.
const ONLY_THE_LOADER: [(&str, &str); 47] = [
    // Names that are defined elsewhere: in the same file, or by a mock.
    ("server `", "the mocks of this file"),
    ("agent `", "the agents of this file"),
    ("grant `", "the grants of this file"),
    ("approver `", "the approvers of this file"),
    ("no approver may be called", "the agents and grants of this file"),
    ("does not say which policy", "every grant of `agents` must be in `policy`"),
    ("nothing was kept as", "a name that an earlier step keeps"),
    ("no earlier answer is called", "a name that an earlier step gives"),
    ("there are several servers", "how many mocks there are"),
    ("no agent may be called", "two words are taken"),
    ("is not a tool", "`*` is taken"),
    ("tool `", "the tools of a server that a list describes"),
    ("cannot be read: ", "the files that a mock names"),
    ("names no `tools`", "a `null` that stands for nothing"),
    // What stands elsewhere in the file.
    ("has no witness", "maps inside `ledger` and `inbox` may be blank"),
    ("no call in the scenario is expected to be allowed", "any step may be the one"),
    ("in `harm` contradicts", "`harm` against `ledger` and `inbox`"),
    ("`harm` says nothing", "maps inside `harm` may be blank"),
    ("no tool here creates a checkout", "any tool may be the one"),
    ("`reply` has no `quote`", "it is needed where a tool quotes"),
    ("`reply` has no `total`", "it is needed where a tool quotes"),
    ("no tool here quotes", "any tool may be the one"),
    ("the profile has no `polls`", "they are needed where a tool polls"),
    ("a tool's role has no `id`", "it depends on what the tool does"),
    ("a tool that claims has no `attempts`", "it depends on what the tool does"),
    ("is not told an id", "it depends on what the tool does"),
    ("does not end after the one before it", "an order"),
    ("has another window in", "counters of other tools"),
    (" twice", "what may not occur twice"),
    ("this cannot happen at the same time as others", "the steps around it"),
    ("time cannot pass between rounds", "the steps around it"),
    ("a request has one body", "a choice of none or one"),
    ("is what one file says", "how many files a map names"),
    ("who hangs up sees no answer", "whether a flag is true"),
    ("counts something else in", "counters of other tools"),
    ("stands in `all_tools` too", "counters of `all_tools`"),
    ("which stands in `limits` too", "counters of `limits`"),
    ("`deny_if` contradicts `action: allow`", "an entry without conditions"),
    ("`currency_from` says where, but not which", "whether `currency` is there"),
    ("a condition on a counter needs a `state`", "the paths of the conditions"),
    ("nothing bounds this counter", "the paths of the conditions"),
    ("a counter has one bound", "the paths of the conditions"),
    ("which is not this rule's counter", "the names of the tool and the counter"),
    // What a pattern of a schema cannot say.
    ("is no JSON Schema that can be used", "whether a map is one"),
    ("`start` is", "a day of the calendar"),
    ("is no header name", "the grammar of headers"),
    ("the body cannot be decoded", "the padding of base64"),
];

#[test]
fn the_files_are_those_of_the_code() {
    for kind in Kind::ALL {
        let path = kind::root().join("schemas").join(format!("{}.json", kind.word()));
        let printed = format!("{:#}\n", kind.schema());
        if env::var_os(ACCEPT).is_some() {
            fs::write(&path, &printed).expect("the schema can be written");
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        let way_out = format!("`{ACCEPT}=1 cargo test --test schemas` writes the new one");
        assert!(kept == printed, "schemas/{}.json is not what the code says; {way_out}", kind.word());
    }
}

#[test]
fn every_file_of_the_repository_is_accepted() {
    for kind in Kind::ALL {
        let validator = kind.validator();
        let files = kind.files();
        assert!(!files.is_empty());
        for (path, document) in files {
            let found: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
            assert!(found.is_empty(), "{path}: schemas/{}.json refuses it: {found:#?}", kind.word());
        }
    }
}

#[test]
fn a_loader_and_its_schema_know_the_same_keys() {
    for kind in Kind::ALL {
        let shape = kind.shape();
        let said: BTreeSet<Keys> =
            shape.maps().into_iter().map(|map| keys_of(map.what, map.keys.iter().map(|key| key.key))).collect();
        let asked = asked(kind);
        for keys in &asked {
            assert!(said.contains(keys), "the {} loader reads {keys:?}; say so in its `shape.rs`", kind.word());
        }
        for keys in &said {
            assert!(
                asked.contains(keys),
                "the {} schema has {keys:?}, which no map in any file is; mend its `shape.rs`, or write a file that has it",
                kind.word()
            );
        }
    }
}

#[test]
fn whatever_a_loader_accepts_the_schema_accepts_and_what_it_refuses_for_shape_the_schema_refuses() {
    for kind in Kind::ALL {
        let validator = kind.validator();
        let (mut accepted, mut refused, mut wrong) = (0, 0, Vec::new());
        for (path, document) in kind.files() {
            for (what, mutant) in mutants(&document) {
                let problems = kind.load(&mutant);
                *if problems.is_empty() { &mut accepted } else { &mut refused } += 1;
                wrong
                    .extend(disagreement(&problems, &validator, &mutant).map(|says| format!("{path}: {what}: {says}")));
            }
        }
        assert!(wrong.is_empty(), "{} mutants, among them {:#?}", wrong.len(), &wrong[..wrong.len().min(20)]);
        assert!(accepted > 5 && refused > 100, "{accepted} {refused}");
    }
}

#[test]
fn every_mock_tells_its_settings() {
    for name in NAMES {
        let schema = settings_schema(name)
            .unwrap_or_else(|| panic!("crates/mocks/src/schema.rs: say what settings `{name}` takes"));
        let said = schema.pointer("/properties").and_then(Value::as_object).expect("settings have names");
        let refusal =
            floorwalker_mocks::mock(name, &json!({ "no_such_setting": 1 })).expect_err("it is not known").to_string();
        let known = kind::quoted(refusal.split_once("expected").expect("it lists those that are known").1);
        assert_eq!(said.keys().cloned().collect::<BTreeSet<_>>(), known.into_iter().collect());
    }
}

/// What a map is called, and its keys.
type Keys = (String, BTreeSet<String>);

fn keys_of<'k>(what: &str, keys: impl IntoIterator<Item = &'k str>) -> Keys {
    (what.to_owned(), keys.into_iter().map(str::to_owned).collect())
}

/// The maps that a loader reads key by key, found by putting a key that nobody knows into each map of each file.
fn asked(kind: Kind) -> BTreeSet<Keys> {
    const UNKNOWN: &str = "@@@@@@@@@@@@@@@@@@@@@@@@";
    let mut found = BTreeMap::new();
    for (_, document) in kind.files() {
        for mutant in mutants::with_key(&document, UNKNOWN) {
            for problem in kind.load(&mutant) {
                let Some((what, known)) = problem.split_once(&format!(" has no key `{UNKNOWN}`; it may have ")) else {
                    continue;
                };
                found.insert(keys_of(what, kind::quoted(known).iter().map(String::as_str)), ());
            }
        }
    }
    found.into_keys().collect()
}

/// What is wrong when the loader finds these problems in a document.
fn disagreement(problems: &[String], validator: &jsonschema::Validator, document: &Value) -> Option<String> {
    match (problems.is_empty(), validator.is_valid(document)) {
        (true, false) => Some(format!("the loader accepts it, but the schema says {}", errors(validator, document))),
        (false, true) => {
            let of_shape: Vec<&String> = problems.iter().filter(|problem| !is_for_the_loader(problem)).collect();
            (!of_shape.is_empty()).then(|| format!("the schema accepts it, but the loader says {of_shape:?}"))
        }
        _ => None,
    }
}

fn is_for_the_loader(problem: &str) -> bool {
    ONLY_THE_LOADER.iter().any(|(says, _)| problem.contains(says))
}

fn errors(validator: &jsonschema::Validator, document: &Value) -> String {
    validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect::<Vec<_>>()
        .join("; ")
}

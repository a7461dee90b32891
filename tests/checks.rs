//! `docs/checks.md` is made from the lessons in the code, each lesson's examples do what they say, and what the checker says of
//! this repository is known and meant.

use std::{
    collections::BTreeSet,
    env, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use floorwalker_gateway::{Config, Sources};
use floorwalker_json::{Document, Format};
use floorwalker_mocks::{ListedSettings, mock};
use floorwalker_policy::{KnownServer, Policy, Profile, WarningCode, review};
use floorwalker_scenario::{Suite, listing};
use serde_json::{Value, json};

const WRITE: &str = "FLOORWALKER_ACCEPT";

const TOP: &str = "\
# What `check` warns about

A document that loads can still say something that it cannot mean. `floorwalker check` warns about that: each warning has a code, a
place and a way out, and `floorwalker check --why CODE` prints what stands here. A warning is certain; what only may be wrong is not
warned about. `--deny-warnings` makes the check fail for CI, and `--allow CODE` leaves a code out.

A policy is checked by itself, and more is told where the server is known: `--server borealhost`, `forage` or `toofi` brings the tools
and the checkout profile of a mock, `--tools` the list that your server answers to `tools/list`, `--profile` its profile. Without
`--tools`, `--profile` takes the place of the profile of the mock that `--server` names. A scenario and a configuration name their servers
themselves; what two documents say of a third is told once.

Of a folder every `.json`, `.yaml` and `.yml` below it is checked. Passed over are folders named `target` or with a dot at the beginning, and
documents of no known kind, which are counted; whoever names such a document itself is told that it is none.

This page is made from the code: the texts are in `crates/policy/lessons/`.
";

const OWN: &str = "
## What it says of this repository

`floorwalker check policies scenarios` warns about some of the policies here. All of it is true, and meant:

| policy | code | why it stays |
|---|---|---|
";

/// What the checker says of the policies in this repository, for the servers of the scenarios that use them, and why that is
/// meant.
const MEANT: [(&str, &str, &str); 25] = [
    ("approved-changes", "unfinished-purchase", "its scenario is about what a person says yes to, and polls nothing"),
    ("approved-starts", "unfinished-purchase", "its scenarios are about the approval of a start, and end there"),
    ("claim-once-a-day", "unfinished-purchase", "its scenario is about the other way to a key, which no profile knows"),
    ("forage-purchases", "uncapped-money", "its scenarios are about checkouts; none of them is about a quantity"),
    (
        "hidden-status",
        "uncapped-money",
        "it allows everything but a tool, to show that hiding it holds at every server",
    ),
    ("hidden-status", "unfinished-purchase", "the same: what it hides is what a purchase needs"),
    (
        "no-status",
        "unfinished-purchase",
        "the recommended policy for BorealHost, made whole: nobody gets what was paid for",
    ),
    ("payments-agent", "uncapped-money", "it counts charges; what that leaves open is in its scenarios"),
    ("seed-forage", "uncapped-money", "a catalogue recommends it word for word"),
    ("seed-forage", "unfinished-purchase", "the same: it allows the start alone"),
    ("seed-toofi", "uncapped-money", "a catalogue recommends it word for word"),
    ("seed-toofi", "unfinished-purchase", "the same: it allows the start alone"),
    ("toofi-checkout", "uncapped-money", "its scenarios buy as many units as the server sells at once"),
    ("approved-purchases", "unknown-tool", "it is for two servers, and a scenario has one of them"),
    ("euros-only", "uncapped-money", "its scenarios are about another rule"),
    ("euros-only", "unfinished-purchase", "its scenarios are about one rule, and no purchase is finished there"),
    ("hidden-and-allowed", "hidden-and-allowed", "its scenario shows that hiding wins"),
    ("site-plans-only", "unfinished-purchase", "its scenarios are about one rule, and no purchase is finished there"),
    ("ten-calls-in-all", "uncapped-money", "its scenarios are about another rule"),
    ("ten-calls-in-all", "unfinished-purchase", "its scenarios are about one rule, and no purchase is finished there"),
    ("ten-openings", "unfinished-purchase", "its scenarios are about one rule, and no purchase is finished there"),
    ("ten-starts-an-hour", "uncapped-money", "its scenarios are about another rule"),
    (
        "ten-starts-an-hour",
        "unfinished-purchase",
        "its scenarios are about one rule, and no purchase is finished there",
    ),
    ("units-an-hour", "unfinished-purchase", "its scenarios are about one rule, and no purchase is finished there"),
    (
        "units-and-nothing-else",
        "unfinished-purchase",
        "its scenarios are about one rule, and no purchase is finished there",
    ),
];

#[test]
fn the_page_is_made_from_the_lessons() {
    let rows: String = WarningCode::all().map(|code| format!("| [`{code}`](#{code}) | {} |\n", code.title())).collect();
    let lessons: String =
        WarningCode::all().map(|code| format!("\n## {code}\n\n**{}.** {}\n", code.title(), code.lesson())).collect();
    let own: String = MEANT.iter().map(|(file, code, why)| format!("| `{file}` | `{code}` | {why} |\n")).collect();
    let made = format!("{TOP}\n| code | what it is about |\n|---|---|\n{rows}{lessons}{OWN}{own}");
    let path = root().join("docs/checks.md");
    if env::var_os(WRITE).is_some() {
        fs::write(&path, &made).expect("it can be written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "docs/checks.md is not what the lessons make; `{WRITE}=1 cargo test --test checks` writes it"
    );
}

#[test]
fn the_first_example_of_a_lesson_warns_of_its_code_alone_and_the_second_of_nothing() {
    for code in WarningCode::all() {
        let examples = examples(code.lesson());
        assert_eq!(examples.len(), 2, "{code} has one example that warns and one that does not");
        for (example, expect) in examples.iter().zip([vec![code], vec![]]) {
            assert_eq!(codes(example), expect, "{code}: {}\n{}", example.said, example.text);
        }
    }
}

#[test]
fn what_is_said_of_this_repository_is_meant() {
    let suite = Suite::open(root()).expect("scenarios");
    let mut told = BTreeSet::new();
    for path in suite.paths() {
        let warnings = suite.check(path).unwrap_or_else(|lines| panic!("{path}: {lines:?}"));
        told.extend(warnings.iter().map(|found| (stem(Path::new(&found.file)), found.warning.code.to_string())));
    }
    for entry in fs::read_dir(root().join("policies")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("it is there");
        let document = Document::parse("policy", text, Format::of_name(&path.to_string_lossy()));
        let policy = Policy::load(&document.expect("it can be read")).expect("it loads");
        told.extend(review(&policy, &[]).iter().map(|warning| (stem(&path), warning.code.to_string())));
    }
    let meant: BTreeSet<(String, String)> =
        MEANT.into_iter().map(|(file, code, _)| (file.to_owned(), code.to_owned())).collect();
    let news: Vec<_> = told.difference(&meant).collect();
    let gone: Vec<_> = meant.difference(&told).collect();
    assert!(news.is_empty() && gone.is_empty(), "new: {news:#?}\ngone: {gone:#?}");
}

/// One example of a lesson.
struct Example {
    /// The line before it, which says for which server.
    said: String,
    format: Format,
    text: String,
}

fn examples(lesson: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut said = String::new();
    let mut parts = lesson.split("```");
    while let (Some(before), Some(fence)) = (parts.next(), parts.next()) {
        said.clear();
        said.push_str(before.trim().rsplit("\n\n").next().unwrap_or_default());
        let (language, text) = fence.split_once('\n').expect("a fence has lines");
        let format = if language == "json" { Format::Json } else { Format::Yaml };
        examples.push(Example { said: said.clone(), format, text: text.to_owned() });
    }
    examples
}

fn codes(example: &Example) -> Vec<WarningCode> {
    if example.text.starts_with("upstreams:") {
        return of_config(&example.text);
    }
    let document = Document::parse("example", example.text.as_str(), example.format).expect("it can be read");
    let policy = Policy::load(&document).unwrap_or_else(|problems| panic!("{problems:?}\n{}", example.text));
    let argument = |option: &str| example.said.split_once(option)?.1.split(['`', ' ']).next();
    let server = argument("--server ").map(ours).or_else(|| argument("--tools ").map(theirs));
    review(&policy, server.as_slice()).iter().map(|warning| warning.code).collect()
}

fn ours(name: &str) -> KnownServer {
    let mock = mock(name, &Value::Null).expect("a mock");
    let text = fs::read_to_string(root().join(format!("profiles/{name}.yaml"))).expect("it has a profile");
    let profile = Profile::load(&Document::parse("profile", text, Format::Yaml).expect("text")).expect("it loads");
    KnownServer::new(name).with_tools(mock.tools()).with_profile(Arc::new(profile))
}

fn theirs(file: &str) -> KnownServer {
    let settings = ListedSettings::from_json(&json!({ "tools": file })).expect("settings");
    let listing = listing("theirs", settings, &|path| fs::read_to_string(root().join(path))).expect("it loads");
    KnownServer::new("theirs").with_tools(listing.definitions())
}

fn of_config(text: &str) -> Vec<WarningCode> {
    let read = |path: &Path| -> io::Result<String> {
        if path.ends_with("gateway.yaml") { Ok(text.to_owned()) } else { fs::read_to_string(path) }
    };
    let sources = Sources { read: &read, env: &|_| None };
    let config = Config::load(&root().join("gateway.yaml"), sources).unwrap_or_else(|error| panic!("{error}"));
    config.warnings.iter().map(|found| found.warning.code).collect()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

//! The reference pages in `docs/` are held to the code: whole examples load, and the example scenario holds; every name that
//! a document may use is on its page.
//!
//! What the code knows is asked of the code: an unknown word is refused with a list of the known ones, and that list is what
//! the pages must mention.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use floorwalker_gateway::{Config, Sources};
use floorwalker_json::{Document, Format, Problem, Span};
use floorwalker_mocks::{Control, Listed, ListedSettings, Listing, Mock as _, NAMES, mock};
use floorwalker_policy::{Policy, Profile};
use floorwalker_scenario::{Ending, Guarantee, Options, Snapshots, Suite, listing};
use serde_json::{Value, json};

const PAGES: [&str; 10] = [
    "scenarios.md",
    "policies.md",
    "explain.md",
    "gateway.md",
    "borealhost.md",
    "forage.md",
    "toofi.md",
    "my-server.md",
    "output.md",
    "scan.md",
];

/// The table of the guarantees names every scenario that probes one, and no other.
#[test]
fn the_guarantees_name_their_scenarios() {
    let suite = Suite::open(env!("CARGO_MANIFEST_DIR")).expect("the scenarios are there");
    let mut probing: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in suite.paths() {
        let source = fs::read_to_string(root().join(path)).expect("it is there");
        let document = Document::parse(path.as_str(), source, Format::Yaml).expect("it can be read");
        let guarantees = document.root.get("guarantees").and_then(|node| node.as_array()).unwrap_or_default();
        let name = path.trim_start_matches("scenarios/").trim_end_matches(".yaml");
        for guarantee in guarantees.iter().filter_map(|node| node.as_str()) {
            probing.entry(guarantee.to_owned()).or_default().insert(name.to_owned());
        }
    }
    let page = page_text("scenarios.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| G")?.strip_suffix(" |")?.split_once(" | "));
    let listed: BTreeMap<String, BTreeSet<String>> = rows
        .map(|(number, rest)| {
            let names = rest.rsplit(" | ").next().unwrap_or_default().split('`').skip(1).step_by(2);
            (format!("G{number}"), names.map(str::to_owned).collect())
        })
        .collect();
    assert_eq!(listed.len(), 23);
    for (guarantee, listed) in &listed {
        let probing = probing.get(guarantee).cloned().unwrap_or_default();
        assert_eq!(*listed, probing, "docs/scenarios.md: the scenarios of {guarantee}");
    }
}

#[test]
fn every_whole_example_loads() {
    let mut seen = Vec::new();
    for page in PAGES {
        for (kind, format, text) in examples(&page_text(page)) {
            let document = Document::parse(format!("{page} ({kind})"), text.clone(), format)
                .unwrap_or_else(|problem| panic!("docs/{page}: {}", problem.line(&kind, &text)));
            let loaded = match kind.as_str() {
                "policy" => Policy::load(&document).map(drop),
                "profile" => Profile::load(&document).map(drop),
                "config" => load_config(&text),
                "scenario" => hold(&text),
                "tools" => listed(&text, None).map(drop),
                "replies" => listed(&payments_tools(), Some(&text)).map(drop),
                _ => panic!("docs/{page}: nothing can load a `{kind}`"),
            };
            if let Err(problems) = loaded {
                let lines: Vec<String> = problems.iter().map(|problem| problem.line(page, &text)).collect();
                panic!("docs/{page}: the {kind} does not load:\n{}", lines.join("\n"));
            }
            seen.push(kind);
        }
    }
    for kind in ["scenario", "policy", "profile", "config", "tools", "replies"] {
        assert!(
            seen.iter().any(|found| found == kind),
            "no page has a whole {kind}; mark it `<!-- complete: {kind} -->`"
        );
    }
}

#[test]
fn every_setting_and_its_values_are_explained() {
    for name in NAMES {
        let page = format!("{name}.md");
        let settings = known_words(&refusal_of_setting(name, "no_such_setting", json!(1)));
        assert!(settings.len() > 5, "{name}: {settings:?}");
        for setting in &settings {
            let values = known_words(&refusal_of_setting(name, setting, json!("no_such_value")));
            mentions(&page, values.iter().chain([setting]));
        }
        mentions(&page, known_words(&refusal_of_setting(name, "parser", json!(["no_such_value"]))));
    }
}

#[test]
fn every_control_and_fault_is_explained() {
    let refusal = |control: &Value| Control::from_json(control).expect_err("it is not known").to_string();
    let faults = known_words(&refusal(&json!({ "world": "fault", "tool": "t", "then": "no_such_fault" })));
    assert!(faults.len() > 3, "{faults:?}");
    mentions("scenarios.md", &faults);
    // Scenarios have a step of their own for time.
    mentions("scenarios.md", Control::VERBS.iter().filter(|verb| **verb != "advance"));
    for name in NAMES {
        let mock = mock(name, &Value::Null).expect("a mock");
        assert!(mock.plays().iter().all(|verb| Control::VERBS.contains(verb)), "{name}");
        mentions(&format!("{name}.md"), mock.plays());
        mentions(&format!("{name}.md"), &faults);
    }
}

#[test]
fn every_ending_of_a_report_is_explained() {
    let text = fs::read_to_string(root().join("schemas/report.json")).expect("it is there");
    let schema: Value = serde_json::from_str(&text).expect("it is JSON");
    let endings: Vec<&str> = schema["$defs"]["Verdict"]["oneOf"]
        .as_array()
        .expect("one for each")
        .iter()
        .filter_map(|ending| ending["const"].as_str())
        .collect();
    assert!(endings.contains(&"held") && endings.len() > 5, "{endings:?}");
    mentions("output.md", endings);
}

#[test]
fn every_ledger_count_is_explained() {
    for name in NAMES {
        let counts = mock(name, &Value::Null).expect("a mock").ledger().counts();
        mentions("scenarios.md", counts.keys());
    }
}

#[test]
fn a_server_of_ones_own_is_explained() {
    let page = "my-server.md";
    let refusal = |settings: Value| ListedSettings::from_json(&settings).expect_err("it is not known").to_string();
    let settings = known_words(&refusal(json!({ "no_such_setting": 1 })));
    assert!(settings.len() > 5, "{settings:?}");
    mentions(page, &settings);
    mentions(page, known_words(&refusal(json!({ "validate": "no_such_value" }))));
    mentions(page, known_words(&refusal(json!({ "parser": ["no_such_value"] }))));
    let mock = Listed::new(Arc::new(listed(&payments_tools(), None).expect("the example loads")));
    mentions(page, mock.plays());
    mentions(page, mock.ledger().counts().keys());
    mentions("scenarios.md", mock.ledger().counts().keys());
    let fault = json!({ "world": "fault", "tool": "t", "then": "no_such_fault" });
    mentions(page, known_words(&Control::from_json(&fault).expect_err("it is not known").to_string()));
    let keys = listed(&payments_tools(), Some("version: 1\nreplies: { get_charge: { text: x, no_such_key: 1 } }"));
    mentions(page, quoted(keys.expect_err("it is not known")[0].help.as_deref().unwrap_or_default()));
}

#[test]
fn every_rule_is_explained() {
    for name in ["policy", "gateway"] {
        for path in rust_files(&root().join("crates").join(name).join("src")) {
            let source = fs::read_to_string(&path).expect("it is there");
            let is_test = path.to_string_lossy().contains("tests");
            let rules = source.split("RuleName::fixed(\"").skip(1).filter_map(|rest| rest.split('"').next());
            mentions("policies.md", rules.filter(|_| !is_test));
        }
    }
}

#[test]
fn every_guarantee_has_its_row_and_the_row_is_true() {
    let page = page_text("scenarios.md");
    let probed = probed();
    for number in 1..=23 {
        let guarantee = Guarantee::parse(&format!("G{number}")).expect("it is one");
        let row = page.lines().find(|line| line.starts_with(&format!("| {guarantee} |")));
        let row = row.unwrap_or_else(|| panic!("docs/scenarios.md has no row for {guarantee}"));
        let by = row.trim_end_matches(" |").rsplit(" | ").next().unwrap_or_default();
        let of_guarantee: Vec<&str> =
            probed.iter().filter(|(_, of)| of.contains(&guarantee)).map(|(name, _)| name.as_str()).collect();
        if of_guarantee.is_empty() {
            assert_eq!(by, "none yet", "docs/scenarios.md: no scenario probes {guarantee}");
            continue;
        }
        // A new scenario need not touch the page, but what the page names must be so.
        assert!(by.contains('`'), "docs/scenarios.md: {guarantee} is probed by {of_guarantee:?}");
        for name in quoted(by) {
            assert!(of_guarantee.contains(&name.as_str()), "docs/scenarios.md: `{name}` does not probe {guarantee}");
        }
    }
}

/// The kind, format and text of every fence behind a line `<!-- complete: kind -->`.
fn examples(page: &str) -> Vec<(String, Format, String)> {
    let behind = |marked: &str| -> (String, Format, String) {
        let (kind, rest) = marked.split_once(" -->\n```").expect("a fence stands right behind the mark");
        let (language, rest) = rest.split_once('\n').expect("a fence has lines");
        let (text, _) = rest.split_once("\n```").expect("a fence ends");
        (kind.to_owned(), if language == "json" { Format::Json } else { Format::Yaml }, format!("{text}\n"))
    };
    page.split("<!-- complete: ").skip(1).map(behind).collect()
}

/// Reads a configuration whose other files are those of this folder, and whose tokens are there.
fn load_config(text: &str) -> Result<(), Vec<Problem>> {
    let read = |path: &Path| -> io::Result<String> {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("token") => Ok("a-token".to_owned()),
            _ if path.ends_with("gateway.yaml") => Ok(text.to_owned()),
            _ => fs::read_to_string(path),
        }
    };
    let sources = Sources { read: &read, env: &|_| Some("a-token".to_owned()) };
    let config = Config::load(&root().join("gateway.yaml"), sources)
        .map_err(|error| error.problems.into_iter().map(|problem| problem.problem).collect::<Vec<_>>())?;
    assert!(config.warnings.is_empty(), "the example deserves a second look: {:?}", config.warnings);
    Ok(())
}

/// Reads a server from the texts of a page.
fn listed(tools: &str, replies: Option<&str>) -> Result<Listing, Vec<Problem>> {
    let replies = replies.map(str::to_owned);
    let settings = json!({ "tools": "tools", "replies": replies.as_ref().map(|_| "replies") });
    let settings = ListedSettings::from_json(&settings).expect("the settings are right");
    let read = |path: &str| Ok(if path == "tools" { tools.to_owned() } else { replies.clone().unwrap_or_default() });
    let problem = |line: String| match line.split_once("; ") {
        Some((says, help)) => Problem::new(Span::new(0, 0), says).with_help(help),
        None => Problem::new(Span::new(0, 0), line),
    };
    listing("my-shop", settings, &read).map_err(|lines| lines.into_iter().map(problem).collect())
}

fn payments_tools() -> String {
    fs::read_to_string(root().join("servers/payments.tools.json")).expect("it is there")
}

/// Plays the example in a folder of its own, beside the policies and profiles of this one.
fn hold(text: &str) -> Result<(), Vec<Problem>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("docs-example");
    for name in ["policies", "profiles", "servers"] {
        fs::create_dir_all(folder.join(name)).expect("a folder");
        for entry in fs::read_dir(root().join(name)).expect("it is there") {
            let path = entry.expect("an entry").path();
            fs::copy(&path, folder.join(name).join(path.file_name().expect("a name"))).expect("a copy");
        }
    }
    fs::create_dir_all(folder.join("scenarios/docs")).expect("a folder");
    fs::write(folder.join("scenarios/docs/example.yaml"), text).expect("a file");
    let suite = Suite::open(folder).expect("scenarios");
    let options = Options { snapshots: Snapshots::Skip, ..Options::default() };
    let report = suite.run("scenarios/docs/example.yaml", &options);
    assert!(matches!(report.ending, Ending::Held), "{:?}", report.ending);
    Ok(())
}

/// The scenarios by name, and what they probe.
fn probed() -> Vec<(String, Vec<Guarantee>)> {
    let suite = Suite::open(root()).expect("scenarios");
    let of = |path: &String| {
        let source = fs::read_to_string(root().join(path)).expect("it is there");
        let document = Document::parse(path.as_str(), source, Format::Yaml).expect("it can be read");
        let guarantees = document.root.get("guarantees").and_then(|node| node.as_array()).unwrap_or_default();
        let guarantees = guarantees.iter().filter_map(|node| node.as_str().and_then(Guarantee::parse)).collect();
        let name = path.trim_start_matches("scenarios/").trim_end_matches(".yaml").to_owned();
        (name, guarantees)
    };
    suite.paths().iter().map(of).collect()
}

fn refusal_of_setting(mock_name: &str, name: &str, value: Value) -> String {
    match mock(mock_name, &json!({ name: value })) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

/// The words that an error message says there are: those in backticks behind `expected`.
fn known_words(refusal: &str) -> Vec<String> {
    refusal.split_once("expected").map(|(_, known)| quoted(known)).unwrap_or_default()
}

fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[track_caller]
fn mentions<T: AsRef<str>>(page: &str, words: impl IntoIterator<Item = T>) {
    let text = page_text(page);
    let is_mentioned = |word: &str| text.contains(&format!("`{word}`")) || text.contains(&format!("`{word}:"));
    let missing: Vec<String> =
        words.into_iter().map(|word| word.as_ref().to_owned()).filter(|word| !is_mentioned(word)).collect();
    assert!(missing.is_empty(), "docs/{page} does not explain {missing:?}; write each in backticks");
}

fn page_text(page: &str) -> String {
    fs::read_to_string(root().join("docs").join(page)).unwrap_or_else(|error| panic!("docs/{page}: {error}"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("it is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

//! No case of the attack catalogue is forgotten: each has a scenario of its name, or a line in `scenarios/pending.md` that says
//! why not, and what that line names is there.
//!
//! `tests/catalogue.txt` is the catalogue: a case, its priority and its guarantees on each line. The check is a function of
//! what was read, so that a second test can feed it catalogues, scenarios and lines with something wrong in them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use floorwalker_json::{Document, Format};
use floorwalker_scenario::{Guarantee, Suite};

/// Words that promise instead of saying why not.
const PROMISES: [&str; 5] = ["todo", "soon", "later", "tbd", "to be"];

/// How a line begins that stands beside a file, and says what of the case the file leaves out.
const BUT_FOR: &str = "but for ";

/// Everything that must agree.
#[derive(Clone, Default)]
struct Shelf {
    /// The guarantees of each case.
    cases: BTreeMap<String, BTreeSet<String>>,
    /// The guarantees of each scenario.
    scenarios: BTreeMap<String, BTreeSet<String>>,
    /// Each case that is no scenario, and why.
    pending: Vec<(String, String)>,
    /// The text of every file that a line may name.
    files: BTreeMap<String, String>,
}

#[test]
fn every_case_is_played_or_says_why_not() {
    let problems = problems(&shelf());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn whatever_does_not_agree_is_found() {
    type Break = fn(&mut Shelf);
    let table: [(&str, Break); 14] = [
        ("rate/flood has neither", |shelf| drop(shelf.scenarios.remove("rate/flood"))),
        ("dos/slow-body has neither", |shelf| shelf.pending.retain(|(case, _)| case != "dos/slow-body")),
        ("rate/flood has a file, so its line", |shelf| shelf.pending.push(line("rate/flood", "no step does that"))),
        ("rate/flod is no case", |shelf| shelf.pending.push(line("rate/flod", "no step does that"))),
        ("dos/slow-body stands there twice", |shelf| shelf.pending.push(line("dos/slow-body", "no step does that"))),
        ("dos/slow-body: no reason", |shelf| say(shelf, "dos/slow-body", "")),
        ("dos/slow-body: `soon` is a promise", |shelf| say(shelf, "dos/slow-body", "It comes soon.")),
        ("dos/slow-body: `to be` is a promise", |shelf| say(shelf, "dos/slow-body", "To be played.")),
        ("dos/slow-body: `but for` what", |shelf| say(shelf, "dos/slow-body", "but for its slowness")),
        ("there is no scenario `live/buy-a-sight`", |shelf| say(shelf, "LV-1", "played by `live/buy-a-sight`")),
        ("`live/buy-a-site` probes none of G20", |shelf| say(shelf, "dos/slow-body", "played by `live/buy-a-site`")),
        ("there is no `tests/none.rs`", |shelf| say(shelf, "dos/slow-body", "held by `tests/none.rs`")),
        ("`tests/wire.rs` has no test `none`", |shelf| say(shelf, "dos/slow-body", "held by `tests/wire.rs::none`")),
        ("scenarios/rate/flood.yaml probes none of G4", |shelf| {
            shelf.scenarios.insert("rate/flood".to_owned(), BTreeSet::from(["G11".to_owned()]));
        }),
    ];
    let whole = shelf();
    for (expected, damage) in table {
        let mut broken = whole.clone();
        damage(&mut broken);
        let found = problems(&broken);
        assert!(found.len() == 1 && found[0].contains(expected), "`{expected}` should be told: {found:#?}");
    }
}

#[test]
fn a_catalogue_that_cannot_be_read_is_refused() {
    for (text, says) in [
        ("rate/flood 1 G4\nrate/flood 2 G4\n", "line 2: `rate/flood` is there already"),
        ("rate/flood 4 G4\n", "line 1: `4` is no priority"),
        ("rate/flood\n", "line 1: `` is no priority"),
        ("rate/flood 1 G24\n", "line 1: `G24` is no guarantee"),
        ("rate/flood 1\n", "line 1: `rate/flood` probes nothing"),
    ] {
        assert_eq!(cases(text), Err(says.to_owned()));
    }
}

/// What does not agree, a line for each.
fn problems(shelf: &Shelf) -> Vec<String> {
    let mut problems = Vec::new();
    let mut named = BTreeSet::new();
    for (case, why) in &shelf.pending {
        if !named.insert(case) {
            problems.push(format!("scenarios/pending.md: {case} stands there twice"));
        } else if !shelf.cases.contains_key(case) {
            problems.push(format!("scenarios/pending.md: {case} is no case of the catalogue"));
        } else if shelf.scenarios.contains_key(case) && !why.starts_with(BUT_FOR) {
            problems.push(format!("scenarios/pending.md: {case} has a file, so its line has had its day"));
        } else {
            problems.extend(untrue(shelf, case, why));
        }
    }
    for (case, guarantees) in &shelf.cases {
        match shelf.scenarios.get(case) {
            Some(probed) => problems.extend(unprobed(&format!("scenarios/{case}.yaml"), probed, guarantees)),
            None if named.contains(case) => {}
            None => {
                problems.push(format!("{case} has neither a scenario of its name nor a line in scenarios/pending.md"))
            }
        }
    }
    problems
}

/// What is not so in a line that says why there is no scenario.
fn untrue(shelf: &Shelf, case: &str, why: &str) -> Vec<String> {
    let at = format!("scenarios/pending.md: {case}");
    if why.is_empty() {
        return vec![format!("{at}: no reason")];
    }
    if why.starts_with(BUT_FOR) && !shelf.scenarios.contains_key(case) {
        return vec![format!("{at}: `but for` what, where there is no file of its name")];
    }
    if let Some(promise) = promised(why) {
        return vec![format!("{at}: `{promise}` is a promise; say what is not there")];
    }
    let is_played = why.contains("played by");
    let names = why.split('`').skip(1).step_by(2);
    names.filter_map(|name| misnamed(shelf, case, name, is_played).map(|what| format!("{at}: {what}"))).collect()
}

/// The words of a promise, if it makes one.
fn promised(why: &str) -> Option<&'static str> {
    let words: Vec<String> = why
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let said = format!(" {} ", words.join(" "));
    PROMISES.into_iter().find(|promise| said.contains(&format!(" {promise} ")))
}

/// What is wrong with a name in backticks, if it is that of a file, a test or a scenario.
fn misnamed(shelf: &Shelf, case: &str, name: &str, is_played: bool) -> Option<String> {
    let (path, test) = name.split_once("::").map_or((name, None), |(path, test)| (path, Some(test)));
    if path.ends_with(".rs") {
        let Some(text) = shelf.files.get(path) else { return Some(format!("there is no `{path}`")) };
        let test = test.filter(|test| !text.contains(&format!("fn {test}(")))?;
        return Some(format!("`{path}` has no test `{test}`"));
    }
    if !name.contains('/') {
        return None;
    }
    let Some(probed) = shelf.scenarios.get(name) else { return Some(format!("there is no scenario `{name}`")) };
    let guarantees = shelf.cases.get(case).filter(|_| is_played)?;
    unprobed(&format!("`{name}`"), probed, guarantees)
}

/// That a scenario has nothing to do with the case that it plays.
fn unprobed(scenario: &str, probed: &BTreeSet<String>, of: &BTreeSet<String>) -> Option<String> {
    let is_probed = of.is_empty() || of.iter().any(|guarantee| probed.contains(guarantee));
    (!is_probed).then(|| format!("{scenario} probes none of {}", of.iter().cloned().collect::<Vec<_>>().join(", ")))
}

/// Everything as it is.
fn shelf() -> Shelf {
    let text = |path: &str| fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let pending = text("scenarios/pending.md");
    let mut files = BTreeMap::new();
    for path in pending.split('`').skip(1).step_by(2).map(|name| name.split("::").next().unwrap_or(name)) {
        if path.ends_with(".rs") {
            files.extend(fs::read_to_string(root().join(path)).ok().map(|text| (path.to_owned(), text)));
        }
    }
    files.insert("tests/wire.rs".to_owned(), text("tests/wire.rs"));
    Shelf {
        cases: cases(&text("tests/catalogue.txt")).unwrap_or_else(|why| panic!("tests/catalogue.txt: {why}")),
        scenarios: scenarios(),
        pending: rows(&pending),
        files,
    }
}

/// The cases of the catalogue; those called `LV-…` are honest ways and probe no guarantee.
fn cases(text: &str) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
    let mut found = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let mut words = line.split(' ');
        let (case, priority) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if !["1", "2", "3"].contains(&priority) {
            return Err(format!("line {number}: `{priority}` is no priority"));
        }
        let guarantees: BTreeSet<String> = words.map(str::to_owned).collect();
        if let Some(unknown) = guarantees.iter().find(|name| Guarantee::parse(name).is_none()) {
            return Err(format!("line {number}: `{unknown}` is no guarantee"));
        }
        if guarantees.is_empty() && !case.starts_with("LV-") {
            return Err(format!("line {number}: `{case}` probes nothing"));
        }
        if found.insert(case.to_owned(), guarantees).is_some() {
            return Err(format!("line {number}: `{case}` is there already"));
        }
    }
    Ok(found)
}

/// The rows of the tables of a page, but for their heads: a case and why it has no scenario.
fn rows(page: &str) -> Vec<(String, String)> {
    let cells = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix('|')?.split_once(" | "));
    cells.filter(|(case, _)| *case != "case").map(|(case, why)| line(case, why.trim())).collect()
}

fn scenarios() -> BTreeMap<String, BTreeSet<String>> {
    let suite = Suite::open(root()).expect("scenarios");
    let of = |path: &String| {
        let source = fs::read_to_string(root().join(path)).expect("it is there");
        let document = Document::parse(path.as_str(), source, Format::Yaml).expect("it can be read");
        let guarantees = document.root.get("guarantees").and_then(|node| node.as_array()).unwrap_or_default();
        let guarantees = guarantees.iter().filter_map(|node| node.as_str().map(str::to_owned)).collect();
        (path.trim_start_matches("scenarios/").trim_end_matches(".yaml").to_owned(), guarantees)
    };
    suite.paths().iter().map(of).collect()
}

fn line(case: &str, why: &str) -> (String, String) {
    (case.to_owned(), why.to_owned())
}

/// Lets the line of a case say something else.
fn say(shelf: &mut Shelf, case: &str, why: &str) {
    shelf.pending.retain(|(of, _)| of != case);
    shelf.pending.push(line(case, why));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

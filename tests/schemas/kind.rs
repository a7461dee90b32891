//! The kinds of documents that have a schema: their files, their loaders, their shapes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use floorwalker_json::{Document, DocumentShape, Format, Node, Problem, Value as Tree};
use floorwalker_policy::{Policy, Profile};
use floorwalker_scenario::{Scenario, Suite, json_schema};
use serde_json::Value;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Scenario,
    Policy,
    Profile,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Scenario, Self::Policy, Self::Profile];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::Policy => "policy",
            Self::Profile => "profile",
        }
    }

    pub(crate) fn shape(self) -> DocumentShape {
        match self {
            Self::Scenario => Scenario::shape(),
            Self::Policy => Policy::shape(),
            Self::Profile => Profile::shape(),
        }
    }

    pub(crate) fn schema(self) -> Value {
        json_schema(&self.shape())
    }

    pub(crate) fn validator(self) -> jsonschema::Validator {
        jsonschema::draft7::new(&self.schema()).unwrap_or_else(|error| panic!("{}: {error}", self.word()))
    }

    /// Every file of this kind: those of the repository, those that `init` writes, and some that have whatever these lack.
    pub(crate) fn files(self) -> Vec<(String, Value)> {
        let (folder, own): (_, &[&str]) = match self {
            Self::Scenario => ("scenarios", &["scenario.yaml"]),
            Self::Policy => ("policies", &["policy.json", "intercept.yaml"]),
            Self::Profile => ("profiles", &["profile.yaml"]),
        };
        let mut paths: Vec<PathBuf> = own.iter().map(|name| root().join("tests/schemas").join(name)).collect();
        find(&root().join(folder), &mut paths);
        find(&root().join("crates/cli/templates").join(folder), &mut paths);
        let mut files: Vec<(String, Value)> =
            paths.iter().map(|path| (path.display().to_string(), read(path))).collect();
        files.sort_by(|one, other| one.0.cmp(&other.0));
        files
    }

    /// What the loader says is wrong, each with its way out.
    pub(crate) fn load(self, document: &Value) -> Vec<String> {
        let document = match Document::parse("mutant", document.to_string(), Format::Json) {
            Ok(document) => document,
            Err(problem) => return vec![told(&problem)],
        };
        let problems = match self {
            Self::Scenario => suite().scenario(&document).err(),
            Self::Policy => Policy::load(&document).err(),
            Self::Profile => Profile::load(&document).err(),
        };
        problems.unwrap_or_default().iter().map(told).collect()
    }
}

/// The one of this repository: its scenarios may name lists of tools that lie here.
fn suite() -> Suite {
    Suite::open(env!("CARGO_MANIFEST_DIR")).expect("there are scenarios")
}

fn told(problem: &Problem) -> String {
    match &problem.help {
        Some(help) => format!("{}; {help}", problem.says),
        None => problem.says.clone(),
    }
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The words in backticks.
pub(crate) fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            find(&path, found);
        } else if path.extension().is_none_or(|extension| extension != "md") {
            // A page among them is for people.
            found.push(path);
        }
    }
}

fn read(path: &Path) -> Value {
    let name = path.display().to_string();
    let source = fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let document = Document::parse(name.as_str(), source, Format::of_name(&name))
        .unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
    plain(&document.root)
}

fn plain(node: &Node<'_>) -> Value {
    match &node.value {
        Tree::Null => Value::Null,
        Tree::Bool(flag) => Value::Bool(*flag),
        Tree::Number(number) => serde_json::from_str(number.text()).expect("it is a number"),
        Tree::String(text) => Value::String(text.clone().into_owned()),
        Tree::Array(elements) => elements.iter().map(plain).collect(),
        Tree::Object(object) => {
            object.iter().map(|member| (member.key.clone().into_owned(), plain(&member.value))).collect()
        }
    }
}

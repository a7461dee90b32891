//! `floorwalker check`: does a document load, and if not, why and where.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use floorwalker_json::{Document, Problem};
use floorwalker_policy::{Policy, Profile};
use floorwalker_scenario::Scenario;
use miette::Severity;

use crate::{configuration, documents, exit::Failure, screen, workspace};

#[cfg(test)]
mod tests;

const EXAMPLE: &str = "\
Example:
  floorwalker check policies/checkout-aware.json profiles/borealhost.yaml";

/// What stands in the place of a variable that a configuration names: whether it is set is not the document's fault.
const ANY_VALUE: &str = "set-before-the-start";

/// Check documents: policies, checkout profiles, scenarios and gateway configurations
///
/// Shows every problem of every document with its place and the way out, and warnings too. What kind of document a file
/// is shows in its keys. Of a folder, every `.json` and `.yaml` below it is checked.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Arguments {
    /// The documents, or folders of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// What the documents are, where their keys do not tell
    #[arg(long = "as", value_name = "KIND")]
    kind: Option<Kind>,
}

/// What a document can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Policy,
    Profile,
    Scenario,
    Config,
}

/// Keys that only one kind of document has, the most telling first.
const TELLING: [(Kind, &[&str]); 4] = [
    (Kind::Scenario, &["scenario", "steps", "mocks", "agents"]),
    (Kind::Profile, &["profile", "reply", "polls", "secrets"]),
    (Kind::Config, &["upstreams", "grants", "listen"]),
    (Kind::Policy, &["default", "tools", "hide"]),
];

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let files = self.files()?;
        let (mut unreadable, mut absent) = (0, 0);
        for file in &files {
            match check(file, self.kind) {
                Ok(kind) => {
                    screen::print(&format!("{} {} ({kind})\n", screen::styled(screen::GOOD, "ok"), file.display()))?
                }
                Err(Failure::Unreadable) => unreadable += 1,
                Err(Failure::Usage(why)) => {
                    screen::tell_error(&why);
                    absent += 1;
                }
                Err(other) => return Err(other),
            }
        }
        let told = format!("{} of {} did not pass", unreadable + absent, screen::counted(files.len(), "document"));
        match (unreadable, absent) {
            (0, 0) => Ok(()),
            (_, 0) => {
                screen::tell_error(&told);
                Err(Failure::Unreadable)
            }
            _ => Err(Failure::Usage(told)),
        }
    }

    /// The files that were named, and those below the folders that were.
    fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let mut files = Vec::new();
        for path in &self.paths {
            if !path.is_dir() {
                files.push(path.clone());
                continue;
            }
            let before = files.len();
            find(path, &mut files)
                .map_err(|error| Failure::Harness(format!("`{}` cannot be read: {error}", path.display())))?;
            if files.len() == before {
                return Err(Failure::Usage(format!("there is no `.json` and no `.yaml` below `{}`", path.display())));
            }
        }
        Ok(files)
    }
}

/// Every document below a folder, in order.
fn find(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            find(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "json" || extension == "yaml") {
            found.push(path);
        }
    }
    Ok(())
}

/// Checks one document and tells what is wrong with it.
fn check(path: &Path, kind: Option<Kind>) -> Result<Kind, Failure> {
    let document = documents::open(path)?;
    let kind = kind.or_else(|| kind_of(&document));
    let problems = match kind {
        Some(Kind::Policy) => policy(&document)?,
        Some(Kind::Profile) => Profile::load(&document).err(),
        Some(Kind::Scenario) => return scenario(path, &document),
        Some(Kind::Config) => {
            configuration::load(path, &|_| Some(ANY_VALUE.to_owned()))?;
            None
        }
        None => Some(vec![unknown(&document)]),
    };
    match (kind, problems) {
        (Some(kind), None) => Ok(kind),
        (_, problems) => refuse(&document, &problems.unwrap_or_default()),
    }
}

fn kind_of(document: &Document) -> Option<Kind> {
    let has = |keys: &[&str]| keys.iter().any(|key| document.root.get(key).is_some());
    TELLING.iter().find(|(_, keys)| has(keys)).map(|(kind, _)| *kind)
}

fn unknown(document: &Document) -> Problem {
    let says =
        "this is no document that is known: it has none of the keys `scenario`, `profile`, `upstreams`, `default`";
    let help = "if it is one all the same, say which: `--as policy`, `profile`, `scenario` or `config`";
    Problem::new(document.root.span, says).with_help(help)
}

fn policy(document: &Document) -> Result<Option<Vec<Problem>>, Failure> {
    match Policy::load(document) {
        Ok(policy) => {
            documents::tell(&document.name, &document.source, Severity::Warning, policy.warnings())?;
            Ok(None)
        }
        Err(problems) => Ok(Some(problems)),
    }
}

/// A scenario, and when it lies where it can be replayed, the files that it names.
fn scenario(path: &Path, document: &Document) -> Result<Kind, Failure> {
    let path = path.canonicalize().ok();
    let suite = path.as_deref().and_then(workspace::above).and_then(|root| workspace::suite(root).ok());
    let loaded = suite.as_ref().map_or_else(|| Scenario::load(document), |suite| suite.scenario(document));
    if let Err(problems) = loaded {
        return refuse(document, &problems);
    }
    let lines = path.and_then(|path| check_in_suite(&path)).unwrap_or_default();
    if lines.is_empty() {
        return Ok(Kind::Scenario);
    }
    lines.iter().for_each(|line| screen::tell_error(line));
    Err(Failure::Unreadable)
}

fn check_in_suite(path: &Path) -> Option<Vec<String>> {
    let root = workspace::above(path)?;
    let suite = workspace::suite(root).ok()?;
    let own = suite.paths().iter().find(|own| root.join(own) == path)?;
    suite.check(own).err()
}

fn refuse(document: &Document, problems: &[Problem]) -> Result<Kind, Failure> {
    documents::tell(&document.name, &document.source, Severity::Error, problems)?;
    Err(Failure::Unreadable)
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Policy => "policy",
            Self::Profile => "checkout profile",
            Self::Scenario => "scenario",
            Self::Config => "gateway configuration",
        })
    }
}

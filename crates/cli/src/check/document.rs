//! One document: what it is, whether it loads, and what deserves a second look in it.

use std::{
    env,
    path::{Path, PathBuf},
};

use floorwalker_gateway::FileWarning;
use floorwalker_json::{Document, Problem};
use floorwalker_policy::{KnownServer, Policy, Profile, review};
use floorwalker_scenario::{GatewayFile, Scenario};

use super::kind::{self, Kind};
use crate::{
    configuration,
    documents::{self, Unopened},
    exit::Failure,
    finding::Finding,
    mock, workspace,
};

/// What stands in the place of a variable that a configuration names: whether it is set is not the document's fault.
const ANY_VALUE: &str = "set-before-the-start";

/// What came of a document.
#[derive(Debug)]
pub(super) struct Checked {
    /// The file, as it was named.
    pub(super) path: PathBuf,
    /// What it is, if that shows.
    pub(super) kind: Option<Kind>,
    pub(super) findings: Vec<Finding>,
    /// Whether there is no such file, or no document below such a folder.
    pub(super) is_absent: bool,
    /// Whether it is a document of no known kind.
    pub(super) is_unknown: bool,
}

impl Checked {
    /// There is nothing to check.
    pub(super) fn absent(path: &Path, why: String) -> Self {
        let findings = vec![Finding::line(why)];
        Self { path: path.to_owned(), kind: None, findings, is_absent: true, is_unknown: false }
    }

    pub(super) fn loads(&self) -> bool {
        self.findings.iter().all(|finding| finding.code.is_some())
    }

    pub(super) fn warnings(&self) -> usize {
        self.findings.iter().filter(|finding| finding.code.is_some()).count()
    }
}

/// Checks one document.
pub(super) fn check(path: &Path, kind: Option<Kind>, servers: &[KnownServer]) -> Result<Checked, Failure> {
    let of =
        |kind, findings| Ok(Checked { path: path.to_owned(), kind, findings, is_absent: false, is_unknown: false });
    if let Some(Kind::Tools) = kind.or_else(|| kind::of_name(path)).filter(|_| path.exists()) {
        return of(Some(Kind::Tools), tools(path, None));
    }
    let document = match documents::read(path) {
        Ok(document) => document,
        Err(Unopened::Absent(Failure::Usage(why))) => return Ok(Checked::absent(path, why)),
        Err(Unopened::Absent(other)) => return Err(other),
        Err(Unopened::Unreadable(why)) => return of(kind, vec![Finding::line(why)]),
        Err(Unopened::Torn { source, problem }) => {
            return of(kind, vec![Finding::problem(&path.display().to_string(), source, &problem)]);
        }
    };
    let kind = kind.or_else(|| kind::of_keys(&document));
    let checked = of(kind, findings(path, &document, kind, servers))?;
    Ok(Checked { is_unknown: kind.is_none(), ..checked })
}

fn findings(path: &Path, document: &Document, kind: Option<Kind>, servers: &[KnownServer]) -> Vec<Finding> {
    let problems = match kind {
        Some(Kind::Policy) => match Policy::load(document) {
            Ok(policy) => return second_look(document, &policy, servers),
            Err(problems) => problems,
        },
        Some(Kind::Profile) => Profile::load(document).err().unwrap_or_default(),
        Some(Kind::Scenario) => return scenario(path, document),
        Some(Kind::Config) => return config(path),
        Some(Kind::Gateway) => {
            let folder = path.parent().unwrap_or(Path::new(""));
            GatewayFile::load(document, folder).err().unwrap_or_default()
        }
        Some(Kind::Tools) => return tools(path, None),
        Some(Kind::Replies) => return replies(path),
        None => vec![kind::unknown(document)],
    };
    in_document(document, &problems)
}

fn config(path: &Path) -> Vec<Finding> {
    match configuration::read(path, &|_| Some(ANY_VALUE.to_owned())).outcome {
        Ok(config) => configuration::warnings(path, &config),
        Err(error) => configuration::problems(path, &error),
    }
}

fn in_document(document: &Document, problems: &[Problem]) -> Vec<Finding> {
    let of = |problem| Finding::problem(&document.name, document.source.as_str(), problem);
    problems.iter().map(of).collect()
}

fn second_look(document: &Document, policy: &Policy, servers: &[KnownServer]) -> Vec<Finding> {
    let of = |warning| Finding::warning(&document.name, Some(document.source.clone()), &warning);
    review(policy, servers).into_iter().map(of).collect()
}

/// A scenario, and when it lies where it can be replayed, the files that it names.
fn scenario(path: &Path, document: &Document) -> Vec<Finding> {
    let path = path.canonicalize().ok();
    let suite = path.as_deref().and_then(workspace::above).and_then(|root| workspace::suite(root).ok());
    let loaded = suite.as_ref().map_or_else(|| Scenario::load(document), |suite| suite.scenario(document));
    if let Err(problems) = loaded {
        return in_document(document, &problems);
    }
    path.and_then(|path| in_suite(&path)).unwrap_or_default()
}

fn in_suite(path: &Path) -> Option<Vec<Finding>> {
    let root = workspace::above(path)?;
    let suite = workspace::suite(root).ok()?;
    let own = suite.paths().iter().find(|own| root.join(own) == path)?;
    Some(match suite.check(own) {
        Err(lines) => lines.into_iter().map(Finding::line).collect(),
        Ok(warnings) => {
            let of = |FileWarning { file, source, warning }| {
                Finding::warning(&from_here(&root.join(file)), Some(source), &warning)
            };
            warnings.into_iter().map(of).collect()
        }
    })
}

/// A file as somebody here would name it.
fn from_here(path: &Path) -> String {
    let here = env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).display().to_string()
}

/// Replies are about tools, which stand beside them: `shop.replies.yaml`, `shop.tools.json`.
fn replies(path: &Path) -> Vec<Finding> {
    let list = path.with_file_name(format!("{}.tools.json", mock::name_of(path)));
    match list.is_file() {
        true => tools(&list, Some(path)),
        false => {
            let (path, list) = (path.display(), list.display());
            vec![Finding::line(format!(
                "{path}: the list of the tools that it answers for is missing; it is read from `{list}`"
            ))]
        }
    }
}

/// A list of tools, with the replies if there are some.
fn tools(list: &Path, replies: Option<&Path>) -> Vec<Finding> {
    let read = mock::listing_of(list, replies);
    read.err().unwrap_or_default().into_iter().map(Finding::line).collect()
}

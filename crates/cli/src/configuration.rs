//! The gateway's configuration: read from its file, with its problems shown where they stand.
//!
//! INVARIANT: what stands where a credential may stand is not shown, whatever else is wrong around it.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use floorwalker_gateway::{Config, ConfigError, FileProblem, FileWarning, Sources};
use floorwalker_json::{Digest, Document, Format, Node, Span};

use crate::{documents, exit::Failure, finding::Finding};

#[cfg(test)]
mod tests;

/// Every file that was looked into, with the digest of what it held; without one where it could not be read.
pub(crate) type Files = BTreeMap<PathBuf, Option<Digest>>;

/// What came of reading a configuration.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The configuration, or what is wrong with it.
    pub(crate) outcome: Result<Config, ConfigError>,
    /// What it was read from.
    pub(crate) files: Files,
}

/// Loads the configuration, with the files that it was read from; its problems are told at once, its warnings as well.
pub(crate) fn load(path: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<(Config, Files), Failure> {
    documents::expect(path)?;
    let Reading { outcome, files } = read(path, env);
    match outcome {
        Ok(config) => {
            tell_warnings(path, &config)?;
            Ok((config, files))
        }
        Err(error) => {
            tell_problems(path, &error)?;
            Err(Failure::Unreadable)
        }
    }
}

/// Reads the configuration, and tells nobody.
pub(crate) fn read(path: &Path, env: &dyn Fn(&str) -> Option<String>) -> Reading {
    let files = RefCell::new(Files::new());
    let look = |path: &Path| {
        let text = fs::read_to_string(path);
        let digest = text.as_ref().ok().map(|text| Digest::of(text.as_bytes()));
        files.borrow_mut().insert(path.to_owned(), digest);
        text
    };
    let outcome = Config::load(path, Sources { read: &look, env });
    Reading { outcome, files: files.into_inner() }
}

/// Shows on standard error what is wrong.
pub(crate) fn tell_problems(path: &Path, error: &ConfigError) -> Result<(), Failure> {
    problems(path, error).iter().try_for_each(Finding::tell)
}

/// Shows on standard error what is odd.
pub(crate) fn tell_warnings(path: &Path, config: &Config) -> Result<(), Failure> {
    warnings(path, config).iter().try_for_each(Finding::tell)
}

/// Everything that is wrong, here and in the files that it names.
pub(crate) fn problems(path: &Path, error: &ConfigError) -> Vec<Finding> {
    let of = |found: &FileProblem| match fit(path, &found.file, &found.source) {
        Some(source) => Finding::problem(&found.file, source, &found.problem),
        None => Finding::line(found.line()),
    };
    error.problems.iter().map(of).collect()
}

/// Everything that deserves a second look.
pub(crate) fn warnings(path: &Path, config: &Config) -> Vec<Finding> {
    let of =
        |FileWarning { file, source, warning }: &FileWarning| Finding::warning(file, fit(path, file, source), warning);
    config.warnings.iter().map(of).collect()
}

/// The text of a file, fit to be shown.
fn fit(config: &Path, file: &str, source: &str) -> Option<String> {
    match *file == config.display().to_string() {
        true => masked(file, source),
        false => Some(source.to_owned()),
    }
}

/// The text of a configuration with a `*` for every byte of what may be a token, a credential or a password in a URL.
/// One that cannot be read as a document may have them anywhere, so nothing of it is fit to be shown.
fn masked(name: &str, source: &str) -> Option<String> {
    let document = Document::parse(name, source, Format::of_name(name)).ok()?;
    let mut bytes = source.as_bytes().to_vec();
    for Span { start, end } in secrets(&document.root) {
        let hidden = bytes.get_mut(start..end).into_iter().flatten();
        hidden.filter(|byte| **byte != b'\n').for_each(|byte| *byte = b'*');
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Where a credential may stand. The digests of tokens are masked with the rest: nobody reads them.
fn secrets(root: &Node<'_>) -> Vec<Span> {
    let approvers = root.get("approvals").and_then(|approvals| approvals.get("approvers"));
    let known = [root.get("grants"), approvers].into_iter().flatten().filter_map(Node::as_array).flatten();
    let tokens = known.filter_map(|who| who.get("tokens")).flat_map(texts);
    let upstreams = root.get("upstreams").and_then(Node::as_object).into_iter().flatten();
    let shown_up = upstreams.flat_map(|upstream| {
        ["url", "credential", "credentials"].into_iter().filter_map(|key| upstream.value.get(key)).flat_map(texts)
    });
    tokens.chain(shown_up).collect()
}

/// Every text in a node; names of variables and files among them, which does no harm.
fn texts(node: &Node<'_>) -> Vec<Span> {
    if let Some(elements) = node.as_array() {
        return elements.iter().flat_map(texts).collect();
    }
    match node.as_object() {
        Some(members) => members.iter().flat_map(|member| texts(&member.value)).collect(),
        None => vec![node.span],
    }
}

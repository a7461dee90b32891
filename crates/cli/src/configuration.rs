//! The gateway's configuration: read from its file, with its problems shown where they stand.
//!
//! INVARIANT: what stands where a credential may stand is not shown, whatever else is wrong around it.

use std::{fs, path::Path};

use floorwalker_gateway::{Config, FileProblem, FileWarning, Sources};
use floorwalker_json::{Document, Format, Node, Span};

use crate::{documents, exit::Failure, finding::Finding};

#[cfg(test)]
mod tests;

/// Loads the configuration; its problems are told at once, its warnings as well.
pub(crate) fn load(path: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Config, Failure> {
    documents::expect(path)?;
    let (config, findings) = read(path, env);
    findings.iter().try_for_each(Finding::tell)?;
    config.ok_or(Failure::Unreadable)
}

/// Reads the configuration, and what is wrong with it, or deserves a second look.
pub(crate) fn read(path: &Path, env: &dyn Fn(&str) -> Option<String>) -> (Option<Config>, Vec<Finding>) {
    let sources = Sources { read: &|path| fs::read_to_string(path), env };
    let fit = |file: &str, source: &str| match *file == path.display().to_string() {
        true => masked(file, source),
        false => Some(source.to_owned()),
    };
    match Config::load(path, sources) {
        Ok(config) => {
            let of = |FileWarning { file, source, warning }: &FileWarning| {
                Finding::warning(file, fit(file, source), warning)
            };
            let findings = config.warnings.iter().map(of).collect();
            (Some(config), findings)
        }
        Err(error) => {
            let of = |found: &FileProblem| match fit(&found.file, &found.source) {
                Some(source) => Finding::problem(&found.file, source, &found.problem),
                None => Finding::line(found.line()),
            };
            (None, error.problems.iter().map(of).collect())
        }
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
    let grants = root.get("grants").and_then(Node::as_array).unwrap_or_default();
    let tokens = grants.iter().filter_map(|grant| grant.get("tokens")).flat_map(texts);
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

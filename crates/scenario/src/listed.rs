//! A server known by its list of tools, from the texts that describe it. Whoever calls reads the files.

use std::io;

use floorwalker_json::{Document, Format, Node, Problem};
use floorwalker_mocks::{ListedSettings, Listing, ListingPlace, ListingProblem, ListingTexts, NAMES};

use crate::template::plain;

/// Reads the text of a file.
pub type ReadText<'r> = dyn Fn(&str) -> io::Result<String> + 'r;

/// Reads the server of that name whose documents the settings name.
///
/// # Errors
/// Everything that is wrong, one line each, with file, line and column where there are some.
pub fn listing(name: &str, settings: ListedSettings, read: &ReadText<'_>) -> Result<Listing, Vec<String>> {
    check_name(name)?;
    let text = |path: &str| read(path).map_err(|error| vec![format!("`{path}` cannot be read: {error}")]);
    let tools_path = settings.tools.clone().ok_or_else(|| vec![format!("mock `{name}` names no `tools`")])?;
    let tools = text(&tools_path)?;
    let replies = match &settings.replies {
        None => None,
        Some(path) => Some(document(path, text(path)?)?),
    };
    let value = replies.as_ref().map(|replies| plain(&replies.root));
    Listing::read(name, ListingTexts { tools: &tools, replies: value.as_ref() }, settings)
        .map_err(|problems| problems.iter().map(|problem| line(problem, &tools_path, replies.as_ref())).collect())
}

/// The name becomes a part of a path.
fn check_name(name: &str) -> Result<(), Vec<String>> {
    let fits = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    if NAMES.contains(&name) {
        return Err(vec![format!("`{name}` is a mock of ours, which has its tools already; choose another name")]);
    }
    if name.is_empty() || !name.chars().all(fits) {
        return Err(vec![format!("`{name}` is no mock's name; write letters, digits, `-`, `_` and `.`")]);
    }
    Ok(())
}

fn document(path: &str, source: String) -> Result<Document, Vec<String>> {
    Document::parse(path, source.clone(), Format::of_name(path)).map_err(|problem| vec![problem.line(path, &source)])
}

fn line(problem: &ListingProblem, tools_path: &str, replies: Option<&Document>) -> String {
    match (&problem.place, replies) {
        (ListingPlace::Replies(at), Some(replies)) => {
            let told = Problem::new(node(&replies.root, at).span, problem.says.clone());
            Problem { help: problem.help.clone(), ..told }.line(&replies.name, &replies.source)
        }
        _ => match &problem.help {
            Some(help) => format!("{tools_path}: {}; {help}", problem.says),
            None => format!("{tools_path}: {}", problem.says),
        },
    }
}

/// The node at the end of these keys and positions, or as far as they lead.
fn node<'n, 's>(root: &'n Node<'s>, at: &[String]) -> &'n Node<'s> {
    at.iter().fold(root, |node, step| {
        let item = || node.as_array()?.get(step.parse::<usize>().ok()?);
        node.get(step).or_else(item).unwrap_or(node)
    })
}

#[cfg(test)]
mod tests;

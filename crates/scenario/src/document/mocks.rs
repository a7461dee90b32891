//! `mocks`: ours with their settings, and servers that are known by their list of tools.

use std::collections::BTreeMap;
use std::sync::Arc;

use floorwalker_json::{Node, Problem, Span, nearest, shown};
use floorwalker_mocks::{Listed, ListedSettings, Listing, Mock, NAMES, SettingsError};
use serde_json::Value;

use crate::document::load::Roll;
use crate::document::reading::{Reader, listed};
use crate::listed::{ReadText, listing};
use crate::template::plain;

/// How one mock is made, anew for every run.
#[derive(Clone, Debug)]
pub enum MockSpec {
    /// One of ours, with these settings.
    Ours(Value),
    /// A server known by its list of tools.
    Listed(Arc<Listing>),
}

impl MockSpec {
    /// The mock on its first day.
    pub(crate) fn make(&self, name: &str) -> Result<Box<dyn Mock>, SettingsError> {
        match self {
            Self::Ours(settings) => floorwalker_mocks::mock(name, settings),
            Self::Listed(listing) => Ok(Box::new(Listed::new(Arc::clone(listing)))),
        }
    }
}

pub(crate) type Mocks = (Roll<Box<dyn Mock>>, BTreeMap<String, MockSpec>);

pub(crate) fn load_mocks(node: &Node<'_>, read: &ReadText<'_>, reader: &mut Reader<'_>) -> Mocks {
    let members = reader.members_of_some(node, "`mocks`", "write a mock and its settings, such as `borealhost: {}`");
    let (mut found, mut specs) = (Roll::of_members(&members), BTreeMap::new());
    for (name, span, node) in members {
        let spec = spec((name, span), node, read, reader);
        let mock = spec.as_ref().and_then(|spec| made((name, span), spec, reader));
        specs.extend(spec.map(|spec| (name.to_owned(), spec)));
        found.insert(name, span, mock);
    }
    (found, specs)
}

/// A name that is none of ours needs a list of tools.
fn spec((name, span): (&str, Span), node: &Node<'_>, read: &ReadText<'_>, reader: &mut Reader<'_>) -> Option<MockSpec> {
    let tools = node.get("tools").filter(|_| !NAMES.contains(&name));
    let Some(tools) = tools else { return Some(MockSpec::Ours(plain(node))) };
    match ListedSettings::from_json(&plain(node)) {
        Err(error) => reader.problems.push(Problem::new(span, format!("mock `{name}`: {error}"))),
        Ok(settings) => match listing(name, settings, read) {
            Ok(listing) => return Some(MockSpec::Listed(Arc::new(listing))),
            Err(lines) => reader.problems.extend(lines.into_iter().map(|line| Problem::new(tools.span, line))),
        },
    }
    None
}

fn made((name, span): (&str, Span), spec: &MockSpec, reader: &mut Reader<'_>) -> Option<Box<dyn Mock>> {
    match spec.make(name) {
        Ok(mock) => return Some(mock),
        Err(SettingsError::UnknownMock { .. }) => {
            let help = match nearest(name, NAMES.iter().copied()) {
                Some(word) => format!("did you mean `{word}`?"),
                None => format!("it may be {}, or a server of yours that names its `tools`", listed(NAMES)),
            };
            reader.complain(span, format!("there is no mock `{}`", shown(name)), help);
        }
        Err(error) => reader.problems.push(Problem::new(span, format!("mock `{name}`: {error}"))),
    }
    None
}

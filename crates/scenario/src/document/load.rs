//! The top level of a scenario file.

use std::collections::BTreeMap;

use floorwalker_json::{Document, Fields, Node, Problem, Span};
use floorwalker_mocks::Mock;
use floorwalker_policy::Timestamp;
use serde_json::Value;

use crate::document::check;
use crate::document::reading::{Reader, listed, written};
use crate::document::steps::steps;
use crate::document::witness::{harm, witnesses};
use crate::document::{AgentSpec, Era, FileName, ProfileName, Scenario};
use crate::guarantee::Guarantee;
use crate::template;

/// 2026-01-15T10:30:00Z.
const START: Timestamp = Timestamp::from_millis(1_768_473_000_000);

/// What the rest of the file may refer to.
#[derive(Debug)]
pub(crate) struct Cast {
    pub(crate) mocks: BTreeMap<String, Box<dyn Mock>>,
    pub(crate) agents: BTreeMap<String, AgentSpec>,
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// Every problem of the document.
    pub fn load(document: &Document) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::new(&document.source);
        let scenario = top(&document.root, &mut reader);
        match scenario {
            Some(scenario) if reader.problems.is_empty() => Ok(scenario),
            _ => Err(sorted(reader.problems)),
        }
    }
}

/// In the order of the file, which is the order in which people mend it.
fn sorted(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by_key(|problem| problem.span);
    problems
}

fn top(root: &Node<'_>, reader: &mut Reader<'_>) -> Option<Scenario> {
    let mut fields = Fields::of(root, "a scenario", &mut reader.problems);
    root.as_object()?;
    let problems = &mut reader.problems;
    let version = fields.required("version", problems);
    let title = fields.required("scenario", problems);
    let story = fields.optional("story");
    let guarantees = fields.required("guarantees", problems);
    let policy = fields.required("policy", problems);
    let mocks = fields.required("mocks", problems);
    let profiles = fields.optional("profiles");
    let agents = fields.required("agents", problems);
    let steps_node = fields.required("steps", problems);
    let (ledger, inbox, harm_node) = (fields.optional("ledger"), fields.optional("inbox"), fields.optional("harm"));
    let (seed, start) = (fields.optional("seed"), fields.optional("start"));
    fields.finish(problems);

    check_version(version, reader);
    let (mocks, settings) = mocks.map(|node| load_mocks(node, reader)).unwrap_or_default();
    let agents = agents.map(|node| load_agents(node, reader)).unwrap_or_default();
    let cast = Cast { mocks, agents };
    let scenario = Scenario {
        title: title.and_then(|node| reader.text(node, "`scenario`")).unwrap_or_default(),
        story: story.and_then(|node| reader.text(node, "`story`")).unwrap_or_default(),
        guarantees: guarantees.map(|node| load_guarantees(node, reader)).unwrap_or_default(),
        policies: policy.map(|node| load_policies(node, &cast, reader)).unwrap_or_default(),
        profiles: load_profiles(profiles, &cast, reader),
        steps: steps_node.map(|node| steps(node, &cast, reader)).unwrap_or_default(),
        witnesses: witnesses(ledger, inbox, &cast, reader),
        harm: harm_node.map(|node| harm(node, &cast, reader)),
        seed: seed.and_then(|node| reader.number(node, "`seed`")).unwrap_or(1),
        start: start.and_then(|node| load_start(node, reader)).unwrap_or(START),
        mocks: settings,
        agents: cast.agents,
    };
    check::whole(&scenario, (root.span, steps_node), reader);
    Some(scenario)
}

fn check_version(node: Option<&Node<'_>>, reader: &mut Reader<'_>) {
    let Some(node) = node else { return };
    if node.as_u64() != Some(1) {
        reader.complain(
            node.span,
            format!("version {} is not known", written(node, reader.source)),
            "write `version: 1`",
        );
    }
}

fn load_guarantees(node: &Node<'_>, reader: &mut Reader<'_>) -> Vec<Guarantee> {
    let mut found = Vec::new();
    for element in reader.elements(node, "`guarantees`") {
        match element.as_str().and_then(Guarantee::parse) {
            Some(guarantee) => found.push(guarantee),
            None => {
                let says = format!("{} is no guarantee", written(element, reader.source));
                reader.complain(element.span, says, "they are `G1` to `G23`");
            }
        }
    }
    found
}

type Mocks = (BTreeMap<String, Box<dyn Mock>>, BTreeMap<String, Value>);

fn load_mocks(node: &Node<'_>, reader: &mut Reader<'_>) -> Mocks {
    let mut found = Mocks::default();
    for (name, span, settings) in reader.members(node, "`mocks`") {
        let plain = template::plain(settings);
        match floorwalker_mocks::mock(name, &plain) {
            Ok(mock) => {
                found.0.insert(name.to_owned(), mock);
                found.1.insert(name.to_owned(), plain);
            }
            Err(error) => reader.problems.push(Problem::new(span, format!("mock `{name}`: {error}"))),
        }
    }
    found
}

fn load_agents(node: &Node<'_>, reader: &mut Reader<'_>) -> BTreeMap<String, AgentSpec> {
    let mut found = BTreeMap::new();
    for (name, span, spec) in reader.members(node, "`agents`") {
        if name == "world" || name == "nobody" {
            reader.complain(span, format!("no agent may be called `{name}`"), "transcripts use that word for others");
        }
        if let Some(spec) = load_agent(spec, reader) {
            found.insert(name.to_owned(), spec);
        }
    }
    found
}

fn load_agent(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<AgentSpec> {
    if node.as_object().is_none() {
        return Some(AgentSpec { grant: grant(node, reader)?, era: Era::Modern });
    }
    let mut fields = Fields::of(node, "an agent", &mut reader.problems);
    let (of, era) = (fields.required("grant", &mut reader.problems), fields.optional("era"));
    fields.finish(&mut reader.problems);
    Some(AgentSpec { grant: grant(of?, reader)?, era: era.map_or(Some(Era::Modern), |node| load_era(node, reader))? })
}

/// A grant's name becomes part of its bearer token, so it must be fit for a header.
fn grant(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<String> {
    let name = reader.text(node, "the grant")?;
    let fits = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    if name.chars().all(fits) {
        return Some(name);
    }
    reader.complain(node.span, format!("`{name}` is no grant"), "write letters, digits, `-`, `_` and `.`");
    None
}

fn load_era(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Era> {
    match node.as_str() {
        Some("legacy") => Some(Era::Legacy),
        Some("modern") => Some(Era::Modern),
        _ => {
            let written = written(node, reader.source);
            reader.complain(node.span, format!("era {written} is not known"), "write `legacy` or `modern`");
            None
        }
    }
}

/// One name for every grant, or a map from grants to names.
fn load_policies(node: &Node<'_>, cast: &Cast, reader: &mut Reader<'_>) -> BTreeMap<String, FileName> {
    let grants: Vec<&str> = cast.agents.values().map(|agent| agent.grant.as_str()).collect();
    if node.as_object().is_none() {
        let Some(file) = file_name(node, "the policy", reader) else { return BTreeMap::new() };
        return grants.into_iter().map(|grant| (grant.to_owned(), file.clone())).collect();
    }
    let mut found = BTreeMap::new();
    for (grant, span, file) in reader.members(node, "`policy`") {
        if !grants.contains(&grant) {
            reader.unknown(span, "grant", grant, &grants);
        }
        if let Some(file) = file_name(file, "the policy", reader) {
            found.insert(grant.to_owned(), file);
        }
    }
    check_policies(&found, &grants, node.span, reader);
    found
}

fn check_policies(found: &BTreeMap<String, FileName>, grants: &[&str], span: Span, reader: &mut Reader<'_>) {
    let mut missing: Vec<&str> = grants.iter().copied().filter(|grant| !found.contains_key(*grant)).collect();
    missing.dedup();
    if !missing.is_empty() {
        let says = format!("`policy` does not say which policy {} has", listed(&missing));
        reader.complain(span, says, "write one, or `none` for a grant that has none");
    }
}

fn load_profiles(node: Option<&Node<'_>>, cast: &Cast, reader: &mut Reader<'_>) -> BTreeMap<String, ProfileName> {
    let servers: Vec<&str> = cast.mocks.keys().map(String::as_str).collect();
    let mut found: BTreeMap<String, ProfileName> =
        servers.iter().map(|server| ((*server).to_owned(), ProfileName::OfMock)).collect();
    let Some(node) = node else { return found };
    for (server, span, file) in reader.members(node, "`profiles`") {
        if !servers.contains(&server) {
            reader.unknown(span, "server", server, &servers);
        }
        if let Some(file) = file_name(file, "the profile", reader) {
            found.insert(server.to_owned(), ProfileName::Written(file));
        }
    }
    found
}

/// The name of a file in its folder; `none` says that there is none.
fn file_name(node: &Node<'_>, what: &str, reader: &mut Reader<'_>) -> Option<FileName> {
    let name = reader.text(node, what)?;
    let fits = |character: char| character.is_ascii_alphanumeric() || "-_/".contains(character);
    if !name.chars().all(fits) {
        reader.complain(node.span, format!("`{name}` is no file's name"), "write it without folder and extension");
        return None;
    }
    Some(FileName { name: (name != "none").then_some(name), span: node.span })
}

fn load_start(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Timestamp> {
    let parsed = node.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
    let millis = parsed.and_then(|time| u64::try_from(time.as_millisecond()).ok());
    if millis.is_none() {
        let says = format!("`start` is {}", written(node, reader.source));
        reader.complain(node.span, says, "write a time such as `2026-01-15T10:30:00Z`");
    }
    millis.map(Timestamp::from_millis)
}

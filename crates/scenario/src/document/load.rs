//! The top level of a scenario file.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use floorwalker_json::{Document, Fields, Node, Problem, Span};
use floorwalker_mocks::Mock;
use floorwalker_policy::Timestamp;

use crate::document::check::{self, Written};
use crate::document::mocks::load_mocks;
use crate::document::reading::{Reader, listed, written};
use crate::document::steps::steps;
use crate::document::witness::{harm, witnesses};
use crate::document::{AgentSpec, Era, FileName, MockSpec, NOBODY, ProfileName, Scenario};
use crate::guarantee::Guarantee;
use crate::listed::ReadText;

/// 2026-01-15T10:30:00Z.
const START: Timestamp = Timestamp::from_millis(1_768_473_000_000);

/// The words for the two wire eras.
pub(super) const ERAS: [(&str, Era); 2] = [("legacy", Era::Legacy), ("modern", Era::Modern)];

/// What the rest of the file may refer to.
#[derive(Debug, Default)]
pub(crate) struct Cast {
    pub(crate) mocks: Roll<Box<dyn Mock>>,
    pub(crate) agents: Roll<AgentSpec>,
    pub(crate) approvers: Roll<()>,
}

/// What was written under `mocks` or `agents`.
#[derive(Debug)]
pub(crate) struct Roll<T> {
    pub(crate) found: BTreeMap<String, T>,
    /// The places of their names.
    spans: BTreeMap<String, Span>,
    /// Whether something was written that could not be read. It may be what an unknown name means, so that name is no
    /// problem of its own.
    is_torn: bool,
}

impl<T> Default for Roll<T> {
    /// Of a file that has none, which is a problem of the file already.
    fn default() -> Self {
        Self { found: BTreeMap::new(), spans: BTreeMap::new(), is_torn: true }
    }
}

impl Cast {
    /// The grants that agents prove.
    pub(crate) fn grants(&self) -> BTreeSet<&str> {
        self.agents.found.values().map(|agent| agent.grant.as_str()).collect()
    }
}

impl<T> Roll<T> {
    pub(crate) fn of_members(members: &[(&str, Span, &Node<'_>)]) -> Self {
        Self { is_torn: members.is_empty(), ..Self::default() }
    }

    /// Whether there may be names that could not be read.
    pub(crate) fn is_torn(&self) -> bool {
        self.is_torn
    }

    pub(crate) fn insert(&mut self, name: &str, span: Span, read: Option<T>) {
        match read {
            Some(read) => {
                self.found.insert(name.to_owned(), read);
                self.spans.insert(name.to_owned(), span);
            }
            None => self.is_torn = true,
        }
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.found.keys().map(String::as_str).collect()
    }

    /// Complains about a name that was not written here.
    pub(crate) fn check(&self, span: Span, what: &str, name: &str, reader: &mut Reader<'_>) {
        if !self.found.contains_key(name) && !self.is_torn {
            reader.unknown(span, what, name, &self.names());
        }
    }
}

impl Scenario {
    /// Reads a scenario that lies nowhere, so that it can name no lists of tools.
    ///
    /// # Errors
    /// Every problem of the document.
    pub fn load(document: &Document) -> Result<Self, Vec<Problem>> {
        Self::load_with(document, &|_| Err(io::Error::other("the scenario lies in no folder that has `scenarios/`")))
    }

    /// Reads a scenario; `read` reads the files of the mocks that are known by their tools, by paths from the root.
    ///
    /// # Errors
    /// Every problem of the document and of those files.
    pub fn load_with(document: &Document, read: &ReadText<'_>) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::new(&document.source);
        let scenario = top(&document.root, read, &mut reader);
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

fn top(root: &Node<'_>, read: &ReadText<'_>, reader: &mut Reader<'_>) -> Option<Scenario> {
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
    let approvers = fields.optional("approvers");
    let steps_node = fields.required("steps", problems);
    let (ledger, inbox, harm_node) = (fields.optional("ledger"), fields.optional("inbox"), fields.optional("harm"));
    let (seed, start, bound) = (fields.optional("seed"), fields.optional("start"), fields.optional("bound"));
    fields.finish(problems);

    check_version(version, reader);
    let (mocks, specs) = mocks.map(|node| load_mocks(node, read, reader)).unwrap_or_default();
    let agents = agents.map(|node| load_agents(node, reader)).unwrap_or_default();
    let approvers = load_approvers(approvers, &agents, reader);
    let cast = Cast { mocks, agents, approvers };
    let scenario = Scenario {
        title: title.and_then(|node| reader.text(node, "`scenario`")).unwrap_or_default(),
        story: story.and_then(|node| reader.text(node, "`story`")).unwrap_or_default(),
        guarantees: guarantees.map(|node| load_guarantees(node, reader)).unwrap_or_default(),
        policies: policy.map(|node| load_policies(node, &cast, reader)).unwrap_or_default(),
        profiles: load_profiles(profiles, &cast, &specs, reader),
        steps: steps_node.map(|node| steps(node, &cast, reader)).unwrap_or_default(),
        witnesses: witnesses(ledger, inbox, &cast, reader),
        harm: harm_node.map(|node| harm(node, &cast, reader)),
        seed: seed.and_then(|node| reader.number(node, "`seed`")).unwrap_or(1),
        bound: bound.and_then(|node| load_bound(node, reader)),
        start: start.and_then(|node| load_start(node, reader)).unwrap_or(START),
        mocks: specs,
        agents: cast.agents.found,
        approvers: cast.approvers.found.into_keys().collect(),
    };
    let written = Written { root: root.span, steps: steps_node, witnesses: [ledger, inbox], harm: harm_node };
    check::whole(&scenario, &written, reader);
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

fn load_agents(node: &Node<'_>, reader: &mut Reader<'_>) -> Roll<AgentSpec> {
    let members =
        reader.members_of_some(node, "`agents`", "write a name and the grant it proves, such as `buyer: grant-a`");
    let mut found = Roll::of_members(&members);
    for (name, span, spec) in members {
        if name == "world" || name == "nobody" {
            reader.complain(span, format!("no agent may be called `{name}`"), "transcripts use that word for others");
        }
        found.insert(name, span, load_agent(spec, reader));
    }
    found
}

fn load_agent(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<AgentSpec> {
    if node.as_object().is_none() {
        return Some(AgentSpec { grant: grant(node, reader)?, era: Era::Modern, token: None });
    }
    let mut fields = Fields::of(node, "an agent", &mut reader.problems);
    let (of, era) = (fields.required("grant", &mut reader.problems), fields.optional("era"));
    let token = fields.optional("token");
    fields.finish(&mut reader.problems);
    let of = of.and_then(|node| grant(node, reader));
    let era = era.map_or(Some(Era::Modern), |node| load_era(node, reader));
    let token = match token {
        Some(node) => Some(credential_name(node, "the token", reader)?),
        None => None,
    };
    Some(AgentSpec { grant: of?, era: era?, token })
}

/// One name proves one thing: nobody here approves what they ask for.
fn load_approvers(node: Option<&Node<'_>>, agents: &Roll<AgentSpec>, reader: &mut Reader<'_>) -> Roll<()> {
    let mut found = Roll { is_torn: false, ..Roll::default() };
    let Some(node) = node else { return found };
    for element in reader.elements(node, "`approvers`") {
        let name = grant(element, reader).filter(|name| {
            let grants = agents.found.values().map(|agent| &agent.grant);
            let is_taken =
                name == NOBODY || name == "world" || grants.chain(agents.found.keys()).any(|other| other == name);
            if found.found.contains_key(name) {
                reader.complain(
                    element.span,
                    format!("approver `{name}` stands there twice"),
                    "name each of them once",
                );
            }
            if is_taken {
                let says = format!("no approver may be called `{name}`");
                reader.complain(element.span, says, "it is the name of somebody else already");
            }
            !is_taken
        });
        match name {
            Some(name) => found.insert(&name, element.span, Some(())),
            None => found.is_torn = true,
        }
    }
    found
}

/// A grant's name becomes part of its bearer token, so it must be fit for a header.
fn grant(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<String> {
    credential_name(node, "the grant", reader)
}

fn credential_name(node: &Node<'_>, what: &str, reader: &mut Reader<'_>) -> Option<String> {
    let name = reader.text(node, what)?;
    let fits = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    if name.chars().all(fits) {
        return Some(name);
    }
    reader.complain(node.span, format!("{what} is `{name}`"), "write letters, digits, `-`, `_` and `.`");
    None
}

fn load_era(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Era> {
    let found = ERAS.into_iter().find(|(word, _)| node.as_str() == Some(word));
    if found.is_none() {
        let written = written(node, reader.source);
        reader.complain(node.span, format!("era {written} is not known"), "write `legacy` or `modern`");
    }
    found.map(|(_, era)| era)
}

/// One name for every grant, or a map from grants to names.
fn load_policies(node: &Node<'_>, cast: &Cast, reader: &mut Reader<'_>) -> BTreeMap<String, FileName> {
    let grants: Vec<&str> = cast.grants().into_iter().collect();
    if node.as_object().is_none() {
        let Some(file) = file_name(node, "the policy", reader) else { return BTreeMap::new() };
        return grants.into_iter().map(|grant| (grant.to_owned(), file.clone())).collect();
    }
    let mut found = BTreeMap::new();
    for (grant, span, file) in reader.members(node, "`policy`") {
        if !grants.contains(&grant) && !cast.agents.is_torn() {
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

fn load_profiles(
    node: Option<&Node<'_>>,
    cast: &Cast,
    specs: &BTreeMap<String, MockSpec>,
    reader: &mut Reader<'_>,
) -> BTreeMap<String, ProfileName> {
    let unless_written = |server: &str, span| match specs.get(server) {
        Some(MockSpec::Listed(_)) => ProfileName::IfThere,
        _ => ProfileName::OfMock(span),
    };
    let of_mocks = cast.mocks.spans.iter().map(|(server, span)| (server.clone(), unless_written(server, *span)));
    let mut found: BTreeMap<String, ProfileName> = of_mocks.collect();
    let Some(node) = node else { return found };
    for (server, span, file) in reader.members(node, "`profiles`") {
        cast.mocks.check(span, "server", server, reader);
        if let Some(file) = file_name(file, "the profile", reader) {
            found.insert(server.to_owned(), ProfileName::Written(file));
        }
    }
    found
}

/// The name of a file in its folder; `none` says that there is none.
pub(super) fn file_name(node: &Node<'_>, what: &str, reader: &mut Reader<'_>) -> Option<FileName> {
    let name = reader.text(node, what)?;
    let fits = |character: char| character.is_ascii_alphanumeric() || "-_/".contains(character);
    if !name.chars().all(fits) {
        reader.complain(node.span, format!("`{name}` is no file's name"), "write it without folder and extension");
        return None;
    }
    Some(FileName { name: (name != "none").then_some(name), span: node.span })
}

/// At least the written order is played.
fn load_bound(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<u64> {
    let bound = reader.number(node, "`bound`")?;
    if bound == 0 {
        reader.complain(node.span, "`bound` is `0`", "write how many orders of calls are enough, from `1`");
    }
    Some(bound)
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

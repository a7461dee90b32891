//! `floorwalker explain`: why each of a sequence of calls is allowed or denied.
//!
//! The engine tells what it looks at while it decides; here that becomes words. Nothing is sent, and no clock is asked, so
//! the same documents give the same text.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::ValueEnum;
use floorwalker_json::{Document, Format as Written, Keys, Node, Problem, nearest, scan, shown};
use floorwalker_mocks::{NAMES, mock};
use floorwalker_policy::{Definition, GrantId, Policy, Profile, ServerName, duration};
use miette::Severity;
use serde_json::Value;

use crate::{documents, exit::Failure, screen, servers};

use sequence::{Sequence, Unsaid};
use walk::{Known, walk};

mod document;
mod sequence;
mod told;
mod veil;
mod walk;

const EXAMPLE: &str = "\
Examples:
  floorwalker explain policies/seed-forage.json 'start_checkout {\"merchant\":\"m\"}' --repeat 12 --every 3s
  floorwalker explain policies/checkout-aware.json purchase.yaml --server borealhost

Exit codes:
  0  every call is explained, and came out as it was expected to where the calls say so
  1  a call came out otherwise than its `expect` or `rule` says
  2  the command line is wrong, or names something that does not exist
  3  a document does not load";

/// Explain decisions: every rule that a policy asks about calls, what it saw, and which one decided
///
/// CALLS are files of calls with times (docs/explain.md has every key), or calls as they are: a tool, and perhaps its
/// arguments as JSON. All of them are one sequence, so that limits fill up and checkouts move on. `-` is standard input.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Arguments {
    /// The policy
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
    /// Files of calls, or calls such as 'list_plans' and 'buy {"units":3}'
    #[arg(required = true, value_name = "CALLS")]
    calls: Vec<String>,
    /// How often each call of the command line is made
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    repeat: u32,
    /// How much time lies between calls of the command line
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration)]
    every: Duration,
    /// Who calls, where the calls do not say
    #[arg(long, value_name = "ID", default_value = "agent", value_parser = grant)]
    grant: GrantId,
    /// The tools of this mock, and the checkout profile that ships for it
    #[arg(long, value_name = "NAME", conflicts_with = "tools")]
    server: Option<String>,
    /// The tools of a server: what it answers to `tools/list`, as JSON
    #[arg(long, value_name = "FILE")]
    tools: Option<PathBuf>,
    /// The server's checkout profile; with `--server`, in the place of the one that ships
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// Blocks for people, or one JSON document (schemas/explanation.json)
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// For whom it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        // What is wrong with the policy does not keep what is wrong with the rest from being told.
        let document = documents::open(&self.policy);
        let policy = document.and_then(|document| Ok((loaded(&document, Policy::load(&document))?, document)));
        let tools = self.definitions();
        let profile = self.profile();
        let sequence = self.sequence(tools.as_ref().ok().and_then(Option::as_ref));
        // Everything was read before anything is given up, so that all that is wrong is told at once.
        let ((policy, document), tools, profile, sequence) = (policy?, tools?, profile?, sequence?);
        let known = Known { policy: &policy, profile: profile.as_ref(), tools: tools.as_ref() };
        let explained = walk(&known, &sequence);
        let whole = told::Whole { document: &document, known: &known, starts: sequence.starts, calls: &explained };
        screen::print(&match self.format {
            Format::Text => told::render(&whole),
            Format::Json => document::render(&whole)?,
        })?;
        if explained.iter().all(|call| call.is_as_expected()) { Ok(()) } else { Err(Failure::NotHeld) }
    }

    fn sequence(&self, tools: Option<&HashMap<String, Definition>>) -> Result<Sequence, Failure> {
        let is_tool = |name: &str| tools.is_some_and(|tools| tools.contains_key(name));
        let server = ServerName::new(self.server.as_deref().unwrap_or("server"));
        let server = server.map_err(|error| Failure::Usage(error.to_string()))?;
        let unsaid = Unsaid { grant: self.grant.clone(), server, repeat: self.repeat, every: self.every };
        let mut sequence = Sequence::default();
        let mut is_readable = true;
        for written in &self.calls {
            match read(written, &is_tool, &unsaid, &mut sequence) {
                Ok(()) => {}
                Err(Failure::Unreadable) => is_readable = false,
                Err(other) => return Err(other),
            }
        }
        if is_readable { Ok(sequence) } else { Err(Failure::Unreadable) }
    }

    /// What the server publishes, if that is known.
    fn definitions(&self) -> Result<Option<HashMap<String, Definition>>, Failure> {
        let listed = match (&self.server, &self.tools) {
            (Some(name), _) => mock(name, &Value::Null).map_err(|_| unknown(name))?.tools().to_vec(),
            (None, Some(path)) => servers::listed(path)?,
            (None, None) => return Ok(None),
        };
        let text = Value::from(listed).to_string();
        let node = scan(text.as_bytes(), Keys::Distinct).map_err(|error| Failure::Harness(error.to_string()))?;
        let named = |tool: &Node<'_>| Some((tool.get("name")?.as_str()?.to_owned(), Definition::of(tool)));
        Ok(Some(node.as_array().unwrap_or_default().iter().filter_map(named).collect()))
    }

    fn profile(&self) -> Result<Option<Profile>, Failure> {
        match (&self.profile, &self.server) {
            (Some(path), _) => servers::profile(path).map(Some),
            (None, Some(name)) => servers::profile_of(name),
            (None, None) => Ok(None),
        }
    }
}

fn grant(text: &str) -> Result<GrantId, String> {
    GrantId::new(text).map_err(|error| error.to_string())
}

/// Reads one argument into the sequence: a file of calls, or a call.
fn read(
    written: &str,
    is_tool: &dyn Fn(&str) -> bool,
    unsaid: &Unsaid,
    sequence: &mut Sequence,
) -> Result<(), Failure> {
    let has_ending = [".json", ".yaml", ".yml"].iter().any(|ending| written.ends_with(ending));
    let is_file = has_ending || (!is_tool(written) && Path::new(written).is_file());
    if written == "-" {
        let document = parsed("standard input", &io::read_to_string(io::stdin())?)?;
        return taken(&document, sequence.read(&document, unsaid));
    }
    if is_file {
        let document = documents::open(Path::new(written))?;
        return taken(&document, sequence.read(&document, unsaid));
    }
    if written.contains(['/', '.']) && !written.contains(char::is_whitespace) && !is_tool(written) {
        let shown = shown(written);
        return Err(Failure::Usage(format!(
            "there is no file `{shown}`; if a tool is called so, write its arguments too: '{shown} {{}}'"
        )));
    }
    let (tool, arguments) = written.trim().split_once(char::is_whitespace).unwrap_or((written.trim(), "{}"));
    let document = parsed("the arguments on the command line", arguments)?;
    taken(&document, sequence.push(tool, &document, unsaid))
}

/// JSON where it looks like it, as nobody writes YAML that begins so.
fn parsed(name: &str, text: &str) -> Result<Document, Failure> {
    let format = if text.trim_start().starts_with(['{', '[']) { Written::Json } else { Written::Yaml };
    Document::parse(name, text, format).or_else(|problem| {
        documents::tell(name, text, Severity::Error, &[problem])?;
        Err(Failure::Unreadable)
    })
}

fn taken(document: &Document, problems: Vec<Problem>) -> Result<(), Failure> {
    if problems.is_empty() { Ok(()) } else { loaded(document, Err(problems)) }
}

fn loaded<T>(document: &Document, loaded: Result<T, Vec<Problem>>) -> Result<T, Failure> {
    loaded.or_else(|problems| {
        documents::tell(&document.name, &document.source, Severity::Error, &problems)?;
        Err(Failure::Unreadable)
    })
}

fn unknown(name: &str) -> Failure {
    let help = match nearest(name, NAMES.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("there is `{}`; the tools of another server come with `--tools`", NAMES.join("`, `")),
    };
    Failure::Usage(format!("there is no mock `{}`; {help}", shown(name)))
}

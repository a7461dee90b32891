//! `floorwalker scan`: what a server's tools do, and a policy to start from.
//!
//! INVARIANT: reading a server calls none of its tools, and what is written is read back before anybody gets it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use floorwalker_json::{Document, Format as DocumentFormat};
use floorwalker_policy::{Origin, Policy, Scanned, classify, starting_policy};
use miette::Severity;

use crate::{documents, exit::Failure, screen};

mod header;
mod output;
mod profile;
mod report;
mod source;

use source::{Server, Tool};

const EXAMPLE: &str = "\
Examples:
  floorwalker scan https://shop.example/mcp --bearer-env SHOP_TOKEN -o policies/shop.yaml
  floorwalker scan --env GITHUB_TOKEN -- npx -y @modelcontextprotocol/server-github
  floorwalker scan servers/my-shop.tools.json --format json
  floorwalker scan forage --diff policies/shop.json

Exit codes:
  0  it is written; with --diff, or the policy knows every tool
  1  --diff finds tools that the policy does not know
  2  the command line is wrong, or names a program, file or folder that is not there
  3  what the server answers, or a file holds, is no list of tools
  4  the server cannot be reached, or the file cannot be written";

/// Draft a policy from the tools of a server: what each does, and the default rule for it
///
/// The tools are listed and never called. Each is taken for one that reads, writes, executes, destroys or moves money, by
/// the words of its name, its description and its arguments; what cannot be told is taken for one that writes. The policy
/// denies what it does not name, hides what destroys, denies what moves money until a person approves it, and limits the
/// rest. It is a draft: docs/scan.md says how it was made and how to go on.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Arguments {
    #[command(flatten)]
    server: source::Wanted,
    /// Where the policy goes; standard output unless given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite the file if it is there
    #[arg(long, requires = "output")]
    force: bool,
    /// What is written: a policy, the classification, or the list of tools as `mock --tools` reads it
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Policy)]
    format: Format,
    /// Only the tools that this policy neither names nor hides
    #[arg(long, value_name = "POLICY")]
    diff: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Policy,
    Json,
    Tools,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        if let Some(path) = &self.output {
            output::expect(path, self.force)?;
        }
        let known = self.diff.as_deref().map(policy).transpose()?;
        let Server { label, mut tools } = self.server.read()?;
        let profile = profile::fitting(&tools);
        let all = tools.len();
        if let Some(known) = &known {
            tools.retain(|tool| !known.names(&tool.published.name));
        }
        if let (Some(diff), true, Format::Policy) = (&self.diff, tools.is_empty(), self.format) {
            return Ok(screen::tell(&report::nothing_new(&label, &diff.display().to_string(), all))?);
        }
        let scanned: Vec<Scanned> = tools.iter().map(scanned).collect();
        let text = match self.format {
            Format::Policy => checked(starting_policy(Origin { server: &label, profile }, &scanned))?,
            Format::Json => report::json(&label, profile, &scanned),
            Format::Tools => report::tools(&tools),
        };
        self.write(&text)?;
        screen::tell(&report::summary(&label, profile, &scanned))?;
        match known {
            Some(_) if !scanned.is_empty() => Err(Failure::NotHeld),
            _ => Ok(()),
        }
    }

    fn write(&self, text: &str) -> Result<(), Failure> {
        match &self.output {
            Some(path) => output::write(path, self.force, text),
            None => Ok(screen::print(text)?),
        }
    }
}

fn scanned(tool: &Tool) -> Scanned {
    Scanned { classified: classify(&tool.published), tool: tool.published.clone() }
}

/// The policy that tools are compared with.
fn policy(path: &Path) -> Result<Policy, Failure> {
    let document = documents::open(path)?;
    Policy::load(&document).or_else(|problems| {
        documents::tell(&document.name, &document.source, Severity::Error, &problems)?;
        Err(Failure::Unreadable)
    })
}

/// The draft, which loads; were it otherwise, nobody should get it.
fn checked(text: String) -> Result<String, Failure> {
    let document = Document::parse("the draft", text.as_str(), DocumentFormat::Yaml);
    let loaded = document.map_err(|problem| vec![problem]).and_then(|document| Policy::load(&document));
    match loaded {
        Ok(_) => Ok(text),
        Err(problems) => {
            documents::tell("the draft", &text, Severity::Error, &problems)?;
            Err(Failure::Harness("the draft does not load, which is a mistake of this program".to_owned()))
        }
    }
}

/// The text of a file, or why there is none.
fn text_of(path: &Path) -> Result<String, Failure> {
    documents::expect(path)?;
    fs::read_to_string(path).map_err(|error| Failure::Usage(format!("`{}` cannot be read: {error}", path.display())))
}

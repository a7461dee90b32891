//! The servers that policies are checked for.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::builder::PossibleValuesParser;
use floorwalker_json::{Document, Format};
use floorwalker_mocks::NAMES;
use floorwalker_policy::{KnownServer, Profile};
use serde_json::Value;

use crate::{documents, exit::Failure, mock, screen};

/// The profiles of our mocks, as they ship.
const PROFILES: [(&str, &str); 3] = [
    ("borealhost", include_str!("../../../../profiles/borealhost.yaml")),
    ("forage", include_str!("../../../../profiles/forage.yaml")),
    ("toofi", include_str!("../../../../profiles/toofi.yaml")),
];

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "The servers that a policy is for")]
pub(super) struct Named {
    /// One of the mock servers, with its tools and its checkout profile
    #[arg(long = "server", value_name = "NAME", value_parser = PossibleValuesParser::new(NAMES))]
    names: Vec<String>,
    /// A server of your own: what it answers to `tools/list`, as JSON
    #[arg(long, value_name = "FILE")]
    tools: Option<PathBuf>,
    /// The checkout profile of the server: of the one that `--tools` lists, or of the one that `--server` names, in the place of
    /// the profile that ships
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
}

impl Named {
    /// What is known of the servers that were named.
    pub(super) fn known(&self) -> Result<Vec<KnownServer>, Failure> {
        let mut servers = Vec::new();
        for name in &self.names {
            servers.push(ours(name, self.profile.as_deref().filter(|_| self.tools.is_none()))?);
        }
        match (&self.tools, &self.profile) {
            (None, Some(_)) if self.names.len() > 1 => {
                return Err(Failure::Usage(format!(
                    "a profile is of one server, and `--server` names {}; check for one at a time, or leave `--profile` out",
                    self.names.len()
                )));
            }
            (Some(path), _) => servers.push(self.own(mock::name_of(path))?),
            (None, Some(path)) if self.names.is_empty() => servers.push(self.own(mock::name_of(path))?),
            _ => {}
        }
        Ok(servers)
    }

    fn own(&self, name: String) -> Result<KnownServer, Failure> {
        let mut known = KnownServer::new(&name);
        if let Some(path) = &self.tools {
            documents::expect(path)?;
            let tools = mock::listing_of(path, None).map_err(|lines| {
                lines.iter().for_each(|line| screen::tell_error(line));
                Failure::Unreadable
            })?;
            known = known.with_tools(tools.definitions());
        }
        if let Some(path) = &self.profile {
            known = known.with_profile(read(path)?);
        }
        Ok(known)
    }
}

/// A mock, with this profile or else with the one that ships.
fn ours(name: &str, profile: Option<&Path>) -> Result<KnownServer, Failure> {
    let trouble = |why: String| Failure::Harness(format!("the mock `{name}`: {why}"));
    let mock = floorwalker_mocks::mock(name, &Value::Null).map_err(|error| trouble(error.to_string()))?;
    let known = KnownServer::new(name).with_tools(mock.tools());
    if let Some(path) = profile {
        return Ok(known.with_profile(read(path)?));
    }
    let Some((_, source)) = PROFILES.iter().find(|(known, _)| *known == name) else { return Ok(known) };
    let document = Document::parse(name, *source, Format::Yaml).map_err(|problem| trouble(problem.says))?;
    Ok(known.with_profile(loaded(&document)?))
}

fn read(path: &Path) -> Result<Arc<Profile>, Failure> {
    loaded(&documents::open(path)?)
}

fn loaded(document: &Document) -> Result<Arc<Profile>, Failure> {
    match Profile::load(document) {
        Ok(profile) => Ok(Arc::new(profile)),
        Err(problems) => {
            documents::tell(&document.name, &document.source, miette::Severity::Error, &problems)?;
            Err(Failure::Unreadable)
        }
    }
}

//! The servers that policies are checked for.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::builder::PossibleValuesParser;
use floorwalker_mocks::NAMES;
use floorwalker_policy::KnownServer;
use serde_json::Value;

use crate::{exit::Failure, mock, servers};

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
            known = known.with_tools(&servers::listed(path)?);
        }
        if let Some(path) = &self.profile {
            known = known.with_profile(Arc::new(servers::profile(path)?));
        }
        Ok(known)
    }
}

/// A mock, with this profile or else with the one that ships.
fn ours(name: &str, profile: Option<&Path>) -> Result<KnownServer, Failure> {
    let trouble = |why: String| Failure::Harness(format!("the mock `{name}`: {why}"));
    let mock = floorwalker_mocks::mock(name, &Value::Null).map_err(|error| trouble(error.to_string()))?;
    let known = KnownServer::new(name).with_tools(mock.tools());
    let profile = match profile {
        Some(path) => Some(servers::profile(path)?),
        None => servers::profile_of(name)?,
    };
    Ok(match profile {
        Some(profile) => known.with_profile(Arc::new(profile)),
        None => known,
    })
}

//! `floorwalker mock --tools`: a server of somebody's own, known by its list of tools.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use floorwalker_mocks::{Listed, ListedSettings, Listing, Mock};
use floorwalker_scenario::listing;
use serde_json::Value;

use crate::{documents, exit::Failure, screen};

use super::unfit;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "A server of your own")]
pub(crate) struct OwnServer {
    /// What the server answers to `tools/list`, as JSON
    #[arg(long, value_name = "FILE")]
    tools: Option<PathBuf>,
    /// What its tools answer; without it, what their schemas suggest
    #[arg(long, value_name = "FILE", requires = "tools")]
    replies: Option<PathBuf>,
    /// What the server is called; the beginning of the name of its file unless given
    #[arg(long, value_name = "NAME", requires = "tools")]
    name: Option<String>,
}

impl OwnServer {
    /// What the server is called, if there is one: `my-shop` for `my-shop.tools.json`.
    pub(crate) fn server_name(&self) -> Option<String> {
        self.tools.as_ref().map(|tools| self.name.clone().unwrap_or_else(|| name_of(tools)))
    }

    /// The server of that name, on its first day.
    pub(crate) fn mock(&self, name: &str, mut settings: Value) -> Result<Box<dyn Mock>, Failure> {
        for (key, path) in [("tools", &self.tools), ("replies", &self.replies)] {
            let Some(path) = path else { continue };
            documents::expect(path)?;
            if let Some(members) = settings.as_object_mut() {
                members.insert(key.to_owned(), shown(path).into());
            }
        }
        let settings = ListedSettings::from_json(&settings).map_err(|error| unfit(name, &error))?;
        match listing(name, settings, &|path| fs::read_to_string(path)) {
            Ok(listing) => Ok(Box::new(Listed::new(Arc::new(listing)))),
            Err(lines) => {
                lines.iter().for_each(|line| screen::tell_error(line));
                Err(Failure::Unreadable)
            }
        }
    }
}

/// What a server is called whose documents are named so: `my-shop` for `my-shop.tools.json`.
pub(crate) fn name_of(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    [".tools", ".replies"].into_iter().find_map(|part| stem.strip_suffix(part)).unwrap_or(&stem).to_owned()
}

/// The server whose list of tools and replies are in these files, or what is wrong with them. Nobody runs it, so that the
/// list may be that of a server that we play otherwise.
pub(crate) fn listing_of(tools: &Path, replies: Option<&Path>) -> Result<Listing, Vec<String>> {
    let (tools, replies) = (Some(shown(tools)), replies.map(shown));
    listing("a-server", ListedSettings { tools, replies, ..ListedSettings::default() }, &|path| {
        fs::read_to_string(path)
    })
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

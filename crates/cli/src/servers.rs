//! What is known of the servers that a command line names: of a mock, the checkout profile that ships; of a server of
//! somebody's own, its list of tools.
//!
//! INVARIANT: a name means the same to every command, whatever lies in the folder that it is run in.

use std::{fs, path::Path};

use floorwalker_json::{Document, Format};
use floorwalker_mocks::{ListedSettings, Validate};
use floorwalker_policy::Profile;
use floorwalker_scenario::listing;
use serde_json::Value;

use crate::{documents, exit::Failure, screen};

/// The profiles of our mocks, as they ship.
const PROFILES: [(&str, &str); 3] = [
    ("borealhost", include_str!("../../../profiles/borealhost.yaml")),
    ("forage", include_str!("../../../profiles/forage.yaml")),
    ("toofi", include_str!("../../../profiles/toofi.yaml")),
];

/// Each profile that ships, with the name of its mock.
pub(crate) fn shipped() -> impl Iterator<Item = (&'static str, Document)> {
    PROFILES.iter().filter_map(|(name, text)| Some((*name, Document::parse(*name, *text, Format::Yaml).ok()?)))
}

/// The profile of this mock, if there is one.
pub(crate) fn profile_of(mock: &str) -> Result<Option<Profile>, Failure> {
    shipped().find(|(name, _)| *name == mock).map(|(_, document)| loaded(&document)).transpose()
}

/// The profile in a file.
pub(crate) fn profile(path: &Path) -> Result<Profile, Failure> {
    loaded(&documents::open(path)?)
}

fn loaded(document: &Document) -> Result<Profile, Failure> {
    Profile::load(document).or_else(|problems| {
        documents::tell(&document.name, &document.source, miette::Severity::Error, &problems)?;
        Err(Failure::Unreadable)
    })
}

/// The definitions in what a server answers to `tools/list`. They are taken as it publishes them: a schema that a mock could
/// not keep to stops nobody from looking at the tools.
pub(crate) fn listed(path: &Path) -> Result<Vec<Value>, Failure> {
    documents::expect(path)?;
    let tools = Some(path.display().to_string());
    let settings = ListedSettings { tools, validate: Validate::Off, ..ListedSettings::default() };
    match listing("a-server", settings, &|path| fs::read_to_string(path)) {
        Ok(listing) => Ok(listing.definitions().to_vec()),
        Err(lines) => {
            lines.iter().for_each(|line| screen::tell_error(line));
            Err(Failure::Unreadable)
        }
    }
}

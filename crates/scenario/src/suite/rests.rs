//! Which files a scenario rests on: a change of one of them may make it come out another way.

use std::collections::BTreeSet;

use super::{Suite, snapshot_path};
use crate::document::{MockSpec, ProfileName};

impl Suite {
    /// The files that decide how a scenario comes out, from the root, with `/` in them: its own, its snapshot, and those of
    /// the policies, profiles and servers that it names.
    ///
    /// A name stands for a `.json` and a `.yaml` file, and both are told whether they exist or not: making one can be what
    /// mends the scenario. One that does not load names nothing that can be known now, so it rests on what it was `known` to
    /// rest on as well: the file that tore it may be the one that mends it.
    #[must_use]
    pub fn rests_on(&self, path: &str, known: &BTreeSet<String>) -> BTreeSet<String> {
        let mut files = BTreeSet::from([path.to_owned(), snapshot_path(path)]);
        let Some(scenario) = self.document(path).ok().and_then(|document| self.scenario(&document).ok()) else {
            files.extend(known.iter().cloned());
            return files;
        };
        let policies = scenario.policies.values().chain(scenario.reloaded()).filter_map(|file| file.name.as_deref());
        files.extend(policies.flat_map(|name| candidates("policies", name)));
        let profiles = scenario.profiles.iter().filter_map(|(server, profile)| match profile {
            ProfileName::OfMock(_) | ProfileName::IfThere => Some(server.as_str()),
            ProfileName::Written(file) => file.name.as_deref(),
        });
        files.extend(profiles.flat_map(|name| candidates("profiles", name)));
        for mock in scenario.mocks.values() {
            if let MockSpec::Listed(listing) = mock {
                files.extend(listing.documents().map(str::to_owned));
            }
        }
        files
    }
}

/// The files that a name in a scenario can mean.
pub(super) fn candidates(folder: &str, name: &str) -> [String; 2] {
    ["json", "yaml"].map(|extension| format!("{folder}/{name}.{extension}"))
}

#[cfg(test)]
mod tests;

//! What deserves a second look in the policies of a scenario, which says for which servers they are.

use std::collections::BTreeMap;

use floorwalker_gateway::FileWarning;
use floorwalker_policy::{KnownServer, review};

use super::{Loaded, Suite};
use crate::document::mocks::MockSpec;

impl Suite {
    /// Reads one scenario and everything it names, and what deserves a second look in its policies: the scenario knows the
    /// servers that they are for.
    ///
    /// # Errors
    /// One line for every problem, with its place.
    pub fn check(&self, path: &str) -> Result<Vec<FileWarning>, Vec<String>> {
        let loaded = self.load(path)?;
        let servers = servers(&loaded)?;
        let Loaded { materials, .. } = &loaded;
        let mut by_file = BTreeMap::new();
        for (grant, file) in &materials.policy_files {
            by_file.extend(materials.policies.get(grant).cloned().flatten().map(|policy| (file, policy)));
        }
        let mut warnings = Vec::new();
        for (file, policy) in by_file {
            let source = self.document(file)?.source;
            let told = review(&policy, &servers).into_iter();
            warnings.extend(told.map(|warning| FileWarning { file: file.clone(), source: source.clone(), warning }));
        }
        Ok(warnings)
    }
}

/// The mocks of the scenario, as a policy can know them.
fn servers(Loaded { scenario, materials }: &Loaded) -> Result<Vec<KnownServer>, Vec<String>> {
    let of = |(name, spec): (&String, &MockSpec)| {
        let mock = spec.make(name).map_err(|error| vec![error.to_string()])?;
        let known = KnownServer::new(name).with_tools(mock.tools());
        Ok(materials.profiles.get(name).cloned().into_iter().fold(known, KnownServer::with_profile))
    };
    scenario.mocks.iter().map(of).collect()
}

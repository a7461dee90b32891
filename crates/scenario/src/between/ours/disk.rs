//! Where our gateway reads its policies: what lies there is not always what is in force.
//!
//! A file that somebody broke stays broken until somebody mends it, so a later reload fails for it as well, and so does a
//! restart.

use std::collections::BTreeMap;
use std::sync::Arc;

use floorwalker_policy::Policy;

use crate::between::Found;

/// Each grant's policy, and nothing for one that has none.
pub(super) type Policies = BTreeMap<String, Option<Arc<Policy>>>;

/// What lies there for each grant.
#[derive(Debug)]
pub(super) struct Disk(BTreeMap<String, Found>);

impl Disk {
    pub(super) fn new(policies: &Policies) -> Self {
        Self(policies.iter().map(|(grant, policy)| (grant.clone(), Found::Policy(policy.clone()))).collect())
    }

    pub(super) fn write(&mut self, found: BTreeMap<String, Found>) {
        self.0.extend(found);
    }

    /// All of it, or what is wrong with some of it.
    pub(super) fn read(&self) -> Result<Policies, String> {
        let mut policies = Policies::new();
        for (grant, found) in &self.0 {
            match found {
                Found::Policy(policy) => {
                    policies.insert(grant.clone(), policy.clone());
                }
                Found::Gone => {}
                Found::Broken(why) => return Err(why.clone()),
            }
        }
        Ok(policies)
    }
}

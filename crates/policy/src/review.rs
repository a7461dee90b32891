//! A second look at a policy that loads: what it says that it cannot mean.
//!
//! Some of it the loader notes while it reads; the rest is told here, from the policy as it is meant, and from what is known
//! of the servers that it is for: their tools, as they publish them, and their checkout profiles.
//!
//! INVARIANT: a warning is certain. Where this cannot be sure it says nothing.

use crate::{Policy, Warning};

mod arguments;
mod known;
mod limits;
mod money;
mod names;
mod purchase;
mod rules;
mod walk;

pub use known::KnownServer;

/// Everything that deserves a second look, from top to bottom. Without servers, what needs none.
#[must_use]
pub fn review(policy: &Policy, servers: &[KnownServer]) -> Vec<Warning> {
    let mut warnings = policy.warnings().to_vec();
    rules::review(policy, servers, &mut warnings);
    names::review(policy, servers, &mut warnings);
    for server in servers {
        arguments::review(policy, server, &mut warnings);
        money::review(policy, server, &mut warnings);
        purchase::review(policy, server, &mut warnings);
    }
    warnings.sort_by(|one, other| {
        let key = |warning: &Warning| (warning.problem.span, warning.code);
        key(one).cmp(&key(other)).then_with(|| one.problem.says.cmp(&other.problem.says))
    });
    warnings.dedup();
    warnings
}

#[cfg(test)]
mod tests;

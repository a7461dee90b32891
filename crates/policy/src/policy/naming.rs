//! The names of a tool's rules: where each stands, and a number for the second of one name.

use std::collections::HashSet;

use crate::{RuleName, profile::pointer_part};

/// The names that were given so far below one place.
///
/// INVARIANT: no two rules of one place have the same name.
#[derive(Debug)]
pub(super) struct Naming {
    place: String,
    given: HashSet<String>,
}

impl Naming {
    /// Names of the rules of a tool.
    pub(super) fn of_tool(tool: &str) -> Self {
        Self::at(format!("/tools/{}", pointer_part(tool)))
    }

    pub(super) fn at(place: String) -> Self {
        Self { place, given: HashSet::new() }
    }

    /// The name of a rule, of these parts below the place.
    pub(super) fn name(&mut self, parts: &[&str]) -> RuleName {
        let parts = parts.iter().map(|part| format!("/{}", pointer_part(part)));
        let first: String = std::iter::once(self.place.clone()).chain(parts).collect();
        let mut name = first.clone();
        let mut number = 2_u32;
        while !self.given.insert(name.clone()) {
            name = format!("{first}#{number}");
            number = number.saturating_add(1);
        }
        RuleName::placed(name)
    }
}

//! Which scenarios a changed file touches: a pure question, once it is known on which files each rests.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use floorwalker_scenario::Suite;

/// The files on which each scenario rests, from the root, with `/` in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Rests(BTreeMap<String, BTreeSet<String>>);

impl Rests {
    /// Of these scenarios, as they are now. What was known counts for those that do not load.
    pub(super) fn renewed(self, suite: &Suite, paths: &[String]) -> Self {
        let nothing = BTreeSet::new();
        let files = |path: &String| suite.rests_on(path, self.0.get(path).unwrap_or(&nothing));
        Self(paths.iter().map(|path| (path.clone(), files(path))).collect())
    }

    /// The scenarios that rest on something that changed, in order.
    pub(super) fn touched(&self, changed: &BTreeSet<String>) -> Vec<String> {
        let is_touched = |files: &BTreeSet<String>| {
            files.iter().any(|file| changed.iter().any(|changed| is_at_or_below(file, changed)))
        };
        self.0.iter().filter(|(_, files)| is_touched(files)).map(|(path, _)| path.clone()).collect()
    }
}

/// A folder that changed may have changed with everything in it, and the root with everything.
fn is_at_or_below(file: &str, changed: &str) -> bool {
    let rest = file.strip_prefix(changed);
    changed.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A place as the suite names it; nothing for what is not in the root.
pub(super) fn inside(root: &Path, path: &Path) -> Option<String> {
    let parts: Vec<_> = path.strip_prefix(root).ok()?.iter().map(|part| part.to_string_lossy()).collect();
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests;

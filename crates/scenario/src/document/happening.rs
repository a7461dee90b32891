//! What happens to the gateway itself: new policies, a wall clock that somebody sets, clients that hang up.

use std::time::Duration;

use super::{Action, FileName, RepeatStep, Scenario, Step, TogetherStep};

/// The files that the gateway reads its policies from have changed, and it reads them again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReloadStep {
    /// What each of these grants has from now on; the others keep what they have.
    pub grants: Vec<(String, NewPolicy)>,
    /// What came of the file that they name.
    pub edit: Edit,
    /// What the gateway must make of it.
    pub expect: ReloadEnd,
}

/// What a grant has from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewPolicy {
    /// The policy of that file, or none.
    File(FileName),
    /// The grant is taken away, with its tokens and sessions.
    Gone,
}

/// What came of a policy's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// It says what it says.
    AsItIs,
    /// By now it says this.
    Text(String),
    /// By now it is not there.
    Missing,
}

/// What a gateway makes of a reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReloadEnd {
    /// The new policies are in force.
    Loaded,
    /// They cannot be read, and those before stay in force.
    Refused,
}

/// Whether an agent stays for the answer to its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// It does.
    Stays,
    /// It hangs up once a server has the call.
    HangsUp,
}

/// By how much somebody sets the wall clock. Nothing else passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WallShift {
    /// Forward.
    Ahead(Duration),
    /// Back.
    Back(Duration),
}

impl ReloadEnd {
    /// The words for it, the one that is meant unless something is written first.
    pub(crate) const WORDS: [(&'static str, Self); 2] = [("loaded", Self::Loaded), ("refused", Self::Refused)];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Loaded => "loaded",
            Self::Refused => "refused",
        }
    }
}

impl ReloadStep {
    /// The files that it names.
    pub(crate) fn files(&self) -> impl Iterator<Item = &FileName> {
        self.grants.iter().filter_map(|(_, policy)| match policy {
            NewPolicy::File(file) => Some(file),
            NewPolicy::Gone => None,
        })
    }
}

impl Scenario {
    /// The files that its `reload` steps name.
    pub(crate) fn reloaded(&self) -> impl Iterator<Item = &FileName> {
        self.steps.iter().flat_map(Step::reloads).flat_map(ReloadStep::files)
    }
}

impl Step {
    /// What is reloaded in it, or in the steps inside.
    fn reloads(&self) -> Vec<&ReloadStep> {
        match &self.action {
            Action::Reload(reload) => vec![reload],
            Action::Together(TogetherStep { steps, .. }) | Action::Repeat(RepeatStep { steps, .. }) => {
                steps.iter().flat_map(Self::reloads).collect()
            }
            _ => Vec::new(),
        }
    }
}

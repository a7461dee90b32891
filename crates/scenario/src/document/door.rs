//! What people do at the approvers' door.

use super::Handling;
use crate::template::TextTemplate;

/// A person looks at what waits for an answer, or gives one.
#[derive(Clone, Debug, PartialEq)]
pub struct ApprovalStep {
    /// What is done.
    pub does: AtDoor,
    /// Which ask; all of them when absent.
    pub ask: Option<TextTemplate>,
    /// Who: an approver, or an agent or nobody, who may not.
    pub by: String,
    /// What to make of the answer.
    pub handling: Handling,
}

/// What is done at the approvers' door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtDoor {
    /// A yes.
    Approve,
    /// A no.
    Deny,
    /// A look.
    Look,
}

impl AtDoor {
    /// The word for it in scenarios and transcripts.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Deny => "deny",
            Self::Look => "approvals",
        }
    }
}

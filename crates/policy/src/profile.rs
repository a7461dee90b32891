//! The checkout profile: what a server's tools do to a checkout, and where its replies say so.
//!
//! Nobody publishes such a document, so the gateway brings one per server. With it ownership, pace, one completion, agreed
//! totals and one-time secrets hold for any server without code of its own.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use floorwalker_json::{Document, DocumentShape, Problem};
use regex::Regex;

use crate::{Once, PollPace};

mod load;
mod place;
mod pointer;
mod shape;

pub(crate) use place::Place;
pub(crate) use pointer::{Pointer, pointer_part};

/// Which tools of a server move a checkout, where its replies say what, and how it may be polled.
#[derive(Clone, Debug)]
pub struct Profile {
    roles: HashMap<String, Role>,
    /// The arguments that carry a checkout's id, whatever the tool.
    ids: BTreeSet<String>,
    /// The arguments that carry a quote's id, whatever the tool.
    quotes: BTreeSet<String>,
    /// The statuses in which a checkout was not completed and can be.
    again: Arc<BTreeSet<String>>,
    reply: ReplyShape,
    pace: Option<Arc<PollPace>>,
    secrets: Vec<SecretKind>,
}

/// What a tool does to a checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Says what a checkout would cost.
    Quote,
    /// Makes a new one; the argument `quote`, if it has one, names what it may cost.
    Create { quote: Option<String> },
    /// Does something to the one that the argument `id` names.
    On { step: Step, id: String },
}

/// What a tool does to a checkout that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Update,
    Complete,
    Poll,
    Cancel,
    /// Hands out what was bought; so many attempts may fail.
    Claim {
        attempts: u64,
    },
}

/// Where a reply says what.
#[derive(Clone, Debug)]
pub(crate) struct ReplyShape {
    /// Where to look for the reply's object, in order; the first that is there counts.
    pub(crate) object: Vec<ObjectPlace>,
    pub(crate) id: Pointer,
    pub(crate) status: Pointer,
    pub(crate) terminal: BTreeSet<String>,
    /// Where a quote shows its id.
    pub(crate) quote: Option<Pointer>,
    pub(crate) total: Option<TotalPlace>,
}

/// Where a reply shows a total.
#[derive(Clone, Debug)]
pub(crate) struct TotalPlace {
    pub(crate) amount: Place,
    pub(crate) currency: Pointer,
}

/// A place where the result of a tool call can hold its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectPlace {
    /// The member `structuredContent`.
    Structured,
    /// The JSON in the first text block of `content`.
    Text,
}

/// One kind of secret that a server shows once.
#[derive(Clone, Debug)]
pub(crate) struct SecretKind {
    pub(crate) name: String,
    pub(crate) places: Vec<Pointer>,
    pub(crate) pattern: Option<Regex>,
}

impl Step {
    /// What the step does that is done once.
    pub(crate) fn once(self) -> Option<(Once, Option<u64>)> {
        match self {
            Self::Complete => Some((Once::Completion, None)),
            Self::Claim { attempts } => Some((Once::Claim, Some(attempts))),
            Self::Update | Self::Poll | Self::Cancel => None,
        }
    }
}

impl Profile {
    /// Reads a checkout profile.
    ///
    /// # Errors
    /// Every problem of the document.
    pub fn load(document: &Document) -> Result<Self, Vec<Problem>> {
        load::profile(document)
    }

    /// What a profile's document looks like, for editors.
    #[must_use]
    pub fn shape() -> DocumentShape {
        shape::profile()
    }

    pub(crate) fn role(&self, tool: &str) -> Option<&Role> {
        self.roles.get(tool)
    }

    /// The tools that touch a checkout, by name, and what each does.
    pub(crate) fn roles(&self) -> impl Iterator<Item = (&str, &Role)> {
        let mut roles: Vec<_> = self.roles.iter().map(|(tool, role)| (tool.as_str(), role)).collect();
        roles.sort_by_key(|(tool, _)| *tool);
        roles.into_iter()
    }

    pub(crate) fn ids(&self) -> &BTreeSet<String> {
        &self.ids
    }

    pub(crate) fn quotes(&self) -> &BTreeSet<String> {
        &self.quotes
    }

    /// Whether a checkout with this status was not completed and can be.
    pub(crate) fn is_again(&self, status: &str) -> bool {
        self.again.contains(status)
    }

    /// The statuses in which a checkout can be completed, if the profile says.
    pub(crate) fn again(&self) -> Option<Arc<BTreeSet<String>>> {
        (!self.again.is_empty()).then(|| Arc::clone(&self.again))
    }

    /// Whether a call of this tool may change what the checkouts cost that it names. Of a tool that the profile does not know
    /// nobody can say that it does not.
    pub(crate) fn touches(&self, tool: &str) -> bool {
        let is_known = matches!(self.role(tool), Some(role) if !matches!(role, Role::On { step: Step::Update, .. }));
        self.reply.total.is_some() && !is_known
    }

    pub(crate) fn reply(&self) -> &ReplyShape {
        &self.reply
    }

    /// The pace of polls, if it matters to the server.
    pub(crate) fn pace(&self) -> Option<Arc<PollPace>> {
        self.pace.clone()
    }

    pub(crate) fn secrets(&self) -> &[SecretKind] {
        &self.secrets
    }
}

#[cfg(test)]
mod tests;

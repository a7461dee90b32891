//! The checkout profile: what a server's tools do to a checkout, and where its replies say so.
//!
//! Nobody publishes such a document, so the gateway brings one per server. With it ownership, pace and one-time secrets
//! hold for any server without code of its own.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use floorwalker_json::{Document, DocumentShape, Problem};
use regex::Regex;

use crate::PollPace;

mod load;
mod pointer;
mod shape;

pub(crate) use pointer::{Pointer, pointer_part};

/// Which tools of a server move a checkout, where its id, status and one-time secrets are, and how it may be polled.
#[derive(Clone, Debug)]
pub struct Profile {
    roles: HashMap<String, Role>,
    /// The arguments that carry a checkout's id, whatever the tool.
    ids: BTreeSet<String>,
    reply: ReplyShape,
    pace: Arc<PollPace>,
    secrets: Vec<SecretKind>,
}

/// What a tool does to a checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Makes a new one.
    Create,
    /// Does something to the one that the argument `id` names.
    On { step: Step, id: String },
}

/// What a tool does to a checkout that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Update,
    Complete,
    Poll,
}

/// Where a reply says what.
#[derive(Clone, Debug)]
pub(crate) struct ReplyShape {
    /// Where to look for the reply's object, in order; the first that is there counts.
    pub(crate) object: Vec<ObjectPlace>,
    pub(crate) id: Pointer,
    pub(crate) status: Pointer,
    pub(crate) terminal: BTreeSet<String>,
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

    pub(crate) fn ids(&self) -> &BTreeSet<String> {
        &self.ids
    }

    pub(crate) fn reply(&self) -> &ReplyShape {
        &self.reply
    }

    pub(crate) fn pace(&self) -> Arc<PollPace> {
        Arc::clone(&self.pace)
    }

    pub(crate) fn secrets(&self) -> &[SecretKind] {
        &self.secrets
    }
}

#[cfg(test)]
mod tests;

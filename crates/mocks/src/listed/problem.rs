//! What is wrong with the documents of a listed server.
//!
//! The crate reads no files and knows no lines; a place in the replies is the way to it, which whoever read the file turns
//! into a line.

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingProblem {
    /// Where.
    pub place: ListingPlace,
    /// What is wrong, and with which tool.
    pub says: String,
    /// What would be right, when that is known.
    pub help: Option<String>,
}

/// Where something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListingPlace {
    /// In the list of tools.
    Tools,
    /// In the replies, at the end of these keys and positions.
    Replies(Vec<String>),
}

impl ListingProblem {
    /// A problem of the list of tools.
    pub(crate) fn of_tools(says: impl Into<String>, help: impl Into<String>) -> Self {
        Self { place: ListingPlace::Tools, says: says.into(), help: Some(help.into()) }
    }

    /// A problem of the replies.
    pub(crate) fn of_replies(at: &[String], says: impl Into<String>, help: impl Into<String>) -> Self {
        Self { place: ListingPlace::Replies(at.to_vec()), says: says.into(), help: Some(help.into()) }
    }
}

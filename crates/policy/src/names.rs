//! Names that were checked once, at the edge, and are carried as proof from there on.

use std::{fmt, sync::Arc};

/// Why a text is no name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// There is nothing in it.
    #[error("a name must not be empty")]
    Empty,
    /// It is longer than 512 bytes.
    #[error("a name must not be longer than 512 bytes")]
    Long,
    /// It holds a control character.
    #[error("a name must not hold control characters")]
    Control,
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks that the text is not empty, at most 512 bytes, and without control characters.
            ///
            /// # Errors
            /// Which of these does not hold.
            pub fn new(text: &str) -> Result<Self, NameError> {
                check(text).map(|()| Self(Arc::from(text)))
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
    };
}

name!(
    /// The identity that a bearer token proves.
    GrantId
);
name!(
    /// One upstream, as the gateway's configuration calls it.
    ServerName
);
name!(
    /// One MCP session, as the gateway counts it; never the session's bearer id.
    SessionId
);
name!(
    /// What an upstream calls a checkout.
    Handle
);
name!(
    /// A person who may approve, as the gateway's configuration calls them.
    ApproverId
);

pub(crate) fn check(text: &str) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.len() > 512 {
        return Err(NameError::Long);
    }
    if text.chars().any(char::is_control) {
        return Err(NameError::Control);
    }
    Ok(())
}

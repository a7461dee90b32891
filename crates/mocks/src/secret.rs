//! The secrets a mock mints, kept so that a witness can search for them in what the agents received.
//!
//! INVARIANT: `Debug` never prints a value.

use std::fmt;

/// What a secret opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretKind {
    /// An API key; whoever has it acts as the account.
    ApiKey,
    /// The secret of one checkout; whoever has it moves the checkout.
    CheckoutSecret,
    /// A single-use token that is exchanged for an API key.
    ClaimToken,
}

/// One secret and what it belongs to.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// What it opens.
    pub kind: SecretKind,
    /// The value, as it crosses the wire.
    pub value: String,
}

impl SecretKind {
    /// The name scenario files use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::CheckoutSecret => "checkout_secret",
            Self::ClaimToken => "claim_token",
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Secret({})", self.kind.as_str())
    }
}

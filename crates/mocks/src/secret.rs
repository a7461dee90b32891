//! The secrets a mock mints, kept so that a witness can search for them in what the agents received.
//!
//! INVARIANT: `Debug` never prints a value, nor the credential of the caller it was made for.

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
    /// What a buyer told of herself, such as her address. Not shown once: she may see it again, and nobody else may.
    PersonalData,
}

/// One secret, what it belongs to and whose it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// What it opens.
    pub kind: SecretKind,
    /// The value, as it crosses the wire.
    pub value: String,
    /// What it belongs to: the id of the checkout, the slug of the site or the id of the account.
    pub about: Option<String>,
    /// Whose it is: the credential of the caller whose call made it; where no call did, of the caller in whose reply
    /// it was first shown, even if that reply was lost. `None` as long as nobody was shown it, and where that caller
    /// had no credential.
    pub minted_for: Option<String>,
}

impl SecretKind {
    /// The name scenario files use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::CheckoutSecret => "checkout_secret",
            Self::ClaimToken => "claim_token",
            Self::PersonalData => "personal_data",
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Secret({} of {:?})", self.kind.as_str(), self.about)
    }
}

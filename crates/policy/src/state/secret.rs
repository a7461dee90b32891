//! Secrets that were delivered. A row says that, to whom and when; the secret itself is not kept.

use crate::{Denial, GrantId, RuleName, Timestamp};

const SECRET: RuleName = RuleName::fixed("/checkout/secret");

/// To whom a secret was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRow {
    /// Who received it.
    pub grant: GrantId,
    /// When.
    pub at: Timestamp,
}

/// The refusal of a second delivery, whoever received the first.
pub(super) fn delivered_before() -> Denial {
    Denial::visible(SECRET, "The reply holds a one-time secret that was delivered before.")
}

//! Secrets that were delivered. A row says that, to whom and when; the secret itself is not kept.

use crate::{Denial, GrantId, RuleName, Timestamp, onlooker::Onlooker};

pub(super) const SECRET: RuleName = RuleName::fixed("/checkout/secret");

/// To whom a secret was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRow {
    /// Who received it.
    pub grant: GrantId,
    /// When.
    pub at: Timestamp,
}

/// Refuses a second delivery, whoever received the first.
pub(super) fn require_new(row: Option<&SecretRow>, eyes: &mut impl Onlooker) -> Result<(), Denial> {
    let refused = || Denial::visible(SECRET, "The reply holds a one-time secret that was delivered before.");
    let answer = row.map_or(Ok(()), |_| Err(refused()));
    eyes.sees(&SECRET, answer, || {
        let saw = row.map_or_else(|| "one that was not".to_owned(), |row| format!("one that was, to {}", row.grant));
        ("a one-time secret that was not delivered before".to_owned(), saw)
    })
}

//! Who may answer, and the bearer tokens that prove them: kept as digests, looked up as those of grants are.

use std::{collections::HashMap, fmt};

use floorwalker_json::{Digest, DigestKey};
use floorwalker_policy::ApproverId;

use crate::grants::TokenDigest;

/// Every approver, found by their tokens.
pub struct ApproverTokens {
    key: DigestKey,
    by_token: HashMap<Digest, (TokenDigest, ApproverId)>,
}

impl ApproverTokens {
    /// A table without anybody, whose look-ups are keyed with `key`.
    #[must_use]
    pub fn new(key: DigestKey) -> Self {
        Self { key, by_token: HashMap::new() }
    }

    /// Lets the token prove the approver. A token proves one; the last word counts, so loaders refuse repetitions.
    pub fn insert(&mut self, token: TokenDigest, approver: ApproverId) {
        self.by_token.insert(token.slot(&self.key), (token, approver));
    }

    /// The approver that this token proves, if any.
    #[must_use]
    pub fn identify(&self, token: &[u8]) -> Option<&ApproverId> {
        let presented = TokenDigest::of(token);
        let (known, approver) = self.by_token.get(&presented.slot(&self.key))?;
        known.is(&presented).then_some(approver)
    }
}

impl fmt::Debug for ApproverTokens {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ApproverTokens").field("tokens", &self.by_token.len()).finish_non_exhaustive()
    }
}

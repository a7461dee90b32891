//! Who may call: grants, and the bearer tokens that prove them.
//!
//! Tokens are kept as SHA-256 digests only. A presented token is digested, looked up under a key that lives as long as
//! the process, and compared in constant time, so neither the table nor its timing gives a token away.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    sync::Arc,
};

use floorwalker_json::{Digest, DigestKey};
use floorwalker_policy::{GrantId, Policy, ServerName};
use subtle::ConstantTimeEq;

/// One identity: which servers it may reach, under which policy.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Its name in policies and logs.
    pub id: GrantId,
    /// The servers it is for; without a policy every call there is denied.
    pub servers: BTreeMap<ServerName, Option<Arc<Policy>>>,
}

/// The SHA-256 digest of a bearer token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenDigest(Digest);

/// Every grant, found by its tokens.
pub struct Grants {
    key: DigestKey,
    by_token: HashMap<Digest, (TokenDigest, Arc<Grant>)>,
}

impl TokenDigest {
    /// Digests a token as it was presented.
    #[must_use]
    pub fn of(token: &[u8]) -> Self {
        Self(Digest::of(token))
    }

    /// Where it stands in a table that is keyed so.
    pub(crate) fn slot(&self, key: &DigestKey) -> Digest {
        Digest::keyed(key, self.0.as_bytes())
    }

    /// Whether both are one, found out in constant time.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }

    /// Reads 64 hex digits, as the configuration keeps them.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        Digest::from_hex(text).map(Self)
    }
}

impl fmt::Display for TokenDigest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TokenDigest(..)")
    }
}

impl Grants {
    /// An empty table whose look-ups are keyed with `key`.
    #[must_use]
    pub fn new(key: DigestKey) -> Self {
        Self { key, by_token: HashMap::new() }
    }

    /// Lets the token prove the grant. A token proves one grant; the last word counts, so loaders refuse repetitions.
    pub fn insert(&mut self, token: TokenDigest, grant: Arc<Grant>) {
        self.by_token.insert(token.slot(&self.key), (token, grant));
    }

    /// The grant that this token proves, if any.
    #[must_use]
    pub fn identify(&self, token: &[u8]) -> Option<&Arc<Grant>> {
        let presented = TokenDigest::of(token);
        let (known, grant) = self.by_token.get(&presented.slot(&self.key))?;
        known.is(&presented).then_some(grant)
    }

    /// Every grant with each server that it reaches.
    pub(crate) fn reached(&self) -> impl Iterator<Item = (&GrantId, &ServerName)> {
        let grants = self.by_token.values().map(|(_, grant)| grant);
        grants.flat_map(|grant| grant.servers.keys().map(|server| (&grant.id, server)))
    }

    /// Every grant that has a token, once each.
    pub(crate) fn ids(&self) -> BTreeSet<GrantId> {
        self.by_token.values().map(|(_, grant)| grant.id.clone()).collect()
    }
}

impl fmt::Debug for Grants {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Grants").field("tokens", &self.by_token.len()).finish_non_exhaustive()
    }
}

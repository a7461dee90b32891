//! Where ids and secrets come from: a seed, a kind and a counter, so that the same scenario reads the same every time.
//!
//! Ids are plain counters in the shape of a UUID, easy to read in a transcript. Secrets are digests of the seed; with
//! a random seed nobody can guess them.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use schemars::JsonSchema;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// What secrets are made from; never printed, for whoever has it has them all.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Seed(String);

/// Makes ids and secrets.
#[derive(Clone)]
pub(crate) struct Mint {
    seed: Seed,
    counters: BTreeMap<&'static str, u64>,
}

/// What an id names; each kind has its own digit, so that ids of different kinds never look alike.
#[derive(Clone, Copy, Debug)]
pub(crate) enum IdKind {
    Checkout,
    Account,
    Key,
    Subscription,
    Job,
}

impl Mint {
    pub(crate) fn new(seed: &Seed) -> Self {
        Self { seed: seed.clone(), counters: BTreeMap::new() }
    }

    /// `00000000-0000-4000-8000-000000000001` and so on.
    pub(crate) fn id(&mut self, kind: IdKind) -> String {
        let (name, digit) = match kind {
            IdKind::Checkout => ("checkout", 0),
            IdKind::Account => ("account", 1),
            IdKind::Key => ("key", 2),
            IdKind::Subscription => ("subscription", 3),
            IdKind::Job => ("job", 4),
        };
        format!("00000000-0000-4000-800{digit}-{:012}", self.next(name))
    }

    /// `<kind>_000000000001` and so on.
    pub(crate) fn serial(&mut self, kind: &'static str) -> String {
        format!("{kind}_{:012}", self.next(kind))
    }

    /// 48 hexadecimal digits.
    pub(crate) fn hex_48(&mut self, kind: &'static str) -> String {
        self.bytes(kind).iter().take(24).map(|byte| format!("{byte:02x}")).collect()
    }

    /// 43 characters of the URL-safe base64 alphabet.
    pub(crate) fn token(&mut self, kind: &'static str) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes(kind))
    }

    fn bytes(&mut self, kind: &'static str) -> [u8; 32] {
        let counter = self.next(kind);
        Sha256::digest(format!("{}\n{kind}\n{counter}", self.seed.0)).into()
    }

    fn next(&mut self, kind: &'static str) -> u64 {
        let counter = self.counters.entry(kind).or_default();
        *counter += 1;
        *counter
    }
}

impl Seed {
    /// A seed of this text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Debug for Seed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Seed(..)")
    }
}

impl std::fmt::Debug for Mint {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Mint({:?})", self.counters)
    }
}

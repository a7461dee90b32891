//! Accounts, their API keys and their sites.

use std::collections::BTreeMap;

use crate::mock::Caller;
use crate::secret::{Secret, SecretKind};

/// An account.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) email: String,
    pub(crate) joined_at: u64,
}

/// An API key; the value is the key of the map that holds it.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) account_id: String,
    pub(crate) created_at: u64,
}

/// Everybody who has an account, and what they have.
#[derive(Default)]
pub(crate) struct Accounts {
    accounts: BTreeMap<String, Account>,
    keys: BTreeMap<String, Key>,
    /// The account of each site, by slug. Every site of the mock has an active subscription.
    sites: BTreeMap<String, String>,
}

/// How a key came about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum KeyOrigin<'a> {
    /// A checkout was completed, and nobody has seen the key yet.
    Checkout(&'a str),
    /// The caller opened an account.
    Registration(&'a Caller),
    /// The caller brought a token of the site.
    Claim(&'a Caller, &'a str),
}

/// What every key of the mock may do.
pub(crate) const SCOPES: [&str; 2] = ["read", "write"];

impl KeyOrigin<'_> {
    pub(crate) fn checkout(&self) -> Option<&str> {
        match self {
            Self::Checkout(id) => Some(id),
            Self::Registration(_) | Self::Claim(..) => None,
        }
    }

    /// The key, as the witnesses remember it.
    pub(crate) fn secret(&self, value: &str, account_id: &str) -> Secret {
        let (about, caller) = match *self {
            Self::Checkout(id) => (id, None),
            Self::Registration(caller) => (account_id, Some(caller)),
            Self::Claim(caller, site_slug) => (site_slug, Some(caller)),
        };
        Secret {
            kind: SecretKind::ApiKey,
            value: value.to_owned(),
            about: Some(about.to_owned()),
            minted_for: caller.and_then(|caller| caller.credential.clone()),
        }
    }
}

impl Accounts {
    pub(crate) fn open(&mut self, id: &str, email: String, joined_at: u64) {
        self.accounts.insert(id.to_owned(), Account { email, joined_at });
    }

    pub(crate) fn add_key(&mut self, value: &str, key: Key) {
        self.keys.insert(value.to_owned(), key);
    }

    pub(crate) fn add_site(&mut self, slug: &str, account_id: &str) {
        self.sites.insert(slug.to_owned(), account_id.to_owned());
    }

    /// The key of this value, with its account.
    pub(crate) fn by_key(&self, value: &str) -> Option<(&Key, &Account)> {
        let key = self.keys.get(value)?;
        Some((key, self.accounts.get(&key.account_id)?))
    }

    /// The account that has the site.
    pub(crate) fn of_site(&self, slug: &str) -> Option<&str> {
        self.sites.get(slug).map(String::as_str)
    }

    /// How many sites the account has.
    pub(crate) fn sites_of(&self, account_id: &str) -> usize {
        self.sites.values().filter(|owner| *owner == account_id).count()
    }

    pub(crate) fn slugs(&self) -> Vec<&str> {
        self.sites.keys().map(String::as_str).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.accounts.len()
    }
}

/// The part of a key that may be shown: its first ten characters.
pub(crate) fn prefix(api_key: &str) -> String {
    format!("{}...", api_key.chars().take(10).collect::<String>())
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Accounts({} accounts, {} keys, {} sites)", self.accounts.len(), self.keys.len(), self.sites.len())
    }
}

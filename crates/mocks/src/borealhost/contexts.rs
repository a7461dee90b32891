//! Whose API key and checkout secrets a call uses: what the server's client remembers between calls.
//!
//! In the published package there is one such memory for everybody, whoever calls; `credentials: shared` plays that.

use std::collections::BTreeMap;

use crate::mock::Caller;

use super::settings::Credentials;

/// What was activated by earlier calls of the same context.
#[derive(Default)]
pub(crate) struct Context {
    pub(crate) api_key: Option<String>,
    pub(crate) checkout_secrets: BTreeMap<String, String>,
}

/// All contexts.
pub(crate) struct Contexts {
    credentials: Credentials,
    by_key: BTreeMap<String, Context>,
}

impl Contexts {
    pub(crate) fn new(credentials: Credentials) -> Self {
        Self { credentials, by_key: BTreeMap::new() }
    }

    /// The caller's context, made at the first look.
    pub(crate) fn of(&mut self, caller: &Caller) -> &mut Context {
        let key = match (self.credentials, &caller.session, &caller.credential) {
            (Credentials::Shared, _, _) => "shared".to_owned(),
            (Credentials::Session, Some(session), _) => format!("session {session}"),
            (Credentials::Session, None, Some(credential)) => format!("credential {credential}"),
            (Credentials::Session, None, None) => "anonymous".to_owned(),
        };
        self.by_key.entry(key).or_default()
    }

    /// Loses everything, for it lives in memory only.
    pub(crate) fn forget(&mut self) {
        self.by_key.clear();
    }
}

impl std::fmt::Debug for Contexts {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Contexts({} {:?})", self.by_key.len(), self.credentials)
    }
}

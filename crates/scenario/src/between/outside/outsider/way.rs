//! The way of one request: which server and grant it is for, and what becomes of its path.

use floorwalker_gateway::Envelope;
use http::header::AUTHORIZATION;

use crate::between::ours::agent_token;
use crate::world::Wiring;

/// Where a request goes.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) server: String,
    pub(crate) grant: String,
    /// Whether the request's own path is none that a server is behind.
    pub(crate) is_stray: bool,
}

impl Way {
    /// The way of a request, as far as it tells; to the first server and of the first grant where it does not.
    pub(crate) fn of(envelope: &Envelope, wiring: &Wiring) -> Self {
        let named = envelope.path.strip_prefix('/').and_then(|path| path.strip_suffix("/mcp"));
        let server = named.filter(|server| wiring.mocks.contains_key(*server)).map(str::to_owned);
        let is_stray = server.is_none();
        let grant = wiring.grants.keys().find(|grant| proves(envelope, grant)).cloned();
        let first = |names: Option<&String>| names.cloned().unwrap_or_default();
        Self {
            server: server.unwrap_or_else(|| first(wiring.mocks.keys().next())),
            grant: grant.unwrap_or_else(|| first(wiring.grants.keys().next())),
            is_stray,
        }
    }
}

/// Whether a request carries the credential of that grant.
pub(crate) fn proves(envelope: &Envelope, grant: &str) -> bool {
    let expected = format!("Bearer {}", agent_token(grant));
    envelope.headers.get(AUTHORIZATION).is_some_and(|value| value.as_bytes() == expected.as_bytes())
}

/// The URL with another path.
pub(crate) fn strayed(url: &str, path: &str) -> String {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let authority_end =
        url.get(after_scheme..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| after_scheme + at);
    format!("{}{path}", url.get(..authority_end).unwrap_or(url))
}

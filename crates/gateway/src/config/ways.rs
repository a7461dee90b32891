//! The ways to the upstreams, so that a configuration that is read again goes the same way to a server that did not move:
//! its connections stay open, and so does what is known of it.

use std::{collections::BTreeMap, fmt, sync::Arc};

use floorwalker_policy::ServerName;

use crate::{config::Config, ports::Upstream};

/// The way to each upstream, and the URL where it leads.
#[derive(Clone, Default)]
pub struct Ways(BTreeMap<ServerName, (String, Arc<dyn Upstream>)>);

impl Ways {
    pub(super) fn insert(&mut self, name: ServerName, url: &str, upstream: Arc<dyn Upstream>) {
        self.0.insert(name, (url.to_owned(), upstream));
    }

    /// The way to that server, if it leads to that URL.
    fn to(&self, name: &ServerName, url: &str) -> Option<&Arc<dyn Upstream>> {
        self.0.get(name).filter(|(there, _)| there == url).map(|(_, upstream)| upstream)
    }
}

impl Config {
    /// The ways to its upstreams.
    #[must_use]
    pub fn ways(&self) -> Ways {
        self.ways.clone()
    }

    /// The same configuration, which goes the ways that are known already to servers that are where they were.
    #[must_use]
    pub fn along(mut self, known: &Ways) -> Self {
        for server in &mut self.servers {
            let Some((url, way)) = self.ways.0.get_mut(&server.name) else { continue };
            if let Some(same) = known.to(&server.name, url) {
                *way = Arc::clone(same);
                server.upstream = Arc::clone(same);
            }
        }
        self
    }
}

impl fmt::Debug for Ways {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A URL may hold a secret in its query.
        out.debug_struct("Ways").field("upstreams", &self.0.len()).finish_non_exhaustive()
    }
}

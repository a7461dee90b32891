//! What a person's yes is asked for, as a line.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use floorwalker_policy::{Approvers, AskTerms, Cost, Handle, RuleName, Wanted};
use serde::{Deserialize, Serialize};

use super::{LineError, approver, digest, grant, millis, server};

#[derive(Serialize, Deserialize)]
pub(in crate::log::line) struct WantedLine {
    grant: String,
    server: String,
    tool: String,
    /// Under the gateway's key, so that nobody can try arguments on it.
    call: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    costs: Vec<CostLine>,
    rule: String,
    /// Absent for everybody who is an approver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    approvers: Option<Vec<String>>,
    expires_ms: u64,
    cool_down_ms: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CostLine {
    Checkout(String),
    Quote(String),
}

impl From<&Wanted> for WantedLine {
    fn from(wanted: &Wanted) -> Self {
        let AskTerms { rule, approvers, expires, cool_down, .. } = wanted.terms.as_ref();
        Self {
            grant: wanted.grant.to_string(),
            server: wanted.server.to_string(),
            tool: wanted.tool.to_string(),
            call: wanted.call.to_string(),
            costs: wanted.costs.iter().map(CostLine::from).collect(),
            rule: rule.to_string(),
            approvers: match approvers {
                Approvers::All => None,
                Approvers::Only(names) => Some(names.iter().map(ToString::to_string).collect()),
            },
            expires_ms: millis(*expires),
            cool_down_ms: millis(*cool_down),
        }
    }
}

impl WantedLine {
    pub(super) fn meant(self) -> Result<Wanted, LineError> {
        let approvers = match self.approvers {
            None => Approvers::All,
            Some(names) => Approvers::Only(names.into_iter().map(approver).collect::<Result<BTreeSet<_>, _>>()?),
        };
        let terms = AskTerms {
            rule: RuleName::placed(self.rule),
            reason: Arc::from(""),
            approvers,
            expires: Duration::from_millis(self.expires_ms),
            pending_max: 0,
            cool_down: Duration::from_millis(self.cool_down_ms),
        };
        Ok(Wanted {
            grant: grant(self.grant)?,
            server: server(self.server)?,
            tool: Arc::from(self.tool),
            call: digest(self.call)?,
            costs: self.costs.into_iter().map(CostLine::meant).collect::<Result<_, _>>()?,
            terms: Arc::new(terms),
        })
    }
}

impl From<&Cost> for CostLine {
    fn from(cost: &Cost) -> Self {
        match cost {
            Cost::Checkout(handle) => Self::Checkout(handle.to_string()),
            Cost::Quote(handle) => Self::Quote(handle.to_string()),
        }
    }
}

impl CostLine {
    fn meant(self) -> Result<Cost, LineError> {
        let handle = |text: String| Handle::new(&text).map_err(|_| LineError::Text(text, "a checkout or quote"));
        Ok(match self {
            Self::Checkout(text) => Cost::Checkout(handle(text)?),
            Self::Quote(text) => Cost::Quote(handle(text)?),
        })
    }
}

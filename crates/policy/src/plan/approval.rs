//! What a person's yes is asked for, who may give it, and how an ask is called.
//!
//! INVARIANT: two calls have the same digest only when grant, server, tool, the tool's whole definition and the exact
//! arguments are the same.

use std::{collections::BTreeSet, fmt, str::FromStr, sync::Arc, time::Duration};

use floorwalker_json::{Digest, DigestKey};

use crate::{ApproverId, CheckoutKey, GrantId, Handle, QuoteKey, RowKey, RuleName, ServerName, Total};

/// One exact call that passes only with a person's yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Who calls.
    pub grant: GrantId,
    /// The upstream.
    pub server: ServerName,
    /// The tool.
    pub tool: Arc<str>,
    /// Identifies the call: everything above, the tool's definition, and the arguments.
    pub call: Digest,
    /// What it names that costs something; the totals last shown are part of what is approved.
    pub costs: Vec<Cost>,
    /// Who may say yes, and for how long.
    pub terms: Arc<AskTerms>,
}

/// What a policy says of a yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskTerms {
    /// The rule that asks.
    pub rule: RuleName,
    /// Why, as the policy says it to the agent and to the person. It changes nothing, and no log keeps it.
    pub reason: Arc<str>,
    /// Who may answer.
    pub approvers: Approvers,
    /// How long after it was asked a yes can be given and spent.
    pub expires: Duration,
    /// How many asks of the grant may wait at a time. Only the precondition asks, so no log keeps it.
    pub pending_max: u64,
    /// How long a no stands before the same may be asked again.
    pub cool_down: Duration,
}

/// Who may answer an ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approvers {
    /// Everybody who is an approver at all.
    All,
    /// These.
    Only(BTreeSet<ApproverId>),
}

/// What a call names that costs something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cost {
    /// A checkout of the call's server.
    Checkout(Handle),
    /// A quote that the call's grant was shown.
    Quote(Handle),
}

/// What a person said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Yes.
    Given,
    /// No.
    Refused,
}

/// How an ask is called: the beginning of the digest of what it is for, and the turn in which it was opened. So an id that
/// somebody still looks at never names what was asked later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AskId {
    mark: [u8; 6],
    turn: u64,
}

/// A text is no id of an ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an ask is called by 12 hex digits, a dash and a number, such as `00ff00ff00ff-7`")]
pub struct AskIdError;

impl Wanted {
    /// The rows in which its costs stand.
    pub fn cost_keys(&self) -> impl Iterator<Item = RowKey> {
        self.costs.iter().map(|cost| match cost {
            Cost::Checkout(handle) => {
                RowKey::Checkout(CheckoutKey { server: self.server.clone(), handle: handle.clone() })
            }
            Cost::Quote(handle) => RowKey::Quote(QuoteKey {
                server: self.server.clone(),
                handle: handle.clone(),
                grant: self.grant.clone(),
            }),
        })
    }

    pub(super) fn sealed(&self, key: &DigestKey) -> Self {
        Self { call: Digest::keyed(key, self.call.as_bytes()), ..self.clone() }
    }
}

impl Approvers {
    /// Whether this person is one of them.
    #[must_use]
    pub fn has(&self, approver: &ApproverId) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.contains(approver),
        }
    }

    /// Those who are in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, names) | (names, Self::All) => names.clone(),
            (Self::Only(one), Self::Only(other)) => Self::Only(one & other),
        }
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        matches!(self, Self::Only(names) if names.is_empty())
    }
}

impl AskId {
    /// The id of an ask for this call at these totals, opened in that turn.
    pub(crate) fn new(call: &Digest, totals: &[Option<Total>], turn: u64) -> Self {
        let mut text = call.to_string();
        for total in totals {
            text += &total.as_ref().map_or_else(|| "; -".to_owned(), |total| format!("; {total}"));
        }
        let mut mark = [0; 6];
        for (byte, digest) in mark.iter_mut().zip(Digest::of(text.as_bytes()).as_bytes()) {
            *byte = *digest;
        }
        Self { mark, turn }
    }
}

impl fmt::Display for AskId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.mark.iter().try_for_each(|byte| write!(out, "{byte:02x}"))?;
        write!(out, "-{}", self.turn)
    }
}

impl FromStr for AskId {
    type Err = AskIdError;

    /// Reads what prints; another spelling of the same is no id.
    fn from_str(text: &str) -> Result<Self, AskIdError> {
        let (hex, turn) = text.split_once('-').ok_or(AskIdError)?;
        let padded = Digest::from_hex(&format!("{hex:0<64}")).ok_or(AskIdError)?;
        let mut mark = [0; 6];
        for (byte, digit) in mark.iter_mut().zip(padded.as_bytes()) {
            *byte = *digit;
        }
        let id = Self { mark, turn: turn.parse().map_err(|_| AskIdError)? };
        if id.to_string() == text { Ok(id) } else { Err(AskIdError) }
    }
}

impl fmt::Display for Consent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Given => "yes",
            Self::Refused => "no",
        })
    }
}

//! Plans in words, as a log or an explanation shows them.
//!
//! The words are stable: transcripts are compared byte by byte. A secret shows as the start of its keyed digest.

use std::fmt;

use crate::{Change, Charge, Consent, Ending, Once, Plan, RowKey, Scope};

const DIGEST_SHOWN: usize = 12;

impl fmt::Display for Plan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, change) in self.changes.iter().enumerate() {
            if index > 0 {
                out.write_str("; ")?;
            }
            write!(out, "{change}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Charge(charge) => write!(out, "{charge}"),
            Self::Own { checkout, grant } => write!(out, "own {} by {grant}", checkout.handle),
            Self::Poll { checkout, .. } => write!(out, "poll {}", checkout.handle),
            Self::Bind { checkout, grant } => write!(out, "bind {} to {grant}", checkout.handle),
            Self::Advance { checkout, status, terminal: false } => {
                write!(out, "advance {} to {status}", checkout.handle)
            }
            Self::Advance { checkout, status, terminal: true } => {
                write!(out, "advance {} to {status} for good", checkout.handle)
            }
            Self::Begin { checkout, once, attempts: None, .. } => write!(out, "begin {once} of {}", checkout.handle),
            Self::Begin { checkout, once, attempts: Some(attempts), .. } => {
                write!(out, "begin {once} of {}, {attempts} may fail", checkout.handle)
            }
            Self::End { checkout, once, ending } => write!(out, "end {once} of {} as {ending}", checkout.handle),
            Self::Reopen { checkout, .. } => write!(out, "reopen {}", checkout.handle),
            Self::Touch { checkout } => write!(out, "touch the total of {}", checkout.handle),
            Self::Touched { checkout } => write!(out, "end touching the total of {}", checkout.handle),
            Self::Settle { checkout, .. } => write!(out, "settle the total of {}", checkout.handle),
            Self::Total { checkout, total, agreed: true } => write!(out, "agree to {total} for {}", checkout.handle),
            Self::Total { checkout, total, agreed: false } => write!(out, "see {total} for {}", checkout.handle),
            Self::Quote { quote, total } => write!(out, "quote {} at {total} to {}", quote.handle, quote.grant),
            Self::Within { quote, total: None } => write!(out, "use quote {} of {}", quote.handle, quote.grant),
            Self::Within { quote, total: Some(total) } => write!(out, "keep {total} within quote {}", quote.handle),
            Self::Deliver { secret, grant } => {
                write!(out, "deliver {:.DIGEST_SHOWN$} to {grant}", secret.to_string())
            }
            Self::Spend(wanted) => write!(out, "spend the approval of {} for {}", wanted.tool, wanted.grant),
            Self::Open { wanted, totals } => {
                write!(out, "ask for {} of {}", wanted.tool, wanted.grant)?;
                totals.iter().flatten().try_for_each(|total| write!(out, ", {total}"))
            }
            Self::Answer { grant, approver, consent: Consent::Given, .. } => {
                write!(out, "approve for {grant} by {approver}")
            }
            Self::Answer { grant, approver, consent: Consent::Refused, .. } => {
                write!(out, "deny for {grant} by {approver}")
            }
            Self::TakeBack { at, plan } => write!(out, "take back of {} ms ({plan})", at.as_millis()),
        }
    }
}

impl fmt::Display for Charge {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { counter, amount, max, window, .. } = self;
        write!(out, "charge {} {amount}/{max} per {window} for {}", counter.counter, counter.scope)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Grant(grant) => write!(out, "{grant}"),
            Self::Session(session) => write!(out, "session {session}"),
            Self::Policy => out.write_str("everybody"),
        }
    }
}

impl fmt::Display for Once {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Completion => "completion",
            Self::Claim => "claim",
        })
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        })
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Counter(key) => write!(out, "counter {}/{} for {}", key.server, key.counter, key.scope),
            Self::Checkout(key) => write!(out, "checkout {}/{}", key.server, key.handle),
            Self::Quote(key) => write!(out, "quote {}/{} for {}", key.server, key.handle, key.grant),
            Self::Approvals(grant) => write!(out, "approvals of {grant}"),
            Self::Secret(digest) => write!(out, "secret {:.DIGEST_SHOWN$}", digest.to_string()),
        }
    }
}

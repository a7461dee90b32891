//! What a gateway may be able to do, as far as some scenario needs it.
//!
//! The list is closed: a gateway's file claims words of it, and what a scenario needs is computed in the same words. What
//! no scenario can need has no place here.

use std::fmt;

/// Something that a gateway claims and a scenario needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// A call of a tool that the policy does not allow is denied.
    Deny,
    /// A tool can be hidden.
    Hide,
    /// A rule can look at the arguments of a call.
    Arguments,
    /// Calls are counted against limits.
    Limits,
    /// A limit holds in every interval of its window's length, not only in minutes and hours of the clock.
    RollingLimits,
    /// A limit can count per session, or everybody together.
    LimitScopes,
    /// Callers of several grants are told apart.
    Grants,
    /// Each grant can have a policy of its own, or none.
    GrantPolicies,
    /// A request without a valid credential is refused.
    Authentication,
    /// A checkout belongs to who made it, polls are paced, secrets are delivered once.
    CheckoutProfiles,
    /// MCP of 2025-11-25, with a handshake and sessions.
    LegacyEra,
    /// MCP of 2026-07-28, without sessions.
    ModernEra,
    /// Exact bytes and headers can be sent to it, and what is no strict message is refused.
    RawRequests,
    /// It can be stopped, and goes on with what it knew.
    Restart,
}

impl Feature {
    /// Every feature.
    pub const ALL: [Self; 14] = [
        Self::Deny,
        Self::Hide,
        Self::Arguments,
        Self::Limits,
        Self::RollingLimits,
        Self::LimitScopes,
        Self::Grants,
        Self::GrantPolicies,
        Self::Authentication,
        Self::CheckoutProfiles,
        Self::LegacyEra,
        Self::ModernEra,
        Self::RawRequests,
        Self::Restart,
    ];

    /// The feature of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feature| feature.word() == word)
    }

    /// Its word in a gateway's file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Hide => "hide",
            Self::Arguments => "arguments",
            Self::Limits => "limits",
            Self::RollingLimits => "rolling_limits",
            Self::LimitScopes => "limit_scopes",
            Self::Grants => "grants",
            Self::GrantPolicies => "grant_policies",
            Self::Authentication => "authentication",
            Self::CheckoutProfiles => "checkout_profiles",
            Self::LegacyEra => "legacy_era",
            Self::ModernEra => "modern_era",
            Self::RawRequests => "raw_requests",
            Self::Restart => "restart",
        }
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

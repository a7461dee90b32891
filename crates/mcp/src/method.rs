//! Which methods a client may send. One that the era does not know is refused: nobody could say what it does upstream.
//!
//! Tasks are left out, though one version knows them: their results would leave by a door at which nobody observes them.
//!
//! INVARIANT: every name here is matched whole. `tools/call` is a request only, so a call without an id is unknown.

use crate::Era;

/// Whether an answer is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Yes: the message has an id.
    Request,
    /// No: it has none.
    Notification,
}

const EVERY_ERA: &[&str] = &[
    "tools/list",
    "tools/call",
    "prompts/list",
    "prompts/get",
    "resources/list",
    "resources/templates/list",
    "resources/read",
    "completion/complete",
];

const LEGACY_ONLY: &[&str] =
    &["initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"];

const MODERN_ONLY: &[&str] = &["server/discover", "subscriptions/listen"];

const LEGACY_NOTIFICATIONS: &[&str] = &[
    "notifications/initialized",
    "notifications/cancelled",
    "notifications/progress",
    "notifications/roots/list_changed",
];

const MODERN_NOTIFICATIONS: &[&str] = &["notifications/cancelled"];

/// Whether a client may send that method, as that kind of message, in that era.
#[must_use]
pub fn known(era: Era, kind: Kind, method: &str) -> bool {
    match (kind, era) {
        (Kind::Request, Era::Legacy) => EVERY_ERA.contains(&method) || LEGACY_ONLY.contains(&method),
        (Kind::Request, Era::Modern) => EVERY_ERA.contains(&method) || MODERN_ONLY.contains(&method),
        (Kind::Notification, Era::Legacy) => LEGACY_NOTIFICATIONS.contains(&method),
        (Kind::Notification, Era::Modern) => MODERN_NOTIFICATIONS.contains(&method),
    }
}

#[cfg(test)]
mod tests;

//! A mock's clock: the time it is told, plus an offset that tests may push forward.
//!
//! INVARIANT: the clock never runs backwards, whatever times it is told.

/// The clock of one mock; all times are milliseconds since the Unix epoch.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_ms: u64,
    latest_ms: u64,
}

impl Clock {
    /// The mock's time when the world's time is `now`; remembers it as the latest.
    pub fn look(&mut self, now: u64) -> u64 {
        self.latest_ms = self.latest_ms.max(now.saturating_add(self.offset_ms));
        self.latest_ms
    }

    /// Pushes the mock ahead of the world.
    pub fn advance(&mut self, ms: u64) {
        self.offset_ms = self.offset_ms.saturating_add(ms);
    }

    /// The latest time that was looked at.
    #[must_use]
    pub fn latest(&self) -> u64 {
        self.latest_ms
    }
}

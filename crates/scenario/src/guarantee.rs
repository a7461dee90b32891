//! The guarantees G1 to G23 that a policy gateway owes its users, by number.

use std::fmt;

/// One of G1 to G23.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guarantee(u8);

const LAST: u8 = 23;

impl Guarantee {
    /// All of them, in order.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (1..=LAST).map(Self)
    }

    /// Reads `G1` to `G23`.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let number: u8 = written.strip_prefix('G')?.parse().ok()?;
        // `G01` and `G+1` would be second spellings of one guarantee.
        ((1..=LAST).contains(&number) && written == format!("G{number}")).then_some(Self(number))
    }
}

impl fmt::Display for Guarantee {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "G{}", self.0)
    }
}

#[cfg(test)]
mod tests;

//! Whether what a checkout was shown to cost still stands.
//!
//! A call that may change it makes it unknown from before it is sent. Only a reply that can know of that change makes it known
//! again: the change's own, where no other was under way with it, or one to a call that began after all of them were over.
//! That a server which lost its caller does not change the checkout later is assumed, as it is of completions.
//!
//! INVARIANT: whoever says yes to a total says it to one that no call under way can change.

/// The calls that may change the total of one checkout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Touches {
    /// How many are under way.
    under_way: u64,
    /// The turn in which the latest began.
    latest: u64,
    /// Whether others were under way when it began.
    crowded: bool,
    /// The turn in which the last was over.
    over: u64,
    /// Whether the total is unknown.
    pub(super) unknown: bool,
    /// Whether it was before any of those that are under way.
    unknown_before: bool,
}

impl Touches {
    pub(super) fn begin(&mut self, turn: u64) {
        self.crowded = self.under_way > 0;
        if !self.crowded {
            self.unknown_before = self.unknown;
        }
        self.under_way = self.under_way.saturating_add(1);
        self.latest = turn;
        self.unknown = true;
    }

    pub(super) fn end(&mut self, turn: u64) {
        self.under_way = self.under_way.saturating_sub(1);
        if self.under_way == 0 {
            self.over = turn;
        }
    }

    /// A reply showed a total, to a call that was committed in the turn `asked`.
    pub(super) fn settle(&mut self, asked: u64) {
        let knows = (asked == self.latest && !self.crowded) || asked > self.over;
        if self.under_way == 0 && knows {
            self.unknown = false;
        }
    }

    /// Nothing was sent. What others left unknown stays so.
    pub(super) fn take_back(&mut self, turn: u64) {
        self.end(turn);
        if self.under_way == 0 && !self.crowded {
            self.unknown = self.unknown_before;
        }
    }

    /// Whoever began them ended and waits for no reply.
    pub(super) fn give_up(&mut self, turn: u64) {
        if self.under_way > 0 {
            self.under_way = 1;
            self.end(turn);
        }
    }
}

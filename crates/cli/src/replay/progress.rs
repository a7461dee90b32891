//! A progress bar for people who wait: on a terminal, and only when it takes longer than a second.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::screen;

const PATIENCE: Duration = Duration::from_secs(1);

/// How far it is.
#[derive(Debug)]
pub(crate) struct Progress {
    begun: Instant,
    bar: ProgressBar,
}

impl Progress {
    pub(crate) fn new(steps: usize) -> Self {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        Self { begun: Instant::now(), bar: ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::hidden()) }
    }

    /// One more is done.
    pub(crate) fn step(&mut self) {
        if self.bar.is_hidden() && screen::is_watched() && self.begun.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(1);
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

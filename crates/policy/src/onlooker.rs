//! Who looks on while something is decided: usually nobody, and `explain` when somebody asks why.
//!
//! Deciding and committing tell each thing that they look at where they look at it, so that an explanation is what
//! happened and not a second opinion. Words are made only for somebody who hears them: of [`Nobody`] the compiler leaves
//! nothing.

use crate::{
    Denial, RuleName,
    explain::{Answer, Look},
};

pub(crate) trait Onlooker {
    /// One thing that a rule looks at.
    fn looks(&mut self, at: impl FnOnce() -> Look);

    /// What a rule answers, after all that it looked at.
    fn hears<T, D: Stops>(&mut self, rule: &RuleName, answer: Result<T, D>) -> Result<T, D>;

    /// What a rule that looks at one thing answers: what it wants, and what it sees.
    fn sees<T, D: Stops>(
        &mut self,
        rule: &RuleName,
        answer: Result<T, D>,
        at: impl FnOnce() -> (String, String),
    ) -> Result<T, D> {
        let holds = answer.is_ok();
        self.looks(|| {
            let (wants, saw) = at();
            Look { wants, saw, holds: Some(holds) }
        });
        self.hears(rule, answer)
    }
}

/// What an answer that stops a call says, and by which rule.
pub(crate) trait Stops {
    fn says(&self) -> (&RuleName, Answer);
}

impl Stops for Denial {
    fn says(&self) -> (&RuleName, Answer) {
        (&self.rule, Answer::Denies)
    }
}

impl Stops for Box<Denial> {
    fn says(&self) -> (&RuleName, Answer) {
        (**self).says()
    }
}

/// Does not listen.
#[derive(Debug)]
pub(crate) struct Nobody;

impl Onlooker for Nobody {
    #[inline]
    fn looks(&mut self, _: impl FnOnce() -> Look) {}

    #[inline]
    fn hears<T, D: Stops>(&mut self, _: &RuleName, answer: Result<T, D>) -> Result<T, D> {
        answer
    }
}

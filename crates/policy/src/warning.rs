//! Warnings: what deserves a second look in a document that loads, each with a code.
//!
//! A code is a few words that a person can look up: its lesson says why the thing matters and what to write instead, with an
//! example that warns and one that does not. The lessons are the texts in `lessons/`; `floorwalker check --why` and
//! `docs/checks.md` show them.
//!
//! INVARIANT: whoever warns is certain. What only may be wrong is not warned about, or nobody reads the next one.

use std::fmt;

use floorwalker_json::{Problem, Span};

/// One thing that deserves a second look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What kind of thing it is.
    pub code: WarningCode,
    /// Where it is, what it is, and what to do about it.
    pub problem: Problem,
}

/// Everything that is warned about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WarningCode {
    /// A rule that no call can break.
    NeverFires,
    /// A rule that denies every call, though it reads as if it allowed some.
    AlwaysDenies,
    /// A `require` without conditions.
    NoConditions,
    /// A pattern that does not say how far it reaches.
    UnanchoredPattern,
    /// Windows of the calendar.
    CalendarWindow,
    /// A limit of scope `session`.
    SessionScope,
    /// A document of Intercept's dialect without `default`.
    MissingDefault,
    /// A tool that is hidden and has a rule that allows it.
    HiddenAndAllowed,
    /// A tool that the server does not have.
    UnknownTool,
    /// An argument that the tool's schema forbids.
    UnknownArgument,
    /// A condition that holds of nothing that the tool's schema accepts.
    AgainstSchema,
    /// A purchase that can start and cannot finish.
    UnfinishedPurchase,
    /// An argument that says how much is bought or paid, without a bound.
    UncappedMoney,
    /// An upstream without a checkout profile.
    NoProfile,
}

/// The codes with their words and lessons, in the order in which they are listed.
const LESSONS: [(WarningCode, &str, &str); 14] = [
    (WarningCode::NeverFires, "never-fires", include_str!("../lessons/never-fires.md")),
    (WarningCode::AlwaysDenies, "always-denies", include_str!("../lessons/always-denies.md")),
    (WarningCode::NoConditions, "no-conditions", include_str!("../lessons/no-conditions.md")),
    (WarningCode::UnanchoredPattern, "unanchored-pattern", include_str!("../lessons/unanchored-pattern.md")),
    (WarningCode::CalendarWindow, "calendar-window", include_str!("../lessons/calendar-window.md")),
    (WarningCode::SessionScope, "session-scope", include_str!("../lessons/session-scope.md")),
    (WarningCode::MissingDefault, "missing-default", include_str!("../lessons/missing-default.md")),
    (WarningCode::HiddenAndAllowed, "hidden-and-allowed", include_str!("../lessons/hidden-and-allowed.md")),
    (WarningCode::UnknownTool, "unknown-tool", include_str!("../lessons/unknown-tool.md")),
    (WarningCode::UnknownArgument, "unknown-argument", include_str!("../lessons/unknown-argument.md")),
    (WarningCode::AgainstSchema, "against-schema", include_str!("../lessons/against-schema.md")),
    (WarningCode::UnfinishedPurchase, "unfinished-purchase", include_str!("../lessons/unfinished-purchase.md")),
    (WarningCode::UncappedMoney, "uncapped-money", include_str!("../lessons/uncapped-money.md")),
    (WarningCode::NoProfile, "no-profile", include_str!("../lessons/no-profile.md")),
];

impl Warning {
    /// A warning with its way out.
    pub fn new(code: WarningCode, span: Span, says: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, problem: Problem::new(span, says).with_help(help) }
    }

    /// `file:line:column: what it is; the way out [code]`, on one line.
    #[must_use]
    pub fn line(&self, file: &str, source: &str) -> String {
        format!("{} [{}]", self.problem.line(file, source), self.code)
    }
}

impl WarningCode {
    /// Every code.
    pub fn all() -> impl Iterator<Item = Self> {
        LESSONS.iter().map(|(code, ..)| *code)
    }

    /// The code that is written so.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        LESSONS.iter().find(|(_, known, _)| *known == word).map(|(code, ..)| *code)
    }

    /// The code as it is written: `never-fires`.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.row().0
    }

    /// What it is, in one line.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.parts().0
    }

    /// Why it matters and what to write instead, in Markdown, with an example that warns and one that does not.
    #[must_use]
    pub fn lesson(self) -> &'static str {
        self.parts().1
    }

    /// The first line of a lesson is its title.
    fn parts(self) -> (&'static str, &'static str) {
        let (title, lesson) = self.row().1.split_once('\n').unwrap_or_default();
        (title.trim_start_matches("# "), lesson.trim())
    }

    fn row(self) -> (&'static str, &'static str) {
        let row = LESSONS.iter().find(|(code, ..)| *code == self);
        row.map(|(_, word, text)| (*word, *text)).unwrap_or_default()
    }
}

impl fmt::Display for WarningCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

#[cfg(test)]
mod tests;

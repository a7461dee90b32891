//! Parts of transcripts and of their differences, so that they fit the terminal.

use std::iter;

use crate::screen;

/// Before every line that is quoted.
const MARGIN: &str = "    ";

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Lines end at that column, and what follows from something else is left out.
    Short {
        /// How many characters a line has at most.
        columns: usize,
    },
    /// Everything.
    Whole,
}

impl Detail {
    /// The lines as they are shown, each with a margin.
    pub(crate) fn quoted<'l>(self, lines: impl Iterator<Item = &'l str>) -> String {
        let fit = |line: &str| match self {
            Self::Short { columns } => screen::cut(line, columns.saturating_sub(MARGIN.len())),
            Self::Whole => line.to_owned(),
        };
        lines.map(|line| format!("{MARGIN}{}\n", coloured(fit(line).trim_end()))).collect()
    }

    /// A difference as it is shown.
    pub(crate) fn difference(self, diff: &str) -> String {
        let lines: Vec<&str> = changes(diff).collect();
        match self {
            Self::Short { columns } => self.quoted(uncovered(&lines, columns / 2).iter().map(String::as_str)),
            Self::Whole => self.quoted(lines.into_iter()),
        }
    }
}

/// A unified diff without its head and without what it has to say about the ends of files.
fn changes(diff: &str) -> impl Iterator<Item = &str> {
    diff.lines().skip_while(|line| !line.starts_with('@')).filter(|line| !line.starts_with('\\'))
}

/// A line of a difference in its colour; lines of a transcript begin with a mark or a blank and have none.
fn coloured(line: &str) -> String {
    match line.chars().next() {
        Some('+') => screen::styled(screen::GOOD, line),
        Some('-') => screen::styled(screen::BAD, line),
        Some('@') => screen::styled(screen::FAINT, line),
        _ => line.to_owned(),
    }
}

/// The lines of a difference. Where two that stand for each other agree for more than so many characters, both begin
/// later, so that what differs is not what is cut off.
fn uncovered(lines: &[&str], agreed_max: usize) -> Vec<String> {
    let starting = |lines: &[&str], mark: char| lines.iter().take_while(|line| line.starts_with(mark)).count();
    let (mut out, mut rest) = (Vec::new(), lines);
    while !rest.is_empty() {
        let (same, after) = rest.split_at(rest.iter().take_while(|line| !line.starts_with(['-', '+'])).count());
        let (kept, after) = after.split_at(starting(after, '-'));
        let (now, after) = after.split_at(starting(after, '+'));
        let late: Vec<usize> =
            kept.iter().zip(now).map(|(kept, now)| agreed(kept, now).saturating_sub(agreed_max)).collect();
        out.extend(same.iter().map(|line| (*line).to_owned()));
        for side in [kept, now] {
            let late = late.iter().copied().chain(iter::repeat(0));
            out.extend(side.iter().zip(late).map(|(line, late)| begun(line, late)));
        }
        rest = after;
    }
    out
}

/// How many characters the two have in common behind their marks.
fn agreed(kept: &str, now: &str) -> usize {
    kept.chars().skip(1).zip(now.chars().skip(1)).take_while(|(kept, now)| kept == now).count()
}

/// The line without so many characters behind its mark.
fn begun(line: &str, late: usize) -> String {
    let mut characters = line.chars();
    match (late, characters.next()) {
        (0, _) | (_, None) => line.to_owned(),
        (late, Some(mark)) => format!("{mark}…{}", characters.skip(late).collect::<String>()),
    }
}

#[cfg(test)]
mod tests;

//! Documents on their way in: read from a file, and their problems shown where they stand.

use std::{fmt, fs, path::Path};

use floorwalker_json::{Document, Format, Problem, Span};
use floorwalker_policy::{Warning, WarningCode};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity,
    SourceCode, SourceSpan, SpanContents,
};

use crate::{exit::Failure, screen};

#[cfg(test)]
mod tests;

/// What every line of a decision log begins with.
const LOG_LINE: &str = "{\"seq\":";

/// Why a file cannot be read as a document.
#[derive(Debug)]
pub(crate) enum Unopened {
    /// There is no such file, which is a mistake in the command line.
    Absent(Failure),
    /// It is there, and nothing of it could be read.
    Unreadable(String),
    /// Its text is no document.
    Torn { source: String, problem: Problem },
}

/// A file that is not there is a mistake in the command line, not in a document.
pub(crate) fn expect(path: &Path) -> Result<(), Failure> {
    // What cannot even be looked at is there, and reading it tells why it cannot.
    if path.try_exists().unwrap_or(true) {
        return Ok(());
    }
    Err(Failure::Usage(format!("there is no file `{}`", path.display())))
}

/// Reads a file as a document; what is wrong with it is told at once.
pub(crate) fn open(path: &Path) -> Result<Document, Failure> {
    read(path).map_err(|unopened| match unopened {
        Unopened::Absent(failure) => failure,
        Unopened::Unreadable(why) => {
            screen::tell_error(&why);
            Failure::Unreadable
        }
        Unopened::Torn { source, problem } => {
            let told = tell(&path.display().to_string(), &source, Severity::Error, &[problem]);
            told.err().unwrap_or(Failure::Unreadable)
        }
    })
}

/// Reads a file as a document.
pub(crate) fn read(path: &Path) -> Result<Document, Unopened> {
    expect(path).map_err(Unopened::Absent)?;
    let name = path.display().to_string();
    let source =
        fs::read_to_string(path).map_err(|error| Unopened::Unreadable(format!("`{name}` cannot be read: {error}")))?;
    if name.ends_with(".jsonl") || source.starts_with(LOG_LINE) {
        return Err(Unopened::Unreadable(format!(
            "`{name}` looks like a decision log, which is no document; `floorwalker log show` reads it"
        )));
    }
    let document = Document::parse(name.as_str(), source.as_str(), Format::of_name(&name));
    document.map_err(|problem| Unopened::Torn { source, problem })
}

/// Shows every problem on standard error, each with the lines it stands in.
pub(crate) fn tell(name: &str, source: &str, severity: Severity, problems: &[Problem]) -> Result<(), Failure> {
    problems.iter().try_for_each(|problem| tell_one(name, source, severity, None, problem))
}

/// Shows one warning in the same way.
pub(crate) fn tell_warning(name: &str, source: &str, warning: &Warning) -> Result<(), Failure> {
    tell_one(name, source, Severity::Warning, Some(warning.code), &warning.problem)
}

fn tell_one(
    name: &str,
    source: &str,
    severity: Severity,
    code: Option<WarningCode>,
    problem: &Problem,
) -> Result<(), Failure> {
    let theme = if screen::is_watched() { GraphicalTheme::unicode() } else { GraphicalTheme::none() };
    let text = Source { name, text: source, span: first_line(problem.span, source) };
    screen::tell(&report(&Shown { severity, code, problem, text }, theme))?;
    Ok(())
}

fn report(shown: &Shown<'_>, theme: GraphicalTheme) -> String {
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(100);
    let mut text = String::new();
    match handler.render_report(&mut text, shown) {
        Ok(()) => format!("{text}\n"),
        Err(fmt::Error) => format!("{}\n", shown.problem.line(shown.text.name, shown.text.text)),
    }
}

/// The part of a span in its first line: a map that lacks a key would fill the screen otherwise.
fn first_line(span: Span, source: &str) -> SourceSpan {
    let width = span.text(source).lines().next().map_or(0, str::len);
    (span.start.min(source.len()), width).into()
}

/// A problem as miette wants to see it.
#[derive(Debug, thiserror::Error)]
#[error("{}", .problem.says)]
struct Shown<'p> {
    severity: Severity,
    code: Option<WarningCode>,
    problem: &'p Problem,
    text: Source<'p>,
}

/// The text that a problem stands in.
#[derive(Debug)]
struct Source<'p> {
    name: &'p str,
    text: &'p str,
    span: SourceSpan,
}

impl Diagnostic for Shown<'_> {
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.problem.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.text)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::underline(self.text.span))))
    }
}

impl SourceCode for Source<'_> {
    /// As miette reads any text, but with columns in characters, as everywhere in our messages.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let read = self.text.read_span(span, before, after)?;
        let start = read.span().offset();
        let place = Span::new(start, start).place(self.text);
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.to_owned(),
            read.data(),
            *read.span(),
            read.line(),
            place.column.saturating_sub(1),
            read.line_count(),
        )))
    }
}

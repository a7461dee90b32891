//! Documents on their way in: read from a file, and their problems shown where they stand.

use std::{fmt, fs, path::Path};

use floorwalker_json::{Document, Format, Problem, Span};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity,
    SourceCode, SourceSpan, SpanContents,
};

use crate::{exit::Failure, screen};

#[cfg(test)]
mod tests;

/// What every line of a decision log begins with.
const LOG_LINE: &str = "{\"seq\":";

/// Reads the text of a file; what is wrong with it is told at once.
fn read(path: &Path) -> Result<String, Failure> {
    expect(path)?;
    fs::read_to_string(path).map_err(|error| {
        screen::tell_error(&format!("`{}` cannot be read: {error}", path.display()));
        Failure::Unreadable
    })
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
    let name = path.display().to_string();
    let source = read(path)?;
    if name.ends_with(".jsonl") || source.starts_with(LOG_LINE) {
        screen::tell_error(&format!(
            "`{name}` looks like a decision log, which is no document; `floorwalker log show` reads it"
        ));
        return Err(Failure::Unreadable);
    }
    Document::parse(name.as_str(), source.as_str(), Format::of_name(&name)).or_else(|problem| {
        tell(&name, &source, Severity::Error, &[problem])?;
        Err(Failure::Unreadable)
    })
}

/// Shows every problem on standard error, each with the lines it stands in.
pub(crate) fn tell(name: &str, source: &str, severity: Severity, problems: &[Problem]) -> Result<(), Failure> {
    let theme = if screen::is_watched() { GraphicalTheme::unicode() } else { GraphicalTheme::none() };
    for problem in problems {
        screen::tell(&report(name, source, severity, problem, theme.clone()))?;
    }
    Ok(())
}

fn report(name: &str, source: &str, severity: Severity, problem: &Problem, theme: GraphicalTheme) -> String {
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(100);
    let mut text = String::new();
    let shown =
        Shown { severity, problem, text: Source { name, text: source, span: first_line(problem.span, source) } };
    match handler.render_report(&mut text, &shown) {
        Ok(()) => format!("{text}\n"),
        Err(fmt::Error) => format!("{}\n", problem.line(name, source)),
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

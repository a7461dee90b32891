//! What the terminal can do, and the few styles that mean something.
//!
//! Everything is rendered with styles and written through anstream, which takes them out where nobody wants them:
//! off a terminal, and under `NO_COLOR`.

use std::io::{self, IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Style};

/// It held.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// It did not.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// It deserves a second look.
pub(crate) const ODD: Style = AnsiColor::Yellow.on_default().bold();
/// Something to look for.
pub(crate) const STRONG: Style = Style::new().bold();
/// Something to overlook.
pub(crate) const FAINT: Style = Style::new().dimmed();

const COLUMNS: usize = 160;

/// Writes to standard output.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    read_enough(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Writes to standard error.
pub(crate) fn tell(text: &str) -> io::Result<()> {
    read_enough(anstream::stderr().lock().write_all(text.as_bytes()))
}

/// Whoever closed the pipe has read enough, and how the command ends is still for its exit code to say.
fn read_enough(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Says on standard error what went wrong; when even that fails, the exit code has to do.
pub(crate) fn tell_error(message: &str) {
    let _ = tell(&format!("{BAD}error:{BAD:#} {message}\n"));
}

/// Whether a person watches standard error.
pub(crate) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// Whether standard error takes colours.
pub(crate) fn is_coloured() -> bool {
    anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
}

/// How many columns a line may have: those of the terminal, and off one so many that a page still holds them.
pub(crate) fn columns() -> usize {
    let terminal = terminal_size::terminal_size_of(io::stdout());
    terminal.map_or(COLUMNS, |(width, _)| usize::from(width.0))
}

/// The beginning of a line that is too long, with a mark for the rest.
pub(crate) fn cut(line: &str, columns: usize) -> String {
    if line.chars().count() <= columns {
        return line.to_owned();
    }
    let kept: String = line.chars().take(columns.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// The text in a style.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// The text without styles.
pub(crate) fn plain(styled: &str) -> String {
    anstream::adapter::strip_str(styled).to_string()
}

/// `1 scenario`, `2 scenarios`.
pub(crate) fn counted(number: usize, word: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {word}{ending}")
}

/// Every line with so many blanks before it; ends with a line's end unless it is empty.
pub(crate) fn indented(text: &str, blanks: usize) -> String {
    let margin = " ".repeat(blanks);
    text.lines().map(|line| format!("{}\n", format!("{margin}{line}").trim_end())).collect()
}

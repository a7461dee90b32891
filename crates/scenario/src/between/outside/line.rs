//! Lines of a program that may say anything, also one that never ends.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _};

/// One line, without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its beginning, as far as it was asked for.
    pub(crate) kept: Vec<u8>,
    /// Whether this is all of it.
    pub(crate) is_whole: bool,
}

/// The next line, of which at most `most` bytes are kept; the others are read and forgotten. Nothing when there are no more.
pub(crate) async fn next_line(output: &mut (impl AsyncBufRead + Unpin), most: usize) -> io::Result<Option<Line>> {
    let mut line = Line { kept: Vec::new(), is_whole: true };
    let mut is_begun = false;
    loop {
        let available = output.fill_buf().await?;
        if available.is_empty() {
            return Ok(is_begun.then_some(line));
        }
        is_begun = true;
        let end = available.iter().position(|byte| *byte == b'\n');
        let piece = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
        let room = most.saturating_sub(line.kept.len());
        line.is_whole &= piece.len() <= room;
        line.kept.extend(piece.iter().take(room));
        let read = piece.len() + usize::from(end.is_some());
        output.consume(read);
        if end.is_some() {
            return Ok(Some(line));
        }
    }
}

#[cfg(test)]
mod tests;

//! Transcripts as they must be, in the file format of insta, so that its tools can review them.

use similar::TextDiff;

/// What a transcript says about the one that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SnapshotState {
    /// It is the same.
    Same,
    /// There is none yet.
    Missing,
    /// It is another; this is the difference, as lines of a unified diff.
    Differs(String),
    /// It was taken as the new one.
    Accepted,
    /// Nobody looked.
    Skipped,
}

/// The text of a snapshot file.
pub(crate) fn render(source: &str, transcript: &str) -> String {
    format!("---\nsource: {source}\n---\n{}\n", transcript.trim_end())
}

/// The transcript in a snapshot file.
pub(crate) fn transcript_of(file: &str) -> Option<&str> {
    let rest = file.strip_prefix("---\n")?;
    rest.split_once("\n---\n").map(|(_, transcript)| transcript.trim_end())
}

/// Compares a transcript with the text of its snapshot file.
pub(crate) fn compare(file: Option<&str>, transcript: &str) -> SnapshotState {
    let Some(file) = file else { return SnapshotState::Missing };
    // Something else than a snapshot in its place is shown as what it is, so that nobody takes it for nothing.
    let kept = transcript_of(file).unwrap_or(file);
    let transcript = transcript.trim_end();
    if kept == transcript {
        return SnapshotState::Same;
    }
    let (kept, transcript) = (format!("{kept}\n"), format!("{transcript}\n"));
    let diff = TextDiff::from_lines(&kept, &transcript);
    let text = diff.unified_diff().context_radius(2).header("kept", "now").to_string();
    SnapshotState::Differs(text)
}

#[cfg(test)]
mod tests;

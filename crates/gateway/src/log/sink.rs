//! Where lines go: a file, or memory.
//!
//! Both number the records, and both write a line whole or not at all as far as later readers are concerned: a torn last
//! line was never acknowledged, so nothing was sent on its strength, and a restart may drop it.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
    sync::{Mutex, PoisonError},
};

use super::{LineError, Record};
use crate::ports::{Log, LogError, Port};

/// A log in memory: for scenarios and tests.
#[derive(Debug, Default)]
pub struct TextLog {
    lines: Mutex<Lines>,
}

#[derive(Debug, Default)]
struct Lines {
    text: String,
    seq: u64,
}

/// A log in a file. A record survives the process once it was appended; whether it survives the machine is up to the
/// operating system.
#[derive(Debug)]
pub struct FileLog {
    tail: Mutex<Tail>,
}

#[derive(Debug)]
struct Tail {
    file: File,
    length: u64,
    seq: u64,
    /// Whether there may be a part of a line behind `length`.
    is_torn: bool,
}

impl TextLog {
    /// An empty log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A log that goes on where `text` ended.
    #[must_use]
    pub fn with_text(text: String) -> Self {
        let seq = last_seq(&text);
        Self { lines: Mutex::new(Lines { text, seq }) }
    }

    /// Everything that was written.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).text.clone()
    }

    /// Every record with its number.
    ///
    /// # Errors
    /// A line that is not a record, which can only come from [`TextLog::with_text`].
    pub fn records(&self) -> Result<Vec<(u64, Record)>, LineError> {
        self.text().lines().map(Record::parse).collect()
    }

    fn write(&self, record: &Record) -> Result<u64, LogError> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let seq = lines.seq.saturating_add(1);
        let line = record.line(seq)?;
        lines.seq = seq;
        lines.text.push_str(&line);
        lines.text.push('\n');
        Ok(seq)
    }
}

impl Log for TextLog {
    fn append(&self, record: Record) -> Port<'_, Result<u64, LogError>> {
        Box::pin(async move { self.write(&record) })
    }
}

impl FileLog {
    /// Opens the log, or makes it, and cuts off a torn last line. Returns the log and the text that it holds. The file is
    /// this log's alone until it is dropped: two gateways on one log would each forget what the other counted.
    ///
    /// # Errors
    /// The file cannot be opened, read or cut, or another gateway has it.
    pub fn open(path: &Path) -> io::Result<(Self, String)> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::Error::other("another gateway writes this log"),
            TryLockError::Error(error) => error,
        })?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let whole = text.rfind('\n').map_or(0, |end| end.saturating_add(1));
        text.truncate(whole);
        let length = u64::try_from(whole).unwrap_or(u64::MAX);
        file.set_len(length)?;
        file.seek(SeekFrom::Start(length))?;
        let seq = last_seq(&text);
        Ok((Self { tail: Mutex::new(Tail { file, length, seq, is_torn: false }) }, text))
    }
}

impl Tail {
    /// Writes one line; when that fails, cuts the file back to where it was, so that the next line does not continue a
    /// torn one.
    fn write(&mut self, record: &Record) -> Result<u64, LogError> {
        let failed = |error: io::Error| LogError(error.to_string());
        let seq = self.seq.saturating_add(1);
        let mut line = record.line(seq)?;
        line.push('\n');
        if self.is_torn {
            self.mend().map_err(failed)?;
        }
        self.is_torn = true;
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            // If it cannot be mended now, the next record tries again before it writes.
            drop(self.mend());
            return Err(failed(error));
        }
        self.is_torn = false;
        self.length = self.length.saturating_add(u64::try_from(line.len()).unwrap_or(u64::MAX));
        self.seq = seq;
        Ok(seq)
    }

    /// Cuts off what was written of a line that did not come through.
    fn mend(&mut self) -> io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length))?;
        self.is_torn = false;
        Ok(())
    }
}

impl Log for FileLog {
    fn append(&self, record: Record) -> Port<'_, Result<u64, LogError>> {
        let written = match self.tail.lock() {
            Ok(mut tail) => tail.write(&record),
            Err(_) => Err(LogError("an earlier write ended in a bug".to_owned())),
        };
        Box::pin(async move { written })
    }
}

fn last_seq(text: &str) -> u64 {
    text.lines().next_back().and_then(|line| Record::parse(line).ok()).map_or(0, |(seq, _)| seq)
}

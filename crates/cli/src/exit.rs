//! How a command ends: what it tells, and its exit code.
//!
//! INVARIANT: this is the only file that knows which trouble has which exit code.

use std::{
    io,
    process::{self, ExitCode},
};

use crate::screen;

/// Why a command did not end well.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A guarantee or an expectation failed; which, was told already.
    #[error("not everything held")]
    NotHeld,
    /// The command line names something that does not exist, or asks for nothing.
    #[error("{0}")]
    Usage(String),
    /// A document does not load; why, was told already.
    #[error("a document does not load")]
    Unreadable,
    /// The trouble is ours or the machine's.
    #[error("{0}")]
    Harness(String),
    /// Nobody could be told.
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

/// Tells what went wrong, unless that was done already, and gives the exit code.
pub(crate) fn code(ended: Result<(), Failure>) -> ExitCode {
    let Err(failure) = ended else { return ExitCode::SUCCESS };
    let untold = match &failure {
        Failure::NotHeld | Failure::Unreadable => false,
        Failure::Usage(_) | Failure::Harness(_) | Failure::Output(_) => true,
    };
    if untold {
        screen::tell_error(&failure.to_string());
    }
    ExitCode::from(number(&failure))
}

/// Ends the process where it stands, for somebody who insisted: 130, as shells know a process that was interrupted.
pub(crate) fn at_once() -> ! {
    process::exit(130)
}

fn number(failure: &Failure) -> u8 {
    match failure {
        Failure::NotHeld => 1,
        Failure::Usage(_) => 2,
        Failure::Unreadable => 3,
        Failure::Harness(_) | Failure::Output(_) => 4,
    }
}

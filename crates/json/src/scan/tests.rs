//! Every malformation in every place of a message, and what is accepted.

use super::*;

mod accepted;
mod bounds;
mod malformed;

fn refused(bytes: &[u8], keys: Keys) -> ScanError {
    scan(bytes, keys).expect_err(&String::from_utf8_lossy(bytes))
}

fn accepted(text: &str) -> Node<'_> {
    scan(text.as_bytes(), Keys::Unconfusable).expect(text)
}

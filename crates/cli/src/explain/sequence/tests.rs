//! Documents of calls.

//! People answer here: another door than the agents', with other credentials.
//!
//! What waits is kept by the store; what a person must see of it, the arguments, lives on the desk, in memory only. So after
//! a restart nothing can be approved before its agent has asked again: nobody approves what they cannot see.
//!
//! INVARIANT: an answer is on record before it holds, and its outcome before the person hears of it.

mod desk;
mod door;
mod tokens;
mod view;

pub(crate) use desk::Desk;
pub(crate) use door::ApproversDoor;
pub use tokens::ApproverTokens;

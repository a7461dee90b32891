//! The mocks as real servers: MCP through rmcp, and a control listener of their own.
//!
//! The cores live in `floorwalker-mocks` and know neither sockets nor time; here they get both. One mock is served on
//! one listener at `/mcp`, in both eras of MCP. What the world does to it comes in on another listener, which no
//! gateway ever reaches.
//!
//! In reading order: a server as a whole, who may knock, the tap that sees every byte before rmcp does, the rmcp handler, the
//! control listener.

mod control;
mod handler;
mod home;
mod running;
mod serve;
mod tap;

pub use crate::running::Running;
pub use crate::serve::{Clock, SharedMock, Time, serve, share};

//! Wire words: JSON-RPC and the MCP messages we read, in both eras. Bytes become types, types become bytes; no IO.
//!
//! What a client sends is read strictly and written anew from the fields that were read, so that nobody behind the
//! gateway can understand it differently. What an upstream answers is read as far as the gateway must understand it.
//! It is written by hand on the spanned tree, because a typed model of the protocol would drop what it does not know,
//! renumber ids and rewrite numbers.
//!
//! Reading order: `era`, `method`, `write`, `id`, `message`, `decode`, `own`, `reply`, `tools`,
//! `mirrors`.

mod decode;
mod era;
mod id;
mod message;
mod method;
mod mirrors;
mod own;
mod reply;
mod tools;
mod write;

pub use decode::{DecodeError, Reply, ReplyError, decode, decode_reply};
pub use era::{Era, LEGACY, MODERN, era_of};
pub use id::Id;
pub use message::{Answer, Message, Notification, Request, ToolCall};
pub use method::{Kind, known};
pub use mirrors::{MirrorError, Mirrors, from_header_value, to_header_value};
pub use own::{discover, initialize, initialized, list_tools, ping};
pub use reply::{error_reply, result_reply, tool_denial};
pub use tools::{ListError, ListedTool, TTL_CAP_MS, ToolsPage};
pub use write::{Json, ObjectWriter, quote};

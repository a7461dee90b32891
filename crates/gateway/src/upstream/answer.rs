//! One HTTP answer into messages: JSON is one, an event stream many, an empty body none, and anything else is trouble.

use std::collections::VecDeque;
use std::fmt::Display;

use bytes::Bytes;
use futures_util::future::ready;
use futures_util::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, Response, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;

use crate::ports::{Inbound, SendError};
use crate::receive::SESSION;
use crate::upstream::events::{EventReader, EventTooLarge};

type Messages = BoxStream<'static, Result<Bytes, SendError>>;

/// What the body is said to be.
enum Content {
    Json,
    Events,
    /// Nothing is said, so it must be empty.
    Unsaid,
    /// Something the gateway cannot read, in words.
    Other(String),
}

/// The answer with its messages as they arrive.
pub(crate) fn inbound(response: Response<Incoming>, message_bytes_max: usize) -> Inbound {
    let (head, body) = response.into_parts();
    let messages = match content(&head.headers) {
        Content::Json => whole(body, message_bytes_max),
        Content::Events => events(body, message_bytes_max),
        Content::Unsaid => nothing(body, head.status),
        Content::Other(words) => failed(format!("HTTP {} with {words}", head.status.as_u16())),
    };
    Inbound { status: head.status, session: head.headers.get(SESSION).cloned(), messages }
}

fn content(headers: &HeaderMap) -> Content {
    if headers.get_all(CONTENT_ENCODING).iter().any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Content::Other(String::from("a compressed body, which nobody asked for"));
    }
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(media), None) = (types.next(), types.next()) else {
        return match headers.contains_key(CONTENT_TYPE) {
            true => Content::Other(String::from("several content types")),
            false => Content::Unsaid,
        };
    };
    let media = String::from_utf8_lossy(media.as_bytes());
    let essence = media.split(';').next().unwrap_or_default().trim();
    match essence.to_ascii_lowercase().as_str() {
        "application/json" => Content::Json,
        "text/event-stream" => Content::Events,
        known @ ("text/html" | "text/plain") => {
            Content::Other(format!("`{known}`, which is neither JSON nor an event stream"))
        }
        // Not in the upstream's words: it may have put into them what it was shown.
        _ => Content::Other(String::from("a content type that is neither JSON nor an event stream")),
    }
}

/// One message, or none if the body is empty.
fn whole(body: Incoming, bytes_max: usize) -> Messages {
    stream::once(collect(body, bytes_max)).try_filter(|body| ready(!body.is_empty())).boxed()
}

fn nothing(body: Incoming, status: StatusCode) -> Messages {
    let untyped = lost(format!("HTTP {} with a body of no content type", status.as_u16()));
    // One byte is enough to know that there is something.
    stream::once(collect(body, 1)).try_filter(|body| ready(!body.is_empty())).map(move |_| Err(untyped.clone())).boxed()
}

fn failed(says: String) -> Messages {
    stream::once(ready(Err(lost(says)))).boxed()
}

async fn collect(body: Incoming, bytes_max: usize) -> Result<Bytes, SendError> {
    match Limited::new(body, bytes_max).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(lost(format!("a message of over {bytes_max} bytes"))),
        Err(error) => Err(lost(error)),
    }
}

/// An event stream that is being read.
struct Events {
    body: Incoming,
    reader: EventReader,
    bytes_max: usize,
    messages: VecDeque<Bytes>,
}

fn events(body: Incoming, bytes_max: usize) -> Messages {
    let reader = EventReader::new(bytes_max);
    let events = Events { body, reader, bytes_max, messages: VecDeque::new() };
    stream::try_unfold(events, |mut events| async move {
        let message = events.next().await?;
        Ok(message.map(|message| (message, events)))
    })
    .boxed()
}

impl Events {
    async fn next(&mut self) -> Result<Option<Bytes>, SendError> {
        while self.messages.is_empty() {
            let Some(frame) = self.body.frame().await else { return Ok(None) };
            let Ok(chunk) = frame.map_err(lost)?.into_data() else { continue };
            self.reader
                .read(&chunk, &mut self.messages)
                .map_err(|EventTooLarge| lost(format!("an event of over {} bytes", self.bytes_max)))?;
        }
        Ok(self.messages.pop_front())
    }
}

fn lost(says: impl Display) -> SendError {
    SendError::Lost(says.to_string())
}

//! The second witness: every byte that an agent received.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use floorwalker_gateway::{Outlet, Port, Reply};

use crate::world::parking::{Parking, Place};

/// What one agent received, message by message. Its content may be secret, so it is never printed.
#[derive(Clone)]
pub(crate) struct Inbox {
    messages: Arc<Mutex<Vec<Vec<u8>>>>,
    parking: Parking,
}

impl Inbox {
    pub(crate) fn new(parking: Parking) -> Self {
        Self { messages: Arc::default(), parking }
    }

    /// Takes a whole HTTP reply as one message.
    pub(crate) fn take_reply(&self, reply: &Reply) {
        let mut bytes = format!("HTTP {}\n", reply.status.as_u16()).into_bytes();
        for (name, value) in &reply.headers {
            bytes.extend_from_slice(name.as_str().as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value.as_bytes());
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(&reply.body);
        self.take(bytes);
    }

    /// Every message, in the order they came.
    pub(crate) fn messages(&self) -> Vec<Vec<u8>> {
        self.lock().clone()
    }

    fn take(&self, message: Vec<u8>) {
        self.lock().push(message);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Vec<u8>>> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outlet for Inbox {
    fn notify(&self, message: Bytes) -> Port<'_, ()> {
        Box::pin(async move {
            self.parking.park(Place::Outlet).await;
            self.take(message.to_vec());
        })
    }
}

/// Where messages go that nobody waits for.
#[derive(Debug)]
pub(crate) struct Nowhere;

impl Outlet for Nowhere {
    fn notify(&self, _message: Bytes) -> Port<'_, ()> {
        Box::pin(async {})
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Inbox({} messages)", self.lock().len())
    }
}

//! Notifications on their way from a call to its client.
//!
//! INVARIANT: a call never waits for its client. One that does not read loses notifications, and nothing else: the reply
//! has a way of its own.

use bytes::Bytes;
use futures_util::future::ready;
use tokio::sync::mpsc;

use crate::ports::{Outlet, Port};

/// How many notifications may wait for a client that does not read.
const WAITING_MAX: usize = 32;

/// Where a call puts its notifications.
#[derive(Debug)]
pub(crate) struct ChannelOutlet(Option<mpsc::Sender<Bytes>>);

/// Where the response takes them from. It ends with the call.
pub(crate) type Notifications = mpsc::Receiver<Bytes>;

impl ChannelOutlet {
    /// An outlet and its other end; closed from the beginning if the client takes no events.
    pub(crate) fn open(wants_events: bool) -> (Self, Notifications) {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        (Self(wants_events.then_some(sender)), receiver)
    }
}

impl Outlet for ChannelOutlet {
    fn notify(&self, message: Bytes) -> Port<'_, ()> {
        if let Some(sender) = &self.0 {
            let _ = sender.try_send(message);
        }
        Box::pin(ready(()))
    }
}

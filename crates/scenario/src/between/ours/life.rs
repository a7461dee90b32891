//! The time from a start of the gateway to its end. Whoever waits for an answer of one that crashed gets none.

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
};

use floorwalker_gateway::Reply;
use futures_util::future::{Either, select};
use http::{HeaderMap, StatusCode};

/// One life of a gateway.
#[derive(Clone, Debug, Default)]
pub(super) struct Life(Arc<AtomicBool>);

impl Life {
    /// It is over, wherever its calls stand.
    pub(super) fn end(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// What comes of a call while the gateway lives. When it is over, the call is dropped where it stands: it does not go on
    /// to its next port.
    pub(super) async fn cuts(&self, call: impl Future<Output = Reply>) -> Reply {
        // Nobody is woken: whoever plays a scenario polls by hand.
        let over = poll_fn(|_| if self.0.load(Ordering::Relaxed) { Poll::Ready(()) } else { Poll::Pending });
        match select(over, Box::pin(call)).await {
            Either::Left(_) => nobody_there(),
            Either::Right((reply, _)) => reply,
        }
    }
}

/// What an agent's HTTP client makes of a connection that broke, or did not come about.
pub(super) fn nobody_there() -> Reply {
    Reply { status: StatusCode::BAD_GATEWAY, headers: HeaderMap::new(), body: "the gateway is not there".into() }
}

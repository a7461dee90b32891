//! A call that outlives its client.
//!
//! It runs on its connection's task, which costs nothing. When the client hangs up, that task ends and drops what it was
//! polling; the call then moves into a task of its own and goes on to its end, so that nothing is left half done.
//!
//! INVARIANT: a call that was polled once is polled until it is done, unless the runtime itself ends.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::runtime::Handle as Runtime;

use crate::envelope::{Envelope, Reply};
use crate::server::outlet::ChannelOutlet;
use crate::server::{Handle, Shared};

/// A call on its way. It ends with a reply, or with nothing when it ended in a bug.
pub(crate) struct Call(Option<BoxFuture<'static, Option<Reply>>>);

impl Call {
    /// Gets the call ready; it starts when it is polled.
    pub(crate) fn new<H: Handle>(shared: Shared<H>, envelope: Envelope, outlet: ChannelOutlet) -> Self {
        let call = async move {
            // The whole of it is held until the call is over, so that a shutdown waits for it.
            let shared = shared;
            let handler = Arc::clone(&shared.handler);
            // A bug in one call is not the connection's end.
            AssertUnwindSafe(handler.handle(envelope, &outlet)).catch_unwind().await.ok()
        };
        Self(Some(Box::pin(call)))
    }

    /// Whether it has said its last word.
    pub(crate) fn is_over(&self) -> bool {
        self.0.is_none()
    }
}

impl Future for Call {
    type Output = Option<Reply>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(call) = &mut self.0 else { return Poll::Ready(None) };
        let polled = call.as_mut().poll(context);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if let (Some(call), Ok(runtime)) = (self.0.take(), Runtime::try_current()) {
            runtime.spawn(call);
        }
    }
}

//! A call that outlives its client.
//!
//! Until its first notification it runs on its connection's task, which costs nothing. From then on there is a response
//! whose body is polled only when the client takes what is sent, so the call goes on in a task of its own; so it does when
//! the client hangs up, which ends the connection's task and drops what it was polling. Nothing is left half done.
//!
//! INVARIANT: a call is polled until it is done, whatever its client does, unless the runtime itself ends.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use tokio::runtime::Handle as Runtime;
use tokio::sync::OwnedSemaphorePermit;

use crate::envelope::{Envelope, Reply};
use crate::server::outlet::ChannelOutlet;
use crate::server::{Handle, Shared};

/// A call on its way. It ends with a reply, or with nothing when it ended in a bug.
pub(crate) struct Call(Option<BoxFuture<'static, Option<Reply>>>);

impl Call {
    /// Gets the call ready; it starts when it is polled. It keeps its slot until it is over.
    pub(crate) fn new<H: Handle>(
        shared: Shared<H>,
        slot: OwnedSemaphorePermit,
        envelope: Envelope,
        outlet: ChannelOutlet,
    ) -> Self {
        let call = async move {
            // The whole of both is held until the call is over: a shutdown waits for it, and it counts as a call.
            let (shared, _slot) = (shared, slot);
            let handler = Arc::clone(&shared.handler);
            // A bug in one call is not the connection's end.
            AssertUnwindSafe(handler.handle(envelope, &outlet)).catch_unwind().await.ok()
        };
        Self(Some(Box::pin(call)))
    }

    /// Lets the call go on by itself. What comes of it can be waited for; nobody needs to.
    pub(crate) fn on_its_own(mut self) -> BoxFuture<'static, Option<Reply>> {
        match self.0.take() {
            Some(call) => tokio::spawn(call).map(|ended| ended.ok().flatten()).boxed(),
            None => ready(None).boxed(),
        }
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

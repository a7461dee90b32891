//! The gateway's ports as a scenario gives them: the real ones, at which calls stop first.
//!
//! INVARIANT: a call stops before the port does anything, so whatever happens at a port happens when the schedule says.

use std::future::pending;
use std::sync::Arc;

use floorwalker_gateway::{
    Committed, Inbound, Log, LogError, Looked, Outbound, Port, Record, SendError, Store, StoreError, Upstream,
};
use floorwalker_mocks::face::MCP_PATH;
use floorwalker_policy::{Decision, Plan, RowKey, Timestamp};
use futures_util::{StreamExt as _, stream};

use crate::world::mocks::{SharedMock, Unanswered};
use crate::world::parking::{Parking, Place};

/// A store at which calls stop.
#[derive(Debug)]
pub(crate) struct ParkedStore<S> {
    pub(crate) inner: S,
    pub(crate) parking: Parking,
}

/// A log at which calls stop.
#[derive(Debug)]
pub(crate) struct ParkedLog<L> {
    pub(crate) inner: Arc<L>,
    pub(crate) parking: Parking,
}

/// A mock in process, as an upstream at which calls stop twice: before it is reached, and before its answer is.
#[derive(Debug)]
pub(crate) struct ParkedUpstream {
    pub(crate) mock: SharedMock,
    pub(crate) parking: Parking,
}

impl<S: Store> Store for ParkedStore<S> {
    fn commit<'a>(&'a self, now: Timestamp, plan: &'a Plan) -> Port<'a, Result<Decision<Committed>, StoreError>> {
        Box::pin(async move {
            self.parking.park(Place::Store).await;
            self.inner.commit(now, plan).await
        })
    }

    fn look<'a>(&'a self, now: Timestamp, key: &'a RowKey) -> Port<'a, Result<Looked, StoreError>> {
        Box::pin(async move {
            self.parking.park(Place::Store).await;
            self.inner.look(now, key).await
        })
    }
}

impl<L: Log> Log for ParkedLog<L> {
    fn append(&self, record: Record) -> Port<'_, Result<u64, LogError>> {
        Box::pin(async move {
            self.parking.park(Place::Log).await;
            self.inner.append(record).await
        })
    }
}

impl Upstream for ParkedUpstream {
    fn send(&self, request: Outbound) -> Port<'_, Result<Inbound, SendError>> {
        Box::pin(async move {
            self.parking.park(Place::Upstream).await;
            let response = self.mock.exchange(&request.method, MCP_PATH, &request.headers, &request.body);
            let parking = self.parking.clone();
            let response = match response {
                Ok(response) => response,
                Err(Unanswered::Lost) => {
                    return Err(SendError::Lost("the connection was closed without an answer".to_owned()));
                }
                // Whoever waits gives up, and drops this.
                Err(Unanswered::Held) => pending().await,
            };
            let messages = stream::iter(response.messages.into_iter().map(Ok)).then(move |message| {
                let parking = parking.clone();
                async move {
                    parking.park(Place::Reply).await;
                    message
                }
            });
            Ok(Inbound { status: response.status, session: response.session, messages: messages.boxed() })
        })
    }
}

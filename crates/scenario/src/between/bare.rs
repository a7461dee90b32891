//! Nothing in between: every request goes up as it is, the agent's own credential included.

use bytes::Bytes;
use floorwalker_gateway::{Envelope, Outlet, Port, Reply};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::between::Between;
use crate::world::Wiring;
use crate::world::mocks::{Response, SharedMock, Unanswered};
use crate::world::parking::Place;

/// A bare pass-through.
#[derive(Debug)]
pub(crate) struct Bare {
    wiring: Wiring,
}

impl Bare {
    pub(crate) fn new(wiring: Wiring) -> Self {
        Self { wiring }
    }
}

impl Between for Bare {
    fn start(&self) -> Port<'_, Result<(), String>> {
        Box::pin(async { Ok(()) })
    }

    fn exchange<'a>(&'a self, envelope: Envelope, outlet: &'a dyn Outlet) -> Port<'a, Reply> {
        Box::pin(pass(&self.wiring, envelope, outlet))
    }

    fn restart(&self) -> Port<'_, Result<(), String>> {
        Box::pin(async { Ok(()) })
    }

    fn log(&self) -> String {
        String::new()
    }
}

/// Forwards one request to the mock that its path names.
pub(crate) async fn pass(wiring: &Wiring, envelope: Envelope, outlet: &dyn Outlet) -> Reply {
    let Some((mock, path)) = mock_at(wiring, &envelope.path) else { return plain(StatusCode::NOT_FOUND) };
    wiring.parking.park(Place::Upstream).await;
    let response = mock.exchange(&envelope.method, path, &envelope.headers, &envelope.body);
    wiring.parking.park(Place::Reply).await;
    match response {
        Ok(response) => hand_on(response, outlet).await,
        // Nobody here has a clock by which to wait.
        Err(Unanswered::Lost | Unanswered::Held) => plain(StatusCode::BAD_GATEWAY),
    }
}

/// The mock behind `/<server>/…`, and the path that is its own: nothing is kept from whoever stands in front of it.
fn mock_at<'w, 'p>(wiring: &'w Wiring, path: &'p str) -> Option<(&'w SharedMock, &'p str)> {
    let rest = path.strip_prefix('/')?;
    let (server, own) = rest.split_at_checked(rest.find('/')?)?;
    Some((wiring.mocks.get(server)?, own))
}

/// The last message is the reply; what came before it are notifications.
async fn hand_on(response: Response, outlet: &dyn Outlet) -> Reply {
    let Response { status, whole, mut messages, .. } = response;
    let last = messages.pop().unwrap_or_default();
    for message in messages {
        outlet.notify(message).await;
    }
    let mut headers = HeaderMap::new();
    for (name, value) in &whole.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            headers.append(name, value);
        }
    }
    Reply { status, headers, body: last }
}

fn plain(status: StatusCode) -> Reply {
    Reply { status, headers: HeaderMap::new(), body: Bytes::new() }
}

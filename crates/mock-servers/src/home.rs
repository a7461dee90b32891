//! Who may knock: only programs on this machine.
//!
//! A page in a browser can send requests to loopback addresses, and a name that a stranger controls can point at one. The
//! first shows an `Origin`, the second a `Host` of its own; both are turned away before anybody else reads the request, at
//! every path of every listener.

use axum::body::Body;
use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse;

const REFUSAL: &str = "only hosts of the loopback interface are answered, and no browser is\n";

pub(crate) async fn only_home(request: Request, next: Next) -> Response<Body> {
    let target = request.uri().authority();
    let is_home = target.is_none_or(is_loopback) && host(request.headers()).is_some_and(|host| is_loopback(&host));
    match is_home && !request.headers().contains_key(header::ORIGIN) {
        true => next.run(request).await,
        false => (StatusCode::FORBIDDEN, REFUSAL).into_response(),
    }
}

/// The one host that is written.
fn host(headers: &HeaderMap) -> Option<Authority> {
    let mut written = headers.get_all(header::HOST).iter();
    let (only, None) = (written.next()?, written.next()) else { return None };
    only.to_str().ok()?.parse().ok()
}

fn is_loopback(authority: &Authority) -> bool {
    !authority.as_str().contains('@')
        && matches!(authority.host().to_ascii_lowercase().as_str(), "localhost" | "127.0.0.1" | "[::1]")
}

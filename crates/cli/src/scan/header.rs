//! Headers that somebody wants a server to get, and an upstream that sends them.
//!
//! INVARIANT: a value is never shown, in no error and no debug print, because it may be a credential; and what is known to be
//! one is never taken from the command line, which others can see.

use std::{fmt, path::Path};

use floorwalker_gateway::{HttpUpstream, Inbound, Outbound, Port, SendError, Upstream};
use floorwalker_json::shown;
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION},
};

use super::text_of;
use crate::exit::Failure;

/// What the protocol says itself; whoever replaced it would ask for something else than tools.
const OWN: [&str; 9] = [
    "host",
    "content-type",
    "content-length",
    "transfer-encoding",
    "connection",
    "accept",
    "accept-encoding",
    "upgrade",
    "te",
];

/// What headers of the protocol begin with.
const OWN_PREFIX: &str = "mcp-";

/// Headers that hold a credential and nothing else.
const SECRET: [HeaderName; 3] = [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE];

/// An upstream that gets these headers with every request.
pub(super) struct WithHeaders {
    pub(super) upstream: HttpUpstream,
    pub(super) headers: HeaderMap,
}

impl Upstream for WithHeaders {
    fn send(&self, mut request: Outbound) -> Port<'_, Result<Inbound, SendError>> {
        request.headers.extend(self.headers.clone());
        self.upstream.send(request)
    }
}

impl fmt::Debug for WithHeaders {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.keys().map(HeaderName::as_str).collect();
        out.debug_struct("WithHeaders").field("upstream", &self.upstream).field("headers", &names).finish()
    }
}

/// Reads `Name: value`, and `@FILE` with one of these on each line.
pub(super) fn read(written: &[String]) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for written in written {
        match written.strip_prefix('@') {
            None => {
                let name = add(&mut headers, written, "`--header`")?;
                if SECRET.contains(&name) {
                    return Err(seen(&name));
                }
            }
            Some(path) => {
                let text = text_of(Path::new(path))?;
                for line in text.lines().filter(|line| !line.trim().is_empty()) {
                    add(&mut headers, line, &format!("`{path}`"))?;
                }
            }
        }
    }
    Ok(headers)
}

/// Adds the header that shows a bearer token.
pub(super) fn add_bearer(headers: &mut HeaderMap, token: &str) -> Result<(), Failure> {
    if headers.contains_key(AUTHORIZATION) {
        return Err(Failure::Usage(
            "`--bearer-env` and a header `authorization` are two credentials; choose one".to_owned(),
        ));
    }
    headers.insert(AUTHORIZATION, value(&format!("Bearer {}", token.trim()), "the token")?);
    Ok(())
}

fn seen(name: &HeaderName) -> Failure {
    Failure::Usage(format!(
        "`{name}` is a credential, and everybody on this machine can see the command line; write it into a file and name that \
         with `--header @FILE`, or for a bearer token, its variable with `--bearer-env VAR`"
    ))
}

fn add(headers: &mut HeaderMap, line: &str, place: &str) -> Result<HeaderName, Failure> {
    let wrong = |says: String| Failure::Usage(format!("{says} in {place}; write `Name: value`"));
    let Some((name, written)) = line.split_once(':') else {
        return Err(wrong("there is no `:` in a header".to_owned()));
    };
    let Ok(name) = HeaderName::from_bytes(name.trim().as_bytes()) else {
        return Err(wrong("what stands before the first `:` is no header's name".to_owned()));
    };
    if OWN.contains(&name.as_str()) || name.as_str().starts_with(OWN_PREFIX) {
        return Err(Failure::Usage(format!(
            "`{}` is a header of the protocol, which nobody else may write",
            shown(name.as_str())
        )));
    }
    let value = value(written.trim(), &format!("the value of `{}`", shown(name.as_str())))?;
    if headers.insert(name.clone(), value).is_some() {
        return Err(Failure::Usage(format!("the header `{}` is there twice", shown(name.as_str()))));
    }
    Ok(name)
}

fn value(written: &str, what: &str) -> Result<HeaderValue, Failure> {
    let mut value = HeaderValue::from_str(written)
        .map_err(|_| Failure::Usage(format!("{what} holds characters that no header may have")))?;
    value.set_sensitive(true);
    Ok(value)
}

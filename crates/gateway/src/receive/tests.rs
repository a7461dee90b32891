//! Each check of the first stage alone, on requests that are right but for one thing.

use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::{Doors, Wish, bearer, check_content, receive};

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| -> (HeaderName, HeaderValue) {
        (name.parse().unwrap(), HeaderValue::from_str(value).unwrap())
    };
    let mut headers = HeaderMap::new();
    for (name, value) in pairs.iter().map(pair) {
        headers.append(name, value);
    }
    headers
}

/// The server and the wish, or the status of the refusal.
fn received(method: Method, path: &str, pairs: &[(&str, &str)]) -> Result<(String, Wish), u16> {
    let doors = Doors { hosts: vec!["here.test".to_owned()], origins: vec!["https://page.test".to_owned()] };
    match receive(&method, path, &headers(pairs), &doors) {
        Ok((server, wish)) => Ok((server.to_owned(), wish)),
        Err(refused) => Err(refused.status.as_u16()),
    }
}

fn post(path: &str, pairs: &[(&str, &str)]) -> Result<(String, Wish), u16> {
    received(Method::POST, path, pairs)
}

#[test]
fn what_is_right_is_received() {
    let host = [("host", "here.test")];
    assert_eq!(post("/shop/mcp", &host), Ok(("shop".to_owned(), Wish::Post)));
    assert_eq!(received(Method::DELETE, "/a_b-1/mcp", &host), Ok(("a_b-1".to_owned(), Wish::Delete)));
}

#[test]
fn hosts_are_compared_whole() {
    for host in ["here.test", "HERE.test", "here.test:1", "here.test:65535"] {
        assert!(post("/shop/mcp", &[("host", host)]).is_ok(), "{host}");
    }
    for host in
        ["", "there.test", "here.test.", "here.test.there.test", "xhere.test", "here.test:", "here.test:1a", "h"]
    {
        assert_eq!(post("/shop/mcp", &[("host", host)]), Err(403), "{host}");
    }
    assert_eq!(post("/shop/mcp", &[]), Err(403));
}

#[test]
fn origins_are_compared_whole() {
    let from = |origin| post("/shop/mcp", &[("host", "here.test"), ("origin", origin)]);
    assert!(from("https://page.test").is_ok());
    for origin in ["", "null", "https://page.test/", "https://page.test.thief", "https://page.test:443", "page.test"] {
        assert_eq!(from(origin), Err(403), "{origin}");
    }
}

#[test]
fn headers_that_matter_come_once() {
    let names = ["authorization", "content-encoding", "content-type", "mcp-session-id", "mcp-method", "mcp-name"];
    for name in names.into_iter().chain(["mcp-protocol-version"]) {
        let pairs = [("host", "here.test"), (name, "same"), (name, "same")];
        assert_eq!(post("/shop/mcp", &pairs), Err(400), "{name}");
    }
    assert_eq!(post("/shop/mcp", &[("host", "here.test"), ("host", "here.test")]), Err(400));
    assert!(post("/shop/mcp", &[("host", "here.test"), ("accept", "a"), ("accept", "b")]).is_ok());
}

#[test]
fn a_path_has_one_spelling() {
    for path in ["/shop/mcp/", "//shop/mcp", "/shop/mcp?", "/sh%6fp/mcp", "/a/../shop/mcp", "/./mcp", "/mcp", "*", ""] {
        assert_eq!(post(path, &[("host", "here.test")]), Err(404), "{path}");
    }
}

#[test]
fn other_methods_are_refused() {
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::PATCH, Method::OPTIONS, Method::TRACE] {
        assert_eq!(received(method.clone(), "/shop/mcp", &[("host", "here.test")]), Err(405), "{method}");
    }
}

#[test]
fn the_newer_era_has_nothing_to_end() {
    let version = |version| [("host", "here.test"), ("mcp-protocol-version", version)];
    assert_eq!(received(Method::DELETE, "/shop/mcp", &version("2026-07-28")), Err(405));
    assert!(received(Method::DELETE, "/shop/mcp", &version("2025-11-25")).is_ok());
}

#[test]
fn a_token_is_what_stands_behind_bearer() {
    let token = |value| bearer(&headers(&[("authorization", value)])).map(<[u8]>::to_vec);
    assert_eq!(token("Bearer t"), Some(b"t".to_vec()));
    assert_eq!(token("bearer t"), Some(b"t".to_vec()));
    for value in ["", "Bearer", "Bearer ", "Basic t", "Bearert", "t"] {
        assert_eq!(token(value), None, "{value}");
    }
}

#[test]
fn only_plain_json_in_utf_8_is_read() {
    let status = |pairs: &[(&str, &str)]| check_content(&headers(pairs)).map_err(|refused| refused.status.as_u16());
    for kind in
        ["application/json", "Application/JSON", "application/json;charset=UTF-8", "application/json ; charset=utf-8"]
    {
        assert_eq!(status(&[("content-type", kind)]), Ok(()), "{kind}");
    }
    for kind in ["", "text/plain", "application/json-seq", "application/json;charset=utf-16", "application/json;x=y"] {
        assert_eq!(status(&[("content-type", kind)]), Err(415), "{kind}");
    }
    assert_eq!(status(&[("content-type", "application/json"), ("content-encoding", "gzip")]), Err(415));
    assert_eq!(status(&[]), Err(415));
}

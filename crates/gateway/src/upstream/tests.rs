//! Upstreams over loopback, well-behaved ones and others.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::header::{AUTHORIZATION, LOCATION};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use wiremock::matchers::{body_string, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{HttpUpstream, UrlError};
use crate::ports::{Inbound, Outbound, SendError, Upstream as _};

const JSON: &str = "application/json";

fn outbound() -> Outbound {
    Outbound { method: Method::POST, headers: HeaderMap::new(), body: Bytes::from_static(b"{\"a\":1e2}") }
}

/// What a message stream gave: texts, and the error it ended with, if any.
async fn drained(inbound: Inbound) -> (Vec<String>, Option<SendError>) {
    let mut texts = Vec::new();
    let mut messages = inbound.messages;
    while let Some(message) = messages.next().await {
        match message {
            Ok(message) => texts.push(String::from_utf8(message.to_vec()).unwrap()),
            Err(error) => return (texts, Some(error)),
        }
    }
    (texts, None)
}

fn is_lost(error: Option<&SendError>, word: &str) -> bool {
    matches!(error, Some(SendError::Lost(says)) if says.contains(word))
}

/// Listens, reads one request whole on each connection, writes these bytes, and hangs up.
async fn raw_server(answer: &'static [u8]) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            read_request(&mut stream).await;
            counted.fetch_add(1, Ordering::SeqCst);
            stream.write_all(answer).await.unwrap();
        }
    });
    (url, requests)
}

async fn read_request(stream: &mut TcpStream) {
    let mut bytes = Vec::new();
    while !bytes.ends_with(&outbound().body) {
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "the request broke off");
    }
}

async fn answer_of(answer: &'static [u8]) -> Result<Inbound, SendError> {
    let (url, _) = raw_server(answer).await;
    let upstream = HttpUpstream { message_bytes_max: 64, ..HttpUpstream::new(&url).unwrap() };
    upstream.send(outbound()).await
}

#[tokio::test]
async fn a_json_answer_is_one_message_with_status_and_session() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/mcp"))
        .and(query_param("key", "x"))
        .and(header("authorization", "Bearer t"))
        .and(body_string("{\"a\":1e2}"))
        .respond_with(
            ResponseTemplate::new(200)
                .insert_header("mcp-session-id", "s1")
                .set_body_raw("{ \"b\" : 1.10 }", "Application/JSON; charset=utf-8"),
        )
        .mount(&server)
        .await;
    let upstream = HttpUpstream::new(&format!("{}/mcp?key=x", server.uri())).unwrap();
    let mut request = outbound();
    request.headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer t"));
    let inbound = upstream.send(request).await.unwrap();
    assert_eq!(inbound.status, StatusCode::OK);
    assert_eq!(inbound.session, Some(HeaderValue::from_static("s1")));
    assert_eq!(drained(inbound).await, (vec![String::from("{ \"b\" : 1.10 }")], None));
}

#[tokio::test]
async fn only_the_given_headers_and_framing_are_sent() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(202)).mount(&server).await;
    let upstream = HttpUpstream::new(&server.uri()).unwrap();
    let inbound = upstream.send(outbound()).await.unwrap();
    assert_eq!(inbound.status, StatusCode::ACCEPTED);
    assert_eq!(drained(inbound).await, (Vec::new(), None));
    let requests = server.received_requests().await.unwrap();
    let mut names: Vec<&str> = requests[0].headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["content-length", "host"]);
}

#[tokio::test]
async fn an_error_status_with_json_keeps_both() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(404).set_body_raw("{}", JSON);
    Mock::given(method("POST")).respond_with(answer).mount(&server).await;
    let inbound = HttpUpstream::new(&server.uri()).unwrap().send(outbound()).await.unwrap();
    assert_eq!(inbound.status, StatusCode::NOT_FOUND);
    assert_eq!(drained(inbound).await, (vec![String::from("{}")], None));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = MockServer::start().await;
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(307).insert_header(LOCATION, elsewhere.uri().as_str());
    Mock::given(method("POST")).respond_with(answer).mount(&server).await;
    let inbound = HttpUpstream::new(&server.uri()).unwrap().send(outbound()).await.unwrap();
    assert_eq!(inbound.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(drained(inbound).await, (Vec::new(), None));
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn connections_are_used_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        for _ in 0..3 {
            read_request(&mut stream).await;
            stream.write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        }
    });
    let upstream = HttpUpstream::new(&url).unwrap();
    for _ in 0..3 {
        assert_eq!(drained(upstream.send(outbound()).await.unwrap()).await, (Vec::new(), None));
        // The connection goes back to the pool in another task.
        tokio::task::yield_now().await;
    }
    server.await.unwrap();
}

#[tokio::test]
async fn what_never_reached_the_server_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let refused = HttpUpstream::new(&format!("http://{address}")).unwrap().send(outbound()).await;
    assert!(matches!(refused, Err(SendError::NotSent(_))), "{refused:?}");
    // A label of over 63 bytes is refused before anybody is asked for it.
    let no_name = format!("http://{}/mcp", "a".repeat(64));
    let unknown = HttpUpstream::new(&no_name).unwrap().send(outbound()).await;
    assert!(matches!(unknown, Err(SendError::NotSent(_))), "{unknown:?}");
}

#[tokio::test]
async fn a_tls_handshake_that_fails_sends_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
    });
    let failed = HttpUpstream::new(&url).unwrap().send(outbound()).await;
    assert!(matches!(failed, Err(SendError::NotSent(_))), "{failed:?}");
}

#[tokio::test]
async fn once_connected_a_failure_is_lost_and_nothing_is_sent_twice() {
    for answer in [b"".as_slice(), b"HTTP/1.1 200 O", b"nonsense\r\n\r\n"] {
        let (url, requests) = raw_server(answer).await;
        let outcome = HttpUpstream::new(&url).unwrap().send(outbound()).await;
        assert!(matches!(outcome, Err(SendError::Lost(_))), "{outcome:?}");
        assert_eq!(requests.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_lost() {
    let cases: [&[u8]; 3] = [
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n5\r\ndata:\r\n",
    ];
    for answer in cases {
        let (texts, error) = drained(answer_of(answer).await.unwrap()).await;
        assert!(texts.is_empty() && matches!(error, Some(SendError::Lost(_))), "{texts:?} {error:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_keeps_its_status_and_is_lost() {
    let cases: [(&[u8], &str); 5] = [
        (b"HTTP/1.1 404 Not Found\r\ncontent-type: text/plain\r\ncontent-length: 4\r\n\r\ngone", "404"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", "content type"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1", "content type"),
        (
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}",
            "compressed",
        ),
        (
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\n{}",
            "several",
        ),
    ];
    for (answer, word) in cases {
        let inbound = answer_of(answer).await.unwrap();
        let expected = if answer.starts_with(b"HTTP/1.1 404") { 404 } else { 200 };
        assert_eq!(inbound.status.as_u16(), expected);
        let (texts, error) = drained(inbound).await;
        assert!(texts.is_empty() && is_lost(error.as_ref(), word), "{word}: {error:?}");
    }
}

#[tokio::test]
async fn a_message_over_the_bound_is_lost() {
    let long = "x".repeat(65);
    let json = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 65\r\n\r\n{long}");
    let (_, error) = drained(answer_of(json.leak().as_bytes()).await.unwrap()).await;
    assert!(is_lost(error.as_ref(), "64 bytes"), "{error:?}");
    let events = format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: {long}\n\n");
    let (_, error) = drained(answer_of(events.leak().as_bytes()).await.unwrap()).await;
    assert!(is_lost(error.as_ref(), "64 bytes"), "{error:?}");
}

#[tokio::test]
async fn events_arrive_one_by_one() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (go_on, mut may_go_on) = tokio::sync::mpsc::channel::<()>(1);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        let head =
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nid: 1\ndata:\n\ndata: {\"n\":1}\r\n\r\nda";
        stream.write_all(head).await.unwrap();
        may_go_on.recv().await.unwrap();
        stream.write_all(b"ta: {\"n\":\ndata: 2}\n\n").await.unwrap();
    });
    let mut inbound = HttpUpstream::new(&url).unwrap().send(outbound()).await.unwrap();
    let first = inbound.messages.next().await.unwrap().unwrap();
    assert_eq!(first, "{\"n\":1}");
    // The second half is written only now: the first event did not wait for it.
    go_on.send(()).await.unwrap();
    assert_eq!(drained(inbound).await, (vec![String::from("{\"n\":\n2}")], None));
}

#[test]
fn only_plain_http_urls_are_accepted() {
    let table = [
        ("http://127.0.0.1:1/mcp", Ok(())),
        ("https://host.example/a?b=c", Ok(())),
        ("ftp://host/", Err(UrlError::Scheme)),
        ("host/mcp", Err(UrlError::Grammar)),
        ("/mcp", Err(UrlError::Scheme)),
        ("", Err(UrlError::Grammar)),
        ("http://", Err(UrlError::Grammar)),
        ("http://user:pass@host/", Err(UrlError::Credentials)),
        ("http://host/#x", Err(UrlError::Fragment)),
        ("http://ho st/", Err(UrlError::Grammar)),
    ];
    for (url, expected) in table {
        assert_eq!(HttpUpstream::new(url).map(|_| ()), expected, "{url}");
    }
}

#[test]
fn printing_an_upstream_shows_no_path() {
    let upstream = HttpUpstream::new("http://host/secret?key=secret").unwrap();
    assert!(!format!("{upstream:?}").contains("secret"));
}

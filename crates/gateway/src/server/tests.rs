//! The listener over loopback, with a stand-in for the gate.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use floorwalker_json::DigestKey;
use futures_util::future::BoxFuture;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Handle, Limits, serve, serve_with};
use crate::approvals::ApproverTokens;
use crate::envelope::{Envelope, Reply};
use crate::gate::{Gateway, Setup, Terms};
use crate::grants::Grants;
use crate::log::TextLog;
use crate::ports::{Outlet, Port};
use crate::store::MemoryStore;
use crate::system::{SystemClock, SystemEntropy};

/// Mebibytes that are more than the sockets of a connection take while nobody reads.
const FLOOD: usize = 64;

/// Within this everything happens, or never.
const PATIENCE: Duration = Duration::from_secs(10);

/// Answers with what it was asked, or as the path says.
#[derive(Default)]
struct StandIn {
    /// A call to `/wait` says that it began, waits until it may go on, and says that it ended.
    began: Mutex<Option<oneshot::Sender<()>>>,
    may_go_on: Mutex<Option<oneshot::Receiver<()>>>,
    ended: Mutex<Option<oneshot::Sender<()>>>,
}

impl Handle for StandIn {
    fn doors(&self, _: &Method, path: &str, _: &HeaderMap) -> Result<(), Box<Reply>> {
        if path != "/refused" {
            return Ok(());
        }
        Err(Box::new(Reply { status: StatusCode::FORBIDDEN, ..plain(Bytes::from_static(b"\"refused\"")) }))
    }

    fn handle<'a>(&'a self, envelope: Envelope, outlet: &'a dyn Outlet) -> Port<'a, Reply> {
        let future: BoxFuture<'a, Reply> = Box::pin(self.answer(envelope, outlet));
        future
    }
}

impl StandIn {
    async fn answer(&self, envelope: Envelope, outlet: &dyn Outlet) -> Reply {
        match envelope.path.as_str() {
            "/wait" => self.wait().await,
            "/panic" => panic!("the stand-in panics"),
            "/notify" => {
                outlet.notify(Bytes::from_static(b"{\"n\":1}")).await;
                outlet.notify(Bytes::from_static(b"{\n\"n\":2}")).await;
            }
            "/flood" => {
                let large = Bytes::from(vec![b' '; 1024 * 1024]);
                for _ in 0..FLOOD {
                    outlet.notify(large.clone()).await;
                    tokio::task::yield_now().await;
                }
                self.end().await;
            }
            "/large" => return plain(Bytes::from(vec![b' '; FLOOD * 1024 * 1024])),
            "/debug" => {
                let sensitive = envelope.headers.get_all(AUTHORIZATION).iter().all(HeaderValue::is_sensitive);
                return plain(Bytes::from(format!("{envelope:?} sensitive: {sensitive}")));
            }
            _ => {}
        }
        let mut headers = HeaderMap::new();
        headers.insert("mcp-session-id", HeaderValue::from_static("s1"));
        let words = [envelope.method.as_str(), &envelope.path, &String::from_utf8_lossy(&envelope.body)].join(" ");
        Reply { status: StatusCode::OK, headers, body: Bytes::from(floorwalker_mcp::quote(&words)) }
    }

    async fn wait(&self) {
        self.began.lock().await.take().unwrap().send(()).unwrap();
        self.may_go_on.lock().await.take().unwrap().await.unwrap();
        self.end().await;
    }

    async fn end(&self) {
        self.ended.lock().await.take().unwrap().send(()).unwrap();
    }
}

fn plain(body: Bytes) -> Reply {
    Reply { status: StatusCode::OK, headers: HeaderMap::new(), body }
}

/// A server, and the other ends of a call to `/wait`.
struct Running {
    address: SocketAddr,
    server: JoinHandle<()>,
    stop: oneshot::Sender<()>,
    began: oneshot::Receiver<()>,
    go_on: oneshot::Sender<()>,
    ended: oneshot::Receiver<()>,
}

impl Running {
    async fn start(limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let ((stop, stopped), (begin, began), (go_on, may_go_on), (end, ended)) =
            (oneshot::channel(), oneshot::channel(), oneshot::channel(), oneshot::channel());
        let stand_in = StandIn {
            began: Mutex::new(Some(begin)),
            may_go_on: Mutex::new(Some(may_go_on)),
            ended: Mutex::new(Some(end)),
        };
        let shutdown = async move { stopped.await.unwrap() };
        let server = tokio::spawn(serve_with(Arc::new(stand_in), listener, limits, shutdown));
        Self { address, server, stop, began, go_on, ended }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends the bytes and reads until the server closes.
    async fn exchange(&self, request: &str) -> String {
        exchange_with(self.address, request).await
    }
}

async fn exchange_with(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    read_to_end(&mut stream).await
}

async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is as good as an end here: the server closes while we may still be sending.
    while let Ok(1..) = stream.read_buf(&mut bytes).await {}
    String::from_utf8(bytes).unwrap()
}

fn post(path: &str, extra: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{extra}content-length: {length}\r\n\r\n{body}")
}

fn has(response: &str, parts: &[&str]) {
    for part in parts {
        assert!(response.contains(part), "no {part:?} in {response:?}");
    }
}

#[tokio::test]
async fn a_reply_is_plain_json_that_nobody_keeps() {
    let running = Running::start(Limits::default()).await;
    let response = running.exchange(&post("/bh/mcp", "", "{}")).await;
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"));
    has(
        &response,
        &[
            "content-type: application/json\r\n",
            "cache-control: no-store\r\n",
            "x-accel-buffering: no\r\n",
            "mcp-session-id: s1\r\n",
            "\"POST /bh/mcp {}\"",
        ],
    );
}

#[tokio::test]
async fn the_path_is_passed_on_as_it_was_sent() {
    let running = Running::start(Limits::default()).await;
    let paths = [
        "/bh/mcp/../x",
        "//bh/mcp",
        "/%62h/mcp",
        "/bh%2fmcp",
        "/bh/mcp?upstream=y",
        "/bh/mcp;x",
        "http://127.0.0.1:1/bh/mcp",
    ];
    for path in paths {
        let response = running.exchange(&post(path, "", "")).await;
        has(&response, &[&format!("\"POST {path} \"")]);
    }
}

#[tokio::test]
async fn trailers_and_framing_do_not_reach_the_gate() {
    let running = Running::start(Limits::default()).await;
    let request = "POST /x HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\ntrailer: a\r\n\r\n\
                   1\r\n{\r\n1\r\n}\r\n0\r\na: b\r\n\r\n";
    has(&running.exchange(request).await, &["\"POST /x {}\""]);
}

#[tokio::test]
async fn pipelined_requests_are_answered_one_by_one() {
    let running = Running::start(Limits::default()).await;
    let first = post("/one", "", "1").replace("connection: close\r\n", "");
    let response = running.exchange(&format!("{first}{}", post("/two", "", "2"))).await;
    has(&response, &["\"POST /one 1\"", "\"POST /two 2\""]);
    assert_eq!(response.matches("HTTP/1.1 200 OK").count(), 2);
}

#[tokio::test]
async fn a_body_over_the_bound_is_refused() {
    let running = Running::start(Limits { body_bytes_max: 4, ..Limits::default() }).await;
    has(&running.exchange(&post("/x", "", "1234")).await, &["HTTP/1.1 200 OK"]);
    let refused = running.exchange(&post("/x", "", "12345")).await;
    has(&refused, &["HTTP/1.1 413 ", "\"id\":null", "4 bytes"]);
    let announced = "POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n";
    has(&running.exchange(announced).await, &["HTTP/1.1 413 "]);
    let chunked = "POST /x HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12345\r\n";
    has(&running.exchange(chunked).await, &["HTTP/1.1 413 "]);
}

#[tokio::test]
async fn a_slow_client_is_closed() {
    let short = Duration::from_millis(20);
    let limits = Limits { header_time: short, body_time: short, ..Limits::default() };
    let running = Running::start(limits).await;
    // These end only because the server closes.
    running.exchange("").await;
    running.exchange("POST /x HTTP/1.1\r\nhost:").await;
    has(&running.exchange("POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n1").await, &["HTTP/1.1 408 "]);
}

#[tokio::test]
async fn headers_are_bounded_in_number_and_size() {
    let limits = Limits { headers_max: 8, header_bytes_max: 8192, ..Limits::default() };
    let running = Running::start(limits).await;
    let many: String = (0..8).map(|number| format!("x-{number}: 1\r\n")).collect();
    let large = format!("x: {}\r\n", "y".repeat(10_000));
    for extra in [many, large] {
        let response = running.exchange(&post("/x", &extra, "")).await;
        assert!(response.starts_with("HTTP/1.1 4"), "{response:?}");
        assert!(!response.contains("POST"));
    }
}

#[tokio::test]
async fn what_is_not_http_is_closed() {
    let running = Running::start(Limits::default()).await;
    let framings = [
        "nonsense\r\n\r\n".to_owned(),
        "POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n12".to_owned(),
        "POST /x HTTP/1.1\r\nhost : x\r\n\r\n".to_owned(),
        "POST /x HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n".to_owned(),
    ];
    for request in framings {
        let response = running.exchange(&request).await;
        assert!(response.is_empty() || response.starts_with("HTTP/1.1 400 "), "{response:?}");
    }
}

#[tokio::test]
async fn notifications_make_the_answer_an_event_stream() {
    let running = Running::start(Limits::default()).await;
    let accept = "accept: application/json, text/event-stream\r\n";
    let response = running.exchange(&post("/notify", accept, "")).await;
    has(&response, &["HTTP/1.1 200 OK", "content-type: text/event-stream\r\n", "x-accel-buffering: no\r\n"]);
    let first = response.find("data: {\"n\":1}\n\n").unwrap();
    let second = response.find("data: {\ndata: \"n\":2}\n\n").unwrap();
    let reply = response.find("data: \"POST /notify \"\n\n").unwrap();
    assert!(first < second && second < reply);
    let plain = running.exchange(&post("/notify", "accept: application/json\r\n", "")).await;
    has(&plain, &["content-type: application/json\r\n", "\"POST /notify \""]);
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_up_nothing() {
    let running = Running::start(Limits::default()).await;
    let mut client = running.connect().await;
    client.write_all(post("/flood", "accept: */*\r\n", "").as_bytes()).await.unwrap();
    timeout(PATIENCE, running.ended).await.unwrap().unwrap();
    // Whoever reads late after all has lost notifications, but not the reply.
    let late = read_to_end(&mut client).await;
    has(&late, &["content-type: text/event-stream\r\n", "data: \"POST /flood \"\n\n"]);
    assert!(late.len() < FLOOD * 1024 * 1024);
}

#[tokio::test]
async fn a_client_that_takes_nothing_loses_its_slot() {
    let limits = Limits { connections_max: 1, write_time: Duration::from_millis(20), ..Limits::default() };
    let running = Running::start(limits).await;
    let mut client = running.connect().await;
    client.write_all(post("/large", "", "").repeat(2).as_bytes()).await.unwrap();
    // There is one slot only, so this answer proves that the first connection is gone.
    let second = timeout(PATIENCE, running.exchange(&post("/x", "", ""))).await.unwrap();
    has(&second, &["HTTP/1.1 200 OK"]);
}

#[tokio::test]
async fn calls_are_bounded_also_those_whose_clients_are_gone() {
    let running = Running::start(Limits { connections_max: 1, calls_max: 1, ..Limits::default() }).await;
    let mut client = running.connect().await;
    client.write_all(post("/wait", "", "").as_bytes()).await.unwrap();
    let Running { address, began, go_on, ended, .. } = running;
    began.await.unwrap();
    drop(client);
    let refused = exchange_with(address, &post("/x", "", "")).await;
    has(&refused, &["HTTP/1.1 503 ", "retry-after: 1\r\n", "\"id\":null", "-32603"]);
    go_on.send(()).unwrap();
    ended.await.unwrap();
    // The call gives its slot back a moment after its last word.
    let freed = async { while exchange_with(address, &post("/x", "", "")).await.contains("HTTP/1.1 503 ") {} };
    timeout(PATIENCE, freed).await.unwrap();
}

#[tokio::test]
async fn the_body_of_a_refused_request_is_not_read() {
    let running = Running::start(Limits { body_bytes_max: 4, ..Limits::default() }).await;
    // Its body never comes, and would be too large; neither counts any more.
    let request = "POST /refused HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n";
    let refused = timeout(PATIENCE, running.exchange(request)).await.unwrap();
    has(&refused, &["HTTP/1.1 403 ", "connection: close\r\n", "\"refused\""]);
}

#[tokio::test]
async fn the_gateway_reads_no_body_of_a_stranger() {
    let gateway = Gateway::new(Setup {
        terms: Terms {
            servers: Vec::new(),
            grants: Grants::new(DigestKey::new([7; 32])),
            approvers: ApproverTokens::new(DigestKey::new([3; 32])),
            allowed_hosts: vec!["x".to_owned()],
            allowed_origins: Vec::new(),
            deadline: PATIENCE,
        },
        secret_key: DigestKey::new([8; 32]),
        store: Arc::new(MemoryStore::new()),
        log: Arc::new(TextLog::new()),
        clock: Arc::new(SystemClock::new()),
        entropy: Arc::new(SystemEntropy),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(Arc::new(gateway), listener, Limits::default(), std::future::pending()));
    for (head, status) in [
        ("POST /bh/mcp HTTP/1.1\r\nhost: x\r\nauthorization: Bearer y", "401"),
        ("POST /bh/mcp HTTP/1.1\r\nhost: elsewhere", "403"),
        ("POST /bh HTTP/1.1\r\nhost: x", "404"),
    ] {
        let request = format!("{head}\r\ncontent-length: 5\r\n\r\n");
        let refused = timeout(PATIENCE, exchange_with(address, &request)).await.unwrap();
        has(&refused, &[&format!("HTTP/1.1 {status} "), "connection: close\r\n"]);
    }
}

#[tokio::test]
async fn an_envelope_is_printed_without_its_secrets() {
    let running = Running::start(Limits::default()).await;
    let printed = running.exchange(&post("/debug", "authorization: Bearer canary\r\n", "canary")).await;
    has(&printed, &["POST", "/debug", "authorization", "body_bytes: 6", "sensitive: true"]);
    assert!(!printed.contains("canary"), "{printed}");
}

#[tokio::test]
async fn a_panic_answers_and_the_server_goes_on() {
    let running = Running::start(Limits::default()).await;
    has(&running.exchange(&post("/panic", "", "")).await, &["HTTP/1.1 500 ", "-32603"]);
    has(&running.exchange(&post("/x", "", "")).await, &["HTTP/1.1 200 OK"]);
}

#[tokio::test]
async fn a_call_goes_on_when_its_client_hangs_up() {
    let running = Running::start(Limits { connections_max: 1, ..Limits::default() }).await;
    let mut client = running.connect().await;
    client.write_all(post("/wait", "", "").as_bytes()).await.unwrap();
    let Running { address, began, go_on, ended, .. } = running;
    began.await.unwrap();
    drop(client);
    // There is one slot only, so this answer proves that the first connection is gone.
    let mut second = TcpStream::connect(address).await.unwrap();
    second.write_all(post("/x", "", "").as_bytes()).await.unwrap();
    has(&read_to_end(&mut second).await, &["HTTP/1.1 200 OK"]);
    go_on.send(()).unwrap();
    ended.await.unwrap();
}

#[tokio::test]
async fn the_shutdown_waits_for_calls_in_flight() {
    let running = Running::start(Limits::default()).await;
    let mut client = running.connect().await;
    client.write_all(post("/wait", "", "").as_bytes()).await.unwrap();
    running.began.await.unwrap();
    running.stop.send(()).unwrap();
    // The listener closes first; whether this is refused or reset, nothing new is served.
    while TcpStream::connect(running.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!running.server.is_finished());
    running.go_on.send(()).unwrap();
    has(&read_to_end(&mut client).await, &["\"POST /wait \""]);
    running.server.await.unwrap();
}

#[tokio::test]
async fn the_shutdown_does_not_wait_for_ever() {
    let running = Running::start(Limits { grace_time: Duration::from_millis(20), ..Limits::default() }).await;
    let mut client = running.connect().await;
    client.write_all(post("/wait", "", "").as_bytes()).await.unwrap();
    running.began.await.unwrap();
    running.stop.send(()).unwrap();
    running.server.await.unwrap();
}

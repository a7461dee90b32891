//! What the gateway adds to a call, beside what a bare pass-through adds.
//!
//! One connection each, calls in turn: direct, through the pass-through, through the gateway with policy and log on, and
//! again. Each party has a runtime of its own, as it would as a process of its own. Only the ratio of the two hops is meant
//! to be compared, because it is measured in one run under one load.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use floorwalker_gateway::{
    ApproverTokens, Credentials, FileLog, Gateway, Grant, Grants, HttpUpstream, Limits, MemoryStore, Server, Setup,
    SystemClock, SystemEntropy, Terms, TokenDigest, serve,
};
use floorwalker_json::{DigestKey, Document, Format};
use floorwalker_policy::{GrantId, Policy, ServerName};
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use tokio::{
    net::TcpListener,
    runtime::{Builder, Runtime},
};

type Http = Client<HttpConnector, Full<Bytes>>;

const ROUNDS: usize = 30;
const CALLS: usize = 200;
const ID: &str = r#"{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[{"type":"text","text":"{\"plans\":[]}"}],"isError":false}}"#;
const LIST: &str = r#"{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","tools":[{"name":"list_plans","inputSchema":{"type":"object"}}],"ttlMs":600000,"cacheScope":"private"}}"#;
const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_plans","arguments":{"track":"single_site"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"}}}}"#;

fn main() {
    let folder = std::env::temp_dir().join(format!("floorwalker-hop-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the log");
    let parties = [party(), party(), party()];
    let upstream = parties[0].block_on(listen(|| service_fn(answer)));
    let bare = parties[1].block_on(pass_through(upstream.clone()));
    let gateway = parties[2].block_on(gateway(&upstream, &folder));
    let client = Builder::new_current_thread().enable_all().build().expect("a runtime");
    client.block_on(measure([("direct", upstream), ("bare pass-through", bare), ("gateway", gateway)]));
    std::fs::remove_dir_all(&folder).expect("the folder can be removed");
}

/// A runtime as `floorwalker serve` has it.
fn party() -> Runtime {
    Builder::new_multi_thread().enable_all().build().expect("a runtime")
}

async fn measure(ways: [(&str, String); 3]) {
    let clients: Vec<Http> = ways.iter().map(|_| Client::builder(TokioExecutor::new()).build_http()).collect();
    let mut medians = vec![Vec::new(); ways.len()];
    for round in 0..=ROUNDS {
        for (index, (_, url)) in ways.iter().enumerate() {
            let median = median_call(&clients[index], url).await;
            // The first round opens connections and warms caches.
            if round > 0 {
                medians[index].push(median);
            }
        }
    }
    report(&ways, &medians);
}

fn report(ways: &[(&str, String)], medians: &[Vec<f64>]) {
    for ((name, _), medians) in ways.iter().zip(medians) {
        println!("{name:<18} {:>7.1} us a call", middle(medians.clone()));
    }
    let hops: Vec<f64> = (0..ROUNDS)
        .map(|round| (medians[2][round] - medians[0][round]) / (medians[1][round] - medians[0][round]))
        .collect();
    let mut sorted = hops.clone();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (sorted[ROUNDS / 10], sorted[ROUNDS - 1 - ROUNDS / 10]);
    println!(
        "the gateway's hop is {:.2} times the bare one ({low:.2} to {high:.2}, middle 80 % of {ROUNDS} rounds)",
        middle(hops)
    );
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

async fn median_call(client: &Http, url: &str) -> f64 {
    let mut times = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let start = Instant::now();
        let response = client.request(request(url, CALL)).await.expect("an answer");
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        times.push(start.elapsed().as_secs_f64() * 1e6);
        assert!(body.len() > 100, "{body:?}");
    }
    middle(times)
}

fn request(url: &str, body: &'static str) -> Request<Full<Bytes>> {
    Request::post(url)
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("authorization", "Bearer token-bench")
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", "tools/call")
        .header("mcp-name", "list_plans")
        .body(Full::new(Bytes::from_static(body.as_bytes())))
        .expect("a request")
}

/// An upstream that does nothing but answer.
async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let is_list = request.headers().get("mcp-method").is_some_and(|method| method == "tools/list");
    request.into_body().collect().await?;
    let body = if is_list { LIST } else { ID };
    Ok(json(Bytes::from_static(body.as_bytes())))
}

fn json(body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    response.headers_mut().insert("content-type", "application/json".parse().expect("a header"));
    response
}

async fn pass_through(upstream: String) -> String {
    let client: Http = Client::builder(TokioExecutor::new()).build_http();
    listen(move || {
        let (client, upstream) = (client.clone(), upstream.clone());
        service_fn(move |request: Request<Incoming>| {
            let (client, upstream) = (client.clone(), upstream.clone());
            async move {
                let (parts, body) = request.into_parts();
                let mut up =
                    Request::post(upstream).body(Full::new(body.collect().await?.to_bytes())).expect("a request");
                *up.headers_mut() = parts.headers;
                up.headers_mut().remove("host");
                let reply = client.request(up).await.expect("an answer");
                Ok::<_, hyper::Error>(json(reply.into_body().collect().await?.to_bytes()))
            }
        })
    })
    .await
}

/// Serves a hyper service on a loopback port and returns its URL.
async fn listen<S>(make: impl Fn() -> S + Send + 'static) -> String
where
    S: hyper::service::Service<Request<Incoming>, Response = Response<Full<Bytes>>, Error = hyper::Error>
        + Send
        + 'static,
    S::Future: Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/bench/mcp", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).expect("a socket option");
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), make()));
        }
    });
    url
}

async fn gateway(upstream: &str, folder: &std::path::Path) -> String {
    let source = r#"{"version":"1","default":"deny","tools":{"list_plans":{"limits":[{"counter":"rate","window":"hour","max":100000000}]}}}"#;
    let policy = Policy::load(&Document::parse("bench", source, Format::Json).expect("JSON")).expect("a policy");
    let server = ServerName::new("bench").expect("a name");
    let id = GrantId::new("bench").expect("a name");
    let grant = Grant { id, servers: BTreeMap::from([(server.clone(), Some(Arc::new(policy)))]) };
    let mut grants = Grants::new(DigestKey::new([1; 32]));
    grants.insert(TokenDigest::of(b"token-bench"), Arc::new(grant));
    let (log, _) = FileLog::open(&folder.join("decisions.jsonl")).expect("a log");
    let up = Arc::new(HttpUpstream::new(upstream).expect("a URL"));
    let gateway = Arc::new(Gateway::new(Setup {
        terms: Terms {
            servers: vec![Server { name: server, upstream: up, profile: None, credentials: Credentials::default() }],
            grants,
            approvers: ApproverTokens::new(DigestKey::new([3; 32])),
            allowed_hosts: vec!["127.0.0.1".to_owned()],
            allowed_origins: Vec::new(),
            deadline: Duration::from_secs(60),
        },
        secret_key: DigestKey::new([2; 32]),
        store: Arc::new(MemoryStore::new()),
        log: Arc::new(log),
        clock: Arc::new(SystemClock::new()),
        entropy: Arc::new(SystemEntropy),
    }));
    for (server, read) in gateway.start().await {
        assert_eq!(read.expect("the catalogue"), 1, "{server}");
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/bench/mcp", listener.local_addr().expect("an address"));
    tokio::spawn(serve(gateway, listener, Limits::default(), std::future::pending()));
    url
}

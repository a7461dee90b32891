//! What a gateway counted survives whatever happens to its files, or it does not go on: the log that is lost, emptied or
//! overwritten, and the second gateway that wants the same one.
//!
//! The policy allows one call a day, so whoever forgets it lets a second one through.

use std::fs;

use crate::servers::{CALL, MCP, configuration};
use crate::support::{Folder, Server, has, http, run, url};

/// A mock, and the files of a gateway in front of it.
struct Stand {
    _mock: Server,
    folder: Folder,
    config: String,
    bearer: String,
}

/// What becomes of the log.
type Damage = fn(&str);

impl Stand {
    fn new(test: &str) -> Self {
        let mut mock = Server::start(&["mock", "borealhost", "--port", "0", "--control-port", "0"]);
        let upstream = url(&mock.line_with("MCP"));
        let folder = Folder::new(test);
        let token = run(&["grants", "create", "buyer"], 0);
        let config = configuration(&folder, &upstream, &token.err);
        Self { _mock: mock, folder, config, bearer: format!("Bearer {}", token.out.trim_end()) }
    }

    fn log(&self) -> String {
        self.folder.path().join("decisions.jsonl").to_str().unwrap().to_owned()
    }

    /// A gateway, and where it is.
    fn serve(&self) -> (Server, String) {
        let mut gateway = Server::start(&["serve", "--config", &self.config]);
        let endpoint = url(&gateway.line_with("borealhost"));
        (gateway, endpoint)
    }

    fn call(&self, endpoint: &str) -> String {
        http("POST", endpoint, &[&MCP[..], &[("authorization", self.bearer.as_str())]].concat(), CALL)
    }

    fn passes(&self, endpoint: &str) {
        has(&self.call(endpoint), &["HTTP/1.1 200", "site_starter"]);
    }

    fn is_denied(&self, endpoint: &str) {
        has(&self.call(endpoint), &["HTTP/1.1 200", "retry_after_ms"]);
    }

    fn refuses_to_start(&self, code: i32, says: &[&str]) {
        has(&run(&["serve", "--config", &self.config], code).err, says);
    }
}

#[test]
fn state_file_damage() {
    let damages: [(&str, Damage, i32, &str); 5] = [
        ("deleted", |log| fs::remove_file(log).unwrap(), 3, "is missing, and what was counted with it"),
        ("emptied", |log| fs::write(log, "").unwrap(), 3, "does not load"),
        ("overwritten", |log| fs::write(log, "{}\n").unwrap(), 3, "does not load"),
        (
            "changed",
            |log| fs::write(log, fs::read_to_string(log).unwrap().replacen("allow", "alow!", 1)).unwrap(),
            3,
            "does not load",
        ),
        (
            "replaced",
            |log| {
                fs::remove_file(log).unwrap();
                fs::create_dir(log).unwrap();
            },
            4,
            "cannot be opened",
        ),
    ];
    for (name, damage, code, says) in damages {
        let stand = Stand::new(&format!("damage-{name}"));
        let (gateway, endpoint) = stand.serve();
        stand.passes(&endpoint);
        damage(&stand.log());
        stand.is_denied(&endpoint);
        assert_eq!(gateway.stop(), Some(0), "{name}");
        stand.refuses_to_start(code, &["decisions.jsonl`", says]);
    }
}

#[test]
fn split_brain() {
    let stand = Stand::new("split-brain");
    let (first, endpoint) = stand.serve();
    stand.refuses_to_start(4, &["decisions.jsonl` cannot be opened", "another gateway writes this log"]);
    stand.passes(&endpoint);
    stand.is_denied(&endpoint);
    // It is killed, and has no time to say good-bye.
    drop(first);
    let (second, endpoint) = stand.serve();
    stand.is_denied(&endpoint);
    assert_eq!(second.stop(), Some(0));
}

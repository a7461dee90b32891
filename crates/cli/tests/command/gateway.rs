//! Somebody else's gateway between runner and mocks: ours as an outsider, bare pass-throughs, and such as do not even run.

use std::{
    env, fs,
    io::Read as _,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::support::{BINARY, Ended, Folder, ended, has, run};

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

const SCENARIO: &str = "\
version: 1
scenario: Nobody deletes an account
guarantees: [G3]
policy: browse
mocks: { borealhost: {} }
profiles: { borealhost: none }
agents: { buyer: grant-a }
steps:
  - { agent: buyer, call: borealhost/list_plans, expect: allow }
  - { agent: buyer, call: borealhost/register, with: { email: a@example.test, display_name: A }, expect: deny }
ledger: { borealhost: { executed: { list_plans: 1, register: 0 } } }
";

/// How long the system may take for a process that was killed.
const GONE: Duration = Duration::from_secs(20);

/// A folder with one scenario, and everything that is written while it runs.
struct Stage(Folder);

impl Stage {
    fn new(test: &str) -> Self {
        let folder = Folder::new(test);
        folder.write("scenarios/policy/no-delete.yaml", SCENARIO);
        folder.write("policies/browse.json", r#"{ "version": "1", "default": "deny", "tools": { "list_plans": {} } }"#);
        fs::create_dir_all(folder.path().join("temporary")).unwrap();
        Self(folder)
    }

    /// Writes a gateway's file that runs a line of the shell.
    fn gateway(&self, shell: &str, more: &str) -> String {
        let source = format!("version: 1\ngateway: g\nrun: [sh, -c, {shell:?}]\nfeatures: [deny, modern_era]\n{more}");
        self.0.write("gateway.yaml", &source)
    }

    fn command(&self, gateway: &str) -> Command {
        let mut command = Command::new(BINARY);
        command.args(["replay", "--root", self.0.text(), "--gateway", gateway]);
        command.env("TMPDIR", self.0.path().join("temporary"));
        command
    }

    fn replay(&self, gateway: &str, code: i32) -> Ended {
        ended(&mut self.command(gateway), code)
    }

    /// The id that a gateway wrote into a file.
    fn id(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap().trim().to_owned()
    }

    /// Nothing that was started still runs, and nothing that was written is still there.
    fn is_clean(&self, ids: &[String]) {
        for id in ids {
            // It was killed, but the system may take a moment.
            let killed = Instant::now();
            while is_running(id) {
                assert!(killed.elapsed() < GONE, "process {id} still runs");
                std::thread::yield_now();
            }
        }
        assert_eq!(fs::read_dir(self.0.path().join("temporary")).unwrap().count(), 0);
    }
}

/// One that ended, but that nobody has waited for yet, does not run.
fn is_running(id: &str) -> bool {
    let state = fs::read_to_string(Path::new("/proc").join(id).join("stat")).unwrap_or_default();
    state.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with(['Z', 'X']))
}

fn in_repository(gateway: &str, code: i32) -> String {
    run(&["replay", "--root", REPOSITORY, "--gateway", &format!("{REPOSITORY}/gateways/{gateway}.yaml")], code).out
}

#[test]
fn our_own_gateway_holds_as_an_outsider() {
    let out = in_repository("floorwalker", 0);
    assert!(!out.contains("BROKEN") && !out.contains("CRASHED"), "{out}");
    has(
        &out,
        &[
            "held         parser/unparseable-forward",
            "held         rate/session-rotation",
            "real time: `--patience` allows 2 s",
        ],
    );
    // What no outsider can be asked counts as not stopped: people at a door of ours, reloads, crashes, another wall clock.
    assert!(points(&out) > 40, "{out}");
}

fn points(out: &str) -> u64 {
    out.split_once("\nscore ").unwrap().1.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn a_bare_pass_through_has_next_to_no_points_over_http_and_stdio() {
    for gateway in ["pass-through", "pass-through-stdio"] {
        let out = in_repository(gateway, 1);
        has(&out, &["BROKEN policy/only-what-is-listed", "held         refusals/bad-words"]);
        // It offers nothing but MCP, which is all it takes against whoever knocks at other doors.
        assert!(points(&out) <= 5 && !out.contains("CRASHED"), "{out}");
    }
}

#[test]
fn a_stand_in_is_scored_in_the_same_way() {
    let out = run(&["replay", "--root", REPOSITORY, "--gateway", "stand-in:http-429"], 1).out;
    has(&out, &["\nscore 0 of 100: 0 of "]);
    has(&run(&["replay", "--root", REPOSITORY, "--gateway", "stand-in:deny"], 2).err, &["there is no stand-in `deny`"]);
}

#[test]
fn a_port_that_the_runner_chose_is_enough() {
    let stage = Stage::new("gateway-port");
    let source = "\
version: 1
gateway: g
run: ['{{ floorwalker }}', pass-through, '{{ server.url }}', --listen, '127.0.0.1:{{ port }}']
one_for: each
speaks: { http: 'http://127.0.0.1:{{ port }}/mcp' }
headers: { authorization: 'Bearer {{ grant.upstream_token }}' }
features: [deny, modern_era]
";
    let gateway = stage.0.write("gateway.yaml", source);
    has(&stage.replay(&gateway, 1).out, &["BROKEN policy/no-delete", "executed register 0 times, but it says 1"]);
    stage.is_clean(&[]);
}

#[test]
fn what_is_not_claimed_is_unsupported_with_its_reason() {
    let stage = Stage::new("gateway-unclaimed");
    let gateway = stage.0.write("gateway.yaml", "version: 1\ngateway: g\nrun: [g]\nspeaks: stdio\nfeatures: []\n");
    let out = stage.replay(&gateway, 1).out;
    has(
        &out,
        &[
            "unsupported policy/no-delete",
            "  deny: step 2 calls register, which is not allowed\n",
            "  modern_era: buyer",
        ],
    );
}

#[test]
fn what_a_template_cannot_write_is_unsupported_too() {
    let stage = Stage::new("gateway-unwritable");
    let files = "speaks: stdio\nfiles: { p: \"{{ unsupported('no default ' ~ grants[0].policy.default) }}\" }\n";
    has(&stage.replay(&stage.gateway("cat", files), 1).out, &["unsupported policy/no-delete", "  no default deny\n"]);
    stage.is_clean(&[]);
}

#[test]
fn one_that_ends_has_crashed_and_its_last_words_hold_no_credential() {
    let stage = Stage::new("gateway-ends");
    let shell = "echo 'bad token-grant-a and upstream-grant-a' >&2; exit 3";
    let out = stage.replay(&stage.gateway(shell, "speaks: { http: 'http://127.0.0.1:{{ port }}/mcp' }\n"), 1).out;
    has(&out, &["CRASHED policy/no-delete", "it ended with exit status: 3 before it was ready"]);
    has(&out, &["the last that it said\n    | bad <credential> and <credential>\n"]);
    let out = stage.replay(&stage.gateway("read line; echo sorry >&2; exit 4", "speaks: stdio\n"), 1).out;
    has(&out, &["CRASHED policy/no-delete", "it ended with exit status: 4", "    | sorry\n"]);
    let out = stage
        .replay(
            &stage.0.write(
                "gateway.yaml",
                "version: 1\ngateway: g\nrun: [./none]\nspeaks: stdio\nfeatures: [deny, modern_era]\n",
            ),
            1,
        )
        .out;
    has(&out, &["CRASHED policy/no-delete", "none` cannot be started: No such file"]);
    stage.is_clean(&[]);
}

#[test]
fn one_that_says_no_message_has_crashed_with_what_it_said() {
    let stage = Stage::new("gateway-rubbish");
    let out = stage.replay(&stage.gateway("read line; echo hello $line; cat", "speaks: stdio\n"), 1).out;
    has(&out, &["CRASHED policy/no-delete", "it said a line that is no message: hello {"]);
    stage.is_clean(&[]);
}

#[test]
fn one_whose_log_is_not_where_its_file_says_has_crashed() {
    let stage = Stage::new("gateway-no-log");
    let files = "speaks: stdio\nlog: '{{ folder }}/none'\n";
    let refuses = r#"while read line; do echo '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"no"}}'; done"#;
    let out = stage.replay(&stage.gateway(refuses, files), 1).out;
    has(&out, &["CRASHED policy/no-delete", "/none` cannot be read: No such file"]);
    stage.is_clean(&[]);
}

#[test]
fn one_that_says_nothing_has_crashed_and_is_ended_with_what_it_started() {
    let stage = Stage::new("gateway-silent");
    let shell = format!("cd {}; echo $$ >own; tail -f /dev/null & echo $! >other; wait", stage.0.text());
    let http = "speaks: { http: 'http://127.0.0.1:{{ port }}/mcp' }\nready: { says: never }\ndeadline: 500ms\n";
    has(&stage.replay(&stage.gateway(&shell, http), 1).out, &["it was not ready within 500 ms: it never said `never`"]);
    stage.is_clean(&[stage.id("own"), stage.id("other")]);
    let out = stage.replay(&stage.gateway(&shell, "speaks: stdio\ndeadline: 500ms\n"), 1).out;
    has(&out, &["CRASHED policy/no-delete", "it did not answer within 500 ms"]);
    stage.is_clean(&[stage.id("own"), stage.id("other")]);
}

#[test]
fn whoever_stops_the_runner_stops_the_gateway() {
    let stage = Stage::new("gateway-signal");
    let fifo = stage.0.path().join("started");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let shell = format!("cd {}; echo $$ >own; echo >started; tail -f /dev/null", stage.0.text());
    let gateway =
        stage.gateway(&shell, "speaks: { http: 'http://127.0.0.1:{{ port }}/mcp' }\nready: { says: never }\n");
    let mut runner = stage.command(&gateway).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // Opening it waits until the gateway opens it too.
    fs::File::open(&fifo).unwrap().read_to_end(&mut Vec::new()).unwrap();
    assert!(Command::new("kill").arg(runner.id().to_string()).status().unwrap().success());
    assert_eq!(runner.wait().unwrap().code(), Some(130));
    stage.is_clean(&[stage.id("own")]);
}

/// Scenarios that wait for their turn must not start gateways after the end of those that ran.
#[test]
fn whoever_stops_the_runner_stops_all_gateways_of_many_scenarios() {
    let stage = Stage::new("gateway-signals");
    for number in 0..200 {
        let scenario = SCENARIO.replace("Nobody", &format!("Number {number}: nobody"));
        stage.0.write(&format!("scenarios/policy/number-{number}.yaml"), &scenario);
    }
    let fifo = stage.0.path().join("started");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let shell = format!("cd {}; echo $$ >>ids; echo >started; tail -f /dev/null", stage.0.text());
    let gateway =
        stage.gateway(&shell, "speaks: { http: 'http://127.0.0.1:{{ port }}/mcp' }\nready: { says: never }\n");
    let mut command = stage.command(&gateway);
    let mut runner = command.args(["--jobs", "8"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    fs::File::open(&fifo).unwrap().read_to_end(&mut Vec::new()).unwrap();
    assert!(Command::new("kill").arg(runner.id().to_string()).status().unwrap().success());
    assert_eq!(runner.wait().unwrap().code(), Some(130));
    let ids: Vec<String> = stage.id("ids").lines().map(str::to_owned).collect();
    assert!(ids.len() <= 8, "{} were started", ids.len());
    stage.is_clean(&ids);
}

#[test]
fn a_reason_why_something_is_unsupported_holds_no_credential() {
    let stage = Stage::new("gateway-reason");
    let files = "speaks: stdio\nfiles: { p: \"{{ unsupported('not with ' ~ grants[0].token) }}\" }\n";
    has(&stage.replay(&stage.gateway("cat", files), 1).out, &["  not with <credential>\n"]);
    stage.is_clean(&[]);
}

/// Its last word is said by a process that waits until the gateway is gone; the next gateway works.
#[test]
fn one_that_ended_right_before_it_is_restarted_has_crashed() {
    let stage = Stage::new("gateway-restart");
    stage.0.write("scenarios/policy/no-delete.yaml", &SCENARIO.replace("steps:", "steps:\n  - restart"));
    let shell = format!(
        "if mkdir {}/first; then pid=$$; \
         (while grep -qs '^State:.[^ZX]' /proc/$pid/status; do :; done; echo listening) & exit 3; fi; \
         exec {BINARY} pass-through {{{{ server.url }}}} --listen 127.0.0.1:{{{{ port }}}}",
        stage.0.text()
    );
    let source = format!(
        "version: 1\ngateway: g\nrun: [sh, -c, {shell:?}]\none_for: each\nready: {{ says: listening }}\n\
         speaks: {{ http: 'http://127.0.0.1:{{{{ port }}}}/mcp' }}\nfeatures: [deny, modern_era, restart, legacy_era]\n",
    );
    let out = stage.replay(&stage.0.write("gateway.yaml", &source), 1).out;
    has(&out, &["CRASHED policy/no-delete", "it ended with exit status: 3"]);
    stage.is_clean(&[]);
}

#[test]
fn a_pass_through_of_bytes_takes_no_server_that_wants_them_encrypted() {
    let listen = ["--listen", "127.0.0.1:0"];
    let err = run(&["pass-through", "https://shop.example.test/mcp", listen[0], listen[1]], 2).err;
    has(&err, &["not to `https`"]);
}

#[test]
fn a_wrong_file_is_told_with_its_places() {
    let stage = Stage::new("gateway-wrong");
    let gateway = stage.0.write("gateway.yaml", "version: 1\ngateway: g\nrun: [g]\nspeaks: stdio\nfeatures: [denny]\n");
    has(
        &stage.replay(&gateway, 3).err,
        &["the feature `denny` is not known", "did you mean `deny`?", "gateway.yaml:5:12"],
    );
    has(&run(&["replay", "--gateway", "none.yaml"], 2).err, &["there is no file `none.yaml`"]);
}

/// It is not ours, so it is played only where somebody installed it; docs/gateways.md says how.
#[test]
fn intercept_is_played_where_it_is_installed() {
    let folder = env::var_os("FLOORWALKER_COUNTERPARTS").map(|folder| Path::new(&folder).join("bin"));
    let Some(folder) = folder.filter(|folder| folder.join("intercept").is_file()) else {
        println!("left out: Intercept; there is no `intercept` in $FLOORWALKER_COUNTERPARTS/bin");
        return;
    };
    let path = env::join_paths([folder].into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap()))).unwrap();
    for gateway in ["intercept-http", "intercept-stdio"] {
        let mut command = Command::new(BINARY);
        command.args(["replay", "--root", REPOSITORY, "policy/only-what-is-listed", "--gateway"]);
        command.arg(format!("{REPOSITORY}/gateways/{gateway}.yaml")).env("PATH", &path);
        has(&ended(&mut command, 0).out, &["held     policy/only-what-is-listed"]);
    }
}

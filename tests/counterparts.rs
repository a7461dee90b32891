//! What others bring: the Python and the TypeScript SDK buy through the gateway, in every way they can connect, and a crate
//! outside of the workspace tests its policy.
//!
//! The SDKs need components that Rust does not bring, and the crate some minutes for its build. `.ci/run` installs them and sets `FLOORWALKER_COUNTERPARTS` to the folder in
//! which they are; without it this says what it leaves out, and with it a missing component fails.

#[path = "counterparts/outside.rs"]
mod outside;
#[path = "support/stand.rs"]
mod stand;

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::json;
use tokio::runtime::Runtime;

use stand::Stand;

fn main() -> ExitCode {
    let Some(folder) = env::var_os("FLOORWALKER_COUNTERPARTS").map(PathBuf::from) else {
        println!(
            "left out: purchases by the Python and TypeScript SDKs, and a crate of its own; `bash .ci/run` installs and runs them"
        );
        return libtest_mimic::run(&Arguments::from_args(), Vec::new()).exit_code();
    };
    let script = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/counterparts").join(name);
    let python = (folder.join("venv/bin/python"), script("buy.py"));
    // Node looks for packages beside the script, so that the script is run where they are.
    let copy = folder.join("buy.mjs");
    let node = (PathBuf::from("node"), copy.clone());
    let trials = vec![
        Trial::test("a crate outside of the workspace tests its policy", outside::tests_its_policy),
        Trial::test("the Python SDK buys in every mode", move || buys(&python.0, &python.1)),
        Trial::test("the TypeScript SDK buys in every mode", move || {
            std::fs::copy(script("buy.mjs"), &copy)?;
            buys(&node.0, &node.1)
        }),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Lets a client buy three times; a person pays whenever it says so.
fn buys(program: &Path, script: &Path) -> Result<(), Failed> {
    let runtime = Runtime::new()?;
    let stand = runtime.block_on(Stand::start(json!({ "credentials": "shared", "provisioning_ms": 0 })));
    let mut client = Command::new(program)
        .arg(script)
        .args([stand.url.as_str(), "token-buyer"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    let (mut answers, told) = (client.stdin.take().ok_or("no stdin")?, client.stdout.take().ok_or("no stdout")?);
    for line in BufReader::new(told).lines() {
        if let Some(checkout) = line?.strip_prefix("pay ") {
            stand.pay(checkout);
            writeln!(answers, "paid")?;
        }
    }
    if !client.wait()?.success() {
        return Err("the client was not satisfied; what it said is above".into());
    }
    let ledger = stand.ledger();
    let counted = ["charges", "keys_minted", "keys_delivered"].map(|name| ledger.get(name).copied());
    assert_eq!(counted, [Some(3); 3], "one charge and one key for each purchase");
    assert_eq!(stand.secrets_in_the_log(), 0);
    Ok(())
}

//! A crate outside of the workspace has its policy tested as `docs/tutorial.md` says: with the very files of that page.
//!
//! It shares the target folder, so that most of what it needs is built already, and asks no registry.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use libtest_mimic::Failed;

const GIT: &str = r#"git = "https://github.com/floorwalker/floorwalker""#;

/// What the crate needs besides what the page says; the profile is the one that the shared folder was built with.
const MANIFEST: &str = "\
[package]
name = \"a-shop\"
version = \"0.1.0\"
edition = \"2024\"

[profile.dev]
opt-level = 1
debug = \"line-tables-only\"

";

pub(crate) fn tests_its_policy() -> Result<(), Failed> {
    let folder = env::temp_dir().join(format!("floorwalker-outside-{}", std::process::id()));
    let told = in_folder(&folder);
    fs::remove_dir_all(&folder)?;
    told
}

fn in_folder(folder: &Path) -> Result<(), Failed> {
    write_crate(folder)?;
    let policy = folder.join("shop/policies/shop.json");

    let new = cargo_test(folder, &[], &[])?;
    new.ends_with(101, &["no transcript is kept yet; `FLOORWALKER_ACCEPT=1 cargo test --test policy` keeps"])?;
    cargo_test(folder, &[], &[("FLOORWALKER_ACCEPT", "1")])?.ends_with(0, &["3 passed"])?;
    cargo_test(folder, &[], &[])?.ends_with(0, &["test attack/a-thief-polls-first ... ok", "3 passed"])?;
    cargo_test(folder, &["--list"], &[])?.ends_with(0, &["buy/a-site: test", "limit/at-its-edge: test"])?;
    cargo_test(folder, &["thief", "--nocapture"], &[])?
        .ends_with(0, &["1 passed; 0 failed; 0 ignored; 0 measured; 2 filtered", "/checkout/owner"])?;

    let text = fs::read_to_string(&policy)?;
    fs::write(&policy, text.replace("\"max\": 3", "\"max\": 5"))?;
    let place = "shop/scenarios/limit/at-its-edge.yaml:11: No more checkouts than the policy allows";
    let alone = "alone: cargo test --test policy -- --exact 'limit/at-its-edge'";
    cargo_test(folder, &[], &[])?
        .ends_with(101, &[place, "step 2 (line 11): expected deny", alone, "2 passed; 1 failed"])?;

    let lock = fs::read_to_string(folder.join("Cargo.lock"))?;
    let compiles_rmcp = lock.contains("name = \"rmcp\"");
    if compiles_rmcp { Err("somebody else's tests compile rmcp".into()) } else { Ok(()) }
}

/// The files of the page, the folder that `init` writes but for the snapshots, and the lock of the workspace.
fn write_crate(folder: &Path) -> Result<(), Failed> {
    let scenario = root().join("crates/scenario");
    let page = fs::read_to_string(root().join("docs/tutorial.md"))?;
    let dependency = format!("path = \"{}\"", scenario.display());
    let added = file_of(&page, "Cargo.toml")?;
    assert!(added.contains(GIT), "the page names the repository");
    let main = file_of(&page, "tests/policy.rs")?;
    assert!(main.trim_end().lines().count() <= 5, "five lines are promised");
    fs::create_dir_all(folder.join("src"))?;
    fs::create_dir_all(folder.join("tests"))?;
    fs::write(folder.join("Cargo.toml"), format!("{MANIFEST}{}", added.replace(GIT, &dependency)))?;
    fs::write(folder.join("src/lib.rs"), "")?;
    fs::write(folder.join("tests/policy.rs"), main)?;
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    for part in ["policies", "scenarios"] {
        copy(&root().join("crates/cli/templates").join(part), &folder.join("shop").join(part))?;
    }
    copy(&root().join("profiles"), &folder.join("shop/profiles"))
}

/// The fence of the page behind `<!-- file: name -->`.
fn file_of<'p>(page: &'p str, name: &str) -> Result<&'p str, Failed> {
    let behind = page.split_once(&format!("<!-- file: {name} -->\n```")).ok_or(format!("the page has no {name}"))?.1;
    let text = behind.split_once('\n').ok_or("a fence has lines")?.1;
    Ok(text.split_once("\n```").ok_or("a fence ends")?.0)
}

struct Ended {
    code: Option<i32>,
    told: String,
}

impl Ended {
    fn ends_with(&self, code: i32, parts: &[&str]) -> Result<(), Failed> {
        let missing: Vec<_> = parts.iter().filter(|part| !self.told.contains(**part)).collect();
        match self.code == Some(code) && missing.is_empty() {
            true => Ok(()),
            false => Err(format!("ended with {:?} and without {missing:?}:\n{}", self.code, self.told).into()),
        }
    }
}

fn cargo_test(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Result<Ended, Failed> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["test", "--offline", "--test", "policy", "--"]).args(arguments).current_dir(folder);
    command.env_remove("FLOORWALKER_ACCEPT").env("CARGO_TARGET_DIR", target()).envs(variables.iter().copied());
    // What cargo tells this test about its own package would make build scripts run again, here and in the next build.
    let own = env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("CARGO_PKG_"));
    own.chain(["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH"].map(Into::into)).for_each(|name| {
        command.env_remove(name);
    });
    let output = command.output()?;
    let told = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    Ok(Ended { code: output.status.code(), told })
}

fn copy(from: &Path, to: &Path) -> Result<(), Failed> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (path, to) = (entry?.path(), to.to_owned());
        let target = to.join(path.file_name().ok_or("it has a name")?);
        if path.is_dir() { copy(&path, &target)? } else { fs::copy(&path, &target).map(drop)? }
    }
    Ok(())
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The target folder of this build, which holds the folder for temporary files of tests.
fn target() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).parent().map(Path::to_owned).unwrap_or_default()
}

//! Every scenario file is a test of its own name: `cargo test thief` runs those of the thief.
//!
//! Each runs in process, where concurrent calls are played in every order, against its snapshot; and once more with the
//! gateway and the mocks behind real sockets, where the transcript must be the same bytes.

#[path = "support/real_mocks.rs"]
mod real_mocks;

use std::{path::Path, process::ExitCode, sync::Arc};

use floorwalker_scenario::{Ending, Middleman, Options, Report, Snapshots, Suite};
use libtest_mimic::{Arguments, Failed, Trial};

use real_mocks::RealMocks;

fn main() -> ExitCode {
    let suite = match Suite::open(env!("CARGO_MANIFEST_DIR")) {
        Ok(suite) => Arc::new(suite),
        Err(error) => {
            eprintln!("the scenarios cannot be read: {error}");
            return ExitCode::FAILURE;
        }
    };
    let trials = suite.paths().iter().flat_map(|path| trials(&suite, path)).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trials(suite: &Arc<Suite>, path: &str) -> [Trial; 2] {
    let name = path.strip_prefix("scenarios/").unwrap_or(path).trim_end_matches(".yaml").to_owned();
    let (here, over) = ((Arc::clone(suite), path.to_owned()), (Arc::clone(suite), path.to_owned()));
    [
        Trial::test(name.clone(), move || in_process(&here.0, &here.1)),
        Trial::test(format!("{name} (over http)"), move || over_http(&over.0, &over.1)),
    ]
}

fn in_process(suite: &Suite, path: &str) -> Result<(), Failed> {
    let report = suite.run(path, &Options { snapshots: Snapshots::Skip, ..Options::default() });
    check(&report)?;
    let kept = Path::new("..").join(path.replacen("scenarios", "snapshots", 1));
    let folder = kept.parent().unwrap_or(Path::new("../snapshots"));
    let name = kept.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    insta::with_settings!({
        snapshot_path => folder,
        prepend_module_to_snapshot => false,
        omit_expression => true,
        input_file => path,
    }, {
        insta::assert_snapshot!(name, report.transcript);
    });
    Ok(())
}

fn over_http(suite: &Suite, path: &str) -> Result<(), Failed> {
    let report =
        suite.run(path, &Options { middleman: Middleman::OverHttp(Arc::new(RealMocks)), ..Options::default() });
    check(&report)?;
    if report.is_held() { Ok(()) } else { Err(format!("{:?}\n{}", report.snapshot, report.rerun).into()) }
}

fn check(report: &Report) -> Result<(), Failed> {
    let what = match &report.ending {
        Ending::Held => return Ok(()),
        Ending::Broken(broken) => {
            let reasons: Vec<String> = broken.reasons.iter().map(ToString::to_string).collect();
            format!("{}\n\n{}", reasons.join("\n"), broken.excerpt)
        }
        Ending::DoesNotBite => "with nothing in between the harm does not happen: the attack proves nothing".to_owned(),
        Ending::DoesNotLoad(problems) => problems.join("\n"),
        Ending::Failed(why) => format!("the harness failed: {why}"),
    };
    Err(format!("{what}\n\nalone: {}", report.rerun).into())
}

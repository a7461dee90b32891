//! dev only
use floorwalker_scenario::*;
fn main() {
    let mut args = std::env::args().skip(1);
    let root = args.next().unwrap();
    let who = args.next().unwrap();
    let filter = args.next().unwrap_or_default();
    let middleman = match who.split('!').next().unwrap() {
        "deny" => Middleman::DenyAll,
        "allow" => Middleman::AllowAll,
        "forward" => Middleman::ForwardsDenied,
        "bare" => Middleman::Nobody,
        _ => Middleman::Ours,
    };
    let expectations = if who.ends_with('!') { Expectations::Ignore } else { Expectations::Honour };
    let snapshots = if who == "accept" {
        Snapshots::Accept
    } else if who == "ours" {
        Snapshots::Compare
    } else {
        Snapshots::Skip
    };
    let suite = Suite::open(&root).unwrap();
    for path in suite.paths() {
        if !path.contains(&filter) {
            continue;
        }
        let begun = std::time::Instant::now();
        let report =
            suite.run(path, &Options { middleman: middleman.clone(), expectations, snapshots, ..Options::default() });
        let ending = match &report.ending {
            Ending::Held => "held",
            Ending::Broken(_) => "BROKEN",
            Ending::DoesNotBite => "DOES NOT BITE",
            Ending::DoesNotLoad(_) => "DOES NOT LOAD",
            Ending::Failed(_) => "FAILED",
        };
        println!(
            "{ending:<8} {path:<58} {:>5}+{:<5}{} calls {:>6} {:>7.1?} {:?}",
            report.walk.walked,
            report.walk.sampled,
            if report.walk.whole { "*" } else { " " },
            report.calls,
            begun.elapsed(),
            match &report.snapshot {
                SnapshotState::Differs(d) => {
                    println!("{d}");
                    "differs"
                }
                SnapshotState::Same => "same",
                SnapshotState::Missing => "missing",
                _ => "",
            }
        );
        match &report.ending {
            Ending::Broken(b) if who == "ours" || filter != "" => {
                for r in &b.reasons {
                    println!("    {r}");
                }
                println!("{}", b.excerpt);
                println!("{:?}", b.schedule);
            }
            Ending::DoesNotLoad(p) => {
                for r in p {
                    println!("    {r}")
                }
            }
            Ending::Failed(r) => println!("    {r}"),
            _ => {}
        }
        if filter != "" && who != "quiet" {
            println!("{}", report.transcript);
        }
    }
}

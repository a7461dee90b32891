//! The folder that scenarios, policies, profiles and snapshots live in, and which of its scenarios are meant.

use std::{
    env, io,
    path::{Path, PathBuf},
};

use floorwalker_json::nearest;
use floorwalker_scenario::{Suite, stem};

use crate::exit::Failure;

#[cfg(test)]
mod tests;

/// The folder of all scenarios, in the root.
pub(crate) const FOLDER: &str = "scenarios";

/// The root that was named, or else the one of the first path that was, or else the nearest one from the current folder
/// upwards.
pub(crate) fn root(named: Option<&Path>, paths: &[PathBuf]) -> Result<PathBuf, Failure> {
    let here = env::current_dir()?;
    let of_path = || paths.iter().find_map(|path| Some(above(&path.canonicalize().ok()?)?.to_owned()));
    match named {
        Some(root) if root.join(FOLDER).is_dir() => Ok(root.to_owned()),
        Some(root) => Err(Failure::Usage(format!(
            "`{}` has no folder `{FOLDER}`; `--root` names the folder that has it",
            root.display()
        ))),
        None => of_path().or_else(|| above(&here).map(Path::to_owned)).ok_or_else(|| {
            let here = here.display();
            Failure::Usage(format!(
                "there is no folder `{FOLDER}` in `{here}` or above it; go where it is, or name that place with `--root`"
            ))
        }),
    }
}

/// The nearest folder that has scenarios, from this one upwards.
pub(crate) fn above(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.join(FOLDER).is_dir())
}

/// Whether that is the root for somebody who names none.
pub(crate) fn is_here(root: &Path) -> bool {
    let here = env::current_dir().ok();
    here.as_deref().and_then(above).is_some_and(|above| above == root)
}

/// Every scenario of the root.
pub(crate) fn suite(root: &Path) -> Result<Suite, Failure> {
    let folder = root.join(FOLDER);
    let suite = Suite::open(root).map_err(|error| match error.kind() {
        // Whoever watches goes on: it may be back in a moment.
        io::ErrorKind::NotFound => Failure::Usage(format!("`{}` or a folder in it is gone", folder.display())),
        _ => Failure::Harness(format!("`{}` cannot be read: {error}", folder.display())),
    })?;
    if suite.paths().is_empty() {
        return Err(Failure::Usage(format!("there is no scenario (`*.yaml`) under `{}`", folder.display())));
    }
    Ok(suite)
}

/// The scenarios that are meant, in the suite's order. Nothing named means all of them; a name that no file, folder or last
/// part has is looked for inside of the stems, as test names are.
pub(crate) fn chosen(root: &Path, paths: &[String], named: &[PathBuf]) -> Result<Vec<String>, Failure> {
    let mut wanted = vec![named.is_empty(); paths.len()];
    for name in named {
        let stem_wanted = stem_of(root, name);
        let named_wholly = paths.iter().any(|path| is_meant(stem(path), &stem_wanted));
        let is_wanted = |path: &str| {
            is_meant(stem(path), &stem_wanted) || (!named_wholly && stem(path).contains(stem_wanted.as_str()))
        };
        if !paths.iter().any(|path| is_wanted(path)) {
            return Err(no_match(&stem_wanted, paths));
        }
        for (path, wanted) in paths.iter().zip(&mut wanted) {
            *wanted |= is_wanted(path);
        }
    }
    Ok(paths.iter().zip(wanted).filter(|(_, wanted)| *wanted).map(|(path, _)| path.clone()).collect())
}

/// A stem is meant by itself, by its folder, and by its last part.
fn is_meant(stem: &str, wanted: &str) -> bool {
    let rest = stem.strip_prefix(wanted);
    wanted.is_empty()
        || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        || stem.rsplit_once('/').is_some_and(|(_, last)| last == wanted)
}

/// What was named, as a stem: a path from here or from the root loses its way to the scenarios, and its ending.
fn stem_of(root: &Path, name: &Path) -> String {
    let inside = match (name.canonicalize(), root.join(FOLDER).canonicalize()) {
        (Ok(name), Ok(folder)) => name.strip_prefix(folder).map(Path::to_owned).ok(),
        _ => None,
    };
    let inside = inside.unwrap_or_else(|| name.strip_prefix(FOLDER).unwrap_or(name).to_owned());
    let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
    stem(&parts.join("/")).to_owned()
}

fn no_match(wanted: &str, paths: &[String]) -> Failure {
    let stems = || paths.iter().map(|path| stem(path));
    let folders = stems().filter_map(|stem| stem.split_once('/')).map(|(folder, _)| folder);
    let last_parts = stems().filter_map(|stem| stem.rsplit_once('/')).map(|(_, last)| last);
    let words = stems().flat_map(|stem| stem.split(['/', '-']));
    let help = match nearest(wanted, stems().chain(folders).chain(last_parts).chain(words)) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("name a file, a folder, or a part such as `{}`", stems().next().unwrap_or_default()),
    };
    Failure::Usage(format!("no scenario matches `{wanted}`; {help}"))
}

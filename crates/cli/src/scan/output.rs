//! The file that a draft goes to.
//!
//! INVARIANT: under its name stands what was there, or the whole draft, whatever goes wrong in between.

use std::{
    fs::{self, Permissions},
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

use crate::exit::Failure;

/// What a new file may, before the process's mask takes some of it away.
const NEW: u32 = 0o666;

/// Complains before anybody is asked for anything, if the draft could not be written there.
pub(super) fn expect(path: &Path, force: bool) -> Result<(), Failure> {
    let folder = folder_of(path);
    if !folder.is_dir() {
        return Err(Failure::Usage(format!("there is no folder `{}`; make it first", folder.display())));
    }
    if path.is_dir() {
        return Err(Failure::Usage(format!("`{}` is a folder; name a file in it", path.display())));
    }
    if !force && path.symlink_metadata().is_ok() { Err(taken(path)) } else { Ok(()) }
}

/// Writes the draft beside the file, and then puts it in its place.
pub(super) fn write(path: &Path, force: bool, text: &str) -> Result<(), Failure> {
    put(path, force, text).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => taken(path),
        _ => Failure::Harness(format!("`{}` cannot be written: {error}", path.display())),
    })
}

fn put(path: &Path, force: bool, text: &str) -> io::Result<()> {
    if !force {
        beside(path, Permissions::from_mode(NEW), text)?.persist_noclobber(path)?;
        return Ok(());
    }
    // A link goes on leading where it leads.
    let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let permissions = match fs::metadata(&place) {
        // A device or a pipe has nothing to lose, and no other file may take its place.
        Ok(there) if !there.is_file() => return fs::write(&place, text),
        Ok(there) => there.permissions(),
        Err(_) => Permissions::from_mode(NEW),
    };
    beside(&place, permissions, text)?.persist(&place)?;
    Ok(())
}

fn beside(path: &Path, permissions: Permissions, text: &str) -> io::Result<NamedTempFile> {
    let mut file = Builder::new().prefix(".floorwalker-").permissions(permissions).tempfile_in(folder_of(path))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn taken(path: &Path) -> Failure {
    Failure::Usage(format!("`{}` is there already; `--force` overwrites it", path.display()))
}

//! Runs the binary, on a folder of its own.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_floorwalker");

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A folder that goes away with its test.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

/// A server that ends with its test.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
}

/// Runs the binary and asserts its exit code.
pub(crate) fn run(arguments: &[&str], code: i32) -> Ended {
    ended(Command::new(BINARY).args(arguments), code)
}

pub(crate) fn ended(command: &mut Command, code: i32) -> Ended {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let ended = Ended { code: status.code().unwrap(), out: text(stdout), err: text(stderr) };
    assert_eq!(ended.code, code, "{command:?}\n{}\n{}", ended.out, ended.err);
    ended
}

/// Asserts that every part is in the text.
pub(crate) fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}

impl Folder {
    /// An empty folder with this test's name.
    pub(crate) fn new(test: &str) -> Self {
        let path = env::temp_dir().join(format!("floorwalker-{test}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Writes a file, and its folders; returns its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn text(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder of temporary files that stays behind harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Server {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(BINARY);
        let mut child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    /// The next line it prints that holds this word.
    pub(crate) fn line_with(&mut self, word: &str) -> String {
        let mut line = String::new();
        while self.out.read_line(&mut line).unwrap() > 0 {
            if line.contains(word) {
                return line;
            }
            line.clear();
        }
        panic!("it ended without a line with `{word}`: {:?}", self.child.wait());
    }

    /// Tells it that its files have changed.
    pub(crate) fn hang_up(&self) {
        let told = Command::new("kill").args(["-HUP", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
    }

    /// Asks it to stop, as a service manager does, and returns its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let told = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(told.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first `http://…` in a line.
pub(crate) fn url(line: &str) -> String {
    let start = line.find("http://").unwrap();
    line[start..].split_whitespace().next().unwrap().to_owned()
}

/// Sends one HTTP request on a connection of its own and returns the whole answer.
pub(crate) fn http(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> String {
    let (authority, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut request = format!("{method} /{path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n");
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    request += &format!("content-length: {}\r\n\r\n{body}", body.len());
    let mut stream = TcpStream::connect(authority).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

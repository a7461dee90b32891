//! Where the tools come from: a URL, a program, a mock, or a file.

use std::{path::Path, time::Duration};

use floorwalker_gateway::{AskFirst, CatalogueError, HttpUpstream, SendError, Upstream, offer};
use floorwalker_json::{canonical, nearest, shown};
use floorwalker_policy::{Published, duration};
use floorwalker_scenario::ProgramUpstream;
use http::HeaderMap;
use serde_json::Value;

use super::header::{self, WithHeaders};
use crate::{exit::Failure, screen, servers, stop::end_with_us};

/// How many of a program's last words are shown.
const LAST_WORDS: usize = 3;

#[derive(Debug, clap::Args)]
pub(crate) struct Wanted {
    /// A URL, a mock's name, or a file with what a server answers to `tools/list`
    #[arg(value_name = "URL|NAME|FILE", required_unless_present = "command", conflicts_with = "command")]
    source: Option<String>,
    /// A program that is a server and speaks on its standard input and output, behind `--`
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
    /// The variable that holds the token which is shown to the server
    #[arg(long, value_name = "VAR", conflicts_with = "command")]
    bearer_env: Option<String>,
    /// A header for every request, or `@FILE` with one on each line: secrets such as `authorization` only stand there
    #[arg(long = "header", value_name = "NAME: VALUE|@FILE", conflicts_with = "command")]
    headers: Vec<String>,
    /// A variable that the program gets besides PATH, HOME, TMPDIR, LANG and LD_LIBRARY_PATH
    #[arg(long = "env", value_name = "VAR", requires = "command")]
    environment: Vec<String>,
    /// How long the server may take
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = |text: &str| duration(text))]
    timeout: Duration,
}

/// A server and what it offers.
#[derive(Debug)]
pub(crate) struct Server {
    /// What it is called in what is written; no secret is in it.
    pub(crate) label: String,
    pub(crate) tools: Vec<Tool>,
}

/// One tool.
#[derive(Debug)]
pub(crate) struct Tool {
    /// Its whole definition.
    pub(crate) definition: Value,
    /// What of it is looked at.
    pub(crate) published: Published,
}

impl Wanted {
    /// Reads whatever was named.
    pub(crate) fn read(&self) -> Result<Server, Failure> {
        let Some(source) = &self.source else { return self.program() };
        if source.starts_with("http://") || source.starts_with("https://") {
            return self.over_http(source);
        }
        if self.bearer_env.is_some() || !self.headers.is_empty() {
            return Err(Failure::Usage(format!(
                "`{}` is no URL, so nobody would get the headers; a URL begins with `http://` or `https://`",
                shown(source)
            )));
        }
        match floorwalker_mocks::NAMES.contains(&source.as_str()) {
            true => mock(source),
            false => file(Path::new(source)),
        }
    }

    fn over_http(&self, url: &str) -> Result<Server, Failure> {
        let label = without_query(url);
        let wrong = |why: &dyn std::fmt::Display| Failure::Usage(format!("`{label}` cannot be asked: {why}"));
        let upstream = HttpUpstream::new(url).map_err(|error| wrong(&error))?;
        let headers = self.all_headers()?;
        let upstream = WithHeaders { upstream, headers };
        let read = tokio::runtime::Runtime::new()?.block_on(self.ask(&upstream, AskFirst::Newer));
        Ok(Server { tools: read.map_err(|error| error.told(&label, &[]))?, label })
    }

    fn all_headers(&self) -> Result<HeaderMap, Failure> {
        let mut headers = header::read(&self.headers)?;
        if let Some(variable) = &self.bearer_env {
            header::add_bearer(&mut headers, &variable_of(variable)?)?;
        }
        Ok(headers)
    }

    fn program(&self) -> Result<Server, Failure> {
        let environment = self.environment.iter().map(|name| Ok((name.clone(), variable_of(name)?)));
        let environment = environment.collect::<Result<Vec<_>, Failure>>()?;
        // Its arguments may hold a secret.
        let label = format!("{} …", self.command.first().map(String::as_str).unwrap_or_default());
        end_with_us()?;
        tokio::runtime::Runtime::new()?.block_on(async {
            let upstream = ProgramUpstream::start(&self.command, environment).map_err(Failure::Usage)?;
            let read = self.ask(&upstream, AskFirst::Older).await;
            let last_words = upstream.end().await;
            Ok(Server { tools: read.map_err(|error| error.told(&label, &last_words))?, label })
        })
    }

    async fn ask(&self, upstream: &dyn Upstream, first: AskFirst) -> Result<Vec<Tool>, NoTools> {
        let read =
            offer(upstream, None, &[], first, |_, node| serde_json::from_str(&canonical(node)).unwrap_or(Value::Null));
        let offered = tokio::time::timeout(self.timeout, read).await.map_err(|_| NoTools::Late(self.timeout))??;
        let tool =
            |(name, definition)| Tool { published: Published { name, ..Published::of(&definition) }, definition };
        Ok(offered.tools.into_iter().map(tool).collect())
    }
}

/// Why a server's tools are not known.
#[derive(Debug, thiserror::Error)]
enum NoTools {
    #[error("{0}")]
    Catalogue(#[from] CatalogueError),
    #[error("it took longer than {} s; `--timeout` gives it more time", .0.as_secs_f64())]
    Late(Duration),
}

impl NoTools {
    /// Tells it. Who cannot be reached is not the command line's fault; what answers badly is a document that does not load.
    fn told(self, label: &str, last_words: &[String]) -> Failure {
        let label = shown(label);
        if let Self::Catalogue(CatalogueError::Send(SendError::NotSent(why))) = &self {
            return Failure::Harness(format!("`{label}` cannot be reached: {why}"));
        }
        // Some of it are the server's own words.
        let why = self.to_string().replace(char::is_control, " ");
        screen::tell_error(&format!("`{label}` gave no list of tools: {why}"));
        if self.to_string().contains("status 401") {
            screen::tell_error("it wants a credential: `--bearer-env VAR`, or `--header @FILE`");
        }
        for line in last_words.iter().rev().take(LAST_WORDS).rev() {
            screen::tell_error(&format!("it said: {}", shown(line)));
        }
        Failure::Unreadable
    }
}

fn mock(name: &str) -> Result<Server, Failure> {
    let mock = floorwalker_mocks::mock(name, &Value::Null).map_err(|error| Failure::Harness(error.to_string()))?;
    Ok(Server { label: name.to_owned(), tools: mock.tools().iter().cloned().map(tool).collect() })
}

fn file(path: &Path) -> Result<Server, Failure> {
    let label = path.display().to_string();
    let definitions = servers::listed(path).map_err(|failure| match failure {
        Failure::Usage(why) if !label.contains(['/', '.']) => Failure::Usage(format!("{why}, and {}", no_mock(&label))),
        failure => failure,
    })?;
    Ok(Server { label, tools: definitions.into_iter().map(tool).collect() })
}

fn no_mock(name: &str) -> String {
    match nearest(name, floorwalker_mocks::NAMES.iter().copied()) {
        Some(meant) => format!("no mock of that name; did you mean `{meant}`?"),
        None => format!("no mock of that name: there is `{}`", floorwalker_mocks::NAMES.join("`, `")),
    }
}

fn tool(definition: Value) -> Tool {
    Tool { published: Published::of(&definition), definition }
}

fn variable_of(name: &str) -> Result<String, Failure> {
    std::env::var(name).map_err(|_| Failure::Usage(format!("the variable `{}` is not set, or no text", shown(name))))
}

/// Behind the `?` of a URL may stand a key.
fn without_query(url: &str) -> String {
    url.split(['?', '#']).next().unwrap_or_default().to_owned()
}

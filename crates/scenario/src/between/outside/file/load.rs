//! Reads a gateway's file.

use std::collections::BTreeSet;
use std::path::{Component, Path};
use std::time::Duration;

use floorwalker_json::{Document, Fields, Node, Problem};
use http::HeaderName;
use http::header::AUTHORIZATION;

use crate::between::outside::feature::Feature;
use crate::between::outside::file::{GatewayFile, OneFor, Ready, Speaks};
use crate::between::outside::text::Text;
use crate::document::reading::{Reader, written};

const DEADLINE: Duration = Duration::from_secs(10);

impl GatewayFile {
    /// Reads a gateway's file, which lies in the folder `here`.
    ///
    /// # Errors
    /// Every problem of the document.
    pub fn load(document: &Document, here: &Path) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::new(&document.source);
        let file = top(&document.root, here, &mut reader);
        let mut problems = reader.problems;
        problems.sort_by_key(|problem| problem.span);
        file.filter(|_| problems.is_empty()).ok_or(problems)
    }
}

fn top(root: &Node<'_>, here: &Path, reader: &mut Reader<'_>) -> Option<GatewayFile> {
    let mut fields = Fields::of(root, "a gateway's file", &mut reader.problems);
    root.as_object()?;
    let problems = &mut reader.problems;
    let version = fields.required("version", problems);
    let name = fields.required("gateway", problems);
    let run = fields.required("run", problems);
    let speaks_node = fields.required("speaks", problems);
    let features = fields.required("features", problems);
    let (one_for, ready, deadline) =
        (fields.optional("one_for"), fields.optional("ready"), fields.optional("deadline"));
    let (environment, files) = (fields.optional("environment"), fields.optional("files"));
    let (headers, log) = (fields.optional("headers"), fields.optional("log"));
    fields.finish(problems);

    check_version(version, reader);
    let speaks = speaks_node.and_then(|node| load_speaks(node, reader));
    let one_for = one_for.and_then(|node| load_one_for(node, reader)).unwrap_or(OneFor::All);
    let ready = ready.and_then(|node| load_ready(node, speaks.as_ref(), reader)).unwrap_or(Ready::Reachable);
    if let (Some(Speaks::Stdio), Some(node)) = (&speaks, headers) {
        reader.complain(node.span, "there are no headers over stdio", "start one for each grant: `one_for: grant`");
    }
    let file = GatewayFile {
        name: name.and_then(|node| reader.text(node, "`gateway`")).unwrap_or_default(),
        here: here.to_owned(),
        run: run.map(|node| load_run(node, reader)).unwrap_or_default(),
        environment: environment.map(|node| load_environment(node, reader)).unwrap_or_default(),
        one_for,
        // Whatever else is wrong is told too; a file without this one does not load.
        speaks: speaks.clone().unwrap_or(Speaks::Stdio),
        ready,
        files: files.map(|node| load_files(node, reader)).unwrap_or_default(),
        headers: headers.map_or_else(|| own_headers(root), |node| load_headers(node, reader)),
        log: log.and_then(|node| text(node, "`log`", reader)),
        deadline: deadline.and_then(|node| reader.duration(node, "`deadline`")).unwrap_or(DEADLINE),
        features: features.map(|node| load_features(node, reader)).unwrap_or_default(),
    };
    if let Some(Speaks::Http(_)) = &speaks {
        refuse_missing(&file, run.or(files).unwrap_or(root), reader);
    }
    speaks.map(|_| file)
}

/// A gateway that is one for several servers or grants is of no single one. Over stdio each process is of one of both.
fn refuse_missing(file: &GatewayFile, node: &Node<'_>, reader: &mut Reader<'_>) {
    let files = file.files.iter().flat_map(|(name, content)| [name, content]);
    let texts = file.run.iter().chain(file.environment.iter().map(|(_, value)| value)).chain(files).chain(&file.log);
    let texts: Vec<&Text> = texts.collect();
    for (name, is_there) in [("server", file.one_for.parts_servers()), ("grant", file.one_for.parts_grants())] {
        if !is_there && texts.iter().any(|text| text.puts_in(name)) {
            let says =
                format!("there is no single `{name}` to put into what starts the gateway, which is one for several");
            reader.complain(node.span, says, format!("write `one_for: {name}`, or go through `{name}s`"));
        }
    }
}

fn check_version(node: Option<&Node<'_>>, reader: &mut Reader<'_>) {
    let Some(node) = node.filter(|node| node.as_u64() != Some(1)) else { return };
    let says = format!("version {} is not known", written(node, reader.source));
    reader.complain(node.span, says, "write `version: 1`");
}

fn load_run(node: &Node<'_>, reader: &mut Reader<'_>) -> Vec<Text> {
    let words = reader.elements(node, "`run`");
    words.iter().filter_map(|word| text(word, "a word of `run`", reader)).collect()
}

fn load_speaks(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Speaks> {
    if node.as_str() == Some("stdio") {
        return Some(Speaks::Stdio);
    }
    if node.as_object().is_none() {
        let says = format!("`speaks` is {}", written(node, reader.source));
        reader.complain(node.span, says, "write `stdio` or `{ http: URL }`");
        return None;
    }
    let mut fields = Fields::of(node, "`speaks`", &mut reader.problems);
    let url = fields.required("http", &mut reader.problems);
    fields.finish(&mut reader.problems);
    url.and_then(|node| text(node, "`http`", reader)).map(Speaks::Http)
}

fn load_one_for(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<OneFor> {
    let word = reader.text(node, "`one_for`")?;
    let one_for = OneFor::of_word(&word);
    if one_for.is_none() {
        reader.unknown(node.span, "`one_for`", &word, &OneFor::WORDS);
    }
    one_for
}

fn load_ready(node: &Node<'_>, speaks: Option<&Speaks>, reader: &mut Reader<'_>) -> Option<Ready> {
    let mut fields = Fields::of(node, "`ready`", &mut reader.problems);
    let (says, port_after) = (fields.optional("says"), fields.optional("port_after"));
    fields.finish(&mut reader.problems);
    match (says, port_after) {
        (_, Some(port)) if speaks == Some(&Speaks::Stdio) => {
            reader.complain(port.span, "there is no port over stdio", "write `says`, or leave `ready` out");
            None
        }
        (Some(says), None) => reader.text(says, "`says`").map(Ready::Says),
        (None, Some(port)) => reader.text(port, "`port_after`").map(Ready::PortAfter),
        (Some(_), Some(_)) | (None, None) => {
            reader.complain(node.span, "`ready` is one of two things", "write `says: TEXT` or `port_after: TEXT`");
            None
        }
    }
}

fn load_environment(node: &Node<'_>, reader: &mut Reader<'_>) -> Vec<(String, Text)> {
    let mut found = Vec::new();
    for (name, span, value) in reader.members(node, "`environment`") {
        if name.is_empty() || name.contains(['=', '\0']) {
            reader.complain(span, "this is no variable's name", "write letters, digits and `_`");
        } else if let Some(value) = text(value, "a variable", reader) {
            found.push((name.to_owned(), value));
        }
    }
    found
}

fn load_files(node: &Node<'_>, reader: &mut Reader<'_>) -> Vec<(Text, Text)> {
    let mut found = Vec::new();
    for (name, span, content) in reader.members(node, "`files`") {
        let is_inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        if name.is_empty() || !is_inside {
            let says = format!("`{}` is no file inside of the folder", floorwalker_json::shown(name));
            reader.complain(span, says, "write a name such as `policy.yaml` or `policies/{{ grant.name }}.yaml`");
            continue;
        }
        let name = Text::new(name, span).map_err(|problem| reader.problems.push(problem)).ok();
        found.extend(name.zip(text(content, "a file", reader)));
    }
    found
}

/// Where the file says nothing, an agent sends the credential that is its own.
fn own_headers(root: &Node<'_>) -> Vec<(HeaderName, Text)> {
    Text::new("Bearer {{ grant.token }}", root.span).map(|text| (AUTHORIZATION, text)).into_iter().collect()
}

fn load_headers(node: &Node<'_>, reader: &mut Reader<'_>) -> Vec<(HeaderName, Text)> {
    let mut found = Vec::new();
    for (name, span, value) in reader.members(node, "`headers`") {
        match HeaderName::from_bytes(name.as_bytes()) {
            Ok(name) => found.extend(text(value, "a header", reader).map(|value| (name, value))),
            Err(_) => reader.complain(span, "this is no header's name", "write one such as `authorization`"),
        }
    }
    found
}

fn load_features(node: &Node<'_>, reader: &mut Reader<'_>) -> BTreeSet<Feature> {
    // A gateway that claims nothing is one too.
    if node.as_array().is_some_and(<[_]>::is_empty) {
        return BTreeSet::new();
    }
    let mut found = BTreeSet::new();
    for word in reader.elements(node, "`features`") {
        let Some(written) = reader.text(word, "a feature") else { continue };
        match Feature::of_word(&written) {
            Some(feature) => {
                found.insert(feature);
            }
            None => reader.unknown(word.span, "the feature", &written, &Feature::ALL.map(Feature::word)),
        }
    }
    found
}

fn text(node: &Node<'_>, what: &str, reader: &mut Reader<'_>) -> Option<Text> {
    let written = reader.text(node, what)?;
    Text::new(&written, node.span).map_err(|problem| reader.problems.push(problem)).ok()
}

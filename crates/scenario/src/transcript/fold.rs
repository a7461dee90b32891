//! The same again and again, shown once: a storm of calls must not bury what matters.
//!
//! Lines count as the same when they differ in nothing but numbers, lengths of time and ids. A whole group of lines may
//! come again too, such as an allowed poll and the denied ones behind it.

/// The longest group that is looked for.
const GROUP_MAX: usize = 32;

/// One line, and what is the same in another line of its kind.
#[derive(Clone, Debug)]
pub(crate) struct Foldable {
    pub(crate) text: String,
    shape: String,
    /// Its time, where it has one.
    at: Option<String>,
}

impl Foldable {
    /// A line whose kind is told by `told`, which may say more than the line shows.
    pub(crate) fn new(text: String, told: &str, at: Option<String>) -> Self {
        Self { text, shape: shape(told), at }
    }
}

/// The lines with every repetition shown once, and then how often it comes again.
pub(crate) fn folded(lines: &[Foldable]) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let Some((period, times)) = best(rest) else {
            out.push(first.text.clone());
            rest = rest.get(1..).unwrap_or_default();
            continue;
        };
        let (group, after) = rest.split_at(period * times);
        out.extend(folded(group.get(..period).unwrap_or_default()));
        out.push(note(group, period, times - 1));
        rest = after;
    }
    out
}

/// The length of the group at the beginning that is worth folding, and how often it stands there.
fn best(lines: &[Foldable]) -> Option<(usize, usize)> {
    let candidates = (1..=GROUP_MAX.min(lines.len() / 2)).map(|period| (period, repeats(lines, period)));
    // Of equally long stretches the shortest group tells most; `max_by_key` takes the last.
    let worth = candidates.filter(|(period, times)| *times > 1 && period * times > period + 1);
    worth.rev().max_by_key(|(period, times)| period * (times - 1))
}

/// How often the first `period` lines follow each other.
fn repeats(lines: &[Foldable], period: usize) -> usize {
    let shapes = |lines: &'_ [Foldable]| lines.iter().map(|line| line.shape.clone()).collect::<Vec<_>>();
    let first = shapes(lines.get(..period).unwrap_or_default());
    lines.chunks_exact(period).take_while(|chunk| shapes(chunk) == first).count()
}

fn note(group: &[Foldable], period: usize, more: usize) -> String {
    let indent = group.first().map_or(0, |line| line.text.chars().take_while(|character| *character == ' ').count());
    let (first, last) =
        (group.first().and_then(|line| line.at.as_ref()), group.last().and_then(|line| line.at.as_ref()));
    let until = last.filter(|last| Some(*last) != first).map(|at| format!(", until {at}")).unwrap_or_default();
    let times = if more == 1 { "once more".to_owned() } else { format!("{more} more times") };
    let what = if period == 1 { "the same".to_owned() } else { format!("the last {period} lines") };
    format!("{}… {what} {times}{until}", " ".repeat(indent))
}

/// The line with every number, length of time and id taken out.
fn shape(text: &str) -> String {
    let words = text.split_inclusive(|character: char| !character.is_ascii_alphanumeric() && character != '-');
    let shaped: String = words.map(word_shape).collect();
    shaped.replace("#.#", "#").replace("# ms", "# s")
}

fn word_shape(word: &str) -> String {
    let core = word.trim_end_matches(|character: char| !character.is_ascii_alphanumeric());
    let tail = word.get(core.len()..).unwrap_or_default();
    let id = core.strip_prefix("s-").unwrap_or(core);
    let is_hex = |character: char| character.is_ascii_hexdigit() || character == '-';
    if id.len() >= 8 && id.chars().all(is_hex) {
        return format!("#{tail}");
    }
    let mut out = String::new();
    for character in core.chars() {
        match (character.is_ascii_digit(), out.ends_with('#')) {
            (true, true) => {}
            (true, false) => out.push('#'),
            (false, _) => out.push(character),
        }
    }
    out.push_str(tail);
    out
}

#[cfg(test)]
mod tests;

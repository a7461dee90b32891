//! A name or a sentence into words, and a word into its base forms.

/// A word that comes after another one without a sign between them begins with a capital, or is a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Lower,
    Upper,
    Digit,
    Other,
}

/// The words of a name in lower case: `d1_database_delete`, `policies.remove`, `createCharge`, `HTTPGet2` and `destroy()`
/// are all taken apart.
pub(crate) fn of_name(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut characters = name.chars().peekable();
    let mut before = Kind::Other;
    while let Some(character) = characters.next() {
        let kind = kind(character);
        let begins = match (before, kind) {
            (_, Kind::Other) => true,
            (Kind::Upper, Kind::Upper) => characters.peek().is_some_and(|next| self::kind(*next) == Kind::Lower),
            (Kind::Upper, Kind::Lower) => false,
            (before, kind) => before != kind,
        };
        if begins && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if kind != Kind::Other {
            word.extend(character.to_lowercase());
        }
        before = kind;
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

fn kind(character: char) -> Kind {
    match character {
        _ if character.is_numeric() => Kind::Digit,
        _ if character.is_uppercase() => Kind::Upper,
        _ if character.is_alphabetic() => Kind::Lower,
        _ => Kind::Other,
    }
}

/// The words of the first sentence, at most so many, in lower case; a comma is a word of its own.
pub(crate) fn of_sentence(text: &str, most: usize) -> Vec<String> {
    let mut words = Vec::new();
    for piece in text.split_whitespace() {
        let ends = piece.ends_with(['.', '!', '?', ':', ';']);
        let bare = piece.trim_matches(|character: char| !character.is_alphanumeric());
        words.extend(Some(bare.to_lowercase()).filter(|word| !word.is_empty()));
        if piece.ends_with(',') {
            words.push(",".to_owned());
        }
        if ends || words.len() >= most {
            break;
        }
    }
    words
}

/// What a word in a sentence can be a form of, itself first: `deletes`, `applies`, `purging`, `removing`.
pub(crate) fn bases(word: &str) -> impl Iterator<Item = String> {
    let without = |ending: &str, with: &str| word.strip_suffix(ending).map(|stem| format!("{stem}{with}"));
    let forms = [
        Some(word.to_owned()),
        without("s", ""),
        without("es", ""),
        without("ies", "y"),
        without("ing", ""),
        without("ing", "e"),
    ];
    forms.into_iter().flatten()
}

/// A noun without the ending of many: `payments`.
pub(crate) fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

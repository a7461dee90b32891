//! Event streams give the same messages wherever their chunks end.

use std::collections::VecDeque;

use super::{EventReader, EventTooLarge};

fn read(chunks: &[&[u8]], bytes_max: usize) -> Result<Vec<String>, EventTooLarge> {
    let mut reader = EventReader::new(bytes_max);
    let mut messages = VecDeque::new();
    for chunk in chunks {
        reader.read(chunk, &mut messages)?;
    }
    Ok(messages.into_iter().map(|message| String::from_utf8(message.to_vec()).unwrap()).collect())
}

const TABLE: &[(&str, &[&str])] = &[
    ("data: {}\n\n", &["{}"]),
    ("data:{}\n\n", &["{}"]),
    ("data:  {}\n\n", &[" {}"]),
    ("data: a\r\n\r\ndata: b\r\n\r\n", &["a", "b"]),
    ("data: a\r\rdata: b\r\r", &["a", "b"]),
    ("data: a\n\ndata: b\n\n", &["a", "b"]),
    ("data: {\ndata: \"a\":1}\n\n", &["{\n\"a\":1}"]),
    ("data: {\r\ndata\r\ndata: }\r\n\r\n", &["{\n\n}"]),
    ("\u{feff}data: a\n\n", &["a"]),
    (": comment\n\n:\ndata: a\n: between\n\n", &["a"]),
    ("id: 1\nretry: 3000\ndata: a\n\n", &["a"]),
    ("id: 0\ndata:\n\ndata: a\n\n", &["a"]),
    ("event: message\ndata: a\n\n", &["a"]),
    ("event: endpoint\ndata: /x\n\ndata: a\n\n", &["a"]),
    ("event: x\n\ndata: a\n\n", &["a"]),
    ("data : a\n\nDATA: b\n\n datum: c\n\n", &[]),
    ("data: unfinished\n", &[]),
    ("data: unfinished", &[]),
    ("\n\n\r\n\n", &[]),
    ("", &[]),
];

#[test]
fn fields_lines_and_comments_are_read_as_they_should_be() {
    for (stream, expected) in TABLE {
        assert_eq!(read(&[stream.as_bytes()], 1000).unwrap(), *expected, "{stream:?}");
    }
}

#[test]
fn it_does_not_matter_where_chunks_end() {
    for (stream, expected) in TABLE {
        let bytes = stream.as_bytes();
        for first in 0..=bytes.len() {
            for second in first..=bytes.len() {
                let chunks = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                assert_eq!(read(&chunks, 1000).unwrap(), *expected, "{stream:?} {first} {second}");
            }
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(read(&single, 1000).unwrap(), *expected, "{stream:?}");
    }
}

#[test]
fn an_event_may_be_as_large_as_the_bound_and_no_larger() {
    assert_eq!(read(&[b"data: 123\n\n"], 9).unwrap(), ["123"]);
    assert_eq!(read(&[b"data: 1234\n\n"], 9), Err(EventTooLarge));
    let endless: Vec<&[u8]> = std::iter::repeat_n(b"data: 1\n".as_slice(), 100).collect();
    assert_eq!(read(&endless, 50), Err(EventTooLarge));
    let no_line_end: Vec<&[u8]> = std::iter::repeat_n(b": long ".as_slice(), 100).collect();
    assert_eq!(read(&no_line_end, 50), Err(EventTooLarge));
    let many: Vec<&[u8]> = std::iter::repeat_n(b"data: 1\n\n".as_slice(), 100).collect();
    assert_eq!(read(&many, 50).unwrap().len(), 100);
}

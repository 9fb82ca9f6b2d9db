//! Reading what an RTSP client sends: requests, and interleaved packets that are passed over.
//!
//! A parser of one message at the front of a buffer. It borrows nothing from the buffer and decides nothing:
//! what a request means is [`super::Server`]'s. Broken input ends in a status code, never in a panic.

/// Bytes of request line and headers: many times what any client sends.
pub const HEAD_BYTES_MAX: usize = 8 * 1024;
/// Bodies come only with `SET_PARAMETER` and `ANNOUNCE`, which we do not take.
pub const BODY_BYTES_MAX: usize = 8 * 1024;
/// A request has about ten; the bound keeps look-ups short.
pub const HEADERS_MAX: usize = 64;

/// RFC 2326 §10.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    Options,
    Describe,
    Setup,
    Play,
    GetParameter,
    SetParameter,
    Teardown,
    /// A method of the RFC that this server does not offer.
    Other,
    Unknown,
}

impl Method {
    fn from_name(name: &str) -> Self {
        match name {
            "OPTIONS" => Self::Options,
            "DESCRIBE" => Self::Describe,
            "SETUP" => Self::Setup,
            "PLAY" => Self::Play,
            "GET_PARAMETER" => Self::GetParameter,
            "SET_PARAMETER" => Self::SetParameter,
            "TEARDOWN" => Self::Teardown,
            "ANNOUNCE" | "PAUSE" | "RECORD" | "REDIRECT" => Self::Other,
            _ => Self::Unknown,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    pub method: Method,
    /// The method as sent: a digest is computed over it.
    pub method_name: String,
    pub uri: String,
    headers: Vec<(String, String)>,
    pub body_bytes: usize,
    /// What a camera that turns is asked; what is not text is nothing.
    pub body: String,
}

impl Request {
    /// The value of the first header of this name (case does not matter, RFC 2326 §4), trimmed.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// What stands at the front of the buffer.
#[derive(PartialEq, Eq, Debug)]
pub enum Parsed {
    /// Not yet a whole message.
    Incomplete,
    /// So many bytes that mean nothing to us: an interleaved packet or empty lines between messages.
    Passed {
        consumed: usize,
    },
    Request {
        consumed: usize,
        request: Request,
    },
    /// The framing is lost: answer with this status and close.
    Broken {
        status: u16,
    },
}

/// Reads the message at the front of `buffer`.
pub fn parse(buffer: &[u8]) -> Parsed {
    match buffer {
        [] => Parsed::Incomplete,
        // RFC 2326 §10.12: '$', channel, 16-bit length.
        [b'$', _, high, low, ..] => {
            let consumed = 4 + usize::from(u16::from_be_bytes([*high, *low]));
            if buffer.len() < consumed { Parsed::Incomplete } else { Parsed::Passed { consumed } }
        }
        [b'$', ..] => Parsed::Incomplete,
        // RFC 2326 §4.1 with RFC 2068 §4.1: empty lines before a request line are ignored.
        [b'\r' | b'\n', ..] => {
            let consumed = buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            Parsed::Passed { consumed }
        }
        _ => request(buffer),
    }
}

fn request(buffer: &[u8]) -> Parsed {
    let Some(head_bytes) = head_length(buffer) else {
        // 414 would fit only the request line; RFC 2326 has no status for headers that are too large.
        return if buffer.len() > HEAD_BYTES_MAX {
            Parsed::Broken { status: 400 }
        } else {
            Parsed::Incomplete
        };
    };
    let Ok(head) = std::str::from_utf8(&buffer[..head_bytes]) else {
        return Parsed::Broken { status: 400 };
    };
    // What is echoed into an answer must not be able to forge a line of it.
    if head.split('\n').any(|line| line.strip_suffix('\r').unwrap_or(line).contains(forbidden_in_line)) {
        return Parsed::Broken { status: 400 };
    }
    let mut lines = head.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let mut words = lines.next().unwrap_or_default().split(' ').filter(|word| !word.is_empty());
    let (Some(method), Some(uri), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Parsed::Broken { status: 400 };
    };
    if version != "RTSP/1.0" {
        return Parsed::Broken { status: if version.starts_with("RTSP/") { 505 } else { 400 } };
    }
    let Some(headers) = headers(lines) else {
        return Parsed::Broken { status: 400 };
    };
    let (method_name, uri) = (method.to_owned(), uri.to_owned());
    let mut request = Request {
        method: Method::from_name(&method_name),
        method_name,
        uri,
        headers,
        body_bytes: 0,
        body: String::new(),
    };
    match request.header("Content-Length").map(str::parse::<usize>) {
        None => {}
        Some(Ok(bytes)) if bytes <= BODY_BYTES_MAX => request.body_bytes = bytes,
        Some(Ok(_)) => return Parsed::Broken { status: 413 },
        Some(Err(_)) => return Parsed::Broken { status: 400 },
    }
    let consumed = head_bytes + request.body_bytes;
    let Some(body) = buffer.get(head_bytes..consumed) else { return Parsed::Incomplete };
    std::str::from_utf8(body).unwrap_or_default().clone_into(&mut request.body);
    Parsed::Request { consumed, request }
}

fn forbidden_in_line(character: char) -> bool {
    character.is_control() && character != '\t'
}

/// Bytes up to and with the empty line. Lines end with CRLF; a bare LF is taken too (RFC 2326 §4).
fn head_length(buffer: &[u8]) -> Option<usize> {
    let window = &buffer[..buffer.len().min(HEAD_BYTES_MAX)];
    let ends = window.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(index, _)| index + 1);
    ends.into_iter().find_map(|end| match window.get(end..) {
        Some([b'\n', ..]) => Some(end + 1),
        Some([b'\r', b'\n', ..]) => Some(end + 2),
        _ => None,
    })
}

/// `None` when a line is no header or there are too many. Continuation lines are joined (RFC 2068 §4.2).
fn headers<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Vec<(String, String)>> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines.take_while(|line| !line.is_empty()) {
        if line.starts_with([' ', '\t']) {
            let (_, value) = headers.last_mut()?;
            if !value.is_empty() {
                value.push(' ');
            }
            value.push_str(line.trim());
            continue;
        }
        let (name, value) = line.split_once(':')?;
        if headers.len() == HEADERS_MAX || name.is_empty() {
            return None;
        }
        headers.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn messages_are_told_apart() {
        let check = |input: &[u8], expected: &str| {
            let text = match parse(input) {
                Parsed::Incomplete => "incomplete".to_owned(),
                Parsed::Passed { consumed } => format!("passed {consumed}"),
                Parsed::Broken { status } => format!("broken {status}"),
                Parsed::Request { consumed, request } => {
                    let cseq = request.header("cseq").unwrap_or("-").to_owned();
                    format!("{consumed} {:?} {} cseq={cseq}", request.method, request.uri)
                }
            };
            assert_eq!(text, expected, "{:?}", String::from_utf8_lossy(input));
        };
        check(b"", "incomplete");
        check(b"$\x00\x00\x02ab", "passed 6");
        check(b"$\x00\x00\x02a", "incomplete");
        check(b"$\x00", "incomplete");
        check(b"\r\n\r\nOPTIONS", "passed 4");
        check(b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\nmore", "31 Options * cseq=1");
        check(b"OPTIONS * RTSP/1.0\nCSEQ:1\n\n", "27 Options * cseq=1");
        check(b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n", "incomplete");
        check(b"PLAY rtsp://h/a RTSP/1.0\r\nCSeq:\r\n 7\r\n\r\n", "39 Play rtsp://h/a cseq=7");
        check(b"SET_PARAMETER a RTSP/1.0\r\nContent-Length: 3\r\n\r\nabc", "50 SetParameter a cseq=-");
        check(b"SET_PARAMETER a RTSP/1.0\r\nContent-Length: 3\r\n\r\nab", "incomplete");
        check(b"SET_PARAMETER a RTSP/1.0\r\nContent-Length: 8193\r\n\r\n", "broken 413");
        check(b"SET_PARAMETER a RTSP/1.0\r\nContent-Length: -1\r\n\r\n", "broken 400");
        check(b"PAUSE a RTSP/1.0\r\n\r\n", "20 Other a cseq=-");
        check(b"options a RTSP/1.0\r\n\r\n", "22 Unknown a cseq=-"); // methods have a case (RFC 2326 §4)
        check(b"OPTIONS a RTSP/2.0\r\n\r\n", "broken 505");
        check(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "broken 400");
        check(b"OPTIONS a\r\n\r\n", "broken 400");
        check(b"OPTIONS a RTSP/1.0\r\nno colon\r\n\r\n", "broken 400");
        check(b"OPTIONS a RTSP/1.0\r\nCSeq: \xff\r\n\r\n", "broken 400");
        check(b"OPTIONS a RTSP/1.0\r\nRequire: a\rSet-Cookie: b\r\n\r\n", "broken 400");
        check(b"OPTIONS a\0b RTSP/1.0\r\n\r\n", "broken 400");
        check(&vec![b'A'; HEAD_BYTES_MAX + 1], "broken 400");
        let many = format!("OPTIONS a RTSP/1.0\r\n{}\r\n", "A: b\r\n".repeat(HEADERS_MAX + 1));
        check(many.as_bytes(), "broken 400");
    }

    proptest! {
        #[test]
        fn nothing_panics_and_everything_consumed_was_there(
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            match parse(&bytes) {
                Parsed::Passed { consumed } | Parsed::Request { consumed, .. } => {
                    prop_assert!(consumed > 0 && consumed <= bytes.len());
                }
                Parsed::Incomplete | Parsed::Broken { .. } => {}
            }
        }

        #[test]
        fn text_like_requests_do_not_panic(text in "[A-Z_]{1,12} [ -~]{0,20} RTSP/1.0\r\n([A-Za-z-]{1,9}:[ -~]{0,20}\r\n){0,5}\r\n") {
            let _ = parse(text.as_bytes());
        }
    }
}

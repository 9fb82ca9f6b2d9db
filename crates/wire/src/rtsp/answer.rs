//! A response, from its status to its bytes (RFC 2326 §7).
//!
//! Values put into it must have no line ends; what comes from a request has none, because the parser refuses them.

use bytes::Bytes;
use std::fmt::Write as _;

pub(super) struct Answer {
    pub status: u16,
    headers: String,
    body: String,
}

impl Answer {
    pub const fn status(status: u16) -> Self {
        Self { status, headers: String::new(), body: String::new() }
    }
    pub const fn ok() -> Self {
        Self::status(200)
    }
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let _ = write!(self.headers, "{name}: {value}\r\n"); // writing to a string cannot fail
        self
    }
    pub fn with_body(mut self, body: String) -> Self {
        self.body = body;
        self
    }
    pub const fn is_refusal(&self) -> bool {
        self.status >= 400
    }

    /// `cseq` is the request's, repeated (RFC 2326 §12.17); none when the request could not be read.
    pub fn write(&self, cseq: Option<&str>) -> Bytes {
        let Self { status, headers, body } = self;
        let mut text = format!("RTSP/1.0 {status} {}\r\n", reason(*status));
        if let Some(cseq) = cseq {
            let _ = write!(text, "CSeq: {cseq}\r\n");
        }
        text.push_str("Server: Watchkeeper\r\n");
        text.push_str(headers);
        if !body.is_empty() {
            let _ = write!(text, "Content-Length: {}\r\n", body.len());
        }
        text.push_str("\r\n");
        text.push_str(body);
        Bytes::from(text)
    }
}

/// RFC 2326 §7.1.1.
const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        413 => "Request Entity Too Large",
        451 => "Parameter Not Understood",
        454 => "Session Not Found",
        455 => "Method Not Valid in This State",
        461 => "Unsupported Transport",
        501 => "Not Implemented",
        505 => "RTSP Version Not Supported",
        551 => "Option not supported",
        _ => "Internal Server Error",
    }
}

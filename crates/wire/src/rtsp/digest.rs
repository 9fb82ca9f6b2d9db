//! Digest access authentication of the server's side (RFC 2617 §3), with MD5 as cameras and their clients use it.
//!
//! The challenge offers no `qop`, which every client understands (RFC 2617 §3.2.1 allows it for RFC 2069 clients);
//! an answer with `qop=auth` is checked all the same. MD5 protects a camera's picture from nobody determined:
//! it is here because cameras speak it, not because it is good.

use super::request::Request;
use md5::{Digest as _, Md5};
use model::Secret;
use std::fmt::Write as _;

/// Who may read a mount.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credentials {
    pub user: String,
    pub password: Secret<String>,
}

/// Why an answer does not admit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Denial {
    /// No answer, or one that is wrong.
    Wrong,
    /// The answer is to another challenge; with ours it may be right (`stale`, RFC 2617 §3.2.1).
    Stale,
}

/// The value of `WWW-Authenticate`.
pub(super) fn challenge(realm: &str, nonce: &str, denial: Denial) -> String {
    let stale = if denial == Denial::Stale { ", stale=\"true\"" } else { "" };
    format!("Digest realm=\"{realm}\", nonce=\"{nonce}\", algorithm=\"MD5\"{stale}")
}

/// Checks the `Authorization` header of a request against one challenge.
pub(super) fn check(
    request: &Request,
    realm: &str,
    nonce: &str,
    credentials: &Credentials,
) -> Result<(), Denial> {
    let header = request.header("Authorization").ok_or(Denial::Wrong)?;
    let (scheme, rest) = header.split_once(' ').ok_or(Denial::Wrong)?;
    if !scheme.eq_ignore_ascii_case("Digest") {
        return Err(Denial::Wrong);
    }
    let fields = fields(rest);
    let field = |name: &str| {
        fields
            .iter()
            .find(|(have, _)| have.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value.as_str())
    };
    if field("nonce") != nonce {
        return Err(Denial::Stale);
    }
    // RFC 2617 §3.2.2.5: the digest's URI must be the request's.
    if field("realm") != realm || field("uri") != request.uri {
        return Err(Denial::Wrong);
    }
    let password = credentials.password.expose();
    let secret_hash = md5_hex(&[&credentials.user, realm, password]);
    let request_hash = md5_hex(&[&request.method_name, field("uri")]);
    let expected = if field("qop").is_empty() {
        md5_hex(&[&secret_hash, nonce, &request_hash])
    } else {
        md5_hex(&[&secret_hash, nonce, field("nc"), field("cnonce"), field("qop"), &request_hash])
    };
    let right = same(&expected, field("response")) & same(&credentials.user, field("username"));
    if right { Ok(()) } else { Err(Denial::Wrong) }
}

/// A client's answer to a challenge without `qop`: the value of `Authorization`. `None` when it is no digest challenge.
pub(crate) fn answer(challenge: &str, method: &str, uri: &str, credentials: &Credentials) -> Option<String> {
    let (scheme, rest) = challenge.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Digest") {
        return None;
    }
    let fields = fields(rest);
    let field = |name: &str| {
        fields.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    };
    let (realm, nonce, user) = (field("realm")?, field("nonce")?, credentials.user.as_str());
    let quotable = |text: &str| !text.contains(['"', '\\']) && !text.contains(char::is_control);
    if ![realm, nonce, user, uri].into_iter().all(quotable) {
        return None;
    }
    let secret_hash = md5_hex(&[user, realm, credentials.password.expose()]);
    let response = md5_hex(&[&secret_hash, nonce, &md5_hex(&[method, uri])]);
    Some(format!(
        "Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", response=\"{response}\""
    ))
}

/// `name=value` pairs separated by commas; values are tokens or quoted strings with `\` escapes (RFC 2617 §1.2).
fn fields(mut text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    while let Some((name, rest)) = text.split_once('=') {
        let name = name.trim_matches([' ', '\t', ',']).to_owned();
        let rest = rest.trim_start();
        let (value, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => {
                let (value, after) = rest.split_once(',').unwrap_or((rest, ""));
                (value.trim().to_owned(), after)
            }
        };
        out.push((name, value));
        text = after;
    }
    out
}

/// The string up to the closing quote, and what follows the quote. An open string ends with the text.
fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut escaped = false;
    for (index, character) in text.char_indices() {
        match character {
            _ if escaped => {
                value.push(character);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return (value, &text[index + 1..]),
            _ => value.push(character),
        }
    }
    (value, "")
}

/// Hexadecimal MD5 of the parts joined by colons (`KD` and `H` of RFC 2617 §3.2.1).
fn md5_hex(parts: &[&str]) -> String {
    let mut out = String::with_capacity(32);
    for byte in Md5::digest(parts.join(":")) {
        let _ = write!(out, "{byte:02x}"); // writing to a string cannot fail
    }
    out
}

/// Compares in a time that tells nothing about where two strings of one length differ.
fn same(left: &str, right: &str) -> bool {
    left.len() == right.len() && left.bytes().zip(right.bytes()).fold(0, |all, (l, r)| all | (l ^ r)) == 0
}

#[cfg(test)]
mod tests {
    use super::super::request::{Parsed, parse};
    use super::*;
    use proptest::prelude::*;

    fn credentials(user: &str, password: &str) -> Credentials {
        Credentials { user: user.into(), password: Secret::new(password.into()) }
    }

    fn request(line: &str, authorization: &str) -> Request {
        let text = format!("{line} RTSP/1.0\r\nAuthorization: {authorization}\r\n\r\n");
        match parse(text.as_bytes()) {
            Parsed::Request { request, .. } => request,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn answers_are_checked() {
        let mufasa = credentials("Mufasa", "Circle Of Life");
        // The example of RFC 2617 §3.5: `GET` is no RTSP method, but the digest does not mind.
        let example = "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", \
            nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", qop=auth, nc=00000001, \
            cnonce=\"0a4f113b\", response=\"6629fae49393a05397450978507c4ef1\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";
        let check = |line: &str, authorization: &str, credentials: &Credentials, expected| {
            let request = request(line, authorization);
            let result =
                check(&request, "testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", credentials);
            assert_eq!(result, expected, "{line} {authorization}");
        };
        let get = "GET /dir/index.html";
        check(get, example, &mufasa, Ok(()));
        check(get, &example.replace(", ", ","), &mufasa, Ok(()));
        check(get, &example.replace("Digest", "digest"), &mufasa, Ok(()));
        check(get, example, &credentials("Mufasa", "circle of life"), Err(Denial::Wrong));
        check(get, example, &credentials("Scar", "Circle Of Life"), Err(Denial::Wrong));
        check("GET /dir/other.html", example, &mufasa, Err(Denial::Wrong));
        check("PUT /dir/index.html", example, &mufasa, Err(Denial::Wrong));
        check(get, &example.replace("dcd98b", "000000"), &mufasa, Err(Denial::Stale));
        check(get, "Basic TXVmYXNhOkNpcmNsZSBPZiBMaWZl", &mufasa, Err(Denial::Wrong));
        check(get, "Digest", &mufasa, Err(Denial::Wrong));
        // Without qop (RFC 2069): KD(H(A1), nonce:H(A2)).
        let short = "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", \
            nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", \
            response=\"670fd8c2df070c60b045671b8b24ff02\"";
        check(get, short, &mufasa, Ok(()));
    }

    #[test]
    fn quoted_values_are_read() {
        let check = |text: &str, expected: &[(&str, &str)]| {
            let fields = fields(text);
            let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            assert_eq!(fields, expected, "{text}");
        };
        check(r#"a="b", c = d ,e="f\"g""#, &[("a", "b"), ("c", "d"), ("e", "f\"g")]);
        check(r#"a="b,c=d",e=f"#, &[("a", "b,c=d"), ("e", "f")]);
        check(r#"a="open"#, &[("a", "open")]);
        check("", &[]);
        check("nothing", &[]);
    }

    proptest! {
        #[test]
        fn no_header_panics(text in "(Digest )?[ -~é守]{0,120}") {
            let _ = fields(&text);
        }
    }
}

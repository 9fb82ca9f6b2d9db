//! Mail: one plain text message in UTF-8, and the way to the installation's mail server. SMTP is `lettre`'s; the message is written
//! here, since it has one shape.
//!
//! Invariant: whatever stands in a header is either ours, a checked address, or base64 — nothing that somebody typed begins a line.

use super::reach::{Peer, RemindersConfig, resolve};
use super::{Came, Message};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use model::Personal;
use std::path::Path;
use std::time::Duration;
use store::MailDoor;

/// One message from connecting to the last answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Octets of one encoded word before base64: 45 become 60 characters, with its frame 72 of the 75 of RFC 2047 §2.
const WORD_BYTES_MAX: usize = 45;
/// Characters of a line of base64 (RFC 2045 §6.8).
const LINE_CHARS: usize = 76;
/// Where Debian and most others keep the certificates of public authorities.
const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Sends it, and says what the server answered.
pub async fn post(
    config: &RemindersConfig,
    door: &MailDoor,
    address: &Personal<String>,
    message: &Message,
) -> Came {
    match tokio::time::timeout(PATIENCE, posted(config, door, address, message)).await {
        Ok(came) => came,
        Err(_) => Came::silent("the mail server did not answer within 30 s".into()),
    }
}

async fn posted(
    config: &RemindersConfig,
    door: &MailDoor,
    address: &Personal<String>,
    message: &Message,
) -> Came {
    let judged = match resolve(config, Peer::MailServer, (&door.host, door.port)).await {
        Ok(judged) => judged,
        Err(problem) => return Came::silent(problem),
    };
    let (Ok(from), Ok(to)) = (door.sender.parse::<Address>(), address.reveal().parse::<Address>()) else {
        return Came::refused("an address is none".into());
    };
    let bytes = written(&from, &to, message);
    let Ok(envelope) = Envelope::new(Some(from.clone()), vec![to]) else {
        return Came::refused("an address is none".into());
    };
    let tls = match tls(config, door) {
        Ok(tls) => tls,
        Err(problem) => return Came::silent(problem),
    };
    let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(judged.ip().to_string())
        .port(door.port)
        .tls(tls)
        .timeout(Some(PATIENCE))
        .hello_name(ClientId::Domain(from.domain().to_owned()));
    if let Some((user, password)) = &door.login {
        transport = transport.credentials(Credentials::new(user.clone(), password.expose().clone()));
    }
    match transport.build().send_raw(&envelope, &bytes).await {
        Ok(answer) => {
            let words: Vec<&str> = answer.message().collect();
            Came::taken(without(&format!("{} {}", answer.code(), words.join(" ")), address))
        }
        // A code is an answer about this message or this login; without one nobody is there.
        Err(error) if error.status().is_some() => Came::refused(without(&with_causes(&error), address)),
        Err(error) => Came::silent(without(&with_causes(&error), address)),
    }
}

/// What a mail server says, without the address that it repeats: that is its owner's, and the answer is read by others.
fn without(answer: &str, address: &Personal<String>) -> String {
    let own = address.reveal().to_ascii_lowercase();
    let (mut cut, mut rest) = (String::new(), answer);
    // Lower case has the same bytes in the same places.
    while let Some(at) = rest.to_ascii_lowercase().find(&own).filter(|_| !own.is_empty()) {
        let (before, behind) = rest.split_at(at);
        cut.push_str(before);
        cut.push('…');
        rest = behind.get(own.len()..).unwrap_or_default();
    }
    cut + rest
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

fn tls(config: &RemindersConfig, door: &MailDoor) -> Result<Tls, String> {
    if door.security == "none" {
        return Ok(Tls::None);
    }
    crate::tls::install_provider();
    let path = config.roots.as_deref().unwrap_or(Path::new(SYSTEM_ROOTS));
    let pem = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let roots =
        Certificate::from_pem(&pem).map_err(|_| format!("{} holds no certificate", path.display()))?;
    let parameters = TlsParameters::builder(door.host.clone())
        .certificate_store(CertificateStore::None)
        .add_root_certificate(roots)
        .build_rustls()
        .map_err(|error| with_causes(&error))?;
    Ok(if door.security == "tls" { Tls::Wrapper(parameters) } else { Tls::Required(parameters) })
}

/// The message as it goes over the wire (RFC 5322, RFC 2045, RFC 2047, RFC 3834 §5).
fn written(from: &Address, to: &Address, message: &Message) -> Vec<u8> {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    let at = jiff::Timestamp::from_microsecond(message.at.0).unwrap_or_default().to_zoned(zone);
    let date = at.strftime("%a, %d %b %Y %H:%M:%S %z");
    let mut text = format!(
        "Date: {date}\r\nFrom: Watchkeeper <{from}>\r\nTo: <{to}>\r\nSubject: {}\r\nMessage-ID: <{}@{}>\r\n\
         Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n",
        encoded_words(&message.text.subject),
        message.id,
        from.domain(),
    );
    let body = STANDARD.encode(message.text.body.replace('\n', "\r\n"));
    for line in body.as_bytes().chunks(LINE_CHARS) {
        text.push_str(&String::from_utf8_lossy(line));
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// A header's text in any language, cut between characters (RFC 2047 §4.1, §5).
fn encoded_words(text: &str) -> String {
    let (mut words, mut word) = (Vec::new(), String::new());
    for letter in text.chars() {
        if word.len() + letter.len_utf8() > WORD_BYTES_MAX {
            words.push(std::mem::take(&mut word));
        }
        word.push(letter);
    }
    words.push(word);
    let encoded = words.iter().map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word)));
    encoded.collect::<Vec<_>>().join("\r\n ")
}

#[cfg(test)]
mod tests {
    use super::super::words::Text;
    use super::*;
    use model::WallTime;

    #[test]
    fn a_message_has_its_headers_and_no_more() {
        let message = Message {
            id: "018f0000-0000-7000-8000-000000000001".parse().unwrap(),
            at: WallTime(1_790_000_000_000_000),
            text: Text { subject: "守望\r\nBcc: x@y.z".into(), body: "第一行\n第二行".into() },
        };
        let (from, to) = ("vms@example.cn".parse().unwrap(), "duty@example.cn".parse().unwrap());
        let text = String::from_utf8(written(&from, &to, &message)).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> = head
            .split("\r\n")
            .filter(|line| !line.starts_with(' '))
            .filter_map(|line| Some(line.split_once(':')?.0))
            .collect();
        let expected = [
            "Date",
            "From",
            "To",
            "Subject",
            "Message-ID",
            "Auto-Submitted",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
        ];
        assert_eq!(names, expected, "nothing typed begins a line");
        assert!(head.contains("Date: Mon, 21 Sep 2026 22:13:20 +0800"), "{head}");
        assert!(head.contains("Message-ID: <018f0000-0000-7000-8000-000000000001@example.cn>"));
        let plain = STANDARD.decode(body.replace("\r\n", "")).unwrap();
        assert_eq!(String::from_utf8(plain).unwrap(), "第一行\r\n第二行");
    }

    #[test]
    fn long_subjects_are_words_that_fit() {
        let text = "提醒".repeat(40);
        let encoded = encoded_words(&text);
        let mut back = String::new();
        for word in encoded.split("\r\n ") {
            assert!(word.len() <= 75, "{word}");
            let inner = word.strip_prefix("=?utf-8?B?").unwrap().strip_suffix("?=").unwrap();
            back.push_str(&String::from_utf8(STANDARD.decode(inner).unwrap()).unwrap());
        }
        assert_eq!(back, text);
    }

    #[test]
    fn an_answer_does_not_repeat_whose_it_is() {
        let check = |answer: &str, expected: &str| {
            assert_eq!(without(answer, &Personal::new("duty@x.cn".to_owned())), expected);
        };
        check(
            "550 5.1.1 <Duty@X.cn>: Recipient address rejected",
            "550 5.1.1 <…>: Recipient address rejected",
        );
        check("duty@x.cn duty@x.cn", "… …");
        check("250 kept as 1", "250 kept as 1");
        check("值班 duty@x.cn 不存在", "值班 … 不存在");
    }
}

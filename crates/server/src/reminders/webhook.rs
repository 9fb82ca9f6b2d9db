//! Webhooks: one POST of JSON, signed as Standard Webhooks 1.0.0 says, so that receivers have a library for it in most languages.
//!
//! It follows no redirect and believes no answer beyond its bound. Invariant: the connection goes to an address that was judged.

use super::Came;
use super::reach::{Peer, RemindersConfig, may_reach, resolve};
use crate::app::App;
use crate::http_client::HttpClient;
use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::Secret;
use std::time::Duration;
use store::WebhookDoor;
use url::{Host, Url};
use uuid::Uuid;

/// One request from connecting to the last byte.
const PATIENCE: Duration = Duration::from_secs(15);
/// Longest answer: nobody needs more than a word.
const ANSWER_BYTES_MAX: usize = 4 * 1024;
/// Of the answer's body that is shown.
const SHOWN_CHARS_MAX: usize = 120;

/// `webhook-signature`: for each secret one signature over id, time and body (Standard Webhooks, "Signature scheme").
pub fn sign(secrets: &[Secret<Vec<u8>>], (id, timestamp_s): (Uuid, i64), body: &str) -> String {
    let signed = format!("{id}.{timestamp_s}.{body}");
    let one = |secret: &Secret<Vec<u8>>| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose());
        format!("v1,{}", STANDARD.encode(hmac::sign(&key, signed.as_bytes())))
    };
    secrets.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// Where a webhook's address leads, as `https://host:port`; or what is wrong with it.
pub fn origin_of(config: &RemindersConfig, text: &str) -> Result<(Url, String), &'static str> {
    let url = Url::parse(text.trim()).map_err(|_| "is no address")?;
    let host = url.host().ok_or("names no host")?;
    let own = match &host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    };
    match url.scheme() {
        "https" => {}
        "http" if own && config.loopback => {}
        _ => return Err("is not https"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("has a user name or password in it");
    }
    if url.fragment().is_some() {
        return Err("has a fragment");
    }
    let ip = match host {
        Host::Domain(_) => None,
        Host::Ipv4(ip) => Some(ip.into()),
        Host::Ipv6(ip) => Some(ip.into()),
    };
    // A name is judged when it is resolved, each time.
    if let Some(ip) = ip {
        may_reach(config, Peer::Webhook, ip)?;
    }
    let port = url.port_or_known_default().ok_or("names no port")?;
    let origin = format!("{}://{}:{port}", url.scheme(), url.host_str().unwrap_or_default());
    Ok((url, origin))
}

pub async fn post(app: &App, door: &WebhookDoor, (id, body): (Uuid, &str)) -> Came {
    let config = &app.facts().reminders;
    let url = match origin_of(config, door.url.expose()) {
        Ok((url, _)) => url,
        Err(problem) => return Came::refused(format!("the address {problem}")),
    };
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(443);
    let judged = tokio::time::timeout(PATIENCE, resolve(config, Peer::Webhook, (host, port))).await;
    let address = match judged {
        Ok(Ok(address)) => address,
        Ok(Err(problem)) => return Came::silent(problem),
        Err(_) => return Came::silent(format!("{host} was not resolved in time")),
    };
    let timestamp_s = app.now().as_ms().div_euclid(1_000);
    let marks = [
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id.to_string()),
        ("webhook-timestamp", timestamp_s.to_string()),
        ("webhook-signature", sign(&door.secrets, (id, timestamp_s), body)),
    ];
    let client = HttpClient::new(config.roots.as_deref()).patient(PATIENCE);
    match client.post_to(address, &url, &marks, body.as_bytes(), ANSWER_BYTES_MAX).await {
        Ok(answer) => {
            let text = String::from_utf8_lossy(&answer.body);
            let said = format!("{} {}", answer.status, shown(&text)).trim_end().to_owned();
            if (200..300).contains(&answer.status) { Came::taken(said) } else { Came::refused(said) }
        }
        Err(error) => Came::silent(format!("{error:#}")),
    }
}

fn shown(text: &str) -> String {
    let plain = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    plain.take(SHOWN_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries, and both secrets while one is replaced.
    #[test]
    fn signatures_are_those_of_the_specification() {
        let secret = Secret::new(STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap());
        let id: Uuid = "018f0000-0000-7000-8000-000000000001".parse().unwrap();
        let one = sign(std::slice::from_ref(&secret), (id, 1_614_265_330), r#"{"test": 2432232314}"#);
        assert!(one.starts_with("v1,") && one.len() == 3 + 44, "{one}");
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose());
        let signed = format!("{id}.1614265330.{}", r#"{"test": 2432232314}"#);
        let tag = STANDARD.decode(one.trim_start_matches("v1,")).unwrap();
        assert!(hmac::verify(&key, signed.as_bytes(), &tag).is_ok());
        let both = sign(&[secret, Secret::new(vec![7; 32])], (id, 1_614_265_330), "{}");
        assert_eq!(both.split(' ').count(), 2);
    }

    #[test]
    fn an_address_is_https_and_elsewhere() {
        let closed = RemindersConfig::default();
        let open = RemindersConfig { private_addresses: true, loopback: true, roots: None };
        let check = |config: &RemindersConfig, text: &str, expected: Result<&str, &str>| {
            let found = origin_of(config, text).map(|(_, origin)| origin);
            match (found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{text}"),
                (Err(found), Err(expected)) => assert!(found.contains(expected), "{text}: {found}"),
                (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
            }
        };
        check(&closed, "https://hooks.example.cn/a?b=c", Ok("https://hooks.example.cn:443"));
        check(&closed, "http://hooks.example.cn/a", Err("not https"));
        check(&closed, "ftp://hooks.example.cn/a", Err("not https"));
        check(&closed, "https://u:p@hooks.example.cn/a", Err("user name"));
        check(&closed, "https://hooks.example.cn/a#b", Err("fragment"));
        check(&closed, "https://127.0.0.1/", Err("own"));
        check(&closed, "https://0x7f.1/", Err("own"));
        check(&closed, "https://2130706433/", Err("own"));
        check(&closed, "https://[::ffff:127.0.0.1]/", Err("own"));
        check(&closed, "https://169.254.169.254/latest", Err("no host elsewhere"));
        check(&closed, "https://10.1.2.3/", Err("private"));
        check(&closed, "not an address", Err("no address"));
        check(&closed, "http://localhost:8080/a", Err("not https"));
        check(&open, "http://localhost:8080/a", Ok("http://localhost:8080"));
        check(&open, "http://10.1.2.3/", Err("not https"));
    }
}

//! One way through a provider and back: what is asked, and whether what comes back answers it (RFC 6749 §4.1, RFC 7636, RFC 9207,
//! RFC 9700 §2.1). Pure: chance comes in as bytes.
//!
//! Invariant: what comes back counts only for the provider that was asked and with the state that went along.

use super::{Fault, config::Provider, metadata::Metadata};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{Secret, WallTime};
use sha2::{Digest as _, Sha256};
use url::Url;

/// How long a person may take at their provider: a password, a second factor, and finding the phone.
pub const JOURNEY_US_MAX: i64 = 600_000_000;
/// As the seconds that `max_age` says: what counts is that the person shows themselves after they began, see `token`.
const MAX_AGE_S: i64 = JOURNEY_US_MAX / 1_000_000;
/// Codes are some dozen characters; some providers write whole tokens.
const CODE_CHARS_MAX: usize = 4_096;
/// RFC 6749 §4.1.2.1 and its extensions name errors by a word.
const ERROR_CHARS_MAX: usize = 40;

/// What is remembered while a person is away.
#[derive(Clone, Debug)]
pub struct Journey {
    /// The provider's id in the boot file.
    pub provider: String,
    pub state: String,
    pub nonce: String,
    verifier: Secret<String>,
    redirect: String,
    pub began: WallTime,
    /// With which the person came, when they are to be linked by it.
    pub invitation: Option<Secret<String>>,
}

/// What the provider sent the browser back with, as the console found it in its address.
#[derive(Clone)]
pub struct Returned {
    /// From the path of the address.
    pub provider: String,
    pub state: String,
    pub code: Option<String>,
    /// The provider's name for itself (RFC 9207).
    pub iss: Option<String>,
    pub error: Option<String>,
}

/// 96 random bytes and where the person comes back to.
pub fn begin(
    provider: &Provider,
    random: &[u8; 96],
    redirect: String,
    began: WallTime,
    invitation: Option<Secret<String>>,
) -> Journey {
    let text = |from: usize| URL_SAFE_NO_PAD.encode(random.get(from..from + 32).unwrap_or_default());
    Journey {
        provider: provider.id.clone(),
        state: text(0),
        nonce: text(32),
        verifier: Secret::new(text(64)),
        redirect,
        began,
        invitation,
    }
}

impl Journey {
    /// Where the browser goes.
    pub fn address(&self, provider: &Provider, metadata: &Metadata) -> Url {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.expose()));
        let mut url = metadata.authorization.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &provider.client_id)
            .append_pair("redirect_uri", &self.redirect)
            .append_pair("scope", "openid")
            .append_pair("state", &self.state)
            .append_pair("nonce", &self.nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            // A session that the provider remembers is not the person at this desk.
            .append_pair("prompt", "login")
            .append_pair("max_age", &MAX_AGE_S.to_string());
        url
    }

    /// The code that came back, if it answers this.
    pub fn code<'a>(
        &self,
        returned: &'a Returned,
        provider: &Provider,
        metadata: &Metadata,
    ) -> Result<&'a str, Fault> {
        if returned.state != self.state {
            return Err(Fault::State);
        }
        // Each provider has an address of its own to come back to (RFC 9700 §4.4.2.2), and names itself (RFC 9207 §2.4).
        let other = returned.iss.as_ref().is_some_and(|issuer| *issuer != provider.issuer);
        if returned.provider != self.provider || other || (returned.iss.is_none() && metadata.names_itself) {
            return Err(Fault::OtherProvider);
        }
        if let Some(error) = &returned.error {
            return Err(Fault::Returned(error_word(error)));
        }
        let code = returned.code.as_deref().filter(|code| (1..=CODE_CHARS_MAX).contains(&code.len()));
        code.ok_or(Fault::Malformed)
    }

    /// The body with which the code is exchanged, and the header that says who we are, if it is not in the body.
    pub fn exchange(
        &self,
        provider: &Provider,
        in_body: bool,
        code: &str,
    ) -> (Option<Secret<String>>, Secret<String>) {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &self.redirect)
            .append_pair("code_verifier", self.verifier.expose());
        let mut header = None;
        match &provider.client_secret {
            Some(secret) if !in_body => {
                // RFC 6749 §2.3.1: both encoded before they are joined.
                let encoded =
                    |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                let pair = format!("{}:{}", encoded(&provider.client_id), encoded(secret.expose()));
                let basic = base64::engine::general_purpose::STANDARD.encode(pair);
                header = Some(Secret::new(format!("Basic {basic}")));
            }
            Some(secret) => {
                body.append_pair("client_id", &provider.client_id)
                    .append_pair("client_secret", secret.expose());
            }
            None => {
                body.append_pair("client_id", &provider.client_id);
            }
        }
        (header, Secret::new(body.finish()))
    }
}

/// An error's word, and nothing that could be anything else: it is shown and logged.
pub fn error_word(text: &str) -> String {
    let plain =
        text.len() <= ERROR_CHARS_MAX && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if plain { text.to_owned() } else { "unknown_error".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::config::ProviderName;
    use super::*;

    fn provider(secret: Option<&str>) -> Provider {
        Provider {
            id: "bureau".to_owned(),
            name: ProviderName { zh: "市局".to_owned(), en: "Bureau".to_owned() },
            issuer: "https://id.example.cn".to_owned(),
            client_id: "watch keeper".to_owned(),
            client_secret: secret.map(|secret| Secret::new(secret.to_owned())),
            ca: None,
            shared: None,
        }
    }

    fn metadata(names_itself: bool) -> Metadata {
        let url = |path: &str| Url::parse(&format!("https://id.example.cn/{path}")).unwrap();
        Metadata {
            authorization: url("auth?tenant=1"),
            token: url("token"),
            keys: url("jwks"),
            names_itself,
            secret_in_body: false,
        }
    }

    fn chance() -> [u8; 96] {
        std::array::from_fn(|at| u8::try_from(at).unwrap())
    }

    fn journey(secret: Option<&str>) -> Journey {
        let redirect = "https://vms.example/sign-in/with/bureau".to_owned();
        begin(&provider(secret), &chance(), redirect, WallTime(0), None)
    }

    #[test]
    fn what_is_asked_binds_what_comes_back() {
        let journey = journey(None);
        let address = journey.address(&provider(None), &metadata(true));
        let query: std::collections::HashMap<_, _> = address.query_pairs().into_owned().collect();
        assert_eq!(query["tenant"], "1", "the provider's own query stays");
        assert_eq!((&query["state"], &query["nonce"]), (&journey.state, &journey.nonce));
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["redirect_uri"], "https://vms.example/sign-in/with/bureau");
        assert_eq!((&query["prompt"][..], &query["code_challenge_method"][..]), ("login", "S256"));
        // RFC 7636 §4.2.
        let verifier = URL_SAFE_NO_PAD.encode(&chance()[64..]);
        assert_eq!(query["code_challenge"], URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier)));
        assert!(!address.as_str().contains(&verifier) && !format!("{journey:?}").contains(&verifier));
    }

    #[test]
    fn only_an_answer_of_the_provider_that_was_asked_counts() {
        let journey = journey(None);
        type Change = fn(&mut Returned);
        let check = |names_itself: bool, change: Change, expected: Result<&str, Fault>| {
            let mut returned = Returned {
                provider: "bureau".to_owned(),
                state: journey.state.clone(),
                code: Some("c".to_owned()),
                iss: Some("https://id.example.cn".to_owned()),
                error: None,
            };
            change(&mut returned);
            assert_eq!(journey.code(&returned, &provider(None), &metadata(names_itself)), expected);
        };
        check(true, |_| (), Ok("c"));
        check(false, |returned| returned.iss = None, Ok("c"));
        check(true, |returned| returned.iss = None, Err(Fault::OtherProvider));
        check(
            false,
            |returned| returned.iss = Some("https://evil.example".to_owned()),
            Err(Fault::OtherProvider),
        );
        check(true, |returned| returned.provider = "other".to_owned(), Err(Fault::OtherProvider));
        check(true, |returned| returned.state.clear(), Err(Fault::State));
        check(true, |returned| returned.code = None, Err(Fault::Malformed));
        check(true, |returned| returned.code = Some("c".repeat(CODE_CHARS_MAX + 1)), Err(Fault::Malformed));
        let denied = |word: &str| Err(Fault::Returned(word.to_owned()));
        check(true, |returned| returned.error = Some("access_denied".to_owned()), denied("access_denied"));
        check(true, |returned| returned.error = Some("Call 110 now!".to_owned()), denied("unknown_error"));
    }

    #[test]
    fn the_secret_goes_where_the_provider_takes_it() {
        let (header, body) = journey(Some("a:b c")).exchange(&provider(Some("a:b c")), false, "c&d");
        // "watch+keeper:a%3Ab+c"
        assert_eq!(header.unwrap().expose(), "Basic d2F0Y2gra2VlcGVyOmElM0FiK2M=");
        assert!(body.expose().contains("code=c%26d&") && !body.expose().contains("client_secret"));
        let (header, body) = journey(Some("s")).exchange(&provider(Some("s")), true, "c");
        assert!(header.is_none() && body.expose().ends_with("client_id=watch+keeper&client_secret=s"));
        let (header, body) = journey(None).exchange(&provider(None), false, "c");
        assert!(header.is_none() && body.expose().ends_with("client_id=watch+keeper"));
    }
}

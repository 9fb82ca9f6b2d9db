//! Signing in by another party's word (OpenID Connect Core, code flow with PKCE): the providers, what they said about themselves,
//! and the way from a person's browser to a subject that a signed token proves.
//!
//! It knows no accounts: `store` finds out whose subject it is. No access token is used or kept. Invariants: one exchange per journey;
//! what a provider answers is bounded in bytes and time; neither code, token nor secret is written anywhere.

pub mod config;
mod journey;
mod metadata;
mod token;

pub use config::{Provider, ProviderConfig, ProviderName};
pub use journey::{JOURNEY_US_MAX, Journey, Returned};

use crate::{http::RateLimit, http_client::HttpClient};
use jsonwebtoken::jwk::Jwk;
use metadata::Metadata;
use model::{MonoTime, Secret, WallTime};
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use store::ProvenSubject;
use tokio::sync::Mutex;
use url::Url;

/// One request to a provider, to its last byte: somebody waits at the screen.
const PATIENCE: Duration = Duration::from_secs(10);
/// Providers with many languages and claims write some ten kilobytes about themselves.
const METADATA_BYTES_MAX: usize = 64 * 1024;
/// 32 keys with certificate chains.
const KEYS_BYTES_MAX: usize = 256 * 1024;
/// An ID token of 16 KiB, and access tokens that we do not use.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// How long metadata and keys count: a key that a provider withdraws is believed no longer than that.
const FRESH_US_MAX: i64 = 3_600_000_000;
/// Requests for metadata or keys of one provider in a minute, whoever asks: strangers can begin a sign-in, and tokens can name keys that
/// never were.
const FETCHES_MAX: u32 = 10;

/// Where on the way something went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Reading what the provider says about itself.
    Metadata,
    Keys,
    /// What the browser came back with.
    Return,
    /// Exchanging the code for a token.
    Exchange,
    Token,
}

/// What is wrong with what a provider, or somebody in its name, said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// No answer, or not in time.
    Unreachable,
    /// Another status than success, with the provider's word for it if it gave one.
    Status(u16, String),
    TooOften,
    Malformed,
    Issuer,
    Address,
    NoPkce,
    State,
    OtherProvider,
    /// The provider sent the person back with an error.
    Returned(String),
    Algorithm,
    NoKey,
    Signature,
    Audience,
    Expired,
    IssuedAt,
    Nonce,
    NotPresent,
    Subject,
}

impl Fault {
    /// In the ledger and the log.
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Unreachable => "no answer",
            Self::Status(..) => "another status than success",
            Self::TooOften => "asked too often",
            Self::Malformed => "not of the form that it must have",
            Self::Issuer => "of another issuer",
            Self::Address => "an address that is not safe",
            Self::NoPkce => "no PKCE with S256",
            Self::State => "another state than the one that was begun",
            Self::OtherProvider => "of another provider than the one that was asked",
            Self::Returned(_) => "the provider returned an error",
            Self::Algorithm => "an algorithm that is not taken",
            Self::NoKey => "a key that the provider does not have",
            Self::Signature => "a wrong signature",
            Self::Audience => "for another client",
            Self::Expired => "expired",
            Self::IssuedAt => "issued at another time",
            Self::Nonce => "another nonce than the one that was begun",
            Self::NotPresent => "without the person having signed in there just now",
            Self::Subject => "a subject that is none",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble {
    pub step: Step,
    pub fault: Fault,
}

impl Trouble {
    /// The provider cannot be used at the moment, whatever was asked; else what came is not to be believed.
    pub const fn is_outage(&self) -> bool {
        matches!(self.step, Step::Metadata | Step::Keys)
            || matches!(self.fault, Fault::Unreachable | Fault::Status(401 | 500.., _) | Fault::TooOften)
    }
}

/// All providers of the boot file.
#[derive(Debug)]
pub struct Providers(Vec<Arc<Live>>);

/// A provider and what it last said about itself.
pub struct Live {
    pub provider: Provider,
    client: HttpClient,
    said: Mutex<Said>,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.provider.fmt(f)
    }
}

struct Said {
    metadata: Option<(MonoTime, Arc<Metadata>)>,
    keys: Option<(MonoTime, Arc<Vec<Jwk>>)>,
    fetches: RateLimit<()>,
}

impl Providers {
    pub fn new(providers: &[Provider]) -> Self {
        Self(providers.iter().cloned().map(|provider| Arc::new(Live::new(provider))).collect())
    }
    pub fn all(&self) -> impl Iterator<Item = &Provider> {
        self.0.iter().map(|live| &live.provider)
    }
    pub fn find(&self, id: &str) -> Option<Arc<Live>> {
        self.0.iter().find(|live| live.provider.id == id).cloned()
    }
    /// What people call an issuer, if it is still one of ours.
    pub fn of_issuer(&self, issuer: &str) -> Option<&Provider> {
        self.all().find(|provider| provider.issuer == issuer)
    }
}

impl Live {
    fn new(provider: Provider) -> Self {
        let client = HttpClient::new(provider.ca.as_deref()).patient(PATIENCE);
        let said = Said { metadata: None, keys: None, fetches: RateLimit::new(FETCHES_MAX) };
        Self { provider, client, said: Mutex::new(said) }
    }

    /// Begins a journey: where the browser goes, and what is remembered meanwhile.
    pub async fn begin(
        &self,
        random: &[u8; 96],
        redirect: String,
        (wall, mono): (WallTime, MonoTime),
        invitation: Option<Secret<String>>,
    ) -> Result<(Url, Journey), Trouble> {
        let metadata = self.metadata(mono).await?;
        let journey = journey::begin(&self.provider, random, redirect, wall, invitation);
        Ok((journey.address(&self.provider, &metadata), journey))
    }

    /// Ends one: the code is exchanged, and the token checked.
    pub async fn finish(
        &self,
        journey: &Journey,
        returned: &Returned,
        (wall, mono): (WallTime, MonoTime),
    ) -> Result<ProvenSubject, Trouble> {
        let metadata = self.metadata(mono).await?;
        let code = journey
            .code(returned, &self.provider, &metadata)
            .map_err(|fault| Trouble { step: Step::Return, fault })?;
        let token = self.exchange(journey, &metadata, code).await?;
        let of_token = |fault| Trouble { step: Step::Token, fault };
        let header = token::header(token.expose()).map_err(of_token)?;
        let mut key = token::key(&self.keys(&metadata, mono, false).await?, &header);
        if key.is_none() {
            // It may be newer than what we know (§10.1.1).
            key = token::key(&self.keys(&metadata, mono, true).await?, &header);
        }
        let key = key.ok_or(of_token(Fault::NoKey))?;
        let expected = token::Expected {
            issuer: &self.provider.issuer,
            client_id: &self.provider.client_id,
            nonce: &journey.nonce,
            began_s: journey.began.0.div_euclid(1_000_000),
            now_s: wall.0.div_euclid(1_000_000),
            shared: self.provider.shared.as_ref(),
        };
        token::check(token.expose(), &header, &key, &expected).map_err(of_token)
    }

    async fn exchange(
        &self,
        journey: &Journey,
        metadata: &Metadata,
        code: &str,
    ) -> Result<Secret<String>, Trouble> {
        #[derive(Deserialize)]
        struct Given {
            id_token: String,
        }
        let (header, body) = journey.exchange(&self.provider, metadata.secret_in_body, code);
        let mut marks = vec![
            ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ("accept", "application/json".to_owned()),
        ];
        marks.extend(header.map(|header| ("authorization", header.expose().clone())));
        let ask = ("POST", &metadata.token, &marks[..], body.expose().as_bytes());
        let bytes = self.ask(Step::Exchange, ask, ANSWER_BYTES_MAX).await?;
        let given: Given = serde_json::from_slice(&bytes)
            .map_err(|_| Trouble { step: Step::Exchange, fault: Fault::Malformed })?;
        Ok(Secret::new(given.id_token))
    }

    async fn metadata(&self, now: MonoTime) -> Result<Arc<Metadata>, Trouble> {
        let mut said = self.said.lock().await;
        if let Some((at, metadata)) = &said.metadata
            && now.since_us(*at) < FRESH_US_MAX
        {
            return Ok(metadata.clone());
        }
        let wrong = |fault| Trouble { step: Step::Metadata, fault };
        said.fetches.request((), now).map_err(|_| wrong(Fault::TooOften))?;
        let url = metadata::address(&self.provider.issuer).ok_or(wrong(Fault::Address))?;
        let bytes = self.ask(Step::Metadata, ("GET", &url, &[], b""), METADATA_BYTES_MAX).await?;
        let metadata = Arc::new(metadata::metadata(&bytes, &self.provider.issuer).map_err(wrong)?);
        said.metadata = Some((now, metadata.clone()));
        Ok(metadata)
    }

    /// `again`: a token names a key that those we have do not contain (OpenID Connect Core §10.1.1).
    async fn keys(&self, metadata: &Metadata, now: MonoTime, again: bool) -> Result<Arc<Vec<Jwk>>, Trouble> {
        let mut said = self.said.lock().await;
        if let Some((at, keys)) = &said.keys
            && now.since_us(*at) < FRESH_US_MAX
            && !again
        {
            return Ok(keys.clone());
        }
        let wrong = |fault| Trouble { step: Step::Keys, fault };
        said.fetches.request((), now).map_err(|_| wrong(Fault::TooOften))?;
        let bytes = self.ask(Step::Keys, ("GET", &metadata.keys, &[], b""), KEYS_BYTES_MAX).await?;
        let keys = Arc::new(metadata::keys(&bytes).map_err(wrong)?);
        said.keys = Some((now, keys.clone()));
        Ok(keys)
    }

    /// One request. What went wrong is logged by whoever answers the person; the chain of a transport's errors is said here, since it
    /// goes no further.
    async fn ask(
        &self,
        step: Step,
        (method, url, marks, body): (&str, &Url, &[(&str, String)], &[u8]),
        bytes_max: usize,
    ) -> Result<Vec<u8>, Trouble> {
        let answer = match self.client.ask(method, url, marks, body, bytes_max).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::warn!(provider = %self.provider.id, ?step, "a sign-in provider gave no answer: {error:#}");
                return Err(Trouble { step, fault: Fault::Unreachable });
            }
        };
        if answer.status == 200 {
            return Ok(answer.body);
        }
        #[derive(Deserialize)]
        struct Said {
            error: String,
        }
        let word = serde_json::from_slice::<Said>(&answer.body).map(|said| journey::error_word(&said.error));
        Err(Trouble { step, fault: Fault::Status(answer.status, word.unwrap_or_default()) })
    }
}

//! What a provider says about itself (OpenID Connect Discovery §3) and its keys (RFC 7517 §5): bytes in, values out. Pure.
//!
//! Invariant: an address that is not reached safely is not kept, and metadata of another issuer is nobody's.

use super::{Fault, config::is_reachable};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

/// Keys of one provider: it signs with one, and keeps some for a change.
const KEYS_MAX: usize = 32;

/// Signatures that are taken, and no others: never `none`, never a secret that both sides know.
pub const ALGORITHMS: [Algorithm; 4] =
    [Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256, Algorithm::PS256];

#[derive(Clone, Debug)]
pub struct Metadata {
    pub authorization: Url,
    pub token: Url,
    pub keys: Url,
    /// It names itself when it sends people back (RFC 9207 §3).
    pub names_itself: bool,
    /// It takes the client's secret in the body only.
    pub secret_in_body: bool,
}

#[derive(Deserialize)]
struct Written {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
}

/// Where a provider describes itself (OpenID Connect Discovery §4).
pub fn address(issuer: &str) -> Option<Url> {
    Url::parse(&format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))).ok()
}

pub fn metadata(bytes: &[u8], issuer: &str) -> Result<Metadata, Fault> {
    let written: Written = serde_json::from_slice(bytes).map_err(|_| Fault::Malformed)?;
    // §4.3: exactly.
    if written.issuer != issuer {
        return Err(Fault::Issuer);
    }
    let loopback = Url::parse(issuer).is_ok_and(|url| url.scheme() == "http");
    let url =
        |text: &str| Url::parse(text).ok().filter(|url| is_reachable(url, loopback)).ok_or(Fault::Address);
    // RFC 9700 §2.1.1. Who does not say which methods it takes may take it all the same; who says, and does not, does not.
    if written
        .code_challenge_methods_supported
        .is_some_and(|methods| !methods.iter().any(|one| one == "S256"))
    {
        return Err(Fault::NoPkce);
    }
    let methods = written.token_endpoint_auth_methods_supported;
    let takes = |wanted: &str| methods.iter().flatten().any(|method| method == wanted);
    Ok(Metadata {
        authorization: url(&written.authorization_endpoint)?,
        token: url(&written.token_endpoint)?,
        keys: url(&written.jwks_uri)?,
        names_itself: written.authorization_response_iss_parameter_supported,
        secret_in_body: takes("client_secret_post") && !takes("client_secret_basic"),
    })
}

/// The keys that can be used; of kinds that we do not know there may be others.
pub fn keys(bytes: &[u8]) -> Result<Vec<Jwk>, Fault> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<Value>,
    }
    let set: Set = serde_json::from_slice(bytes).map_err(|_| Fault::Malformed)?;
    if set.keys.len() > KEYS_MAX {
        return Err(Fault::Malformed);
    }
    Ok(set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect())
}

/// The one key that a token of this header is checked with. Without a name (`kid`) there must be no choice.
pub fn key_for(keys: &[Jwk], algorithm: Algorithm, kid: Option<&str>) -> Option<DecodingKey> {
    let mut fit = keys.iter().filter(|key| fits(key, algorithm)).filter(|key| match kid {
        Some(kid) => key.common.key_id.as_deref() == Some(kid),
        None => true,
    });
    let (first, second) = (fit.next()?, fit.next());
    if second.is_some() {
        return None;
    }
    DecodingKey::from_jwk(first).ok()
}

fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let for_signing = matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let said = match algorithm {
        Algorithm::ES256 => KeyAlgorithm::ES256,
        Algorithm::EdDSA => KeyAlgorithm::EdDSA,
        Algorithm::RS256 => KeyAlgorithm::RS256,
        Algorithm::PS256 => KeyAlgorithm::PS256,
        _ => return false,
    };
    let of_kind = match (&key.algorithm, algorithm) {
        (AlgorithmParameters::RSA(_), Algorithm::RS256 | Algorithm::PS256) => true,
        (AlgorithmParameters::EllipticCurve(params), Algorithm::ES256) => params.curve == EllipticCurve::P256,
        (AlgorithmParameters::OctetKeyPair(params), Algorithm::EdDSA) => {
            params.curve == EllipticCurve::Ed25519
        }
        _ => false,
    };
    for_signing && of_kind && key.common.key_algorithm.is_none_or(|algorithm| algorithm == said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ISSUER: &str = "https://id.example.cn";

    fn written() -> Value {
        json!({
            "issuer": ISSUER, "authorization_endpoint": "https://id.example.cn/auth",
            "token_endpoint": "https://id.example.cn/token", "jwks_uri": "https://keys.example.cn/jwks",
        })
    }

    #[test]
    fn metadata_is_the_issuers_own_and_reached_safely() {
        let check = |field: &str, value: Value, expected: Result<(), Fault>| {
            let mut document = written();
            document[field] = value.clone();
            let found = metadata(document.to_string().as_bytes(), ISSUER).map(|_| ());
            assert_eq!(found, expected, "{field}: {value}");
        };
        check("x", json!(1), Ok(()));
        check("issuer", json!("https://id.example.cn/"), Err(Fault::Issuer));
        check("issuer", json!("https://evil.example"), Err(Fault::Issuer));
        check("token_endpoint", json!("http://id.example.cn/token"), Err(Fault::Address));
        check("jwks_uri", json!("http://localhost/jwks"), Err(Fault::Address));
        check("jwks_uri", json!("file:///etc/passwd"), Err(Fault::Address));
        check("authorization_endpoint", json!("javascript:alert(1)"), Err(Fault::Address));
        check("token_endpoint", json!(null), Err(Fault::Malformed));
        check("code_challenge_methods_supported", json!(["plain"]), Err(Fault::NoPkce));
        check("code_challenge_methods_supported", json!(["plain", "S256"]), Ok(()));
        let whole = written().to_string();
        for cut in 0..whole.len() {
            assert!(metadata(&whole.as_bytes()[..cut], ISSUER).is_err());
        }
        assert_eq!(address("https://id.example.cn/").unwrap(), address(ISSUER).unwrap());
    }

    #[test]
    fn one_key_fits_or_none() {
        let ec = |kid: &str, more: Value| {
            let mut key = json!({
                "kty": "EC", "crv": "P-256", "kid": kid, "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            });
            more.as_object().unwrap().iter().for_each(|(name, value)| key[name] = value.clone());
            key
        };
        let check = |set: Vec<Value>, kid: Option<&str>, expected: bool| {
            let keys = keys(json!({ "keys": set }).to_string().as_bytes()).unwrap();
            assert_eq!(key_for(&keys, Algorithm::ES256, kid).is_some(), expected, "{set:?} {kid:?}");
        };
        check(vec![ec("a", json!({}))], Some("a"), true);
        check(vec![ec("a", json!({}))], Some("b"), false);
        check(vec![ec("a", json!({}))], None, true);
        check(vec![ec("a", json!({})), ec("b", json!({}))], None, false);
        check(vec![ec("a", json!({})), ec("a", json!({}))], Some("a"), false);
        check(vec![ec("a", json!({ "use": "enc" }))], Some("a"), false);
        check(vec![ec("a", json!({ "alg": "ES384" }))], Some("a"), false);
        check(vec![ec("a", json!({ "alg": "ES256", "use": "sig" }))], Some("a"), true);
        check(vec![json!({ "kty": "oct", "k": "AAAA", "kid": "a" })], Some("a"), false);
        check(vec![json!({ "kty": "something new" }), ec("a", json!({}))], Some("a"), true);
        let key = keys(json!({ "keys": [ec("a", json!({}))] }).to_string().as_bytes()).unwrap();
        assert!(key_for(&key, Algorithm::HS256, Some("a")).is_none());
        assert!(key_for(&key, Algorithm::RS256, Some("a")).is_none());
        assert_eq!(keys(&[b'['; 10]), Err(Fault::Malformed));
        let many = vec![ec("a", json!({})); KEYS_MAX + 1];
        assert_eq!(keys(json!({ "keys": many }).to_string().as_bytes()), Err(Fault::Malformed));
    }
}

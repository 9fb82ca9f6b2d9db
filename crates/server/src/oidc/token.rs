//! Whether an ID token is what was asked for (OpenID Connect Core §3.1.3.7). Pure: keys, nonce and time come in as values.
//!
//! Invariant: nothing of a token is believed before its signature holds, and nothing but issuer and subject is believed after.

use super::{Fault, config::SharedClaim, metadata};
use jsonwebtoken::{DecodingKey, Header, Validation, jwk::Jwk};
use serde::Deserialize;
use serde_json::{Map, Value};
use store::{ProvenSubject, is_subject};

/// Claims of providers are some hundred bytes; roles and pictures can make them long.
const ID_TOKEN_BYTES_MAX: usize = 16 * 1024;
/// How far the provider's clock may be off ours.
pub const SKEW_S: i64 = 60;

/// What was asked for, and when.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    /// When this way was begun. The person shows their presence to the provider after that.
    pub began_s: i64,
    pub now_s: i64,
    pub shared: Option<&'a SharedClaim>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    auth_time: Option<f64>,
    nonce: Option<String>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// The header, for choosing the key: of an algorithm that is taken.
pub fn header(token: &str) -> Result<Header, Fault> {
    if token.len() > ID_TOKEN_BYTES_MAX {
        return Err(Fault::Malformed);
    }
    // An algorithm that this library does not know, `none` among them, does not parse.
    let header = jsonwebtoken::decode_header(token).map_err(|_| Fault::Algorithm)?;
    if metadata::ALGORITHMS.contains(&header.alg) { Ok(header) } else { Err(Fault::Algorithm) }
}

/// The key of this header among these.
pub fn key(keys: &[Jwk], header: &Header) -> Option<DecodingKey> {
    metadata::key_for(keys, header.alg, header.kid.as_deref())
}

/// Checks signature and claims.
pub fn check(
    token: &str,
    header: &Header,
    key: &DecodingKey,
    expected: &Expected<'_>,
) -> Result<ProvenSubject, Fault> {
    let mut validation = Validation::new(header.alg);
    // Times are held against the server's clock below, and whose token it is against what was asked for.
    validation.required_spec_claims.clear();
    (validation.validate_exp, validation.validate_nbf, validation.validate_aud) = (false, false, false);
    let data = jsonwebtoken::decode::<Claims>(token, key, &validation);
    let claims = data.map_err(|error| match error.kind() {
        jsonwebtoken::errors::ErrorKind::InvalidSignature => Fault::Signature,
        jsonwebtoken::errors::ErrorKind::InvalidAlgorithm => Fault::Algorithm,
        _ => Fault::Malformed,
    })?;
    judge(claims.claims, expected)
}

fn judge(claims: Claims, expected: &Expected<'_>) -> Result<ProvenSubject, Fault> {
    let (now, skew) = (expected.now_s as f64, SKEW_S as f64);
    let since = expected.began_s as f64 - skew;
    // Point 3: no audience beside us. One that we do not trust could have asked for it.
    let for_us = match &claims.aud {
        Audience::One(one) => one == expected.client_id,
        Audience::Many(many) => many.len() == 1 && many[0] == expected.client_id,
    };
    match () {
        () if claims.iss != expected.issuer => Err(Fault::Issuer),
        () if !for_us => Err(Fault::Audience),
        () if claims.azp.as_deref().is_some_and(|azp| azp != expected.client_id) => Err(Fault::Audience),
        () if now >= claims.exp + skew => Err(Fault::Expired),
        () if claims.iat > now + skew || claims.iat < since => Err(Fault::IssuedAt),
        () if claims.nbf.is_some_and(|nbf| nbf > now + skew) => Err(Fault::IssuedAt),
        () if claims.nonce.as_deref() != Some(expected.nonce) => Err(Fault::Nonce),
        // `max_age` was asked for, so it must be there (point 13).
        () if claims.auth_time.is_none_or(|at| at < since || at > now + skew) => Err(Fault::NotPresent),
        () if !is_subject(&claims.sub) => Err(Fault::Subject),
        () => {
            let is_shared = claims.sub == expected.client_id
                || expected.shared.is_some_and(|shared| says(shared, &claims.other));
            Ok(ProvenSubject { issuer: claims.iss, subject: claims.sub, is_shared })
        }
    }
}

fn says(shared: &SharedClaim, claims: &Map<String, Value>) -> bool {
    let is = |value: &Value| match value {
        Value::String(text) => shared.values.contains(text),
        Value::Bool(said) => shared.values.iter().any(|wanted| *wanted == said.to_string()),
        _ => false,
    };
    match claims.get(&shared.claim) {
        Some(Value::Array(values)) => values.iter().any(is),
        Some(value) => is(value),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW_S: i64 = 1_800_000_000;

    fn claims() -> Value {
        json!({
            "iss": "https://id.example.cn", "sub": "248289761001", "aud": "watchkeeper", "exp": NOW_S + 300,
            "iat": NOW_S, "auth_time": NOW_S - 5, "nonce": "n",
        })
    }

    fn judged(claims: Value) -> Result<ProvenSubject, Fault> {
        let shared = SharedClaim { claim: "kind".to_owned(), values: vec!["shared".to_owned()] };
        let expected = Expected {
            issuer: "https://id.example.cn",
            client_id: "watchkeeper",
            nonce: "n",
            began_s: NOW_S - 20,
            now_s: NOW_S,
            shared: Some(&shared),
        };
        serde_json::from_value(claims)
            .map_err(|_| Fault::Malformed)
            .and_then(|claims| judge(claims, &expected))
    }

    #[test]
    fn claims_are_what_was_asked_for() {
        let check = |field: &str, value: Value, expected: Result<bool, Fault>| {
            let mut changed = claims();
            changed[field] = value.clone();
            assert_eq!(judged(changed).map(|proven| proven.is_shared), expected, "{field}: {value}");
        };
        check("more", json!(1), Ok(false));
        check("iss", json!("https://evil.example"), Err(Fault::Issuer));
        check("iss", json!("https://id.example.cn/"), Err(Fault::Issuer));
        check("aud", json!(["watchkeeper"]), Ok(false));
        check("aud", json!("other"), Err(Fault::Audience));
        check("aud", json!([]), Err(Fault::Audience));
        check("aud", json!(["watchkeeper", "other"]), Err(Fault::Audience));
        check("azp", json!("watchkeeper"), Ok(false));
        check("azp", json!("other"), Err(Fault::Audience));
        check("exp", json!(NOW_S - 59), Ok(false));
        check("exp", json!(NOW_S - 60), Err(Fault::Expired));
        check("exp", json!("soon"), Err(Fault::Malformed));
        check("iat", json!(NOW_S + 61), Err(Fault::IssuedAt));
        check("iat", json!(NOW_S - 81), Err(Fault::IssuedAt));
        check("iat", json!(NOW_S - 80), Ok(false));
        check("nbf", json!(NOW_S + 61), Err(Fault::IssuedAt));
        check("nonce", json!("m"), Err(Fault::Nonce));
        check("nonce", json!(null), Err(Fault::Nonce));
        check("auth_time", json!(null), Err(Fault::NotPresent));
        check("auth_time", json!(NOW_S - 81), Err(Fault::NotPresent));
        check("auth_time", json!(NOW_S + 61), Err(Fault::NotPresent));
        check("sub", json!(""), Err(Fault::Subject));
        check("sub", json!("a b"), Err(Fault::Subject));
        check("sub", json!("a\nissuer=b"), Err(Fault::Subject));
        check("sub", json!("a".repeat(256)), Err(Fault::Subject));
        check("sub", json!("watchkeeper"), Ok(true));
        check("kind", json!("shared"), Ok(true));
        check("kind", json!(["person", "shared"]), Ok(true));
        check("kind", json!("person"), Ok(false));
        for field in ["iss", "sub", "aud", "exp", "iat"] {
            let mut without = claims();
            without.as_object_mut().unwrap().remove(field);
            assert_eq!(judged(without), Err(Fault::Malformed), "without {field}");
        }
    }

    #[test]
    fn headers_of_algorithms_that_are_not_taken_are_no_headers() {
        use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
        let check = |header: Value, expected: bool| {
            let token = format!("{}.e30.AAAA", URL_SAFE_NO_PAD.encode(header.to_string()));
            assert_eq!(super::header(&token).is_ok(), expected, "{header}");
        };
        check(json!({ "alg": "ES256" }), true);
        check(json!({ "alg": "RS256", "kid": "a" }), true);
        for alg in ["none", "None", "NONE", "HS256", "HS512", "RS512", "ES384", "RS1", ""] {
            check(json!({ "alg": alg }), false);
        }
        check(json!({}), false);
        assert!(header(&"a".repeat(ID_TOKEN_BYTES_MAX + 1)).is_err());
        assert!(header("a.b").is_err());
    }
}

//! What a browser is told, and what a browser's word decides: headers of every answer, the session cookie's name, and whether a
//! request comes from a page of our own.
//!
//! It knows no person. Invariant: a request that names another site, or another service of this host, as its origin reaches no route.

use super::error::{Answer, Failure};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header},
    middleware::Next,
    response::Response,
};
use model::Kind;

/// The session cookie on a connection without TLS, which only a loopback address may have.
pub const COOKIE: &str = "wk_session";
/// Under TLS. A browser takes a cookie with this prefix only from this very host over TLS, for all paths: no other service of the
/// host, and no page of a plain connection, can plant one.
pub const SECURE_COOKIE: &str = "__Host-wk_session";

/// By which name the session cookie travels.
pub fn cookie_name(secure: bool) -> &'static str {
    if secure { SECURE_COOKIE } else { COOKIE }
}

/// By which name the cookie travels that says which browser asked for a challenge.
pub fn ceremony_cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-wk_ceremony" } else { "wk_ceremony" }
}

/// By which name the cookie travels that says which browser was sent to a sign-in provider.
pub fn journey_cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-wk_journey" } else { "wk_journey" }
}

/// What a page of ours may load: its own files only, and media it has built itself. No script but its own files, none inline, no
/// `eval`. Styles may stand inline: the components' library writes them while it runs.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; font-src 'self'; \
    media-src 'self' blob:; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; manifest-src 'self'; \
    frame-src 'none'; worker-src 'none'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// A year (RFC 6797 §6.1.1, §8.1): a browser that was warned of the certificate ignores it, so a self-made one locks nobody out.
const TRANSPORT_SECURITY: HeaderValue = HeaderValue::from_static("max-age=31536000");

const ATTACHED: HeaderValue = HeaderValue::from_static("attachment; filename=\"api.json\"");

/// What says where a request was made (W3C Fetch Metadata); no script can set it.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()",
        ),
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// On every answer, also on refusals and on what no route claims.
pub async fn headers(State(secure): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, TRANSPORT_SECURITY);
    }
    // Files that somebody uploaded have a stricter policy of their own.
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    // Opened by its address, an answer of the API is a file and no page, whatever somebody's words in it look like.
    if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json") {
        headers.entry(header::CONTENT_DISPOSITION).or_insert(ATTACHED);
    }
    // What names no other rule is an answer to one person at one moment.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// A page of another site, or of another service of this host, reaches no route, whatever it would ask: a change (CSRF), a socket,
/// which no same-origin policy binds (RFC 6455 §10.2), or a reading that would leave an entry under somebody's name. A client that
/// is not a browser says neither header, and has no cookie that a site could misuse.
pub fn require_own_page(headers: &HeaderMap, uri: &Uri) -> Answer<()> {
    let from_elsewhere =
        headers.get_all(FETCH_SITE).iter().any(|site| site != "same-origin" && site != "none");
    if from_elsewhere || !headers.get_all(header::ORIGIN).iter().all(|origin| is_own(origin, headers, uri)) {
        return Err(
            Failure::new(Kind::Refused, "only this console's own pages may ask this").with_code("origin")
        );
    }
    Ok(())
}

/// Whether an origin (RFC 6454 §6.2) is where the request went.
fn is_own(origin: &HeaderValue, headers: &HeaderMap, uri: &Uri) -> bool {
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    match (origin, authority(headers, uri)) {
        (Some(("http" | "https", authority)), Some(host)) => authority.eq_ignore_ascii_case(host),
        _ => false,
    }
}

/// Where the request went: HTTP/2 says that in its address, HTTP/1.1 in `Host`.
pub fn authority<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.or_else(|| uri.authority().map(|authority| authority.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_may_ask() {
        let check =
            |host: Option<&'static str>, uri: &'static str, said: &[(HeaderName, &'static str)], expected| {
                let host = host.map(|host| (header::HOST, HeaderValue::from_static(host)));
                let said = said.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
                let mut headers = HeaderMap::new();
                for (name, value) in said.chain(host) {
                    headers.append(name, value);
                }
                let allowed = require_own_page(&headers, &Uri::from_static(uri)).is_ok();
                assert_eq!(allowed, expected, "{headers:?} {uri}");
            };
        let (host, origin, site) = (Some("vms.example:8443"), header::ORIGIN, FETCH_SITE);
        check(host, "/", &[], true);
        check(host, "/", &[(origin.clone(), "https://vms.example:8443")], true);
        check(host, "/", &[(origin.clone(), "https://VMS.example:8443")], true);
        check(host, "/", &[(origin.clone(), "https://evil.example")], false);
        check(host, "/", &[(origin.clone(), "https://vms.example:8443.evil.example")], false);
        check(host, "/", &[(origin.clone(), "https://vms.example")], false);
        check(host, "/", &[(origin.clone(), "ftp://vms.example:8443")], false);
        check(host, "/", &[(origin.clone(), "null")], false);
        check(host, "/", &[(origin.clone(), "")], false);
        check(
            host,
            "/",
            &[(origin.clone(), "https://vms.example:8443"), (origin.clone(), "https://evil.example")],
            false,
        );
        check(None, "/", &[(origin.clone(), "https://vms.example:8443")], false);
        // HTTP/2 has no Host.
        check(None, "https://vms.example:8443/", &[(origin.clone(), "https://vms.example:8443")], true);
        check(None, "https://vms.example:8443/", &[(origin.clone(), "https://evil.example")], false);
        check(host, "/", &[(site.clone(), "same-origin")], true);
        // Typed in, or a bookmark.
        check(host, "/", &[(site.clone(), "none")], true);
        // Another port of this host is the same site, and its pages' requests carry our cookie.
        check(host, "/", &[(site.clone(), "same-site")], false);
        check(host, "/", &[(site.clone(), "cross-site")], false);
        check(host, "/", &[(site, "same-origin"), (origin, "https://evil.example")], false);
    }
}

//! Which addresses reminders may be sent to. Somebody who sets a webhook chooses where this machine connects to, so not everything that
//! it can reach may be chosen (server-side request forgery).
//!
//! Invariant: an address is judged after its name was resolved, and the connection goes to the address that was judged.

use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

/// Addresses that one name may have.
const ADDRESSES_MAX: usize = 8;

/// The boot file's part about reminders.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct RemindersConfig {
    /// Webhooks may go to addresses of private networks.
    pub private_addresses: bool,
    /// Webhooks and the mail server may be on this machine; webhooks there also without TLS.
    pub loopback: bool,
    /// A PEM file with the authorities that are believed; without it the system's.
    pub roots: Option<PathBuf>,
}

/// What is at the other end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Peer {
    /// Set by whoever runs the machine; usually in its own network.
    MailServer,
    Webhook,
}

/// Whether such an address may be connected to; if not, why.
pub fn may_reach(config: &RemindersConfig, peer: Peer, ip: IpAddr) -> Result<(), &'static str> {
    let ip = plain(ip);
    if ip.is_loopback() {
        return if config.loopback {
            Ok(())
        } else {
            Err("is this machine's own: the boot file does not allow it")
        };
    }
    let (never, private) = match ip {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let never = a == 0 || a >= 240 || v4.is_link_local() || v4.is_multicast();
            (
                never,
                v4.is_private() || (a == 100 && (64..128).contains(&b)) || (a == 198 && (b == 18 || b == 19)),
            )
        }
        IpAddr::V6(v6) => {
            let first = v6.segments()[0];
            let never =
                v6.is_unspecified() || v6.is_multicast() || first & 0xffc0 == 0xfe80 || first == 0x2002;
            (never, first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfec0)
        }
    };
    if never {
        return Err("is of no host elsewhere");
    }
    if private && peer == Peer::Webhook && !config.private_addresses {
        return Err("is of a private network: the boot file does not allow it");
    }
    Ok(())
}

/// An IPv4 address in whatever clothes (RFC 4291 §2.5.5.2, RFC 6052 §2.1).
fn plain(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = ip.to_canonical() else { return ip.to_canonical() };
    let translated = v6.segments()[..6] == [0x64, 0xff9b, 0, 0, 0, 0];
    let compatible = v6.segments()[..6] == [0; 6] && v6 != Ipv6Addr::LOCALHOST && !v6.is_unspecified();
    match v6.octets() {
        [.., a, b, c, d] if translated || compatible => IpAddr::from([a, b, c, d]),
        _ => v6.into(),
    }
}

/// Resolves a name and judges every address; one that may not be reached refuses the name.
pub async fn resolve(
    config: &RemindersConfig,
    peer: Peer,
    (host, port): (&str, u16),
) -> Result<SocketAddr, String> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = tokio::net::lookup_host((bare, port)).await;
    let found: Vec<SocketAddr> =
        found.map_err(|_| format!("{bare} has no address"))?.take(ADDRESSES_MAX).collect();
    for address in &found {
        may_reach(config, peer, address.ip()).map_err(|why| format!("{bare} {why}"))?;
    }
    // A name for both is tried by the older one: whoever listens at one alone listens there.
    let chosen = found.iter().find(|address| address.is_ipv4()).or(found.first());
    chosen.copied().ok_or_else(|| format!("{bare} has no address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_elsewhere_is_not_reached() {
        let (closed, open) = (
            RemindersConfig::default(),
            RemindersConfig { private_addresses: true, loopback: true, roots: None },
        );
        // By the closed and the open setting for a webhook, and by the closed one for the mail server.
        let check = |text: &str, expected: [bool; 3]| {
            let ip: IpAddr = text.parse().unwrap();
            let may = |config, peer| may_reach(config, peer, ip).is_ok();
            let found =
                [may(&closed, Peer::Webhook), may(&open, Peer::Webhook), may(&closed, Peer::MailServer)];
            assert_eq!(found, expected, "{text}");
        };
        check("203.0.113.7", [true; 3]);
        check("2001:db8::1", [true; 3]);
        for private in ["10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "fd00::1", "::ffff:10.0.0.1"] {
            check(private, [false, true, true]);
        }
        for own in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "::127.0.0.1"] {
            check(own, [false, true, false]);
        }
        for never in
            ["0.0.0.0", "169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "224.0.0.1"]
        {
            check(never, [false; 3]);
        }
        for never in ["255.255.255.255", "::", "fe80::1", "ff02::1", "2002:7f00:1::"] {
            check(never, [false; 3]);
        }
    }
}

//! Asks a camera for its time where it sends no sender reports: the `Date` of its web server (RFC 9110 §6.6.1).
//!
//! One connection when a session has begun and one a day while it lasts, without credentials, with a bound on bytes and time.
//! What comes of it is recorded, never followed: it is whoever set the camera's clock who speaks.

use crate::{clock::ServerClock, stream::StreamShared};
use model::WallTime;
use std::{sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep, timeout},
};

/// Where a camera's web server listens.
const PORT: u16 = 80;
/// Longest head of an answer that is read.
const HEAD_BYTES_MAX: u64 = 8 * 1024;
const PATIENCE: Duration = Duration::from_secs(5);
/// A camera that sends reports has sent one by then.
const FIRST: Duration = Duration::from_secs(30);
const DAY: Duration = Duration::from_secs(86_400);
/// A report that is no older makes asking needless.
const FRESH_US: i64 = 3_600_000_000;
/// `Date` counts whole seconds: the true time is in the second that it begins.
const HALF_SECOND_US: i64 = 500_000;

/// Camera clock minus server clock, and how far that may be off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Dated {
    pub offset_us: i64,
    pub uncertainty_us: u64,
}

/// Asks as long as the session lasts that holds the returned handle.
pub(crate) fn watch(url: &url::Url, clock: Arc<ServerClock>, stream: Arc<StreamShared>) -> Watch {
    let host = url.host_str().map(str::to_owned);
    Watch(tokio::spawn(async move {
        let Some(host) = host else { return };
        sleep(FIRST).await;
        loop {
            let now = clock.wall();
            let reported = stream.camera_clock().is_some_and(|(_, at)| now.since_us(at) < FRESH_US);
            if !reported && let Some(dated) = ask(&host, PORT, &clock).await {
                stream.dated_clock(dated, clock.wall());
            }
            sleep(DAY).await;
        }
    }))
}

/// Ends with the session.
pub(crate) struct Watch(tokio::task::JoinHandle<()>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// `None`: no web server, no date, or one that is none.
pub(crate) async fn ask(host: &str, port: u16, clock: &ServerClock) -> Option<Dated> {
    timeout(PATIENCE, exchange(host, port, clock)).await.ok()?
}

async fn exchange(host: &str, port: u16, clock: &ServerClock) -> Option<Dated> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let mut wire = TcpStream::connect((bare, port)).await.ok()?;
    let head = format!("HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let sent = clock.wall();
    wire.write_all(head.as_bytes()).await.ok()?;
    let (mut answer, mut received) = (Vec::new(), None);
    let mut limited = wire.take(HEAD_BYTES_MAX);
    while !answer.windows(4).any(|window| window == b"\r\n\r\n") {
        let read = limited.read_buf(&mut answer).await.ok()?;
        received.get_or_insert_with(|| clock.wall());
        if read == 0 {
            break;
        }
    }
    let received = received?;
    let there_and_back_us = received.since_us(sent);
    let camera = date_of(&answer)?.plus_us(HALF_SECOND_US);
    let ours = sent.plus_us(there_and_back_us / 2);
    let uncertainty_us = HALF_SECOND_US.saturating_add(there_and_back_us / 2);
    Some(Dated { offset_us: camera.since_us(ours), uncertainty_us: uncertainty_us.unsigned_abs() })
}

/// The `Date` of an answer's head.
fn date_of(answer: &[u8]) -> Option<WallTime> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(answer.get(..end)?).ok()?;
    let mut lines = head.split("\r\n");
    lines.next()?.strip_prefix("HTTP/1.")?;
    let dates = lines.filter_map(|line| line.split_once(':'));
    let mut dates = dates.filter(|(name, _)| name.eq_ignore_ascii_case("date"));
    parse(dates.next()?.1.trim())
}

/// IMF-fixdate (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`. Other forms are obsolete.
fn parse(text: &str) -> Option<WallTime> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, rest) = text.split_once(", ")?;
    let rest = rest.strip_suffix(" GMT")?;
    let [day, month, year, time] = rest.split(' ').collect::<Vec<_>>().try_into().ok()?;
    let month = MONTHS.iter().position(|name| *name == month)?;
    let [hour, minute, second] = time.split(':').collect::<Vec<_>>().try_into().ok()?;
    let number = |text: &str, digits: usize, max: i64| {
        let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i64>().ok().filter(|number| plain && *number <= max)
    };
    let day = number(day, 2, 31).filter(|day| *day > 0)?;
    let days = days_of(number(year, 4, 9_999)?, month as i64 + 1, day);
    let (hour, minute, second) = (number(hour, 2, 23)?, number(minute, 2, 59)?, number(second, 2, 60)?);
    Some(WallTime((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000))
}

/// Days since 1970 of a date of the Gregorian calendar: years begin in March, so that the odd day is the last.
const fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, in_era) = (year.div_euclid(400), year.rem_euclid(400));
    let in_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[test]
    fn dates_are_of_the_one_form() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(parse(text).map(|wall| wall.to_string()).as_deref(), expected, "{text}");
        };
        check("Sun, 06 Nov 1994 08:49:37 GMT", Some("1994-11-06T08:49:37.000000Z"));
        check("Thu, 01 Jan 1970 00:00:00 GMT", Some("1970-01-01T00:00:00.000000Z"));
        check("Thu, 29 Feb 2024 23:59:59 GMT", Some("2024-02-29T23:59:59.000000Z"));
        check("Fri, 31 Dec 2100 12:00:00 GMT", Some("2100-12-31T12:00:00.000000Z"));
        for wrong in [
            "",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:49:37 CST",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 Now 1994 08:49:37 GMT",
            "Sun, +6 Nov 1994 08:49:37 GMT",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn a_head_is_read_when_it_is_whole() {
        let whole =
            b"HTTP/1.1 401 Unauthorized\r\nServer: cam\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\nbody";
        assert!(date_of(whole).is_some());
        let end = whole.len() - 4;
        for cut in 0..end {
            assert_eq!(date_of(&whole[..cut]), None, "cut at {cut}");
        }
        assert_eq!(date_of(b"RTSP/1.0 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"), None);
        assert_eq!(date_of(b"HTTP/1.1 200 OK\r\nServer: cam\r\n\r\n"), None);
    }

    /// A camera that is an hour behind, and one that says nothing, and one that never ends.
    #[tokio::test]
    async fn a_cameras_date_is_its_clock_within_half_a_second() {
        let clock = ServerClock::starting_at(WallTime(0));
        let serve = async |answer: Vec<u8>| {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let port = listener.local_addr().expect("its number").port();
            tokio::spawn(async move {
                let (mut socket, _) = listener.accept().await.expect("a client");
                let mut asked = [0; 256];
                let read = socket.read(&mut asked).await.expect("a request");
                assert!(asked.starts_with(b"HEAD / HTTP/1.1\r\n"));
                assert!(!String::from_utf8_lossy(&asked[..read]).contains("uthorization"));
                // The client may have read enough.
                drop(socket.write_all(&answer).await);
            });
            port
        };
        let late = clock.wall().plus_us(-3_600_000_000).0.div_euclid(1_000_000);
        let text = WallTime(late * 1_000_000).to_string();
        let (year, month, day, time) = (&text[..4], &text[5..7], &text[8..10], &text[11..19]);
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let month = names[month.parse::<usize>().expect("a month") - 1];
        let head = format!("HTTP/1.1 401 x\r\nDate: Sun, {day} {month} {year} {time} GMT\r\n\r\n");
        let port = serve(head.into_bytes()).await;
        let dated = ask("127.0.0.1", port, &clock).await.expect("a date");
        let off_us = (dated.offset_us + 3_600_000_000).unsigned_abs();
        assert!(off_us <= dated.uncertainty_us, "{dated:?}");
        let port = serve(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()).await;
        assert_eq!(ask("127.0.0.1", port, &clock).await, None);
        let port = serve(vec![b'x'; 100_000]).await;
        assert_eq!(ask("127.0.0.1", port, &clock).await, None);
    }
}

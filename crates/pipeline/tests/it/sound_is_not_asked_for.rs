//! A camera that offers sound beside its pictures is asked for the pictures alone: what is not wanted does not cross the
//! network, and nothing has to be thrown away.

use crate::support::{until, world};
use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

const SDP: &str = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n\
    m=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=control:sound\r\n\
    m=video 0 RTP/AVP 26\r\na=rtpmap:26 JPEG/90000\r\na=control:pictures\r\n\
    m=audio 0 RTP/AVP 97\r\na=rtpmap:97 MPEG4-GENERIC/8000/1\r\n\
    a=fmtp:97 streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=1588\r\n\
    a=control:aac\r\n";

/// Answers one client's requests until it is gone, and notes their first lines.
async fn answer(mut client: TcpStream, seen: Arc<Mutex<Vec<String>>>) {
    let (mut text, mut buffer) = (String::new(), [0; 4_096]);
    while let Ok(read @ 1..) = client.read(&mut buffer).await {
        text += &String::from_utf8_lossy(&buffer[..read]);
        while let Some(end) = text.find("\r\n\r\n") {
            let request: String = text.drain(..end + 4).collect();
            let first = request.lines().next().unwrap_or_default().to_owned();
            let sequence = request.lines().find(|line| line.to_lowercase().starts_with("cseq:"));
            let mut reply = format!("RTSP/1.0 200 OK\r\n{}\r\n", sequence.unwrap_or("CSeq: 0"));
            if first.starts_with("DESCRIBE") {
                reply +=
                    &format!("Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{SDP}", SDP.len());
            } else {
                reply += "Session: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n";
            }
            seen.lock().unwrap().push(first);
            if client.write_all(reply.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_is_not_asked_for() {
    let world = world(4).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("rtsp://{}/camera", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(answer(client, Arc::clone(&noted)));
        }
    });
    let camera = world.camera("江边步道 1", &url).await;
    world.run(&[(camera, &url)]).await;
    until("the camera is asked to play", async || {
        seen.lock().unwrap().iter().any(|line| line.starts_with("PLAY"))
    })
    .await;
    let seen = seen.lock().unwrap().clone();
    let setups: Vec<_> = seen.iter().filter(|line| line.starts_with("SETUP")).collect();
    assert!(setups.len() == 1 && setups[0].contains("/pictures "), "{seen:?}");
    world.stop().await;
}

//! The simulated cameras as the recorder's RTSP client sees them, with and without a password.

use crate::{clips::clip, undisturbed::undisturbed};
use futures::StreamExt as _;
use model::{Codec, Secret};
use pipeline::rtsp_server::{Credentials, Mount, serve, stamp::Stamp};
use retina::client::{PlayOptions, Session, SessionOptions, SetupOptions, TcpTransportOptions, Transport};
use retina::codec::{CodecItem, FrameFormat};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Plays 25 frames, past the end of the clip; what the client knows before and sees then must be the clip.
async fn check(encoder: &str, credentials: Option<Credentials>, parameter_sets_in_sdp: bool) {
    let clip = clip(encoder, "320x180");
    let name = if clip.params().codec == Codec::H264 { "h264" } else { "h265" };
    let plain = Mount::new("/camera", clip);
    let mount = Mount { credentials: credentials.clone(), parameter_sets_in_sdp, stamp: Some(1), ..plain };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let farm = serve(listener, vec![mount], CancellationToken::new()).unwrap();
    let login = credentials
        .map(|c| retina::client::Credentials { username: c.user, password: c.password.expose().clone() });
    let url = farm.url("/camera").parse().unwrap();
    let mut session = Session::describe(url, SessionOptions::default().creds(login)).await.unwrap();
    assert_eq!(session.streams()[0].encoding_name(), name);
    let transport = Transport::Tcp(TcpTransportOptions::default());
    let options = SetupOptions::default().transport(transport).frame_format(FrameFormat::MP4);
    session.setup(0, options).await.unwrap();
    let mut session = session.play(PlayOptions::default()).await.unwrap().demuxed().unwrap();
    let (mut stamps, mut times, mut keys) = (Vec::new(), Vec::new(), 0);
    while stamps.len() < 25 {
        let CodecItem::VideoFrame(frame) = session.next().await.unwrap().unwrap() else { continue };
        assert_eq!(frame.loss(), 0);
        keys += u32::from(frame.is_random_access_point());
        times.push(frame.timestamp().elapsed());
        stamps.push(Stamp::find(frame.data()).unwrap().frame);
    }
    assert!((2..=3).contains(&keys), "{keys} key frames");
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] == 9_000), "{times:?}");
    assert_eq!(times[0], 0, "the first frame has the time that RTP-Info announced");
    assert!(stamps.windows(2).all(|pair| pair[1] == pair[0] + 1), "{stamps:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn retina_plays_both_codecs() {
    undisturbed(both_codecs).await;
}

async fn both_codecs() {
    let somebody = || Some(Credentials { user: "viewer".into(), password: Secret::new("p@ss\"w".into()) });
    tokio::join!(
        check("libx264", None, true),
        check("libx265", None, true),
        check("libx264", somebody(), true),
        check("libx265", somebody(), true),
        check("libx264", None, false),
        check("libx265", None, false),
    );
}

#!/usr/bin/python3
"""GStreamer's RTSP server playing clips in a loop, as cameras that are not our own.

Usage: gst_cameras.py [--port PORT] [--user USER --password PASSWORD] [--once] [--udp] MOUNT=FILE ...
Example: gst_cameras.py --port 18560 /gate=gate-main.mp4 /gate/sub=gate-sub.mp4

Listens on 127.0.0.1 only; port 0 lets the system choose. With a user, every mount asks for digest
authentication. Prints `ready rtsp://127.0.0.1:PORT` when it answers. H.264 and H.265 video from MP4 files, and
JPEG pictures one behind another from files that end in .mjpeg, ten a second.

The clip is parsed once and pushed unit by unit by the clock, with timestamps that run on: nothing is
encoded and a loop does not drift. With --once each PLAY shows the clip once, from its beginning, and
the stream then ends, as a server of files does. With --udp it sends datagrams and nothing else. Run it with the system's Python: it needs python3-gi and
gir1.2-gst-rtsp-server-1.0 (scripts/setup test installs both).
"""

import argparse
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

PARSERS = {"video/x-h264": "h264", "video/x-h265": "h265"}
WAKE_MS = 10  # how often a mount looks for units that are due: well under one frame


def codec_of(path):
    """'h264' or 'h265', from the first video track's caps."""
    pipeline = Gst.parse_launch("filesrc name=file ! qtdemux ! appsink name=sink sync=false")
    pipeline.get_by_name("file").set_property("location", path)
    pipeline.set_state(Gst.State.PLAYING)
    sample = pipeline.get_by_name("sink").emit("pull-sample")
    pipeline.set_state(Gst.State.NULL)
    if sample is None:
        sys.exit(f"{path}: no track that can be read")
    name = sample.get_caps().get_structure(0).get_name()
    if name not in PARSERS:
        sys.exit(f"{path}: {name} is neither H.264 nor H.265")
    return PARSERS[name]


class Pictures:
    """All JPEG pictures of one file, ten a second."""

    pay = "rtpjpegpay name=pay0 pt=26"
    interval = 100_000_000

    def __init__(self, path):
        pipeline = Gst.parse_launch("filesrc name=file ! jpegparse ! appsink name=sink sync=false")
        pipeline.get_by_name("file").set_property("location", path)
        pipeline.set_state(Gst.State.PLAYING)
        sink = pipeline.get_by_name("sink")
        self.units = []
        while (sample := sink.emit("pull-sample")) is not None:
            buffer = sample.get_buffer()
            self.caps = sample.get_caps().to_string()
            self.units.append((len(self.units) * self.interval, buffer.extract_dup(0, buffer.get_size()), True))
        self.length = len(self.units) * self.interval
        pipeline.set_state(Gst.State.NULL)
        if not self.units:
            sys.exit(f"{path}: no pictures")


class Clip:
    """All access units of one file, with parameter sets in band, and its length in nanoseconds."""

    def __init__(self, path):
        self.codec = codec_of(path)
        self.pay = f"rtp{self.codec}pay config-interval=-1 name=pay0 pt=96"
        pipeline = Gst.parse_launch(
            f"filesrc name=file ! qtdemux ! {self.codec}parse config-interval=-1 ! "
            f"video/x-{self.codec},stream-format=byte-stream,alignment=au ! appsink name=sink sync=false"
        )
        pipeline.get_by_name("file").set_property("location", path)
        pipeline.set_state(Gst.State.PLAYING)
        sink = pipeline.get_by_name("sink")
        self.units = []  # (nanoseconds from the start, bytes, is a key frame)
        self.length = 0
        first = None
        while (sample := sink.emit("pull-sample")) is not None:
            buffer = sample.get_buffer()
            self.caps = sample.get_caps().to_string()
            at = buffer.dts if buffer.dts != Gst.CLOCK_TIME_NONE else buffer.pts
            first = at if first is None else first
            key = not buffer.has_flags(Gst.BufferFlags.DELTA_UNIT)
            self.units.append((at - first, buffer.extract_dup(0, buffer.get_size()), key))
            self.length = at - first + buffer.duration
        pipeline.set_state(Gst.State.NULL)
        if not self.units:
            sys.exit(f"{path}: no pictures")


class Camera(GstRtspServer.RTSPMediaFactory):
    """One mount; all its clients share one running clip."""

    def __init__(self, clip, once):
        super().__init__()
        self.clip = clip
        self.once = once
        self.set_shared(True)
        self.set_launch(
            f'( appsrc name=source is-live=true format=time caps="{clip.caps}" ! '
            f"{clip.pay} )"
        )
        self.connect("media-configure", self.configure)

    def configure(self, _factory, media):
        source = media.get_element().get_by_name("source")
        units, length = self.clip.units, self.clip.length
        started = GLib.get_monotonic_time()
        count = 0

        def push_due():
            nonlocal count, timer
            now = (GLib.get_monotonic_time() - started) * 1000
            while True:
                loop, index = divmod(count, len(units))
                if self.once and loop > 0:
                    source.emit("end-of-stream")
                    timer = None
                    return False
                at, data, key = units[index]
                at += loop * length
                if at > now:
                    return True
                buffer = Gst.Buffer.new_wrapped(data)
                buffer.pts = buffer.dts = at
                if not key:
                    buffer.set_flags(Gst.BufferFlags.DELTA_UNIT)
                count += 1
                if source.emit("push-buffer", buffer) != Gst.FlowReturn.OK:
                    return False

        timer = GLib.timeout_add(WAKE_MS, push_due)
        media.connect("unprepared", lambda _media: timer and GLib.source_remove(timer))


def require_digest(server, factories, user, password):
    """Every mount answers 401 with a digest challenge until this user signs."""
    token = GstRtspServer.RTSPToken()
    token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "viewer")
    auth = GstRtspServer.RTSPAuth.new()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    auth.add_digest(user, password, token)
    server.set_auth(auth)
    for factory in factories:
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_role("viewer")
        permissions.add_permission_for_role("viewer", GstRtspServer.RTSP_PERM_MEDIA_FACTORY_ACCESS, True)
        permissions.add_permission_for_role("viewer", GstRtspServer.RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, True)
        factory.set_permissions(permissions)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--user")
    parser.add_argument("--password", default="")
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--udp", action="store_true")
    parser.add_argument("mounts", nargs="+", metavar="MOUNT=FILE")
    options = parser.parse_args()

    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(options.port))
    clips, factories = {}, []
    for mount in options.mounts:
        path, separator, file = mount.partition("=")
        if not separator or not path.startswith("/"):
            parser.error(f"{mount}: not MOUNT=FILE with MOUNT beginning with /")
        if file not in clips:
            clips[file] = Pictures(file) if file.endswith(".mjpeg") else Clip(file)
        factories.append(Camera(clips[file], options.once))
        if options.udp:
            factories[-1].set_protocols(GstRtsp.RTSPLowerTrans.UDP)
        server.get_mount_points().add_factory(path, factories[-1])
    if options.user is not None:
        require_digest(server, factories, options.user, options.password)
    if server.attach(None) == 0:
        sys.exit(f"cannot listen on 127.0.0.1:{options.port}")
    print(f"ready rtsp://127.0.0.1:{server.get_bound_port()}", flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()

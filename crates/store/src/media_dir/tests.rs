//! Tests of the media folder, on real temporary folders.

//! The pipeline's tests over real sockets, files and databases: one binary, since each one links everything.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where it fails"
)]

mod a_foreign_server_ends_with_its_file;
mod a_gap_that_was_filled_names_what_fills_it;
mod a_picture_goes_from_the_wire_to_a_package;
mod an_export_may_end_in_an_outage;
mod cameras_through_tls_and_datagrams;
mod clips;
mod every_fault_ends_in_footage_or_a_gap;
mod footage_that_cannot_be_read_is_a_gap;
mod gaps_match_the_cuts_of_gstreamer_cameras;
mod motion_jpeg_is_recorded;
mod of_a_held_file_only_what_is_held_is_shown;
mod rare_but_legal_cameras;
mod rtsp_server_faults;
mod rtsp_server_plays_in_ffprobe_and_gstreamer;
mod rtsp_server_plays_in_retina;
mod sound_is_not_asked_for;
mod sound_is_recorded_where_it_is_switched_on;
mod support;
mod undisturbed;
mod verifiers;

//! Lies of an operator who holds the keys: whatever is changed, the lists, hashes and signatures fit it, or all but one.

use super::{Files, Work, documents, notes, videos};
use crate::fixture::footage_signer;
use crate::mutations::Random;
use ledger::tree::sha256;
use serde_json::{Value, json};

/// Changes the package and signs it.
pub fn lie(work: &mut Work<'_>) {
    let Ok(mut manifest) = serde_json::from_slice::<Value>(&work.files["manifest.json"]) else { return };
    for _ in 0..=work.random.below(2) {
        match work.random.below(13) {
            0..=2 => documents::damage(work, |name| name.ends_with(".json") && name != "manifest.json"),
            3 | 4 => notes::damage(work, true),
            5 => notes::damage(work, false),
            6 | 7 => videos::damage(work),
            8 => times(&mut manifest, work),
            9 => names(&mut manifest, work),
            _ => {
                let did = documents::bend(&mut manifest, work.random);
                work.did(format!("manifest{did}"));
            }
        }
    }
    // Mostly the lists fit what is there.
    if work.random.below(8) > 0 {
        describe(&mut manifest, &work.files);
    }
    if work.random.below(8) > 0 {
        list(&mut manifest, &work.files);
    }
    let mut text = serde_json::to_string(&manifest).unwrap().into_bytes();
    if work.random.below(6) == 0 {
        let did = documents::bend_text(&mut text, work.random);
        work.did(format!("manifest: {did}"));
    }
    sign(work, &manifest, text);
    work.did("signed");
}

/// A member's elements, where it is a list.
fn items<'a>(value: &'a mut Value, member: &str) -> impl Iterator<Item = &'a mut Value> {
    value.get_mut(member).and_then(Value::as_array_mut).into_iter().flatten()
}

/// Sets a member of what is an object.
fn set(value: &mut Value, member: &str, new: Value) {
    if let Some(members) = value.as_object_mut() {
        members.insert(member.to_owned(), new);
    }
}

/// The hashes of videos as they are now; a video that cannot be read keeps its lengths.
fn describe(manifest: &mut Value, files: &Files) {
    for list in ["cameras", "sound"] {
        for video in items(manifest, list).flat_map(|stream| items(stream, "videos")) {
            let Some(bytes) = video["file"].as_str().and_then(|name| files.get(name)) else { continue };
            let known = videos::described(bytes);
            if let Some((_, heads)) = &known {
                set(video, "heads_sha256", json!(sha256(&[heads]).to_string()));
            }
            let Some(pieces) = video.get_mut("pieces").and_then(Value::as_array_mut) else { continue };
            let lengths = known.map(|(lengths, _)| lengths).filter(|lengths| lengths.len() == pieces.len());
            let mut at = 0usize;
            for (number, piece) in pieces.iter_mut().enumerate() {
                let Some(own) = piece["bytes"].as_u64() else { continue };
                let length = lengths.as_ref().map_or(own as usize, |lengths| lengths[number]);
                let Some(end) = at.checked_add(length).filter(|end| *end <= bytes.len()) else { break };
                set(piece, "bytes", json!(length));
                set(piece, "sha256", json!(sha256(&[&bytes[at..end]]).to_string()));
                at = end;
            }
        }
    }
}

fn list(manifest: &mut Value, files: &Files) {
    let own = |name: &str| name == "manifest.json" || name == "manifest.sig";
    let entry = |(name, bytes): (&String, &Vec<u8>)| json!({ "name": name, "bytes": bytes.len(), "sha256": sha256(&[bytes]).to_string() });
    let entries: Vec<Value> = files.iter().filter(|(name, _)| !own(name)).map(entry).collect();
    if let Some(members) = manifest.as_object_mut() {
        members.insert("files".into(), entries.into());
    }
}

fn sign(work: &mut Work<'_>, manifest: &Value, text: Vec<u8>) {
    let word = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let signed = format!(
        "watchkeeper-evidence/1\ncopy {}\nfootage-log {}\naccess-log {}\nmanifest-sha256 {}\n",
        word(&manifest["copy_id"]),
        word(&manifest["footage_log"]["origin"]),
        word(&manifest["access_log"]["origin"]),
        sha256(&[&text])
    );
    work.files.insert("manifest.json".into(), text);
    // A text with control characters is no note's: then the old signature stays.
    if let Ok(note) = footage_signer(&work.base.options).signed(&signed) {
        work.files.insert("manifest.sig".into(), note.to_string().into_bytes());
    }
}

/// One of the streams, of pictures mostly.
fn stream<'a>(manifest: &'a mut Value, random: &mut Random) -> Option<&'a mut Value> {
    let list = if random.below(4) == 0 && manifest.get("sound").is_some() { "sound" } else { "cameras" };
    let streams = manifest.get_mut(list)?.as_array_mut()?;
    let index = random.below(streams.len().max(1));
    streams.get_mut(index)
}

/// Times of the asked span, of pieces, of what was brought later; by what clocks and groups may differ, and a little more.
fn times(manifest: &mut Value, work: &mut Work<'_>) {
    let random = &mut *work.random;
    let by = [1, 100_000, 250_000, 250_001, 500_000, 1_000_000, 2_000_000, 60_000_000][random.below(8)];
    let by = by * [1, -1][random.below(2)] + [0, 0, 1, -1][random.below(4)];
    let which = ["from_us", "to_us"][random.below(2)];
    let did = match random.below(3) {
        0 => {
            let Some(asked) = manifest.get_mut("asked") else { return };
            move_by(asked, which, by);
            format!("asked {which} by {by}")
        }
        1 => {
            let Some(stream) = stream(manifest, random) else { return };
            let videos = items(stream, "videos");
            let pieces: Vec<&mut Value> = videos.flat_map(|video| items(video, "pieces")).collect();
            let at = random.below(pieces.len().max(1));
            let Some(piece) = pieces.into_iter().nth(at) else { return };
            move_by(piece, which, by);
            format!("piece {at} {which} by {by}")
        }
        _ => {
            let Some(stream) = stream(manifest, random) else { return };
            let Some(members) = stream.as_object_mut() else { return };
            let start = crate::fixture::START.0 + 12_000_000 + random.below(5) as i64 * 500_000;
            let later = json!({ "gap": 1 + random.below(3), "from_us": start, "to_us": start + by, "seq": random.below(3) });
            members.insert("later".into(), json!([later]));
            format!("later {later}")
        }
    };
    work.did(did);
}

fn move_by(value: &mut Value, member: &str, by: i64) {
    if let Some(time) = value[member].as_i64() {
        set(value, member, json!(time.wrapping_add(by)));
    }
}

/// Which files and records there are: a video or record twice, under another name, in another place.
fn names(manifest: &mut Value, work: &mut Work<'_>) {
    let random = &mut *work.random;
    let Some(stream) = stream(manifest, random) else { return };
    let of = ["videos", "records"][random.below(2)];
    let items = stream.get_mut(of).and_then(Value::as_array_mut).filter(|items| !items.is_empty());
    let Some(items) = items else { return };
    let (a, b) = (random.below(items.len()), random.below(items.len()));
    let did = match random.below(5) {
        0 => {
            items.push(items[a].clone());
            format!("{of} {a} twice")
        }
        1 => {
            items.swap(a, b);
            format!("{of} {a} and {b} swapped")
        }
        2 => {
            items.remove(a);
            format!("{of} without {a}")
        }
        3 => {
            let file = items[b]["file"].clone();
            set(&mut items[a], "file", file);
            format!("{of} {a} has the file of {b}")
        }
        _ => {
            let names = ["README.txt", "proof/hand-over.json", "nothing.mp4", "CAMERA-01-001.mp4", "../x"];
            set(&mut items[a], "file", json!(names[random.below(names.len())]));
            format!("{of} {a} has the file {}", items[a]["file"])
        }
    };
    work.did(did);
}

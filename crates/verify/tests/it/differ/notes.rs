//! Damage to signed notes: the signature of the manifest, checkpoints, their cosignatures. As whoever has no key, or as the
//! operator, who signs what is changed.

use super::{Files, Work};
use crate::fixture::{ACCESS_ORIGIN, WITNESS, footage_signer, witness_key};
use crate::mutations::Random;
use ledger::checkpoint::Checkpoint;
use ledger::note::{Ed25519Signer, Note, NoteSignature, cosigned_text};
use model::Hash;

const ACCESS: &str = "proof/access-checkpoint.txt";

fn is_note(name: &str) -> bool {
    name.ends_with(".sig") || name.ends_with(".txt") && name.contains("checkpoint")
}

/// Damages one note; with `signed` it is signed again by the key it is to be of.
pub fn damage(work: &mut Work<'_>, signed: bool) {
    let Some(name) = work.pick(is_note) else { return };
    let Ok(text) = String::from_utf8(work.files[&name].clone()) else { return };
    if signed && name.ends_with(".sig") {
        return;
    }
    if signed {
        let Some((note, did)) = checkpoint(&text, &name, work) else { return };
        work.files.insert(name.clone(), note.into_bytes());
        work.did(format!("{name}: {did}, signed"));
        return;
    }
    let (text, did) = lines(&text, &work.files, work.random);
    work.files.insert(name.clone(), text);
    work.did(format!("{name}: {did}"));
}

/// Another checkpoint of the same log, by its own key, and a witness's word for it.
fn checkpoint(text: &str, name: &str, work: &mut Work<'_>) -> Option<(String, String)> {
    let note = Note::parse(text.as_bytes()).ok()?;
    let mut checkpoint = Checkpoint::parse(note.text()).ok()?;
    let random = &mut *work.random;
    let mut did = match random.below(7) {
        0 => {
            checkpoint.size = checkpoint.size.wrapping_add_signed(random.below(5) as i64 - 2);
            format!("size {}", checkpoint.size)
        }
        1 => {
            checkpoint.root = Hash([random.next() as u8; 32]);
            "another root".into()
        }
        2 => {
            checkpoint.origin += "x";
            "another origin".into()
        }
        3 => {
            checkpoint.extensions.push("an extension".into());
            "an extension".into()
        }
        4 => {
            checkpoint.size = *random.pick(&[0, 1, 1 << 62, (1 << 63) - 1, 1 << 63, u64::MAX]);
            format!("size {}", checkpoint.size)
        }
        _ => "the same".into(),
    };
    let options = &work.base.options;
    let signer = match name {
        ACCESS => Ed25519Signer::from_seed(ACCESS_ORIGIN, &options.access_seed).ok()?,
        _ => footage_signer(options),
    };
    let mut note = signer.signed(&checkpoint.to_string()).ok()?;
    for _ in 0..random.below(3) {
        // Seconds at both edges of the minute that clocks may differ, around the records' times.
        let edges = [-61, -60, -59, 2, 3, 6, 12, 14, 17, 22, 59, 60, 61, 74, 500];
        let time_s = 1_795_341_600u64.wrapping_add_signed(*random.pick(&edges) - [0, 60][random.below(2)]);
        let time_s = if random.below(12) == 0 { *random.pick(&[0, 1 << 62, 1 << 63]) } else { time_s };
        note.push(cosignature(note.text(), time_s, random.below(8) == 0));
        did += &format!(", cosigned at {time_s}");
    }
    Some((note.to_string(), did))
}

/// A witness's line; a false one is of another time than it says.
fn cosignature(text: &str, time_s: u64, is_false: bool) -> NoteSignature {
    let signed = cosigned_text(text, time_s + u64::from(is_false));
    let inner = Ed25519Signer::from_seed(WITNESS, &[9; 32]).unwrap().sign(&signed);
    let mut bytes = time_s.to_be_bytes().to_vec();
    bytes.extend(inner.bytes);
    NoteSignature { name: WITNESS.into(), id: witness_key().id(), bytes }
}

/// A signature line by name and id whose signature is false.
fn false_line(name: &str, id: u32) -> String {
    NoteSignature { name: name.to_owned(), id, bytes: vec![7; 64] }.line()
}

/// Lines of a note, and the bytes in them.
fn lines(text: &str, files: &Files, random: &mut Random) -> (Vec<u8>, String) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = random.below(lines.len().max(1));
    let last = lines.len().saturating_sub(1);
    let did = match random.below(14) {
        0 if !lines.is_empty() => {
            lines.remove(at);
            format!("without line {at}")
        }
        1 if !lines.is_empty() => {
            lines.insert(at, lines[at].clone());
            format!("line {at} twice")
        }
        2 if !lines.is_empty() => {
            lines.push(lines[last].clone());
            "the last signature twice".into()
        }
        3 => {
            lines.push("— stranger.example/x AAAAAAECAwQ=".into());
            "a stranger's line".into()
        }
        4 | 5 => {
            // A second line of a key that signed, or of another known one, that is false.
            let keys = ["manifest.sig", "proof/footage-checkpoint.txt", ACCESS];
            let signature = files
                .get(*random.pick(&keys))
                .and_then(|bytes| Note::parse(bytes).ok())
                .and_then(|note| note.signatures().first().cloned());
            let (name, id) = match signature.filter(|_| random.below(4) > 0) {
                Some(signature) => (signature.name, signature.id),
                None => (WITNESS.to_owned(), witness_key().id()),
            };
            let line = false_line(&name, id).trim_end().to_owned();
            let at = if random.below(2) == 0 { lines.len() } else { last };
            lines.insert(at, line);
            format!("a false line of {name}")
        }
        6 if !lines.is_empty() => {
            lines[at] += *random.pick(&[" ", "\t", "x", "\u{a0}", "\u{85}", "\u{7f}", "\r"]);
            format!("line {at} longer")
        }
        7 if lines
            .last()
            .is_some_and(|line| line.trim_end_matches('=').ends_with(|c: char| c.is_ascii())) =>
        {
            // The unused bits of base64.
            let line = lines[last].clone();
            let plain = line.trim_end_matches('=');
            let own = plain.bytes().last().unwrap_or(b'A');
            let other = char::from(if own.is_ascii_alphanumeric() && !b"zZ9".contains(&own) {
                own + 1
            } else {
                b'B'
            });
            lines[last] = format!("{}{other}{}", &plain[..plain.len() - 1], &line[plain.len()..]);
            "other last bits of base64".into()
        }
        8 => {
            lines.extend((0..random.below(130)).map(|_| "— stranger.example/x AAAAAAECAwQ=".to_owned()));
            "many strangers' lines".into()
        }
        9 => {
            let long = "x".repeat(*random.pick(&[250, 255, 256, 300]));
            lines.push(format!("— {long} AAAAAAECAwQ="));
            "a long name".into()
        }
        _ => return bytes_of(text, random),
    };
    ((lines.join("\n") + "\n").into_bytes(), did)
}

/// The bytes of a note as they are: line feeds, a bit.
fn bytes_of(text: &str, random: &mut Random) -> (Vec<u8>, String) {
    match random.below(4) {
        0 => (text.trim_end().as_bytes().to_vec(), "no last line feed".into()),
        1 => (text.replace('\n', "\r\n").into_bytes(), "carriage returns".into()),
        2 => (format!("{text}\n").into_bytes(), "a line feed more".into()),
        _ => {
            let mut bytes = text.as_bytes().to_vec();
            let at = random.below(bytes.len().max(1));
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
            (bytes, format!("flip at {at}"))
        }
    }
}

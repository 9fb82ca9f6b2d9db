//! The witness against the C2SP documents: their example request and answer, every refusal in their order, the client's
//! half, and bytes that are neither.

#![expect(clippy::unwrap_used, reason = "a helper that fails must fail the test at its place")]

use ledger::checkpoint::Checkpoint;
use ledger::note::{Ed25519Signer, Note, NoteKey};
use ledger::tree::{self, consistency_proof};
use ledger::witness::{
    AddCheckpoint, Answer, Cosigner, Evidence, Head, Known, PROOF_LINES_MAX, REQUEST_BYTES_MAX, Refusal,
    WitnessedLog, decide, parse_cosignatures, parse_size_answer,
};
use model::Hash;

/// tlog-witness, "add-checkpoint", example request body.
const EXAMPLE: &str = "old 20852014\n\
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\
    jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\
    5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n\
    /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\
    \n\
    example.com/behind-the-sofa\n\
    20852163\n\
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\
    \n\
    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
    — example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";

/// The same, example response body.
const EXAMPLE_ANSWER: &str = "— witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up69HVOw==\n\
    — witness.example/w1 I7rEps0pvK2UqkS2gSpVUDhrhVtQV9lgF6pRrWAvjJHjyWpW7VcE3SiOlVlbQNt64vWhO+DlkL0+UfzuOBMh9ChdMkP1vi/lCAsmlw==\n\
    — witness.example/w2 AWui8Sk55XjYLOijihBjhqEH6nS1ndDymE0a+6idX7pLcnoB+dhnz0854aLZgrrKbYKA7nC3HNJhm/kWl7oJlqU3rXXvpysAdyP3wQ==\n";

const ORIGIN: &str = "example.com/log";

fn leaves(count: u8, kind: u8) -> Vec<Hash> {
    (0..count).map(|number| tree::leaf_hash(&[kind, number])).collect()
}

fn head(leaves: &[Hash]) -> Head {
    Head { size: leaves.len() as u64, root: tree::mth(leaves) }
}

fn signer(seed: u8) -> Ed25519Signer {
    Ed25519Signer::from_seed(ORIGIN, &[seed; 32]).unwrap()
}

fn log() -> WitnessedLog {
    WitnessedLog { origin: ORIGIN.into(), keys: vec![signer(1).key().clone()] }
}

fn signed(checkpoint: &Checkpoint, seed: u8) -> Note {
    signer(seed).signed(&checkpoint.to_string()).unwrap()
}

fn request(old_size: u64, leaves: &[Hash]) -> AddCheckpoint {
    let Head { size, root } = head(leaves);
    let proof = consistency_proof(old_size.min(size), size, &leaves.to_vec()).unwrap();
    let checkpoint = Checkpoint::new(ORIGIN, size, root);
    AddCheckpoint { old_size, proof, note: signed(&checkpoint, 1), checkpoint }
}

#[test]
fn the_example_request_is_read_and_written_alike() {
    let request = AddCheckpoint::parse(EXAMPLE.as_bytes()).unwrap();
    assert_eq!((request.old_size, request.proof.len()), (20_852_014, 4));
    assert_eq!((request.checkpoint.size, request.note.signatures().len()), (20_852_163, 2));
    assert_eq!(request.to_string(), EXAMPLE);
}

#[test]
fn each_request_gets_the_status_that_the_document_names() {
    let (old, new, other) = (leaves(5, 0), leaves(9, 0), leaves(5, 7));
    let known = |leaves: &[Hash]| Known { latest: Some(head(leaves)), same_size: None };
    let check =
        |name: &str, request: &AddCheckpoint, known: Known, status: u16, evidence: Option<Evidence>| {
            let decision = decide(request, Some(&log()), known);
            let found = match &decision.answer {
                Answer::Cosign(_) => 200,
                Answer::Refuse(refusal) => refusal.status(),
            };
            assert_eq!((found, decision.evidence), (status, evidence), "{name}: {decision:?}");
        };
    let two_roots = Some(Evidence::TwoRoots { size: 5 });
    check("the first", &request(0, &old), Known::default(), 200, None);
    check("growth", &request(5, &new), known(&old), 200, None);
    check("the same again", &request(5, &old), known(&old), 200, None);
    check("a client that knows nothing", &request(0, &new), known(&old), 409, None);
    check("a client that is behind", &request(3, &new), known(&old), 409, None);
    check("a client that is ahead", &request(9, &new), known(&old), 409, None);
    check("an old size above the checkpoint's", &request(9, &old), known(&old), 400, None);
    check("another root of the same size", &request(5, &other), known(&old), 409, two_roots);
    check("the same, asked without knowing", &request(0, &other), known(&old), 409, two_roots);
    let remembered = Known { latest: Some(head(&new)), same_size: Some(head(&old).root) };
    check("another root of an earlier size", &request(5, &other), remembered, 409, two_roots);
    check("an earlier size, the same root", &request(5, &old), remembered, 409, None);
    let no_proof = Some(Evidence::NoProof { old_size: 5 });
    check("growth of another tree", &request(5, &leaves(9, 7)), known(&old), 422, no_proof);
    let mut without = request(5, &new);
    without.proof.clear();
    check("growth without a proof", &without, known(&old), 422, no_proof);
    let mut extra = request(0, &old);
    extra.proof = vec![Hash::default()];
    check("a proof from nothing", &extra, Known::default(), 422, Some(Evidence::NoProof { old_size: 0 }));
    let mut empty = request(0, &[]);
    check("the empty tree", &empty, Known::default(), 200, None);
    empty.checkpoint = Checkpoint::new(ORIGIN, 0, Hash([7; 32]));
    empty.note = signed(&empty.checkpoint, 1);
    check(
        "an empty tree with a root",
        &empty,
        Known::default(),
        422,
        Some(Evidence::NoProof { old_size: 0 }),
    );
    let mut foreign = request(0, &old);
    foreign.note = signed(&foreign.checkpoint, 2);
    check("signed by a stranger of that name", &foreign, Known::default(), 403, None);
    let mut forged = request(0, &old);
    let mut line = forged.note.signatures()[0].clone();
    line.bytes[3] ^= 1;
    forged.note = Note::new(forged.note.text(), vec![line]).unwrap();
    check("a signature that does not verify", &forged, Known::default(), 403, None);
    let unknown = decide(&request(0, &old), None, Known::default());
    assert_eq!(unknown.answer, Answer::Refuse(Refusal::UnknownOrigin));
    assert_eq!(Refusal::UnknownOrigin.status(), 404);
}

#[test]
fn a_conflict_names_the_size_in_its_own_type() {
    let Answer::Refuse(refusal) = decide(
        &request(0, &leaves(9, 0)),
        Some(&log()),
        Known { latest: Some(head(&leaves(5, 0))), same_size: None },
    )
    .answer
    else {
        panic!("not refused")
    };
    assert_eq!(refusal.content_type(), "text/x.tlog.size");
    let body = format!("{refusal}\n");
    assert_eq!(body, "5\n");
    assert_eq!(parse_size_answer(body.as_bytes()), Ok(5));
    for wrong in ["", "5", "05\n", "-5\n", "5\n\n", "18446744073709551616\n"] {
        assert!(parse_size_answer(wrong.as_bytes()).is_err(), "{wrong:?}");
    }
}

#[test]
fn unknown_signatures_are_ignored_and_a_witness_is_no_log() {
    let mut many = request(0, &leaves(5, 0));
    many.note.push(Ed25519Signer::from_seed("else.example", &[9; 32]).unwrap().sign(many.note.text()));
    assert!(matches!(decide(&many, Some(&log()), Known::default()).answer, Answer::Cosign(_)));
    let cosigner = Cosigner::from_seed(ORIGIN, &[1; 32]).unwrap();
    let mut only = request(0, &leaves(5, 0));
    only.note = Note::new(only.note.text(), vec![cosigner.cosign(only.note.text(), 1)]).unwrap();
    let trusting = WitnessedLog { keys: vec![cosigner.key().clone()], ..log() };
    let Answer::Refuse(refusal) = decide(&only, Some(&trusting), Known::default()).answer else {
        panic!("a cosignature passed for the log's signature")
    };
    assert_eq!(refusal.status(), 403);
}

#[test]
fn a_cosignature_states_its_time_and_binds_the_text() {
    let cosigner = Cosigner::from_seed("witness.example/w1", &[3; 32]).unwrap();
    let note = request(0, &leaves(5, 0)).note;
    let signature = cosigner.cosign(note.text(), 1_679_315_147);
    let answer = signature.line();
    let read = parse_cosignatures(answer.as_bytes(), note.text(), cosigner.key()).unwrap();
    assert_eq!((read.time_s, &read.signature), (1_679_315_147, &signature));
    // Lines of others stand before and behind it (tlog-witness: the client ignores them).
    let among = format!("{EXAMPLE_ANSWER}{answer}{EXAMPLE_ANSWER}");
    assert!(parse_cosignatures(among.as_bytes(), note.text(), cosigner.key()).is_ok());
    let check = |body: &[u8], text: &str, key: &NoteKey| {
        assert!(parse_cosignatures(body, text, key).is_err(), "{}", String::from_utf8_lossy(body));
    };
    check(EXAMPLE_ANSWER.as_bytes(), note.text(), cosigner.key());
    check(answer.as_bytes(), "other\ntext\n", cosigner.key());
    check(answer.trim_end().as_bytes(), note.text(), cosigner.key());
    check(answer.as_bytes(), note.text(), Cosigner::from_seed("witness.example/w1", &[4; 32]).unwrap().key());
    let mut later = signature.clone();
    later.bytes[7] ^= 1;
    check(later.line().as_bytes(), note.text(), cosigner.key());
    check(b"", note.text(), cosigner.key());
}

#[test]
fn what_is_no_request_is_refused_with_its_line() {
    let check = |body: &str, problem: &str| {
        let error = AddCheckpoint::parse(body.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(problem), "{error} should say: {problem}");
    };
    check("", "does not end in a newline");
    check("old 5", "does not end in a newline");
    check("old 05\n", "line 1: not 'old'");
    check("old  5\n", "line 1: not 'old'");
    check("OLD 5\n", "line 1: not 'old'");
    check("old 18446744073709551616\n", "line 1: not 'old'");
    check("old 5\r\n\n", "line 1: not 'old'");
    check("old 5\n", "line 2: no empty line");
    check("old 5\nAAAA\n\n", "line 2: the hash has not 32 bytes");
    check("old 5\n!\n\n", "line 2: the hash is not standard base64");
    check("old 5\n\n", "signed note");
    let hash = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";
    check(&format!("old 5\n{}\n", hash.repeat(PROOF_LINES_MAX + 1)), "more than 63");
    let rest = EXAMPLE.split_once("\n\n").unwrap().1;
    assert!(
        AddCheckpoint::parse(format!("old 5\n{}\n{rest}", hash.repeat(PROOF_LINES_MAX)).as_bytes()).is_ok()
    );
    check(&EXAMPLE.replace("\n20852163\n", "\n9223372036854775808\n"), "below 2^63");
    assert!(AddCheckpoint::parse(&vec![b'o'; REQUEST_BYTES_MAX + 1]).is_err());
}

#[test]
fn no_prefix_and_no_changed_byte_is_cosigned_or_panics() {
    let whole = request(5, &leaves(9, 0)).to_string().into_bytes();
    let known = Known { latest: Some(head(&leaves(5, 0))), same_size: None };
    let cosigned = |body: &[u8]| {
        let request = AddCheckpoint::parse(body).ok()?;
        match decide(&request, Some(&log()), known).answer {
            Answer::Cosign(head) => Some(head),
            Answer::Refuse(_) => None,
        }
    };
    assert_eq!(cosigned(&whole), Some(head(&leaves(9, 0))));
    for length in 0..whole.len() {
        assert_eq!(cosigned(&whole[..length]), None, "cut to {length}");
    }
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut changed = whole.clone();
            changed[at] ^= 1 << bit;
            // A changed name or id of the signing line makes it a stranger's: nothing else is cosigned either.
            assert_eq!(cosigned(&changed), None, "bit {bit} of byte {at}");
        }
    }
}

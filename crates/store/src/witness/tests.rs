//! The book: what is cosigned is durable, two requests never share an old state, and contradictions are kept.

use super::*;
use ledger::checkpoint::Checkpoint;
use ledger::fork::ForkVerdict;
use ledger::note::Ed25519Signer;
use ledger::tree::{self, consistency_proof};
use ledger::witness::parse_cosignatures;

const ORIGIN: &str = "example.com/log";

fn signer() -> Ed25519Signer {
    Ed25519Signer::from_seed(ORIGIN, &[1; 32]).unwrap()
}

fn logs() -> Vec<WitnessedLog> {
    vec![WitnessedLog { origin: ORIGIN.into(), keys: vec![signer().key().clone()] }]
}

fn leaves(count: u32, kind: u8) -> Vec<Hash> {
    (0..count).map(|number| tree::leaf_hash(&[&[kind], &number.to_be_bytes()[..]].concat())).collect()
}

fn request(old_size: u64, leaves: &[Hash]) -> String {
    let size = leaves.len() as u64;
    let proof = consistency_proof(old_size.min(size), size, &leaves.to_vec()).unwrap();
    let checkpoint = Checkpoint::new(ORIGIN, size, tree::mth(leaves));
    let note = signer().signed(&checkpoint.to_string()).unwrap();
    AddCheckpoint { old_size, proof, note, checkpoint }.to_string()
}

fn status(witnessed: &Witnessed) -> u16 {
    match witnessed {
        Witnessed::Cosigned(_) => 200,
        Witnessed::Refused(refusal) => refusal.status(),
    }
}

#[tokio::test]
async fn what_was_cosigned_holds_after_a_new_opening() {
    let dir = tempfile::tempdir().unwrap();
    let book = WitnessBook::open(dir.path(), None, logs()).await.unwrap();
    let key = book.key().clone();
    let body = request(0, &leaves(5, 0));
    let Witnessed::Cosigned(lines) = book.add_checkpoint(body.as_bytes(), 100).await.unwrap() else {
        panic!("not cosigned")
    };
    let text = AddCheckpoint::parse(body.as_bytes()).unwrap().note.text().to_owned();
    assert_eq!(parse_cosignatures(lines.as_bytes(), &text, &key).unwrap().time_s, 100);
    assert!(WitnessBook::open(dir.path(), None, logs()).await.is_err(), "one process at a time");
    book.close().await;
    drop(book);
    let book = WitnessBook::open(dir.path(), None, logs()).await.unwrap();
    assert_eq!(book.key(), &key, "the key and its name stay");
    let stale = book.add_checkpoint(request(0, &leaves(9, 0)).as_bytes(), 101).await.unwrap();
    assert_eq!(stale, Witnessed::Refused(Refusal::Stale { size: 5 }));
    // The clock went back; the statement's time does not.
    let grown = request(5, &leaves(9, 0));
    let Witnessed::Cosigned(lines) = book.add_checkpoint(grown.as_bytes(), 7).await.unwrap() else {
        panic!("not cosigned")
    };
    let text = AddCheckpoint::parse(grown.as_bytes()).unwrap().note.text().to_owned();
    assert_eq!(parse_cosignatures(lines.as_bytes(), &text, &key).unwrap().time_s, 100);
    let latest = book.latest().await.unwrap();
    assert_eq!(latest.iter().map(|latest| latest.size).collect::<Vec<_>>(), [9]);
}

/// The race that the document draws: a request from the old state must not be cosigned behind a larger one.
#[tokio::test]
async fn of_many_requests_from_one_old_state_one_is_cosigned() {
    let dir = tempfile::tempdir().unwrap();
    let book = WitnessBook::open(dir.path(), Some("witness.example/w"), logs()).await.unwrap();
    book.add_checkpoint(request(0, &leaves(4, 0)).as_bytes(), 1).await.unwrap();
    let asked = (5..37_u32).map(|size| {
        let (book, body) = (book.clone(), request(4, &leaves(size, 0)));
        tokio::spawn(async move { book.add_checkpoint(body.as_bytes(), 2).await.unwrap() })
    });
    let answers = futures::future::join_all(asked.collect::<Vec<_>>()).await;
    let answers: Vec<u16> = answers.into_iter().map(|answer| status(&answer.unwrap())).collect();
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 409).count(), 31, "{answers:?}");
}

#[tokio::test]
async fn a_fork_is_refused_kept_once_and_proves_itself() {
    let dir = tempfile::tempdir().unwrap();
    let book = WitnessBook::open(dir.path(), None, logs()).await.unwrap();
    let (honest, forged) = (leaves(9, 0), leaves(9, 7));
    let check = async |old: u64, leaves: &[Hash], expected: u16, files: usize| {
        let answer = book.add_checkpoint(request(old, leaves).as_bytes(), 50).await.unwrap();
        assert_eq!((status(&answer), book.forks().list().unwrap().len()), (expected, files), "{answer:?}");
    };
    check(0, &honest[..5], 200, 0).await;
    check(5, &honest, 200, 0).await;
    check(9, &forged, 409, 1).await;
    check(9, &forged, 409, 1).await;
    // A size that is behind the latest: the answer is the stale one, the evidence is kept all the same.
    check(0, &forged[..5], 409, 2).await;
    check(9, &leaves(12, 7), 422, 3).await;
    let keys = [signer().key().clone()];
    let verdicts: Vec<ForkVerdict> = book
        .forks()
        .list()
        .unwrap()
        .into_iter()
        .map(|(_, fork)| fork.unwrap().verdict(&keys).unwrap())
        .collect();
    assert_eq!(
        verdicts,
        [
            ForkVerdict::NotContinued { size: 9, larger: 12 },
            ForkVerdict::TwoRoots { size: 5 },
            ForkVerdict::TwoRoots { size: 9 }
        ]
    );
    assert!(verdicts.len() <= FORKS_MAX);
    let strangers = [Ed25519Signer::from_seed(ORIGIN, &[2; 32]).unwrap().key().clone()];
    let (_, fork) = book.forks().list().unwrap().remove(1);
    assert!(fork.unwrap().verdict(&strangers).is_err(), "another key's holder is not accused");
}

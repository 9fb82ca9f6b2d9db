//! The canonical bytes, frozen. A difference here is not repaired by changing `testdata/`: it is a new version of the
//! record. `testdata/vectors.txt` is also for others who write a verifier; docs/design/ledger.md explains each field.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use ledger::access::{
    AccessLeaf, AccessRecord, Acting, Batch, BatchLeaf, Cameras, Class, Outcome, Served, open, seal,
};
use ledger::checkpoint::Checkpoint;
use ledger::note::{Ed25519Signer, Note};
use ledger::record::{
    ClockOffset, Entry, EntryKind, ExpiryRecord, ExpiryStep, GapRecord, HoldRecord, HoldStep, LossRecord,
    SegmentRecord, Tagged, record_hash,
};
use ledger::table::{Gop, GopTable, PieceTable};
use ledger::tick::{JournalHead, TickRecord, streams_hash};
use ledger::tree::leaf_hash;
use model::{
    Act, CameraId, CaseId, Codec, GapCause, Hash, HoldId, LegalBasis, MediaTime, MonoTime, PersonId, Profile,
    Purpose, Rendering, SealReason, Span, StoreId, StreamId, UnitId, WallTime,
};
use uuid::Uuid;

const NOON: i64 = 1_795_348_800_000_000; // 2026-11-22T12:00:00Z

fn uuid(byte: u8) -> Uuid {
    Uuid::from_bytes([byte; 16])
}

fn stream() -> StreamId {
    StreamId { camera: CameraId(uuid(0x22)), profile: Profile::Main }
}

fn span(from_s: i64, to_s: i64) -> Span {
    Span::new(WallTime(NOON + from_s * 1_000_000), WallTime(NOON + to_s * 1_000_000)).unwrap()
}

fn segment() -> SegmentRecord {
    SegmentRecord {
        store: StoreId(uuid(0x11)),
        stream: stream(),
        stream_seq: 7,
        prev_record_hash: Hash([0x33; 32]),
        span: span(0, 60),
        first_dts: MediaTime(90_000),
        end_dts: MediaTime(90_000 + 60 * 90_000),
        gop_count: 30,
        au_count: 1_500,
        media_bytes: 15_000_000,
        codec: Codec::H264,
        config_hash: Hash([0x44; 32]),
        width: 1_920,
        height: 1_080,
        gops_root: Hash([0x55; 32]),
        boxes_root: Hash([0x66; 32]),
        file_bytes: 15_040_000,
        clock: ClockOffset { offset_us: -1_500, uncertainty_us: 20_000, method: 1 },
        boot_counter: 3,
        seal_reason: SealReason::Length,
        floor_days: 30,
        last_checkpoint: Hash([0x77; 32]),
        digests: Vec::new(),
        signatures: Vec::new(),
    }
}

fn gap() -> GapRecord {
    GapRecord {
        store: StoreId(uuid(0x11)),
        stream: stream(),
        stream_seq: 8,
        prev_record_hash: Hash([0x88; 32]),
        span: span(60, 75),
        cause: GapCause::Network,
        evidence: "connection reset by peer".into(),
        boot_counter: 3,
        last_checkpoint: Hash([0x77; 32]),
    }
}

fn expiry(step: ExpiryStep) -> ExpiryRecord {
    ExpiryRecord {
        store: StoreId(uuid(0x11)),
        stream: stream(),
        step,
        at: WallTime(NOON),
        floor_days: 30,
        rule: "unit:floor".into(),
        executed_by: "retention".into(),
        file_bytes: 30_080_000,
        segments: vec![(7, Hash([0x99; 32])), (9, Hash([0xaa; 32]))],
    }
}

fn hold() -> HoldRecord {
    HoldRecord {
        store: StoreId(uuid(0x11)),
        hold: HoldId(uuid(0xc1)),
        step: HoldStep::Placed,
        at: WallTime(NOON + 600_000_000),
        span: span(-60, 90),
        authority: Hash([0xc2; 32]),
        cameras: vec![CameraId(uuid(0x22)), CameraId(uuid(0x23))],
    }
}

fn hold_released() -> HoldRecord {
    hold().released(WallTime(NOON + 700_000_000), Hash([0xc3; 32])).unwrap()
}

fn loss() -> LossRecord {
    LossRecord {
        store: StoreId(uuid(0x11)),
        stream: stream(),
        at: WallTime(NOON + 800_000_000),
        span: span(0, 180),
        first_seq: 7,
        last_seq: 9,
        last_record: Hash([0xd1; 32]),
        evidence: "its footage is not in this copy".into(),
        boot_counter: 4,
    }
}

fn access() -> AccessRecord {
    AccessRecord {
        unit: Some(UnitId(uuid(0xb2))),
        unit_name: "示例单位".into(),
        cameras: Cameras::of(&[CameraId(uuid(0x23)), CameraId(uuid(0x22))]),
        span: Some(span(0, 120)),
        case: Some(CaseId(uuid(0xb3))),
        approver: "Wang Fang".into(),
        place: "192.0.2.7".into(),
        note: "道路事故".into(),
        rendering: Some(Rendering::Original),
        subject: Some(uuid(0xb4)),
        recipient: "Zhao Lei, Traffic Police".into(),
        extra: "profile=main".into(),
        ..AccessRecord::new(
            Act::Export,
            WallTime(NOON + 300_000_000),
            Acting {
                person: Some(PersonId(uuid(0xb1))),
                account: "li.wei".into(),
                display_name: "李伟".into(),
                post: "operator, 示例单位".into(),
            },
            Purpose::Case,
            LegalBasis::AuthorityRequest,
        )
    }
}

fn refusal() -> AccessRecord {
    let article = "guangzhou-2007:16".to_owned();
    let (reason, remedy) =
        ("No post with this right.".to_owned(), "Ask the administrator for a post.".to_owned());
    AccessRecord {
        outcome: Outcome::Refused { article, reason, remedy },
        refers_to: Some(41),
        served: Some(Served {
            camera: CameraId(uuid(0x22)),
            profile: Profile::Sub,
            units: 750,
            bytes: 7_500_000,
            from: WallTime(NOON),
            to: WallTime(NOON + 30_000_000),
        }),
        ..AccessRecord::new(
            Act::Refused,
            WallTime(NOON),
            Acting { account: "http".into(), ..Acting::default() },
            Purpose::Administration,
            LegalBasis::Operation,
        )
    }
}

fn entropy() -> [u8; 64] {
    std::array::from_fn(|index| index as u8)
}

fn gops() -> GopTable {
    let hashes: Vec<Hash> = (0..3).map(|byte| Hash([byte; 32])).collect();
    GopTable(vec![
        Gop::new(&hashes, MediaTime(0), MediaTime(10_800)),
        Gop::new(&hashes[..2], MediaTime(10_800), MediaTime(18_000)),
        Gop::new(&hashes[..1], MediaTime(18_000), MediaTime(21_600)),
    ])
}

fn tick() -> TickRecord {
    TickRecord {
        store: StoreId(uuid(0x11)),
        boot_counter: 3,
        number: 17,
        last: false,
        wall: WallTime(NOON),
        system_wall: WallTime(NOON - 5_000_000),
        mono: MonoTime(170_000_123),
        streams: 1,
        recording: 1,
        streams_hash: streams_hash(&[stream()]),
        written_bytes: 15_040_000,
        served_bytes: 2_000_000,
        journal: JournalHead { number: 2, bytes: 70_000, chain: [0xee; 8] },
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Name and value of every frozen thing, as the file holds them.
fn vectors() -> Vec<(&'static str, String)> {
    let sealed = seal(&access(), entropy()).unwrap();
    let batch = Batch::close(29_922_485, &[sealed.leaf.hash()], &[0xcc; 32]).unwrap();
    let signer = Ed25519Signer::from_seed("watchkeeper.example/footage", &[0xdd; 32]).unwrap();
    let checkpoint = Checkpoint::new("watchkeeper.example/footage", 42, Hash([0xee; 32]));
    let with_lists = SegmentRecord {
        digests: vec![Tagged { algorithm: 1, bytes: vec![0xd1; 32] }],
        signatures: vec![
            Tagged { algorithm: 1, bytes: vec![0xd2; 64] },
            Tagged { algorithm: 2, bytes: vec![] },
        ],
        ..segment()
    };
    let segment = segment().encode().unwrap();
    let done = ExpiryStep::Done { intent: Hash([0xbb; 32]) };
    vec![
        ("segment record", hex(&segment)),
        ("segment record hash", record_hash(&segment).to_string()),
        ("segment record leaf hash", leaf_hash(&segment).to_string()),
        ("segment record with lists", hex(&with_lists.encode().unwrap())),
        ("gap record", hex(&gap().encode().unwrap())),
        ("gap record hash", record_hash(&gap().encode().unwrap()).to_string()),
        ("expiry intent record", hex(&expiry(ExpiryStep::Intent).encode().unwrap())),
        ("expiry done record", hex(&expiry(done).encode().unwrap())),
        ("hold placed record", hex(&hold().encode().unwrap())),
        ("hold released record", hex(&hold_released().encode().unwrap())),
        ("gop leaf 2", hex(&gops().0[2].leaf_bytes(2))),
        ("gop table", hex(&gops().encode().unwrap())),
        ("gops root", gops().root().to_string()),
        (
            "boxes root of three pieces",
            PieceTable((1..4).map(|byte| Hash([byte; 32])).collect()).root().to_string(),
        ),
        ("access record", hex(&access().encode().unwrap())),
        ("access record, refused with use", hex(&refusal().encode().unwrap())),
        ("access record key and salt", hex(&entropy())),
        ("access leaf", hex(&sealed.leaf_bytes)),
        ("access ciphertext", hex(&sealed.ciphertext)),
        ("access leaf hash", sealed.leaf.hash().to_string()),
        ("batch leaf", hex(&batch.leaf().encode())),
        ("batch leaf hash", batch.leaf().hash().to_string()),
        ("cameras digest of 65", hex(&digest_of_65())),
        ("log key", signer.key().to_string()),
        ("checkpoint note", signer.signed(&checkpoint.to_string()).unwrap().to_string().replace('\n', "\\n")),
        ("checkpoint hash", checkpoint.hash().to_string()),
        ("tick record", hex(&tick().encode().unwrap())),
        ("tick streams hash", streams_hash(&[stream()]).to_string()),
        ("loss record", hex(&loss().encode().unwrap())),
    ]
}

fn digest_of_65() -> [u8; 32] {
    let cameras: Vec<CameraId> = (0..65).rev().map(|byte| CameraId(uuid(byte))).collect();
    let Cameras::Digest { count: 65, digest } = Cameras::of(&cameras) else {
        panic!("65 cameras are not listed")
    };
    assert!(Cameras::of(&cameras).is_of(&cameras) && !Cameras::of(&cameras).is_of(&cameras[1..]));
    digest.0
}

#[test]
fn bytes_are_the_frozen_ones() {
    let file = include_str!("../testdata/vectors.txt");
    let frozen: Vec<(&str, String)> = file
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name, value.to_owned()))
        .collect();
    for (frozen, now) in frozen.iter().zip(vectors()) {
        assert_eq!(*frozen, now);
    }
    let all = vectors().iter().map(|(name, value)| format!("{name}: {value}\n")).collect::<String>();
    assert_eq!(frozen.len(), vectors().len(), "the whole file would be:\n{all}");
}

#[test]
fn what_was_written_is_read() {
    assert_eq!(SegmentRecord::decode(&segment().encode().unwrap()).unwrap(), segment());
    assert_eq!(GapRecord::decode(&gap().encode().unwrap()).unwrap(), gap());
    for step in [ExpiryStep::Intent, ExpiryStep::Done { intent: Hash([1; 32]) }] {
        assert_eq!(ExpiryRecord::decode(&expiry(step).encode().unwrap()).unwrap(), expiry(step));
    }
    for record in [hold(), hold_released()] {
        assert_eq!(HoldRecord::decode(&record.encode().unwrap()).unwrap(), record);
        assert_eq!(Entry::decode(&record.encode().unwrap()).unwrap(), Entry::Hold(record));
    }
    for record in [access(), refusal()] {
        assert_eq!(AccessRecord::decode(&record.encode().unwrap()).unwrap(), record);
    }
    assert_eq!(TickRecord::decode(&tick().encode().unwrap()).unwrap(), tick());
    assert_eq!(Entry::decode(&tick().encode().unwrap()).unwrap(), Entry::Tick(tick()));
    assert_eq!(tick().encode().unwrap().len(), 146);
    assert!(TickRecord { recording: 2, ..tick() }.encode().is_err());
    assert_eq!(Entry::decode(&loss().encode().unwrap()).unwrap(), Entry::Loss(loss()));
    assert!(LossRecord { last_seq: 6, ..loss() }.encode().is_err());
    assert_eq!(GopTable::decode(&gops().encode().unwrap()).unwrap(), gops());
    let pieces = PieceTable(vec![Hash([1; 32]), Hash([2; 32])]);
    assert_eq!(PieceTable::decode(&pieces.encode().unwrap()).unwrap(), pieces);
    let kinds = [Entry::Segment(segment()), Entry::Gap(gap()), Entry::Expiry(expiry(ExpiryStep::Intent))]
        .map(|entry| (Entry::decode(&entry.encode().unwrap()).unwrap() == entry, entry.kind()));
    assert_eq!(kinds, [(true, EntryKind::Segment), (true, EntryKind::Gap), (true, EntryKind::ExpiryIntent)]);
    for code in 0..=255 {
        assert!(EntryKind::from_code(code).is_none_or(|kind| kind.code() == code));
        assert!(Class::from_code(code).is_none_or(|class| class.code() == code));
    }
}

#[test]
fn a_sealed_entry_opens_and_only_as_it_was() {
    let sealed = seal(&access(), entropy()).unwrap();
    assert_eq!(open(&sealed.leaf, &sealed.ciphertext, &sealed.key, &sealed.salt).unwrap(), access());
    assert_eq!(sealed.leaf.class, Class::HandingOut);
    assert_eq!(AccessLeaf::decode(&sealed.leaf_bytes).unwrap(), sealed.leaf);
    for at in 0..sealed.ciphertext.len() {
        let mut changed = sealed.ciphertext.clone();
        changed[at] ^= 1;
        assert!(open(&sealed.leaf, &changed, &sealed.key, &sealed.salt).is_err());
    }
    let wrong = [9; 32];
    assert!(open(&sealed.leaf, &sealed.ciphertext, &wrong, &sealed.salt).is_err());
    assert!(open(&sealed.leaf, &sealed.ciphertext, &sealed.key, &wrong).is_err());
    for leaf in [
        AccessLeaf { epoch: sealed.leaf.epoch + 1, ..sealed.leaf },
        AccessLeaf { class: Class::System, ..sealed.leaf },
        AccessLeaf { commitment: Hash([0; 32]), ..sealed.leaf },
    ] {
        assert!(open(&leaf, &sealed.ciphertext, &sealed.key, &sealed.salt).is_err());
    }
    assert_eq!(seal(&refusal(), entropy()).unwrap().leaf.class, Class::Refusal);
    assert!(!format!("{sealed:?}").contains("key"), "secrets must not print");
}

#[test]
fn a_batch_tells_nothing_of_its_size() {
    let leaves: Vec<Hash> = (0..40u8).map(|byte| Hash([byte; 32])).collect();
    let check = |count: usize, width: u32| {
        let batch = Batch::close(5, &leaves[..count], &[1; 32]).unwrap();
        assert_eq!(batch.width(), width);
        assert_eq!(BatchLeaf::decode(&batch.leaf().encode()).unwrap(), batch.leaf());
        assert_eq!(
            batch.leaf().encode().len(),
            BatchLeaf { minute: 0, root: Hash::default() }.encode().len()
        );
        for (index, &leaf) in (0..).zip(&leaves[..count]) {
            let proof = batch.proof(index).unwrap();
            batch.leaf().verify(leaf, index, width, &proof).unwrap();
            assert!(batch.leaf().verify(leaf, index ^ 1, width, &proof).is_err());
            assert!(batch.leaf().verify(leaf, index, width * 2, &proof).is_err());
        }
        assert!(batch.proof(count as u32).is_err(), "a pad is no entry");
    };
    check(0, 16);
    check(1, 16);
    check(16, 16);
    check(17, 32);
    check(40, 64);
    let other = Batch::close(5, &[], &[2; 32]).unwrap();
    assert_ne!(
        other.leaf(),
        Batch::close(5, &[], &[1; 32]).unwrap().leaf(),
        "an empty minute is not recognisable"
    );
    assert!(Batch::close(5, &vec![Hash::default(); 65_537], &[1; 32]).is_err());
}

#[test]
fn the_longest_record_fits() {
    let long = |bytes: usize| "字".repeat(bytes);
    let longest = AccessRecord {
        acting: Acting {
            person: Some(PersonId(uuid(1))),
            account: long(900),
            display_name: long(900),
            post: long(900),
        },
        unit_name: long(900),
        cameras: Cameras::Listed((0..64).map(|byte| CameraId(uuid(byte))).collect()),
        approver: long(900),
        place: long(900),
        note: long(900),
        outcome: Outcome::Refused { article: long(900), reason: long(900), remedy: long(900) },
        recipient: long(900),
        extra: long(900),
        served: refusal().served,
        refers_to: Some(1),
        ..access()
    };
    let fitted = longest.fitted();
    let bytes = fitted.encode().unwrap();
    assert!(bytes.len() <= ledger::ENTRY_BYTES_MAX, "{}", bytes.len());
    assert_eq!(AccessRecord::decode(&bytes).unwrap(), fitted);
    assert!(fitted.note.ends_with('…') && fitted.note.len() <= 1_500);
    assert!(matches!(fitted.cameras, Cameras::Digest { count: 64, .. }));
    let short = access().fitted();
    assert_eq!(short, access(), "what fits is not touched");
}

#[test]
fn the_checkpoint_vector_verifies() {
    let file = include_str!("../testdata/vectors.txt");
    let line = |name: &str| {
        let found = file.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        found.unwrap().replace("\\n", "\n")
    };
    let key = ledger::note::NoteKey::parse(&line("log key")).unwrap();
    let note = Note::parse(line("checkpoint note").as_bytes()).unwrap();
    let (checkpoint, _) = Checkpoint::open(&note, &[key]).unwrap();
    assert_eq!(checkpoint.hash().to_string(), line("checkpoint hash"));
}

//! The explorer and the door: for each person, camera and act, what the one says is what the other then does, under every rule that a unit
//! may have and with whatever is at hand. What the explorer shows of grants and of the second person is what is there.

use crate::{
    cases::Who,
    duty::Duty,
    grants::{asked, four_eyes, request},
    house::{Caller, House, PASSWORD},
    ptz::rules,
    standing::newcomer,
    takeovers::{begin, order},
    together::{joins, together},
};
use law::access::{Part, Post};
use model::{
    Act, Actor, CameraId, CaseId, Cx, LegalBasis, PersonId, Purpose, Rendering, RequestId, Role, Span,
};
use serde_json::{Value, json};
use store::{CameraChange, NewClip, PtzDriver, Request, system_cx};
use wire::ptz::SIMULATED;

/// Of what is asked: a minute, ten minutes ago.
const FROM_MS: i64 = -600_000;
const TO_MS: i64 = -540_000;

/// What the operator was granted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Granted {
    Nothing,
    Waiting,
    /// Of the first camera, over the whole hour.
    Fitting,
    /// All of it, and the span asked for lies outside.
    OtherSpan,
    LiveAlone,
    UsedUp,
    Revoked,
}

/// Who is signed in beside the operator.
#[derive(Clone, Copy, Debug)]
enum Second {
    Nobody,
    OfOtherGroup,
    Untrained,
    Fit,
}

struct Setting {
    approval: bool,
    together: bool,
    granted: Granted,
    second: Second,
    /// The unit keeps a roster, and one operator has taken a shift over.
    room: bool,
    /// Of the second camera.
    level: u8,
    /// An organ has control of the group in which both cameras are.
    taken: bool,
}

const PLAIN: Setting = Setting {
    approval: false,
    together: false,
    granted: Granted::Nothing,
    second: Second::Nobody,
    room: false,
    level: 1,
    taken: false,
};

const SETTINGS: &[Setting] = &[
    PLAIN,
    Setting { level: 2, granted: Granted::Fitting, ..PLAIN },
    Setting { level: 3, room: true, ..PLAIN },
    Setting { approval: true, ..PLAIN },
    Setting { approval: true, granted: Granted::Waiting, room: true, ..PLAIN },
    Setting { approval: true, granted: Granted::Fitting, level: 3, ..PLAIN },
    Setting { approval: true, granted: Granted::OtherSpan, ..PLAIN },
    Setting { approval: true, granted: Granted::LiveAlone, ..PLAIN },
    Setting { approval: true, granted: Granted::UsedUp, ..PLAIN },
    Setting { approval: true, granted: Granted::Revoked, ..PLAIN },
    Setting { together: true, ..PLAIN },
    Setting { together: true, second: Second::OfOtherGroup, ..PLAIN },
    Setting { together: true, second: Second::Untrained, ..PLAIN },
    Setting { together: true, second: Second::Fit, level: 3, room: true, ..PLAIN },
    Setting { approval: true, together: true, granted: Granted::Fitting, ..PLAIN },
    Setting { approval: true, together: true, second: Second::Fit, ..PLAIN },
    Setting { approval: true, together: true, second: Second::Fit, granted: Granted::Fitting, ..PLAIN },
    Setting { taken: true, ..PLAIN },
    Setting { taken: true, approval: true, granted: Granted::Fitting, room: true, level: 2, ..PLAIN },
];

/// A unit as a setting has it, and whoever is asked about: the operator with what is at hand before the others.
struct Scene {
    house: House,
    people: Vec<Caller>,
    /// To whom a clip may be handed: by whoever is of the unit, and by an officer who has control.
    colleagues: [PersonId; 2],
    administrator: Caller,
    case: CaseId,
}

/// Somebody whose post is for another group of the unit.
async fn storeman(house: &House, account: &str) -> Caller {
    let cx = system_cx("demo", house.app.now());
    let group = house.app.registry().create_group(&cx, house.unit, account, None).await.unwrap();
    let post = Post { role: Role::Operator, unit: house.unit, group: Some(Part::Group(group)) };
    let person = house.person(account, vec![post]).await;
    house.sign_in(person, account).await
}

async fn grant(house: &House, operator: &Caller, granted: Granted) {
    let mut body = request(house);
    body["acts"] = json!(["live", "playback", "still", "export"]);
    body["uses_max"] = json!(1_000);
    match granted {
        Granted::Nothing => return,
        Granted::OtherSpan => {
            body["cameras"] = json!(house.cameras.iter().map(CameraId::to_string).collect::<Vec<_>>());
            body["to_ms"] = json!(house.app.now().as_ms() - 580_000);
        }
        Granted::LiveAlone => body["acts"] = json!(["live"]),
        Granted::UsedUp => body["uses_max"] = json!(1),
        Granted::Waiting | Granted::Fitting | Granted::Revoked => {}
    }
    let id = asked(house, operator, body).await;
    if granted == Granted::Waiting {
        return;
    }
    let administrator = Who::Administrator.sign_in(house).await;
    let say = async |act: &str| {
        let path = format!("/api/grants/{id}/{act}");
        let answer = house.post(&path, &administrator.cookie, json!({ "reason": "已核实" })).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
    };
    say("approve").await;
    match granted {
        Granted::Revoked => say("revoke").await,
        Granted::UsedUp => {
            let door = Asked { camera: house.cameras[0], act: Act::Playback, ..Asked::of(house) };
            assert_eq!(door.tried(house, operator, None).await, "");
        }
        _ => {}
    }
}

impl Scene {
    async fn build(setting: &Setting) -> Self {
        let house = House::build().await;
        let change = CameraChange { security_level: Some(setting.level), ..CameraChange::default() };
        let cx = system_cx("demo", house.app.now());
        house.app.registry().change_camera(&cx, house.cameras[1], change).await.unwrap();
        for camera in &house.cameras {
            let turns = Some((PtzDriver::Simulated, rules(), SIMULATED));
            house.app.registry().set_ptz(&cx, *camera, turns).await.unwrap();
        }
        let operator = Who::Operator.sign_in(&house).await;
        let storeman = storeman(&house, "storeman").await;
        let untrained = newcomer(&house, "untrained", Role::Operator).await;
        let administrator = Who::Administrator.sign_in(&house).await;
        let case = house.case().await;
        grant(&house, &operator, setting.granted).await;
        four_eyes(&house, setting.approval).await;
        together_beside(&house, setting).await;
        if setting.room {
            let duty = Duty::begin(&house).await;
            let shift = duty.rostered(&operator, 0, 60).await;
            duty.take_over(&operator, &shift).await;
        }
        let second = match setting.second {
            Second::Nobody => None,
            Second::OfOtherGroup => Some(&storeman),
            Second::Untrained => Some(&untrained),
            Second::Fit => Some(&Who::Operator.sign_in(&house).await),
        };
        if let Some(second) = second {
            let answer = joins(&house, &operator, second, PASSWORD).await;
            assert_eq!(answer.status, 200, "{}", answer.json());
        }
        let viewer = Who::Viewer.sign_in(&house).await;
        let mut people = vec![operator, Who::Operator.sign_in(&house).await, viewer, storeman, untrained];
        let [colleague, officer, second] = [
            Who::Operator.sign_in(&house).await,
            house.caller_without_post().await,
            house.caller_without_post().await,
        ];
        if setting.taken {
            let mut body = order(&house, &officer).await;
            body["officer_ids"] = json!([officer.person.to_string(), second.person.to_string()]);
            begin(&house, &administrator, body).await;
            people.push(officer);
        }
        let colleagues = [colleague.person, second.person];
        Self { house, people, colleagues, administrator, case }
    }
}

async fn together_beside(house: &House, setting: &Setting) {
    if !setting.together {
        return;
    }
    together(house, true).await;
    // It sets both: approval is as it was asked for.
    four_eyes(house, setting.approval).await;
}

/// One question, to the explorer and to the door.
#[derive(Clone, Copy, Debug)]
struct Asked {
    camera: CameraId,
    act: Act,
    purpose: Purpose,
    note: bool,
    case: Option<CaseId>,
    now_ms: i64,
}

impl Asked {
    fn of(house: &House) -> Self {
        let now_ms = house.app.now().as_ms();
        let camera = house.cameras[0];
        Self { camera, act: Act::Live, purpose: Purpose::Incident, note: false, case: None, now_ms }
    }

    fn query(&self) -> String {
        format!(
            "note={}&case={}&purpose={}&from_ms={}&to_ms={}",
            self.note,
            self.case.is_some(),
            self.purpose.as_str(),
            self.now_ms + FROM_MS,
            self.now_ms + TO_MS
        )
    }

    /// What the door then does: empty where it opens.
    async fn tried(&self, house: &House, caller: &Caller, colleague: Option<PersonId>) -> String {
        let cx = Cx {
            actor: Actor::Person(caller.person),
            purpose: self.purpose,
            legal_basis: LegalBasis::UnitDuty,
            case: self.case,
            note: self.note.then(|| "核查".to_owned()),
            place: "192.0.2.7".to_owned(),
            request: RequestId(uuid::Uuid::now_v7()),
            now: house.app.now(),
        };
        let at = |ms: i64| model::WallTime::from_ms(self.now_ms + ms);
        let span = match self.act {
            Act::Live => None,
            Act::Still => Span::new(at(FROM_MS), at(FROM_MS + 1_000)),
            _ => Span::new(at(FROM_MS), at(TO_MS)),
        };
        let refused = |error: store::Error| match error {
            store::Error::Refused(refusal) => format!("{} {}", refusal.article, refusal.code),
            other => panic!("{other:?}"),
        };
        if self.act == Act::Ptz {
            return match house.app.registry().take_control(&cx, self.camera, caller.session).await {
                Ok(taken) => {
                    house.app.registry().release_control(&cx, taken.id, caller.session).await.unwrap();
                    String::new()
                }
                Err(error) => refused(error),
            };
        }
        if let (Act::ShareClip, Some(colleague), Some(span)) = (self.act, colleague, span) {
            let expires = cx.now.plus_us(600_000_000);
            let clip = NewClip { colleague, cameras: vec![self.camera], span, uses_max: 1, expires };
            let handed = house.app.registry().share_clip(&cx, clip).await;
            return handed.map_or_else(refused, |_| String::new());
        }
        let copied = self.act == Act::Export;
        let request = Request {
            span,
            session: (!copied).then_some(caller.session),
            console: copied.then_some(caller.session),
            ..Request::new(self.act, vec![self.camera], Rendering::Marked)
        };
        house.app.registry().admit(&cx, request).await.map_or_else(refused, |_| String::new())
    }
}

fn told(refusal: &Value) -> String {
    match refusal["code"].as_str() {
        Some(code) => format!("{} {code}", refusal["article"].as_str().unwrap_or_default()),
        None => String::new(),
    }
}

const ACTS: [(Act, &str); 6] = [
    (Act::Live, "live"),
    (Act::Playback, "playback"),
    (Act::Still, "still"),
    (Act::Export, "export"),
    (Act::ShareClip, "share_clip"),
    (Act::Ptz, "ptz"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_the_explorer_says_is_what_the_door_does() {
    let (mut compared, mut opened) = (0, 0);
    for (number, setting) in SETTINGS.iter().enumerate() {
        let scene = Scene::build(setting).await;
        let Scene { house, people, colleagues, administrator, case } = &scene;
        let stated = [
            (Purpose::Incident, false, None),
            (Purpose::Incident, true, Some(*case)),
            (Purpose::DutyWatch, true, None),
        ];
        for (purpose, note, case) in stated {
            let of = |camera, act| Asked { camera, act, purpose, note, case, ..Asked::of(house) };
            let mut said = Vec::new();
            for camera in &house.cameras {
                let asked = of(*camera, Act::Live);
                let path = format!("/api/policy/cameras/{camera}?{}", asked.query());
                let answer = house.get(&path, &administrator.cookie).await;
                assert_eq!(answer.status, 200, "{}", answer.json());
                said.push((*camera, answer.json()));
            }
            for caller in people {
                let by_person = person_policy(&scene, caller, of(house.cameras[0], Act::Live)).await;
                for (act, word) in ACTS {
                    let mut permitted = 0;
                    for (camera, policy) in &said {
                        let may = may_of(policy, caller, word);
                        // Officers hand to officers: nobody of the unit may play what passed to them.
                        let to = colleagues[usize::from(
                            people.get(5).is_some_and(|officer| officer.person == caller.person),
                        )];
                        let door = of(*camera, act).tried(house, caller, Some(to)).await;
                        let what = format!("setting {number}, {purpose:?}, {}, {word}", caller.account);
                        assert_eq!(told(&may["refusal"]), door, "{what}: {may}");
                        permitted += u64::from(door.is_empty());
                        opened += u64::from(door.is_empty());
                        compared += 1;
                    }
                    agrees(&by_person, word, permitted, &said, caller);
                }
            }
        }
    }
    assert!(compared > 1_500 && opened > 300, "{opened} of {compared}");
}

async fn person_policy(scene: &Scene, caller: &Caller, asked: Asked) -> Value {
    let path = format!("/api/policy/people/{}?unit={}&{}", caller.person, scene.house.unit, asked.query());
    let answer = scene.house.get(&path, &scene.administrator.cookie).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

fn may_of(policy: &Value, caller: &Caller, word: &str) -> Value {
    let people = policy["people"].as_array().unwrap();
    let row = people.iter().find(|row| row["account"] == json!(caller.account)).unwrap();
    let acts = row["acts"].as_array().unwrap();
    acts.iter().find(|may| may["act"] == word).unwrap().clone()
}

/// About a person the same is said as about each camera.
fn agrees(by_person: &Value, word: &str, permitted: u64, said: &[(CameraId, Value)], caller: &Caller) {
    let acts = by_person["pictures"].as_array().unwrap();
    let policy = acts.iter().find(|policy| policy["act"] == word).unwrap();
    assert_eq!(policy["permitted"], json!(permitted), "{word}: {policy}");
    for refused in policy["refused"].as_array().unwrap() {
        for example in refused["examples"].as_array().unwrap() {
            let (_, policy) = said.iter().find(|(id, _)| example["id"] == json!(id.to_string())).unwrap();
            let may = may_of(policy, caller, word);
            assert_eq!(
                (&may["refusal"], &may["further"]),
                (&refused["refusal"], &refused["further"]),
                "{word}"
            );
        }
    }
}

/// What would open it is shown: which grant, by whom, of what and until when; who is beside; and what is missing after that.
#[tokio::test(flavor = "multi_thread")]
async fn what_opens_it_is_shown() {
    let scene = Scene::build(&Setting {
        approval: true,
        together: true,
        granted: Granted::OtherSpan,
        second: Second::Nobody,
        ..PLAIN
    })
    .await;
    let Scene { house, people, administrator, .. } = &scene;
    let operator = &people[0];
    let shown = async |asked: Asked, query: Option<String>| {
        let query = query.unwrap_or_else(|| asked.query());
        let path = format!("/api/policy/cameras/{}?{query}", house.cameras[0]);
        let answer = house.get(&path, &administrator.cookie).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        may_of(&answer.json(), operator, "playback")
    };
    let asked = Asked::of(house);
    let may = shown(asked, None).await;
    assert_eq!(told(&may["refusal"]), "unit:four_eyes second_person", "{may}");
    assert_eq!(told(&may["further"][0]), "unit:four_eyes grant_other_span", "{may}");
    let grant = &may["grants"][0];
    assert_eq!((&grant["opens"], &grant["uses_left"]), (&json!(false), &json!(1_000)), "{grant}");
    assert!(grant["to_ms"].as_i64().unwrap() < asked.now_ms + TO_MS, "{grant}");
    assert!(grant["approver"].as_str().unwrap().starts_with("人员 administrator"), "{grant}");
    // Within what was granted, and with a second person.
    let second = Who::Operator.sign_in(house).await;
    assert_eq!(joins(house, operator, &second, PASSWORD).await.status, 200);
    let (from, to) = (asked.now_ms - 900_000, asked.now_ms - 700_000);
    let may = shown(asked, Some(format!("from_ms={from}&to_ms={to}"))).await;
    assert_eq!((&may["refusal"], &may["further"]), (&Value::Null, &json!([])), "{may}");
    assert_eq!(may["grants"][0]["opens"], json!(true), "{may}");
    assert!(may["second_person"].as_str().unwrap().ends_with(&second.account), "{may}");
    // Whoever has no post is told that alone.
    let path = format!("/api/policy/cameras/{}?{}", house.cameras[0], asked.query());
    let policy = house.get(&path, &administrator.cookie).await.json();
    let may = may_of(&policy, administrator, "playback");
    assert_eq!((told(&may["refusal"]), &may["further"]), ("unit:roles role".to_owned(), &json!([])));
    // A span has two ends.
    let path = format!("/api/policy/cameras/{}?from_ms={from}", house.cameras[0]);
    assert_eq!(house.get(&path, &administrator.cookie).await.status, 400);
}

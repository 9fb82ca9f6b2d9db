//! From the store's and the pipeline's values to the API's shapes, and from request texts to typed values.

use super::{
    error::{Answer, Failure, Law},
    types::{self, Bilingual, FieldProblem, Language, Named, Theme},
};
use law::access::Part;
use model::{Invalid, Kind, Span, WallTime};
use std::str::FromStr;
use uuid::Uuid;

/// Parses every id of a list.
pub fn parse_all<T: FromStr<Err = Invalid>>(texts: &[String]) -> Answer<Vec<T>> {
    texts.iter().map(|text| text.parse().map_err(Failure::from)).collect()
}

/// `[from, to)`, not empty.
pub fn span_of_ms(from_ms: i64, to_ms: i64) -> Answer<Span> {
    Span::new(WallTime::from_ms(from_ms), WallTime::from_ms(to_ms))
        .filter(|span| span.duration_us() > 0)
        .ok_or_else(|| Failure::invalid("to_ms", "is not after from_ms"))
}

pub fn language_word(language: Language) -> &'static str {
    match language {
        Language::Zh => "zh",
        Language::En => "en",
    }
}

pub fn theme_word(theme: Theme) -> &'static str {
    match theme {
        Theme::Dark => "dark",
        Theme::Light => "light",
        Theme::Auto => "auto",
    }
}

pub fn post(row: &store::PostRow) -> types::Post {
    let named = |id: String| Some(Named { id, name: row.group_name.clone().unwrap_or_default() });
    types::Post {
        role: row.post.role.into(),
        unit: Named { id: row.post.unit.to_string(), name: row.unit_name.clone() },
        group: match row.post.group {
            Some(Part::Group(group)) => named(group.to_string()),
            _ => None,
        },
        system: match row.post.group {
            Some(Part::System(system)) => named(system.to_string()),
            _ => None,
        },
    }
}

pub fn person(person: &store::Person) -> types::Person {
    types::Person {
        id: person.id.to_string(),
        account: person.account.clone(),
        name: person.name.reveal().clone(),
        suspended: person.suspended,
        totp: person.totp,
        passkeys: person.passkeys,
        must_change_password: person.must_change_password,
        created_ms: person.created.as_ms(),
        posts: person.posts.iter().map(post).collect(),
        standing: standing(&person.standing),
    }
}

pub fn standing(now: &store::PersonStanding) -> types::StandingFacts {
    let ms = |time: Option<WallTime>| time.map(WallTime::as_ms);
    types::StandingFacts {
        trained_until_ms: ms(now.trained_until),
        trained_by_public_security_until_ms: ms(now.trained_by_public_security_until),
        vetting: now.vetting.as_ref().map(|last| types::Vetting {
            by_whom: last.by_whom.clone(),
            at_ms: last.at.as_ms(),
            valid_until_ms: ms(last.until),
            passed: last.passed,
            document_id: last.document.map(|document| document.to_string()),
            entry: types::EntryRef::access(last.entry),
        }),
        account_until_ms: ms(now.account_until),
        contractor: now
            .contractor
            .as_ref()
            .map(|(id, name)| Named { id: id.to_string(), name: name.clone() }),
        grace_until_ms: ms(now.grace_until),
        left_ms: ms(now.left),
        signed_in_ms: ms(now.signed_in),
        dormant: now.dormant,
        confirmation: now.confirmation.as_ref().map(|last| types::PostsConfirmation {
            by: last.by.clone(),
            at_ms: last.at.as_ms(),
            note: last.note.clone(),
            entry: types::EntryRef::access(last.entry),
        }),
        unconfirmed_by: now.unconfirmed.clone(),
        given_ms: ms(now.given),
        confirm_by_ms: now.confirm_by.as_ms(),
    }
}

pub fn training(row: store::TrainingRow) -> types::Training {
    types::Training {
        id: row.id.to_string(),
        kind: row.new.kind.into(),
        by_public_security: row.new.by_public_security,
        issuer: row.new.issuer,
        number: row.new.number,
        valid_from_ms: row.new.from.as_ms(),
        valid_until_ms: row.new.until.as_ms(),
        document_id: row.new.document.map(|document| document.to_string()),
        entry: types::EntryRef::access(row.entry),
        revoked: row.revoked.map(|(reason, at)| types::Revocation { reason, at_ms: at.as_ms() }),
    }
}

impl From<types::TrainingKind> for law::access::TrainingKind {
    fn from(kind: types::TrainingKind) -> Self {
        match kind {
            types::TrainingKind::Law => Self::Law,
            types::TrainingKind::Confidentiality => Self::Confidentiality,
            types::TrainingKind::Skills => Self::Skills,
            types::TrainingKind::Certificate => Self::Certificate,
        }
    }
}

impl From<law::access::TrainingKind> for types::TrainingKind {
    fn from(kind: law::access::TrainingKind) -> Self {
        match kind {
            law::access::TrainingKind::Law => Self::Law,
            law::access::TrainingKind::Confidentiality => Self::Confidentiality,
            law::access::TrainingKind::Skills => Self::Skills,
            law::access::TrainingKind::Certificate => Self::Certificate,
        }
    }
}

pub fn words(words: &store::Words) -> Bilingual {
    Bilingual { zh: words.zh.clone(), en: words.en.clone() }
}

/// The state of a stream that does not run.
pub fn idle_state(word: pipeline::StateWord, since: WallTime) -> types::StreamState {
    let state = pipeline::StreamState { word, since, detail: String::new(), video: None, newest: None };
    types::StreamState::from(&state)
}

impl From<&pipeline::StreamState> for types::StreamState {
    fn from(state: &pipeline::StreamState) -> Self {
        let video = state.video.as_ref();
        Self {
            word: state.word.into(),
            since_ms: state.since.as_ms(),
            detail: state.detail.clone(),
            codec: video.map(|video| video.codec.to_string()),
            rfc6381: video.map(|video| video.rfc6381.clone()),
            width: video.map(|video| video.width),
            height: video.map(|video| video.height),
            fps: video.map(|video| video.fps),
            kbps: video.map(|video| video.kbps),
            key_interval_ms: video.map(|video| video.key_interval_ms).filter(|ms| *ms > 0),
            clock_offset_ms: video.and_then(|video| video.clock_offset_ms),
            newest_unit_ms: state.newest.map(WallTime::as_ms),
        }
    }
}

impl From<store::Refusal> for Failure {
    fn from(refusal: store::Refusal) -> Self {
        let law = Law {
            article: refusal.article,
            reason: words(&refusal.reason),
            remedy: words(&refusal.remedy),
            entry: refusal.entry.map(|entry| entry.0),
        };
        Self::refused(law.reason.en.clone(), law).with_code(refusal.code)
    }
}

fn problem(problem: law::register::Problem) -> FieldProblem {
    let words = Bilingual { zh: problem.words.zh, en: problem.words.en };
    FieldProblem { field: problem.field, problem: words }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Refused(refusal) => (*refusal).into(),
            store::Error::Invalid(invalid) => invalid.into(),
            store::Error::Problems(problems) => Self::problems(problems.into_iter().map(problem).collect()),
            store::Error::Unauthenticated => Self::unauthenticated(),
            error => {
                let kind = error.kind();
                if error.is_disk_full() {
                    tracing::error!(%error, "the disk of the registry is full");
                    return ledger_full();
                }
                if kind == Kind::Unavailable {
                    // The text may name paths: engineers read it, clients do not.
                    tracing::error!(%error, "the store cannot be used");
                    return Self::new(kind, "the store cannot be used at the moment");
                }
                Self::new(kind, error.to_string())
            }
        }
    }
}

/// guangzhou-2007:21: without the register of it nothing is looked at, however healthy the footage is.
fn ledger_full() -> Failure {
    let said = |zh: &str, en: &str| Bilingual { zh: zh.to_owned(), en: en.to_owned() };
    let law = Law {
        article: "guangzhou-2007:21".to_owned(),
        reason: said(
            "登记簿所在的磁盘已满，无法登记，因此不提供画面和文件；录像照常进行。",
            "The disk of the ledger is full. What cannot be entered is not shown or handed out; recording goes on.",
        ),
        remedy: said(
            "请系统管理人员在该磁盘上腾出空间。",
            "Whoever runs the server makes room on that disk.",
        ),
        entry: None,
    };
    let failure = Failure::new(Kind::Unavailable, "the disk of the ledger is full: nothing can be entered");
    failure.with_code("ledger_full").with_law(law)
}

/// An id in a path; what is no id names nothing.
pub fn id_of(text: &str, what: &'static str) -> Answer<Uuid> {
    Uuid::parse_str(text).map_err(|_| Failure::not_found(what))
}

//! What witnesses have cosigned, and what they hold against us. It asks nobody: `witnessing` does.

use super::{
    auth::Signed,
    error::{Answer, Failure},
    extract::Path,
    supervision,
    types::{
        Bilingual, Finding, ForkEvidence, ForkSide, ForkVerdict, LogName, Problem, Standing, Witness,
        WitnessAlarm, WitnessLog, WitnessedThrough, Witnesses,
    },
};
use crate::{
    app::App,
    witnessing::{Standing as Found, Watched, WatchedLog},
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use law::{access::is_of_office, supervision::unwitnessed_words};
use ledger::{
    checkpoint::Checkpoint,
    fork::{self, Fork},
    note::{Note, NoteKey},
};
use model::{Act, Cx, WallTime};
use store::EntryIndex;

/// Witnesses of both logs.
#[utoipa::path(
    get, path = "/api/witnesses", tag = "health",
    responses((status = 200, body = Witnesses, description = "As they are now"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn witnesses(State(app): State<App>, signed: Signed) -> Answer<axum::Json<Witnesses>> {
    app.registry().admit_reading(&signed.cx(&app), Act::ReadHealth, Vec::new()).await?;
    let standing = standing(&app).await?;
    let mut published = [0; 2];
    for (size, log) in published.iter_mut().zip([store::LogName::Footage, store::LogName::Access]) {
        *size = app.store().checkpoint(log).await?.map_or(0, |checkpoint| checkpoint.size);
    }
    let (now, found) = (app.now(), app.witnesses());
    let names: Vec<(String, String)> = found.watched().into_iter().map(|one| (one.vkey, one.name)).collect();
    let kept = app.store().fork_evidence().await?.into_iter();
    let evidence = kept.filter_map(|kept| shown(&app, &names, kept).transpose()).collect::<Answer<_>>()?;
    Ok(axum::Json(Witnesses {
        evidence,
        standing: standing.into(),
        words: standing_words(standing),
        policy: found.has_policy(),
        handover_waits: found.handover_wait().is_some(),
        handover_wait_s: found.handover_wait().map(|wait| wait.as_secs()),
        witnesses: found.watched().into_iter().map(|one| witness(one, published, now)).collect(),
    }))
}

/// The evidence of an alarm as a file: two signed checkpoints, which `watchkeeper witness forks --file` checks with the log's public key.
#[utoipa::path(
    get, path = "/api/witnesses/evidence/{entry}", tag = "health", params(("entry" = u64, Path, description = "The alarm's entry")),
    responses((status = 200, description = "watchkeeper/fork/v1", content_type = "text/plain"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "No alarm with evidence has this entry"))
)]
pub async fn evidence(State(app): State<App>, signed: Signed, Path(entry): Path<String>) -> Answer<Response> {
    app.registry().admit_reading(&signed.cx(&app), Act::ReadHealth, Vec::new()).await?;
    let none = || Failure::not_found("evidence");
    let entry: u64 = entry.parse().map_err(|_| none())?;
    let file = app.store().fork_file(EntryIndex(entry)).await?.ok_or_else(none)?;
    let name = Fork::parse(file.as_bytes()).and_then(|fork| fork.file_name()).map_err(store::Error::from)?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, file).into_response())
}

/// What a kept pair shows, judged again by the key under which the log was signed then. `None`: it shows nothing.
fn shown(app: &App, names: &[(String, String)], kept: store::ForkEvidence) -> Answer<Option<ForkEvidence>> {
    let judged = |key: NoteKey| Some((key.to_string(), kept.fork.verdict(&[key]).ok()?));
    let keys = app.store().keys_of(kept.log);
    let Some((key, found)) = keys.into_iter().find_map(judged) else { return Ok(None) };
    let side = |note: &Note| {
        let checkpoint = Checkpoint::parse(note.text()).map_err(store::Error::from)?;
        Answer::Ok(ForkSide { size: checkpoint.size, root: checkpoint.root.to_string() })
    };
    let name = names.iter().find(|(vkey, _)| *vkey == kept.witness).map(|(_, name)| name.clone());
    Ok(Some(ForkEvidence {
        entry: kept.entry.0,
        witness: name.unwrap_or(kept.witness),
        log: match kept.log {
            store::LogName::Footage => LogName::Footage,
            store::LogName::Access => LogName::Access,
        },
        words: verdict_words(found, &kept.problem),
        verdict: match found {
            fork::ForkVerdict::TwoRoots { .. } => ForkVerdict::TwoRoots,
            fork::ForkVerdict::NotContinued { .. } => ForkVerdict::NotContinued,
        },
        problem: kept.problem,
        seen_ms: kept.fork.seen.as_ms(),
        theirs: side(&kept.fork.first)?,
        ours: side(&kept.fork.second)?,
        file_name: kept.fork.file_name().map_err(store::Error::from)?,
        key,
    }))
}

fn verdict_words(verdict: fork::ForkVerdict, problem: &str) -> Bilingual {
    match (verdict, problem) {
        (fork::ForkVerdict::TwoRoots { size }, _) => both(
            &format!(
                "证明成立：本日志的密钥对同样 {size} 条记录签署了两份不同的内容，任何持有其公钥的人都可核验。"
            ),
            &format!(
                "Proof: the log's key signed two different contents of {size} entries. Anybody with its public key can check that."
            ),
        ),
        (fork::ForkVerdict::NotContinued { size, larger }, "rolled_back") => both(
            &format!(
                "本日志的密钥签署过 {larger} 条记录，本机现在只有 {size} 条：尾部被截断，或整机被换回旧备份。仅凭两份签名尚不成立证明：须出示第 {size} 条之后的记录才能澄清。"
            ),
            &format!(
                "The log's key signed a tree of {larger} entries, and this server has one of {size}: its tail was cut off, or an \
                 older copy was put back. Two signatures alone are no proof of that; only the entries from {size} on can clear it."
            ),
        ),
        (fork::ForkVerdict::NotContinued { size, larger }, _) => both(
            &format!(
                "本机 {larger} 条记录的日志不能证明是 {size} 条时的延续：已签署的记录被改动，或有记录被倒填插入。仅凭两份签名尚不成立证明：给出一致性证明即可澄清，造假者给不出。"
            ),
            &format!(
                "Nothing shows that the tree of {larger} entries continues the one of {size}: signed records were changed, or some \
                 were put in between afterwards. Two signatures alone are no proof of that; a consistency proof clears it, and a log \
                 that lied has none."
            ),
        ),
    }
}

/// How far the logs are witnessed now.
pub async fn standing(app: &App) -> Answer<Found> {
    let newest =
        async |log| app.store().cosigned_over(log, 0).await.map(|found| found.map(|found| found.note));
    let (footage, access) = (newest(store::LogName::Footage).await?, newest(store::LogName::Access).await?);
    Ok(app.witnesses().standing(app.now(), footage.as_deref(), access.as_deref()))
}

/// How far the access log is cosigned by another party.
pub async fn through(app: &App) -> Answer<Option<WitnessedThrough>> {
    let independent = app.witnesses().independent();
    let keys: Vec<String> = independent.iter().map(|(key, _)| key.clone()).collect();
    if keys.is_empty() {
        return Ok(None);
    }
    let found = app.store().witnessed_through(&keys).await?;
    Ok(found.map(|found| WitnessedThrough {
        entry: found.entry.0,
        by: independent
            .into_iter()
            .find(|(key, _)| *key == found.witness)
            .map(|(_, name)| name)
            .unwrap_or_default(),
        at_ms: i64::try_from(found.time_s).unwrap_or(i64::MAX).saturating_mul(1_000),
    }))
}

/// Acts of administrators and supervisors that no witness of another party cosigned in time (national-2016:32).
pub async fn unwitnessed(app: &App, cx: &Cx) -> Answer<Option<Finding>> {
    let acts: Vec<Act> = Act::ALL.iter().copied().filter(|act| is_of_office(*act)).collect();
    let hours = app.witnesses().acts_within_h();
    let before = app.now().plus_us(-i64::from(hours) * 3_600_000_000);
    let through = through(app).await?.map(|through| EntryIndex(through.entry));
    let found = app.store().acts_behind(&acts, through, before).await?;
    Ok(found.map(|(count, oldest)| {
        let of = (supervision::COUNTRY, "authority-acts-witnessed");
        let one = supervision::of_authority(app, cx, of, oldest, unwitnessed_words(count, hours));
        Finding { code: Some("acts_unwitnessed".into()), count, ..one }
    }))
}

fn witness(one: Watched, [footage, access]: [u64; 2], now: WallTime) -> Witness {
    Witness {
        words: witness_words(one.same_host, one.counts),
        name: one.name,
        vkey: one.vkey,
        url: one.url,
        same_host: one.same_host,
        counts: one.counts,
        footage: log(LogName::Footage, one.footage, footage, now),
        access: log(LogName::Access, one.access, access, now),
    }
}

fn log(log: LogName, state: WatchedLog, published: u64, now: WallTime) -> WitnessLog {
    let size = state.last.map(|last| last.size);
    let cosigned_ms = state.last.and_then(|last| i64::try_from(last.time_s).ok()?.checked_mul(1_000));
    let lag_entries = published.saturating_sub(size.unwrap_or(0));
    WitnessLog {
        log,
        size,
        cosigned_ms,
        lag_entries,
        lag_ms: cosigned_ms.filter(|_| lag_entries > 0).map(|cosigned| (now.as_ms() - cosigned).max(0)),
        tried_ms: state.tried.map(WallTime::as_ms),
        error: state.error,
        alarm: state.alarm.map(|alarm| WitnessAlarm {
            words: alarm_words(&alarm.problem),
            problem: alarm.problem,
            witness_size: alarm.size,
            since_ms: alarm.since.as_ms(),
            entry: alarm.entry.0,
        }),
    }
}

impl From<Found> for Standing {
    fn from(standing: Found) -> Self {
        match standing {
            Found::None => Self::None,
            Found::SameHost => Self::SameHost,
            Found::Behind => Self::Behind,
            Found::Witnessed => Self::Witnessed,
            Found::Alarm => Self::Alarm,
        }
    }
}

fn both(zh: &str, en: &str) -> Bilingual {
    Bilingual { zh: zh.to_owned(), en: en.to_owned() }
}

fn standing_words(standing: Found) -> Bilingual {
    match standing {
        Found::None => both(
            "没有见证方。掌握日志密钥的人可以改写全部历史而不被发现。",
            "No witness. Whoever holds the logs' keys can rewrite all history unseen.",
        ),
        Found::SameHost => both(
            "见证程序就在本机上，对本运营者不构成任何证明。请在另一机构的机器上设置见证方。",
            "The witness runs on this host and proves nothing against this operator. Set one up on another party's machine.",
        ),
        Found::Behind => both(
            "最近的日志尚未得到足够见证方的联署；录像照常进行，新的证据包会注明“尚未见证”。",
            "The newest checkpoints are not cosigned by enough witnesses yet. Recording goes on; new packages say 'not yet witnessed'.",
        ),
        Found::Witnessed => both("日志已由其他机构见证。", "The logs are witnessed by another party."),
        Found::Alarm => both(
            "警报：见证方持有的日志与本机不一致。本机被回退到旧备份，或日志被改动。请立即停止使用并保存证据。",
            "ALARM: a witness holds a log that ours does not continue. This server was put back to an older copy, or its \
             log was changed. Stop, and keep the evidence.",
        ),
    }
}

fn witness_words(same_host: Option<bool>, counts: bool) -> Bilingual {
    match (same_host, counts) {
        (Some(true), _) => both(
            "与本系统在同一台机器上，对本运营者不构成任何证明。",
            "On the same host: it proves nothing against this operator.",
        ),
        (_, false) => both("策略文件未列入此见证方。", "The policy does not name this witness."),
        (None, true) => both("尚未联系上。", "Not reached yet."),
        (Some(false), true) => both("在另一台机器上。", "On another machine."),
    }
}

fn alarm_words(problem: &str) -> Bilingual {
    match problem {
        "rolled_back" => both(
            "见证方联署过的日志比本机的更长：本机丢失了已公布的记录，或被回退到旧备份。",
            "The witness has cosigned a longer log than ours: records that were published are gone, or an old copy was put back.",
        ),
        "other_root" => both(
            "同样长度的日志，见证方联署过另一份内容：日志分叉。",
            "The witness has cosigned another content of the same length: the log has forked.",
        ),
        _ => both(
            "本机的日志不是见证方所联署日志的延续：已公布的记录被改动或插入。",
            "Our log does not continue what the witness cosigned: published records were changed, or some were put in between.",
        ),
    }
}

//! Reminders: once a minute, and when somebody changes how they are reminded, boards are held against what was told, and what waits is
//! sent by mail and webhook.
//!
//! What is told is `law::remind`'s, what is written `store`'s; here is only the order of it. Invariant: a batch is on disk before it is
//! sent and marked after it was taken, so a crash sends it once more under the same id, and loses none.

mod mail;
mod reach;
mod webhook;
mod words;

pub use reach::RemindersConfig;
pub use webhook::{origin_of, sign};

use crate::app::App;
use crate::http::{Foreseen, foreseen_for, sweep_findings};
use law::remind::{Item, Occasion, occasion, plan};
use model::{Actor, Cx, Personal, WallTime};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use store::{
    MailDoor, NewBatch, Reader, ReaderId, SendTo, Sending, Sent, SupervisorTerm, WebhookDoor, system_cx,
};

/// Between two runs: so exactly a morning begins.
const EVERY: Duration = Duration::from_secs(60);
/// The first minutes after a start belong to recording.
const FIRST: Duration = Duration::from_secs(120);
const DAY_US: i64 = 86_400_000_000;

pub async fn run(app: App) {
    let mut pause = FIRST;
    loop {
        // Findings are swept every ten minutes whoever is reminded; whoever asks sees what stands now.
        let run = tokio::select! {
            () = tokio::time::sleep(pause) => as_swept(&app).await,
            () = app.reminders_rung() => once(&app).await,
            () = app.stop().cancelled() => return,
        };
        pause = EVERY;
        if let Err(error) = run {
            tracing::error!(%error, "reminders were not made; tried again in a minute");
        }
    }
}

/// One run: what is new becomes batches, and what waits is tried.
pub async fn once(app: &App) -> Result<(), store::Error> {
    make(app).await?;
    send(app).await
}

async fn as_swept(app: &App) -> Result<(), store::Error> {
    plan_all(app).await?;
    send(app).await
}

/// Boards against what was told, as findings stand now.
pub async fn make(app: &App) -> Result<(), store::Error> {
    // What was found is told when it is known; the next run looks again.
    if let Err(error) = sweep_findings(app).await {
        tracing::error!(?error, "findings were not swept, and nothing new is told of");
        return Ok(());
    }
    plan_all(app).await
}

async fn plan_all(app: &App) -> Result<(), store::Error> {
    let (cx, mut runs) = (system_cx("reminders", app.now()), Vec::new());
    let mut whole: Option<Arc<Foreseen>> = None;
    for mut reader in app.registry().reminder_readers(&cx).await? {
        let Some(why) = occasion(cx.now, reader.wish, &reader.told) else { continue };
        reader.told.items = app.registry().reminded_items(&cx, reader.id).await?;
        let mut board = Vec::new();
        if reader.has_board {
            board = app.registry().standing_items(&cx, reader.id).await?;
            if why == Occasion::Morning {
                board.extend(coming(app, &cx, &reader, &mut whole).await?);
            }
        }
        board.extend(waiting_for(app, &cx, &reader).await?);
        let (batch, told) = plan(cx.now, why, reader.wish, &reader.told, &board);
        if batch.is_some() || told != reader.told {
            runs.push(NewBatch { reader: reader.id, sent: reader.sent, batch, told });
        }
    }
    if runs.is_empty() {
        return Ok(());
    }
    let made = app.registry().put_reminders(cx.now, runs).await?;
    if made > 0 {
        tracing::info!(made, "reminders were made");
    }
    Ok(())
}

/// What waits for a supervisor's authority, and what will within their days: as the page Supervision has it.
async fn waiting_for(app: &App, cx: &Cx, reader: &Reader) -> Result<Vec<Item>, store::Error> {
    let ReaderId::Person(person) = reader.id else { return Ok(Vec::new()) };
    if !reader.supervises {
        return Ok(Vec::new());
    }
    let as_reader = Cx { actor: Actor::Person(person), ..cx.clone() };
    let until = cx.now.plus_us(i64::from(reader.wish.days) * DAY_US);
    let terms = app.registry().supervisor_terms(&as_reader, until).await?.into_iter();
    let item = |term: SupervisorTerm| {
        let key = store::item_key(&term.article, term.code, &term.about.to_string(), []);
        law::remind::of_term(key, (&term.article, term.code), term.due, cx.now)
    };
    Ok(terms.map(item).collect())
}

/// What will be found: of a person as they may see it, of a webhook what is not secret in its unit. What is found for webhooks is
/// looked for once in a run.
async fn coming(
    app: &App,
    cx: &Cx,
    reader: &Reader,
    whole: &mut Option<Arc<Foreseen>>,
) -> Result<Vec<Item>, store::Error> {
    match reader.id {
        ReaderId::Person(person) => {
            let as_reader = Cx { actor: Actor::Person(person), ..cx.clone() };
            Ok(foreseen(app, &as_reader, reader.wish.days)
                .await
                .map_or_else(Vec::new, |seen| seen.items(|_| true)))
        }
        ReaderId::Webhook(_, unit) => {
            let open: HashSet<String> = app.registry().open_things(cx, unit).await?;
            if whole.is_none() {
                *whole = foreseen(app, cx, law::detect::AHEAD_DAYS_MAX).await;
            }
            Ok(whole.as_ref().map_or_else(Vec::new, |seen| seen.items(|about| open.contains(about))))
        }
    }
}

/// What will be found. When that cannot be worked out the batch goes without it, and the next morning's has it.
async fn foreseen(app: &App, cx: &Cx, days: u16) -> Option<Arc<Foreseen>> {
    match foreseen_for(app, cx, days).await {
        Ok(foreseen) => Some(foreseen),
        Err(error) => {
            tracing::error!(?error, "what is coming was not worked out, and nobody is reminded of it");
            None
        }
    }
}

/// Tries what waits. A channel that does not answer at all is not asked again in this run.
pub async fn send(app: &App) -> Result<(), store::Error> {
    let cx = system_cx("reminders", app.now());
    let waiting = app.registry().waiting_reminders(&cx).await?;
    if waiting.is_empty() {
        return Ok(());
    }
    let door = app.registry().mail_door(&cx).await?;
    let (mut tried, mut silent) = (Vec::new(), HashMap::<Option<uuid::Uuid>, String>::new());
    for sending in waiting {
        let channel = match &sending.to {
            SendTo::Webhook(door) => Some(door.id),
            _ => None,
        };
        // The others of a channel that does not answer rest with the first: they must not stand before those of the next channel.
        let came = match silent.get(&channel) {
            Some(why) => Came::silent(why.clone()),
            None => deliver(app, door.as_ref(), &sending).await,
        };
        if came.is_silent {
            silent.insert(channel, came.answer.clone());
        }
        tried.push(Sent { sending, answer: came.answer, taken: came.taken });
        if app.stop().is_cancelled() {
            break;
        }
    }
    app.registry().note_sent(app.now(), tried).await
}

/// What a receiver answered.
#[derive(Clone, Debug)]
pub struct Came {
    pub taken: bool,
    /// There was no answer: the others of this channel would wait for the same nothing.
    pub is_silent: bool,
    pub answer: String,
}

impl Came {
    fn taken(answer: String) -> Self {
        Self { taken: true, is_silent: false, answer }
    }
    fn refused(answer: String) -> Self {
        Self { taken: false, is_silent: false, answer }
    }
    fn silent(answer: String) -> Self {
        Self { taken: false, is_silent: true, answer }
    }
}

/// Sends one message, and marks nothing.
pub async fn deliver(app: &App, door: Option<&MailDoor>, sending: &Sending) -> Came {
    match &sending.to {
        SendTo::Nobody => Came::refused("nobody is reached there any more".into()),
        SendTo::Mail { address, language, has_board } => {
            let library = &app.registry().packs().library;
            let page = if *has_board { words::Page::Board } else { words::Page::Supervision };
            let link = link(app, page);
            let text = words::of_batch(library, &sending.batch, language, (page, link.as_deref()));
            post(app, door, address, &Message { id: sending.id, at: sending.made, text }).await
        }
        SendTo::Webhook(door) => {
            let link = link(app, words::Page::Board);
            let body = words::json(&sending.batch, sending.made, link.as_deref());
            webhook::post(app, door, (sending.id, &body)).await
        }
    }
}

/// A test message to a person's own address.
pub async fn test_mail(app: &App, address: &Personal<String>, language: &str) -> Result<Came, store::Error> {
    let door = app.registry().mail_door(&system_cx("reminders", app.now())).await?;
    let link = link(app, words::Page::Board);
    let text = words::of_test(language, (words::Page::Board, link.as_deref()));
    let message = Message { id: uuid::Uuid::now_v7(), at: app.now(), text };
    let came = post(app, door.as_ref(), address, &message).await;
    if came.taken {
        let to = SendTo::Mail { address: address.clone(), language: language.to_owned(), has_board: true };
        app.registry().note_answer(app.now(), to, true, &came.answer).await?;
    }
    Ok(came)
}

/// A test message to a webhook.
pub async fn test_webhook(app: &App, door: WebhookDoor) -> Result<Came, store::Error> {
    let body = words::json_of_test(app.now(), link(app, words::Page::Board).as_deref());
    let came = webhook::post(app, &door, (uuid::Uuid::now_v7(), &body)).await;
    if came.taken {
        app.registry().note_answer(app.now(), SendTo::Webhook(door), true, &came.answer).await?;
    }
    Ok(came)
}

/// One message before it is bytes.
struct Message {
    /// The same however often it is sent.
    id: uuid::Uuid,
    at: WallTime,
    text: words::Text,
}

async fn post(app: &App, door: Option<&MailDoor>, address: &Personal<String>, message: &Message) -> Came {
    match door {
        Some(door) => mail::post(&app.facts().reminders, door, address, message).await,
        None => Came::silent("there is no mail server".into()),
    }
}

/// The address of the page that says more, where the boot file says under which name the console is opened.
fn link(app: &App, page: words::Page) -> Option<String> {
    let host = app.facts().host.as_deref()?;
    (host != "localhost").then(|| format!("https://{host}/{}", page.path()))
}

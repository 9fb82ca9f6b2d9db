//! `bench access`: people signed in at once who are admitted at a given rate, how long each waits for a decision whose entry is durable, and
//! how long a question about who may do what takes over many cameras.
//!
//! Arrivals are open: each has its moment, and what waits counts from it, so that a queue that grows shows. Use `taskset -c 0` for
//! the figure of one core.

use super::{process, record::recorder};
use anyhow::Result;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use law::access::Post;
use model::{
    Act, Actor, CameraId, Cx, LegalBasis, PersonId, Personal, Purpose, Rendering, RequestId, Role, Secret,
    UnitId, WallTime,
};
use pipeline::system_wall;
use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};
use store::{Attempt, CameraChange, NewCamera, NewPerson, Registry, Request, Stated, registry::system_cx};

const PASSWORD: &str = "a long enough password";
/// Writes under way while the store is filled.
const FILLING: usize = 64;

/// Cameras that are switched on, with room for those that are being added: one server runs a thousand. The others are in the
/// register, and are asked about.
const RECORDED: usize = 900;

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, default_value_t = 500)]
    people: usize,
    #[arg(long, default_value_t = 20_000)]
    cameras: usize,
    /// Decisions a second that are asked for.
    #[arg(long, default_value_t = 2_000)]
    rate: u32,
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    #[arg(long, default_value = "/tmp/watchkeeper-access")]
    dir: PathBuf,
}

/// Who asks, and for what.
#[derive(Clone)]
struct Town {
    registry: Registry,
    unit: UnitId,
    people: Arc<Vec<(PersonId, String)>>,
    /// Those that are switched on.
    recorded: Arc<Vec<CameraId>>,
}

pub async fn run(args: Args) -> Result<std::process::ExitCode> {
    let store = recorder::open(&args.dir).await?;
    let town = Town::fill(&store.registry, &args).await?;
    for _ in 0..args.rounds {
        decisions(&town, &args).await?;
        questions(&town).await?;
    }
    store.close(system_wall()).await?;
    std::fs::remove_dir_all(&args.dir)?;
    Ok(std::process::ExitCode::SUCCESS)
}

impl Town {
    async fn fill(registry: &Registry, args: &Args) -> Result<Self> {
        let begun = Instant::now();
        let unit = registry.create_unit(&system_cx("demo", system_wall()), "bench").await?;
        let cameras = stream::iter(0..args.cameras).map(|number| add_camera(registry, unit, number));
        let mut cameras: Vec<CameraId> = cameras.buffered(FILLING).try_collect().await?;
        println!("{} cameras in {:.1} s", cameras.len(), begun.elapsed().as_secs_f64());
        let begun = Instant::now();
        let people = stream::iter(0..args.people).map(|number| sign_in(registry, unit, number));
        let people: Vec<(PersonId, String)> = people.buffered(FILLING).try_collect().await?;
        println!("{} people signed in in {:.1} s", people.len(), begun.elapsed().as_secs_f64());
        cameras.truncate(RECORDED);
        Ok(Self { registry: registry.clone(), unit, people: Arc::new(people), recorded: Arc::new(cameras) })
    }
}

async fn add_camera(registry: &Registry, unit: UnitId, number: usize) -> Result<CameraId> {
    let camera = NewCamera {
        unit,
        group: None,
        name: format!("{number:05}"),
        place: "bench".into(),
        main_url: format!("rtsp://192.0.2.1/{number}"),
        sub_url: None,
        credentials: None,
        reach: store::Reach::default(),
        security_level: 1,
        floor_days: None,
    };
    let camera = registry.create_camera(&system_cx("demo", system_wall()), camera).await?;
    if number >= RECORDED {
        let off = CameraChange { enabled: Some(false), ..CameraChange::default() };
        registry.change_camera(&system_cx("demo", system_wall()), camera, off).await?;
    }
    Ok(camera)
}

/// A person with an operator's post, and their session's token.
async fn sign_in(registry: &Registry, unit: UnitId, number: usize) -> Result<(PersonId, String)> {
    let account = format!("operator{number:04}");
    // The first one answers for the unit too, and asks.
    let roles = if number == 0 { &[Role::Operator, Role::Administrator][..] } else { &[Role::Operator] };
    let new = NewPerson {
        account: account.clone(),
        name: Personal::new(format!("Operator {number}")),
        language: "en".into(),
        posts: roles.iter().map(|role| Post { role: *role, unit, group: None }).collect(),
        password: Some(Secret::new(PASSWORD.into())),
        password_stays: true,
    };
    let (person, _) = registry.create_person(&system_cx("demo", system_wall()), new).await?;
    let attempt = Attempt {
        account,
        password: Secret::new(PASSWORD.into()),
        totp: None,
        source: format!("192.0.2.{}", number % 250),
        agent: "bench".into(),
        request: RequestId(uuid::Uuid::now_v7()),
        now: system_wall(),
    };
    let signed = registry.sign_in(attempt).await.map_err(|error| anyhow::anyhow!("signing in: {error:?}"))?;
    Ok((person, signed.token.expose().clone()))
}

/// Admissions at their moments: who is signed in is asked, the decision made, its entry durable.
async fn decisions(town: &Town, args: &Args) -> Result<()> {
    let (all, every) = (args.rate * args.seconds, Duration::from_secs(1) / args.rate);
    let (begun, cpu) = (Instant::now(), process::cpu_seconds(std::process::id())?);
    let mut tasks = Vec::with_capacity(all as usize);
    for number in 0..all {
        let moment = begun + every * number;
        tokio::time::sleep_until(moment.into()).await;
        let town = town.clone();
        tasks.push(tokio::spawn(async move {
            let permitted = admitted(&town, number as usize).await?;
            Ok::<(Duration, bool), store::Error>((moment.elapsed(), permitted))
        }));
    }
    let mut waits = Vec::with_capacity(tasks.len());
    let mut permitted = 0;
    for task in tasks {
        let (wait, ok) = task.await??;
        waits.push(wait);
        permitted += u32::from(ok);
    }
    let took = begun.elapsed().as_secs_f64();
    waits.sort_unstable();
    let at = |share: f64| {
        let place = ((waits.len() as f64 * share) as usize).min(waits.len().saturating_sub(1));
        waits.get(place).map_or(0.0, |wait| wait.as_secs_f64() * 1_000.0)
    };
    println!(
        "decisions: {:.0} a second of {} asked, {permitted} of {all} permitted; wait {:.2} ms median, {:.2} ms p99, {:.2} ms longest; {:.2} cores; load {:.1}",
        f64::from(all) / took,
        args.rate,
        at(0.5),
        at(0.99),
        at(1.0),
        (process::cpu_seconds(std::process::id())? - cpu) / took,
        process::load_average(),
    );
    Ok(())
}

async fn admitted(town: &Town, number: usize) -> Result<bool, store::Error> {
    let of = |all: usize, step: usize| number.wrapping_mul(step) % all.max(1);
    let (Some((person, token)), Some(camera)) =
        (town.people.get(of(town.people.len(), 7)), town.recorded.get(of(town.recorded.len(), 6_151)))
    else {
        return Ok(false);
    };
    let now = system_wall();
    let signed = town.registry.authenticate(token, store::Asked::ByHand, now).await?;
    debug_assert_eq!(signed.person, *person);
    let cx = cx(Actor::Person(*person), now);
    match town.registry.admit(&cx, Request::new(Act::Live, vec![*camera], Rendering::Marked)).await {
        Ok(pass) => {
            drop(pass);
            Ok(true)
        }
        Err(store::Error::Refused(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What one person may do over all cameras, and who may see one camera.
async fn questions(town: &Town) -> Result<()> {
    let (Some((person, _)), Some(camera)) = (town.people.first(), town.recorded.first()) else {
        return Ok(());
    };
    let cx = Cx {
        purpose: Purpose::Administration,
        legal_basis: LegalBasis::Operation,
        ..cx(Actor::Person(*person), system_wall())
    };
    let plain = Stated { note: false, case: false, purpose: Purpose::Incident, span: None };
    let begun = Instant::now();
    let may = town.registry.what_may(&cx, *person, town.unit, plain).await?;
    let person_ms = begun.elapsed().as_secs_f64() * 1_000.0;
    let begun = Instant::now();
    let who = town.registry.who_may(&cx, *camera, plain).await?;
    let camera_ms = begun.elapsed().as_secs_f64() * 1_000.0;
    println!(
        "policy: what one may do over {} cameras in {person_ms:.0} ms; who of {} may see a camera in {camera_ms:.0} ms",
        may.cameras,
        who.people.len(),
    );
    Ok(())
}

fn cx(actor: Actor, now: WallTime) -> Cx {
    Cx {
        actor,
        purpose: Purpose::DutyWatch,
        legal_basis: LegalBasis::UnitDuty,
        case: None,
        note: None,
        place: "local".into(),
        request: RequestId(uuid::Uuid::now_v7()),
        now,
    }
}

//! Figures of an authority's area, as a page and as files, and the targets that it holds against them (national-2016:5, datong-2008:4,
//! chongqing:3). It counts nothing itself: `law::supervision::area_table` does.
//!
//! The invariant kept: what goes out is numbers of divisions and categories, of systems that the authority supervises; no camera, no
//! place and no system is named.

use super::super::{
    auth::Signed,
    convert::{id_of, words},
    error::{Answer, Failure},
    extract::{Json, Path, Query},
    tables::{file, format, is_chinese, unwritten},
    types::{
        self, AreaFigures, AreaRow, AreaTargetEndRequest, AreaTargetRequest, FiguresPart, FiguresTableQuery,
        Named, Problem,
    },
};
use super::compliance::{Looked, available, own_authority};
use crate::{
    app::App,
    tables::{Table, write},
};
use axum::{extract::State, http::StatusCode, response::Response};
use law::Words;
use law::supervision::{
    AreaIndicator, AreaSeen, AreaTable, Authority, Figures, area_table, in_decimals, target_state,
};
use model::Cx;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use store::{AreaTargetRow, NewAreaTarget};

/// Figures of the area of one's authority, with its targets.
#[utoipa::path(
    get, path = "/api/supervision/figures", tag = "supervision",
    responses((status = 200, body = AreaFigures, description = "By division and by category of place"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "The reader supervises for no authority"))
)]
pub async fn show(State(app): State<App>, signed: Signed) -> Answer<axum::Json<AreaFigures>> {
    let cx = signed.cx(&app);
    super::admit_reading(&app, &cx).await?;
    let authority = own_authority(&app, &cx).await?;
    Ok(axum::Json(figures(&app, &cx, &authority).await?))
}

/// Figures of the area as a table.
#[utoipa::path(
    get, path = "/api/supervision/figures/table", tag = "supervision", params(FiguresTableQuery),
    responses((status = 200, description = "CSV or XLSX", content((String = "text/csv"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), (status = 400, body = Problem, description = "No reason given"), (status = 403, body = Problem, description = "Refused"))
)]
pub async fn table(
    State(app): State<App>,
    signed: Signed,
    Query(query): Query<FiguresTableQuery>,
) -> Answer<Response> {
    let cx = signed.cx(&app);
    let (format, zh) = (format(query.format.as_deref())?, is_chinese(query.language.as_deref()));
    let part = match query.part {
        FiguresPart::Divisions => "divisions",
        FiguresPart::Categories => "categories",
        FiguresPart::Targets => "targets",
    };
    let authority = app.registry().admit_figures(&cx, part, &query.reason).await?;
    let all = figures(&app, &cx, &authority).await?;
    let table = match query.part {
        FiguresPart::Divisions => rows(query.part, std::iter::once(&all.whole).chain(&all.divisions), zh),
        FiguresPart::Categories => rows(query.part, all.categories.iter(), zh),
        FiguresPart::Targets => targets(&all.targets, zh),
    };
    let stamp = law::Day::of(app.now());
    let written = write(&table, format).map_err(unwritten)?;
    file(&written, &format!("area-{part}-{}-{stamp}", all.authority.division), format)
}

/// Set a target for the area, or a division of it.
#[utoipa::path(
    post, path = "/api/supervision/targets", tag = "supervision", request_body = AreaTargetRequest,
    responses((status = 201, body = types::AreaTarget, description = "Set"), (status = 403, body = Problem, description = "Refused: outside the area, or no supervisor"), (status = 409, body = Problem, description = "One of this figure stands for the division and the year"))
)]
pub async fn set_target(
    State(app): State<App>,
    signed: Signed,
    Json(body): Json<AreaTargetRequest>,
) -> Answer<(StatusCode, axum::Json<types::AreaTarget>)> {
    let cx = signed.cx(&app);
    let new = NewAreaTarget {
        division: body.division,
        indicator: body.indicator.into(),
        hundredths: body.target_hundredths,
        year: body.year,
        plan: body.plan,
    };
    let id = app.registry().set_area_target(&cx, new).await?.to_string();
    let authority = own_authority(&app, &cx).await?;
    let all = figures(&app, &cx, &authority).await?.targets;
    let one = all.into_iter().find(|one| one.id == id).ok_or_else(|| Failure::not_found("target"))?;
    Ok((StatusCode::CREATED, axum::Json(one)))
}

/// Take a target back.
#[utoipa::path(
    post, path = "/api/supervision/targets/{id}/end", tag = "supervision", request_body = AreaTargetEndRequest,
    params(("id" = String, Path, description = "Target id")),
    responses((status = 204, description = "Taken back"), (status = 403, body = Problem, description = "Refused"), (status = 404, body = Problem, description = "None of one's authority"), (status = 409, body = Problem, description = "It is taken back"))
)]
pub async fn end_target(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Json(body): Json<AreaTargetEndRequest>,
) -> Answer<StatusCode> {
    let id = id_of(&id, "target")?;
    app.registry().end_area_target(&signed.cx(&app), id, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The area as it is now.
async fn figures(app: &App, cx: &Cx, authority: &Authority) -> Answer<AreaFigures> {
    let looked = Looked::at(app).await?;
    let mut seen = seen(app, authority, &looked, true).await?;
    for at in &seen.systems {
        let found = looked.numbered(*at).map(|(number, shown)| (number, shown.severity));
        seen.found.insert(*at, found.collect());
    }
    let names = app.registry().division_names(cx).await?;
    let AreaTable { whole, divisions, categories } = area_table(authority, &looked.snapshot, &seen);
    let this_year = app.registry().today(cx.now).year();
    let mut counted = HashMap::<String, Figures>::from([(authority.division.clone(), whole.clone())]);
    let mut targets = Vec::new();
    for row in app.registry().area_targets(cx, authority).await? {
        let of = counted
            .entry(row.division.clone())
            .or_insert_with(|| part_of(authority, &row.division, &looked, &seen));
        targets.push(target(row, of, (authority, &names), this_year));
    }
    let called = |code: &str| names.get(code).map(|name| Words::new(name.clone(), name.clone()));
    let known = &app.registry().packs().library.categories;
    let category = |code: &str| known.iter().find(|one| one.id == code).map(|one| one.name.clone());
    let rows = |all: BTreeMap<String, Figures>, name: &dyn Fn(&str) -> Option<Words>| {
        all.into_iter().map(|(code, figures)| shape(name(&code), code, &figures)).collect()
    };
    let division = authority.division.clone();
    Ok(AreaFigures {
        whole: shape(called(&division), division, &whole),
        divisions: rows(divisions, &called),
        categories: rows(categories, &category),
        targets,
        authority: super::authorities::shape(authority),
        at_ms: app.now().as_ms(),
    })
}

/// The figures of one division of an authority's area.
pub(super) fn part_of(
    authority: &Authority,
    division: &str,
    looked: &Looked<'_>,
    seen: &AreaSeen,
) -> Figures {
    let part = Authority { division: division.to_owned(), ..authority.clone() };
    area_table(&part, &looked.snapshot, seen).whole
}

/// What is measured of the systems of the area, and nothing yet of what is found; how much was recorded only where it is wanted, since
/// each camera is measured.
pub(super) async fn seen(
    app: &App,
    authority: &Authority,
    looked: &Looked<'_>,
    wants_available: bool,
) -> Answer<AreaSeen> {
    let all = store::system_cx("supervision", app.now());
    let systems = app.registry().supervised_systems(&all, authority).await?;
    let systems: BTreeSet<usize> = systems.iter().filter_map(|system| looked.index(system.id)).collect();
    let cameras = app.registry().covered_cameras(&all).await?;
    let off = cameras.iter().filter(|camera| !camera.enabled).map(|camera| camera.id.to_string());
    let turning = app.registry().turning_cameras(&all).await?.into_iter().map(|camera| camera.to_string());
    let available = match wants_available {
        true => available(app, looked, |at| systems.contains(&at)).await?,
        false => HashMap::new(),
    };
    Ok(AreaSeen {
        systems,
        available,
        off: off.collect(),
        turning: turning.collect::<HashSet<_>>(),
        below_floor: looked.below_floor(),
        found: HashMap::new(),
    })
}

fn shape(name: Option<Words>, code: String, figures: &Figures) -> AreaRow {
    AreaRow {
        code,
        name: name.as_ref().map(words),
        systems: figures.systems,
        systems_accepted: figures.systems_accepted,
        systems_in_use: figures.systems_in_use,
        filings: figures.filings,
        filings_made: figures.filings_made,
        places: figures.places,
        places_owed: figures.places_owed,
        places_covered: figures.places_covered,
        points: figures.points,
        cameras: figures.cameras,
        cameras_sending: figures.cameras_sending(),
        cameras_silent: figures.cameras_silent,
        cameras_off: figures.cameras_off,
        cameras_turning: figures.cameras_turning,
        floors: figures.floors,
        floors_kept: figures.floors_kept,
        places_covered_bp: AreaIndicator::PlacesCovered.of(figures),
        accepted_bp: AreaIndicator::Accepted.of(figures),
        filed_bp: AreaIndicator::Filed.of(figures),
        available_bp: AreaIndicator::Available.of(figures),
        floors_kept_bp: AreaIndicator::FloorsKept.of(figures),
        breaches: figures.breaches,
        due: figures.due,
        notes: figures.notes,
    }
}

fn target(
    row: AreaTargetRow,
    figures: &Figures,
    (own, names): (&Authority, &HashMap<String, String>),
    this_year: i64,
) -> types::AreaTarget {
    let stands = row.indicator.of(figures);
    types::AreaTarget {
        id: row.id.to_string(),
        own: row.authority.0 == own.id,
        authority: Named { id: row.authority.0.to_string(), name: row.authority.1 },
        division_name: names.get(&row.division).cloned(),
        division: row.division,
        indicator: row.indicator.into(),
        target_hundredths: row.hundredths,
        stands_hundredths: stands,
        is_share: row.indicator.is_share(),
        year: row.year,
        plan: row.plan,
        state: target_state(row.hundredths, stands, row.year, this_year).into(),
        by: super::person(row.by),
        at_ms: row.at.as_ms(),
        entry: super::entry(row.entry),
    }
}

/// A figure of a row, with its heading.
struct Column {
    zh: &'static str,
    en: &'static str,
    of: fn(&AreaRow, bool) -> Option<String>,
    /// Said of categories of place too.
    of_places: bool,
}

const fn all(zh: &'static str, en: &'static str, of: fn(&AreaRow, bool) -> Option<String>) -> Column {
    Column { zh, en, of, of_places: true }
}

const fn divisions(zh: &'static str, en: &'static str, of: fn(&AreaRow, bool) -> Option<String>) -> Column {
    Column { zh, en, of, of_places: false }
}

const COLUMNS: [Column; 25] = [
    all("区划或类别", "Division or category", |row, _| Some(row.code.clone())),
    all("名称", "Name", |row, zh| {
        row.name.as_ref().map(|name| if zh { name.zh.clone() } else { name.en.clone() })
    }),
    divisions("系统数", "Systems", |row, _| Some(row.systems.to_string())),
    divisions("已验收", "Accepted", |row, _| Some(row.systems_accepted.to_string())),
    divisions("在用", "In use", |row, _| Some(row.systems_in_use.to_string())),
    divisions("验收率 %", "Accepted %", |row, _| percent(row.accepted_bp)),
    divisions("应备案", "Filings owed in all", |row, _| Some(row.filings.to_string())),
    divisions("已备案", "Filings made", |row, _| Some(row.filings_made.to_string())),
    divisions("备案率 %", "Filed %", |row, _| percent(row.filed_bp)),
    all("场所", "Places", |row, _| Some(row.places.to_string())),
    all("应建场所", "Places that must have a system", |row, _| Some(row.places_owed.to_string())),
    all("已建场所", "Of them with one", |row, _| Some(row.places_covered.to_string())),
    all("覆盖率 %", "Covered %", |row, _| percent(row.places_covered_bp)),
    all("点位", "Points", |row, _| Some(row.points.to_string())),
    all("摄像机", "Cameras", |row, _| Some(row.cameras.to_string())),
    all("在传", "Sending", |row, _| Some(row.cameras_sending.to_string())),
    all("无信号", "Silent", |row, _| Some(row.cameras_silent.to_string())),
    all("停用", "Switched off", |row, _| Some(row.cameras_off.to_string())),
    all("云台", "Turning", |row, _| Some(row.cameras_turning.to_string())),
    divisions("近 30 天录像率 %", "Available in 30 days %", |row, _| percent(row.available_bp)),
    all("有期限的摄像机", "Cameras with a floor", |row, _| Some(row.floors.to_string())),
    all("留存达标率 %", "Floors kept %", |row, _| percent(row.floors_kept_bp)),
    divisions("违规", "Breaches", |row, _| Some(row.breaches.to_string())),
    divisions("到期未办", "Due", |row, _| Some(row.due.to_string())),
    divisions("提示", "Notes", |row, _| Some(row.notes.to_string())),
];

fn percent(hundredths: Option<u32>) -> Option<String> {
    hundredths.map(in_decimals)
}

fn rows<'r>(part: FiguresPart, rows: impl Iterator<Item = &'r AreaRow>, zh: bool) -> Table {
    let by_division = part == FiguresPart::Divisions;
    let columns: Vec<&Column> = COLUMNS.iter().filter(|column| by_division || column.of_places).collect();
    let cells =
        |row: &AreaRow| columns.iter().map(|column| (column.of)(row, zh).unwrap_or_default()).collect();
    let name = match (by_division, zh) {
        (true, true) => "区域数据",
        (true, false) => "Figures",
        (false, true) => "按场所类别",
        (false, false) => "By category",
    };
    Table {
        name: name.to_owned(),
        header: columns.iter().map(|column| (if zh { column.zh } else { column.en }).to_owned()).collect(),
        rows: rows.map(cells).collect(),
        notes: Vec::new(),
    }
}

fn targets(all: &[types::AreaTarget], zh: bool) -> Table {
    let header = match zh {
        true => ["区划", "名称", "指标", "目标", "现状", "单位", "年度", "规划", "状态", "制定机关"],
        false => {
            ["Division", "Name", "Figure", "Target", "Stands", "Unit", "Year", "Plan", "State", "Authority"]
        }
    };
    let row = |one: &types::AreaTarget| {
        let indicator = AreaIndicator::from(one.indicator);
        vec![
            one.division.clone(),
            one.division_name.clone().unwrap_or_default(),
            if zh { indicator.names().0 } else { indicator.names().1 }.to_owned(),
            in_decimals(one.target_hundredths),
            one.stands_hundredths.map(in_decimals).unwrap_or_default(),
            if one.is_share { "%".to_owned() } else { String::new() },
            one.year.to_string(),
            one.plan.clone(),
            state_words(one.state, zh).to_owned(),
            one.authority.name.clone(),
        ]
    };
    Table {
        name: if zh { "目标" } else { "Targets" }.to_owned(),
        header: header.map(str::to_owned).to_vec(),
        rows: all.iter().map(row).collect(),
        notes: Vec::new(),
    }
}

const fn state_words(state: types::AreaTargetState, zh: bool) -> &'static str {
    let (chinese, english) = match state {
        types::AreaTargetState::Open => ("未到期", "Open"),
        types::AreaTargetState::Reached => ("已达到", "Reached"),
        types::AreaTargetState::Missed => ("未达到", "Missed"),
    };
    if zh { chinese } else { english }
}

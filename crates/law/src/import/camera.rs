//! The camera's half of a row: what is checked of it before its unit, its host and its point are.

use super::{
    Known,
    row::{At, Cells, Report},
    value_of,
};
use crate::Words;
use crate::register::of_type;
use model::{GroupId, Secret, Transport, UnitId};

/// What a row says of a camera; absent: the column is not there, or says nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CameraValues {
    pub name: Option<String>,
    pub place: Option<String>,
    /// `Some(None)` takes it out of its group.
    pub group: Option<Option<GroupId>>,
    pub main_url: Option<String>,
    pub sub_url: Option<Option<String>>,
    pub credentials: Option<(String, Secret<String>)>,
    pub transport: Option<Transport>,
    pub level: Option<u8>,
    pub floor_days: Option<Option<u16>>,
    pub enabled: Option<bool>,
    pub planned_kbps: Option<u32>,
}

/// Reads the camera's cells; what is wrong goes into the report.
pub(super) fn values(
    report: &mut Report<'_>,
    at: At,
    cells: &Cells,
    known: &Known,
    unit: Option<UnitId>,
) -> CameraValues {
    let mut values = CameraValues::default();
    let (mut username, mut password) = (None, None);
    for cell in &cells.fields {
        let text = cell.text.clone();
        let filled = (!text.is_empty()).then(|| text.clone());
        if let Some(text) = &filled {
            let read = value_of(cell.field.of, text, report.library);
            let checked = read.and_then(|value| {
                of_type(cell.field.of, &value, report.library).map_err(|(en, zh)| Words::new(en, zh))
            });
            if let Err(words) = checked {
                report.cell(at, cell, words, None);
                continue;
            }
        }
        let number = || text.parse::<f64>().ok();
        match cell.field.name {
            "camera" => values.name = filled,
            "camera_place" => values.place = Some(text.clone()),
            "main_url" => values.main_url = filled,
            "sub_url" => values.sub_url = Some(filled),
            "username" => username = filled,
            "password" => password = filled,
            "transport" => values.transport = filled.as_deref().and_then(transport),
            "camera_level" => values.level = number().map(|number| number as u8),
            "floor_days" => values.floor_days = Some(number().map(|number| number as u16)),
            "enabled" => values.enabled = filled.and_then(|text| flag(cell.field.of, &text, report)),
            "planned_kbps" => values.planned_kbps = number().map(|number| number as u32),
            "group" => match group(known, unit, filled.as_deref()) {
                Ok(group) => values.group = Some(group),
                Err(words) => report.cell(at, cell, words, Some(group_remedy())),
            },
            _ => {}
        }
        if matches!(cell.field.name, "main_url" | "sub_url")
            && let Some(words) = (!text.is_empty()).then(|| address(&text)).flatten()
        {
            report.cell(at, cell, words, Some(address_remedy()));
        }
    }
    match (username, password) {
        (None, None) => {}
        (Some(username), Some(password)) => values.credentials = Some((username, Secret::new(password))),
        _ => {
            let cell = cells.fields.iter().find(|cell| matches!(cell.field.name, "username" | "password"));
            if let Some(cell) = cell {
                let words = Words::new("user name and password are given together", "用户名与密码须同时填写");
                report.cell(at, cell, words, None);
            }
        }
    }
    values
}

fn transport(text: &str) -> Option<Transport> {
    [Transport::Tcp, Transport::Udp].into_iter().find(|one| one.as_str().eq_ignore_ascii_case(text))
}

fn flag(of: crate::register::FieldType, text: &str, report: &Report<'_>) -> Option<bool> {
    value_of(of, text, report.library).ok()?.as_bool()
}

fn group(known: &Known, unit: Option<UnitId>, text: Option<&str>) -> Result<Option<GroupId>, Words> {
    let Some(text) = text else { return Ok(None) };
    let fits = |(id, of, name): &&(GroupId, UnitId, String)| {
        Some(*of) == unit && (name == text || id.to_string() == text)
    };
    let mut fitting = known.groups.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some((id, ..)), None) => Ok(Some(*id)),
        (None, _) => Err(Words::new("is no group of this unit", "不是该单位的分组")),
        _ => Err(Words::new("is the name of several groups", "有多个同名分组")),
    }
}

fn group_remedy() -> Words {
    Words::new("Make the group first, or leave the cell empty.", "请先建立该分组，或将单元格留空。")
}

/// What is wrong with an address: credentials are sealed apart, and an address appears in lists.
fn address(text: &str) -> Option<Words> {
    let rest = text.strip_prefix("rtsp://").or_else(|| text.strip_prefix("rtsps://"));
    let Some(rest) = rest else {
        return Some(Words::new("is not an rtsp:// or rtsps:// address", "不是 rtsp:// 或 rtsps:// 地址"));
    };
    let authority = rest.split(['/', '?']).next().unwrap_or("");
    if authority.contains('@') {
        return Some(Words::new("contains a user name", "地址中含有用户名"));
    }
    let odd = authority.is_empty() || text.chars().any(|letter| letter.is_control() || letter == ' ');
    odd.then(|| Words::new("is not a usable address", "地址无法使用"))
}

fn address_remedy() -> Words {
    Words::new(
        "An address as rtsp://192.0.2.1/stream; user name and password stand in columns of their own.",
        "地址形如 rtsp://192.0.2.1/stream；用户名与密码另列填写。",
    )
}

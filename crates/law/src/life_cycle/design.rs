//! What was built beside what was reviewed: which values of a system and its points differ (national-2016:28(1),
//! guangzhou-2007:8, datong-2008:14). What the design left open and the building filled in is no difference.

use crate::Words;
use crate::register::{Body, RecordKind, fields};

/// What of a point its design says.
const POINT: &[&str] = &[
    "place",
    "longitude",
    "latitude",
    "height_m",
    "direction_deg",
    "angle_deg",
    "range_m",
    "purpose",
    "product",
];
/// What of a system its design says.
const SYSTEM: &[&str] = &["width_px_min", "height_px_min", "frame_rate_min", "codec", "clock_ms_max"];

/// One record as it was reviewed and as it is built; absent where it was not there.
#[derive(Clone, PartialEq, Debug)]
pub struct Compared {
    pub kind: RecordKind,
    pub name: String,
    pub reviewed: Option<Body>,
    pub built: Option<Body>,
}

/// One value that differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deviation {
    /// Name of the point or system.
    pub about: String,
    pub what: Words,
    pub designed: String,
    pub built: String,
}

/// Everything that differs, in the order of the records and of their forms.
pub fn deviations(compared: &[Compared]) -> Vec<Deviation> {
    let mut found = Vec::new();
    for one in compared {
        match (&one.reviewed, &one.built) {
            (Some(reviewed), Some(built)) => found.extend(differing(one, reviewed, built)),
            (None, Some(_)) => found.push(one.whole("–", &one.name)),
            (Some(_), None) => found.push(one.whole(&one.name, "–")),
            (None, None) => {}
        }
    }
    found
}

impl Compared {
    /// A record that was reviewed and not built, or the other way round.
    fn whole(&self, designed: &str, built: &str) -> Deviation {
        let (zh, en) = self.kind.names();
        Deviation {
            about: self.name.clone(),
            what: Words::new(en, zh),
            designed: designed.to_owned(),
            built: built.to_owned(),
        }
    }
}

fn differing(one: &Compared, reviewed: &Body, built: &Body) -> Vec<Deviation> {
    let designed = match one.kind {
        RecordKind::Point => POINT,
        RecordKind::System => SYSTEM,
        _ => &[],
    };
    let of_design = fields(one.kind).iter().filter(|field| designed.contains(&field.name));
    let differs = of_design.filter(|field| {
        let reviewed = reviewed.get(field.name);
        reviewed.is_some() && reviewed != built.get(field.name)
    });
    differs
        .map(|field| Deviation {
            about: one.name.clone(),
            what: Words::new(field.en, field.zh),
            designed: text(reviewed, field.name),
            built: text(built, field.name),
        })
        .collect()
}

fn text(body: &Body, field: &str) -> String {
    match body.get(field) {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => "–".to_owned(),
    }
}

/// Several in one sentence; the rest is a count.
pub fn in_words(found: &[Deviation]) -> (String, String) {
    const NAMED_MAX: usize = 3;
    let line =
        |one: &Deviation, what: &str| format!("{} · {what}: {} → {}", one.about, one.designed, one.built);
    let rest = found.len().saturating_sub(NAMED_MAX);
    let more = if rest > 0 { format!(" +{rest}") } else { String::new() };
    let named = || found.iter().take(NAMED_MAX);
    let en: Vec<String> = named().map(|one| line(one, &one.what.en)).collect();
    let zh: Vec<String> = named().map(|one| line(one, &one.what.zh)).collect();
    (format!("{}{more}", en.join("; ")), format!("{}{more}", zh.join("；")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn body(value: serde_json::Value) -> Option<Body> {
        value.as_object().cloned()
    }

    #[test]
    fn what_was_reviewed_and_built_otherwise_is_found_and_what_was_left_open_is_not() {
        let check = |kind: RecordKind, reviewed, built, expected: &[&str]| {
            let one = Compared { kind, name: "门".into(), reviewed: body(reviewed), built: body(built) };
            let found: Vec<String> = deviations(&[one])
                .iter()
                .map(|one| format!("{}: {} → {}", one.what.en, one.designed, one.built))
                .collect();
            assert_eq!(found, expected);
        };
        let point = RecordKind::Point;
        check(point, json!({ "direction_deg": 90 }), json!({ "direction_deg": 90, "height_m": 4 }), &[]);
        check(
            point,
            json!({ "direction_deg": 90, "height_m": 4 }),
            json!({ "direction_deg": 180, "height_m": 4, "note": "x" }),
            &["Direction: 90 → 180"],
        );
        check(point, json!({ "height_m": 4 }), json!({}), &["Height: 4 → –"]);
        check(point, json!(null), json!({}), &["Points: – → 门"]);
        check(point, json!({}), json!(null), &["Points: 门 → –"]);
        check(point, json!({ "note": "a" }), json!({ "note": "b" }), &[]);
        check(
            RecordKind::System,
            json!({ "codec": "h265", "builder": "a" }),
            json!({ "codec": "h264", "builder": "b" }),
            &["Codec: h265 → h264"],
        );
    }
}

//! What a maintenance round looks at, part by part, and whether every line of it is answered. The lists are the product's: no article
//! has one (guangzhou-2007:22 names the three parts).
//!
//! What the system measures by itself is filled in when the round begins; a person still answers each line.

use super::Part;
use crate::duty::closed_list;

closed_list! {
    /// What a line came to.
    Answer {
        Good "good",
        Fault "fault",
        NotApplicable "not_applicable",
    }
}

/// A line of a checklist.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CheckItem {
    /// Stable.
    pub id: &'static str,
    pub en: &'static str,
    pub zh: &'static str,
    /// The system fills in what it measures.
    pub measured: bool,
}

const fn seen(id: &'static str, en: &'static str, zh: &'static str) -> CheckItem {
    CheckItem { id, en, zh, measured: false }
}

const fn measured(id: &'static str, en: &'static str, zh: &'static str) -> CheckItem {
    CheckItem { id, en, zh, measured: true }
}

/// What a round of a part looks at.
pub const fn checklist(part: Part) -> &'static [CheckItem] {
    match part {
        Part::FrontEnd => FRONT_END,
        Part::Lines => LINES,
        Part::Storage => STORAGE,
    }
}

const FRONT_END: &[CheckItem] = &[
    measured("online", "Cameras send pictures", "摄像机在线出图"),
    measured("front_end_gaps", "Gaps by cameras since the last round", "上次巡检以来因摄像机造成的中断"),
    measured("clock", "Cameras' clocks are right", "摄像机时钟准确"),
    seen("lens", "Lenses clean, views unobstructed and as designed", "镜头清洁、视野无遮挡且与设计一致"),
    seen("mounting", "Housing, mounting and power supply sound", "护罩、支架、供电完好"),
    seen("signs", "Signs in place and readable", "标识完好、清晰"),
];

const LINES: &[CheckItem] = &[
    measured("connected", "Cameras can be reached", "线路可达"),
    measured("line_gaps", "Gaps by the network since the last round", "上次巡检以来因网络造成的中断"),
    measured("loss", "Lost packets", "丢包"),
    seen("cabinets", "Cabinets locked, cables and joints sound", "机柜上锁、线缆和接头完好"),
    seen("protection", "Lightning and power protection sound", "防雷与电源保护完好"),
];

const STORAGE: &[CheckItem] = &[
    measured("disks", "Media disks in order", "介质盘正常"),
    measured("scrub", "Stored footage read again", "存储资料复读"),
    measured("floor", "Footage reaches its floor", "资料保存达到最低期限"),
    seen("room", "Server room: temperature, dust, access", "机房温度、清洁、出入"),
    seen("backup", "Backups there and restorable", "备份存在且可恢复"),
];

/// The first line that nobody answered.
pub fn unanswered(part: Part, answered: &[String]) -> Option<&'static CheckItem> {
    checklist(part).iter().find(|item| answered.iter().all(|id| id != item.id))
}

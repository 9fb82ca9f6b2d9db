//! Fields of the records that a single duty asks for: rounds, choices, standards, grants, targets, notices, incidents.
//!
//! A part of the one table of kinds; it decides nothing. What of them is late or missing is `law::detect`'s. What has a finding
//! of its own is not expected here, so that nobody is told twice.

use super::{
    field::{Choice, Field, FieldType as T, choice},
    kinds::{
        CLOCK_MAX, CODEC, DIVISION, DOCUMENT, FRAME_RATE_MIN, HEIGHT_MIN, NAME, NOTE, RecordKind as Kind,
        VALID_UNTIL, WIDTH_MIN,
    },
};

const SYSTEM: Field = Field::new("system", T::Record(Kind::System), "系统", "System");
const LEVEL: T = T::Whole { min: 1, max: 3, unit: "" };

const FOUND: &[Choice] = &[
    choice("nothing", "未发现", "Nothing"),
    choice("device", "发现摄像设备", "A camera"),
    choice("suspicion", "发现可疑情况", "Something suspicious"),
];

/// national-2025:8: looked at every day, what is found is reported.
pub(super) const ROUND_FIELDS: &[Field] = &[
    NAME,
    Field::new("place", T::Record(Kind::Place), "隐私场所", "Private place").required(),
    Field::new("day", T::Date, "巡查日期", "Day").required(),
    Field::new("by", T::Text { chars_max: 100 }, "巡查人", "Who looked").required(),
    Field::new("found", T::One(FOUND), "巡查结果", "Found").required(),
    Field::new("what", T::Lines { chars_max: 1000 }, "发现情况", "What was found"),
    Field::new("reported_to", T::Text { chars_max: 100 }, "报告机关", "Reported to"),
    Field::new("reported_on", T::Date, "报告日期", "Reported on"),
    NOTE,
];

const CHOSEN: &[Choice] = &[
    choice("product", "产品", "Product"),
    choice("design", "设计单位", "Designer"),
    choice("construction", "施工单位", "Builder of the installation"),
    choice("maintenance", "维护单位", "Maintainer"),
];

/// qingdao:11, national-2016:24: the builder chooses for itself.
pub(super) const SELECTION_FIELDS: &[Field] = &[
    NAME,
    SYSTEM.required(),
    Field::new("what", T::One(CHOSEN), "选择事项", "What was chosen").required(),
    Field::new("contractor", T::Record(Kind::Contractor), "选定单位", "Chosen contractor"),
    Field::new("product", T::Record(Kind::Product), "选定产品", "Chosen product"),
    Field::new("candidates", T::Lines { chars_max: 1000 }, "候选", "Candidates").required(),
    Field::new("chosen_by", T::Text { chars_max: 100 }, "决定人", "Who chose").required(),
    Field::new("chosen_on", T::Date, "决定日期", "Chosen on").expected(),
    Field::new("reason", T::Lines { chars_max: 1000 }, "理由", "Reason").expected(),
    DOCUMENT,
    NOTE,
];

const PRESSURE: &[Choice] = &[
    choice("brand", "指定产品品牌", "A brand was named"),
    choice("seller", "指定销售单位", "A seller was named"),
    choice("contractor", "指定设计、施工、维护单位", "A contractor was named"),
    choice("forced-building", "违法强制建设", "Building was unlawfully forced"),
];

/// qingdao:11, national-2016:24
pub(super) const PRESSURE_REPORT_FIELDS: &[Field] = &[
    NAME,
    Field::new("system", T::Record(Kind::System), "涉及系统", "System"),
    Field::new("authority", T::Text { chars_max: 100 }, "被反映机关", "Authority").required(),
    Field::new("what", T::One(PRESSURE), "情形", "What was imposed").required(),
    Field::new("received_on", T::Date, "受理日期", "Received on").required(),
    Field::new("account", T::Lines { chars_max: 2000 }, "情况说明", "Account").required().confidential(),
    Field::new("reporter", T::Text { chars_max: 100 }, "反映人", "Who reports").confidential(),
    Field::new("passed_to", T::Text { chars_max: 100 }, "转交机关", "Passed on to").expected(),
    Field::new("outcome", T::Lines { chars_max: 1000 }, "处理结果", "Outcome"),
    Field::new("closed_on", T::Date, "办结日期", "Closed on"),
    NOTE,
];

const SOURCES: &[Choice] = &[
    choice("national", "国家标准", "National standard"),
    choice("industry", "行业标准", "Industry standard"),
    choice("local", "地方标准或技术规范", "Local standard or specification"),
    choice("international", "国际标准", "International standard"),
    choice("unit", "单位自定", "The unit's own"),
];

/// datong-2008:11, chongqing:8, qingdao:12, guangzhou-2007:7: no text gives figures; the standards that apply do.
pub(super) const STANDARD_FIELDS: &[Field] = &[
    NAME,
    Field::new("number", T::Text { chars_max: 100 }, "标准号", "Number and edition").required(),
    Field::new("source", T::One(SOURCES), "来源", "Whose it is").required(),
    WIDTH_MIN,
    HEIGHT_MIN,
    FRAME_RATE_MIN,
    CODEC,
    CLOCK_MAX,
    DOCUMENT,
    NOTE,
];

const OUTCOMES: &[Choice] = &[
    choice("agreed", "同意联网", "Agreed"),
    choice("declined", "不联网", "Not to be connected"),
    choice("pending", "协商中", "Going on"),
];

/// chongqing:10
pub(super) const CONNECTION_FIELDS: &[Field] = &[
    NAME,
    SYSTEM.required(),
    Field::new("platform", T::Text { chars_max: 100 }, "对接平台", "Platform").required(),
    Field::new("consulted_with", T::Text { chars_max: 100 }, "协商的公安机关", "Consulted with"),
    Field::new("consulted_on", T::Date, "协商日期", "Consulted on"),
    Field::new("outcome", T::One(OUTCOMES), "协商结果", "Outcome").expected(),
    Field::new("connected_on", T::Date, "联网日期", "Connected on"),
    DOCUMENT,
    NOTE,
];

/// guangzhou-2007:14, qingdao:13: the authority sets levels and permissions.
pub(super) const LEVEL_DECISION_FIELDS: &[Field] = &[
    NAME,
    Field::new("authority", T::Text { chars_max: 100 }, "决定机关", "Authority").required(),
    Field::new("together_with", T::Text { chars_max: 200 }, "会同部门", "Together with").expected(),
    Field::new("number", T::Text { chars_max: 100 }, "文号", "Number").expected(),
    Field::new("decided_on", T::Date, "决定日期", "Decided on").required(),
    VALID_UNTIL,
    Field::new("levels", T::Lines { chars_max: 2000 }, "等级与权限", "Levels and permissions").required(),
    DOCUMENT.expected(),
    NOTE,
];

const RELATIONS: &[Choice] =
    &[choice("upper", "上级", "Upper"), choice("peer", "同级", "Peer"), choice("lower", "下级", "Lower")];

const ACTIONS: &[Choice] = &[
    choice("catalogue", "目录", "Catalogue"),
    choice("live", "实时", "Live"),
    choice("playback", "回放", "Playback"),
    choice("retrieve", "调取", "Retrieval"),
    choice("control", "控制", "Control"),
];

/// guangzhou-2007:14, qingdao:13: by level and permission.
pub(super) const GRANT_FIELDS: &[Field] = &[
    NAME,
    Field::new("decision", T::Record(Kind::LevelDecision), "依据的决定", "Decision").required(),
    Field::new("platform", T::Text { chars_max: 100 }, "平台", "Platform").required(),
    // GB/T 28181-2022 annex E: twenty digits.
    Field::new("platform_id", T::Digits { count: 20 }, "平台国标编码", "GB/T 28181 identity of the platform")
        .expected(),
    Field::new("relation", T::One(RELATIONS), "级联关系", "Relation").required(),
    Field::new("systems", T::Records(Kind::System), "授权系统", "Systems"),
    Field::new("points", T::Records(Kind::Point), "授权点位", "Points"),
    Field::new("level_max", LEVEL, "最高安全等级", "Highest security level").required(),
    Field::new("actions", T::Some(ACTIONS), "授权行为", "Actions").required(),
    Field::new("valid_until", T::Date, "授权至", "Until").required(),
    NOTE,
];

const INDICATORS: &[Choice] = &[
    choice("points", "点位数", "Points"),
    choice("systems-in-use", "投入使用的系统数", "Systems in use"),
    choice("places-covered", "应建场所覆盖率", "Places covered, of those that must be"),
];

/// datong-2008:4, chongqing:3, national-2016:5
pub(super) const AREA_TARGET_FIELDS: &[Field] = &[
    NAME,
    DIVISION.required(),
    Field::new("indicator", T::One(INDICATORS), "指标", "Figure").required(),
    Field::new("value", T::Number { min: 0.0, max: 1_000_000.0, unit: "" }, "目标值", "Value").required(),
    Field::new("due_on", T::Date, "期限", "By").required(),
    Field::new("authority", T::Text { chars_max: 100 }, "制定机关", "Authority").expected(),
    Field::new("document", T::Record(Kind::Document), "规划文件", "Document").expected(),
    NOTE,
];

/// national-2016:9: paid for from the government's own budget.
pub(super) const BUDGET_FIELDS: &[Field] = &[
    NAME,
    SYSTEM.required(),
    Field::new("year", T::Whole { min: 2000, max: 2100, unit: "" }, "年度", "Year").required(),
    Field::new("payer", T::Text { chars_max: 100 }, "预算单位", "Whose budget").required(),
    Field::new("amount_cny", T::Whole { min: 0, max: 10_000_000_000, unit: "元" }, "金额", "Amount")
        .expected()
        .confidential(),
    DOCUMENT,
    NOTE,
];

/// chongqing:11: the public security organ is told at once.
pub(super) const NOTICE_FIELDS: &[Field] = &[
    NAME,
    SYSTEM.required(),
    Field::new("point", T::Record(Kind::Point), "点位", "Point").required(),
    Field::new("what", T::Lines { chars_max: 1000 }, "通知内容", "What it says").required(),
    Field::new("made_on", T::Date, "生成日期", "Made on").required(),
    Field::new("sent_to", T::Text { chars_max: 100 }, "受通知机关", "Sent to"),
    Field::new("sent_on", T::Date, "发出日期", "Sent on"),
    Field::new("acknowledged", T::Text { chars_max: 200 }, "回执", "Acknowledgement"),
    NOTE,
];

const HARM: &[Choice] = &[
    choice("theft", "被盗", "Theft"),
    choice("damage", "损坏", "Damage"),
    choice("removal", "擅自拆移", "Removal without authorisation"),
    choice("fault", "自身故障", "A fault of its own"),
];

/// datong-2008:19, chongqing:12, guangzhou-2007:15, national-2016:22
pub(super) const INCIDENT_FIELDS: &[Field] = &[
    NAME,
    SYSTEM.required(),
    Field::new("point", T::Record(Kind::Point), "点位", "Point").required(),
    Field::new("what", T::One(HARM), "情形", "What happened").required(),
    Field::new("found_on", T::Date, "发现日期", "Found on").required(),
    Field::new("found_by", T::Text { chars_max: 100 }, "发现人", "Found by").expected(),
    Field::new("reported_to", T::Text { chars_max: 100 }, "报案机关", "Reported to"),
    Field::new("reported_on", T::Date, "报案日期", "Reported on"),
    Field::new("report_number", T::Text { chars_max: 100 }, "受案回执", "Number of the report"),
    Field::new("repair", T::Lines { chars_max: 1000 }, "修复情况", "Repair"),
    Field::new("repaired_on", T::Date, "修复日期", "Repaired on"),
    Field::new("evidence", T::Records(Kind::Document), "证明材料", "Evidence"),
    NOTE,
];

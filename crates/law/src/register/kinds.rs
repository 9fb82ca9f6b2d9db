//! The kinds of record and their fields: the one table that forms, import, export, masking and completeness read.

use super::{
    field::{Choice, Field, FieldType as T, Source, choice},
    kept,
};

/// What a record is about. The number is stored: never renumber.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum RecordKind {
    /// Administrative division (GB/T 2260).
    Division = 1,
    /// Place that has, needs, or must not have cameras.
    Place = 2,
    /// The legal object that is built, accepted, filed and used.
    System = 3,
    /// Where a camera stands and what it may see; it outlives the device.
    Point = 4,
    /// Designer, builder or maintainer.
    Contractor = 5,
    Technician = 6,
    /// Who carries the pictures over their lines.
    Carrier = 7,
    Product = 8,
    /// A paper, whose file is kept by its hash.
    Document = 9,
    /// A plan of intended points, with its approval.
    Plan = 10,
    /// One point of a plan.
    PlannedPoint = 11,
    Sign = 12,
    /// Who is responsible for what.
    Agreement = 13,
    /// The building works that the system is part of.
    MainWorks = 14,
    /// A look for hidden cameras in a private place (national-2025:8).
    Round = 15,
    /// Who chose a product or a contractor, and from which candidates.
    Selection = 16,
    /// That somebody in office imposed a brand or a contractor, or forced building.
    PressureReport = 17,
    /// A standard with the parameters that it asks for.
    Standard = 18,
    /// The consultation on connecting a system to a platform, and its outcome.
    Connection = 19,
    /// The authority's decision on levels and permissions.
    LevelDecision = 20,
    /// What another platform may reach: cameras, level, actions, until when.
    Grant = 21,
    /// What a government wants for its area, and by when.
    AreaTarget = 22,
    /// One year's money for a system.
    Budget = 23,
    /// What the public security organ is told about a move.
    Notice = 24,
    /// Loss, damage or removal of equipment, with report and repair.
    Incident = 25,
}

impl RecordKind {
    pub const ALL: [Self; 25] = [
        Self::Division,
        Self::Place,
        Self::System,
        Self::Point,
        Self::Contractor,
        Self::Technician,
        Self::Carrier,
        Self::Product,
        Self::Document,
        Self::Plan,
        Self::PlannedPoint,
        Self::Sign,
        Self::Agreement,
        Self::MainWorks,
        Self::Round,
        Self::Selection,
        Self::PressureReport,
        Self::Standard,
        Self::Connection,
        Self::LevelDecision,
        Self::Grant,
        Self::AreaTarget,
        Self::Budget,
        Self::Notice,
        Self::Incident,
    ];

    pub const fn code(self) -> u8 {
        self as u8
    }
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
    /// As addresses and entries name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Division => "division",
            Self::Place => "place",
            Self::System => "system",
            Self::Point => "point",
            Self::Contractor => "contractor",
            Self::Technician => "technician",
            Self::Carrier => "carrier",
            Self::Product => "product",
            Self::Document => "document",
            Self::Plan => "plan",
            Self::PlannedPoint => "planned-point",
            Self::Sign => "sign",
            Self::Agreement => "agreement",
            Self::MainWorks => "main-works",
            Self::Round => "round",
            Self::Selection => "selection",
            Self::PressureReport => "pressure-report",
            Self::Standard => "standard",
            Self::Connection => "connection",
            Self::LevelDecision => "level-decision",
            Self::Grant => "grant",
            Self::AreaTarget => "area-target",
            Self::Budget => "budget",
            Self::Notice => "notice",
            Self::Incident => "incident",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
    /// Name of the kind in Chinese and English.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Division => ("行政区划", "Administrative divisions"),
            Self::Place => ("场所", "Places"),
            Self::System => ("系统", "Systems"),
            Self::Point => ("点位", "Points"),
            Self::Contractor => ("设计施工维护单位", "Contractors"),
            Self::Technician => ("技术人员", "Technicians"),
            Self::Carrier => ("传输单位", "Carriers"),
            Self::Product => ("产品", "Products"),
            Self::Document => ("文件", "Documents"),
            Self::Plan => ("建设规划", "Plans"),
            Self::PlannedPoint => ("规划点位", "Planned points"),
            Self::Sign => ("提示标识", "Signs"),
            Self::Agreement => ("责任协议", "Agreements"),
            Self::MainWorks => ("主体工程", "Main works"),
            Self::Round => ("隐私场所巡查", "Rounds of private places"),
            Self::Selection => ("选型记录", "Choices"),
            Self::PressureReport => ("受压情况反映", "Reports of pressure"),
            Self::Standard => ("采用标准", "Standards"),
            Self::Connection => ("联网协商", "Connections"),
            Self::LevelDecision => ("等级权限决定", "Decisions on levels"),
            Self::Grant => ("平台授权", "Grants to platforms"),
            Self::AreaTarget => ("区域目标", "Targets of areas"),
            Self::Budget => ("维护经费", "Budgets"),
            Self::Notice => ("移动通知", "Notices of moves"),
            Self::Incident => ("丢失破坏事件", "Incidents"),
        }
    }
    /// Records of the whole installation, not of one unit.
    pub const fn is_shared(self) -> bool {
        matches!(self, Self::Division | Self::Product | Self::Carrier)
    }
    /// Whether a change of such a record can change where cameras stand in the law's eyes, and so what may be watched.
    pub const fn moves_cameras(self) -> bool {
        matches!(self, Self::Division | Self::Place | Self::System | Self::Point)
    }
    /// The field whose value is unique within the kind.
    pub const fn code_field(self) -> Option<&'static str> {
        match self {
            Self::Division => Some("code"),
            Self::Point => Some("gb28181_id"),
            Self::Contractor => Some("credit_code"),
            _ => None,
        }
    }
    /// The record under which it stands in lists and trees.
    pub const fn parent_field(self) -> Option<&'static str> {
        match self {
            Self::Division => Some("parent"),
            Self::Place => Some("division"),
            Self::System => Some("division"),
            Self::Point => Some("system"),
            Self::Technician => Some("contractor"),
            Self::PlannedPoint => Some("plan"),
            Self::Agreement => Some("system"),
            Self::Round => Some("place"),
            Self::Selection | Self::Connection | Self::Budget | Self::Notice | Self::Incident => {
                Some("system")
            }
            Self::Grant => Some("decision"),
            Self::AreaTarget => Some("division"),
            _ => None,
        }
    }
}

pub(super) const NAME: Field = Field::new("name", T::Text { chars_max: 100 }, "名称", "Name").required();
pub(super) const NOTE: Field = Field::new("note", T::Lines { chars_max: 1000 }, "备注", "Note");
const LONGITUDE: Field =
    Field::new("longitude", T::Number { min: -180.0, max: 180.0, unit: "°" }, "经度", "Longitude")
        .expected()
        .confidential();
const LATITUDE: Field =
    Field::new("latitude", T::Number { min: -90.0, max: 90.0, unit: "°" }, "纬度", "Latitude")
        .expected()
        .confidential();
pub(super) const DIVISION: Field =
    Field::new("division", T::Record(RecordKind::Division), "行政区划", "Administrative division");
pub(super) const DOCUMENT: Field =
    Field::new("document", T::Record(RecordKind::Document), "文件", "Document");
pub(super) const VALID_UNTIL: Field = Field::new("valid_until", T::Date, "有效期至", "Valid until");

/// The fields of a kind, in the order of its form.
pub const fn fields(kind: RecordKind) -> &'static [Field] {
    match kind {
        RecordKind::Division => DIVISION_FIELDS,
        RecordKind::Place => PLACE_FIELDS,
        RecordKind::System => SYSTEM_FIELDS,
        RecordKind::Point => POINT_FIELDS,
        RecordKind::Contractor => CONTRACTOR_FIELDS,
        RecordKind::Technician => TECHNICIAN_FIELDS,
        RecordKind::Carrier => CARRIER_FIELDS,
        RecordKind::Product => PRODUCT_FIELDS,
        RecordKind::Document => DOCUMENT_FIELDS,
        RecordKind::Plan => PLAN_FIELDS,
        RecordKind::PlannedPoint => PLANNED_POINT_FIELDS,
        RecordKind::Sign => SIGN_FIELDS,
        RecordKind::Agreement => AGREEMENT_FIELDS,
        RecordKind::MainWorks => MAIN_WORKS_FIELDS,
        RecordKind::Round => kept::ROUND_FIELDS,
        RecordKind::Selection => kept::SELECTION_FIELDS,
        RecordKind::PressureReport => kept::PRESSURE_REPORT_FIELDS,
        RecordKind::Standard => kept::STANDARD_FIELDS,
        RecordKind::Connection => kept::CONNECTION_FIELDS,
        RecordKind::LevelDecision => kept::LEVEL_DECISION_FIELDS,
        RecordKind::Grant => kept::GRANT_FIELDS,
        RecordKind::AreaTarget => kept::AREA_TARGET_FIELDS,
        RecordKind::Budget => kept::BUDGET_FIELDS,
        RecordKind::Notice => kept::NOTICE_FIELDS,
        RecordKind::Incident => kept::INCIDENT_FIELDS,
    }
}

const DIVISION_FIELDS: &[Field] = &[
    // GB/T 2260: six digits.
    Field::new("code", T::Digits { count: 6 }, "区划代码", "Division code").required(),
    NAME,
    Field::new("parent", T::Record(RecordKind::Division), "上级区划", "Division above"),
];

const PLACE_FIELDS: &[Field] = &[
    NAME,
    Field::new("category", T::OneOf(Source::Categories), "场所类别", "Category"),
    Field::new("private_kind", T::OneOf(Source::PrivateKinds), "私密场所类型", "Kind of private place"),
    Field::new("public_area", T::Flag, "公共区域", "Public area"),
    DIVISION.required(),
    Field::new("address", T::Text { chars_max: 200 }, "地址", "Address").expected().confidential(),
    LONGITUDE,
    LATITUDE,
    Field::new("designated", T::Flag, "政府指定", "Designated by government"),
    Field::new("designation", T::Record(RecordKind::Document), "指定文件", "Designation document"),
    Field::new("other_prevention", T::Text { chars_max: 200 }, "其他技防措施", "Other technical prevention"),
    NOTE,
];

const BUILDERS: &[Choice] = &[
    choice("government", "政府", "Government"),
    choice("public-institution", "事业单位", "Public institution"),
    choice("enterprise", "企业", "Enterprise"),
    choice("individual", "个人", "Individual"),
];

const CODECS: &[Choice] =
    &[choice("h264", "H.264", "H.264"), choice("h265", "H.265", "H.265"), choice("mjpeg", "MJPEG", "MJPEG")];

// What a system's design, or a standard, asks of each camera's main stream.
pub(super) const WIDTH_MIN: Field =
    Field::new("width_px_min", T::Whole { min: 1, max: 16_384, unit: "px" }, "最小宽度", "Least width");
pub(super) const HEIGHT_MIN: Field =
    Field::new("height_px_min", T::Whole { min: 1, max: 16_384, unit: "px" }, "最小高度", "Least height");
pub(super) const FRAME_RATE_MIN: Field = Field::new(
    "frame_rate_min",
    T::Number { min: 0.1, max: 240.0, unit: "fps" },
    "最低帧率",
    "Least frame rate",
);
pub(super) const CLOCK_MAX: Field = Field::new(
    "clock_ms_max",
    T::Whole { min: 50, max: 3_600_000, unit: "ms" },
    "时钟最大偏差",
    "Most that a clock may be off",
);
pub(super) const CODEC: Field = Field::new("codec", T::One(CODECS), "编码", "Codec");

const SYSTEM_FIELDS: &[Field] = &[
    NAME,
    Field::new("packs", T::SomeOf(Source::Packs), "另行适用的规则", "Further rule packs"),
    DIVISION.required(),
    Field::new("builder_kind", T::One(BUILDERS), "建设主体", "Kind of builder").required(),
    Field::new("builder", T::Text { chars_max: 100 }, "建设单位", "Builder").expected(),
    Field::new("owner", T::Text { chars_max: 100 }, "产权单位", "Owner").expected(),
    Field::new("manager", T::Text { chars_max: 100 }, "管理单位", "Managing unit").expected(),
    Field::new("public_area", T::Flag, "设在公共区域", "In a public area"),
    Field::new(
        "authorisation",
        T::Record(RecordKind::Document),
        "公共区域建设批准",
        "Authorisation for a public area",
    ),
    Field::new("voluntary", T::Flag, "自愿建设", "Voluntary"),
    Field::new("secret", T::Flag, "涉密", "Involves state secrets"),
    Field::new("government_funded", T::Flag, "政府投资", "Government-funded"),
    Field::new("budget_line", T::Text { chars_max: 100 }, "经费来源", "Budget line"),
    Field::new("designer", T::Record(RecordKind::Contractor), "设计单位", "Designer").expected(),
    Field::new("constructor", T::Record(RecordKind::Contractor), "施工单位", "Builder of the installation")
        .expected(),
    Field::new("maintainer", T::Record(RecordKind::Contractor), "维护单位", "Maintainer").expected(),
    Field::new("main_works", T::Record(RecordKind::MainWorks), "主体工程", "Main works"),
    Field::new(
        "legal_basis_to_build",
        T::Text { chars_max: 200 },
        "建设依据",
        "Legal basis of the order to build",
    ),
    Field::new("ordered_by", T::Text { chars_max: 100 }, "要求建设的机关", "Who ordered it built"),
    Field::new("candidates", T::Lines { chars_max: 1000 }, "选型比选", "Who chose, from which candidates"),
    Field::new("standards", T::Text { chars_max: 200 }, "执行标准", "Standards").expected(),
    Field::new(
        "standard_records",
        T::Records(RecordKind::Standard),
        "采用标准（档案）",
        "Standards on record",
    ),
    WIDTH_MIN,
    HEIGHT_MIN,
    FRAME_RATE_MIN,
    CODEC,
    CLOCK_MAX,
    Field::new("in_use_since", T::Date, "已投入使用日期", "In use since (older systems)"),
    NOTE,
];

const POINT_FIELDS: &[Field] = &[
    NAME,
    Field::new("system", T::Record(RecordKind::System), "所属系统", "System").required(),
    Field::new("place", T::Record(RecordKind::Place), "所在场所", "Place").required(),
    // GB/T 28181-2022 annex E: twenty digits.
    Field::new("gb28181_id", T::Digits { count: 20 }, "国标编码", "GB/T 28181 identity").expected(),
    LONGITUDE,
    LATITUDE,
    Field::new("height_m", T::Number { min: -100.0, max: 1000.0, unit: "m" }, "安装高度", "Height")
        .expected(),
    Field::new("direction_deg", T::Number { min: 0.0, max: 360.0, unit: "°" }, "朝向", "Direction")
        .expected(),
    Field::new("angle_deg", T::Number { min: 1.0, max: 360.0, unit: "°" }, "视场角", "Angle of view")
        .expected(),
    Field::new("range_m", T::Number { min: 0.5, max: 5000.0, unit: "m" }, "可视距离", "Range").expected(),
    Field::new("purpose", T::Text { chars_max: 200 }, "用途", "Purpose").required(),
    Field::new("security_level", T::Whole { min: 1, max: 3, unit: "" }, "安全等级", "Security level")
        .expected(),
    Field::new("fixed", T::Flag, "固定监控场所", "Fixed monitored place"),
    Field::new("faces_dwellings", T::Flag, "朝向住宅", "Faces dwellings"),
    Field::new(
        "dwelling_distance_m",
        T::Number { min: 0.0, max: 10_000.0, unit: "m" },
        "距住宅",
        "Distance to dwellings",
    ),
    Field::new("passwords_in_view", T::Flag, "可能拍到客户密码", "Customers enter passwords in view"),
    Field::new("masked_in_camera", T::Flag, "摄像机内已遮挡", "Masked in the camera"),
    Field::new("outdoor", T::Flag, "室外设施", "Outdoor structure"),
    Field::new("planning_permit", T::Record(RecordKind::Document), "规划许可", "Planning permit"),
    Field::new("near_secret_site", T::Flag, "临近军事禁区或涉密单位", "Near a military zone or secret unit"),
    Field::new("consent", T::Record(RecordKind::Document), "事先同意文件", "Consent given beforehand"),
    Field::new("product", T::Record(RecordKind::Product), "产品", "Product"),
    Field::new("serial", T::Text { chars_max: 64 }, "序列号", "Serial number").confidential(),
    NOTE,
];

const ROLES: &[Choice] = &[
    choice("design", "设计", "Design"),
    choice("construction", "施工", "Construction"),
    choice("maintenance", "维护", "Maintenance"),
];

const CONTRACTOR_FIELDS: &[Field] = &[
    NAME,
    Field::new("credit_code", T::Letters { count: 18 }, "统一社会信用代码", "Unified social credit code")
        .expected(),
    Field::new("roles", T::Some(ROLES), "承担工作", "Work").required(),
    Field::new("certificate", T::Text { chars_max: 100 }, "资质证书编号", "Certificate").expected(),
    Field::new("issuer", T::Text { chars_max: 100 }, "发证机关", "Issuer").expected(),
    VALID_UNTIL.expected(),
    DOCUMENT.expected(),
    NOTE,
];

const TECHNICIAN_FIELDS: &[Field] = &[
    NAME,
    Field::new("contractor", T::Record(RecordKind::Contractor), "所属单位", "Contractor").required(),
    Field::new("certificate", T::Text { chars_max: 100 }, "证书编号", "Certificate").expected(),
    VALID_UNTIL.expected(),
    NOTE,
];

const CARRIER_FIELDS: &[Field] = &[
    NAME,
    Field::new("contract", T::Record(RecordKind::Document), "合同", "Contract").expected(),
    VALID_UNTIL,
    NOTE,
];

const PRODUCT_FIELDS: &[Field] = &[
    NAME,
    Field::new("maker", T::Text { chars_max: 100 }, "厂商", "Maker").required(),
    Field::new("model", T::Text { chars_max: 100 }, "型号", "Model").required().confidential(),
    Field::new("firmware", T::Text { chars_max: 100 }, "固件版本", "Firmware").expected().confidential(),
    Field::new("certificate", T::Text { chars_max: 100 }, "认证证书编号", "Certificate").expected(),
    DOCUMENT,
    VALID_UNTIL.expected(),
    NOTE,
];

const PAPERS: &[Choice] = &[
    choice("design", "设计方案", "Design"),
    choice("design-review", "方案论证意见", "Design review"),
    choice("contract", "合同", "Contract"),
    choice("design-change", "设计变更", "Change of design"),
    choice("construction", "施工资料", "Construction papers"),
    choice("test", "检测报告", "Test report"),
    choice("acceptance", "验收文件", "Acceptance"),
    choice("equipment-list", "设备清单", "Equipment list"),
    choice("technical-parameters", "技术参数", "Technical parameters"),
    choice("point-distribution", "点位分布", "Distribution of points"),
    choice("maintenance", "维护资料", "Maintenance papers"),
    choice("qualification", "资质证书", "Qualification"),
    choice("planning", "规划要求或许可", "Planning requirement or permit"),
    choice("project-review", "立项审查", "Project review"),
    choice("bidding", "招投标文件", "Bidding papers"),
    choice("authorisation", "批准文件", "Authorisation"),
    choice("consent", "同意函", "Consent"),
    choice("notice", "告知", "Notice"),
    choice("adoption", "采用规则的决定", "Decision to adopt a rule"),
    // What an authority leaves when it retrieves (datong-2008:21, guangzhou-2007:19).
    choice("letter-of-introduction", "介绍信", "Letter of introduction"),
    choice("supporting-document", "调取证明文件", "Supporting document of a retrieval"),
    choice("registration-form", "调取登记表", "Registration form of a retrieval"),
    choice("photo", "照片", "Photo"),
    // Taken by the system itself, never by hand.
    choice("commissioning-still", "调试截图", "Commissioning still"),
    choice("other", "其他", "Other"),
];

/// A kind of paper by its id, in Chinese and English; the id itself where no paper has it.
pub fn paper_words(id: &str) -> (&str, &str) {
    let known = PAPERS.iter().find(|paper| paper.id == id);
    known.map_or((id, id), |paper| (paper.zh, paper.en))
}

const DOCUMENT_FIELDS: &[Field] = &[
    Field::new("name", T::Text { chars_max: 200 }, "标题", "Title").required(),
    Field::new("paper", T::One(PAPERS), "种类", "Kind of paper").required(),
    Field::new("number", T::Text { chars_max: 100 }, "文号", "Number").expected(),
    Field::new("issuer", T::Text { chars_max: 100 }, "出具单位", "Issuer").expected(),
    Field::new("dated", T::Date, "日期", "Date").expected(),
    VALID_UNTIL,
    // Set when the file is taken in, never by hand (national-2016:14: the archive is the file, not its name).
    Field::new("file_name", T::Text { chars_max: 150 }, "文件名", "Name of the file"),
    Field::new("sha256", T::Letters { count: 64 }, "文件摘要", "SHA-256 of the file").expected(),
    Field::new("bytes", T::Whole { min: 1, max: 1_073_741_824, unit: "B" }, "文件大小", "Bytes of the file"),
    Field::new("media_type", T::Text { chars_max: 100 }, "文件类型", "Media type"),
    Field::new("replaces", T::Record(RecordKind::Document), "替代文件", "Replaces"),
    NOTE,
];

const PLAN_FIELDS: &[Field] = &[
    NAME,
    DIVISION.required(),
    Field::new("approved_by", T::Text { chars_max: 100 }, "批准机关", "Approved by").expected(),
    Field::new("approved_on", T::Date, "批准日期", "Approved on").expected(),
    Field::new("approval", T::Record(RecordKind::Document), "批准文件", "Approval").expected(),
    NOTE,
];

const PLANNED_POINT_FIELDS: &[Field] = &[
    NAME,
    Field::new("plan", T::Record(RecordKind::Plan), "规划", "Plan").required(),
    Field::new("category", T::OneOf(Source::Categories), "场所类别", "Category").expected(),
    LONGITUDE,
    LATITUDE,
    Field::new("direction_deg", T::Number { min: 0.0, max: 360.0, unit: "°" }, "朝向", "Direction"),
    Field::new("angle_deg", T::Number { min: 1.0, max: 360.0, unit: "°" }, "视场角", "Angle of view"),
    Field::new("range_m", T::Number { min: 0.5, max: 5000.0, unit: "m" }, "可视距离", "Range"),
    Field::new(
        "uses_existing",
        T::Text { chars_max: 200 },
        "利用的既有资源",
        "Existing network or building used",
    ),
    Field::new("built_as", T::Record(RecordKind::Point), "已建点位", "Built as"),
    NOTE,
];

const SIGN_FIELDS: &[Field] = &[
    NAME,
    Field::new("points", T::Records(RecordKind::Point), "对应点位", "Points").required(),
    Field::new("photo", T::Record(RecordKind::Document), "照片", "Photo").required(),
    LONGITUDE,
    LATITUDE,
    Field::new("checked_on", T::Date, "查验日期", "Checked on").expected(),
    NOTE,
];

const DIVIDED: &[Choice] = &[
    choice("construction", "建设", "Building"),
    choice("management", "管理", "Management"),
    choice("operation", "运行", "Operation"),
    choice("maintenance", "维护", "Maintenance"),
];

const AGREEMENT_FIELDS: &[Field] = &[
    NAME,
    Field::new("system", T::Record(RecordKind::System), "系统", "System").required(),
    Field::new("parties", T::Text { chars_max: 200 }, "各方", "Parties").required(),
    Field::new("divides", T::Some(DIVIDED), "划分事项", "What it divides").expected(),
    Field::new("duties", T::Lines { chars_max: 1000 }, "责任划分", "Who does what").required(),
    DOCUMENT.expected(),
    VALID_UNTIL,
    NOTE,
];

const MAIN_WORKS_FIELDS: &[Field] = &[
    NAME,
    Field::new("designed_on", T::Date, "设计完成", "Designed on"),
    Field::new("begun_on", T::Date, "开工", "Begun on"),
    Field::new("completed_on", T::Date, "竣工", "Completed on"),
    Field::new("in_use_on", T::Date, "投入使用", "In use on"),
    NOTE,
];

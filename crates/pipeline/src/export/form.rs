//! The registration form of a hand-over, as a self-contained page that prints on paper.
//!
//! Chinese and English side by side; filled from facts, to be signed by hand. It decides nothing and proves nothing by
//! itself: the ledger entry that it names does (datong-2008:21, guangzhou-2007:21).

use ledger::markup::escape;
use ledger::package::Witnessing;
use std::fmt::Write;

/// What the form states.
pub struct FormFacts {
    pub unit: String,
    pub export_id: String,
    pub requested_by: String,
    pub requested_at: String,
    pub recipient_name: String,
    pub recipient_organisation: String,
    pub purpose: String,
    pub legal_basis: String,
    pub case: String,
    pub note: String,
    pub span: String,
    /// Name, SHA-256 and size of each video file.
    pub files: Vec<(String, String, u64)>,
    /// Camera names in the order asked.
    pub cameras: Vec<String>,
    pub entry: String,
    pub copy_id: String,
    pub witnessing: Witnessing,
}

const STYLE: &str = "body{font:14px/1.6 'Noto Sans SC','Microsoft YaHei',sans-serif;color:#111;background:#fff;max-width:48rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.4rem;margin:0 0 1rem}h2{font-size:1rem;margin:1.5rem 0 .5rem}table{border-collapse:collapse;width:100%}\
th,td{border:1px solid #555;padding:.35rem .5rem;text-align:left;vertical-align:top}th{width:34%;font-weight:600;background:#f2f3f5}\
code{font:12px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}.sign td{height:3.2rem}@media print{body{margin:0;max-width:none}@page{size:A4;margin:18mm}}";

/// The page. Every fact is escaped.
pub fn registration_form(facts: &FormFacts) -> String {
    let mut page = String::with_capacity(4096);
    page.push_str("<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>视频图像信息调取登记表</title><style>");
    page.push_str(STYLE);
    page.push_str("</style><h1>视频图像信息调取登记表<br><small>Registration form for footage handed out</small></h1><table>");
    let witnessing = match facts.witnessing {
        Witnessing::NotAsked => "未设见证方 none are asked",
        Witnessing::Quorum => "已由足够的见证方联署 cosigned by enough witnesses",
        Witnessing::NotYet => "尚未见证 not yet witnessed",
    };
    let rows = [
        ("使用单位 Unit", facts.unit.as_str()),
        ("登记编号 Number", &facts.export_id),
        ("登记簿条目 Ledger entry", &facts.entry),
        ("副本编号 Copy id", &facts.copy_id),
        ("经办人 Requested by", &facts.requested_by),
        ("登记时间 Time", &facts.requested_at),
        ("接收人 Recipient", &facts.recipient_name),
        ("接收单位 Recipient's organisation", &facts.recipient_organisation),
        ("用途 Purpose", &facts.purpose),
        ("依据 Legal basis", &facts.legal_basis),
        ("案件 Case", &facts.case),
        ("说明 Note", &facts.note),
        ("录像时段 Span", &facts.span),
        ("见证 Witnesses", witnessing),
    ];
    for (label, value) in rows {
        row(&mut page, label, if value.is_empty() { "—" } else { value });
    }
    row(&mut page, "摄像机 Cameras", &facts.cameras.join("; "));
    page.push_str(
        "</table><h2>文件 Files</h2><table><tr><th>名称 Name</th><th>SHA-256</th><th>字节 Bytes</th></tr>",
    );
    for (name, sha256, bytes) in &facts.files {
        // Writing into a String cannot fail.
        let _ = write!(
            page,
            "<tr><td>{}</td><td><code>{}</code></td><td>{bytes}</td></tr>",
            escape(name),
            escape(sha256)
        );
    }
    page.push_str("</table><h2>签字 Signatures</h2><table class=\"sign\">");
    for label in ["经办人 Handed out by", "审批人 Approved by", "接收人 Received by", "日期 Date"]
    {
        row(&mut page, label, "");
    }
    page.push_str("</table></html>\n");
    page
}

fn row(page: &mut String, label: &str, value: &str) {
    let _ = write!(page, "<tr><th>{}</th><td>{}</td></tr>", escape(label), escape(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_cannot_become_markup() {
        let facts = FormFacts {
            unit: "<script>alert(1)</script>".into(),
            export_id: "e".into(),
            requested_by: "a & b".into(),
            requested_at: String::new(),
            recipient_name: "\"x\"".into(),
            recipient_organisation: String::new(),
            purpose: String::new(),
            legal_basis: String::new(),
            case: String::new(),
            note: String::new(),
            span: String::new(),
            files: vec![("CAMERA-001.mp4".into(), "00".into(), 1)],
            cameras: vec!["A'".into()],
            entry: String::new(),
            copy_id: String::new(),
            witnessing: Witnessing::NotYet,
        };
        let page = registration_form(&facts);
        assert!(!page.contains("<script>"));
        assert!(page.contains("a &amp; b") && page.contains("A&#39;") && page.contains("CAMERA-001.mp4"));
    }
}

//! The page of a dossier: everything that `dossier.json` says, for paper, Chinese and English side by side.
//!
//! It holds no script and loads nothing. Every word that is not ours is escaped.

use super::{CHECKPOINT, Claim, DOSSIER, Dossier, ENTRY, PROOFS, Section, Words};
use crate::markup::escape;
use model::{Hash, WallTime};
use std::fmt::Write as _;

const STYLE: &str = "
@page { size: A4; margin: 18mm 14mm 16mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 186mm; padding: 8mm 4mm; background: #fff; color: #16191d; font: 10pt/1.5 'Noto Serif CJK SC', 'Source Han Serif SC', 'Songti SC', SimSun, serif; }
header { border-top: 3px solid #8c1d18; border-bottom: 1px solid #16191d; padding: 5mm 0 4mm; text-align: center; }
header h1 { margin: 0; font-size: 20pt; letter-spacing: .12em; font-weight: 700; }
header p { margin: 1mm 0 0; }
.en { color: #59616b; font-family: 'Source Sans 3', 'Noto Sans', Arial, sans-serif; font-size: 8.6pt; }
dl { display: grid; grid-template-columns: 46mm 1fr; margin: 5mm 0 4mm; border: 1px solid #c9ced4; }
dt, dd { margin: 0; padding: 1.6mm 2.6mm; border-bottom: 1px solid #e3e6ea; overflow-wrap: anywhere; }
dt { background: #f4f5f6; }
dt:last-of-type, dd:last-of-type { border-bottom: 0; }
h2 { margin: 7mm 0 2mm; padding-bottom: 1mm; font-size: 12.5pt; border-bottom: 1.5px solid #8c1d18; break-after: avoid; }
h2 .en { font-weight: 400; margin-left: 2mm; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
thead { display: table-header-group; }
th, td { border: 1px solid #c9ced4; padding: 1.3mm 1.8mm; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #f4f5f6; font-weight: 600; font-size: 8.8pt; }
tr { break-inside: avoid; }
col.number { width: 11mm; } col.proof { width: 63mm; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.mono { font: 7.2pt/1.35 'Noto Sans Mono', 'DejaVu Sans Mono', monospace; color: #3b424a; display: block; }
.measured { color: #7a4b00; }
p.none { color: #59616b; margin: 1mm 0; }
footer { margin-top: 8mm; border-top: 1px solid #16191d; padding-top: 3mm; font-size: 8.8pt; break-inside: avoid; }
footer ol { margin: 1mm 0; padding-left: 5mm; }
.seal { display: grid; grid-template-columns: 1fr 1fr; gap: 6mm; margin-top: 6mm; }
.seal div { border-top: 1px solid #16191d; padding-top: 1mm; min-height: 16mm; }
@media (max-width: 640px) { body { padding: 4mm 3mm; } dl { grid-template-columns: 1fr; } col.proof { width: 40vw; } header h1 { font-size: 16pt; } }
";

/// Writes the page. `sha256` is the hash of `dossier.json`.
pub fn page(dossier: &Dossier, sha256: Hash) -> String {
    let mut out = String::with_capacity(16 * 1024);
    let title = format!("{} 合规档案", escape(&dossier.system.name));
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
    );
    head(&mut out, dossier, sha256);
    let mut number = 0_u32;
    for section in &dossier.sections {
        write_section(&mut out, section, &mut number);
    }
    foot(&mut out, dossier);
    out.push_str("</body>\n</html>\n");
    out
}

fn head(out: &mut String, dossier: &Dossier, sha256: Hash) {
    out.push_str(
        "<header><h1>公共安全视频系统合规档案</h1><p class=\"en\">Compliance dossier of a public-area video system</p></header>\n<dl>\n",
    );
    let mut row = |zh: &str, en: &str, value: String| {
        let _ = writeln!(out, "<dt>{zh}<br><span class=\"en\">{en}</span></dt><dd>{value}</dd>");
    };
    row("系统", "System", escape(&dossier.system.name));
    row("使用单位", "Unit", escape(&dossier.unit.name));
    row("制作时间", "Made", at(dossier.made_us));
    row("档案编号", "Dossier", format!("<span class=\"mono\">{}</span>", escape(&dossier.id)));
    row("内容摘要", "SHA-256 of dossier.json", format!("<span class=\"mono\">{sha256}</span>"));
    row(
        "登记台账",
        "Access log and its key",
        format!(
            "<span class=\"mono\">{}<br>{}</span>",
            escape(&dossier.access_log.origin),
            escape(&dossier.access_log.vkey)
        ),
    );
    row("登记内容", "What is opened", opened_words(dossier.opened));
    out.push_str("</dl>\n");
}

fn opened_words(opened: bool) -> String {
    let (zh, en) = if opened {
        (
            "登记档案与监督事项的登记已全文附后，供主管机关核对：其中有办理人员的姓名、职务和网络地址。观看、值班、培训等人员登记未打开。",
            "Entries of the register and of supervision are enclosed in plain for the authority: they name who acted, their post and network \
             address. Entries about watching, shifts and training stay sealed.",
        )
    } else {
        (
            "登记均未打开：只证明某日某类登记在台账中的位置，除制作人外不含任何人员姓名和网络地址。",
            "All entries are sealed: proven are their day, class and place in the log. Of names and network addresses only those of whoever made it are in it.",
        )
    };
    format!("{zh}<br><span class=\"en\">{en}</span>")
}

fn write_section(out: &mut String, section: &Section, number: &mut u32) {
    let _ = writeln!(
        out,
        "<section><h2>{}<span class=\"en\">{}</span></h2>",
        escape(&section.title.zh),
        escape(&section.title.en)
    );
    if section.claims.is_empty() {
        out.push_str(
            "<p class=\"none\">无登记 <span class=\"en\">Nothing is entered.</span></p></section>\n",
        );
        return;
    }
    out.push_str(
        "<table><colgroup><col class=\"number\"><col><col class=\"proof\"></colgroup><thead><tr><th>序号</th><th>事项 \
         <span class=\"en\">Claim</span></th><th>登记 <span class=\"en\">Ledger entry</span></th></tr></thead><tbody>\n",
    );
    for claim in &section.claims {
        *number += 1;
        write_claim(out, claim, *number);
    }
    out.push_str("</tbody></table>\n");
    if section.left_out > 0 {
        let left = section.left_out;
        let _ = writeln!(
            out,
            "<p class=\"none\">另有 {left} 项未列入。 <span class=\"en\">{left} more are not listed.</span></p>"
        );
    }
    out.push_str("</section>\n");
}

fn write_claim(out: &mut String, claim: &Claim, number: u32) {
    let _ = write!(out, "<tr><td class=\"number\">{number}</td><td>{}", both(&claim.text));
    if let Some(hash) = claim.sha256 {
        let _ = write!(out, "<span class=\"mono\">SHA-256 {hash}</span>");
    }
    out.push_str("</td><td>");
    match &claim.entry {
        Some(entry) => {
            let _ = write!(
                out,
                "第 {} 号，{}<span class=\"mono\">{} · {}</span>",
                entry.index,
                at(entry.at_us),
                escape(&entry.act),
                entry.leaf
            );
        }
        None => out.push_str(
            "<span class=\"measured\">制作时测得</span> <span class=\"en\">measured at the making; bound by the dossier's own entry</span>",
        ),
    }
    out.push_str("</td></tr>\n");
}

fn foot(out: &mut String, dossier: &Dossier) {
    let _ = writeln!(
        out,
        "<footer><strong>离线核对</strong> <span class=\"en\">Checking offline</span><ol>\
         <li>核对台账密钥是否与备案机关留存的一致。 <span class=\"en\">Compare the log's key with the one that you have from elsewhere.</span></li>\
         <li>运行 <code>watchkeeper verify --key 密钥 dossier-{}.zip</code>：逐项证明登记在台账中的位置，任何字节改动都会指出。 \
         <span class=\"en\">It proves each entry's place in the log and names any byte that was changed.</span></li>\
         <li>{DOSSIER} 与本页的摘要写在制作登记（{ENTRY}）中；证明在 {PROOFS}，台账签名与见证联署在 {CHECKPOINT}。 <span class=\"en\">The hashes of \
         {DOSSIER} and of this page stand in the entry of the making; proofs, signature and cosignatures are in the files beside it.</span></li></ol>\
         <div class=\"seal\"><div>使用单位（盖章） <span class=\"en\">Unit (seal)</span></div><div>主管机关（盖章） <span class=\"en\">Authority (seal)</span></div></div>\
         </footer>",
        escape(&dossier.id)
    );
}

fn both(words: &Words) -> String {
    format!("{}<br><span class=\"en\">{}</span>", escape(&words.zh), escape(&words.en))
}

/// Beijing time, to the second.
fn at(us: i64) -> String {
    let shifted = WallTime(us.saturating_add(8 * 3_600_000_000)).to_string();
    let text: String =
        shifted.chars().take(19).map(|letter| if letter == 'T' { ' ' } else { letter }).collect();
    format!("{text} <span class=\"en\">UTC+8</span>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::{FORMAT, Log, Named};

    #[test]
    fn no_word_of_the_register_becomes_a_tag() {
        let named = Named { id: "1".into(), name: "<script>alert('x')</script>".into() };
        let claim = Claim { text: Words::new("<b>", "\"&\""), sha256: None, entry: None };
        let dossier = Dossier {
            format: FORMAT.into(),
            id: "1".into(),
            made_us: 1_764_460_800_000_000,
            made_by: String::new(),
            unit: named.clone(),
            system: named,
            opened: false,
            access_log: Log { origin: "a".into(), vkey: "b".into() },
            sections: vec![Section {
                id: "x".into(),
                title: Words::new("题", "T"),
                claims: vec![claim],
                left_out: 1,
            }],
        };
        let page = page(&dossier, Hash::default());
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
        assert!(page.contains("2025-11-30 08:00:00"), "Beijing time");
    }
}

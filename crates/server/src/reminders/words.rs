//! What a reminder says, in the reader's language: counts, articles with their titles, a link. Pure.
//!
//! Invariant: no name of a person, a place, a camera or a system, and no id; who may read more opens the board.

use law::packs::Library;
use law::remind::{Batch, Line, Occasion, Weight};
use model::WallTime;
use serde_json::json;

/// Of a mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    pub subject: String,
    pub body: String,
}

/// Where a reader finds more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    Board,
    Supervision,
}

impl Page {
    pub const fn path(self) -> &'static str {
        match self {
            Self::Board => "findings",
            Self::Supervision => "supervision",
        }
    }

    const fn name(self, zh: bool) -> &'static str {
        match (self, zh) {
            (Self::Board, true) => "合规",
            (Self::Board, false) => "Compliance",
            (Self::Supervision, true) => "监督",
            (Self::Supervision, false) => "Supervision",
        }
    }
}

/// The page that says more, and its address where it is known.
pub type More<'a> = (Page, Option<&'a str>);

fn is_chinese(language: &str) -> bool {
    language != "en"
}

pub fn of_batch(library: &Library, batch: &Batch, language: &str, more: More<'_>) -> Text {
    let zh = is_chinese(language);
    let counts = [(batch.late, Weight::Late), (batch.due, Weight::Due), (batch.coming, Weight::Coming)];
    let said =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, weight)| counted(zh, *count, *weight));
    let said = said.collect::<Vec<_>>().join(if zh { "、" } else { ", " });
    let subject = if zh { format!("守望提醒：{said}") } else { format!("Watchkeeper: {said}") };
    let first = match (batch.occasion, zh) {
        (Occasion::Morning, true) if more.0 == Page::Supervision => "今日监督待办：",
        (Occasion::Morning, false) if more.0 == Page::Supervision => "Today, what waits for your authority:",
        (Occasion::Morning, true) => "今日合规看板：",
        (Occasion::Morning, false) => "Today's compliance board:",
        (Occasion::Breaches, true) => "新出现的违规：",
        (Occasion::Breaches, false) => "Newly found to be forbidden:",
    };
    let mut lines = vec![first.to_owned(), String::new()];
    lines.extend(batch.lines.iter().map(|line| line_of(library, line, zh)));
    lines.push(String::new());
    lines.push(end(zh, more));
    Text { subject, body: lines.join("\n") }
}

pub fn of_test(language: &str, more: More<'_>) -> Text {
    let zh = is_chinese(language);
    let (subject, first) = if zh {
        ("守望提醒：测试", "这是一封测试邮件。收到即表示提醒可以送达。")
    } else {
        ("Watchkeeper: test", "This is a test. If you read it, reminders reach you.")
    };
    Text { subject: subject.into(), body: format!("{first}\n\n{}", end(zh, more)) }
}

fn end(zh: bool, (page, link): More<'_>) -> String {
    let name = page.name(zh);
    match (zh, link) {
        (true, Some(link)) => format!("详情请登录查看：{link}"),
        (true, None) => format!("详情请登录守望系统的“{name}”页面查看。"),
        (false, Some(link)) => format!("Sign in to read more: {link}"),
        (false, None) => format!("Sign in and open the page {name} to read more."),
    }
}

fn counted(zh: bool, count: u32, weight: Weight) -> String {
    match (weight, zh) {
        (Weight::Late, true) => format!("{count} 项违规"),
        (Weight::Due, true) => format!("{count} 项待办"),
        (Weight::Coming, true) => format!("{count} 项将到期"),
        (Weight::Late, false) => format!("{count} forbidden"),
        (Weight::Due, false) => format!("{count} owed"),
        (Weight::Coming, false) => format!("{count} coming"),
    }
}

fn line_of(library: &Library, line: &Line, zh: bool) -> String {
    let mark = match (line.weight, zh) {
        (Weight::Late, true) => "违规".to_owned(),
        (Weight::Due, true) => "待办".to_owned(),
        (Weight::Coming, true) => format!("{} 天后", line.in_days.unwrap_or_default()),
        (Weight::Late, false) => "forbidden".to_owned(),
        (Weight::Due, false) => "owed".to_owned(),
        (Weight::Coming, false) => format!("in {} days", line.in_days.unwrap_or_default()),
    };
    let times = if line.count > 1 { format!(" × {}", line.count) } else { String::new() };
    format!("[{mark}] {}{times}", article(library, &line.article, zh))
}

/// The text and article by their names, where a pack knows them.
fn article(library: &Library, key: &str, zh: bool) -> String {
    let known = key.split_once(':').and_then(|(pack, number)| {
        let pack = library.pack(pack)?;
        let whole = number.split('(').next().unwrap_or(number);
        let article = pack.articles.iter().find(|article| article.number == whole)?;
        Some(if zh {
            format!("{}第 {number} 条 {}", pack.title.zh, article.title.zh)
        } else {
            format!("{}, article {number}: {}", pack.title.en, article.title.en)
        })
    });
    known.unwrap_or_else(|| key.to_owned())
}

/// The body of a webhook (Standard Webhooks, "Payload structure").
pub fn json(batch: &Batch, made: WallTime, link: Option<&str>) -> String {
    let line = |line: &Line| json!({ "weight": line.weight.as_str(), "article": line.article, "code": line.code, "count": line.count, "in_days": line.in_days });
    let lines: Vec<_> = batch.lines.iter().map(line).collect();
    let data =
        json!({ "late": batch.late, "due": batch.due, "coming": batch.coming, "lines": lines, "link": link });
    framed(&format!("reminder.{}", batch.occasion.as_str()), made, &data)
}

pub fn json_of_test(now: WallTime, link: Option<&str>) -> String {
    framed("reminder.test", now, &json!({ "link": link }))
}

fn framed(kind: &str, at: WallTime, data: &serde_json::Value) -> String {
    json!({ "type": kind, "timestamp": at.to_string(), "data": data }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch() -> Batch {
        let line = |weight, article: &str, count, in_days| Line {
            weight,
            article: article.into(),
            code: "x".into(),
            count,
            in_days,
        };
        Batch {
            occasion: Occasion::Morning,
            late: 2,
            due: 0,
            coming: 1,
            lines: vec![
                line(Weight::Late, "guangzhou-2007:13", 2, None),
                line(Weight::Coming, "nowhere:1", 1, Some(9)),
            ],
        }
    }

    #[test]
    fn a_mail_counts_and_names_articles_in_the_readers_language() {
        let library = Library::with_shipped(&[]).unwrap();
        let zh = of_batch(&library, &batch(), "zh", (Page::Board, Some("https://vms.example/findings")));
        assert_eq!(zh.subject, "守望提醒：2 项违规、1 项将到期");
        assert!(zh.body.contains("[违规] 广州市公共安全视频系统管理规定第 13 条"), "{}", zh.body);
        assert!(zh.body.contains(" × 2\n[9 天后] nowhere:1\n"), "{}", zh.body);
        assert!(zh.body.ends_with("https://vms.example/findings"));
        let en = of_batch(&library, &batch(), "en", (Page::Board, None));
        assert_eq!(en.subject, "Watchkeeper: 2 forbidden, 1 coming");
        assert!(en.body.starts_with("Today's compliance board:\n\n[forbidden] Guangzhou"), "{}", en.body);
        let officer = of_batch(&library, &batch(), "en", (Page::Supervision, None));
        assert!(officer.body.starts_with("Today, what waits for your authority:\n"), "{}", officer.body);
        assert!(officer.body.ends_with("open the page Supervision to read more."), "{}", officer.body);
        let value: serde_json::Value = serde_json::from_str(&json(&batch(), WallTime(0), None)).unwrap();
        assert_eq!((&value["type"], &value["data"]["late"]), (&"reminder.morning".into(), &2.into()));
        assert_eq!(value["data"]["lines"][0]["article"], "guangzhou-2007:13");
    }
}

//! How a question is put, why it is asked, and what is found while it waits. As questions: nothing here says that somebody did wrong.

use super::Rule;
use crate::Words;

impl Rule {
    /// What the rule is called.
    pub fn name(self) -> Words {
        let (en, zh) = match self {
            Self::SensitiveWithoutCase => ("Sensitive pictures without a case", "无案件查看敏感画面"),
            Self::SameCameraAgain => ("The same camera again and again", "反复回看同一摄像机"),
            Self::UnusualHours => ("Pictures at unusual hours", "非惯常时段查看"),
            Self::ManyCamerasTaken => ("Footage of many cameras taken", "导出多台摄像机录像"),
            Self::LongSpansTaken => ("Many hours of footage taken", "导出长时段录像"),
            Self::ExportNotCollected => ("A package that nobody fetched", "导出后无人领取"),
            Self::BasicDataInBulk => ("Basic data read in bulk", "批量查阅基本资料"),
            Self::RefusedInARow => ("Refused again and again", "连续被拒"),
            Self::SignInsFailed => ("Failed sign-ins", "登录多次失败"),
            Self::ApproverPair => ("Always the same two", "固定两人互相审批"),
            Self::OffDuty => ("Pictures off duty", "非当班查看"),
            Self::ReceiptMissing => ("A copy without a receipt", "交付后无签收"),
            Self::GrantAttempts => ("Beyond what was approved", "超出批准范围"),
            Self::RecordedWithoutCase => ("Recordings without a case", "无案件查看录像"),
            Self::OneCaseManyCameras => ("One case, many cameras", "同一案件查看大量摄像机"),
            Self::OneCaseManyDays => ("One case, many days", "同一案件长期使用"),
            Self::RefusedOften => ("Often refused in a day", "一日多次被拒"),
            Self::MuchPlayed => ("Many hours of recordings played", "长时间回看录像"),
            Self::ManyCamerasLive => ("Many cameras live off shift", "非当班查看大量实时画面"),
        };
        Words::new(en, zh)
    }

    /// What a limit of the rule counts.
    pub fn measure(self) -> Words {
        let (en, zh) = match self {
            Self::SensitiveWithoutCase
            | Self::SameCameraAgain
            | Self::ApproverPair
            | Self::RecordedWithoutCase => ("times in a week", "次／周"),
            Self::UnusualHours
            | Self::SignInsFailed
            | Self::BasicDataInBulk
            | Self::OffDuty
            | Self::RefusedOften
            | Self::GrantAttempts => ("times in a day", "次／日"),
            Self::OneCaseManyCameras => ("cameras in a week under one case", "台／周（同一案件）"),
            Self::OneCaseManyDays => ("days out of four weeks under one case", "天／四周（同一案件）"),
            Self::MuchPlayed => ("hours played in a day", "小时回看／日"),
            Self::ReceiptMissing => ("days without a receipt", "天未签收"),
            Self::ManyCamerasTaken | Self::ManyCamerasLive => ("cameras in a day", "台／日"),
            Self::LongSpansTaken => ("hours of footage in a day", "小时录像／日"),
            Self::ExportNotCollected => ("days without being fetched", "天未领取"),
            Self::RefusedInARow => ("times in a row", "次（连续）"),
        };
        Words::new(en, zh)
    }

    /// Why it is asked.
    pub fn reason(self) -> Words {
        let (en, zh) = match self {
            Self::SensitiveWithoutCase => (
                "A stated reason opens sensitive pictures, and nobody judges it beforehand. When it is used often, somebody asks what for.",
                "填写理由即可查看敏感画面，事先无人审核；使用较多时，应有人询问用途。",
            ),
            Self::SameCameraAgain => (
                "Looking back at one place again and again can be a case that was not named, a fault, or an interest of one's own.",
                "反复回看同一地点，可能是未填案件、设备故障，也可能出于个人目的。",
            ),
            Self::UnusualHours => (
                "It is held against the hours of this person's own last four weeks, outside the shifts that they are rostered for. A changed shift explains it.",
                "与本人近四周的查看时段比较，值班班次内的不计；换班即可说明。",
            ),
            Self::ManyCamerasTaken | Self::LongSpansTaken => (
                "Footage is taken for a matter. Much of it in one day should have a large matter behind it.",
                "录像因事而取；一日内大量导出，应有相应的重大事由。",
            ),
            Self::ExportNotCollected => (
                "A copy was asked for and made, and nobody needed it. Perhaps it was not needed to begin with.",
                "已申请并生成的副本无人领取，可能本无需要。",
            ),
            Self::BasicDataInBulk => (
                "Where all cameras stand is confidential. Whoever reads it as a whole says what for.",
                "全部点位属于应当保密的基本资料；整批查阅的，应说明用途。",
            ),
            Self::RefusedInARow => (
                "One refusal is a mistake. Many of one kind can be a post that is missing, or a door that is being tried.",
                "一次被拒是误操作；连续被拒，可能缺少岗位，也可能在试探权限。",
            ),
            Self::ApproverPair => (
                "A second person is there to look at it anew. When the same two always meet, somebody asks whether they still do.",
                "第二人审批是为了重新审视；总是同样两人时，应有人询问审批是否仍有实效。",
            ),
            Self::OffDuty => (
                "Whoever is rostered watches in their shifts. Outside them, and without a case, there should have been an occasion.",
                "排班人员应在当班时查看；非当班且无案件的查看，应有相应事由。",
            ),
            Self::ReceiptMissing => (
                "Where a copy is can be told from its receipt, or from the word that it stays in the unit. Without either nobody knows where it is.",
                "副本去向以签收或留存登记为凭；两者皆无，即无人知其去向。",
            ),
            Self::GrantAttempts => (
                "An approval names cameras, a span and acts. Trying beyond them again and again can be a request that was too narrow, or an interest that nobody approved.",
                "批准限定摄像机、时段和操作；多次超出，可能是申请范围过窄，也可能出于未经批准的目的。",
            ),
            Self::RecordedWithoutCase => (
                "Recordings are looked at and copied for a matter. Much of it without a case can be many small incidents, or cases that were not named.",
                "查看、复制录像应因事而起；大量未填案件，可能是零星事务较多，也可能是漏填案件。",
            ),
            Self::OneCaseManyCameras
            | Self::OneCaseManyDays
            | Self::RefusedOften
            | Self::MuchPlayed
            | Self::ManyCamerasLive => return self.reason_of_much(),
            Self::SignInsFailed => (
                "Somebody tried this account with a wrong password or code. It need not have been its owner.",
                "有人以错误的密码或验证码登录该账号，未必是本人。",
            ),
        };
        Words::new(en, zh)
    }

    /// The same of one case for much, of many refusals and of much that is watched.
    fn reason_of_much(self) -> Words {
        let (en, zh) = match self {
            Self::OneCaseManyCameras => (
                "A case that is named opens pictures, and other questions are not asked then. When one case is named for a great many places, somebody asks whether all of them belong to it.",
                "填写案件即可查看，其他询问随之不再提出；同一案件用于大量点位的，应有人询问是否均与该案有关。",
            ),
            Self::OneCaseManyDays => (
                "A case that is named opens pictures, and other questions are not asked then. When one case is named week after week, somebody asks whether it is still worked on.",
                "填写案件即可查看，其他询问随之不再提出；同一案件长期使用的，应有人询问是否仍在办理。",
            ),
            Self::RefusedOften => (
                "Refusals with permitted acts in between are in no row. Many of them in one day can be work that a post lacks rights for, or doors that are being tried one after another.",
                "中间夹有获准操作的被拒不算连续；一日内多次被拒，可能是岗位权限不足，也可能在逐一试探。",
            ),
            Self::MuchPlayed => (
                "Recordings are looked at for a matter, also under a case. Very many hours in one day should have a large matter behind them. Time is counted as pictures were played, each camera's by itself.",
                "回看录像应因事而起，有案件的也计算在内；一日内长时间回看，应有相应的重大事由。按实际播放时间逐台计算。",
            ),
            _ => (
                "Whoever is on shift watches the cameras of the room. Live pictures of very many cameras off shift should have an occasion, also under a case.",
                "当班人员查看本室摄像机；非当班查看大量实时画面的，应有相应事由，有案件的也计算在内。",
            ),
        };
        Words::new(en, zh)
    }

    /// The question itself.
    pub fn question(self, count: u32, usual: &str) -> Words {
        let (en, zh) = match self {
            Self::SensitiveWithoutCase => (
                format!(
                    "Sensitive pictures were opened {count} times in this week without a case. What for?"
                ),
                format!("本周无案件查看敏感画面{count}次，用途是什么？"),
            ),
            Self::SameCameraAgain => (
                format!(
                    "One camera's recordings were looked at {count} times in this week without a case. What for?"
                ),
                format!("本周无案件回看同一摄像机{count}次，用途是什么？"),
            ),
            Self::UnusualHours => (
                format!(
                    "Pictures were opened {count} times outside the usual hours ({usual}). What was the occasion?"
                ),
                format!("在惯常时段（{usual}）之外查看画面{count}次，因何事？"),
            ),
            Self::ManyCamerasTaken => (
                format!("Footage of {count} cameras was taken in one day. For which matter?"),
                format!("一日内导出{count}台摄像机的录像，用于何事？"),
            ),
            Self::LongSpansTaken => (
                format!("{count} hours of footage were taken in one day. For which matter?"),
                format!("一日内导出{count}小时录像，用于何事？"),
            ),
            Self::ExportNotCollected => (
                format!(
                    "A package has been waiting for {count} days, and nobody has fetched it. Is it still needed?"
                ),
                format!("导出包已生成{count}天，无人领取，是否仍需要？"),
            ),
            Self::BasicDataInBulk => (
                format!("Basic data was read in bulk {count} times in one day. What for?"),
                format!("一日内批量查阅基本资料{count}次，用途是什么？"),
            ),
            Self::RefusedInARow => (
                format!("The same act was refused {count} times in a row. What was it that was needed?"),
                format!("同一操作连续被拒{count}次，需要办理什么？"),
            ),
            Self::ApproverPair => (
                format!(
                    "{count} requests of one and the same person were judged here in this week. Was each looked at anew?"
                ),
                format!("本周对同一人的请求作出{count}次审批，是否逐一重新审视？"),
            ),
            Self::OffDuty | Self::ReceiptMissing | Self::GrantAttempts | Self::RecordedWithoutCase => {
                return self.question_of_duty(count);
            }
            Self::OneCaseManyCameras
            | Self::OneCaseManyDays
            | Self::RefusedOften
            | Self::MuchPlayed
            | Self::ManyCamerasLive => return self.question_of_much(count),
            Self::SignInsFailed => (
                format!("Signing in to this account failed {count} times in one day. Was it you?"),
                format!("该账号一日内登录失败{count}次，是否为本人操作？"),
            ),
        };
        Words::new(en, zh)
    }

    /// The same of one case for much, of many refusals and of much that is watched.
    fn question_of_much(self, count: u32) -> Words {
        let (en, zh) = match self {
            Self::OneCaseManyCameras => (
                format!(
                    "One case was named for pictures of {count} cameras in this week. Do they all belong to it?"
                ),
                format!("本周以同一案件查看{count}台摄像机，是否均与该案有关？"),
            ),
            Self::OneCaseManyDays => (
                format!("One case was named on {count} days of four weeks. Is it still worked on?"),
                format!("四周内有{count}天以同一案件查看，该案是否仍在办理？"),
            ),
            Self::RefusedOften => (
                format!("{count} acts were refused in one day. What was it that was needed?"),
                format!("一日内有{count}次操作被拒，需要办理什么？"),
            ),
            Self::MuchPlayed => (
                format!("Recordings were played for {count} hours in one day. For which matter?"),
                format!("一日内回看录像{count}小时，用于何事？"),
            ),
            _ => (
                format!(
                    "Live pictures of {count} cameras were opened off shift in one day. What was the occasion?"
                ),
                format!("一日内非当班查看{count}台摄像机的实时画面，因何事？"),
            ),
        };
        Words::new(en, zh)
    }

    /// The same of duty, receipts, grants and recordings.
    fn question_of_duty(self, count: u32) -> Words {
        let (en, zh) = match self {
            Self::OffDuty => (
                format!(
                    "Pictures were opened {count} times in one day outside every shift. What was the occasion?"
                ),
                format!("一日内非当班查看画面{count}次，因何事？"),
            ),
            Self::ReceiptMissing => (
                format!("A copy went out {count} days ago, and nobody said where it is. Did it arrive?"),
                format!("副本交出已{count}天，未登记签收或去向，是否已送达？"),
            ),
            Self::RecordedWithoutCase => (
                format!(
                    "Recordings were looked at or copied {count} times in this week without a case. What for?"
                ),
                format!("本周无案件查看、复制录像{count}次，用途是什么？"),
            ),
            _ => (
                format!(
                    "What was asked for went beyond the approval {count} times in one day. What was needed?"
                ),
                format!("一日内{count}次超出批准范围，需要查看什么？"),
            ),
        };
        Words::new(en, zh)
    }
}

/// Why an open question is a finding, and what helps. It does not say about whom it is.
pub fn open_words(count: u64) -> (Words, Words) {
    (
        Words::new(
            format!("Questions from the access log wait for an answer: {count}."),
            format!("访问记录中有{count}个询问待答复。"),
        ),
        Words::new(
            "Look at the entries, hear the person concerned, and enter what came of it.",
            "请查看相关记录，听取当事人说明，并登记结论。",
        ),
    )
}

# 时间轴。

timeline-label = 时间轴：回放位置
timeline-rows = 时间轴上的摄像机
timeline-now = 现在
timeline-floor = 应存期限
timeline-footage = 有录像
timeline-later = 事后补录
timeline-held = 已保全
timeline-held-part = 部分已保全
timeline-nothing = 没有记录
timeline-gap = 缺失：{ $cause }，{ $length }
timeline-gap-word = 缺失：{ $cause }
timeline-justified = 已说明
timeline-unjustified = 未说明
timeline-table = 录像与缺失，{ $from } 至 { $to }
timeline-camera = 摄像机
timeline-from = 起
timeline-to = 止
timeline-length = 时长
timeline-what = 情况
timeline-more = 另有 { $count } 行，请缩短时间范围
timeline-none = 这段时间没有记录。
timeline-trouble = 时间轴没有读全，空白处不等于没有录像。{ $why }

# 片段密级；摄像机页也用
clip-level-2 = 敏感：须说明理由方可查看
clip-level-3 = 涉密：须有案件方可查看

# 画面上的词语：实时与回放共用。

picture-live = 实时
picture-connecting = 正在连接
picture-no-server = 服务器无应答，正在重试
picture-first = 等待首帧画面
picture-stale = 已有 { $seconds } 秒没有新画面
picture-replay = 即时回看，{ $seconds } 秒前
picture-replay-short = 即时回看，{ $seconds } 秒前（只存有 { $held } 秒）
picture-restarting = 画面中断，正在恢复
picture-unplayable = 本浏览器不能播放 { $codec }，录像不受影响。
picture-instead = 本浏览器不能播放 { $codec }，改看{ $stream }
picture-blocked = 浏览器要求先点一下才播放。
picture-start = 显示画面
picture-end = 本次查看已结束
picture-end-revoked = 查看权限已收回
picture-end-ledger = 登记簿写不进去，已停止查看
picture-gap = 缺失：{ $cause } { $from }–{ $to }
picture-no-footage = { $time } 之后没有录像
picture-loading = 正在读取
picture-more-trouble = 新加的画面没有打开：{ $reason }
picture-zoom-reset = 恢复原大小
picture-still = 抓拍
picture-still-saved = 抓拍已保存，登记序号 { $entry }
picture-still-failed = 抓拍没有保存
picture-still-failed-why = 抓拍没有保存：{ $why }
picture-still-none = 此刻没有画面可抓拍

# 公用词语：系统、外框、用途、拒绝、状态。各页的词语在各自的文件里。

system-name = 守望视频系统
system-name-short = 守望
loading = 正在读取
skip-to-content = 跳到正文

## 动作
action-retry = 再试一次
action-save = 保存
action-cancel = 取消
action-close = 关闭
action-edit = 修改
action-next = 下一步
action-back = 上一步
action-add = 添加
action-remove = 移除
action-copy = 复制
action-copied = 已复制
action-print = 打印或另存为 PDF
action-more = 读取更多
action-clear = 清除筛选
action-search = 搜索
action-confirm = 确认

## 页
page-wall = 实时
page-playback = 回放
page-exports = 调取
page-retrievals = 机关调取
page-holds = 保全
page-cameras = 摄像机
page-people = 人员
page-ledger = 登记簿
page-health = 运行
page-account = 我的账号

## 外框
rail-label = 主导航
rail-fold = 收起
rail-unfold = 展开
rail-more = 更多
theme-to-light = 改用浅色
theme-to-dark = 改用深色
who-menu = 账号菜单：{ $name }
sign-out = 退出登录

## 状态行
state-label = 系统现况
state-recording = 录像 { $ok }/{ $total }
state-gaps-none = 今日无缺失
state-gaps = 今日缺失 { $count } 段
state-gaps-unjustified = 今日缺失 { $count } 段，{ $unjustified } 段未说明
state-kept = 已存 { $kept }，应存 { $floor } 天
state-disk = 存储余量 { $days } 天
state-disk-last = 存储余量不足 1 天
state-ledger = 登记簿 { $age }前签发
state-ledger-witnessed = 登记簿 { $age }前签发，已见证
state-ledger-alarm = 见证方与登记簿不符
state-ledger-none = 登记簿尚未签发
state-demo = 演示系统
state-silent = 服务器无应答
state-silent-since = 服务器自 { $time } 起无应答

## 出错与拒绝
trouble-title = 没有读到
trouble-act-title = 没有办成
trouble-no-answer = 服务器没有应答。请检查网络，或稍后再试。
trouble-invalid = 填写有误，服务器没有接受。
trouble-unauthenticated = 登录已失效，请重新登录。
trouble-refused = 不予办理。
trouble-not-found = 没有找到，可能已被移除。
trouble-conflict = 与现有内容冲突：可能已经存在，或刚被别人改过。
trouble-busy = 太忙，请稍后再试。
trouble-unavailable = 暂时办不了：所需的设备、磁盘或数据库没有应答。
trouble-internal = 系统内部出错，已记入运行日志。
trouble-code-exports = 等待制作的取证包太多，请稍后再提交。
trouble-code-views = 同时打开的画面太多，请先关闭一个。
trouble-code-locked = 连续出错，暂时锁定。
trouble-code-bad-credentials = 账号或口令不对。
trouble-code-origin = 此页不能从这里打开画面连接。
trouble-code-mark-header = 请求缺少必要的标记。请刷新页面。
refusal-title = 不予办理
refusal-no-reason = 你的岗位不包含这项操作。
refusal-remedy = 怎样才可以：
refusal-article = 依据：
refusal-article-of = { $pack }第 { $number } 条
refusal-logged = 本次拒绝已记入登记簿。
not-yours-reason = 这一页不在你的岗位职责之内。
not-yours-remedy = 请本单位管理员为你增设相应岗位。
broken-title = 这一页出错了
broken-text = 可能是程序已更新，请重新载入。若仍出错，请把下面一行告诉管理员。
broken-reload = 重新载入
not-found-title = 没有这一页
not-found-lead = 没有这一页
not-found-text = 地址可能写错了，或者这一页已经移走。
not-found-home = 回到首页

## 拒绝之后怎么办（ui/ways.ts）

way-shift = 到岗接班
way-duty = 前往值班
way-training = 查看本人的培训和审查
way-posts = 查看本人的岗位
way-password = 设置自己的密码
way-cases = 前往案件
way-grants = 查看申请
way-exports = 自行申请导出
way-folders = 前往卷宗
way-retrievals = 前往调取登记
way-registry = 前往系统档案
way-papers = 登记文件
way-disks = 查看存储余量
way-takeovers = 查看由谁控制
way-portal = 前往调取申请
way-supervision = 前往监督
way-record = 查看关于我的记录

## 用途
purpose-label = 用途
purpose-none = 未选用途
purpose-choose = 选择用途
purpose-change = 更改用途
purpose-use = 按此用途查看
purpose-panel-title = 因何查看
purpose-panel-lead = 查看图像之前先写明用途。用途连同你的姓名、岗位、时间记入登记簿。
purpose-gate-title = 先选用途，再看图像
purpose-gate-text = 查看实时图像和录像都要有用途，并记入登记簿。选一次，本次登录期间有效，随时可改。
purpose-duty-watch = 值班
purpose-duty-watch-hint = 当班值守，看实时图像
purpose-incident = 事件处置
purpose-incident-hint = 报警、纠纷、走失、事故的跟进
purpose-case = 案件调取
purpose-case-hint = 有权机关办案，须填文书号或案号
purpose-maintenance = 维护检修
purpose-maintenance-hint = 检查、调整、修理摄像机
purpose-supervision = 监督检查
purpose-supervision-hint = 主管部门依法检查
purpose-administration = 系统管理
purpose-administration-hint = 账号、设置、自检，不看图像
purpose-training = 培训演示
purpose-training-hint = 培训或演示系统
purpose-case-number = 文书号或案号
purpose-note = 补充说明（可不填）
basis-label = 法律依据
basis-unit-duty = 使用单位的值守与保存职责
basis-authority-request = 有权机关依法调取
basis-maintenance-duty = 维护责任
basis-supervision-duty = 监督检查职责
basis-consent = 当事人同意
basis-operation = 系统运行

## 岗位
role-viewer = 监看员
role-operator = 操作员
role-administrator = 管理员
role-auditor = 审计员
role-manager = 系统主管
role-supervisor = 监督员
role-requester = 调取申请人

## 摄像机与码流
tree-search = 查找摄像机
tree-label = 摄像机
tree-none = 还没有摄像机。由管理员在“摄像机”页添加。
tree-no-match = 没有相符的摄像机
tree-more = 再显示 { $n } 台
tree-rest = 还有 { $n } 台，输入文字查找
stream-unknown = 状态未知
stream-recording = 录像中
stream-live = 实时，不录像
stream-since = { $word }，自 { $time }
stream-connecting = 正在连接
stream-no-signal = 无信号
stream-credentials = 口令被拒
stream-stalled = 画面停滞
stream-disabled = 已停用
stream-error = 码流有误
stream-disk = 存储故障
profile-main = 主码流
profile-sub = 子码流
profile-sound = 声音

## 缺失原因
cause-unknown = 原因不明
cause-camera = 摄像机
cause-network = 网络
cause-credentials = 口令
cause-disk = 存储
cause-us = 本系统
cause-power = 断电
cause-privacy = 隐私停录
cause-planned = 计划停录

## 多久以前
age-seconds = { $n } 秒
age-minutes = { $n } 分钟
age-hours = { $n } 小时
age-days = { $n } 天
age-ago = { $age }前

## 时段
span-from = 起
span-to = 止
span-last-2 = 最近 2 分钟
span-last-10 = 最近 10 分钟
span-last-60 = 最近 1 小时
span-today = 今天
span-zone = 时区 { $zone }
span-length = 共 { $length }
span-bad = 结束要晚于开始
missing-title = 还缺：

## 档案的变更登记
record-history = 在登记簿中查看变更经过
list-choose-all = 全选可说明的
list-none-yet-title = 已读取的当中没有
list-none-yet = 已读取 { $n } 条，没有相符的。可继续读取更早的。
print-page = { $title }，截至 { $time }

## 理由与文书
because-reason = 理由
because-document = 文书（名称或文号）

# 实时画面墙。

wall-bar = 画面墙操作
wall-tree = 摄像机
wall-grid = { $grid } 画面
wall-page = 第 { $page } 页，共 { $pages } 页
wall-page-before = 上一页
wall-page-after = 下一页
wall-tour = 轮巡
wall-tour-on = 轮巡 { $seconds } 秒
wall-tour-hint = 自动翻页
wall-full = 全屏
wall-full-leave = 退出全屏
wall-screen = 在第二块屏幕打开
wall-help = 画面墙按键
wall-replay = 回看 30 秒
wall-back-live = 回到实时
wall-playback = 回放最近一分钟
wall-one-up = 放大
wall-one-up-back = 回到画面墙
wall-remove = 撤下
wall-tile-empty = 空位 { $number }
wall-tile-hint = 把摄像机拖到这里
wall-tile-lost = 这台摄像机已不可用。
wall-empty-title = 画面墙上还没有摄像机
wall-empty-text = 从左边列表拖入摄像机，或选中后按回车。整个布局在登记簿里只登记一次。
wall-fill = 显示全部 { $count } 台摄像机

## 已存布局
layout-menu = 布局
layout-none = 还没有已存的布局
layout-size = { $grid } 画面
layout-shared = 共用
layout-tour = 轮巡 { $seconds } 秒
layout-save-new = 另存为新布局…
layout-change = 重新保存“{ $name }”…
layout-delete = 删除“{ $name }”
layout-form-new = 保存布局
layout-form-change = 修改布局
layout-name = 名称
layout-tour-seconds = 轮巡：每页秒数
layout-tour-none = 不轮巡
layout-share = 本单位人员共用

## 按键
wall-key-move = 选择画面
wall-key-grid = 1、4、9、16 画面
wall-key-one-up = 放大选中画面，再按还原
wall-key-page = 翻页
wall-key-tour = 开始或停止轮巡
wall-key-replay = 回看 30 秒，再按回到实时
wall-key-still = 抓拍选中画面
wall-key-remove = 撤下选中画面
wall-key-tree = 显示或收起摄像机列表
wall-key-full = 全屏
wall-key-help = 本说明

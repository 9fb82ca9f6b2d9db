//! The plain-words README of a package, Chinese and English. Information for people; nothing in it is relied upon.

use super::{FORM, MANIFEST, SIGNATURE, VERIFY_PAGE, manifest::Manifest};
use model::WallTime;
use std::fmt::Write as _;

/// The whole text.
pub(super) fn text(manifest: &Manifest) -> String {
    let mut cameras = String::new();
    for camera in manifest.streams() {
        let _ =
            writeln!(cameras, "  {:02}  {}  {}  ({})", camera.number, camera.name, camera.place, camera.id);
        for video in &camera.videos {
            // Piece 0 is no footage.
            let (from, to) = (video.pieces.get(1), video.pieces.last());
            let (Some(from), Some(to)) = (from, to) else { continue };
            let _ = writeln!(
                cameras,
                "      {}  {} - {}",
                video.file,
                WallTime(from.from_us),
                WallTime(to.to_us)
            );
        }
        for later in &camera.later {
            let (from, to) = (WallTime(later.from_us), WallTime(later.to_us));
            let _ = writeln!(
                cameras,
                "      事后补入（不在本包） brought later (not in this package)  {from} - {to}"
            );
        }
    }
    format!(
        "{}\n\n----------------------------------------------------------------\n\n{}",
        chinese(manifest, &cameras),
        english(manifest, &cameras)
    )
}

fn chinese(manifest: &Manifest, cameras: &str) -> String {
    format!(
        "视频证据包\n\n\
         副本编号   {copy}\n\
         单位       {unit}\n\
         接收人     {name}, {organisation}\n\
         请求时段   {from} 至 {to}（世界协调时 UTC；北京时间 = UTC + 8 小时）\n\
         制作时间   {created}\n\n\
         摄像机与视频\n{cameras}\n\
         见证       {witnessing}\n\n\
         怎样观看：.mp4 文件是标准视频，任何播放器都能打开。{sound}\n\
         怎样核验：\n\
         1. 用浏览器打开 {VERIFY_PAGE}（无需联网），按提示选择本文件夹。它会核对每一个字节，并说明哪些结论已证实、哪些不能判定。\n\
         2. 或运行：watchkeeper verify 本文件夹 --policy 策略文件\n\
         3. 也可以按公开的格式说明（package.md）自行编写核验程序。\n\
         核验用的公钥请从别处取得（备案材料、主管部门、单位公示），不要只用包内写明的公钥。\n\
         包内写明的公钥：\n  {vkey}\n  {access}\n\n\
         文件：{MANIFEST} 清单与全部文件的 SHA-256；{SIGNATURE} 清单的签名；{FORM} 登记表；proof/ 证明。\n\
         没有可执行程序。请不要改动任何文件：改动一个字节即可被发现并指出位置。\n\
         画面涉及他人隐私。未经许可不得公开传播。\n",
        copy = manifest.copy_id,
        unit = manifest.unit_name,
        name = manifest.recipient.name,
        organisation = manifest.recipient.organisation,
        from = WallTime(manifest.asked.from_us),
        to = WallTime(manifest.asked.to_us),
        created = WallTime(manifest.created_us),
        sound = if manifest.sound.is_empty() {
            "本包不含声音。"
        } else {
            "声音在名称含 SOUND 的文件中，与画面分开；两者各自的时间见上。"
        },
        witnessing = match manifest.witnessing.as_str() {
            "quorum" => "足够的见证方已联署录像日志的检查点",
            "not_yet" => "尚未见证：制作本包时，见证方还没有联署。以后可凭同一日志较新的检查点补证",
            _ => "未设见证方",
        },
        vkey = manifest.footage_log.vkey,
        access = manifest.access_log.vkey,
    )
}

fn english(manifest: &Manifest, cameras: &str) -> String {
    format!(
        "Video evidence package\n\n\
         Copy         {copy}\n\
         Unit         {unit}\n\
         Recipient    {name}, {organisation}\n\
         Asked span   {from} to {to} (UTC)\n\
         Made         {created}\n\n\
         Cameras and videos\n{cameras}\n\
         Witnesses    {witnessing}\n\n\
         To watch: the .mp4 files are standard video; any player opens them.{sound}\n\
         To check:\n\
         1. Open {VERIFY_PAGE} in a browser (no network needed) and choose this folder. It checks every byte and says\n   \
         what is proven and what it cannot tell.\n\
         2. Or run: watchkeeper verify THIS-FOLDER --policy POLICY-FILE\n\
         3. Or write a checker of your own from the published description of the format (package.md).\n\
         Take the public key to check with from elsewhere (filing papers, the supervising authority, the unit's public\n\
         notice), not from this package alone. The keys that this package names:\n  {vkey}\n  {access}\n\n\
         Files: {MANIFEST} lists every file with its SHA-256; {SIGNATURE} signs it; {FORM} is the registration form;\n\
         proof/ holds the proofs. There is no program in here. Please change nothing: one changed byte is found, and\n\
         where it is.\n\
         The pictures show people. Do not publish them without permission.\n",
        copy = manifest.copy_id,
        unit = manifest.unit_name,
        name = manifest.recipient.name,
        organisation = manifest.recipient.organisation,
        from = WallTime(manifest.asked.from_us),
        to = WallTime(manifest.asked.to_us),
        created = WallTime(manifest.created_us),
        sound = if manifest.sound.is_empty() {
            " This package holds no\n         sound."
        } else {
            " Sound is in the files\n         with SOUND in their names, apart from the pictures; each begins at its own time, see above."
        },
        witnessing = match manifest.witnessing.as_str() {
            "quorum" => "enough witnesses have cosigned the footage log's checkpoint",
            "not_yet" =>
                "NOT YET WITNESSED: no quorum had cosigned when this package was made; a later\n             checkpoint of the same log can make up for it",
            _ => "none are asked",
        },
        vkey = manifest.footage_log.vkey,
        access = manifest.access_log.vkey,
    )
}

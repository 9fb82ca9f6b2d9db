// One quiet line over the pictures: whom playback waits for, which gap was stepped over, why playing has stopped.
import type { Camera } from "../../api/types";
import type { GroupSnapshot } from "../../player/group";
import { formatList, formatSpan, useLanguage, useT } from "../../ui";

export interface NoticeProps {
  state: GroupSnapshot;
  names: ReadonlyMap<string, Camera>;
  /** It rests where what was granted ends. */
  ended: boolean;
}

export function Notice({ state, names, ended }: NoticeProps) {
  const t = useT();
  const { language } = useLanguage();
  const list = state.waitingFor.map((id) => names.get(id)?.name ?? "").filter(Boolean);
  const text = ended
    ? t("granted-end")
    : state.stopped
      ? t(`playback-stopped-${state.stopped}`)
      : list.length > 0
        ? t("playback-waiting", { cameras: formatList(list.slice(0, 3), language) })
        : state.skipped
          ? t("playback-skipped", {
              cause: t(`cause-${state.skipped.cause}`),
              span: formatSpan(Math.round(state.skipped.fromMs), Math.round(state.skipped.toMs), language, {
                timeOnly: true,
              }),
            })
          : "";
  return (
    <p className="wk-playback-notice" role="status">
      {text}
    </p>
  );
}

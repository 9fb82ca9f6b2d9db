// Going to a time: typed as one likes, with what was understood shown before it is done.
import { Input, Modal } from "antd";
import { useEffect, useId, useState } from "react";
import { formatTime, Meaning, serverNow, useLanguage, useT } from "../../ui";
import { parseTime } from "./goto";

export function GoTo({
  open,
  atMs,
  onGo,
  onClose,
}: {
  open: boolean;
  atMs: () => number;
  onGo: (ms: number) => void;
  onClose: () => void;
}) {
  const t = useT();
  const { language } = useLanguage();
  const id = useId();
  const [text, setText] = useState("");
  useEffect(() => {
    if (open) setText("");
  }, [open]);
  const found = open ? parseTime(text, atMs(), serverNow()) : null;
  const go = () => {
    if (found === null) return;
    onGo(Math.min(found, serverNow()));
    onClose();
  };
  return (
    <Modal
      open={open}
      title={t("playback-goto")}
      okText={t("playback-go")}
      okButtonProps={{ disabled: found === null }}
      onOk={go}
      onCancel={onClose}
      width={420}
      destroyOnHidden
    >
      <div className="wk-fields">
        <label htmlFor={`${id}-time`}>
          <span>{t("playback-goto-label")}</span>
          <Input
            id={`${id}-time`}
            autoFocus
            autoComplete="off"
            value={text}
            placeholder={formatTime(Math.round(atMs()), language)}
            onChange={(event) => setText(event.target.value)}
            onPressEnter={go}
          />
        </label>
        <p className="wk-soft" role="status">
          {text === "" ? (
            t("playback-goto-examples")
          ) : found === null ? (
            <Meaning tone="late">{t("playback-goto-wrong")}</Meaning>
          ) : (
            formatTime(found, language, { milliseconds: true, zone: true })
          )}
        </p>
      </div>
    </Modal>
  );
}

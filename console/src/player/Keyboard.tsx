// The overlay that lists a page's keys. It says what they do; `useKeys` does it.
import { useEffect, useRef } from "react";
import { Icon } from "../ui/Icon";
import { useT } from "../ui/i18n";

/** Keys as they are printed on the keyboard, and the Fluent id of what they do. */
export type KeyLine = readonly [keys: readonly string[], text: string];

export function Keyboard({ title, lines, onClose }: { title: string; lines: readonly KeyLine[]; onClose: () => void }) {
  const t = useT();
  const panel = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const dialog = panel.current;
    // A modal dialogue of the browser's own: nothing behind it can be reached, and it lies above a full screen.
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      className="wk-keys"
      aria-label={title}
      ref={panel}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => {
        if (event.key !== "?") return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      <header>
        <h2>{title}</h2>
        <button type="button" className="wk-plain-button" onClick={onClose} aria-label={t("action-close")}>
          <Icon name="close" />
        </button>
      </header>
      <dl>
        {lines.map(([keys, text]) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}

// Choosing a file: by the button, or by dropping it on the field. What would not be taken is said before anything is sent.
import { Button } from "antd";
import { type DragEvent, useId, useRef, useState } from "react";
import { formatBytes, Icon, Meaning, useT } from "../ui";
import { FILE_ENDINGS, fileProblem } from "./records";

/** What may be chosen: its words, and why a file is not it. */
export interface Choosable {
  readonly title: string;
  readonly hint: string;
  /** What the browser's own window shows first. */
  readonly endings: readonly string[];
  problem(file: File): string | undefined;
}

const DOCUMENT: Choosable = {
  title: "file-title",
  hint: "file-kinds",
  endings: FILE_ENDINGS,
  problem: fileProblem,
};

export interface FileChoiceProps {
  /** A document's file, when it is not said. */
  of?: Choosable;
  file: File | undefined;
  onFile: (file: File | undefined) => void;
  disabled?: boolean;
}

export function FileChoice({ of = DOCUMENT, file, onFile, disabled }: FileChoiceProps) {
  const t = useT();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<string>();
  const take = (chosen: File | undefined) => {
    const wrong = chosen && of.problem(chosen);
    setProblem(wrong);
    onFile(wrong ? undefined : chosen);
  };
  const dragged = (event: DragEvent, inside: boolean) => {
    event.preventDefault();
    if (!disabled) setOver(inside);
  };
  return (
    <div className="wk-field">
      <label htmlFor={id}>{t(of.title)}</label>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button beside it is the first. */}
      <div
        className={over ? "wk-file-drop wk-file-over" : "wk-file-drop"}
        onDragEnter={(event) => dragged(event, true)}
        onDragOver={(event) => dragged(event, true)}
        onDragLeave={(event) => dragged(event, false)}
        onDrop={(event) => {
          dragged(event, false);
          if (!disabled) take(event.dataTransfer.files[0]);
        }}
      >
        <input
          ref={input}
          id={id}
          type="file"
          accept={of.endings.join(",")}
          disabled={disabled}
          onChange={(event) => take(event.target.files?.[0])}
        />
        <Button icon={<Icon name="exports" size={13} />} disabled={disabled} onClick={() => input.current?.click()}>
          {t("file-choose")}
        </Button>
        {file ? (
          <span className="wk-file-name">
            {file.name} · {formatBytes(file.size)}
          </span>
        ) : (
          <span className="wk-soft">{t("file-drop")}</span>
        )}
      </div>
      {problem ? (
        <p role="alert">
          <Meaning tone="breach">{t(problem)}</Meaning>
        </p>
      ) : (
        <p className="wk-hint">{t(of.hint)}</p>
      )}
    </div>
  );
}

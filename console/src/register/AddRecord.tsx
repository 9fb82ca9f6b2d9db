// Adding a record without leaving the form that needs it: the same form, in a dialogue above.
import { Modal } from "antd";
import { useState } from "react";
import { useRegisterKinds } from "../api/queries";
import type { Id, RecordBody } from "../api/types";
import { said, useLanguage, useT } from "../ui";
import { NewRecord } from "./RecordForm";

export interface AddRecordProps {
  open: boolean;
  kind: string;
  unit?: Id | undefined;
  initial?: RecordBody | undefined;
  onClose: () => void;
  onDone: (id: Id) => void;
}

export function AddRecord({ open, onClose, kind, ...form }: AddRecordProps) {
  const t = useT();
  const { language } = useLanguage();
  const kinds = useRegisterKinds();
  const info = kinds.data?.find((one) => one.kind === kind);
  return (
    <Modal
      open={open}
      title={info ? t("register-add-kind", { kind: said(info.name, language) }) : ""}
      onCancel={onClose}
      footer={null}
      width="min(46rem, 100vw)"
      destroyOnHidden
    >
      {open && info ? <Body key={kind} {...{ kind, ...form }} /> : null}
    </Modal>
  );
}

function Body({ kind, unit, initial, onDone }: Omit<AddRecordProps, "open" | "onClose">) {
  const kinds = useRegisterKinds();
  const info = kinds.data?.find((one) => one.kind === kind);
  const [draft, setDraft] = useState({ unit, values: initial ?? {} });
  if (!info) return null;
  return (
    <NewRecord
      kind={info}
      draft={draft}
      onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
      onDone={onDone}
    />
  );
}

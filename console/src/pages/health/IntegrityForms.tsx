// That program or settings will be changed is said beforehand; why they were, afterwards. Each is an administrator's, with a reason.
import { useQueryClient } from "@tanstack/react-query";
import { Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { Because, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { Missing } from "../../ui/Missing";
import { type AnnouncementDraft, missingInAnnouncement } from "./integrity";

const WHATS = ["program", "settings", "both"] as const;
const SHA256_CHARS = 64;
const DAYS = 3;
const EMPTY: AnnouncementDraft = { what: "program", expected: "", days: DAYS };

/** What it changes is looked at anew: the page, the findings, the state line. */
function useChanged(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const key of ["integrity", "findings", "state"]) queries.invalidateQueries({ queryKey: [key] });
  };
}

export function AnnounceSoftware({ daysMax }: { daysMax: number }) {
  const t = useT();
  const changed = useChanged();
  const [draft, setDraft] = useState(EMPTY);
  const needs = missingInAnnouncement(draft);
  const expected = draft.expected.trim();
  return (
    <details className="wk-details">
      <summary>{t("integrity-announce")}</summary>
      <Because
        label={t("because-reason")}
        hint={t("integrity-announce-note")}
        blocked={needs.length > 0}
        acts={[
          {
            label: t("integrity-announce-do"),
            primary: true,
            act: ({ reason }) =>
              api.post("/api/integrity/announcements", {
                what: draft.what,
                reason,
                days: draft.days,
                ...(expected !== "" && draft.what !== "settings" ? { expected_sha256: expected } : {}),
              }),
          },
        ]}
        onDone={() => {
          setDraft(EMPTY);
          changed();
        }}
      >
        <div className="wk-fields-two">
          <Labelled label={t("integrity-what")} need="integrity-what">
            {(id) => (
              <Select
                id={id}
                value={draft.what}
                onChange={(what: AnnouncementDraft["what"]) => setDraft({ ...draft, what })}
                options={WHATS.map((value) => ({ value, label: t(`integrity-what-${value}`) }))}
              />
            )}
          </Labelled>
          <Labelled label={t("integrity-days")} need="integrity-days">
            {(id) => (
              <InputNumber
                id={id}
                min={1}
                max={daysMax}
                precision={0}
                value={draft.days}
                onChange={(days) => setDraft({ ...draft, days })}
                style={{ width: "100%" }}
              />
            )}
          </Labelled>
        </div>
        {draft.what === "settings" ? null : (
          <Labelled label={t("integrity-expected")} need="integrity-expected" hint={t("integrity-expected-hint")}>
            {(id) => (
              <Input
                id={id}
                className="wk-code"
                value={draft.expected}
                maxLength={SHA256_CHARS + 2}
                onChange={(event) => setDraft({ ...draft, expected: event.target.value })}
              />
            )}
          </Labelled>
        )}
        <Missing needs={needs} places={{ "integrity-expected-form": "integrity-expected" }} />
      </Because>
    </details>
  );
}

export function ExplainSoftware({ id }: { id: string }) {
  const t = useT();
  const changed = useChanged();
  return (
    <Because
      title={t("integrity-explain")}
      label={t("because-reason")}
      hint={t("integrity-explain-note")}
      conflict={t("integrity-explain-conflict")}
      acts={[
        {
          label: t("integrity-explain-do"),
          primary: true,
          act: ({ reason }) => api.post(`/api/integrity/changes/${id}/explanation`, { reason }),
        },
      ]}
      onDone={changed}
    />
  );
}

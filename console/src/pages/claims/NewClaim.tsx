// Lodging a claim: which act caused the loss, against whom, what was lost, and the items of cost, each with its paper. The server says
// under which article it is lodged.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Radio, Select } from "antd";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Claim, ClaimRequest, Takeover } from "../../api/types";
import { RecordChoice } from "../../register";
import { DraftEnd, formatTime, Side, UnitField, useAddress, useDraft, useLanguage, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { fieldId } from "../../ui/Missing";
import { CAUSES, type ClaimDraft, claimOf, ITEMS_MAX, missingInClaim, NOTHING } from "./claims";

interface Props {
  onDone: (claim: Claim) => void;
}

export function NewClaim({ open, onClose, onDone }: Props & { open: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <Side open={open} title={t("claim-new")} onClose={onClose} wide>
      {open ? <Form onDone={onDone} /> : null}
    </Side>
  );
}

/** Units for which one claims. */
function useUnits() {
  const { posts } = useMe();
  const own = posts.filter(({ role, group }) => !group && (role === "administrator" || role === "manager"));
  return [...new Map(own.map(({ unit }) => [unit.id, unit])).values()];
}

function Form({ onDone }: Props) {
  const t = useT();
  const units = useUnits();
  const [address] = useAddress();
  const [kept, change, drop] = useDraft<ClaimDraft>("claim", NOTHING);
  // From a takeover's page the act is chosen already.
  const draft = { ...kept, unit: kept.unit ?? units[0]?.id, act: kept.act ?? address.takeover };
  const queries = useQueryClient();
  const lodge = useMutation({
    mutationFn: (request: ClaimRequest) => api.post<Claim>("/api/claims", request),
    onSuccess: async (claim) => {
      drop();
      await queries.invalidateQueries({ queryKey: ["claims"] });
      onDone(claim);
    },
  });
  const send = () => {
    const request = claimOf(draft);
    if (request) lodge.mutate(request);
  };
  return (
    <div className="wk-fields">
      <UnitField
        label={t("claim-unit")}
        need="claim-unit"
        units={units}
        value={draft.unit}
        onChange={(unit) => change({ unit, act: undefined, system: undefined })}
      />
      <Act draft={draft} change={change} />
      <Labelled label={t("claim-authority")} need="claim-authority">
        {(id) => (
          <Input
            id={id}
            maxLength={100}
            value={draft.authority}
            onChange={(event) => change({ authority: event.target.value })}
          />
        )}
      </Labelled>
      <Labelled label={t("claim-what")} need="claim-what">
        {(id) => (
          <Input.TextArea
            id={id}
            rows={2}
            maxLength={500}
            value={draft.what}
            onChange={(event) => change({ what: event.target.value })}
          />
        )}
      </Labelled>
      <Items draft={draft} change={change} />
      <DraftEnd
        sending={lodge}
        missing={missingInClaim(draft)}
        note={t("claim-note")}
        send={t("claim-lodge")}
        onSend={send}
        onDrop={drop}
      />
    </div>
  );
}

interface PartProps {
  draft: ClaimDraft;
  change: (part: Partial<ClaimDraft>) => void;
}

function Act({ draft, change }: PartProps) {
  const t = useT();
  const { language } = useLanguage();
  const takeovers = useQuery({
    queryKey: ["takeovers"],
    queryFn: async ({ signal }) =>
      (await api.get<{ takeovers: Takeover[] }>("/api/takeovers", undefined, signal)).takeovers,
  });
  const own = (takeovers.data ?? []).filter(({ unit }) => unit.id === draft.unit);
  return (
    <>
      <Radio.Group
        aria-label={t("claim-cause")}
        value={draft.cause}
        onChange={(event) => change({ cause: event.target.value, act: undefined })}
        options={CAUSES.map((value) => ({ value, label: t(`claim-cause-${value}`) }))}
      />
      <Labelled label={t("claim-act")} need="claim-act" hint={t(`claim-act-hint-${draft.cause}`)}>
        {(id) =>
          draft.cause === "takeover" ? (
            <Select
              id={id}
              value={draft.act}
              onChange={(act) => change({ act })}
              options={own.map((one) => ({
                value: one.id,
                label: `${one.organ_name} · ${formatTime(one.from_ms, language)}`,
              }))}
            />
          ) : draft.cause === "order" ? (
            <RecordChoice
              id={id}
              kind="document"
              unit={draft.unit}
              value={draft.act ? [draft.act] : []}
              onChange={(chosen) => change({ act: chosen.at(-1) })}
            />
          ) : (
            <Input
              id={id}
              value={draft.act}
              onChange={({ target }) => change({ act: target.value.trim() || undefined })}
            />
          )
        }
      </Labelled>
      <Labelled label={t("claim-system")} hint={t("claim-system-hint")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="system"
            unit={draft.unit}
            value={draft.system ? [draft.system] : []}
            onChange={(chosen) => change({ system: chosen.at(-1) })}
          />
        )}
      </Labelled>
    </>
  );
}

function Items({ draft, change }: PartProps) {
  const t = useT();
  const { items } = draft;
  const set = (at: number, part: Partial<(typeof items)[number]>) =>
    change({ items: items.map((item, index) => (index === at ? { ...item, ...part } : item)) });
  return (
    <section className="wk-section" id={fieldId("claim-items")} tabIndex={-1}>
      <h2>{t("claim-items")}</h2>
      {items.map((item, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a form have nothing else that stays.
        <div className="wk-fields-two" key={at}>
          <Labelled label={t("claim-item-what")}>
            {(id) => (
              <Input
                id={id}
                maxLength={500}
                value={item.what}
                onChange={({ target }) => set(at, { what: target.value })}
              />
            )}
          </Labelled>
          <Labelled label={t("claim-item-yuan")}>
            {(id) => (
              <Input
                id={id}
                inputMode="decimal"
                value={item.yuan}
                onChange={({ target }) => set(at, { yuan: target.value })}
              />
            )}
          </Labelled>
          <Labelled label={t("claim-paper")}>
            {(id) => (
              <RecordChoice
                id={id}
                kind="document"
                unit={draft.unit}
                value={item.document ? [item.document] : []}
                onChange={(chosen) => set(at, { document: chosen.at(-1) })}
              />
            )}
          </Labelled>
        </div>
      ))}
      <div className="wk-buttons">
        <Button
          disabled={items.length >= ITEMS_MAX}
          onClick={() => change({ items: [...items, { what: "", yuan: "" }] })}
        >
          {t("claim-item-add")}
        </Button>
      </div>
    </section>
  );
}

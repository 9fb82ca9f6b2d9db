// The menu of saved layouts, and the small form in which one is saved or shared.
import { App, Dropdown, Input, InputNumber, Modal, Switch } from "antd";
import { useId, useState } from "react";
import { useMe } from "../../api/queries";
import type { Layout } from "../../api/types";
import { PictureIcon } from "../../player/PictureIcon";
import { useSayTrouble, useT } from "../../ui";
import { type Action, isLayout, type Wall } from "./grid";
import { LayoutPostForm } from "./LayoutPost";
import { type LayoutDraft, useDeleteLayout, useLayouts, useSaveLayout } from "./layouts";

/** A page must be seen long enough to be looked at, and a tour must come round. */
const TOUR_SECONDS_MIN = 3;
const TOUR_SECONDS_MAX = 600;
const NAME_CHARS_MAX = 60;

export interface LayoutMenuProps {
  wall: Wall;
  dispatch: (action: Action) => void;
  container: () => HTMLElement;
  onOpenChange: (open: boolean) => void;
}

export function LayoutMenu({ wall, dispatch, container, onOpenChange }: LayoutMenuProps) {
  const t = useT();
  const me = useMe();
  const layouts = useLayouts();
  const save = useSaveLayout();
  const remove = useDeleteLayout();
  const say = useSayTrouble();
  const { modal } = App.useApp();
  const [posting, setPosting] = useState(false);
  const [draft, setDraft] = useState<LayoutDraft | null>(null);
  const current = layouts.data?.find((layout) => layout.id === wall.layout);
  const label = !current
    ? t("layout-menu")
    : isLayout(wall, current)
      ? current.name
      : t("layout-changed", { name: current.name });
  const own = (layout: Layout) => layout.owner === me.person.id;
  const isOwn = current !== undefined && own(current);
  const begin = (from?: Layout) =>
    setDraft({
      id: from?.id,
      name: from?.name ?? "",
      shared: from?.shared ?? false,
      tour_seconds: from?.tour_seconds ?? wall.tourSeconds,
    });
  const keep = async () => {
    if (!draft) return;
    try {
      const saved = await save.mutateAsync({ wall, draft });
      dispatch({ do: "saved", layout: saved.id });
      if (draft.tour_seconds !== null) dispatch({ do: "tour", seconds: draft.tour_seconds });
      setDraft(null);
    } catch (error) {
      say(error);
    }
  };
  const askToDelete = ({ id, name, shared }: Layout) =>
    modal.confirm({
      title: t("layout-delete-ask", { name }),
      content: t(shared ? "layout-delete-shared" : "layout-delete-own"),
      okText: t("layout-delete", { name }),
      okButtonProps: { danger: true },
      cancelText: t("action-cancel"),
      getContainer: container,
      onOk: () => remove.mutateAsync(id).then(() => dispatch({ do: "forget", layout: id }), say),
    });
  const items = [
    ...(layouts.data ?? []).map((layout) => ({
      key: layout.id,
      label: (
        <span className="wk-layout-item">
          <span>{layout.name}</span>
          <span className="wk-faint">
            {t("layout-size", { grid: layout.grid })}
            {layout.post ? ` · ${t(layout.on_duty ? "layout-of-own-post" : "layout-of-post")}` : ""}
            {layout.shared && !layout.post ? ` · ${t("layout-shared")}` : ""}
            {layout.tour_seconds ? ` · ${t("layout-tour", { seconds: layout.tour_seconds })}` : ""}
          </span>
        </span>
      ),
      onClick: () => dispatch({ do: "load", layout }),
    })),
    ...(layouts.data?.length
      ? [{ type: "divider" as const, key: "line" }]
      : [{ key: "none", label: t("layout-none"), disabled: true }]),
    ...(current && me.rights.cameras
      ? [{ key: "post", label: t("layout-post-give", { name: current.name }), onClick: () => setPosting(true) }]
      : []),
    ...(current && isOwn && !current.post
      ? [{ key: "change", label: t("layout-change", { name: current.name }), onClick: () => begin(current) }]
      : []),
    { key: "save", label: t("layout-save-new"), onClick: () => begin() },
    ...(current && isOwn && !current.post
      ? [
          {
            key: "delete",
            danger: true,
            label: t("layout-delete", { name: current.name }),
            onClick: () => askToDelete(current),
          },
        ]
      : []),
  ];
  return (
    <>
      <Dropdown
        trigger={["click"]}
        placement="top"
        menu={{ items }}
        getPopupContainer={container}
        onOpenChange={onOpenChange}
      >
        <button type="button" className="wk-deck-button" aria-haspopup="menu">
          <PictureIcon name="layouts" />
          <span>{label}</span>
        </button>
      </Dropdown>
      {posting && current ? (
        <LayoutPostForm layout={current} container={container} onClose={() => setPosting(false)} />
      ) : null}
      <LayoutForm draft={draft} onChange={setDraft} onSave={keep} saving={save.isPending} container={container} />
    </>
  );
}

interface LayoutFormProps {
  draft: LayoutDraft | null;
  onChange: (draft: LayoutDraft | null) => void;
  onSave: () => void;
  saving: boolean;
  container: () => HTMLElement;
}

function LayoutForm({ draft, onChange, onSave, saving, container }: LayoutFormProps) {
  const t = useT();
  const id = useId();
  return (
    <Modal
      open={draft !== null}
      title={t(draft?.id ? "layout-form-change" : "layout-form-new")}
      onCancel={() => onChange(null)}
      onOk={onSave}
      okText={t("action-save")}
      okButtonProps={{ disabled: !draft?.name.trim(), loading: saving }}
      getContainer={container}
      width={420}
      destroyOnHidden
    >
      {draft ? (
        <div className="wk-fields">
          <label htmlFor={`${id}-name`}>
            <span>{t("layout-name")}</span>
            <Input
              id={`${id}-name`}
              autoFocus
              maxLength={NAME_CHARS_MAX}
              value={draft.name}
              onChange={(event) => onChange({ ...draft, name: event.target.value })}
              onPressEnter={() => draft.name.trim() && onSave()}
            />
          </label>
          <label htmlFor={`${id}-tour`}>
            <span>{t("layout-tour-seconds")}</span>
            <InputNumber
              id={`${id}-tour`}
              min={TOUR_SECONDS_MIN}
              max={TOUR_SECONDS_MAX}
              value={draft.tour_seconds}
              onChange={(seconds) => onChange({ ...draft, tour_seconds: seconds })}
              placeholder={t("layout-tour-none")}
              style={{ width: "100%" }}
            />
          </label>
          <div className="wk-switch-line">
            <Switch id={`${id}-shared`} checked={draft.shared} onChange={(shared) => onChange({ ...draft, shared })} />
            <label htmlFor={`${id}-shared`}>{t("layout-share")}</label>
          </div>
        </div>
      ) : null}
    </Modal>
  );
}

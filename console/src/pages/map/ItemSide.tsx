// One point or place beside the map: how it stands, its camera now, its system, what is found about it, and the ways on.
import { Link } from "@tanstack/react-router";
import { useMe, useRegisterKinds } from "../../api/queries";
import type { Camera, Finding, RegistryMap } from "../../api/types";
import { type Item, isLoud, sectorOf } from "../../register/placed";
import { cameraState, Facts, Meaning, Side, said, streamTone, streamWords, useLanguage, useNow, useT } from "../../ui";
import { STANDING_TONES } from "../../ui/map/marks";
import { positionWords } from "../../ui/map/projection";
import { sectorArea, sharedPart } from "../../ui/map/sector";
import { ArticleName } from "../../ui/RefusalPanel";
import { StandingShape } from "./Legend";

export interface ItemSideProps {
  item: Item | undefined;
  items: readonly Item[];
  overlaps: RegistryMap["overlaps"];
  onShow: (id: string) => void;
  onClose: () => void;
}

export function ItemSide({ item, onClose, ...props }: ItemSideProps) {
  return (
    <Side open={item !== undefined} title={item?.name ?? ""} onClose={onClose}>
      {item ? <Details key={item.id} item={item} {...props} /> : null}
    </Side>
  );
}

function Details({ item, items, overlaps, onShow }: Omit<ItemSideProps, "item" | "onClose"> & { item: Item }) {
  const t = useT();
  const { rights } = useMe();
  const kind = item.kind === "planned" ? "planned-point" : item.kind;
  const loud = item.findings.filter(isLoud);
  return (
    <div className="wk-mapitem">
      <section className="wk-section">
        <p className={`wk-mapitem-standing wk-tone-${STANDING_TONES[item.standing]}`}>
          <StandingShape standing={item.standing} />
          <span>
            {t(`map-of-${item.kind}`)}
            {" · "}
            {t(`map-standing-${item.standing}`)}
          </span>
        </p>
        {item.mark ? null : (
          <p>
            <Meaning tone="notice">{t("map-no-position")}</Meaning>
          </p>
        )}
        <ItemFacts item={item} />
      </section>
      {item.kind === "point" ? <Cameras cameras={item.cameras} /> : null}
      <Shared item={item} items={items} overlaps={overlaps} onShow={onShow} />
      <Found findings={loud} quiet={item.findings.length - loud.length} />
      <section className="wk-section">
        <div className="wk-buttons">
          <Link to="/registry" search={{ kind, record: item.id } as never}>
            {t("map-open-record")}
          </Link>
          {rights.cameras ? (
            <Link to="/registry" search={{ kind, record: item.id, edit: "1", place: "1" } as never}>
              {t("map-edit-position")}
            </Link>
          ) : null}
        </div>
      </section>
    </div>
  );
}

function ItemFacts({ item: { mark, system, place, kind } }: { item: Item }) {
  const t = useT();
  const { language } = useLanguage();
  const kinds = useRegisterKinds();
  const field = (name: string) =>
    kinds.data?.find((one) => one.kind === "place")?.fields.find((one) => one.name === name);
  const word = (name: string, value: string | null | undefined) =>
    value && kinds.data ? said(field(name)?.choices?.find(({ id }) => id === value)?.name, language) || value : null;
  const view = mark?.view;
  const way = (to: "system" | "place", of: { id: string; name: string } | undefined) =>
    of ? (
      <Link key={of.id} to="/registry" search={{ kind: to, record: of.id } as never}>
        {of.name}
      </Link>
    ) : null;
  return (
    <Facts
      of={[
        [t("map-system"), way("system", system)],
        [t("register-stage"), system ? t(`stage-${system.stage.replace("_", "-")}`) : null],
        [t("map-of-place"), kind === "place" ? null : way("place", place)],
        [said(field("category")?.label, language), word("category", place?.category)],
        [said(field("private_kind")?.label, language), word("private_kind", place?.private_kind)],
        [
          t("map-position"),
          mark ? (
            <span key="at" className="wk-tabular">
              {positionWords(mark)}
            </span>
          ) : null,
        ],
        [t("map-datum"), mark ? t("map-datum-words") : null],
        [
          t("map-view"),
          view
            ? t("map-view-words", {
                direction: String(Math.round(view.directionDeg)),
                angle: String(Math.round(view.angleDeg)),
                range: String(view.rangeM),
                area: String(Math.round(sectorArea(view))),
              })
            : kind === "place"
              ? null
              : t("map-view-none"),
        ],
      ]}
    />
  );
}

function Cameras({ cameras }: { cameras: readonly Camera[] }) {
  const t = useT();
  const { language } = useLanguage();
  const { rights } = useMe();
  const now = useNow(5000);
  return (
    <section className="wk-section">
      <h2>{t("page-cameras")}</h2>
      {cameras.length === 0 ? <p className="wk-hint">{t("register-no-camera")}</p> : null}
      {cameras.map((camera) => {
        const state = cameraState(camera);
        return (
          <div key={camera.id} className="wk-mapcamera">
            <Link to="/cameras" search={{ id: camera.id } as never}>
              {camera.name}
            </Link>
            <Meaning tone={streamTone(state)}>{streamWords(state, now, language, t)}</Meaning>
            <span className="wk-buttons">
              {rights.live ? (
                <Link to="/wall" search={{ camera: camera.id } as never}>
                  {t("camera-watch")}
                </Link>
              ) : null}
              {rights.playback ? (
                <Link to="/playback" search={{ cameras: camera.id } as never}>
                  {t("camera-playback")}
                </Link>
              ) : null}
            </span>
          </div>
        );
      })}
      {cameras.length > 0 && !rights.live ? <p className="wk-hint">{t("camera-no-pictures")}</p> : null}
    </section>
  );
}

/** With whom it shares what it sees, and how much of it. */
function Shared({ item, items, overlaps, onShow }: Omit<ItemSideProps, "item" | "onClose"> & { item: Item }) {
  const t = useT();
  const others = overlaps.flatMap(({ planned_id, existing_id }) =>
    planned_id === item.id ? [existing_id] : existing_id === item.id ? [planned_id] : [],
  );
  if (others.length === 0) return null;
  const own = item.mark && sectorOf(item.mark);
  return (
    <section className="wk-section">
      <h2>{t("map-overlap")}</h2>
      <ul className="wk-maplist-plain">
        {others.map((id) => {
          const other = items.find((one) => one.id === id);
          const sector = other?.mark && sectorOf(other.mark);
          if (!other) return null;
          return (
            <li key={id}>
              <button type="button" className="wk-link" onClick={() => onShow(id)}>
                {other.name}
              </button>{" "}
              {own && sector ? (
                <span>{t("map-overlap-part", { part: String(Math.round(100 * sharedPart(own, sector))) })}</span>
              ) : (
                <span className="wk-soft">{t("map-overlap-unknown")}</span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Found({ findings, quiet }: { findings: readonly Finding[]; quiet: number }) {
  const t = useT();
  const { language } = useLanguage();
  if (findings.length === 0 && quiet === 0) return null;
  return (
    <section className="wk-section">
      <h2>{t("finding-title")}</h2>
      {findings.map((finding) => (
        <div key={`${finding.code} ${finding.reason.en}`} className="wk-finding">
          <Meaning tone={finding.binds ? "breach" : "late"}>{said(finding.reason, language)}</Meaning>
          <p>
            <span className="wk-term">{t("finding-remedy")}</span> {said(finding.remedy, language)}{" "}
            <span className="wk-term">{t("refusal-article")}</span> <ArticleName article={finding.article} />
          </p>
        </div>
      ))}
      {quiet > 0 ? <p className="wk-hint">{t("map-quiet", { n: String(quiet) })}</p> : null}
    </section>
  );
}

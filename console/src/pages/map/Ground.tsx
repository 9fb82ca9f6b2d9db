// The base layers: which there are, what is wrong with files that were left out, and opening one's own file in this browser.
import { Button, Popover } from "antd";
import { Icon, Meaning, type Translate, troubleWords, useT } from "../../ui";
import type { LayerProblem } from "../../ui/map/geojson";
import { closeHere, type Layers, openHere, useOpenedHere } from "../../ui/map/layers";

/** `Feature 17 (Riverside Road): …` */
export function problemWords({ id, feature, name, args }: LayerProblem, t: Translate): string {
  const words = t(id, args);
  if (feature === undefined) return words;
  return name
    ? t("map-feature-named", { n: String(feature), name, words })
    : t("map-feature", { n: String(feature), words });
}

export function GroundButton({ ground }: { ground: Layers }) {
  const t = useT();
  const bad = ground.troubles.length;
  return (
    <Popover trigger="click" placement="bottomRight" content={<Ground ground={ground} />} title={t("map-ground")}>
      <Button icon={<Icon name="layers" size={15} />}>
        {bad > 0 ? <Meaning tone="late">{t("map-ground-troubled", { n: String(bad) })}</Meaning> : t("map-ground")}
      </Button>
    </Popover>
  );
}

function Ground({ ground }: { ground: Layers }) {
  const t = useT();
  const here = useOpenedHere();
  return (
    <div className="wk-mapground">
      {ground.error ? <Meaning tone="breach">{troubleWords(ground.error, t)}</Meaning> : null}
      {ground.layers.length === 0 ? <p>{t("map-ground-none")}</p> : null}
      <ul>
        {ground.layers.map((layer) => (
          <li key={layer.name}>
            <span>{layer.name}</span>
            <span className="wk-faint">{t("map-ground-features", { n: String(layer.features.length) })}</span>
            {here.layers.includes(layer) ? (
              <Button size="small" type="text" onClick={() => closeHere(layer.name)}>
                {t("map-ground-close")}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {ground.troubles.map(({ file, problems }) => (
        <div key={file} className="wk-mapground-trouble" role="alert">
          <Meaning tone="late">{t("map-ground-left-out", { file })}</Meaning>
          <ul>
            {problems.map((problem) => (
              <li key={`${problem.id} ${problem.feature}`}>{problemWords(problem, t)}</li>
            ))}
          </ul>
        </div>
      ))}
      <label className="wk-mapground-open">
        <input
          type="file"
          accept=".geojson,.json"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file) void openHere(file);
            event.target.value = "";
          }}
        />
        <span>{t("map-ground-open")}</span>
      </label>
      <p className="wk-hint">{t("map-ground-note")}</p>
    </div>
  );
}

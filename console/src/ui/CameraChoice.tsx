// Choosing the cameras that a form is about: those chosen as tags, the tree below. Not the tree itself: see CameraTree.tsx.
import { useCamerasById } from "../api/queries";
import { CameraTree } from "./CameraTree";
import { Icon } from "./Icon";
import { useT } from "./i18n";
import { fieldId } from "./Missing";

/** The names of these cameras. */
export function useCameraNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const { known } = useCamerasById(ids);
  return new Map([...(known?.values() ?? [])].map((camera) => [camera.id, camera.name]));
}

export interface CameraChoiceProps {
  title: string;
  /** The Fluent id by which the form's list of what is missing refers to the cameras. */
  need: string;
  chosen: string[];
  onChange: (cameras: string[]) => void;
}

export function CameraChoice({ title, need, chosen, onChange }: CameraChoiceProps) {
  const t = useT();
  const names = useCameraNames(chosen);
  const flip = (camera: string) =>
    onChange(chosen.includes(camera) ? chosen.filter((other) => other !== camera) : [...chosen, camera]);
  return (
    <section className="wk-section" id={fieldId(need)} tabIndex={-1}>
      <h2>{title}</h2>
      {chosen.length > 0 ? (
        <ul className="wk-tags">
          {chosen.map((camera) => (
            <li key={camera}>
              {names.get(camera) ?? camera}
              <button
                type="button"
                onClick={() => flip(camera)}
                aria-label={`${t("action-remove")} ${names.get(camera) ?? ""}`}
              >
                <Icon name="close" size={12} />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <div className="wk-picker">
        <CameraTree draggable={false} chosen={new Set(chosen)} onToggle={(camera) => flip(camera.id)} />
      </div>
    </section>
  );
}

// The frame of every picture: the video, digital zoom, the viewer's mark, the name, the state in words.
//
// It plays nothing (LivePicture and PlaybackPicture do). Invariant: no picture without its mark.
import {
  type CSSProperties,
  type ReactNode,
  type Ref,
  type RefObject,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
} from "react";
import type { View } from "../api/types";
import { formatTime } from "../ui/format";
import { useLanguage, useT } from "../ui/i18n";
import { Shape } from "../ui/Meaning";
import { cssVariables, palettes, type Tone } from "../ui/tokens";
import { useNow } from "../ui/useNow";
import { useZoom, type ZoomHandle } from "./useZoom";
import type { Words } from "./words";
import { transformOf } from "./zoom";
import "./picture.css";

/** Pictures are looked at in the dark in both themes. */
export const DARK: CSSProperties = cssVariables(palettes.dark);

/** Whether it says who looks: what does not is none, and shows no picture. */
export const isMark = (mark: View["mark"] | null): mark is View["mark"] =>
  mark !== null && mark.name !== "" && mark.account !== "" && mark.session !== "";

/** Account, name, session and present time over the whole picture: quiet, but in every part of it. */
function ViewerMark({ mark }: { mark: View["mark"] }) {
  const { language } = useLanguage();
  const now = useNow(1000);
  const id = useId();
  const time = formatTime(now, language);
  const { session } = mark;
  return (
    <>
      <svg className="wk-mark-field" aria-hidden="true" focusable="false">
        <defs>
          <pattern id={id} width="380" height="140" patternUnits="userSpaceOnUse" patternTransform="rotate(-20)">
            <text x="0" y="30">
              {mark.name} {mark.account} {session}
            </text>
            <text x="120" y="100">
              {mark.account} {time}
            </text>
          </pattern>
        </defs>
        <rect width="100%" height="100%" fill={`url(#${id})`} />
      </svg>
      <span className="wk-mark-line">{[mark.name, mark.account, session, time].filter(Boolean).join(" · ")}</span>
    </>
  );
}

export interface PictureProps {
  name: string;
  words: Words;
  mark: View["mark"] | null;
  video: RefObject<HTMLVideoElement | null>;
  /** Dims the picture: it is old, or there is none. */
  dim: boolean;
  /** Hides the picture: what it shows is not of this instant. */
  blank?: boolean;
  /** Drawn at the lower edge: the freshness bar, the picture's own time. */
  foot?: ReactNode;
  /** The sign that sound is recorded, and the button to hear it. */
  sound?: ReactNode;
  /** Buttons that appear with the pointer. */
  tools?: ReactNode;
  /** In place of the picture: a refusal, a call to click. */
  instead?: ReactNode;
  zoomable?: boolean;
  /** When this changes, digital zoom begins anew: the tile has another size. */
  sized?: string;
  /** Digital zoom for the page's keys. */
  zoomer?: Ref<ZoomHandle>;
  /** Lets the name be the handle by which the tile is dragged. */
  handle?: { onDragStart: (event: React.DragEvent) => void };
}

export function Picture(props: PictureProps) {
  const { name, words, mark, video, dim, blank, foot, tools, instead, zoomable = true, sized, zoomer, handle } = props;
  const { sound } = props;
  const t = useT();
  const frame = useRef<HTMLDivElement>(null);
  const { zoom, reset, handle: zooming } = useZoom(frame, zoomable);
  useImperativeHandle(zoomer, () => zooming, [zooming]);
  // biome-ignore lint/correctness/useExhaustiveDependencies(sized): its change is the reason
  useEffect(reset, [reset, sized]);
  const shows = words.text !== "" && !instead;
  return (
    <div
      className={`wk-picture ${dim ? "wk-picture-dim" : ""} ${blank ? "wk-picture-blank" : ""}`}
      ref={frame}
      style={DARK}
      data-zoomed={zoom.factor > 1 || undefined}
    >
      <video
        ref={video}
        muted
        playsInline
        tabIndex={-1}
        aria-label={name}
        // A window of the browser's own, or another screen, would show it without its mark.
        disablePictureInPicture
        disableRemotePlayback
        style={{ transform: transformOf(zoom), visibility: isMark(mark) ? undefined : "hidden" }}
      />
      {isMark(mark) ? <ViewerMark mark={mark} /> : null}
      <div className="wk-picture-head">
        {/* biome-ignore lint/a11y/noStaticElementInteractions: dragging has its like on the keyboard: take off, place anew */}
        <span
          className="wk-picture-name"
          draggable={handle !== undefined}
          onDragStart={handle?.onDragStart}
          title={name}
        >
          {name}
        </span>
        {shows && !words.central ? <StateWords tone={words.tone} text={words.text} /> : null}
        {sound}
        {zoom.factor > 1 ? (
          <button type="button" className="wk-picture-zoom" onClick={reset} title={t("picture-zoom-reset")}>
            {zoom.factor.toFixed(1)}×
          </button>
        ) : null}
      </div>
      {instead ? <div className="wk-picture-instead">{instead}</div> : null}
      {shows && words.central ? (
        <p className="wk-picture-central" role="status">
          <StateWords tone={words.tone} text={words.text} />
        </p>
      ) : null}
      {tools ? <div className="wk-picture-tools">{tools}</div> : null}
      {foot ? <div className="wk-picture-foot">{foot}</div> : null}
    </div>
  );
}

function StateWords({ tone, text }: { tone: Tone; text: string }) {
  return (
    <span className={`wk-picture-words wk-on-dark-${tone}`}>
      <Shape tone={tone} />
      <span>{text}</span>
    </span>
  );
}

// Below the pictures: transport, the chosen span, the timeline, and the same in words.
import { useState } from "react";
import type { GroupSnapshot, PlaybackGroup } from "../../player/group";
import { serverNow } from "../../ui";
import { endOf, type Span, Timeline, TimelineTable } from "../../ui/timeline";
import { ExplainSide } from "./ExplainSide";
import { outsideOf } from "./granted";
import { HandClip } from "./HandClip";
import { IntoFolder } from "./IntoFolder";
import { RaiseSide } from "./RaiseSide";
import { SelectionBar } from "./SelectionBar";
import { Transport } from "./Transport";
import type { Desk } from "./useDesk";

export interface PlaybackDeskProps {
  desk: Desk;
  group: PlaybackGroup;
  state: GroupSnapshot;
  chosen: string | null;
  selection: Span | null;
  /** What was granted, where that is needed: the rest is shaded. */
  granted: readonly Span[];
  tree: boolean;
  onChoose: (camera: string) => void;
  onSelection: (span: Span | null) => void;
  onSeek: (ms: number) => void;
  onExport: () => void;
  onHold: () => void;
  onTree: () => void;
  onGoTo: () => void;
  onHelp: () => void;
}

export function PlaybackDesk(props: PlaybackDeskProps) {
  const { desk, group, state, chosen, selection, onChoose, onSelection, onSeek } = props;
  const [selecting, setSelecting] = useState(false);
  const [table, setTable] = useState(false);
  const [aside, setAside] = useState<"explain" | "raise" | "folder" | "bookmark" | "clip" | null>(null);
  const [skipGaps, setSkipGaps] = useState(group.skipGaps);
  const playFrom = (ms: number) => {
    onSeek(ms);
    group.play();
  };
  const { timeline, names, view, footage, held, levels, alarms } = desk;
  const closed = outsideOf(props.granted);
  return (
    <div className="wk-playback-desk">
      <Transport
        group={group}
        playing={state.playing}
        speed={state.speed}
        skipGaps={skipGaps}
        selecting={selecting}
        table={table}
        tree={props.tree}
        onStep={(direction) => group.step(direction, chosen ?? undefined)}
        onSkipGaps={(on) => {
          group.skipGaps = on;
          setSkipGaps(on);
        }}
        onSelecting={setSelecting}
        onTable={setTable}
        onTree={props.onTree}
        onGoTo={props.onGoTo}
        onZoom={(factor) => timeline.current?.zoom(factor)}
        onShow={desk.showLast}
        onHelp={props.onHelp}
        onBookmark={chosen ? () => setAside("bookmark") : undefined}
      />
      {selection ? (
        <SelectionBar
          selection={selection}
          cameras={names.length}
          onPlay={() => playFrom(selection.fromMs)}
          onShow={() => {
            const room = (selection.toMs - selection.fromMs) * 0.1;
            timeline.current?.show(selection.fromMs - room, selection.toMs + room);
          }}
          onExport={props.onExport}
          onHold={props.onHold}
          onExplain={() => setAside("explain")}
          onRaise={() => setAside("raise")}
          onFolder={() => setAside("folder")}
          onClip={() => setAside("clip")}
          onClear={() => onSelection(null)}
        />
      ) : null}
      <Timeline
        ref={timeline}
        cameras={names}
        chosen={chosen}
        onChoose={onChoose}
        playheadMs={() => group.nowMs()}
        playing={state.playing}
        limits={desk.limits}
        floorMs={desk.floorMs}
        scale={view?.scale ?? null}
        onScale={desk.onScale}
        footage={footage}
        held={held}
        levels={levels}
        alarms={alarms}
        closed={closed}
        selection={selection}
        onSelection={onSelection}
        selecting={selecting}
        // A click on the timeline leaves the view where it is.
        onSeek={(ms) => group.seek(Math.min(ms, serverNow()))}
        onScrub={(ms) => group.scrub(Math.min(ms, serverNow()))}
        onScrubEnd={() => group.endScrub()}
      />
      {table && view ? (
        <TimelineTable
          map={footage.map}
          held={held}
          levels={levels}
          cameras={names}
          fromMs={view.scale.fromMs}
          toMs={endOf(view.scale, view.width)}
          onPlay={(ms, camera) => {
            onChoose(camera);
            playFrom(ms);
          }}
        />
      ) : null}
      <ExplainSide
        open={aside === "explain" && selection !== null}
        cameras={names.map(({ id }) => id)}
        selection={selection}
        onClose={() => setAside(null)}
      />
      <IntoFolder
        open={(aside === "folder" && selection !== null) || aside === "bookmark"}
        cameras={aside === "bookmark" ? names.filter(({ id }) => id === chosen) : [...names]}
        selection={aside === "folder" ? selection : null}
        nowMs={() => group.nowMs()}
        onClose={() => setAside(null)}
      />
      <HandClip
        open={aside === "clip" && selection !== null}
        cameras={[...names]}
        selection={selection}
        onClose={() => setAside(null)}
      />
      <RaiseSide
        open={aside === "raise" && selection !== null}
        cameras={names.map(({ id }) => id)}
        selection={selection}
        onClose={() => setAside(null)}
      />
    </div>
  );
}

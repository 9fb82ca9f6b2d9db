// The list of cameras beside pictures: a column on a desk, a drawer on a phone. What a camera in it does is the page's.
import { Drawer } from "antd";
import { useState } from "react";
import { CameraTree, type CameraTreeProps } from "../ui/CameraTree";
import { useT } from "../ui/i18n";

/** Below this width the list covers the pictures instead of standing beside them. */
const NARROW_PX = 720;

/** Whether the page was opened on a narrow screen. */
export function useNarrow(): boolean {
  const [narrow] = useState(() => window.innerWidth < NARROW_PX);
  return narrow;
}

export interface CameraPanelProps extends CameraTreeProps {
  open: boolean;
  narrow: boolean;
  onClose: () => void;
}

export function CameraPanel({ open, narrow, onClose, ...tree }: CameraPanelProps) {
  const t = useT();
  if (narrow)
    return (
      <Drawer open={open} onClose={onClose} placement="left" size={300} title={t("tree-label")}>
        <CameraTree {...tree} />
      </Drawer>
    );
  return open ? (
    <aside className="wk-camera-panel">
      <CameraTree {...tree} />
    </aside>
  ) : null;
}

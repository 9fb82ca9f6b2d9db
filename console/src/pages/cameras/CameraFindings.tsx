// What is amiss with a camera, and with the point that it stands at. Only for whoever the server shows findings to.
import { useFindings } from "../../api/queries";
import type { Camera } from "../../api/types";
import { Trouble, useT } from "../../ui";
import { FindingsOf } from "../../ui/FindingsOf";
import { isAbout } from "../../ui/findings";

export function CameraFindings({ camera }: { camera: Camera }) {
  const t = useT();
  const findings = useFindings();
  if (findings.error && !findings.data) return <Trouble error={findings.error} onRetry={() => findings.refetch()} />;
  if (!findings.data) return null;
  const ids = new Set([camera.id, ...(camera.point_id ? [camera.point_id] : [])]);
  const own = findings.data.filter((finding) => isAbout(finding, ids));
  return (
    <section className="wk-section">
      <FindingsOf own={own} askedMs={findings.dataUpdatedAt} none={t("finding-of-record-none")} />
    </section>
  );
}

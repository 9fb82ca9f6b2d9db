// The root certificate of this installation: its fingerprint, the file, and how each system takes it in. Shown only where the server
// is served under one; that the fingerprint is the right one the reader learns elsewhere, from whoever runs the server.
import { useSignInMeans } from "../../api/queries";
import { useT } from "../../ui";

const SYSTEMS = ["windows", "macos", "ios", "android", "linux", "firefox"] as const;

/** `AB:CD:…` in groups of four bytes, which is how people compare. */
export function inGroups(fingerprint: string): string {
  return fingerprint.replace(/((?:[0-9A-F]{2}:){3}[0-9A-F]{2}):/g, "$1 ");
}

export function RootCertificate() {
  const t = useT();
  const means = useSignInMeans();
  const fingerprint = means.data?.root_sha256;
  if (!fingerprint) return null;
  return (
    <details className="wk-root">
      <summary>{t("root-title")}</summary>
      <p>{t("root-lead")}</p>
      <p>
        <span className="wk-term">{t("root-fingerprint")}</span>{" "}
        <span className="wk-code">{inGroups(fingerprint)}</span>
      </p>
      <p>
        <a href="/api/sign-in/root" download="watchkeeper-root.crt">
          {t("root-download")}
        </a>
      </p>
      <dl>
        {SYSTEMS.map((system) => (
          <div key={system}>
            <dt>{t(`root-${system}`)}</dt>
            <dd>{t(`root-${system}-how`)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

// The system's mark: a watch tower's window, an open eye of two strokes. Drawn, not a font; decoration beside the name.
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} className="wk-mark" aria-hidden="true" focusable="false">
      <path d="M3 4.500h18v15H3Z" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M3 12h5.200M15.8 12H21" stroke="currentColor" strokeWidth="1.6" />
      <circle cx="12" cy="12" r="3.4" fill="none" stroke="var(--wk-accent)" strokeWidth="2" />
    </svg>
  );
}

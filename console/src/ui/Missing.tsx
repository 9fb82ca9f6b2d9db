// What a form still needs, each piece a link to its field. A field is found by the Fluent id of what is missing.
import { useT } from "./i18n";

/** The element id under which a field or section is found from the list of what is missing. */
export function fieldId(need: string): string {
  return `wk-field-${need}`;
}

/** Where a need is met that has no field of its own name: a span that is too long is met at the span's fields. */
export type Places = Readonly<Record<string, string>>;

/** Scrolls to the field and puts the cursor there; a section that is no field takes the focus itself. */
export function goToField(need: string): void {
  const place = document.getElementById(fieldId(need));
  if (!place) return;
  place.scrollIntoView({ block: "center" });
  const field = place.matches("input,select,textarea,button") ? place : place.querySelector("input,select,textarea");
  (field instanceof HTMLElement ? field : place).focus({ preventScroll: true });
}

export interface MissingProps {
  needs: string[];
  loud?: boolean;
  places?: Places;
  /** Names of needs that have no text of their own, because the server names the fields. */
  words?: (need: string) => string | undefined;
}

export function Missing({ needs, loud, places, words }: MissingProps) {
  const t = useT();
  if (needs.length === 0) return null;
  return (
    <p className={`wk-missing ${loud ? "wk-tone-late" : ""}`} aria-live="polite">
      <span>{t("missing-title")}</span>
      {needs.map((need) => (
        <button key={need} type="button" className="wk-link" onClick={() => goToField(places?.[need] ?? need)}>
          {words?.(need) ?? t(need)}
        </button>
      ))}
    </p>
  );
}

// A page's filter, open drawer and tab live in the address, so that a view can be sent to a colleague and survives a reload.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";

export type Address = Record<string, string | undefined>;

/** The address's search part as text values. */
export function asTexts(search: Record<string, unknown>): Address {
  const texts: Address = {};
  for (const [name, value] of Object.entries(search))
    if (value !== undefined && value !== null && value !== "") texts[name] = String(value);
  return texts;
}

/** Reads the address and changes some of it; `undefined` takes a name out. Changes replace unless `push` is asked for. */
export function useAddress(): [Address, (change: Address, push?: boolean) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const address = useMemo(() => asTexts(search), [search]);
  const change = useCallback(
    (part: Address, push = false) => {
      navigate({
        to: ".",
        search: ((before: Record<string, unknown>) => asTexts({ ...before, ...part })) as never,
        replace: !push,
      });
    },
    [navigate],
  );
  return [address, change];
}

/** A number from the address, or nothing when it is none. */
export function numberOf(text: string | undefined): number | undefined {
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** The cameras and the span that an address names, put into a draft once, when its form opens. */
export function useAddressedSpan(
  change: (part: { cameras: string[]; from_ms: number | undefined; to_ms: number | undefined }) => void,
): void {
  const [address] = useAddress();
  const [fromAddress] = useState(address);
  useEffect(() => {
    if (fromAddress.cameras)
      change({
        cameras: fromAddress.cameras.split(",").filter(Boolean),
        from_ms: numberOf(fromAddress.from_ms),
        to_ms: numberOf(fromAddress.to_ms),
      });
  }, [fromAddress, change]);
}

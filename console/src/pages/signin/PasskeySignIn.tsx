// Signing in with a passkey: a button where passkeys work, and where they work when it is not here.
import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import { ApiError, api } from "../../api/client";
import { askPasskey, hasPasskeys, isLeftOff, placeOf } from "../../api/passkey";
import { useSignInMeans } from "../../api/queries";
import type { Language, Me, PasskeyChallenge } from "../../api/types";
import { Meaning, type Translate, useLanguage, useT } from "../../ui";
import { signInTrouble } from "./SignIn";

export function passkeyTrouble(error: unknown, language: Language, t: Translate): string {
  if (isLeftOff(error)) return t("passkeys-left-off");
  if (error instanceof DOMException) return t("passkeys-failed");
  if (error instanceof ApiError && error.status === 401) return t("passkeys-bad");
  if (error instanceof ApiError && error.code === "challenge") return t("passkeys-too-long");
  return signInTrouble(error, false, language, t);
}

export function PasskeySignIn({ onSignedIn }: { onSignedIn: (me: Me) => void }) {
  const t = useT();
  const { language } = useLanguage();
  const means = useSignInMeans();
  const signIn = useMutation({
    mutationFn: async () => {
      const challenge = await api.post<PasskeyChallenge>("/api/sign-in/passkey/challenge");
      return api.post<Me>("/api/sign-in/passkey", await askPasskey(challenge));
    },
    onSuccess: onSignedIn,
  });
  const place = placeOf(means.data?.passkey_host, window.location);
  if (place === "nowhere") return null;
  if (place !== "here")
    return (
      <p className="wk-hint">
        {t("passkeys-elsewhere")} <a href={place.address}>{place.address}</a>
      </p>
    );
  if (!hasPasskeys()) return null;
  return (
    <>
      <Button size="large" block loading={signIn.isPending} onClick={() => signIn.mutate()}>
        {t("passkeys-sign-in")}
      </Button>
      <div className="wk-alone-say" aria-live="polite">
        {signIn.error ? (
          <Meaning tone={isLeftOff(signIn.error) ? "notice" : "breach"}>
            {passkeyTrouble(signIn.error, language, t)}
          </Meaning>
        ) : null}
      </div>
    </>
  );
}

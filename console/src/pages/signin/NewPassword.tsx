// The first sign-in with a one-time password ends here: a password of one's own, before anything else.
import { useQueryClient } from "@tanstack/react-query";
import { meQuery } from "../../api/queries";
import { useT } from "../../ui";
import { PasswordForm } from "../account/PasswordForm";
import { Alone } from "./SignIn";

export function NewPassword({ account }: { account: string }) {
  const t = useT();
  const queries = useQueryClient();
  return (
    <Alone title={t("newpassword-title")}>
      <div className="wk-alone-form">
        <h1>{t("newpassword-title")}</h1>
        <p className="wk-soft">{t("newpassword-lead")}</p>
        <PasswordForm
          account={account}
          oldLabel={t("newpassword-old")}
          onDone={() => queries.invalidateQueries({ queryKey: meQuery.queryKey })}
        />
      </div>
    </Alone>
  );
}

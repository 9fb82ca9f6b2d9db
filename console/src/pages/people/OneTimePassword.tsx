// A one-time password is shown exactly once, here, to be handed over in person. It is kept nowhere in the console.
import { Button, Modal } from "antd";
import { CopyText, useT } from "../../ui";

export function OneTimePassword({
  name,
  account,
  password,
  onClose,
}: {
  name: string;
  account: string;
  password: string;
  onClose: () => void;
}) {
  const t = useT();
  return (
    <Modal
      open
      title={t("otp-title", { name })}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {t("otp-done")}
        </Button>
      }
    >
      <div className="wk-fields">
        <p>{t("otp-text")}</p>
        <div>
          <p className="wk-term">{t("signin-account")}</p>
          <CopyText text={account} label={t("signin-account")} />
        </div>
        <div>
          <p className="wk-term">{t("newpassword-old")}</p>
          <CopyText text={password} label={t("newpassword-old")} />
        </div>
      </div>
    </Modal>
  );
}

// What pages of records share: one record open in the drawer or the form of a new one, both in the address, and the button that
// begins one.
import { Button } from "antd";
import { useAddress } from "./address";
import { formatList } from "./format";
import { Icon } from "./Icon";
import { useLanguage } from "./i18n";

/** What a link to a new record's form carries; it goes when the form is closed. */
const OF_THE_FORM = { new: undefined, cameras: undefined, from_ms: undefined, to_ms: undefined };

/** The open record and the form of a new one: opening either closes the other. */
export function useRecords() {
  const [address, setAddress] = useAddress();
  return {
    id: address.id,
    isNew: address.new !== undefined,
    show: (id: string) => setAddress({ ...OF_THE_FORM, id }),
    begin: () => setAddress({ new: "1", id: undefined }),
    close: () => setAddress({ ...OF_THE_FORM, id: undefined }),
  };
}

export function BeginButton({ label, onBegin }: { label: string; onBegin: () => void }) {
  return (
    <Button type="primary" icon={<Icon name="plus" size={15} />} onClick={onBegin}>
      {label}
    </Button>
  );
}

/** Names of cameras, or of whatever has one, in a row. */
export function useNames(): (of: readonly { name: string }[]) => string {
  const { language } = useLanguage();
  return (of) =>
    formatList(
      of.map(({ name }) => name),
      language,
    );
}

// The registry's parts that pages share: choosing a record, its form, its values in words.
export { AddRecord } from "./AddRecord";
export { needOf } from "./FieldInput";
export { dayWords, FieldValue, RecordName } from "./FieldValue";
export { RecordChoice } from "./RecordChoice";
export { ChangeRecord, NewRecord, type RecordDraft } from "./RecordForm";
export * from "./records";

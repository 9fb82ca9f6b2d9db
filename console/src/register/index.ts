// The registry's parts that pages share: choosing a record, its form, its values in words.
export { AddRecord } from "./AddRecord";
export { DocumentFile, DocumentPicture } from "./DocumentFile";
export { dayWords, FieldValue, RecordName } from "./FieldValue";
export { RecordChoice } from "./RecordChoice";
export { ChangeRecord, NewRecord, type RecordDraft } from "./RecordForm";
export * from "./records";

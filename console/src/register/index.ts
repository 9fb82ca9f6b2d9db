// The registry's parts that pages share: choosing a record, its form, its values in words; tables in and out; many at once.
export { AddRecord } from "./AddRecord";
export { BulkBar, BulkSide, RotateSide, type Selection } from "./Bulk";
export { DocumentFile, DocumentPicture, NoteField } from "./DocumentFile";
export { columnLetters } from "./DryRun";
export { ExportSide } from "./ExportSide";
export { needOf } from "./FieldInput";
export { dayWords, FieldValue, RecordName } from "./FieldValue";
export { ImportSide } from "./ImportSide";
export { RecordChoice } from "./RecordChoice";
export { ChangeRecord, NewRecord, type RecordDraft } from "./RecordForm";
export * from "./records";
export { TableActs } from "./TableActs";

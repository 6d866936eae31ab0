import type { FileState } from '../documents/file-state.js';

/** A document of a generation: its name, and where it is stored. */
export interface CatalogRow {
  source: string;
  /** Number of the segment in the manifest, and of the document in the segment. */
  segment: number;
  index: number;
  /** Null where the file is too young to be known by its state. */
  file: FileState | null;
}

export const serializeCatalog = (rows: CatalogRow[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

export const parseCatalog = (text: string): CatalogRow[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as CatalogRow);

import { parse as parseCsv } from 'csv-parse/sync';
import { type Block, type Extracted, layOut } from './blocks.js';
import { decodeText } from './decode.js';
import { UnreadableError } from './document.js';

const DELIMITERS = [',', ';', '\t', '|'];

const oneLine = (value: string): string => value.replace(/\s+/g, ' ').trim();

/** "Harbour: Varna; Joined: 2009". A value without a name stands alone, an empty one is left out. */
const rowText = (row: [name: string, value: string][]): string =>
  row
    .map(([name, value]) => [oneLine(name), oneLine(value)] as const)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => (name ? `${name}: ${value}` : value))
    .join('; ');

const rowBlock = (row: [string, string][], i: number): Block => ({ text: rowText(row), tight: i > 0 });

/** The delimiter that cuts the first line into the most cells. */
function delimiterOf(text: string): string {
  const first =
    text
      .slice(0, 10_000)
      .replace(/"(?:[^"]|"")*"/g, '""')
      .split('\n')[0] ?? '';
  const count = (delimiter: string) => first.split(delimiter).length;
  return DELIMITERS.reduce((best, each) => (count(each) > count(best) ? each : best));
}

/** Whether a first row names the columns: texts that differ, none of them a number. */
const isHeader = (row: string[]): boolean =>
  row.every((cell) => !/^[\s\d.,%€$+-]+$/.test(cell)) && row.some((cell) => cell !== '') && new Set(row).size === row.length;

/** Rows of a CSV or TSV file, each a paragraph that names its columns. */
export function extractCsv(bytes: Uint8Array, maxCharacters: number): Extracted {
  const { text } = decodeText(bytes);
  let rows: string[][];
  try {
    rows = parseCsv(text, { delimiter: delimiterOf(text), relax_column_count: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new UnreadableError(`is no valid CSV: ${(error as Error).message}`);
  }
  const [first = [], ...rest] = rows;
  const named = rest.length > 0 && isHeader(first);
  const blocks = function* () {
    let i = 0;
    for (const row of named ? rest : rows)
      yield rowBlock(
        row.map((value, column) => [named ? (first[column] ?? '') : '', value]),
        i++,
      );
  };
  return { ...layOut(blocks(), maxCharacters), metadata: {} };
}

/** A value of JSON as names and texts; nested names are joined with dots, lists with commas. */
function* flatten(value: unknown, name = ''): Generator<[string, string]> {
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object' || each === null)) yield [name, value.filter((each) => each !== null).join(', ')];
  else if (typeof value === 'object' && value !== null) {
    for (const [key, nested] of Object.entries(value)) yield* flatten(nested, name ? `${name}.${key}` : key);
  } else if (value !== null && value !== undefined) yield [name, String(value)];
}

/** Objects of a JSON Lines file, each a paragraph that names its fields. */
export function extractJsonLines(bytes: Uint8Array, maxCharacters: number): Extracted {
  const lines = decodeText(bytes).text.split('\n');
  const blocks = function* () {
    let rows = 0;
    for (const [i, line] of lines.entries()) {
      if (line.trim() === '') continue;
      let value: unknown;
      try {
        value = JSON.parse(line);
      } catch {
        throw new UnreadableError(`is no valid JSON Lines: line ${i + 1} is not JSON`);
      }
      yield rowBlock([...flatten(value)], rows++);
    }
  };
  return { ...layOut(blocks(), maxCharacters), metadata: {} };
}

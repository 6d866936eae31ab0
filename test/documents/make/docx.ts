import { Document, FootnoteReferenceRun, HeadingLevel, LevelFormat, Packer, Paragraph, Table, TableCell, TableRow, TextRun } from 'docx';

/** A part of a Word document. */
export type Part =
  | { title: string }
  | { heading: string; level: 1 | 2 }
  | { text: string; note?: string }
  | { list: string[]; numbered?: boolean }
  | { table: string[][] };

const LEVELS = { 1: HeadingLevel.HEADING_1, 2: HeadingLevel.HEADING_2 };

function children(part: Part, notes: string[]): (Paragraph | Table)[] {
  if ('title' in part) return [new Paragraph({ text: part.title, heading: HeadingLevel.TITLE })];
  if ('heading' in part) return [new Paragraph({ text: part.heading, heading: LEVELS[part.level] })];
  if ('list' in part) return part.list.map((text) => new Paragraph({ text, numbering: { reference: part.numbered ? 'numbers' : 'bullets', level: 0 } }));
  if ('table' in part) {
    const rows = part.table.map(
      (cells, i) => new TableRow({ tableHeader: i === 0, children: cells.map((text) => new TableCell({ children: [new Paragraph({ text })] })) }),
    );
    return [new Table({ rows })];
  }
  if (part.note === undefined) return [new Paragraph({ text: part.text })];
  notes.push(part.note);
  return [new Paragraph({ children: [new TextRun(part.text), new FootnoteReferenceRun(notes.length)] })];
}

/** A Word document of these parts. */
export function makeDocx(parts: Part[]): Promise<Buffer> {
  const notes: string[] = [];
  const body = parts.flatMap((part) => children(part, notes));
  const level = (format: (typeof LevelFormat)[keyof typeof LevelFormat], text: string) => [{ level: 0, format, text }];
  const document = new Document({
    numbering: {
      config: [
        { reference: 'bullets', levels: level(LevelFormat.BULLET, '•') },
        { reference: 'numbers', levels: level(LevelFormat.DECIMAL, '%1.') },
      ],
    },
    footnotes: Object.fromEntries(notes.map((note, i) => [i + 1, { children: [new Paragraph({ text: note })] }])),
    sections: [{ children: body }],
  });
  return Packer.toBuffer(document);
}

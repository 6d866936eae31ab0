import PDFDocument from 'pdfkit';

/** A text at a place of a page, in points from the top left corner; 10 point type in Helvetica unless it says otherwise. */
export interface Placed {
  text: string;
  x: number;
  y: number;
  size?: number;
  font?: 'Helvetica' | 'Helvetica-Bold' | 'Times-Roman';
}

export const LEADING = 13;

/** Lines under one another. */
export const lines = (texts: string[], x: number, y: number, style: Partial<Placed> = {}): Placed[] =>
  texts.map((text, i) => ({ text, x, y: y + i * LEADING, ...style }));

/** Cuts a text into lines of at most `width` characters, as a typesetter does that divides no word. */
export function wrap(text: string, width: number): string[] {
  const wrapped: string[] = [];
  for (const word of text.split(' ')) {
    const last = wrapped.at(-1);
    if (last === undefined || last.length + word.length >= width) wrapped.push(word);
    else wrapped[wrapped.length - 1] = `${last} ${word}`;
  }
  return wrapped;
}

/** A PDF of A4 pages, each with its placed texts; a page without any has a grey field, as a scan has. */
export function makePdf(pages: Placed[][], { password, title }: { password?: string; title?: string } = {}): Promise<Buffer> {
  const document = new PDFDocument({
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    ...(password ? { userPassword: password } : {}),
    ...(title ? { info: { Title: title } } : {}),
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const done = new Promise<Buffer>((resolve) => document.on('end', () => resolve(Buffer.concat(chunks))));
  for (const placed of pages) {
    document.addPage();
    if (placed.length === 0) document.rect(50, 50, 400, 600).fill('#dddddd');
    for (const { text, x, y, size = 10, font = 'Helvetica' } of placed) document.font(font).fontSize(size).fill('black').text(text, x, y, { lineBreak: false });
  }
  document.end();
  return done;
}

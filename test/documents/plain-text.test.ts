import { describe, expect, it } from 'vitest';
import { parsePlainText } from '../../src/documents/plain-text.js';

const blocks = (text: string) => parsePlainText(text).paragraphs.map(({ start, end }) => text.slice(start, end));

const WRAPPED = `The office in Budapest was opened in September 2019 by the
ministers of the member states, who came together for the
occasion and signed a declaration on future cooperation.

It reports to the secretariat and prepares the participation of
the observer state in the projects of the organisation, which
grew in number from year to year.
`;

describe('plain text: paragraphs', () => {
  it('are its lines where each line is a paragraph, with or without blank lines between', () => {
    const long =
      'This line is a paragraph of its own and goes on well beyond the width that anybody would wrap a text at by hand, as exports from web pages do.';
    expect(blocks(`${long}\n${long} Two.\n\n\n${long} Three.`)).toEqual([long, `${long} Two.`, `${long} Three.`]);
  });

  it('are the blocks between blank lines where lines are wrapped by hand', () => {
    expect(blocks(WRAPPED)).toEqual(WRAPPED.trim().split('\n\n'));
  });

  it('are short lines as they stand: independent sentences are not joined', () => {
    expect(blocks('The summit was held in Baku in 2019.\nThe next one was held in Istanbul.\nA third one followed.\n')).toHaveLength(3);
  });

  it('have offsets in UTF-16 code units without the white space around them', () => {
    const text = '  🏛️ The office opened.  \n\t Second line: E\u0301mile. \n';
    const [first, second] = parsePlainText(text).paragraphs;
    expect(first).toMatchObject({ paragraph: 1, start: 2, end: 2 + '🏛️ The office opened.'.length });
    expect(text.slice(second?.start, second?.end)).toBe('Second line: E\u0301mile.');
  });

  it('leave out lines that hold no letter or digit', () => {
    const { paragraphs } = parsePlainText('The office opened in 2019.\n----------\n* * *\nIt closed in 2020.');
    expect(paragraphs.map(({ paragraph }) => paragraph)).toEqual([1, 2]);
  });

  it('of an empty text are none', () => {
    expect(parsePlainText('').paragraphs).toEqual([]);
    expect(parsePlainText(' \n\n ').paragraphs).toEqual([]);
  });
});

describe('plain text: headings and lists', () => {
  it('a short line that names what follows is its section; the first is the title', () => {
    const text = 'Offices of the Organisation\n\nThe organisation has two offices.\n\nBudapest\n\nThe office opened in 2019.\n\nIt has ten rooms.\n';
    const { title, paragraphs } = parsePlainText(text);
    expect(title).toBe('Offices of the Organisation');
    expect(paragraphs.map(({ heading }) => heading)).toEqual([true, false, true, false, false]);
    expect(paragraphs[4]?.section).toEqual(['Budapest']);
  });

  it('a last line is no heading, whatever it looks like', () => {
    expect(parsePlainText('The office opened.\nBudapest').paragraphs[1]?.heading).toBe(false);
  });

  it('list items carry the line that introduces them', () => {
    const { paragraphs } = parsePlainText('The members are:\n- Azerbaijan\n- Kazakhstan\nThey meet yearly.\n- an item without lead\n');
    expect(paragraphs.map(({ lead }) => lead)).toEqual([undefined, 'The members are:', 'The members are:', undefined, undefined]);
  });
});

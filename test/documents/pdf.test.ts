import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/documents/parse-document.js';
import { LEADING, lines, makePdf, type Placed, wrap } from './make/pdf.js';
import { paragraphsOf, textOf } from './make/read.js';

const COUNCIL =
  'The Council of Lake Ports met in Lomsa on 4 May 2011. It admitted the port of Ardal as an observer and asked the secretariat to open a training centre for pilots before the end of the following year.';
const BUDGET =
  'The budget of the council for the year was set at 412,000 crowns, of which a third is paid by the host of the meeting and the rest by the other ports.';
const SURVEY =
  'A survey of the breakwaters began in June and was finished in October. The surveyors found that nine of the fourteen breakwaters need work, and that two of them are closed to ships until the work is done.';
const OPENING = 'The training centre in Lomsa was opened on 9 September 2012 by the harbour master of Ardal in the presence of 60 guests.';

/** Paragraphs under one another, with a gap between them. */
function column(texts: string[], x: number, y: number, width: number): Placed[] {
  let at = y;
  return texts.flatMap((text) => {
    const placed = lines(wrap(text, width), x, at);
    at += placed.length * LEADING + 8;
    return placed;
  });
}

/** The header and the footer of a page of a report. */
const furniture = (page: number, pages: number): Placed[] => [
  { text: 'Council of Lake Ports - Annual Report', x: 60, y: 30, size: 9 },
  { text: `Page ${page} of ${pages}`, x: 280, y: 800, size: 9 },
];

describe('the paragraphs of a PDF', () => {
  it('are made of its lines, across pages, and name the page on which they begin', async () => {
    const begun = wrap(SURVEY, 95);
    const file = await makePdf([
      [...furniture(1, 3), ...column([COUNCIL, BUDGET], 60, 80, 95), ...lines(begun.slice(0, 2), 60, 740)],
      [...furniture(2, 3), ...lines(begun.slice(2), 60, 80), ...column([BUDGET], 60, 130, 95)],
      [...furniture(3, 3), ...column([OPENING], 60, 80, 95)],
    ]);
    const document = await parseDocument('report.pdf', file);
    expect(document.paragraphs.map((paragraph) => [paragraph.page, textOf(document, paragraph)])).toEqual([
      [1, COUNCIL],
      [1, BUDGET],
      [1, SURVEY],
      [2, BUDGET],
      [3, OPENING],
    ]);
  });

  it('are read one column after the other, between what spans the columns', async () => {
    const left = [COUNCIL, BUDGET];
    const right = [SURVEY, COUNCIL];
    const file = await makePdf([
      [...lines(wrap(SURVEY, 95), 60, 60), ...column(left, 60, 120, 45), ...column(right, 320, 120, 45), ...lines(wrap(BUDGET, 95), 60, 400)],
    ]);
    expect(await paragraphsOf('columns.pdf', file)).toEqual([SURVEY, ...left, ...right, BUDGET]);
  });

  it('have the words whole that were divided at the end of a line, and keep the hyphens that belong to them', async () => {
    const file = await makePdf([
      lines(
        [
          'The long-term programme for the moderni-',
          'sation of the breakwaters was adopted by the Secretary-',
          'General of the council together with the other long-',
          'term plans for the years 2011-',
          '2014, as the ports had asked for several times before.',
        ],
        60,
        80,
      ),
    ]);
    expect(await paragraphsOf('hyphens.pdf', file)).toEqual([
      'The long-term programme for the modernisation of the breakwaters was adopted by the Secretary-General of the council together with the other long-term plans for the years 2011-2014, as the ports had asked for several times before.',
    ]);
  });

  it('go on behind the notes at the foot of a page, and leave out the raised marks of notes', async () => {
    const file = await makePdf([
      [
        { text: 'The survey was led by Irina Holm', x: 60, y: 700 },
        { text: '2', x: 213, y: 698, size: 6 },
        { text: 'and ended in October, when the surveyors and the', x: 220, y: 700 },
        ...lines(['2 She succeeded Anders Berg.'], 60, 760, { size: 7 }),
      ],
      lines(['harbour masters met to read the report together.'], 60, 80),
    ]);
    expect(await paragraphsOf('notes.pdf', file)).toEqual([
      'The survey was led by Irina Holm and ended in October, when the surveyors and the harbour masters met to read the report together.',
      '2 She succeeded Anders Berg.',
    ]);
  });

  it('are a paragraph a row in a table, introduced by its header', async () => {
    const rows = [
      ['Port', 'Status', 'Since'],
      ['Lomsa', 'founding member', '4 May 2001'],
      ['Ardal', 'observer', '12 June 2011'],
    ];
    const placed = rows.flatMap((row, i) => row.map((text, j) => ({ text, x: 60 + 130 * j, y: 200 + 16 * i })));
    const document = await parseDocument('table.pdf', await makePdf([[...column([COUNCIL], 60, 80, 95), ...placed]]));
    const [last] = document.paragraphs.slice(-1);
    expect(last && textOf(document, last)).toBe('Ardal | observer | 12 June 2011');
    expect(last?.lead).toBe('Port | Status | Since');
  });

  it('have a cell of several lines whole', async () => {
    const rows: [number, string, string, string][] = [
      [0, 'Time', 'Item', 'Speaker'],
      [20, '10:00', 'Opening of the meeting in the presence of', 'Irina Holm, chair'],
      [33, '', 'the guests from the other ports', 'of the council'],
      [53, '11:00', 'Report on the survey', 'Anders Berg'],
    ];
    const placed = rows.flatMap(([y, ...cells]) => cells.map((text, i) => ({ text, x: [60, 120, 330][i] as number, y: 200 + y })).filter(({ text }) => text));
    const read = await paragraphsOf('table.pdf', await makePdf([[...column([COUNCIL], 60, 80, 95), ...placed]]));
    expect(read.slice(1)).toEqual([
      'Time | Item | Speaker',
      '10:00 | Opening of the meeting in the presence of the guests from the other ports | Irina Holm, chair of the council',
      '11:00 | Report on the survey | Anders Berg',
    ]);
  });

  it('are a paragraph an item in a list', async () => {
    const items = ['• to open a training centre in Lomsa with nine teachers, who are chosen by the ports', 'that pay for it;', '• to meet again in Ardal.'];
    const file = await makePdf([[...lines(['The council decided:'], 60, 80), ...lines(items, 70, 93)]]);
    const document = await parseDocument('list.pdf', file);
    expect(document.paragraphs.map((paragraph) => [paragraph.lead, textOf(document, paragraph)])).toEqual([
      [undefined, 'The council decided:'],
      ['The council decided:', `${items[0]} ${items[1]}`],
      ['The council decided:', items[2]],
    ]);
  });
});

describe('the headings of a PDF', () => {
  it('are what stands out by its size or its font; the largest is the title', async () => {
    const file = await makePdf([
      [
        { text: 'The Lake Ports in 2011', x: 60, y: 60, size: 20 },
        { text: 'Decisions', x: 60, y: 100, size: 14 },
        ...column([COUNCIL], 60, 125, 95),
        { text: 'Money', x: 60, y: 180, font: 'Helvetica-Bold' },
        ...column([BUDGET], 60, 200, 95),
      ],
    ]);
    const document = await parseDocument('headings.pdf', file);
    expect(document.title).toBe('The Lake Ports in 2011');
    expect(document.paragraphs.map(({ heading, section }) => [heading, section])).toEqual([
      [true, []],
      [true, []],
      [false, ['Decisions']],
      [true, ['Decisions']],
      [false, ['Decisions', 'Money']],
    ]);
  });

  it('give way to the title that the file names, where there is none', async () => {
    const page = [column([COUNCIL], 60, 80, 95)];
    expect((await parseDocument('a.pdf', await makePdf(page, { title: 'Report of the Lake Ports' }))).title).toBe('Report of the Lake Ports');
    expect((await parseDocument('lake-ports.pdf', await makePdf(page, { title: 'Microsoft Word - x.doc' }))).title).toBe('lake ports');
  });
});

describe('a PDF that cannot be read', () => {
  const read = (bytes: Uint8Array) => parseDocument('file.pdf', bytes);

  it('says that it is a scan', () => expect(makePdf([[], []]).then(read)).rejects.toThrow(/^is a scan: .*OCR/));

  it('says that it has a password', async () => {
    const file = await makePdf([column([COUNCIL], 60, 80, 95)], { password: 'secret' });
    await expect(read(file)).rejects.toThrow('is protected by a password; save it without one');
  });

  it('says that it is broken', async () => {
    await expect(read(Buffer.from('%PDF-1.7\nnothing else'))).rejects.toThrow(/^is a broken PDF/);
  });

  it('has its pages without text named, where others have some', async () => {
    const document = await makePdf([column([COUNCIL], 60, 80, 95), []]).then(read);
    expect(document.metadata).toEqual({ 'pages without text': '2' });
  });
});

describe('the text of a PDF', () => {
  it('depends on nothing but its bytes', async () => {
    const file = await makePdf([column([COUNCIL, BUDGET, SURVEY], 60, 80, 60)]);
    expect(await parseDocument('a.pdf', file)).toEqual(await parseDocument('a.pdf', file));
  });
});

import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/documents/parse-document.js';
import { makeDocx } from './make/docx.js';
import { makeEpub } from './make/epub.js';
import { paragraphsOf, textOf } from './make/read.js';

describe('a Word document', () => {
  it('gives its headings, paragraphs, lists and tables', async () => {
    const file = await makeDocx([
      { title: 'The Lake Ports in 2011' },
      { heading: 'Decisions', level: 1 },
      { text: 'The council met in Lomsa.', note: 'For the third time.' },
      { text: 'It decided:' },
      { list: ['to admit Ardal', 'to meet again'] },
      { heading: 'Members', level: 2 },
      {
        table: [
          ['Port', 'Since'],
          ['Lomsa', '4 May 2001'],
        ],
      },
      { list: ['first', 'second'], numbered: true },
    ]);
    const document = await parseDocument('report.docx', file);
    expect(document.title).toBe('The Lake Ports in 2011');
    expect(document.paragraphs.map((paragraph) => [textOf(document, paragraph), paragraph.lead, paragraph.section.join('/')])).toEqual([
      ['The Lake Ports in 2011', undefined, ''],
      ['Decisions', undefined, ''],
      ['The council met in Lomsa.', undefined, 'Decisions'],
      ['It decided:', undefined, 'Decisions'],
      ['- to admit Ardal\n- to meet again', 'It decided:', 'Decisions'],
      ['Members', undefined, 'Decisions'],
      ['Lomsa | 4 May 2001', 'Port | Since', 'Decisions/Members'],
      ['1. first\n2. second', undefined, 'Decisions/Members'],
      ['1. For the third time.', undefined, 'Decisions/Members'],
    ]);
  });

  it.each([
    ['an old Word file', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), /protected by a password or an old \.doc file/],
    ['no archive', Buffer.from('plain text'), /^is broken: its archive cannot be unpacked/],
    ['another archive', makeEpub('Book', ['<p>Text</p>']), 'is no Word document'],
  ])('that is %s says so', async (_, bytes, reason) => {
    await expect(parseDocument('file.docx', bytes)).rejects.toThrow(reason);
  });
});

describe('a book in EPUB', () => {
  it('gives its chapters in their order, without the navigation', async () => {
    const book = makeEpub('The Ports', ['<h1>One</h1><p>Lomsa was <i>first</i>.<a id="x"/></p>', '<section><h1>Two</h1><p>Ardal followed.</p></section>']);
    const document = await parseDocument('ports.epub', book);
    expect(document).toMatchObject({ title: 'The Ports', metadata: { date: '2019-05-04' } });
    expect(document.paragraphs.map((paragraph) => [textOf(document, paragraph), paragraph.section])).toEqual([
      ['One', []],
      ['Lomsa was first.', ['One']],
      ['Two', []],
      ['Ardal followed.', ['Two']],
    ]);
  });

  it('is read without what it hides', async () => {
    const book = makeEpub('The Ports', ['<p hidden="hidden">Draft.</p><p>Lomsa was <b style="display: none">not</b> first.</p>']);
    const document = await parseDocument('ports.epub', book);
    expect(document.paragraphs.map((paragraph) => textOf(document, paragraph))).toEqual(['Lomsa was first.']);
  });

  it('that is protected against copying says so', async () => {
    const locked = { 'META-INF/encryption.xml': '<encryption><CipherData><CipherReference URI="OPS/text/chapter 1.xhtml"/></CipherData></encryption>' };
    await expect(parseDocument('book.epub', makeEpub('Book', ['<p>x</p>'], locked))).rejects.toThrow('is protected against copying');
  });

  it('without chapters says so', () => expect(parseDocument('book.epub', makeEpub('Book', []))).resolves.toMatchObject({ paragraphs: [] }));
});

describe('a table', () => {
  it.each([
    ['ports.csv', 'Port,Since,Note\nLomsa,2001,"host, twice"\nArdal,2011,\n'],
    ['ports.csv', '\ufeffPort;Since;Note\r\nLomsa;2001;host, twice\r\nArdal;2011;\r\n'],
    ['ports.tsv', 'Port\tSince\tNote\nLomsa\t2001\thost, twice\nArdal\t2011\t\n'],
    ['ports.jsonl', '{"Port":"Lomsa","Since":2001,"Note":["host","twice"]}\n\n{"Port":"Ardal","Since":2011,"Note":null}\n'],
  ])('%s is a paragraph a row, which names its columns: %j', async (name, text) => {
    expect(await paragraphsOf(name, text)).toEqual(['Port: Lomsa; Since: 2001; Note: host, twice', 'Port: Ardal; Since: 2011']);
  });

  it('without a header gives its rows as they are', async () => {
    expect(await paragraphsOf('a.csv', 'Lomsa,2001\nArdal,2011\n')).toEqual(['Lomsa; 2001', 'Ardal; 2011']);
  });

  it('has nested fields named by their way', async () => {
    expect(await paragraphsOf('a.ndjson', '{"port":{"name":"Lomsa","quays":[{"depth":7}]}}\n"A text"\n')).toEqual([
      'port.name: Lomsa; port.quays.0.depth: 7',
      'A text',
    ]);
  });

  it('that is broken names the line', async () => {
    await expect(parseDocument('a.jsonl', Buffer.from('{"a":"text"}\n{"a":\n'))).rejects.toThrow('is no valid JSON Lines: line 2 is not JSON');
    await expect(parseDocument('a.csv', Buffer.from('a,b\n"x,1\n'))).rejects.toThrow(/^is no valid CSV: .*line/);
  });
});

import { describe, expect, it } from 'vitest';
import { parseMarkdown } from '../../src/documents/markdown.js';

/** The paragraphs of a text as they would be quoted. */
const blocks = (text: string) => parseMarkdown(text).paragraphs.map(({ start, end }) => text.slice(start, end));
const citable = (text: string) => parseMarkdown(text).paragraphs.filter(({ heading }) => !heading);

describe('Markdown: front matter', () => {
  it('gives the title and other values as text and is no paragraph', () => {
    const text = '---\ntitle: Budapest Office\ndate: 2019-09-19\ntopics: [offices, Hungary]\n---\n\nThe office opened.\n';
    const parsed = parseMarkdown(text);
    expect(parsed.title).toBe('Budapest Office');
    expect(parsed.metadata).toEqual({ title: 'Budapest Office', date: '2019-09-19', topics: 'offices, Hungary' });
    expect(blocks(text)).toEqual(['The office opened.']);
  });

  it.each([
    ['unbalanced quotes', '---\ntitle: "Budapest\n---\n\n# Office\n\nThe office opened.\n'],
    ['a list instead of keys', '---\n- a\n- b\n---\n\n# Office\n\nThe office opened.\n'],
    ['nothing in it', '---\n---\n\n# Office\n\nThe office opened.\n'],
    ['an empty title', '---\ntitle:\n---\n\n# Office\n\nThe office opened.\n'],
  ])('counts as none with %s; the text is still read', (_, text) => {
    const parsed = parseMarkdown(text);
    expect(parsed.title).toBe('Office');
    expect(blocks(text)).toEqual(['# Office', 'The office opened.']);
  });

  it('that is never closed loses no text', () => {
    const text = '---\ntitle: Office\n\nThe office opened.\n';
    expect(blocks(text).join(' ')).toContain('The office opened.');
  });

  it('shows nested values readably', () => {
    const { metadata } = parseMarkdown('---\nauthor:\n  name: Aida\n  city: Baku\nempty:\n---\n\nText.\n');
    expect(metadata.author).toContain('Aida');
    expect(metadata.author).not.toContain('[object');
    expect(metadata.empty ?? '').not.toMatch(/null|undefined/);
  });
});

describe('Markdown: headings', () => {
  const text = '# Offices\n\nIntro.\n\n## Budapest\n\nFirst.\n\n### Staff\n\nSecond.\n\n## Baku\n\nThird.\n';

  it('become the sections of what follows them, outermost first; the first of level one is the title', () => {
    expect(parseMarkdown(text).title).toBe('Offices');
    expect(citable(text).map(({ section }) => section)).toEqual([[], ['Budapest'], ['Budapest', 'Staff'], ['Baku']]);
  });

  it('are numbered with the other blocks, from 1, without a gap', () => {
    const { paragraphs } = parseMarkdown(text);
    expect(paragraphs.map(({ paragraph }) => paragraph)).toEqual(paragraphs.map((_, i) => i + 1));
    expect(paragraphs.filter(({ heading }) => heading)).toHaveLength(4);
  });

  it('keep their words without marks, also where underlined', () => {
    const setext = 'The *Budapest* [Office](x.md)\n=====\n\nText.\n';
    expect(parseMarkdown(setext).title).toBe('The Budapest Office');
  });
});

describe('Markdown: lists and tables', () => {
  const item = (i: number) => `- Member ${i}, which joined the organisation in ${1990 + i}, has a seat on the council`;

  it('a short list is one paragraph, with the line that introduces it as its lead', () => {
    const text = 'The members are:\n\n- Azerbaijan\n- Kazakhstan\n  - Astana\n- Türkiye\n';
    const list = parseMarkdown(text).paragraphs[1];
    expect(blocks(text)).toEqual(['The members are:', '- Azerbaijan\n- Kazakhstan\n  - Astana\n- Türkiye']);
    expect(list?.lead).toBe('The members are:');
  });

  it('a long list is a paragraph an item', () => {
    const items = Array.from({ length: 30 }, (_, i) => item(i));
    const text = `The members:\n\n${items.join('\n')}\n\nEnd.`;
    expect(blocks(text)).toEqual(['The members:', ...items, 'End.']);
    expect(
      parseMarkdown(text)
        .paragraphs.slice(1, -1)
        .every(({ lead }) => lead === 'The members:'),
    ).toBe(true);
  });

  it('a sentence before a list that does not introduce it is no lead', () => {
    expect(parseMarkdown('A sentence.\n\n- one\n- two\n').paragraphs[1]?.lead).toBeUndefined();
  });

  it('a table is a paragraph a row, with the header row as lead', () => {
    const text = '| Summit | Year |\n|---|---|\n| Baku | 2019 |\n| Istanbul | 2021 |\n';
    const { paragraphs } = parseMarkdown(text);
    expect(blocks(text)).toEqual(['| Baku | 2019 |', '| Istanbul | 2021 |']);
    expect(paragraphs.map(({ lead }) => lead)).toEqual(['Summit | Year', 'Summit | Year']);
  });
});

describe('Markdown: other blocks', () => {
  it('quoted blocks and code are read', () => {
    expect(blocks('> Said the minister.\n\n```\ncode 1\n```\n')).toEqual(['Said the minister.', '```\ncode 1\n```']);
  });

  it('comments are not indexed, whether a block, beside text or inside a paragraph', () => {
    const text =
      '<!-- hidden 1 -->\n\nShown one. <!-- hidden 2 --> Shown two.\n\n<!-- hidden 3 --> Shown three.\n\n<!--\nhidden 4\n\nhidden 5\n-->\n\nShown four.\n';
    const all = blocks(text).join('\n');
    expect(all).not.toContain('hidden');
    for (const shown of ['Shown one.', 'Shown two.', 'Shown three.', 'Shown four.']) expect(all).toContain(shown);
  });

  it('text inside HTML tags is read, scripts, styles and bare tags are not', () => {
    const text =
      '<div align="center">\nThe office opened in 2019.\n</div>\n\n<br>\n\n<script>\nvar secret = 1;\n</script>\n\n<style>\np { color: red }\n</style>\n\nText.\n';
    const all = blocks(text);
    expect(all.join('\n')).toContain('The office opened in 2019.');
    expect(all.join('\n')).not.toMatch(/secret|color/);
    expect(all).not.toContain('<br>');
  });

  it.each([
    ['One. <span style="display:none">Hidden.</span> Two.', ['One.', 'Two.']],
    ["One. <SPAN STYLE='color:red; Display : None'>Hidden <b>and</b> bold.</SPAN> Two.", ['One.', 'Two.']],
    ['One. <span hidden>Hidden <span>twice</span> over.</span> Two.', ['One.', 'Two.']],
    ['One. <i style="font-size:0px">Hidden.</i> Two.', ['One.', 'Two.']],
    ['One. <script>hidden()</script> Two.', ['One.', 'Two.']],
    ['One. <span hidden>Hidden to the end\n\nTwo.', ['One.', 'Two.']],
    ['<div hidden>\n\n# Hidden\n\nHidden.\n\n- Hidden.\n\n```\nhidden\n```\n\n</div>\n\nTwo.', ['Two.']],
    ['<div style="position:absolute; left:-9999px">\n\nHidden.\n\n<div>\n\nHidden.\n\n</div>\n\nHidden.\n\n</div>\n\nTwo.', ['Two.']],
    ['One.\n\n<template>\n\nHidden to the end of the text.\n\nHidden.', ['One.']],
    ['| a | b |\n|---|---|\n| One <span hidden>Hidden</span> | Two |', ['| One', '| Two |']],
  ])('what is not shown is not indexed: %j', (text, shown) => {
    expect(blocks(text)).toEqual(shown);
  });

  it('nothing hidden gets into a title, a section or a lead', () => {
    const text = '# Office <span hidden>Hidden</span>\n\n## Staff <!-- Hidden -->\n\nThe members<b hidden>Hidden</b> are:\n\n- Aida\n';
    expect(parseMarkdown(text).title).toBe('Office');
    expect(parseMarkdown(text).paragraphs.at(-1)).toMatchObject({ section: ['Staff'], lead: 'The members are:' });
  });

  it.each([
    '<span style="color:#000">One.</span>',
    '<div style="font-size:0.9em; opacity:0.5">One.</div>',
    '<span data-hidden="x" class="hidden">One.</span>',
    'One in `<span hidden>` two.',
    'One in the <script> tag two.\n',
    '<input hidden> One.',
    '```html\n<div hidden>One.</div>\n```',
    'One. </span></div> Two.',
  ])('what only looks hidden is indexed: %j', (text) => {
    expect(blocks(text)).toEqual([text.trim()]);
  });

  it('rules and lines without a letter or digit are no paragraphs', () => {
    expect(blocks('One.\n\n---\n\n* * *\n\n…\n\nTwo.\n')).toEqual(['One.', 'Two.']);
  });

  it('a text without Markdown is its paragraphs', () => {
    expect(blocks('One line\nwrapped here.\n\nTwo.')).toEqual(['One line\nwrapped here.', 'Two.']);
    expect(parseMarkdown('').paragraphs).toEqual([]);
  });
});

describe('Markdown: offsets', () => {
  it('count UTF-16 code units, after emoji, combining accents and other scripts', () => {
    const before = '# 🏛️👩‍👩‍👧 E\u0301mile Қазақстан 𝒳\n\n';
    const text = `${before}The office opened.\n\n- 🟢 one\n- two\n`;
    const { paragraphs } = parseMarkdown(text);
    expect(paragraphs[1]).toMatchObject({ start: before.length, end: before.length + 'The office opened.'.length });
    expect(blocks(text).slice(1)).toEqual(['The office opened.', '- 🟢 one\n- two']);
  });

  it('lie in order, do not overlap, and end inside the text', () => {
    const text = '---\ntitle: x\n---\n# 🏛\n\n> a\n> b\n\n1. one\n2. two\n\n| a | b |\n|--|--|\n| c | d |\n\nEnd';
    let last = 0;
    for (const { start, end } of parseMarkdown(text).paragraphs) {
      expect(start).toBeGreaterThanOrEqual(last);
      expect(end).toBeGreaterThan(start);
      last = end;
    }
    expect(last).toBeLessThanOrEqual(text.length);
  });
});

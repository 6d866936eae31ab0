import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/documents/parse-document.js';
import { paragraphsOf, textOf } from './make/read.js';

const page = (body: string, head = '<title>Lake Ports - News</title>') => `<!doctype html><html><head>${head}</head><body>${body}</body></html>`;

const MENU =
  '<ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li><li><a href="/ports">Ports</a></li><li><a href="/contact">Contact</a></li></ul>';
const ARTICLE = '<h1>Ardal joins</h1><p>Ardal joined on 4 May 2011.</p><p>It is the ninth port of the council.</p>';
const READ = ['# Ardal joins', 'Ardal joined on 4 May 2011.', 'It is the ninth port of the council.'];

describe('the main text of an HTML page', () => {
  it.each([
    ['a page with landmarks', `<header>Lake Ports</header><nav>${MENU}</nav><main>${ARTICLE}</main><aside>Weather today: rain</aside><footer>Imprint</footer>`],
    ['an article in a body', `<header><h2>Lake Ports</h2></header>${MENU}<article>${ARTICLE}</article><footer>Imprint</footer>`],
    ['a page with roles', `<div role="navigation">Menu of the page</div><div role="main">${ARTICLE}</div><div role="contentinfo">Imprint</div>`],
    ['an old page of tables', `<table><tr><td>${MENU}</td><td>${ARTICLE}</td></tr></table>`],
    [
      'a page of named parts',
      `<div id="top-nav">Menu of the page</div><div class="cookie-banner">We use cookies</div><div class="content">${ARTICLE}</div><div class="sidebar">Most read</div>`,
    ],
    [
      'a page with hidden parts',
      `${ARTICLE}<p hidden>Draft</p><p style="display: none">Draft</p><script>let a = 1</script><style>p{}</style><noscript>Switch it on</noscript>`,
    ],
    [
      'an article with links around it',
      `<main>${ARTICLE}<div class="share">Share this</div><h2></h2><ul><li><a href="/a">Odd</a></li><li><a href="/b">Even</a></li></ul></main>`,
    ],
  ])('is what is left without the navigation: %s', async (_, body) => {
    expect(await paragraphsOf('page.html', page(body))).toEqual(READ);
  });

  it('keeps the list of links that is the text', async () => {
    const links = ['Decision on the admission of the port of Ardal as an observer', 'Decision on the opening of the training centre in Lomsa'];
    const list = `<ul>${links.map((text, i) => `<li><a href="/${i}">${text}</a></li>`).join('')}</ul>`;
    expect(await paragraphsOf('page.html', page(`<main><h1>Decisions</h1>${list}</main>`))).toEqual([
      '# Decisions',
      links.map((text) => `- ${text}`).join('\n'),
    ]);
  });

  it('keeps what its own text introduces, be it links only', async () => {
    const list = '<ul><li><a href="/a">Ardal</a></li><li><a href="/b">Lomsa</a></li></ul>';
    expect(await paragraphsOf('page.html', page(`<main><h1>Council</h1><h2>Ports</h2>${list}<p>The seats are:</p>${list}<hr>${list}</main>`))).toEqual([
      '# Council',
      '# Ports',
      '- Ardal\n- Lomsa',
      'The seats are:',
      '- Ardal\n- Lomsa',
    ]);
  });

  it('has headings, lists, tables and terms as a reader sees them', async () => {
    const body = `<main><h1>Report</h1><h2>Ports</h2><p>The ports&nbsp;are:</p><ol start="3"><li>Lomsa<ul><li>old quay</li></ul></li><li>Ardal</li></ol>
      <table><caption>Pilots</caption><thead><tr><th>Port</th><th>Year</th><th>Pilots</th></tr></thead>
      <tr><td rowspan="2">Lomsa</td><td>2010</td><td>12</td></tr><tr><td>2011</td><td>14</td></tr></table>
      <dl><dt>Seat</dt><dd>Lomsa</dd></dl><p>First<br>second</p>Loose text<p>of 30 km<sup>2</sup>, said Holm.<sup><a href="#n1">1</a></sup></p></main>`;
    const document = await parseDocument('report.html', Buffer.from(page(body)));
    expect(document.paragraphs.map((paragraph) => [textOf(document, paragraph), paragraph.lead])).toEqual([
      ['Report', undefined],
      ['Ports', undefined],
      ['The ports are:', undefined],
      ['3. Lomsa\n  - old quay\n4. Ardal', 'The ports are:'],
      ['Pilots', undefined],
      ['Lomsa | 2010 | 12', 'Pilots: Port | Year | Pilots'],
      ['Lomsa | 2011 | 14', 'Pilots: Port | Year | Pilots'],
      ['Seat: Lomsa', undefined],
      ['First\nsecond', undefined],
      ['Loose text', undefined],
      ['of 30 km², said Holm.', undefined],
    ]);
    expect(document.paragraphs.at(-1)?.section).toEqual(['Ports']);
  });

  it('comes with the title, the date and the author that the page names, in the encoding it names', async () => {
    const head =
      '<meta charset="windows-1254"><title>Limanlar</title><meta property="article:published_time" content="2011-05-04T10:00:00Z"><meta name="author" content="I. Holm">';
    const bytes = Buffer.from(page('<p>Do\xf0u liman\xfd</p>', head), 'latin1');
    const document = await parseDocument('page.htm', bytes);
    expect(document).toMatchObject({ title: 'Limanlar', metadata: { date: '2011-05-04', author: 'I. Holm' }, text: 'Doğu limanı' });
  });
});

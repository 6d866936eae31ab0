import { strToU8, zipSync } from 'fflate';

/** A book of these chapters, each the body of an XHTML page. */
export function makeEpub(title: string, chapters: string[], more: Record<string, string> = {}): Uint8Array {
  const names = chapters.map((_, i) => `text/chapter ${i + 1}.xhtml`);
  const items = names.map((name, i) => `<item id="c${i}" href="${encodeURI(name)}" media-type="application/xhtml+xml"/>`).join('');
  const pages = chapters.map((body, i) => [
    `OPS/${names[i]}`,
    `<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>${body}</body></html>`,
  ]);
  const files: Record<string, string> = {
    mimetype: 'application/epub+zip',
    'META-INF/container.xml': '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
    'OPS/book.opf': `<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>${title}</dc:title><dc:date>2019-05-04T00:00:00Z</dc:date></metadata>
      <manifest>${items}<item id="nav" properties="nav" href="nav.xhtml"/></manifest>
      <spine><itemref idref="nav"/>${names.map((_, i) => `<itemref idref="c${i}"/>`).join('')}</spine></package>`,
    'OPS/nav.xhtml': '<html><body><h1>Contents of the navigation</h1></body></html>',
    ...Object.fromEntries(pages),
    ...more,
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}

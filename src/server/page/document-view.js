// @ts-check
/**
 * The text of a document with its paragraph numbers, every character as it was indexed.
 *
 * @import { Paragraph, SourceDocument } from './server.js'
 */
import { counted, h } from './dom.js';
import { linkTo } from './places.js';

/** Paragraphs shown before and after the one that was opened; the rest comes on request. */
const PARAGRAPHS_AROUND = 250;

/** Marks of Markdown that are shown, but quietly. */
const MARKUP = /^#{1,6}(?=\s)|\*\*|__|~~|\|/g;

/**
 * Adds a text, with its Markdown marks dimmed. All characters stay, in their order.
 *
 * @param {Node} parent
 * @param {string} text
 * @param {boolean} markdown
 */
function appendText(parent, text, markdown) {
  let at = 0;
  if (markdown) {
    for (const match of text.matchAll(MARKUP)) {
      parent.appendChild(document.createTextNode(text.slice(at, match.index)));
      parent.appendChild(h('span', { class: 'markup' }, match[0]));
      at = match.index + match[0].length;
    }
  }
  parent.appendChild(document.createTextNode(text.slice(at)));
}

/**
 * Whether line breaks matter: in lists, tables and verse they do, in text that was wrapped at a fixed width they do not.
 *
 * @param {string} text
 */
function keepsLines(text) {
  const lines = text.split('\n');
  if (lines.length === 1) return false;
  if (lines.some((line) => /^\s*(?:[-*+•–]|\d{1,3}[.)]|[|>]|```|\s{4})/.test(line))) return true;
  return lines.slice(0, -1).some((line) => line.length < 50);
}

/**
 * @param {SourceDocument} doc
 * @param {Paragraph} paragraph
 * @param {boolean} current
 * @param {{start: number, end: number} | null} highlight
 */
function documentBlock(doc, paragraph, current, highlight) {
  const { start, end } = paragraph;
  const text = doc.text.slice(start, end);
  const markdown = /\.(?:md|markdown)$/i.test(doc.source);
  const level = paragraph.heading ? (/^#+/.exec(text)?.[0].length ?? 2) : 0;
  const words = h('div', { class: `words${keepsLines(text) ? ' lines' : ''}${markdown && text.startsWith('|') ? ' row' : ''}`, dir: 'auto' });
  if (highlight) {
    const mark = h('mark', { id: 'quote' });
    appendText(words, doc.text.slice(start, highlight.start), markdown);
    appendText(mark, doc.text.slice(highlight.start, highlight.end), markdown);
    words.append(mark);
    appendText(words, doc.text.slice(highlight.end, end), markdown);
  } else appendText(words, text, markdown);
  return h(
    'div',
    {
      class: `block${current ? ' current' : ''}${current && !highlight ? ' whole' : ''}${level ? ` heading level-${Math.min(level, 3)}` : ''}`,
      ...(current ? { 'aria-current': 'location' } : {}),
    },
    h(
      'a',
      {
        class: 'margin',
        href: linkTo({ source: doc.source, paragraph: paragraph.paragraph }),
        tabindex: '-1',
        title: `Link to paragraph ${paragraph.paragraph}`,
      },
      h('span', { class: 'hidden' }, 'Paragraph '),
      String(paragraph.paragraph),
    ),
    words,
  );
}

/**
 * What stands between two paragraphs and belongs to neither, such as the head of a table.
 *
 * @param {string} text
 */
function gapBlock(text) {
  const lines = text.split('\n').filter((line) => /[\p{L}\p{N}]/u.test(line));
  if (lines.length === 0) return null;
  const words = h('div', { class: 'words lines row', dir: 'auto' });
  appendText(words, lines.join('\n'), true);
  return h('div', { class: 'block gap' }, words);
}

/** @param {SourceDocument} doc */
function aboutDocument({ source, sha256, metadata }) {
  const values = /** @type {[string, string][]} */ ([...Object.entries(metadata), ['SHA-256', sha256]]);
  const rows = values.flatMap(([name, value]) => [
    h('dt', {}, name === 'SHA-256' ? name : name.replace(/^./, (letter) => letter.toUpperCase())),
    h('dd', { dir: 'auto' }, String(value)),
  ]);
  return h('details', { class: 'about-file' }, h('summary', {}, 'About this file'), h('dl', {}, h('dt', {}, 'File'), h('dd', {}, source), ...rows));
}

/**
 * Shows a document around one of its paragraphs.
 *
 * @param {HTMLElement} scroller
 * @param {SourceDocument} doc
 * @param {Paragraph | null} current
 * @param {{start: number, end: number} | null} highlight The characters to mark.
 */
export function renderDocument(scroller, doc, current, highlight) {
  const { paragraphs, text, metadata } = doc;
  const at = current ? paragraphs.indexOf(current) : 0;
  const flow = h('div', { class: 'flow' });

  /** @param {number} from @param {number} to */
  const blocks = (from, to) => {
    const parts = paragraphs.slice(from, to).flatMap((paragraph, i) => {
      const before = paragraphs[from + i - 1];
      const gap = text.slice(before?.end ?? 0, paragraph.start);
      // The front matter is under "About this file".
      const known = !before && gap.startsWith('---') && Object.keys(metadata).length > 0;
      const block = documentBlock(doc, paragraph, paragraph === current, paragraph === current ? highlight : null);
      block.classList.toggle('tight', before !== undefined && /^\n?[^\n]*$/.test(gap) && gap !== '');
      const turned = paragraph.page && paragraph.page !== before?.page ? h('p', { class: 'page-turn' }, `Page ${paragraph.page}`) : null;
      return [turned, known ? null : gapBlock(gap), block];
    });
    if (to === paragraphs.length) parts.push(gapBlock(text.slice(paragraphs.at(-1)?.end ?? 0)));
    return parts.filter((part) => part !== null);
  };

  /** @param {number} from @param {number} to @param {'before' | 'after'} side */
  const more = (from, to, side) => {
    if (from >= to) return null;
    const near = side === 'before' ? [Math.max(from, to - PARAGRAPHS_AROUND), to] : [from, Math.min(to, from + PARAGRAPHS_AROUND)];
    const [first, last] = /** @type {[number, number]} */ (near);
    const button = h(
      'button',
      {
        type: 'button',
        class: 'quiet more',
        onclick: () => {
          const { scrollHeight, scrollTop } = scroller;
          const rest = side === 'before' ? more(from, first, side) : more(last, to, side);
          const added = blocks(first, last);
          button.replaceWith(...(side === 'before' ? [...(rest ? [rest] : []), ...added] : [...added, ...(rest ? [rest] : [])]));
          if (side === 'before') scroller.scrollTop = scrollTop + scroller.scrollHeight - scrollHeight;
        },
      },
      `Show ${counted(last - first, 'paragraph')} ${side}`,
    );
    return button;
  };

  const from = Math.max(0, at - PARAGRAPHS_AROUND);
  const to = Math.min(paragraphs.length, at + PARAGRAPHS_AROUND + 1);
  const before = more(0, from, 'before');
  const after = more(to, paragraphs.length, 'after');
  flow.append(...[before, ...blocks(from, to), after].filter((part) => part !== null));
  scroller.replaceChildren(aboutDocument(doc), flow);
}

import type { Nodes, Root } from 'mdast';

/** A stretch of a text, in UTF-16 code units. */
export interface Stretch {
  start: number;
  end: number;
}

/**
 * Elements whose content is not shown, whatever their attributes say. One that a line of text only mentions, and does
 * not close, is shown as it is written.
 */
const NEVER_SHOWN = new Set(['script', 'style', 'template', 'iframe', 'noframes', 'noembed', 'datalist']);

/** Elements without content or end. */
const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);

const TOKEN = /<!--[\s\S]*?(?:-->|$)|<(\/?)([a-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^"'>])*)(?:>|$)/gi;
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;

/** Styles that keep a text from being seen: not shown, without size, without colour, or far off the page. */
const HIDING_STYLE =
  /display:none|visibility:(?:hidden|collapse)|font-size:0(?![.\d]*[1-9])|opacity:0(?![.\d]*[1-9])|(?<![\w-])color:transparent|(?:left|right|top|text-indent|margin-left|margin-top):-\d{3}/i;

function isHidden(name: string, attributes: string): boolean {
  if (NEVER_SHOWN.has(name)) return true;
  return [...attributes.matchAll(ATTRIBUTE)].some(([, key = '', ...values]) => {
    const value = values.find((one) => one !== undefined) ?? '';
    if (key.toLowerCase() === 'hidden') return value.toLowerCase() !== 'until-found';
    return key.toLowerCase() === 'style' && HIDING_STYLE.test(value.replace(/\/\*[\s\S]*?\*\/|\s/g, ''));
  });
}

interface HtmlToken extends Stretch {
  kind: 'comment' | 'open' | 'close';
  name: string;
  hidden: boolean;
  /** Where the block ends that the tag stands in; a tag in a line of text ends with its paragraph. */
  blockEnd: number;
}

const BLOCKS = new Set(['paragraph', 'heading', 'tableCell']);

/** Tags and comments of a Markdown tree in the order of the text; those in code are text, not tags. */
function tokensOf(text: string, node: Nodes, blockEnd: number): HtmlToken[] {
  const within = BLOCKS.has(node.type) ? (node.position?.end.offset ?? blockEnd) : blockEnd;
  if ('children' in node) return node.children.flatMap((child) => tokensOf(text, child, within));
  if (node.type !== 'html') return [];
  const from = node.position?.start.offset ?? 0;
  return [...text.slice(from, node.position?.end.offset).matchAll(TOKEN)].map(([tag, slash, name = '', attributes = ''], i, all) => {
    const start = from + (all[i]?.index ?? 0);
    const kind = tag.startsWith('<!--') ? 'comment' : slash ? 'close' : 'open';
    const lower = name.toLowerCase();
    return { kind, name: lower, start, end: start + tag.length, blockEnd: within, hidden: kind === 'open' && isHidden(lower, attributes) };
  });
}

/**
 * What the reader of a rendered Markdown text does not see, in order and without overlap: comments, scripts and styles,
 * and elements that are hidden. What is hidden and never closed is hidden to the end of its paragraph, or of the text.
 */
export function hiddenStretches(text: string, tree: Root): Stretch[] {
  const hidden: Stretch[] = [];
  let open: { name: string; depth: number; start: number; blockEnd: number; mentioned: boolean } | null = null;
  for (const { kind, name, start, end, blockEnd, hidden: hides } of tokensOf(text, tree, text.length)) {
    if (open && start >= open.blockEnd) {
      if (!open.mentioned) hidden.push({ start: open.start, end: open.blockEnd });
      open = null;
    }
    if (!open) {
      if (kind === 'comment') hidden.push({ start, end });
      else if (hides && !VOID.has(name)) open = { name, depth: 1, start, blockEnd, mentioned: NEVER_SHOWN.has(name) && blockEnd < text.length };
    } else if (name === open.name) {
      open.depth += kind === 'open' ? 1 : -1;
      if (open.depth === 0) {
        hidden.push({ start: open.start, end });
        open = null;
      }
    }
  }
  if (open && !open.mentioned) hidden.push({ start: open.start, end: open.blockEnd });
  return hidden;
}

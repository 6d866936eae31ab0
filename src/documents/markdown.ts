import type { Heading, List, Nodes, Root, RootContent, Table } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { toString as plainText } from 'mdast-util-to-string';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfmTable } from 'micromark-extension-gfm-table';
import { parse as parseYaml } from 'yaml';
import type { Paragraph } from './document.js';

/** A list up to this many characters is one paragraph, so that it can be quoted whole; a longer one is a paragraph an item. */
const MAX_LIST_LENGTH = 1200;

/** What a parser finds in a document's text. */
export interface ParsedText {
  title: string | null;
  metadata: Record<string, string>;
  paragraphs: Paragraph[];
}

const parseTree = (text: string): Root =>
  fromMarkdown(text, {
    extensions: [gfmTable(), frontmatter('yaml')],
    mdastExtensions: [gfmTableFromMarkdown(), frontmatterFromMarkdown('yaml')],
  });

/** Front matter as flat text values; a broken front matter counts as none. */
function readFrontMatter(yaml: string): Record<string, string> {
  let values: unknown;
  try {
    // The core schema would turn 2019-10-15 into a Date and 2023-10 into text; text is what is shown and searched.
    values = parseYaml(yaml, { schema: 'failsafe' });
  } catch {
    return {};
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return {};
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, flatValue(value)]));
}

/** A front matter value on one line: lists and nested keys are joined with commas. */
function flatValue(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  if (Array.isArray(value)) return value.map(flatValue).join(', ');
  return Object.entries(value)
    .map(([key, nested]) => `${key}: ${flatValue(nested)}`)
    .join(', ');
}

const offsets = (node: Nodes) => ({ start: node.position?.start.offset ?? 0, end: node.position?.end.offset ?? 0 });

/** What a reader of the page does not see: in any block, and in a block of HTML. */
const COMMENT = /<!--[\s\S]*?-->/g;
const HIDDEN_HTML = /<!--[\s\S]*?(?:-->|$)|<(script|style)\b[\s\S]*?(?:<\/\1>|$)/gi;

/** The stretches of a block between what is hidden in it, without the white space around them. */
function visibleParts(text: string, node: Nodes): { start: number; end: number }[] {
  const { start, end } = offsets(node);
  const block = text.slice(start, end);
  const hidden = [...block.matchAll(node.type === 'html' ? HIDDEN_HTML : COMMENT)].map((match) => ({ from: match.index, to: match.index + match[0].length }));
  return [0, ...hidden.map(({ to }) => to)].map((from, i) => {
    const part = block.slice(from, hidden[i]?.from ?? block.length);
    const at = start + from + part.length - part.trimStart().length;
    return { start: at, end: at + part.trim().length };
  });
}

/**
 * Blocks of a Markdown text: headings, paragraphs, lists, table rows, quoted blocks, code, text in HTML tags.
 * Front matter, comments, scripts and styles are not indexed; a comment inside a block ends one paragraph.
 */
export function parseMarkdown(text: string): ParsedText {
  const paragraphs: Paragraph[] = [];
  const open: { depth: number; title: string }[] = [];
  let metadata: Record<string, string> = {};
  let title: string | null = null;

  const add = (span: { start: number; end: number }, extra: { heading?: boolean; lead?: string } = {}) => {
    if (!/[\p{L}\p{N}]/u.test(text.slice(span.start, span.end).replace(/<\/?[a-z][^>]*>/gi, ''))) return;
    const { heading = false, lead } = extra;
    const section = open.map((s) => s.title);
    paragraphs.push({ paragraph: paragraphs.length + 1, ...span, section, heading, ...(lead ? { lead } : {}) });
  };

  const addVisible = (node: Nodes, extra: { heading?: boolean; lead?: string } = {}) => {
    for (const part of visibleParts(text, node)) add(part, extra);
  };

  const addHeading = (node: Heading) => {
    const words = plainText(node).trim();
    while ((open.at(-1)?.depth ?? 0) >= node.depth) open.pop();
    addVisible(node, { heading: true });
    if (node.depth === 1 && title === null) title = words;
    else if (words) open.push({ depth: node.depth, title: words });
  };

  const addList = (node: List, lead: string | undefined) => {
    const { start, end } = offsets(node);
    for (const part of end - start <= MAX_LIST_LENGTH ? [node] : node.children) addVisible(part, lead ? { lead } : {});
  };

  const addTable = (node: Table) => {
    const [header, ...rows] = node.children;
    const lead = header?.children.map((cell) => plainText(cell)).join(' | ');
    for (const row of rows) addVisible(row, lead ? { lead } : {});
  };

  const visit = (nodes: RootContent[]) => {
    let lead: string | undefined;
    for (const node of nodes) {
      if (node.type === 'yaml') metadata = readFrontMatter(node.value);
      else if (node.type === 'heading') addHeading(node);
      else if (node.type === 'list') addList(node, lead);
      else if (node.type === 'table') addTable(node);
      else if (node.type === 'blockquote') visit(node.children);
      else if (node.type === 'paragraph' || node.type === 'html') addVisible(node);
      else if (node.type === 'code') add(offsets(node));
      lead = node.type === 'paragraph' && /[:;]$/.test(plainText(node).trim()) ? plainText(node).trim() : undefined;
    }
  };

  visit(parseTree(text).children);
  return { title: metadata.title || title, metadata, paragraphs };
}

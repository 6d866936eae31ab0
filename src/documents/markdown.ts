import type { Heading, List, Nodes, Root, RootContent, Table } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { toString as plainText } from 'mdast-util-to-string';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfmTable } from 'micromark-extension-gfm-table';
import { parse as parseYaml } from 'yaml';
import type { Paragraph } from './document.js';
import { hiddenStretches, type Stretch } from './hidden.js';

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

/** The stretches of a block between what is hidden in it, without the white space around them. */
function visibleParts(text: string, node: Nodes, hidden: Stretch[]): Stretch[] {
  const block = offsets(node);
  const within = hidden.filter(({ start, end }) => start < block.end && end > block.start);
  return [block.start, ...within.map(({ end }) => end)].flatMap((from, i) => {
    const part = text.slice(from, within[i]?.start ?? block.end);
    const start = from + part.length - part.trimStart().length;
    return part.trim() ? [{ start, end: start + part.trim().length }] : [];
  });
}

/** The words of a block as they are seen, without marks and tags. */
function wordsOf(node: Nodes, hidden: Stretch[]): string {
  if ('children' in node) return node.children.map((child) => wordsOf(child, hidden)).join('');
  const { start } = offsets(node);
  return node.type === 'html' || hidden.some((one) => start >= one.start && start < one.end) ? '' : plainText(node);
}

/**
 * Blocks of a Markdown text: headings, paragraphs, lists, table rows, quoted blocks, code, text in HTML tags.
 * Front matter and what is hidden (comments, scripts, elements that are not shown) are not indexed; where something is
 * hidden inside a block, one paragraph ends and another begins.
 */
export function parseMarkdown(text: string): ParsedText {
  const tree = parseTree(text);
  const hidden = hiddenStretches(text, tree);
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
    for (const part of visibleParts(text, node, hidden)) add(part, extra);
  };

  const addHeading = (node: Heading) => {
    const words = wordsOf(node, hidden).trim();
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
    const lead = header?.children.map((cell) => wordsOf(cell, hidden)).join(' | ');
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
      else if (node.type === 'code') addVisible(node);
      lead = node.type === 'paragraph' && /[:;]$/.test(wordsOf(node, hidden).trim()) ? wordsOf(node, hidden).trim() : undefined;
    }
  };

  visit(tree.children);
  return { title: metadata.title || title, metadata, paragraphs };
}

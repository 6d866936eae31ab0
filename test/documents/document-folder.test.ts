import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DocumentNameError, putDocument, removeDocument, safeSource } from '../../src/documents/document-folder.js';
import { temporaryFolder } from '../fixtures.js';

describe('a name for a document', () => {
  it.each(['a.md', 'Ünï çödé 報告.txt', 'communiqués/2026/week 3.md', 'a..b.md'])('may be %j', (name) => {
    expect(safeSource(name)).toBe(name);
  });

  it('is in the composed form', () => {
    expect(safeSource('re\u0301sume\u0301.md')).toBe('r\u00e9sum\u00e9.md');
  });

  it.each([
    '',
    '.md',
    '../a.md',
    'below/../../a.md',
    '/etc/passwd.md',
    'below//a.md',
    '.hidden/a.md',
    'a.md ',
    'a\\b.md',
    'C:a.md',
    'a\u0000.md',
    'a\n.md',
    'a.exe',
    'a',
    `${'x'.repeat(260)}.md`,
    `${'x/'.repeat(600)}a.md`,
  ])('may not be %j', (name) => {
    expect(() => safeSource(name)).toThrow(DocumentNameError);
  });
});

describe('the document folder', () => {
  it('takes a document, a new version of it, and gives it up', async () => {
    const folder = await temporaryFolder();
    expect(await putDocument(folder, 'below/a.md', Buffer.from('One.'))).toEqual({ replaced: false });
    expect(await putDocument(folder, 'below/a.md', Buffer.from('Two.'))).toEqual({ replaced: true });
    expect(await readFile(path.join(folder, 'below/a.md'), 'utf8')).toBe('Two.');
    expect(await readdir(path.join(folder, 'below'))).toEqual(['a.md']);
    expect(await removeDocument(folder, 'below/a.md')).toBe(true);
    expect(await removeDocument(folder, 'below/a.md')).toBe(false);
    expect(await removeDocument(folder, 'nowhere/a.md')).toBe(false);
  });

  it('is not left through a link, nor is a folder in it replaced', async () => {
    const outside = await temporaryFolder({ 'a.md': 'Theirs.' });
    const folder = await temporaryFolder();
    await symlink(outside, path.join(folder, 'link'));
    await expect(putDocument(folder, 'link/a.md', Buffer.from('Ours.'))).rejects.toThrow(DocumentNameError);
    await expect(removeDocument(folder, 'link/a.md')).rejects.toThrow(DocumentNameError);
    expect(await readFile(path.join(outside, 'a.md'), 'utf8')).toBe('Theirs.');
    await mkdir(path.join(folder, 'b.md'));
    await expect(putDocument(folder, 'b.md', Buffer.from('Ours.'))).rejects.toThrow(DocumentNameError);
    expect(await removeDocument(folder, 'b.md')).toBe(false);
  });

  it('a link that stands for a document is replaced, not what it leads to', async () => {
    const outside = await temporaryFolder({ 'a.md': 'Theirs.' });
    const folder = await temporaryFolder();
    await symlink(path.join(outside, 'a.md'), path.join(folder, 'a.md'));
    await putDocument(folder, 'a.md', Buffer.from('Ours.'));
    expect(await readFile(path.join(outside, 'a.md'), 'utf8')).toBe('Theirs.');
    expect(await readFile(path.join(folder, 'a.md'), 'utf8')).toBe('Ours.');
  });
});

import { execFile } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeProgress, showProgress } from '../../src/cli/progress.js';
import { HARBOURS, temporaryFolder } from '../fixtures.js';
import { startModelServer } from '../generative/model-server.js';

/** Runs the built command line; never rejects. */
function verbatim(args: string[], environment: Record<string, string>): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['dist/cli/main.js', ...args], { env: { ...process.env, READER: 'off', ...environment } }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

async function folders(files = HARBOURS): Promise<Record<string, string>> {
  const folder = await temporaryFolder(Object.fromEntries(Object.entries(files).map(([name, content]) => [`corpus/${name}`, content])));
  return { CORPUS_DIR: path.join(folder, 'corpus'), INDEX_DIR: path.join(folder, 'index') };
}

describe('verbatim ask', () => {
  it('prints the answer with its quotes; progress goes to standard error', async () => {
    const environment = await folders();
    const first = await verbatim(['ask', 'When was the Varna Pact signed?'], environment);
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('14 May 2009');
    expect(first.stdout).toMatch(/\[1\] varna-pact\.md, paragraph 3: "/);
    expect(first.stderr).toContain('passages');
    const reply = JSON.parse((await verbatim(['ask', '--json', 'When was the Varna Pact signed?'], environment)).stdout);
    expect(reply.citations[0].source).toBe('varna-pact.md');
  });

  it('tells by its exit code that there is no answer, or no question', async () => {
    const environment = await folders();
    const none = await verbatim(['ask', 'What is the boiling point of ethanol?'], environment);
    expect(none).toMatchObject({ code: 3, stdout: expect.stringContaining('nearest passages') });
    expect((await verbatim(['ask'], environment)).code).toBe(2);
  });
});

describe('verbatim index and doctor', () => {
  it('reports the generation and what was left out', async () => {
    const { code, stdout } = await verbatim(['index'], await folders({ ...HARBOURS, 'scan.pdf': '%PDF' }));
    expect(code).toBe(0);
    expect(stdout).toMatch(/generation 000001 .*2 documents/);
    expect(stdout).toContain('warning: scan.pdf');
  });

  it('checks the machine, and fails with advice where something must be mended', async () => {
    const environment = await folders();
    const well = await verbatim(['doctor'], { ...environment, PORT: '0' });
    expect(well).toMatchObject({ code: 0, stdout: expect.stringContaining('no index yet') });
    const ill = await verbatim(['doctor'], { ...environment, PORT: '0', CORPUS_DIR: path.join(environment.CORPUS_DIR as string, 'nowhere') });
    expect(ill).toMatchObject({ code: 1, stdout: expect.stringMatching(/fail {2}.*CORPUS_DIR/) });
  });
});

describe('verbatim doctor with a language model', () => {
  it('says whether its server is there and has it', async () => {
    const model = await startModelServer();
    const environment = { ...(await folders()), PORT: '0', LLM_BASE_URL: model.url };
    const found = await verbatim(['doctor'], { ...environment, LLM_MODEL: 'scripted' });
    expect(found).toMatchObject({ code: 0, stdout: expect.stringMatching(/ok.*prompts answer@\d[\s\S]*ok {4}language model scripted is there/) });
    const other = await verbatim(['doctor'], { ...environment, LLM_MODEL: 'other' });
    expect(other.stdout).toMatch(/note {2}.*does not list other; it has scripted/);
    await model.close();
    const gone = await verbatim(['doctor'], { ...environment, LLM_MODEL: 'scripted' });
    expect(gone).toMatchObject({ code: 0, stdout: expect.stringMatching(/note {2}.*cannot be read/) });
  });
});

describe('a wrong call', () => {
  it('stops with the setting, its value and what is allowed', async () => {
    const { code, stderr } = await verbatim(['serve'], { PORT: 'eighty', READER: 'maybe' });
    expect(code).toBe(1);
    expect(stderr).toContain('PORT="eighty" is not allowed; it must be a whole number from 0 to 65535');
    expect(stderr).toContain('READER="maybe" is not allowed; it must be one of on, off');
    expect(stderr).not.toContain('    at ');
  });

  it('names an unknown command and shows what there is', async () => {
    expect(await verbatim(['indx'], {})).toMatchObject({ code: 2, stderr: expect.stringMatching(/indx[\s\S]*usage/) });
  });
});

describe('progress', () => {
  const at = (passagesDone: number) => ({ phase: 'embedding' as const, files: 2, passages: 100, passagesDone });

  it('says how far it is, how fast, and how long it will take', () => {
    expect(describeProgress(at(40), 2)).toBe('2 files, 40/100 passages, 20 passages/s, 3 s left');
    expect(describeProgress(at(0), 0)).toBe('2 files, 0/100 passages');
  });

  it('redraws one line on a terminal and writes plain lines elsewhere', () => {
    const draw = (isTTY: boolean) => {
      const written: string[] = [];
      let clock = 0;
      const progress = showProgress({ write: (text) => written.push(text), isTTY }, () => (clock += 3000));
      progress.update(at(10));
      progress.update(at(50));
      progress.end();
      return written.join('');
    };
    expect(draw(true)).toContain('\r');
    expect(draw(true).endsWith('\n')).toBe(true);
    expect(draw(false)).toMatch(/^indexing: .*\nindexing: .*50\/100.*\n$/);
  });
});

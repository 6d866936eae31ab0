import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { env } from '@huggingface/transformers';
import { HuggingFaceTransformersEmbeddings } from '@langchain/community/embeddings/huggingface_transformers';
import { HNSWLib } from '@langchain/community/vectorstores/hnswlib';
import { Document } from '@langchain/core/documents';
import { RecursiveCharacterTextSplitter } from '@langchain/textsplitters';
import { readConfig } from '../config/config.js';
import { readLimits } from '../documents/limits.js';
import { readFolder } from '../documents/read-folder.js';
import { prepareMiniLm } from '../embedding/minilm.js';
import { type IndexingMeasurement, peakMemory, report, WARM_UP } from './child.js';

const config = readConfig();
const model = await prepareMiniLm(config.MODEL_CACHE_DIR, config.EMBEDDING_DTYPE);
env.allowRemoteModels = false;
env.localModelPath = path.dirname(model);
const embeddings = new HuggingFaceTransformersEmbeddings({
  model: path.basename(model),
  pretrainedOptions: { dtype: config.EMBEDDING_DTYPE === 'int8' ? 'q8' : 'fp32', session_options: { intraOpNumThreads: config.THREADS } },
});
await embeddings.embedDocuments(WARM_UP);
const { documents } = await readFolder(config.CORPUS_DIR, readLimits(config));
const folder = await mkdtemp(path.join(tmpdir(), 'langchain-bench-'));
const began = performance.now();
const splitter = new RecursiveCharacterTextSplitter({ chunkSize: 1000, chunkOverlap: 200 });
const chunks = await splitter.splitDocuments(documents.map(({ source, text }) => new Document({ pageContent: text, metadata: { source } })));
const store = await HNSWLib.fromDocuments(chunks, embeddings);
await store.save(folder);
const seconds = (performance.now() - began) / 1000;
await rm(folder, { recursive: true });
report({ chunks: chunks.length, seconds, peakMiB: peakMemory() } satisfies IndexingMeasurement);

import { contribDomain, createOnnxGraph, elementTypeCode, type OnnxGraph } from './onnx-graph.js';
import type { Tensor } from './safetensors.js';

export interface BertConfig {
  hidden_size: number;
  intermediate_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  layer_norm_eps: number;
  vocab_size: number;
  max_position_embeddings: number;
  type_vocab_size: number;
}

export type Precision = string;

/** Transposes a row-major [rows, columns] matrix. */
function transpose({ shape: [rows = 0, columns = 0], data }: Tensor): Float32Array {
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = data[r * columns + c] as number;
  return out;
}

const f16 = new Uint16Array(1);
export function floatToHalf(x: number): number {
  const f = new Float32Array([x]);
  const b = new Uint32Array(f.buffer)[0] as number;
  const s = (b >>> 16) & 0x8000;
  let e = ((b >>> 23) & 0xff) - 112;
  let m = b & 0x7fffff;
  if (e <= 0) {
    if (e < -10) return s;
    m |= 0x800000;
    return s | (m >> (14 - e));
  }
  if (e >= 31) return s | 0x7c00;
  f16[0] = 0;
  return s | (e << 10) | (m >> 13);
}

function nbits(graph: OnnxGraph, name: string, w: Tensor, x: string, bias: Float32Array, block: number, acc: number): string {
  const [N = 0, K = 0] = w.shape;
  const nb = K / block;
  const q = new Uint8Array(N * K);
  const s = new Float32Array(N * nb);
  for (let n = 0; n < N; n++)
    for (let b = 0; b < nb; b++) {
      let m = 0;
      for (let i = 0; i < block; i++) m = Math.max(m, Math.abs(w.data[n * K + b * block + i] as number));
      const scale = m / 127 || 1;
      s[n * nb + b] = scale;
      for (let i = 0; i < block; i++) q[n * K + b * block + i] = 128 + Math.round((w.data[n * K + b * block + i] as number) / scale);
    }
  return graph.node(
    'MatMulNBits',
    [
      x,
      graph.constant(`${name}.q`, 'uint8', [N, nb, block], q),
      graph.constant(`${name}.s`, 'float', [N * nb], s),
      '',
      '',
      graph.constant(`${name}.b`, 'float', [N], bias),
    ],
    { K, N, bits: 8, block_size: block, accuracy_level: acc },
    contribDomain,
  );
}

function dynamic(graph: OnnxGraph, name: string, w: Tensor, x: string, bias: Float32Array): string {
  const [N = 0, K = 0] = w.shape;
  const q = new Int8Array(N * K);
  const s = new Float32Array(N);
  for (let n = 0; n < N; n++) {
    let m = 0;
    for (let i = 0; i < K; i++) m = Math.max(m, Math.abs(w.data[n * K + i] as number));
    s[n] = m / 127 || 1;
    for (let i = 0; i < K; i++) q[i * N + n] = Math.round((w.data[n * K + i] as number) / (s[n] as number));
  }
  return graph.node(
    'DynamicQuantizeMatMul',
    [
      x,
      graph.constant(`${name}.q`, 'int8', [K, N], q),
      graph.constant(`${name}.s`, 'float', [N], s),
      '',
      graph.constant(`${name}.b`, 'float', [N], bias),
    ],
    {},
    contribDomain,
  );
}

interface Rows { q: string; scale: string }
function quantizeRows(graph: OnnxGraph, x: string, smooth: Float32Array | null, id: string): Rows {
  const c127 = graph.constant(`${id}.127`, 'float', [], new Float32Array([127]));
  const zp = graph.constant(`${id}.128`, 'uint8', [], new Uint8Array([128]));
  const y = smooth ? graph.node('Mul', [x, graph.constant(`${id}.smooth`, 'float', [smooth.length], smooth.map((s) => 1 / s))]) : x;
  const hi = graph.node('ReduceMax', [y], { axes: [-1], keepdims: 1 });
  const lo = graph.node('Neg', [graph.node('ReduceMin', [y], { axes: [-1], keepdims: 1 })]);
  const scale = graph.node('Div', [graph.node('Max', [hi, lo]), c127]);
  const q = graph.node('QuantizeLinear', [graph.node('Div', [y, scale]), graph.constant(`${id}.1`, 'float', [], new Float32Array([1])), zp]);
  return { q, scale };
}
function rowMatMul(graph: OnnxGraph, name: string, w: Tensor, rows: Rows, bias: Float32Array, smooth: Float32Array | null): string {
  const [N = 0, K = 0] = w.shape;
  const q = new Int8Array(N * K);
  const s = new Float32Array(N);
  for (let n = 0; n < N; n++) {
    let m = 0;
    const at = (i: number) => (w.data[n * K + i] as number) * (smooth?.[i] ?? 1);
    for (let i = 0; i < K; i++) m = Math.max(m, Math.abs(at(i)));
    s[n] = m / 127 || 1;
    for (let i = 0; i < K; i++) q[i * N + n] = Math.round(at(i) / (s[n] as number));
  }
  const y = graph.node('MatMulIntegerToFloat', [rows.q, graph.constant(`${name}.q`, 'int8', [K, N], q),
    graph.constant(`${name}.as`, 'float', [], new Float32Array([1])), graph.constant(`${name}.s`, 'float', [N], s),
    graph.constant(`${name}.az`, 'uint8', [], new Uint8Array([128]))], {}, contribDomain);
  return graph.node('Add', [graph.node('Mul', [y, rows.scale]), graph.constant(`${name}.b`, 'float', [N], bias)]);
}

export function bertGraph(weights: Map<string, Tensor>, config: BertConfig, precision: Precision): Uint8Array {
  const graph = createOnnxGraph('bert');
  const t = (name: string): Tensor => {
    const tensor = weights.get(name);
    if (!tensor) throw new Error(`the weights lack the tensor ${name}`);
    return tensor;
  };
  const vec = (name: string) => graph.constant(name, 'float', t(name).shape, t(name).data);
  const half = (name: string) => {
    const x = t(name);
    return graph.constant(name, 'float16', x.shape, Uint16Array.from(x.data, floatToHalf));
  };
  const H = config.hidden_size;
  const ids = graph.input('input_ids', 'int64', ['batch', 'sequence']);
  const mask = graph.input('attention_mask', 'int64', ['batch', 'sequence']);
  const types = graph.input('token_type_ids', 'int64', ['batch', 'sequence']);
  const mask32 = graph.node('Cast', [mask], { to: elementTypeCode('int32') });
  const f32 = (x: string) => graph.node('Cast', [x], { to: elementTypeCode('float') });
  const eps = { float: config.layer_norm_eps };
  const words = f32(graph.node('Gather', [half('embeddings.word_embeddings.weight'), ids]));
  const typed = graph.node('Gather', [vec('embeddings.token_type_embeddings.weight'), types]);
  const zero = graph.constant('zero', 'int64', [], new BigInt64Array([0n]));
  const one = graph.constant('one', 'int64', [1], new BigInt64Array([1n]));
  const one0 = graph.constant('one0', 'int64', [], new BigInt64Array([1n]));
  const len = graph.node('Gather', [graph.node('Shape', [ids]), one], {});
  const len0 = graph.node('Squeeze', [len]);
  const pos = graph.node('Gather', [vec('embeddings.position_embeddings.weight'), graph.node('Range', [zero, len0, one0])]);
  const sum = graph.node('Add', [graph.node('Add', [words, typed]), pos]);
  let x = graph.node('LayerNormalization', [sum, vec('embeddings.LayerNorm.weight'), vec('embeddings.LayerNorm.bias')], { axis: -1, epsilon: eps });
  const [kind, ...opts] = precision.split(':');
  const skip = new Set((opts[2] ?? '').split(',').filter(Boolean));
  const linear = (name: string, w: Tensor, b: Float32Array, input: string): string => {
    if (kind === 'nbits' && ![...skip].some((s) => name.includes(s))) return nbits(graph, name, w, input, b, Number(opts[0]), Number(opts[1]));
    if (kind === 'dynamic' && ![...skip].some((s) => name.includes(s))) return dynamic(graph, name, w, input, b);
    const m = graph.node('MatMul', [input, graph.constant(`${name}.w`, 'float', [w.shape[1] as number, w.shape[0] as number], transpose(w))]);
    return graph.node('Add', [m, graph.constant(`${name}.b`, 'float', [b.length], b)]);
  };
  const useRow = (name: string) => kind === 'row' && ![...skip].some((s) => name.includes(s));
  const alpha = Number(opts[0] || 0);
  const lnSmooth = (p: string, ws: Tensor[]): Float32Array | null => {
    if (!alpha) return null;
    const g = t(`${p}.weight`).data;
    const b = t(`${p}.bias`).data;
    const out = new Float32Array(H);
    for (let i = 0; i < H; i++) {
      let wm = 0;
      for (const w of ws) for (let n = 0; n < (w.shape[0] as number); n++) wm = Math.max(wm, Math.abs(w.data[n * H + i] as number));
      out[i] = (3 * Math.abs(g[i] as number) + Math.abs(b[i] as number)) ** alpha / wm ** (1 - alpha);
    }
    return out;
  };
  const skipNorm = (a: string, b: string, p: string) =>
    graph.node('SkipLayerNormalization', [a, b, vec(`${p}.LayerNorm.weight`), vec(`${p}.LayerNorm.bias`)], { epsilon: eps }, contribDomain);
  for (let l = 0; l < config.num_hidden_layers; l++) {
    const p = `encoder.layer.${l}`;
    const parts = ['query', 'key', 'value'].map((s) => ({ w: t(`${p}.attention.self.${s}.weight`), b: t(`${p}.attention.self.${s}.bias`).data }));
    const prevLn = l === 0 ? 'embeddings.LayerNorm' : `encoder.layer.${l - 1}.output.LayerNorm`;
    let sm: Float32Array | null = null;
    let rows: Rows | null = null;
    if (useRow('query')) { sm = lnSmooth(prevLn, parts.map((q) => q.w)); rows = quantizeRows(graph, x, sm, `${p}.in`); }
    const [q, k, v] = rows ? (['query', 'key', 'value'].map((s, i) => rowMatMul(graph, `${p}.${s}`, (parts[i] as { w: Tensor }).w, rows as Rows, (parts[i] as { b: Float32Array }).b, sm)) as [string, string, string]) : ['query', 'key', 'value'].map((s, i) => linear(`${p}.${s}`, (parts[i] as { w: Tensor }).w, (parts[i] as { b: Float32Array }).b, x)) as [string, string, string];
    const att = graph.node('MultiHeadAttention', [q, k, v, '', mask32], { num_heads: config.num_attention_heads }, contribDomain);
    const ao = useRow('attout') ? rowMatMul(graph, `${p}.attout`, t(`${p}.attention.output.dense.weight`), quantizeRows(graph, att, null, `${p}.att`), t(`${p}.attention.output.dense.bias`).data, null) : linear(`${p}.attout`, t(`${p}.attention.output.dense.weight`), t(`${p}.attention.output.dense.bias`).data, att);
    x = skipNorm(ao, x, `${p}.attention.output`);
    const upW = t(`${p}.intermediate.dense.weight`);
    const usm = lnSmooth(`${p}.attention.output.LayerNorm`, [upW]);
    const up = useRow('ffnup') ? rowMatMul(graph, `${p}.ffnup`, upW, quantizeRows(graph, x, usm, `${p}.upin`), t(`${p}.intermediate.dense.bias`).data, usm) : linear(`${p}.ffnup`, t(`${p}.intermediate.dense.weight`), t(`${p}.intermediate.dense.bias`).data, x);
    const act = graph.node('Gelu', [up], {}, contribDomain);
    const down = useRow('ffndown') ? rowMatMul(graph, `${p}.ffndown`, t(`${p}.output.dense.weight`), quantizeRows(graph, act, null, `${p}.downin`), t(`${p}.output.dense.bias`).data, null) : linear(`${p}.ffndown`, t(`${p}.output.dense.weight`), t(`${p}.output.dense.bias`).data, act);
    x = skipNorm(down, x, `${p}.output`);
  }
  graph.output('last_hidden_state', x, ['batch', 'sequence', H]);
  return graph.encode();
}

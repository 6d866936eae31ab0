import { contribDomain, type OnnxGraph } from './onnx-graph.js';
import type { Tensor } from './safetensors.js';

/** A matrix whose rows were quantised one by one: `values * scale` is the original, up to rounding. */
export interface QuantisedRows {
  values: string;
  /** [rows, 1]: each row's scale. */
  scale: string;
}

/** Activations are unsigned with this zero point, the pair (u8, s8) that the integer kernels are fastest with. */
const ZERO_POINT = 128;
const LIMIT = 127;

/** Adds the zero point of each row of a matrix. */
export function zeroPointsOf(graph: OnnxGraph, rows: string): string {
  const zeroPoint = graph.constant('quantisation.zero_point', 'uint8', [], new Uint8Array([ZERO_POINT]));
  return graph.node('Expand', [zeroPoint, graph.node('Shape', [rows], { end: 1 })]);
}

/**
 * Adds nodes that quantise each row (each token) of a matrix by its own largest magnitude.
 *
 * The usual dynamic quantisation takes one scale for the whole batch: an outlier token then coarsens all
 * others (0.008 nDCG@10 on SciFact) and a vector depends on what it was batched with. A scale a token costs
 * a little time and removes both.
 *
 * @param zeroPoints What {@link zeroPointsOf} made of a matrix of as many rows.
 */
export function quantiseRows(graph: OnnxGraph, value: string, zeroPoints: string): QuantisedRows {
  const last = { axes: [-1], keepdims: 1 };
  const top = graph.node('ReduceMax', [value], last);
  const bottom = graph.node('Neg', [graph.node('ReduceMin', [value], last)]);
  const limit = graph.constant('quantisation.limit', 'float', [], new Float32Array([LIMIT]));
  const scale = graph.node('Div', [graph.node('Max', [top, bottom]), limit]);
  const scales = graph.node('Squeeze', [scale, graph.constant('quantisation.column', 'int64', [1], new BigInt64Array([1n]))]);
  return { values: graph.node('QuantizeLinear', [value, scales, zeroPoints], { axis: 0 }), scale };
}

/** Weights of a linear layer as signed bytes, transposed to [in, out], with a scale for each output channel. */
function quantiseWeights({ shape: [outputs = 0, inputs = 0], data }: Tensor): { values: Int8Array; scales: Float32Array } {
  const values = new Int8Array(data.length);
  const scales = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++) {
    const row = data.subarray(o * inputs, (o + 1) * inputs);
    const scale = row.reduce((max, x) => Math.max(max, Math.abs(x)), 0) / LIMIT || 1;
    scales[o] = scale;
    row.forEach((x, i) => {
      values[i * outputs + o] = Math.round(x / scale);
    });
  }
  return { values, scales };
}

/** Adds a linear layer on quantised rows; its result is 32-bit floats. */
export function quantisedLinear(graph: OnnxGraph, name: string, rows: QuantisedRows, weight: Tensor, bias: Tensor): string {
  const [outputs = 0, inputs = 0] = weight.shape;
  const { values, scales } = quantiseWeights(weight);
  const product = graph.node(
    'MatMulIntegerToFloat',
    [
      rows.values,
      graph.constant(`${name}.weight_int8`, 'int8', [inputs, outputs], values),
      graph.constant('quantisation.unit', 'float', [], new Float32Array([1])),
      graph.constant(`${name}.weight_scale`, 'float', [outputs], scales),
      graph.constant('quantisation.zero_point', 'uint8', [], new Uint8Array([ZERO_POINT])),
    ],
    {},
    contribDomain,
  );
  return graph.node('Add', [graph.node('Mul', [product, rows.scale]), graph.constant(`${name}.bias`, 'float', [outputs], bias.data)]);
}

import type { EncoderLayers } from './bert-graph.js';
import type { OnnxGraph } from './onnx-graph.js';
import type { Tensor } from './safetensors.js';

/** Transposes a row-major [rows, columns] matrix. */
function transpose({ shape: [rows = 0, columns = 0], data }: Tensor): Float32Array {
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = data[r * columns + c] as number;
  return out;
}

/** The linear layers of a BERT encoder in 32-bit floats. @param tensor The weight of a name. */
export function floatLayers(graph: OnnxGraph, tensor: (name: string) => Tensor): EncoderLayers {
  const dense = (name: string, input: string) => {
    const weight = tensor(`${name}.weight`);
    const [outputs = 0, inputs = 0] = weight.shape;
    const product = graph.node('MatMul', [input, graph.constant(`${name}.weight`, 'float', [inputs, outputs], transpose(weight))]);
    return graph.node('Add', [product, graph.constant(`${name}.bias`, 'float', [outputs], tensor(`${name}.bias`).data)]);
  };
  return {
    project: (layer, input) => ['query', 'key', 'value'].map((part) => dense(`${layer}.attention.self.${part}`, input)) as [string, string, string],
    attend: (layer, input) => dense(`${layer}.attention.output.dense`, input),
    widen: (layer, input) => dense(`${layer}.intermediate.dense`, input),
    narrow: (layer, input) => dense(`${layer}.output.dense`, input),
  };
}

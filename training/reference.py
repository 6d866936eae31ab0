"""Writes what the exported reader must answer for two small inputs, to check another implementation against."""
import argparse
import json

import torch

from evaluate import inputs, load, run
from wordpiece import WordPiece

CASES = [
    ("When did Hungary become an observer?", "Budapest office | History\n",
     "The office opened in 1998. Hungary became an observer on 3 September 2019, after two years of talks."),
    ("Who wrote the report?", "", "The weather was mild and the harvest good."),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    piece, model, found = WordPiece(f"{args.base}/tokenizer.json"), load(args.base, args.weights), []
    for question, prefix, passage in CASES:
        window = next(inputs(piece, question, prefix, passage))
        ids, second, *_ = window
        types = [0] * second + [1] * (len(ids) - second)
        with torch.no_grad():
            start, end, answerable, relevance = model(torch.tensor([ids]), torch.tensor([types]), torch.ones(1, len(ids), dtype=torch.long))
        best = run(model, [window])[0]
        found.append({"question": question, "prefix": prefix, "passage": passage, "ids": ids, "tokenTypes": types,
                      "start": [round(v, 4) for v in start[0].tolist()], "end": [round(v, 4) for v in end[0].tolist()],
                      "answerable": round(answerable.item(), 4), "relevance": round(relevance.item(), 4),
                      "margin": round(best["margin"], 4), "answer": passage[slice(*best["span"])]})
    with open(args.out, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()

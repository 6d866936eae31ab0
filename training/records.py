"""Reads the question files; nothing here knows about tokens."""
import gzip
import json
import re
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
SHARED = REPO.parent / "shared" / "data"
INVENTED_TITLE = re.compile(r"^(SQuAD article|Reddit post|Amazon Reviews|Quoref passage|Annual report|wikipedia:|wikinews:|\d)")


def read_jsonl(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def code_points(text, offset):
    """The files count UTF-16 units, Python counts code points; they differ beyond the BMP."""
    if text.isascii():
        return offset
    return len(text.encode("utf-16-le")[: 2 * offset].decode("utf-16-le", "ignore"))


def with_answers(record):
    context = record["context"]
    record["spans"] = []
    for answer in record["answers"]:
        start = code_points(context, answer["start"])
        record["spans"].append((start, start + len(answer["text"])))
    return record


def train_records(folder):
    for path in sorted(Path(folder).glob("train-*.jsonl.gz")):
        for record in read_jsonl(path):
            yield with_answers(record)


def dev_records(folder):
    return [with_answers(record) for record in read_jsonl(Path(folder) / "dev.jsonl.gz")]


def squad_file(path):
    """SQuAD 1.1, SQuAD 2.0 and XQuAD files -> the same records as dev_records (offsets in code points)."""
    with open(path, encoding="utf-8") as file:
        data = json.load(file)["data"]
    for article in data:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                impossible = qa.get("is_impossible", False)
                answers = [] if impossible else qa["answers"]
                yield {
                    "id": qa["id"], "set": "squad", "title": article.get("title", ""),
                    "context": paragraph["context"], "question": qa["question"],
                    "answers": [{"start": a["answer_start"], "text": a["text"]} for a in answers],
                    "spans": [(a["answer_start"], a["answer_start"] + len(a["text"])) for a in answers],
                    "answerable": not impossible,
                }


def real_title(title):
    return "" if INVENTED_TITLE.match(title or "") else (title or "")


def report(scores, out):
    """Prints scores as JSON and, where a file is named, writes them to it."""
    text = json.dumps(scores, indent=1)
    print(text)
    if out:
        Path(out).write_text(text + "\n", encoding="utf-8")

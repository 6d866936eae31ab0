"""BERT uncased WordPiece with character offsets, read from a Hugging Face tokenizer.json."""
import json
import re
import unicodedata

PAD, UNK, CLS, SEP = 0, 100, 101, 102
WORD = re.compile(r"\S+")


def is_cjk(code):
    return (0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0xF900 <= code <= 0xFAFF
            or 0x20000 <= code <= 0x2CEAF or 0x2F800 <= code <= 0x2FA1F)


def is_punctuation(char):
    code = ord(char)
    if 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126:
        return True
    return unicodedata.category(char).startswith("P")


def normalise(char):
    """One raw character as the normaliser leaves it: accents off, lower case, controls gone."""
    if char == "\ufffd" or unicodedata.category(char)[0] == "C":
        return ""
    plain = "".join(c for c in unicodedata.normalize("NFD", char) if unicodedata.category(c) != "Mn")
    return plain.lower()


class WordPiece:
    def __init__(self, tokenizer_json):
        with open(tokenizer_json, encoding="utf-8") as file:
            model = json.load(file)["model"]
        self.vocab = model["vocab"]
        self.longest = model.get("max_input_chars_per_word", 100)
        self.cache = {}

    def pieces(self, chars):
        """Greedy longest match over one word, given as (normalised char, raw start, raw end)."""
        whole = (chars[0][1], chars[-1][2])
        if len(chars) > self.longest:
            return [(UNK, *whole)]
        text = "".join(c[0] for c in chars)
        found, begin = [], 0
        while begin < len(text):
            end = len(text)
            while end > begin:
                token = self.vocab.get(("##" if begin else "") + text[begin:end])
                if token is not None:
                    break
                end -= 1
            if end == begin:
                return [(UNK, *whole)]
            found.append((token, chars[begin][1], chars[end - 1][2]))
            begin = end
        return found

    def chunk(self, raw):
        """Pieces of one run of non-space characters, offsets relative to its start."""
        known = self.cache.get(raw)
        if known is not None:
            return known
        result, word = [], []
        for i, char in enumerate(raw):
            for c in normalise(char):
                if is_punctuation(c) or is_cjk(ord(c)):
                    if word:
                        result += self.pieces(word)
                        word = []
                    result += self.pieces([(c, i, i + 1)])
                else:
                    word.append((c, i, i + 1))
        if word:
            result += self.pieces(word)
        if len(self.cache) < 500000:
            self.cache[raw] = result
        return result

    def encode(self, text):
        """-> (ids, starts, ends); offsets count code points of the raw text."""
        ids, starts, ends = [], [], []
        for match in WORD.finditer(text):
            at = match.start()
            for token, start, end in self.chunk(match.group()):
                ids.append(token)
                starts.append(at + start)
                ends.append(at + end)
        return ids, starts, ends

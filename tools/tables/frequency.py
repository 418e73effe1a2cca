"""Write `app/text/data/frequency.txt`: characters by descending frequency.

Source: the word frequencies in the dictionary that the jieba package carries
(MIT licence). Run by a maintainer, never at run time.
"""

from collections import Counter
from pathlib import Path

from app.text.borders import dictionary_path

OUT = Path("app/text/data/frequency.txt")
SIZE = 9000


def main() -> None:
    """Count every character of every word, weighted by the word's frequency."""
    counts: Counter[str] = Counter()
    for line in dictionary_path().read_text("utf-8").splitlines():
        word, freq = line.split(" ")[:2]
        for char in word:
            counts[char] += int(freq)
    ranked = sorted(counts, key=lambda char: (-counts[char], char))[:SIZE]
    text = "# commonest first; see README.md\n" + "".join(ranked) + "\n"
    OUT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()

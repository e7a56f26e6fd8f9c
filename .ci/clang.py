"""Runs one of clang's checkers over source files, two at a time, with the flags of the release build.

    clang.py tidy FILE…            clang-tidy, by .clang-tidy
    clang.py thread-safety FILE…   clang's thread-safety analysis

Files of one folder are checked together, as one translation unit: their headers are most of the work. Where that
finds anything, be it only a name that two files share, each is checked alone, and that is what counts.
What passed is not checked again until its preprocessed text, its flags or .clang-tidy change.
Files that the build does not compile are passed over.
"""

import concurrent.futures
import hashlib
import itertools
import json
import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path.cwd()
BUILD = ROOT / "build/release"
PASSED = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "geometer/clang_passed"
TOGETHER = 12
CHECKERS = {
    "tidy": (["clang-tidy", "--quiet", "--checks=-bugprone-suspicious-include"], ["--"]),
    "thread-safety": (["clang++", "-fsyntax-only"], ["-Wthread-safety", "-Werror=thread-safety"]),
}


def flags_by_file():
    """The flags that a checker needs: include folders, definitions, the language."""
    flags = {}
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"])
        kept = []
        for word, argument in zip(words, words[1:] + [""]):
            if word.startswith(("-I", "-D", "-std=")):
                kept.append(word)
            elif word in ("-isystem", "-idirafter"):
                kept += [word, argument]
        flags[entry["file"]] = tuple(kept)
    return flags


def groups(files, flags):
    """Files of one folder with the same flags, some at a time: (files, flags)."""
    def place(file):
        return str(file.parent), flags[str(file)]
    for (_, shared), members in itertools.groupby(sorted(files, key=place), place):
        members = list(members)
        yield from ((members[i:i + TOGETHER], shared) for i in range(0, len(members), TOGETHER))


def run(command):
    return subprocess.run(command, capture_output=True, text=True)


def check(checker, files, flags):
    """Returns what the checker has to say: nothing when the files pass."""
    if len(files) == 1:
        source = files[0]
    else:
        text = "".join(f'#include "{file}"\n' for file in files)
        source = BUILD / f"together_{hashlib.sha256(text.encode()).hexdigest()[:16]}.cc"
        source.write_text(text)
    head, tail = CHECKERS[checker]
    text = run(["clang++", "-E", "-C", "-P", *flags, str(source)])
    key = "\n".join([*head, *tail, *flags, pathlib.Path(".clang-tidy").read_text(), text.stdout])
    passed = PASSED / hashlib.sha256(key.replace(str(ROOT), ".").encode()).hexdigest()
    if text.returncode == 0 and passed.exists():
        return ""
    result = run([*head, str(source), *tail, *flags])
    if result.returncode and len(files) > 1:
        return "".join(check(checker, [file], flags) for file in files)
    if result.returncode:
        return result.stdout + result.stderr
    passed.touch()
    return ""


def main(checker, names):
    PASSED.mkdir(parents=True, exist_ok=True)
    flags = flags_by_file()
    files = [file for file in (ROOT / name for name in names) if str(file) in flags]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda group: check(checker, *group), groups(files, flags)))
    print("".join(reports), end="")
    print(f"{checker}: {len(files)} files, {'failed' if any(reports) else 'passed'}")
    return 1 if any(reports) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))

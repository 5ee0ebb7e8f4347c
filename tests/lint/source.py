# SPDX-License-Identifier: Apache-2.0
"""The sources as tests/lint sees them: files and their functions, includes and calls, and the house rules as data.

C is read by its layout: clang-format (.clang-format) puts the opening and the closing brace of a function in column one.
"""
import collections
import functools
import os
import pathlib
import re
import subprocess

C_NAMES = (".c", ".h")
LICENSED_NAMES = (".c", ".h", ".def", ".proto", ".py", ".sh", ".bats", ".sql", ".cmake", "CMakeLists.txt")
TEXT_NAMES = LICENSED_NAMES + (".md", ".conf", ".json", ".svg")
TOPS = ("common/", "proto/", "server/", "client/", "tests/", "bench/", "packaging/")
IGNORED_FOLDERS = ("build", ".git", ".cache", "__pycache__")
STRINGS_AND_COMMENTS = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
LITERAL = re.compile(r'"((?:\\.|[^"\\\n])*)"')


def blank(match):
    """Keeps the line breaks of what it removes, and the quotes of a string."""
    text = match.group(0)
    return '""' if text[0] == '"' else "' '" if text[0] == "'" else re.sub(r"[^\n]", " ", text)


class File:
    def __init__(self, root, full):
        self.full = full
        self.path = full.relative_to(root).as_posix()

    def __str__(self):
        return self.path

    @functools.cached_property
    def text(self):
        return self.full.read_text(encoding="utf-8", errors="replace")

    @functools.cached_property
    def lines(self):
        return self.text.splitlines()

    @property
    def line_count(self):
        return len(self.lines)

    @functools.cached_property
    def code(self):
        """The text without comments, strings emptied, line for line."""
        return STRINGS_AND_COMMENTS.sub(blank, self.text)

    def code_lines(self):
        return self.code.splitlines()

    def includes(self):
        """(line, '"' or '<', path) of each #include."""
        for number, line in enumerate(self.lines, 1):
            found = re.match(r'\s*#\s*include\s*(["<])([^">]+)', line)
            if found:
                yield number, found.group(1), found.group(2)

    def functions(self):
        """(name, first line, lines) of each function defined here."""
        lines, start = self.code_lines(), None
        for number, line in enumerate(lines, 1):
            if line == "{":
                start = number
            elif line == "}" and start:
                first = start
                while first > 1 and lines[first - 2].strip() and lines[first - 2][-1] not in ";}":
                    first -= 1
                head = " ".join(lines[first - 1:start - 1])
                name = re.search(r"(\w+)\s*\(", head)
                yield name.group(1) if name else "?", first, number - first + 1
                start = None

    def call_literals(self, call):
        """(line, the joined string literals) of each call that the pattern finds."""
        for found in call.finditer(self.text):
            end, depth = found.end(), 1
            for token in re.finditer(r'"(?:\\.|[^"\\\n])*"|[()]', self.text[found.end():]):
                depth += {"(": 1, ")": -1}.get(token.group(0), 0)
                if depth == 0:
                    end = found.end() + token.end()
                    break
            text = "".join(LITERAL.findall(self.text[found.end():end]))
            if text:
                yield self.text.count("\n", 0, found.start()) + 1, text


class Sources:
    """Every source and text file below a folder."""

    def __init__(self, root):
        self.all = []
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(f for f in folders if not f.startswith(IGNORED_FOLDERS))
            self.all += [File(root, pathlib.Path(folder, name)) for name in sorted(names)]
        self.c = [f for f in self.all if f.path.endswith(C_NAMES)]
        self.text = [f for f in self.all if self.is_text(f)]
        self.licensed = [f for f in self.text if f.path.endswith(LICENSED_NAMES) or f.lines[:1] and f.lines[0].startswith("#!")]

    @staticmethod
    def is_text(file):
        if file.path.startswith(("tests/data/", "tests/fuzz/corpus/")):
            return False
        return file.path.endswith(TEXT_NAMES) or "." not in file.full.name and file.full.read_bytes()[:2] == b"#!"


class House:
    """rules.conf."""

    tops = TOPS

    def __init__(self, path, objects=None):
        self.objects = objects
        self.layers, self.homes, self.edges = (collections.defaultdict(tuple) for _ in range(3))
        self.banned, self.globals, self.limits, self.circle = {}, {}, {}, {}
        for line in path.read_text(encoding="utf-8").splitlines():
            line = line.strip()
            if line and not line.startswith("#"):
                self.add_fact(*line.split(None, 1))

    def add_fact(self, kind, rest):
        if kind == "limit":
            name, number = rest.split()
            self.limits[name] = int(number)
            return
        name, _, value = (part.strip() for part in rest.partition(":"))
        if kind in ("banned", "global", "circle"):
            {"banned": self.banned, "global": self.globals, "circle": self.circle}[kind][name] = value
        else:
            {"layer": self.layers, "home": self.homes, "edge": self.edges}[kind][name] += tuple(value.split())

    @staticmethod
    def covers(folder, path):
        return path == folder or path.startswith((folder + "/", folder + "."))

    def layer_of(self, path):
        """The longest layer name the path begins with; None when it is in no layer."""
        return max((layer for layer in self.layers if self.covers(layer, path)), key=len, default=None)

    def may_include(self, path, included):
        layer = self.layer_of(path)
        if layer is None or self.layer_of(included) is None:
            return False
        return any(self.covers(folder, included) for folder in (layer, *self.layers[layer]))

    def circles(self, sources):
        """(file, line, other) of each include inside a folder that is part of a circle. A source and its header are one; so are a
        file and its parts: x_part, which x includes and which includes x or another part."""
        includes = {file.path.rpartition(".")[0]: {} for file in sources.c}
        for file in sources.c:
            name, folder = file.path.rpartition(".")[0], file.path.rpartition("/")[0]
            for number, kind, path in file.includes():
                other = path.rpartition(".")[0]
                if kind == '"' and other in includes and other != name and other.rpartition("/")[0] == folder not in self.circle:
                    includes[name].setdefault(other, (file, number))
        whole, before = {}, None
        while whole != before:
            before = whole
            whole = {part: name for name in includes for part in includes[name] if part.startswith(name + "_")
                     and any(other == name or before.get(other) == name for other in includes[part])}
        arrows = {name: {} for name in includes}
        for name in includes:
            for other, place in includes[name].items():
                if whole.get(name, name) != whole.get(other, other):
                    arrows[whole.get(name, name)].setdefault(whole.get(other, other), place)
        inside = set(arrows)
        while True:  # what needs nobody, or whom nobody needs, is on no circle
            needed = {other for name in inside for other in arrows[name]}
            left = {name for name in inside & needed if inside & set(arrows[name])}
            if left == inside:
                return [(*arrows[name][other], other) for name in sorted(inside) for other in sorted(inside & set(arrows[name]))]
            inside = left

    def home_of(self, header):
        return next((places for prefix, places in self.homes.items() if header.startswith(prefix)), None)

    def is_home(self, path, header):
        places = self.home_of(header)
        return places is None or path.startswith((*places, "tests/", "bench/"))


def mutable_globals(build, probe=False):
    """(object file, symbol) of each data object outside read-only sections, in our layers' objects below a build folder."""
    objects = [o for top in ("common", "server", "client") for o in sorted((build / top).rglob("*.o"))]
    if probe:
        return bool(objects)
    found = []
    for start in range(0, len(objects), 100):
        listing = subprocess.run(["objdump", "-t", *objects[start:start + 100]], capture_output=True, text=True, check=True).stdout
        place = None
        for line in listing.splitlines():
            if ":     file format" in line:
                place = pathlib.Path(line.split(":")[0]).relative_to(build).as_posix()
            symbol = re.match(r"[0-9a-f]+ .{6}O (\S+)\s+[0-9a-f]+\s+(?:\.hidden )?(\S+)$", line)
            ours = symbol and not symbol.group(2).startswith("__odr_asan.")  # the address sanitizer's own
            if ours and re.match(r"\.(data(?!\.rel\.ro)|bss|tdata|tbss)|\*COM\*", symbol.group(1)):
                found.append((place, symbol.group(2)))
    return found

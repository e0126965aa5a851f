"""The container: what control groups, of version 1 or 2, leave of the machine to this process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath


@dataclass(frozen=True)
class Container:
    """The limits and counters of this process's control groups; None where none is told.

    A limit binds all that lies below it, so that the smallest of the own group and those above
    it counts, as far as they can be seen from here. ``root``: where ``proc`` and ``sys`` lie.
    """

    root: Path = Path("/")

    @property
    def cpus(self) -> frozenset[int] | None:
        """The CPUs that may be used."""
        names = ("cpuset.cpus.effective", "cpuset.effective_cpus", "cpuset.cpus")
        found = [numbered(text) for text in self.texts("cpuset", *names) if text]
        return frozenset.intersection(*found) if found else None

    @property
    def cpu_quota(self) -> float | None:
        """Seconds of CPU time that may be used in a second, on all CPUs together."""
        pairs = [text.split() for text in self.texts("cpu", "cpu.max")]
        quotas, periods = (self.texts("cpu", f"cpu.cfs_{key}_us") for key in ("quota", "period"))
        pairs += map(list, zip(quotas, periods, strict=True))
        return min((int(a) / int(b) for a, b in pairs if is_count(a) and is_count(b)), default=None)

    @property
    def memory_bytes(self) -> int | None:
        """The bytes of memory that may be used; version 1 has a huge number for no limit."""
        texts = self.texts("memory", "memory.max", "memory.limit_in_bytes")
        return min((int(text) for text in texts if is_count(text)), default=None)

    def throttled_seconds(self) -> float | None:
        """Seconds so far in which a CPU quota stopped what could have run; it only grows."""
        units = {"throttled_usec": 1e-6, "throttled_time": 1e-9}
        texts = list(self.texts("cpu", "cpu.stat"))
        found = [
            unit * n for text in texts for key, unit in units.items() if (n := entry(text, key))
        ]
        return sum(found) if texts else None

    def oom_kills(self) -> int | None:
        """How many processes of the own group the kernel has killed for want of memory.

        Where the group is not told of: of the whole machine.
        """
        own = list(self.texts("memory", "memory.events", "memory.oom_control"))[:1]
        texts = [*own, read_text(self.root / "proc/vmstat") or ""]
        return next((n for text in texts if (n := entry(text, "oom_kill")) is not None), None)

    def texts(self, controller: str, *names: str) -> Iterator[str]:
        """What the files so named hold in the groups of ``controller``, the own group first."""
        found = (read_text(folder / name) for folder in self.folders(controller) for name in names)
        return (text for text in found if text is not None)

    def folders(self, controller: str) -> list[Path]:
        """This process's groups of ``controller`` and those above them."""
        of = self.hierarchies.items()
        return [f for name, folders in of if name in ("", controller) for f in folders]

    @cached_property
    def hierarchies(self) -> dict[str, list[Path]]:
        """By controller this process's group and those above it; ``""``: of version 2."""
        own = self.root / "proc/self"
        lines = lines_of(read_text(own / "cgroup"))
        paths = {
            name: path
            for _, names, path in (line.split(":", 2) for line in lines)
            for name in names.split(",")
        }
        found: dict[str, list[Path]] = {}
        for line in lines_of(read_text(own / "mountinfo")):
            mount, _, system = line.partition(" - ")
            kind, *_, options = system.split()
            names = {"cgroup": options.split(","), "cgroup2": [""]}.get(kind, [])
            top, where = mount.split()[3:5]
            for name in paths.keys() & set(names):
                found[name] = upwards(self.root / where.lstrip("/"), paths[name], top)
        return found


def upwards(mounted: Path, path: str, top: str) -> list[Path]:
    """The folder of the group at ``path`` and those above it, up to where ``top`` is mounted."""
    own = PurePosixPath(path)
    inside = own.relative_to(top) if own.is_relative_to(top) else PurePosixPath()
    return [mounted / part for part in (inside, *inside.parents) if (mounted / part).is_dir()]


def entry(text: str, key: str) -> int | None:
    """The count beside ``key`` in lines of a key and a count."""
    found = dict(line.split(maxsplit=1) for line in text.splitlines() if " " in line).get(key, "")
    return int(found) if is_count(found) else None


def is_count(text: str | None) -> bool:
    """Whether it is a count: not ``max``, not -1, not nothing."""
    return text is not None and text.isdecimal()


def numbered(text: str) -> frozenset[int]:
    """The numbers of a list such as ``0-3,7``."""
    ends = [part.partition("-") for part in text.split(",")]
    return frozenset(n for a, _, b in ends for n in range(int(a), int(b or a) + 1))


def lines_of(listed: str | None) -> list[str]:
    """The lines of a file of the kernel's, in which names may hold what else ends a line."""
    return [line for line in (listed or "").split("\n") if line]


def read_text(path: str | Path) -> str | None:
    """The file's stripped text, None where it cannot be read."""
    try:
        with Path(path).open(errors="replace", newline="\n") as file:
            return file.read().strip()
    except OSError:
        return None

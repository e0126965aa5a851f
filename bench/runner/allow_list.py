"""The allow-list: which variables of the caller's environment a process of a run is given.

Whatever else is set would make an arm another program under the same name: tracers, allocators,
CPU-feature masks, a framework's switches of which nobody keeps a list. So the list says what may
pass, and everything else is dropped.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping

from backends.errors import BadInput
from bench.variables import CACHES_OFF, DEVICE_VARIABLES, THREAD_VARIABLES

# Who and where: programs are found, files are kept, texts are read and written.
PLACES = (
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "LANGUAGE", "TZ"),
    *("TMPDIR", "TEMP", "TMP", "PYTHONPYCACHEPREFIX", "PYTHONUSERBASE"),
)
# Which compiler, with which headers and libraries; not CFLAGS and its like, which change the code.
COMPILERS = (
    *("CC", "CXX", "CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH"),
    *("COMPILER_PATH", "GCC_EXEC_PREFIX", "SDKROOT", "DEVELOPER_DIR", "MACOSX_DEPLOYMENT_TARGET"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"),
)
# Where CUDA is and which GPUs may be seen; not how they are used.
CUDA = (
    *("CUDA_HOME", "CUDA_PATH", "CUDA_ROOT", "CUDA_CACHE_PATH", "CUDNN_PATH"),
    *("CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES"),
    *("CUDA_MPS_PIPE_DIRECTORY", "CUDA_MPS_LOG_DIRECTORY"),
)
ENVIRONMENTS = ("CONDA_PREFIX", "CONDA_DEFAULT_ENV", "CONDA_EXE", "PYENV_ROOT", "PYENV_VERSION")
ALLOWED = frozenset((*PLACES, *COMPILERS, *CUDA, *ENVIRONMENTS))
ALLOWED_PREFIXES = ("LC_", "XDG_")

# What steers Python, a framework, a BLAS, an allocator, a compiler or a tracer: told when dropped.
SWITCHES = (
    *("PYTHON", "PYTEST_", "COVERAGE_", "COV_CORE", "PYDEVD", "DEBUGPY_", "SCALENE", "MEMRAY_"),
    *("LD_", "DYLD_", "GLIBC_", "MALLOC_", "JEMALLOC", "TCMALLOC", "MIMALLOC_", "HEAP"),
    *("ASAN_", "LSAN_", "TSAN_", "UBSAN_", "MSAN_", "LLVM_", "NPY_", "NUMPY_", "SCIPY_"),
    *("OPENBLAS", "GOTO", "BLIS_", "NVPL_", "ARMPL_", "VECLIB_", "ACCELERATE_", "MKL", "ATLAS_"),
    *("DNNL_", "ONEDNN_", "OMP_", "GOMP_", "KMP_", "LIBOMP", "TBB_", "NUMEXPR_", "VML_"),
    *("JAX_", "XLA_", "PJRT_", "TORCH", "PYTORCH_", "ATEN_", "INDUCTOR", "TRITON_", "C10_"),
    *("TF_", "KERAS_", "NUMBA_", "MLX_", "METAL_", "MTL_", "CUPY_", "CASADI", "TINYGRAD"),
    *("CUDA_", "CUBLAS", "CUDNN_", "CUFFT", "NCCL_", "NVIDIA_", "NVCC_", "CFLAGS", "CXXFLAGS"),
    *("CPPFLAGS", "LDFLAGS"),
)
# tinygrad reads words as short as these
SHORT_SWITCHES = frozenset(
    ("DEBUG", "BEAM", "JITBEAM", "NOOPT", "JIT", "DEV", "DEVICE", "PROFILE", "VIZ", "IMAGE", "WINO")
)
# What a container's image says of itself
LABELS = frozenset(
    ("CUDA_VERSION", "NCCL_VERSION", "NVIDIA_PRODUCT_NAME", "NVIDIA_REQUIRE_CUDA", "PYTHON_VERSION")
)
IMPORT_PATH = frozenset(("PYTHONPATH", "PYTHONHOME", "PYTHONPLATLIBDIR"))
SET_HERE = frozenset((*THREAD_VARIABLES, *CACHES_OFF)).union(*DEVICE_VARIABLES.values())
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
FINGERPRINT_DIGITS = 8  # enough to tell values apart, too few to find a private one by


def passed(environ: Mapping[str, str], kept: Iterable[str] = ()) -> dict[str, str]:
    """The variables of ``environ`` that a process is given: the allowed and the ``kept``."""
    names = ALLOWED.union(kept)
    return {
        name: text
        for name, text in environ.items()
        if name in names or name.startswith(ALLOWED_PREFIXES)
    }


def dropped_switches(environ: Mapping[str, str], kept: Iterable[str] = ()) -> list[str]:
    """Names, never values, of what is not passed and would have steered something.

    The import path is none of them: what becomes of it is the same in every run.
    """
    left = set(environ) - set(passed(environ, kept)) - IMPORT_PATH - SET_HERE - LABELS
    return sorted(name for name in left if name.startswith(SWITCHES) or name in SHORT_SWITCHES)


def kept_variables(names: Iterable[str], environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """A fingerprint of the value by name, of each variable to be kept. Raises BadInput.

    Values may be private and are not stored; two runs that kept unlike ones must be told apart.
    """
    found = {}
    for name in names:
        require_keepable(name, environ)
        value = environ[name].encode(errors="surrogateescape")
        found[name] = hashlib.sha256(value).hexdigest()[:FINGERPRINT_DIGITS]
    return dict(sorted(found.items()))


def require_keepable(name: str, environ: Mapping[str, str]) -> None:
    """Raise BadInput where no variable of that name can be kept."""
    asked = f"--keep-env {name}"
    if not NAME.fullmatch(name):
        raise BadInput(
            f"--keep-env is {name!r}; expected the name of a variable, such as OPENBLAS_CORETYPE, "
            "set before the command."
        )
    if name in IMPORT_PATH:
        raise BadInput(
            f"{asked}: the import path is not inherited. What PYTHONPATH names is found last by "
            "arms of the command's own interpreter, and by no other; install it there."
        )
    if name in SET_HERE:
        raise BadInput(f"{asked}: every process sets it itself. For threads there is --threads.")
    if name not in environ:
        raise BadInput(f"{asked}: no such variable is set. Set it, or leave the option out.")

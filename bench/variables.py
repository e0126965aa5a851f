"""The variables that every process of a run sets before anything loads, whatever was set."""

from __future__ import annotations

from collections.abc import Mapping

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "PJRT_NPROC",
    "TORCHINDUCTOR_COMPILE_THREADS",
)
# CUDA's own order is by speed; the driver's tool numbers GPUs by their place on the bus
CUDA_ORDER = {"CUDA_DEVICE_ORDER": "PCI_BUS_ID"}
CACHES_OFF = {
    "JAX_ENABLE_COMPILATION_CACHE": "false",
    "TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1",
    "CUDA_CACHE_DISABLE": "1",  # the driver's own, of kernels that came as PTX
}
# Frameworks ask for every GPU they see, also for an arm on the cpu: JAX makes a client, torch's
# first backward pass a thread for each, TensorFlow puts what it compiles there.
NO_GPU = {"CUDA_VISIBLE_DEVICES": ""}
DEVICE_VARIABLES: Mapping[str, Mapping[str, str]] = {
    "cpu": {**NO_GPU, "JAX_PLATFORMS": "cpu"},
    # JAX would take three quarters of the memory when it starts, whether it needs them or not
    "cuda": {**CUDA_ORDER, "JAX_PLATFORMS": "cuda,cpu", "XLA_PYTHON_CLIENT_PREALLOCATE": "false"},
    "metal": {**NO_GPU, "JAX_PLATFORMS": "METAL,cpu"},
}

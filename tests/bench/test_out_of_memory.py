"""Every framework says in its own words that memory ran out, and nothing else sounds like it."""

from __future__ import annotations

import pytest

from bench.worker.crash import is_out_of_memory


class OutOfMemoryError(RuntimeError):
    """As torch.cuda and CuPy name theirs."""


@pytest.mark.parametrize(
    "text",
    [
        "CUDA error: out of memory\nCompile with `TORCH_USE_CUDA_DSA`",
        "CUDA out of memory. Tried to allocate 2.00 GiB.",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "cudaErrorMemoryAllocation: out of memory",
        "CUDA_ERROR_OUT_OF_MEMORY: out of memory",
        "Failed call to cuMemAlloc: CUDA_ERROR_OUT_OF_MEMORY",
        "cudaMalloc failed: cudaErrorMemoryAllocation",
        "RESOURCE_EXHAUSTED: Out of memory while trying to allocate 80000000000 bytes.",
        "[enforce fail at alloc_cpu.cpp:116] DefaultCPUAllocator: can't allocate memory: you tried",
        "[Errno 12] Cannot allocate memory",
        "std::bad_alloc",
        "[malloc_or_wait] Unable to allocate 80000000000 bytes.",
    ],
)
def test_a_framework_that_ran_out_of_memory_is_understood(text: str) -> None:
    assert is_out_of_memory(RuntimeError(text))


def test_the_error_s_own_kind_is_enough() -> None:
    assert is_out_of_memory(OutOfMemoryError(""))
    assert is_out_of_memory(MemoryError())


@pytest.mark.parametrize(
    "text",
    [
        "CUDA error: an illegal memory access was encountered",
        "CUBLAS_STATUS_NOT_INITIALIZED",
        "cannot allocate a device for operation",
        "expected memory format contiguous",
    ],
)
def test_another_error_about_memory_is_not_out_of_it(text: str) -> None:
    assert not is_out_of_memory(RuntimeError(text))

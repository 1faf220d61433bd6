"""Starts the kernel, as its kernelspec says: ``python -m scaleph_kernel -f CONNECTION_FILE``."""

from __future__ import annotations

from ipykernel.kernelapp import IPKernelApp

from scaleph_kernel.kernel import FlinkSqlKernel

IPKernelApp.launch_instance(kernel_class=FlinkSqlKernel)
